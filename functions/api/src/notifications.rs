//! What the caller was told, and how they want to be told.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use domain::notifications::{Accounts, Preferences};
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::Notified;
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Asked, Caller, read};
use crate::paging::PageQuery;
use crate::view::{Listed, ProblemView};

/// How a user wants to be told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PreferencesView {
    /// `on`, `off`, or `default`: as the workspace has it.
    #[schema(value_type = String)]
    email: Value,
    /// The accounts that e-mail is sent for: `"all"`, or `{ "only": [...] }`.
    #[schema(value_type = Object)]
    accounts: Value,
    /// Whether the desk shows what happens while it is open.
    desktop: bool,
    /// Collects e-mail for so many minutes instead of sending each at once.
    digest_minutes: Option<u16>,
}

impl From<Preferences> for PreferencesView {
    fn from(preferences: Preferences) -> Self {
        Self {
            email: json!(preferences.email),
            accounts: json!(preferences.accounts),
            desktop: preferences.desktop,
            digest_minutes: preferences.digest_minutes.map(std::num::NonZeroU16::get),
        }
    }
}

#[utoipa::path(
    get,
    path = "/v1/me/notifications",
    responses(
        (status = 200, description = "How the caller wants to be told", body = PreferencesView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn preferences(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
) -> Result<Json<PreferencesView>, Failed> {
    let (workspace, user) = (&caller.workspace.id, &caller.user.id);
    Ok(Json(deps.store.notification_preferences(workspace, user).await?.into()))
}

const ACCOUNTS_MAX: usize = 1_000;
const DIGEST_MINUTES_MAX: u16 = 24 * 60;

#[utoipa::path(
    put,
    path = "/v1/me/notifications",
    request_body = PreferencesView,
    responses(
        (status = 200, description = "How the caller wants to be told from now on", body = PreferencesView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn prefer(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    body: Bytes,
) -> Result<Json<PreferencesView>, Failed> {
    let preferences: Preferences = read(&body)?;
    if preferences.digest_minutes.is_some_and(|minutes| minutes.get() > DIGEST_MINUTES_MAX) {
        let detail = format!("must be at most {DIGEST_MINUTES_MAX}");
        return Err(Failed(Problem::bad_request("digest_minutes", detail)));
    }
    if let Accounts::Only(accounts) = &preferences.accounts {
        if accounts.len() > ACCOUNTS_MAX {
            let detail = format!("must be at most {ACCOUNTS_MAX}");
            return Err(Failed(Problem::bad_request("accounts", detail)));
        }
        for id in accounts {
            let account = deps.account(id, caller.now).await?;
            if account.is_none_or(|account| account.workspace != caller.workspace.id) {
                let detail = format!("there is no account `{id}`");
                return Err(Failed(Problem::bad_request("accounts", detail)));
            }
        }
    }
    let (workspace, user) = (&caller.workspace.id, &caller.user.id);
    deps.store.put_notification_preferences(workspace, user, &preferences).await?;
    Ok(Json(preferences.into()))
}

/// Something the caller was told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NotificationView {
    id: String,
    at: String,
    /// `inbound`, `assigned`, `mentioned` or `said`.
    occasion: &'static str,
    conversation: String,
    /// The number of the event.
    seq: u32,
    read_at: Option<String>,
}

impl From<Notified> for NotificationView {
    fn from(notified: Notified) -> Self {
        let Notified { id, notification, read_at } = notified;
        Self {
            id,
            at: notification.at.to_string(),
            occasion: notification.occasion.as_str(),
            conversation: notification.conversation.to_string(),
            seq: notification.seq.get(),
            read_at: read_at.map(|at| at.to_string()),
        }
    }
}

#[utoipa::path(
    get,
    path = "/v1/me/notifications/list",
    params(
        ("limit" = Option<u32>, Query, description = "1 to 100; 50 if absent"),
        ("cursor" = Option<String>, Query, description = "The `next` of the page before"),
    ),
    responses(
        (status = 200, description = "What the caller was told in the last 30 days, newest first", body = Listed<NotificationView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn list(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Asked(query): Asked<PageQuery>,
) -> Result<Json<Listed<NotificationView>>, Failed> {
    let limit = query.limit.0;
    let (workspace, user) = (&caller.workspace.id, &caller.user.id);
    let page = deps.store.notifications(workspace, user, query.cursor.as_deref(), limit).await?;
    let items = page.items.into_iter().map(NotificationView::from).collect();
    Ok(Json(Listed { items, next: page.next }))
}

/// Which notifications the caller has seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadBody {
    /// At most 100.
    ids: Vec<String>,
}

const READ_MAX: usize = 100;
const ID_CHARS_MAX: usize = 64;

#[utoipa::path(
    post,
    path = "/v1/me/notifications/read",
    request_body = ReadBody,
    responses(
        (status = 204, description = "They are marked; those that are gone are passed over"),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn mark_read(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    body: Bytes,
) -> Result<StatusCode, Failed> {
    let ReadBody { ids } = read(&body)?;
    if ids.len() > READ_MAX || ids.iter().any(|id| id.is_empty() || id.len() > ID_CHARS_MAX) {
        let detail = format!("must be at most {READ_MAX} names from the list");
        return Err(Failed(Problem::bad_request("ids", detail)));
    }
    let (workspace, user) = (&caller.workspace.id, &caller.user.id);
    for id in &ids {
        deps.store.read_notification(workspace, user, id, caller.now).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
