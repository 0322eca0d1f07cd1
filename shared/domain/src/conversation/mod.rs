//! A conversation: its state, and the rules that change it.
//!
//! Every change is [`decide`] then [`Conversation::apply`], both pure. `decide` answers a command
//! with events or with a refusal that says why; `apply` folds an event into the state. The state
//! is small, because it is loaded and written with every message; what was said is in the log.

mod access;
mod apply;
mod claim;
mod decide;
mod event;
mod lifecycle;
mod machine;
mod message;
mod ownership;
mod receive;
mod refusal;
mod rule;
mod send;
mod status;
#[cfg(test)]
mod tests;
mod work;

pub use access::{Assignee, Audience, ContactDefaults, Visibility};
pub use claim::{ClaimBy, Lease, Steal};
pub use decide::{Command, Decided, Decision, Facts, Party, decide};
pub use event::{
    Actor, Assigned, AssignedWhy, Automatic, Campaign, Claimed, CloseReason, Closed, ConsentHeard,
    Event, EventKind, Holds, Opened, OpenedBy, OutKind, Outgoing, Quote, Received, Remarked,
    ReplyTo, Via,
};
pub use lifecycle::{Close, Open, OpenedFor, Reopen};
pub use machine::{AUTOMATIC_MAX, AUTOMATIC_WITHIN, AutoSend, Handoff, PassTurn};
pub use ownership::{Assign, Candidate, Group};
pub use receive::{Echo, Quoted, Receive, RemarkOn, wish};
pub use refusal::Refusal;
pub use rule::Rule;
pub use send::{CampaignSend, Reply, To, check_dispatch};
pub use status::{ShownStatus, StatusPreset};
pub use work::{LABELS_MAX, Note, SetStatus};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::consent::Consent;
use crate::id::{
    AccountId, ContactId, ConversationId, GroupId, InvoiceId, QuickReplyId, Seq, UserId,
    WorkspaceId,
};
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
    /// Who is responsible, the first of them before all.
    pub assignees: Vec<Assignee>,
    pub group: Option<GroupId>,
    pub visibility: Visibility,
    /// The exclusive right to reply, and for how long.
    pub lease: Option<Lease>,
    /// How often that right, or the handler, has changed hands.
    pub epoch: u32,
    /// Out of the inboxes until then.
    pub snoozed_until: Option<Timestamp>,
    pub labels: Vec<String>,
    /// The campaign it answers.
    pub campaign: Option<Campaign>,
    /// The campaign of the latest campaign message.
    pub last_campaign: Option<Campaign>,
    pub unpaid: Vec<InvoiceId>,
    pub blocked: bool,
    /// Until when the assignees have to have answered, or the next is asked.
    pub answer_by: Option<Timestamp>,
    /// Who was asked and did not answer in time.
    pub tried: Vec<UserId>,
    /// The ways this conversation reaches the contact, the most recently used last.
    pub identities: Vec<Identity>,
    pub last_in: Option<LastIn>,
    pub last_out: Option<LastOut>,
    /// The latest message among users, in an internal chat.
    pub last_said: Option<LastSaid>,
    /// The last user to have written to the contact.
    pub replier: Option<UserId>,
    /// Messages that wait for opening hours.
    pub held: Vec<Seq>,
    /// Set by the opening and moved by the contact's messages only; from then on the conversation is
    /// shown Inactive.
    pub activity_expires_at: Timestamp,
    /// The contact's messages after this number are unreplied.
    pub clear_seq: Seq,
    /// How many those are, while it is open.
    pub unreplied: u32,
    /// When the first unreplied message was written.
    pub waiting_since: Option<Timestamp>,
    /// What was unreplied when it was closed, for whoever reopens it.
    pub set_aside: Option<SetAside>,
    /// The latest inbound message an automatic reply has answered.
    pub answered_seq: Seq,
    /// What responders have said of late, and the latest word of each that speaks once in a period.
    pub said: Vec<Said>,
    /// The latest inbound message to which the responders had nothing to say.
    pub passed_seq: Seq,
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
    /// Only a campaign has written: nothing that anybody sees, until the contact answers.
    Unopened,
    New,
    Active,
    Pending,
    Resolved {
        closed_at: Timestamp,
        reason: CloseReason,
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
            Self::Unopened | Self::Resolved { .. } | Self::Deleted { .. } => false,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unopened => "unopened",
            Self::New => "new",
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Resolved { .. } => "resolved",
            Self::Deleted { .. } => "deleted",
        }
    }
}

/// What there is at most one open conversation of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    #[default]
    Contact,
    Account(AccountId),
    /// A chat among users: the contact stands for the set of them.
    Internal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitingOn {
    Agent,
    Customer,
    ThirdParty,
    Nobody,
}

/// Who answers now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handler {
    Nobody,
    /// The workspace's responders.
    Auto,
    Bot(UserId),
    Ai(UserId),
    Human,
}

impl Handler {
    /// Whether a program answers: owners are not told of each message then.
    pub fn is_machine(&self) -> bool {
        match self {
            Self::Bot(_) | Self::Ai(_) => true,
            Self::Nobody | Self::Auto | Self::Human => false,
        }
    }
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

/// The latest message among users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastSaid {
    pub seq: Seq,
    pub at: Timestamp,
    pub by: UserId,
}

/// What was unreplied when a conversation was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetAside {
    pub unreplied: u32,
    pub waiting_since: Timestamp,
}

/// A responder's latest word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub responder: ResponderKind,
    /// Which of them, if it was a quick reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quick_reply: Option<QuickReplyId>,
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

    pub fn identity_by(&self, via: &Via) -> Option<&Identity> {
        self.identities.iter().find(|known| known.via == *via)
    }

    /// When the contact last wrote by `via`.
    pub fn last_in_by(&self, via: &Via) -> Option<Timestamp> {
        self.identity_by(via).and_then(|identity| identity.last_in_at)
    }

    /// The number of the latest message of anybody, also of one that waits for opening hours.
    pub fn last_message(&self) -> Option<Seq> {
        let received = self.last_in.map(|last| last.seq);
        let sent = self.last_out.as_ref().map(|last| last.seq);
        let said = self.last_said.as_ref().map(|last| last.seq);
        [received, sent, said, self.held.iter().max().copied()].into_iter().flatten().max()
    }

    /// When anybody has last written; when it was opened, if nobody has.
    pub fn last_activity_at(&self) -> Timestamp {
        let received = self.last_in.map(|last| last.at);
        let sent = self.last_out.as_ref().map(|last| last.at);
        let said = self.last_said.as_ref().map(|last| last.at);
        let last = [received, sent, said].into_iter().flatten().max();
        last.unwrap_or(self.opened_at)
    }
}
