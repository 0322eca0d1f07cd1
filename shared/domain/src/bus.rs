//! What Confab tells the world on the event bus: past tense, versioned in the name.
//!
//! An event names what changed and carries no words, names or addresses: whoever may see them asks
//! the API. Delivery is at least once; `id` tells repetitions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::conversation::{Event, EventKind};
use crate::delivery::DeliveryStatus;
use crate::id::{ConversationId, Seq, WorkspaceId};
use crate::job::EventName;

/// The source all events name.
pub const SOURCE: &str = "confab";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusEvent {
    pub kind: BusKind,
    pub detail: Detail,
}

/// What happened; the text is the event's `detail-type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BusKind {
    ConversationOpened,
    ConversationReopened,
    ConversationClosed,
    ConversationInactive,
    MessageReceived,
    MessageQueued,
    MessageHeld,
    MessageReleased,
    MessageRemarked,
    MessageDelivery,
    MessageFile,
    ConsentChanged,
}

impl BusKind {
    pub const ALL: [Self; 12] = [
        Self::ConversationOpened,
        Self::ConversationReopened,
        Self::ConversationClosed,
        Self::ConversationInactive,
        Self::MessageReceived,
        Self::MessageQueued,
        Self::MessageHeld,
        Self::MessageReleased,
        Self::MessageRemarked,
        Self::MessageDelivery,
        Self::MessageFile,
        Self::ConsentChanged,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::ConversationOpened => "conversation.opened.v1",
            Self::ConversationReopened => "conversation.reopened.v1",
            Self::ConversationClosed => "conversation.closed.v1",
            Self::ConversationInactive => "conversation.inactive.v1",
            Self::MessageReceived => "message.received.v1",
            Self::MessageQueued => "message.queued.v1",
            Self::MessageHeld => "message.held.v1",
            Self::MessageReleased => "message.released.v1",
            Self::MessageRemarked => "message.remarked.v1",
            Self::MessageDelivery => "message.delivery.v1",
            Self::MessageFile => "message.file.v1",
            Self::ConsentChanged => "consent.changed.v1",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// The same for every repetition of the same event.
    pub id: String,
    pub at: Timestamp,
    pub workspace: WorkspaceId,
    pub conversation: ConversationId,
    /// The number of the event in the log, or of the message a delivery is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<Seq>,
    /// How far the message has travelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<DeliveryStatus>,
}

impl BusEvent {
    /// What the bus hears of an entry of a log.
    pub fn of(workspace: &WorkspaceId, conversation: ConversationId, event: &Event) -> Self {
        let kind = match event.kind {
            EventKind::Opened(_) => BusKind::ConversationOpened,
            EventKind::Reopened => BusKind::ConversationReopened,
            EventKind::Received(_) => BusKind::MessageReceived,
            EventKind::Queued(_) => BusKind::MessageQueued,
            EventKind::Held { .. } => BusKind::MessageHeld,
            EventKind::Released { .. } => BusKind::MessageReleased,
            EventKind::Remarked(_) => BusKind::MessageRemarked,
            EventKind::ConsentHeard(_) => BusKind::ConsentChanged,
            EventKind::Closed(_) => BusKind::ConversationClosed,
        };
        Self {
            kind,
            detail: Detail {
                id: format!("{conversation}-{}", event.seq),
                at: event.at,
                workspace: workspace.clone(),
                conversation,
                seq: Some(event.seq),
                status: None,
            },
        }
    }

    /// A message has travelled further.
    pub fn delivery(
        message: &EventName,
        attempt: usize,
        status: DeliveryStatus,
        at: Timestamp,
    ) -> Self {
        Self {
            kind: BusKind::MessageDelivery,
            detail: Detail {
                id: format!("{}-{}-{attempt}-{}", message.conversation, message.seq, status.rank()),
                at,
                workspace: message.workspace.clone(),
                conversation: message.conversation,
                seq: Some(message.seq),
                status: Some(status),
            },
        }
    }

    /// A file of an inbound message has come, or will not.
    pub fn file(message: &EventName, file: usize, at: Timestamp) -> Self {
        Self {
            kind: BusKind::MessageFile,
            detail: Detail {
                id: format!("{}-{}-file-{file}", message.conversation, message.seq),
                at,
                workspace: message.workspace.clone(),
                conversation: message.conversation,
                seq: Some(message.seq),
                status: None,
            },
        }
    }

    /// A conversation has fallen Inactive.
    pub fn inactive(
        workspace: &WorkspaceId,
        conversation: ConversationId,
        expired_at: Timestamp,
    ) -> Self {
        Self {
            kind: BusKind::ConversationInactive,
            detail: Detail {
                id: format!("{conversation}-inactive-{}", expired_at.as_second()),
                at: expired_at,
                workspace: workspace.clone(),
                conversation,
                seq: None,
                status: None,
            },
        }
    }
}
