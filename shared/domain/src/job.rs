//! Requests from one stage to the next, as they stand on a queue: imperative, and versioned in
//! their name, because a queue outlives a deployment.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{AccountId, ConversationId, Seq, WorkspaceId};
use crate::private::Words;

/// On the inbound and receipts queues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job")]
pub enum InboundJob {
    /// Reads a verified part of a webhook.
    #[serde(rename = "webhook.v1")]
    WebhookV1(WebhookPart),
}

/// Something a provider said to an account, verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookPart {
    pub account: AccountId,
    pub received_at: Timestamp,
    pub body: Words,
}

/// On the answers queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job")]
pub enum AnswerJob {
    /// Offers the turn of an inbound message to the responders.
    #[serde(rename = "answer.v1")]
    AnswerV1(EventName),
}

/// On the outbound queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job")]
pub enum OutboundJob {
    /// Sends an accepted message.
    #[serde(rename = "send.v1")]
    SendV1(EventName),
}

/// On the media queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job")]
pub enum MediaJob {
    /// Fetches a file of an inbound message.
    #[serde(rename = "fetch.v1")]
    FetchV1 {
        #[serde(flatten)]
        message: EventName,
        /// The place of the file in its message, from 0.
        file: usize,
    },
}

/// An event, wherever it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EventName {
    pub workspace: WorkspaceId,
    pub conversation: ConversationId,
    pub seq: Seq,
}

impl EventName {
    /// What a queue recognises a repeated job by.
    pub fn deduplication(&self) -> String {
        format!("{}-{}", self.conversation, self.seq)
    }
}
