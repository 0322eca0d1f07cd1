//! Messages that wait for opening hours: taken back, let go once, looked at again.

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{ACME, ADA, World};

const RULES: &str = "status_preset = \"five\"\nhold_outside_hours = true";

/// Open on weekdays from nine to five; the night desk from eight in the evening.
const HOURS: &str = r#"
[workspace.hours]
monday = ["09:00-17:00"]
tuesday = ["09:00-17:00"]
wednesday = ["09:00-17:00"]
thursday = ["09:00-17:00"]
friday = ["09:00-17:00"]
"#;

const NIGHT: &str = r#"
[[workspace.group]]
id = "night"
name = "Night desk"
accounts = ["tg1"]
[workspace.group.hours]
friday = ["20:00-23:00"]
"#;

fn file(more: &str) -> String {
    ACME.replace("status_preset = \"five\"", RULES).replacen(
        "[[workspace.user]]",
        &format!("{HOURS}\n{more}\n[[workspace.user]]"),
        1,
    )
}

/// Friday, six in the evening UTC: seven in Berlin.
const EVENING: SignedDuration = SignedDuration::from_hours(9);
/// From then to Monday's opening.
const WEEKEND: SignedDuration = SignedDuration::from_hours(62);

/// A world in the evening, with a message that is held. Returns its id.
async fn held(world: &mut World) -> String {
    world.pass(EVENING).await;
    world.phone("sms1").writes("Hello?").await;
    world.settle().await;
    let held = world.replies("ada", "Good morning!").await;
    assert_eq!(held.status, StatusCode::ACCEPTED, "{}", held.body);
    assert_eq!(held.body["delivery"]["status"], "held");
    held.body["id"].as_str().unwrap().to_owned()
}

fn said(world: &World) -> usize {
    let inbox = world.phone("sms1").inbox();
    inbox.iter().filter(|seen| seen.text.as_deref() == Some("Good morning!")).count()
}

async fn status(world: &mut World, message: &str) -> Value {
    let id = world.only().await;
    let events = world.events(&id).await;
    let event = events.iter().find(|event| event["id"] == message).unwrap();
    event["delivery"]["status"].clone()
}

/// C22, R086: what waits can be taken back until it is let go.
#[tokio::test]
async fn a_held_message_is_taken_back() {
    let mut world = World::with(&file(""), 1).await;
    let message = held(&mut world).await;
    let path = format!("/v1/messages/{message}/cancel");
    let cancelled = world.request("ben", Method::POST, &path, None, Some("k")).await;
    assert_eq!(cancelled.status, StatusCode::OK, "{}", cancelled.body);
    assert_eq!(cancelled.body["delivery"]["status"], "cancelled");
    let again = world.request("ben", Method::POST, &path, None, Some("k")).await;
    assert_eq!(again.status, StatusCode::OK, "the same command");
    let other = world.request("ada", Method::POST, &path, None, None).await;
    assert_eq!((other.status, &other.body["type"]), (StatusCode::CONFLICT, &json!("not-held")));
    world.pass(WEEKEND).await;
    assert_eq!(said(&world), 0);
    assert_eq!(status(&mut world, &message).await, "cancelled");
    let nothing = "/v1/messages/ms_7ZZZZZZZZZZZZZZZZZZZZZZZZZ-00000001/cancel";
    let absent = world.request("ada", Method::POST, nothing, None, None).await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
}

/// Invariant 13, R086: let go once, at the opening, and then no longer to be taken back.
#[tokio::test]
async fn a_held_message_goes_once_at_the_opening() {
    let mut world = World::with(&file(""), 1).await;
    let message = held(&mut world).await;
    world.pass(WEEKEND - SignedDuration::from_mins(5)).await;
    assert_eq!(said(&world), 0, "not before");
    world.pass(SignedDuration::from_hours(2)).await;
    assert_eq!(said(&world), 1);
    let path = format!("/v1/messages/{message}/cancel");
    let late = world.request("ada", Method::POST, &path, None, None).await;
    assert_eq!((late.status, &late.body["type"]), (StatusCode::CONFLICT, &json!("not-held")));
}

/// T64: hours that changed in between hold when the message would go.
#[tokio::test]
async fn a_release_looks_at_the_hours_again() {
    let mut world = World::with(&file(""), 1).await;
    let message = held(&mut world).await;
    let acme = "acme".parse().unwrap();
    let later = file("").replace("monday = [\"09:00-17:00\"]", "monday = [\"12:00-17:00\"]");
    let later = local::provision::read(&later).unwrap().workspaces.remove(0).workspace;
    let mut workspace = world.confab.store.workspace(&acme).await.unwrap().unwrap();
    workspace.hours = later.hours;
    world.confab.store.put_workspace(&workspace).await.unwrap();
    world.pass(WEEKEND + SignedDuration::from_hours(1)).await;
    assert_eq!(said(&world), 0, "closed on Monday morning now");
    assert_eq!(status(&mut world, &message).await, "held");
    world.pass(SignedDuration::from_hours(3)).await;
    assert_eq!(said(&world), 1);
}

/// T64, R085, R086: who opts out while a message waits does not get it.
#[tokio::test]
async fn a_release_looks_at_the_consent_again() {
    let mut world = World::with(&file(""), 1).await;
    let message = held(&mut world).await;
    let out = json!({ "items": [{ "account": "sms1", "address": ADA, "wish": "out" }] });
    world.request("ada", Method::POST, "/v1/consents", Some(out), None).await;
    world.pass(WEEKEND + SignedDuration::from_hours(1)).await;
    assert_eq!(said(&world), 0);
    assert_eq!(status(&mut world, &message).await, "failed");
}

/// R086: a group has hours of its own.
#[tokio::test]
async fn a_group_keeps_its_own_hours() {
    let mut world = World::with(&file(NIGHT), 1).await;
    world.pass(EVENING).await;
    let phone = world.phone("tg1");
    phone.writes("Hello?").await;
    world.settle().await;
    let held = world.replies("ada", "Good night!").await;
    assert_eq!(held.body["delivery"]["release_at"], "2026-11-20T19:00:00Z", "{}", held.body);
    world.pass(SignedDuration::from_hours(2)).await;
    let said = phone.inbox().into_iter().filter(|seen| seen.text.as_deref() == Some("Good night!"));
    assert_eq!(said.count(), 1);
}

/// C21, R089, R090: what people write waits, and what answers in their place does not.
#[tokio::test]
async fn responders_do_not_wait_for_opening_hours() {
    let responders = "away = \"We are away.\"\n\
        quick_reply = [{ id = \"closed\", text = \"We open at nine.\", during = \"closed\" }]";
    let file = file("").replace("welcome = \"Welcome to Acme.\"", responders);
    let mut world = World::with(&file, 1).await;
    let message = held(&mut world).await;
    let phone = world.phone("sms1");
    let texts: Vec<_> = phone.inbox().into_iter().filter_map(|seen| seen.text).collect();
    assert_eq!(texts, ["We open at nine."]);
    assert_eq!(status(&mut world, &message).await, "held");
    world.settle().await;
}
