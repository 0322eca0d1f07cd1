//! Source 002: contacts, automation that opens and closes, closing notes, merging.

use axum::http::{Method, StatusCode};
use serde_json::json;

use super::file;
use crate::world::World;

/// R003-R006, R031-R034, R088, R157, R165, R211, C09, C20, T01, T04, T07, T24, T25, T41, T42, T44,
/// T51: script 3 of the domain model.
#[tokio::test]
async fn automation_opens_and_closes_and_contacts_are_merged() {
    let mut world = World::with(&file("ucal", "", ""), 1).await;
    let phone = world.phone("wa1");
    phone.writes("Hello").await;
    phone.writes("Anybody?").await;
    world.settle().await;
    let first = world.only().await;
    assert_eq!(world.status_of(&first).await, "open");
    assert_eq!(world.conversation(&first).await["inbound_count"], 2, "one at a time");

    let note = json!({ "category": "Shipping", "summary": "Answered by the flow." });
    let closed = world.did("flow", &first, "close", note).await;
    assert_eq!(closed["status"], "closed");
    let last = world.events(&first).await.pop().unwrap();
    assert_eq!((&last["reason"], &last["category"]), (&json!("automation"), &json!("Shipping")));
    assert_eq!(last["actor"], json!({ "kind": "bot", "id": "flow" }));
    assert_eq!(world.view("ben", "view=closed").await, [first.as_str()]);

    phone.writes("One more thing").await;
    world.settle().await;
    let open = world.view("ben", "view=all").await;
    assert_eq!(open.len(), 1);
    assert_ne!(open[0], first, "a new one each time");
    let taken = world.refused("ben", &first, "reopen", json!({})).await;
    assert_eq!((&taken["type"], &taken["conversation"]), (&json!("other-open"), &json!(open[0])));

    merged(&mut world, &open[0]).await;

    let done = world.did("flow", &open[0], "close", json!({ "reason": "dialogflow" })).await;
    assert_eq!(done["status"], "closed");
    let contact = world.conversation(&open[0]).await["contact"]["id"].as_str().unwrap().to_owned();
    let body = json!({ "account": "wa1", "to": crate::world::ADA });
    let opened =
        world.request("flow", Method::POST, "/v1/conversations/open", Some(body), None).await;
    assert_eq!((opened.status, &opened.body["unreplied"]), (StatusCode::OK, &json!(0)), "T04");

    let path = format!("/v1/contacts/{contact}/block");
    let blocked = world.request("ada", Method::POST, &path, Some(json!({})), None).await;
    assert!(blocked.status.is_success(), "{}", blocked.body);
    world.settle().await;
    assert!(world.view("ben", "view=all").await.is_empty(), "closed as spam");
    phone.writes("Hello? HELLO?").await;
    world.settle().await;
    assert!(world.view("ben", "view=all").await.is_empty(), "and nothing opens");
}

/// The same person writes from Telegram too: the contact of that is merged into this one, and its
/// open conversation closes.
async fn merged(world: &mut World, survivor: &str) {
    world.phone("tg1").writes("It is me, by Telegram").await;
    world.settle().await;
    let both = world.view("ben", "view=all").await;
    let other = both.iter().find(|id| *id != survivor).unwrap().clone();
    world.did("ben", &other, "invoices", json!({ "invoice": "inv-7" })).await;
    world.did("ben", &other, "labels", json!({ "add": ["vip"] })).await;
    let contact_of = |conversation: serde_json::Value| {
        conversation["contact"]["id"].as_str().unwrap().to_owned()
    };
    let primary = contact_of(world.conversation(survivor).await);
    let secondary = contact_of(world.conversation(&other).await);
    let path = format!("/v1/contacts/{secondary}/merge");
    let body = json!({ "into": primary });
    let answered = world.request("ada", Method::POST, &path, Some(body), None).await;
    assert!(answered.status.is_success(), "{}", answered.body);
    world.settle().await;
    let closed = world.events(&other).await.pop().unwrap();
    assert_eq!((&closed["type"], &closed["reason"]), (&json!("closed"), &json!("merged")));
    let kept = world.conversation(survivor).await;
    assert_eq!(kept["unpaid_invoices"], json!(["inv-7"]), "what is owed moves along");
    assert_eq!(kept["labels"], json!(["vip"]));
    world.phone("tg1").writes("Still me").await;
    world.settle().await;
    assert_eq!(world.view("ben", "view=all").await, [survivor], "one contact, one conversation");
    world.did("ada", survivor, "invoices/paid", json!({ "invoice": "inv-7" })).await;
}
