//! Conversations: one of them, its log, closing it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::conversation::{Base, Conversation, Refusal};
use domain::id::{ConversationId, Seq, UserId};
use platform::problem::Problem;
use serde::Deserialize;
use store::{InList, Logged};

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Asked, Caller, Named};
use crate::paging::{LIMIT_MAX, Limit};
use crate::view::{self, ConversationView, EventView, Listed, ProblemView};

/// A conversation as it is shown to the caller.
pub(crate) async fn viewed(
    deps: &Deps,
    caller: &Caller,
    conversation: &Conversation,
) -> Result<ConversationView, Failed> {
    let user = &caller.user.id;
    let cursors =
        deps.store.read_cursors(&conversation.workspace, user, &[conversation.id]).await?;
    let read_to = cursors.first().copied().unwrap_or(Seq::ZERO);
    viewed_by(deps, caller, conversation, (user, read_to)).await
}

/// A conversation with whether there is something in it that a user who has read so far has not
/// seen.
pub(crate) async fn viewed_by(
    deps: &Deps,
    caller: &Caller,
    conversation: &Conversation,
    (user, read_to): (&UserId, Seq),
) -> Result<ConversationView, Failed> {
    let last = match conversation.last_message() {
        None => None,
        Some(seq) => deps.store.event(&conversation.workspace, conversation.id, seq).await?,
    };
    let unread = conversation.is_unread(user, read_to);
    with_windows(deps, caller, conversation, last.as_ref(), unread).await
}

/// Conversations as they stand in a list of a user's, at most a hundred, with what was said last.
pub(crate) async fn viewed_in_list(
    deps: &Deps,
    caller: &Caller,
    user: &UserId,
    entries: &[InList],
) -> Result<Vec<ConversationView>, Failed> {
    let conversations: Vec<&Conversation> =
        entries.iter().map(|entry| &entry.conversation).collect();
    let last = deps.store.last_messages(&caller.workspace.id, &conversations).await?;
    let mut views = Vec::with_capacity(entries.len());
    for (InList { conversation, read_to }, last) in entries.iter().zip(&last) {
        let unread = conversation.is_unread(user, *read_to);
        views.push(with_windows(deps, caller, conversation, last.as_ref(), unread).await?);
    }
    Ok(views)
}

/// A conversation with the customer service window of each of its addresses.
async fn with_windows(
    deps: &Deps,
    caller: &Caller,
    conversation: &Conversation,
    last: Option<&Logged>,
    unread: bool,
) -> Result<ConversationView, Failed> {
    let mut channels = Vec::with_capacity(conversation.identities.len());
    for identity in &conversation.identities {
        let account = deps.account(&identity.via.account, caller.now).await?;
        channels.push(account.and_then(|account| channels::by_name(&account.channel)));
    }
    let preset = caller.workspace.rules.preset;
    Ok(view::conversation(conversation, &channels, last, unread, preset, caller.now))
}

#[utoipa::path(
    get,
    path = "/v1/conversations/{conversation}",
    params(("conversation" = String, Path, description = "A conversation")),
    responses(
        (status = 200, description = "The conversation as it is now", body = ConversationView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn get(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<ConversationId>,
) -> Result<Json<ConversationView>, Failed> {
    let conversation = found(&deps, &caller, id).await?;
    Ok(Json(viewed(&deps, &caller, &conversation).await?))
}

/// A conversation that the caller may see; others do not exist for them.
pub(crate) async fn found(
    deps: &Deps,
    caller: &Caller,
    id: ConversationId,
) -> Result<Conversation, Failed> {
    let conversation = deps.store.conversation(&caller.workspace.id, id).await?;
    let seen = conversation.filter(|conversation| caller.finds(conversation));
    let seen = seen.ok_or_else(|| Problem::not_found("conversation"))?;
    match seen.base {
        Base::Deleted { .. } => Err(Refusal::Gone.into()),
        Base::Unopened | Base::New | Base::Active | Base::Pending | Base::Resolved { .. } => {
            Ok(seen)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventsQuery {
    #[serde(default)]
    after: Option<After>,
    #[serde(default)]
    limit: Option<Limit>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct After(u32);

impl TryFrom<String> for After {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self).map_err(|_| "must be the number of an event")
    }
}

#[utoipa::path(
    get,
    path = "/v1/conversations/{conversation}/events",
    params(
        ("conversation" = String, Path, description = "A conversation"),
        ("after" = Option<u32>, Query, description = "Only events with a greater number"),
        ("limit" = Option<u32>, Query, description = "1 to 100; 100 if absent"),
    ),
    responses(
        (status = 200, description = "Its log, in order", body = Listed<EventView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn events(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<ConversationId>,
    Asked(query): Asked<EventsQuery>,
) -> Result<Json<Listed<EventView>>, Failed> {
    found(&deps, &caller, id).await?;
    let after = Seq::new(query.after.map_or(0, |after| after.0));
    let limit = query.limit.map_or(LIMIT_MAX, |limit| limit.0);
    let mut log = deps.store.log(&caller.workspace.id, id, after, limit + 1).await?;
    let more = log.len() > limit;
    log.truncate(limit);
    let next = log.last().filter(|_| more).map(|last| last.event.seq.to_string());
    let items = log.iter().map(|logged| view::event(id, logged)).collect();
    Ok(Json(Listed { items, next }))
}
