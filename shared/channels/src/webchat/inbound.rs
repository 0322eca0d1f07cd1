//! What the widget posts: who writes, what they wrote, which of our messages they have.
//!
//! ```json
//! {"visitor": {"id": "anon:…"},
//!  "messages": [{"id": "…", "type": "text", "text": "…", "page": {"url": "…", "title": "…"}}],
//!  "receipts": [{"id": "…", "status": "read"}]}
//! ```
//!
//! The clocks of browsers are not asked: what arrives was written now.

use domain::content::{Answer, Content, File, FileKind, FileSource, Media, Referral, Unsupported};
use domain::delivery::DeliveryStatus;
use domain::id::ProviderMessageId;
use domain::incoming::{Incoming, IncomingMessage, Notice, Receipt, Sender};
use domain::private::Words;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::outbound::reference_of;
use super::{DETAILS, Visitor, upload_handle};
use crate::webhook::fingerprint;
use crate::{Lane, Parsed, Part, Unreadable, json as text_json};

/// What one request may hold: the widget posts what it has, a message or two.
const PARTS_MAX: usize = 50;
const ID_BYTES_MAX: usize = 64;
const PAGE_CHARS_MAX: usize = 1_000;

/// Who a body says that it is from. It has to be whom the session names.
pub(super) fn visitor(body: &[u8]) -> Option<Visitor> {
    let body = read(body);
    serde_json::from_value(body.get("visitor")?.clone()).ok()
}

/// The names of our messages that a body speaks of, in receipts and in what it answers.
pub(super) fn named_of_ours(body: &[u8]) -> Vec<String> {
    let body = read(body);
    let receipts = list(&body, "receipts").filter_map(|receipt| text(receipt, "id"));
    let quoted = list(&body, "messages").filter_map(|message| text(message, "quotes"));
    receipts.chain(quoted).map(str::to_owned).collect()
}

/// A body as everything here reads it, so that what is checked is what is taken.
fn read(body: &[u8]) -> Value {
    text_json::read(&String::from_utf8_lossy(body)).unwrap_or_default()
}

pub(super) fn parts(body: &[u8]) -> Vec<Part> {
    let whole = String::from_utf8_lossy(body);
    let read = read(body);
    let visitor = read.get("visitor").cloned().unwrap_or_default();
    let sender = text(&visitor, "id").unwrap_or_default().to_owned();
    let part = |lane, name: &str, item: &Value| {
        Part::new(lane, &sender, json!({ "visitor": visitor, name: item }).to_string())
    };
    let messages = list(&read, "messages").map(|message| part(Lane::Messages, "message", message));
    let receipts = list(&read, "receipts").map(|receipt| part(Lane::Receipts, "receipt", receipt));
    let parts: Vec<Part> = messages.chain(receipts).take(PARTS_MAX).collect();
    if parts.is_empty() { vec![Part::new(Lane::Messages, &sender, whole)] } else { parts }
}

pub(super) fn parse(part: &str) -> Result<Parsed, Unreadable> {
    let read = text_json::read(part)?;
    let item = read
        .get("visitor")
        .and_then(|visitor| serde_json::from_value::<Visitor>(visitor.clone()).ok())
        .and_then(|visitor| match (read.get("message"), read.get("receipt")) {
            (Some(said), _) => message(&visitor, said),
            (None, Some(told)) => receipt(told),
            (None, None) => None,
        });
    Ok(Parsed::of(vec![item.unwrap_or_else(|| Incoming::Notice(Notice::new("webchat", part)))]))
}

fn list<'a>(body: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    body.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn words(value: &Value, name: &str) -> Option<Words> {
    text(value, name).map(Words::from)
}

/// A visitor's own name of a message, unique among those of all visitors of the account.
fn message_name(visitor: &Visitor, id: &str) -> Option<ProviderMessageId> {
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    let name = || ProviderMessageId(format!("{}:{id}", fingerprint(&[visitor.id.reveal()])));
    (plain && id.len() <= ID_BYTES_MAX).then(name)
}

