//! Where something begins: a first message to a contact, a campaign's message, a conversation
//! without one, a chat among users.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use domain::conversation::{
    Campaign, CampaignSend, Command, Decision, Facts, Open, OpenedFor, Refusal, Reply, Scope, To,
    Via, decide,
};
use domain::id::{AccountId, ConversationId, UserId};
use domain::private::Address;
use domain::rights::Permission;
use jiff::Timestamp;
use platform::problem::Problem;
use serde::Deserialize;
use serde_json::{Map, Value};
use store::{Arrival, Arrived, Begin, Belongs, CommandKey, Dedupe, Found, Logged, NewIds};
use utoipa::ToSchema;

use crate::Deps;
use crate::actions::users;
use crate::answer::Failed;
use crate::caller::{Caller, read};
use crate::content::{self, ContentBody};
use crate::conversations::{found, viewed};
use crate::messages::{answer, ends, route};
use crate::view::{ConversationView, EventView, ProblemView};

/// A first message to a contact.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartBody {
    #[schema(value_type = String)]
    account: AccountId,
    /// As the channel names the contact: a phone number in E.164, a chat id.
    #[schema(value_type = String)]
    to: Address,
    #[schema(value_type = ContentBody)]
    content: Map<String, Value>,
}

/// R195: a campaign's message to one of its recipients.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CampaignMessageBody {
    campaign: CampaignBody,
    #[schema(value_type = String)]
    account: AccountId,
    /// As the channel names the contact.
    #[schema(value_type = String)]
    to: Address,
    #[schema(value_type = ContentBody)]
    content: Map<String, Value>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CampaignBody {
    id: String,
    name: String,
    #[serde(default)]
    label: Option<String>,
}

/// With whom a conversation is opened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenBody {
    #[schema(value_type = String)]
    account: AccountId,
    /// As the channel names the contact.
    #[schema(value_type = String)]
    to: Address,
}

/// A message to colleagues, or to oneself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InternalChatBody {
    /// The others; nobody for a chat with oneself.
    #[schema(value_type = Vec<String>)]
    members: Vec<UserId>,
    #[schema(value_type = ContentBody)]
    content: Map<String, Value>,
}

