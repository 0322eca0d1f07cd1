//! Cuts a webhook into its items: a batch may carry a thousand, of several people and numbers.
//!
//! It reads no more than the cut needs, because it runs inside the provider's deadline.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{Lane, Part};

/// The envelope, read no further than the cut needs.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    entry: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    changes: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Change<'a> {
    #[serde(borrow)]
    field: &'a RawValue,
    #[serde(borrow)]
    value: Inner<'a>,
}

#[derive(Deserialize)]
struct Inner<'a> {
    #[serde(borrow, default)]
    metadata: Option<&'a RawValue>,
    #[serde(borrow, default)]
    contacts: Option<&'a RawValue>,
    #[serde(borrow, default)]
    messages: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    message_echoes: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    statuses: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    errors: Option<&'a RawValue>,
    #[serde(borrow, default)]
    user_preferences: Option<&'a RawValue>,
}

/// Who an item is about.
#[derive(Deserialize)]
struct About<'a> {
    #[serde(borrow, default)]
    from: Option<std::borrow::Cow<'a, str>>,
    #[serde(borrow, default)]
    from_user_id: Option<std::borrow::Cow<'a, str>>,
    #[serde(borrow, default)]
    to: Option<std::borrow::Cow<'a, str>>,
    #[serde(borrow, default)]
    recipient_id: Option<std::borrow::Cow<'a, str>>,
    #[serde(borrow, default)]
    recipient_user_id: Option<std::borrow::Cow<'a, str>>,
}

/// A part of one item, as it goes on the queue.
#[derive(Serialize)]
struct Cut<'a> {
    field: &'a RawValue,
    value: CutValue<'a>,
}

#[derive(Default, Serialize)]
struct CutValue<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contacts: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<[&'a RawValue; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_echoes: Option<[&'a RawValue; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statuses: Option<[&'a RawValue; 1]>,
}

/// Cuts a batch into its items. A change that cannot be cut stays whole, a body that is no envelope
/// too.
pub(super) fn parts(body: &[u8]) -> Vec<Part> {
    let parts: Vec<Part> = match serde_json::from_slice::<Envelope<'_>>(body) {
        Ok(envelope) => envelope.entry.into_iter().flat_map(cut_entry).collect(),
        Err(_) => Vec::new(),
    };
    if parts.is_empty() {
        return vec![Part::new(Lane::Messages, "", String::from_utf8_lossy(body))];
    }
    parts
}

fn cut_entry(raw: &RawValue) -> Vec<Part> {
    match serde_json::from_str::<Entry<'_>>(raw.get()) {
        Ok(entry) => entry.changes.into_iter().flat_map(cut).collect(),
        Err(_) => vec![Part::new(Lane::Messages, "", raw.get())],
    }
}

fn cut(raw: &RawValue) -> Vec<Part> {
    let whole = || vec![Part::new(Lane::Messages, "", raw.get())];
    let Ok(Change { field, value }) = serde_json::from_str::<Change<'_>>(raw.get()) else {
        return whole();
    };
    let items = value.messages.len() + value.message_echoes.len() + value.statuses.len();
    if items == 0 || value.errors.is_some() || value.user_preferences.is_some() {
        return whole();
    }
    let shared =
        || CutValue { metadata: value.metadata, contacts: value.contacts, ..CutValue::default() };
    let messages = value
        .messages
        .iter()
        .map(|item| (Lane::Messages, *item, CutValue { messages: Some([*item]), ..shared() }));
    let echoes = value.message_echoes.iter().map(|item| {
        (Lane::Messages, *item, CutValue { message_echoes: Some([*item]), ..shared() })
    });
    let statuses = value
        .statuses
        .iter()
        .map(|item| (Lane::Receipts, *item, CutValue { statuses: Some([*item]), ..shared() }));
    messages
        .chain(echoes)
        .chain(statuses)
        .map(|(lane, item, value)| {
            // An item alone in its change goes on as it came.
            let body = if items == 1 {
                raw.get().to_owned()
            } else {
                serde_json::to_string(&Cut { field, value }).unwrap_or_default()
            };
            Part::new(lane, &about(item, lane), body)
        })
        .collect()
}

fn about(item: &RawValue, lane: Lane) -> String {
    let Ok(about) = serde_json::from_str::<About<'_>>(item.get()) else {
        return String::new();
    };
    let first = match lane {
        // An echo has the contact in `to`; a message has no `to`.
        Lane::Messages => about.to.or(about.from).or(about.from_user_id),
        Lane::Receipts => about.recipient_id.or(about.recipient_user_id),
    };
    first.map(std::borrow::Cow::into_owned).unwrap_or_default()
}
