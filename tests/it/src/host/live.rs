//! Live connections, as a browser has them: real sockets to the program.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use futures_util::future::join_all;
use futures_util::{SinkExt, StreamExt};
use platform::clock::now;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::{ANSWERED_WITHIN, Host, Place, api};
use crate::world::{ACME, signed};

/// A browser's end of a socket.
struct Browser(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Browser {
    /// Connects as the desk does: asks for a ticket and shows it from the host's own page.
    async fn connects(host: &Host, token: &str) -> Self {
        let url = ticket(host, token).await;
        Self::opens(&url, &host.origin).await.unwrap()
    }

    async fn opens(url: &str, origin: &str) -> Result<Self, Error> {
        let mut request = url.into_client_request()?;
        request.headers_mut().insert("origin", origin.parse().unwrap());
        Ok(Self(connect_async(request).await?.0))
    }

    async fn says(&mut self, frame: Value) {
        self.0.send(Message::text(frame.to_string())).await.unwrap();
    }

    /// The next frame; nothing if the host has closed the socket.
    async fn hears(&mut self) -> Option<Value> {
        let next = tokio::time::timeout(ANSWERED_WITHIN, self.0.next()).await;
        match next.expect("nothing was heard") {
            Some(Ok(Message::Text(text))) => Some(serde_json::from_str(&text).unwrap()),
            Some(Ok(_) | Err(_)) | None => None,
        }
    }

    /// Listens until it hears of a change of this kind.
    async fn hears_of(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.hears().await.expect("the socket is open");
            let items = frame["items"].as_array().into_iter().flatten();
            if let Some(item) = items.clone().find(|item| item["kind"] == kind) {
                return item.clone();
            }
        }
    }

    /// Watches, and waits until that is so: frames of one client are read in their order.
    async fn watches(&mut self, watch: Value) {
        self.says(watch).await;
        self.says(json!({ "type": "ping" })).await;
        while self.hears().await.expect("the socket is open")["type"] != "pong" {}
    }
}

/// The address to connect to, ticket and all.
async fn ticket(host: &Host, token: &str) -> String {
    let asked = api(&host.origin, Method::POST, "/v1/realtime/tickets", token);
    let made = host.call(asked.body(Body::empty()).unwrap()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let part = |name: &str| made.body[name].as_str().unwrap().to_owned();
    format!("{}?ticket={}", part("url"), part("ticket"))
}

/// The provider posts what a customer writes.
async fn customer_writes(host: &Host, text: &str) {
    let body = json!({ "object": "whatsapp_business_account", "entry": [{
        "id": "102290129340398",
        "changes": [{ "field": "messages", "value": {
            "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": "15550783881", "phone_number_id": "106540352242922" },
            "contacts": [{ "profile": { "name": "Sheena Nelson" }, "wa_id": "16505551234" }],
            "messages": [{
                "from": "16505551234",
                "id": format!("wamid.{text}"),
                "timestamp": now().as_second().to_string(),
                "type": "text",
                "text": { "body": text },
            }],
        }}],
    }]});
    let mut request = signed(&body.to_string());
    *request.uri_mut() = format!("{}{}", host.origin, request.uri()).parse().unwrap();
    assert_eq!(host.call(request).await.status, StatusCode::OK);
}

/// Everything that has happened since, and where to go on.
async fn feed(host: &Host, token: &str, after: &str) -> (Vec<Value>, String) {
    let (mut events, mut next) = (Vec::new(), after.to_owned());
    loop {
        let page = host.get(&format!("/v1/events?after={next}"), token).await;
        events.extend(page["items"].as_array().unwrap().clone());
        next = page["next"].as_str().unwrap().to_owned();
        if page["more"] == false {
            return (events, next);
        }
    }
}

fn everything() -> Value {
    json!({ "type": "watch", "lists": "all" })
}

/// What happens while a client is away is in the feed when it comes again, none of it twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_hears_at_once_and_misses_nothing_when_the_host_is_killed() {
    let place = Place::new(ACME);
    let host = place.start(&[]).await;
    let token = host.token("ada").await;
    let cursor = host.get("/v1/events", &token).await["next"].as_str().unwrap().to_owned();
    let mut ada = Browser::connects(&host, &token).await;
    ada.watches(everything()).await;
    customer_writes(&host, "one").await;
    assert_eq!(ada.hears_of("message.received.v1").await["seq"], 2);
    host.settle().await;
    let (before, cursor) = feed(&host, &token, &cursor).await;
    assert!(before.iter().any(|event| event["content"]["text"] == "one"));
    host.kill().await;
    while ada.hears().await.is_some() {}

    let host = place.start(&[]).await;
    customer_writes(&host, "two").await;
    host.settle().await;
    let mut ada = Browser::connects(&host, &token).await;
    ada.watches(everything()).await;
    let (missed, cursor) = feed(&host, &token, &cursor).await;
    let texts: Vec<&Value> = missed.iter().map(|event| &event["content"]["text"]).collect();
    assert_eq!(texts.iter().filter(|text| **text == "two").count(), 1, "{texts:?}");
    assert!(!texts.iter().any(|text| **text == "one"), "{texts:?}");
    customer_writes(&host, "three").await;
    ada.hears_of("message.received.v1").await;
    host.settle().await;
    let (events, _) = feed(&host, &token, &cursor).await;
    let texts: Vec<&Value> = events.iter().map(|event| &event["content"]["text"]).collect();
    assert_eq!(texts.iter().filter(|text| **text == "three").count(), 1, "{texts:?}");
    assert!(!texts.iter().any(|text| **text == "two"), "{texts:?}");
    assert!(host.terminate().await.success(), "open sockets keep nothing waiting");
}

/// A page of somebody else gets no socket, even with a ticket.
#[tokio::test]
async fn a_foreign_page_and_a_used_ticket_get_no_socket() {
    let place = Place::new(ACME);
    let host = place.start(&[]).await;
    let token = host.token("ada").await;
    let refused = |opened: Result<Browser, Error>| match opened.err() {
        Some(Error::Http(answer)) => answer.status(),
        other => panic!("not refused: {other:?}"),
    };
    let url = ticket(&host, &token).await;
    let opened = Browser::opens(&url, "https://evil.example").await;
    assert_eq!(refused(opened), StatusCode::FORBIDDEN);
    let url = ticket(&host, &token).await;
    let _open = Browser::opens(&url, &host.origin).await.unwrap();
    assert_eq!(refused(Browser::opens(&url, &host.origin).await), StatusCode::UNAUTHORIZED);
    host.kill().await;
}

const MANY: usize = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_connections_hear_of_one_message() {
    let place = Place::new(ACME);
    let host = place.start(&[]).await;
    let token = host.token("ada").await;
    let mut browsers = Vec::new();
    for _ in 0..MANY {
        let mut browser = Browser::connects(&host, &token).await;
        browser.watches(everything()).await;
        browsers.push(browser);
    }
    customer_writes(&host, "to all").await;
    let heard = join_all(browsers.iter_mut().map(|one| one.hears_of("message.received.v1"))).await;
    assert_eq!(heard.len(), MANY);
    assert!(heard.iter().all(|item| item["conversation"] == heard[0]["conversation"]));
    host.kill().await;
}
