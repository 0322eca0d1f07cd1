//! Outbound messages: who may say what, when; and messages that went out without us.

use jiff::Timestamp;

use super::decide::{Decided, Decision, Facts, Party, Place, on_open, opening, place};
use super::event::{Actor, EventKind, OpenedBy, OutKind, Outgoing, Quote, Rule, Via};
use super::{Base, Command, Conversation, Handler, Identity, Refusal, StatusPreset};
use crate::account::Approval;
use crate::consent::Consent;
use crate::content::{Content, Template};
use crate::id::{AccountId, Seq, UserId};
use crate::incoming::IncomingEcho;
use crate::responder::ResponderKind;
use crate::window::Window;

/// A user answers, or writes first.
#[derive(Debug, Clone, Copy)]
pub struct Reply<'a> {
    pub by: &'a UserId,
    pub content: &'a Content,
    pub quotes: Option<&'a Quote>,
    /// The latest event the user had seen.
    pub expected_seq: Option<Seq>,
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

/// A responder answers.
#[derive(Debug, Clone, Copy)]
pub struct AutoSend<'a> {
    pub responder: ResponderKind,
    /// The inbound message whose turn it is.
    pub trigger: Seq,
    pub content: &'a Content,
}

/// The business wrote from the provider's own app.
#[derive(Debug, Clone, Copy)]
pub struct Echo<'a> {
    pub account: &'a AccountId,
    pub echo: &'a IncomingEcho,
    pub receiver: &'a Party<'a>,
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
            nobody_answered_meanwhile(open, reply)?;
            let identity = reached(open, account)?;
            may_send(identity, reply.content, facts, now)?;
            Ok(Decision::here(vec![accepted(reply, open.base, &identity.via, facts, now)]))
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
    let last_in_at = state.and_then(|known| known.last_in_by(via));
    let identity = Identity { via: via.clone(), last_in_at, consent: party.consent.clone() };
    may_send(&identity, reply.content, facts, now)?;
    let by = OpenedBy::User(reply.by.clone());
    let opened = Decided {
        actor: Actor::User(reply.by.clone()),
        rule: Rule::T03,
        kind: opening(by, via, party, state, facts, now),
    };
    let message = accepted(reply, Base::Active, via, facts, now);
    Ok(Decision::anew(vec![opened, Decided { rule: Rule::T03, ..message }]))
}

/// Guard Q: a reply written before a colleague's became visible is shown it first.
fn nobody_answered_meanwhile(open: &Conversation, reply: &Reply<'_>) -> Result<(), Refusal> {
    let (Some(expected), Some(last)) = (reply.expected_seq, &open.last_out) else {
        return Ok(());
    };
    let own = matches!(&last.by, Actor::User(user) if user == reply.by);
    if last.seq > expected && !own {
        return Err(Refusal::ColleagueAnswered { seq: last.seq, by: last.by.clone() });
    }
    Ok(())
}

fn reached<'a>(
    open: &'a Conversation,
    account: Option<&AccountId>,
) -> Result<&'a Identity, Refusal> {
    open.identity(account).ok_or_else(|| match account {
        Some(account) => Refusal::NotReachable { account: account.clone() },
        None => Refusal::NotAllowed { state: "without an address", command: "a reply" },
    })
}

/// Guards C and W, and what the channel can carry.
fn may_send(
    identity: &Identity,
    content: &Content,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Result<(), Refusal> {
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
        | Content::Unsupported(_) => window_open(window),
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
fn window_open(window: Window) -> Result<(), Refusal> {
    match window {
        Window::Unlimited | Window::Open { .. } => Ok(()),
        Window::Closed { closed_at } => Err(Refusal::WindowClosed { closed_at }),
        Window::NeverOpened => Err(Refusal::WindowNeverOpened),
    }
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
        }),
    }
}

/// T10, or T64 where agents' messages wait for opening hours.
fn accepted(
    reply: &Reply<'_>,
    before: Base,
    via: &Via,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Decided {
    let actor = Actor::User(reply.by.clone());
    let message = |base| Outgoing {
        via: via.clone(),
        kind: OutKind::Human,
        content: reply.content.clone(),
        quotes: reply.quotes.cloned(),
        base,
        answers: None,
    };
    let opens_at = match &facts.workspace.hours {
        Some(hours) if facts.workspace.rules.hold_outside_hours && !hours.is_open(now) => {
            hours.next_opening(now)
        }
        Some(_) | None => None,
    };
    match opens_at {
        Some(release_at) => Decided {
            actor,
            rule: Rule::T64,
            kind: EventKind::Held { release_at, message: message(before) },
        },
        None => Decided {
            actor,
            rule: Rule::T10,
            kind: EventKind::Queued(message(answered(before, facts))),
        },
    }
}

/// The status after a human answer: Active, unless people move it by hand.
fn answered(before: Base, facts: &Facts<'_>) -> Base {
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
    let identity = open
        .identity_by(&message.via)
        .ok_or_else(|| Refusal::NotReachable { account: message.via.account.clone() })?;
    may_send(identity, &message.content, facts, now)?;
    Ok(Decision::here(vec![Decided {
        actor: by.clone(),
        rule: Rule::T10,
        kind: EventKind::Released {
            held,
            via: message.via.clone(),
            kind: message.kind,
            base: answered(open.base, facts),
        },
    }]))
}

/// T13: never over a human, once for each inbound message.
pub(super) fn decide_auto(
    open: &Conversation,
    auto: &AutoSend<'_>,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    if auto.trigger <= open.answered_seq {
        return Err(Refusal::TurnTaken);
    }
    if open.handler == Handler::Human {
        return Err(Refusal::HumanHandles);
    }
    let identity = reached(open, None)?;
    may_send(identity, auto.content, facts, now)?;
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
        }),
    }]))
}

/// T08 and T11: it has been sent, so nothing can refuse it.
pub(super) fn decide_echo(
    state: Option<&Conversation>,
    echo: &Echo<'_>,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Decision {
    let via = Via { account: echo.account.clone(), address: echo.echo.to.clone() };
    let by_business = |rule, kind| Decided { actor: Actor::Business, rule, kind };
    let message = |before| {
        EventKind::Queued(Outgoing {
            via: via.clone(),
            kind: OutKind::Native,
            content: echo.echo.content.clone(),
            quotes: echo
                .echo
                .quotes
                .as_ref()
                .map(|quoted| Quote { provider_id: quoted.clone(), seq: None }),
            base: answered(before, facts),
            answers: None,
        })
    };
    match place(state, facts.workspace.rules.reopen_grace, now) {
        Place::Here(open) => Decision::here(vec![by_business(Rule::T11, message(open.base))]),
        Place::Reopen(_) => Decision::here(vec![
            by_business(Rule::T23, EventKind::Reopened),
            by_business(Rule::T11, message(Base::Active)),
        ]),
        Place::Anew => Decision::anew(vec![
            by_business(
                Rule::T08,
                opening(OpenedBy::Business, &via, echo.receiver, state, facts, now),
            ),
            by_business(Rule::T08, message(Base::Active)),
        ]),
    }
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
    may_send(&identity, &message.content, facts, now)
}
