//! Updates of the Bot API. One request carries one update.
//!
//! <https://core.telegram.org/bots/api#update>

use domain::consent::{ConsentChange, ConsentSource, Topic, Wish};
use domain::content::{
    Answer, Card, Contacts, Content, File, FileKind, FileSource, Location, Media, Referral,
    Unsupported,
};
use domain::id::ProviderMessageId;
use domain::incoming::{
    AddressChange, Incoming, IncomingConsent, IncomingMessage, IncomingRemark, Notice, Remark,
    Remarker, Sender,
};
use domain::private::{Address, Private, Words};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::webhook::fingerprint;
use crate::{Acknowledgement, Lane, Parsed, Part, Unreadable, json};

/// An update, read no further than the cut needs.
#[derive(Deserialize)]
struct Update {
    #[serde(default)]
    message: Option<InChat>,
    #[serde(default)]
    edited_message: Option<InChat>,
    #[serde(default)]
    message_reaction: Option<InChat>,
    #[serde(default)]
    my_chat_member: Option<InChat>,
    #[serde(default)]
    callback_query: Option<Pressed>,
}

#[derive(Deserialize)]
struct InChat {
    chat: Chat,
}

#[derive(Deserialize)]
struct Chat {
    id: i64,
}

#[derive(Deserialize)]
struct Pressed {
    id: String,
    #[serde(default)]
    message: Option<InChat>,
}

pub(super) fn part(body: &[u8]) -> Part {
    let chat = serde_json::from_slice::<Update>(body).ok().and_then(|update| {
        let pressed = update.callback_query.and_then(|pressed| pressed.message);
        update
            .message
            .or(update.edited_message)
            .or(update.message_reaction)
            .or(update.my_chat_member)
            .or(pressed)
    });
    let sender = chat.map(|in_chat| in_chat.chat.id.to_string()).unwrap_or_default();
    Part::new(Lane::Messages, &sender, String::from_utf8_lossy(body))
}

/// The button a contact pressed keeps spinning until it is answered; the answer to the webhook may
/// do that (<https://core.telegram.org/bots/api#making-requests-when-getting-updates>).
pub(super) fn acknowledgement(body: &[u8]) -> Acknowledgement {
    let pressed =
        serde_json::from_slice::<Update>(body).ok().and_then(|update| update.callback_query);
    pressed.map_or(Acknowledgement::EMPTY, |pressed| Acknowledgement {
        content_type: "application/json",
        body:
            serde_json::json!({ "method": "answerCallbackQuery", "callback_query_id": pressed.id })
                .to_string(),
    })
}

pub(super) fn parse(part: &str) -> Result<Parsed, Unreadable> {
    let update = json::read(part)?;
    let Some(members) = update.as_object() else {
        return Err(Unreadable("not an update".to_owned()));
    };
    let update_id = update.get("update_id").and_then(Value::as_i64);
    let kind = UNDERSTOOD
        .into_iter()
        .find(|kind| members.contains_key(*kind))
        .or_else(|| members.keys().map(String::as_str).find(|key| *key != "update_id"))
        .unwrap_or("empty");
    let body = update.get(kind).unwrap_or(&Value::Null);
    let item = match (kind, update_id) {
        ("message", _) => message(body),
        ("edited_message", Some(update_id)) => edit(body, update_id),
        ("callback_query", _) => pressed(body),
        ("message_reaction", Some(update_id)) => reaction(body, update_id),
        ("my_chat_member", Some(update_id)) => membership(body, update_id),
        _ => None,
    };
    Ok(Parsed::of(vec![item.unwrap_or_else(|| Incoming::Notice(Notice::new(kind, part)))]))
}

/// The kinds of update that say something about a conversation.
///
/// What is said in a business account's own chats is not among them, deletions there neither: such
/// a chat has the number of the contact's chat with the bot, and its messages have numbers that
/// mean others there (<https://core.telegram.org/bots/api#businessmessagesdeleted>).
const UNDERSTOOD: [&str; 5] =
    ["message", "edited_message", "callback_query", "message_reaction", "my_chat_member"];

fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn words(value: &Value, pointer: &str) -> Option<Words> {
    text(value, pointer).map(Words::from)
}

fn number(value: &Value, pointer: &str) -> Option<i64> {
    value.pointer(pointer).and_then(Value::as_i64)
}

