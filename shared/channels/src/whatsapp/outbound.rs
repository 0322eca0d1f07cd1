//! Requests to the Cloud API, and its answers.
//!
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages>

use domain::content::{
    Card, Choice, Choices, Content, FileKind, FileSource, Interactive, Media, Parameter, Template,
    TemplateHeader,
};
use domain::delivery::SendFailure;
use domain::id::ProviderMessageId;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request, Response};
use serde_json::{Value, json};

use super::errors;
use crate::{
    Fetch, FetchFailure, FetchStep, Outcome, Send, base, cannot_carry, incomplete, wordless,
};

const PUBLISHED: &str = "https://graph.facebook.com";
const VERSION: &str = "v25.0";

pub(super) fn request(send: &Send<'_>) -> Result<Request<Vec<u8>>, SendFailure> {
    let token = send.secrets.get("access_token").ok_or_else(|| incomplete("access_token"))?;
    let number = send.account.setting("phone_number_id");
    let (kind, object) = body(send.content).ok_or_else(|| cannot_carry(send.content))?;
    let address = send.to.reveal();
    // A phone number goes into `to`; a business-scoped user id into `recipient`.
    let addressed = if address.starts_with('+') { "to" } else { "recipient" };
    let mut message = json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "type": kind,
        "biz_opaque_callback_data": send.reference.to_string(),
    });
    message[addressed] = json!(address);
    message[kind] = object;
    if let Some(quoted) = send.quotes {
        message["context"] = json!({ "message_id": quoted.0 });
    }
    Request::builder()
        .method(Method::POST)
        .uri(format!("{}/{VERSION}/{number}/messages", base(send.account, PUBLISHED)))
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .header(CONTENT_TYPE, "application/json")
        .body(message.to_string().into_bytes())
        .map_err(|_| incomplete("usable phone_number_id or access_token"))
}

fn body(content: &Content) -> Option<(&'static str, Value)> {
    match content {
        Content::Text(text) => {
            Some(("text", json!({ "body": text.text.reveal(), "preview_url": true })))
        }
        Content::Media(media) => media_body(media),
        Content::Location(location) => {
            let mut object = json!({
                "latitude": location.latitude.reveal(),
                "longitude": location.longitude.reveal(),
            });
            if let Some(name) = &location.name {
                object["name"] = json!(name.reveal());
            }
            if let Some(address) = &location.address {
                object["address"] = json!(address.reveal());
            }
            Some(("location", object))
        }
        Content::Contacts(contacts) => {
            Some(("contacts", contacts.cards.iter().map(card).collect()))
        }
        Content::Interactive(interactive) => Some(("interactive", interactive_body(interactive))),
        Content::Template(template) => Some(("template", template_body(template))),
        Content::Answer(_) | Content::Unsupported(_) => None,
    }
}

fn media_key(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Image => "image",
        FileKind::Video => "video",
        FileKind::Audio | FileKind::Voice => "audio",
        FileKind::Document => "document",
        FileKind::Sticker => "sticker",
    }
}

fn media_body(media: &Media) -> Option<(&'static str, Value)> {
    let file = media.files.first()?;
    let FileSource::Link(link) = &file.source else { return None };
    let mut object = json!({ "link": link.reveal() });
    let captioned = matches!(file.kind, FileKind::Image | FileKind::Video | FileKind::Document);
    if let Some(caption) = media.caption.as_ref().filter(|_| captioned) {
        object["caption"] = json!(caption.reveal());
    }
    if let Some(name) = file.name.as_ref().filter(|_| file.kind == FileKind::Document) {
        object["filename"] = json!(name.reveal());
    }
    Some((media_key(file.kind), object))
}

fn card(card: &Card) -> Value {
    json!({
        "name": { "formatted_name": card.name.reveal(), "first_name": card.name.reveal() },
        "phones": card.phones.iter().map(|phone| json!({ "phone": phone.reveal() })).collect::<Value>(),
        "emails": card.emails.iter().map(|email| json!({ "email": email.reveal() })).collect::<Value>(),
    })
}

fn interactive_body(interactive: &Interactive) -> Value {
    let row = |choice: &Choice| {
        let mut row = json!({ "id": choice.id, "title": choice.title.reveal() });
        if let Some(description) = &choice.description {
            row["description"] = json!(description.reveal());
        }
        row
    };
    let (kind, action) = match &interactive.choices {
        Choices::Buttons(buttons) => {
            let buttons: Value = buttons
                .iter()
                .map(|button| {
                    let reply = json!({ "id": button.id, "title": button.title.reveal() });
                    json!({ "type": "reply", "reply": reply })
                })
                .collect();
            ("button", json!({ "buttons": buttons }))
        }
        Choices::List { label, rows } => {
            let rows: Value = rows.iter().map(row).collect();
            ("list", json!({ "button": label.reveal(), "sections": [{ "rows": rows }] }))
        }
    };
    let mut object = json!({
        "type": kind,
        "body": { "text": interactive.body.reveal() },
        "action": action,
    });
    if let Some(footer) = &interactive.footer {
        object["footer"] = json!({ "text": footer.reveal() });
    }
    object
}

