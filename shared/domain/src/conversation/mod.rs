//! A conversation: its state, and the rules that change it.
//!
//! Every change is [`decide`] then [`Conversation::apply`], both pure. `decide` answers a command
//! with events or with a refusal that says why; `apply` folds an event into the state. The state
//! is small, because it is loaded and written with every message; what was said is in the log.

mod apply;
mod decide;
mod event;
mod refusal;
mod send;
mod status;
#[cfg(test)]
mod tests;

pub use decide::{
    Close, Command, Decided, Decision, Facts, Party, Quoted, Receive, RemarkOn, decide,
};
pub use event::{
    Actor, Closed, ConsentHeard, Event, EventKind, Opened, OpenedBy, OutKind, Outgoing, Quote,
    Received, Remarked, ReplyTo, Rule, Via,
};
pub use refusal::Refusal;
pub use send::{AutoSend, Echo, Reply, To, check_dispatch};
pub use status::{ShownStatus, StatusPreset};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::consent::Consent;
use crate::id::{AccountId, ContactId, ConversationId, Seq, UserId, WorkspaceId};
use crate::private::Words;
use crate::responder::ResponderKind;

/// The state of a conversation at its latest event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    pub id: ConversationId,
    pub workspace: WorkspaceId,
    pub contact: ContactId,
    pub contact_name: Option<Words>,
    pub scope: Scope,
    pub base: Base,
    pub waiting_on: WaitingOn,
    pub handler: Handler,
    pub assignees: Vec<UserId>,
    /// The ways this conversation reaches the contact, the most recently used last.
    pub identities: Vec<Identity>,
    pub last_in: Option<LastIn>,
    pub last_out: Option<LastOut>,
    /// Set by the opening and moved by the contact's messages only; from then on the conversation is
    /// shown Inactive.
    pub activity_expires_at: Timestamp,
    /// The contact's messages after this number are unreplied.
    pub clear_seq: Seq,
    pub unreplied: u32,
    /// When the first unreplied message was written.
    pub waiting_since: Option<Timestamp>,
    /// The latest inbound message an automatic reply has answered.
    pub answered_seq: Seq,
    /// The latest word of each responder.
    pub said: Vec<Said>,
    pub inbound_count: u32,
    /// The number of the latest event, and so the number of events.
    pub seq: Seq,
    /// How many times it has been opened.
    pub episode: u32,
    pub opened_at: Timestamp,
    pub opened_by: OpenedBy,
    /// The first human answer of this episode.
    pub first_response_at: Option<Timestamp>,
}

/// The stored part of the status. *Inactive* is not among them: it is open and past
/// `activity_expires_at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "base", rename_all = "snake_case")]
pub enum Base {
    New,
    Active,
    Pending,
    Resolved {
        closed_at: Timestamp,
    },
    /// A tombstone.
    Deleted {
        deleted_at: Timestamp,
    },
}

impl Base {
    pub fn is_open(self) -> bool {
        match self {
            Self::New | Self::Active | Self::Pending => true,
            Self::Resolved { .. } | Self::Deleted { .. } => false,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Resolved { .. } => "resolved",
            Self::Deleted { .. } => "deleted",
        }
    }
}

/// What there is at most one open conversation of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    Contact,
    Account(AccountId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitingOn {
    Agent,
    Customer,
    Nobody,
}

/// Who answers now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handler {
    Nobody,
    Auto,
    Human,
}

/// One way the conversation reaches its contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub via: Via,
    /// The contact's last message on it, which the customer service window is counted from.
    pub last_in_at: Option<Timestamp>,
    pub consent: Consent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastIn {
    pub seq: Seq,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastOut {
    pub seq: Seq,
    pub at: Timestamp,
    pub by: Actor,
    pub kind: OutKind,
}

/// A responder's latest word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub responder: ResponderKind,
    pub at: Timestamp,
}

impl Conversation {
    /// The way of reaching the contact on `account`, or the one used last.
    pub fn identity(&self, account: Option<&AccountId>) -> Option<&Identity> {
        match account {
            Some(account) => {
                self.identities.iter().rev().find(|known| known.via.account == *account)
            }
            None => self.identities.last(),
        }
    }

    fn identity_mut(&mut self, via: &Via) -> &mut Identity {
        let place = match self.identities.iter().position(|known| known.via == *via) {
            Some(place) => place,
            None => {
                self.identities.push(Identity {
                    via: via.clone(),
                    last_in_at: None,
                    consent: Consent::Unasked,
                });
                self.identities.len() - 1
            }
        };
        &mut self.identities[place]
    }

    pub fn identity_by(&self, via: &Via) -> Option<&Identity> {
        self.identities.iter().find(|known| known.via == *via)
    }

    /// When the contact last wrote by `via`.
    pub fn last_in_by(&self, via: &Via) -> Option<Timestamp> {
        self.identity_by(via).and_then(|identity| identity.last_in_at)
    }
}