/// A message number is unique only inside its chat. The chat is the contact's address, and the names
/// of messages stand in logs: so only its fingerprint is part of the name.
pub(super) fn message_name(chat: &str, number: i64) -> ProviderMessageId {
    ProviderMessageId(format!("{}:{number}", fingerprint(&["telegram", chat])))
}

fn message_id(message: &Value) -> Option<ProviderMessageId> {
    let chat = number(message, "/chat/id")?.to_string();
    Some(message_name(&chat, number(message, "/message_id")?))
}

/// `date` is a number of Unix seconds; without a readable one the message was written now, which
/// the domain makes of a time in the future.
fn time(value: &Value, pointer: &str) -> Timestamp {
    number(value, pointer)
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .unwrap_or(Timestamp::MAX)
}

/// The contact is the chat: a person, or a group by its title.
fn sender(message: &Value) -> Option<Sender> {
    let address = Address::new(number(message, "/chat/id")?.to_string());
    let person = |at: &str| {
        let first = text(message, &format!("{at}/first_name"))?;
        let last = text(message, &format!("{at}/last_name"));
        Some(Words::new(last.map_or(first.to_owned(), |last| format!("{first} {last}"))))
    };
    let name =
        words(message, "/chat/title").or_else(|| person("/chat")).or_else(|| person("/from"));
    Some(Sender { address, aliases: Vec::new(), name })
}

fn message(message: &Value) -> Option<Incoming> {
    let from = sender(message)?;
    let id = message_id(message)?;
    let at = time(message, "/date");
    if let Some(to) = number(message, "/migrate_to_chat_id") {
        let to = Address::new(to.to_string());
        return Some(Incoming::AddressChange(AddressChange { id, from: from.address, to, at }));
    }
    Some(Incoming::Message(IncomingMessage {
        id,
        from,
        sent_at: at,
        content: content(message),
        quotes: message.get("reply_to_message").and_then(message_id),
        referral: deep_link(message),
        forwarded: message.get("forward_origin").is_some(),
        automatic: message.pointer("/from/is_bot").and_then(Value::as_bool) == Some(true),
        consent: None,
    }))
}

/// `/start PAYLOAD` is how a link into the bot arrives
/// (<https://core.telegram.org/bots/features#deep-linking>).
fn deep_link(message: &Value) -> Option<Referral> {
    let payload = text(message, "/text")?.strip_prefix("/start ")?.trim();
    (!payload.is_empty()).then(|| Referral {
        source: "link".to_owned(),
        id: Some(payload.to_owned()),
        ..Referral::default()
    })
}

/// The members of a message that say what it is about rather than what it says.
const FRAME: [&str; 37] = [
    "message_id",
    "from",
    "chat",
    "date",
    "edit_date",
    "reply_to_message",
    "external_reply",
    "quote",
    "forward_origin",
    "media_group_id",
    "caption",
    "caption_entities",
    "entities",
    "reply_markup",
    "sender_chat",
    "via_bot",
    "author_signature",
    "has_protected_content",
    "message_thread_id",
    "is_topic_message",
    "is_automatic_forward",
    "link_preview_options",
    "effect_id",
    "show_caption_above_media",
    "has_media_spoiler",
    "sender_boost_count",
    "sender_business_bot",
    "sender_tag",
    "business_connection_id",
    "direct_messages_topic",
    "reply_to_story",
    "reply_to_checklist_task_id",
    "reply_to_poll_option_id",
    "is_from_offline",
    "is_paid_post",
    "paid_star_count",
    "suggested_post_info",
];

fn content(message: &Value) -> Content {
    let read = words(message, "/text")
        .map(Content::text)
        .or_else(|| media(message))
        .or_else(|| location(message))
        .or_else(|| contact(message));
    read.unwrap_or_else(|| {
        let kind = message
            .as_object()
            .and_then(|members| members.keys().find(|key| !FRAME.contains(&key.as_str())))
            .map_or("message", String::as_str);
        Content::Unsupported(Unsupported::new(kind, &message.to_string()))
    })
}

/// In this order: an animation comes with a document of the same file.
const MEDIA: [(&str, FileKind); 7] = [
    ("animation", FileKind::Video),
    ("video", FileKind::Video),
    ("video_note", FileKind::Video),
    ("audio", FileKind::Audio),
    ("voice", FileKind::Voice),
    ("document", FileKind::Document),
    ("sticker", FileKind::Sticker),
];

