//! One call of a send API: what goes wrong with it, what is written down, how it is answered.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, Response, StatusCode};
use http_body::Frame;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::chaos::Fault;
use crate::world::{SentRequest, World};

/// A call as it arrived.
pub(crate) struct Call {
    pub(crate) account: Option<String>,
    pub(crate) path: String,
    pub(crate) body: Value,
    pub(crate) at: Timestamp,
}

/// A provider's answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) retry_after_seconds: Option<u32>,
}

impl Reply {
    pub(crate) fn new(status: u16, body: Value) -> Self {
        Self { status, body, retry_after_seconds: None }
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body.to_string()));
        *response.status_mut() = status(self.status);
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, json);
        if let Some(seconds) = self.retry_after_seconds {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// What a provider makes of a message.
pub(crate) enum Verdict {
    Accepted { id: String, reply: Reply },
    Refused(Reply),
}

/// What a provider answers when it is not well.
pub(crate) struct Unwell {
    pub(crate) too_many_requests: Reply,
    pub(crate) error: Reply,
}

/// Takes a call that sends a message: chaos may come before or after the provider's own judgement.
pub(crate) fn send(
    world: &mut World,
    call: Call,
    unwell: Unwell,
    judge: impl FnOnce(&mut World) -> Verdict,
) -> Response<Body> {
    let fault = world.gremlin.fault();
    let (id, answer) = match fault {
        Fault::DropBefore => (None, None),
        Fault::TooManyRequests => (None, Some(unwell.too_many_requests.into_response())),
        Fault::ErrorBefore => (None, Some(unwell.error.into_response())),
        Fault::None | Fault::ErrorAfter | Fault::DropAfter => match judge(world) {
            Verdict::Refused(reply) => (None, Some(reply.into_response())),
            Verdict::Accepted { id, reply } => (Some(id), accepted(fault, reply)),
        },
    };
    write_down(world, call, fault, answer.as_ref().map(|answer| answer.status().as_u16()), id);
    answer.unwrap_or_else(dropped)
}

fn accepted(fault: Fault, reply: Reply) -> Option<Response<Body>> {
    match fault {
        Fault::ErrorAfter => {
            let mut bare = Response::new(Body::empty());
            *bare.status_mut() = StatusCode::BAD_GATEWAY;
            Some(bare)
        }
        Fault::DropAfter => None,
        Fault::None | Fault::TooManyRequests | Fault::ErrorBefore | Fault::DropBefore => {
            Some(reply.into_response())
        }
    }
}

/// Takes a call that sends no message, or none that gets as far as chaos.
pub(crate) fn answer(world: &mut World, call: Call, reply: Reply) -> Response<Body> {
    write_down(world, call, Fault::None, Some(reply.status), None);
    reply.into_response()
}

fn write_down(
    world: &mut World,
    call: Call,
    fault: Fault,
    status: Option<u16>,
    provider_id: Option<String>,
) {
    let Call { account, path, body, at } = call;
    let method = "POST".to_owned();
    world.log_request(SentRequest { account, method, path, body, status, fault, provider_id, at });
}

/// Marks, among a response's extensions, one that stands for a dropped connection: for those who
/// call the router without a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionDropped;

/// A body that fails before its first byte: the server hangs up before it has written anything.
struct HangUp;

impl http_body::Body for HangUp {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into())))
    }
}

fn dropped() -> Response<Body> {
    let mut response = Response::new(Body::new(HangUp));
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response.extensions_mut().insert(ConnectionDropped);
    response
}

/// A form as a value: repeated fields become a list.
pub(crate) fn form_value(body: &[u8]) -> Value {
    let mut fields = Map::new();
    for (name, value) in form_urlencoded::parse(body) {
        let value = Value::from(value.into_owned());
        match fields.get_mut(name.as_ref()) {
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
            None => {
                fields.insert(name.into_owned(), value);
            }
        }
    }
    Value::Object(fields)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_repeated_field_becomes_a_list() {
        let value = form_value(b"To=%2B1&MediaUrl=a&MediaUrl=b&MediaUrl=c&Body=");
        assert_eq!(value, json!({ "To": "+1", "MediaUrl": ["a", "b", "c"], "Body": "" }));
    }

    #[tokio::test]
    async fn a_dropped_connection_says_nothing_at_all() {
        use axum::routing::get;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = axum::Router::new().route("/", get(async || dropped()));
        let mut serving = tokio::task::JoinSet::new();
        serving.spawn(async move { axum::serve(listener, router).await });
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.writable().await.unwrap();
        let ask = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
        assert_eq!(stream.try_write(ask).unwrap(), ask.len());
        let mut said = [0; 100];
        let read = loop {
            stream.readable().await.unwrap();
            match stream.try_read(&mut said) {
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                read => break read,
            }
        };
        assert!(matches!(read, Ok(0) | Err(_)), "{read:?}");
    }
}
