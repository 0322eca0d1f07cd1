//! Chats, users and messages, as updates and answers write them.

use serde_json::{Value, json};

use crate::account::Account;
use crate::chat::{Author, Bubble, Chat, Kind};

/// A chat is numbered; what is no number cannot be one.
pub(super) fn number(address: &str) -> i64 {
    address.parse().unwrap_or_default()
}

/// The customer as a user. A private chat has the number of its user.
pub(super) fn user(chat: &Chat) -> Value {
    json!({
        "id": number(&chat.address),
        "is_bot": false,
        "first_name": chat.name,
        "username": handle(&chat.name),
        "language_code": "en",
    })
}

pub(super) fn private_chat(chat: &Chat) -> Value {
    json!({
        "id": number(&chat.address),
        "first_name": chat.name,
        "username": handle(&chat.name),
        "type": "private",
    })
}

/// A bot's number is what its token begins with.
pub(super) fn bot(account: &Account) -> Value {
    let id: i64 = account
        .secret("bot_token")
        .split(':')
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or_default();
    json!({
        "id": id,
        "is_bot": true,
        "first_name": account.name,
        "username": format!("{}_bot", handle(&account.name)),
    })
}

fn handle(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// A message that is on the phone, as Telegram repeats it when it is quoted, edited or pressed.
pub(super) fn message(account: &Account, chat: &Chat, bubble: &Bubble) -> Value {
    let from = match bubble.by {
        Author::Customer => user(chat),
        Author::Desk | Author::Provider => bot(account),
    };
    let mut message = json!({
        "message_id": number(&bubble.id),
        "from": from,
        "chat": private_chat(chat),
        "date": bubble.at.as_second(),
    });
    if let Some(text) = &bubble.text {
        let key = if bubble.file.is_some() || bubble.link.is_some() { "caption" } else { "text" };
        message[key] = json!(text);
    }
    if let Some(place) = &bubble.place {
        message["location"] = json!({ "latitude": place.latitude, "longitude": place.longitude });
    }
    if let Some((key, file)) = bubble.file.as_deref().and_then(|file| attached(bubble.kind, file)) {
        message[key] = file;
    }
    if !bubble.buttons.is_empty() {
        let rows: Value = bubble
            .buttons
            .iter()
            .map(|button| json!([{ "text": button.title, "callback_data": button.id }]))
            .collect();
        message["reply_markup"] = json!({ "inline_keyboard": rows });
    }
    message
}

fn attached(kind: Kind, file: &str) -> Option<(&'static str, Value)> {
    let named = json!({ "file_id": file, "file_unique_id": unique(file) });
    match kind {
        Kind::Image => Some(("photo", json!([named]))),
        Kind::Video => Some(("video", named)),
        Kind::Audio => Some(("audio", named)),
        Kind::Voice => Some(("voice", named)),
        Kind::Document => Some(("document", named)),
        Kind::Sticker => Some(("sticker", named)),
        Kind::Text
        | Kind::Location
        | Kind::Contact
        | Kind::Buttons
        | Kind::List
        | Kind::Template
        | Kind::Answer
        | Kind::Unknown => None,
    }
}

/// The same for all bots, and no use for fetching.
pub(super) fn unique(file: &str) -> String {
    format!("AgAD{}", file.get(file.len().saturating_sub(10)..).unwrap_or(file))
}
