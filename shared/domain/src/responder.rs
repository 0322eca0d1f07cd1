//! What answers when nobody has: a quick reply, an away message, a welcome.
//!
//! One inbound message is one turn, and a turn has one owner: the first responder of the chain that
//! has something to say. A human who has taken the conversation silences the chain.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::conversation::{Conversation, Handler};
use crate::private::Words;

/// A workspace's responders, in the order they are asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Responders {
    /// Said once in each closed period, before the away message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quick_reply: Option<QuickReply>,
    /// Said once in each closed period to a conversation that writes outside opening hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub away: Option<Words>,
    /// Said to a contact's very first message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub welcome: Option<Words>,
}

/// A text with the hours it is said in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuickReply {
    pub text: Words,
    pub during: QuickReplyHours,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuickReplyHours {
    Open,
    Closed,
    /// Its own hours: said while this calendar is open.
    Custom(Calendar),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponderKind {
    QuickReply,
    Away,
    Welcome,
}

impl ResponderKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::QuickReply => "quick_reply",
            Self::Away => "away",
            Self::Welcome => "welcome",
        }
    }
}

/// What a responder wants to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    pub responder: ResponderKind,
    pub text: Words,
}

impl Responders {
    /// Who owns the turn of an inbound message, if anybody.
    ///
    /// `first_ever`: whether it is the contact's first message to the workspace. `hours` are the
    /// workspace's; without them it is always open.
    pub fn turn(
        &self,
        conversation: &Conversation,
        first_ever: bool,
        hours: Option<&Calendar>,
        now: Timestamp,
    ) -> Option<Turn> {
        let ours = matches!(conversation.handler, Handler::Nobody | Handler::Auto);
        if !ours || !conversation.base.is_open() {
            return None;
        }
        let say = |responder, text: &Words| Some(Turn { responder, text: text.clone() });
        if let Some(reply) = &self.quick_reply
            && reply.holds(hours, now)
            && !said_in_this_period(
                conversation,
                ResponderKind::QuickReply,
                reply.period(hours, now),
            )
        {
            return say(ResponderKind::QuickReply, &reply.text);
        }
        if let Some(away) = &self.away
            && let Some(closed) = hours.and_then(|hours| closed_period(hours, now))
            && !said_in_this_period(conversation, ResponderKind::Away, closed)
        {
            return say(ResponderKind::Away, away);
        }
        match &self.welcome {
            Some(welcome) if first_ever => say(ResponderKind::Welcome, welcome),
            Some(_) | None => None,
        }
    }
}

impl QuickReply {
    fn holds(&self, hours: Option<&Calendar>, now: Timestamp) -> bool {
        match &self.during {
            QuickReplyHours::Open => hours.is_none_or(|hours| hours.is_open(now)),
            QuickReplyHours::Closed => hours.is_some_and(|hours| !hours.is_open(now)),
            QuickReplyHours::Custom(own) => own.is_open(now),
        }
    }

    /// When the period began in which the reply is said once.
    fn period(&self, hours: Option<&Calendar>, now: Timestamp) -> Timestamp {
        match &self.during {
            QuickReplyHours::Open => hours.and_then(|hours| hours.open_since(now)),
            QuickReplyHours::Closed => hours.and_then(|hours| hours.closed_since(now)),
            QuickReplyHours::Custom(own) => own.open_since(now),
        }
        .unwrap_or(Timestamp::MIN)
    }
}

fn closed_period(hours: &Calendar, now: Timestamp) -> Option<Timestamp> {
    (!hours.is_open(now)).then(|| hours.closed_since(now).unwrap_or(Timestamp::MIN))
}

fn said_in_this_period(
    conversation: &Conversation,
    responder: ResponderKind,
    period: Timestamp,
) -> bool {
    conversation.said.iter().any(|said| said.responder == responder && said.at >= period)
}
