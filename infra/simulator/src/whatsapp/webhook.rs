//! The envelope and the signature of WhatsApp's webhooks.

use std::fmt::Write;

use axum::body::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::Sha256;

use crate::account::Account;
use crate::chat::Chat;

use super::user_id;

/// What Meta's documents use where an account does not say.
const SAMPLE_BUSINESS: &str = "102290129340398";
const SAMPLE_NUMBER: &str = "15550783881";

/// The number customers see, without its plus.
pub(super) fn own_number(account: &Account) -> &str {
    account.setting("display_phone_number").unwrap_or(SAMPLE_NUMBER)
}

/// One change, as a body: escaped as Meta escapes.
pub(super) fn body(account: &Account, field: &str, mut value: Value) -> Bytes {
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] = json!({
        "display_phone_number": own_number(account),
        "phone_number_id": account.setting("phone_number_id"),
    });
    let envelope = json!({
        "object": "whatsapp_business_account",
        "entry": [{
            "id": account.setting("business_account_id").unwrap_or(SAMPLE_BUSINESS),
            "changes": [{ "field": field, "value": value }],
        }],
    });
    Bytes::from(escaped(&envelope.to_string()))
}

/// The customer, as webhooks name people.
pub(super) fn contact(chat: &Chat) -> Value {
    let mut contact = json!({
        "profile": { "name": chat.name },
        "user_id": user_id(&chat.address),
    });
    match &chat.username {
        Some(username) => contact["profile"]["username"] = json!(username),
        None => contact["wa_id"] = json!(chat.address.trim_start_matches('+')),
    }
    contact
}

/// Two bodies as one, signed anew: Meta sends "batches of up to 1000 updates".
pub(crate) fn together(
    account: &Account,
    first: &[u8],
    second: &[u8],
) -> (Vec<(&'static str, String)>, Bytes) {
    let mut all: Value = serde_json::from_slice(first).unwrap_or_default();
    let mut more: Value = serde_json::from_slice(second).unwrap_or_default();
    if let (Some(all), Some(more)) = (all["entry"].as_array_mut(), more["entry"].as_array_mut()) {
        all.append(more);
    }
    let body = Bytes::from(escaped(&all.to_string()));
    (signed(account, &body), body)
}

/// The headers of a webhook with this body.
pub(super) fn signed(account: &Account, body: &[u8]) -> Vec<(&'static str, String)> {
    let secret = account.secret("app_secret").as_bytes();
    vec![
        ("content-type", "application/json".to_owned()),
        ("user-agent", "facebookexternalua".to_owned()),
        ("x-hub-signature", format!("sha1={}", hmac_sha1(secret, body))),
        ("x-hub-signature-256", format!("sha256={}", hmac_sha256(secret, body))),
    ]
}

fn hmac_sha256(secret: &[u8], body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

fn hmac_sha1(secret: &[u8], body: &[u8]) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

/// "We generate the signature using an escaped unicode version of the payload, with lowercase hex
/// digits", and that is what is sent
/// (<https://developers.facebook.com/docs/messenger-platform/webhooks#validate-payloads>). Slashes
/// are escaped too, as PHP does.
fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for letter in json.chars() {
        match letter {
            '/' => escaped.push_str("\\/"),
            ' '..='~' => escaped.push(letter),
            _ => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    // A string takes whatever is written to it.
                    let _written = write!(escaped, "\\u{unit:04x}");
                }
            }
        }
    }
    escaped
}

/// The address of Meta's question whether the webhook is ours.
pub(crate) fn handshake_url(account: &Account, challenge: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("hub.mode", "subscribe")
        .append_pair("hub.challenge", challenge)
        .append_pair("hub.verify_token", account.secret("verify_token"))
        .finish();
    let url = account.called_url();
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_that_meta_publishes() {
        for (secret, body, expected) in [
            // WhatsApp/WhatsApp-Nodejs-SDK, src/__tests__/utils.test.ts.
            (
                "TEST_APP_SECRET",
                "test",
                "0c61947b610d4f45e65f3d680e26027121ec2413e77598bcb6cfc6e0d9888221",
            ),
            // GitHub's documents of the same scheme.
            (
                "It's a Secret to Everybody",
                "Hello, World!",
                "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
            ),
        ] {
            assert_eq!(hmac_sha256(secret.as_bytes(), body.as_bytes()), expected);
        }
    }

    #[test]
    fn a_body_is_escaped_as_meta_escapes_and_signed_so() {
        let body = escaped(&json!({ "text": "äöå 😀" }).to_string());
        assert_eq!(body, r#"{"text":"\u00e4\u00f6\u00e5 \ud83d\ude00"}"#);
        assert_eq!(
            hmac_sha256(b"TEST_APP_SECRET", body.as_bytes()),
            "eeec14ed4cf2b85790a8a6359d0412de4441ff2dc31bd957c3809f4bb57ba122",
        );
    }

    #[test]
    fn what_is_escaped_reads_as_before() {
        let value = json!({ "t": "a/b \"q\" \\ \n \u{7f} \u{2028} ü 🏳️‍🌈", "n": [1.5, null] });
        let escaped = escaped(&value.to_string());
        assert!(escaped.is_ascii());
        assert_eq!(serde_json::from_str::<Value>(&escaped).unwrap(), value);
    }
}