/// T03: a user writes first.
#[utoipa::path(
    post,
    path = "/v1/conversations",
    params(("idempotency-key" = Option<String>, Header, description = "The same key twice is the same command once")),
    request_body = StartBody,
    responses(
        (status = 202, description = "The conversation has begun and its first message was accepted", body = EventView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn start(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<EventView>), Failed> {
    let StartBody { account, to, content } = read(&body)?;
    let content = content::read(&deps, &caller, content).await?;
    let via = reach(account, to)?;
    let route = route(&deps, &caller, &via.account).await?;
    let facts = route.facts(&caller);
    let (id, log) = begun(&deps, &caller, &headers, "start", &via, |found| {
        let party = found.party();
        let reply = Reply {
            by: caller.viewer(),
            content: &content,
            quotes: None,
            expected_seq: None,
            epoch: None,
            to: To::Contact { via: &via, party: &party },
        };
        decide(found.conversation, Command::Reply(&reply), &facts, caller.now)
    })
    .await?;
    answer(id, &log)
}

/// T06, T14: a campaign's message. It opens nothing; the contact's answer does.
#[utoipa::path(
    post,
    path = "/v1/campaign-messages",
    params(("idempotency-key" = Option<String>, Header, description = "The same key twice is the same command once")),
    request_body = CampaignMessageBody,
    responses(
        (status = 202, description = "The message was accepted", body = EventView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn campaign_message(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<EventView>), Failed> {
    let CampaignMessageBody { campaign, account, to, content } = read(&body)?;
    let content = content::read(&deps, &caller, content).await?;
    let campaign = campaign.checked()?;
    let via = reach(account, to)?;
    let route = route(&deps, &caller, &via.account).await?;
    let facts = route.facts(&caller);
    let (id, log) = begun(&deps, &caller, &headers, "campaign", &via, |found| {
        let party = found.party();
        let send = CampaignSend {
            by: caller.viewer(),
            campaign: &campaign,
            content: &content,
            via: &via,
            party: &party,
        };
        decide(found.conversation, Command::CampaignSend(&send), &facts, caller.now)
    })
    .await?;
    answer(id, &log)
}

const CAMPAIGN_CHARS_MAX: usize = 100;

impl CampaignBody {
    /// They stand in the head of each conversation that answers, so they are short.
    fn checked(self) -> Result<Campaign, Problem> {
        let Self { id, name, label } = self;
        let parts = [("id", Some(&id)), ("name", Some(&name)), ("label", label.as_ref())];
        for (field, text) in parts {
            let fits = |text: &String| (1..=CAMPAIGN_CHARS_MAX).contains(&text.chars().count());
            if !text.is_none_or(fits) {
                let detail = format!("must have 1 to {CAMPAIGN_CHARS_MAX} characters");
                return Err(Problem::bad_request(&format!("campaign.{field}"), detail));
            }
        }
        Ok(Campaign { id, name, label })
    }
}

/// T04: opens a conversation without a message.
#[utoipa::path(
    post,
    path = "/v1/conversations/open",
    params(("idempotency-key" = Option<String>, Header, description = "The same key twice is the same command once")),
    request_body = OpenBody,
    responses(
        (status = 200, description = "The conversation that is open now", body = ConversationView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn open(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<ConversationView>, Failed> {
    let OpenBody { account, to } = read(&body)?;
    let via = reach(account, to)?;
    let route = route(&deps, &caller, &via.account).await?;
    let facts = route.facts(&caller);
    let (id, _log) = begun(&deps, &caller, &headers, "open", &via, |found| {
        let party = found.party();
        let what = OpenedFor::Contact { via: &via, party: &party };
        let open = Open { by: Some(caller.viewer()), what };
        decide(found.conversation, Command::Open(&open), &facts, caller.now)
    })
    .await?;
    let conversation = found(&deps, &caller, id).await?;
    Ok(Json(viewed(&deps, &caller, &conversation).await?))
}

fn reach(account: AccountId, to: Address) -> Result<Via, Problem> {
    if to.reveal().trim().is_empty() {
        return Err(Problem::bad_request("to", "must not be empty"));
    }
    Ok(Via { account, address: to })
}

/// Something for a contact: it finds or begins a conversation, once.
async fn begun(
    deps: &Deps,
    caller: &Caller,
    headers: &HeaderMap,
    name: &str,
    via: &Via,
    decide: impl Fn(&Found<'_>) -> Result<Decision, Refusal>,
) -> Result<(ConversationId, Vec<Logged>), Failed> {
    let (account, to) = (via.account.as_str(), via.address.reveal().as_str());
    let command = key(caller, headers, &[name, account, to])?;
    let scope = caller.workspace.rules.open_scope.of(&via.account);
    let now = caller.now;
    let arrival = Arrival {
        workspace: &caller.workspace.id,
        account: &via.account,
        address: &via.address,
        aliases: &[],
        name: None,
        scope: &scope,
        dedupe: Dedupe::Command(&command),
        about: None,
        belongs: Belongs::WithContact,
        new_ids: NewIds::of(now, &[command.as_str()]),
        due: caller.due(),
    };
    let arrived = deps.store.arrive(&arrival, now, decide).await?;
    log_of(deps, caller, arrived).await
}

/// The client's name for the command, or one that no other command has.
fn key(caller: &Caller, headers: &HeaderMap, what: &[&str]) -> Result<CommandKey, Problem> {
    let given = caller.command(headers, what)?;
    Ok(given.unwrap_or_else(|| {
        let now: Timestamp = caller.now;
        let mut parts = vec!["once", caller.user.id.as_str()];
        parts.extend(what);
        let now = now.to_string();
        parts.push(&now);
        CommandKey::new(&parts)
    }))
}

/// What was committed, now or when the command came first.
async fn log_of(
    deps: &Deps,
    caller: &Caller,
    arrived: Arrived,
) -> Result<(ConversationId, Vec<Logged>), Failed> {
    match arrived {
        Arrived::Committed(committed) => {
            let id = committed.conversation.id;
            deps.finish(caller, id, &committed.events).await?;
            let (first, last) = ends(&committed.events);
            Ok((id, deps.repeat(caller, id, first, last).await?))
        }
        Arrived::Repeated { conversation, first, last } => {
            Ok((conversation, deps.repeat(caller, conversation, first, last).await?))
        }
        Arrived::Refused(refusal) => Err(refusal.into()),
        Arrived::Unchanged => Err(Failed(Problem::unavailable())),
    }
}

/// R167, R170: writes to colleagues, or to oneself. The same people have one chat at a time.
#[utoipa::path(
    post,
    path = "/v1/internal-chats",
    params(("idempotency-key" = Option<String>, Header, description = "The same key twice is the same command once")),
    request_body = InternalChatBody,
    responses(
        (status = 200, description = "The chat it stands in", body = ConversationView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn internal_chat(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<ConversationView>, Failed> {
    let InternalChatBody { members, content } = read(&body)?;
    let content = content::read(&deps, &caller, content).await?;
    let members = members_of(&deps, &caller, &members).await?;
    let names: Vec<&str> = members.iter().map(UserId::as_str).collect();
    let command = key(&caller, &headers, &[&["internal"], names.as_slice()].concat())?;
    let everybody = NewIds::of(Timestamp::UNIX_EPOCH, &names);
    let begin = Begin {
        workspace: &caller.workspace.id,
        contact: everybody.contact,
        scope: &Scope::Internal,
        command: &command,
        new_id: NewIds::of(caller.now, &[command.as_str()]).conversation,
        due: caller.due(),
    };
    let facts = Facts::of(&caller.workspace);
    let by = caller.viewer();
    let arrived = deps
        .store
        .begin(&begin, caller.now, |state| {
            let say = Command::Say { by, content: &content };
            if state.is_some() {
                return decide(state, say, &facts, caller.now);
            }
            let what = OpenedFor::Users { members: &members, contact: everybody.contact };
            let open = Open { by: Some(by), what };
            let mut decision = decide(None, Command::Open(&open), &facts, caller.now)?;
            decision.say(by, &content);
            Ok(decision)
        })
        .await?;
    let (id, _log) = log_of(&deps, &caller, arrived).await?;
    let conversation = found(&deps, &caller, id).await?;
    Ok(Json(viewed(&deps, &caller, &conversation).await?))
}

/// The caller and the others (R171: more than two only where the workspace allows that).
async fn members_of(
    deps: &Deps,
    caller: &Caller,
    others: &[UserId],
) -> Result<BTreeSet<UserId>, Failed> {
    let others = users(deps, caller, "members", others).await?;
    let mut members: BTreeSet<UserId> = others.into_iter().map(|user| user.id).collect();
    members.insert(caller.user.id.clone());
    if members.len() > 2 && !caller.workspace.rules.internal_group_chat {
        let detail = "chats of more than two are off in this workspace";
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Err(Failed(Problem::new(status, "group-chat-off", detail)));
    }
    if !caller.viewer().may(Permission::InternalChat) {
        return Err(Refusal::NotPermitted(Permission::InternalChat).into());
    }
    Ok(members)
}
