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
    let content = kind.said()?;
    let delivery = logged.delivery.as_ref().and_then(|delivery| delivery.decisive());
    Some(LastMessageView {
        seq: seq.get(),
        at: at.to_string(),
        direction: direction(kind),
        kind: kind_of(content),
        text: content.gist().map(beginning),
        delivery: serde_json::json!(delivery.map(|attempt| attempt.status)),
        actor: super::actor(actor),
    })
}

fn direction(kind: &EventKind) -> &'static str {
    match kind.content() {
        None => "internal",
        Some(_) if kind.received().is_some() => "inbound",
        Some(_) => "outbound",
    }
}

fn kind_of(content: &Content) -> &'static str {
    let file = content.files().first();
    file.map_or(content.kind().as_str(), |file| file.kind.as_str())
}

fn beginning(words: &str) -> Words {
    let line: String = words.split_whitespace().collect::<Vec<_>>().join(" ");
    Words::new(line.chars().take(TEXT_CHARS_MAX).collect())
}
