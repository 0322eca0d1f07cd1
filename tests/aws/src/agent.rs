//! An agent at work, through API Gateway.

use axum::body::Body;
use axum::http::header::AUTHORIZATION;
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use simulator::Phone;

use crate::eventually::eventually;
use crate::http::{Answer, send};

/// Somebody with a key for the API.
#[derive(Debug)]
pub(crate) struct Agent {
    public_url: String,
    token: String,
}

impl Agent {
    pub(crate) fn new(public_url: &str, token: String) -> Self {
        Self { public_url: public_url.to_owned(), token }
    }

    pub(crate) async fn request(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        idempotency_key: Option<&str>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.public_url))
            .header(AUTHORIZATION, format!("Bearer {}", self.token));
        if let Some(key) = idempotency_key {
            request = request.header("idempotency-key", key);
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        send(request.body(body).unwrap()).await.unwrap()
    }

    /// Looks at something; again if it is out of reach just now, as any client would.
    pub(crate) async fn get(&self, path: &str) -> Value {
        eventually(path, async || {
            let answer = self.request(Method::GET, path, None, None).await;
            if answer.status == StatusCode::SERVICE_UNAVAILABLE {
                return None;
            }
            assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.json());
            Some(answer.json())
        })
        .await
    }

    /// Conversations, open ones first.
    pub(crate) async fn conversations(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for view in ["all", "closed"] {
            let page = self.get(&format!("/v1/conversations?view={view}&limit=100")).await;
            all.extend(page["items"].as_array().unwrap().clone());
        }
        all
    }

    /// The conversations with whoever has this phone.
    pub(crate) async fn conversations_with(&self, phone: &Phone) -> Vec<Value> {
        let is_with = |conversation: &Value| {
            let addresses = conversation["contact"]["addresses"].as_array().unwrap();
            addresses.iter().any(|known| known["address"] == phone.address())
        };
        let all = self.conversations().await;
        all.into_iter().filter(is_with).collect()
    }

    /// The id of the conversation with whoever has this phone, once there is one.
    pub(crate) async fn conversation_with(&self, phone: &Phone) -> String {
        eventually("a conversation begins", async || {
            let known = self.conversations_with(phone).await;
            assert!(known.len() <= 1, "{known:#?}");
            Some(known.first()?["id"].as_str().unwrap().to_owned())
        })
        .await
    }

    pub(crate) async fn conversation(&self, id: &str) -> Value {
        self.get(&format!("/v1/conversations/{id}")).await
    }

    /// The messages of a conversation.
    pub(crate) async fn messages(&self, id: &str) -> Vec<Value> {
        let page = self.get(&format!("/v1/conversations/{id}/events")).await;
        assert!(page["next"].is_null(), "one page holds all");
        let events = page["items"].as_array().unwrap().iter();
        events.filter(|event| event["type"] == "message").cloned().collect()
    }

    pub(crate) async fn replies(&self, id: &str, text: &str, idempotency_key: &str) -> Answer {
        let body = json!({ "content": { "type": "text", "text": text } });
        let path = format!("/v1/conversations/{id}/messages");
        self.request(Method::POST, &path, Some(body), Some(idempotency_key)).await
    }

    /// Waits until the message with this text has come so far.
    pub(crate) async fn sees(&self, id: &str, text: &str, status: &str) {
        eventually(&format!("`{text}` is {status}"), async || {
            let messages = self.messages(id).await;
            let message = messages.iter().find(|message| message["content"]["text"] == text)?;
            (message["delivery"]["status"] == status).then_some(())
        })
        .await;
    }
}
