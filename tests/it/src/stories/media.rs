//! Files: the message is there before its file, and whatever happens to the file is shown.

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use simulator::Chaos;

use crate::world::World;

#[tokio::test]
async fn a_file_that_is_not_there_yet_is_fetched_later() {
    for account in ["wa1", "tg1", "sms1", "twa1"] {
        let mut world = World::new().await;
        world.simulator.set_chaos(Chaos { media_missing: 2, ..Chaos::default() });
        world.phone(account).sends_image(Some("Look"), b"not really a picture").await;
        world.settle().await;
        let id = world.only().await;
        let file = |events: &[serde_json::Value]| events[1]["content"]["files"][0].clone();
        let pending = file(&world.events(&id).await);
        assert_eq!(pending["state"], "pending", "{account}: {pending}");
        assert!(pending["problem"].as_str().unwrap().contains("404"), "{account}: {pending}");
        world.pass(SignedDuration::from_mins(5)).await;
        let ready = file(&world.events(&id).await);
        assert_eq!(ready["state"], "ready", "{account}: {ready}");
        assert_eq!(ready["bytes"], 20, "{account}");
        let url = ready["url"].as_str().unwrap().to_owned();
        let answered = world.request("ada", Method::GET, &url, None, None).await;
        assert_eq!(answered.status, StatusCode::TEMPORARY_REDIRECT, "{account}");
    }
}

#[tokio::test]
async fn a_file_that_never_comes_is_given_up_and_says_why() {
    let mut world = World::new().await;
    world.simulator.set_chaos(Chaos { media_missing: 1_000, ..Chaos::default() });
    world.phone("wa1").sends_image(None, b"x").await;
    world.settle().await;
    world.pass(SignedDuration::from_hours(2)).await;
    let id = world.only().await;
    let file = &world.events(&id).await[1]["content"]["files"][0];
    assert_eq!(file["state"], "failed");
    assert!(file["problem"].as_str().unwrap().contains("404"));
    let path = format!("/v1/messages/{}/files/0", message_id(&mut world, &id).await);
    let gone = world.request("ada", Method::GET, &path, None, None).await;
    assert_eq!(gone.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused() {
    let mut world = World::new().await;
    // MMS takes 5 MB.
    world.phone("sms1").sends_image(None, &vec![7; 5 * 1024 * 1024 + 1]).await;
    world.settle().await;
    let id = world.only().await;
    let file = &world.events(&id).await[1]["content"]["files"][0];
    assert_eq!(file["state"], "failed");
    assert!(file["problem"].as_str().unwrap().contains("more than"), "{file}");
}

async fn message_id(world: &mut World, id: &str) -> String {
    world.events(id).await[1]["id"].as_str().unwrap().to_owned()
}
