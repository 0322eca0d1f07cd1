//! Messages: saying something, saying it again, getting a file.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use channels::Channel;
use domain::account::ChannelAccount;
use domain::content::FileSource;
use domain::conversation::{Command, Conversation, Facts, Quote, Reply, To, decide};
use domain::delivery::{Attempt, DeliveryStatus};
use domain::id::{AccountId, ConversationId, MessageId, Seq};
use domain::job::{EventName, FollowUps};
use platform::problem::Problem;
use serde::Deserialize;
use serde_json::{Map, Value};
use store::{Changed, DuePolicy, Logged, MediaState};
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Caller, Named, read};
use crate::content::{self, ContentBody};
use crate::conversations::found;
use crate::view::{self, EventView, ProblemView};

/// A reply.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplyBody {
    #[schema(value_type = ContentBody)]
    content: Map<String, Value>,
    /// The latest event the author had seen.
    #[serde(default)]
    expected_seq: Option<u32>,
    /// The epoch of the claim the author believes to have.
    #[serde(default)]
    epoch: Option<u32>,
    /// The account to send through; the one the contact used last if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    account: Option<AccountId>,
    /// The message it quotes.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    quotes: Option<MessageId>,
}

/// An account the message goes out through.
pub(crate) struct Route {
    pub(crate) account: Arc<ChannelAccount>,
    pub(crate) channel: &'static dyn Channel,
}

impl Route {
    pub(crate) fn facts<'a>(&'a self, caller: &'a Caller) -> Facts<'a> {
        Facts {
            workspace: &caller.workspace,
            capabilities: self.channel.capabilities(),
            templates: self.account.templates.as_deref(),
        }
    }
}

/// An account of the caller's own workspace.
pub(crate) async fn route(deps: &Deps, caller: &Caller, id: &AccountId) -> Result<Route, Failed> {
    let account = deps.account(id, caller.now).await?;
    let account = account.filter(|account| account.workspace == caller.workspace.id);
    let account = account.ok_or_else(|| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "no-such-account", "no such account")
            .with("field", "account")
    })?;
    let channel = channels::by_name(&account.channel);
    let channel = channel.ok_or_else(|| Problem::not_found("channel"))?;
    Ok(Route { account, channel })
}