fn media(message: &Value) -> Option<Content> {
    // A photo comes in several sizes, the largest last.
    let photo = message.get("photo").and_then(Value::as_array).and_then(|sizes| sizes.last());
    let (file, kind) = match photo {
        Some(photo) => (photo, FileKind::Image),
        None => MEDIA.iter().find_map(|(key, kind)| Some((message.get(*key)?, *kind)))?,
    };
    let mime = text(file, "/mime_type").or(match kind {
        FileKind::Image => Some("image/jpeg"),
        FileKind::Video
        | FileKind::Audio
        | FileKind::Voice
        | FileKind::Document
        | FileKind::Sticker => None,
    });
    Some(Content::Media(Media {
        caption: words(message, "/caption"),
        files: vec![File {
            kind,
            mime: mime.map(str::to_owned),
            name: words(file, "/file_name"),
            bytes: file.get("file_size").and_then(Value::as_u64),
            source: FileSource::Handle(words(file, "/file_id")?),
        }],
    }))
}

fn location(message: &Value) -> Option<Content> {
    let degrees = |pointer| message.pointer(pointer).and_then(Value::as_f64);
    Some(Content::Location(Location {
        latitude: Private::new(degrees("/location/latitude")?),
        longitude: Private::new(degrees("/location/longitude")?),
        name: words(message, "/venue/title"),
        address: words(message, "/venue/address"),
    }))
}

fn contact(message: &Value) -> Option<Content> {
    let first = text(message, "/contact/first_name")?;
    let last = text(message, "/contact/last_name");
    let name = last.map_or(first.to_owned(), |last| format!("{first} {last}"));
    let phones = words(message, "/contact/phone_number").into_iter().collect();
    let card = Card { name: Words::new(name), phones, emails: Vec::new() };
    Some(Content::Contacts(Contacts { cards: vec![card] }))
}

fn edit(message: &Value, update_id: i64) -> Option<Incoming> {
    Some(Incoming::Remark(IncomingRemark {
        id: ProviderMessageId(format!("update:{update_id}")),
        contact: sender(message)?,
        by: Remarker::Contact,
        target: message_id(message)?,
        at: time(message, "/edit_date"),
        remark: Remark::Edited(content(message)),
    }))
}

/// A pressed button: its words are on the message it hangs under.
fn pressed(query: &Value) -> Option<Incoming> {
    let asked = query.get("message")?;
    let id = ProviderMessageId(format!("callback:{}", text(query, "/id")?));
    let data = text(query, "/data");
    let rows = asked.pointer("/reply_markup/inline_keyboard").and_then(Value::as_array);
    let button = rows
        .into_iter()
        .flatten()
        .filter_map(Value::as_array)
        .flatten()
        .find(|button| data.is_some() && text(button, "/callback_data") == data);
    let title = button.and_then(|button| words(button, "/text")).or(data.map(Words::from))?;
    Some(Incoming::Message(IncomingMessage {
        id,
        from: sender(asked)?,
        // The query has no time of its own.
        sent_at: Timestamp::MAX,
        content: Content::Answer(Answer { id: data.map(str::to_owned), title, form: None }),
        quotes: message_id(asked),
        referral: None,
        forwarded: false,
        automatic: false,
        consent: None,
    }))
}

fn reaction(reaction: &Value, update_id: i64) -> Option<Incoming> {
    let new = reaction.get("new_reaction")?.as_array()?;
    let emoji = new.iter().find_map(|one| words(one, "/emoji").or_else(|| words(one, "/type")));
    Some(Incoming::Remark(IncomingRemark {
        id: ProviderMessageId(format!("update:{update_id}")),
        contact: sender(reaction)?,
        by: Remarker::Contact,
        target: message_id(reaction)?,
        at: time(reaction, "/date"),
        remark: Remark::Reacted(emoji),
    }))
}

/// In a private chat, a contact blocks the bot or takes that back.
fn membership(update: &Value, update_id: i64) -> Option<Incoming> {
    if text(update, "/chat/type") != Some("private") {
        return None;
    }
    let wish = match text(update, "/new_chat_member/status")? {
        "kicked" => Wish::Out,
        "member" => Wish::In,
        _ => return None,
    };
    Some(Incoming::Consent(IncomingConsent {
        id: ProviderMessageId(format!("update:{update_id}")),
        from: sender(update)?,
        at: time(update, "/date"),
        change: ConsentChange { topic: Topic::Everything, wish, source: ConsentSource::Blocked },
    }))
}
