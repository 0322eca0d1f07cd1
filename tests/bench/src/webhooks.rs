//! WhatsApp webhooks made by hand, signed as the provider signs them.

use axum::body::Body;
use axum::extract::Request;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde_json::json;
use sha2::Sha256;

/// The secret of the account in [`crate::desk`]'s workspaces.
const SECRET: &[u8] = b"bench-app-secret";

/// A text of a contact; the same number is the same message.
pub fn text(contact: usize, number: usize, at: Timestamp, words: &str) -> String {
    json!({
        "object": "whatsapp_business_account",
        "entry": [{
            "id": "102290129340398",
            "changes": [{
                "value": {
                    "messaging_product": "whatsapp",
                    "metadata": {
                        "display_phone_number": "15550783881",
                        "phone_number_id": "106540352242922",
                    },
                    "contacts": [{
                        "profile": { "name": "Sheena Nelson" },
                        "wa_id": address(contact),
                    }],
                    "messages": [{
                        "from": address(contact),
                        "id": format!("wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTA{number:08}"),
                        "timestamp": at.as_second().to_string(),
                        "type": "text",
                        "text": { "body": words },
                    }],
                },
                "field": "messages",
            }],
        }],
    })
    .to_string()
}

/// The number of a contact.
pub fn address(contact: usize) -> String {
    format!("1650555{contact:04}")
}

pub fn signature(body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).expect("HMAC takes keys of any length");
    mac.update(body.as_bytes());
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// The request the provider makes with a body.
pub fn signed(body: &str) -> Request {
    Request::post("/webhooks/wa1")
        .header("content-type", "application/json")
        .header("x-hub-signature-256", signature(body))
        .body(Body::from(body.to_owned()))
        .expect("a request of constants is valid")
}
