//! FAQs, as clients write them.

use domain::content::{File, FileKind, FileSource};
use domain::faq::FaqKind;
use domain::faq_set::{FaqRefusal, Part, Wording};
use domain::id::FaqId;
use domain::private::Words;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::content::fetchable;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaqBody {
    /// What it is called: letters, digits, `-`, `_`, `.`; made of the first question if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Option<FaqId>,
    /// `greeting`, `general`, `closing` or `filler`; `general` if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    kind: FaqKind,
    /// The question it is known by, and then related ones: 1 to 100, each up to 500 characters.
    #[serde(default)]
    questions: Vec<String>,
    answer: AnswerBody,
}

impl FaqBody {
    pub(super) fn read(self) -> Result<(FaqId, Wording), FaqRefusal> {
        let Self { id, kind, questions, answer } = self;
        let wording = answer.with(kind, &questions)?;
        Ok((id.unwrap_or_else(|| wording.own_id()), wording))
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaqChangeBody {
    /// The revision that was seen: another one means that others have changed it since.
    pub(super) revision: u32,
    #[schema(value_type = String)]
    kind: FaqKind,
    #[serde(default)]
    questions: Vec<String>,
    answer: AnswerBody,
}

impl FaqChangeBody {
    pub(super) fn read(self) -> Result<Wording, FaqRefusal> {
        self.answer.with(self.kind, &self.questions)
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionBody {
    pub(super) question: String,
}

/// A text, a file, or both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnswerBody {
    /// Up to 4,096 characters, with the variables `{{contact.name}}`, `{{contact.first_name}}` and
    /// `{{workspace.name}}`; `{{contact.first_name|there}}` says `there` where it is not known.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    text: Option<Words>,
    #[serde(default)]
    media: Option<LinkBody>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LinkBody {
    /// `image`, `video`, `audio`, `voice`, `document` or `sticker`; by its ending if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    kind: Option<FileKind>,
    /// A public https address that the provider can fetch.
    #[schema(value_type = String)]
    url: Words,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Option<Words>,
}

impl AnswerBody {
    fn with(self, kind: FaqKind, questions: &[String]) -> Result<Wording, FaqRefusal> {
        let text = self.text.map(Words::into_revealed).unwrap_or_default();
        let file = self.media.map(|LinkBody { kind, url, name }| linked(kind, url, name));
        Wording::new(kind, questions, &text, file.transpose()?)
    }
}

/// A file that the provider fetches itself.
pub(super) fn linked(
    kind: Option<FileKind>,
    url: Words,
    name: Option<Words>,
) -> Result<File, FaqRefusal> {
    if !fetchable(&url) {
        let problem = "must be an http or https address".to_owned();
        return Err(FaqRefusal::Invalid { part: Part::Media, problem });
    }
    let kind = kind.unwrap_or_else(|| kind_of(url.reveal()));
    Ok(File { kind, mime: None, name, bytes: None, source: FileSource::Link(url) })
}

/// What a file is by the ending of its address.
fn kind_of(url: &str) -> FileKind {
    let path = url.split(['?', '#']).next().unwrap_or(url).to_lowercase();
    match path.rsplit('.').next().unwrap_or_default() {
        "jpg" | "jpeg" | "png" | "gif" | "webp" => FileKind::Image,
        "mp4" | "3gp" | "mov" => FileKind::Video,
        "mp3" | "m4a" | "aac" | "ogg" | "amr" | "wav" => FileKind::Audio,
        _ => FileKind::Document,
    }
}
