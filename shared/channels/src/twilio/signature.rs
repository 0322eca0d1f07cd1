//! `X-Twilio-Signature`: an HMAC over the address as Twilio requested it and the form it posted.
//!
//! <https://www.twilio.com/docs/usage/security#validating-requests>

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::UnverifiedWebhook;

/// Whether `given` is the signature of this webhook under `token`.
///
/// Twilio is inconsistent about the port in the address, and its own library also accepts an older
/// way of writing a quote in the query; so up to four spellings of the one configured address count.
/// What the request says of its own address never does.
pub(super) fn matches(webhook: &UnverifiedWebhook<'_>, given: &str, token: &str) -> bool {
    let Ok(given) = STANDARD.decode(given) else { return false };
    let is_form = webhook
        .headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
    let form = if is_form { canonical(webhook.body) } else { String::new() };
    if !is_form && !webhook.body.is_empty() && !body_hash_matches(webhook) {
        return false;
    }
    spellings(webhook.url).iter().any(|url| signs(token, url, &form, &given))
}

fn signs(token: &str, url: &str, form: &str, given: &[u8]) -> bool {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(token.as_bytes()) else { return false };
    mac.update(url.as_bytes());
    mac.update(form.as_bytes());
    mac.verify_slice(given).is_ok()
}

/// Names in byte order, the values of a repeated name sorted and each only once.
fn canonical(form: &[u8]) -> String {
    let mut parameters: BTreeMap<Cow<'_, str>, BTreeSet<Cow<'_, str>>> = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(form) {
        parameters.entry(name).or_default().insert(value);
    }
    let mut text = String::new();
    for (name, values) in &parameters {
        for value in values {
            text.push_str(name);
            text.push_str(value);
        }
    }
    text
}

/// A body that is not a form is signed by its hash in the query.
fn body_hash_matches(webhook: &UnverifiedWebhook<'_>) -> bool {
    let claimed = form_urlencoded::parse(webhook.query().as_bytes())
        .find_map(|(name, value)| (name == "bodySHA256").then_some(value));
    let Some(claimed) = claimed.and_then(|claimed| hex::decode(claimed.as_bytes()).ok()) else {
        return false;
    };
    Sha256::digest(webhook.body).ct_eq(claimed.as_slice()).into()
}

fn spellings(url: &str) -> Vec<String> {
    let url = url.split_once('#').map_or(url, |(before, _)| before);
    let other = other_port(url);
    let mut spellings = vec![url.to_owned()];
    spellings.extend(other);
    let quoted: Vec<String> = spellings
        .iter()
        .filter(|url| url.contains('\''))
        .map(|url| url.replace('\'', "%27"))
        .collect();
    spellings.extend(quoted);
    spellings
}

/// The same address with its standard port written out, or left out.
fn other_port(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return None,
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host_start = authority.rfind('@').map_or(0, |at| at + 1);
    if let Some(without) = authority.strip_suffix(port) {
        Some(format!("{scheme}://{without}{path}"))
    } else if authority[host_start..].contains(':') {
        None
    } else {
        Some(format!("{scheme}://{authority}{port}{path}"))
    }
}
