//! What can happen to a conversation, as its log keeps it.
//!
//! An event is immutable, has a number without a gap, says who caused it and by which rule of the
//! transition table. How far an outbound message has travelled is not an event: it is kept beside
//! the message and merged by its lattice.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use super::message::{Automatic, Holds, OutKind, Outgoing, Quote, Received, Remarked, ReplyTo};
use super::{Base, Handler, Rule, Scope, Visibility, WaitingOn};
use crate::consent::ConsentChange;
use crate::content::{Content, File};
use crate::faq::Matching;
use crate::id::{AccountId, ContactId, FaqId, GroupId, InvoiceId, Seq, UserId};
use crate::private::{Address, Words};
use crate::responder::ResponderKind;

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub seq: Seq,
    pub at: Timestamp,
    pub actor: Actor,
    pub rule: Rule,
    pub kind: EventKind,
}

impl Event {
    /// The user who begins a conversation with a contact by this, or writes to one.
    pub fn sender(&self) -> Option<&UserId> {
        let Actor::User(user) = &self.actor else { return None };
        let sends = if let EventKind::Opened(opened) = &self.kind {
            opened.base != Base::Unopened && opened.via.is_some()
        } else {
            self.kind.outgoing().is_some()
        };
        sends.then_some(user)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    Contact,
    User(UserId),
    /// A program that answers in a person's place.
    Ai(UserId),
    Bot(UserId),
    Responder(ResponderKind),
    /// Somebody of the business, in the provider's own app.
    Business,
    System,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventKind {
    Opened(Opened),
    Reopened {
        handler: Handler,
    },
    Received(Received),
    /// An outbound message was accepted.
    Queued(Outgoing),
    /// An outbound message was accepted and waits for opening hours.
    Held {
        release_at: Timestamp,
        message: Outgoing,
    },
    /// A held message goes out.
    Released {
        held: Seq,
        via: Via,
        kind: OutKind,
        base: Base,
        /// As of a message that goes out at once.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        takes_over: bool,
    },
    /// The responders were asked, and none had an answer.
    Unanswered {
        /// The inbound message.
        message: Seq,
        matching: Matching,
    },
    /// A user says what an automatic answer was worth.
    AnswerMarked {
        /// The answer.
        message: Seq,
        faq: FaqId,
        right: bool,
    },
    /// A held message is taken back.
    Cancelled {
        held: Seq,
    },
    Remarked(Remarked),
    ConsentHeard(ConsentHeard),
    Closed(Closed),
    /// The status was set by hand.
    StatusSet {
        base: Base,
        waiting_on: WaitingOn,
    },
    Snoozed {
        until: Timestamp,
    },
    Woken,
    Assigned(Assigned),
    VisibilitySet {
        visibility: Visibility,
        /// Who is responsible from now on: nobody who cannot see it.
        assignees: Vec<UserId>,
    },
    Claimed(Claimed),
    /// The claim was given back, or taken from whom it was.
    Unclaimed,
    /// A program gives the conversation to people.
    HandedOff {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Words>,
    },
    /// A person gives it to a program.
    HandedBack {
        to: Handler,
    },
    /// A private note.
    Noted {
        content: Content,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mentions: Vec<UserId>,
    },
    /// A message among users, in an internal chat.
    Said {
        content: Content,
    },
    Labelled {
        labels: Vec<String>,
    },
    InvoiceIssued {
        invoice: InvoiceId,
    },
    InvoicePaid {
        invoice: InvoiceId,
    },
    Blocked,
    Unblocked,
    /// A user calls the contact so.
    Renamed {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<Words>,
    },
    Deleted,
}

impl EventKind {
    /// The message, if this is an outbound one.
    pub fn outgoing(&self) -> Option<&Outgoing> {
        if let Self::Queued(message) | Self::Held { message, .. } = self {
            Some(message)
        } else {
            None
        }
    }

    /// The message, if this is an inbound one.
    pub fn received(&self) -> Option<&Received> {
        if let Self::Received(received) = self { Some(received) } else { None }
    }

    /// The held message that this lets go.
    pub fn released(&self) -> Option<Seq> {
        if let Self::Released { held, .. } = self { Some(*held) } else { None }
    }

    /// The held message that this takes back.
    pub fn cancelled(&self) -> Option<Seq> {
        if let Self::Cancelled { held } = self { Some(*held) } else { None }
    }

    /// What the contact has said about being written to.
    pub fn heard(&self) -> Option<&ConsentHeard> {
        if let Self::ConsentHeard(heard) = self { Some(heard) } else { None }
    }

    /// What an inbound message was found to mean, where FAQs were asked.
    pub fn matching(&self) -> Option<&Matching> {
        if let Self::Unanswered { matching, .. } = self {
            Some(matching)
        } else {
            self.outgoing()?.automatic.as_ref()?.matching.as_ref()
        }
    }

    /// The inbound message that nobody had an answer to.
    pub fn passed(&self) -> Option<Seq> {
        if let Self::Unanswered { message, .. } = self { Some(*message) } else { None }
    }

    /// Whether a person takes the conversation from the responders.
    pub fn takes_over(&self) -> bool {
        if let Self::Queued(Outgoing { takes_over, .. })
        | Self::Released { takes_over, .. }
        | Self::Claimed(Claimed { takes_over, .. }) = self
        {
            *takes_over
        } else {
            false
        }
    }

    /// The inbound message that an automatic reply answers.
    pub fn answers(&self) -> Option<Seq> {
        self.outgoing()?.answers
    }

    /// One of our addresses and one of the contact's, if this is a message.
    pub fn via(&self) -> Option<&Via> {
        self.received()
            .map(|received| &received.via)
            .or(self.outgoing().map(|message| &message.via))
    }

    /// The files of what was said or noted.
    pub fn files(&self) -> &[File] {
        let content =
            if let Self::Noted { content, .. } = self { Some(content) } else { self.said() };
        content.map_or(&[], Content::files)
    }

    /// One of them, by its place.
    pub fn file(&self, place: usize) -> Option<&File> {
        self.files().get(place)
    }

    /// What was said, if this is a message: to or by the contact, or among users.
    pub fn said(&self) -> Option<&Content> {
        if let Self::Said { content } = self { Some(content) } else { self.content() }
    }

    /// What was said between us and the contact, if this is a message.
    pub fn content(&self) -> Option<&Content> {
        let received = self.received().map(|received| &received.content);
        received.or(self.outgoing().map(|message| &message.content))
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    pub contact: ContactId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_name: Option<Words>,
    pub scope: Scope,
    pub by: OpenedBy,
    /// The first way of reaching the contact, with what it has said about being written to; none
    /// for a chat among users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Via>,
    #[serde(default)]
    pub consent: crate::consent::Consent,
    /// When it falls Inactive if the contact stays silent.
    pub activity_expires_at: Timestamp,
    /// The contact's last message by that way, in an earlier conversation: the customer service
    /// window belongs to the address and not to the conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_in_at: Option<Timestamp>,
    /// The status it begins with.
    pub base: Base,
    pub handler: Handler,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
    #[serde(default)]
    pub visibility: Visibility,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignees: Vec<UserId>,
    /// Who wrote to the contact last, in an earlier conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replier: Option<UserId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenedBy {
    Contact,
    User(UserId),
    Business,
    /// A program, or a campaign.
    Automation,
}

/// What a reply may be to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    pub id: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// One of our addresses and one of the contact's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Via {
    pub account: AccountId,
    pub address: Address,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentHeard {
    pub via: Via,
    pub change: ConsentChange,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    pub reason: CloseReason,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Words>,
    /// How many messages were unreplied, for reports.
    pub unreplied: u32,
    /// Whether nobody is responsible any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unassigns: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    User,
    Automation,
    /// A Dialogflow agent said that the matter is done.
    Dialogflow,
    /// Its contact was merged into another.
    Merged,
    /// Nobody had anything to say for long.
    Idle,
    /// The contact was blocked.
    Spam,
}

impl CloseReason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Automation => "automation",
            Self::Dialogflow => "dialogflow",
            Self::Merged => "merged",
            Self::Idle => "idle",
            Self::Spam => "spam",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    pub assignees: Vec<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
    pub why: AssignedWhy,
    /// Until when they have to have answered, or the next is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<Timestamp>,
}

/// What chose the assignees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignedWhy {
    /// A user did.
    Chosen,
    /// The contact's own assignees.
    ContactDefault,
    /// They had it before it was closed.
    Kept,
    /// They wrote to the contact last.
    LastReplier,
    /// The contact is new, and such go to an admin.
    UnknownContact,
    RoundRobin,
    LeastOpen,
    Sticky,
    /// Whoever had it did not answer in time.
    NotAnswered,
}

impl AssignedWhy {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chosen => "chosen",
            Self::ContactDefault => "contact_default",
            Self::Kept => "kept",
            Self::LastReplier => "last_replier",
            Self::UnknownContact => "unknown_contact",
            Self::RoundRobin => "round_robin",
            Self::LeastOpen => "least_open",
            Self::Sticky => "sticky",
            Self::NotAnswered => "not_answered",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    pub by: UserId,
    pub epoch: u32,
    pub until: Timestamp,
    /// Who had it and lost it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<UserId>,
    /// Whether it is taken from the responders.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub takes_over: bool,
}
