//! A message as its visitor sees it.

use channels::webchat::{self, Visitor};
use domain::content::{Choice, Choices, Content, File, FileSource};
use domain::conversation::{Outgoing, Received};
use domain::delivery::DeliveryStatus;
use domain::id::{ConversationId, ProviderMessageId, Seq};
use domain::incoming::Reference;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use store::Logged;

use crate::door::Door;

#[derive(Serialize)]
pub(crate) struct Message {
    /// What the visitor's widget called it, or what its receipt is to call it.
    id: String,
    seq: Seq,
    at: Timestamp,
    from: From,
    /// Who wrote, if a person did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    content: Value,
    /// The offer that this takes something of.
    #[serde(skip_serializing_if = "Option::is_none")]
    quotes: Option<ProviderMessageId>,
    /// Whether the visitor is known to have read it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    read: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum From {
    Visitor,
    Desk,
}

/// Whose view it is, of which conversation.
#[derive(Clone, Copy)]
pub(crate) struct Of<'a> {
    pub(crate) door: &'a Door,
    pub(crate) visitor: &'a Visitor,
    pub(crate) conversation: ConversationId,
}

impl Of<'_> {
    /// Whether this was said to or by the visitor, in this web chat.
    pub(crate) fn concerns(&self, logged: &Logged) -> bool {
        logged
            .event
            .kind
            .via()
            .is_some_and(|via| via.account == self.door.id && self.visitor.is(&via.address))
    }
}

/// The entry as a message, if it is one for the visitor to see. What we said is `shown`, with the
/// addresses of its files.
pub(crate) fn read(of: &Of<'_>, logged: &Logged, shown: Option<&Content>) -> Option<Message> {
    if !of.concerns(logged) {
        return None;
    }
    let kind = &logged.event.kind;
    match (kind.received(), kind.outgoing(), shown) {
        (Some(received), ..) => own(logged, received),
        (None, Some(outgoing), Some(shown)) => ours(of, logged, outgoing, shown),
        (None, ..) => None,
    }
}

fn own(logged: &Logged, received: &Received) -> Option<Message> {
    Some(Message {
        id: webchat::own_name(&received.provider_id).to_owned(),
        seq: logged.event.seq,
        at: logged.event.at,
        from: From::Visitor,
        name: None,
        content: content(&received.content)?,
        quotes: received.quotes.as_ref().map(|quoted| quoted.provider_id.clone()),
        read: false,
    })
}

/// A message is theirs once it was sent. One of which nobody knows whether it was is shown: their
/// receipt settles it.
fn ours(of: &Of<'_>, logged: &Logged, outgoing: &Outgoing, shown: &Content) -> Option<Message> {
    let delivery = logged.delivery.as_ref()?;
    let latest = delivery.decisive()?;
    let read = match latest.status {
        DeliveryStatus::Unknown | DeliveryStatus::Sent | DeliveryStatus::Delivered => false,
        DeliveryStatus::Read => true,
        DeliveryStatus::Held
        | DeliveryStatus::Queued
        | DeliveryStatus::Sending
        | DeliveryStatus::Failed
        | DeliveryStatus::Cancelled => return None,
    };
    let reference = Reference {
        conversation: of.conversation,
        seq: logged.event.seq,
        attempt: delivery.attempt(),
    };
    let secrets = &of.door.open.secrets;
    Some(Message {
        id: webchat::delivery_name(&outgoing.via.address, &reference, secrets)?,
        seq: logged.event.seq,
        at: latest.at,
        from: From::Desk,
        name: None,
        content: content(shown)?,
        quotes: None,
        read,
    })
}

/// The form in which a visitor said who they are is not talk.
fn content(content: &Content) -> Option<Value> {
    Some(match content {
        Content::Text(text) => json!({ "type": "text", "text": text.text }),
        Content::Media(media) => {
            let files: Vec<Value> = media.files.iter().map(file).collect();
            json!({ "type": "media", "caption": media.caption, "files": files })
        }
        Content::Interactive(offer) => {
            let (Choices::Buttons(choices) | Choices::List { rows: choices, .. }) = &offer.choices;
            let choices: Vec<Value> = choices.iter().map(choice).collect();
            json!({
                "type": "choices",
                "text": offer.body,
                "footer": offer.footer,
                "choices": choices,
            })
        }
        Content::Answer(answer) if answer.id.as_deref() == Some(webchat::DETAILS) => return None,
        Content::Answer(answer) => json!({ "type": "text", "text": answer.title }),
        Content::Location(_)
        | Content::Contacts(_)
        | Content::Template(_)
        | Content::Unsupported(_) => json!({ "type": "other" }),
    })
}

fn choice(choice: &Choice) -> Value {
    json!({ "id": choice.id, "title": choice.title, "description": choice.description })
}

/// Where a file of ours is, for the browser to load; visitors have their own files.
fn file(file: &File) -> Value {
    let url = match &file.source {
        FileSource::Link(link) => Some(link),
        FileSource::Handle(_) | FileSource::Kept(_) => None,
    };
    json!({ "kind": file.kind, "mime": file.mime, "name": file.name, "bytes": file.bytes, "url": url })
}
