//! Items and requests as a reviewer reads them, with the private values shown.

use std::collections::BTreeMap;
use std::fmt::Write;

use domain::consent::ConsentChange;
use domain::content::Content;
use domain::delivery::{DeliveryStatus, Retry, SendFailure};
use domain::id::ProviderMessageId;
use domain::incoming::{Incoming, Receipt, Remark, Remarker, Sender};
use domain::private::Words;
use http::Request;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::{Acknowledgement, Outcome};

/// One item in a few lines, each indented by `indent`.
pub(super) fn item(item: &Incoming, indent: &str) -> String {
    let lines = match item {
        Incoming::Message(message) => {
            let mut lines = vec![
                format!("message {}", id(&message.id)),
                format!("  from {}", sender(&message.from)),
                format!("  at {}", time(message.sent_at)),
                format!("  {}", content(&message.content)),
            ];
            lines.extend(message.quotes.as_ref().map(|quoted| format!("  quotes {}", id(quoted))));
            lines.extend(message.referral.as_ref().map(|from| format!("  led by {}", json(from))));
            lines.extend(message.forwarded.then(|| "  forwarded".to_owned()));
            lines.extend(message.consent.as_ref().map(|change| format!("  {}", wish(change))));
            lines
        }
        Incoming::Remark(remark) => vec![
            format!("remark {} by the {}", id(&remark.id), by(remark.by)),
            format!("  contact {}", sender(&remark.contact)),
            format!("  at {}", time(remark.at)),
            format!("  on {}", id(&remark.target)),
            format!("  {}", remarked(&remark.remark)),
        ],
        Incoming::Echo(echo) => {
            let mut lines = vec![
                format!("echo {}", id(&echo.id)),
                format!("  to {}", echo.to.reveal()),
                format!("  at {}", time(echo.sent_at)),
                format!("  {}", content(&echo.content)),
            ];
            lines.extend(echo.quotes.as_ref().map(|quoted| format!("  quotes {}", id(quoted))));
            lines
        }
        Incoming::Receipt(told) => receipt(told),
        Incoming::Consent(consent) => vec![
            format!("consent {}", id(&consent.id)),
            format!("  from {}", sender(&consent.from)),
            format!("  at {}", time(consent.at)),
            format!("  {}", wish(&consent.change)),
        ],
        Incoming::AddressChange(change) => vec![
            format!("address change {}", id(&change.id)),
            format!("  from {} to {}", change.from.reveal(), change.to.reveal()),
            format!("  at {}", time(change.at)),
        ],
        Incoming::Notice(notice) => vec![format!("notice {}, {}", notice.kind, kept(&notice.raw))],
    };
    lines.iter().fold(String::new(), |mut text, line| {
        writeln!(text, "{indent}{line}").unwrap();
        text
    })
}

fn receipt(receipt: &Receipt) -> Vec<String> {
    let mut lines = vec![
        format!("receipt {} for {}", status(receipt.status), id(&receipt.provider_id)),
        format!("  at {}", time(receipt.at)),
    ];
    lines.extend(receipt.reference.map(|reference| format!("  reference {reference}")));
    lines.extend(receipt.failure.as_ref().map(|failure| format!("  {}", json(failure))));
    lines
}

fn status(status: DeliveryStatus) -> String {
    json(&status).replace('"', "")
}

/// An id made of the item itself is a hash nobody reviews; that it stays the same is another test.
fn id(id: &ProviderMessageId) -> &str {
    if id.0.starts_with("sha256:") { "sha256:…" } else { &id.0 }
}

fn sender(sender: &Sender) -> String {
    let mut text = sender.address.reveal().clone();
    for alias in &sender.aliases {
        write!(text, " ({})", alias.reveal()).unwrap();
    }
    if let Some(name) = &sender.name {
        write!(text, " {:?}", name.reveal()).unwrap();
    }
    text
}

fn time(at: Timestamp) -> String {
    if at == Timestamp::MAX { "not said".to_owned() } else { at.to_string() }
}

fn by(by: Remarker) -> &'static str {
    match by {
        Remarker::Contact => "contact",
        Remarker::Business => "business",
    }
}

