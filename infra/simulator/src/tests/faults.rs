//! What goes wrong, at sends and with webhooks, and that a seed repeats it.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{MIA, MIA_TG, Stage};
use crate::{Attempt, Chaos, ConnectionDropped, Delivery, Fault, Then};

fn whatsapp() -> Request<Body> {
    let text = json!({ "messaging_product": "whatsapp", "to": MIA, "type": "text",
        "text": { "body": "x" } });
    Request::post("/simulator/whatsapp/v25.0/106540352242922/messages")
        .header("authorization", "Bearer EAAtoken")
        .body(Body::from(text.to_string()))
        .unwrap()
}

fn telegram() -> Request<Body> {
    Request::post("/simulator/telegram/bot110:abc/sendMessage")
        .header("content-type", "application/json")
        .body(Body::from(json!({ "chat_id": 700_100_101, "text": "x" }).to_string()))
        .unwrap()
}

fn twilio() -> Request<Body> {
    Request::post("/simulator/twilio/2010-04-01/Accounts/AC1/Messages.json")
        .header("authorization", "Basic QUMxOnQ=")
        .body(Body::from("To=%2B12025550143&From=%2B15550100001&Body=x"))
        .unwrap()
}

async fn started() -> Stage {
    let stage = Stage::new();
    stage.simulator.phone("wa", MIA).writes("hello").await;
    stage.simulator.phone("tg", MIA_TG).writes("hello").await;
    stage.simulator.flush().await;
    stage.desk.got();
    stage
}

fn script(faults: &[Fault]) -> Chaos {
    Chaos { script: faults.to_vec(), ..Chaos::default() }
}

#[tokio::test]
async fn each_provider_is_unwell_in_its_own_words_and_accepts_nothing() {
    let stage = started().await;
    let faults = [Fault::TooManyRequests, Fault::ErrorBefore];
    stage.simulator.set_chaos(script(&[faults, faults, faults].concat()));
    let mut said = Vec::new();
    for request in [whatsapp(), whatsapp(), telegram(), telegram(), twilio(), twilio()] {
        let response = stage.call(request).await;
        let after =
            response.headers().get("retry-after").map(|after| after.to_str().unwrap().to_owned());
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        said.push((status, after, serde_json::from_slice::<Value>(&body).unwrap()));
    }
    let after = Some("5".to_owned());
    assert_eq!((said[0].0, &said[0].1, &said[0].2["error"]["code"]), (429, &None, &json!(130_429)));
    assert_eq!((said[1].0, &said[1].2["error"]["code"]), (500, &json!(131_000)));
    assert_eq!((said[2].0, &said[2].1), (429, &after));
    assert_eq!(said[2].2["parameters"]["retry_after"], 5);
    assert_eq!((said[3].0, &said[3].2["error_code"]), (500, &json!(500)));
    assert_eq!((said[4].0, &said[4].1, &said[4].2["code"]), (429, &after, &json!(20429)));
    assert_eq!((said[5].0, &said[5].2["code"]), (503, &json!(20503)));
    assert_eq!(stage.simulator.waiting(), 0);
    for (account, address) in [("wa", MIA), ("tg", MIA_TG), ("sms", MIA)] {
        assert!(stage.simulator.phone(account, address).inbox().is_empty());
    }
    assert!(stage.simulator.requests().iter().all(|request| request.provider_id.is_none()));
}

