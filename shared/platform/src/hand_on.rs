//! Handing on what follows from committed events.

use domain::job::{AnswerJob, EventName, FollowUps, MediaJob, OutboundJob, RoutingJob};
use domain::not_done::NotDone;

use crate::bus::{Bus, BusError};
use crate::queue::{Entry, Order, Queue, QueueError};

/// The way to the next stages; a function has the queues it may write to.
#[derive(Debug, Clone)]
pub struct HandOn {
    pub bus: Bus,
    pub answers: Option<Queue>,
    pub outbound: Option<Queue>,
    pub media: Option<Queue>,
    pub routing: Option<Queue>,
}

#[derive(Debug, thiserror::Error)]
pub enum HandOnError {
    #[error("a job was not handed on")]
    Queue(#[from] QueueError),
    #[error("an event was not told")]
    Bus(#[from] BusError),
    #[error("this function has no way to the queue of {0}")]
    NoQueue(&'static str),
}

impl From<HandOnError> for NotDone {
    fn from(error: HandOnError) -> Self {
        Self::retry(error)
    }
}

impl HandOn {
    /// For a function that causes nothing but what is told.
    pub fn tells(bus: Bus) -> Self {
        Self { bus, answers: None, outbound: None, media: None, routing: None }
    }

    /// For a function that causes sends and nothing else.
    pub fn sends(bus: Bus, outbound: Queue) -> Self {
        Self { outbound: Some(outbound), ..Self::tells(bus) }
    }

    /// For a function that also leaves conversations to nobody, or makes room for others.
    #[must_use]
    pub fn routing(self, routing: Queue) -> Self {
        Self { routing: Some(routing), ..self }
    }

    /// Hands everything on. The bus comes first: a send that is claimed is no longer looked after
    /// by whoever looks for what was not handed on.
    ///
    /// # Errors
    ///
    /// If anything was not taken. Handing the same on again repeats nothing but its ids.
    pub async fn send(&self, follow_ups: &FollowUps) -> Result<(), HandOnError> {
        self.bus.tell(&follow_ups.told).await?;
        let answers: Vec<Entry> = follow_ups
            .answers
            .iter()
            .map(|job| {
                let AnswerJob::AnswerV1 { message, .. } = job;
                Entry::of(job, Some(in_conversation(message)))
            })
            .collect();
        put(self.answers.as_ref(), "answers", &answers).await?;
        let sends: Vec<Entry> = follow_ups
            .sends
            .iter()
            .map(|job| {
                let OutboundJob::SendV1 { message, attempt, .. } = job;
                let order = in_conversation(message);
                let deduplication = format!("{}-{attempt}", order.deduplication);
                Entry::of(job, Some(Order { deduplication, ..order }))
            })
            .collect();
        put(self.outbound.as_ref(), "sends", &sends).await?;
        let fetches: Vec<Entry> =
            follow_ups.fetches.iter().map(|job: &MediaJob| Entry::of(job, None)).collect();
        put(self.media.as_ref(), "fetches", &fetches).await?;
        let routes: Vec<Entry> = follow_ups
            .routes
            .iter()
            .map(|job| {
                // One at a time in each workspace.
                let RoutingJob::RouteV1 { workspace, cause, .. } = job;
                let (group, deduplication) = (workspace.to_string(), cause.clone());
                Entry::of(job, Some(Order { group, deduplication }))
            })
            .collect();
        put(self.routing.as_ref(), "routes", &routes).await?;
        Ok(())
    }
}

async fn put(
    queue: Option<&Queue>,
    what: &'static str,
    entries: &[Entry],
) -> Result<(), HandOnError> {
    match queue {
        _ if entries.is_empty() => Ok(()),
        Some(queue) => Ok(queue.send(entries).await?),
        None => Err(HandOnError::NoQueue(what)),
    }
}

/// Jobs of one conversation stay in order.
fn in_conversation(name: &EventName) -> Order {
    Order { group: name.conversation.to_string(), deduplication: name.deduplication() }
}
