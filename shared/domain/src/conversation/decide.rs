//! The transition table: a state and a command give events, or a refusal.

use jiff::{SignedDuration, Timestamp};

use super::event::{
    Actor, Closed, ConsentHeard, EventKind, Opened, OpenedBy, OutKind, Quote, Received, Remarked,
    ReplyTo, Rule, Via,
};
use super::send::{self, AutoSend, Echo, Reply};
use super::{Base, Conversation, Refusal, StatusPreset};
use crate::account::RegisteredTemplate;
use crate::capabilities::Capabilities;
use crate::consent::{Consent, ConsentChange, ConsentSource, Topic};
use crate::content::Content;
use crate::id::{AccountId, ContactId, Seq, UserId};
use crate::incoming::{IncomingMessage, IncomingRemark, Remark};
use crate::private::Words;
use crate::window::after;
use crate::workspace::{ReopenGrace, Workspace};

/// Something that wants to change a conversation.
#[derive(Debug, Clone, Copy)]
pub enum Command<'a> {
    Receive(&'a Receive<'a>),
    Echo(&'a Echo<'a>),
    Remark(&'a RemarkOn<'a>),
    HearConsent { via: &'a Via, change: &'a ConsentChange },
    Reply(&'a Reply<'a>),
    AutoSend(&'a AutoSend<'a>),
    Release { held: Seq, message: &'a super::Outgoing, by: &'a Actor },
    Close(&'a Close<'a>),
}

impl Command<'_> {
    pub fn name(self) -> &'static str {
        match self {
            Self::Receive(_) => "an inbound message",
            Self::Echo(_) => "a message from the provider's app",
            Self::Remark(_) => "an edit, deletion or reaction",
            Self::HearConsent { .. } => "a change of consent",
            Self::Reply(_) => "a reply",
            Self::AutoSend(_) => "an automatic reply",
            Self::Release { .. } => "the release of a held message",
            Self::Close(_) => "closing",
        }
    }
}

/// A contact's message, with what the table knows about who wrote it.
#[derive(Debug, Clone, Copy)]
pub struct Receive<'a> {
    pub account: &'a AccountId,
    pub message: &'a IncomingMessage,
    pub sender: &'a Party<'a>,
    /// The message it quotes, if that is known.
    pub quoted: Option<Quoted>,
}

/// The other side of a message.
#[derive(Debug, Clone, Copy)]
pub struct Party<'a> {
    pub contact: ContactId,
    pub name: Option<&'a Words>,
    /// What the address has said about being written to.
    pub consent: &'a Consent,
    /// Whether the workspace has never heard of this contact before.
    pub is_new: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quoted {
    /// Its number, if it is in this conversation.
    pub seq: Option<Seq>,
    /// Its kind, if it was outbound.
    pub kind: Option<OutKind>,
}

#[derive(Debug, Clone, Copy)]
pub struct RemarkOn<'a> {
    pub via: &'a Via,
    pub remark: &'a IncomingRemark,
    /// The number of the message remarked on, if it is in this conversation.
    pub target: Option<Seq>,
    /// What that message says, if it is known.
    pub before: Option<&'a Content>,
}

#[derive(Debug, Clone, Copy)]
pub struct Close<'a> {
    pub by: &'a UserId,
    pub category: Option<&'a str>,
    pub summary: Option<&'a Words>,
}

/// What a decision depends on beside the conversation.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    pub workspace: &'a Workspace,
    /// Of the channel the command comes or goes through.
    pub capabilities: &'a Capabilities,
    /// The templates registered for the account; `None` if Confab has not been told.
    pub templates: Option<&'a [RegisteredTemplate]>,
}

/// The events that follow a command, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Whether they begin a new conversation beside the one that was asked.
    pub begins: bool,
    pub events: Vec<Decided>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    pub actor: Actor,
    pub rule: Rule,
    pub kind: EventKind,
}

impl Decision {
    pub(super) fn here(events: Vec<Decided>) -> Self {
        Self { begins: false, events }
    }

    pub(super) fn anew(events: Vec<Decided>) -> Self {
        Self { begins: true, events }
    }
}

/// What happens to a conversation (`None`: there is none yet) at `now`.
///
/// # Errors
///
/// The refusal names the guard; nothing may change then.
pub fn decide(
    state: Option<&Conversation>,
    command: Command<'_>,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    match command {
        Command::Receive(receive) => Ok(decide_receive(state, receive, facts, now)),
        Command::Echo(echo) => Ok(send::decide_echo(state, echo, facts, now)),
        Command::Remark(remark) => on_existing(state, command).map(|_| decide_remark(remark)),
        Command::HearConsent { via, change } => {
            on_existing(state, command).map(|_| decide_consent(via, change))
        }
        Command::Reply(reply) => send::decide_reply(state, reply, facts, now),
        Command::AutoSend(auto) => {
            on_open(state, command).and_then(|open| send::decide_auto(open, auto, facts, now))
        }
        Command::Release { held, message, by } => on_open(state, command)
            .and_then(|open| send::decide_release(open, held, message, by, facts, now)),
        Command::Close(close) => on_open(state, command).map(|open| decide_close(open, close)),
    }
}