#[tokio::test]
async fn what_is_accepted_arrives_whatever_the_answer() {
    let stage = started().await;
    stage.simulator.set_chaos(script(&[Fault::ErrorAfter, Fault::DropAfter, Fault::DropBefore]));
    let bare = stage.call(whatsapp()).await;
    assert_eq!(bare.status(), 502);
    assert!(to_bytes(bare.into_body(), 10).await.unwrap().is_empty());
    for _ in 0..2 {
        let dropped = stage.call(whatsapp()).await;
        assert!(dropped.extensions().get::<ConnectionDropped>().is_some());
        assert!(to_bytes(dropped.into_body(), 10).await.is_err());
    }
    assert_eq!(stage.call(whatsapp()).await.status(), 200);
    assert_eq!(stage.simulator.phone("wa", MIA).inbox().len(), 3);
    let requests = stage.simulator.requests();
    let noted: Vec<_> = requests
        .iter()
        .map(|request| (request.fault, request.status, request.provider_id.is_some()))
        .collect();
    assert_eq!(
        noted,
        [
            (Fault::ErrorAfter, Some(502), true),
            (Fault::DropAfter, None, true),
            (Fault::DropBefore, None, false),
            (Fault::None, Some(200), true),
        ]
    );
}

#[tokio::test]
async fn a_seed_repeats_a_whole_run() {
    async fn run(seed: u64) -> Vec<String> {
        let stage = Stage::with(seed, Delivery::Manual);
        stage.simulator.set_chaos(Chaos {
            duplicate: 0.3,
            reorder: 0.5,
            batch: 0.2,
            too_many_requests: 0.2,
            error_after: 0.2,
            ..Chaos::default()
        });
        let phone = stage.simulator.phone("wa", MIA);
        let mut log = Vec::new();
        for round in 0..6 {
            phone.writes(&format!("message {round}")).await;
            log.push(stage.call(whatsapp()).await.status().to_string());
            stage.simulator.flush().await;
        }
        log.extend(stage.desk.got().into_iter().map(|got| got.body));
        log
    }
    assert_eq!(run(11).await, run(11).await);
    assert_ne!(run(11).await, run(12).await);
}

#[tokio::test]
async fn receipts_may_come_shuffled_and_twice_and_none_is_lost() {
    let stage = started().await;
    stage.simulator.set_chaos(Chaos { reorder: 1.0, duplicate: 1.0, ..Chaos::default() });
    for _ in 0..5 {
        stage.call(whatsapp()).await;
    }
    stage.simulator.phone("wa", MIA).opens_chat();
    assert_eq!(stage.simulator.flush().await, 30);
    let told: Vec<(String, String)> = stage
        .desk
        .got()
        .iter()
        .map(|got| got.value()["statuses"][0].clone())
        .map(|status| (status["id"].to_string(), status["status"].to_string()))
        .collect();
    let mut sorted = told.clone();
    sorted.sort();
    assert_ne!(told, sorted);
    sorted.dedup();
    assert_eq!(sorted.len(), 15);
}

