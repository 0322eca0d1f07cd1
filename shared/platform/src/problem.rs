//! How the API says no: `application/problem+json` (RFC 9457).

use http::header::CONTENT_TYPE;
use http::{Response, StatusCode};
use serde_json::{Map, Value, json};

/// A refusal or an error, for the client.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    status: StatusCode,
    /// What clients tell problems apart by: a few words with hyphens.
    kind: &'static str,
    detail: String,
    /// What a client needs to show or to offer instead.
    more: Map<String, Value>,
}

impl Problem {
    pub fn new(status: StatusCode, kind: &'static str, detail: impl Into<String>) -> Self {
        Self { status, kind, detail: detail.into(), more: Map::new() }
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// A request that cannot be understood, and the part of it that is wrong.
    pub fn bad_request(field: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", detail).with("field", field)
    }

    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", format!("there is no such {what}"))
    }

    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "a valid bearer token is needed")
    }

    /// Something of ours is out of reach. Says nothing of it: the log does.
    pub fn unavailable() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "try again in a moment")
    }

    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// A number that was told with it.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.more.get(name).and_then(Value::as_u64)
    }

    /// The problem as its JSON.
    pub fn body(self) -> Value {
        let mut body = json!({
            "type": self.kind,
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        if let Value::Object(members) = &mut body {
            members.extend(self.more);
        }
        body
    }

    pub fn into_response(self) -> Response<String> {
        let status = self.status;
        let mut response = Response::new(self.body().to_string());
        *response.status_mut() = status;
        let json = http::HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        response
    }
}
