//! Answers when nobody has.
//!
//! Each inbound message is one turn, offered once: whoever of the chain has something to say first
//! owns it. The reply is committed under the message's number, so that the same turn is never
//! answered twice, whatever is repeated; and never over a human.

use std::sync::Arc;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use channels::Channel;
use domain::account::ChannelAccount;
use domain::conversation::{
    AutoSend, Automatic, Command, Conversation, Decision, Event, Facts, PassTurn, Refusal, decide,
};
use domain::id::{AccountId, WorkspaceId};
use domain::job::{AnswerJob, EventName, FollowUps, Responding};
use domain::not_done::NotDone;
use domain::responder::Asked;
use domain::workspace::Workspace;
use faqs::{Faqs, Language};
use jiff::{SignedDuration, Timestamp};
use platform::aws::SdkConfig;
use platform::batch::{self, Received, Source};
use platform::bus::Bus;
use platform::cache::Cache;
use platform::hand_on::HandOn;
use platform::objects::Objects;
use platform::queue::Queue;
use store::{Changed, DuePolicy, Store};
use tracing::{debug, info};

mod config;
mod faq;

pub use config::Config;

use faq::FoundFaq;

/// What the function works with.
#[derive(Debug)]
pub struct Deps {
    pub store: Store,
    pub hand_on: HandOn,
    pub answers: Source,
    faqs: Faqs,
    accounts: Cache<AccountId, Option<Arc<ChannelAccount>>>,
    workspaces: Cache<WorkspaceId, Option<Arc<Workspace>>>,
}

/// Changed settings are in use after at most this long.
const KEPT_FOR: SignedDuration = SignedDuration::from_secs(60);
const KEPT_MAX: usize = 1_000;

impl Deps {
    pub fn connect(sdk: &SdkConfig, config: &Config, language: Language) -> Self {
        let sqs = aws_sdk_sqs::Client::new(sdk);
        let queue = |url: &str| Queue::new(sqs.clone(), url);
        Self {
            store: Store::new(aws_sdk_dynamodb::Client::new(sdk), &config.table),
            hand_on: HandOn::sends(
                Bus::new(aws_sdk_eventbridge::Client::new(sdk), &config.bus),
                queue(&config.outbound),
            ),
            answers: Source {
                queue: queue(&config.answers),
                dead_letters: queue(&config.answers_dead),
                receives_max: config.receives_max,
            },
            faqs: Faqs::new(Objects::connect(sdk, &config.objects), language),
            accounts: Cache::new(KEPT_FOR, KEPT_MAX),
            workspaces: Cache::new(KEPT_FOR, KEPT_MAX),
        }
    }
}

pub async fn handle(deps: &Deps, batch: SqsEvent, now: Timestamp) -> SqsBatchResponse {
    batch::each(batch, &deps.answers, async |job: AnswerJob, received| {
        process(deps, job, received, now).await
    })
    .await
}

async fn process(
    deps: &Deps,
    job: AnswerJob,
    received: Received,
    now: Timestamp,
) -> Result<(), NotDone> {
    let AnswerJob::AnswerV1 { message, first_ever } = job;
    let workspace = workspace(deps, &message.workspace, now).await?;
    let Some(conversation) =
        deps.store.conversation(&message.workspace, message.conversation).await?
    else {
        return Err(NotDone::reject("there is no such conversation"));
    };
    let Some((account, channel)) = reached(deps, &conversation, now).await? else {
        return Err(NotDone::reject("the conversation's account does not exist"));
    };
    let facts = Facts {
        workspace: &workspace,
        capabilities: channel.capabilities(),
        templates: account.templates.as_deref(),
    };
    let found = faq::look_up(deps, &conversation, &message, &facts, now).await?;
    let changed = deps
        .store
        .change(
            &message.workspace,
            message.conversation,
            None,
            DuePolicy::JobRepeats,
            now,
            |conversation| answer(conversation, &message, first_ever, &found, &facts, now),
        )
        .await?;
    let events = match changed {
        Changed::Committed(committed) => committed.events,
        Changed::Refused(Refusal::TurnTaken) if received.again() => {
            answered_before(deps, &message).await?
        }
        Changed::Refused(refusal) => {
            debug!(conversation.id = %message.conversation, "Stays silent: {refusal}");
            return Ok(());
        }
        Changed::Unchanged | Changed::Repeated { .. } => return Ok(()),
        Changed::Absent => return Err(NotDone::reject("there is no such conversation")),
    };
    let (workspace, conversation) = (&message.workspace, message.conversation);
    deps.hand_on.send(&FollowUps::of(workspace, conversation, &events, Responding::No)).await?;
    let seq = message.seq.get();
    if events.iter().any(|event| event.kind.passed().is_some()) {
        info!(conversation.id = %conversation, seq, "Has no answer to {seq} of {conversation}");
    } else {
        info!(conversation.id = %conversation, seq, "Answered message {seq} of {conversation}");
    }
    Ok(())
}

