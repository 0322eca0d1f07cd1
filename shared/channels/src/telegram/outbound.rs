//! Requests to the Bot API, and its answers.
//!
//! <https://core.telegram.org/bots/api#available-methods>

use domain::content::{Choice, Choices, Content, FileKind, FileSource, Interactive, Media};
use domain::delivery::SendFailure;
use domain::id::ProviderMessageId;
use http::header::CONTENT_TYPE;
use http::{Method, Request, Response};
use serde_json::{Value, json};

use super::errors;
use crate::{
    Fetch, FetchFailure, FetchStep, Outcome, Send, base, cannot_carry, incomplete, wordless,
};

const PUBLISHED: &str = "https://api.telegram.org";

pub(super) fn request(send: &Send<'_>) -> Result<Request<Vec<u8>>, SendFailure> {
    let token = send.secrets.get("bot_token").ok_or_else(|| incomplete("bot_token"))?;
    let (method, mut body) = body(send.content).ok_or_else(|| cannot_carry(send.content))?;
    body["chat_id"] = chat(send.to.reveal());
    if let Some(quoted) = send.quotes.and_then(quoted_number) {
        body["reply_parameters"] =
            json!({ "message_id": quoted, "allow_sending_without_reply": true });
    }
    Request::builder()
        .method(Method::POST)
        .uri(format!("{}/bot{token}/{method}", base(send.account, PUBLISHED)))
        .header(CONTENT_TYPE, "application/json")
        .body(body.to_string().into_bytes())
        .map_err(|_| incomplete("usable bot_token"))
}

fn chat(address: &str) -> Value {
    address.parse::<i64>().map_or_else(|_| json!(address), |id| json!(id))
}

fn quoted_number(quoted: &ProviderMessageId) -> Option<i64> {
    quoted.0.rsplit_once(':')?.1.parse().ok()
}

fn body(content: &Content) -> Option<(&'static str, Value)> {
    match content {
        Content::Text(text) => Some(("sendMessage", json!({ "text": text.text.reveal() }))),
        Content::Media(media) => media_body(media),
        Content::Location(location) => {
            let mut body = json!({
                "latitude": location.latitude.reveal(),
                "longitude": location.longitude.reveal(),
            });
            match (&location.name, &location.address) {
                (Some(name), Some(address)) => {
                    body["title"] = json!(name.reveal());
                    body["address"] = json!(address.reveal());
                    Some(("sendVenue", body))
                }
                _ => Some(("sendLocation", body)),
            }
        }
        Content::Interactive(interactive) => Some(("sendMessage", interactive_body(interactive))),
        Content::Contacts(_)
        | Content::Answer(_)
        | Content::Template(_)
        | Content::Unsupported(_) => None,
    }
}

fn media_body(media: &Media) -> Option<(&'static str, Value)> {
    let file = media.files.first()?;
    let FileSource::Link(link) = &file.source else { return None };
    let (method, key) = match file.kind {
        FileKind::Image => ("sendPhoto", "photo"),
        FileKind::Video => ("sendVideo", "video"),
        FileKind::Audio => ("sendAudio", "audio"),
        FileKind::Voice => ("sendVoice", "voice"),
        FileKind::Document => ("sendDocument", "document"),
        FileKind::Sticker => ("sendSticker", "sticker"),
    };
    let mut body = json!({});
    body[key] = json!(link.reveal());
    if let Some(caption) = media.caption.as_ref().filter(|_| file.kind != FileKind::Sticker) {
        body["caption"] = json!(caption.reveal());
    }
    Some((method, body))
}

/// Telegram has no lists: rows are buttons too, one below the other.
fn interactive_body(interactive: &Interactive) -> Value {
    let (Choices::Buttons(choices) | Choices::List { rows: choices, .. }) = &interactive.choices;
    let keyboard: Value = choices.iter().map(|choice| json!([button(choice)])).collect();
    let text = match &interactive.footer {
        Some(footer) => format!("{}\n\n{}", interactive.body.reveal(), footer.reveal()),
        None => interactive.body.reveal().clone(),
    };
    json!({ "text": text, "reply_markup": { "inline_keyboard": keyboard } })
}

/// `callback_data` holds 64 bytes (<https://core.telegram.org/bots/api#inlinekeyboardbutton>).
const CALLBACK_BYTES_MAX: usize = 64;

fn button(choice: &Choice) -> Value {
    let mut data = choice.id.clone();
    while data.len() > CALLBACK_BYTES_MAX {
        data.pop();
    }
    json!({ "text": choice.title.reveal(), "callback_data": data })
}

pub(super) fn outcome(send: &Send<'_>, response: &Response<Vec<u8>>) -> Outcome {
    let Ok(answer) = serde_json::from_slice::<Value>(response.body()) else {
        return wordless(response.status());
    };
    match answer.get("ok").and_then(Value::as_bool) {
        Some(true) => {
            let chat = answer.pointer("/result/chat/id").and_then(Value::as_i64);
            let chat = chat.map_or_else(|| send.to.reveal().clone(), |chat| chat.to_string());
            match answer.pointer("/result/message_id").and_then(Value::as_i64) {
                Some(id) => Outcome::Accepted(ProviderMessageId(format!("{chat}:{id}"))),
                None => Outcome::Unknown("Telegram took it without naming it".to_owned()),
            }
        }
        Some(false) if answer.get("error_code").is_some() => {
            Outcome::Failed(errors::failure(&answer))
        }
        Some(false) | None => wordless(response.status()),
    }
}

/// <https://core.telegram.org/bots/api#getfile>
pub(super) fn fetch(fetch: &Fetch<'_>) -> Result<FetchStep, FetchFailure> {
    let handle: String = form_urlencoded::byte_serialize(fetch.handle.as_bytes()).collect();
    let url = format!(
        "{}/bot{}/getFile?file_id={handle}",
        base(fetch.account, PUBLISHED),
        token(fetch)?,
    );
    Ok(FetchStep::Locate(get(&url)?))
}

pub(super) fn located(
    fetch: &Fetch<'_>,
    response: &Response<Vec<u8>>,
) -> Result<FetchStep, FetchFailure> {
    let answer: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    if let Some(path) = answer.pointer("/result/file_path").and_then(Value::as_str) {
        if path.contains("..") || path.contains("//") || path.contains(['?', '#', '\\']) {
            return Err(FetchFailure::never("Telegram names a path that is not one"));
        }
        let url = format!("{}/file/bot{}/{path}", base(fetch.account, PUBLISHED), token(fetch)?);
        return Ok(FetchStep::Download(get(&url)?));
    }
    let description = answer.get("description").and_then(Value::as_str).unwrap_or("");
    if description.contains("file is too big") {
        return Err(FetchFailure::never("Telegram gives bots no file of more than 20 MB"));
    }
    Err(FetchFailure::of_status(response.status()))
}

fn token<'a>(fetch: &Fetch<'a>) -> Result<&'a str, FetchFailure> {
    fetch
        .secrets
        .get("bot_token")
        .ok_or_else(|| FetchFailure::never("the account has no bot_token"))
}

fn get(url: &str) -> Result<Request<Vec<u8>>, FetchFailure> {
    Request::builder()
        .uri(url)
        .body(Vec::new())
        .map_err(|_| FetchFailure::never("the address of the file is not one"))
}
