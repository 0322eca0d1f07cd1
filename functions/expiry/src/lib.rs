//! Does what is due: conversations that have fallen Inactive, held messages whose time has come,
//! and whatever was committed and not handed on.
//!
//! It asks one sparse index and never reads anything else by the way. Whatever it does can be done
//! again: an item leaves the index after its work is done, and only if nobody has moved it.

use channels::Channel;
use domain::bus::BusEvent;
use domain::conversation::{Command, Conversation, EventKind, Facts, Outgoing, Refusal, decide};
use domain::delivery::{DeliveryStatus, Failure, FailureKind};
use domain::job::{EventName, FollowUps, Responding};
use domain::not_done::NotDone;
use jiff::{SignedDuration, Timestamp};
use platform::aws::SdkConfig;
use platform::batch::chain;
use platform::bus::Bus;
use platform::hand_on::HandOn;
use platform::queue::Queue;
use store::{Changed, Due, DuePolicy, DueWhat, Logged, SHARDS, Store, StoreError};
use tracing::{info, warn};

mod config;

pub use config::Config;

/// What the function works with.
#[derive(Debug)]
pub struct Deps {
    pub store: Store,
    pub hand_on: HandOn,
}

impl Deps {
    pub fn connect(sdk: &SdkConfig, config: &Config) -> Self {
        let sqs = aws_sdk_sqs::Client::new(sdk);
        let queue = |url: &str| Queue::new(sqs.clone(), url);
        Self {
            store: Store::new(aws_sdk_dynamodb::Client::new(sdk), &config.table),
            hand_on: HandOn::sends(
                Bus::new(aws_sdk_eventbridge::Client::new(sdk), &config.bus),
                queue(&config.outbound),
            ),
        }
    }
}

/// One run does at most this many things in each partition; the next run is a minute away.
const PER_RUN_MAX: usize = 2_000;

/// What was handed on and is still not claimed after this long is handed on again.
const HAND_ON_AGAIN: SignedDuration = SignedDuration::from_mins(2);

/// # Errors
///
/// If the index cannot be asked. A thing that cannot be done is logged and stays due.
pub async fn handle(deps: &Deps, now: Timestamp) -> Result<(), StoreError> {
    for shard in 0..SHARDS {
        let mut done = 0;
        let mut last: Option<Due> = None;
        while done < PER_RUN_MAX {
            let page = deps.store.due(shard, now, last.as_ref()).await?;
            for due in &page {
                if let Err(not_done) = act(deps, due, now).await {
                    report(due, &not_done);
                }
            }
            done += page.len();
            match page.into_iter().last() {
                None => break,
                Some(due) => last = Some(due),
            }
        }
        if done > 0 {
            info!(shard, done, "Looked at {done} things that were due");
        }
    }
    Ok(())
}

fn report(due: &Due, not_done: &NotDone) {
    let why = match not_done {
        NotDone::Retry { source, .. } => chain(&**source),
        NotDone::Reject { reason } => reason.clone(),
    };
    let conversation = due.conversation;
    warn!(conversation.id = %conversation, "Something due in {conversation} was not done: {why}");
}

async fn act(deps: &Deps, due: &Due, now: Timestamp) -> Result<(), NotDone> {
    match due.what {
        DueWhat::Conversation => look_at_clock(deps, due, now).await,
        DueWhat::Event(seq) => {
            let logged = deps.store.event(&due.workspace, due.conversation, seq).await?;
            let logged = logged.ok_or_else(|| NotDone::reject("there is no such event"))?;
            look_at_event(deps, due, &logged, now).await
        }
    }
}

/// A timer that fires early arms itself again; one that fires in time tells the bus.
async fn look_at_clock(deps: &Deps, due: &Due, now: Timestamp) -> Result<(), NotDone> {
    let conversation = deps.store.conversation(&due.workspace, due.conversation).await?;
    let Some(conversation) = conversation.filter(|conversation| conversation.base.is_open()) else {
        return Ok(deps.store.settle_due(due, None).await?);
    };
    let expires_at = conversation.activity_expires_at;
    if !conversation.is_inactive(now) {
        return Ok(deps.store.settle_due(due, Some(expires_at)).await?);
    }
    let inactive = BusEvent::inactive(&due.workspace, due.conversation, expires_at);
    deps.hand_on.bus.tell(&[inactive]).await.map_err(NotDone::retry)?;
    deps.store.settle_due(due, None).await?;
    info!(conversation.id = %due.conversation, "{} has fallen Inactive", due.conversation);
    Ok(())
}

async fn look_at_event(
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
                hand_on(deps, due, logged, told(due, logged)).await?;
                return Ok(deps.store.settle_due(due, Some(*release_at)).await?);
            }
            release(deps, due, logged, message, now).await
        }
        (kind, Some(DeliveryStatus::Queued)) => {
            let mut follow_ups = told(due, logged);
            if let (Some(via), Some(delivery)) = (kind.via(), delivery) {
                let (message, account) = (name(due, logged), via.account.clone());
                follow_ups.sends = FollowUps::send(message, account, delivery.attempt()).sends;
            }
            hand_on(deps, due, logged, follow_ups).await?;
            let again = domain::window::after(now, HAND_ON_AGAIN);
            Ok(deps.store.settle_due(due, Some(again)).await?)
        }
        (_, None) => {
            hand_on(deps, due, logged, told(due, logged)).await?;
            Ok(deps.store.settle_due(due, None).await?)
        }
        (_, Some(_)) => Ok(deps.store.settle_due(due, None).await?),
    }
}

fn name(due: &Due, logged: &Logged) -> EventName {
    EventName {
        workspace: due.workspace.clone(),
        conversation: due.conversation,
        seq: logged.event.seq,
    }
}

fn told(due: &Due, logged: &Logged) -> FollowUps {
    let events = std::slice::from_ref(&logged.event);
    FollowUps::of(&due.workspace, due.conversation, events, Responding::Possible)
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
    let workspace = deps.store.workspace(&due.workspace).await?;
    let workspace = workspace.ok_or_else(|| NotDone::reject("the workspace does not exist"))?;
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
            let events = &committed.events;
            let follow_ups = FollowUps::of(workspace, conversation, events, Responding::No);
            deps.hand_on.send(&follow_ups).await?;
            for event in events {
                let what = DueWhat::Event(event.seq);
                let at = domain::window::after(now, HAND_ON_AGAIN);
                let released = Due { workspace: workspace.clone(), conversation, what, due_at: at };
                deps.store.settle_due(&released, None).await?;
            }
            Ok(())
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
