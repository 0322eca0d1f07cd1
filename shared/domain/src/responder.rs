//! What answers when nobody has: an FAQ, a quick reply, an away message, a welcome.
//!
//! One inbound message is one turn, and a turn has one owner: the first responder of the chain that
//! has something to say. A human who has taken the conversation silences the chain.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::capabilities::{Capabilities, Limit};
use crate::content::{Choice, Choices, Content, Interactive};
use crate::conversation::{Conversation, Handler};
use crate::faq::{Candidate, Matching, Sensitivity};
use crate::id::{AccountId, FaqId, QuickReplyId};
use crate::private::Words;

/// A workspace's responders.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Responders {
    /// Who is asked, one after the other; who is not named is not asked.
    pub order: Chain,
    /// Orders of single accounts, in place of the workspace's.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub accounts: BTreeMap<AccountId, Chain>,
    /// Whether the FAQs that are published answer.
    pub faqs: bool,
    pub sensitivity: Sensitivity,
    /// Said above the nearest FAQs, which are offered where nobody has an answer and the channel has
    /// buttons or lists; nothing is offered without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offer: Option<Words>,
    /// The first one that holds is said, once in each of its periods.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quick_replies: Vec<QuickReply>,
    /// Said once in each closed period to a conversation that writes outside opening hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub away: Option<Words>,
    /// Said to a contact's very first message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub welcome: Option<Words>,
}

/// An order of responders, each at most once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<ResponderKind>", into = "Vec<ResponderKind>")]
pub struct Chain(Vec<ResponderKind>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("each responder stands at most once in the order")]
pub struct Repeated;

impl TryFrom<Vec<ResponderKind>> for Chain {
    type Error = Repeated;

    fn try_from(order: Vec<ResponderKind>) -> Result<Self, Repeated> {
        let once: BTreeSet<ResponderKind> = order.iter().copied().collect();
        if once.len() == order.len() { Ok(Self(order)) } else { Err(Repeated) }
    }
}

impl From<Chain> for Vec<ResponderKind> {
    fn from(chain: Chain) -> Self {
        chain.0
    }
}

impl Default for Chain {
    fn default() -> Self {
        Self(ResponderKind::ALL.to_vec())
    }
}

/// A text with the hours it is said in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuickReply {
    pub id: QuickReplyId,
    pub text: Words,
    pub during: QuickReplyHours,
}

/// It stands in the workspace's settings, which every message loads.
pub const QUICK_REPLIES_MAX: usize = 20;

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
    Faq,
    QuickReply,
    Away,
    Welcome,
}

impl ResponderKind {
    /// In the order in which they are asked unless the workspace says otherwise.
    pub const ALL: [Self; 4] = [Self::Faq, Self::QuickReply, Self::Away, Self::Welcome];

    /// Whether it speaks once in a period, however long that lasts.
    pub fn has_periods(self) -> bool {
        match self {
            Self::QuickReply | Self::Away => true,
            Self::Faq | Self::Welcome => false,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Faq => "faq",
            Self::QuickReply => "quick_reply",
            Self::Away => "away",
            Self::Welcome => "welcome",
        }
    }
}

/// The circumstances of an inbound message.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// What has been said to the conversation before; `None` if nobody has written yet.
    pub conversation: Option<&'a Conversation>,
    /// The account it came by; the workspace's own order holds without.
    pub account: Option<&'a AccountId>,
    /// Whether it is the contact's first message to the workspace.
    pub first_ever: bool,
    /// The opening hours that hold; without them it is always open.
    pub hours: Option<&'a Calendar>,
    /// What the message was found to mean, and the answer to that, if FAQs were asked.
    pub matching: Option<&'a Matching>,
    pub answer: Option<&'a Content>,
    /// Of the channel it came by.
    pub capabilities: &'a Capabilities,
    pub now: Timestamp,
}

/// What a responder wants to say.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    pub responder: ResponderKind,
    pub content: Content,
    pub quick_reply: Option<QuickReplyId>,
}

impl Turn {
    fn says(responder: ResponderKind, content: Content) -> Self {
        Self { responder, content, quick_reply: None }
    }
}

impl Responders {
    /// Whether there is anything that any of them could say.
    pub fn may_answer(&self) -> bool {
        self.faqs || !self.quick_replies.is_empty() || self.away.is_some() || self.welcome.is_some()
    }

    /// The order that holds for an account.
    pub fn chain(&self, account: Option<&AccountId>) -> &[ResponderKind] {
        let own = account.and_then(|account| self.accounts.get(account));
        &own.unwrap_or(&self.order).0
    }

    /// Whether what is written to an account is looked up in the FAQs.
    pub fn asks_faqs(&self, account: Option<&AccountId>) -> bool {
        self.faqs && self.chain(account).contains(&ResponderKind::Faq)
    }

    /// Who owns the turn of an inbound message, if anybody.
    pub fn turn(&self, asked: &Asked<'_>) -> Option<Turn> {
        let ours = |open: &Conversation| {
            open.base.is_open() && matches!(open.handler, Handler::Nobody | Handler::Auto)
        };
        if !asked.conversation.is_none_or(ours) {
            return None;
        }
        let chain = self.chain(asked.account);
        let answer = chain.iter().find_map(|responder| self.says(*responder, asked));
        answer.or_else(|| chain.contains(&ResponderKind::Faq).then(|| self.offers(asked))?)
    }

