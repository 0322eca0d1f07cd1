//! What connected clients are refused, and what they are not told any more.

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::tiles::teams;
use crate::world::{Act, Client, World};

/// R164 and S4, S12: a ticket lets in once, for half a minute, and only into its own workspace.
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
    for nonsense in ["", "acme", "acme.00", "%00", &"x".repeat(5_000)] {
        let refused = world.enters(nonsense, None).await.unwrap_err();
        assert_eq!(refused, StatusCode::UNAUTHORIZED, "{nonsense}");
    }
}

/// Two that show the same ticket at the same time do not both come in.
#[tokio::test]
async fn a_ticket_that_is_shown_twice_at_once_lets_one_in() {
    let mut world = World::new().await;
    let ticket = world.ticket("ada").await;
    world.faults.interleave(true);
    let (one, other) = tokio::join!(world.enters(&ticket, None), world.enters(&ticket, None));
    world.faults.interleave(false);
    assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1);
}

#[tokio::test]
async fn a_user_s_ticket_is_good_on_our_own_pages() {
    let mut world = World::at(Some("https://desk.example/"), crate::world::ACME, 1).await;
    for (origin, status) in [
        ("https://desk.example", None),
        ("https://evil.example", Some(StatusCode::FORBIDDEN)),
        ("https://desk.example.evil.example", Some(StatusCode::FORBIDDEN)),
        ("http://desk.example", Some(StatusCode::FORBIDDEN)),
        ("null", Some(StatusCode::FORBIDDEN)),
    ] {
        let ticket = world.ticket("ada").await;
        assert_eq!(world.enters(&ticket, Some(origin)).await.err(), status, "{origin}");
    }
}

/// R144: what is hidden from a user is gone for them at once, and what happens in it then is never
/// told to them.
#[tokio::test]
async fn what_a_user_does_not_see_any_more_is_gone() {
    let mut world = World::new().await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    let mut open = world.connects("ben", json!({ "lists": "none", "open": id })).await;
    let mut all = world.connects("ben", json!({ "lists": "all" })).await;
    let mut ada = world.connects("ada", json!({ "lists": "all" })).await;
    open.hears();
    world.acts("ada", &id, &Act::Restrict(Some(vec!["ada"]))).await;
    world.pass(SignedDuration::from_mins(1)).await;
    assert_eq!(open.hears(), [json!({ "type": "gone", "conversations": [id] })]);
    assert_eq!(all.hears(), Vec::<Value>::new());
    assert!(ada.kinds().contains(&"conversation.visibility_set.v1".to_owned()));

    world.phone("wa1").writes("Psst").await;
    world.settle().await;
    assert_eq!(open.hears(), Vec::<Value>::new(), "it is gone once, and silent then");
    assert_eq!(all.hears(), Vec::<Value>::new());
    assert_eq!(ada.kinds(), ["message.received.v1"]);
}

/// S4: a conversation of others is, to whoever names it, as one that does not exist.
#[tokio::test]
async fn what_is_not_to_be_seen_cannot_be_watched() {
    let mut world = World::with(&teams(), 1).await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    world.acts("ada", &id, &Act::Restrict(Some(vec!["ada"]))).await;
    world.pass(SignedDuration::from_mins(1)).await;
    let absent = "cv_01JD0000000000000000000000";
    for hidden in [id.as_str(), absent] {
        let mut ben = world.connects("ben", json!({ "conversations": [hidden] })).await;
        assert_eq!(ben.hears(), [json!({ "type": "gone", "conversations": [hidden] })]);
        ben.watches(&world, json!({ "open": hidden })).await;
        assert_eq!(ben.hears(), [json!({ "type": "gone", "conversations": [hidden] })]);
        ben.types(&world, hidden).await;
        let frames = ben.hears();
        assert_eq!(frames.len(), 1);
        assert_eq!(frames[0]["detail"], "there is no such conversation");
        let mut ada = world.connects("ada", json!({ "open": id })).await;
        ada.hears();
        world.phone("wa1").writes("Psst").await;
        world.settle().await;
        assert_eq!(ada.kinds(), ["message.received.v1"]);
        assert_eq!(ben.hears(), Vec::<Value>::new());
        ada.leaves(&world).await;
        ben.leaves(&world).await;
    }
}

