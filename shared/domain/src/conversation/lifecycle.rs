//! Opening, closing, reopening, deleting, blocking.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::decide::{
    Decided, Decision, Facts, Opening, Party, Place, actor, by_system, by_user, place,
};
use super::event::{Actor, CloseReason, Closed, EventKind, Opened, OpenedBy, Via};
use super::{Base, Conversation, Handler, Refusal, Rule, Scope, Visibility, WaitingOn};
use crate::consent::Consent;
use crate::id::{ContactId, ConversationId, UserId};
use crate::private::Words;
use crate::rights::{Permission, Viewer};
use crate::window::after;
use crate::workspace::{Ask, ClosePolicy, UserKind};

/// A conversation without a message (T04, T05).
#[derive(Debug, Clone, Copy)]
pub struct Open<'a> {
    /// The user or program that asks for it; `None` for a channel's welcome event.
    pub by: Option<Viewer<'a>>,
    pub what: OpenedFor<'a>,
}

/// With whom a conversation begins.
#[derive(Debug, Clone, Copy)]
pub enum OpenedFor<'a> {
    Contact {
        via: &'a Via,
        party: &'a Party<'a>,
    },
    /// A chat among users, all of whom are named here.
    Users {
        members: &'a BTreeSet<UserId>,
        contact: ContactId,
    },
}

#[derive(Debug, Clone, Copy)]
pub struct Close<'a> {
    /// `None`: it closes by itself.
    pub by: Option<Viewer<'a>>,
    pub reason: CloseReason,
    pub category: Option<&'a str>,
    pub summary: Option<&'a Words>,
}

#[derive(Debug, Clone, Copy)]
pub struct Reopen<'a> {
    pub by: Viewer<'a>,
    /// The conversation that is open in the same scope, if any.
    pub other_open: Option<ConversationId>,
}

/// T04 and T05.
pub(super) fn decide_open(
    state: Option<&Conversation>,
    open: &Open<'_>,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    if let Some(known) = state.filter(|known| known.base.is_open()) {
        return Err(Refusal::OtherOpen { conversation: known.id });
    }
    let (via, party) = match open.what {
        OpenedFor::Users { members, contact } => {
            return Ok(open_internal(open.by, members, contact, now));
        }
        OpenedFor::Contact { via, party } => (via, party),
    };
    if party.blocked {
        return Err(Refusal::Blocked);
    }
    let (by, who, rule) = match open.by {
        Some(by) if by.user.kind == UserKind::Person => {
            (OpenedBy::User(by.user.id.clone()), actor(by), Rule::T04)
        }
        Some(by) => (OpenedBy::Automation, actor(by), Rule::T04),
        None if !facts.workspace.rules.open_on_welcome => return Ok(Decision::here(Vec::new())),
        None => (OpenedBy::Contact, Actor::Contact, Rule::T05),
    };
    let opening = Opening { by, via, party, earlier: state, base: Base::New, since: now };
    let decided = Decided { actor: who, rule, kind: opening.event(facts) };
    let begins = !matches!(place(state, facts.workspace.rules.reopen_grace, now), Place::Opens(_));
    Ok(Decision { begins, events: vec![decided] })
}

fn open_internal(
    by: Option<Viewer<'_>>,
    members: &BTreeSet<UserId>,
    contact: ContactId,
    now: Timestamp,
) -> Decision {
    let opened_by = by.map_or(OpenedBy::Automation, |by| OpenedBy::User(by.user.id.clone()));
    let kind = EventKind::Opened(Opened {
        contact,
        contact_name: None,
        scope: Scope::Internal,
        by: opened_by,
        via: None,
        consent: Consent::Unasked,
        activity_expires_at: after(now, NEVER_INACTIVE),
        last_in_at: None,
        base: Base::Active,
        handler: Handler::Human,
        group: None,
        visibility: Visibility::Only(members.clone()),
        assignees: members.iter().cloned().collect(),
        replier: None,
    });
    let who = by.map_or(Actor::System, actor);
    Decision::anew(vec![Decided { actor: who, rule: Rule::Internal, kind }])
}

/// Nobody waits for a customer in an internal chat: it does not fall Inactive.
const NEVER_INACTIVE: SignedDuration = SignedDuration::from_hours(24 * 365 * 100);

/// T31, T40 to T45.
pub(super) fn decide_close(
    open: &Conversation,
    close: &Close<'_>,
    by_hand: Rule,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let rules = &facts.workspace.rules;
    let rule = match close.reason {
        CloseReason::User => {
            may_close(open, close.by, rules.close_policy)?;
            noted(close.category.is_some(), rules.closing_category, "category")?;
            noted(close.summary.is_some(), rules.closing_summary, "summary")?;
            by_hand
        }
        CloseReason::Automation | CloseReason::Dialogflow => match close.by {
            Some(by) if by.user.kind == UserKind::Person => {
                return Err(Refusal::NotAllowed { state: "handled by people", command: "it" });
            }
            Some(_) | None => Rule::T41,
        },
        CloseReason::Merged => Rule::T42,
        CloseReason::Idle if !is_idle(open, rules.close_idle_after, now) => {
            return Ok(Decision::here(Vec::new()));
        }
        CloseReason::Idle => Rule::T43,
        CloseReason::Spam => Rule::T44,
    };
    if close.reason != CloseReason::Merged {
        all_paid(open)?;
    }
    let closed = EventKind::Closed(Closed {
        reason: close.reason,
        category: close.category.map(str::to_owned),
        summary: close.summary.cloned(),
        unreplied: open.unreplied,
        unassigns: rules.unassign_on_close,
    });
    let decided = |rule, kind| match close.by {
        Some(by) => by_user(by, rule, kind),
        None => by_system(rule, kind),
    };
    let held = open.held.iter();
    let mut events: Vec<Decided> =
        held.map(|held| decided(Rule::Cancelled, EventKind::Cancelled { held: *held })).collect();
    events.push(decided(rule, closed));
    Ok(Decision::here(events))
}

