//! The gateway's way to its sockets: frames for clients that are connected, each with a little room.
//! Who does not read is not waited for.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use http::StatusCode;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::{Answer, Call};

/// A client that is so many frames behind is dropped: it asks the feed when it comes again.
const ROOM: usize = 64;

/// The open sockets, by the name of their connection.
#[derive(Debug, Default)]
pub struct Sockets {
    open: Mutex<HashMap<String, Sender<String>>>,
}

/// What stands before the name of a connection in an address.
pub(super) const CONNECTIONS: &str = "/@connections/";

impl Sockets {
    /// Opens one. Its frames end when it is closed from this side.
    pub fn open(&self, connection: &str) -> Receiver<String> {
        let (sender, receiver) = channel(ROOM);
        self.sockets(|open| open.insert(connection.to_owned(), sender));
        receiver
    }

    /// Closes one. Returns whether it was open.
    pub fn close(&self, connection: &str) -> bool {
        self.sockets(|open| open.remove(connection)).is_some()
    }

    fn sockets<T>(&self, with: impl FnOnce(&mut HashMap<String, Sender<String>>) -> T) -> T {
        with(&mut self.open.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn answer(&self, call: &Call) -> Answer {
        let gone = || Answer::error(StatusCode::GONE, "GoneException", "there is no such socket");
        let connection = match call.path.split_once(CONNECTIONS) {
            // Names end in `=`, which the SDK escapes.
            Some((_, name)) => name.replace("%3D", "="),
            None => return gone(),
        };
        let done = match call.operation.as_str() {
            "POST" => self.pass_on(&connection, &call.body),
            "DELETE" => self.close(&connection),
            _ => false,
        };
        if done { Answer { status: StatusCode::OK, body: Vec::new() } } else { gone() }
    }

    fn pass_on(&self, connection: &str, frame: &[u8]) -> bool {
        let frame = String::from_utf8_lossy(frame).into_owned();
        self.sockets(|open| {
            let taken = open.get(connection).is_some_and(|socket| socket.try_send(frame).is_ok());
            if !taken {
                open.remove(connection);
            }
            taken
        })
    }
}
