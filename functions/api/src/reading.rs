//! What has been read, and what is to be read again.
//!
//! Everybody has their own place in a conversation, and moves nobody else's by reading. Another
//! user's is changed on purpose only.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::conversation::{Base, Conversation, Refusal};
use domain::id::{ConversationId, Seq, UserId};
use domain::rights::{Permission, Viewer};
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Caller, Named, read as read_body};
use crate::conversations::{found, viewed, viewed_by};
use crate::view::{ConversationView, ProblemView};

/// How far a conversation has been read.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadBody {
    /// The number of the last event that was seen; the latest if absent.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    seq: Option<Seq>,
}

#[utoipa::path(
    post,
    path = "/v1/conversations/{conversation}/read",
    params(("conversation" = String, Path, description = "A conversation")),
    request_body = Option<ReadBody>,
    responses(
        (status = 200, description = "The caller has read it so far; what had been read before stays read", body = ConversationView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn read(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<ConversationId>,
    body: Bytes,
) -> Result<Json<ConversationView>, Failed> {
    let ReadBody { seq } = if body.is_empty() { ReadBody::default() } else { read_body(&body)? };
    let conversation = found(&deps, &caller, id).await?;
    let seq = seq.unwrap_or(conversation.seq);
    deps.store.mark_read(&conversation, &caller.user.id, seq).await?;
    Ok(Json(viewed(&deps, &caller, &conversation).await?))
}

#[utoipa::path(
    post,
    path = "/v1/conversations/{conversation}/unread",
    params(("conversation" = String, Path, description = "A conversation")),
    responses(
        (status = 200, description = "Its latest news is unread again, for the caller", body = ConversationView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn unread(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<ConversationId>,
) -> Result<Json<ConversationView>, Failed> {
    let conversation = found(&deps, &caller, id).await?;
    deps.store.mark_unread(&conversation, &caller.user.id).await?;
    Ok(Json(viewed(&deps, &caller, &conversation).await?))
}

/// Which conversations.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdsBody {
    #[schema(value_type = Vec<String>)]
    ids: Vec<ConversationId>,
}

/// One request names at most so many.
const IDS_MAX: usize = 100;

/// What became of several conversations.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MarkedView {
    /// Those that were marked.
    marked: Vec<String>,
    /// Those that there are not, for the caller.
    not_found: Vec<String>,
}

#[utoipa::path(
    post,
    path = "/v1/conversations/read",
    request_body = IdsBody,
    responses(
        (status = 200, description = "The caller has read them", body = MarkedView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn read_all(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    body: Bytes,
) -> Result<Json<MarkedView>, Failed> {
    mark_all(&deps, &caller, &body, Mark::Read).await.map(Json)
}

#[utoipa::path(
    post,
    path = "/v1/conversations/unread",
    request_body = IdsBody,
    responses(
        (status = 200, description = "Their latest news is unread again, for the caller", body = MarkedView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn unread_all(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    body: Bytes,
) -> Result<Json<MarkedView>, Failed> {
    mark_all(&deps, &caller, &body, Mark::Unread).await.map(Json)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Read,
    Unread,
}

impl Deps {
    async fn mark(
        &self,
        mark: Mark,
        conversation: &Conversation,
        user: &UserId,
    ) -> Result<(), Failed> {
        match mark {
            Mark::Read => self.store.mark_read(conversation, user, conversation.seq).await?,
            Mark::Unread => self.store.mark_unread(conversation, user).await?,
        }
        Ok(())
    }
}

async fn mark_all(
    deps: &Deps,
    caller: &Caller,
    body: &[u8],
    mark: Mark,
) -> Result<MarkedView, Failed> {
    let IdsBody { mut ids } = read_body(body)?;
    if !(1..=IDS_MAX).contains(&ids.len()) {
        let detail = format!("must be 1 to {IDS_MAX} conversations");
        return Err(Failed(Problem::bad_request("ids", detail)));
    }
    ids.sort_unstable();
    ids.dedup();
    let (mut marked, mut not_found) = (Vec::new(), Vec::new());
    for (id, conversation) in
        ids.iter().zip(deps.store.conversations(&caller.workspace.id, &ids).await?)
    {
        let seen = conversation.filter(|conversation| {
            caller.finds(conversation) && !matches!(conversation.base, Base::Deleted { .. })
        });
        let Some(conversation) = seen else {
            not_found.push(id.to_string());
            continue;
        };
        deps.mark(mark, &conversation, &caller.user.id).await?;
        marked.push(id.to_string());
    }
    Ok(MarkedView { marked, not_found })
}

/// What another user is to have read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OverrideBody {
    #[schema(value_type = String)]
    user: UserId,
    /// Read or unread.
    read: bool,
    /// That the caller has been asked whether they mean it.
    #[serde(default)]
    confirm: bool,
}

#[utoipa::path(
    post,
    path = "/v1/conversations/{conversation}/read-override",
    params(("conversation" = String, Path, description = "A conversation")),
    request_body = OverrideBody,
    responses(
        (status = 200, description = "As that user finds it now", body = ConversationView),
        (status = "default", description = "A problem, RFC 9457; `not-confirmed` if it has to be confirmed", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn override_read(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<ConversationId>,
    body: Bytes,
) -> Result<Json<ConversationView>, Failed> {
    let OverrideBody { user, read, confirm } = read_body(&body)?;
    caller.may(Permission::ReadOverride)?;
    let conversation = found(&deps, &caller, id).await?;
    let other = deps.store.user(&caller.workspace.id, &user).await?;
    let other = other.ok_or_else(|| Problem::not_found("user"))?;
    let sees = Viewer::of(&caller.workspace, &other);
    if !sees.is_some_and(|viewer| viewer.sees(&conversation)) {
        return Err(Refusal::CannotSee { user }.into());
    }
    if !confirm {
        return Err(Failed(not_confirmed(&user)));
    }
    let mark = if read { Mark::Read } else { Mark::Unread };
    deps.mark(mark, &conversation, &user).await?;
    let detail = json!({ "user": user.as_str(), "read": read, "seq": conversation.seq });
    deps.audit(&caller, None, "read.override", &id.to_string(), detail).await?;
    let cursors = deps.store.read_cursors(&caller.workspace.id, &user, &[id]).await?;
    let read_to = cursors.first().copied().unwrap_or(Seq::ZERO);
    Ok(Json(viewed_by(&deps, &caller, &conversation, (&user, read_to)).await?))
}

fn not_confirmed(user: &UserId) -> Problem {
    let detail = format!("this changes what counts as read by {user}, and has to be confirmed");
    Problem::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, "not-confirmed", detail)
        .with("user", user.as_str())
}
