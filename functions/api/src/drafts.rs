//! Drafts: what a user has begun to write in a conversation, one for each.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use domain::id::ConversationId;
use domain::kept::Draft;
use domain::private::Words;
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Caller, Named, read};
use crate::conversations::found;
use crate::view::ProblemView;

const TEXT_CHARS_MAX: usize = 10_000;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DraftBody {
    #[schema(value_type = String)]
    text: Words,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DraftView {
    #[schema(value_type = String)]
    text: Words,
    changed_at: String,
}

impl From<Draft> for DraftView {
    fn from(draft: Draft) -> Self {
        Self { text: draft.text, changed_at: draft.changed_at.to_string() }
    }
}

#[utoipa::path(
    get,
    path = "/v1/conversations/{conversation}/draft",
    params(("conversation" = String, Path, description = "A conversation")),
    responses(
        (status = 200, description = "The caller's draft", body = DraftView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn get(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<ConversationId>,
) -> Result<Json<DraftView>, Failed> {
    found(&deps, &caller, id).await?;
    let (workspace, user) = (&caller.workspace.id, &caller.user.id);
    let draft = deps.store.draft(workspace, user, id, caller.now).await?;
    Ok(Json(draft.ok_or_else(|| Problem::not_found("draft"))?.into()))
}

#[utoipa::path(
    put,
    path = "/v1/conversations/{conversation}/draft",
    params(("conversation" = String, Path, description = "A conversation")),
    request_body = DraftBody,
    responses(
        (status = 200, description = "The draft, kept for 30 days", body = DraftView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn put(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<ConversationId>,
    body: Bytes,
) -> Result<Json<DraftView>, Failed> {
    let DraftBody { text } = read(&body)?;
    if !(1..=TEXT_CHARS_MAX).contains(&text.reveal().chars().count()) {
        let detail = format!("must have 1 to {TEXT_CHARS_MAX} characters");
        return Err(Failed(Problem::bad_request("text", detail)));
    }
    found(&deps, &caller, id).await?;
    let draft = Draft { text, changed_at: caller.now };
    deps.store.put_draft(&caller.workspace.id, &caller.user.id, id, &draft).await?;
    Ok(Json(draft.into()))
}

#[utoipa::path(
    delete,
    path = "/v1/conversations/{conversation}/draft",
    params(("conversation" = String, Path, description = "A conversation")),
    responses(
        (status = 204, description = "The caller has no draft there"),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn remove(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<ConversationId>,
) -> Result<StatusCode, Failed> {
    deps.store.delete_draft(&caller.workspace.id, &caller.user.id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
