//! Messages to contacts: who may say what, when.

use jiff::Timestamp;

use super::claim::{self, holds};
use super::decide::{Decided, Decision, Facts, Opening, Party, Place, by_user, on_open, place};
use super::event::{Actor, Campaign, EventKind, OpenedBy, OutKind, Outgoing, Quote, Via};
use super::{Base, Command, Conversation, Handler, Identity, Refusal, Rule, StatusPreset, machine};
use crate::account::{Approval, RegisteredTemplate};
use crate::consent::Consent;
use crate::content::{Content, Template};
use crate::id::{AccountId, GroupId, Seq};
use crate::rights::Viewer;
use crate::window::Window;
use crate::workspace::UserKind;

/// A user answers, or writes first.
#[derive(Debug, Clone, Copy)]
pub struct Reply<'a> {
    pub by: Viewer<'a>,
    pub content: &'a Content,
    pub quotes: Option<&'a Quote>,
    /// The latest event the user had seen.
    pub expected_seq: Option<Seq>,
    /// The epoch of the claim the user believes to have.
    pub epoch: Option<u32>,
    pub to: To<'a>,
}

/// Where a reply goes.
#[derive(Debug, Clone, Copy)]
pub enum To<'a> {
    /// To an existing conversation, by the way used last or by this account.
    Conversation { account: Option<&'a AccountId> },
    /// To a contact without an open conversation (T03).
    Contact { via: &'a Via, party: &'a Party<'a> },
}

impl<'a> Reply<'a> {
    pub(super) fn account(&self) -> Option<&'a AccountId> {
        match self.to {
            To::Conversation { account } => account,
            To::Contact { via, .. } => Some(&via.account),
        }
    }
}

/// A campaign writes to one of its recipients.
#[derive(Debug, Clone, Copy)]
pub struct CampaignSend<'a> {
    pub by: Viewer<'a>,
    pub campaign: &'a Campaign,
    pub content: &'a Content,
    pub via: &'a Via,
    pub party: &'a Party<'a>,
}

pub(super) fn decide_reply(
    state: Option<&Conversation>,
    reply: &Reply<'_>,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    match reply.to {
        To::Conversation { account } => {
            let open = on_open(state, Command::Reply(reply))?;
            if reply.by.user.kind != UserKind::Person {
                return machine::decide_machine(open, reply, facts, now);
            }
            nobody_answered_meanwhile(open, reply)?;
            claim::may_answer(open, reply.by, reply.epoch, facts, now)?;
            let identity = reached(open, account)?;
            may_send(open.blocked, identity, reply.content, facts, now)?;
            Ok(Decision::here(vec![accepted(reply, Some(open), &identity.via, facts, now)]))
        }
        To::Contact { via, party } => start(state, reply, via, party, facts, now),
    }
}

/// T03.
fn start(
    state: Option<&Conversation>,
    reply: &Reply<'_>,
    via: &Via,
    party: &Party<'_>,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    if let Some(open) = state.filter(|known| known.base.is_open()) {
        return Err(Refusal::OtherOpen { conversation: open.id });
    }
    let identity = identity_of(state, via, party);
    may_send(party.blocked, &identity, reply.content, facts, now)?;
    let opening = Opening {
        by: OpenedBy::User(reply.by.user.id.clone()),
        via,
        party,
        earlier: state,
        base: Base::Active,
        since: now,
    };
    let opened = by_user(reply.by, Rule::T03, opening.event(facts));
    let message = accepted(reply, None, via, facts, now);
    let begins = !state.is_some_and(|known| known.base == Base::Unopened);
    Ok(Decision { begins, events: vec![opened, Decided { rule: Rule::T03, ..message }] })
}

/// What is known of an address: by itself, and in the conversation it was last used in.
fn identity_of(state: Option<&Conversation>, via: &Via, party: &Party<'_>) -> Identity {
    let known = state.and_then(|known| known.identity_by(via));
    let consent = known.map(|known| &known.consent).filter(|consent| consent.is_out());
    Identity {
        via: via.clone(),
        last_in_at: known.and_then(|known| known.last_in_at),
        consent: consent.unwrap_or(party.consent).clone(),
    }
}