fn template_body(template: &Template) -> Value {
    let mut components = Vec::new();
    match &template.header {
        Some(TemplateHeader::Text(text)) => components.push(json!({
            "type": "header",
            "parameters": [{ "type": "text", "text": text.reveal() }],
        })),
        Some(TemplateHeader::File { kind, link }) => {
            let key = media_key(*kind);
            let mut parameter = json!({ "type": key });
            parameter[key] = json!({ "link": link.reveal() });
            components.push(json!({ "type": "header", "parameters": [parameter] }));
        }
        None => {}
    }
    if !template.parameters.is_empty() {
        let parameters: Value = template
            .parameters
            .iter()
            .map(|parameter| match parameter {
                Parameter::Placed(text) => json!({ "type": "text", "text": text.reveal() }),
                Parameter::Named { name, text } => {
                    json!({ "type": "text", "parameter_name": name, "text": text.reveal() })
                }
            })
            .collect();
        components.push(json!({ "type": "body", "parameters": parameters }));
    }
    json!({
        "name": template.name,
        "language": { "code": template.language },
        "components": components,
    })
}

pub(super) fn outcome(response: &Response<Vec<u8>>) -> Outcome {
    let answer: Option<Value> = serde_json::from_slice(response.body()).ok();
    let said = |pointer: &str| answer.as_ref().and_then(|answer| answer.pointer(pointer));
    if let Some(error) = said("/error").filter(|error| error.get("code").is_some()) {
        return Outcome::Failed(errors::failure(error));
    }
    match said("/messages/0/id").and_then(Value::as_str) {
        Some(id) if response.status().is_success() => {
            Outcome::Accepted(ProviderMessageId(id.to_owned()))
        }
        Some(_) | None => wordless(response.status()),
    }
}

/// A media id is good for seven days; the address it gives for five minutes
/// (<https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media>).
pub(super) fn fetch(fetch: &Fetch<'_>) -> Result<FetchStep, FetchFailure> {
    if !fetch.handle.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
        return Err(FetchFailure::never("the media id is not one of WhatsApp's"));
    }
    let number = fetch.account.setting("phone_number_id");
    let url = format!(
        "{}/{VERSION}/{}?phone_number_id={number}",
        base(fetch.account, PUBLISHED),
        fetch.handle,
    );
    Ok(FetchStep::Locate(bearing_token(fetch, &url)?))
}

/// Meta serves files from these hosts; the token must go nowhere else.
const FILE_HOSTS: [&str; 3] = ["lookaside.fbsbx.com", ".fbcdn.net", ".whatsapp.net"];

pub(super) fn located(
    fetch: &Fetch<'_>,
    response: &Response<Vec<u8>>,
) -> Result<FetchStep, FetchFailure> {
    if !response.status().is_success() {
        return Err(FetchFailure::of_status(response.status()));
    }
    let answer: Value = serde_json::from_slice(response.body())
        .map_err(|_| FetchFailure::later("WhatsApp's answer is not JSON"))?;
    let url = answer
        .get("url")
        .and_then(Value::as_str)
        .ok_or_else(|| FetchFailure::later("WhatsApp does not say where the file is"))?;
    if !serves_files(url, fetch) {
        return Err(FetchFailure::never("WhatsApp names a host that is not one of Meta's"));
    }
    Ok(FetchStep::Download(bearing_token(fetch, url)?))
}

fn serves_files(url: &str, fetch: &Fetch<'_>) -> bool {
    let own = fetch.account.api_base.as_deref().map(|base| base.trim_end_matches('/'));
    if own.is_some_and(|own| url.strip_prefix(own).is_some_and(|rest| rest.starts_with('/'))) {
        return true;
    }
    let Ok(url) = url.parse::<http::Uri>() else { return false };
    let https = url.scheme_str() == Some("https");
    let plain = url.authority().is_some_and(|authority| !authority.as_str().contains('@'));
    let host = url.host().unwrap_or_default();
    https
        && plain
        && FILE_HOSTS.iter().any(|known| {
            if known.starts_with('.') { host.ends_with(known) } else { host == *known }
        })
}

fn bearing_token(fetch: &Fetch<'_>, url: &str) -> Result<Request<Vec<u8>>, FetchFailure> {
    let token = fetch
        .secrets
        .get("access_token")
        .ok_or_else(|| FetchFailure::never("the account has no access_token"))?;
    Request::builder()
        .uri(url)
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .body(Vec::new())
        .map_err(|_| FetchFailure::never("the address of the file is not one"))
}
