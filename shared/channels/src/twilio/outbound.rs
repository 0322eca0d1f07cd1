//! Requests to the Messages resource, and its answers.
//!
//! <https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::content::{Content, FileSource, Media, Parameter, Template};
use domain::delivery::SendFailure;
use domain::id::ProviderMessageId;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, InvalidHeaderValue};
use http::{Method, Request, Response};
use serde_json::{Map, Value};

use super::REPEATS;
use super::errors;
use super::inbound::REFERENCE;
use crate::{
    Fetch, FetchFailure, FetchStep, Outcome, Send, base, cannot_carry, credential, incomplete,
    secret_of, unsendable, wordless,
};

const PUBLISHED: &str = "https://api.twilio.com";

type Form = form_urlencoded::Serializer<'static, String>;

pub(super) fn request(scheme: &str, send: &Send<'_>) -> Result<Request<Vec<u8>>, SendFailure> {
    let token = secret_of(send.secrets, "auth_token").ok_or_else(|| incomplete("auth_token"))?;
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
    fill(&mut form, send.content)?;
    form.append_pair("StatusCallback", &callback(send));
    Request::builder()
        .method(Method::POST)
        .uri(format!("{}/2010-04-01/Accounts/{sid}/Messages.json", base(send.account, PUBLISHED)))
        .header(AUTHORIZATION, basic(sid, token).map_err(|_| incomplete("usable auth_token"))?)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form.finish().into_bytes())
        .map_err(|_| incomplete("usable account_sid"))
}

/// Twilio has no field of ours in a message; the address it reports to carries the reference.
fn callback(send: &Send<'_>) -> String {
    let mut query = Form::new(String::new());
    query.append_pair(REFERENCE, &send.reference.to_string());
    format!("{}?{}{REPEATS}", send.webhook_url, query.finish())
}

fn basic(sid: &str, token: &str) -> Result<HeaderValue, InvalidHeaderValue> {
    credential(format!("Basic {}", STANDARD.encode(format!("{sid}:{token}"))))
}

fn fill(form: &mut Form, content: &Content) -> Result<(), SendFailure> {
    match content {
        Content::Text(text) => {
            form.append_pair("Body", text.text.reveal());
        }
        Content::Media(media) => fill_media(form, media)?,
        Content::Location(location) => {
            let place = format!("{},{}", location.latitude.reveal(), location.longitude.reveal());
            let label: Vec<&str> = [&location.name, &location.address]
                .into_iter()
                .flatten()
                .map(|words| words.reveal().as_str())
                .collect();
            // Twilio takes no message without a body, and a place need not have a name.
            if label.is_empty() {
                form.append_pair("Body", &place);
                form.append_pair("PersistentAction", &format!("geo:{place}"));
            } else {
                let label = label.join(", ");
                form.append_pair("Body", &label);
                form.append_pair("PersistentAction", &format!("geo:{place}|{label}"));
            }
        }
        Content::Template(template) => fill_template(form, template)?,
        Content::Contacts(_)
        | Content::Interactive(_)
        | Content::Answer(_)
        | Content::Unsupported(_) => return Err(cannot_carry(content)),
    }
    Ok(())
}

fn fill_media(form: &mut Form, media: &Media) -> Result<(), SendFailure> {
    if let Some(caption) = &media.caption {
        form.append_pair("Body", caption.reveal());
    }
    for file in &media.files {
        match &file.source {
            FileSource::Link(link) => form.append_pair("MediaUrl", link.reveal()),
            FileSource::Handle(_) | FileSource::Kept(_) => {
                return Err(unsendable("the file has no address to fetch it from"));
            }
        };
    }
    Ok(())
}

