//! Events that still have to be handed on, and messages that wait for opening hours.

use channels::Channel;
use domain::bus::BusEvent;
use domain::conversation::{Command, Conversation, EventKind, Facts, Outgoing, Refusal, decide};
use domain::delivery::{DeliveryStatus, Failure, FailureKind};
use domain::job::{EventName, FollowUps, Responding};
use domain::not_done::NotDone;
use jiff::Timestamp;
use store::{Changed, Due, DuePolicy, Logged};
use tracing::info;

use crate::{Deps, HAND_ON_AGAIN};

pub(crate) async fn look_at(
    deps: &Deps,
    due: &Due,
    logged: &Logged,
    now: Timestamp,
) -> Result<(), NotDone> {
    let delivery = logged.delivery.as_ref();
    let status = delivery.and_then(|delivery| delivery.latest()).map(|latest| latest.status);
    match (&logged.event.kind, status) {
        (EventKind::Held { release_at, message }, Some(DeliveryStatus::Held)) => {
            if now < *release_at {
                hand_on(deps, due, logged, told(deps, due, logged, now).await?).await?;
                return Ok(deps.store.settle_due(due, Some(*release_at)).await?);
            }
            release(deps, due, logged, message, now).await
        }
        (kind, Some(DeliveryStatus::Queued)) => {
            let mut follow_ups = told(deps, due, logged, now).await?;
            if let (Some(via), Some(delivery)) = (kind.via(), delivery) {
                let (message, account) = (name(due, logged), via.account.clone());
                follow_ups.sends = FollowUps::send(message, account, delivery.attempt()).sends;
            }
            hand_on(deps, due, logged, follow_ups).await?;
            let again = domain::window::after(now, HAND_ON_AGAIN);
            Ok(deps.store.settle_due(due, Some(again)).await?)
        }
        (kind, None) => {
            if let EventKind::Deleted = kind {
                purge(deps, due).await?;
            }
            hand_on(deps, due, logged, told(deps, due, logged, now).await?).await?;
            Ok(deps.store.settle_due(due, None).await?)
        }
        (_, Some(_)) => Ok(deps.store.settle_due(due, None).await?),
    }
}

/// Whoever deleted the conversation may have died before what was said in it was gone.
async fn purge(deps: &Deps, due: &Due) -> Result<(), NotDone> {
    let (workspace, conversation) = (&due.workspace, due.conversation);
    for object in deps.store.objects_of(workspace, conversation).await? {
        deps.objects.delete(&object).await?;
    }
    Ok(deps.store.purge(workspace, conversation).await?)
}

fn name(due: &Due, logged: &Logged) -> EventName {
    EventName {
        workspace: due.workspace.clone(),
        conversation: due.conversation,
        seq: logged.event.seq,
    }
}

async fn told(
    deps: &Deps,
    due: &Due,
    logged: &Logged,
    now: Timestamp,
) -> Result<FollowUps, NotDone> {
    let workspace = deps.workspace(&due.workspace, now).await?;
    let (conversation, events) = (due.conversation, std::slice::from_ref(&logged.event));
    let all = FollowUps::of(&due.workspace, conversation, events, Responding::Possible);
    Ok(all.routed(&workspace, conversation, events))
}

async fn hand_on(
    deps: &Deps,
    due: &Due,
    logged: &Logged,
    follow_ups: FollowUps,
) -> Result<(), NotDone> {
    deps.hand_on.send(&follow_ups).await?;
    info!(
        conversation.id = %due.conversation, seq = logged.event.seq.get(),
        "Handed on what had been left in {}", due.conversation
    );
    Ok(())
}

/// The guards are asked again: time has passed.
async fn release(
    deps: &Deps,
    due: &Due,
    held: &Logged,
    message: &Outgoing,
    now: Timestamp,
) -> Result<(), NotDone> {
    let workspace = deps.workspace(&due.workspace, now).await?;
    let stored = deps.store.account(&message.via.account).await?;
    let account = stored.ok_or_else(|| NotDone::reject("the account does not exist"))?.account;
    let channel: &dyn Channel = channels::by_name(&account.channel)
        .ok_or_else(|| NotDone::reject("the account's channel does not exist"))?;
    let facts = Facts {
        workspace: &workspace,
        capabilities: channel.capabilities(),
        templates: account.templates.as_deref(),
    };
    let decided = |conversation: &Conversation| {
        let command = Command::Release { held: held.event.seq, message, by: &held.event.actor };
        decide(Some(conversation), command, &facts, now)
    };
    let policy = DuePolicy::At(domain::window::after(now, HAND_ON_AGAIN));
    let (workspace, conversation) = (&due.workspace, due.conversation);
    let changed = deps.store.change(workspace, conversation, None, policy, now, decided).await?;
    match changed {
        Changed::Committed(committed) => {
            deps.finish(facts.workspace, conversation, &committed.events, now).await
        }
        // Hours have changed, or the conversation has moved to a group with others.
        Changed::Refused(Refusal::OutsideHours { opens_at }) => {
            Ok(deps.store.settle_due(due, Some(opens_at)).await?)
        }
        Changed::Refused(refusal) => {
            let message =
                EventName { workspace: workspace.clone(), conversation, seq: held.event.seq };
            let failure = Failure {
                kind: FailureKind::Guard,
                provider_code: None,
                detail: refusal.to_string(),
            };
            deps.store.record_failed(&message, 1, &failure, now).await?;
            let failed = BusEvent::delivery(&message, 1, DeliveryStatus::Failed, now);
            deps.hand_on.bus.tell(&[failed]).await.map_err(NotDone::retry)?;
            Ok(deps.store.settle_due(due, None).await?)
        }
        Changed::Repeated { .. } | Changed::Unchanged | Changed::Absent => {
            Ok(deps.store.settle_due(due, None).await?)
        }
    }
}
