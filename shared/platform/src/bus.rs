//! The event bus.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::operation::put_events::builders::PutEventsFluentBuilder;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use domain::bus::{BusEvent, BusKind, PresenceDetail, SOURCE};
use domain::not_done::NotDone;
use serde::Serialize;

/// The bus that tells the world what has happened.
#[derive(Debug, Clone)]
pub struct Bus {
    client: Client,
    name: String,
}

#[derive(Debug, thiserror::Error)]
#[error("the bus did not take all events")]
pub struct BusError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl From<BusError> for NotDone {
    fn from(error: BusError) -> Self {
        Self::retry(error)
    }
}

/// EventBridge takes ten entries at a time
/// (<https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html>).
const BATCH_MAX: usize = 10;

impl Bus {
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        Self { client, name: name.into() }
    }

    /// Tells all events, in their order.
    ///
    /// # Errors
    ///
    /// If the bus has not said of each that it has it; telling them again repeats their ids.
    pub async fn tell(&self, events: &[BusEvent]) -> Result<(), BusError> {
        for batch in events.chunks(BATCH_MAX) {
            let mut request = self.client.put_events();
            for event in batch {
                request = request.entries(self.entry(event.kind, &event.detail)?);
            }
            put(request).await?;
        }
        Ok(())
    }

    /// Tells that a user has said whether they are there.
    ///
    /// # Errors
    ///
    /// If the bus has not said that it has it.
    pub async fn tell_presence(&self, presence: &PresenceDetail) -> Result<(), BusError> {
        let entry = self.entry(BusKind::UserPresence, presence)?;
        put(self.client.put_events().entries(entry)).await
    }

    fn entry(
        &self,
        kind: BusKind,
        detail: &impl Serialize,
    ) -> Result<PutEventsRequestEntry, BusError> {
        let detail = serde_json::to_string(detail).map_err(|error| BusError(Box::new(error)))?;
        let entry = PutEventsRequestEntry::builder()
            .event_bus_name(&self.name)
            .source(SOURCE)
            .detail_type(kind.as_str())
            .detail(detail);
        Ok(entry.build())
    }
}

async fn put(request: PutEventsFluentBuilder) -> Result<(), BusError> {
    let answer = request.send().await.map_err(|error| BusError(Box::new(error)))?;
    if answer.failed_entry_count() > 0 {
        return Err(BusError("some events were refused".into()));
    }
    Ok(())
}
