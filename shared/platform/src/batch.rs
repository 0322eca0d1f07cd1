//! A batch of records from a queue: each is done, comes back, or goes to the dead letters with its
//! reason. One bad record never fails the others.

use std::collections::HashSet;
use std::error::Error;
use std::panic::AssertUnwindSafe;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use domain::not_done::NotDone;
use futures_util::FutureExt;
use futures_util::future::join_all;
use jiff::SignedDuration;
use serde::de::DeserializeOwned;
use tracing::{Instrument, error, info_span, warn};

use crate::queue::{Entry, Order, Queue};

/// The queue a function is fed from, and its dead letters.
#[derive(Debug, Clone)]
pub struct Source {
    pub queue: Queue,
    pub dead_letters: Queue,
    /// As in the template: a record received this often is not received again.
    pub receives_max: u32,
}

/// What is known of a record beside its job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// How often it has been received, this time included.
    pub times: u32,
}

impl Received {
    /// An earlier run may have done part of the work.
    pub fn again(self) -> bool {
        self.times > 1
    }
}

/// A record that panics is a bug that trying again does not mend.
const PANICS_MAX: u32 = 3;

/// Runs `handle` over a batch: records of different groups at once, those of one group in order,
/// and none of a group after one of it has failed.
pub async fn each<J: DeserializeOwned>(
    batch: SqsEvent,
    source: &Source,
    handle: impl AsyncFn(J, Received) -> Result<(), NotDone>,
) -> SqsBatchResponse {
    let groups = by_group(batch.records);
    let failures = join_all(groups.iter().map(|group| in_order(group, source, &handle))).await;
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = failures.into_iter().flatten().collect();
    response
}