fn remarked(remark: &Remark) -> String {
    match remark {
        Remark::Edited(edited) => format!("edited to {}", content(edited)),
        Remark::Deleted => "deleted".to_owned(),
        Remark::Reacted(Some(emoji)) => format!("reacted {}", emoji.reveal()),
        Remark::Reacted(None) => "reaction taken away".to_owned(),
    }
}

fn content(content: &Content) -> String {
    match content {
        Content::Unsupported(unsupported) => {
            let raw = unsupported.raw.as_ref().map_or("nothing kept".to_owned(), kept);
            format!("unsupported {}, {raw}", unsupported.kind)
        }
        Content::Text(_)
        | Content::Media(_)
        | Content::Location(_)
        | Content::Contacts(_)
        | Content::Interactive(_)
        | Content::Answer(_)
        | Content::Template(_) => json(content),
    }
}

/// How much is kept, rather than what: the order of its members is not a promise.
fn kept(raw: &Words) -> String {
    format!("{} characters kept", raw.reveal().chars().count())
}

fn wish(change: &ConsentChange) -> String {
    format!("wishes {}", json(change))
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

/// What became of a send, as `expected.json` writes it.
pub(super) fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Accepted(id) => format!("accepted {}", id.0),
        Outcome::Failed(failure) => refusal(failure),
        Outcome::Unknown(_) => "unknown".to_owned(),
    }
}

pub(super) fn refusal(SendFailure { failure, retry }: &SendFailure) -> String {
    let (again, wait) = match retry {
        Retry::Never => ("never", None),
        Retry::After(wait) => ("later", *wait),
    };
    let mut text = format!("{again} {}", json(&failure.kind).replace('"', ""));
    if let Some(code) = &failure.provider_code {
        write!(text, " {code}").unwrap();
    }
    if let Some(wait) = wait {
        write!(text, " after {}s", wait.as_secs()).unwrap();
    }
    text
}

/// A request with its secrets, its body laid out.
pub(super) fn request(request: &Request<Vec<u8>>) -> String {
    let mut text = format!("{} {}\n", request.method(), request.uri());
    let mut headers: Vec<String> = request
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    for header in headers {
        writeln!(text, "{header}").unwrap();
    }
    match serde_json::from_slice::<Value>(request.body()) {
        Ok(body) => writeln!(text, "{}", laid_out(&body, 0)),
        Err(_) => form_urlencoded::parse(request.body())
            .try_for_each(|(name, value)| writeln!(text, "{name} = {value}")),
    }
    .unwrap();
    text
}

/// What a webhook is answered with.
pub(super) fn acknowledgement(Acknowledgement { content_type, body }: &Acknowledgement) -> String {
    let body = serde_json::from_str(body).map_or(body.clone(), |body| one_line(&body));
    format!("{content_type} {body}")
}

/// JSON with its members by name, whichever map `serde_json` was built with, and on one line what
/// fits there.
fn laid_out(value: &Value, indent: usize) -> String {
    let compact = one_line(value);
    if indent + compact.len() <= 96 {
        return compact;
    }
    let inner: Vec<String> = match value {
        Value::Object(_) => by_name(value)
            .iter()
            .map(|(name, member)| format!("{}: {}", json(name), laid_out(member, indent + 2)))
            .collect(),
        Value::Array(items) => items.iter().map(|item| laid_out(item, indent + 2)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return compact,
    };
    let (open, close) = if value.is_object() { ('{', '}') } else { ('[', ']') };
    let lines = inner.join(&format!(",\n{:1$}", "", indent + 2));
    format!("{open}\n{:inner$}{lines}\n{:indent$}{close}", "", "", inner = indent + 2)
}

fn one_line(value: &Value) -> String {
    match value {
        Value::Object(_) => {
            let members = by_name(value);
            let members =
                members.iter().map(|(name, m)| format!("{}: {}", json(name), one_line(m)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(one_line).collect::<Vec<_>>().join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => json(value),
    }
}

fn by_name(object: &Value) -> BTreeMap<&String, &Value> {
    object.as_object().into_iter().flatten().collect()
}
