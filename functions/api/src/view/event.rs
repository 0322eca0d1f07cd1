//! The log of a conversation, as clients see it.

use domain::content::{Choices, Content, FileSource, Parameter, TemplateHeader};
use domain::conversation::{Actor, Event, EventKind, Opened, Outgoing, Received, Remarked, Via};
use domain::delivery::{Delivery, Failure};
use domain::id::{ConversationId, MessageId, ProviderMessageId, Seq};
use domain::incoming::Remark;
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::{Logged, MediaState, StoredFile};
use utoipa::ToSchema;

/// An entry of a conversation's log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventView {
    seq: u32,
    at: String,
    /// `message`, `unanswered`, `answer_marked`, `note`, `internal_message`, `opened`, `reopened`, `closed`, `released`,
    /// `cancelled`, `edited`, `deleted`, `reacted`, `consent`, `status_set`, `snoozed`, `woken`,
    /// `assigned`, `visibility_set`, `claimed`, `unclaimed`, `handed_off`, `handed_back`,
    /// `labelled`, `invoice_issued`, `invoice_paid`, `blocked`, `unblocked`,
    /// `renamed`, `conversation_deleted`.
    r#type: &'static str,
    actor: Value,
    /// The row of the transition table it comes from.
    rule: String,
    /// What else its type has; a message has `id`, `direction`, `content` and `delivery`.
    #[serde(flatten)]
    more: Map<String, Value>,
}

#[expect(clippy::wildcard_enum_match_arm, reason = "`changed` has the others")]
pub(crate) fn event(conversation: ConversationId, logged: &Logged) -> EventView {
    let Event { seq, at, actor: by, rule, kind } = &logged.event;
    let id = MessageId { conversation, seq: *seq };
    let (r#type, more) = match kind {
        EventKind::Opened(opened) => ("opened", self::opened(opened)),
        EventKind::Reopened { handler } => ("reopened", json!({ "handler": handler })),
        EventKind::Received(message) => ("message", received(id, message, &logged.files)),
        EventKind::Queued(message) | EventKind::Held { message, .. } => {
            ("message", outgoing(id, message, logged.delivery.as_ref()))
        }
        EventKind::Released { held, .. } => {
            let message = MessageId { conversation, seq: *held };
            ("released", json!({ "message": message }))
        }
        EventKind::Cancelled { held } => {
            let message = MessageId { conversation, seq: *held };
            ("cancelled", json!({ "message": message }))
        }
        EventKind::Remarked(remark) => remarked(conversation, remark),
        EventKind::ConsentHeard(heard) => {
            ("consent", json!({ "account": heard.via.account, "change": heard.change }))
        }
        EventKind::Unanswered { message, matching } => {
            let message = MessageId { conversation, seq: *message };
            (
                "unanswered",
                json!({ "message": message, "matching": super::matching::matching(matching) }),
            )
        }
        EventKind::AnswerMarked { message, faq, right } => {
            let message = MessageId { conversation, seq: *message };
            ("answer_marked", json!({ "message": message, "faq": faq, "right": right }))
        }
        EventKind::Noted { content: note, mentions } => {
            ("note", json!({ "content": content(id, note, &[]), "mentions": mentions }))
        }
        EventKind::Said { content: words } => {
            ("internal_message", json!({ "content": content(id, words, &[]) }))
        }
        other => changed(other),
    };
    EventView {
        seq: seq.get(),
        at: at.to_string(),
        r#type,
        actor: actor(by),
        rule: format!("{rule:?}"),
        more: if let Value::Object(more) = more { more } else { Map::new() },
    }
}

