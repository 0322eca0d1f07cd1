//! Sends accepted messages to providers, each once.
//!
//! An attempt is claimed before the provider is called, and what came of it is put down after. A
//! claim that is met again means that its owner died in between: whether the provider was called
//! is unknown then, and the message is not sent again blindly. The guards are asked once more at
//! the moment of sending, because time has passed.

use std::sync::Arc;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use channels::{Channel, Outcome, Send};
use domain::bus::BusEvent;
use domain::conversation::{Facts, Refusal, check_dispatch};
use domain::delivery::{
    Attempt, DeliveryStatus, Failure, FailureKind, Retry, SendFailure, wait_before_next,
};
use domain::id::{AccountId, ProviderMessageId, WorkspaceId};
use domain::incoming::Reference;
use domain::job::{EventName, OutboundJob};
use domain::not_done::NotDone;
use domain::workspace::Workspace;
use jiff::{SignedDuration, Timestamp};
use platform::accounts::{Accounts, OpenAccount};
use platform::aws::SdkConfig;
use platform::batch::{self, Source};
use platform::bus::Bus;
use platform::cache::Cache;
use platform::config::BaseUrl;
use platform::http::{ProviderClient, RequestError};
use platform::objects::Objects;
use platform::queue::Queue;
use platform::secrets::Vault;
use store::{Claim, Claimed, Store};
use tracing::{error, info, warn};

mod config;
mod pace;

pub use config::Config;
pub use pace::Pace;

/// What the function works with.
#[derive(Debug)]
pub struct Deps {
    pub store: Store,
    pub accounts: Accounts,
    pub bus: Bus,
    pub outbound: Source,
    pub http: ProviderClient,
    pub objects: Objects,
    pub pace: Pace,
    pub public_url: BaseUrl,
    workspaces: Cache<WorkspaceId, Option<Arc<Workspace>>>,
}

/// Changed settings are in use after at most this long.
const KEPT_FOR: SignedDuration = SignedDuration::from_secs(60);
const KEPT_MAX: usize = 1_000;

impl Deps {
    pub fn connect(sdk: &SdkConfig, config: &Config) -> Self {
        let sqs = aws_sdk_sqs::Client::new(sdk);
        let queue = |url: &str| Queue::new(sqs.clone(), url);
        let vault = Vault::new(aws_sdk_kms::Client::new(sdk), &config.key);
        Self {
            store: Store::new(aws_sdk_dynamodb::Client::new(sdk), &config.table),
            accounts: Accounts::new(vault, config.api_base),
            bus: Bus::new(aws_sdk_eventbridge::Client::new(sdk), &config.bus),
            outbound: Source {
                queue: queue(&config.outbound),
                dead_letters: queue(&config.outbound_dead),
                receives_max: config.receives_max,
            },
            http: ProviderClient::new(),
            objects: Objects::connect(sdk, &config.objects),
            pace: Pace::new(config.senders_max),
            public_url: config.public_url.clone(),
            workspaces: Cache::new(KEPT_FOR, KEPT_MAX),
        }
    }
}

pub async fn handle(deps: &Deps, batch: SqsEvent, now: Timestamp) -> SqsBatchResponse {
    batch::each(batch, &deps.outbound, async |job: OutboundJob, _received| {
        process(deps, job, now).await
    })
    .await
}

/// The account a message goes out through.
struct Route {
    open: Arc<OpenAccount>,
    channel: &'static dyn Channel,
}

async fn process(deps: &Deps, job: OutboundJob, now: Timestamp) -> Result<(), NotDone> {
    let OutboundJob::SendV1 { message, account, .. } = job;
    let route = route(deps, &account, now).await?;
    if let Some(route) = &route {
        let per_second = route.channel.capabilities().sends_per_second.value;
        deps.pace.admit(&account, per_second, now).map_err(too_early)?;
    }
    let claimed = match deps.store.claim(&message, now).await? {
        Claim::Granted(claimed) => claimed,
        Claim::InProgress { attempt } => return lost(deps, &message, attempt, now).await,
        Claim::Settled => return Ok(()),
        Claim::Absent => return Err(NotDone::reject("there is no such message")),
    };
    let sending = Sending { deps, message: &message, claimed: &claimed, now };
    let Some(route) = route else {
        let detail = "the channel account does not exist".to_owned();
        let failure = Failure { kind: FailureKind::Account, provider_code: None, detail };
        return sending.failed(&failure).await;
    };
    if let Err(refusal) = guard(&sending, &route).await? {
        return sending.failed(&refused(&refusal)).await;
    }
    sending.go(&route).await
}