/// A template is registered as content; its name here is the `ContentSid`. What stands in its
/// header is one of its variables.
fn fill_template(form: &mut Form, template: &Template) -> Result<(), SendFailure> {
    if template.header.is_some() {
        return Err(unsendable("the header of a template is among its parameters at Twilio"));
    }
    form.append_pair("ContentSid", &template.name);
    if template.parameters.is_empty() {
        return Ok(());
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
    Ok(())
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
        Some(code) => Outcome::Failed(errors::failure(Some(code), Some(response.status()))),
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
    let token = secret_of(fetch.secrets, "auth_token")
        .ok_or_else(|| FetchFailure::never("the account has no auth_token"))?;
    let credential = basic(fetch.account.setting("account_sid"), token)
        .map_err(|_| FetchFailure::never("the account has no usable auth_token"))?;
    let request = Request::builder()
        .uri(format!("{base}{path}"))
        .header(AUTHORIZATION, credential)
        .body(Vec::new())
        .map_err(|_| FetchFailure::never("the address of the file is not one"))?;
    Ok(FetchStep::Download(request))
}

#[cfg(test)]
mod tests {
    use domain::delivery::Retry;

    use super::super::SMS;
    use super::*;
    use crate::Channel;
    use crate::conformance::{Kit, Recorded};

    const MEDIA: &str =
        "/2010-04-01/Accounts/AC5550000000000000000000000000000a/Messages/MM1/Media/ME1";

    /// Where the account's credential goes for this handle.
    fn sent_to(api_base: Option<&str>, handle: &str) -> Option<String> {
        let Kit { mut recorded, .. } = Kit::of(&SMS);
        recorded.account.api_base = api_base.map(str::to_owned);
        let fetched =
            fetch(&Fetch { account: &recorded.account, secrets: &recorded.secrets, handle });
        match fetched {
            Ok(FetchStep::Download(request)) => {
                assert!(request.headers().contains_key(AUTHORIZATION));
                Some(request.uri().to_string())
            }
            Ok(FetchStep::Locate(_) | FetchStep::Kept(_)) => panic!("{handle}"),
            Err(failure) => {
                assert_eq!(failure.retry, Retry::Never, "{handle}");
                None
            }
        }
    }

    #[test]
    fn a_file_is_fetched_where_the_webhook_says() {
        let there = format!("https://api.twilio.com{MEDIA}");
        assert_eq!(sent_to(None, &there), Some(there.clone()));
        let base = Some("http://127.0.0.1:9090/simulator/");
        let simulated = format!("http://127.0.0.1:9090/simulator{MEDIA}");
        assert_eq!(sent_to(base, &there), Some(simulated.clone()));
        assert_eq!(sent_to(base, &simulated), Some(simulated));
    }

    #[test]
    fn the_credential_goes_to_no_host_that_is_elsewhere() {
        for handle in [
            "http://api.twilio.com/x",
            "https://api.twilio.com",
            "https://api.twilio.com.evil.example/x",
            "https://api.twilio.comevil.example/x",
            "https://api.twilio.com@evil.example/x",
            "https://api.twilio.com:x@evil.example/x",
            "https://api.twilio.com:8443/x",
            "https://api.twilio.com?x",
            "https://api.twilio.com#x",
            "https://api.twilio.com\\@evil.example/x",
            "https://x@api.twilio.com/x",
            "https://evil.example/https://api.twilio.com/x",
            "https://evil.example/?https://api.twilio.com/x",
            "https://evilapi.twilio.com/x",
            "https://s3-external-1.amazonaws.com/media.twiliocdn.com/x",
            "https://media.twiliocdn.com/x",
            "http://127.0.0.1:9090/simulator/x",
            "HTTPS://API.TWILIO.COM/x",
            " https://api.twilio.com/x",
            "//api.twilio.com/x",
            "/2010-04-01/Accounts",
            "api.twilio.com/x",
            "https://api.twilio.com/x y",
            "https://api.twilio.com/x\r\nHost: evil.example",
            "",
        ] {
            assert_eq!(sent_to(None, handle), None, "{handle:?}");
        }
        let base = Some("http://127.0.0.1:9090/simulator");
        for handle in [
            "http://127.0.0.1:9090/simulator.evil.example/x",
            "http://127.0.0.1:9090/other/x",
            "http://127.0.0.1:9090@evil.example/simulator/x",
            "https://evil.example/x",
        ] {
            assert_eq!(sent_to(base, handle), None, "{handle:?}");
        }
    }

    #[test]
    fn there_is_no_second_step_to_a_file() {
        let Kit { recorded, .. } = Kit::of(&SMS);
        let (account, secrets) = (&recorded.account, &recorded.secrets);
        let answer = Response::new(Vec::new());
        let failure = SMS.located(&Fetch { account, secrets, handle: "x" }, &answer).unwrap_err();
        assert_eq!(failure.retry, Retry::Never);
    }

    #[test]
    fn a_message_is_sent_from_the_service_else_from_the_number_else_not_at_all() {
        let from = |settings: &[(&str, &str)]| {
            let mut kit = Kit::of(&SMS);
            let Recorded { account, .. } = &mut kit.recorded;
            account.settings.remove("from");
            let given =
                settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
            account.settings.extend(given);
            let content = Content::text("canary");
            let request = SMS.request(&kit.send(&content)).ok()?;
            let form = form_urlencoded::parse(request.body());
            let sender =
                form.into_owned().find(|(name, _)| name == "From" || name.starts_with("Mess"));
            sender.map(|(name, value)| format!("{name} {value}"))
        };
        let service = ("messaging_service_sid", "MG1");
        let number = ("from", "+15555550199");
        assert_eq!(from(&[number]).as_deref(), Some("From +15555550199"));
        assert_eq!(from(&[service]).as_deref(), Some("MessagingServiceSid MG1"));
        assert_eq!(from(&[service, number]).as_deref(), Some("MessagingServiceSid MG1"));
        assert_eq!(from(&[]), None);
    }
}
