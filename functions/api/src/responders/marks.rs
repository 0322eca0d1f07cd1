//! Whether an automatic answer was right, in the words of those who see what came of it.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use domain::conversation::Command;
use domain::id::MessageId;
use platform::problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Caller, Named, read};
use crate::conversations::found;
use crate::view::ProblemView;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MarkBody {
    right: bool,
}

/// The latest mark counts.
#[utoipa::path(
    post,
    path = "/v1/messages/{message}/mark",
    params(
        ("message" = String, Path, description = "An answer from an FAQ"),
        ("idempotency-key" = Option<String>, Header, description = "The same key twice is the same command once"),
    ),
    request_body = MarkBody,
    responses(
        (status = 204, description = "It is marked"),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn mark(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<MessageId>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Failed> {
    let MarkBody { right } = read(&body)?;
    let MessageId { conversation, seq } = id;
    found(&deps, &caller, conversation).await?;
    let logged = deps.store.event(&caller.workspace.id, conversation, seq).await?;
    let logged = logged.ok_or_else(|| Problem::not_found("message"))?;
    let answer = logged.event.kind.outgoing().and(logged.event.kind.matching());
    let Some(answer) = answer.and_then(|matching| matching.answer()) else {
        let detail = "this message is no answer from an FAQ";
        return Err(Failed(Problem::new(StatusCode::CONFLICT, "not-an-answer", detail)));
    };
    let key = caller.command(&headers, &["mark", &id.to_string()])?;
    let (by, message, faq) = (caller.viewer(), seq, &answer.faq);
    let command = Command::MarkAnswer { by, message, faq, right };
    deps.run(&caller, conversation, key.as_ref(), command).await?;
    Ok(StatusCode::NO_CONTENT)
}
