//! Webhooks that a task posts, on a clock that runs ahead.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;

use super::{MIA, MIA_TG, Stage};
use crate::{Attempt, Delivery, Outcome};

/// A clock that runs ahead as soon as everybody waits: nothing really sleeps.
fn paused() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

fn statuses(outcome: &Outcome) -> Vec<u16> {
    let Outcome::Posted(attempts) = outcome else { panic!("{outcome:?}") };
    attempts
        .iter()
        .map(|attempt| match attempt {
            Attempt::Answered { status, .. } => *status,
            Attempt::NoAnswer { .. } => 0,
        })
        .collect()
}

#[test]
fn in_the_background_a_phone_hears_what_the_desk_answered() {
    paused().block_on(async {
        let stage = Stage::with(1, Delivery::Background);
        let delivered = stage.simulator.phone("wa", MIA).writes("hello").await;
        assert_eq!(statuses(&delivered.outcome), [200]);
        assert_eq!(stage.desk.got().len(), 1);
        stage.desk.will_answer(&[503]);
        let delivered = stage.simulator.phone("tg", MIA_TG).writes("hello").await;
        assert_eq!(statuses(&delivered.outcome), [503]);
        // Telegram tries again at once.
        while stage.simulator.waiting() > 0 || stage.simulator.postings().len() < 3 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(stage.desk.got().len(), 2);
    });
}

#[test]
fn in_the_background_receipts_follow_a_send_in_order() {
    paused().block_on(async {
        let stage = Stage::with(1, Delivery::Background);
        stage.simulator.phone("wa", MIA).writes("hello").await;
        stage.desk.got();
        let text = r#"{"messaging_product":"whatsapp","to":"+12025550143","text":{"body":"hi"}}"#;
        let request = Request::post("/simulator/whatsapp/v25.0/106540352242922/messages")
            .header("authorization", "Bearer EAAtoken")
            .body(Body::from(text))
            .unwrap();
        assert_eq!(stage.call(request).await.status(), 200);
        assert!(stage.desk.got().is_empty());
        tokio::time::sleep(Duration::from_secs(3)).await;
        let told: Vec<_> = stage
            .desk
            .got()
            .iter()
            .map(|got| got.value()["statuses"][0]["status"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(told, ["sent", "delivered"]);
    });
}

#[test]
fn nothing_holds_on_to_a_simulator_that_was_dropped() {
    paused().block_on(async {
        let stage = Stage::with(1, Delivery::Background);
        let inner = Arc::downgrade(&stage.simulator.inner);
        stage.desk.will_answer(&[500; 3]);
        stage.simulator.phone("tg", MIA_TG).writes("hello").await;
        drop(stage.simulator);
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert!(inner.upgrade().is_none());
        let before = stage.desk.got().len();
        tokio::time::sleep(Duration::from_secs(600)).await;
        assert_eq!(stage.desk.got().len(), 0, "after {before}");
    });
}
