//! What Confab tells the world on the event bus: past tense, versioned in the name.
//!
//! An event names what changed and carries no words, names or addresses: whoever may see them asks
//! the API. Delivery is at least once; `id` tells repetitions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::conversation::{Event, EventKind, OutKind};
use crate::delivery::DeliveryStatus;
use crate::id::{ConversationId, Seq, UserId, WorkspaceId};
use crate::job::EventName;
use crate::workspace::Presence;

/// The source all events name.
pub const SOURCE: &str = "confab";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusEvent {
    pub kind: BusKind,
    pub detail: Detail,
}

macro_rules! kinds {
    ($($(#[doc = $says:literal])+ $name:ident = $text:literal,)*) => {
        /// What happened; the text is the event's `detail-type`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum BusKind {
            $($(#[doc = $says])+ $name,)*
        }

        impl BusKind {
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// The kind that is called so, if it is one of ours.
            pub fn named(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
            }

            /// What has happened, in words.
            pub fn says(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($says),+).trim_ascii_start(),)*
                }
            }
        }
    };
}

kinds! {
    /// A conversation has begun.
    ConversationOpened = "conversation.opened.v1",
    /// A closed conversation is open again: the same one, in a new episode.
    ConversationReopened = "conversation.reopened.v1",
    /// A conversation was closed, by somebody or by itself.
    ConversationClosed = "conversation.closed.v1",
    /// A conversation has fallen Inactive: the contact has been silent for as long as the
    /// workspace says. Nothing is written to the log; `at` is when it fell.
    ConversationInactive = "conversation.inactive.v1",
    /// Somebody set the status by hand.
    ConversationStatusSet = "conversation.status_set.v1",
    /// A conversation is out of the inboxes until a time.
    ConversationSnoozed = "conversation.snoozed.v1",
    /// A snooze has ended.
    ConversationWoken = "conversation.woken.v1",
    /// Whose a conversation is has changed, or which group it belongs to; possibly nobody's.
    ConversationAssigned = "conversation.assigned.v1",
    /// Who may see a conversation has changed.
    ConversationVisibilitySet = "conversation.visibility_set.v1",
    /// Somebody has the conversation to themselves for a while.
    ConversationClaimed = "conversation.claimed.v1",
    /// A claim was given back.
    ConversationUnclaimed = "conversation.unclaimed.v1",
    /// A program has given the conversation to people.
    ConversationHandedOff = "conversation.handed_off.v1",
    /// A person has given the conversation to a program.
    ConversationHandedBack = "conversation.handed_back.v1",
    /// A private note was written.
    ConversationNoted = "conversation.noted.v1",
    /// The labels have changed.
    ConversationLabelled = "conversation.labelled.v1",
    /// The conversation is gone; its tombstone stays.
    ConversationDeleted = "conversation.deleted.v1",
    /// Somebody wrote to a colleague, in a chat among users.
    InternalSaid = "internal.said.v1",
    /// An invoice of this conversation waits to be paid.
    InvoiceIssued = "invoice.issued.v1",
    /// It was paid.
    InvoicePaid = "invoice.paid.v1",
    /// The contact is no longer heard.
    ContactBlocked = "contact.blocked.v1",
    /// The contact is heard again.
    ContactUnblocked = "contact.unblocked.v1",
    /// A user calls the contact otherwise. Each conversation that takes up the name tells it.
    ContactRenamed = "contact.renamed.v1",
    /// The contact has written.
    MessageReceived = "message.received.v1",
    /// An outbound message was accepted and is on its way.
    MessageQueued = "message.queued.v1",
    /// An outbound message was accepted and waits for opening hours.
    MessageHeld = "message.held.v1",
    /// A message that waited is on its way.
    MessageReleased = "message.released.v1",
    /// A message that waited was taken back.
    MessageCancelled = "message.cancelled.v1",
    /// The responders were asked about an inbound message, and none had an answer.
    MessageUnanswered = "message.unanswered.v1",
    /// A user has said whether an automatic answer was right.
    AnswerMarked = "answer.marked.v1",
    /// A message was edited, deleted or reacted to.
    MessageRemarked = "message.remarked.v1",
    /// An outbound message has travelled further, or failed; `seq` is the message's, `status` how
    /// far it is. Statuses may come in any order.
    MessageDelivery = "message.delivery.v1",
    /// A file of an inbound message has come, or never will; `seq` is the message's.
    MessageFile = "message.file.v1",
    /// The contact has said whether they want to be written to.
    ConsentChanged = "consent.changed.v1",
    /// A user has said that they are there, away, or gone. That somebody has not said so for five
    /// minutes is not told.
    UserPresence = "user.presence.v1",
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
    /// Who speaks, in a message of ours that was accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<OutKind>,
    /// Whether a person takes the conversation from the responders.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub takes_over: bool,
    /// Whether FAQs were asked for what is said, or in vain.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub faqs_asked: bool,
}

