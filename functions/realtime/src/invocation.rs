//! What the function is invoked with: by the gateway for what happens on a socket, by a rule of the
//! bus for what has happened.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::bus::{BusKind, Detail, PresenceDetail};
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Invocation {
    Socket(SocketEvent),
    Told(Told),
}

/// What happens on a socket
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html>).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SocketEvent {
    request_context: RequestContext,
    #[serde(default)]
    headers: Option<HashMap<String, String>>,
    #[serde(default)]
    query_string_parameters: Option<HashMap<String, String>>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext {
    connection_id: String,
    event_type: EventType,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum EventType {
    Connect,
    Message,
    Disconnect,
}

impl SocketEvent {
    pub(crate) fn connection(&self) -> &str {
        &self.request_context.connection_id
    }

    pub(crate) fn event_type(&self) -> EventType {
        self.request_context.event_type
    }

    /// The ticket in the address.
    pub(crate) fn ticket(&self) -> Option<&str> {
        self.query_string_parameters.as_ref()?.get("ticket").map(String::as_str)
    }

    /// The origin of the page, if a browser has opened the socket.
    pub(crate) fn origin(&self) -> Option<&str> {
        let headers = self.headers.as_ref()?.iter();
        let mut origin = headers.filter(|(name, _)| name.eq_ignore_ascii_case("origin"));
        origin.next().map(|(_, value)| value.as_str())
    }

    /// What a frame says.
    pub(crate) fn frame(&self) -> Vec<u8> {
        let body = self.body.as_deref().unwrap_or_default();
        match self.is_base64_encoded {
            false => body.as_bytes().to_vec(),
            true => STANDARD.decode(body).unwrap_or_default(),
        }
    }
}

/// What the bus tells. The envelope's other parts are the bus's own.
#[derive(Debug, Clone, Deserialize)]
pub struct Told {
    #[serde(rename = "detail-type")]
    pub(crate) kind: String,
    pub(crate) detail: ToldDetail,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum ToldDetail {
    Presence(PresenceDetail),
    Change(Detail),
}

impl Told {
    /// The kind, if this version knows it.
    pub(crate) fn known(&self) -> Option<BusKind> {
        BusKind::named(&self.kind)
    }
}

/// What the gateway is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    pub status_code: u16,
}

impl Answer {
    pub(crate) const DONE: Self = Self { status_code: 200 };
    /// There is no ticket, or none that is good.
    pub(crate) const UNAUTHORIZED: Self = Self { status_code: 401 };
    /// The ticket is good, and its holder may not come in from there, or no more.
    pub(crate) const FORBIDDEN: Self = Self { status_code: 403 };
    pub(crate) const FAILED: Self = Self { status_code: 500 };
}