/// S4: a workspace's ids mean nothing in another's connection, nor do its changes reach it.
#[tokio::test]
async fn workspaces_do_not_hear_of_one_another() {
    let mut world = World::with(&two_workspaces(), 1).await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    let mut eve = world.connects_to("other", "eve").await;
    eve.watches(&world, json!({ "lists": "all", "open": id })).await;
    assert_eq!(eve.hears(), [json!({ "type": "gone", "conversations": [id] })]);
    eve.types(&world, &id).await;
    assert_eq!(eve.hears()[0]["type"], "error");
    let mut ada = world.connects("ada", json!({ "open": id })).await;
    ada.hears();
    world.phone("wa1").writes("Psst").await;
    world.settle().await;
    let said = json!({ "presence": "online" });
    world.request("ada", Method::PUT, "/v1/me/presence", Some(said), None).await;
    world.settle().await;
    assert!(!ada.hears().is_empty());
    assert_eq!(eve.hears(), Vec::<Value>::new());
}

/// Acme, and beside it a workspace of its own with an admin.
fn two_workspaces() -> String {
    let other = r#"
[[workspace]]
id = "other"
name = "Other"
time_zone = "Europe/Berlin"
status_preset = "five"

[[workspace.user]]
id = "eve"
name = "Eve"
email = "eve@other.test"
role = "admin"
"#;
    format!("{}\n{other}", crate::world::ACME)
}

/// R163, R165: a right that is lost is lost to who is connected, too, within a minute.
#[tokio::test]
async fn who_may_not_come_in_any_more_is_put_out() {
    for (change, closed) in [
        (json!({ "active": false }), true),
        (json!({ "licensed": false }), true),
        (json!({ "role": "member" }), false),
    ] {
        let mut world = World::new().await;
        let mut ben = world.connects("ben", json!({ "lists": "all" })).await;
        let mut ada = world.connects("ada", json!({ "lists": "all" })).await;
        world.phone("wa1").writes("Hello").await;
        world.settle().await;
        assert!(!ben.hears().is_empty());
        let changed =
            world.request("ada", Method::PATCH, "/v1/users/ben", Some(change.clone()), None).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
        world.pass(SignedDuration::from_secs(61)).await;
        ada.hears();
        ben.hears();
        world.phone("wa1").writes("Psst").await;
        world.settle().await;
        assert!(ada.kinds().contains(&"message.received.v1".to_owned()));
        assert_eq!(ben.hears(), Vec::<Value>::new(), "{change}");
        assert_eq!(ben.is_closed(), closed, "{change}");
    }
}

/// A user who may not come in any more cannot with a ticket they still have; nor watch with a
/// connection.
#[tokio::test]
async fn a_ticket_is_worth_what_its_user_is() {
    let mut world = World::new().await;
    let mut ben = world.connects("ben", json!({})).await;
    let change = json!({ "active": false });
    let ticket = world.ticket("ben").await;
    let changed = world.request("ada", Method::PATCH, "/v1/users/ben", Some(change), None).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    let later = world.now() + SignedDuration::from_secs(29);
    world.confab.clock.set(later);
    // The function still knows him for a minute; another that never met him does not.
    assert!(world.enters(&ticket, None).await.is_ok());
    world.confab.clock.set(world.now() + SignedDuration::from_secs(40));
    ben.watches(&world, json!({ "lists": "all" })).await;
    assert!(ben.is_closed());
}

/// A key that may not read conversations makes connections that are told of none.
#[tokio::test]
async fn a_connection_reaches_no_further_than_the_key() {
    let mut world = World::new().await;
    let scopes = json!({ "name": "presence only", "scopes": ["contact.edit"] });
    let made = world.posts("ada", "/v1/keys", scopes).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let token = made.body["token"].as_str().unwrap().to_owned();
    let mut narrow = world.connects_with(&token).await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    narrow.watches(&world, json!({ "lists": "all", "open": id })).await;
    assert_eq!(narrow.hears(), [json!({ "type": "gone", "conversations": [id] })]);
    world.phone("wa1").writes("Psst").await;
    world.settle().await;
    assert_eq!(narrow.hears(), Vec::<Value>::new());
}

