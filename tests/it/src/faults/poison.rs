//! Records that nobody can finish: parked with their reason, redriven when they can be (T5).

use axum::http::StatusCode;
use jiff::SignedDuration;
use local::queues::NewRecord;

use crate::world::World;

/// One in a hundred records is nonsense; exactly those are among the dead letters.
#[tokio::test]
async fn exactly_the_poisoned_records_are_dead_and_each_says_why() {
    let mut world = World::new().await;
    for number in 0..200 {
        if number % 100 == 50 {
            poison(&world, number);
        }
        let phone = world.simulator.phone("wa1", &format!("+1650555{number:04}"));
        phone.writes("Hello").await;
    }
    world.settle().await;
    world.pass(SignedDuration::from_mins(30)).await;
    assert_eq!(world.confab.queues().counts().unwrap().pending, 0);
    let dead = world.dead_letters();
    assert_eq!(dead.len(), 2, "{dead:#?}");
    for letter in &dead {
        let reason = letter.reason.as_ref().unwrap();
        assert!(reason.contains("not a job of this queue"), "{reason}");
        assert!(!reason.contains("given up"), "nonsense is not tried again: {reason}");
    }
    let page = world.get("/v1/conversations?limit=100").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 100);
    world.dead_expected = 2;
}

fn poison(world: &World, number: usize) {
    let body = if number == 50 { "{\"job\":\"webhook.v9\"}" } else { "not even JSON" };
    let record = NewRecord {
        queue: "inbound",
        body,
        group: Some("poison"),
        deduplication: Some(&number.to_string()),
        reason: None,
    };
    world.confab.queues().send(&[record]).unwrap();
}

/// What fails again and again goes to the dead letters with its last reason, does not hold up
/// anybody else, and is finished when it is put back and can be.
#[tokio::test]
async fn what_stays_broken_is_parked_and_finished_after_a_redrive() {
    let mut world = World::new().await;
    let throttled = local::aws::Answer::error(
        StatusCode::BAD_REQUEST,
        "com.amazonaws.dynamodb#ThrottlingException",
        "slow down",
    );
    world.faults.refuse("TransactWriteItems", throttled.clone(), usize::MAX);
    world.phone("wa1").writes("Hello").await;
    world.settle().await;
    world.pass(SignedDuration::from_hours(2)).await;
    let dead = world.dead_letters();
    assert_eq!(dead.len(), 1);
    let reason = dead[0].reason.as_ref().unwrap();
    assert!(reason.contains("given up after 10 tries"), "{reason}");
    assert!(reason.contains("TransactWriteItems"), "{reason}");
    world.faults.refuse("TransactWriteItems", throttled, 0);
    assert_eq!(world.confab.queues().redrive().unwrap(), 1);
    world.settle().await;
    assert_eq!(world.dead_letters().len(), 0);
    let id = world.only().await;
    assert_eq!(world.conversation(&id).await["unreplied"], 1);
    assert_eq!(world.phone("wa1").inbox().len(), 1, "and it is welcomed, once");
}
