//! Assigning and visibility: the users who are named have to be there.

use std::collections::{BTreeMap, BTreeSet};

use domain::conversation::{
    Assign, AssignedWhy, Candidate, Command, Conversation, Facts, Group, Visibility, decide,
};
use domain::id::{ConversationId, UserId};
use domain::rights::Viewer;
use domain::workspace::User;
use platform::problem::Problem;
use store::CommandKey;

use super::{AssignBody, VisibilityBody};
use crate::Deps;
use crate::answer::Failed;
use crate::caller::Caller;

/// The users of these names, who all have to be there and to be active.
pub(crate) async fn users(
    deps: &Deps,
    caller: &Caller,
    field: &str,
    names: &[UserId],
) -> Result<Vec<User>, Failed> {
    const NAMED_MAX: usize = 50;
    if names.len() > NAMED_MAX {
        return Err(Failed(Problem::bad_request(field, format!("at most {NAMED_MAX} users"))));
    }
    let mut users: Vec<User> = Vec::with_capacity(names.len());
    for name in names {
        if users.iter().any(|user| user.id == *name) {
            continue;
        }
        let user = deps.store.user(&caller.workspace.id, name).await?;
        let user = user.filter(|user| Viewer::of(&caller.workspace, user).is_some());
        let missing = || Problem::bad_request(field, format!("there is no active user `{name}`"));
        users.push(user.ok_or_else(missing)?);
    }
    Ok(users)
}

/// T72, T73: assigning, transferring, giving back to the queue, moving to another group. Whoever
/// cannot see the conversation in its new group is not responsible there any more.
pub(super) async fn assign(
    deps: &Deps,
    caller: &Caller,
    id: ConversationId,
    key: Option<&CommandKey>,
    body: &AssignBody,
) -> Result<Conversation, Failed> {
    let workspace = &caller.workspace;
    let group = match &body.group {
        None => Group::AsItIs,
        Some(None) => Group::None,
        Some(Some(group)) if workspace.group(group).is_some() => Group::Of(group),
        Some(Some(_)) => return Err(Failed(Problem::bad_request("group", "no such group"))),
    };
    let before = crate::conversations::found(deps, caller, id).await?;
    let stay: Vec<UserId> = before.assignees.iter().map(|one| one.user.clone()).collect();
    let named = body.assignees.as_ref().unwrap_or(&stay);
    let users = users(deps, caller, "assignees", named).await?;
    let candidates = candidates(deps, caller, &users).await?;
    let facts = Facts::of(workspace);
    deps.commit(caller, id, key, |conversation| {
        let moved = match group {
            Group::AsItIs => conversation.clone(),
            Group::None => Conversation { group: None, ..conversation.clone() },
            Group::Of(group) => Conversation { group: Some(group.clone()), ..conversation.clone() },
        };
        let mut to = candidates.clone();
        if body.assignees.is_none() {
            to.retain(|candidate| candidate.viewer.could_be_assigned(&moved));
        }
        let assign = Assign {
            by: Some(caller.viewer()),
            to: &to,
            group,
            why: AssignedWhy::Chosen,
            force: body.force,
        };
        decide(Some(conversation), Command::Assign(&assign), &facts, caller.now)
    })
    .await
}

/// The users with how many conversations they have, where that matters.
async fn candidates<'a>(
    deps: &Deps,
    caller: &'a Caller,
    users: &'a [User],
) -> Result<Vec<Candidate<'a>>, Failed> {
    let workspace = &caller.workspace;
    let ids: Vec<UserId> = users.iter().map(|user| user.id.clone()).collect();
    let counts = match workspace.rules.routing.open_max {
        None => BTreeMap::new(),
        Some(_) => deps.store.open_counts(&workspace.id, &ids).await?,
    };
    let open = |user: &User| counts.get(&user.id).copied().unwrap_or(0);
    let candidate = |user: &'a User| {
        let viewer = Viewer::of(workspace, user)?;
        Some(Candidate { viewer, open: usize::try_from(open(user)).unwrap_or(0) })
    };
    Ok(users.iter().filter_map(candidate).collect())
}

/// T74.
pub(super) async fn set_visibility(
    deps: &Deps,
    caller: &Caller,
    id: ConversationId,
    key: Option<&CommandKey>,
    body: &VisibilityBody,
) -> Result<Conversation, Failed> {
    let visibility = match &body.users {
        None => Visibility::Group,
        Some(named) if named.is_empty() => {
            return Err(Failed(Problem::bad_request("users", "must name somebody")));
        }
        Some(named) => {
            let users = users(deps, caller, "users", named).await?;
            let ids: BTreeSet<UserId> = users.into_iter().map(|user| user.id).collect();
            Visibility::Only(ids)
        }
    };
    let before = crate::conversations::found(deps, caller, id).await?;
    let mut responsible = Vec::with_capacity(before.assignees.len());
    for assignee in &before.assignees {
        responsible.extend(deps.store.user(&caller.workspace.id, &assignee.user).await?);
    }
    let viewers = responsible.iter().filter_map(|user| Viewer::of(&caller.workspace, user));
    let (by, assignees) = (caller.viewer(), &viewers.collect::<Vec<_>>());
    let command = Command::SetVisibility { by, visibility: &visibility, assignees };
    deps.run(caller, id, key, command).await
}