/// What has changed beside what was said.
#[expect(clippy::wildcard_enum_match_arm, reason = "what is said stands elsewhere")]
fn changed(kind: &EventKind) -> (&'static str, Value) {
    match kind {
        EventKind::Closed(closed) => ("closed", json!(closed)),
        EventKind::StatusSet { base, waiting_on } => {
            ("status_set", json!({ "base": base.as_str(), "waiting_on": waiting_on }))
        }
        EventKind::Snoozed { until } => ("snoozed", json!({ "until": until.to_string() })),
        EventKind::Woken => ("woken", json!({})),
        EventKind::Assigned(assigned) => ("assigned", json!(assigned)),
        EventKind::VisibilitySet { visibility, assignees } => {
            let visibility = super::visibility(visibility);
            ("visibility_set", json!({ "visibility": visibility, "assignees": assignees }))
        }
        EventKind::Claimed(claimed) => ("claimed", json!(claimed)),
        EventKind::Unclaimed => ("unclaimed", json!({})),
        EventKind::HandedOff { reason } => ("handed_off", json!({ "reason": reason })),
        EventKind::HandedBack { to } => ("handed_back", json!({ "to": to })),
        EventKind::Labelled { labels } => ("labelled", json!({ "labels": labels })),
        EventKind::InvoiceIssued { invoice } => ("invoice_issued", json!({ "invoice": invoice })),
        EventKind::InvoicePaid { invoice } => ("invoice_paid", json!({ "invoice": invoice })),
        EventKind::Blocked => ("blocked", json!({})),
        EventKind::Unblocked => ("unblocked", json!({})),
        EventKind::Renamed { name } => ("renamed", json!({ "name": name })),
        EventKind::Deleted => ("conversation_deleted", json!({})),
        _ => ("other", json!({})),
    }
}

fn opened(opened: &Opened) -> Value {
    json!({
        "by": opened.by,
        "scope": opened.scope,
        "handler": opened.handler,
        "group": opened.group,
        "visibility": super::visibility(&opened.visibility),
        "assignees": opened.assignees,
    })
}

pub(crate) fn actor(actor: &Actor) -> Value {
    match actor {
        Actor::Contact => json!({ "kind": "contact" }),
        Actor::User(user) => json!({ "kind": "user", "id": user }),
        Actor::Ai(user) => json!({ "kind": "ai", "id": user }),
        Actor::Bot(user) => json!({ "kind": "bot", "id": user }),
        Actor::Responder(responder) => json!({ "kind": "responder", "id": responder }),
        Actor::Business => json!({ "kind": "business" }),
        Actor::System => json!({ "kind": "system" }),
    }
}

fn via(via: &Via) -> Value {
    json!({ "account": via.account, "address": via.address })
}

fn received(id: MessageId, message: &Received, files: &[StoredFile]) -> Value {
    let quotes = message.quotes.as_ref().and_then(|quote| quote.seq);
    json!({
        "id": id,
        "direction": "inbound",
        "via": via(&message.via),
        "provider_id": message.provider_id,
        "sent_at": message.sent_at.to_string(),
        "content": content(id, &message.content, files),
        "delivery": null,
        "reply_to": message.reply_to,
        "campaign": message.campaign,
        "quotes": quotes.map(|seq| MessageId { conversation: id.conversation, seq }),
        "referral": message.referral,
        "forwarded": message.forwarded,
        "automatic": message.automatic,
    })
}

fn outgoing(id: MessageId, message: &Outgoing, delivery: Option<&Delivery>) -> Value {
    let quotes = message.quotes.as_ref().and_then(|quote| quote.seq);
    json!({
        "id": id,
        "direction": "outbound",
        "via": via(&message.via),
        "kind": message.kind,
        "content": content(id, &message.content, &[]),
        "delivery": delivery.map(delivered),
        "quotes": quotes.map(|seq| MessageId { conversation: id.conversation, seq }),
        "answers": message.answers,
        "automatic": message.automatic.as_ref().map(super::matching::automatic),
        "campaign": message.campaign,
    })
}

fn delivered(delivery: &Delivery) -> Value {
    let decisive = delivery.decisive();
    json!({
        "status": decisive.map(|attempt| attempt.status),
        "at": decisive.map(|attempt| attempt.at.to_string()),
        "provider_id": decisive.and_then(|attempt| attempt.provider_id.as_ref()),
        "attempts": delivery.attempt(),
        "failure": decisive.and_then(|attempt| attempt.failure.as_ref()).map(failure),
        "release_at": delivery.release_at.map(|at| at.to_string()),
    })
}

fn failure(failure: &Failure) -> Value {
    json!({
        "kind": failure.kind,
        "provider_code": failure.provider_code,
        "detail": failure.detail,
        "remedy": failure.kind.remedy(),
    })
}

