//! Who is let in: one question before every handler, answered by what its route needs.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::conversation::Refusal;
use domain::people::may_come_in;
use domain::rights::{Permission, Role};
use jiff::{SignedDuration, Timestamp};
use platform::clock::Now;
use platform::problem::Problem;
use store::StoreError;

use crate::Deps;
use crate::answer::Failed;
use crate::bearer::Bearer;
use crate::caller::Caller;

/// What a route asks of whoever calls it. What it shows them of conversations is asked again for
/// each, by `Viewer::sees`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    /// To be a user who may come in.
    SignIn,
    Permission(Permission),
    /// One of these; which, depends on what is asked for, and is asked again there.
    Any(&'static [Permission]),
}

impl Needs {
    /// What a role lacks to call the route.
    pub fn lacking(self, role: &Role) -> Option<Permission> {
        let needed = match &self {
            Self::Nothing | Self::SignIn => return None,
            Self::Permission(permission) => std::slice::from_ref(permission),
            Self::Any(permissions) => permissions,
        };
        let has = needed.iter().any(|permission| role.may(*permission));
        needed.first().copied().filter(|_| !has)
    }
}

impl From<Permission> for Needs {
    fn from(permission: Permission) -> Self {
        Self::Permission(permission)
    }
}

/// What stands before one route.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    pub(crate) deps: Arc<Deps>,
    pub(crate) needs: Needs,
}

/// Lets a request through to its handler with its caller, or answers it.
pub(crate) async fn admit(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    let now = request.extensions().get().copied();
    let headers = request.headers().clone();
    match door.opens(&headers, now).await {
        Ok(caller) => {
            if let Some(caller) = caller {
                request.extensions_mut().insert(caller);
            }
            next.run(request).await
        }
        Err(failed) => failed.into_response(),
    }
}

impl Door {
    /// The caller, where the route needs one.
    async fn opens(&self, headers: &HeaderMap, now: Option<Now>) -> Result<Option<Caller>, Failed> {
        if self.needs == Needs::Nothing {
            return Ok(None);
        }
        let Some(Now(now)) = now else { return Err(Failed(Problem::unavailable())) };
        let caller = self.deps.caller(headers, now).await?;
        match self.needs.lacking(&caller.role) {
            None => Ok(Some(caller)),
            Some(permission) => Err(Failed::from(Refusal::NotPermitted(permission))),
        }
    }
}

impl Deps {
    /// Who calls, if they may come in, and not too often.
    async fn caller(&self, headers: &HeaderMap, now: Timestamp) -> Result<Caller, Failed> {
        let bearer = self.bearer(headers, now).await?;
        self.pace.admit(&bearer.name(), now).map_err(too_many)?;
        let load = async |(workspace, user): &_| -> Result<_, StoreError> {
            Ok(self.store.user(workspace, user).await?.map(Arc::new))
        };
        let Bearer { workspace, user, key } = bearer;
        let user = self.users.get(&(workspace.clone(), user), now, load).await?;
        let workspace = self.workspace(&workspace, now).await?;
        let (Some(user), Some(workspace)) = (user, workspace) else {
            return Err(Failed(Problem::unauthorized()));
        };
        if user.active && !may_come_in(&user) {
            let detail = "no licence is bought for this user";
            return Err(Failed(Problem::new(StatusCode::FORBIDDEN, "not-licensed", detail)));
        }
        let role = workspace.role(&user.role).filter(|_| user.active);
        let mut role: Role = role.ok_or_else(Problem::unauthorized)?.clone();
        if let Some(scopes) = key.as_ref().and_then(|key| key.scopes.as_ref()) {
            role.permissions.retain(|permission| scopes.contains(permission.as_str()));
        }
        let key = key.map(|key| key.id.into());
        Ok(Caller { user, workspace, role: Arc::new(role), key, now })
    }
}

fn too_many(wait: SignedDuration) -> Failed {
    let seconds = wait.as_secs() + 1;
    let detail = "this token asks too often";
    let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", detail);
    Failed(problem.with("retry_after", seconds))
}
