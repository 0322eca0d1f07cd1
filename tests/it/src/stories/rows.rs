//! What a list says of each conversation: enough to know which one to open.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use simulator::Phone;

use crate::world::World;

impl World {
    /// What a list says was said last in the one conversation there is.
    async fn row(&mut self) -> Value {
        let rows = self.get("/v1/conversations").await;
        let [row] = rows["items"].as_array().unwrap().as_slice() else { panic!("{rows:#}") };
        let alone = self.conversation(row["id"].as_str().unwrap()).await;
        assert_eq!(alone["last_message"], row["last_message"], "a list says what it says itself");
        assert_eq!(alone["last_activity_at"], row["last_activity_at"]);
        row.clone()
    }

    fn ada_s(&self) -> Phone {
        self.phone("wa1")
    }
}

/// R146: a row shows the latest message, whoever wrote it, and how far it has come.
#[tokio::test]
async fn a_row_shows_what_was_said_last() {
    let mut world = World::new().await;
    world.ada_s().writes(&format!("Where\nis {}", "my order ".repeat(20))).await;
    world.settle().await;
    let row = world.row().await;
    assert_eq!(row["last_message"]["direction"], "outbound", "the welcome");
    assert_eq!(row["last_message"]["actor"]["kind"], "responder");
    world.replies("ben", "Tomorrow").await;
    let row = world.row().await;
    let last = &row["last_message"];
    assert_eq!((&last["kind"], &last["text"]), (&json!("text"), &json!("Tomorrow")));
    assert_eq!(last["delivery"], "queued");
    assert_eq!(last["actor"], json!({ "kind": "user", "id": "ben" }));
    assert_eq!(row["last_activity_at"], last["at"]);
    world.settle().await;
    assert_eq!(world.row().await["last_message"]["delivery"], "delivered");
    world.ada_s().writes(&format!("Where\nis {}", "my order ".repeat(20))).await;
    world.settle().await;
    let row = world.row().await;
    let last = &row["last_message"];
    assert_eq!((&last["direction"], &last["delivery"]), (&json!("inbound"), &Value::Null));
    let text = last["text"].as_str().unwrap();
    assert!(text.starts_with("Where is my order my order"), "{text}");
    assert_eq!(text.chars().count(), 120);
    assert_eq!(row["seq"], last["seq"]);
}

/// R146, R167: of a file the row says what it is; a chat among users has one, too, and a
/// conversation in which nothing was said has none.
#[tokio::test]
async fn a_row_shows_what_has_no_words() {
    let mut world = World::new().await;
    let open = json!({ "account": "wa1", "to": crate::world::ADA });
    let path = "/v1/conversations/open";
    let opened = world.request("ben", Method::POST, path, Some(open), None).await;
    assert_eq!(opened.status, StatusCode::OK, "{}", opened.body);
    let row = world.row().await;
    assert_eq!((&row["last_message"], &row["last_activity_at"]), (&Value::Null, &row["opened_at"]));
    let file = json!({ "kind": "image", "url": "https://acme.test/map.png" });
    let content = json!({ "type": "media", "files": [file] });
    world.ada_s().writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    let sent = world.replies_with("ben", &id, json!({ "content": content }), None).await;
    assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.body);
    world.settle().await;
    let last = &world.row().await["last_message"];
    assert_eq!((&last["kind"], &last["text"]), (&json!("image"), &Value::Null));

    let said = json!({ "members": ["ada"], "content": { "type": "text", "text": "Look here" } });
    world.request("ben", Method::POST, "/v1/internal-chats", Some(said), None).await;
    world.settle().await;
    let chats = world.get("/v1/conversations?view=internal").await;
    let last = &chats["items"][0]["last_message"];
    assert_eq!((&last["direction"], &last["text"]), (&json!("internal"), &json!("Look here")));
    assert_eq!(last["actor"]["id"], "ben");
}
