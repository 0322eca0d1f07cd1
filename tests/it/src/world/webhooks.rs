//! Webhooks made by hand, for what no played provider would send.

use axum::body::Body;
use axum::extract::Request;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A webhook to the WhatsApp account, signed.
pub(crate) fn signed(body: &str) -> Request {
    let mut mac = Hmac::<Sha256>::new_from_slice(b"acme-app-secret").unwrap();
    mac.update(body.as_bytes());
    let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    webhook("wa1", &signature, body)
}

/// A webhook to any account, with any signature.
pub(crate) fn webhook(account: &str, signature: &str, body: &str) -> Request {
    Request::post(format!("/webhooks/{account}"))
        .header("content-type", "application/json")
        .header("x-hub-signature-256", signature)
        .body(Body::from(body.to_owned()))
        .unwrap()
}
