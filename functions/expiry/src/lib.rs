//! Does what is due: what ends by time in conversations, held messages whose time has come, and
//! whatever was committed and not handed on.
//!
//! It asks one sparse index and never reads anything else by the way. Whatever it does can be done
//! again: an item leaves the index after its work is done, and only if nobody has moved it.

use std::sync::Arc;

use domain::conversation::Event;
use domain::id::{ConversationId, WorkspaceId};
use domain::job::{FollowUps, Responding};
use domain::not_done::NotDone;
use domain::workspace::Workspace;
use jiff::{SignedDuration, Timestamp};
use platform::aws::SdkConfig;
use platform::batch::chain;
use platform::bus::Bus;
use platform::cache::Cache;
use platform::hand_on::HandOn;
use platform::objects::Objects;
use platform::queue::Queue;
use store::{Due, DueWhat, SHARDS, Store, StoreError};
use tracing::{info, warn};

mod clocks;
mod config;
mod events;

pub use config::Config;

/// What the function works with.
#[derive(Debug)]
pub struct Deps {
    pub store: Store,
    pub hand_on: HandOn,
    pub objects: Objects,
    workspaces: Cache<WorkspaceId, Option<Arc<Workspace>>>,
}

/// Changed settings are in use after at most this long.
const KEPT_FOR: SignedDuration = SignedDuration::from_secs(60);
const KEPT_MAX: usize = 1_000;

impl Deps {
    pub fn connect(sdk: &SdkConfig, config: &Config) -> Self {
        let sqs = aws_sdk_sqs::Client::new(sdk);
        let queue = |url: &str| Queue::new(sqs.clone(), url);
        Self {
            store: Store::new(aws_sdk_dynamodb::Client::new(sdk), &config.table),
            hand_on: HandOn::sends(
                Bus::new(aws_sdk_eventbridge::Client::new(sdk), &config.bus),
                queue(&config.outbound),
            )
            .routing(queue(&config.routing)),
            objects: Objects::connect(sdk, &config.objects),
            workspaces: Cache::new(KEPT_FOR, KEPT_MAX),
        }
    }

    async fn workspace(&self, id: &WorkspaceId, now: Timestamp) -> Result<Arc<Workspace>, NotDone> {
        let load = async |id: &WorkspaceId| -> Result<_, NotDone> {
            Ok(self.store.workspace(id).await?.map(Arc::new))
        };
        let kept = self.workspaces.get(id, now, load).await?;
        kept.ok_or_else(|| NotDone::reject("the workspace does not exist"))
    }

    /// Hands on what was just committed, and says so; a send stays due until it is claimed.
    async fn finish(
        &self,
        workspace: &Workspace,
        conversation: ConversationId,
        events: &[Event],
        now: Timestamp,
    ) -> Result<(), NotDone> {
        let id = &workspace.id;
        let follow_ups = FollowUps::of(id, conversation, events, Responding::No).routed(
            workspace,
            conversation,
            events,
        );
        self.hand_on.send(&follow_ups).await?;
        let due_at = domain::window::after(now, HAND_ON_AGAIN);
        Ok(self.store.handed_on(id, conversation, events, due_at).await?)
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
        DueWhat::Conversation => clocks::look_at(deps, due, now).await,
        DueWhat::Event(seq) => {
            let logged = deps.store.event(&due.workspace, due.conversation, seq).await?;
            let logged = logged.ok_or_else(|| NotDone::reject("there is no such event"))?;
            events::look_at(deps, due, &logged, now).await
        }
    }
}
