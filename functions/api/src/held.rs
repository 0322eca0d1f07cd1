//! Messages that wait for opening hours, taken back.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use domain::conversation::Command;
use domain::id::MessageId;
use platform::problem::Problem;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Caller, Named};
use crate::view::{self, EventView, ProblemView};

/// C22: a message that still waits is taken back, and never sent.
#[utoipa::path(
    post,
    path = "/v1/messages/{message}/cancel",
    params(
        ("message" = String, Path, description = "A message that is held"),
        ("idempotency-key" = Option<String>, Header, description = "The same key twice is the same command once"),
    ),
    responses(
        (status = 200, description = "The message, cancelled", body = EventView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn cancel(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<MessageId>,
    headers: HeaderMap,
) -> Result<Json<EventView>, Failed> {
    let MessageId { conversation, seq } = id;
    let key = caller.command(&headers, &["cancel", &id.to_string()])?;
    let command = Command::Cancel { by: caller.viewer(), held: seq };
    deps.run(&caller, conversation, key.as_ref(), command).await?;
    let logged = deps.store.event(&caller.workspace.id, conversation, seq).await?;
    let logged = logged.ok_or_else(|| Problem::not_found("message"))?;
    Ok(Json(view::event(conversation, &logged)))
}
