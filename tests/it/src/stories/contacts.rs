//! Contacts: blocking, and what is laid down for what they begin.

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{ADA, Answered, World};

impl World {
    /// The contact of the one conversation there is.
    async fn the_contact(&mut self) -> String {
        let id = self.only().await;
        self.conversation(&id).await["contact"]["id"].as_str().unwrap().to_owned()
    }

    async fn turns(&mut self, user: &str, contact: &str, what: &str) -> Answered {
        let path = format!("/v1/contacts/{contact}/{what}");
        self.request(user, Method::POST, &path, None, None).await
    }

    async fn patches(&mut self, user: &str, contact: &str, body: Value) -> Answered {
        let path = format!("/v1/contacts/{contact}");
        self.request(user, Method::PATCH, &path, Some(body), None).await
    }

    async fn starts(&mut self, user: &str) -> Answered {
        let body = json!({ "account": "wa1", "to": ADA, "content": { "type": "template",
            "name": "we_have_news", "language": "en", "parameters": ["x"] } });
        self.request(user, Method::POST, "/v1/conversations", Some(body), None).await
    }
}

/// R088, T07, T44: what is open closes as spam, and what a blocked contact writes opens nothing and
/// is kept apart; nobody is told.
#[tokio::test]
async fn a_blocked_contact_opens_nothing() {
    let mut world = World::new().await;
    let phone = world.phone("wa1");
    phone.writes("Hello").await;
    world.settle().await;
    let (id, contact) = (world.only().await, world.the_contact().await);
    let refused = world.turns("ben", &contact, "block").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.body["permission"], "contact.block");
    let blocked = world.turns("ada", &contact, "block").await;
    assert_eq!(blocked.body["blocked"]["by"], "ada", "{}", blocked.body);
    let events = world.events(&id).await;
    let last = events.last().unwrap();
    assert_eq!((&last["type"], &last["reason"]), (&json!("closed"), &json!("spam")));
    let told = world.told().len();
    phone.writes("Buy now!").await;
    phone.writes("Cheap!").await;
    world.settle().await;
    assert_eq!(world.only().await, id, "nothing has opened");
    assert_eq!(world.events(&id).await.len(), events.len());
    assert_eq!(world.told().len(), told, "nobody was told");
    let kept = world.get(&format!("/v1/contacts/{contact}/quarantine")).await;
    let mut texts: Vec<_> = kept["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kept| kept["content"]["text"].as_str().unwrap())
        .collect();
    texts.sort_unstable();
    assert_eq!(texts, ["Buy now!", "Cheap!"]);
    assert_eq!(world.starts("ada").await.body["type"], "blocked");
    let open = world.turns("ada", &contact, "unblock").await;
    assert_eq!(open.body["blocked"], Value::Null);
    phone.writes("Sorry.").await;
    world.settle().await;
    assert_eq!(world.conversation(&id).await["base"], "pending", "it is open again");
}

/// R088, T44: while something is owed the contact is blocked and the conversation stays open.
#[tokio::test]
async fn what_is_owed_keeps_a_blocked_conversation_open() {
    let mut world = World::new().await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let (id, contact) = (world.only().await, world.the_contact().await);
    let path = format!("/v1/conversations/{id}/invoices");
    let body = Some(json!({ "invoice": "inv-1" }));
    assert_eq!(world.request("ada", Method::POST, &path, body, None).await.status, StatusCode::OK);
    world.turns("ada", &contact, "block").await;
    assert_eq!(world.conversation(&id).await["closed_at"], Value::Null);
    let refused = world.replies("ada", "Please pay").await;
    assert_eq!(refused.body["type"], "blocked");
    world.settle().await;
}

/// Invariant 12: nothing is dispatched to a blocked contact, whatever was accepted before.
#[tokio::test]
async fn what_was_accepted_before_the_block_is_not_sent() {
    let mut world = World::new().await;
    let phone = world.phone("wa1");
    phone.writes("Hello").await;
    world.settle().await;
    let (inbox, contact) = (phone.inbox().len(), world.the_contact().await);
    assert_eq!(world.replies("ada", "One moment").await.status, StatusCode::ACCEPTED);
    world.turns("ada", &contact, "block").await;
    world.settle().await;
    assert_eq!(phone.inbox().len(), inbox);
    let id = world.only().await;
    let events = world.events(&id).await;
    let message = events.iter().find(|event| event["content"]["text"] == "One moment").unwrap();
    assert_eq!(message["delivery"]["status"], "failed");
}

