//! Whom conversations go to: the strategies, who is there, who has room, who answers in time.

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{ACME, World};

/// Ada, Ben and Cy, with these rules.
async fn with(rules: &str) -> World {
    let cy = "[[workspace.user]]\nid = \"cy\"\nname = \"Cy\"\nemail = \"cy@acme.test\"\n\
        role = \"agent\"\n\n[[workspace.account]]\nid = \"wa1\"";
    let file = ACME
        .replace("status_preset = \"five\"", &format!("status_preset = \"open_closed\"\n{rules}"))
        .replace("[[workspace.account]]\nid = \"wa1\"", cy);
    World::with(&file, 1).await
}

impl World {
    async fn is(&mut self, user: &str, presence: &str) {
        let body = Some(json!({ "presence": presence }));
        let answered = self.request(user, Method::PUT, "/v1/me/presence", body, None).await;
        assert_eq!(answered.status, StatusCode::OK, "{}", answered.body);
        self.settle().await;
    }

    /// A new contact writes. Returns the conversation.
    async fn comes(&mut self, contact: usize) -> String {
        self.simulator.phone("wa1", &format!("+1650555300{contact}")).writes("Hello").await;
        self.settle().await;
        let all = self.conversations().await;
        let new = all.iter().max_by_key(|one| one["id"].as_str().unwrap().to_owned());
        self.confab.clock.set(self.now() + SignedDuration::from_secs(1));
        new.unwrap()["id"].as_str().unwrap().to_owned()
    }

    async fn owner(&mut self, id: &str) -> Value {
        self.conversation(id).await["assignees"][0].clone()
    }

    async fn owners(&mut self, ids: &[String]) -> Vec<Value> {
        let mut owners = Vec::new();
        for id in ids {
            owners.push(self.owner(id).await);
        }
        owners
    }
}

/// R138: in turn, among those who are there.
#[tokio::test]
async fn those_who_are_online_are_chosen_in_turn() {
    let mut world = with("assign = \"round_robin\"").await;
    for user in ["ben", "cy"] {
        world.is(user, "online").await;
    }
    let mut ids = Vec::new();
    for contact in 0..4 {
        ids.push(world.comes(contact).await);
    }
    assert_eq!(world.owners(&ids).await, ["ben", "cy", "ben", "cy"]);
    let events = world.events(&ids[0]).await;
    let assigned = events.iter().find(|event| event["type"] == "assigned").unwrap();
    assert_eq!((&assigned["why"], &assigned["rule"]), (&json!("round_robin"), &json!("T72")));
    assert_eq!(assigned["actor"]["kind"], "system");
}

/// Invariant 27: what nobody could take is taken when somebody comes, the longest waiting first.
#[tokio::test]
async fn the_queue_drains_in_its_order_when_an_agent_comes_online() {
    let mut world = with("assign = \"least_open\"\nopen_max = 2").await;
    let mut ids = Vec::new();
    for contact in 0..3 {
        ids.push(world.comes(contact).await);
    }
    assert_eq!(world.owners(&ids).await, [Value::Null, Value::Null, Value::Null]);
    world.is("ben", "away").await;
    assert_eq!(world.owner(&ids[0]).await, Value::Null, "who is away wants no new work");
    world.is("ben", "online").await;
    assert_eq!(world.owners(&ids).await, [json!("ben"), json!("ben"), Value::Null], "two is full");
    world.did("ben", &ids[0], "close", json!({})).await;
    assert_eq!(world.owner(&ids[2]).await, "ben", "room was made");
}

/// Whoever has not been heard of for five minutes is offline.
#[tokio::test]
async fn presence_lapses_without_a_sign_of_life() {
    let mut world = with("assign = \"round_robin\"").await;
    world.is("ben", "online").await;
    world.pass(SignedDuration::from_mins(4)).await;
    world.is("ben", "online").await;
    world.pass(SignedDuration::from_mins(4)).await;
    let first = world.comes(0).await;
    assert_eq!(world.owner(&first).await, "ben");
    world.pass(SignedDuration::from_mins(6)).await;
    let second = world.comes(1).await;
    assert_eq!(world.owner(&second).await, Value::Null);
    let listed = world.get("/v1/presence").await;
    let ben = listed["items"].as_array().unwrap().iter().find(|one| one["user"] == "ben").unwrap();
    assert_eq!(ben["presence"], "offline");
    let wrong = world.request("ben", Method::PUT, "/v1/me/presence", Some(json!({})), None).await;
    assert_eq!((wrong.status, &wrong.body["field"]), (StatusCode::BAD_REQUEST, &json!("presence")));
}

