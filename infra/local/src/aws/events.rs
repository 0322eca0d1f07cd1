//! EventBridge: what was told, kept for a while for whoever listens.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, Call};

/// How many events are kept.
const KEPT_MAX: usize = 10_000;

/// The bus: the latest events, oldest first.
#[derive(Debug, Default)]
pub struct BusLog {
    told: Mutex<VecDeque<(String, Value)>>,
}

impl BusLog {
    /// The kinds and details of the events that are kept.
    pub fn told(&self) -> Vec<(String, Value)> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    pub(super) fn answer(&self, call: &Call) -> Answer {
        let request: Value = serde_json::from_slice(&call.body).unwrap_or_default();
        let Some(entries) = request["Entries"].as_array() else {
            return Answer::error(StatusCode::BAD_REQUEST, "ValidationException", "no entries");
        };
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in entries {
            let kind = entry["DetailType"].as_str().unwrap_or_default().to_owned();
            let detail = entry["Detail"].as_str().unwrap_or_default();
            told.push_back((kind, serde_json::from_str(detail).unwrap_or_default()));
            if told.len() > KEPT_MAX {
                told.pop_front();
            }
        }
        let taken: Vec<Value> = entries.iter().map(|_| json!({ "EventId": "told" })).collect();
        Answer::ok(&json!({ "FailedEntryCount": 0, "Entries": taken }))
    }
}
