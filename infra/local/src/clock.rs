//! The laptop's time: the real one, or one that people turn.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// Where the time comes from.
#[derive(Debug)]
pub enum Clock {
    Real,
    /// Moves only when told.
    Turned(Mutex<Timestamp>),
}

impl Clock {
    pub fn turned(start: Timestamp) -> Self {
        Self::Turned(Mutex::new(start))
    }

    pub fn now(&self) -> Timestamp {
        match self {
            Self::Real => platform::clock::now(),
            Self::Turned(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Turns the time. Returns whether it can be turned.
    pub fn set(&self, to: Timestamp) -> bool {
        match self {
            Self::Real => false,
            Self::Turned(at) => {
                *at.lock().unwrap_or_else(PoisonError::into_inner) = to;
                true
            }
        }
    }
}
