//! Live connections without a network: what the gateway would hand to the function, and the frames
//! it would pass on.

use axum::http::{Method, StatusCode};
use local::live::Socket;
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
