//! Requests to the Cloud API, and its answers.
//!
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages>

use domain::content::{
    Card, Choice, Choices, Content, FileKind, Interactive, Media, Parameter, Template,
    TemplateHeader,
};
use domain::delivery::SendFailure;
use domain::id::ProviderMessageId;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request, Response};
use serde_json::{Value, json};

use super::errors;
use crate::{
    Fetch, FetchFailure, FetchStep, Outcome, Send, base, cannot_carry, credential, incomplete,
    linked, secret_of, uncaptioned, wordless,
};

const PUBLISHED: &str = "https://graph.facebook.com";
const VERSION: &str = "v25.0";

pub(super) fn request(send: &Send<'_>) -> Result<Request<Vec<u8>>, SendFailure> {
    let token =
        secret_of(send.secrets, "access_token").ok_or_else(|| incomplete("access_token"))?;
    let number = send.account.setting("phone_number_id");
    let (kind, object) = body(send.content)?;
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
    let unusable = || incomplete("usable phone_number_id or access_token");
    Request::builder()
        .method(Method::POST)
        .uri(format!("{}/{VERSION}/{number}/messages", base(send.account, PUBLISHED)))
        .header(AUTHORIZATION, credential(format!("Bearer {token}")).map_err(|_| unusable())?)
        .header(CONTENT_TYPE, "application/json")
        .body(message.to_string().into_bytes())
        .map_err(|_| unusable())
}

