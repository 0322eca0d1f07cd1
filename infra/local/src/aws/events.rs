//! EventBridge: what was told, kept for a while for whoever listens; the rule that puts what tells
//! of a log on the queue of changes; and the rule that has all of it told to connected clients.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use domain::bus::{BESIDE_THE_LOG, SOURCE};
use http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{Answer, Call};
use crate::queues::{CHANGES, NewRecord, Queues, QueuesError};

/// How many events are kept.
const KEPT_MAX: usize = 10_000;

/// The bus: the latest events, oldest first.
#[derive(Debug, Default)]
pub struct BusLog {
    told: Mutex<VecDeque<(String, Value)>>,
    /// What connected clients have not been told of yet.
    live: Mutex<VecDeque<String>>,
    /// There is something to tell them.
    pub heard: Notify,
}

impl BusLog {
    /// The kinds and details of the events that are kept.
    pub fn told(&self) -> Vec<(String, Value)> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Takes what connected clients are to be told of, as the bus hands it to a function.
    pub fn take_live(&self) -> Vec<String> {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.drain(..).collect()
    }

    fn put_live(&self, entries: &[Value]) {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.extend(entries.iter().map(envelope));
        let beyond = live.len().saturating_sub(KEPT_MAX);
        live.drain(..beyond);
        drop(live);
        self.heard.notify_one();
    }

    pub(super) fn answer(&self, queues: &Queues, call: &Call) -> Answer {
        let request: Value = serde_json::from_slice(&call.body).unwrap_or_default();
        let Some(entries) = request["Entries"].as_array() else {
            return Answer::error(StatusCode::BAD_REQUEST, "ValidationException", "no entries");
        };
        if let Err(failed) = put_changes(queues, entries) {
            let words = failed.to_string();
            return Answer::error(StatusCode::INTERNAL_SERVER_ERROR, "InternalException", &words);
        }
        self.put_live(entries);
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

/// The rule: an event is on the queue before whoever told it hears that it was told.
fn put_changes(queues: &Queues, entries: &[Value]) -> Result<(), QueuesError> {
    let changes = entries.iter().filter(|entry| is_change(entry));
    let bodies: Vec<String> = changes.map(envelope).collect();
    let records: Vec<NewRecord<'_>> = bodies.iter().map(|body| change(body)).collect();
    queues.send(&records)
}

/// Whether the rule matches an entry of `PutEvents`.
pub fn is_change(entry: &Value) -> bool {
    let told = entry["DetailType"].as_str();
    told.is_some_and(|told| !BESIDE_THE_LOG.iter().any(|kind| kind.as_str() == told))
}

/// What a rule's target gets.
fn envelope(entry: &Value) -> String {
    let detail = entry["Detail"].as_str().unwrap_or_default();
    let detail: Value = serde_json::from_str(detail).unwrap_or_default();
    json!({
        "version": "0",
        "id": detail["id"],
        "detail-type": entry["DetailType"],
        "source": SOURCE,
        "account": "000000000000",
        "time": detail["at"],
        "region": "local",
        "resources": [],
        "detail": detail,
    })
    .to_string()
}

fn change(body: &str) -> NewRecord<'_> {
    NewRecord { queue: CHANGES.name, body, group: None, deduplication: None, reason: None }
}
