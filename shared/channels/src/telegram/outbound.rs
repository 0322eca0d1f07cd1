//! Requests to the Bot API, and its answers.
//!
//! <https://core.telegram.org/bots/api#available-methods>

use domain::content::{Choice, Choices, Content, FileKind, Interactive, Media};
use domain::delivery::SendFailure;
use domain::id::ProviderMessageId;
use domain::private::Address;
use http::header::CONTENT_TYPE;
use http::{Method, Request, Response};
use serde_json::{Value, json};

use super::inbound::message_name;
use super::{CALLBACK_BYTES_MAX, errors};
use crate::{
    Fetch, FetchFailure, FetchStep, Outcome, Send, base, cannot_carry, incomplete, linked,
    secret_of, uncaptioned, unsendable, wordless,
};

const PUBLISHED: &str = "https://api.telegram.org";

pub(super) fn request(send: &Send<'_>) -> Result<Request<Vec<u8>>, SendFailure> {
    let token = secret_of(send.secrets, "bot_token").ok_or_else(|| incomplete("bot_token"))?;
    let (method, mut body) = body(send.content)?;
    body["chat_id"] = chat(send.to.reveal());
    if let Some(quoted) = send.quotes.and_then(|quoted| number_in_chat(quoted, send.to)) {
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

/// The number of a message that can be quoted in this chat: not of one elsewhere, and not a pressed
/// button, which is named by its query.
fn number_in_chat(quoted: &ProviderMessageId, chat: &Address) -> Option<i64> {
    let number = quoted.0.rsplit_once(':')?.1.parse().ok()?;
    (*quoted == message_name(chat.reveal(), number)).then_some(number)
}

fn body(content: &Content) -> Result<(&'static str, Value), SendFailure> {
    match content {
        Content::Text(text) => Ok(("sendMessage", json!({ "text": text.text.reveal() }))),
        Content::Media(media) => media_body(media),
        Content::Location(location) => {
            let mut body = json!({
                "latitude": location.latitude.reveal(),
                "longitude": location.longitude.reveal(),
            });
            // A venue has a title and an address; a place with one of them has it twice.
            let (name, address) = (location.name.as_ref(), location.address.as_ref());
            match (name.or(address), address.or(name)) {
                (Some(title), Some(address)) => {
                    body["title"] = json!(title.reveal());
                    body["address"] = json!(address.reveal());
                    Ok(("sendVenue", body))
                }
                _ => Ok(("sendLocation", body)),
            }
        }
        Content::Interactive(interactive) => Ok(("sendMessage", interactive_body(interactive)?)),
        Content::Contacts(_)
        | Content::Answer(_)
        | Content::Template(_)
        | Content::Unsupported(_) => Err(cannot_carry(content)),
    }
}

fn media_body(media: &Media) -> Result<(&'static str, Value), SendFailure> {
    let (file, link) = linked(media)?;
    let (method, key) = match file.kind {
        FileKind::Image => ("sendPhoto", "photo"),
        FileKind::Video => ("sendVideo", "video"),
        FileKind::Audio => ("sendAudio", "audio"),
        FileKind::Voice => ("sendVoice", "voice"),
        FileKind::Document => ("sendDocument", "document"),
        FileKind::Sticker => ("sendSticker", "sticker"),
    };
    let mut body = json!({});
    body[key] = json!(link);
    if let Some(caption) = &media.caption {
        if file.kind == FileKind::Sticker {
            return Err(uncaptioned(file.kind));
        }
        body["caption"] = json!(caption.reveal());
    }
    Ok((method, body))
}

/// Telegram has no lists: rows are buttons too, one below the other.
fn interactive_body(interactive: &Interactive) -> Result<Value, SendFailure> {
    let (Choices::Buttons(choices) | Choices::List { rows: choices, .. }) = &interactive.choices;
    let keyboard: Vec<Value> =
        choices.iter().map(|choice| Ok(json!([button(choice)?]))).collect::<Result<_, _>>()?;
    let text = match &interactive.footer {
        Some(footer) => format!("{}\n\n{}", interactive.body.reveal(), footer.reveal()),
        None => interactive.body.reveal().clone(),
    };
    Ok(json!({ "text": text, "reply_markup": { "inline_keyboard": keyboard } }))
}

/// A shortened id would come back as another, or as that of another choice.
fn button(choice: &Choice) -> Result<Value, SendFailure> {
    if !(1..=CALLBACK_BYTES_MAX).contains(&(choice.id.len() as u64)) {
        let detail = format!("the id of a choice must have 1 to {CALLBACK_BYTES_MAX} bytes");
        return Err(unsendable(detail));
    }
    Ok(json!({ "text": choice.title.reveal(), "callback_data": choice.id }))
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
                Some(id) => Outcome::Accepted(message_name(&chat, id)),
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
        if path.contains("..") || path.contains("//") || path.contains(['?', '#', '%', '\\']) {
            return Err(FetchFailure::never("Telegram names a path that is not one"));
        }
        let url = format!("{}/file/bot{}/{path}", base(fetch.account, PUBLISHED), token(fetch)?);
        return Ok(FetchStep::Download(get(&url)?));
    }
    let description = answer.get("description").and_then(Value::as_str).unwrap_or("");
    if description.contains("file is too big") {
        return Err(FetchFailure::never("Telegram gives bots no file of more than 20 MB"));
    }
    if response.status().is_success() {
        return Err(FetchFailure::later("Telegram does not say where the file is"));
    }
    Err(FetchFailure::of_status(response.status()))
}

fn token<'a>(fetch: &Fetch<'a>) -> Result<&'a str, FetchFailure> {
    secret_of(fetch.secrets, "bot_token")
        .ok_or_else(|| FetchFailure::never("the account has no bot_token"))
}