#[tokio::test]
async fn a_webhook_that_is_not_taken_is_tried_again_and_arrives() {
    let stage = Stage::new();
    stage.desk.will_answer(&[500, 401]);
    stage.simulator.phone("wa", MIA).writes("hello").await;
    assert_eq!(stage.simulator.flush().await, 1);
    let got = stage.desk.got();
    assert_eq!(got.len(), 3);
    assert!(got.iter().all(|again| again.body == got[0].body));
    let postings = stage.simulator.postings();
    assert_eq!(postings.iter().map(|posting| posting.attempt).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(postings[2].then, Then::Taken);
}

#[tokio::test]
async fn what_stays_refused_waits_for_the_next_flush_until_the_provider_gives_up() {
    let stage = Stage::new();
    stage.desk.will_answer(&[500; 7]);
    stage.simulator.phone("wa", MIA).writes("hello").await;
    assert_eq!(stage.simulator.flush().await, 0);
    assert_eq!((stage.desk.got().len(), stage.simulator.waiting()), (3, 1));
    assert_eq!(stage.simulator.flush().await, 0);
    assert_eq!((stage.desk.got().len(), stage.simulator.waiting()), (3, 1));
    stage.turn(SignedDuration::from_hours(7 * 24 + 1));
    assert_eq!(stage.simulator.flush().await, 0);
    assert_eq!((stage.desk.got().len(), stage.simulator.waiting()), (1, 0));
    assert_eq!(stage.simulator.postings().last().unwrap().then, Then::GivenUp);
}

#[tokio::test]
async fn a_stuck_update_holds_up_its_chat_and_no_other() {
    let stage = Stage::new();
    stage.desk.will_answer(&[500, 200, 500, 500]);
    let (mia, priya) =
        (stage.simulator.phone("tg", MIA_TG), stage.simulator.phone("tg", "700100102"));
    mia.writes("1").await;
    mia.writes("2").await;
    priya.writes("3").await;
    assert_eq!(stage.simulator.flush().await, 1);
    let texts = |stage: &Stage| -> Vec<String> {
        let got = stage.desk.got();
        got.iter().map(|got| got.json()["message"]["text"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(texts(&stage), ["1", "3", "1", "1"]);
    assert_eq!(stage.simulator.flush().await, 2);
    assert_eq!(texts(&stage), ["1", "2"]);
}

#[tokio::test]
async fn twilio_drops_an_inbound_message_that_is_answered_500() {
    let stage = Stage::new();
    stage.desk.will_answer(&[500]);
    stage.simulator.phone("sms", MIA).writes("hello").await;
    assert_eq!(stage.simulator.flush().await, 0);
    assert_eq!((stage.desk.got().len(), stage.simulator.waiting()), (1, 0));
    let posting = &stage.simulator.postings()[0];
    assert_eq!(posting.then, Then::GivenUp);
    assert!(matches!(posting.answer, Attempt::Answered { status: 500, .. }));
}

#[tokio::test]
async fn batched_webhooks_are_signed_as_one() {
    let stage = Stage::new();
    stage.simulator.set_chaos(Chaos { batch: 1.0, ..Chaos::default() });
    let phone = stage.simulator.phone("wa", MIA);
    phone.writes("one").await;
    let alone = stage.simulator.flush().await;
    let single = stage.desk.got_one();
    phone.writes("two").await;
    phone.writes("three").await;
    assert_eq!((alone, stage.simulator.flush().await), (1, 1));
    let both = stage.desk.got_one();
    assert_eq!(both.json()["entry"].as_array().unwrap().len(), 2);
    assert_ne!(single.header("x-hub-signature-256"), both.header("x-hub-signature-256"));
    assert_eq!(stage.simulator.postings().last().unwrap().about.len(), 2);
}

#[tokio::test]
async fn a_late_webhook_waits_for_the_clock() {
    let stage = Stage::new();
    let delay_max = Duration::from_secs(60);
    stage.simulator.set_chaos(Chaos { delay: 1.0, delay_max, ..Chaos::default() });
    stage.simulator.phone("wa", MIA).writes("slow").await;
    assert_eq!(stage.simulator.flush().await, 0);
    assert_eq!(stage.simulator.waiting(), 1);
    stage.turn(SignedDuration::from_secs(60));
    assert_eq!(stage.simulator.flush().await, 1);
}

#[tokio::test]
async fn accounts_of_channels_that_are_not_played_are_ignored() {
    let stage = Stage::new();
    let outcome = stage.simulator.phone("mail", "x@example.test").writes("hello").await.outcome;
    assert!(matches!(outcome, crate::Outcome::Impossible(_)));
    assert_eq!(crate::Simulator::base_path("email"), None);
    assert_eq!(crate::Simulator::base_path("twilio_sms"), Some("/simulator/twilio"));
}

#[tokio::test]
async fn chats_survive_in_a_snapshot() {
    let stage = started().await;
    stage.call(whatsapp()).await;
    let kept = stage.simulator.snapshot();
    let later = Stage::with(2, Delivery::Manual);
    later.simulator.restore(&kept).unwrap();
    assert_eq!(later.simulator.phone("wa", MIA).inbox().len(), 1);
    assert_eq!(later.call(whatsapp()).await.status(), 200);
    assert!(later.simulator.restore("[]").is_err());
}

#[tokio::test]
async fn secrets_do_not_show() {
    let stage = started().await;
    let shown = format!("{:?} {:?}", stage.simulator, super::accounts());
    for secret in ["EAAtoken", "110:abc", "tg-secret", "hello"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