/// The conversation, unless there is none or it was deleted.
pub(super) fn on_existing<'a>(
    state: Option<&'a Conversation>,
    command: Command<'_>,
) -> Result<&'a Conversation, Refusal> {
    match state {
        None => Err(Refusal::NotAllowed { state: "absent", command: command.name() }),
        Some(conversation) => match conversation.base {
            Base::Deleted { .. } => Err(Refusal::Gone),
            Base::New | Base::Active | Base::Pending | Base::Resolved { .. } => Ok(conversation),
        },
    }
}

/// The conversation, if it is open.
pub(super) fn on_open<'a>(
    state: Option<&'a Conversation>,
    command: Command<'_>,
) -> Result<&'a Conversation, Refusal> {
    let conversation = on_existing(state, command)?;
    match conversation.base {
        Base::Resolved { closed_at } => Err(Refusal::Closed { closed_at }),
        Base::New | Base::Active | Base::Pending | Base::Deleted { .. } => Ok(conversation),
    }
}

/// Where a message of or to the contact belongs: T24, T80 and T81 start anew, T23 reopens.
pub(super) enum Place<'a> {
    Here(&'a Conversation),
    Reopen(&'a Conversation),
    Anew,
}

pub(super) fn place<'a>(
    state: Option<&'a Conversation>,
    grace: ReopenGrace,
    now: Timestamp,
) -> Place<'a> {
    let Some(conversation) = state else { return Place::Anew };
    match conversation.base {
        Base::New | Base::Active | Base::Pending => Place::Here(conversation),
        Base::Deleted { .. } => Place::Anew,
        Base::Resolved { closed_at } => {
            let reopens = match grace {
                ReopenGrace::Never => false,
                ReopenGrace::Always => true,
                ReopenGrace::Within(grace) => now < after(closed_at, grace),
            };
            if reopens { Place::Reopen(conversation) } else { Place::Anew }
        }
    }
}

/// The event that begins a conversation; its activity clock starts at `since`.
pub(super) fn opening(
    by: OpenedBy,
    via: &Via,
    party: &Party<'_>,
    earlier: Option<&Conversation>,
    facts: &Facts<'_>,
    since: Timestamp,
) -> EventKind {
    let rules = &facts.workspace.rules;
    EventKind::Opened(Opened {
        contact: party.contact,
        contact_name: party.name.cloned(),
        scope: rules.open_scope.of(&via.account),
        by,
        via: via.clone(),
        consent: party.consent.clone(),
        activity_expires_at: after(since, rules.inactive_after),
        last_in_at: earlier.and_then(|earlier| earlier.last_in_by(via)),
    })
}

fn decide_receive(
    state: Option<&Conversation>,
    receive: &Receive<'_>,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Decision {
    let message = receive.message;
    let via = Via { account: receive.account.clone(), address: message.from.address.clone() };
    let by_contact = |rule, kind| Decided { actor: Actor::Contact, rule, kind };
    let place = place(state, facts.workspace.rules.reopen_grace, now);
    let before = match place {
        Place::Here(open) => Some(open),
        Place::Reopen(_) | Place::Anew => None,
    };
    let known = match place {
        Place::Here(known) | Place::Reopen(known) => Some(known),
        Place::Anew => None,
    };
    let reply_to = reply_to(known, receive);
    let (rule, base) = moved(before, known.is_some(), reply_to, facts.workspace.rules.preset);
    let sent_at = plausible(message.sent_at, now);
    let mut events = Vec::with_capacity(3);
    match place {
        Place::Here(_) => {}
        Place::Reopen(_) => events.push(by_contact(rule, EventKind::Reopened)),
        Place::Anew => events.push(by_contact(
            rule,
            opening(OpenedBy::Contact, &via, receive.sender, state, facts, sent_at),
        )),
    }
    let expires_at = after(sent_at, facts.workspace.rules.inactive_after);
    let earlier = known.map(|known| known.activity_expires_at);
    events.push(by_contact(
        rule,
        EventKind::Received(Received {
            via: via.clone(),
            provider_id: message.id.clone(),
            sent_at,
            content: message.content.clone(),
            quotes: message.quotes.as_ref().map(|quoted| Quote {
                provider_id: quoted.clone(),
                seq: receive.quoted.and_then(|quoted| quoted.seq),
            }),
            referral: message.referral.clone(),
            forwarded: message.forwarded,
            reply_to,
            base,
            activity_expires_at: earlier.map_or(expires_at, |earlier| earlier.max(expires_at)),
        }),
    ));
    if let Some(change) = wish(message, facts.capabilities) {
        events
            .push(by_contact(Rule::Consent, EventKind::ConsentHeard(ConsentHeard { via, change })));
    }
    Decision { begins: matches!(place, Place::Anew), events }
}

