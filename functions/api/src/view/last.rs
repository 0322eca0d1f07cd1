//! What was said last in a conversation, as far as a row of a list has room for it.

use domain::content::Content;
use domain::conversation::{Event, EventKind};
use domain::private::Words;
use serde::Serialize;
use serde_json::Value;
use store::Logged;
use utoipa::ToSchema;

/// The latest message of a conversation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LastMessageView {
    seq: u32,
    at: String,
    /// `inbound`, `outbound`, or `internal` for one among users.
    direction: &'static str,
    /// `text`, `location`, `contacts`, `interactive`, `answer`, `template`, `unsupported`, or what
    /// its first file is: `image`, `video`, `audio`, `voice`, `document`, `sticker`.
    kind: &'static str,
    /// How its words begin, in one line; of a template its name.
    #[schema(value_type = Option<String>)]
    text: Option<Words>,
    /// How far it has travelled, if it is outbound.
    #[schema(value_type = Option<String>)]
    delivery: Value,
    actor: Value,
}

const TEXT_CHARS_MAX: usize = 120;

/// `None` for an event that is no message.
pub(crate) fn last_message(logged: &Logged) -> Option<LastMessageView> {
    let Event { seq, at, actor, kind, .. } = &logged.event;
    let (direction, content) = said(kind)?;
    let delivery = logged.delivery.as_ref().and_then(|delivery| delivery.decisive());
    Some(LastMessageView {
        seq: seq.get(),
        at: at.to_string(),
        direction,
        kind: kind_of(content),
        text: words(content).map(beginning),
        delivery: serde_json::json!(delivery.map(|attempt| attempt.status)),
        actor: super::actor(actor),
    })
}

fn said(kind: &EventKind) -> Option<(&'static str, &Content)> {
    if let EventKind::Said { content } = kind {
        return Some(("internal", content));
    }
    let direction = if kind.received().is_some() { "inbound" } else { "outbound" };
    kind.content().map(|content| (direction, content))
}

fn kind_of(content: &Content) -> &'static str {
    let file = content.files().first();
    file.map_or(content.kind().as_str(), |file| file.kind.as_str())
}

/// The words that say most of it.
fn words(content: &Content) -> Option<&str> {
    match content {
        Content::Text(_) | Content::Media(_) | Content::Answer(_) => content.words(),
        Content::Location(place) => {
            place.name.as_ref().or(place.address.as_ref()).map(|words| words.reveal().as_str())
        }
        Content::Contacts(contacts) => {
            contacts.cards.first().map(|card| card.name.reveal().as_str())
        }
        Content::Interactive(offer) => Some(offer.body.reveal()),
        Content::Template(template) => Some(&template.name),
        Content::Unsupported(_) => None,
    }
}

fn beginning(words: &str) -> Words {
    let line: String = words.split_whitespace().collect::<Vec<_>>().join(" ");
    Words::new(line.chars().take(TEXT_CHARS_MAX).collect())
}
