//! Nothing secret and nothing personal in a log, at any level (S10).

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::Method;
use jiff::SignedDuration;
use serde_json::json;
use simulator::{Chaos, Fault};
use tracing_subscriber::layer::SubscriberExt;

use crate::world::World;
use crate::world::visitors::Page;

/// Keeps all lines.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

const CANARIES: [&str; 15] = [
    "canary-bot-token",
    "acme-identity-secret",
    "canary@robin.test",
    "acme-app-secret",
    "acme-verify-token",
    "acme-access-token",
    "acme-bot-token",
    "acme-secret-token",
    "acme-auth-token",
    "6505551234",
    "3527065",
    "canary-text",
    "canary-reply",
    "Canary Name",
    "canary-caption",
];

#[tokio::test]
async fn no_secret_and_nothing_personal_is_ever_logged() {
    let lines = Lines::default();
    let sink = lines.clone();
    // Only our own crates: what the SDK and the HTTP library write at this level is theirs, and
    // never switched on by any of our levels.
    let ours = tracing_subscriber::filter::filter_fn(|metadata| {
        let target = metadata.target();
        !["hyper", "aws", "h2", "reqwest", "rustls", "dynoxide", "simulator", "tower"]
            .iter()
            .any(|other| target.starts_with(other))
    });
    let layer = tracing_subscriber::fmt::layer().with_writer(move || sink.clone());
    let subscriber =
        tracing_subscriber::registry().with(tracing_subscriber::Layer::with_filter(layer, ours));
    // With a single subscriber in the process, whoever comes to a statement first decides for good
    // whether it is written: often a test on another thread, which has none.
    let _another = tracing::Dispatch::new(tracing_subscriber::registry());
    let guard = tracing::subscriber::set_default(subscriber);
    let mut world = World::new().await;
    for account in ["wa1", "tg1", "sms1", "twa1"] {
        let phone = world.phone(account);
        phone.set_name("Canary Name");
        world.simulator.set_chaos(Chaos {
            media_missing: 2,
            script: vec![Fault::TooManyRequests, Fault::ErrorBefore, Fault::DropAfter],
            ..Chaos::default()
        });
        phone.writes("canary-text").await;
        phone.sends_image(Some("canary-caption"), b"x").await;
        phone.sends_unknown().await;
        world.settle().await;
        world.pass(SignedDuration::from_mins(30)).await;
    }
    let connect = json!({
        "channel": "telegram",
        "name": "Ours",
        "secrets": { "bot_token": "1:canary-bot-token", "secret_token": "acme-secret-token" },
    });
    for (body, status) in [(connect, 200), (json!({ "channel": "canary-bot-token" }), 400)] {
        let put = world.request("ada", Method::PUT, "/v1/accounts/tg2", Some(body), None).await;
        assert_eq!(put.status, status, "{}", put.body);
    }
    let asked = json!({ "name": "Canary Name", "email": "canary@robin.test" });
    let mut page = Page::of(&world, asked).await;
    let text = json!({ "id": "m1", "type": "text", "text": "canary-text" });
    page.posts(&world, json!({ "messages": [text, { "id": "m2", "type": "details" }] })).await;
    world.settle().await;
    let visitor = page.visitor["id"].as_str().unwrap().to_owned();
    let items = page.reads(&world).await;
    let receipt = json!({ "id": items[1]["id"], "status": "read" });
    page.posts(&world, json!({ "receipts": [receipt] })).await;
    for conversation in world.conversations().await {
        let id = conversation["id"].as_str().unwrap();
        let body = json!({ "content": { "type": "text", "text": "canary-reply" } });
        world.replies_with("ada", id, body, None).await;
    }
    world.settle().await;
    drop(guard);
    let logged = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(logged.lines().count() > 50, "the log was not kept");
    for canary in CANARIES.into_iter().chain([visitor.as_str(), page.token.as_str()]) {
        let line = logged.lines().find(|line| line.contains(canary));
        assert_eq!(line, None, "{canary}");
    }
}
