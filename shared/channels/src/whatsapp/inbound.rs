//! Webhooks of the Cloud API: messages, statuses, echoes, preferences.
//!
//! <https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview>

use domain::consent::{ConsentChange, ConsentSource, Topic, Wish};
use domain::content::{
    Answer, Card, Contacts, Content, File, FileKind, FileSource, Location, Media, Referral,
    Unsupported,
};
use domain::delivery::DeliveryStatus;
use domain::id::ProviderMessageId;
use domain::incoming::{
    AddressChange, Incoming, IncomingConsent, IncomingEcho, IncomingMessage, IncomingRemark,
    Notice, Receipt, Remark, Remarker, Sender,
};
use domain::private::{Address, Private, Words};
use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::errors;
use crate::{Parsed, Unreadable, e164, json};

/// Reads one change of an envelope.
pub(super) fn parse(part: &str) -> Result<Parsed, Unreadable> {
    let change = json::read(part)?;
    let field = text(&change, "/field").unwrap_or("unknown");
    let Some(value) = change.get("value").filter(|value| value.is_object()) else {
        return Ok(Parsed::of(vec![Incoming::Notice(Notice::new(field, part))]));
    };
    let people = value.get("contacts");
    let mut items = Vec::new();
    items.extend(list(value, "messages").iter().map(|item| message(item, people)));
    items.extend(list(value, "message_echoes").iter().map(echo));
    items.extend(list(value, "statuses").iter().map(status));
    items.extend(list(value, "user_preferences").iter().map(|item| preference(item, people)));
    items.extend(list(value, "errors").iter().map(|item| notice("errors", item)));
    if items.is_empty() {
        items.push(Incoming::Notice(Notice::new(field, part)));
    }
    let addressed_to = text(value, "/metadata/phone_number_id").map(str::to_owned);
    Ok(Parsed { addressed_to, items })
}

/// The items under a key. What should be a list and is not counts as one item: nothing will be
/// understood of it, but it will be seen.
fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    match value.get(key) {
        Some(Value::Array(items)) => items,
        Some(Value::Null) | None => &[],
        Some(item) => std::slice::from_ref(item),
    }
}

fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn words(value: &Value, pointer: &str) -> Option<Words> {
    text(value, pointer).map(Words::from)
}

/// A phone number, which WhatsApp writes without its plus sign.
fn phone(value: &Value, pointer: &str) -> Option<Address> {
    text(value, pointer).map(e164)
}

/// A business-scoped user id.
fn user_id(value: &Value, pointer: &str) -> Option<Address> {
    text(value, pointer).map(Address::from)
}

fn notice(kind: &str, item: &Value) -> Incoming {
    Incoming::Notice(Notice::new(kind, &item.to_string()))
}

/// `timestamp` is a string of Unix seconds; without a readable one the message was written now,
/// which the domain makes of a time in the future.
fn time(item: &Value) -> Timestamp {
    let seconds = match item.get("timestamp") {
        Some(Value::String(digits)) => digits.parse().ok(),
        Some(Value::Number(number)) => number.as_i64(),
        _ => None,
    };
    seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or(Timestamp::MAX)
}

/// The provider's id, or one made of the item itself, so that a repetition is still recognised.
fn id(item: &Value) -> ProviderMessageId {
    match text(item, "/id") {
        Some(id) => ProviderMessageId(id.to_owned()),
        None => {
            let hash = Sha256::digest(item.to_string());
            ProviderMessageId(format!("sha256:{}", hex::encode(&hash[..16])))
        }
    }
}

/// A contact as an item names them, completed by what the change says of people: by number where
/// WhatsApp shows it, else by the business-scoped user id
/// (<https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids>).
fn sender(number: Option<Address>, id: Option<Address>, people: Option<&Value>) -> Option<Sender> {
    let person = people.and_then(|people| person(people, number.as_ref(), id.as_ref()));
    let number = number.or_else(|| person.and_then(|person| phone(person, "/wa_id")));
    let id = id.or_else(|| person.and_then(|person| user_id(person, "/user_id")));
    let name = person.and_then(|person| {
        words(person, "/profile/name").or_else(|| words(person, "/profile/username"))
    });
    match (number, id) {
        (Some(number), id) => {
            Some(Sender { address: number, aliases: id.into_iter().collect(), name })
        }
        (None, Some(id)) => Some(Sender { address: id, aliases: Vec::new(), name }),
        (None, None) => None,
    }
}

