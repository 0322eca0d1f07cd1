//! Who is there.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::bus::PresenceDetail;
use domain::job::{FollowUps, RoutingJob};
use domain::workspace::Presence;
use platform::batch::chain;
use serde::{Deserialize, Serialize};
use store::Present;
use tracing::warn;
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Caller, read};
use crate::view::{Listed, ProblemView};

/// What a user says of themselves.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PresenceBody {
    /// `online`, `away` (signed in, and wants no new work), `offline`.
    #[schema(value_type = String)]
    presence: Presence,
}

/// Whether a user is there.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PresenceView {
    user: String,
    /// `online`, `away`, `offline`. Whoever has not said so for five minutes is offline.
    #[schema(value_type = String)]
    presence: Presence,
    /// When they said so last.
    heard_at: Option<String>,
}

#[utoipa::path(
    put,
    path = "/v1/me/presence",
    request_body = PresenceBody,
    responses(
        (status = 200, description = "It is so for five minutes, unless it is said again", body = PresenceView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn say(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    body: Bytes,
) -> Result<Json<PresenceView>, Failed> {
    let PresenceBody { presence } = read(&body)?;
    let (workspace, user, now) = (&caller.workspace, &caller.user.id, caller.now);
    let before = deps.store.set_presence(&workspace.id, user, presence, now).await?;
    let comes = presence == Presence::Online && before != Presence::Online;
    if comes && workspace.rules.routing.chooses() {
        let route = RoutingJob::RouteV1 {
            workspace: workspace.id.clone(),
            conversation: None,
            reopened: false,
            cause: format!("online-{user}-{}", now.as_millisecond()),
        };
        deps.hand_on.send(&FollowUps { routes: vec![route], ..FollowUps::default() }).await?;
    }
    if before != presence {
        let said = PresenceDetail::new(&workspace.id, user, presence, now);
        // It is put down; that colleagues hear of it later is no reason to fail.
        if let Err(failed) = deps.hand_on.bus.tell_presence(&said).await {
            warn!("The presence of a user was not told: {}", chain(&failed));
        }
    }
    let (user, heard_at) = (user.to_string(), Some(now.to_string()));
    Ok(Json(PresenceView { user, presence, heard_at }))
}

#[utoipa::path(
    get,
    path = "/v1/presence",
    responses(
        (status = 200, description = "The active users of the workspace, by id", body = Listed<PresenceView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn list(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
) -> Result<Json<Listed<PresenceView>>, Failed> {
    let workspace = &caller.workspace.id;
    let known = deps.store.presences(workspace).await?;
    let users = deps.store.users(workspace).await?;
    let items = users.into_iter().filter(|user| user.active).map(|user| {
        let said = known.iter().find(|one: &&Present| one.user == user.id);
        PresenceView {
            user: user.id.to_string(),
            presence: said.map_or(Presence::Offline, |one| one.at(caller.now)),
            heard_at: said.and_then(|one| one.heard).map(|heard| heard.to_string()),
        }
    });
    Ok(Json(Listed { items: items.collect(), next: None }))
}
