//! Requests to the Messages resource, and its answers.
//!
//! <https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::content::{Content, FileSource, Media, Parameter, Template};
use domain::delivery::SendFailure;
use domain::id::ProviderMessageId;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request, Response};
use serde_json::{Map, Value};

use super::errors;
use super::inbound::REFERENCE;
use crate::{
    Fetch, FetchFailure, FetchStep, Outcome, Send, base, cannot_carry, incomplete, wordless,
};

const PUBLISHED: &str = "https://api.twilio.com";

type Form = form_urlencoded::Serializer<'static, String>;

pub(super) fn request(scheme: &str, send: &Send<'_>) -> Result<Request<Vec<u8>>, SendFailure> {
    let token = send.secrets.get("auth_token").ok_or_else(|| incomplete("auth_token"))?;
    let sid = send.account.setting("account_sid");
    let mut form = Form::new(String::new());
    form.append_pair("To", &format!("{scheme}{}", send.to.reveal()));
    let service = send.account.setting("messaging_service_sid");
    let from = send.account.setting("from");
    if !service.is_empty() {
        form.append_pair("MessagingServiceSid", service);
    } else if !from.is_empty() {
        let bare = from.strip_prefix(scheme).unwrap_or(from);
        form.append_pair("From", &format!("{scheme}{bare}"));
    } else {
        return Err(incomplete("from or messaging_service_sid"));
    }
    fill(&mut form, send.content).ok_or_else(|| cannot_carry(send.content))?;
    form.append_pair("StatusCallback", &callback(send));
    Request::builder()
        .method(Method::POST)
        .uri(format!("{}/2010-04-01/Accounts/{sid}/Messages.json", base(send.account, PUBLISHED)))
        .header(AUTHORIZATION, basic(sid, token))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form.finish().into_bytes())
        .map_err(|_| incomplete("usable account_sid"))
}

/// Twilio has no field of ours in a message; the address it reports to carries the reference.
fn callback(send: &Send<'_>) -> String {
    let mut query = Form::new(String::new());
    query.append_pair(REFERENCE, &send.reference.to_string());
    format!("{}?{}", send.webhook_url, query.finish())
}

fn basic(sid: &str, token: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{sid}:{token}")))
}

fn fill(form: &mut Form, content: &Content) -> Option<()> {
    match content {
        Content::Text(text) => {
            form.append_pair("Body", text.text.reveal());
        }
        Content::Media(media) => fill_media(form, media)?,
        Content::Location(location) => {
            let label = location.name.as_ref().or(location.address.as_ref());
            let (latitude, longitude) = (location.latitude.reveal(), location.longitude.reveal());
            let place = match label {
                Some(label) => format!("geo:{latitude},{longitude}|{}", label.reveal()),
                None => format!("geo:{latitude},{longitude}"),
            };
            form.append_pair("Body", label.map_or("", |label| label.reveal()));
            form.append_pair("PersistentAction", &place);
        }
        Content::Template(template) => fill_template(form, template),
        Content::Contacts(_)
        | Content::Interactive(_)
        | Content::Answer(_)
        | Content::Unsupported(_) => return None,
    }
    Some(())
}

fn fill_media(form: &mut Form, media: &Media) -> Option<()> {
    if let Some(caption) = &media.caption {
        form.append_pair("Body", caption.reveal());
    }
    for file in &media.files {
        let FileSource::Link(link) = &file.source else { return None };
        form.append_pair("MediaUrl", link.reveal());
    }
    Some(())
}

/// A template is registered as content; its name here is the `ContentSid`.
fn fill_template(form: &mut Form, template: &Template) {
    form.append_pair("ContentSid", &template.name);
    if template.parameters.is_empty() {
        return;
    }
    let variables: Map<String, Value> = template
        .parameters
        .iter()
        .enumerate()
        .map(|(place, parameter)| match parameter {
            Parameter::Placed(text) => {
                ((place + 1).to_string(), Value::from(text.reveal().as_str()))
            }
            Parameter::Named { name, text } => (name.clone(), Value::from(text.reveal().as_str())),
        })
        .collect();
    form.append_pair("ContentVariables", &Value::Object(variables).to_string());
}

pub(super) fn outcome(response: &Response<Vec<u8>>) -> Outcome {
    let answer: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    if response.status().is_success() {
        return match answer.get("sid").and_then(Value::as_str) {
            Some(sid) => Outcome::Accepted(ProviderMessageId(sid.to_owned())),
            None => Outcome::Unknown("Twilio took it without naming it".to_owned()),
        };
    }
    match answer.get("code").and_then(Value::as_i64) {
        Some(code) => Outcome::Failed(errors::failure(Some(code))),
        None => wordless(response.status()),
    }
}

/// The address of the file is in the webhook; Twilio redirects it to where the file is stored
/// (<https://www.twilio.com/docs/messaging/api/media-resource>).
pub(super) fn fetch(fetch: &Fetch<'_>) -> Result<FetchStep, FetchFailure> {
    let base = base(fetch.account, PUBLISHED);
    let path = fetch
        .handle
        .strip_prefix(PUBLISHED)
        .or_else(|| fetch.handle.strip_prefix(base))
        .filter(|path| path.starts_with('/'))
        .ok_or_else(|| FetchFailure::never("the file is not at Twilio"))?;
    let token = fetch
        .secrets
        .get("auth_token")
        .ok_or_else(|| FetchFailure::never("the account has no auth_token"))?;
    let request = Request::builder()
        .uri(format!("{base}{path}"))
        .header(AUTHORIZATION, basic(fetch.account.setting("account_sid"), token))
        .body(Vec::new())
        .map_err(|_| FetchFailure::never("the address of the file is not one"))?;
    Ok(FetchStep::Download(request))
}
