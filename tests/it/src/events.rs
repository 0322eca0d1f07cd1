//! The sample invocations in `events/`, handed to the functions in the order in which one leads to
//! the next: what a function puts on a queue is what the next sample holds.
//!
//! `UPDATE=1` writes the records anew.

use std::fs;
use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use local::queues::{self, Record, Spec};
use serde_json::{Value, json};
use simulator::Chaos;

use crate::world::{ACME, Answered, World};

fn sample(name: &str) -> Value {
    let path = crate::root().join("events").join(name);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// What API Gateway hands over, as the function's own runtime reads it.
fn request(event: &Value) -> Request {
    let (parts, body) = lambda_http::request::from_str(&event.to_string()).unwrap().into_parts();
    Request::from_parts(parts, axum::body::Body::from(body.to_vec()))
}

async fn webhook(world: &World, name: &str) -> Answered {
    world.send(request(&sample(name))).await
}

/// A request to the API, with what a sample cannot know filled in.
async fn api(world: &mut World, name: &str, conversation: &str) -> Answered {
    let token = world.token("ada").await;
    let text = sample(name).to_string();
    let text = text.replace("TOKEN", &token).replace("CONVERSATION", conversation);
    world.send(request(&serde_json::from_str(&text).unwrap())).await
}

/// The first record of a queue has to be the sample's, which is then handed to the function.
#[expect(clippy::disallowed_methods, reason = "a switch for whoever runs the tests")]
async fn handed_on(world: &World, spec: &Spec, name: &str) -> SqsBatchResponse {
    let records = world.confab.queues().receive(spec, 1).unwrap();
    let record = records.first().unwrap_or_else(|| panic!("{name}: there is no record"));
    if std::env::var_os("UPDATE").is_some() {
        write(name, record);
    }
    let sample = sample(name);
    let known = &sample["Records"][0];
    assert_eq!(known["body"].as_str().unwrap(), record.body, "{name}");
    assert_eq!(known["attributes"]["MessageGroupId"].as_str(), record.group.as_deref(), "{name}");
    let event: SqsEvent = serde_json::from_value(sample).unwrap();
    let response = world.confab.hand(spec, event).await;
    world.confab.queues().finish(&records, |_done| true).unwrap();
    response
}

fn write(name: &str, record: &Record) {
    let mut sample = sample(name);
    sample["Records"][0]["body"] = json!(record.body);
    if let Some(group) = &record.group {
        sample["Records"][0]["attributes"]["MessageGroupId"] = json!(group);
    }
    let text = serde_json::to_string_pretty(&sample).unwrap() + "\n";
    fs::write(crate::root().join("events").join(name), text).unwrap();
}

fn done(response: &SqsBatchResponse) -> bool {
    response.batch_item_failures.is_empty()
}

async fn published() -> World {
    World::at(Some("https://desk.example"), ACME, 1).await
}

/// A world whose customer has written what the sample says; the provider's own webhook of it is
/// late, and stays so.
async fn written() -> World {
    let world = published().await;
    let late = Duration::from_secs(365 * 24 * 3600);
    world.simulator.set_chaos(Chaos { delay: 1.0, delay_max: late, ..Chaos::default() });
    world.phone("wa1").writes("Does it come in another color?").await;
    world.simulator.set_chaos(Chaos::default());
    world
}

#[tokio::test]
async fn a_message_is_received_answered_and_replied_to() {
    let mut world = written().await;
    let handshake = request(&sample("webhook-handshake.json"));
    assert_eq!(world.send(handshake).await.body, 1_158_201_444);

    let taken = webhook(&world, "webhook-whatsapp-text.json").await;
    assert_eq!(taken.status, StatusCode::OK);
    assert!(done(&handed_on(&world, &queues::INBOUND, "inbound.json").await));
    assert!(done(&handed_on(&world, &queues::CHANGES, "projections.json").await));
    assert!(done(&handed_on(&world, &queues::ANSWERS, "autoresponder.json").await));
    assert!(done(&handed_on(&world, &queues::OUTBOUND, "outbound.json").await));
    assert_eq!(world.phone("wa1").inbox()[0].text.as_deref(), Some("Welcome to Acme."));

    let listed = api(&mut world, "api-list-conversations.json", "").await;
    assert_eq!(listed.status, StatusCode::OK, "{}", listed.body);
    let id = listed.body["items"][0]["id"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        let accepted = api(&mut world, "api-reply.json", &id).await;
        assert_eq!(accepted.status, StatusCode::ACCEPTED, "{}", accepted.body);
    }
    world.settle().await;
    assert_eq!(world.phone("wa1").inbox().len(), 2, "the same request twice is one message");
}

#[tokio::test]
async fn a_receipt_is_recorded() {
    let mut world = written().await;
    assert_eq!(webhook(&world, "webhook-whatsapp-text.json").await.status, StatusCode::OK);
    for spec in [&queues::INBOUND, &queues::ANSWERS, &queues::OUTBOUND] {
        assert!(world.confab.work_once(spec).await.unwrap());
    }
    // The provider says that it was sent, and then that it was delivered.
    world.simulator.flush().await;
    assert!(done(&handed_on(&world, &queues::RECEIPTS, "receipts.json").await));
    world.settle().await;
    let id = world.only().await;
    assert_eq!(world.events(&id).await[2]["delivery"]["status"], "delivered");
}

#[tokio::test]
async fn a_file_is_fetched() {
    let mut world = published().await;
    world.phone("wa1").sends_image(None, b"\xff\xd8\xff\xe0 a picture").await;
    world.simulator.flush().await;
    assert!(world.confab.work_once(&queues::INBOUND).await.unwrap());
    assert!(done(&handed_on(&world, &queues::MEDIA, "media.json").await));
    world.settle().await;
    let id = world.only().await;
    assert_eq!(world.events(&id).await[1]["content"]["files"][0]["state"], "ready");
}

#[tokio::test]
async fn a_conversation_is_given_to_somebody() {
    let rules = "status_preset = \"five\"\nassign = \"round_robin\"\nassign_offline = true";
    let file = ACME.replace("status_preset = \"five\"", rules);
    let mut world = World::at(Some("https://desk.example"), &file, 1).await;
    assert_eq!(webhook(&world, "webhook-whatsapp-text.json").await.status, StatusCode::OK);
    assert!(world.confab.work_once(&queues::INBOUND).await.unwrap());
    assert!(done(&handed_on(&world, &queues::ROUTING, "router.json").await));
    world.settle().await;
    let id = world.only().await;
    assert_eq!(world.conversation(&id).await["assignees"], json!(["ada"]));
}

#[tokio::test]
async fn the_other_channels_are_understood() {
    for name in
        ["webhook-telegram-text.json", "webhook-twilio-sms.json", "webhook-webchat-text.json"]
    {
        let mut world = published().await;
        let taken = webhook(&world, name).await;
        assert_eq!(taken.status, StatusCode::OK, "{name}");
        world.settle().await;
        let id = world.only().await;
        let text = &world.events(&id).await[1]["content"]["text"];
        assert_eq!(text, "Is the shop open today?", "{name}");
    }
}

#[tokio::test]
async fn a_visitor_gets_a_session() {
    let world = published().await;
    let begun = webhook(&world, "widget-session.json").await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.body);
    assert_eq!(begun.body["visitor"]["name"], "Robin");
}

