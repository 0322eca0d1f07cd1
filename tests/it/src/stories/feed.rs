//! The feed of a workspace: everything once, in order, and nothing that is not for the reader.

use axum::http::{Method, StatusCode};
use domain::id::ConversationId;
use jiff::SignedDuration;
use serde_json::Value;

use super::tiles::teams;
use crate::world::{Act, Answered, World};

impl World {
    async fn feed(&mut self, user: &str, query: &str) -> Answered {
        self.request(user, Method::GET, &format!("/v1/events{query}"), None, None).await
    }

    /// Everything after a place, a few at a time. Returns the events, and where to go on.
    async fn follows(&mut self, user: &str, from: &str) -> (Vec<Value>, String) {
        let (mut events, mut next) = (Vec::new(), from.to_owned());
        loop {
            let answered = self.feed(user, &format!("?limit=2&after={next}")).await;
            assert_eq!(answered.status, StatusCode::OK, "{}", answered.body);
            events.extend(answered.body["items"].as_array().unwrap().clone());
            next = answered.body["next"].as_str().unwrap().to_owned();
            if answered.body["more"] == false {
                return (events, next);
            }
        }
    }
}

fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}

/// Whoever asks from nowhere begins now; whoever goes on from a `next` misses nothing.
#[tokio::test]
async fn a_client_that_was_away_catches_up_from_where_it_was() {
    let mut world = World::new().await;
    let phone = world.phone("wa1");
    phone.writes("Hello").await;
    world.settle().await;
    let begun = world.feed("ben", "").await;
    assert_eq!(begun.body["items"], Value::Array(Vec::new()), "nothing of before");
    let next = begun.body["next"].as_str().unwrap().to_owned();
    let (events, next) = world.follows("ben", &next).await;
    assert!(events.is_empty());

    world.pass(SignedDuration::from_hours(20)).await;
    phone.writes("Anybody?").await;
    world.settle().await;
    world.replies("ada", "Yes!").await;
    world.settle().await;
    let (events, next) = world.follows("ben", &next).await;
    assert_eq!(kinds(&events), ["message", "message"]);
    let id = world.only().await;
    for event in &events {
        assert_eq!(event["conversation"], id.as_str());
    }
    let logged = world.events(&id).await;
    assert_eq!(events[0]["id"], logged[3]["id"], "as the conversation's own log shows it");
    assert!(world.follows("ben", &next).await.0.is_empty());
    let (all, _) = world.follows("ben", "start").await;
    assert_eq!(all.len(), logged.len());
}

/// R130: what is restricted is in nobody else's feed, from the moment on that it is.
#[tokio::test]
async fn nothing_of_a_restricted_conversation_is_told_to_others() {
    let mut world = World::with(&teams(), 1).await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    world.acts("ada", &id, &Act::Restrict(Some(vec!["ben"]))).await;
    world.catches_up().await;
    let (seen, next) = world.follows("dee", "start").await;
    assert!(seen.is_empty(), "{seen:#?}");
    assert_eq!(kinds(&world.follows("ben", "start").await.0).last(), Some(&"visibility_set"));
    world.acts("ada", &id, &Act::Restrict(None)).await;
    world.catches_up().await;
    assert_eq!(kinds(&world.follows("dee", &next).await.0), ["visibility_set"]);
}

#[tokio::test]
async fn a_place_that_nobody_gave_is_refused() {
    let mut world = World::new().await;
    for after in ["x", "W10", "IjEi"] {
        let answered = world.feed("ben", &format!("?after={after}")).await;
        assert_eq!(answered.status, StatusCode::BAD_REQUEST, "{after}");
        assert_eq!(answered.body["field"], "after");
    }
}

/// Pages go after a month, whenever the table gets round to it; a client that stayed goes on.
#[tokio::test]
async fn a_feed_that_was_silent_for_longer_than_its_pages_last_goes_on() {
    let mut world = World::new().await;
    let phone = world.phone("wa1");
    phone.writes("Hello").await;
    world.settle().await;
    let (_, next) = world.follows("ben", "start").await;
    world.confab.clock.set(world.now() + SignedDuration::from_hours(40 * 24));
    phone.writes("Still there?").await;
    world.settle().await;
    phone.writes("Hello?").await;
    world.settle().await;
    let (events, _) = world.follows("ben", &next).await;
    assert_eq!(kinds(&events), ["message", "message"]);
}

/// One conversation that cannot be followed stands in nobody's way.
#[tokio::test]
async fn a_change_of_nothing_goes_to_the_dead_letters_alone() {
    let mut world = World::new().await;
    let nothing = ConversationId::new(world.now(), [9; 10]).to_string();
    super::tiles::tell_again(&world, &nothing);
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    assert_eq!(world.follows("ben", "start").await.0.len(), 3);
    assert_eq!(world.dead_letters().len(), 1);
    world.dead_expected = 1;
}
