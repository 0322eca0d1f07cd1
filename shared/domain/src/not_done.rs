//! What a stage says of a record it could not finish.
//!
//! It stands in the domain because of the orphan rule as much as by taste: neither the platform
//! nor a function could convert the store's errors into a type of the other.

use std::error::Error;

use jiff::SignedDuration;

/// Why a record is not done, and what should become of it.
#[derive(Debug)]
pub enum NotDone {
    /// Trying again can help: the record stays on its queue.
    Retry {
        /// How long to wait; the platform's own back-off if the failure says nothing.
        after: Option<SignedDuration>,
        source: Box<dyn Error + Send + Sync>,
    },
    /// Trying again cannot help: the record goes to the dead letters, with this reason.
    Reject { reason: String },
}

impl NotDone {
    pub fn retry(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Retry { after: None, source: source.into() }
    }

    pub fn reject(reason: impl Into<String>) -> Self {
        Self::Reject { reason: reason.into() }
    }
}
