//! Messages to visitors: handed to the widget function, which is the provider here.
//!
//! It keeps nothing: the message stands in the log, where the widget reads it. What it gives is the
//! name that the widget's receipts are for.

use domain::account::{ChannelAccount, Secrets};
use domain::content::{Content, FileSource};
use domain::delivery::SendFailure;
use domain::incoming::Reference;
use domain::private::Address;
use http::header::CONTENT_TYPE;
use http::{Method, Request, Response};
use serde_json::{Value, json};

use super::{SECRET, SIGNATURE, Visitor, errors, token};
use crate::{
    Fetch, FetchFailure, FetchStep, Outcome, Send, base, cannot_carry, incomplete, secret_of,
    unsendable, wordless,
};

const DELIVERY: &str = "confab webchat delivery";
/// Of a name that we give a message: enough that nobody guesses it.
const TAG_BYTES: usize = 12;

pub(super) fn request(send: &Send<'_>) -> Result<Request<Vec<u8>>, SendFailure> {
    let secret = secret_of(send.secrets, SECRET).ok_or_else(|| incomplete(SECRET))?;
    let body = json!({
        "id": name(send.to, send.reference, secret),
        "to": send.to.reveal(),
        "content": content(send.content)?,
        "quotes": send.quotes,
    });
    let body = body.to_string().into_bytes();
    let signature = hex::encode(token::mac(&token::key(secret, DELIVERY), &body));
    let published = send.webhook_url.split("/webhooks/").next().unwrap_or_default();
    let account = &send.account.id;
    Request::builder()
        .method(Method::POST)
        .uri(format!("{}/widget/{account}/deliveries", base(send.account, published)))
        .header(CONTENT_TYPE, "application/json")
        .header(SIGNATURE, format!("sha256={signature}"))
        .body(body)
        .map_err(|_| incomplete("usable public address"))
}

fn content(content: &Content) -> Result<Value, SendFailure> {
    match content {
        Content::Media(media) => {
            let kept = |source: &FileSource| matches!(source, FileSource::Handle(_));
            if media.files.iter().any(|file| kept(&file.source)) {
                return Err(unsendable("the file has no address to fetch it from"));
            }
        }
        Content::Text(_) | Content::Interactive(_) => {}
        Content::Location(_)
        | Content::Contacts(_)
        | Content::Answer(_)
        | Content::Template(_)
        | Content::Unsupported(_) => return Err(cannot_carry(content)),
    }
    serde_json::to_value(content).map_err(|_| unsendable("the message cannot be written down"))
}

/// The name of a message for its visitor: which attempt it is, and a proof that we said so to
/// them.
fn name(to: &Address, reference: &Reference, secret: &str) -> String {
    let reference = reference.to_string();
    let tag = token::mac(&token::key(secret, DELIVERY), told(to, &reference).as_bytes());
    format!("{reference}.{}", hex::encode(tag.get(..TAG_BYTES).unwrap_or_default()))
}

fn told(to: &Address, reference: &str) -> String {
    format!("{}\n{reference}", to.reveal())
}

/// The name by which a visitor's widget knows a message; `None` if the account has no secret.
pub fn delivery_name(to: &Address, reference: &Reference, secrets: &Secrets) -> Option<String> {
    Some(name(to, reference, secret_of(secrets, SECRET)?))
}

/// Whether we have told the visitor this name of a message.
pub(super) fn is_told(name: &str, visitor: &Visitor, secret: &str) -> bool {
    let Some(reference) = reference_of(name) else { return false };
    let of = |to: &Address| self::name(to, &reference, secret);
    crate::signature::same(&of(&visitor.id), name)
        || visitor.was.as_ref().is_some_and(|was| crate::signature::same(&of(was), name))
}

pub(super) fn reference_of(name: &str) -> Option<Reference> {
    name.split_once('.')?.0.parse().ok()
}

/// The name of the message in a request to the widget function, if we made it.
pub fn delivered(signature: Option<&str>, body: &[u8], secrets: &Secrets) -> Option<String> {
    let secret = secret_of(secrets, SECRET)?;
    let given = hex::decode(signature?.strip_prefix("sha256=")?).ok()?;
    if !token::is_mac(&given, &token::key(secret, DELIVERY), body) {
        return None;
    }
    let body: Value = serde_json::from_slice(body).ok()?;
    body.get("id").and_then(Value::as_str).map(str::to_owned)
}

pub(super) fn outcome(response: &Response<Vec<u8>>) -> Outcome {
    let Ok(answer) = serde_json::from_slice::<Value>(response.body()) else {
        return wordless(response.status());
    };
    let told = answer.get("id").and_then(Value::as_str);
    match (response.status().is_success(), told) {
        (true, Some(id)) => Outcome::Accepted(domain::id::ProviderMessageId(id.to_owned())),
        (true, None) => Outcome::Unknown("the web chat took it without naming it".to_owned()),
        (false, _) if answer.get("type").is_some() => {
            Outcome::Failed(errors::failure(response.status(), &answer))
        }
        (false, _) => wordless(response.status()),
    }
}

/// What visitors upload is in our own storage already.
pub(super) fn fetch(fetch: &Fetch<'_>) -> Result<FetchStep, FetchFailure> {
    let parts = fetch.handle.split_once('/');
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    match parts {
        Some((visitor, upload)) if plain(visitor) && plain(upload) => {
            Ok(FetchStep::Kept(uploaded(fetch.account, fetch.handle)))
        }
        Some(_) | None => Err(FetchFailure::never("no upload has this name")),
    }
}

fn uploaded(account: &ChannelAccount, handle: &str) -> String {
    format!("files/uploads/{}/{handle}", account.id)
}

/// Where in our storage a visitor's upload of this name is put, and what its message calls it.
pub fn upload_key(account: &ChannelAccount, visitor: &Visitor, upload: &str) -> Option<String> {
    Some(uploaded(account, &super::upload_handle(visitor, upload)?))
}
