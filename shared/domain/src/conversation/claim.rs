//! Claims: the exclusive right to reply (domain model, section 7, rows L1 to L8).
//!
//! A claim is a lease: it ends by itself, and comparing its end with the clock is all it takes.
//! Each change of hands raises the epoch, so that whoever had it before cannot send by it.

use jiff::Timestamp;

use super::decide::{Decision, by_user};
use super::event::{Claimed, EventKind, Holds};
use super::{Conversation, Facts, Handler, Refusal, Rule};
use crate::id::UserId;
use crate::rights::{Permission, Viewer};
use crate::window::after;
use crate::workspace::{LockMode, UserKind};

/// Who has a conversation to themselves, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    pub holder: UserId,
    pub since: Timestamp,
    pub until: Timestamp,
}

/// A user wants the conversation to themselves.
#[derive(Debug, Clone, Copy)]
pub struct ClaimBy<'a> {
    pub by: Viewer<'a>,
    pub steal: Steal,
}

/// Whether a claim may be taken away from somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steal {
    No,
    Yes,
}

impl Conversation {
    /// The claim, if it has not ended.
    pub fn live_lease(&self, now: Timestamp) -> Option<&Lease> {
        self.lease.as_ref().filter(|lease| now < lease.until)
    }

    /// Whether `user` may prolong their claim of this epoch (L3): it is still theirs, even if it
    /// has just ended and nobody else has taken it.
    ///
    /// # Errors
    ///
    /// The refusal says who has it now.
    pub fn may_renew(&self, user: &UserId, epoch: u32) -> Result<(), Refusal> {
        match &self.lease {
            Some(lease) if lease.holder == *user && self.epoch == epoch => Ok(()),
            held => Err(Refusal::Fenced {
                epoch: self.epoch,
                holder: held.as_ref().map(|lease| lease.holder.clone()),
            }),
        }
    }

    fn held_by_other(&self, user: &UserId, now: Timestamp) -> Option<&Lease> {
        self.live_lease(now).filter(|lease| lease.holder != *user)
    }
}

/// L1, L2, L5, L7.
pub(super) fn decide_claim(
    open: &Conversation,
    claim: &ClaimBy<'_>,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let user = &claim.by.user.id;
    let other = open.held_by_other(user, now);
    let may_steal = claim.by.may(Permission::ConversationSteal) || open.is_assigned_to(user);
    let rule = match (other, claim.steal) {
        (Some(_), Steal::Yes) if may_steal => Rule::L5,
        (Some(_), Steal::Yes) => {
            return Err(Refusal::NotPermitted(Permission::ConversationSteal));
        }
        (Some(lease), Steal::No) => return Err(held_by(lease)),
        (None, _) => Rule::L1,
    };
    let kind = EventKind::Claimed(Claimed {
        by: user.clone(),
        epoch: open.epoch.saturating_add(1),
        until: after(now, facts.workspace.rules.claim_for),
        from: other.map(|lease| lease.holder.clone()),
        takes_over: open.handler == Handler::Auto,
    });
    Ok(Decision::here(vec![by_user(claim.by, rule, kind)]))
}

/// L6.
pub(super) fn decide_unclaim(
    open: &Conversation,
    by: Viewer<'_>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    match open.live_lease(now) {
        None => Ok(Decision::here(Vec::new())),
        Some(lease) if lease.holder == by.user.id || by.may(Permission::ConversationSteal) => {
            Ok(Decision::here(vec![by_user(by, Rule::L6, EventKind::Unclaimed)]))
        }
        Some(lease) => Err(held_by(lease)),
    }
}

fn held_by(lease: &Lease) -> Refusal {
    Refusal::HeldBy { by: lease.holder.clone(), since: lease.since, until: lease.until }
}

/// Guard F: whether this user may answer, as the workspace locks conversations. `epoch` is the one
/// the client knows.
pub(super) fn may_answer(
    open: &Conversation,
    by: Viewer<'_>,
    epoch: Option<u32>,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let user = &by.user.id;
    if epoch.is_some_and(|epoch| epoch != open.epoch) {
        let holder = open.live_lease(now).map(|lease| lease.holder.clone());
        return Err(Refusal::Fenced { epoch: open.epoch, holder });
    }
    match facts.workspace.rules.lock {
        LockMode::Off => Ok(()),
        LockMode::ExclusiveClaim => {
            open.held_by_other(user, now).map_or(Ok(()), |lease| Err(held_by(lease)))
        }
        LockMode::Assignees => {
            let may = open.assignees.is_empty()
                || open.is_assigned_to(user)
                || by.may(Permission::AssignOthers)
                || by.user.kind != UserKind::Person;
            let assignees = || open.assignees.iter().map(|one| one.user.clone()).collect();
            if may { Ok(()) } else { Err(Refusal::NotAssigned { assignees: assignees() }) }
        }
    }
}

/// The claim that a person has by answering, where answering claims.
pub(super) fn holds(
    open: Option<&Conversation>,
    by: Viewer<'_>,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Option<Holds> {
    if facts.workspace.rules.lock != LockMode::ExclusiveClaim {
        return None;
    }
    let until = after(now, facts.workspace.rules.claim_for);
    let epoch = open.map_or(0, |open| open.epoch);
    let own =
        open.and_then(|open| open.live_lease(now)).is_some_and(|lease| lease.holder == by.user.id);
    Some(Holds { epoch: if own { epoch } else { epoch.saturating_add(1) }, until })
}
