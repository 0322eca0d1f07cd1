//! What can happen to a conversation, as its log keeps it.
//!
//! An event is immutable, has a number without a gap, says who caused it and by which rule of the
//! transition table. How far an outbound message has travelled is not an event: it is kept beside
//! the message and merged by its lattice.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Base, Scope};
use crate::consent::ConsentChange;
use crate::content::{Content, File, Referral};
use crate::id::{AccountId, ContactId, ProviderMessageId, Seq, UserId};
use crate::incoming::{Remark, Remarker};
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

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    Contact,
    User(UserId),
    Responder(ResponderKind),
    /// Somebody of the business, in the provider's own app.
    Business,
    System,
}

/// The row of the transition table (domain model, section 5) that an event comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rule {
    /// A contact's message opens a conversation.
    T01,
    /// An answer to a campaign opens one.
    T02,
    /// A user writes first.
    T03,
    /// The business writes first, from the provider's own app.
    T08,
    /// A user answers.
    T10,
    /// The business answers from the provider's own app.
    T11,
    /// A responder answers.
    T13,
    /// An answer to a campaign, in an open conversation.
    T20,
    /// A contact's message to a conversation that is being worked on.
    T21,
    /// A further message before anybody has answered.
    T22,
    /// A contact's message within the grace of closing reopens.
    T23,
    /// A user closes.
    T40,
    /// A user's message waits for opening hours.
    T64,
    /// Edits, deletions and reactions: noted, nothing moves.
    Noted,
    /// A contact's wish about being written to.
    Consent,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventKind {
    Opened(Opened),
    Reopened,
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
    },
    Remarked(Remarked),
    ConsentHeard(ConsentHeard),
    Closed(Closed),
}

impl EventKind {
    /// The message, if this is an outbound one.
    pub fn outgoing(&self) -> Option<&Outgoing> {
        match self {
            Self::Queued(message) | Self::Held { message, .. } => Some(message),
            Self::Opened(_)
            | Self::Reopened
            | Self::Received(_)
            | Self::Released { .. }
            | Self::Remarked(_)
            | Self::ConsentHeard(_)
            | Self::Closed(_) => None,
        }
    }

    /// The message, if this is an inbound one.
    fn received(&self) -> Option<&Received> {
        if let Self::Received(received) = self { Some(received) } else { None }
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

    /// A file of the message, by its place.
    pub fn file(&self, place: usize) -> Option<&File> {
        self.content().and_then(|content| content.files().get(place))
    }

    /// What was said, if this is a message.
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
    /// The first way of reaching the contact, with what it has said about being written to.
    pub via: Via,
    #[serde(default)]
    pub consent: crate::consent::Consent,
    /// When it falls Inactive if the contact stays silent.
    pub activity_expires_at: Timestamp,
    /// The contact's last message by that way, in an earlier conversation: the customer service
    /// window belongs to the address and not to the conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_in_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenedBy {
    Contact,
    User(UserId),
    Business,
}

/// One of our addresses and one of the contact's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Via {
    pub account: AccountId,
    pub address: Address,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Received {
    pub via: Via,
    pub provider_id: ProviderMessageId,
    /// When the provider says it was written; the order of the log is the order of arrival.
    pub sent_at: Timestamp,
    pub content: Content,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quotes: Option<Quote>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral: Option<Referral>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forwarded: bool,
    pub reply_to: ReplyTo,
    /// The status it leaves behind.
    pub base: Base,
    pub activity_expires_at: Timestamp,
}

/// A message that another one quotes, edits, deletes or reacts to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub provider_id: ProviderMessageId,
    /// Its number, if it is in this conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<Seq>,
}

/// What an inbound message answers; decides between *New* and *Pending*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyTo {
    /// The first message of this contact to the workspace.
    First,
    Campaign,
    Agent,
    Auto,
    Nothing,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outgoing {
    pub via: Via,
    pub kind: OutKind,
    pub content: Content,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quotes: Option<Quote>,
    /// The status it leaves behind.
    pub base: Base,
    /// The inbound message it answers, for automatic replies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<Seq>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutKind {
    Human,
    /// Written in the provider's own app.
    Native,
    Auto,
    Campaign,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remarked {
    pub via: Via,
    pub by: Remarker,
    pub target: Quote,
    pub remark: Remark,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentHeard {
    pub via: Via,
    pub change: ConsentChange,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Words>,
    /// How many messages were unreplied, for reports.
    pub unreplied: u32,
}
