//! What connected clients are told of changes, and of one another.

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{Client, World};

/// R183: a user who watches everything hears of each change as it happens, by name and number.
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
    for expected in [
        (1, "conversation.opened.v1"),
        (2, "message.received.v1"),
        (3, "message.queued.v1"),
        (3, "message.delivery.v1"),
    ] {
        assert!(numbered.contains(&expected), "{expected:?}: {numbered:?}");
    }
}

/// A frame names what changed, and carries no words and no names. What comes together is told
/// together.
#[tokio::test]
async fn a_push_has_no_words_in_it() {
    let mut world = World::new().await;
    let mut ada = world.connects("ada", json!({ "lists": "all" })).await;
    world.phone("wa1").writes("a secret").await;
    world.simulator.flush().await;
    while world.confab.work_once(&local::queues::INBOUND).await.unwrap() {}
    world.confab.tell_once().await.unwrap();
    let id = world.only().await;
    let frames = ada.hears();
    assert_eq!(
        frames,
        [json!({ "type": "changes", "items": [
            { "conversation": id, "seq": 1, "kind": "conversation.opened.v1" },
            { "conversation": id, "seq": 2, "kind": "message.received.v1" },
        ]})]
    );
    world.settle().await;
    let frames = ada.hears();
    let delivered = frames
        .iter()
        .flat_map(|frame| frame["items"].as_array().unwrap())
        .any(|item| item["kind"] == "message.delivery.v1" && item["status"] == "delivered");
    assert!(delivered, "{frames:#?}");
}

/// Nobody is told of what they do not watch.
#[tokio::test]
async fn each_is_told_of_what_they_watch() {
    let mut world = World::new().await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    let mut all = world.connects("ada", json!({ "lists": "all" })).await;
    let mut named = world.connects("ada", json!({ "lists": "none", "conversations": [id] })).await;
    let mut open = world.connects("ada", json!({ "open": id })).await;
    let mut mine = world.connects("ada", json!({ "lists": "mine" })).await;
    let mut bens = world.connects("ben", json!({ "lists": "mine" })).await;
    let mut nothing = world.connects("ada", json!({ "lists": "none" })).await;
    let everybody = [&mut all, &mut named, &mut open, &mut mine, &mut bens, &mut nothing];
    everybody.into_iter().for_each(|one| drop(one.hears()));

    world.phone("wa1").writes("Anybody?").await;
    world.settle().await;
    for watching in [&mut all, &mut named, &mut open] {
        assert_eq!(watching.kinds(), ["message.received.v1"]);
    }
    for other in [&mut mine, &mut bens, &mut nothing] {
        assert_eq!(other.hears(), Vec::<Value>::new());
    }

    let given = json!({ "assignees": ["ben"] });
    let assigned = world.posts("ada", &format!("/v1/conversations/{id}/assign"), given).await;
    assert_eq!(assigned.status, StatusCode::OK, "{}", assigned.body);
    world.settle().await;
    assert_eq!(bens.kinds(), ["conversation.assigned.v1"]);
    world.phone("wa1").writes("Hello?").await;
    world.settle().await;
    assert_eq!(bens.kinds(), ["message.received.v1"]);
    assert_eq!(nothing.hears(), Vec::<Value>::new());

    nothing.watches(&world, json!({ "lists": "all" })).await;
    all.watches(&world, json!({ "lists": "none" })).await;
    all.hears();
    world.phone("wa1").writes("Well").await;
    world.settle().await;
    assert_eq!(nothing.kinds(), ["message.received.v1"]);
    assert_eq!(all.hears(), Vec::<Value>::new(), "a watch replaces the one before");
}

/// Who has a conversation open, and who writes in it, is told to those who have it open, too.
#[tokio::test]
async fn colleagues_see_who_looks_and_who_types() {
    let mut world = World::new().await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    let viewing = |users: Value| json!({ "type": "viewing", "conversation": id, "users": users });
    let mut ada = world.connects("ada", json!({ "lists": "all", "open": id })).await;
    assert_eq!(ada.hears(), [viewing(json!(["ada"]))]);
    let mut ben = world.connects("ben", json!({ "open": id })).await;
    assert_eq!(ada.hears(), [viewing(json!(["ada", "ben"]))]);
    assert_eq!(ben.hears(), [viewing(json!(["ada", "ben"]))]);

    ben.types(&world, &id).await;
    let typing = json!({ "type": "typing", "conversation": id, "user": "ben" });
    assert_eq!(ada.hears(), [typing]);
    assert_eq!(ben.hears(), Vec::<Value>::new(), "not to themselves");

    let mut elsewhere = world.connects("ada", json!({ "lists": "all" })).await;
    ben.types(&world, &id).await;
    assert_eq!(elsewhere.hears(), Vec::<Value>::new(), "nor to who does not look there");
    ada.hears();

    ben.watches(&world, json!({ "open": null })).await;
    assert_eq!(ada.hears(), [viewing(json!(["ada"]))]);
    ben.watches(&world, json!({ "open": id })).await;
    ada.hears();
    ben.leaves(&world).await;
    assert_eq!(ada.hears(), [viewing(json!(["ada"]))]);
}

