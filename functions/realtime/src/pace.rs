//! How often a connection may speak. It is counted in memory, in each sandbox: enough to end a
//! flood, and nothing to pay for.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// A client says what it watches when its user looks elsewhere, and types every three seconds.
const FRAMES_MAX: u32 = 100;
const WITHIN: SignedDuration = SignedDuration::from_secs(10);
const COUNTED_MAX: usize = 10_000;

/// Frames by connection, since when.
#[derive(Debug, Default)]
pub(crate) struct Pace(Mutex<HashMap<String, (Timestamp, u32)>>);

impl Pace {
    /// Counts a frame. Whether it is one too many.
    pub(crate) fn exceeded(&self, connection: &str, now: Timestamp) -> bool {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= COUNTED_MAX {
            counts.retain(|_, (since, _)| now.duration_since(*since) < WITHIN);
        }
        let count = counts.entry(connection.to_owned()).or_insert((now, 0));
        if now.duration_since(count.0) >= WITHIN {
            *count = (now, 0);
        }
        count.1 += 1;
        count.1 > FRAMES_MAX
    }

    pub(crate) fn forget(&self, connection: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(connection);
    }
}
