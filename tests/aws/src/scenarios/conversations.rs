//! Customers write, and are answered.

use axum::http::{Method, StatusCode};
use simulator::{Chaos, Phone};

use crate::deployment::Deployment;
use crate::eventually::eventually;

const WELCOME: &str = "Welcome to Acme.";

/// What is on the phone, oldest first.
fn texts(phone: &Phone) -> Vec<String> {
    phone.inbox().into_iter().filter_map(|seen| seen.text).collect()
}

async fn shows(phone: &Phone, expected: &[&str]) {
    eventually("the phone shows what was sent", async || {
        (texts(phone).len() >= expected.len()).then_some(())
    })
    .await;
    assert_eq!(texts(phone), expected);
}

/// A message comes in, is welcomed and answered; the answer is delivered, and read.
pub(crate) async fn whatsapp_goes_both_ways(deployment: &Deployment) {
    let (agent, phone) = (&deployment.agent, deployment.phone("wa1", "+16505550101"));
    phone.writes("Where is my order?").await;
    let id = agent.conversation_with(&phone).await;
    agent.sees(&id, WELCOME, "delivered").await;
    shows(&phone, &[WELCOME]).await;
    let first = agent.replies(&id, "On its way.", "reply-1").await;
    let again = agent.replies(&id, "On its way.", "reply-1").await;
    for answer in [&first, &again] {
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.json());
    }
    assert_eq!(first.json()["id"], again.json()["id"], "the same command twice is once");
    agent.sees(&id, "On its way.", "delivered").await;
    phone.opens_chat();
    agent.sees(&id, "On its way.", "read").await;
    deployment.quiet().await;
    shows(&phone, &[WELCOME, "On its way."]).await;
    let said: Vec<_> = agent.messages(&id).await;
    let said: Vec<_> = said.iter().map(|message| message["content"]["text"].clone()).collect();
    assert_eq!(said, ["Where is my order?", WELCOME, "On its way."]);
}

/// The other channels: each with its own signature and its own receipts.
pub(crate) async fn telegram_and_sms_go_both_ways(deployment: &Deployment) {
    let agent = &deployment.agent;
    // Telegram tells of no delivery.
    for (account, address, status) in
        [("tg1", "3527065", "sent"), ("sms1", "+16505550102", "delivered")]
    {
        let phone = deployment.phone(account, address);
        phone.writes("Are you open today?").await;
        let id = agent.conversation_with(&phone).await;
        agent.sees(&id, WELCOME, status).await;
        let answer = agent.replies(&id, "Until six.", account).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{account}: {}", answer.json());
        agent.sees(&id, "Until six.", status).await;
        shows(&phone, &[WELCOME, "Until six."]).await;
    }
}

/// Who writes again after a conversation was closed finds it open again.
pub(crate) async fn a_closed_conversation_reopens(deployment: &Deployment) {
    let (agent, phone) = (&deployment.agent, deployment.phone("wa1", "+16505550103"));
    phone.writes("Thanks!").await;
    let id = agent.conversation_with(&phone).await;
    agent.sees(&id, WELCOME, "delivered").await;
    let path = format!("/v1/conversations/{id}/close");
    let closed = agent.request(Method::POST, &path, None, None).await;
    assert_eq!(closed.status, StatusCode::OK, "{}", closed.json());
    assert_eq!(agent.conversation(&id).await["base"], "resolved");
    phone.writes("One more thing").await;
    eventually("the conversation is open again", async || {
        (agent.conversation(&id).await["base"] == "pending").then_some(())
    })
    .await;
    assert_eq!(agent.conversations_with(&phone).await.len(), 1);
}

/// Every webhook comes twice, receipts too, and what it tells happened once.
pub(crate) async fn a_webhook_twice_is_received_once(deployment: &Deployment) {
    let (agent, phone) = (&deployment.agent, deployment.phone("wa1", "+16505550104"));
    deployment.simulator.set_chaos(Chaos { duplicate: 1.0, ..Chaos::default() });
    let before = deployment.simulator.postings().len();
    phone.writes("Hello?").await;
    let id = agent.conversation_with(&phone).await;
    agent.sees(&id, WELCOME, "delivered").await;
    deployment.quiet().await;
    deployment.simulator.set_chaos(Chaos::default());
    let posted = deployment.simulator.postings().len() - before;
    assert!(posted >= 6, "one message and two receipts, twice each: {posted}");
    let directions: Vec<_> = agent.messages(&id).await;
    let directions: Vec<_> = directions.iter().map(|event| event["direction"].clone()).collect();
    assert_eq!(directions, ["inbound", "outbound"]);
    assert_eq!(agent.conversation(&id).await["unreplied"], 1);
    shows(&phone, &[WELCOME]).await;
}