/// What is told of a user who says whether they are there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceDetail {
    /// The same for every repetition of the same event.
    pub id: String,
    pub at: Timestamp,
    pub workspace: WorkspaceId,
    pub user: UserId,
    pub presence: Presence,
}

impl PresenceDetail {
    pub fn new(workspace: &WorkspaceId, user: &UserId, presence: Presence, at: Timestamp) -> Self {
        let id = format!("{workspace}-{user}-{}", at.as_millisecond());
        Self { id, at, workspace: workspace.clone(), user: user.clone(), presence }
    }
}

/// Kinds that tell of something kept beside a log; all others tell of an entry of one, which the feed
/// and the tiles follow.
pub const BESIDE_THE_LOG: [BusKind; 4] = [
    BusKind::ConversationInactive,
    BusKind::MessageDelivery,
    BusKind::MessageFile,
    BusKind::UserPresence,
];

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
                by: event.kind.outgoing().map(|message| message.kind),
                takes_over: event.kind.takes_over(),
                faqs_asked: event.kind.matching().is_some(),
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
                by: None,
                takes_over: false,
                faqs_asked: false,
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
                by: None,
                takes_over: false,
                faqs_asked: false,
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
                by: None,
                takes_over: false,
                faqs_asked: false,
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
        EventKind::Unanswered { .. } => BusKind::MessageUnanswered,
        EventKind::AnswerMarked { .. } => BusKind::AnswerMarked,
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
        EventKind::Renamed { .. } => BusKind::ContactRenamed,
        EventKind::Deleted => BusKind::ConversationDeleted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(kind: BusKind) -> String {
        if kind == BusKind::UserPresence {
            let at = "2026-11-20T09:00:00Z".parse().unwrap();
            let (workspace, ada) = ("acme".parse().unwrap(), "ada".parse().unwrap());
            let detail = PresenceDetail::new(&workspace, &ada, Presence::Online, at);
            return serde_json::to_string_pretty(&detail).unwrap();
        }
        serde_json::to_string_pretty(&change(kind).detail).unwrap()
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "all entries of a log are told alike")]
    fn change(kind: BusKind) -> BusEvent {
        let at = "2026-11-20T09:00:00Z".parse().unwrap();
        let conversation = ConversationId::new(at, [7; 10]);
        let workspace: WorkspaceId = "acme".parse().unwrap();
        let seq = Seq::new(3);
        let message = EventName { workspace: workspace.clone(), conversation, seq };
        match kind {
            BusKind::ConversationInactive => BusEvent::inactive(&workspace, conversation, at),
            BusKind::MessageDelivery => {
                BusEvent::delivery(&message, 1, DeliveryStatus::Delivered, at)
            }
            BusKind::MessageFile => BusEvent::file(&message, 0, at),
            _ => BusEvent {
                kind,
                detail: Detail {
                    id: message.deduplication(),
                    at,
                    workspace,
                    conversation,
                    seq: Some(seq),
                    status: None,
                    by: (kind == BusKind::MessageQueued).then_some(OutKind::Human),
                    takes_over: kind == BusKind::MessageQueued,
                    faqs_asked: false,
                },
            },
        }
    }

    fn page() -> String {
        let mut text = String::from(
            "# What the bus is told\n\n\
             Written by the test `every_kind_is_documented` (run it with `UPDATE=1` after a change on \
             purpose).\n\
             All events have the source `confab`. The `detail-type` names the kind and its version; \
             the detail names what changed and carries no words, names or addresses: whoever may see \
             them asks the API.\n\
             Delivery is at least once and in no order: `id` tells repetitions, `seq` is the number \
             in the conversation's log.\n",
        );
        for kind in BusKind::ALL {
            let detail = sample(*kind);
            let (name, says) = (kind.as_str(), kind.says());
            text.push_str(&format!("\n## `{name}`\n\n{says}\n\n```json\n{detail}\n```\n"));
        }
        text
    }

    /// What is documented is what is told (`UPDATE=1` writes it).
    #[test]
    #[expect(clippy::disallowed_methods, reason = "a switch for whoever runs the tests")]
    fn every_kind_is_documented() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/events.md");
        let page = page();
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &page).unwrap();
        }
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(kept, page, "docs/events.md is not what the code tells");
    }

    #[test]
    fn a_kind_is_versioned_and_named_once() {
        let names: std::collections::BTreeSet<&str> =
            BusKind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(names.len(), BusKind::ALL.len());
        assert!(names.iter().all(|name| name.ends_with(".v1")));
    }
}