fn answer(
    conversation: &Conversation,
    message: &EventName,
    first_ever: bool,
    found: &FoundFaq,
    facts: &Facts<'_>,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let nothing = Ok(Decision { begins: false, events: Vec::new() });
    let Some(identity) = conversation.identity(None) else { return nothing };
    let asked = Asked {
        conversation: Some(conversation),
        account: Some(&identity.via.account),
        first_ever,
        hours: facts.workspace.hours_of(conversation.group.as_ref()),
        matching: found.matching.as_ref(),
        answer: found.answer.as_ref(),
        capabilities: facts.capabilities,
        now,
    };
    let Some(turn) = facts.workspace.responders.turn(&asked) else {
        let Some(matching) = found.matching.as_ref().filter(|matching| matching.is_unsure()) else {
            return nothing;
        };
        let pass = PassTurn { trigger: message.seq, matching };
        return decide(Some(conversation), Command::PassTurn(&pass), facts, now);
    };
    let why = Automatic { quick_reply: turn.quick_reply, matching: found.matching.clone() };
    let (responder, content) = (turn.responder, &turn.content);
    let auto = AutoSend { responder, trigger: message.seq, content, why: &why };
    decide(Some(conversation), Command::AutoSend(&auto), facts, now)
}

/// The reply that an earlier run committed and may not have handed on. It stands soon after the
/// message it answers.
async fn answered_before(deps: &Deps, message: &EventName) -> Result<Vec<Event>, NotDone> {
    const LOOKED_AT: usize = 50;
    let log =
        deps.store.log(&message.workspace, message.conversation, message.seq, LOOKED_AT).await?;
    let answers = |event: &Event| event.kind.answers().or(event.kind.passed()) == Some(message.seq);
    Ok(log.into_iter().map(|logged| logged.event).filter(answers).collect())
}

async fn reached(
    deps: &Deps,
    conversation: &Conversation,
    now: Timestamp,
) -> Result<Option<(Arc<ChannelAccount>, &'static dyn Channel)>, NotDone> {
    let Some(identity) = conversation.identity(None) else { return Ok(None) };
    let load = async |id: &AccountId| -> Result<_, NotDone> {
        Ok(deps.store.account(id).await?.map(|stored| Arc::new(stored.account)))
    };
    let account = deps.accounts.get(&identity.via.account, now, load).await?;
    Ok(account.and_then(|account| {
        let channel = channels::by_name(&account.channel)?;
        Some((account, channel))
    }))
}

async fn workspace(
    deps: &Deps,
    id: &WorkspaceId,
    now: Timestamp,
) -> Result<Arc<Workspace>, NotDone> {
    let load = async |id: &WorkspaceId| -> Result<_, NotDone> {
        Ok(deps.store.workspace(id).await?.map(Arc::new))
    };
    let kept = deps.workspaces.get(id, now, load).await?;
    kept.ok_or_else(|| NotDone::reject("the workspace does not exist"))
}
