//! Opening hours: away messages, quick replies, messages that wait.

use axum::http::StatusCode;
use jiff::SignedDuration;

use crate::world::{ACME, World};

const HOURS: &str = r#"
[workspace.hours]
monday = ["09:00-17:00"]
tuesday = ["09:00-17:00"]
wednesday = ["09:00-17:00"]
thursday = ["09:00-17:00"]
friday = ["09:00-17:00"]

[[workspace.user]]
id = "cy"
name = "Cy"
"#;

fn with_hours(responders: &str, rules: &str) -> String {
    ACME.replace("status_preset = \"five\"", &format!("status_preset = \"five\"\n{rules}"))
        .replace("welcome = \"Welcome to Acme.\"", responders)
        .replacen("[[workspace.user]]", &format!("{HOURS}\n[[workspace.user]]"), 1)
}

const EVENING: SignedDuration = SignedDuration::from_hours(9);

/// R090.
/// R090, R107: once in each closed period.
#[tokio::test]
async fn the_away_message_is_said_once_in_each_closed_period() {
    let file = with_hours("welcome = \"Welcome.\"\naway = \"We are away.\"", "");
    let mut world = World::with(&file, 1).await;
    let phone = world.phone("wa1");
    world.pass(EVENING).await;
    phone.writes("Hello?").await;
    phone.writes("Anybody?").await;
    world.settle().await;
    // Saturday is the same closed period; Monday evening is another.
    world.pass(SignedDuration::from_hours(20)).await;
    phone.writes("Still nobody?").await;
    world.settle().await;
    world.pass(SignedDuration::from_hours(52)).await;
    phone.writes("And now?").await;
    world.settle().await;
    insta::assert_snapshot!(world.transcript().await, @"
    -- new unreplied 4 waiting on agent
    fri 18:00  contact  T01 opened
    fri 18:00  contact  T01 > Hello?
    fri 18:00  contact  T22 > Anybody?
    fri 18:00  away     T13 < We are away. [delivered]
    sat 14:00  contact  T22 > Still nobody?
    mon 18:00  contact  T22 > And now?
    mon 18:00  away     T13 < We are away. [delivered]
    ");
}

/// R089.
/// R089, R103: a quick reply has hours.
#[tokio::test]
async fn a_quick_reply_comes_before_the_away_message() {
    let responders = "welcome = \"Welcome.\"\naway = \"We are away.\"\n\
        quick_reply = [{ id = \"closed\", text = \"We open at nine.\", during = \"closed\" }]";
    let mut world = World::with(&with_hours(responders, ""), 1).await;
    let phone = world.phone("wa1");
    world.pass(EVENING).await;
    phone.writes("Hello?").await;
    world.settle().await;
    phone.writes("Anybody?").await;
    world.settle().await;
    phone.writes("Hm.").await;
    world.settle().await;
    let said: Vec<_> = phone.inbox().into_iter().filter_map(|seen| seen.text).collect();
    assert_eq!(said, ["We open at nine.", "We are away."]);
    let id = world.only().await;
    assert_eq!(world.conversation(&id).await["unreplied"], 3, "nobody has answered yet");
}

#[tokio::test]
async fn a_human_silences_the_responders() {
    let file = with_hours("away = \"We are away.\"", "");
    let mut world = World::with(&file, 1).await;
    let phone = world.phone("wa1");
    phone.writes("Hello").await;
    world.settle().await;
    world.replies("ada", "Hi!").await;
    world.settle().await;
    world.pass(EVENING).await;
    phone.writes("One more thing").await;
    world.settle().await;
    assert_eq!(phone.inbox().len(), 1, "the agent is at it");
}

/// R086, C22, T64.
#[tokio::test]
async fn out_of_hours_a_message_waits_for_the_opening() {
    let file = with_hours("", "hold_outside_hours = true");
    let mut world = World::with(&file, 1).await;
    let phone = world.phone("wa1");
    world.pass(EVENING).await;
    phone.writes("Hello?").await;
    world.settle().await;
    let held = world.replies("ada", "Good morning!").await;
    assert_eq!(held.status, StatusCode::ACCEPTED);
    assert_eq!(held.body["delivery"]["status"], "held");
    assert_eq!(held.body["delivery"]["release_at"], "2026-11-23T08:00:00Z");
    let id = world.only().await;
    assert_eq!(world.conversation(&id).await["unreplied"], 1, "it is not said yet");
    world.pass(SignedDuration::from_hours(12)).await;
    assert_eq!(phone.inbox().len(), 0);
    // Over the weekend the window closes, so the contact writes once more on Monday, early.
    world.pass(SignedDuration::from_hours(49)).await;
    phone.writes("Anybody?").await;
    world.settle().await;
    world.pass(SignedDuration::from_hours(1)).await;
    assert_eq!(phone.inbox().len(), 1);
    insta::assert_snapshot!(world.transcript().await, @"
    -- active unreplied 0 waiting on customer
    fri 18:00  contact  T01 opened
    fri 18:00  contact  T01 > Hello?
    fri 18:00  ada      T64 < Good morning! [delivered]
    mon 07:00  contact  T22 > Anybody?
    mon 08:00  ada      T10 released
    ");
}

/// T64.
#[tokio::test]
async fn a_held_message_is_not_sent_when_its_window_has_closed() {
    let file = with_hours("", "hold_outside_hours = true");
    let mut world = World::with(&file, 1).await;
    let phone = world.phone("wa1");
    world.pass(EVENING).await;
    phone.writes("Hello?").await;
    world.settle().await;
    world.replies("ada", "Good morning!").await;
    world.pass(SignedDuration::from_hours(63)).await;
    assert_eq!(phone.inbox().len(), 0);
    let id = world.only().await;
    let events = world.events(&id).await;
    let delivery = &events.last().unwrap()["delivery"];
    assert_eq!(delivery["status"], "failed");
    assert!(delivery["failure"]["detail"].as_str().unwrap().contains("window closed"));
    assert_eq!(world.conversation(&id).await["unreplied"], 1);
}