fn remarked(conversation: ConversationId, remark: &Remarked) -> (&'static str, Value) {
    let target = remark.target.seq.map(|seq| MessageId { conversation, seq });
    let by = remark.by;
    match &remark.remark {
        Remark::Edited(after) => {
            let nowhere = MessageId { conversation, seq: Seq::ZERO };
            let content = content(nowhere, after, &[]);
            ("edited", json!({ "message": target, "by": by, "content": content }))
        }
        Remark::Deleted => ("deleted", json!({ "message": target, "by": by })),
        Remark::Reacted(emoji) => {
            ("reacted", json!({ "message": target, "by": by, "emoji": emoji }))
        }
    }
}

/// What was said; `id` is where its files are got, if it has any that are stored.
pub(crate) fn content(id: MessageId, content: &Content, files: &[StoredFile]) -> Value {
    match content {
        Content::Text(text) => json!({ "type": "text", "text": text.text }),
        Content::Media(media) => {
            let files: Vec<Value> = media
                .files
                .iter()
                .enumerate()
                .map(|(place, file)| {
                    let mut view = json!({
                        "kind": file.kind,
                        "mime": file.mime,
                        "name": file.name,
                        "bytes": file.bytes,
                    });
                    if let FileSource::Kept(_) = &file.source {
                        view["state"] = json!("ready");
                        view["url"] = json!(address(id, place));
                    }
                    if let (Value::Object(view), Some(stored)) = (&mut view, files.get(place)) {
                        view.extend(stored_file(id, place, stored));
                    }
                    view
                })
                .collect();
            json!({ "type": "media", "caption": media.caption, "files": files })
        }
        Content::Location(place) => json!({
            "type": "location",
            "latitude": place.latitude,
            "longitude": place.longitude,
            "name": place.name,
            "address": place.address,
        }),
        Content::Contacts(contacts) => json!({ "type": "contacts", "cards": contacts.cards }),
        Content::Interactive(offer) => {
            let mut view =
                json!({ "type": "interactive", "body": offer.body, "footer": offer.footer });
            match &offer.choices {
                Choices::Buttons(buttons) => view["buttons"] = json!(buttons),
                Choices::List { label, rows } => {
                    view["list"] = json!({ "label": label, "rows": rows });
                }
            }
            view
        }
        Content::Answer(answer) => {
            json!({ "type": "answer", "id": answer.id, "title": answer.title, "form": answer.form })
        }
        Content::Template(template) => json!({
            "type": "template",
            "name": template.name,
            "language": template.language,
            "parameters": template.parameters.iter().map(parameter).collect::<Vec<_>>(),
            "header": template.header.as_ref().map(header),
        }),
        Content::Unsupported(unsupported) => {
            json!({ "type": "unsupported", "kind": unsupported.kind, "raw": unsupported.raw })
        }
    }
}

fn parameter(parameter: &Parameter) -> Value {
    match parameter {
        Parameter::Placed(text) => json!(text),
        Parameter::Named { name, text } => json!({ "name": name, "text": text }),
    }
}

fn header(header: &TemplateHeader) -> Value {
    match header {
        TemplateHeader::Text(text) => json!({ "text": text }),
        TemplateHeader::File { kind, link } => json!({ "file": { "kind": kind, "url": link } }),
    }
}

/// Where a file is got.
fn address(id: MessageId, place: usize) -> String {
    format!("/v1/messages/{id}/files/{place}")
}

fn stored_file(id: MessageId, place: usize, file: &StoredFile) -> Map<String, Value> {
    let mut view = Map::new();
    let mut set = |name: &str, value: Value| view.insert(name.to_owned(), value);
    match &file.state {
        MediaState::Pending { problem } => {
            set("state", json!("pending"));
            set("problem", json!(problem));
        }
        MediaState::Ready { bytes, mime, .. } => {
            set("state", json!("ready"));
            set("bytes", json!(bytes));
            set("mime", json!(mime));
            set("url", json!(address(id, place)));
        }
        MediaState::Failed { problem } => {
            set("state", json!("failed"));
            set("problem", json!(problem));
        }
    }
    view
}

/// What the provider calls a message.
pub(crate) fn provider_id(logged: &Logged) -> Option<&ProviderMessageId> {
    match logged.event.kind.received() {
        Some(received) => Some(&received.provider_id),
        None => logged.delivery.as_ref()?.decisive()?.provider_id.as_ref(),
    }
}
