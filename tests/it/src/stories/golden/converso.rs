//! Source 003: several assignees, visibility, an AI agent, invoices, deletion.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::file;
use crate::world::World;

/// R001, R008-R010, R015, R035-R037, R039-R042, R050, R106, R112, R113, R126-R132, R139, R142,
/// R163, R166, R184-R187, R200, R202, C08, C13, C15, C16, C19, C24, T12, T13, T45, T50, T51, T70,
/// T71, T72, T74, T75, T77, T80: script 4 of the domain model.
#[tokio::test]
async fn owners_visibility_programs_invoices_and_the_end() {
    let mut world = World::with(&file("converso", "", "welcome = \"Welcome.\""), 1).await;
    let phone = world.phone("tg1");
    phone.writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    assert_eq!(world.view("ben", "view=team").await, [id.as_str()]);
    assert_eq!(world.conversation(&id).await["unreplied"], 1, "the welcome answers nothing");

    world.did("ben", &id, "assign", json!({ "assignees": ["ben", "cleo"] })).await;
    for user in ["ben", "cleo"] {
        assert_eq!(world.view(user, "view=mine").await, [id.as_str()]);
        assert_eq!(world.view(user, "view=team").await, [id.as_str()], "it stays there too");
    }
    world.did("ben", &id, "hand-back", json!({ "to": "helper" })).await;
    let taken = world.says("helper", &id, "Hello!").await;
    assert_eq!(taken.body["type"], "turn-taken", "the welcome has had this turn");
    phone.writes("Where is my parcel?").await;
    world.settle().await;
    assert_eq!(world.conversation(&id).await["unreplied"], 2);
    world.said("helper", &id, "It ships today.").await;
    assert_eq!(world.conversation(&id).await["unreplied"], 0, "an AI agent's answer is one");
    let again = world.says("helper", &id, "It really does.").await;
    assert_eq!(again.body["type"], "turn-taken", "once for each message");
    let handed = world.did("helper", &id, "handoff", json!({ "reason": "too hard" })).await;
    assert_eq!((&handed["unreplied"], &handed["waiting_on"]), (&json!(1), &json!("agent")));
    assert_eq!(world.says("helper", &id, "One more").await.body["type"], "human-handles");

    let note = json!({ "content": { "type": "text", "text": "A regular." }, "mentions": ["cleo"] });
    world.did("ben", &id, "notes", note).await;
    assert_eq!(phone.inbox().len(), 2, "no note ever reaches the customer");
    world.did("ben", &id, "visibility", json!({ "users": ["ben"] })).await;
    let conversation = world.request("ben", Method::GET, &path(&id), None, None).await.body;
    assert_eq!(conversation["assignees"], json!(["ben"]), "who cannot see it is not responsible");
    for user in ["cleo", "ada"] {
        assert!(world.view(user, "view=all").await.is_empty(), "{user} sees nothing");
        let seen = world.request(user, Method::GET, &path(&id), None, None).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{user}");
        assert_eq!(world.says(user, &id, "Hello?").await.status, StatusCode::NOT_FOUND, "{user}");
    }
    let blind = world.refused("ben", &id, "assign", json!({ "assignees": ["cleo"] })).await;
    assert_eq!((&blind["type"], &blind["user"]), (&json!("cannot-see"), &json!("cleo")));
    world.did("ben", &id, "visibility", json!({ "users": null })).await;

    world.did("ben", &id, "invoices", json!({ "invoice": "inv-1" })).await;
    let owed = world.refused("ben", &id, "close", json!({})).await;
    assert_eq!((&owed["type"], &owed["invoices"]), (&json!("unpaid-invoices"), &json!(["inv-1"])));
    let owed = world.request("ada", Method::DELETE, &path(&id), None, None).await;
    assert_eq!(owed.body["type"], "unpaid-invoices");
    world.did("ben", &id, "invoices/paid", json!({ "invoice": "inv-1" })).await;
    assert_eq!(world.refused("cleo", &id, "close", json!({})).await["type"], "not-yours");
    world.did("ben", &id, "close", json!({ "category": "Shipping", "summary": "Sent." })).await;

    phone.writes("And another thing").await;
    world.settle().await;
    let next = world.view("ada", "view=all").await;
    assert_eq!(next.len(), 1);
    assert_ne!(next[0], id, "a new conversation");
    let open = world.refused("ben", &id, "reopen", json!({})).await;
    assert_eq!((&open["type"], &open["conversation"]), (&json!("other-open"), &json!(next[0])));

    let denied = world.request("ben", Method::DELETE, &path(&id), None, None).await;
    assert_eq!((denied.status, &denied.body["type"]), (StatusCode::FORBIDDEN, &json!("forbidden")));
    let gone = world.request("ada", Method::DELETE, &path(&id), None, None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.body);
    world.settle().await;
    assert_eq!(
        world.request("ada", Method::GET, &path(&id), None, None).await.status,
        StatusCode::GONE
    );
    assert!(!world.says("ada", &id, "Hello?").await.status.is_success());
    assert_eq!(logged_words(&world, &id).await, Vec::<Value>::new(), "nothing said is left");
}

fn path(id: &str) -> String {
    format!("/v1/conversations/{id}")
}

/// What the log still says of what was said.
async fn logged_words(world: &World, id: &str) -> Vec<Value> {
    let (workspace, after) = ("acme".parse().unwrap(), domain::id::Seq::ZERO);
    let log = world.confab.store.log(&workspace, id.parse().unwrap(), after, 1_000).await.unwrap();
    assert!(!log.is_empty(), "the log itself stays");
    let words = ["Hello", "ships", "regular", "Shipping", "too hard"];
    let events = log.iter().map(|logged| serde_json::to_value(&logged.event).unwrap());
    events.filter(|event| words.iter().any(|word| event.to_string().contains(word))).collect()
}
