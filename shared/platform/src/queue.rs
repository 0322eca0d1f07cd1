//! Queues.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, MessageAttributeValue, SendMessageBatchRequestEntry,
};
use domain::not_done::NotDone;
use jiff::SignedDuration;
use serde::Serialize;

/// A queue to write to.
#[derive(Debug, Clone)]
pub struct Queue {
    client: Client,
    url: String,
}

/// A job on its way onto a queue.
#[derive(Debug, Clone)]
pub struct Entry {
    pub body: String,
    /// For FIFO queues.
    pub order: Option<Order>,
}

/// What keeps jobs in order, and what tells repeated ones.
#[derive(Debug, Clone)]
pub struct Order {
    pub group: String,
    pub deduplication: String,
}

#[derive(Debug, thiserror::Error)]
#[error("the queue did not take all jobs")]
pub struct QueueError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl From<QueueError> for NotDone {
    fn from(error: QueueError) -> Self {
        Self::retry(error)
    }
}

/// SQS takes ten messages and 1 MiB at a time
/// (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html>).
const BATCH_MAX: usize = 10;
/// Left below the limit for attributes and for queues that still have the former limit.
pub const BATCH_BYTES_MAX: usize = 250 * 1024;

/// The longest delay SQS gives a message that was received.
const VISIBILITY_MAX: SignedDuration = SignedDuration::from_hours(12);

impl Entry {
    pub fn of(job: &impl Serialize, order: Option<Order>) -> Self {
        let body = serde_json::to_string(job).expect("our own jobs have string keys only");
        Self { body, order }
    }
}

impl Queue {
    pub fn new(client: Client, url: impl Into<String>) -> Self {
        Self { client, url: url.into() }
    }

    /// Whether this is the queue that an ARN names: both end in the queue's name.
    pub fn is(&self, arn: &str) -> bool {
        self.url.rsplit('/').next().is_some_and(|name| arn.rsplit(':').next() == Some(name))
    }

    /// Puts all jobs on the queue, in their order.
    ///
    /// # Errors
    ///
    /// If the queue has not said of each of them that it has it. Some may be on it then; sending
    /// them again within five minutes does not double them on a FIFO queue.
    pub async fn send(&self, entries: &[Entry]) -> Result<(), QueueError> {
        for batch in batches(entries) {
            self.send_batch(batch).await?;
        }
        Ok(())
    }

    async fn send_batch(&self, entries: &[Entry]) -> Result<(), QueueError> {
        if let [entry] = entries {
            return self.send_one(entry, None).await;
        }
        let mut request = self.client.send_message_batch().queue_url(&self.url);
        for (place, entry) in entries.iter().enumerate() {
            let mut message = SendMessageBatchRequestEntry::builder()
                .id(place.to_string())
                .message_body(&entry.body);
            if let Some(order) = &entry.order {
                message = message
                    .message_group_id(&order.group)
                    .message_deduplication_id(&order.deduplication);
            }
            request =
                request.entries(message.build().map_err(|error| QueueError(Box::new(error)))?);
        }
        let answer = request.send().await.map_err(|error| QueueError(Box::new(error)))?;
        match answer.failed().first() {
            None => Ok(()),
            Some(failed) => Err(QueueError(format!("{}: refused", failed.code()).into())),
        }
    }

    /// Puts one job on the queue, with a reason if it goes to the dead letters.
    async fn send_one(&self, entry: &Entry, reason: Option<&str>) -> Result<(), QueueError> {
        let mut request = self.client.send_message().queue_url(&self.url).message_body(&entry.body);
        if let Some(order) = &entry.order {
            request = request
                .message_group_id(&order.group)
                .message_deduplication_id(&order.deduplication);
        }
        if let Some(reason) = reason {
            let value = MessageAttributeValue::builder()
                .data_type("String")
                .string_value(reason)
                .build()
                .map_err(|error| QueueError(Box::new(error)))?;
            request = request.message_attributes("reason", value);
        }
        request.send().await.map_err(|error| QueueError(Box::new(error)))?;
        Ok(())
    }

    /// Puts a record among the dead letters, with the reason.
    ///
    /// # Errors
    ///
    /// If the queue did not take it.
    pub async fn bury(&self, entry: &Entry, reason: &str) -> Result<(), QueueError> {
        self.send_one(entry, Some(reason)).await
    }

    /// Lets received records come back after `delay`.
    ///
    /// # Errors
    ///
    /// If the queue has not said of each of them that it will.
    pub async fn defer(&self, receipts: &[&str], delay: SignedDuration) -> Result<(), QueueError> {
        let seconds = delay.clamp(SignedDuration::ZERO, VISIBILITY_MAX).as_secs();
        let seconds = i32::try_from(seconds).unwrap_or(i32::MAX);
        for receipts in receipts.chunks(BATCH_MAX) {
            let mut request = self.client.change_message_visibility_batch().queue_url(&self.url);
            for (place, receipt) in receipts.iter().enumerate() {
                let entry = ChangeMessageVisibilityBatchRequestEntry::builder()
                    .id(place.to_string())
                    .receipt_handle(*receipt)
                    .visibility_timeout(seconds)
                    .build()
                    .map_err(|error| QueueError(Box::new(error)))?;
                request = request.entries(entry);
            }
            let answer = request.send().await.map_err(|error| QueueError(Box::new(error)))?;
            if let Some(failed) = answer.failed().first() {
                return Err(QueueError(format!("{}: refused", failed.code()).into()));
            }
        }
        Ok(())
    }
}

/// Slices that fit one request each.
fn batches(entries: &[Entry]) -> Vec<&[Entry]> {
    let mut batches = Vec::new();
    let mut start = 0;
    let mut bytes = 0;
    for (place, entry) in entries.iter().enumerate() {
        let full = place - start == BATCH_MAX || bytes + entry.body.len() > BATCH_BYTES_MAX;
        if full && place > start {
            batches.push(&entries[start..place]);
            (start, bytes) = (place, 0);
        }
        bytes += entry.body.len();
    }
    if start < entries.len() {
        batches.push(&entries[start..]);
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_hold_ten_and_no_more_than_fits() {
        let entries = |sizes: &[usize]| -> Vec<Entry> {
            sizes.iter().map(|size| Entry { body: "x".repeat(*size), order: None }).collect()
        };
        let lengths = |sizes: &[usize]| -> Vec<usize> {
            batches(&entries(sizes)).iter().map(|batch| batch.len()).collect()
        };
        assert_eq!(lengths(&[]), Vec::<usize>::new());
        assert_eq!(lengths(&[1; 25]), [10, 10, 5]);
        assert_eq!(lengths(&[200_000, 100_000, 1]), [1, 2]);
        assert_eq!(lengths(&[300_000, 1]), [1, 1]);
    }
}