#[utoipa::path(
    post,
    path = "/v1/conversations/{conversation}/messages",
    params(
        ("conversation" = String, Path, description = "A conversation"),
        ("idempotency-key" = Option<String>, Header, description = "The same key twice is the same command once"),
    ),
    request_body = ReplyBody,
    responses(
        (status = 202, description = "The message was accepted", body = EventView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn reply(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<ConversationId>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<EventView>), Failed> {
    let ReplyBody { content, expected_seq, epoch, account, quotes } = read(&body)?;
    let content = content::read(&deps, &caller, content).await?;
    let command = caller.command(&headers, &["reply", &id.to_string()])?;
    let conversation = found(&deps, &caller, id).await?;
    let via = conversation
        .identity(account.as_ref())
        .map(|identity| identity.via.clone())
        .ok_or_else(|| not_reachable(account.as_ref()))?;
    let route = route(&deps, &caller, &via.account).await?;
    let quotes = quoted(&deps, &caller, &conversation, quotes).await?;
    let reply = Reply {
        by: caller.viewer(),
        content: &content,
        quotes: quotes.as_ref(),
        expected_seq: expected_seq.map(Seq::new),
        epoch,
        to: To::Conversation { account: Some(&via.account) },
    };
    let facts = route.facts(&caller);
    let changed = deps
        .store
        .change(
            &caller.workspace.id,
            id,
            command.as_ref(),
            caller.due(),
            caller.now,
            |conversation| decide(Some(conversation), Command::Reply(&reply), &facts, caller.now),
        )
        .await?;
    let answer = accepted(&deps, &caller, id, changed).await?;
    deps.store.delete_draft(&caller.workspace.id, &caller.user.id, id).await?;
    Ok(answer)
}

fn not_reachable(account: Option<&AccountId>) -> Problem {
    let detail = "this conversation does not reach the contact through that account";
    let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "not-reachable", detail);
    match account {
        Some(account) => problem.with("field", "account").with("account", account.as_str()),
        None => problem,
    }
}

/// The provider's name of the quoted message, which has to be one of this conversation.
async fn quoted(
    deps: &Deps,
    caller: &Caller,
    conversation: &Conversation,
    quotes: Option<MessageId>,
) -> Result<Option<Quote>, Failed> {
    let Some(MessageId { conversation: of, seq }) = quotes else { return Ok(None) };
    let wrong = |detail| Failed(Problem::bad_request("quotes", detail));
    if of != conversation.id {
        return Err(wrong("not a message of this conversation"));
    }
    let logged = deps.store.event(&caller.workspace.id, of, seq).await?;
    let provider_id = logged.as_ref().and_then(view::provider_id);
    let provider_id =
        provider_id.ok_or_else(|| wrong("not a message that the provider knows"))?.clone();
    Ok(Some(Quote { provider_id, seq: Some(seq) }))
}

async fn accepted(
    deps: &Deps,
    caller: &Caller,
    id: ConversationId,
    changed: Changed,
) -> Result<(StatusCode, Json<EventView>), Failed> {
    let log = match changed {
        Changed::Committed(committed) => {
            deps.finish(caller, id, &committed.events).await?;
            let (first, last) = ends(&committed.events);
            deps.repeat(caller, id, first, last).await?
        }
        Changed::Repeated { first, last } => deps.repeat(caller, id, first, last).await?,
        Changed::Refused(refusal) => return Err(refusal.into()),
        Changed::Absent | Changed::Unchanged => {
            return Err(Failed(Problem::not_found("conversation")));
        }
    };
    answer(id, &log)
}

/// The message among what a command has caused.
pub(crate) fn answer(
    id: ConversationId,
    log: &[Logged],
) -> Result<(StatusCode, Json<EventView>), Failed> {
    let message = log.iter().find(|logged| logged.delivery.is_some());
    let message = message.ok_or_else(|| Problem::not_found("message"))?;
    Ok((StatusCode::ACCEPTED, Json(view::event(id, message))))
}

pub(crate) fn ends(events: &[domain::conversation::Event]) -> (Seq, Seq) {
    let seq =
        |event: Option<&domain::conversation::Event>| event.map_or(Seq::ZERO, |event| event.seq);
    (seq(events.first()), seq(events.last()))
}

/// A person sends a message once more that failed, or of which nobody knows whether it was sent.
/// In the second case the contact may get it twice: the person decides that.
#[utoipa::path(
    post,
    path = "/v1/messages/{message}/send-again",
    params(("message" = String, Path, description = "A message")),
    responses(
        (status = 202, description = "It is sent once more", body = EventView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn send_again(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<MessageId>,
) -> Result<(StatusCode, Json<EventView>), Failed> {
    let MessageId { conversation, seq } = id;
    let workspace = &caller.workspace.id;
    found(&deps, &caller, conversation).await?;
    let logged = deps.store.event(workspace, conversation, seq).await?;
    let logged = logged.ok_or_else(|| Problem::not_found("message"))?;
    let delivery = logged.delivery.as_ref().ok_or_else(|| Problem::not_found("message"))?;
    let latest = delivery
        .latest()
        .filter(|latest| matches!(latest.status, DeliveryStatus::Failed | DeliveryStatus::Unknown));
    let (Some(latest), Some(via)) = (latest, logged.event.kind.via()) else {
        let detail = "only a message that failed, or whose fate is unknown, is sent again";
        return Err(Failed(Problem::new(StatusCode::CONFLICT, "not-failed", detail)));
    };
    let message = EventName { workspace: workspace.clone(), conversation, seq };
    let ended: Attempt = latest.clone();
    let attempt = delivery.attempt();
    let DuePolicy::At(due_at) = caller.due() else {
        return Err(Failed(Problem::unavailable()));
    };
    let store = &deps.store;
    if store.begin_attempt(&message, &ended, attempt, Some(due_at), caller.now).await? {
        let follow_ups = FollowUps::send(message, via.account.clone(), attempt + 1);
        deps.hand_on.send(&follow_ups).await?;
    }
    let logged = store.event(workspace, conversation, seq).await?;
    let logged = logged.ok_or_else(|| Problem::not_found("message"))?;
    Ok((StatusCode::ACCEPTED, Json(view::event(conversation, &logged))))
}

/// A file of a message or a note that is in our own keeping, as an address that works for five minutes.
#[utoipa::path(
    get,
    path = "/v1/messages/{message}/files/{file}",
    params(
        ("message" = String, Path, description = "A message"),
        ("file" = u32, Path, description = "The place of the file in the message, from 0"),
    ),
    responses(
        (status = 307, description = "Where the file can be downloaded for five minutes"),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn file(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Path((message, file)): Path<(String, String)>,
) -> Result<Response, Failed> {
    let none = || Failed(Problem::not_found("file"));
    let id: MessageId = message.parse().map_err(|_| none())?;
    let place: usize = file.parse().map_err(|_| none())?;
    found(&deps, &caller, id.conversation).await?;
    let logged = deps.store.event(&caller.workspace.id, id.conversation, id.seq).await?;
    let logged = logged.ok_or_else(none)?;
    if let Some(FileSource::Kept(object)) = logged.event.kind.file(place).map(|file| &file.source) {
        let address = deps.objects.download_url(object.reveal()).await?;
        return Ok(Redirect::temporary(&address).into_response());
    }
    let stored = logged.files.get(place).ok_or_else(none)?;
    match &stored.state {
        MediaState::Ready { object, .. } => {
            Ok(Redirect::temporary(&deps.objects.download_url(object).await?).into_response())
        }
        MediaState::Pending { .. } => {
            let detail = "the file is still being fetched";
            Err(Failed(Problem::new(StatusCode::CONFLICT, "file-pending", detail)))
        }
        MediaState::Failed { problem } => {
            let gone = Problem::new(StatusCode::GONE, "file-failed", problem.clone());
            Err(Failed(gone))
        }
    }
}
