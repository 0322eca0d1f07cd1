//! Questions in a customer's own words, answered by the running host with its language model.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

use super::{ANSWERED_WITHIN, Host, Place, api};
use crate::world::ACME;

const PASSWORD: &str = "How can I recover the password of my account?";
const COD: &str = "Do you have COD as a payment method?";
const LATER: &str = "Can I pay after the delivery is completed?";

/// The source's example, asked five other ways, misspelt too; and what no FAQ knows.
const ASKED: [(&str, Option<&str>); 8] = [
    ("I forgot my password, how do I get it back?", Some("Tap it.")),
    ("how to reset the pasword for my acount", Some("Tap it.")),
    (
        "Hi! I can't remember my account password anymore. Can you help me recover it?",
        Some("Tap it."),
    ),
    ("What do I do to restore a lost password?", Some("Tap it.")),
    ("Is there a way of recovering my account's password?", Some("Tap it.")),
    ("Do you accept COD for payment?", Some("Yes.")),
    ("may i pay once it has been delivered", Some("Yes.")),
    ("Where is the nearest airport?", None),
];

async fn posts(host: &Host, token: &str, path: &str, body: &Value) -> Value {
    let request = api(&host.origin, Method::POST, path, token);
    let answered = host.call(request.body(Body::from(body.to_string())).unwrap()).await;
    assert!(answered.status.is_success(), "{path}: {}", answered.text);
    answered.body
}

async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(began.elapsed() < ANSWERED_WITHIN, "{what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// R097, R098: a paraphrase is understood on every channel, and what nobody knows is not answered.
#[tokio::test]
async fn questions_are_understood_on_every_channel() {
    // A test of its own says what is wrong if there is none.
    model::ready(&crate::root().join("target")).unwrap();
    let file = ACME.replace("welcome = \"Welcome to Acme.\"", "faqs = true");
    let place = Place::new(&file);
    let target = crate::root().join("target");
    let host = place.start(&["--model", target.to_str().unwrap()]).await;
    let token = host.token("ada").await;
    for (id, questions, answer) in
        [("password", vec![PASSWORD], "Tap it."), ("cod", vec![COD, LATER], "Yes.")]
    {
        let faq = json!({ "id": id, "questions": questions, "answer": { "text": answer } });
        posts(&host, &token, "/v1/faqs", &faq).await;
    }
    until("the model has come", async || place.log().contains("by their meaning").then_some(()))
        .await;
    posts(&host, &token, "/v1/faqs/publish", &json!({})).await;
    host.settle().await;
    for (place, account) in ["wa1", "tg1", "sms1"].iter().enumerate() {
        for (number, (text, answer)) in ASKED.iter().enumerate() {
            // Somebody else asks each time: a machine that asks often is left alone.
            let address = format!("+1650556{place:02}{number:02}");
            let address = if *account == "tg1" { format!("77{number}") } else { address };
            let said = asks(&host, account, &address, text).await;
            assert_eq!(said.as_deref(), *answer, "{account}: {text}");
        }
    }
    let report = host.get("/v1/responders/report", &token).await;
    assert_eq!(
        (&report["sums"]["answered"], &report["sums"]["unanswered"]),
        (&json!(21), &json!(3))
    );
    assert!(host.terminate().await.success());
}

/// What comes back to a phone, once everything is done.
async fn asks(host: &Host, account: &str, address: &str, text: &str) -> Option<String> {
    let phone = format!("{}/phones/api/accounts/{account}/phones/{address}", host.origin);
    let write = json!({ "do": "write", "text": text }).to_string();
    let request = Request::post(format!("{phone}/gestures"));
    let request = request.header("content-type", "application/json");
    let written = host.call(request.body(Body::from(write)).unwrap()).await;
    assert!(written.status.is_success(), "{}", written.text);
    // The provider takes its time, and so does the answer.
    let token = host.token("ada").await;
    until(&format!("{account} {address}: {text}"), async || {
        host.settle().await;
        let listed = host.get("/v1/conversations?limit=100", &token).await;
        let items = listed["items"].as_array().unwrap();
        let is_theirs = |item: &&Value| {
            let addresses = item["contact"]["addresses"].as_array().unwrap();
            addresses.iter().any(|known| known["address"] == address && known["account"] == account)
        };
        let id = items.iter().find(is_theirs)?["id"].as_str().unwrap();
        let events = host.get(&format!("/v1/conversations/{id}/events"), &token).await;
        let events = events["items"].as_array().unwrap();
        let last = events.last()?;
        let settled = last["kind"] == "auto" || last["type"] == "unanswered";
        settled.then(|| last["content"]["text"].as_str().map(str::to_owned))
    })
    .await
}
