//! One HTTP request at a time, waited for only so long.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// The body as JSON; null if it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// API Gateway itself gives up after this long.
const ANSWERED_WITHIN: Duration = Duration::from_secs(30);

pub(crate) async fn send(request: Request<Body>) -> Result<Answer, String> {
    let client: Client<HttpConnector, Body> = Client::builder(TokioExecutor::new()).build_http();
    let answered = async {
        let response = client.request(request).await.map_err(|error| format!("{error:?}"))?;
        let (head, body) = response.into_parts();
        let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
        Ok(Answer { status: head.status, headers: head.headers, body })
    };
    let timeout = |_| Err(format!("no answer within {} s", ANSWERED_WITHIN.as_secs()));
    tokio::time::timeout(ANSWERED_WITHIN, answered).await.unwrap_or_else(timeout)
}

pub(crate) async fn get(url: &str) -> Result<Answer, String> {
    send(Request::get(url).body(Body::empty()).unwrap()).await
}
