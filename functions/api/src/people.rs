//! Whoever calls, and the users of their workspace.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use domain::conversation::Refusal;
use domain::id::{GroupId, RoleId, UserId};
use domain::people::{People, PeopleRefusal};
use domain::private::Private;
use domain::workspace::{User, UserKind};
use platform::problem::Problem;
use serde::Deserialize;
use store::Deed;
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Caller, Named, read};
use crate::view::{self, Listed, MeView, ProblemView, UserView};

impl From<PeopleRefusal> for Failed {
    fn from(refusal: PeopleRefusal) -> Self {
        let detail = refusal.to_string();
        let conflict = |kind| Problem::new(StatusCode::CONFLICT, kind, detail.clone());
        let invalid = |kind| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, kind, detail.clone());
        Self(match refusal {
            PeopleRefusal::NotFound(what) => Problem::not_found(what),
            PeopleRefusal::Exists { user } => conflict("exists").with("user", user.as_str()),
            PeopleRefusal::EmailTaken { user } => {
                conflict("email-taken").with("user", user.as_str())
            }
            PeopleRefusal::LastAdmin => conflict("last-admin"),
            PeopleRefusal::Beyond(permission) => {
                return Self::from(Refusal::NotPermitted(permission));
            }
            PeopleRefusal::NoSuchRole(role) => invalid("no-such-role").with("role", role.as_str()),
            PeopleRefusal::NoSuchGroup(group) => {
                invalid("no-such-group").with("group", group.as_str())
            }
            PeopleRefusal::NoSuchUser(user) => invalid("no-such-user").with("user", user.as_str()),
            PeopleRefusal::InUse { users } => conflict("in-use")
                .with("users", users.iter().map(UserId::as_str).collect::<Vec<_>>()),
            PeopleRefusal::Invalid { field, problem } => Problem::bad_request(field, problem),
            PeopleRefusal::TooMany { max, .. } => conflict("too-many").with("max", max),
        })
    }
}

/// What the audit says of a change.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Doing<'a> {
    pub(crate) action: &'static str,
    /// Whom or what it is done to; a new user if absent.
    pub(crate) subject: Option<&'a str>,
    /// What was asked for, as JSON or nothing.
    pub(crate) detail: &'a [u8],
}

impl<'a> Doing<'a> {
    pub(crate) fn to(action: &'static str, subject: &'a str, detail: &'a [u8]) -> Self {
        Self { action, subject: Some(subject), detail }
    }
}

impl Deps {
    /// Changes the caller's workspace or its users, and writes down who did what to whom. This
    /// sandbox knows at once, others within a minute.
    pub(crate) async fn change_people(
        &self,
        caller: &Caller,
        doing: Doing<'_>,
        decide: impl Fn(People) -> Result<People, PeopleRefusal>,
    ) -> Result<People, Failed> {
        let id = &caller.workspace.id;
        let decide = |people: People| {
            let people = decide(people)?;
            // Only a new user has no name yet; it stands at the end.
            let newest = people.users.last().map(|user| user.id.as_str());
            let deed = Deed {
                at: caller.now,
                actor: caller.user.id.to_string(),
                action: doing.action.to_owned(),
                subject: doing.subject.or(newest).unwrap_or_default().to_owned(),
                detail: serde_json::from_slice(doing.detail).unwrap_or_default(),
            };
            Ok::<_, PeopleRefusal>((people, deed))
        };
        let people = self.store.change_people(id, decide).await??;
        self.workspaces.keep(id.clone(), Some(Arc::new(people.workspace.clone())), caller.now);
        Ok(people)
    }

    /// What is kept of a user is what they are now.
    fn remember(&self, caller: &Caller, user: &User) {
        let id = &caller.workspace.id;
        let known = Some(Arc::new(user.clone()));
        self.users.keep((id.clone(), user.id.clone()), known, caller.now);
        if !user.email.is_empty() {
            let email = Private::new(user.email.to_lowercase());
            self.emails.keep((id.clone(), email), Some(user.id.clone()), caller.now);
        }
    }
}