fn person<'a>(
    people: &'a Value,
    number: Option<&Address>,
    id: Option<&Address>,
) -> Option<&'a Value> {
    let people = people.as_array()?;
    let is = |person: &&Value| {
        let same_number = number.is_some() && phone(person, "/wa_id").as_ref() == number;
        let same_id = id.is_some() && user_id(person, "/user_id").as_ref() == id;
        same_number || same_id
    };
    // A single person is the sender, whatever the spelling of the number.
    people.iter().find(is).or_else(|| people.first().filter(|_| people.len() == 1))
}

fn message(item: &Value, people: Option<&Value>) -> Incoming {
    let kind = text(item, "/type").unwrap_or("unknown");
    if kind == "system" {
        return system(item);
    }
    let Some(from) = sender(phone(item, "/from"), user_id(item, "/from_user_id"), people) else {
        return notice(kind, item);
    };
    match kind {
        "reaction" | "edit" | "revoke" => remark(item, kind, from, Remarker::Contact),
        _ => Incoming::Message(IncomingMessage {
            id: id(item),
            from,
            sent_at: time(item),
            content: content(item, kind),
            quotes: quoted(item),
            referral: referral(item),
            automatic: false,
            forwarded: flag(item, "/context/forwarded")
                || flag(item, "/context/frequently_forwarded"),
            consent: None,
        }),
    }
}

fn flag(item: &Value, pointer: &str) -> bool {
    item.pointer(pointer).and_then(Value::as_bool).unwrap_or(false)
}

/// A `context` without an id marks a forwarded message or a product, not a reply.
fn quoted(item: &Value) -> Option<ProviderMessageId> {
    text(item, "/context/id").map(|id| ProviderMessageId(id.to_owned()))
}

fn content(item: &Value, kind: &str) -> Content {
    let read = match kind {
        "text" => words(item, "/text/body").map(Content::text),
        "image" => media(item, kind, FileKind::Image),
        "video" => media(item, kind, FileKind::Video),
        "audio" if flag(item, "/audio/voice") => media(item, kind, FileKind::Voice),
        "audio" => media(item, kind, FileKind::Audio),
        "document" => media(item, kind, FileKind::Document),
        "sticker" => media(item, kind, FileKind::Sticker),
        "location" => location(item),
        "contacts" => contacts(item),
        "interactive" => answer(item),
        "button" => words(item, "/button/text").map(|title| {
            Content::Answer(Answer {
                id: text(item, "/button/payload").map(str::to_owned),
                title,
                form: None,
            })
        }),
        _ => None,
    };
    read.unwrap_or_else(|| Content::Unsupported(Unsupported::new(kind, &item.to_string())))
}

fn media(item: &Value, key: &str, kind: FileKind) -> Option<Content> {
    let media = item.get(key)?;
    let file = File {
        kind,
        mime: text(media, "/mime_type").map(str::to_owned),
        name: words(media, "/filename"),
        bytes: media.get("file_size").and_then(Value::as_u64),
        source: FileSource::Handle(words(media, "/id")?),
    };
    Some(Content::Media(Media { caption: words(media, "/caption"), files: vec![file] }))
}

fn location(item: &Value) -> Option<Content> {
    let degrees = |pointer| {
        item.pointer(pointer).and_then(Value::as_f64).filter(|degrees| degrees.is_finite())
    };
    Some(Content::Location(Location {
        latitude: Private::new(degrees("/location/latitude")?),
        longitude: Private::new(degrees("/location/longitude")?),
        name: words(item, "/location/name"),
        address: words(item, "/location/address"),
    }))
}

fn contacts(item: &Value) -> Option<Content> {
    let each = |card: &Value, key, pointer| {
        list(card, key).iter().filter_map(|one| words(one, pointer)).collect()
    };
    let cards: Vec<Card> = list(item, "contacts")
        .iter()
        .map(|card| Card {
            name: words(card, "/name/formatted_name")
                .or_else(|| words(card, "/name/first_name"))
                .unwrap_or_default(),
            phones: each(card, "phones", "/phone"),
            emails: each(card, "emails", "/email"),
        })
        .collect();
    (!cards.is_empty()).then_some(Content::Contacts(Contacts { cards }))
}

fn answer(item: &Value) -> Option<Content> {
    let chosen =
        item.pointer("/interactive/button_reply").or(item.pointer("/interactive/list_reply"));
    if let Some(chosen) = chosen {
        return Some(Content::Answer(Answer {
            id: text(chosen, "/id").map(str::to_owned),
            title: words(chosen, "/title")?,
            form: None,
        }));
    }
    let form = item.pointer("/interactive/nfm_reply")?;
    Some(Content::Answer(Answer {
        id: None,
        title: words(form, "/body").or_else(|| words(form, "/name")).unwrap_or_default(),
        form: words(form, "/response_json"),
    }))
}

