//! Signed tokens of the web chat: sessions that we sign, identities that the customer's own server
//! signs.
//!
//! Both are JSON Web Tokens with HMAC-SHA256 (RFC 7515, RFC 7519) and nothing else: the algorithm
//! is ours to know and not the token's to say.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::Sha256;

use crate::Rejected;

/// A session has some hundred bytes; an identity may carry claims that are not ours.
const TOKEN_BYTES_MAX: usize = 4 * 1024;
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// A key for one purpose, made of an account's secret: what is signed for one purpose proves
/// nothing for another.
pub(super) fn key(secret: &str, purpose: &str) -> Vec<u8> {
    mac(secret.as_bytes(), purpose.as_bytes())
}

pub(super) fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

pub(super) fn is_mac(given: &[u8], key: &[u8], text: &[u8]) -> bool {
    Hmac::<Sha256>::new_from_slice(key).is_ok_and(|mut mac| {
        mac.update(text);
        mac.verify_slice(given).is_ok()
    })
}

pub(super) fn sign(claims: &impl Serialize, key: &[u8]) -> Option<String> {
    let claims = serde_json::to_vec(claims).ok()?;
    let signed = format!("{}.{}", encoded(HEADER.as_bytes()), encoded(&claims));
    let signature = encoded(&mac(key, signed.as_bytes()));
    Some(format!("{signed}.{signature}"))
}

/// The claims of a token that was signed with this key. Whether they are in force is asked of
/// them.
pub(super) fn verify<T: DeserializeOwned>(token: &str, key: &[u8]) -> Result<T, Rejected> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(Rejected::BadSignature);
    }
    read(token, key).ok_or(Rejected::BadSignature)
}

fn read<T: DeserializeOwned>(token: &str, key: &[u8]) -> Option<T> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let header: Value = serde_json::from_slice(&decoded(header)?).ok()?;
    let plain = header.get("alg").and_then(Value::as_str) == Some("HS256");
    if !plain
        || header.get("crit").is_some()
        || !is_mac(&decoded(signature)?, key, signed.as_bytes())
    {
        return None;
    }
    serde_json::from_slice(&decoded(claims)?).ok()
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Whether `at`, in seconds, is still to come; clocks may differ by `leeway_s`.
pub(super) fn is_ahead(at: f64, now: Timestamp, leeway_s: f64) -> bool {
    at.is_finite() && at + leeway_s > now.as_millisecond() as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7515, A.1: the token, and its key in base64url.
    const PUBLISHED: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
        eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.\
        dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const KEY: &str =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";

    #[test]
    fn the_published_token_is_read() {
        let claims: Value = verify(PUBLISHED, &decoded(KEY).unwrap()).unwrap();
        assert_eq!(claims["iss"], "joe");
        assert!(verify::<Value>(PUBLISHED, b"another").is_err());
    }

    #[test]
    fn what_is_signed_is_read_back_and_no_mutant_of_it() {
        let token = sign(&serde_json::json!({ "sub": "42" }), b"key").unwrap();
        let read = |token: &str| verify::<Value>(token, b"key");
        assert_eq!(read(&token).unwrap()["sub"], "42");
        for place in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            assert!(read(std::str::from_utf8(&changed).unwrap()).is_err(), "{place}");
            assert!(read(&token[..place]).is_err(), "{place}");
        }
        let long = sign(&"x".repeat(TOKEN_BYTES_MAX), b"key").unwrap();
        assert!(read(&long).is_err());
    }
}
