//! What ends by time in a conversation: a snooze, the time to answer in, its having been left idle,
//! its being active.
//!
//! A head stands in the index once, at the first of these. Whatever has ended is done through the
//! same commands as by hand, which look again; then the head stands at what ends next.

use domain::bus::BusEvent;
use domain::conversation::{
    Assign, AssignedWhy, Close, CloseReason, Command, Conversation, Decision, Facts, Group,
    Refusal, WaitingOn, decide,
};
use domain::not_done::NotDone;
use domain::window::after;
use domain::workspace::Rules;
use jiff::{SignedDuration, Timestamp};
use store::{Changed, Due, DuePolicy};
use tracing::info;

use crate::{Deps, HAND_ON_AGAIN};

/// What was refused is tried again after this long: an invoice may be paid by then.
const REFUSED_AGAIN: SignedDuration = SignedDuration::from_hours(24);

/// What has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Snooze,
    /// The assignees have not answered in time.
    Answer,
    /// Nobody has said anything for long.
    Idle,
}

pub(crate) async fn look_at(deps: &Deps, due: &Due, now: Timestamp) -> Result<(), NotDone> {
    let conversation = deps.store.conversation(&due.workspace, due.conversation).await?;
    let Some(conversation) = conversation.filter(|conversation| conversation.base.is_open()) else {
        return Ok(deps.store.settle_due(due, None).await?);
    };
    let workspace = deps.workspace(&due.workspace, now).await?;
    let expires_at = conversation.activity_expires_at;
    // Once, by the timer that was armed for it: later ones are for what ends later.
    if conversation.is_inactive(now) && due.due_at <= expires_at {
        let inactive = BusEvent::inactive(&due.workspace, due.conversation, expires_at);
        deps.hand_on.bus.tell(&[inactive]).await.map_err(NotDone::retry)?;
        info!(conversation.id = %due.conversation, "{} has fallen Inactive", due.conversation);
    }
    let refused = match ended(&conversation, &workspace.rules, now) {
        None => false,
        Some(ended) => {
            let policy = DuePolicy::At(after(now, HAND_ON_AGAIN));
            let facts = Facts::of(&workspace);
            let decided = |state: &Conversation| end(state, ended, &facts, now);
            let (id, on) = (due.conversation, &due.workspace);
            match deps.store.change(on, id, None, policy, now, decided).await? {
                Changed::Committed(committed) => {
                    deps.finish(&workspace, id, &committed.events, now).await?;
                    info!(conversation.id = %id, ended = ?ended, "Something has ended in {id}");
                    let after = committed.conversation;
                    let next = next(&after, &workspace.rules, now).filter(|_| after.base.is_open());
                    return Ok(deps.store.settle_due(due, next).await?);
                }
                Changed::Refused(_) => true,
                Changed::Unchanged | Changed::Absent | Changed::Repeated { .. } => false,
            }
        }
    };
    let again = refused.then(|| after(now, REFUSED_AGAIN));
    let next = next(&conversation, &workspace.rules, now).into_iter().chain(again).min();
    Ok(deps.store.settle_due(due, next).await?)
}

fn ended(conversation: &Conversation, rules: &Rules, now: Timestamp) -> Option<Ended> {
    let past = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
    if past(conversation.snoozed_until) {
        Some(Ended::Snooze)
    } else if past(conversation.answer_by) {
        Some(Ended::Answer)
    } else if past(idle_at(conversation, rules)) {
        Some(Ended::Idle)
    } else {
        None
    }
}

fn end(
    state: &Conversation,
    ended: Ended,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let run = |command: Command<'_>| decide(Some(state), command, facts, now);
    match ended {
        Ended::Snooze => run(Command::Wake { by: None }),
        Ended::Answer if state.answer_by.is_none_or(|by| now < by) => {
            Ok(Decision { begins: false, events: Vec::new() })
        }
        Ended::Answer => {
            let (group, why) = (Group::AsItIs, AssignedWhy::NotAnswered);
            run(Command::Assign(&Assign { by: None, to: &[], group, why, force: false }))
        }
        Ended::Idle => {
            let reason = CloseReason::Idle;
            run(Command::Close(&Close { by: None, reason, category: None, summary: None }))
        }
    }
}

/// When it is closed for want of a word; never while the customer waits.
fn idle_at(conversation: &Conversation, rules: &Rules) -> Option<Timestamp> {
    let waits = conversation.waiting_on == WaitingOn::Customer;
    let idle_after = rules.close_idle_after.filter(|_| waits)?;
    conversation.snoozed_until.is_none().then(|| after(conversation.last_word_at(), idle_after))
}

/// What ends next.
fn next(conversation: &Conversation, rules: &Rules, now: Timestamp) -> Option<Timestamp> {
    let ends = [
        Some(conversation.activity_expires_at),
        conversation.snoozed_until,
        conversation.answer_by,
        idle_at(conversation, rules),
    ];
    ends.into_iter().flatten().filter(|at| *at > now).min()
}
