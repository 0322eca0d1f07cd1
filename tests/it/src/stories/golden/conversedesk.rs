//! Source 004: Sender IDs, inboxes of one's own, admins who assign, nothing deleted.

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::json;

use super::{file, template};
use crate::world::World;

const HOURS: &str = r#"
[workspace.hours]
monday = ["09:00-17:00"]
tuesday = ["09:00-17:00"]
wednesday = ["09:00-17:00"]
thursday = ["09:00-17:00"]
friday = ["09:00-17:00"]

[[workspace.user]]
id = "cy"
"#;

/// R012, R043, R055, R056, R069, R079, R080, R085, R086, R114-R122, R134-R136, R143-R145, R164,
/// C08, C10, C14, C17, C18, C21, C22, C25, T63, T64: script 5 of the domain model.
#[tokio::test]
async fn inboxes_of_ones_own_hours_and_consent() {
    let hours = HOURS.replace("id = \"cy\"", "id = \"cy\"\nname = \"Cy\"");
    let file = file("conversedesk", "", "").replacen(
        "[[workspace.user]]",
        &format!("{hours}\n[[workspace.user]]"),
        1,
    );
    let mut world = World::with(&file, 1).await;
    let phone = world.phone("wa1");
    phone.writes("Hello, a stranger here").await;
    world.settle().await;
    let id = world.view("ada", "view=my_inbox").await.pop().expect("strangers go to an admin");
    assert!(world.view("ben", "view=all").await.is_empty(), "each sees their own");

    world.did("ada", &id, "assign", json!({ "assignees": ["ben"] })).await;
    assert_eq!(world.view("ben", "view=my_inbox").await, [id.as_str()]);
    assert!(world.view("ada", "view=my_inbox").await.is_empty(), "it moved");
    assert_eq!(unread(&mut world, "ben", &id).await, json!(true), "and is news to him");
    let denied = world.refused("ben", &id, "assign", json!({ "assignees": ["cleo"] })).await;
    assert_eq!(denied["permission"], "assign.others");

    let others = world.view("ada", "view=my_inbox&user=ben").await;
    assert_eq!(others, [id.as_str()], "an admin looks into his inbox");
    world.did("ada", &id, "read", json!({})).await;
    assert_eq!(unread(&mut world, "ben", &id).await, json!(true), "which reads nothing for him");
    let denied = world
        .request("ben", Method::GET, "/v1/conversations?view=my_inbox&user=ada", None, None)
        .await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN);
    let body = json!({ "user": "ben", "read": true });
    assert!(world.refused("ada", &id, "read-override", body).await["type"].is_string());
    let body = json!({ "user": "ben", "read": true, "confirm": true });
    world.did("ada", &id, "read-override", body).await;
    assert_eq!(unread(&mut world, "ben", &id).await, json!(false));

    world.said("ben", &id, "Hello, stranger").await;
    assert_eq!(world.view("ben", "view=sent").await, [id.as_str()]);
    world.did("ben", &id, "close", json!({})).await;
    phone.writes("Me again").await;
    world.settle().await;
    let again = world.view("ben", "view=my_inbox").await.pop().expect("back to who wrote last");
    assert_ne!(again, id);

    held_over_night(&mut world, &again).await;

    phone.writes("STOP").await;
    world.settle().await;
    assert_eq!(world.says("ben", &again, "But why?").await.body["type"], "opted-out");
    phone.writes("START").await;
    world.settle().await;
    world.pass(SignedDuration::from_hours(25)).await;
    assert_eq!(world.says("ben", &again, "Too late").await.body["type"], "window-closed");
    let unknown =
        json!({ "content": { "type": "template", "name": "nobody_knows", "language": "en" } });
    let refused = world.replies_with("ben", &again, unknown, None).await;
    assert_eq!(refused.body["type"], "template-not-registered");
    let sent = world.replies_with("ben", &again, json!({ "content": template() }), None).await;
    assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.body);
    world.settle().await;
    let path = format!("/v1/conversations/{again}");
    let kept = world.request("ada", Method::DELETE, &path, None, None).await;
    assert_eq!((kept.status, &kept.body["type"]), (StatusCode::FORBIDDEN, &json!("deletion-off")));
}

/// R086: what is said in the evening goes out in the morning.
async fn held_over_night(world: &mut World, id: &str) {
    world.pass(SignedDuration::from_hours(9)).await;
    let before = world.phone("wa1").inbox().len();
    let evening = world.says("ben", id, "Good evening").await;
    assert_eq!(evening.body["delivery"]["status"], "held");
    assert!(evening.body["delivery"]["release_at"].is_string());
    assert_eq!(world.phone("wa1").inbox().len(), before);
    // The window would be closed on Monday: the contact writes once more.
    world.pass(SignedDuration::from_hours(50)).await;
    world.phone("wa1").writes("Are you there?").await;
    world.settle().await;
    world.pass(SignedDuration::from_hours(13)).await;
    assert_eq!(world.phone("wa1").inbox().len(), before + 1, "released at opening");
}

async fn unread(world: &mut World, user: &str, id: &str) -> serde_json::Value {
    let path = format!("/v1/conversations/{id}");
    world.request(user, Method::GET, &path, None, None).await.body["unread"].clone()
}
