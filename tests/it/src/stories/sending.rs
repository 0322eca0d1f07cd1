//! Sending, when the provider is slow, busy, broken or silent.

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};
use simulator::{Chaos, Fault};

use crate::world::World;

async fn written(account: &str, script: &[Fault]) -> World {
    let mut world = World::new().await;
    world.phone(account).writes("Hello").await;
    world.settle().await;
    world.simulator.set_chaos(Chaos { script: script.to_vec(), ..Chaos::default() });
    assert_eq!(world.replies("ada", "Hi!").await.status, StatusCode::ACCEPTED);
    world.settle().await;
    world
}

async fn reply(world: &mut World) -> Value {
    let id = world.only().await;
    let events = world.events(&id).await;
    events.into_iter().find(|event| event["content"]["text"] == "Hi!").unwrap()
}

fn arrived(world: &World, account: &str) -> usize {
    let inbox = world.phone(account).inbox();
    inbox.iter().filter(|seen| seen.text.as_deref() == Some("Hi!")).count()
}

const ALL: [&str; 4] = ["wa1", "tg1", "sms1", "twa1"];

#[tokio::test]
async fn a_busy_provider_is_asked_again_when_it_says() {
    for account in ALL {
        let busy = [Fault::TooManyRequests, Fault::TooManyRequests];
        let mut world = written(account, &busy).await;
        assert_eq!(reply(&mut world).await["delivery"]["status"], "queued", "{account}");
        assert_eq!(arrived(&world, account), 0, "{account}");
        world.pass(SignedDuration::from_mins(2)).await;
        assert_eq!(arrived(&world, account), 1, "{account}");
        assert_eq!(reply(&mut world).await["delivery"]["attempts"], 3, "{account}");
    }
}

#[tokio::test]
async fn a_broken_provider_that_says_so_is_asked_again() {
    for account in ALL {
        let mut world = written(account, &[Fault::ErrorBefore, Fault::ErrorBefore]).await;
        world.pass(SignedDuration::from_mins(2)).await;
        assert_eq!(arrived(&world, account), 1, "{account}");
        let reply = reply(&mut world).await;
        assert_ne!(reply["delivery"]["status"], "failed", "{account}");
    }
}

/// Nobody knows whether it was sent. Where the provider reports, its report settles it; nowhere is
/// it sent again blindly.
#[tokio::test]
async fn a_lost_answer_is_never_repeated_blindly() {
    for fault in [Fault::ErrorAfter, Fault::DropAfter] {
        for account in ALL {
            let mut world = written(account, &[fault]).await;
            world.pass(SignedDuration::from_hours(1)).await;
            assert_eq!(arrived(&world, account), 1, "{account} {fault:?}");
            let status = reply(&mut world).await["delivery"]["status"].clone();
            let expected = if account == "tg1" { "unknown" } else { "delivered" };
            assert_eq!(status, expected, "{account} {fault:?}");
        }
    }
}

#[tokio::test]
async fn what_was_not_sent_and_is_not_known_is_shown_and_a_person_sends_it_again() {
    let mut world = written("tg1", &[Fault::DropBefore]).await;
    world.pass(SignedDuration::from_hours(1)).await;
    let shown = reply(&mut world).await;
    assert_eq!((arrived(&world, "tg1"), &shown["delivery"]["status"]), (0, &json!("unknown")));
    let path = format!("/v1/messages/{}/send-again", shown["id"].as_str().unwrap());
    let again = world.request("ben", Method::POST, &path, None, None).await;
    assert_eq!(again.status, StatusCode::ACCEPTED, "{}", again.body);
    world.settle().await;
    assert_eq!(arrived(&world, "tg1"), 1);
    assert_eq!(reply(&mut world).await["delivery"]["status"], "sent");
    let once_more = world.request("ben", Method::POST, &path, None, None).await;
    assert_eq!(once_more.body["type"], "not-failed");
}