fn get(url: &str) -> Result<Request<Vec<u8>>, FetchFailure> {
    Request::builder()
        .uri(url)
        .body(Vec::new())
        .map_err(|_| FetchFailure::never("the address of the file is not one"))
}

#[cfg(test)]
mod tests {
    use domain::delivery::Retry;

    use super::super::Telegram;
    use super::*;
    use crate::conformance::Kit;

    const TOKEN: &str = "555000111:AAcanaryBotToken_x-9";

    fn answer(status: u16, body: &str) -> Response<Vec<u8>> {
        Response::builder().status(status).body(body.as_bytes().to_vec()).unwrap()
    }

    fn fetching(api_base: Option<&str>, handle: &str, test: impl Fn(&Fetch<'_>)) {
        let Kit { mut recorded, .. } = Kit::of(&Telegram);
        recorded.account.api_base = api_base.map(str::to_owned);
        test(&Fetch { account: &recorded.account, secrets: &recorded.secrets, handle });
    }

    /// Where the bot's token goes when Telegram names this path.
    fn sent_to(fetch: &Fetch<'_>, path: &str) -> Option<String> {
        let said = json!({ "ok": true, "result": { "file_id": "x", "file_path": path } });
        match located(fetch, &answer(200, &said.to_string())) {
            Ok(FetchStep::Download(request)) => Some(request.uri().to_string()),
            Ok(FetchStep::Locate(_) | FetchStep::Kept(_)) => panic!("{path}"),
            Err(failure) => {
                assert_eq!(failure.retry, Retry::Never, "{path}");
                None
            }
        }
    }

    #[test]
    fn a_file_is_asked_for_by_its_id_and_fetched_by_its_path() {
        fetching(None, "AgACAgIAAxkBAAP1x", |fetch| {
            let Ok(FetchStep::Locate(request)) = super::fetch(fetch) else { panic!() };
            let asked =
                format!("https://api.telegram.org/bot{TOKEN}/getFile?file_id=AgACAgIAAxkBAAP1x");
            assert_eq!(request.uri().to_string(), asked);
            for path in
                ["photos/file_0.jpg", "voice/file_12.oga", "documents/file_3.tar.gz", "file"]
            {
                let there = format!("https://api.telegram.org/file/bot{TOKEN}/{path}");
                assert_eq!(sent_to(fetch, path), Some(there));
            }
        });
        fetching(Some("http://127.0.0.1:9090/simulator/"), "x", |fetch| {
            let there = format!("http://127.0.0.1:9090/simulator/file/bot{TOKEN}/photos/1.jpg");
            assert_eq!(sent_to(fetch, "photos/1.jpg"), Some(there));
        });
    }

    #[test]
    fn a_path_that_leads_elsewhere_is_not_followed() {
        fetching(None, "x", |fetch| {
            for path in [
                "../botother/getMe",
                "photos/../../x",
                "..",
                "photos/..",
                "%2e%2e/x",
                "photos/%2e%2e/%2e%2e/x",
                "..%2fx",
                "//evil.example/x",
                "photos//x",
                "https://evil.example/x",
                "\\\\evil.example\\x",
                "photos\\..\\x",
                "photos/x?y",
                "photos/x#y",
                "photos/x y",
                "photos/x\r\nHost: evil.example",
                "photos/\u{0}",
            ] {
                assert_eq!(sent_to(fetch, path), None, "{path:?}");
            }
        });
    }

    #[test]
    fn whatever_the_handle_or_the_path_the_token_goes_to_telegram_alone() {
        let tricks =
            ["@evil.example/", ":x@evil.example", ".evil.example/", "evil.example", "&a=b", "/"];
        for trick in tricks {
            fetching(None, trick, |fetch| {
                let Ok(FetchStep::Locate(request)) = super::fetch(fetch) else { panic!("{trick}") };
                assert_eq!(request.uri().host(), Some("api.telegram.org"), "{trick}");
                assert_eq!(request.uri().path(), format!("/bot{TOKEN}/getFile"), "{trick}");
                if let Some(url) = sent_to(fetch, trick) {
                    let told = format!("https://api.telegram.org/file/bot{TOKEN}/");
                    assert!(url.starts_with(&told), "{url}");
                }
            });
        }
    }

    #[test]
    fn an_answer_that_names_no_path_is_asked_again_if_that_may_help() {
        fetching(None, "x", |fetch| {
            for (status, body, again) in [
                (200, "<html>", true),
                (200, "{\"ok\":true,\"result\":{\"file_pa", true),
                (200, "{\"ok\":true,\"result\":{}}", true),
                (429, "{\"ok\":false,\"error_code\":429}", true),
                (502, "", true),
                (400, "{\"ok\":false,\"description\":\"Bad Request: file is too big\"}", false),
                (400, "{\"ok\":false,\"description\":\"Bad Request: invalid file_id\"}", false),
                (401, "{\"ok\":false}", false),
            ] {
                let failure = located(fetch, &answer(status, body)).unwrap_err();
                assert_eq!(failure.retry != Retry::Never, again, "{status} {body}");
            }
        });
    }

    #[test]
    fn the_id_of_a_choice_comes_back_as_it_was_or_the_message_is_refused() {
        let body = |id: String| {
            let choice = Choice { id, title: "Yes".into(), description: None };
            let choices = Choices::Buttons(vec![choice]);
            body(&Content::Interactive(Interactive { body: "?".into(), footer: None, choices }))
        };
        let (_, sent) = body("é".repeat(32)).unwrap();
        let data = sent.pointer("/reply_markup/inline_keyboard/0/0/callback_data").unwrap();
        assert_eq!(data, &json!("é".repeat(32)));
        assert!(body("é".repeat(32) + "x").is_err());
        assert!(body(String::new()).is_err());
    }

    #[test]
    fn only_a_message_of_the_same_chat_is_quoted() {
        let chat = Address::from("3527065");
        let quoted = |id: ProviderMessageId| number_in_chat(&id, &chat);
        assert_eq!(quoted(message_name("3527065", 41)), Some(41));
        assert_eq!(quoted(message_name("3527066", 41)), None);
        // The number of a query would be taken for that of a message.
        for other in
            ["callback:4382905811222333444", "update:174114424", "41", "3527065:41", ":41", ""]
        {
            assert_eq!(quoted(ProviderMessageId(other.to_owned())), None, "{other}");
        }
    }
}
