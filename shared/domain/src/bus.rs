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

macro_rules! kinds {
    ($($name:ident = $text:literal,)*) => {
        /// What happened; the text is the event's `detail-type`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum BusKind {
            $($name,)*
        }

        impl BusKind {
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

kinds! {
    ConversationOpened = "conversation.opened.v1",
    ConversationReopened = "conversation.reopened.v1",
    ConversationClosed = "conversation.closed.v1",
    ConversationInactive = "conversation.inactive.v1",
    ConversationStatusSet = "conversation.status_set.v1",
    ConversationSnoozed = "conversation.snoozed.v1",
    ConversationWoken = "conversation.woken.v1",
    ConversationAssigned = "conversation.assigned.v1",
    ConversationVisibilitySet = "conversation.visibility_set.v1",
    ConversationClaimed = "conversation.claimed.v1",
    ConversationUnclaimed = "conversation.unclaimed.v1",
    ConversationHandedOff = "conversation.handed_off.v1",
    ConversationHandedBack = "conversation.handed_back.v1",
    ConversationNoted = "conversation.noted.v1",
    ConversationLabelled = "conversation.labelled.v1",
    ConversationDeleted = "conversation.deleted.v1",
    InternalSaid = "internal.said.v1",
    InvoiceIssued = "invoice.issued.v1",
    InvoicePaid = "invoice.paid.v1",
    ContactBlocked = "contact.blocked.v1",
    ContactUnblocked = "contact.unblocked.v1",
    MessageReceived = "message.received.v1",
    MessageQueued = "message.queued.v1",
    MessageHeld = "message.held.v1",
    MessageReleased = "message.released.v1",
    MessageCancelled = "message.cancelled.v1",
    MessageRemarked = "message.remarked.v1",
    MessageDelivery = "message.delivery.v1",
    MessageFile = "message.file.v1",
    ConsentChanged = "consent.changed.v1",
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
        let kind = kind_of(&event.kind);
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

fn kind_of(kind: &EventKind) -> BusKind {
    match kind {
        EventKind::Opened(_) => BusKind::ConversationOpened,
        EventKind::Reopened { .. } => BusKind::ConversationReopened,
        EventKind::Received(_) => BusKind::MessageReceived,
        EventKind::Queued(_) => BusKind::MessageQueued,
        EventKind::Held { .. } => BusKind::MessageHeld,
        EventKind::Released { .. } => BusKind::MessageReleased,
        EventKind::Cancelled { .. } => BusKind::MessageCancelled,
        EventKind::Remarked(_) => BusKind::MessageRemarked,
        EventKind::ConsentHeard(_) => BusKind::ConsentChanged,
        EventKind::Closed(_) => BusKind::ConversationClosed,
        EventKind::StatusSet { .. } => BusKind::ConversationStatusSet,
        EventKind::Snoozed { .. } => BusKind::ConversationSnoozed,
        EventKind::Woken => BusKind::ConversationWoken,
        EventKind::Assigned(_) => BusKind::ConversationAssigned,
        EventKind::VisibilitySet { .. } => BusKind::ConversationVisibilitySet,
        EventKind::Claimed(_) => BusKind::ConversationClaimed,
        EventKind::Unclaimed => BusKind::ConversationUnclaimed,
        EventKind::HandedOff { .. } => BusKind::ConversationHandedOff,
        EventKind::HandedBack { .. } => BusKind::ConversationHandedBack,
        EventKind::Noted { .. } => BusKind::ConversationNoted,
        EventKind::Said { .. } => BusKind::InternalSaid,
        EventKind::Labelled { .. } => BusKind::ConversationLabelled,
        EventKind::InvoiceIssued { .. } => BusKind::InvoiceIssued,
        EventKind::InvoicePaid { .. } => BusKind::InvoicePaid,
        EventKind::Blocked => BusKind::ContactBlocked,
        EventKind::Unblocked => BusKind::ContactUnblocked,
        EventKind::Deleted => BusKind::ConversationDeleted,
    }
}