fn body(content: &Content) -> Result<(&'static str, Value), SendFailure> {
    match content {
        Content::Text(text) => {
            Ok(("text", json!({ "body": text.text.reveal(), "preview_url": true })))
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
            Ok(("location", object))
        }
        Content::Contacts(contacts) => Ok(("contacts", contacts.cards.iter().map(card).collect())),
        Content::Interactive(interactive) => Ok(("interactive", interactive_body(interactive))),
        Content::Template(template) => Ok(("template", template_body(template))),
        Content::Answer(_) | Content::Unsupported(_) => Err(cannot_carry(content)),
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

fn media_body(media: &Media) -> Result<(&'static str, Value), SendFailure> {
    let (file, link) = linked(media)?;
    let mut object = json!({ "link": link });
    if let Some(caption) = &media.caption {
        if !matches!(file.kind, FileKind::Image | FileKind::Video | FileKind::Document) {
            return Err(uncaptioned(file.kind));
        }
        object["caption"] = json!(caption.reveal());
    }
    if let Some(name) = file.name.as_ref().filter(|_| file.kind == FileKind::Document) {
        object["filename"] = json!(name.reveal());
    }
    Ok((media_key(file.kind), object))
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
        return Outcome::Failed(errors::failure(error, Some(response.status())));
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
    let known = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if fetch.handle.is_empty() || !fetch.handle.bytes().all(known) {
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
    // The authority rather than the host: nobody's name and no other port stands beside it.
    let authority = url.authority().map_or("", http::uri::Authority::as_str);
    let host = authority.strip_suffix(":443").unwrap_or(authority);
    https
        && !host.contains(['@', ':'])
        && FILE_HOSTS.iter().any(|known| {
            if known.starts_with('.') { host.ends_with(known) } else { host == *known }
        })
}

fn bearing_token(fetch: &Fetch<'_>, url: &str) -> Result<Request<Vec<u8>>, FetchFailure> {
    let token = secret_of(fetch.secrets, "access_token")
        .ok_or_else(|| FetchFailure::never("the account has no access_token"))?;
    let bearer = credential(format!("Bearer {token}"))
        .map_err(|_| FetchFailure::never("the account has no usable access_token"))?;
    Request::builder()
        .uri(url)
        .header(AUTHORIZATION, bearer)
        .body(Vec::new())
        .map_err(|_| FetchFailure::never("the address of the file is not one"))
}

#[cfg(test)]
mod tests {
    use domain::delivery::Retry;

    use super::super::WhatsApp;
    use super::*;
    use crate::conformance::Kit;

    fn fetching(api_base: Option<&str>, test: impl Fn(&Fetch<'_>)) {
        let Kit { mut recorded, .. } = Kit::of(&WhatsApp);
        recorded.account.api_base = api_base.map(str::to_owned);
        let (account, secrets) = (&recorded.account, &recorded.secrets);
        test(&Fetch { account, secrets, handle: "1003383421387256" });
    }

    fn answer(status: u16, body: &str) -> Response<Vec<u8>> {
        Response::builder().status(status).body(body.as_bytes().to_vec()).unwrap()
    }

    fn at(url: &str) -> Response<Vec<u8>> {
        answer(200, &json!({ "url": url, "mime_type": "image/jpeg", "id": "1" }).to_string())
    }

    /// Where the token goes when WhatsApp says that the file is there.
    fn sent_to(fetch: &Fetch<'_>, url: &str) -> Option<String> {
        match located(fetch, &at(url)) {
            Ok(FetchStep::Download(request)) => {
                assert!(request.headers().contains_key(AUTHORIZATION));
                assert_eq!(request.method(), Method::GET);
                Some(request.uri().to_string())
            }
            Ok(FetchStep::Locate(_) | FetchStep::Kept(_)) => panic!("{url}"),
            Err(failure) => {
                assert_eq!(failure.retry, Retry::Never, "{url}");
                None
            }
        }
    }

    #[test]
    fn a_file_is_asked_for_by_its_id_and_fetched_where_meta_keeps_it() {
        fetching(None, |fetch| {
            let Ok(FetchStep::Locate(request)) = super::fetch(fetch) else { panic!() };
            let asked =
                "https://graph.facebook.com/v25.0/1003383421387256?phone_number_id=106540352242922";
            assert_eq!(request.uri().to_string(), asked);
            assert!(request.headers().contains_key(AUTHORIZATION));
            for url in [
                "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&ext=2&hash=x",
                "https://lookaside.fbsbx.com:443/whatsapp_business/attachments/?mid=1",
                "https://scontent.xx.fbcdn.net/v/t45.1/1.jpg",
                "https://mmg.whatsapp.net/d/f/1.enc?ccb=11-4",
            ] {
                assert_eq!(sent_to(fetch, url).as_deref(), Some(url));
            }
        });
    }

    #[test]
    fn the_token_goes_to_no_host_that_only_looks_like_metas() {
        fetching(None, |fetch| {
            for url in [
                "http://lookaside.fbsbx.com/x",
                "HTTP://lookaside.fbsbx.com/x",
                "ftp://lookaside.fbsbx.com/x",
                "//lookaside.fbsbx.com/x",
                "lookaside.fbsbx.com/x",
                "/whatsapp_business/attachments/",
                "https://lookaside.fbsbx.com.evil.example/x",
                "https://lookaside.fbsbx.com.",
                "https://evil.example/lookaside.fbsbx.com",
                "https://evil.example/?u=https://lookaside.fbsbx.com/x",
                "https://evil.example#lookaside.fbsbx.com",
                "https://evil.example?.fbcdn.net",
                "https://evil.example/.fbcdn.net",
                "https://evil.example\\.fbcdn.net/x",
                "https://evil.example%2f.fbcdn.net/x",
                "https://evil.example%00.fbcdn.net/x",
                "https://evil.example\u{ff0f}.fbcdn.net/x",
                "https://evilfbcdn.net/x",
                "https://fbcdn.net.evil.example/x",
                "https://evilwhatsapp.net/x",
                "https://xlookaside.fbsbx.com/x",
                "https://evil.fbsbx.com/x",
                "https://x@lookaside.fbsbx.com/x",
                "https://x:y@lookaside.fbsbx.com/x",
                "https://lookaside.fbsbx.com@evil.example/x",
                "https://lookaside.fbsbx.com:x@evil.example/x",
                "https://evil.example:443@scontent.xx.fbcdn.net/x",
                "https://lookaside.fbsbx.com:8443/x",
                "https://lookaside.fbsbx.com:80/x",
                "https://scontent.xx.fbcdn.net:4430/x",
                "https://lookaside.fbsbx.com:99999/x",
                "https://lookaside.fbsbx.com:/x",
                "https://lookaside.fbsbx.com:443:443/x",
                "https://LOOKASIDE.FBSBX.COM.evil.example/x",
                "https://[::1]/x",
                "https://[::1].fbcdn.net/x",
                "https://127.0.0.1/x",
                "https://169.254.169.254/latest/meta-data/",
                "https://graph.facebook.com/v25.0/me/accounts",
                "https://",
                "",
                " https://lookaside.fbsbx.com/x",
                "https://lookaside.fbsbx.com/x y",
                "https://lookaside.fbsbx.com/\r\nHost: evil.example",
                "javascript:alert(1)",
                "file:///etc/passwd",
            ] {
                assert_eq!(sent_to(fetch, url), None, "{url}");
            }
        });
    }

    #[test]
    fn an_account_with_its_own_api_fetches_from_there_too_and_from_nowhere_alike() {
        fetching(Some("http://127.0.0.1:9090/simulator/"), |fetch| {
            let own = "http://127.0.0.1:9090/simulator/files/1";
            assert_eq!(sent_to(fetch, own).as_deref(), Some(own));
            for url in [
                "http://127.0.0.1:9090/simulator",
                "http://127.0.0.1:9090/simulator.evil.example/x",
                "http://127.0.0.1:9090/other/files/1",
                "http://127.0.0.1:9091/simulator/files/1",
                "http://127.0.0.1:9090@evil.example/simulator/files/1",
                "http://localhost:9090/simulator/files/1",
            ] {
                assert_eq!(sent_to(fetch, url), None, "{url}");
            }
        });
        fetching(Some("https://graph.example"), |fetch| {
            for url in ["https://graph.example.evil/x", "https://graph.example@evil.example/x"] {
                assert_eq!(sent_to(fetch, url), None, "{url}");
            }
        });
    }

    #[test]
    fn what_is_no_media_id_is_not_asked_for() {
        let Kit { recorded, .. } = Kit::of(&WhatsApp);
        let (account, secrets) = (&recorded.account, &recorded.secrets);
        for handle in [
            "",
            "..",
            "1/2",
            "../me/accounts",
            "1?fields=x",
            "1#",
            "1%2f2",
            "1 2",
            "1\n2",
            "ä",
            "https://evil.example/",
            "@evil.example",
        ] {
            let failure = super::fetch(&Fetch { account, secrets, handle }).unwrap_err();
            assert_eq!(failure.retry, Retry::Never, "{handle:?}");
        }
    }

    #[test]
    fn an_answer_that_does_not_say_where_is_asked_again_if_that_may_help() {
        fetching(None, |fetch| {
            for (status, body, again) in [
                (404, "{}", true),
                (429, "{}", true),
                (500, "", true),
                (503, "<html>", true),
                (200, "<html>", true),
                (200, "{\"url\":", true),
                (200, "{}", true),
                (200, "{\"url\":7}", true),
                (400, "{\"error\":{\"code\":100}}", false),
                (401, "{\"error\":{\"code\":190}}", false),
                (403, "", false),
            ] {
                let failure = located(fetch, &answer(status, body)).unwrap_err();
                assert_eq!(failure.retry != Retry::Never, again, "{status} {body}");
            }
        });
    }
}