#[tokio::test]
async fn a_provider_that_stays_broken_is_given_up_and_the_agent_sees_why() {
    let mut world = written("wa1", &[Fault::ErrorBefore; 20]).await;
    world.pass(SignedDuration::from_hours(2)).await;
    let reply = reply(&mut world).await;
    assert_eq!(reply["delivery"]["status"], "failed");
    assert_eq!(reply["delivery"]["failure"]["kind"], "gave_up");
    assert_eq!(reply["delivery"]["attempts"], 12);
    assert_eq!(arrived(&world, "wa1"), 0);
}

#[tokio::test]
async fn a_contact_who_cannot_be_reached_fails_with_the_provider_s_code() {
    let mut world = World::new().await;
    let phone = world.phone("wa1");
    phone.writes("Hello").await;
    world.settle().await;
    phone.set_reachable(false);
    world.replies("ada", "Hi!").await;
    world.settle().await;
    let reply = reply(&mut world).await;
    assert_eq!(reply["delivery"]["status"], "failed");
    assert_eq!(reply["delivery"]["failure"]["kind"], "unreachable");
    assert_eq!(reply["delivery"]["failure"]["provider_code"], "131026");
}

#[tokio::test]
async fn a_slow_account_sends_no_faster_than_its_provider_allows() {
    let world = World::new().await;
    for number in 0..5 {
        let phone = world.simulator.phone("sms1", &format!("+1555010000{number}"));
        phone.writes("Hello").await;
    }
    world.settle().await;
    let sent = |world: &World| {
        world.simulator.requests().iter().filter(|request| request.status == Some(201)).count()
    };
    assert_eq!(sent(&world), 1, "one text message in a second");
    world.pass(SignedDuration::from_secs(2)).await;
    assert!((2..=3).contains(&sent(&world)), "{}", sent(&world));
    world.pass(SignedDuration::from_secs(60)).await;
    assert_eq!(sent(&world), 5);
}

/// What waits behind a message that came too early comes back with it, and not when the queue's
/// own time is over.
#[tokio::test]
async fn messages_of_one_conversation_go_out_in_order_and_as_fast_as_allowed() {
    let mut world = World::new().await;
    let phone = world.phone("sms1");
    phone.writes("Hello").await;
    world.settle().await;
    let texts: Vec<String> = (1..=5).map(|number| format!("Part {number}")).collect();
    for text in &texts {
        assert_eq!(world.replies("ada", text).await.status, StatusCode::ACCEPTED);
    }
    world.pass(SignedDuration::from_secs(10)).await;
    let got: Vec<String> = phone.inbox().into_iter().filter_map(|seen| seen.text).skip(1).collect();
    assert_eq!(got, texts);
}

#[tokio::test]
async fn every_kind_of_content_goes_out_in_the_provider_s_format() {
    let mut world = World::new().await;
    let phone = world.phone("wa1");
    phone.writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    for content in [
        json!({ "type": "media", "caption": "Look", "files": [
            { "kind": "image", "url": "https://cdn.acme.test/green.png" }] }),
        json!({ "type": "location", "latitude": 52.52, "longitude": 13.4, "name": "Shop" }),
        json!({ "type": "interactive", "body": "Pick", "buttons": [{ "id": "a", "title": "A" }] }),
        json!({ "type": "interactive", "body": "Pick", "list": {
            "label": "Open", "rows": [{ "id": "a", "title": "A" }] } }),
        json!({ "type": "template", "name": "we_have_news", "language": "en",
            "parameters": ["Sheena"] }),
        json!({ "type": "contacts", "cards": [{ "name": "Bo", "phones": ["+15550100"] }] }),
    ] {
        let body = json!({ "content": content });
        let accepted = world.replies_with("ada", &id, body, None).await;
        assert_eq!(accepted.status, StatusCode::ACCEPTED, "{}", accepted.body);
        world.settle().await;
    }
    let refused: Vec<_> = world
        .simulator
        .requests()
        .into_iter()
        .filter(|request| request.status != Some(200))
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
    assert_eq!(phone.inbox().len(), 7);
}
