//! The same again: webhooks repeated after minutes and after days, clients that repeat commands,
//! strangers who flood.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::json;
use simulator::Chaos;

use crate::world::{World, signed};

/// T6: what the provider repeats after a week changes nothing and sends nothing.
#[tokio::test]
async fn a_webhook_repeated_after_days_changes_nothing() {
    let mut world = World::new().await;
    let phone = world.phone("wa1");
    phone.writes("Hello").await;
    world.settle().await;
    let before = world.transcript().await;
    let bodies: Vec<_> = world.simulator.postings();
    for days in [0, 1, 7] {
        world.pass(SignedDuration::from_hours(24 * days)).await;
        for posting in &bodies {
            let request = signed(std::str::from_utf8(&posting.body).unwrap());
            assert_eq!(world.send(request).await.status, StatusCode::OK);
        }
        world.settle().await;
        assert_eq!(phone.inbox().len(), 1, "after {days} days");
    }
    let after = world.transcript().await;
    assert_eq!(before.replace("-- new", "-- inactive"), after);
}

#[tokio::test]
async fn every_webhook_twice_and_shuffled_is_everything_once() {
    let mut world = World::new().await;
    world.simulator.set_chaos(Chaos { duplicate: 1.0, reorder: 0.5, ..Chaos::default() });
    for number in 0..20 {
        let phone = world.simulator.phone("wa1", &format!("+1650555{number:04}"));
        for text in ["One", "Two", "Three"] {
            phone.writes(text).await;
        }
    }
    world.settle().await;
    world.pass(SignedDuration::from_mins(10)).await;
    let all = world.conversations().await;
    assert_eq!(all.len(), 20);
    for conversation in all {
        assert_eq!(conversation["inbound_count"], 3);
        let id = conversation["id"].as_str().unwrap();
        let events = world.events(id).await;
        for (place, event) in events.iter().enumerate() {
            assert_eq!(event["seq"], place + 1, "without a gap");
        }
    }
    for number in 0..20 {
        let phone = world.simulator.phone("wa1", &format!("+1650555{number:04}"));
        assert_eq!(phone.inbox().len(), 1);
    }
}

#[tokio::test]
async fn the_same_command_twice_is_once() {
    let mut world = World::new().await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    let body = json!({ "content": { "type": "text", "text": "Hi!" } });
    let first = world.replies_with("ada", &id, body.clone(), Some("k")).await;
    let again = world.replies_with("ada", &id, body.clone(), Some("k")).await;
    assert_eq!(first.body["id"], again.body["id"]);
    world.settle().await;
    let late = world.replies_with("ada", &id, body.clone(), Some("k")).await;
    assert_eq!(first.body["id"], late.body["id"]);
    let other = world.replies_with("ben", &id, body, Some("k")).await;
    assert_ne!(first.body["id"], other.body["id"], "a key is its user's own");
    world.settle().await;
    assert_eq!(world.phone("wa1").inbox().len(), 3, "the welcome and two replies");
    let path = format!("/v1/conversations/{id}/close");
    let empty = world.request("ada", Method::POST, &path, None, Some("")).await;
    assert_eq!(empty.body["field"], "Idempotency-Key");
}

/// S3: forged webhooks cost one read for each account in a minute, and no queue hears of them.
#[tokio::test]
async fn a_flood_of_forged_webhooks_reaches_nothing() {
    let world = World::new().await;
    world.faults.count();
    let refused = AtomicUsize::new(0);
    for number in 0..10_000 {
        let account = ["wa1", "tg1", "sms1", "nobody"][number % 4];
        let request = Request::post(format!("/webhooks/{account}"))
            .header("x-hub-signature-256", format!("sha256={number:064x}"))
            .header("x-telegram-bot-api-secret-token", "guess")
            .header("x-twilio-signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
            .body(Body::from("{}"))
            .unwrap();
        if world.send(request).await.status == StatusCode::UNAUTHORIZED {
            refused.fetch_add(1, Ordering::Relaxed);
        }
    }
    assert_eq!(refused.into_inner(), 10_000);
    let effects = world.faults.end();
    let of = |service: &str| effects.iter().filter(|name| name.starts_with(service)).count();
    assert_eq!(of("sqs"), 0);
    assert_eq!(of("dynamodb"), 4, "{effects:?}");
    assert_eq!(of("kms"), 3);
}
