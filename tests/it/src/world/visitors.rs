//! Visitors of a shop's web page, as its widget speaks for them.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};

use super::Client;
use super::World;

pub(crate) const SHOP: &str = "https://shop.example";
/// A browser on the shop's page.
pub(crate) struct Page {
    pub(crate) account: &'static str,
    pub(crate) token: String,
    pub(crate) visitor: Value,
    pub(crate) next: Option<String>,
}

/// What a request came to.
pub(crate) struct Told {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

pub(crate) async fn told(world: &World, request: Request) -> Told {
    let (parts, body) = world.respond(request).await.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Told { status: parts.status, headers: parts.headers, body }
}

pub(crate) fn from(
    origin: &str,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Value,
) -> Request {
    let mut request = Request::builder().method(method).uri(path).header("origin", origin);
    if let Some(token) = token {
        request = request.header("confab-session", token);
    }
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    request.body(body).unwrap()
}

pub(crate) async fn session(world: &World, account: &str, asked: Value) -> Told {
    let path = format!("/widget/{account}/sessions");
    told(world, from(SHOP, Method::POST, &path, None, asked)).await
}

impl Page {
    pub(crate) async fn of(world: &World, asked: Value) -> Self {
        let begun = session(world, "web1", asked).await;
        assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.body);
        let token = begun.body["token"].as_str().unwrap().to_owned();
        Self { account: "web1", token, visitor: begun.body["visitor"].clone(), next: None }
    }

    pub(crate) async fn posts(&self, world: &World, mut parts: Value) -> Told {
        parts["visitor"] = self.visitor.clone();
        let path = format!("/webhooks/{}", self.account);
        told(world, from(SHOP, Method::POST, &path, Some(&self.token), parts)).await
    }

    pub(crate) async fn writes(&self, world: &World, id: &str, text: &str) -> StatusCode {
        let message = json!({ "id": id, "type": "text", "text": text });
        let status = self.posts(world, json!({ "messages": [message] })).await.status;
        world.settle().await;
        status
    }

    /// Makes a live connection, by which changes are told.
    pub(crate) async fn listens(&self, world: &World) -> Client {
        let path = format!("/widget/{}/tickets", self.account);
        let made = told(world, from(SHOP, Method::POST, &path, Some(&self.token), json!({}))).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        assert!(made.body["url"].as_str().unwrap().starts_with("ws"), "{}", made.body);
        world.enters(made.body["ticket"].as_str().unwrap(), Some(SHOP)).await.unwrap()
    }

    /// What is new, as the widget asks for it.
    pub(crate) async fn reads(&mut self, world: &World) -> Vec<Value> {
        let after = self.next.as_ref().map(|next| format!("?after={next}")).unwrap_or_default();
        let path = format!("/widget/{}/messages{after}", self.account);
        let page =
            told(world, from(SHOP, Method::GET, &path, Some(&self.token), json!(null))).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        self.next = page.body["next"].as_str().map(str::to_owned);
        page.body["items"].as_array().unwrap().clone()
    }
}
