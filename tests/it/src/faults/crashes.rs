//! One crash, before and after every effect, and every answer lost once (T1).
//!
//! A scenario is played without a fault to count its effects; then once for each effect and fault.
//! Providers repeat their webhooks, clients their commands, queues their records, and the schedule
//! runs: in the end nothing acknowledged is lost and nothing is doubled. A send whose fate nobody
//! knows may be missing on the phone, and then it is shown as unknown.

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};
use simulator::Seen;

use crate::world::{ADA, FAULTS, Fault, World};

/// What a scenario must leave behind, whatever happened on the way.
#[derive(Debug, PartialEq)]
struct Left {
    /// Of each conversation: its shown status, what is unreplied, its events without deliveries.
    conversations: Vec<(Value, Value, Vec<String>)>,
    /// Of each account: the texts on the phone, and the names of templates, in order.
    phones: Vec<Vec<String>>,
    dead: usize,
    /// Which version of the FAQs answers, and what came of its answers.
    faqs: (Value, Value),
}

async fn left(world: &mut World) -> Left {
    let mut conversations = Vec::new();
    for conversation in world.conversations().await {
        let id = conversation["id"].as_str().unwrap().to_owned();
        let events = world.events(&id).await;
        let lines = events.iter().map(line).collect();
        conversations.push((
            conversation["status"].clone(),
            conversation["unreplied"].clone(),
            lines,
        ));
    }
    let acme = "acme".parse().unwrap();
    let verified = world.confab.store.verify_tiles(&acme).await.unwrap();
    assert_eq!(verified.differences, [], "the tiles are not what the logs say");
    let phones = ["wa1", "tg1", "sms1"]
        .iter()
        .map(|account| {
            let inbox = world.phone(account).inbox();
            let words = |seen: Seen| seen.text.or(seen.template.map(|template| template.name));
            inbox.into_iter().filter_map(words).collect()
        })
        .collect();
    let serving = world.get("/v1/faqs/versions").await["serving"].take();
    let sums = world.get("/v1/responders/report").await["sums"].take();
    Left { conversations, phones, dead: world.dead_letters().len(), faqs: (serving, sums) }
}

fn line(event: &Value) -> String {
    let files = event["content"]["files"][0]["state"].as_str().unwrap_or("");
    format!(
        "{} {} {} {} {files}",
        event["type"], event["rule"], event["actor"], event["content"]["text"],
    )
}

/// Messages whose fate is unknown, by their text or template.
async fn unknown(world: &mut World) -> Vec<String> {
    let mut unknown = Vec::new();
    for conversation in world.conversations().await {
        let id = conversation["id"].as_str().unwrap().to_owned();
        for event in world.events(&id).await {
            if event["delivery"]["status"] == "unknown" {
                let words = &event["content"];
                let words = words["text"].as_str().or(words["name"].as_str());
                unknown.push(words.unwrap().to_owned());
            }
        }
    }
    unknown
}

/// A scenario: what happens before, without faults, and what happens under them.
struct Scenario {
    name: &'static str,
    before: &'static [Step],
    under: &'static [Step],
}

