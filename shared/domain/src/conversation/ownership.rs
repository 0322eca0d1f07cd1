//! Whose a conversation is, and who sees it: assigning, transferring, visibility.

use jiff::Timestamp;

use super::decide::{Decision, Facts, by_system, by_user};
use super::event::{Assigned, AssignedWhy, EventKind};
use super::{Conversation, Refusal, Rule, Scope, Visibility};
use crate::id::{GroupId, UserId};
use crate::rights::{Permission, Viewer};
use crate::window::after;

/// Who is to be responsible from now on; nobody puts it back into the queue with its age.
#[derive(Debug, Clone, Copy)]
pub struct Assign<'a> {
    /// `None`: the routing does.
    pub by: Option<Viewer<'a>>,
    pub to: &'a [Candidate<'a>],
    pub group: Group<'a>,
    pub why: AssignedWhy,
    /// Whether users get more than their share.
    pub force: bool,
}

/// The group a conversation is to belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group<'a> {
    AsItIs,
    None,
    Of(&'a GroupId),
}

/// Somebody who may be responsible.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    pub viewer: Viewer<'a>,
    /// How many open conversations they have.
    pub open: usize,
}

/// T72, T73.
pub(super) fn decide_assign(
    open: &Conversation,
    assign: &Assign<'_>,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let group = match assign.group {
        Group::AsItIs => open.group.clone(),
        Group::None => None,
        Group::Of(group) => Some(group.clone()),
    };
    let to: Vec<UserId> =
        assign.to.iter().map(|candidate| candidate.viewer.user.id.clone()).collect();
    let before: Vec<&UserId> = open.assignees.iter().map(|assignee| &assignee.user).collect();
    if before.iter().copied().eq(to.iter()) && group == open.group {
        return Ok(Decision::here(Vec::new()));
    }
    if let Some(by) = assign.by {
        others_left_alone(by, &before, &to, group != open.group)?;
    }
    let rules = &facts.workspace.rules;
    if to.len() > rules.assignees_max {
        return Err(Refusal::TooManyAssignees { max: rules.assignees_max });
    }
    let after_move = Conversation { group: group.clone(), ..open.clone() };
    for Candidate { viewer, open: load } in assign.to {
        let user = viewer.user.id.clone();
        if !viewer.could_be_assigned(&after_move) {
            return Err(Refusal::CannotSee { user });
        }
        let full = rules.routing.open_max.is_some_and(|max| *load >= max);
        if full && !assign.force && !open.is_assigned_to(&user) {
            return Err(Refusal::OverCap { user, open: *load });
        }
    }
    let rule = if to.is_empty() { Rule::T73 } else { Rule::T72 };
    let answer_within = rules.routing.first_reply_within.filter(|_| chosen_by_rule(assign.why));
    let kind = EventKind::Assigned(Assigned {
        assignees: to,
        group,
        why: assign.why,
        answer_by: answer_within.map(|within| after(now, within)),
    });
    Ok(Decision::here(vec![match assign.by {
        Some(by) => by_user(by, rule, kind),
        None => by_system(rule, kind),
    }]))
}

fn chosen_by_rule(why: AssignedWhy) -> bool {
    match why {
        AssignedWhy::Chosen | AssignedWhy::NotAnswered => false,
        AssignedWhy::ContactDefault
        | AssignedWhy::Kept
        | AssignedWhy::LastReplier
        | AssignedWhy::UnknownContact
        | AssignedWhy::RoundRobin
        | AssignedWhy::LeastOpen
        | AssignedWhy::Sticky => true,
    }
}

/// C14: who may not assign others takes and gives back for themselves only. An assignee hands
/// their own on (R128).
fn others_left_alone(
    by: Viewer<'_>,
    before: &[&UserId],
    to: &[UserId],
    moves: bool,
) -> Result<(), Refusal> {
    if by.may(Permission::AssignOthers) {
        return Ok(());
    }
    let me = &by.user.id;
    let added = to.iter().filter(|user| !before.contains(user)).any(|user| user != me);
    let removed = before.iter().filter(|user| !to.contains(user)).any(|user| *user != me);
    if added || removed || moves {
        return Err(Refusal::NotPermitted(Permission::AssignOthers));
    }
    Ok(())
}

/// T74: who does not see it any more is not responsible any more either. What users tell one another
/// is for whom it names, whatever group there is.
pub(super) fn decide_visibility(
    conversation: &Conversation,
    by: Viewer<'_>,
    visibility: &Visibility,
    assignees: &[Viewer<'_>],
) -> Result<Decision, Refusal> {
    if conversation.visibility == *visibility {
        return Ok(Decision::here(Vec::new()));
    }
    if conversation.scope == Scope::Internal && *visibility == Visibility::Group {
        let (state, command) = ("among users", "being shown to a group");
        return Err(Refusal::NotAllowed { state, command });
    }
    let shown = Conversation { visibility: visibility.clone(), ..conversation.clone() };
    let stays = |user: &UserId| {
        assignees.iter().any(|viewer| viewer.user.id == *user && viewer.sees(&shown))
    };
    let assignees = conversation.assignees.iter().map(|assignee| assignee.user.clone());
    let kind = EventKind::VisibilitySet {
        visibility: visibility.clone(),
        assignees: assignees.filter(stays).collect(),
    };
    Ok(Decision::here(vec![by_user(by, Rule::T74, kind)]))
}