/// C19. Programs always may.
fn may_close(
    open: &Conversation,
    by: Option<Viewer<'_>>,
    policy: ClosePolicy,
) -> Result<(), Refusal> {
    let Some(by) = by.filter(|by| by.user.kind == UserKind::Person) else { return Ok(()) };
    let may = policy == ClosePolicy::AnyMember
        || open.is_assigned_to(&by.user.id)
        || by.may(Permission::ConversationCloseAny);
    if may {
        return Ok(());
    }
    let assignees = open.assignees.iter().map(|assignee| assignee.user.clone()).collect();
    Err(Refusal::NotYours { assignees })
}

/// C20.
fn noted(there: bool, ask: Ask, missing: &'static str) -> Result<(), Refusal> {
    if ask == Ask::Required && !there { Err(Refusal::ClosingNote { missing }) } else { Ok(()) }
}

/// Guard I.
fn all_paid(conversation: &Conversation) -> Result<(), Refusal> {
    if conversation.unpaid.is_empty() {
        return Ok(());
    }
    Err(Refusal::UnpaidInvoices { invoices: conversation.unpaid.clone() })
}

/// T43: a waiting customer is never closed by time.
fn is_idle(open: &Conversation, idle_after: Option<SignedDuration>, now: Timestamp) -> bool {
    let Some(idle_after) = idle_after else { return false };
    open.waiting_on == WaitingOn::Customer
        && open.snoozed_until.is_none()
        && now >= after(open.last_word_at(), idle_after)
}

impl Conversation {
    /// When anybody last said something.
    pub fn last_word_at(&self) -> Timestamp {
        let said = [self.last_in.map(|last| last.at), self.last_out.as_ref().map(|last| last.at)];
        said.into_iter().flatten().max().unwrap_or(self.opened_at)
    }
}

/// T50, T51.
pub(super) fn decide_reopen(
    conversation: &Conversation,
    reopen: &Reopen<'_>,
    facts: &Facts<'_>,
) -> Result<Decision, Refusal> {
    if conversation.base.is_open() {
        return Err(Refusal::NotAllowed {
            state: conversation.base.as_str(),
            command: "reopening",
        });
    }
    if let Some(other) = reopen.other_open {
        return Err(Refusal::OtherOpen { conversation: other });
    }
    may_close(conversation, Some(reopen.by), facts.workspace.rules.close_policy)?;
    let kind = EventKind::Reopened { handler: Handler::Human };
    Ok(Decision::here(vec![by_user(reopen.by, Rule::T50, kind)]))
}

/// T80. R169: an internal chat has a permission of its own.
pub(super) fn decide_delete(
    conversation: &Conversation,
    by: Viewer<'_>,
    facts: &Facts<'_>,
) -> Result<Decision, Refusal> {
    let internal = conversation.scope == Scope::Internal;
    let permission =
        if internal { Permission::InternalDelete } else { Permission::ConversationDelete };
    if !by.may(permission) {
        return Err(Refusal::NotPermitted(permission));
    }
    if !internal && !facts.workspace.rules.allow_delete {
        return Err(Refusal::DeletionOff);
    }
    all_paid(conversation)?;
    Ok(Decision::here(vec![by_user(by, Rule::T80, EventKind::Deleted)]))
}

/// T44: what is owed keeps it open.
pub(super) fn decide_block(
    conversation: &Conversation,
    by: Viewer<'_>,
) -> Result<Decision, Refusal> {
    if conversation.blocked {
        return Ok(Decision::here(Vec::new()));
    }
    let mut events = vec![by_user(by, Rule::T44, EventKind::Blocked)];
    if conversation.base.is_open() && conversation.unpaid.is_empty() {
        let held = conversation.held.iter();
        events.extend(
            held.map(|held| by_user(by, Rule::Cancelled, EventKind::Cancelled { held: *held })),
        );
        let closed = EventKind::Closed(Closed {
            reason: CloseReason::Spam,
            category: None,
            summary: None,
            unreplied: conversation.unreplied,
            unassigns: false,
        });
        events.push(by_user(by, Rule::T44, closed));
    }
    Ok(Decision::here(events))
}

pub(super) fn decide_unblock(
    conversation: &Conversation,
    by: Viewer<'_>,
) -> Result<Decision, Refusal> {
    if !conversation.blocked {
        return Ok(Decision::here(Vec::new()));
    }
    Ok(Decision::here(vec![by_user(by, Rule::T44, EventKind::Unblocked)]))
}
