//! Keys for machines that call the API. A key uses the rights of a user, or some of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use domain::conversation::Refusal;
use domain::id::UserId;
use domain::people::NAME_CHARS_MAX;
use domain::rights::{Permission, Role};
use domain::workspace::UserKind;
use jiff::{SignedDuration, Timestamp};
use platform::auth::Token;
use platform::problem::Problem;
use serde::Deserialize;
use serde_json::{Value, json};
use store::ApiKey;
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Caller, Named, read};
use crate::view::{self, KeyView, Listed, NewKeyView, ProblemView};

/// A workspace that has more has lost count of them.
const KEYS_MAX: usize = 500;
const DAYS_MAX: i64 = 3_650;

#[utoipa::path(
    get,
    path = "/v1/keys",
    responses(
        (status = 200, description = "The keys of the workspace, without their secrets", body = Listed<KeyView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn list(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
) -> Result<Json<Listed<KeyView>>, Failed> {
    let keys = deps.store.api_keys(&caller.workspace.id).await?;
    Ok(Json(Listed { items: keys.iter().map(view::key).collect(), next: None }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyBody {
    name: String,
    /// A program whose rights it uses; the caller's own if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    user: Option<UserId>,
    /// Which of those rights, each such as `conversation.reply`; all of them if absent.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    scopes: Option<BTreeSet<Permission>>,
    /// For how many days it works; without end if absent.
    #[serde(default)]
    expires_in_days: Option<i64>,
}

/// A new key. Its token is in the answer to this request and nowhere else, so a request whose
/// answer was lost is made again, and its key revoked.
#[utoipa::path(
    post,
    path = "/v1/keys",
    request_body = KeyBody,
    responses(
        (status = 201, description = "The key, with its token", body = NewKeyView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn make(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    body: Bytes,
) -> Result<(StatusCode, Json<NewKeyView>), Failed> {
    let KeyBody { name, user, scopes, expires_in_days } = read(&body)?;
    if !(1..=NAME_CHARS_MAX).contains(&name.trim().chars().count()) {
        let detail = format!("must have 1 to {NAME_CHARS_MAX} characters");
        return Err(Failed(Problem::bad_request("name", detail)));
    }
    let expires_at = expires_in_days.map(|days| expiry(days, caller.now)).transpose()?;
    let (user, role) = whose(&deps, &caller, user).await?;
    let reaches = scopes.as_ref().unwrap_or(&role.permissions);
    if let Some(beyond) = reaches.iter().find(|permission| !caller.role.may(**permission)) {
        return Err(Failed::from(Refusal::NotPermitted(*beyond)));
    }
    let workspace = &caller.workspace.id;
    if deps.store.api_keys(workspace).await?.len() >= KEYS_MAX {
        let detail = format!("a workspace has at most {KEYS_MAX} keys");
        return Err(Failed(Problem::new(StatusCode::CONFLICT, "too-many", detail)));
    }
    let token = Token::generate(workspace.clone()).map_err(|_| Problem::unavailable())?;
    let names = |scopes: BTreeSet<Permission>| {
        scopes.into_iter().map(|permission| permission.as_str().to_owned()).collect()
    };
    let key = ApiKey {
        workspace: workspace.clone(),
        id: token.key.clone(),
        hash: token.hash(),
        user,
        name,
        scopes: scopes.map(names),
        created_at: Some(caller.now),
        expires_at,
        last_used_at: None,
    };
    let detail = json!({ "user": key.user.as_str(), "scopes": key.scopes });
    deps.audit(&caller, None, "key.make", &key.id, detail).await?;
    deps.store.put_api_key(&key).await?;
    let made = NewKeyView { key: view::key(&key), token: token.reveal() };
    Ok((StatusCode::CREATED, Json(made)))
}

fn expiry(days: i64, now: Timestamp) -> Result<Timestamp, Problem> {
    if !(1..=DAYS_MAX).contains(&days) {
        let detail = format!("must be 1 to {DAYS_MAX}");
        return Err(Problem::bad_request("expires_in_days", detail));
    }
    Ok(domain::window::after(now, SignedDuration::from_hours(24 * days)))
}

/// Whose rights a new key uses: the caller's, or those of a program. Nobody calls as another
/// person.
async fn whose(
    deps: &Deps,
    caller: &Caller,
    user: Option<UserId>,
) -> Result<(UserId, Role), Failed> {
    let Some(id) = user.filter(|id| *id != caller.user.id) else {
        return Ok((caller.user.id.clone(), (*caller.role).clone()));
    };
    let user = deps.store.user(&caller.workspace.id, &id).await?;
    let program = user.filter(|user| user.kind != UserKind::Person);
    let role = program.and_then(|user| caller.workspace.role(&user.role).cloned());
    let role = role.ok_or_else(|| {
        let detail = format!("there is no program `{id}`");
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "no-such-user", detail)
            .with("user", id.as_str())
    })?;
    Ok((id, role))
}

/// Ends a key. It is refused within a minute.
#[utoipa::path(
    delete,
    path = "/v1/keys/{key}",
    params(("key" = String, Path, description = "A key's id")),
    responses(
        (status = 204, description = "There is no such key any more"),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn revoke(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<String>,
) -> Result<StatusCode, Failed> {
    let workspace = &caller.workspace.id;
    if !deps.store.delete_api_key(workspace, &id).await? {
        return Err(Failed(Problem::not_found("key")));
    }
    deps.audit(&caller, None, "key.revoke", &id, Value::Null).await?;
    deps.keys.keep((workspace.clone(), id), None, caller.now);
    Ok(StatusCode::NO_CONTENT)
}
