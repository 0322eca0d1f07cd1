//! Frames on their way to connections, side by side: what becomes of one is nothing to the others.

use domain::live::Frame;
use futures_util::StreamExt;
use futures_util::stream;
use platform::batch::chain;
use platform::push::Pushed;
use store::Connection;
use tracing::{debug, warn};

use crate::Deps;

/// So many are posted at once.
const AT_ONCE: usize = 32;

impl Deps {
    /// Posts each frame to its connection. Who is not there any more is forgotten.
    pub(crate) async fn post_all(&self, posts: Vec<(&Connection, Frame)>) {
        let (all, mut failed) = (posts.len(), 0);
        let posting: Vec<_> =
            posts.iter().map(|(connection, frame)| self.post(connection, frame)).collect();
        let mut posted = stream::iter(posting).buffer_unordered(AT_ONCE);
        while let Some(taken) = posted.next().await {
            failed += usize::from(!taken);
        }
        debug!(frames = all, failed, "Posted {all} frames");
    }

    /// Whether the frame was taken.
    pub(crate) async fn post(&self, connection: &Connection, frame: &Frame) -> bool {
        let text = serde_json::to_string(frame).expect("a frame has string keys only");
        match self.push.post(&connection.id, text).await {
            Ok(Pushed::Taken) => true,
            Ok(Pushed::Gone) => {
                self.forget(connection).await;
                false
            }
            Err(failed) => {
                warn!("A frame was not posted: {}", chain(&failed));
                false
            }
        }
    }

    /// Closes a connection whose holder may not listen any more, or says too much.
    pub(crate) async fn close(&self, connection: &Connection) {
        self.forget(connection).await;
        self.close_unknown(&connection.id).await;
    }

    /// Closes a connection that is nowhere in the table.
    pub(crate) async fn close_unknown(&self, connection: &str) {
        if let Err(failed) = self.push.close(connection).await {
            warn!("A connection was not closed: {}", chain(&failed));
        }
    }

    async fn forget(&self, connection: &Connection) {
        self.pace.forget(&connection.id);
        if let Err(failed) = self.store.disconnect(connection).await {
            warn!("A connection was not forgotten: {}", chain(&failed));
        }
    }
}
