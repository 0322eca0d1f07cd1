//! Live connections, through the gateway that holds the sockets.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::deployment::Deployment;

/// Far longer than a push takes on the emulator.
const HEARD_WITHIN: Duration = Duration::from_secs(60);

type Socket = WebSocketStream<TcpStream>;

/// Opens a socket with a ticket. Nothing resolves the emulator's hosts, so it is dialled by its
/// address and named by its host.
async fn connect(deployment: &Deployment, ticket: &str) -> Result<Socket, Error> {
    let (api, port) = (deployment.resource("RealtimeApi"), deployment.emulator.port);
    let url = format!("ws://{api}.execute-api.localhost:{port}/live?ticket={ticket}");
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    Ok(client_async(url.into_client_request()?, stream).await?.0)
}

async fn says(socket: &mut Socket, frame: Value) {
    socket.send(Message::text(frame.to_string())).await.unwrap();
}

/// Listens until a frame is what is looked for.
async fn hears(socket: &mut Socket, found: impl Fn(&Value) -> bool) -> Value {
    let listen = async {
        loop {
            let frame = socket.next().await.expect("the socket is open").unwrap();
            let Message::Text(text) = frame else { continue };
            let frame: Value = serde_json::from_str(&text).unwrap();
            if found(&frame) {
                return frame;
            }
        }
    };
    tokio::time::timeout(HEARD_WITHIN, listen).await.expect("nothing was heard")
}

/// An agent connects with a ticket, which is good once, and hears of a message as it comes.
pub(crate) async fn a_connected_agent_hears_of_a_message(deployment: &Deployment) {
    let path = "/v1/realtime/tickets";
    let made = deployment.agent.request(Method::POST, path, None, None).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json());
    assert!(made.json()["url"].as_str().unwrap().starts_with("wss://"));
    let ticket = made.json()["ticket"].as_str().unwrap().to_owned();
    let mut socket = connect(deployment, &ticket).await.unwrap();
    assert!(connect(deployment, &ticket).await.is_err(), "a ticket is good once");
    says(&mut socket, json!({ "type": "watch", "lists": "all" })).await;
    says(&mut socket, json!({ "type": "ping" })).await;
    hears(&mut socket, |frame| frame["type"] == "pong").await;
    deployment.phone("wa1", "+16505550131").writes("Is anybody there?").await;
    hears(&mut socket, |frame| {
        let items = frame["items"].as_array().into_iter().flatten();
        items.into_iter().any(|item| item["kind"] == "message.received.v1")
    })
    .await;
    socket.close(None).await.unwrap();
    deployment.quiet().await;
}
