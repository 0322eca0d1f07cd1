//! What a user does to a conversation, committed as any command is, and left to the schedule to be
//! handed on: as if whoever committed it had died right after.

use domain::conversation::{
    Assign, AssignedWhy, Candidate, Close, CloseReason, Command, Conversation, Decision, Facts,
    Group, Refusal, Reopen, Visibility, decide,
};
use domain::id::{ConversationId, GroupId};
use domain::rights::Viewer;
use domain::workspace::{User, Workspace};
use store::{Changed, DuePolicy};

use super::World;

#[derive(Debug, Clone)]
pub(crate) enum Act {
    Assign(Vec<&'static str>),
    /// To a group, or out of any.
    Move(Option<&'static str>),
    /// To these users alone, or to whoever sees the group.
    Restrict(Option<Vec<&'static str>>),
    Close,
    Reopen,
}

impl World {
    /// The user does it. Lost races are tried again; what is refused changes nothing.
    pub(crate) async fn acts(&self, user: &str, id: &str, act: &Act) -> Changed {
        let store = &self.confab.store;
        let _observing = self.faults.pause();
        let name = "acme".parse().unwrap();
        let workspace = store.workspace(&name).await.unwrap().unwrap();
        let mut users = Vec::new();
        for id in ["ada", "ben", "cy", "dee"] {
            users.extend(store.user(&name, &id.parse().unwrap()).await.unwrap());
        }
        let id: ConversationId = id.parse().unwrap();
        let state = store.conversation(&name, id).await.unwrap().unwrap();
        let open = store.open_conversation(&name, state.contact, &state.scope).await.unwrap();
        let other_open = open.filter(|open| *open != id);
        let now = self.now();
        let by = users.iter().find(|known| known.id.as_str() == user).unwrap();
        let decided =
            |state: &Conversation| decided(state, &workspace, &users, (by, other_open), act, now);
        store.change(&name, id, None, DuePolicy::At(now), now, decided).await.unwrap()
    }
}

fn decided(
    state: &Conversation,
    workspace: &Workspace,
    users: &[User],
    (by, other_open): (&User, Option<ConversationId>),
    act: &Act,
    now: jiff::Timestamp,
) -> Result<Decision, Refusal> {
    let facts = Facts::of(workspace);
    let viewer = Viewer::of(workspace, by).unwrap();
    let run = |command: Command<'_>| decide(Some(state), command, &facts, now);
    let assign = |to: Vec<&str>, group: Group<'_>| {
        let candidates: Vec<Candidate<'_>> = users
            .iter()
            .filter(|user| to.contains(&user.id.as_str()))
            .map(|user| Candidate { viewer: Viewer::of(workspace, user).unwrap(), open: 0 })
            .collect();
        let why = AssignedWhy::Chosen;
        let assign = Assign { by: Some(viewer), to: &candidates, group, why, force: false };
        run(Command::Assign(&assign))
    };
    match act {
        Act::Assign(to) => assign(to.clone(), Group::AsItIs),
        Act::Move(group) => {
            let group: Option<GroupId> = group.map(|group| group.parse().unwrap());
            let assigned = state.assignees.iter().map(|assignee| assignee.user.as_str()).collect();
            assign(assigned, group.as_ref().map_or(Group::None, Group::Of))
        }
        Act::Restrict(only) => {
            let visibility = only.as_ref().map_or(Visibility::Group, |users| {
                Visibility::Only(users.iter().map(|user| user.parse().unwrap()).collect())
            });
            let viewers: Vec<Viewer<'_>> =
                users.iter().filter_map(|user| Viewer::of(workspace, user)).collect();
            let (by, assignees) = (viewer, viewers.as_slice());
            run(Command::SetVisibility { by, visibility: &visibility, assignees })
        }
        Act::Close => {
            let reason = CloseReason::User;
            let close = Close { by: Some(viewer), reason, category: None, summary: None };
            run(Command::Close(&close))
        }
        Act::Reopen => run(Command::Reopen(&Reopen { by: viewer, other_open })),
    }
}
