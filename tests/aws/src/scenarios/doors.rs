//! Strangers at the doors.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::deployment::Deployment;
use crate::http::send;

const TEXT: &str = include_str!("../../../../shared/channels/src/whatsapp/fixtures/text.json");

/// What nobody signed, what was changed after it was signed, and what is for nobody: all of it is
/// refused, and nothing of it is kept.
pub(crate) async fn forged_webhooks_leave_nothing_behind(deployment: &Deployment) {
    deployment.quiet().await;
    let before = deployment.items().await;
    let signature = signature(TEXT);
    let changed = TEXT.replacen('a', "b", 1);
    let form = "From=%2B16505551234&To=%2B15550100001&Body=hi&MessageSid=SM1&AccountSid=AC1";
    let forged = [
        ("wa1", "x-hub-signature-256", signature.as_str(), changed.as_str()),
        ("wa1", "x-hub-signature-256", "sha256=00", TEXT),
        ("nobody", "x-hub-signature-256", signature.as_str(), TEXT),
        ("tg1", "x-telegram-bot-api-secret-token", "guess", "{\"update_id\":1}"),
        ("sms1", "x-twilio-signature", "Z3Vlc3M=", form),
    ];
    for (account, header, proof, body) in forged {
        let kind = if account == "sms1" { "x-www-form-urlencoded" } else { "json" };
        let request = Request::post(format!("{}/webhooks/{account}", deployment.public_url))
            .header("content-type", format!("application/{kind}"))
            .header(header, proof)
            .body(Body::from(body.to_owned()))
            .unwrap();
        let answer = send(request).await.unwrap();
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{account}: {answer:?}");
    }
    deployment.quiet().await;
    assert_eq!(deployment.items().await, before);
}

/// Meta asks whether the address is ours before it posts anything there.
pub(crate) async fn the_handshake_is_answered(deployment: &Deployment) {
    assert!(deployment.simulator.handshake("wa1").await);
}

/// The API wants a key that it knows.
pub(crate) async fn the_api_is_closed_without_a_key(deployment: &Deployment) {
    for token in ["", "Bearer nonsense"] {
        let request = Request::get(format!("{}/v1/conversations", deployment.public_url))
            .header("authorization", token)
            .body(Body::empty())
            .unwrap();
        let answer = send(request).await.unwrap();
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "`{token}`: {answer:?}");
    }
}

/// As Meta signs for the account `wa1`.
fn signature(body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(b"acme-app-secret").unwrap();
    mac.update(body.as_bytes());
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}