async fn route(deps: &Deps, account: &AccountId, now: Timestamp) -> Result<Option<Route>, NotDone> {
    let load = async |id: &AccountId| -> Result<_, NotDone> { Ok(deps.store.account(id).await?) };
    let open = deps.accounts.get(account, now, load).await?;
    Ok(open.and_then(|open| {
        let channel = channels::by_name(&open.account.channel)?;
        Some(Route { open, channel })
    }))
}

fn too_early(wait: SignedDuration) -> NotDone {
    NotDone::Retry { after: Some(wait), source: "the account's pace".into() }
}

/// Whoever claimed the attempt died before it could say what came of it.
async fn lost(
    deps: &Deps,
    message: &EventName,
    attempt: usize,
    now: Timestamp,
) -> Result<(), NotDone> {
    let failure = Failure {
        kind: FailureKind::Unavailable,
        provider_code: None,
        detail: "sending was interrupted; nobody knows whether the provider took it".to_owned(),
    };
    deps.store.record_unknown(message, attempt, &failure, now).await?;
    tell(deps, message, attempt, DeliveryStatus::Unknown, now).await?;
    let (conversation, seq) = (message.conversation, message.seq.get());
    warn!(
        conversation.id = %conversation, seq, attempt,
        "Nobody knows what became of message {seq} of {conversation}"
    );
    Ok(())
}

/// Guards C and W as they stand now.
async fn guard(sending: &Sending<'_>, route: &Route) -> Result<Result<(), Refusal>, NotDone> {
    let Sending { deps, message, claimed, now } = *sending;
    let outgoing = &claimed.message.message;
    let facts = deps.store.dispatch_facts(message, &outgoing.via).await?;
    let Some((conversation, consent)) = facts else {
        return Err(NotDone::reject("there is no such conversation"));
    };
    let load = async |id: &WorkspaceId| -> Result<_, NotDone> {
        Ok(deps.store.workspace(id).await?.map(Arc::new))
    };
    let workspace = deps.workspaces.get(&message.workspace, now, load).await?;
    let workspace = workspace.ok_or_else(|| NotDone::reject("the workspace does not exist"))?;
    let facts = Facts {
        workspace: &workspace,
        capabilities: route.channel.capabilities(),
        templates: route.open.account.templates.as_deref(),
    };
    Ok(check_dispatch(&conversation, outgoing, &consent, &facts, now))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "every other refusal is a guard of ours")]
fn refused(refusal: &Refusal) -> Failure {
    let kind = match refusal {
        Refusal::WindowClosed { .. } | Refusal::WindowNeverOpened { .. } => {
            FailureKind::WindowClosed
        }
        Refusal::OptedOut { .. } => FailureKind::OptedOut,
        Refusal::TemplateNotRegistered { .. } | Refusal::TemplateParameters { .. } => {
            FailureKind::Template
        }
        Refusal::CannotCarry(_) => FailureKind::Content,
        _ => FailureKind::Guard,
    };
    Failure { kind, provider_code: None, detail: refusal.to_string() }
}

async fn tell(
    deps: &Deps,
    message: &EventName,
    attempt: usize,
    status: DeliveryStatus,
    now: Timestamp,
) -> Result<(), NotDone> {
    Ok(deps.bus.tell(&[BusEvent::delivery(message, attempt, status, now)]).await?)
}

/// A claimed attempt.
#[derive(Clone, Copy)]
struct Sending<'a> {
    deps: &'a Deps,
    message: &'a EventName,
    claimed: &'a Claimed,
    now: Timestamp,
}

