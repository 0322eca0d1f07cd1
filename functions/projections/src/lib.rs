//! Follows each change: the feed of a workspace, the sums of its tiles, what users are told, and what
//! came of automatic answers.
//!
//! A record says that a conversation's log has grown, and nothing else: what the feed and the tiles
//! have of it stands beside the log, so that whatever is missing is added, in any order and however
//! often it is said. Records of one conversation are one, and conversations of one shard share a
//! transaction.

use std::collections::{BTreeMap, BTreeSet};

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use domain::id::{ConversationId, WorkspaceId};
use domain::job::Change;
use domain::not_done::NotDone;
use jiff::Timestamp;
use platform::aws::SdkConfig;
use platform::batch::{self, Source};
use platform::queue::Queue;
use store::{PROJECTED_MAX, Store, StoreError, feed_shard};
use tracing::info;

mod config;
mod notify;
mod outcomes;

pub use config::Config;

/// What the function works with.
#[derive(Debug)]
pub struct Deps {
    pub store: Store,
    pub changes: Source,
}

impl Deps {
    pub fn connect(sdk: &SdkConfig, config: &Config) -> Self {
        let sqs = aws_sdk_sqs::Client::new(sdk);
        let queue = |url: &str| Queue::new(sqs.clone(), url);
        Self {
            store: Store::new(aws_sdk_dynamodb::Client::new(sdk), &config.table),
            changes: Source {
                queue: queue(&config.changes),
                dead_letters: queue(&config.changes_dead),
                receives_max: config.receives_max,
            },
        }
    }
}

pub async fn handle(deps: &Deps, batch: SqsEvent, now: Timestamp) -> SqsBatchResponse {
    batch::together(batch, &deps.changes, async |changes| follow(deps, &changes, now).await).await
}

/// What shares its transactions: a workspace's conversations of one shard.
type Shard = (WorkspaceId, u8);

/// How each of the changes ended, by how its conversation did.
async fn follow(deps: &Deps, changes: &[Change], now: Timestamp) -> Vec<Result<(), NotDone>> {
    let mut shards: BTreeMap<Shard, BTreeSet<ConversationId>> = BTreeMap::new();
    for Change { detail, .. } in changes {
        let shard = (detail.workspace.clone(), feed_shard(detail.conversation));
        shards.entry(shard).or_default().insert(detail.conversation);
    }
    let mut failed: BTreeMap<(&WorkspaceId, ConversationId), Failed> = BTreeMap::new();
    for ((workspace, shard), conversations) in &shards {
        let conversations: Vec<ConversationId> = conversations.iter().copied().collect();
        for some in conversations.chunks(PROJECTED_MAX) {
            let failures = project(deps, workspace, *shard, some, now).await;
            failed.extend(failures.into_iter().map(|(id, why)| ((workspace, id), why)));
        }
    }
    let (all, of) = (changes.len(), shards.values().map(BTreeSet::len).sum::<usize>());
    info!(changes = all, conversations = of, "Followed {all} changes of {of} conversations");
    let mut ends = Vec::with_capacity(changes.len());
    for change in changes {
        let Change { detail, .. } = change;
        ends.push(match failed.get(&(&detail.workspace, detail.conversation)) {
            None => beside(deps, change).await,
            Some(Failed::Absent) => Err(NotDone::reject("there is no such conversation")),
            Some(Failed::Store(why)) => Err(NotDone::retry(why.clone())),
        });
    }
    ends
}

/// What follows from a single change.
async fn beside(deps: &Deps, change: &Change) -> Result<(), NotDone> {
    notify::notify(deps, change).await?;
    outcomes::count(deps, change).await
}

enum Failed {
    Absent,
    /// In words, because several records may have to hear of it.
    Store(String),
}

/// All of them together; if that fails, each alone, so that none stands in the way of the others.
async fn project(
    deps: &Deps,
    workspace: &WorkspaceId,
    shard: u8,
    conversations: &[ConversationId],
    now: Timestamp,
) -> Vec<(ConversationId, Failed)> {
    match deps.store.project(workspace, shard, conversations, now).await {
        Ok(absent) => absent.into_iter().map(|id| (id, Failed::Absent)).collect(),
        Err(failed) if conversations.len() == 1 => vec![(conversations[0], Failed::of(&failed))],
        Err(_) => {
            let mut failures = Vec::new();
            for one in conversations {
                match deps.store.project(workspace, shard, &[*one], now).await {
                    Ok(absent) => {
                        failures.extend(absent.into_iter().map(|id| (id, Failed::Absent)))
                    }
                    Err(failed) => failures.push((*one, Failed::of(&failed))),
                }
            }
            failures
        }
    }
}

impl Failed {
    fn of(error: &StoreError) -> Self {
        Self::Store(batch::chain(error))
    }
}
