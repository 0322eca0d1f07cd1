//! What a message says.
//!
//! One vocabulary for all channels. What a channel cannot say in it becomes a visible placeholder
//! ([`Unsupported`]), never nothing.

use serde::{Deserialize, Serialize};

use crate::private::Words;

/// The content of a message, in either direction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Content {
    Text(Text),
    Media(Media),
    Location(Location),
    Contacts(Contacts),
    /// Buttons or a list, offered by us.
    Interactive(Interactive),
    /// The button or row the contact chose, or the form they filled in.
    Answer(Answer),
    /// A message text registered with the provider, with its parameters.
    Template(Template),
    Unsupported(Unsupported),
}

/// The kind of a content, for capabilities and for refusals that name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContentKind {
    Text,
    Media,
    Location,
    Contacts,
    Interactive,
    Answer,
    Template,
    Unsupported,
}

impl ContentKind {
    pub const ALL: [Self; 8] = [
        Self::Text,
        Self::Media,
        Self::Location,
        Self::Contacts,
        Self::Interactive,
        Self::Answer,
        Self::Template,
        Self::Unsupported,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Media => "media",
            Self::Location => "location",
            Self::Contacts => "contacts",
            Self::Interactive => "interactive",
            Self::Answer => "answer",
            Self::Template => "template",
            Self::Unsupported => "unsupported",
        }
    }
}

impl std::fmt::Display for ContentKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Content {
    pub fn text(text: impl Into<Words>) -> Self {
        Self::Text(Text { text: text.into() })
    }

    pub fn kind(&self) -> ContentKind {
        match self {
            Self::Text(_) => ContentKind::Text,
            Self::Media(_) => ContentKind::Media,
            Self::Location(_) => ContentKind::Location,
            Self::Contacts(_) => ContentKind::Contacts,
            Self::Interactive(_) => ContentKind::Interactive,
            Self::Answer(_) => ContentKind::Answer,
            Self::Template(_) => ContentKind::Template,
            Self::Unsupported(_) => ContentKind::Unsupported,
        }
    }

    /// The files of a media message; empty for every other content.
    pub fn files(&self) -> &[File] {
        match self {
            Self::Media(media) => &media.files,
            Self::Text(_)
            | Self::Location(_)
            | Self::Contacts(_)
            | Self::Interactive(_)
            | Self::Answer(_)
            | Self::Template(_)
            | Self::Unsupported(_) => &[],
        }
    }

    /// The words that say most of it; of a template its name.
    pub fn gist(&self) -> Option<&str> {
        let words = match self {
            Self::Text(_) | Self::Media(_) | Self::Answer(_) => return self.words(),
            Self::Template(template) => return Some(&template.name),
            Self::Location(place) => place.name.as_ref().or(place.address.as_ref()),
            Self::Contacts(contacts) => contacts.cards.first().map(|card| &card.name),
            Self::Interactive(offer) => Some(&offer.body),
            Self::Unsupported(_) => None,
        };
        words.map(|words| words.reveal().as_str())
    }

    /// The words a keyword or an autoresponder may react to.
    pub fn words(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.text.reveal()),
            Self::Answer(answer) => Some(answer.title.reveal()),
            Self::Media(media) => media.caption.as_ref().map(|caption| caption.reveal().as_str()),
            Self::Location(_)
            | Self::Contacts(_)
            | Self::Interactive(_)
            | Self::Template(_)
            | Self::Unsupported(_) => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Text {
    pub text: Words,
}

/// One message with files; most channels carry one file, MMS carries several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Media {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<Words>,
    pub files: Vec<File>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct File {
    pub kind: FileKind,
    /// As the provider or the sender says; not verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Words>,
    /// In bytes, as the provider says; absent if it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    pub source: FileSource,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    Image,
    Video,
    Audio,
    /// A recording made in the chat, shown as such by the channel.
    Voice,
    Document,
    Sticker,
}

impl FileKind {
    pub const ALL: [Self; 6] =
        [Self::Image, Self::Video, Self::Audio, Self::Voice, Self::Document, Self::Sticker];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Voice => "voice",
            Self::Document => "document",
            Self::Sticker => "sticker",
        }
    }

    /// What a file of this media type is, where the channel does not say.
    pub fn of_mime(mime: &str) -> Self {
        match mime.split('/').next() {
            Some("image") => Self::Image,
            Some("video") => Self::Video,
            Some("audio") => Self::Audio,
            _ => Self::Document,
        }
    }
}

impl std::fmt::Display for FileKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where a file is before Confab has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileSource {
    /// Inbound: the provider's handle, which only its channel can turn into bytes.
    Handle(Words),
    /// Outbound: an address the provider fetches itself.
    Link(Words),
    /// Outbound: a file in Confab's own keeping, by its name there. The provider is given an
    /// address of it when the message is sent.
    Kept(Words),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Location {
    /// Degrees north.
    pub latitude: crate::private::Private<f64>,
    /// Degrees east.
    pub longitude: crate::private::Private<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Words>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contacts {
    pub cards: Vec<Card>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    pub name: Words,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<Words>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<Words>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Interactive {
    pub body: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<Words>,
    pub choices: Choices,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choices {
    Buttons(Vec<Choice>),
    List {
        /// The words on the button that opens the list.
        label: Words,
        rows: Vec<Choice>,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Comes back in the contact's answer.
    pub id: String,
    pub title: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Words>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The id of the choice, or the payload of a template's button.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub title: Words,
    /// A filled-in form, as the provider's JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Words>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Template {
    /// The name (WhatsApp) or content id (Twilio) it is registered under.
    pub name: String,
    /// A BCP 47 tag as the provider writes it, such as `en_US`.
    pub language: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Parameter>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<TemplateHeader>,
}

/// A value for a placeholder of the template's body: named, or by its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Parameter {
    Placed(Words),
    Named { name: String, text: Words },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateHeader {
    Text(Words),
    File { kind: FileKind, link: Words },
}

/// Something the contact sent that Confab, or the provider's API, cannot show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unsupported {
    /// The provider's word for it.
    pub kind: String,
    /// The part of the webhook it came in, shortened, for whoever looks into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<Words>,
}

/// How much of an unknown part is kept with its placeholder, in characters.
pub const RAW_CHARS_MAX: usize = 2_000;

impl Unsupported {
    pub fn new(kind: impl Into<String>, raw: &str) -> Self {
        let shortened: String = raw.chars().take(RAW_CHARS_MAX).collect();
        Self { kind: kind.into(), raw: Some(Words::new(shortened)) }
    }
}

/// What led the contact to write: an advertisement they tapped, a link they followed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// `ad`, `post`, `link`, `product` …, in the provider's word.
    pub source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The provider's click id, for attribution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub click_id: Option<String>,
}