/// R085, R088: a wish not to be written to counts even from who is blocked.
#[tokio::test]
async fn a_blocked_contact_may_still_opt_out() {
    let mut world = World::new().await;
    let phone = world.phone("wa1");
    phone.writes("Hello").await;
    world.settle().await;
    let contact = world.the_contact().await;
    world.turns("ada", &contact, "block").await;
    phone.writes("STOP").await;
    world.settle().await;
    world.turns("ada", &contact, "unblock").await;
    assert_eq!(world.starts("ada").await.body["type"], "opted-out");
    let known = world.get(&format!("/v1/contacts/{contact}")).await;
    assert_eq!(known["addresses"][0]["consent"]["state"], "opted_out");
    world.settle().await;
}

/// R088: a repeated block is one, in the audit too.
#[tokio::test]
async fn blocking_is_written_down_once() {
    let mut world = World::new().await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let contact = world.the_contact().await;
    for _ in 0..2 {
        let path = format!("/v1/contacts/{contact}/block");
        let answered = world.request("ada", Method::POST, &path, None, Some("once")).await;
        assert_eq!(answered.status, StatusCode::OK);
        world.pass(SignedDuration::from_mins(1)).await;
    }
    let audit = world.get("/v1/audit").await;
    let items = audit["items"].as_array().unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!(
        (&items[0]["action"], &items[0]["subject"]),
        (&json!("contact.block"), &json!(contact))
    );
    let nobody = "ct_7ZZZZZZZZZZZZZZZZZZZZZZZZZ";
    assert_eq!(world.turns("ada", nobody, "block").await.status, StatusCode::NOT_FOUND);
}

/// R129, R133, R155: the contact's own assignees get, and its own audience sees, what it begins.
#[tokio::test]
async fn what_a_contact_begins_goes_to_whom_it_is_laid_down_for() {
    let mut world = World::new().await;
    // The contact is known before it writes: somebody brought its consent along.
    let upload = json!({ "items": [{ "account": "wa1", "address": ADA, "wish": "in" }] });
    world.request("ada", Method::POST, "/v1/consents", Some(upload), None).await;
    let path = format!("/v1/consents?account=wa1&address={}", ADA.replace('+', "%2B"));
    let contact = world.get(&path).await["contact"].as_str().unwrap().to_owned();
    let defaults = json!({ "assignees": ["ben"], "users": ["ada", "ben"], "group": null });
    let body = json!({ "name": "Ms Lovelace", "defaults": defaults });
    let patched = world.patches("ben", &contact, body).await;
    assert_eq!(patched.status, StatusCode::OK, "{}", patched.body);
    assert_eq!(
        (&patched.body["name"], &patched.body["defaults"]),
        (&json!("Ms Lovelace"), &defaults)
    );
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    let conversation = world.conversation(&id).await;
    assert_eq!(conversation["contact"]["name"], "Ms Lovelace", "as a user calls it");
    assert_eq!(conversation["contact"]["id"], json!(contact));
    assert!(conversation["assignees"].to_string().contains("ben"), "{conversation}");
    assert!(conversation["visibility"].to_string().contains("ben"), "{conversation}");
    // What is absent stays, and `null` takes away.
    let patched = world.patches("ada", &contact, json!({ "name": "Ada" })).await;
    assert_eq!(patched.body["defaults"], defaults);
    let patched = world.patches("ada", &contact, json!({ "defaults": null })).await;
    assert_eq!((&patched.body["defaults"], &patched.body["name"]), (&Value::Null, &json!("Ada")));
    world.settle().await;
}

/// R133: defaults that could not be kept are refused, and the field is named.
#[tokio::test]
async fn defaults_name_who_is_there_and_sees_it() {
    let mut world = World::new().await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let contact = world.the_contact().await;
    for (field, defaults) in [
        ("defaults.group", json!({ "group": "nobody" })),
        ("defaults.users", json!({ "users": [] })),
        ("defaults.users", json!({ "users": ["nobody"] })),
        ("defaults.assignees", json!({ "assignees": ["nobody"] })),
        ("defaults.colour", json!({ "colour": "red" })),
    ] {
        let refused = world.patches("ada", &contact, json!({ "defaults": defaults })).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{field}");
        assert_eq!(refused.body["field"], field, "{}", refused.body);
    }
    let blind = json!({ "defaults": { "assignees": ["ben"], "users": ["ada"] } });
    let refused = world.patches("ada", &contact, blind).await;
    assert_eq!(
        (&refused.body["type"], &refused.body["user"]),
        (&json!("cannot-see"), &json!("ben"))
    );
    let refused = world.patches("ada", &contact, json!({ "name": " " })).await;
    assert_eq!(refused.body["field"], "name");
}