/// T06 and T14: a broadcast opens nothing; the first answer does.
pub(super) fn decide_campaign(
    state: Option<&Conversation>,
    send: &CampaignSend<'_>,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let place = place(state, facts.workspace.rules.reopen_grace, now);
    let identity = identity_of(state, send.via, send.party);
    let blocked = send.party.blocked || state.is_some_and(|known| known.blocked);
    may_send(blocked, &identity, send.content, facts, now)?;
    let message = |base| Outgoing {
        via: send.via.clone(),
        kind: OutKind::Campaign,
        content: send.content.clone(),
        quotes: None,
        base,
        answers: None,
        automatic: None,
        takes_over: false,
        campaign: Some(send.campaign.clone()),
        holds: None,
    };
    let accepted = |rule, base, known: Option<&Conversation>| {
        let group = known.and_then(|known| known.group.as_ref());
        by_user(send.by, rule, held_or_queued(message(base), base, group, facts, now))
    };
    Ok(match place {
        Place::Here(open) => Decision::here(vec![accepted(Rule::T14, open.base, Some(open))]),
        Place::Reopen(known) | Place::Opens(known) => {
            Decision::here(vec![accepted(Rule::T06, known.base, Some(known))])
        }
        Place::Anew => {
            let opening = Opening {
                by: OpenedBy::Automation,
                via: send.via,
                party: send.party,
                earlier: state,
                base: Base::Unopened,
                since: now,
            };
            let opened = by_user(send.by, Rule::T06, opening.event(facts));
            Decision::anew(vec![opened, accepted(Rule::T06, Base::Unopened, None)])
        }
    })
}

/// Guard Q: a reply written before a colleague's became visible is shown it first.
pub(super) fn nobody_answered_meanwhile(
    open: &Conversation,
    reply: &Reply<'_>,
) -> Result<(), Refusal> {
    let (Some(expected), Some(last)) = (reply.expected_seq, &open.last_out) else {
        return Ok(());
    };
    let me = &reply.by.user.id;
    let own = matches!(&last.by, Actor::User(by) | Actor::Ai(by) | Actor::Bot(by) if by == me);
    if last.seq > expected && !own {
        return Err(Refusal::ColleagueAnswered { seq: last.seq, by: last.by.clone() });
    }
    Ok(())
}

pub(super) fn reached<'a>(
    open: &'a Conversation,
    account: Option<&AccountId>,
) -> Result<&'a Identity, Refusal> {
    open.identity(account).ok_or_else(|| match account {
        Some(account) => Refusal::NotReachable { account: account.clone() },
        None => Refusal::NotAllowed { state: "without an address", command: "a reply" },
    })
}