/// What a user says of themselves is told to their colleagues once.
#[tokio::test]
async fn colleagues_see_who_is_there() {
    let mut world = World::new().await;
    let mut ada = world.connects("ada", json!({})).await;
    for presence in ["online", "online", "away"] {
        let said = json!({ "presence": presence });
        let said = world.request("ben", Method::PUT, "/v1/me/presence", Some(said), None).await;
        assert_eq!(said.status, StatusCode::OK, "{}", said.body);
        world.settle().await;
    }
    let told = |presence: &str| json!({ "type": "presence", "user": "ben", "presence": presence });
    assert_eq!(ada.hears(), [told("online"), told("away")]);
    assert!(world.told().iter().all(|(_, detail)| detail["conversation"].is_null()));
    let next = world.get("/v1/events?after=start").await;
    assert_eq!(next["items"], json!([]), "it is in no feed");
}

/// Who does not read is dropped, and keeps nobody waiting.
#[tokio::test]
async fn a_slow_client_is_dropped_and_others_hear() {
    let mut world = World::new().await;
    let mut slow = world.connects("ada", json!({ "lists": "all" })).await;
    let mut ben = world.connects("ben", json!({ "lists": "all" })).await;
    for number in 0..70 {
        world.phone("wa1").writes(&format!("message {number}")).await;
        world.settle().await;
        assert!(ben.kinds().contains(&"message.received.v1".to_owned()), "{number}");
    }
    slow.hears();
    assert!(slow.is_closed());
    assert!(!ben.is_closed());
    world.settle().await;
    let left = world.confab.store.connected(&"acme".parse().unwrap(), world.now()).await.unwrap();
    assert_eq!(left.users.len(), 1, "who is gone is forgotten");
}

/// The gateway has closed a socket and nobody has said so: the first push finds out.
#[tokio::test]
async fn a_connection_that_is_gone_is_forgotten() {
    let mut world = World::new().await;
    let client = world.connects("ada", json!({ "lists": "all" })).await;
    client.breaks(&world);
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let acme = "acme".parse().unwrap();
    assert!(world.confab.store.connected(&acme, world.now()).await.unwrap().users.is_empty());
    let mut ada = world.connects("ada", json!({ "lists": "all" })).await;
    // The gateway ends a connection after two hours, whatever it does.
    world.confab.clock.set(world.now() + SignedDuration::from_mins(122));
    world.phone("wa1").writes("Still here").await;
    world.settle().await;
    assert_eq!(ada.hears(), Vec::<Value>::new());
}

/// Where pushes cannot be made, everything else goes on.
#[tokio::test]
async fn what_cannot_be_pushed_is_in_the_feed() {
    let mut world = World::new().await;
    let mut ada = world.connects("ada", json!({ "lists": "all" })).await;
    let next = world.get("/v1/events").await["next"].as_str().unwrap().to_owned();
    let unavailable = local::aws::Answer::error(
        StatusCode::INTERNAL_SERVER_ERROR,
        "InternalServerError",
        "out of order",
    );
    world.faults.refuse("POST", unavailable, 1_000);
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    world.faults.refuse("", local::aws::Answer::error(StatusCode::OK, "", ""), 0);
    assert_eq!(ada.hears(), Vec::<Value>::new());
    let missed = world.get(&format!("/v1/events?after={next}")).await;
    let texts = missed["items"].as_array().unwrap().iter();
    assert!(texts.into_iter().any(|event| event["content"]["text"] == "Hello"));
    world.phone("wa1").writes("Again").await;
    world.settle().await;
    assert_eq!(ada.kinds(), ["message.received.v1"], "the connection is as it was");
}

/// What somebody on a page of ours hears of their own conversation, and nothing else.
#[tokio::test]
async fn a_visitor_hears_of_messages_in_their_own_conversation() {
    let mut world = World::new().await;
    let address = world.phone("wa1").address().to_owned();
    let mut visitor = world.visits("wa1", &address).await;
    let mut stranger = world.visits("wa1", "+15550000000").await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let heard = visitor.kinds();
    for kind in ["message.received.v1", "message.queued.v1", "message.delivery.v1"] {
        assert!(heard.iter().any(|one| one == kind), "{heard:?}");
    }
    assert!(!heard.iter().any(|one| one == "conversation.opened.v1"), "{heard:?}");
    let id = world.only().await;
    let note = json!({ "content": { "type": "text", "text": "A regular." } });
    let noted = world.posts("ada", &format!("/v1/conversations/{id}/notes"), note).await;
    assert_eq!(noted.status, StatusCode::OK, "{}", noted.body);
    let closed = world.closes("ada").await;
    assert_eq!(closed.status, StatusCode::OK, "{}", closed.body);
    world.settle().await;
    assert_eq!(visitor.hears(), Vec::<Value>::new());

    visitor.watches(&world, json!({ "lists": "all", "open": id })).await;
    visitor.types(&world, &id).await;
    let frames = visitor.hears();
    assert!(frames.iter().all(|frame| frame["type"] == "error"), "{frames:?}");
    assert_eq!(frames.len(), 2);
    visitor.says(&world, r#"{"type":"ping"}"#).await;
    assert_eq!(visitor.hears(), [json!({ "type": "pong" })]);
    assert_eq!(stranger.hears(), Vec::<Value>::new());
    told_nobody_of_visitors(&mut world, &mut visitor).await;
}

/// Users' presence is none of theirs.
async fn told_nobody_of_visitors(world: &mut World, visitor: &mut Client) {
    let said = json!({ "presence": "online" });
    world.request("ben", Method::PUT, "/v1/me/presence", Some(said), None).await;
    world.settle().await;
    assert_eq!(visitor.hears(), Vec::<Value>::new());
}
