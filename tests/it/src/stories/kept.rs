//! What users keep in the desk: snippets, drafts, saved views.

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{Answered, World};

impl World {
    async fn puts(&mut self, user: &str, path: &str, body: Value) -> Answered {
        self.request(user, Method::PUT, path, Some(body), None).await
    }

    async fn deletes(&mut self, user: &str, path: &str) -> StatusCode {
        self.request(user, Method::DELETE, path, None, None).await.status
    }

    async fn ids(&mut self, user: &str, path: &str) -> Vec<String> {
        let answered = self.request(user, Method::GET, path, None, None).await;
        let items = answered.body["items"].as_array().unwrap().iter();
        items.map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }
}

/// R210: snippets with a shortcut, a text and a language, private or shared.
#[tokio::test]
async fn snippets_are_one_s_own_or_everybody_s() {
    let mut world = World::new().await;
    let snippet = |text: &str, shared: bool| json!({ "shortcut": "/hi", "text": text, "language": "en", "shared": shared });
    let put = world.puts("ada", "/v1/snippets/hello", snippet("Hello!", false)).await;
    assert_eq!(put.status, StatusCode::OK, "{}", put.body);
    world.puts("ben", "/v1/snippets/bye", snippet("Goodbye!", true)).await;
    assert_eq!(world.ids("ada", "/v1/snippets").await, ["hello", "bye"]);
    assert_eq!(world.ids("ben", "/v1/snippets").await, ["bye"]);
    let foreign = world.request("ben", Method::GET, "/v1/snippets/hello", None, None).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    // Whoever changes a shared one does not become its owner.
    let changed = world.puts("ada", "/v1/snippets/bye", snippet("So long!", true)).await;
    assert_eq!(
        (&changed.body["owner"], &changed.body["text"]),
        (&json!("ben"), &json!("So long!"))
    );
    // Sharing one's own moves it.
    world.puts("ada", "/v1/snippets/hello", snippet("Hello, all!", true)).await;
    assert_eq!(world.ids("ben", "/v1/snippets").await, ["bye", "hello"]);
    assert_eq!(world.deletes("ben", "/v1/snippets/hello").await, StatusCode::NO_CONTENT);
    assert_eq!(world.deletes("ben", "/v1/snippets/hello").await, StatusCode::NO_CONTENT);
    assert_eq!(world.ids("ada", "/v1/snippets").await, ["bye"]);
    for (field, wrong) in [
        ("shortcut", json!({ "shortcut": "/h i", "text": "x" })),
        ("shortcut", json!({ "shortcut": "", "text": "x" })),
        ("text", json!({ "shortcut": "/h", "text": "x".repeat(4_097) })),
        ("language", json!({ "shortcut": "/h", "text": "x", "language": "" })),
        ("colour", json!({ "shortcut": "/h", "text": "x", "colour": "red" })),
    ] {
        let refused = world.puts("ada", "/v1/snippets/x", wrong).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert_eq!(refused.body["field"], field);
    }
}

/// R123: saved views, private or shared by those who may; every shared change is in the audit.
#[tokio::test]
async fn saved_views_are_shared_by_who_may() {
    let mut world = World::new().await;
    let view = |shared: bool| {
        json!({ "name": "Waiting in sales", "shared": shared,
            "filter": { "view": "team", "group": "sales", "unread": true, "sort": "oldest_waiting" } })
    };
    let refused = world.puts("ben", "/v1/views/waiting", view(true)).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.body["permission"], "view.share");
    assert_eq!(world.puts("ben", "/v1/views/waiting", view(false)).await.status, StatusCode::OK);
    assert_eq!(world.ids("ada", "/v1/views").await, Vec::<String>::new());
    let shared = world.puts("ada", "/v1/views/all-waiting", view(true)).await;
    assert_eq!(shared.body["filter"], view(true)["filter"]);
    assert_eq!(world.ids("ben", "/v1/views").await, ["waiting", "all-waiting"]);
    assert_eq!(world.deletes("ben", "/v1/views/all-waiting").await, StatusCode::FORBIDDEN);
    // Nobody takes a shared one for themselves who may not share.
    let taken = world.puts("ben", "/v1/views/all-waiting", view(false)).await;
    assert_eq!(taken.status, StatusCode::FORBIDDEN);
    assert_eq!(world.deletes("ada", "/v1/views/all-waiting").await, StatusCode::NO_CONTENT);
    let audit = world.get("/v1/audit").await;
    let actions: Vec<_> = audit["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["action"].as_str().unwrap(), entry["subject"].as_str().unwrap()))
        .collect();
    assert_eq!(
        actions,
        [("view.shared.delete", "all-waiting"), ("view.shared.put", "all-waiting")]
    );
    for (field, filter) in [
        ("filter.colour", json!({ "colour": "red" })),
        ("filter.sort", json!({ "sort": "random" })),
        ("filter.view", json!({ "view": "everything" })),
        ("filter.account", json!({ "account": "a b" })),
        ("filter.label", json!({ "label": "" })),
    ] {
        let body = json!({ "name": "x", "filter": filter });
        let refused = world.puts("ada", "/v1/views/x", body).await;
        assert_eq!(refused.body["field"], field, "{}", refused.body);
    }
}

/// R210: a draft is its author's, in one conversation, for thirty days.
#[tokio::test]
async fn a_draft_waits_for_its_author() {
    let mut world = World::new().await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let path = format!("/v1/conversations/{}/draft", world.only().await);
    let nothing = world.request("ada", Method::GET, &path, None, None).await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    world.puts("ada", &path, json!({ "text": "Dear" })).await;
    let put = world.puts("ada", &path, json!({ "text": "Dear customer" })).await;
    assert_eq!(put.status, StatusCode::OK);
    assert_eq!(world.get(&path).await["text"], "Dear customer");
    let other = world.request("ben", Method::GET, &path, None, None).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND, "it is not Ben's");
    let long = world.puts("ada", &path, json!({ "text": "x".repeat(10_001) })).await;
    assert_eq!((long.status, &long.body["field"]), (StatusCode::BAD_REQUEST, &json!("text")));
    world.pass(SignedDuration::from_hours(29 * 24)).await;
    assert_eq!(world.get(&path).await["text"], "Dear customer");
    world.pass(SignedDuration::from_hours(24)).await;
    let expired = world.request("ada", Method::GET, &path, None, None).await;
    assert_eq!(expired.status, StatusCode::NOT_FOUND);
    world.puts("ada", &path, json!({ "text": "Sent at last" })).await;
    let id = world.only().await;
    world.phone("wa1").writes("Still there?").await;
    world.settle().await;
    world.said("ada", &id, "Sent at last").await;
    let sent = world.request("ada", Method::GET, &path, None, None).await;
    assert_eq!(sent.status, StatusCode::NOT_FOUND, "what is sent is no draft");
    world.puts("ada", &path, json!({ "text": "Again" })).await;
    assert_eq!(world.deletes("ada", &path).await, StatusCode::NO_CONTENT);
    let gone = world.request("ada", Method::GET, &path, None, None).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    let nowhere = "/v1/conversations/cv_7ZZZZZZZZZZZZZZZZZZZZZZZZZ/draft";
    let refused = world.puts("ada", nowhere, json!({ "text": "x" })).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
}
