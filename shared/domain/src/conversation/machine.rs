//! Programs that answer: responders, bots and AI agents. One of them at a time, never over a
//! human, each inbound message once.

use jiff::{SignedDuration, Timestamp};

use super::decide::{Decided, Decision, Facts, by_user};
use super::event::{Actor, Automatic, EventKind, OutKind, Outgoing};
use super::send::{Reply, answered, may_send, nobody_answered_meanwhile, reached};
use super::{Conversation, Handler, LastIn, Refusal, Rule, claim};
use crate::content::Content;
use crate::faq::Matching;
use crate::id::{FaqId, Seq};
use crate::private::Words;
use crate::responder::ResponderKind;
use crate::rights::Viewer;
use crate::workspace::UserKind;

/// A responder answers.
#[derive(Debug, Clone, Copy)]
pub struct AutoSend<'a> {
    pub responder: ResponderKind,
    /// The inbound message whose turn it is.
    pub trigger: Seq,
    pub content: &'a Content,
    pub why: &'a Automatic,
}

/// No responder has anything to say to an inbound message.
#[derive(Debug, Clone, Copy)]
pub struct PassTurn<'a> {
    pub trigger: Seq,
    pub matching: &'a Matching,
}

/// Responders say at most so much to a conversation within [`AUTOMATIC_WITHIN`], so that two
/// machines do not keep each other awake.
pub const AUTOMATIC_MAX: usize = 5;
pub const AUTOMATIC_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// A program, or a person in its place, gives the conversation to people.
#[derive(Debug, Clone, Copy)]
pub struct Handoff<'a> {
    pub by: Viewer<'a>,
    pub reason: Option<&'a Words>,
}

/// T13: never over a human, once for each inbound message.
pub(super) fn decide_auto(
    open: &Conversation,
    auto: &AutoSend<'_>,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    responders_turn(open, auto.trigger, now)?;
    let lately = open.said.iter().filter(|said| now.duration_since(said.at) < AUTOMATIC_WITHIN);
    if lately.count() >= AUTOMATIC_MAX {
        return Err(Refusal::TooManyAutomatic { max: AUTOMATIC_MAX });
    }
    let identity = reached(open, None)?;
    may_send(open.blocked, identity, auto.content, facts, now)?;
    Ok(Decision::here(vec![Decided {
        actor: Actor::Responder(auto.responder),
        rule: Rule::T13,
        kind: EventKind::Queued(Outgoing {
            via: identity.via.clone(),
            kind: OutKind::Auto,
            content: auto.content.clone(),
            quotes: None,
            base: open.base,
            answers: Some(auto.trigger),
            automatic: Some(auto.why.clone()).filter(|why| *why != Automatic::default()),
            takes_over: false,
            campaign: None,
            holds: None,
        }),
    }]))
}

/// What was found is kept, so that one can see why nobody answered.
pub(super) fn decide_pass(
    open: &Conversation,
    pass: &PassTurn<'_>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    responders_turn(open, pass.trigger, now)?;
    Ok(Decision::here(vec![Decided {
        actor: Actor::Responder(ResponderKind::Faq),
        rule: Rule::Passed,
        kind: EventKind::Unanswered { message: pass.trigger, matching: pass.matching.clone() },
    }]))
}

/// Whether a turn is still to be had, and by responders.
fn responders_turn(open: &Conversation, trigger: Seq, now: Timestamp) -> Result<(), Refusal> {
    if trigger <= open.answered_seq.max(open.passed_seq) {
        return Err(Refusal::TurnTaken);
    }
    match &open.handler {
        Handler::Human => Err(Refusal::HumanHandles),
        Handler::Bot(_) | Handler::Ai(_) => Err(Refusal::NotHandler),
        Handler::Nobody | Handler::Auto => not_claimed(open, now),
    }
}

pub(super) fn decide_mark(by: Viewer<'_>, message: Seq, faq: &FaqId, right: bool) -> Decision {
    let kind = EventKind::AnswerMarked { message, faq: faq.clone(), right };
    Decision::here(vec![by_user(by, Rule::Marked, kind)])
}

/// L8.
fn not_claimed(open: &Conversation, now: Timestamp) -> Result<(), Refusal> {
    if open.live_lease(now).is_some() { Err(Refusal::HumanHandles) } else { Ok(()) }
}

/// T12 and T13: an AI agent answers what it handles, a bot what nobody else does.
pub(super) fn decide_machine(
    open: &Conversation,
    reply: &Reply<'_>,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let me = &reply.by.user.id;
    let ai = reply.by.user.kind == UserKind::Ai;
    match &open.handler {
        Handler::Human => return Err(Refusal::HumanHandles),
        Handler::Ai(other) if !ai || other != me => return Err(Refusal::NotHandler),
        Handler::Bot(other) if ai || other != me => return Err(Refusal::NotHandler),
        Handler::Nobody | Handler::Auto if ai => return Err(Refusal::NotHandler),
        Handler::Ai(_) | Handler::Bot(_) | Handler::Nobody | Handler::Auto => {
            not_claimed(open, now)?;
        }
    }
    claim::may_answer(open, reply.by, reply.epoch, facts, now)?;
    nobody_answered_meanwhile(open, reply)?;
    let answers = open.last_in.map(|last| last.seq);
    if answers.is_some_and(|seq| seq <= open.answered_seq) {
        return Err(Refusal::TurnTaken);
    }
    let identity = reached(open, reply.account())?;
    may_send(open.blocked, identity, reply.content, facts, now)?;
    let (rule, kind, base) = if ai {
        (Rule::T12, OutKind::Ai, answered(open.base, facts))
    } else {
        (Rule::T13, OutKind::Bot, open.base)
    };
    let message = Outgoing {
        via: identity.via.clone(),
        kind,
        content: reply.content.clone(),
        quotes: reply.quotes.cloned(),
        base,
        answers,
        automatic: None,
        takes_over: false,
        campaign: None,
        holds: None,
    };
    Ok(Decision::here(vec![by_user(reply.by, rule, EventKind::Queued(message))]))
}

/// T70.
pub(super) fn decide_handoff(
    open: &Conversation,
    handoff: &Handoff<'_>,
) -> Result<Decision, Refusal> {
    let machine = match &open.handler {
        Handler::Ai(by) | Handler::Bot(by) => by,
        Handler::Nobody | Handler::Auto | Handler::Human => return Err(Refusal::HumanHandles),
    };
    if handoff.by.user.kind != UserKind::Person && handoff.by.user.id != *machine {
        return Err(Refusal::NotHandler);
    }
    let kind = EventKind::HandedOff { reason: handoff.reason.cloned() };
    Ok(Decision::here(vec![by_user(handoff.by, Rule::T70, kind)]))
}

/// T71.
pub(super) fn decide_hand_back(
    open: &Conversation,
    by: Viewer<'_>,
    to: &Handler,
) -> Result<Decision, Refusal> {
    if !to.is_machine() {
        return Err(Refusal::NotHandler);
    }
    if open.handler == *to {
        return Ok(Decision::here(Vec::new()));
    }
    let kind = EventKind::HandedBack { to: to.clone() };
    Ok(Decision::here(vec![by_user(by, Rule::T71, kind)]))
}

impl Conversation {
    /// What is unreplied once people have taken over: at least the message that led to it.
    pub(super) fn restore_unreplied(&mut self) {
        let Some(LastIn { seq, at }) = self.last_in.filter(|_| self.unreplied == 0) else { return };
        self.clear_seq = Seq::new(seq.get().saturating_sub(1)).min(self.clear_seq);
        self.unreplied = 1;
        self.waiting_since = Some(at);
    }
}
