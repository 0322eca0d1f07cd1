//! Requests from one stage to the next, as they stand on a queue: imperative, and versioned in
//! their name, because a queue outlives a deployment.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::bus::{BusEvent, Detail};
use crate::conversation::{Actor, Base, Event, EventKind, OutKind, ReplyTo};
use crate::id::{AccountId, ConversationId, Seq, WorkspaceId};
use crate::private::Words;
use crate::workspace::Workspace;

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
    AnswerV1 {
        #[serde(flatten)]
        message: EventName,
        /// Whether it is the contact's first message to the workspace.
        first_ever: bool,
    },
}

/// On the outbound queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job")]
pub enum OutboundJob {
    /// Sends an accepted message.
    #[serde(rename = "send.v1")]
    SendV1 {
        #[serde(flatten)]
        message: EventName,
        /// The account it goes out through, whose pace is looked at before anything is claimed.
        account: AccountId,
        /// The attempt it was made for, from 1: another attempt is another job.
        attempt: usize,
    },
}

/// On the changes queue, where a rule of the bus puts what it hears: a conversation's log has
/// grown. The envelope's other parts are the bus's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What happened, as the bus calls it.
    #[serde(rename = "detail-type", default)]
    pub kind: String,
    pub detail: Detail,
}

/// On the routing queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job")]
pub enum RoutingJob {
    /// Gives what waits in the queue to whoever can take it.
    #[serde(rename = "route.v1")]
    RouteV1 {
        workspace: WorkspaceId,
        /// The conversation that it is about, which a list may not have yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation: Option<ConversationId>,
        /// Whether it is open again, and those who had it may have to give it up.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        reopened: bool,
        /// What asks for it: the same cause is the same job.
        cause: String,
    },
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

/// On the publishing queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job")]
pub enum PublishJob {
    /// Prepares a version of a workspace's FAQs.
    #[serde(rename = "publish-faqs.v1")]
    PublishFaqsV1 { workspace: WorkspaceId, version: u32 },
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

/// What has to be handed on once events are committed. The same events give the same follow-ups,
/// so whoever repeats them repeats nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FollowUps {
    pub answers: Vec<AnswerJob>,
    pub sends: Vec<OutboundJob>,
    pub fetches: Vec<MediaJob>,
    pub routes: Vec<RoutingJob>,
    pub told: Vec<BusEvent>,
}

/// Whether responders may want the turn of an inbound message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Responding {
    Possible,
    /// The workspace has none, or a human handles the conversation.
    No,
}

impl FollowUps {
    /// The sending of a message that is queued, and nothing else.
    pub fn send(message: EventName, account: AccountId, attempt: usize) -> Self {
        Self { sends: vec![OutboundJob::SendV1 { message, account, attempt }], ..Self::default() }
    }

    /// What follows, and the routing of what these events leave to nobody, or whose capacity they
    /// free, if the workspace's routing chooses anybody.
    #[must_use]
    pub fn routed(
        mut self,
        workspace: &Workspace,
        conversation: ConversationId,
        events: &[Event],
    ) -> Self {
        let routing = &workspace.rules.routing;
        let asks = |event: &&Event| asks_for_routing(event, routing.open_max.is_some());
        if let Some(event) = events.iter().rev().find(asks).filter(|_| routing.chooses()) {
            self.routes.push(RoutingJob::RouteV1 {
                workspace: workspace.id.clone(),
                conversation: Some(conversation),
                reopened: events
                    .iter()
                    .any(|event| matches!(event.kind, EventKind::Reopened { .. })),
                cause: format!("{conversation}-{}", event.seq),
            });
        }
        self
    }

    pub fn of(
        workspace: &WorkspaceId,
        conversation: ConversationId,
        events: &[Event],
        responding: Responding,
    ) -> Self {
        let mut all = Self::default();
        for event in events {
            let name = |seq| EventName { workspace: workspace.clone(), conversation, seq };
            if !matches!(&event.kind, EventKind::Opened(opened) if opened.base == Base::Unopened) {
                all.told.push(BusEvent::of(workspace, conversation, event));
            }
            if let EventKind::Received(received) = &event.kind {
                if responding == Responding::Possible && !received.automatic {
                    let first_ever = received.reply_to == ReplyTo::First;
                    let message = name(event.seq);
                    all.answers.push(AnswerJob::AnswerV1 { message, first_ever });
                }
                let files = 0..received.content.files().len();
                all.fetches
                    .extend(files.map(|file| MediaJob::FetchV1 { message: name(event.seq), file }));
            }
            let send = |seq, account: &AccountId| OutboundJob::SendV1 {
                message: name(seq),
                account: account.clone(),
                attempt: 1,
            };
            if let EventKind::Queued(message) = &event.kind
                && message.kind != OutKind::Native
            {
                all.sends.push(send(event.seq, &message.via.account));
            }
            if let EventKind::Released { held, via, .. } = &event.kind {
                all.sends.push(send(*held, &via.account));
            }
        }
        all
    }
}

/// Whether an event leaves a conversation to nobody, or, if users have only so much room, may have
/// made some.
fn asks_for_routing(event: &Event, room_counts: bool) -> bool {
    match &event.kind {
        EventKind::Opened(opened) => opened.base != Base::Unopened && opened.assignees.is_empty(),
        EventKind::Reopened { .. } | EventKind::HandedOff { .. } | EventKind::Woken => true,
        EventKind::VisibilitySet { assignees, .. } => assignees.is_empty() || room_counts,
        EventKind::Assigned(assigned) => {
            assigned.assignees.is_empty() || (room_counts && event.actor != Actor::System)
        }
        EventKind::Closed(_) | EventKind::Deleted => room_counts,
        EventKind::Received(_)
        | EventKind::Queued(_)
        | EventKind::Held { .. }
        | EventKind::Released { .. }
        | EventKind::Cancelled { .. }
        | EventKind::Remarked(_)
        | EventKind::ConsentHeard(_)
        | EventKind::StatusSet { .. }
        | EventKind::Snoozed { .. }
        | EventKind::Claimed(_)
        | EventKind::Unclaimed
        | EventKind::HandedBack { .. }
        | EventKind::Unanswered { .. }
        | EventKind::AnswerMarked { .. }
        | EventKind::Noted { .. }
        | EventKind::Said { .. }
        | EventKind::Labelled { .. }
        | EventKind::InvoiceIssued { .. }
        | EventKind::InvoicePaid { .. }
        | EventKind::Blocked
        | EventKind::Unblocked
        | EventKind::Renamed { .. } => false,
    }
}