#[derive(Clone, Copy)]
enum Step {
    Writes(&'static str, &'static str),
    Album(&'static str),
    /// The same webhook three times.
    Thrice(&'static str),
    Opens(&'static str),
    Replies(&'static str),
    /// An agent writes first, with a template.
    Starts,
    Closes,
    Hours(i64),
    Redrives,
    /// An FAQ, and then all of them.
    Publishes,
    Broken(&'static str),
}

const SCENARIOS: [Scenario; 17] = [
    Scenario { name: "text", before: &[], under: &[Step::Writes("wa1", "Hello")] },
    Scenario { name: "duplicate", before: &[], under: &[Step::Thrice("wa1")] },
    Scenario {
        name: "second text",
        before: &[Step::Writes("wa1", "Hello")],
        under: &[Step::Writes("wa1", "Anybody?")],
    },
    Scenario {
        name: "album of ten",
        before: &[Step::Writes("wa1", "Hello")],
        under: &[Step::Album("wa1")],
    },
    Scenario { name: "telegram text", before: &[], under: &[Step::Writes("tg1", "Hello")] },
    Scenario { name: "sms", before: &[], under: &[Step::Writes("sms1", "Hello")] },
    Scenario {
        name: "agent send and receipts",
        before: &[Step::Writes("wa1", "Hello")],
        under: &[Step::Replies("Hi!"), Step::Opens("wa1")],
    },
    Scenario {
        name: "agent send on telegram",
        before: &[Step::Writes("tg1", "Hello")],
        under: &[Step::Replies("Hi!")],
    },
    Scenario { name: "expiry", before: &[Step::Writes("wa1", "Hello")], under: &[Step::Hours(25)] },
    Scenario {
        name: "close and reopen",
        before: &[Step::Writes("wa1", "Hello")],
        under: &[Step::Closes, Step::Writes("wa1", "Me again")],
    },
    Scenario {
        name: "opt-out",
        before: &[Step::Writes("sms1", "Hello")],
        under: &[Step::Writes("sms1", "STOP"), Step::Writes("sms1", "START")],
    },
    Scenario { name: "redrive", before: &[Step::Broken("wa1")], under: &[Step::Redrives] },
    Scenario {
        name: "held message",
        before: &[Step::Hours(9), Step::Writes("tg1", "Hello")],
        under: &[Step::Replies("Hi!"), Step::Hours(72)],
    },
    Scenario { name: "template", before: &[], under: &[Step::Starts] },
    Scenario { name: "publication", before: &[], under: &[Step::Publishes] },
    Scenario {
        name: "faq reply",
        before: &[Step::Publishes],
        under: &[Step::Writes("wa1", "Do you have COD as a payment method?")],
    },
    Scenario {
        name: "no answer",
        before: &[Step::Publishes, Step::Writes("wa1", "Hello")],
        under: &[Step::Writes("wa1", "Where is the nearest airport?")],
    },
];

const HELD: &str = "status_preset = \"five\"\nhold_outside_hours = true\n\
    hours = { monday = [\"09:00-17:00\"], friday = [\"09:00-17:00\"] }";

async fn world(scenario: &Scenario) -> World {
    let file = if scenario.name == "held message" {
        crate::world::ACME.replace("status_preset = \"five\"", HELD)
    } else {
        crate::world::ACME.to_owned()
    };
    let mut world = World::with(&file, 1).await;
    for step in scenario.before {
        take(&mut world, *step).await;
    }
    recover(&mut world).await;
    world
}

async fn take(world: &mut World, step: Step) {
    match step {
        Step::Writes(account, text) => {
            world.phone(account).writes(text).await;
        }
        Step::Album(account) => {
            world.phone(account).sends_album(10).await;
        }
        Step::Thrice(account) => {
            let duplicate = simulator::Chaos { duplicate: 1.0, ..simulator::Chaos::default() };
            world.simulator.set_chaos(duplicate);
            world.phone(account).writes("Hello").await;
            world.settle().await;
            world.simulator.set_chaos(simulator::Chaos::default());
        }
        Step::Opens(account) => {
            recover(world).await;
            world.phone(account).opens_chat();
        }
        Step::Replies(text) => {
            let body = json!({ "content": { "type": "text", "text": text } });
            command(world, "messages", Some(body)).await;
        }
        Step::Starts => {
            let template = json!({ "type": "template", "name": "we_have_news", "language": "en",
                "parameters": ["Sheena"] });
            let body = json!({ "account": "wa1", "to": ADA, "content": template });
            answered(world, "/v1/conversations", Some(body)).await;
        }
        Step::Closes => command(world, "close", None).await,
        Step::Hours(hours) => world.pass(SignedDuration::from_hours(hours)).await,
        Step::Redrives => {
            world.confab.queues().redrive().unwrap();
        }
        Step::Publishes => {
            let questions = json!(["Do you have COD as a payment method?"]);
            let faq = json!({ "id": "cod", "questions": questions, "answer": { "text": "Yes." } });
            answered(world, "/v1/faqs", Some(faq)).await;
            answered(world, "/v1/faqs/publish", None).await;
        }
        Step::Broken(account) => broken(world, account).await,
    }
    world.settle().await;
}

/// A record that could not be finished: the workspace was not there for a while.
async fn broken(world: &mut World, account: &str) {
    let error = local::aws::Answer::error(
        StatusCode::BAD_REQUEST,
        "com.amazonaws.dynamodb#ThrottlingException",
        "slow down",
    );
    world.faults.refuse("TransactWriteItems", error.clone(), usize::MAX);
    world.phone(account).writes("Hello").await;
    world.settle().await;
    world.pass(SignedDuration::from_hours(2)).await;
    world.faults.refuse("TransactWriteItems", error, 0);
    assert_eq!(world.dead_letters().len(), 1);
}

/// A client sends a command until it is answered, under one key.
async fn command(world: &mut World, what: &str, body: Option<Value>) {
    let conversations = world.conversations().await;
    let id = conversations[0]["id"].as_str().unwrap().to_owned();
    answered(world, &format!("/v1/conversations/{id}/{what}"), body).await;
}

async fn answered(world: &mut World, path: &str, body: Option<Value>) {
    for _ in 0..5 {
        let key = Some("the-same-key");
        let answered = world.request("ada", Method::POST, path, body.clone(), key).await;
        if answered.status.is_success() {
            return;
        }
        assert!(answered.status.is_server_error(), "{}: {}", answered.status, answered.body);
    }
    panic!("{path} was never answered");
}

/// Providers, queues and the schedule have done all they will.
async fn recover(world: &mut World) {
    world.settle().await;
    world.pass(SignedDuration::from_mins(20)).await;
}

/// Plays what is under faults. Returns what it left, what is unknown, and the effects there were.
async fn play(
    scenario: &Scenario,
    armed: Option<(usize, Fault)>,
) -> (Left, Vec<String>, Vec<String>) {
    let mut world = world(scenario).await;
    if let Some((effect, fault)) = armed {
        world.faults.arm(effect, fault);
    }
    world.faults.count();
    for step in scenario.under {
        take(&mut world, *step).await;
    }
    recover(&mut world).await;
    let effects = world.faults.end();
    recover(&mut world).await;
    let unknown = unknown(&mut world).await;
    let left = left(&mut world).await;
    (left, unknown, effects)
}

/// What is missing on the phones is known to be unknown, and nothing is there twice.
fn compare(context: &str, reference: &Left, left: &Left, unknown: &[String]) {
    assert_eq!(left.conversations, reference.conversations, "{context}");
    assert_eq!(left.dead, reference.dead, "{context}");
    assert_eq!(left.faqs, reference.faqs, "{context}");
    for (expected, got) in reference.phones.iter().zip(&left.phones) {
        let missing: Vec<_> = expected.iter().filter(|text| !got.contains(text)).collect();
        assert!(missing.iter().all(|text| unknown.contains(text)), "{context}: lost {missing:?}");
        assert!(got.len() <= expected.len(), "{context}: doubled: {got:?}");
    }
}

async fn every_effect_of(scenario: &Scenario) -> usize {
    let (reference, unknown, effects) = play(scenario, None).await;
    assert!(unknown.is_empty(), "{}: {unknown:?}", scenario.name);
    assert!(!effects.is_empty(), "{} has no effects", scenario.name);
    let mut points = 0;
    for (effect, name) in effects.iter().enumerate() {
        for fault in FAULTS {
            let (left, unknown, _) = play(scenario, Some((effect, fault))).await;
            let context = format!("{}, {fault:?} at {effect} ({name})", scenario.name);
            compare(&context, &reference, &left, &unknown);
            points += 1;
        }
    }
    points
}

macro_rules! scenario_tests {
    ($($test:ident: $place:literal,)*) => {
        $(
            #[tokio::test]
            async fn $test() {
                let points = every_effect_of(&SCENARIOS[$place]).await;
                assert!(points >= 3, "{points}");
            }
        )*
    };
}

scenario_tests! {
    a_text_survives_a_crash_at_every_effect: 0,
    a_repeated_webhook_survives_a_crash_at_every_effect: 1,
    a_second_text_survives_a_crash_at_every_effect: 2,
    an_album_survives_a_crash_at_every_effect: 3,
    a_telegram_text_survives_a_crash_at_every_effect: 4,
    an_sms_survives_a_crash_at_every_effect: 5,
    an_agent_s_message_and_its_receipts_survive_a_crash_at_every_effect: 6,
    an_agent_s_telegram_message_survives_a_crash_at_every_effect: 7,
    the_schedule_survives_a_crash_at_every_effect: 8,
    closing_and_reopening_survive_a_crash_at_every_effect: 9,
    opting_out_and_in_survives_a_crash_at_every_effect: 10,
    a_redrive_survives_a_crash_at_every_effect: 11,
    a_held_message_survives_a_crash_at_every_effect: 12,
    a_first_message_by_template_survives_a_crash_at_every_effect: 13,
    a_publication_survives_a_crash_at_every_effect: 14,
    an_faq_s_reply_survives_a_crash_at_every_effect: 15,
    a_question_without_an_answer_survives_a_crash_at_every_effect: 16,
}
