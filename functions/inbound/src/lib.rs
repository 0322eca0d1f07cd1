//! Turns verified webhooks into changed conversations.
//!
//! Each part of a webhook is read and committed, and what follows is handed on, before the record
//! is acknowledged. A record that comes again finds what it committed and hands on the same. What
//! cannot be understood becomes a placeholder in the conversation or a notice of the account.

use std::sync::Arc;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use channels::{Channel, Parsed, Unreadable};
use domain::account::ChannelAccount;
use domain::id::{AccountId, WorkspaceId};
use domain::incoming::{Incoming, Notice};
use domain::job::{InboundJob, WebhookPart};
use domain::not_done::NotDone;
use domain::workspace::Workspace;
use jiff::{SignedDuration, Timestamp};
use platform::aws::SdkConfig;
use platform::batch::{self, Received, Source};
use platform::bus::Bus;
use platform::cache::Cache;
use platform::hand_on::HandOn;
use platform::queue::Queue;
use store::Store;

mod arrivals;
mod config;
mod receipts;

pub use config::Config;

/// What the function works with.
#[derive(Debug)]
pub struct Deps {
    pub store: Store,
    pub hand_on: HandOn,
    /// The queue of messages and the queue of receipts.
    pub inbound: Source,
    pub receipts: Source,
    accounts: Cache<AccountId, Option<Arc<ChannelAccount>>>,
    workspaces: Cache<WorkspaceId, Option<Arc<Workspace>>>,
}

/// Changed settings are in use after at most this long.
const KEPT_FOR: SignedDuration = SignedDuration::from_secs(60);
const KEPT_MAX: usize = 1_000;

impl Deps {
    pub fn connect(sdk: &SdkConfig, config: &Config) -> Self {
        let sqs = aws_sdk_sqs::Client::new(sdk);
        let queue = |url: &str| Queue::new(sqs.clone(), url);
        let source = |url: &str, dead_letters: &str| Source {
            queue: queue(url),
            dead_letters: queue(dead_letters),
            receives_max: config.receives_max,
        };
        Self {
            store: Store::new(aws_sdk_dynamodb::Client::new(sdk), &config.table),
            hand_on: HandOn {
                bus: Bus::new(aws_sdk_eventbridge::Client::new(sdk), &config.bus),
                answers: Some(queue(&config.answers)),
                outbound: None,
                media: Some(queue(&config.media)),
                routing: Some(queue(&config.routing)),
            },
            inbound: source(&config.inbound, &config.inbound_dead),
            receipts: source(&config.receipts, &config.receipts_dead),
            accounts: Cache::new(KEPT_FOR, KEPT_MAX),
            workspaces: Cache::new(KEPT_FOR, KEPT_MAX),
        }
    }

    /// The queue a batch came from: Lambda feeds the function from both, one at a time.
    pub fn source_of(&self, batch: &SqsEvent) -> &Source {
        let from = batch.records.first().and_then(|record| record.event_source_arn.as_deref());
        match from {
            Some(arn) if self.receipts.queue.is(arn) => &self.receipts,
            Some(_) | None => &self.inbound,
        }
    }

    async fn account(
        &self,
        id: &AccountId,
        now: Timestamp,
    ) -> Result<Option<Arc<ChannelAccount>>, NotDone> {
        let load = async |id: &AccountId| -> Result<_, NotDone> {
            Ok(self.store.account(id).await?.map(|stored| Arc::new(stored.account)))
        };
        self.accounts.get(id, now, load).await
    }

    async fn workspace(&self, id: &WorkspaceId, now: Timestamp) -> Result<Arc<Workspace>, NotDone> {
        let load = async |id: &WorkspaceId| -> Result<_, NotDone> {
            Ok(self.store.workspace(id).await?.map(Arc::new))
        };
        let kept = self.workspaces.get(id, now, load).await?;
        kept.ok_or_else(|| NotDone::reject("the account's workspace does not exist"))
    }
}

/// Runs a batch of either queue: which one, only the records' queue for coming back and the dead
/// letters depends on.
pub async fn handle(
    deps: &Deps,
    source: &Source,
    batch: SqsEvent,
    now: Timestamp,
) -> SqsBatchResponse {
    batch::each(batch, source, async |job: InboundJob, received| {
        process(deps, job, received, now).await
    })
    .await
}

/// Where a part has led: the account it is for, with what the account depends on.
pub(crate) struct Place<'a> {
    pub(crate) account: &'a ChannelAccount,
    pub(crate) channel: &'static dyn Channel,
    pub(crate) workspace: &'a Workspace,
    pub(crate) received_at: Timestamp,
    pub(crate) received: Received,
}

async fn process(
    deps: &Deps,
    job: InboundJob,
    received: Received,
    now: Timestamp,
) -> Result<(), NotDone> {
    let InboundJob::WebhookV1(WebhookPart { account, received_at, body }) = job;
    let account = deps
        .account(&account, now)
        .await?
        .ok_or_else(|| NotDone::reject(format!("there is no account `{account}`")))?;
    let channel = channels::by_name(&account.channel)
        .ok_or_else(|| NotDone::reject(format!("there is no channel `{}`", account.channel)))?;
    let parsed = channel
        .parse(body.reveal())
        .map_err(|Unreadable(why)| NotDone::reject(format!("the webhook cannot be read: {why}")))?;
    let workspace = deps.workspace(&account.workspace, now).await?;
    let Some(addressee) = addressee(deps, channel, &account, &parsed, now).await? else {
        let place =
            Place { account: &account, channel, workspace: &workspace, received_at, received };
        let notice = Notice::new("addressed to an unknown account", body.reveal());
        return arrivals::notice(deps, &place, notice).await;
    };
    let place =
        Place { account: &addressee, channel, workspace: &workspace, received_at, received };
    for item in parsed.items {
        take(deps, &place, item, now).await?;
    }
    Ok(())
}

/// Webhooks of several accounts may come to one address; each part names the account it is for.
async fn addressee(
    deps: &Deps,
    channel: &dyn Channel,
    account: &Arc<ChannelAccount>,
    parsed: &Parsed,
    now: Timestamp,
) -> Result<Option<Arc<ChannelAccount>>, NotDone> {
    let Some(addressed) = parsed.addressed_to.as_deref() else {
        return Ok(Some(Arc::clone(account)));
    };
    if channel.own_id(account).is_none_or(|own| own == addressed) {
        return Ok(Some(Arc::clone(account)));
    }
    let other =
        deps.store.account_by_own_id(&account.workspace, &account.channel, addressed).await?;
    match other {
        None => Ok(None),
        Some(other) => deps.account(&other, now).await,
    }
}

async fn take(
    deps: &Deps,
    place: &Place<'_>,
    item: Incoming,
    now: Timestamp,
) -> Result<(), NotDone> {
    match item {
        Incoming::Message(message) => arrivals::message(deps, place, &message, now).await,
        Incoming::Echo(echo) => arrivals::echo(deps, place, &echo, now).await,
        Incoming::Remark(remark) => arrivals::remark(deps, place, &remark, now).await,
        Incoming::Consent(consent) => arrivals::consent(deps, place, &consent, now).await,
        Incoming::AddressChange(change) => arrivals::address_change(deps, place, &change).await,
        Incoming::Notice(notice) => arrivals::notice(deps, place, notice).await,
        Incoming::Receipt(receipt) => receipts::receipt(deps, place, &receipt, now).await,
    }
}