/// C17, C18: strangers go to an admin, whoever is known to who wrote last, across conversations.
#[tokio::test]
async fn strangers_go_to_an_admin_and_known_contacts_to_who_wrote_last() {
    let rules = "assign_last_replier = true\nunknown_to_admin = true\nassign_offline = true";
    let mut world = with(rules).await;
    let first = world.comes(0).await;
    assert_eq!(world.owner(&first).await, "ada");
    world.did("ada", &first, "assign", json!({ "assignees": ["cy"] })).await;
    world.says("cy", &first, "Hello, Cy here.").await;
    world.settle().await;
    world.did("cy", &first, "close", json!({})).await;
    let second = world.comes(0).await;
    assert_ne!(first, second);
    assert_eq!(world.owner(&second).await, "cy");
    let events = world.events(&second).await;
    let assigned = events.iter().find(|event| event["type"] == "assigned").unwrap();
    assert_eq!(assigned["why"], "last_replier");
}

/// An offer ends; the next is asked, and when all were asked it waits in the queue.
#[tokio::test]
async fn who_does_not_answer_in_time_loses_it_to_the_next() {
    let rules = "assign = \"round_robin\"\nassign_offline = true\nfirst_reply_minutes = 10";
    let mut world = with(rules).await;
    let id = world.comes(0).await;
    let mut owners = Vec::new();
    for _ in 0..4 {
        owners.push(world.owner(&id).await);
        world.pass(SignedDuration::from_mins(11)).await;
    }
    assert_eq!(owners, [json!("ada"), json!("ben"), json!("cy"), Value::Null]);
    let events = world.events(&id).await;
    let whys = events.iter().filter(|event| event["type"] == "assigned").map(|event| &event["why"]);
    let offered = [json!("round_robin"), json!("not_answered")];
    assert_eq!(whys.collect::<Vec<_>>(), offered.iter().cycle().take(6).collect::<Vec<_>>());
    // Whatever makes the queue move begins another round.
    let other = world.comes(1).await;
    assert_eq!(world.owners(&[id.clone(), other]).await, ["ada", "ben"]);
    world.says("ada", &id, "At last.").await;
    world.pass(SignedDuration::from_mins(30)).await;
    assert_eq!(world.owner(&id).await, "ada", "who has answered keeps it");
}

/// T23: who had it keeps it, unless they are not there any more.
#[tokio::test]
async fn a_reopened_conversation_goes_to_somebody_who_is_there() {
    let mut world = with("assign = \"round_robin\"\nreopen_grace_hours = 24").await;
    world.is("ben", "online").await;
    let id = world.comes(0).await;
    world.did("ben", &id, "close", json!({})).await;
    assert_eq!((world.comes(0).await, world.owner(&id).await), (id.clone(), json!("ben")));
    world.did("ben", &id, "close", json!({})).await;
    world.is("ben", "offline").await;
    world.is("cy", "online").await;
    assert_eq!((world.comes(0).await, world.owner(&id).await), (id.clone(), json!("cy")));
}

/// T70, T73: what a program or a user gives up is routed.
#[tokio::test]
async fn what_is_given_up_is_routed_and_nothing_is_where_nobody_is_chosen() {
    let mut world = with("assign = \"least_open\"").await;
    world.is("ben", "online").await;
    let id = world.comes(0).await;
    world.is("cy", "online").await;
    world.did("ada", &id, "assign", json!({ "assignees": [] })).await;
    assert_eq!(world.owner(&id).await, "cy", "who has fewer, or had their turn longer ago");

    let mut world = with("").await;
    world.is("ben", "online").await;
    let id = world.comes(0).await;
    assert_eq!(world.owner(&id).await, Value::Null);
}