impl Sending<'_> {
    async fn go(&self, route: &Route) -> Result<(), NotDone> {
        let OpenAccount { account, secrets } = &*route.open;
        let outgoing = &self.claimed.message.message;
        let webhook_url = format!("{}/webhooks/{}", self.deps.public_url.as_str(), account.id);
        let reference = Reference {
            conversation: self.message.conversation,
            seq: self.message.seq,
            attempt: self.claimed.attempt,
        };
        let content = self.deps.objects.addressed(&outgoing.content).await?;
        let send = Send {
            account,
            secrets,
            to: &outgoing.via.address,
            content: &content,
            quotes: outgoing.quotes.as_ref().map(|quoted| &quoted.provider_id),
            reference: &reference,
            webhook_url: &webhook_url,
        };
        let request = match route.channel.request(&send) {
            Ok(request) => request,
            Err(failure) => return self.failed(&failure.failure).await,
        };
        match self.deps.http.call(request, account.api_base.as_deref()).await {
            Ok(answer) => match route.channel.outcome(&send, &answer) {
                Outcome::Accepted(id) => self.sent(&id).await,
                Outcome::Failed(failure) => self.not_taken(failure).await,
                Outcome::Unknown(detail) => self.unknown(detail).await,
            },
            Err(RequestError::NotSent(cause)) => {
                let detail = format!("the provider is out of reach: {}", batch::chain(&*cause));
                self.not_taken(out_of_reach(detail)).await
            }
            Err(RequestError::NotAllowed(why)) => {
                let detail = format!("the provider's address may not be called: {why}");
                self.failed(&out_of_reach(detail).failure).await
            }
            Err(error @ (RequestError::NotAnswered(_) | RequestError::TooLarge { .. })) => {
                self.unknown(batch::chain(&error)).await
            }
        }
    }

    async fn sent(&self, id: &ProviderMessageId) -> Result<(), NotDone> {
        let Claimed { message: sending, attempt, .. } = self.claimed;
        self.deps.store.record_sent(self.message, *attempt, sending, id, self.now).await?;
        tell(self.deps, self.message, *attempt, DeliveryStatus::Sent, self.now).await?;
        let (conversation, seq) = (self.message.conversation, self.message.seq.get());
        info!(
            conversation.id = %conversation, seq, attempt,
            "Sent message {seq} of {conversation}"
        );
        Ok(())
    }

    /// The provider did not take it: once more later, or for good.
    async fn not_taken(&self, failure: SendFailure) -> Result<(), NotDone> {
        let SendFailure { failure, retry } = failure;
        let Claimed { attempt, queued_at, .. } = *self.claimed;
        if let (FailureKind::RateLimited, Retry::After(Some(wait))) = (failure.kind, retry) {
            let until = domain::window::after(self.now, wait);
            self.deps.pace.close(&self.claimed.message.message.via.account, until);
        }
        let Some(wait) = wait_before_next(attempt, retry, queued_at, self.now) else {
            return self.failed(&given_up(failure, retry, attempt)).await;
        };
        let ended = Attempt {
            failure: Some(failure.clone()),
            ..Attempt::new(DeliveryStatus::Failed, self.now)
        };
        self.deps.store.begin_attempt(self.message, &ended, attempt, None, self.now).await?;
        Err(NotDone::Retry { after: Some(wait), source: failure.detail.into() })
    }

    async fn failed(&self, failure: &Failure) -> Result<(), NotDone> {
        let attempt = self.claimed.attempt;
        self.deps.store.record_failed(self.message, attempt, failure, self.now).await?;
        tell(self.deps, self.message, attempt, DeliveryStatus::Failed, self.now).await?;
        let (conversation, seq) = (self.message.conversation, self.message.seq.get());
        let (kind, code) = (format!("{:?}", failure.kind), failure.provider_code.as_deref());
        if failure.kind == FailureKind::Account {
            let account = &self.claimed.message.message.via.account;
            error!(
                conversation.id = %conversation, seq, account.id = %account, code,
                "The account {account} cannot send: {}", failure.detail
            );
        } else {
            warn!(
                conversation.id = %conversation, seq, kind, code,
                "Message {seq} of {conversation} was not sent: {}", failure.detail
            );
        }
        Ok(())
    }

    async fn unknown(&self, detail: String) -> Result<(), NotDone> {
        let attempt = self.claimed.attempt;
        let failure = Failure { kind: FailureKind::Unavailable, provider_code: None, detail };
        self.deps.store.record_unknown(self.message, attempt, &failure, self.now).await?;
        tell(self.deps, self.message, attempt, DeliveryStatus::Unknown, self.now).await?;
        let (conversation, seq) = (self.message.conversation, self.message.seq.get());
        warn!(
            conversation.id = %conversation, seq, attempt,
            "Nobody knows whether message {seq} of {conversation} was sent: {}", failure.detail
        );
        Ok(())
    }
}

fn out_of_reach(detail: String) -> SendFailure {
    SendFailure {
        failure: Failure { kind: FailureKind::Unavailable, provider_code: None, detail },
        retry: Retry::After(None),
    }
}

fn given_up(failure: Failure, retry: Retry, attempts: usize) -> Failure {
    match retry {
        Retry::Never => failure,
        Retry::After(_) => Failure {
            kind: FailureKind::GaveUp,
            detail: format!("given up after {attempts} attempts: {}", failure.detail),
            ..failure
        },
    }
}