    fn says(&self, responder: ResponderKind, asked: &Asked<'_>) -> Option<Turn> {
        match responder {
            ResponderKind::Faq => {
                let content = asked.answer.filter(|_| self.faqs)?.clone();
                Some(Turn::says(responder, content))
            }
            ResponderKind::QuickReply => {
                let wanted = |reply: &&QuickReply| reply.is_wanted(asked);
                self.quick_replies.iter().find(wanted).map(|reply| Turn {
                    quick_reply: Some(reply.id.clone()),
                    ..Turn::says(responder, Content::text(reply.text.clone()))
                })
            }
            ResponderKind::Away => {
                let away = self.away.as_ref()?;
                let closed = asked.hours.and_then(|hours| closed_period(hours, asked.now))?;
                let said = |said: &Said<'_>| said.responder == responder && said.at >= closed;
                let silent = !asked.said().any(|one| said(&one));
                silent.then(|| Turn::says(responder, Content::text(away.clone())))
            }
            ResponderKind::Welcome => {
                let welcome = self.welcome.as_ref().filter(|_| asked.first_ever)?;
                Some(Turn::says(responder, Content::text(welcome.clone())))
            }
        }
    }

    /// The nearest FAQs, for the contact to choose from.
    fn offers(&self, asked: &Asked<'_>) -> Option<Turn> {
        let body = self.offer.clone().filter(|_| self.faqs)?;
        let matching = asked.matching.filter(|matching| matching.is_unsure())?;
        let choices = choices(&matching.candidates, asked.capabilities)?;
        let content = Content::Interactive(Interactive { body, footer: None, choices });
        Some(Turn::says(ResponderKind::Faq, content))
    }
}

/// Beside the id of an FAQ, in the choice that stands for it.
const CHOICE_PREFIX: &str = "faq:";

/// Buttons where they have room for the questions, else a list, whose rows have more.
fn choices(candidates: &[Candidate], can: &Capabilities) -> Option<Choices> {
    let limits = can.choices;
    let room = |max: Option<Limit>| {
        max.map_or(usize::MAX, |max| usize::try_from(max.value).unwrap_or(usize::MAX))
    };
    let (button, row) = (room(limits.button_chars_max), room(limits.row_chars_max));
    let choice = |candidate: &Candidate, title: usize| {
        let question = &candidate.question;
        let cut = question.chars().count() > title;
        Choice {
            id: format!("{CHOICE_PREFIX}{}", candidate.faq),
            title: shortened(question, title),
            description: cut.then(|| shortened(question, room(limits.description_chars_max))),
        }
    };
    let named = |candidate: &&Candidate| {
        CHOICE_PREFIX.len() + candidate.faq.as_str().len() <= room(limits.id_bytes_max)
    };
    let few = |max: Limit| candidates.iter().filter(named).take(room(Some(max)));
    let fits = |candidate: &Candidate| candidate.question.chars().count() <= button;
    let (buttons, rows) = (few(can.buttons_max), few(can.rows_max));
    let choices = if can.rows_max.value == 0 || buttons.clone().all(fits) {
        let button = |candidate| Choice { description: None, ..choice(candidate, button) };
        Choices::Buttons(buttons.map(button).collect())
    } else {
        let rows = rows.map(|candidate| choice(candidate, row)).collect();
        Choices::List { label: Words::from("Choose"), rows }
    };
    let (Choices::Buttons(offered) | Choices::List { rows: offered, .. }) = &choices;
    (!offered.is_empty()).then_some(choices)
}

fn shortened(text: &str, chars_max: usize) -> Words {
    if text.chars().count() <= chars_max {
        return Words::from(text);
    }
    let kept: String = text.chars().take(chars_max.saturating_sub(1)).collect();
    Words::new(format!("{}…", kept.trim_end()))
}

/// The FAQ that was chosen of those that were offered.
pub fn chosen(content: &Content) -> Option<FaqId> {
    if let Content::Answer(answer) = content {
        answer.id.as_deref()?.strip_prefix(CHOICE_PREFIX)?.parse().ok()
    } else {
        None
    }
}

/// What a responder said, and when.
#[derive(Debug, Clone, Copy)]
struct Said<'a> {
    responder: ResponderKind,
    quick_reply: Option<&'a QuickReplyId>,
    at: Timestamp,
}

impl<'a> Asked<'a> {
    fn said(&self) -> impl Iterator<Item = Said<'a>> {
        self.conversation.into_iter().flat_map(|conversation| &conversation.said).map(|said| Said {
            responder: said.responder,
            quick_reply: said.quick_reply.as_ref(),
            at: said.at,
        })
    }
}

impl QuickReply {
    /// Whether it holds now and has not been said in this period.
    fn is_wanted(&self, asked: &Asked<'_>) -> bool {
        let (hours, now) = (asked.hours, asked.now);
        let period = self.period(hours, now);
        let said = |said: Said<'_>| said.quick_reply == Some(&self.id) && said.at >= period;
        self.holds(hours, now) && !asked.said().any(said)
    }

    /// Whether it is said at `now`, in a workspace with these opening hours.
    pub fn holds(&self, hours: Option<&Calendar>, now: Timestamp) -> bool {
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

#[cfg(test)]
mod tests;