#[utoipa::path(
    get,
    path = "/v1/me",
    responses(
        (status = 200, description = "Whoever calls, with what they may do", body = MeView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn me(caller: Caller) -> Json<MeView> {
    Json(view::me(&caller.user, &caller.role, &caller.workspace))
}

#[utoipa::path(
    get,
    path = "/v1/users",
    responses(
        (status = 200, description = "The users of the workspace, by id", body = Listed<UserView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn list(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
) -> Result<Json<Listed<UserView>>, Failed> {
    let users = deps.store.users(&caller.workspace.id).await?;
    Ok(Json(Listed { items: users.iter().map(view::user).collect(), next: None }))
}

#[utoipa::path(
    get,
    path = "/v1/users/{user}",
    params(("user" = String, Path, description = "A user")),
    responses(
        (status = 200, description = "A user", body = UserView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn get(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<UserId>,
) -> Result<Json<UserView>, Failed> {
    let user = deps.store.user(&caller.workspace.id, &id).await?;
    Ok(Json(view::user(&user.ok_or_else(|| Problem::not_found("user"))?)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InviteBody {
    /// What the user is called in addresses and logs; made from the e-mail if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Option<UserId>,
    name: String,
    /// What they sign in with. Programs may have none.
    #[serde(default)]
    email: String,
    #[schema(value_type = String)]
    role: RoleId,
    /// `person`, `ai` or `bot`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    kind: UserKind,
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    groups: BTreeSet<GroupId>,
    #[serde(default = "yes")]
    licensed: bool,
}

fn yes() -> bool {
    true
}

/// A new user. They come in by signing in with their e-mail. Asking again is refused, and the
/// refusal names the user.
#[utoipa::path(
    post,
    path = "/v1/users",
    request_body = InviteBody,
    responses(
        (status = 201, description = "The user", body = UserView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn invite(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    body: Bytes,
) -> Result<(StatusCode, Json<UserView>), Failed> {
    let InviteBody { id, name, email, role, kind, groups, licensed } = read(&body)?;
    let user = |id: UserId| User {
        id,
        name: name.clone(),
        email: email.clone(),
        role: role.clone(),
        kind,
        groups: groups.clone(),
        active: true,
        licensed,
    };
    let decide = |people: People| {
        let id = match &id {
            Some(id) if people.user(id).is_some() => {
                return Err(PeopleRefusal::Exists { user: id.clone() });
            }
            Some(id) => Some(id.clone()),
            None => people.free_id(&email),
        };
        let id = id.ok_or_else(|| PeopleRefusal::Invalid {
            field: "id",
            problem: "is needed without an e-mail to make it from".to_owned(),
        })?;
        people.with_user(&caller.viewer(), user(id))
    };
    let doing = Doing { action: "user.invite", subject: None, detail: &body };
    let people = deps.change_people(&caller, doing, decide).await?;
    // A new user stands at the end.
    let user = people.users.last().ok_or_else(Problem::unavailable)?;
    deps.remember(&caller, user);
    Ok((StatusCode::CREATED, Json(view::user(user))))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserBody {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    role: Option<RoleId>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    kind: Option<UserKind>,
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    groups: Option<BTreeSet<GroupId>>,
    #[serde(default)]
    active: Option<bool>,
    #[serde(default)]
    licensed: Option<bool>,
}

impl UserBody {
    fn apply(&self, user: &User) -> User {
        let mut user = user.clone();
        user.name = self.name.clone().unwrap_or(user.name);
        user.email = self.email.clone().unwrap_or(user.email);
        user.role = self.role.clone().unwrap_or(user.role);
        user.kind = self.kind.unwrap_or(user.kind);
        user.groups = self.groups.clone().unwrap_or(user.groups);
        user.active = self.active.unwrap_or(user.active);
        user.licensed = self.licensed.unwrap_or(user.licensed);
        user
    }
}

/// Changes what is given, and leaves the rest. Whoever is deactivated, or loses a right, is shut
/// out within a minute.
#[utoipa::path(
    patch,
    path = "/v1/users/{user}",
    params(("user" = String, Path, description = "A user")),
    request_body = UserBody,
    responses(
        (status = 200, description = "The user", body = UserView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn change(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<UserId>,
    body: Bytes,
) -> Result<Json<UserView>, Failed> {
    let changes: UserBody = read(&body)?;
    let decide = |people: People| {
        let user = people.user(&id).ok_or(PeopleRefusal::NotFound("user"))?;
        let user = changes.apply(user);
        people.with_user(&caller.viewer(), user)
    };
    let doing = Doing::to("user.change", id.as_str(), &body);
    let people = deps.change_people(&caller, doing, decide).await?;
    let user = people.user(&id).ok_or_else(|| Problem::not_found("user"))?;
    deps.remember(&caller, user);
    Ok(Json(view::user(user)))
}
