//! Channel accounts, what providers say of them, and the channels there are.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::id::AccountId;
use platform::problem::Problem;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Caller, Named};
use crate::view::{self, AccountView, ChannelView, Listed, NoticeView, ProblemView};

#[utoipa::path(
    get,
    path = "/v1/accounts",
    responses(
        (status = 200, description = "The channel accounts of the workspace", body = Listed<AccountView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn list(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
) -> Result<Json<Listed<AccountView>>, Failed> {
    let accounts = deps.store.accounts(&caller.workspace.id).await?;
    Ok(Json(Listed { items: accounts.iter().map(view::account).collect(), next: None }))
}

const NOTICES_SHOWN: usize = 100;

#[utoipa::path(
    get,
    path = "/v1/accounts/{account}/notices",
    params(("account" = String, Path, description = "A channel account")),
    responses(
        (status = 200, description = "What the provider has said about the account, newest first", body = Listed<NoticeView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn notices(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<AccountId>,
) -> Result<Json<Listed<NoticeView>>, Failed> {
    let account = deps.account(&id, caller.now).await?;
    let account = account.filter(|account| account.workspace == caller.workspace.id);
    let account = account.ok_or_else(|| Problem::not_found("account"))?;
    let notices = deps.store.notices(&account, NOTICES_SHOWN).await?;
    Ok(Json(Listed { items: notices.iter().map(view::notice).collect(), next: None }))
}

#[utoipa::path(
    get,
    path = "/v1/channels",
    responses(
        (status = 200, description = "The channels there are, what they need and can carry", body = Listed<ChannelView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn channels(_caller: Caller) -> Json<Listed<ChannelView>> {
    let items = channels::ALL.iter().map(|channel| view::channel(*channel)).collect();
    Json(Listed { items, next: None })
}