/// S12: who connected with a key is told nothing that comes a minute after its end, or after it was
/// revoked.
#[tokio::test]
async fn a_connection_ends_with_its_key() {
    let mut world = World::new().await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let (mut clients, mut ids) = (Vec::new(), Vec::new());
    for days in [1, 2] {
        let wanted = json!({ "name": "A program", "expires_in_days": days });
        let made = world.posts("ada", "/v1/keys", wanted).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        ids.push(made.body["id"].as_str().unwrap().to_owned());
        if days == 1 {
            world.pass(SignedDuration::from_hours(24) - SignedDuration::from_secs(90)).await;
        }
        let client = world.connects_with(made.body["token"].as_str().unwrap()).await;
        client.says(&world, &json!({ "type": "watch", "lists": "all" }).to_string()).await;
        clients.push(client);
    }
    let told = async |world: &mut World, clients: &mut [Client]| {
        world.phone("wa1").writes("Psst").await;
        world.settle().await;
        let told = clients.iter_mut().map(|client| client.kinds().len());
        told.collect::<Vec<_>>()
    };
    assert_eq!(told(&mut world, &mut clients).await, [1, 1]);
    world.pass(SignedDuration::from_secs(120)).await;
    assert_eq!(told(&mut world, &mut clients).await, [0, 1], "the first key is over");
    assert!(clients[0].is_closed());
    let path = format!("/v1/keys/{}", ids[1]);
    let revoked = world.request("ada", Method::DELETE, &path, None, None).await;
    assert_eq!(revoked.status, StatusCode::NO_CONTENT, "{}", revoked.body);
    world.pass(SignedDuration::from_secs(61)).await;
    assert_eq!(told(&mut world, &mut clients).await, [0, 0], "the second key is revoked");
    assert!(clients[1].is_closed());
}

/// S9: nonsense is answered, and changes nothing.
#[tokio::test]
async fn nonsense_frames_are_answered() {
    let mut world = World::new().await;
    let mut ada = world.connects("ada", json!({ "lists": "all" })).await;
    let deep = "[".repeat(10_000);
    let many: Vec<String> = (0..201).map(|n| format!("cv_01JD0000000000000000000{n:03}")).collect();
    let too_many = json!({ "type": "watch", "conversations": many }).to_string();
    let large = format!(r#"{{"type":"ping","x":"{}"}}"#, "x".repeat(16 * 1024));
    for nonsense in [
        "",
        "null",
        "{}",
        "[1]",
        "\u{0}",
        r#"{"type":"drop"}"#,
        r#"{"type":"watch","lists":"everything"}"#,
        r#"{"type":"watch","conversations":["cv_1"]}"#,
        r#"{"type":"watch","conversations":"all"}"#,
        r#"{"type":"typing"}"#,
        r#"{"type":"typing","conversation":7}"#,
        r#"{"type":"ping"}{"type":"ping"}"#,
        &deep,
        &too_many,
        &large,
    ] {
        ada.says(&world, nonsense).await;
        let frames = ada.hears();
        assert_eq!(frames.len(), 1, "{nonsense:.80}");
        assert_eq!(frames[0]["type"], "error", "{nonsense:.80}");
        assert!(frames[0]["detail"].as_str().unwrap().len() < 300, "{nonsense:.80}");
    }
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    assert!(!ada.hears().is_empty(), "it still watches what it did");
}

/// Who says too much is put out; a client at the pace of people is not.
#[tokio::test]
async fn a_flood_ends_the_connection() {
    let mut world = World::new().await;
    let mut calm = world.connects("ada", json!({})).await;
    for _ in 0..120 {
        calm.says(&world, r#"{"type":"ping"}"#).await;
        assert_eq!(calm.hears(), [json!({ "type": "pong" })]);
        world.confab.clock.set(world.now() + SignedDuration::from_secs(1));
    }
    let mut flood = world.connects("ada", json!({})).await;
    for _ in 0..120 {
        flood.says(&world, r#"{"type":"ping"}"#).await;
        if flood.hears().is_empty() {
            break;
        }
    }
    assert!(flood.is_closed());
    assert!(!calm.is_closed());
    flood.says(&world, r#"{"type":"watch","lists":"all"}"#).await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    assert!(flood.is_closed(), "and stays out");
}
