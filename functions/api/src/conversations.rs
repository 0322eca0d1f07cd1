//! Conversations: lists, one of them, its log, closing it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::conversation::{Base, Conversation, Refusal, ShownStatus};
use domain::id::{ConversationId, Seq};
use platform::problem::Problem;
use serde::Deserialize;
use store::View;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Asked, Caller, Named};
use crate::view::{self, ConversationView, EventView, Listed, ProblemView};

/// What a list is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    #[serde(default)]
    view: ListView,
    #[serde(default)]
    status: Option<ShownStatus>,
    #[serde(default)]
    limit: Option<Limit>,
    #[serde(default)]
    cursor: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ListView {
    /// All that are open.
    #[default]
    All,
    Active,
    Inactive,
    Closed,
}

/// A number in a query is text.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Limit(pub(crate) usize);

pub(crate) const LIMIT_DEFAULT: usize = 50;
pub(crate) const LIMIT_MAX: usize = 100;

impl TryFrom<String> for Limit {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.parse() {
            Ok(limit @ 1..=LIMIT_MAX) => Ok(Self(limit)),
            Ok(_) | Err(_) => Err(format!("must be a number from 1 to {LIMIT_MAX}")),
        }
    }
}

#[utoipa::path(
    get,
    path = "/v1/conversations",
    params(
        ("view" = Option<String>, Query, description = "all (open), active, inactive, closed"),
        ("status" = Option<String>, Query, description = "Only those shown with this status"),
        ("limit" = Option<u32>, Query, description = "1 to 100; 50 if absent"),
        ("cursor" = Option<String>, Query, description = "The `next` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of conversations, newest first", body = Listed<ConversationView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn list(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Asked(query): Asked<ListQuery>,
) -> Result<Json<Listed<ConversationView>>, Failed> {
    let view = match (query.view, query.status) {
        (ListView::Active, _) => View::Active,
        (ListView::Inactive, _) | (ListView::All, Some(ShownStatus::Inactive)) => View::Inactive,
        (ListView::Closed, _)
        | (ListView::All, Some(ShownStatus::Closed | ShownStatus::Resolved)) => View::Closed,
        (ListView::All, _) => View::Open,
    };
    let limit = query.limit.map_or(LIMIT_DEFAULT, |limit| limit.0);
    let workspace = &caller.workspace;
    let page =
        deps.store.list(&workspace.id, view, caller.now, query.cursor.as_deref(), limit).await?;
    let mut items = Vec::with_capacity(page.conversations.len());
    for conversation in page.conversations {
        let shown = conversation.shown(workspace.rules.preset, caller.now);
        if query.status.is_none_or(|status| status == shown) {
            items.push(viewed(&deps, &caller, &conversation).await?);
        }
    }
    Ok(Json(Listed { items, next: page.next }))
}

/// A conversation as it is shown, with the customer service window of each of its addresses.
pub(crate) async fn viewed(
    deps: &Deps,
    caller: &Caller,
    conversation: &Conversation,
) -> Result<ConversationView, Failed> {
    let mut channels = Vec::with_capacity(conversation.identities.len());
    for identity in &conversation.identities {
        let account = deps.account(&identity.via.account, caller.now).await?;
        channels.push(account.and_then(|account| channels::by_name(&account.channel)));
    }
    let preset = caller.workspace.rules.preset;
    Ok(view::conversation(conversation, &channels, preset, caller.now))
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
    let seen = conversation.filter(|conversation| {
        conversation.base != Base::Unopened && caller.viewer().sees(conversation)
    });
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
