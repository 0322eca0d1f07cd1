//! Going on having a conversation to oneself.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::id::ConversationId;
use domain::window::after;
use platform::problem::Problem;
use serde::Deserialize;
use store::Renewed;
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Caller, Named, read};
use crate::conversations::{found, viewed};
use crate::view::{ConversationView, ProblemView};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RenewBody {
    /// The epoch that the claim was given with.
    epoch: u32,
}

/// L3: the holder is still there, and reads or types.
#[utoipa::path(
    post,
    path = "/v1/conversations/{conversation}/claim/renew",
    params(("conversation" = String, Path, description = "A conversation")),
    request_body = RenewBody,
    responses(
        (status = 200, description = "The claim lasts longer", body = ConversationView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn renew_claim(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<ConversationId>,
    body: Bytes,
) -> Result<Json<ConversationView>, Failed> {
    let RenewBody { epoch } = read(&body)?;
    let until = after(caller.now, caller.workspace.rules.claim_for);
    let (workspace, user) = (&caller.workspace.id, &caller.user.id);
    match deps.store.renew_claim(workspace, id, user, epoch, until).await? {
        Renewed::Done => {}
        Renewed::Refused(refusal) => {
            found(&deps, &caller, id).await?;
            return Err(refusal.into());
        }
        Renewed::Absent => return Err(Failed(Problem::not_found("conversation"))),
    }
    let conversation = found(&deps, &caller, id).await?;
    Ok(Json(viewed(&deps, &caller, &conversation).await?))
}