/// Providers repeat a webhook for at most this long (Meta says seven days,
/// <https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview>).
const DELIVERED_WITHIN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The provider's word for when a message was written, where that can be true: not in the future,
/// and not longer ago than providers try to deliver. Else it was written now.
fn plausible(sent_at: Timestamp, now: Timestamp) -> Timestamp {
    if sent_at > now || now.duration_since(sent_at) > DELIVERED_WITHIN { now } else { sent_at }
}

fn reply_to(known: Option<&Conversation>, receive: &Receive<'_>) -> ReplyTo {
    let quoted = receive.quoted.and_then(|quoted| quoted.kind);
    let last = known.and_then(|known| known.last_out.as_ref()).map(|last| last.kind);
    match (quoted, last) {
        (Some(OutKind::Campaign), _) | (_, Some(OutKind::Campaign)) => ReplyTo::Campaign,
        (_, Some(OutKind::Human | OutKind::Native)) => ReplyTo::Agent,
        (_, Some(OutKind::Auto)) => ReplyTo::Auto,
        (_, None) if receive.sender.is_new => ReplyTo::First,
        (_, None) => ReplyTo::Nothing,
    }
}

/// T01, T02, T20-T23: the rule and the status after it.
fn moved(
    open: Option<&Conversation>,
    reopens: bool,
    reply_to: ReplyTo,
    preset: StatusPreset,
) -> (Rule, Base) {
    let campaign = reply_to == ReplyTo::Campaign;
    match open {
        None if reopens => (Rule::T23, if campaign { Base::New } else { Base::Pending }),
        None => (if campaign { Rule::T02 } else { Rule::T01 }, Base::New),
        Some(_) if campaign => (Rule::T20, Base::New),
        Some(open) => match open.base {
            Base::Active | Base::Pending => (
                Rule::T21,
                match preset {
                    StatusPreset::Five | StatusPreset::OpenClosed => Base::Pending,
                    StatusPreset::Three => open.base,
                },
            ),
            Base::New | Base::Resolved { .. } | Base::Deleted { .. } => (Rule::T22, Base::New),
        },
    }
}

/// An opt-out or opt-in in a message: the channel's own word, else the keywords.
fn wish(message: &IncomingMessage, capabilities: &Capabilities) -> Option<ConsentChange> {
    message.consent.clone().or_else(|| {
        let wish = capabilities.keywords.wish(message.content.words()?)?;
        Some(ConsentChange { topic: Topic::Everything, wish, source: ConsentSource::Keyword })
    })
}

/// Some providers tell of an edit when nothing that can be seen has changed; that is none.
fn decide_remark(on: &RemarkOn<'_>) -> Decision {
    if let (Remark::Edited(after), Some(before)) = (&on.remark.remark, on.before)
        && after == before
    {
        return Decision::here(Vec::new());
    }
    let actor = match on.remark.by {
        crate::incoming::Remarker::Contact => Actor::Contact,
        crate::incoming::Remarker::Business => Actor::Business,
    };
    Decision::here(vec![Decided {
        actor,
        rule: Rule::Noted,
        kind: EventKind::Remarked(Remarked {
            via: on.via.clone(),
            by: on.remark.by,
            target: Quote { provider_id: on.remark.target.clone(), seq: on.target },
            remark: on.remark.remark.clone(),
        }),
    }])
}

fn decide_consent(via: &Via, change: &ConsentChange) -> Decision {
    Decision::here(vec![Decided {
        actor: Actor::Contact,
        rule: Rule::Consent,
        kind: EventKind::ConsentHeard(ConsentHeard { via: via.clone(), change: change.clone() }),
    }])
}

fn decide_close(open: &Conversation, close: &Close<'_>) -> Decision {
    Decision::here(vec![Decided {
        actor: Actor::User(close.by.clone()),
        rule: Rule::T40,
        kind: EventKind::Closed(Closed {
            category: close.category.map(str::to_owned),
            summary: close.summary.cloned(),
            unreplied: open.unreplied,
        }),
    }])
}