fn referral(item: &Value) -> Option<Referral> {
    if let Some(referral) = item.get("referral").filter(|referral| referral.is_object()) {
        let own = |pointer| text(referral, pointer).map(str::to_owned);
        return Some(Referral {
            source: own("/source_type").unwrap_or_else(|| "ad".to_owned()),
            id: own("/source_id"),
            url: own("/source_url"),
            headline: own("/headline"),
            body: own("/body"),
            click_id: own("/ctwa_clid"),
        });
    }
    let product =
        item.pointer("/context/referred_product").filter(|product| product.is_object())?;
    Some(Referral {
        source: "product".to_owned(),
        id: text(product, "/product_retailer_id").map(str::to_owned),
        ..Referral::default()
    })
}

fn remark(item: &Value, kind: &str, contact: Sender, by: Remarker) -> Incoming {
    let (target, remark) = match kind {
        "reaction" => {
            (text(item, "/reaction/message_id"), Remark::Reacted(words(item, "/reaction/emoji")))
        }
        "revoke" => (text(item, "/revoke/original_message_id"), Remark::Deleted),
        _ => {
            let edited = item.pointer("/edit/message").unwrap_or(&Value::Null);
            let edited_kind = text(edited, "/type").unwrap_or("unknown");
            (text(item, "/edit/original_message_id"), Remark::Edited(content(edited, edited_kind)))
        }
    };
    let Some(target) = target else {
        return notice(kind, item);
    };
    Incoming::Remark(IncomingRemark {
        id: id(item),
        contact,
        by,
        target: ProviderMessageId(target.to_owned()),
        at: time(item),
        remark,
    })
}

/// A contact who moved. A new number comes from the old one; a new user id comes from nobody and
/// names the old one inside. Neither comes with people
/// (<https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/system>).
fn system(item: &Value) -> Incoming {
    let previous =
        || user_id(item, "/system/previous_user_id").or_else(|| user_id(item, "/from_user_id"));
    let (from, to) = match text(item, "/system/type") {
        Some("user_changed_number") => (phone(item, "/from"), phone(item, "/system/wa_id")),
        Some("user_changed_user_id") => (previous(), user_id(item, "/system/user_id")),
        _ => (None, None),
    };
    match (from, to) {
        (Some(from), Some(to)) => {
            Incoming::AddressChange(AddressChange { id: id(item), from, to, at: time(item) })
        }
        _ => notice("system", item),
    }
}

/// What the business wrote in the WhatsApp Business app.
fn echo(item: &Value) -> Incoming {
    let kind = text(item, "/type").unwrap_or("unknown");
    let Some(to) = phone(item, "/to").or_else(|| user_id(item, "/to_user_id")) else {
        return notice("message_echoes", item);
    };
    match kind {
        "reaction" | "edit" | "revoke" => {
            let contact = Sender { address: to, aliases: Vec::new(), name: None };
            remark(item, kind, contact, Remarker::Business)
        }
        _ => Incoming::Echo(IncomingEcho {
            id: id(item),
            to,
            sent_at: time(item),
            content: content(item, kind),
            quotes: quoted(item),
        }),
    }
}

fn status(item: &Value) -> Incoming {
    let status = match text(item, "/status") {
        Some("sent") => DeliveryStatus::Sent,
        Some("delivered") => DeliveryStatus::Delivered,
        // A voice message that was played has been read.
        Some("read" | "played") => DeliveryStatus::Read,
        Some("failed") => DeliveryStatus::Failed,
        _ => return notice("status", item),
    };
    let Some(provider_id) = text(item, "/id") else {
        return notice("status", item);
    };
    let failure = (status == DeliveryStatus::Failed)
        .then(|| errors::failure(item.pointer("/errors/0").unwrap_or(&Value::Null), None).failure);
    Incoming::Receipt(Receipt {
        provider_id: ProviderMessageId(provider_id.to_owned()),
        reference: text(item, "/biz_opaque_callback_data").and_then(|data| data.parse().ok()),
        status,
        failure,
        at: time(item),
    })
}

/// A contact stops or resumes marketing messages in WhatsApp's own settings.
fn preference(item: &Value, people: Option<&Value>) -> Incoming {
    let marketing = text(item, "/category") == Some("marketing_messages");
    let wish = match text(item, "/value") {
        Some("stop") if marketing => Wish::Out,
        Some("resume") if marketing => Wish::In,
        _ => return notice("user_preferences", item),
    };
    let Some(from) = sender(phone(item, "/wa_id"), user_id(item, "/user_id"), people) else {
        return notice("user_preferences", item);
    };
    Incoming::Consent(IncomingConsent {
        id: id(item),
        from,
        at: time(item),
        change: ConsentChange { topic: Topic::Marketing, wish, source: ConsentSource::Provider },
    })
}
