//! What ends by time: snoozes, conversations left idle, the activity clock.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{ACME, World};

async fn with(rules: &str) -> (World, String) {
    let file =
        ACME.replace("status_preset = \"five\"", &format!("status_preset = \"five\"\n{rules}"));
    let mut world = World::with(&file, 1).await;
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    let id = world.only().await;
    (world, id)
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

async fn types(world: &mut World, id: &str) -> Vec<Value> {
    world.events(id).await.iter().map(|event| event["type"].clone()).collect()
}

/// T32, T33: it comes back at its time, by itself, and waits for an agent.
#[tokio::test]
async fn a_snooze_ends_at_its_time() {
    let (mut world, id) = with("").await;
    world.says("ada", &id, "I will look.").await;
    let until = world.now() + hours(3);
    world.did("ada", &id, "snooze", json!({ "until": until.to_string() })).await;
    world.pass(hours(2)).await;
    assert_ne!(world.conversation(&id).await["snoozed_until"], Value::Null);
    world.pass(hours(1) + SignedDuration::from_mins(1)).await;
    let woken = world.conversation(&id).await;
    assert_eq!(woken["snoozed_until"], Value::Null);
    assert_eq!((&woken["status"], &woken["waiting_on"]), (&json!("pending"), &json!("agent")));
    assert_eq!(types(&mut world, &id).await.last(), Some(&json!("woken")));
}

/// A snooze that is longer than the activity clock outlives it.
#[tokio::test]
async fn a_long_snooze_ends_too_and_inactivity_is_told_once() {
    let (mut world, id) = with("").await;
    let until = world.now() + hours(60);
    world.did("ada", &id, "snooze", json!({ "until": until.to_string() })).await;
    world.pass(hours(61)).await;
    assert_eq!(types(&mut world, &id).await.last(), Some(&json!("woken")));
    world.pass(hours(24)).await;
    let told = world.told();
    let inactive = told.iter().filter(|(kind, _)| kind == "conversation.inactive.v1");
    assert_eq!(inactive.count(), 1);
}

/// T43: only if the customer is who is waited for.
#[tokio::test]
async fn a_conversation_left_idle_closes_itself_unless_the_customer_waits() {
    for answered in [true, false] {
        let (mut world, id) = with("close_idle_after_hours = 48").await;
        if answered {
            world.says("ada", &id, "Here it is.").await;
            world.settle().await;
        }
        world.pass(hours(47)).await;
        assert_ne!(world.conversation(&id).await["status"], "resolved");
        world.pass(hours(2)).await;
        let events = world.events(&id).await;
        let last = events.last().unwrap();
        if answered {
            assert_eq!((&last["type"], &last["reason"]), (&json!("closed"), &json!("idle")));
            assert_eq!((&last["rule"], &last["actor"]["kind"]), (&json!("T43"), &json!("system")));
        } else {
            assert_eq!(world.conversation(&id).await["waiting_on"], "agent");
            assert_ne!(last["type"], "closed");
        }
    }
}

/// It was silent for long before the agent wrote with a template: it is looked at all the same.
#[tokio::test]
async fn an_answer_after_the_activity_clock_has_ended_is_left_idle_too() {
    let (mut world, id) = with("close_idle_after_hours = 48").await;
    world.pass(hours(72)).await;
    let template = json!({ "type": "template", "name": "we_have_news", "language": "en",
        "parameters": ["Sheena"] });
    world.replies_with("ada", &id, json!({ "content": template }), None).await;
    world.settle().await;
    world.pass(hours(49)).await;
    assert_eq!(world.events(&id).await.last().unwrap()["reason"], "idle");
}
