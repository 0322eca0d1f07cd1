//! Groups, and what users may do.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use domain::calendar::Calendar;
use domain::id::{AccountId, GroupId, RoleId};
use domain::people::People;
use domain::rights::{Permission, Role, Sees};
use domain::workspace::Group;
use platform::problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Caller, Named, read};
use crate::people::Doing;
use crate::view::{self, GroupView, Listed, ProblemView, RoleView};

#[utoipa::path(
    get,
    path = "/v1/groups",
    responses(
        (status = 200, description = "The groups of the workspace", body = Listed<GroupView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn groups(caller: Caller) -> Json<Listed<GroupView>> {
    let items = caller.workspace.groups.iter().map(view::group).collect();
    Json(Listed { items, next: None })
}

#[utoipa::path(
    get,
    path = "/v1/groups/{group}",
    params(("group" = String, Path, description = "A group")),
    responses(
        (status = 200, description = "A group", body = GroupView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn group(
    caller: Caller,
    Named(id): Named<GroupId>,
) -> Result<Json<GroupView>, Failed> {
    let group = caller.workspace.group(&id).ok_or_else(|| Problem::not_found("group"))?;
    Ok(Json(view::group(group)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupBody {
    name: String,
    /// Opening hours of its own; the workspace's if absent.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    hours: Option<Calendar>,
    /// The accounts whose new conversations come to it.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    accounts: BTreeSet<AccountId>,
}

/// A group as it is to be, new or not.
#[utoipa::path(
    put,
    path = "/v1/groups/{group}",
    params(("group" = String, Path, description = "A group")),
    request_body = GroupBody,
    responses(
        (status = 200, description = "The group", body = GroupView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn put_group(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<GroupId>,
    body: Bytes,
) -> Result<Json<GroupView>, Failed> {
    let GroupBody { name, hours, accounts } = read(&body)?;
    for account in &accounts {
        let known = deps.account(account, caller.now).await?;
        if known.is_none_or(|known| known.workspace != caller.workspace.id) {
            let detail = format!("there is no account `{account}`");
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Err(Failed(
                Problem::new(status, "no-such-account", detail).with("account", account.as_str()),
            ));
        }
    }
    let group = Group { id, name, hours, accounts };
    let doing = Doing::to("group.put", group.id.as_str(), &body);
    deps.change_people(&caller, doing, |people: People| people.with_group(group.clone())).await?;
    Ok(Json(view::group(&group)))
}

/// Ends a group nobody is in.
#[utoipa::path(
    delete,
    path = "/v1/groups/{group}",
    params(("group" = String, Path, description = "A group")),
    responses(
        (status = 204, description = "There is no such group any more"),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn delete_group(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<GroupId>,
) -> Result<StatusCode, Failed> {
    let doing = Doing::to("group.delete", id.as_str(), b"");
    deps.change_people(&caller, doing, |people: People| people.without_group(&id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(
    get,
    path = "/v1/roles",
    responses(
        (status = 200, description = "The roles of the workspace", body = Listed<RoleView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn roles(caller: Caller) -> Json<Listed<RoleView>> {
    let items = caller.workspace.roles.iter().map(view::role).collect();
    Json(Listed { items, next: None })
}

#[utoipa::path(
    get,
    path = "/v1/roles/{role}",
    params(("role" = String, Path, description = "A role")),
    responses(
        (status = 200, description = "A role", body = RoleView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn role(
    caller: Caller,
    Named(id): Named<RoleId>,
) -> Result<Json<RoleView>, Failed> {
    let role = caller.workspace.role(&id).ok_or_else(|| Problem::not_found("role"))?;
    Ok(Json(view::role(role)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleBody {
    name: String,
    /// Which conversations it shows: `nothing`, `own`, `team` or `all`.
    #[schema(value_type = String)]
    sees: Sees,
    /// Each such as `conversation.reply`.
    #[schema(value_type = Vec<String>)]
    permissions: BTreeSet<Permission>,
}

/// A role as it is to be, new or not. Nobody gives a permission that they do not have.
#[utoipa::path(
    put,
    path = "/v1/roles/{role}",
    params(("role" = String, Path, description = "A role")),
    request_body = RoleBody,
    responses(
        (status = 200, description = "The role", body = RoleView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn put_role(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<RoleId>,
    body: Bytes,
) -> Result<Json<RoleView>, Failed> {
    let RoleBody { name, sees, permissions } = read(&body)?;
    let role = Role { id, name, sees, permissions };
    let decide = |people: People| people.with_role(&caller.viewer(), role.clone());
    let doing = Doing::to("role.put", role.id.as_str(), &body);
    deps.change_people(&caller, doing, decide).await?;
    Ok(Json(view::role(&role)))
}

/// Ends a role nobody has.
#[utoipa::path(
    delete,
    path = "/v1/roles/{role}",
    params(("role" = String, Path, description = "A role")),
    responses(
        (status = 204, description = "There is no such role any more"),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn delete_role(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<RoleId>,
) -> Result<StatusCode, Failed> {
    let doing = Doing::to("role.delete", id.as_str(), b"");
    let decide = |people: People| people.without_role(&caller.viewer(), &id);
    deps.change_people(&caller, doing, decide).await?;
    Ok(StatusCode::NO_CONTENT)
}
