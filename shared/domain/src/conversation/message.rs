//! What is said in a conversation, as its log keeps it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Base;
use super::event::{Campaign, Via};
use crate::content::{Content, Referral};
use crate::faq::Matching;
use crate::id::{ProviderMessageId, QuickReplyId, Seq};
use crate::incoming::{Remark, Remarker};

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
    /// Written by a machine: no responder answers it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub automatic: bool,
    pub reply_to: ReplyTo,
    /// The campaign it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<Campaign>,
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
    /// Where the words of a responder come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub automatic: Option<Automatic>,
    /// Whether a person takes the conversation from the responders with it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub takes_over: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<Campaign>,
    /// The claim that its author has from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds: Option<Holds>,
}

/// Why a responder said what it did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Automatic {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quick_reply: Option<QuickReplyId>,
    /// What the message was found to mean, if FAQs were asked: also where none of them was sure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matching: Option<Matching>,
}

/// For how long an author has the conversation to themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holds {
    pub epoch: u32,
    pub until: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutKind {
    Human,
    /// Written in the provider's own app.
    Native,
    Ai,
    Bot,
    /// Of one of the workspace's responders.
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
