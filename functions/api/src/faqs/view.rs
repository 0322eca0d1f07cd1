//! FAQs, as clients see them.

use domain::content::{File, FileSource};
use domain::faq::Faq;
use domain::private::Words;
use serde::Serialize;
use utoipa::ToSchema;

/// Questions that mean the same, and their answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FaqView {
    id: String,
    /// `greeting`, `general`, `closing` or `filler`.
    kind: &'static str,
    /// The question it is known by, and then the related ones.
    questions: Vec<String>,
    answer: AnswerView,
    archived: bool,
    changed_by: String,
    changed_at: String,
    /// How often it has been changed: to be given with the next change.
    revision: u32,
}

#[derive(Debug, Serialize, ToSchema)]
struct AnswerView {
    #[schema(value_type = Option<String>)]
    text: Option<Words>,
    media: Option<LinkView>,
}

#[derive(Debug, Serialize, ToSchema)]
struct LinkView {
    kind: &'static str,
    #[schema(value_type = String)]
    url: Words,
    #[schema(value_type = Option<String>)]
    name: Option<Words>,
}

impl From<Faq> for FaqView {
    fn from(faq: Faq) -> Self {
        Self {
            id: faq.id.to_string(),
            kind: faq.kind.as_str(),
            answer: AnswerView {
                text: faq.answer.words().map(Words::from),
                media: faq.answer.files().first().map(LinkView::from),
            },
            questions: faq.questions,
            archived: faq.archived,
            changed_by: faq.changed_by.to_string(),
            changed_at: faq.changed_at.to_string(),
            revision: faq.revision,
        }
    }
}

impl From<&File> for LinkView {
    fn from(file: &File) -> Self {
        let (FileSource::Link(url) | FileSource::Handle(url) | FileSource::Kept(url)) =
            &file.source;
        Self { kind: file.kind.as_str(), url: url.clone(), name: file.name.clone() }
    }
}