/// Guards B, C and W, and what the channel can carry.
pub(super) fn may_send(
    blocked: bool,
    identity: &Identity,
    content: &Content,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Result<(), Refusal> {
    if blocked {
        return Err(Refusal::Blocked);
    }
    facts.capabilities.check(content)?;
    not_opted_out(&identity.consent)?;
    let window = facts.capabilities.window.at(identity.last_in_at, now);
    match content {
        Content::Template(template) => may_send_template(template, window, facts),
        Content::Text(_)
        | Content::Media(_)
        | Content::Location(_)
        | Content::Contacts(_)
        | Content::Interactive(_)
        | Content::Answer(_)
        | Content::Unsupported(_) => window_open(window, facts),
    }
}

fn not_opted_out(consent: &Consent) -> Result<(), Refusal> {
    match consent {
        Consent::OptedOut { at, source } => {
            Err(Refusal::OptedOut { at: *at, source_of_wish: *source })
        }
        Consent::Unasked | Consent::OptedIn { .. } => Ok(()),
    }
}

/// T61.
fn window_open(window: Window, facts: &Facts<'_>) -> Result<(), Refusal> {
    let templates = || approved(facts.templates);
    match window {
        Window::Unlimited | Window::Open { .. } => Ok(()),
        Window::Closed { closed_at } => {
            Err(Refusal::WindowClosed { closed_at, templates: templates() })
        }
        Window::NeverOpened => Err(Refusal::WindowNeverOpened { templates: templates() }),
    }
}

/// The templates that could go instead.
fn approved(registered: Option<&[RegisteredTemplate]>) -> Vec<String> {
    let registered = registered.unwrap_or_default().iter();
    let approved = registered.filter(|template| template.approval == Approval::Approved);
    approved.map(|template| template.name.clone()).collect()
}

/// T62: outside the window only a template that is on file, and never with the wrong number of
/// parameters. Where Confab has not been told what is on file, the provider decides.
fn may_send_template(
    template: &Template,
    window: Window,
    facts: &Facts<'_>,
) -> Result<(), Refusal> {
    let Some(registered) = facts.templates else { return Ok(()) };
    let on_file = registered
        .iter()
        .find(|known| known.name == template.name && known.language == template.language);
    match on_file {
        Some(known) if known.parameters != template.parameters.len() => {
            Err(Refusal::TemplateParameters {
                registered: known.parameters,
                given: template.parameters.len(),
            })
        }
        Some(known) if known.approval == Approval::Approved => Ok(()),
        Some(_) | None if window.allows_free_form() => Ok(()),
        Some(_) | None => Err(Refusal::TemplateNotRegistered {
            name: template.name.clone(),
            language: template.language.clone(),
            templates: approved(facts.templates),
        }),
    }
}

/// T10, or T64 where agents' messages wait for opening hours.
fn accepted(
    reply: &Reply<'_>,
    open: Option<&Conversation>,
    via: &Via,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Decided {
    let before = open.map_or(Base::Active, |open| open.base);
    let message = Outgoing {
        via: via.clone(),
        kind: OutKind::Human,
        content: reply.content.clone(),
        quotes: reply.quotes.cloned(),
        base: answered(before, facts),
        answers: None,
        automatic: None,
        takes_over: open.is_some_and(|open| open.handler == Handler::Auto),
        campaign: None,
        holds: holds(open, reply.by, facts, now),
    };
    let group = open.and_then(|open| open.group.as_ref());
    let kind = held_or_queued(message, before, group, facts, now);
    let rule = if let EventKind::Held { .. } = kind { Rule::T64 } else { Rule::T10 };
    by_user(reply.by, rule, kind)
}

/// What happens now, or at the next opening; a message that is held leaves the status as it was.
fn held_or_queued(
    message: Outgoing,
    before: Base,
    group: Option<&GroupId>,
    facts: &Facts<'_>,
    now: Timestamp,
) -> EventKind {
    match closed_until(group, facts, now) {
        Some(release_at) => {
            let message = Outgoing { base: before, takes_over: false, ..message };
            EventKind::Held { release_at, message }
        }
        None => EventKind::Queued(message),
    }
}

/// Guard H: when the hours that hold for this group begin again, if messages wait for them.
fn closed_until(group: Option<&GroupId>, facts: &Facts<'_>, now: Timestamp) -> Option<Timestamp> {
    let workspace = facts.workspace;
    let hours = workspace.hours_of(group).filter(|_| workspace.rules.hold_outside_hours)?;
    if hours.is_open(now) { None } else { hours.next_opening(now) }
}

/// The status after a human answer: Active, unless people move it by hand.
pub(super) fn answered(before: Base, facts: &Facts<'_>) -> Base {
    match facts.workspace.rules.preset {
        StatusPreset::Five | StatusPreset::OpenClosed => Base::Active,
        StatusPreset::Three => before,
    }
}

pub(super) fn decide_release(
    open: &Conversation,
    held: Seq,
    message: &Outgoing,
    by: &Actor,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    // It was let go, or taken back, before.
    if !open.held.contains(&held) {
        return Ok(Decision::here(Vec::new()));
    }
    if let Some(opens_at) = closed_until(open.group.as_ref(), facts, now) {
        return Err(Refusal::OutsideHours { opens_at });
    }
    let identity = open
        .identity_by(&message.via)
        .ok_or_else(|| Refusal::NotReachable { account: message.via.account.clone() })?;
    may_send(open.blocked, identity, &message.content, facts, now)?;
    let base = match message.kind {
        OutKind::Campaign | OutKind::Auto | OutKind::Bot => open.base,
        OutKind::Human | OutKind::Native | OutKind::Ai => answered(open.base, facts),
    };
    Ok(Decision::here(vec![Decided {
        actor: by.clone(),
        rule: Rule::T10,
        kind: EventKind::Released {
            held,
            via: message.via.clone(),
            kind: message.kind,
            base,
            takes_over: message.kind == OutKind::Human && open.handler == Handler::Auto,
        },
    }]))
}

/// A message that still waits is taken back.
pub(super) fn decide_cancel(
    conversation: &Conversation,
    by: Viewer<'_>,
    held: Seq,
) -> Result<Decision, Refusal> {
    if !conversation.held.contains(&held) {
        return Err(Refusal::NotHeld);
    }
    Ok(Decision::here(vec![by_user(by, Rule::Cancelled, EventKind::Cancelled { held })]))
}

/// The guards once more, at the moment of sending: time has passed since the message was accepted.
/// `consent` is what the address says now. A conversation closed in between still sends what was
/// accepted while it was open.
///
/// # Errors
///
/// The guard that refuses; the message must not be sent then.
pub fn check_dispatch(
    conversation: &Conversation,
    message: &Outgoing,
    consent: &Consent,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Result<(), Refusal> {
    if let Base::Deleted { .. } = conversation.base {
        return Err(Refusal::Gone);
    }
    let identity = Identity {
        via: message.via.clone(),
        last_in_at: conversation.last_in_by(&message.via),
        consent: consent.clone(),
    };
    may_send(conversation.blocked, &identity, &message.content, facts, now)
}