fn by_group(records: Vec<SqsMessage>) -> Vec<Vec<SqsMessage>> {
    let mut groups: Vec<(Option<String>, Vec<SqsMessage>)> = Vec::new();
    for record in records {
        let name = record.attributes.get("MessageGroupId").cloned();
        match groups.iter_mut().find(|(known, _)| name.is_some() && *known == name) {
            Some((_, group)) => group.push(record),
            None => groups.push((name, vec![record])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

async fn in_order<J: DeserializeOwned>(
    group: &[SqsMessage],
    source: &Source,
    handle: &impl AsyncFn(J, Received) -> Result<(), NotDone>,
) -> Vec<BatchItemFailure> {
    for (place, record) in group.iter().enumerate() {
        let span = info_span!("record", record.id = record.message_id.as_deref());
        let rest = &group[place..];
        let again = async {
            let again = one(record, source, handle).await.err()?;
            if let Again::After(delay) = again {
                defer(rest, source, delay).await;
            }
            Some(again)
        };
        if again.instrument(span).await.is_some() {
            return rest.iter().filter_map(failure).collect();
        }
    }
    Vec::new()
}

/// Never an empty identifier: it would fail the whole batch.
fn failure(record: &SqsMessage) -> Option<BatchItemFailure> {
    let id = record.message_id.clone().filter(|id| !id.is_empty())?;
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = id;
    Some(failure)
}

/// When a record that is not finished with comes back.
enum Again {
    After(SignedDuration),
    /// When the queue's own time is over.
    InTime,
}

async fn one<J: DeserializeOwned>(
    record: &SqsMessage,
    source: &Source,
    handle: &impl AsyncFn(J, Received) -> Result<(), NotDone>,
) -> Result<(), Again> {
    let times = times(record);
    let done = match job::<J>(record) {
        Err(rejected) => Err(rejected),
        Ok(job) => {
            // On the heap: a handler's whole future inside the batch's own is deeper than the
            // compiler lays out in a release build.
            let handled = Box::pin(handle(job, Received { times }));
            let run = AssertUnwindSafe(handled).catch_unwind().await;
            run.unwrap_or_else(|_panic| Err(panicked(times)))
        }
    };
    conclude(record, source, done).await
}

/// Runs `handle` over all jobs of a batch at once, for work that costs less together. It says of
/// each job, in their order, how it ended. If it panics, each job is tried alone.
pub async fn together<J: DeserializeOwned + Clone>(
    batch: SqsEvent,
    source: &Source,
    handle: impl AsyncFn(Vec<J>) -> Vec<Result<(), NotDone>>,
) -> SqsBatchResponse {
    let read: Vec<(SqsMessage, Result<J, NotDone>)> = batch
        .records
        .into_iter()
        .map(|record| {
            let job = job(&record);
            (record, job)
        })
        .collect();
    let jobs: Vec<J> = read.iter().filter_map(|(_, job)| job.as_ref().ok().cloned()).collect();
    let mut ends = unless_it_panics(&handle, jobs).await.map(Vec::into_iter);
    let mut concluded = Vec::with_capacity(read.len());
    for (record, job) in read {
        let done = match (job, &mut ends) {
            (Err(rejected), _) => Err(rejected),
            (Ok(_), Some(ends)) => ends.next().unwrap_or_else(|| Err(panicked(times(&record)))),
            (Ok(job), None) => match unless_it_panics(&handle, vec![job]).await {
                Some(alone) => alone.into_iter().collect(),
                None => Err(panicked(times(&record))),
            },
        };
        concluded.push(alone(record, source, done));
    }
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = join_all(concluded).await.into_iter().flatten().collect();
    response
}

/// The end of a record that nothing waits behind.
async fn alone(
    record: SqsMessage,
    source: &Source,
    done: Result<(), NotDone>,
) -> Option<BatchItemFailure> {
    let span = info_span!("record", record.id = record.message_id.as_deref());
    let again = conclude(&record, source, done).instrument(span).await.err()?;
    if let Again::After(delay) = again {
        defer(std::slice::from_ref(&record), source, delay).await;
    }
    failure(&record)
}

async fn unless_it_panics<J>(
    handle: &impl AsyncFn(Vec<J>) -> Vec<Result<(), NotDone>>,
    jobs: Vec<J>,
) -> Option<Vec<Result<(), NotDone>>> {
    // On the heap, as one job alone.
    AssertUnwindSafe(Box::pin(handle(jobs))).catch_unwind().await.ok()
}

fn times(record: &SqsMessage) -> u32 {
    let count = record.attributes.get("ApproximateReceiveCount");
    count.and_then(|count| count.parse().ok()).unwrap_or(1)
}

/// The parser's own words quote the body, so they are left out.
fn job<J: DeserializeOwned>(record: &SqsMessage) -> Result<J, NotDone> {
    let body = record.body.as_deref().unwrap_or_default();
    serde_json::from_str(body).map_err(|error| {
        NotDone::reject(format!("not a job of this queue, at column {}", error.column()))
    })
}

/// What becomes of a record, by how its work ended.
async fn conclude(
    record: &SqsMessage,
    source: &Source,
    done: Result<(), NotDone>,
) -> Result<(), Again> {
    let times = times(record);
    match done {
        Ok(()) => Ok(()),
        Err(NotDone::Reject { reason }) => bury(record, source, &reason).await,
        Err(NotDone::Retry { source: cause, .. }) if times >= source.receives_max => {
            let reason = format!("given up after {times} tries: {}", chain(&*cause));
            bury(record, source, &reason).await
        }
        Err(NotDone::Retry { after, source: cause }) => {
            let delay = after.unwrap_or_else(|| back_off(times));
            warn!(times, delay_s = delay.as_secs(), "Comes back: {}", chain(&*cause));
            Err(Again::After(delay))
        }
    }
}

fn panicked(times: u32) -> NotDone {
    if times >= PANICS_MAX {
        NotDone::reject("it makes the function panic")
    } else {
        NotDone::retry("the function panicked")
    }
}

async fn bury(record: &SqsMessage, source: &Source, reason: &str) -> Result<(), Again> {
    error!("Goes to the dead letters: {reason}");
    let group = record.attributes.get("MessageGroupId");
    let entry = Entry {
        body: record.body.clone().unwrap_or_default(),
        order: group.map(|group| Order {
            group: group.clone(),
            deduplication: record.message_id.clone().unwrap_or_default(),
        }),
    };
    source.dead_letters.bury(&entry, reason).await.map_err(|failed| {
        warn!("Comes back, because the dead letters did not take it: {}", chain(&failed));
        Again::InTime
    })
}

/// Those that wait behind a record come back with it: while one of a group is hidden, SQS hands
/// out none of the others.
async fn defer(records: &[SqsMessage], source: &Source, delay: SignedDuration) {
    let receipts: Vec<&str> =
        records.iter().filter_map(|record| record.receipt_handle.as_deref()).collect();
    if let Err(failed) = source.queue.defer(&receipts, delay).await {
        warn!("Comes back at the queue's own time: {}", chain(&failed));
    }
}

/// Doubling from one second to five minutes.
fn back_off(times: u32) -> SignedDuration {
    let seconds = 1_i64 << times.saturating_sub(1).min(16);
    SignedDuration::from_secs(seconds.min(300))
}

/// An error with all its causes, in one line.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut seen: HashSet<String> = HashSet::from([text.clone()]);
    let mut cause = error.source();
    while let Some(next) = cause {
        let words = next.to_string();
        if seen.insert(words.clone()) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = next.source();
    }
    text
}
