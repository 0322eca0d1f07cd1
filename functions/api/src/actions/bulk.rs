//! The same action on many conversations: each has its own answer.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use domain::id::ConversationId;
use futures_util::{StreamExt, stream};
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Action, act};
use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Caller, bad, read};
use crate::view::ProblemView;

/// R124: what to do, and to which conversations.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkBody {
    #[schema(value_type = Vec<String>)]
    ids: Vec<ConversationId>,
    #[schema(value_type = Action)]
    r#do: Map<String, Value>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BulkView {
    items: Vec<BulkItemView>,
}

/// What became of one of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BulkItemView {
    id: String,
    /// Its number of events after it, if it was done.
    seq: Option<u32>,
    /// Why it was not done.
    #[schema(value_type = Option<ProblemView>)]
    problem: Value,
}

const IDS_MAX: usize = 100;
/// So many are worked on at a time.
const AT_ONCE: usize = 8;

#[utoipa::path(
    post,
    path = "/v1/conversations/bulk",
    params(("idempotency-key" = Option<String>, Header, description = "The same key twice is the same command once")),
    request_body = BulkBody,
    responses(
        (status = 200, description = "What became of each", body = BulkView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn bulk(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<BulkView>, Failed> {
    let BulkBody { ids, r#do } = read(&body)?;
    if ids.is_empty() || ids.len() > IDS_MAX {
        let detail = format!("must name 1 to {IDS_MAX} conversations");
        return Err(Failed(Problem::bad_request("ids", detail)));
    }
    let action: Action =
        serde_path_to_error::deserialize(Value::Object(r#do)).map_err(|error| bad("do", &error))?;
    let one = async |id: ConversationId| {
        let key = caller.command(&headers, &["bulk", &id.to_string()])?;
        act(&deps, &caller, id, key.as_ref(), &action).await
    };
    let items = stream::iter(ids)
        .map(|id| {
            let done = one(id);
            async move { (id, done.await) }
        })
        .buffered(AT_ONCE)
        .map(|(id, done)| match done {
            Ok(after) => BulkItemView {
                id: id.to_string(),
                seq: Some(after.seq.get()),
                problem: Value::Null,
            },
            Err(Failed(problem)) => {
                BulkItemView { id: id.to_string(), seq: None, problem: problem.body() }
            }
        })
        .collect()
        .await;
    Ok(Json(BulkView { items }))
}
