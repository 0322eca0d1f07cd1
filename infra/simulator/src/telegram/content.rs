//! What a message of a bot may contain.
//!
//! <https://core.telegram.org/bots/api#sendmessage>

use jiff::Timestamp;
use serde_json::Value;

use crate::chat::{Author, Bubble, Button, Kind, Place};

/// After entities were parsed, which is not done here.
const TEXT_CHARS_MAX: usize = 4_096;
const CAPTION_CHARS_MAX: usize = 1_024;
/// <https://core.telegram.org/bots/api#inlinekeyboardbutton>.
const CALLBACK_BYTES_MAX: usize = 64;

/// What Telegram says after "Bad Request: ".
pub(super) type Bad = &'static str;

/// The message this method sends, as the phone will show it, without its number. None if there is
/// no such method.
pub(super) fn bubble(method: &str, call: &Value, now: Timestamp) -> Option<Result<Bubble, Bad>> {
    let blank = |kind| Bubble::new(Author::Desk, "", kind, now);
    let bubble = match method {
        "sendmessage" => text(call, blank(Kind::Text)),
        "sendphoto" => media(call, "photo", blank(Kind::Image)),
        "sendvideo" => media(call, "video", blank(Kind::Video)),
        "sendanimation" => media(call, "animation", blank(Kind::Video)),
        "sendaudio" => media(call, "audio", blank(Kind::Audio)),
        "sendvoice" => media(call, "voice", blank(Kind::Voice)),
        "senddocument" => media(call, "document", blank(Kind::Document)),
        "sendsticker" => media(call, "sticker", blank(Kind::Sticker)),
        "sendlocation" | "sendvenue" => place(call, method == "sendvenue", blank(Kind::Location)),
        "sendcontact" => contact(call, blank(Kind::Contact)),
        _ => return None,
    };
    Some(bubble.and_then(|bubble| with_keyboard(call, bubble)))
}

/// A field, wherever the call has it from: a form writes numbers and objects as text.
pub(super) fn field(call: &Value, name: &str) -> Option<Value> {
    let value = call.get(name)?;
    match value.as_str() {
        Some(text) if text.starts_with(['{', '[']) => serde_json::from_str(text).ok(),
        Some(_) | None => Some(value.clone()),
    }
}

pub(super) fn number(call: &Value, name: &str) -> Option<i64> {
    let value = call.get(name)?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

pub(super) fn words(call: &Value, name: &str) -> Option<String> {
    let text = call.get(name)?.as_str()?;
    (!text.trim().is_empty()).then(|| text.to_owned())
}

fn text(call: &Value, bubble: Bubble) -> Result<Bubble, Bad> {
    let text = words(call, "text").ok_or("message text is empty")?;
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err("message is too long");
    }
    Ok(Bubble { text: Some(text), ..bubble })
}

fn media(call: &Value, key: &str, bubble: Bubble) -> Result<Bubble, Bad> {
    let link = words(call, key).ok_or("there is no file in the request")?;
    let caption = words(call, "caption");
    if caption.as_ref().is_some_and(|caption| caption.chars().count() > CAPTION_CHARS_MAX) {
        return Err("message caption is too long");
    }
    Ok(Bubble { link: Some(link), text: caption, ..bubble })
}

fn place(call: &Value, is_venue: bool, bubble: Bubble) -> Result<Bubble, Bad> {
    let degrees = |name: &str| {
        let value = call.get(name)?;
        value.as_f64().or_else(|| value.as_str()?.parse().ok())
    };
    let (Some(latitude), Some(longitude)) = (degrees("latitude"), degrees("longitude")) else {
        return Err("latitude and longitude must be specified");
    };
    let (name, address) = (words(call, "title"), words(call, "address"));
    if is_venue && (name.is_none() || address.is_none()) {
        return Err("title and address must be non-empty");
    }
    Ok(Bubble { place: Some(Place { latitude, longitude, name, address }), ..bubble })
}

fn contact(call: &Value, bubble: Bubble) -> Result<Bubble, Bad> {
    let phone = words(call, "phone_number").ok_or("phone number must be specified")?;
    let name = words(call, "first_name").ok_or("first name must be specified")?;
    Ok(Bubble { text: Some(format!("{name}, {phone}")), ..bubble })
}

/// Buttons under a message; those that open an address have nothing to press here.
fn with_keyboard(call: &Value, bubble: Bubble) -> Result<Bubble, Bad> {
    let Some(markup) = field(call, "reply_markup") else { return Ok(bubble) };
    let Some(rows) = markup.get("inline_keyboard").and_then(Value::as_array) else {
        return Ok(bubble);
    };
    let mut buttons = Vec::new();
    for button in rows.iter().filter_map(Value::as_array).flatten() {
        let title =
            words(button, "text").ok_or("text buttons are unallowed in the inline keyboard")?;
        let Some(id) = button.get("callback_data").and_then(Value::as_str) else { continue };
        if !(1..=CALLBACK_BYTES_MAX).contains(&id.len()) {
            return Err("BUTTON_DATA_INVALID");
        }
        buttons.push(Button { id: id.to_owned(), title, description: None });
    }
    let kind =
        if bubble.kind == Kind::Text && !buttons.is_empty() { Kind::Buttons } else { bubble.kind };
    Ok(Bubble { kind, buttons, ..bubble })
}
