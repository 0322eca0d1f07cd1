//! The gateway of sockets: what happens on one is handed to its function in the gateway's own words,
//! and what the function posts goes out on it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{RawQuery, State};
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use platform::batch::chain;
use platform::config::BaseUrl;
use realtime::{Answer, Invocation, Origin, Told};
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::{Value, json};
use store::StoreError;
use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;
use tracing::{error, warn};
use url::form_urlencoded;

use crate::confab::Confab;

/// Where clients connect, below the public address.
const PATH: &str = "/realtime";

/// The gateway passes on no larger frames
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html>).
const FRAME_BYTES_MAX: usize = 32 * 1024;

/// The address that clients are given.
pub(crate) fn address(public_url: &BaseUrl) -> String {
    // `http` becomes `ws`, `https` becomes `wss`.
    format!("ws{}{PATH}", public_url.as_str().trim_start_matches("http"))
}

/// Where the function posts frames to.
pub(crate) fn gateway() -> BaseUrl {
    "http://gateway.local".parse().expect("an address")
}

/// The pages that may connect: those of the host, by any name of a laptop.
pub(crate) fn origins(public_url: &BaseUrl) -> Vec<Origin> {
    let own = public_url.as_str();
    let names = [own.to_owned(), own.replace("127.0.0.1", "localhost")];
    names.iter().filter_map(|name| name.parse().ok()).collect()
}

/// An open socket: its name, and the frames for it.
#[derive(Debug)]
pub struct Socket {
    pub connection: String,
    pub frames: Receiver<String>,
}

impl Confab {
    /// Opens a socket, if the function lets it in; else the status that the gateway answers.
    ///
    /// # Errors
    ///
    /// The status that the gateway answers.
    pub async fn connect(&self, query: &str, origin: Option<&str>) -> Result<Socket, StatusCode> {
        let mut random = [0; 12];
        let filled = SystemRandom::new().fill(&mut random);
        filled.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
        let connection = URL_SAFE_NO_PAD.encode(random);
        let frames = self.services.sockets.open(&connection);
        let parameters: serde_json::Map<String, Value> = form_urlencoded::parse(query.as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
            .collect();
        let headers = origin.map(|origin| json!({ "Origin": origin }));
        let event = json!({
            "headers": headers,
            "queryStringParameters": parameters,
            "requestContext": context(&connection, "$connect", "CONNECT"),
            "isBase64Encoded": false,
        });
        let answer = self.invoke(event).await;
        if answer.status_code == 200 {
            return Ok(Socket { connection, frames });
        }
        self.services.sockets.close(&connection);
        Err(StatusCode::from_u16(answer.status_code).unwrap_or(StatusCode::BAD_GATEWAY))
    }

    /// The client has sent a frame.
    pub async fn frame(&self, connection: &str, text: &str) {
        let event = json!({
            "requestContext": context(connection, "$default", "MESSAGE"),
            "body": text,
            "isBase64Encoded": false,
        });
        self.invoke(event).await;
    }

    /// The socket is closed.
    pub async fn disconnect(&self, connection: &str) {
        self.services.sockets.close(connection);
        let event = json!({
            "requestContext": context(connection, "$disconnect", "DISCONNECT"),
            "isBase64Encoded": false,
        });
        self.invoke(event).await;
    }

    /// Invokes the function as its gateway does, or the bus.
    pub async fn invoke(&self, event: Value) -> Answer {
        let failed = Answer { status_code: 500 };
        let invocation: Invocation = match serde_json::from_value(event) {
            Ok(invocation) => invocation,
            Err(error) => {
                error!("The function does not understand its gateway: {error}");
                return failed;
            }
        };
        realtime::handle(&self.realtime, invocation, self.clock.now()).await.unwrap_or(failed)
    }

    /// Has connected clients told of what has happened since they were last. Returns whether there
    /// was anything.
    ///
    /// # Errors
    ///
    /// If the table cannot be used.
    pub async fn tell_once(&self) -> Result<bool, StoreError> {
        let events = self.services.bus.take_live();
        let told = events.iter().filter_map(|event| {
            serde_json::from_str(event)
                .inspect_err(|error| error!("The function does not understand the bus: {error}"))
                .ok()
        });
        let told: Vec<Told> = told.collect();
        realtime::tell(&self.realtime, &told, self.clock.now()).await?;
        Ok(!events.is_empty())
    }
}

fn context(connection: &str, route: &str, event: &str) -> Value {
    json!({ "connectionId": connection, "routeKey": route, "eventType": event, "stage": "live" })
}

/// The sockets of a host.
pub(crate) fn router(confab: &Arc<Confab>) -> Router {
    Router::new().route(PATH, any(open)).with_state(Arc::clone(confab))
}

async fn open(
    State(confab): State<Arc<Confab>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
    match confab.connect(query.as_deref().unwrap_or_default(), origin).await {
        Err(status) => status.into_response(),
        Ok(socket) => {
            let upgrade = upgrade.max_message_size(FRAME_BYTES_MAX);
            upgrade.on_upgrade(move |web| async move {
                let connection = socket.connection.clone();
                if let Err(failed) = pass(&confab, socket, web).await {
                    warn!("A socket broke: {}", chain(&failed));
                }
                confab.disconnect(&connection).await;
            })
        }
    }
}

/// Who does not read for so long is not waited for.
const SENT_WITHIN: Duration = Duration::from_secs(5);

async fn send(web: &mut WebSocket, message: Message) -> Result<(), axum::Error> {
    let sent = timeout(SENT_WITHIN, web.send(message)).await;
    sent.unwrap_or_else(|late| Err(axum::Error::new(late)))
}

/// Passes frames on in both directions until either side ends it.
async fn pass(confab: &Confab, mut socket: Socket, mut web: WebSocket) -> Result<(), axum::Error> {
    loop {
        tokio::select! {
            frame = socket.frames.recv() => match frame {
                Some(frame) => send(&mut web, Message::Text(Utf8Bytes::from(frame))).await?,
                None => return send(&mut web, Message::Close(None)).await,
            },
            said = web.recv() => match said.transpose()? {
                Some(Message::Text(text)) => confab.frame(&socket.connection, &text).await,
                Some(Message::Binary(bytes)) => {
                    confab.frame(&socket.connection, &String::from_utf8_lossy(&bytes)).await;
                }
                Some(Message::Ping(_) | Message::Pong(_)) => {}
                Some(Message::Close(_)) | None => return Ok(()),
            },
        }
    }
}
