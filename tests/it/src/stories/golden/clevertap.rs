//! Sources 000 and 001: campaigns, statuses, tabs, one agent at a time.

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;

use super::{file, template};
use crate::world::World;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// R011-R013, R016-R019, R021, R023-R027, R076, R078-R081, R108-R110, R125, R195, R196, C01, C02,
/// C05-C07, C09, C12, T02, T06, T10, T20, T21, T23, T31, T60, T61: script 1 of the domain model.
#[tokio::test]
async fn five_statuses_move_by_themselves_from_campaign_to_resolution_and_back() {
    let mut world = World::with(&file("clevertap5", "", ""), 1).await;
    let phone = world.phone("wa1");
    world.campaign("spring-sale").await;
    assert_eq!(phone.inbox().len(), 1, "the campaign reached the phone");
    assert!(world.conversations().await.is_empty(), "and opened nothing");

    phone.writes("Yes, tell me more").await;
    world.settle().await;
    let id = world.only().await;
    let conversation = world.conversation(&id).await;
    assert_eq!(
        (conversation["status"].as_str(), conversation["unreplied"].as_u64()),
        (Some("new"), Some(1))
    );
    assert_eq!(conversation["campaign"]["name"], "spring-sale");
    assert_eq!(conversation["campaign"]["label"], "spring");
    assert_eq!(world.view("cleo", "view=all").await, [id.as_str()]);

    world.said("ben", &id, "With pleasure").await;
    assert_eq!(world.status_of(&id).await, "active");
    assert_eq!(world.view("ben", "view=mine").await, [id.as_str()]);
    assert!(world.view("cleo", "view=mine").await.is_empty());
    let held = world.says("cleo", &id, "Me too!").await;
    assert_eq!((held.status, &held.body["type"]), (StatusCode::CONFLICT, &json!("held-by")));
    assert_eq!(held.body["by"], "ben");

    phone.writes("In blue?").await;
    world.settle().await;
    assert_eq!(world.status_of(&id).await, "pending");
    assert_eq!(world.view("ben", "view=mine").await, [id.as_str()]);
    world.did("ben", &id, "status", json!({ "status": "resolved" })).await;
    assert_eq!(world.status_of(&id).await, "resolved");
    assert!(world.view("ben", "view=mine").await.is_empty());

    world.pass(DAY * 30).await;
    phone.writes("One more thing").await;
    world.settle().await;
    assert_eq!(world.only().await, id, "the same conversation, however late");
    assert_eq!(world.status_of(&id).await, "pending");

    world.campaign("autumn-sale").await;
    assert_eq!(world.status_of(&id).await, "pending", "a campaign moves nothing");
    phone.writes("Autumn too!").await;
    world.settle().await;
    let conversation = world.conversation(&id).await;
    assert_eq!(conversation["status"], "new", "whatever was before");
    assert_eq!(conversation["campaign"]["name"], "autumn-sale");

    world.pass(DAY).await;
    assert_eq!(world.status_of(&id).await, "inactive");
    assert_eq!(world.view("ben", "view=inactive").await, [id.as_str()]);
    assert!(world.view("ben", "view=active").await.is_empty());
    let late = world.says("ben", &id, "Sorry for the delay").await;
    assert_eq!(late.body["type"], "window-closed");
    assert_eq!(late.body["templates"], json!(["we_have_news"]));
    let sent = world.replies_with("ben", &id, json!({ "content": template() }), None).await;
    assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.body);
    world.settle().await;
    let conversation = world.conversation(&id).await;
    assert_eq!(
        (&conversation["base"], &conversation["status"]),
        (&json!("active"), &json!("inactive"))
    );

    world.pass(DAY * 15).await;
    assert!(world.view("ben", "view=inactive").await.is_empty(), "fifteen days, and no longer");
    assert_eq!(world.status_of(&id).await, "inactive", "but it still is there");
}

/// R014, R020, R022, R024, R026, R028, R031, C03, C04, T20, T30, T31: script 2 of the domain model.
#[tokio::test]
async fn three_statuses_are_moved_by_people_but_for_new() {
    let mut world = World::with(&file("clevertap3", "", ""), 1).await;
    let phone = world.phone("wa1");
    phone.writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    assert_eq!(world.status_of(&id).await, "new");
    assert_eq!(world.view("ben", "view=active").await, [id.as_str()]);
    world.said("ben", &id, "Hello!").await;
    assert_eq!(world.status_of(&id).await, "new", "it is up to the agent");
    let parked = world.did("ben", &id, "status", json!({ "status": "pending" })).await;
    assert_eq!((&parked["status"], &parked["waiting_on"]), (&json!("pending"), &json!("agent")));
    let refused = world.refused("ben", &id, "status", json!({ "status": "active" })).await;
    assert_eq!(refused["type"], "not-in-preset");
    assert_eq!(refused["allowed"], json!(["new", "pending", "closed"]));
    let closed = world
        .did("ben", &id, "status", json!({ "status": "closed", "close": { "summary": "Done." } }))
        .await;
    assert_eq!(closed["status"], "closed");
    world.campaign("spring-sale").await;
    phone.writes("Yes!").await;
    world.settle().await;
    assert_eq!((world.only().await, world.status_of(&id).await), (id.clone(), "new".to_owned()));
    world.pass(DAY).await;
    assert_eq!(world.status_of(&id).await, "new", "the label stays, the tab changes");
    assert_eq!(world.view("ben", "view=inactive").await, [id.as_str()]);
}
