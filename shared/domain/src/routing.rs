//! Whom a conversation that nobody is responsible for goes to.
//!
//! The order of section 7 of the domain model, the first that yields somebody who can take it: those
//! who had it before it was closed, the last to have written to the contact, an admin for whoever
//! nobody has ever dealt with, the strategy; else it waits in the queue, with its age. The contact's
//! own assignees are its own from the opening on.

use jiff::{SignedDuration, Timestamp};

use crate::conversation::{AssignedWhy, Conversation, WaitingOn};
use crate::id::UserId;
use crate::rights::{Permission, Viewer};
use crate::window::after;
use crate::workspace::{Presence, Routing, Strategy, UserKind};

/// Somebody who may be given work.
#[derive(Debug, Clone, Copy)]
pub struct CandidateFacts<'a> {
    pub viewer: Viewer<'a>,
    pub presence: Presence,
    /// How many open conversations they have.
    pub open: usize,
    /// When the routing chose them last.
    pub last_chosen: Option<Timestamp>,
}

/// What the routing asks a pull about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// Whoever had it has not answered: somebody else.
    Next,
    /// It waits in the queue. When all have been asked, they are asked again.
    Again,
}

/// Whom, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    pub users: Vec<UserId>,
    pub why: AssignedWhy,
}

/// Without a sign of life for this long, somebody is no longer there.
const LAPSES_AFTER: SignedDuration = SignedDuration::from_mins(5);

impl Presence {
    /// What somebody is at `now` who said this last at `heard`.
    pub fn at(self, heard: Timestamp, now: Timestamp) -> Self {
        if now < after(heard, LAPSES_AFTER) { self } else { Self::Offline }
    }
}

impl Routing {
    /// Whether it ever chooses anybody. If not, conversations are left to whoever takes them.
    pub fn chooses(&self) -> bool {
        self.strategy != Strategy::Queue || self.last_replier || self.unknown_to_admin
    }
}

impl CandidateFacts<'_> {
    fn can_take(&self, conversation: &Conversation, routing: &Routing) -> bool {
        self.viewer.user.kind == UserKind::Person
            && (routing.ignores_presence || self.presence == Presence::Online)
            && self.viewer.could_be_assigned(conversation)
    }

    /// Whether there is room for one more.
    pub fn has_room(&self, routing: &Routing) -> bool {
        routing.open_max.is_none_or(|max| self.open < max)
    }

    fn is(&self, user: &UserId) -> bool {
        self.viewer.user.id == *user
    }
}

/// Whether a conversation waits in the queue.
pub fn waits(conversation: &Conversation) -> bool {
    conversation.base.is_open()
        && conversation.assignees.is_empty()
        && conversation.waiting_on == WaitingOn::Agent
        && conversation.snoozed_until.is_none()
        && !conversation.handler.is_machine()
}

/// Since when a conversation waits: the queue is in this order.
pub fn waits_since(conversation: &Conversation) -> Timestamp {
    conversation.waiting_since.unwrap_or(conversation.opened_at)
}

/// Who is to have a conversation that was closed and is open again: those who had it, as far as they
/// can take it; they keep it whatever else they have. `None` if it is as it should be.
pub fn kept(
    conversation: &Conversation,
    routing: &Routing,
    candidates: &[CandidateFacts<'_>],
) -> Option<Chosen> {
    let can = |user: &UserId| {
        let known = candidates.iter().find(|candidate| candidate.is(user));
        known.is_some_and(|known| known.can_take(conversation, routing))
    };
    let before = conversation.assignees.iter().map(|assignee| &assignee.user);
    let users: Vec<UserId> = before.filter(|user| can(user)).cloned().collect();
    if users.len() == conversation.assignees.len() {
        return None;
    }
    Some(Chosen { users, why: AssignedWhy::Kept })
}

/// Who takes it; `None` leaves it in the queue.
pub fn choose(
    conversation: &Conversation,
    routing: &Routing,
    candidates: &[CandidateFacts<'_>],
    round: Round,
) -> Option<Chosen> {
    let able: Vec<&CandidateFacts<'_>> = candidates
        .iter()
        .filter(|one| one.can_take(conversation, routing) && one.has_room(routing))
        .collect();
    let asked = |one: &&&CandidateFacts<'_>| conversation.tried.contains(&one.viewer.user.id);
    let fresh: Vec<&CandidateFacts<'_>> = able.iter().filter(|one| !asked(one)).copied().collect();
    match round {
        Round::Again if fresh.is_empty() => among(conversation, routing, &able),
        Round::Again | Round::Next => among(conversation, routing, &fresh),
    }
}

fn among(
    conversation: &Conversation,
    routing: &Routing,
    able: &[&CandidateFacts<'_>],
) -> Option<Chosen> {
    let replier = || {
        let last = conversation.replier.as_ref()?;
        able.iter().find(|one| one.is(last)).copied()
    };
    let chosen = |one: &CandidateFacts<'_>, why| {
        Some(Chosen { users: vec![one.viewer.user.id.clone()], why })
    };
    if routing.last_replier
        && let Some(one) = replier()
    {
        return chosen(one, AssignedWhy::LastReplier);
    }
    if routing.unknown_to_admin && conversation.replier.is_none() {
        let admins: Vec<&CandidateFacts<'_>> =
            able.iter().filter(|one| one.viewer.may(Permission::UsersManage)).copied().collect();
        if let Some(one) = least(&admins) {
            return chosen(one, AssignedWhy::UnknownContact);
        }
    }
    match routing.strategy {
        Strategy::Queue => None,
        Strategy::RoundRobin => {
            let longest_ago = able.iter().min_by_key(|one| turn(one))?;
            chosen(longest_ago, AssignedWhy::RoundRobin)
        }
        Strategy::LeastOpen => chosen(least(able)?, AssignedWhy::LeastOpen),
        Strategy::Sticky => match replier() {
            Some(one) => chosen(one, AssignedWhy::Sticky),
            None => chosen(least(able)?, AssignedWhy::LeastOpen),
        },
    }
}

fn least<'c, 'a>(pool: &[&'c CandidateFacts<'a>]) -> Option<&'c CandidateFacts<'a>> {
    pool.iter().copied().min_by_key(|one| load(one))
}

/// Whoever was never chosen comes first.
fn turn<'a>(one: &CandidateFacts<'a>) -> (Option<Timestamp>, &'a UserId) {
    (one.last_chosen, &one.viewer.user.id)
}

fn load<'a>(one: &CandidateFacts<'a>) -> (usize, (Option<Timestamp>, &'a UserId)) {
    (one.open, turn(one))
}

/// The queue in its order: the longest waiting first.
pub fn in_order(queue: &mut [Conversation]) {
    queue.sort_by_key(|one| (waits_since(one), one.id));
}
