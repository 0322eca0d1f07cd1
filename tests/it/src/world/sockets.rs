//! Live connections without a network: what the gateway would hand to the function, and the frames
//! it would pass on.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use domain::live::{Party, TICKET_GOOD_FOR};
use domain::private::Address;
use jiff::SignedDuration;
use local::deployed::make_token;
use local::live::Socket;
use platform::ticket::Ticket;
use serde_json::{Value, json};

use super::World;

/// A client that is connected.
#[derive(Debug)]
pub(crate) struct Client {
    socket: Socket,
}

impl World {
    /// A ticket for a user.
    pub(crate) async fn ticket(&mut self, user: &str) -> String {
        let made = self.request(user, Method::POST, "/v1/realtime/tickets", None, None).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        made.body["ticket"].as_str().unwrap().to_owned()
    }

    /// A connection of whoever has this token.
    pub(crate) async fn connects_with(&mut self, token: &str) -> Client {
        let request = Request::post("/v1/realtime/tickets")
            .header("authorization", format!("Bearer {token}"))
            .body(Body::empty());
        let made = self.send(request.unwrap()).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        self.enters(made.body["ticket"].as_str().unwrap(), None).await.unwrap()
    }

    /// A connection of a user of another workspace.
    pub(crate) async fn connects_to(&mut self, workspace: &str, user: &str) -> Client {
        let (workspace, user) = (workspace.parse().unwrap(), user.parse().unwrap());
        let day = SignedDuration::from_hours(24);
        let store = &self.confab.store;
        let token = make_token(store, &workspace, &user, day, self.now()).await.unwrap();
        self.connects_with(&token).await
    }

    /// A connection of somebody on a page of ours.
    pub(crate) async fn visits(&mut self, account: &str, address: &str) -> Client {
        let ticket = Ticket::generate("acme".parse().unwrap()).unwrap();
        let (account, address) = (account.parse().unwrap(), Address::from(address));
        let party = Party::Visitor { account, address };
        let until = self.now() + TICKET_GOOD_FOR;
        let store = &self.confab.store;
        store.put_ticket(&ticket.workspace, &ticket.hash(), &party, until).await.unwrap();
        self.enters(&ticket.reveal(), Some("https://shop.example")).await.unwrap()
    }

    /// Shows a ticket from a page, or from none.
    pub(crate) async fn enters(
        &self,
        ticket: &str,
        origin: Option<&str>,
    ) -> Result<Client, StatusCode> {
        let socket = self.confab.connect(&format!("ticket={ticket}"), origin).await?;
        Ok(Client { socket })
    }

    /// A user's connection that watches this.
    pub(crate) async fn connects(&mut self, user: &str, watch: Value) -> Client {
        let ticket = self.ticket(user).await;
        let mut client = self.enters(&ticket, None).await.unwrap();
        client.watches(self, watch).await;
        client
    }
}

impl Client {
    /// Says something that is no frame of the protocol, or is.
    pub(crate) async fn says(&self, world: &World, text: &str) {
        world.confab.frame(&self.socket.connection, text).await;
    }

    pub(crate) async fn watches(&mut self, world: &World, watch: Value) {
        let mut frame = json!({ "type": "watch" });
        let parts = watch.as_object().unwrap().clone();
        frame.as_object_mut().unwrap().extend(parts);
        self.says(world, &frame.to_string()).await;
    }

    pub(crate) async fn types(&self, world: &World, conversation: &str) {
        let frame = json!({ "type": "typing", "conversation": conversation });
        self.says(world, &frame.to_string()).await;
    }

    /// The gateway closes the socket, and says so to nobody.
    pub(crate) fn breaks(self, world: &World) {
        assert!(world.confab.services.sockets.close(&self.socket.connection));
    }

    pub(crate) async fn leaves(self, world: &World) {
        world.confab.disconnect(&self.socket.connection).await;
    }

    /// What it was told since it looked last.
    pub(crate) fn hears(&mut self) -> Vec<Value> {
        let mut frames = Vec::new();
        while let Ok(frame) = self.socket.frames.try_recv() {
            frames.push(serde_json::from_str(&frame).unwrap());
        }
        frames
    }

    /// Whether it was closed from the other side, with all frames read.
    pub(crate) fn is_closed(&mut self) -> bool {
        let frame = self.socket.frames.try_recv();
        matches!(frame, Err(tokio::sync::mpsc::error::TryRecvError::Disconnected))
    }

    /// The changes among what it was told: their kinds, by conversation and number.
    pub(crate) fn changes(&mut self) -> Vec<(String, u64, String)> {
        let frames = self.hears();
        let changes = frames.iter().filter(|frame| frame["type"] == "changes");
        let items = changes.flat_map(|frame| frame["items"].as_array().unwrap());
        items
            .map(|item| {
                let text = |name: &str| item[name].as_str().unwrap().to_owned();
                (text("conversation"), item["seq"].as_u64().unwrap_or(0), text("kind"))
            })
            .collect()
    }

    /// The kinds of those changes.
    pub(crate) fn kinds(&mut self) -> Vec<String> {
        self.changes().into_iter().map(|(_, _, kind)| kind).collect()
    }
}
