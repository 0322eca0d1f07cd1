//! What customers do on each channel.

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn everything_a_whatsapp_customer_does_is_shown() {
    let mut world = World::new().await;
    let phone = world.phone("wa1");
    let first = phone.writes("Hello").await;
    world.settle().await;
    phone.quotes(first.id(), "As I said").await;
    phone.reacts(first.id(), "👍").await;
    phone.edits(first.id(), "Hello there").await;
    phone.sends_location(52.52, 13.40).await;
    phone.sends_contact("Bo", "+15550100").await;
    phone.sends_unknown().await;
    phone.shares_ad_referral("Can I get more info about this?").await;
    phone.takes_reaction_back(first.id()).await;
    phone.deletes(first.id()).await;
    world.settle().await;
    insta::assert_snapshot!(world.transcript().await, @"
    -- new unreplied 6 waiting on agent
    fri 09:00  contact  T01 opened
    fri 09:00  contact  T01 > Hello
    fri 09:00  welcome  T13 < Welcome to Acme. [delivered]
    fri 09:00  contact  T22 > As I said (quoting)
    fri 09:00  contact  Noted reacted 👍
    fri 09:00  contact  Noted edited: Hello there
    fri 09:00  contact  T22 > [location]
    fri 09:00  contact  T22 > [contacts]
    fri 09:00  contact  T22 > [unsupported: hologram]
    fri 09:00  contact  T22 > Can I get more info about this?
    fri 09:00  contact  Noted reacted no more
    fri 09:00  contact  Noted deleted
    ");
    let id = world.only().await;
    let events = world.events(&id).await;
    let ad = events.iter().find(|event| event["referral"].is_object()).unwrap();
    assert_eq!(ad["referral"]["source"], "ad");
}

#[tokio::test]
async fn an_album_is_one_conversation_with_ten_messages() {
    let mut world = World::new().await;
    world.phone("wa1").sends_album(10).await;
    world.settle().await;
    let id = world.only().await;
    let conversation = world.conversation(&id).await;
    assert_eq!(conversation["unreplied"], 10);
    let events = world.events(&id).await;
    let ready =
        events.iter().filter(|event| event["content"]["files"][0]["state"] == "ready").count();
    assert_eq!(ready, 10);
    assert_eq!(world.phone("wa1").inbox().len(), 1, "one welcome");
}

#[tokio::test]
async fn everything_a_telegram_customer_does_is_shown() {
    let mut world = World::new().await;
    let phone = world.phone("tg1");
    let first = phone.writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    let offer = json!({ "content": {
        "type": "interactive",
        "body": "Which colour?",
        "buttons": [{ "id": "r", "title": "Red" }, { "id": "g", "title": "Green" }],
    } });
    assert_eq!(world.replies_with("ada", &id, offer, None).await.status, StatusCode::ACCEPTED);
    world.settle().await;
    assert_eq!(phone.inbox().pop().unwrap().buttons.len(), 2);
    phone.taps_button("g", "Green").await;
    world.settle().await;
    assert!(phone.spinning().is_empty(), "the button is answered");
    phone.edits(first.id(), "Hello there").await;
    phone.reacts(first.id(), "🔥").await;
    phone.sends_location(52.52, 13.40).await;
    phone.sends_unknown().await;
    phone.blocks().await;
    world.settle().await;
    let refused = world.replies("ada", "Still there?").await;
    assert_eq!(refused.body["type"], "opted-out");
    phone.unblocks().await;
    world.settle().await;
    assert_eq!(world.replies("ada", "Welcome back").await.status, StatusCode::ACCEPTED);
    world.settle().await;
    insta::assert_snapshot!(world.transcript().await, @"
    -- active unreplied 0 waiting on customer
    fri 09:00  contact  T01 opened
    fri 09:00  contact  T01 > Hello
    fri 09:00  welcome  T13 < Welcome to Acme. [sent]
    fri 09:00  ada      T10 < [interactive] [sent]
    fri 09:00  contact  T21 > (Green) (quoting)
    fri 09:00  contact  Noted edited: Hello there
    fri 09:00  contact  Noted reacted 🔥
    fri 09:00  contact  T21 > [location]
    fri 09:00  contact  T21 > [unsupported: hologram]
    fri 09:00  contact  Consent consent
    fri 09:00  contact  Consent consent
    fri 09:00  ada      T10 < Welcome back [sent]
    ");
}

#[tokio::test]
async fn sms_is_delivered_and_never_read() {
    let mut world = World::new().await;
    let phone = world.phone("sms1");
    phone.writes("Hello").await;
    world.settle().await;
    world.replies("ada", "Hi").await;
    // One a second goes out.
    world.pass(SignedDuration::from_secs(30)).await;
    phone.opens_chat();
    world.settle().await;
    insta::assert_snapshot!(world.transcript().await, @"
    -- active unreplied 0 waiting on customer
    fri 09:00  contact  T01 opened
    fri 09:00  contact  T01 > Hello
    fri 09:00  welcome  T13 < Welcome to Acme. [delivered]
    fri 09:00  ada      T10 < Hi [delivered]
    ");
}

#[tokio::test]
async fn whatsapp_by_twilio_goes_both_ways() {
    let mut world = World::new().await;
    let phone = world.phone("twa1");
    phone.writes("Hello").await;
    world.settle().await;
    world.replies("ada", "Hi").await;
    world.settle().await;
    phone.opens_chat();
    world.settle().await;
    insta::assert_snapshot!(world.transcript().await, @"
    -- active unreplied 0 waiting on customer
    fri 09:00  contact  T01 opened
    fri 09:00  contact  T01 > Hello
    fri 09:00  welcome  T13 < Welcome to Acme. [read]
    fri 09:00  ada      T10 < Hi [read]
    ");
}

/// The same person on two channels is two contacts until somebody says otherwise.
#[tokio::test]
async fn accounts_do_not_mix() {
    let mut world = World::new().await;
    world.phone("wa1").writes("Hello").await;
    world.phone("sms1").writes("Hello").await;
    world.settle().await;
    assert_eq!(world.conversations().await.len(), 2);
}
