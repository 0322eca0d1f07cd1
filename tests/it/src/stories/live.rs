//! What connected clients are told, and what they are not.

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;

use crate::world::World;

/// A user who watches everything hears of each change as it happens, by name and number.
#[tokio::test]
async fn a_message_is_told_as_it_comes() {
    let mut world = World::new().await;
    let mut ada = world.connects("ada", json!({ "lists": "all" })).await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    let changes = ada.changes();
    assert!(changes.iter().all(|(conversation, _, _)| *conversation == id), "{changes:?}");
    let numbered: Vec<(u64, &str)> =
        changes.iter().map(|(_, seq, kind)| (*seq, kind.as_str())).collect();
    assert!(numbered.contains(&(1, "conversation.opened.v1")), "{numbered:?}");
    assert!(numbered.contains(&(2, "message.received.v1")), "{numbered:?}");
    assert!(numbered.contains(&(3, "message.queued.v1")), "{numbered:?}");
    assert!(numbered.contains(&(3, "message.delivery.v1")), "{numbered:?}");
}

/// S4: a ticket lets in once, for half a minute, and only into its own workspace.
#[tokio::test]
async fn a_ticket_is_good_once_and_not_for_long() {
    let mut world = World::new().await;
    let ticket = world.ticket("ada").await;
    assert!(world.enters(&ticket, None).await.is_ok());
    assert_eq!(world.enters(&ticket, None).await.unwrap_err(), StatusCode::UNAUTHORIZED);

    let late = world.ticket("ada").await;
    world.confab.clock.set(world.now() + SignedDuration::from_secs(30));
    assert_eq!(world.enters(&late, None).await.unwrap_err(), StatusCode::UNAUTHORIZED);

    let elsewhere = world.ticket("ada").await.replace("acme.", "other.");
    assert_eq!(world.enters(&elsewhere, None).await.unwrap_err(), StatusCode::UNAUTHORIZED);
    for nonsense in ["", "acme", "acme.00", "%00"] {
        let refused = world.enters(nonsense, None).await.unwrap_err();
        assert_eq!(refused, StatusCode::UNAUTHORIZED, "{nonsense}");
    }
}
