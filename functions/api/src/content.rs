//! What may be said, as clients write it.

use domain::content::{
    Card, Choice, Choices, Contacts, Content, File, FileKind, FileSource, Interactive, Location,
    Media, Parameter, Template, TemplateHeader,
};
use domain::id::UploadId;
use domain::private::{Private, Words};
use platform::problem::Problem;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::answer::Failed;
use crate::caller::{Caller, bad};
use crate::{Deps, uploads};

/// The content of an outbound message.
// `Deserialize` is for the schema: it would not say which part is wrong, as `read` does.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ContentBody {
    Text(TextBody),
    Media(MediaBody),
    Location(LocationBody),
    Contacts(ContactsBody),
    Interactive(InteractiveBody),
    Template(TemplateBody),
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextBody {
    #[schema(value_type = String)]
    text: Words,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MediaBody {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    caption: Option<Words>,
    files: Vec<FileBody>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileBody {
    #[schema(value_type = String)]
    kind: FileKind,
    /// A public https address that the provider can fetch.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    url: Option<Words>,
    /// In place of `url`: a file that was laid down by `POST /v1/uploads`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    upload: Option<UploadId>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Option<Words>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LocationBody {
    #[schema(value_type = f64)]
    latitude: Private<f64>,
    #[schema(value_type = f64)]
    longitude: Private<f64>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Option<Words>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    address: Option<Words>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContactsBody {
    cards: Vec<CardBody>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CardBody {
    #[schema(value_type = String)]
    name: Words,
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    phones: Vec<Words>,
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    emails: Vec<Words>,
}

/// Either `buttons`, or `list` with the `label` of the button that opens it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InteractiveBody {
    #[schema(value_type = String)]
    body: Words,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    footer: Option<Words>,
    #[serde(default)]
    buttons: Option<Vec<ChoiceBody>>,
    #[serde(default)]
    list: Option<ListBody>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListBody {
    #[schema(value_type = String)]
    label: Words,
    rows: Vec<ChoiceBody>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChoiceBody {
    id: String,
    #[schema(value_type = String)]
    title: Words,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    description: Option<Words>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateBody {
    name: String,
    language: String,
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    parameters: Vec<Parameter>,
    #[serde(default)]
    header: Option<HeaderBody>,
}

/// Either `text`, or `file`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeaderBody {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    text: Option<Words>,
    #[serde(default)]
    file: Option<FileBody>,
}

impl ContentBody {
    fn read(kind: &str, body: Map<String, Value>) -> Result<Self, Problem> {
        Ok(match kind {
            "text" => Self::Text(part(body)?),
            "media" => Self::Media(part(body)?),
            "location" => Self::Location(part(body)?),
            "contacts" => Self::Contacts(part(body)?),
            "interactive" => Self::Interactive(part(body)?),
            "template" => Self::Template(part(body)?),
            other => {
                let detail = format!("there is no type `{other}`");
                return Err(Problem::bad_request("content.type", detail));
            }
        })
    }
}

fn part<T: DeserializeOwned>(body: Map<String, Value>) -> Result<T, Problem> {
    serde_path_to_error::deserialize(Value::Object(body)).map_err(|error| bad("content", &error))
}

/// Reads a content, with an error that names the part that is wrong. Files that were laid down
/// are kept with what is said.
pub(crate) async fn read(
    deps: &Deps,
    caller: &Caller,
    body: Map<String, Value>,
) -> Result<Content, Failed> {
    let mut content = parsed(body)?;
    if let Content::Media(media) = &mut content {
        for file in &mut media.files {
            uploads::keep(deps, caller, file).await?;
        }
    }
    Ok(content)
}

fn parsed(mut body: Map<String, Value>) -> Result<Content, Problem> {
    let kind = body.remove("type");
    let Some(kind) = kind.as_ref().and_then(Value::as_str) else {
        return Err(Problem::bad_request("content.type", "the type of the content is needed"));
    };
    Ok(match ContentBody::read(kind, body)? {
        ContentBody::Text(text) => Content::text(text.text),
        ContentBody::Media(body) => Content::Media(media(body)?),
        ContentBody::Location(body) => Content::Location(location(body)?),
        ContentBody::Contacts(body) => Content::Contacts(contacts(body)),
        ContentBody::Interactive(body) => Content::Interactive(interactive(body)?),
        ContentBody::Template(body) => Content::Template(template(body)?),
    })
}

fn media(body: MediaBody) -> Result<Media, Problem> {
    let files = body.files.into_iter().map(file).collect::<Result<_, _>>()?;
    Ok(Media { caption: body.caption, files })
}

fn contacts(body: ContactsBody) -> Contacts {
    let card = |card: CardBody| Card { name: card.name, phones: card.phones, emails: card.emails };
    Contacts { cards: body.cards.into_iter().map(card).collect() }
}

/// The provider fetches the file itself: where it stands, or from our own keeping.
fn file(body: FileBody) -> Result<File, Problem> {
    let FileBody { kind, url, upload, name } = body;
    let wrong = |detail| Err(Problem::bad_request("content.files.url", detail));
    let source = match (url, upload) {
        (Some(url), None) if fetchable(&url) => FileSource::Link(url),
        (Some(_), None) => return wrong("must be an http or https address"),
        (None, Some(upload)) => FileSource::Kept(upload.to_string().into()),
        (Some(_), Some(_)) | (None, None) => return wrong("either url or upload is needed"),
    };
    Ok(File { kind, mime: None, name, bytes: None, source })
}

/// Whether this is an address that a provider could fetch a file from.
pub(crate) fn fetchable(url: &Words) -> bool {
    url::Url::parse(url.reveal())
        .is_ok_and(|parsed| matches!(parsed.scheme(), "http" | "https") && parsed.has_host())
}

fn location(body: LocationBody) -> Result<Location, Problem> {
    let LocationBody { latitude, longitude, name, address } = body;
    if !(-90.0..=90.0).contains(latitude.reveal()) {
        return Err(Problem::bad_request("content.latitude", "must be from -90 to 90"));
    }
    if !(-180.0..=180.0).contains(longitude.reveal()) {
        return Err(Problem::bad_request("content.longitude", "must be from -180 to 180"));
    }
    Ok(Location { latitude, longitude, name, address })
}

fn interactive(body: InteractiveBody) -> Result<Interactive, Problem> {
    let choice = |choice: ChoiceBody| Choice {
        id: choice.id,
        title: choice.title,
        description: choice.description,
    };
    let choices = match (body.buttons, body.list) {
        (Some(buttons), None) => Choices::Buttons(buttons.into_iter().map(choice).collect()),
        (None, Some(ListBody { label, rows })) => {
            Choices::List { label, rows: rows.into_iter().map(choice).collect() }
        }
        (Some(_), Some(_)) | (None, None) => {
            let detail = "either buttons or a list is needed";
            return Err(Problem::bad_request("content.buttons", detail));
        }
    };
    Ok(Interactive { body: body.body, footer: body.footer, choices })
}

fn template(body: TemplateBody) -> Result<Template, Problem> {
    let TemplateBody { name, language, parameters, header } = body;
    let header = match header {
        None => None,
        Some(HeaderBody { text: Some(text), file: None }) => Some(TemplateHeader::Text(text)),
        Some(HeaderBody { text: None, file: Some(body) }) => {
            let File { kind, source, .. } = file(body)?;
            match source {
                FileSource::Link(link) => Some(TemplateHeader::File { kind, link }),
                FileSource::Handle(_) | FileSource::Kept(_) => {
                    let detail = "the file of a header needs a url";
                    return Err(Problem::bad_request("content.header.file.url", detail));
                }
            }
        }
        Some(HeaderBody { .. }) => {
            let detail = "either a text or a file is needed";
            return Err(Problem::bad_request("content.header", detail));
        }
    };
    Ok(Template { name, language, parameters, header })
}