/// The schedule says when it runs; what is due is a question of the clock.
#[tokio::test]
async fn the_schedule_closes_windows() {
    let mut world = published().await;
    assert_eq!(webhook(&world, "webhook-whatsapp-text.json").await.status, StatusCode::OK);
    world.settle().await;
    let at = sample("expiry.json")["time"].as_str().unwrap().parse().unwrap();
    world.confab.clock.set(at);
    world.confab.expire().await.unwrap();
    world.settle().await;
    let id = world.only().await;
    assert_eq!(world.conversation(&id).await["status"], "inactive");
    world.pass(SignedDuration::from_mins(1)).await;
}

#[tokio::test]
async fn faqs_are_published() {
    let mut world = published().await;
    world.adds("cod", &["Do you have COD as a payment method?"], "Yes.").await;
    let asked = world.posts("ada", "/v1/faqs/publish", json!({})).await;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.body);
    assert!(done(&handed_on(&world, &queues::PUBLISHING, "publisher.json").await));
    assert_eq!(world.get("/v1/faqs/versions").await["serving"], 1);
}

/// What the bus has told last of a kind has to be the sample's, which is then handed to the function.
#[expect(clippy::disallowed_methods, reason = "a switch for whoever runs the tests")]
async fn told(world: &World, name: &str) {
    let mut event = sample(name);
    let kind = event["detail-type"].as_str().unwrap().to_owned();
    let told = world.told();
    let (_, detail) = told.iter().rev().find(|(told, _)| *told == kind).unwrap();
    if std::env::var_os("UPDATE").is_some() {
        event["detail"] = detail.clone();
        let text = serde_json::to_string_pretty(&event).unwrap() + "\n";
        fs::write(crate::root().join("events").join(name), text).unwrap();
    }
    assert_eq!(event["detail"], *detail, "{name}");
    assert_eq!(world.confab.invoke(event).await.status_code, 200, "{name}");
}

#[tokio::test]
async fn a_connected_client_is_told() {
    let mut world = written().await;
    let text = sample("realtime-connect.json").to_string();
    let connect: Value =
        serde_json::from_str(&text.replace("TICKET", &world.ticket("ada").await)).unwrap();
    let name = connect["requestContext"]["connectionId"].as_str().unwrap();
    let mut frames = world.confab.services.sockets.open(name);
    assert_eq!(world.confab.invoke(connect.clone()).await.status_code, 200);
    assert_eq!(
        world.confab.invoke(connect.clone()).await.status_code,
        401,
        "a ticket is good once"
    );
    assert_eq!(world.confab.invoke(sample("realtime-watch.json")).await.status_code, 200);

    assert_eq!(webhook(&world, "webhook-whatsapp-text.json").await.status, StatusCode::OK);
    assert!(world.confab.work_once(&queues::INBOUND).await.unwrap());
    told(&world, "realtime-change.json").await;
    let frame: Value = serde_json::from_str(&frames.try_recv().unwrap()).unwrap();
    assert_eq!(frame["items"][0]["kind"], "message.received.v1");
    let said = json!({ "presence": "online" });
    world.request("ben", Method::PUT, "/v1/me/presence", Some(said), None).await;
    told(&world, "realtime-presence.json").await;
    let frame: Value = serde_json::from_str(&frames.try_recv().unwrap()).unwrap();
    assert_eq!(frame, json!({ "type": "presence", "user": "ben", "presence": "online" }));

    let left = sample("realtime-disconnect.json");
    assert_eq!(world.confab.invoke(left).await.status_code, 200);
    told(&world, "realtime-change.json").await;
    assert!(frames.try_recv().is_err(), "nobody is there");
    world.settle().await;
}
