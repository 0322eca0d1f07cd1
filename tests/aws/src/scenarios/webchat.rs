//! A visitor of a shop's page, through API Gateway.

use axum::body::Body;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, ORIGIN};
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::deployment::Deployment;
use crate::eventually::eventually;
use crate::http::{Answer, get, send};

const SHOP: &str = "https://shop.example";

async fn from_the_page(
    deployment: &Deployment,
    method: Method,
    path: &str,
    token: &str,
    body: &Value,
) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("{}{path}", deployment.public_url))
        .header(ORIGIN, SHOP);
    if !token.is_empty() {
        request = request.header("confab-session", token);
    }
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    send(request.body(body).unwrap()).await.unwrap()
}

/// R045: the page loads the script, its visitor writes, and reads what an agent answers.
pub(crate) async fn a_visitor_is_answered(deployment: &Deployment) {
    let script = get(&format!("{}/widget.js", deployment.public_url)).await.unwrap();
    assert_eq!(script.status, StatusCode::OK);
    let path = "/widget/web1/sessions";
    let session =
        from_the_page(deployment, Method::POST, path, "", &json!({ "name": "Robin" })).await;
    assert!(session.status.is_success(), "{session:?}");
    assert_eq!(session.headers[ACCESS_CONTROL_ALLOW_ORIGIN], SHOP);
    let token = session.json()["token"].as_str().unwrap().to_owned();
    let message = json!({ "id": "m1", "type": "text", "text": "Is it in stock?" });
    let written = json!({ "visitor": session.json()["visitor"], "messages": [message] });
    let taken = from_the_page(deployment, Method::POST, "/webhooks/web1", &token, &written).await;
    assert_eq!(taken.status, StatusCode::OK, "{taken:?}");
    let agent = &deployment.agent;
    let id = eventually("the visitor's message has come", async || {
        let conversations = agent.conversations().await;
        let theirs = |one: &&Value| one["contact"]["name"] == "Robin";
        Some(conversations.iter().find(theirs)?["id"].as_str()?.to_owned())
    })
    .await;
    agent.replies(&id, "It is.", "to-robin").await;
    eventually("the visitor has the answer", async || {
        let path = "/widget/web1/messages";
        let read = from_the_page(deployment, Method::GET, path, &token, &Value::Null).await.json();
        let items = read["items"].as_array()?;
        items.iter().any(|item| item["content"]["text"] == "It is.").then_some(())
    })
    .await;
}
