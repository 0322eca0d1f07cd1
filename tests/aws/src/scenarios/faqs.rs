//! FAQs, from the author's table to the customer's phone.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::deployment::Deployment;
use crate::eventually::eventually;

async fn posts(deployment: &Deployment, path: &str, body: Value) -> Value {
    let answer = deployment.agent.request(Method::POST, path, Some(body), None).await;
    assert!(answer.status.is_success(), "{path}: {}", answer.json());
    answer.json()
}

/// An FAQ is written, published and tried; a customer who asks in other words is answered, one who
/// asks something else is not; both are counted.
pub(crate) async fn questions_are_answered(deployment: &Deployment) {
    let (agent, phone) = (&deployment.agent, deployment.phone("wa1", "+16505550112"));
    let questions = ["How can I recover the password of my account?"];
    let faq = json!({ "id": "password", "questions": questions, "answer": { "text": "Tap it." } });
    posts(deployment, "/v1/faqs", faq).await;
    let advice = agent.get("/v1/faqs/advice").await;
    assert_eq!(advice["items"][0]["remark"], "few_questions", "{advice}");
    let version = posts(deployment, "/v1/faqs/publish", json!({})).await["number"].clone();
    eventually("the version serves", async || {
        (agent.get("/v1/faqs/versions").await["serving"] == version).then_some(())
    })
    .await;
    let paraphrase = "I forgot my pasword, how do I get into my account again?";
    let tried = posts(deployment, "/v1/responders/test", json!({ "texts": [paraphrase] })).await;
    let matching = &tried["items"][0]["matching"];
    assert_eq!(matching["engine"], "semantic", "{tried}");
    phone.writes(paraphrase).await;
    eventually("the answer has come", async || {
        phone.inbox().iter().any(|seen| seen.text.as_deref() == Some("Tap it.")).then_some(())
    })
    .await;
    phone.writes("Where is the nearest airport?").await;
    let id = agent.conversation_with(&phone).await;
    let events = format!("/v1/conversations/{id}/events");
    eventually("nobody has an answer", async || {
        let events = agent.get(&events).await;
        let events = events["items"].as_array().unwrap();
        events.iter().any(|event| event["type"] == "unanswered").then_some(())
    })
    .await;
    eventually("both are counted", async || {
        let report = agent.get("/v1/responders/report").await;
        let sums = &report["sums"];
        (sums["answered"] == 1 && sums["unanswered"].as_i64() >= Some(1)).then_some(())
    })
    .await;
    let unanswered = agent.get("/v1/responders/unanswered").await;
    let item = &unanswered["items"][0];
    let path = format!("/v1/responders/unanswered/{}", item["id"].as_str().unwrap());
    let forgotten = agent.request(Method::DELETE, &path, None, None).await;
    assert_eq!(forgotten.status, StatusCode::NO_CONTENT);
    let advice = agent.get(&format!("/v1/faqs/versions/{version}/advice")).await;
    assert!(!advice["items"].as_array().unwrap().is_empty(), "{advice}");
}