/// What the visitor called the message that we know by this name.
pub fn own_name(name: &ProviderMessageId) -> &str {
    name.0.split_once(':').map_or(name.0.as_str(), |(_, own)| own)
}

fn message(visitor: &Visitor, said: &Value) -> Option<Incoming> {
    let details = text(said, "type") == Some(DETAILS);
    Some(Incoming::Message(IncomingMessage {
        id: message_name(visitor, text(said, "id")?)?,
        from: Sender {
            address: visitor.id.clone(),
            aliases: visitor.was.iter().cloned().collect(),
            name: visitor.name.clone(),
        },
        sent_at: Timestamp::MAX,
        content: content(visitor, said),
        quotes: text(said, "quotes").map(|quoted| ProviderMessageId(quoted.to_owned())),
        referral: said.get("page").and_then(page),
        forwarded: false,
        // A form asks nothing that a responder could answer.
        automatic: details,
        consent: None,
    }))
}

fn content(visitor: &Visitor, said: &Value) -> Content {
    let kind = text(said, "type").unwrap_or("message");
    let read = match kind {
        "text" => words(said, "text").map(Content::text),
        "media" => media(visitor, said),
        "choice" => words(said, "title").map(|title| {
            let id = text(said, "choice").map(str::to_owned);
            Content::Answer(Answer { id, title, form: None })
        }),
        DETAILS => details(visitor),
        _ => None,
    };
    read.unwrap_or_else(|| Content::Unsupported(Unsupported::new(kind, &said.to_string())))
}

/// Who the visitor is, as they or the customer's server say: the session proves which.
fn details(visitor: &Visitor) -> Option<Content> {
    let (name, email) = (visitor.name.as_ref(), visitor.email.as_ref());
    let shown: Vec<&str> =
        name.into_iter().chain(email).map(|words| words.reveal().as_str()).collect();
    let form = json!({ "name": name, "email": email, "proven": visitor.is_named() });
    (!shown.is_empty()).then(|| {
        Content::Answer(Answer {
            id: Some(DETAILS.to_owned()),
            title: Words::new(shown.join(", ")),
            form: Some(Words::new(form.to_string())),
        })
    })
}

fn media(visitor: &Visitor, said: &Value) -> Option<Content> {
    let files: Vec<File> = list(said, "files").filter_map(|one| file(visitor, one)).collect();
    (!files.is_empty()).then(|| Content::Media(Media { caption: words(said, "caption"), files }))
}

fn file(visitor: &Visitor, told: &Value) -> Option<File> {
    let mime = text(told, "mime").map(str::to_owned);
    Some(File {
        kind: mime.as_deref().map_or(FileKind::Document, FileKind::of_mime),
        mime,
        name: words(told, "name"),
        bytes: told.get("bytes").and_then(Value::as_u64),
        source: FileSource::Handle(Words::new(upload_handle(visitor, text(told, "upload")?)?)),
    })
}

/// The page the visitor is on; the widget says it when they have come to another.
fn page(page: &Value) -> Option<Referral> {
    let short = |name| -> Option<String> {
        text(page, name).map(|text| text.chars().take(PAGE_CHARS_MAX).collect())
    };
    let url = short("url")?;
    Some(Referral {
        source: "page".to_owned(),
        url: Some(url),
        headline: short("title"),
        ..Referral::default()
    })
}

fn receipt(told: &Value) -> Option<Incoming> {
    let id = text(told, "id")?;
    let status = match text(told, "status")? {
        "delivered" => DeliveryStatus::Delivered,
        "read" => DeliveryStatus::Read,
        _ => return None,
    };
    Some(Incoming::Receipt(Receipt {
        provider_id: ProviderMessageId(id.to_owned()),
        reference: reference_of(id),
        status,
        failure: None,
        at: Timestamp::MAX,
    }))
}
