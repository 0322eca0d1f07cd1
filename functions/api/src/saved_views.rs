//! Saved views: lists of conversations with a name, for oneself or for all.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use domain::id::KeptId;
use domain::kept::{Kept, SavedView};
use domain::listing::Listing;
use domain::rights::Permission;
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::Shelf;
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Caller, Named, read};
use crate::shelf::{self, Kind};
use crate::view::{Listed, ProblemView};

const VIEWS: Kind = Kind { shelf: Shelf::Views, name: "view", sharing: Permission::ViewShare };

const NAME_CHARS_MAX: usize = 100;
const WORD_CHARS_MAX: usize = 100;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedViewBody {
    name: String,
    /// Whether all users have it.
    #[serde(default)]
    shared: bool,
    /// What is listed, as in `GET /v1/conversations`: `view`, `user`, `status`, `account`, `group`,
    /// `assignee`, `label`, `campaign`, `unread`, `sort`. What is absent does not matter.
    #[schema(value_type = Object)]
    filter: Listing,
}

impl SavedViewBody {
    fn check(&self) -> Result<(), Problem> {
        let named = [
            ("name", Some(&self.name), NAME_CHARS_MAX),
            ("filter.label", self.filter.label.as_ref(), WORD_CHARS_MAX),
            ("filter.campaign", self.filter.campaign.as_ref(), WORD_CHARS_MAX),
        ];
        for (field, text, max) in named {
            if text.is_some_and(|text| !(1..=max).contains(&text.trim().chars().count())) {
                return Err(Problem::bad_request(
                    field,
                    format!("must have 1 to {max} characters"),
                ));
            }
        }
        self.filter.check().map_err(|bad| {
            Problem::bad_request(&format!("filter.{}", bad.field()), bad.to_string())
        })
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SavedViewView {
    id: String,
    owner: String,
    shared: bool,
    changed_at: String,
    name: String,
    #[schema(value_type = Object)]
    filter: Value,
}

impl From<Kept<SavedView>> for SavedViewView {
    fn from(kept: Kept<SavedView>) -> Self {
        Self {
            id: kept.id.to_string(),
            owner: kept.owner.to_string(),
            shared: kept.shared,
            changed_at: kept.changed_at.to_string(),
            name: kept.what.name,
            filter: json!(kept.what.filter),
        }
    }
}

#[utoipa::path(
    get,
    path = "/v1/views",
    responses(
        (status = 200, description = "The caller's own views, then those that are shared; at most 1,000 of each", body = Listed<SavedViewView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn list(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
) -> Result<Json<Listed<SavedViewView>>, Failed> {
    let all = shelf::all(&deps, &caller, VIEWS).await?;
    Ok(Json(Listed { items: all.into_iter().map(SavedViewView::from).collect(), next: None }))
}

#[utoipa::path(
    get,
    path = "/v1/views/{view}",
    params(("view" = String, Path, description = "A saved view")),
    responses(
        (status = 200, description = "The caller's own view of this name, or the shared one", body = SavedViewView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn get(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<KeptId>,
) -> Result<Json<SavedViewView>, Failed> {
    Ok(Json(find(&deps, &caller, &id).await?.into()))
}

/// The caller's own view of this name, or the shared one.
pub(crate) async fn find(
    deps: &Deps,
    caller: &Caller,
    id: &KeptId,
) -> Result<Kept<SavedView>, Failed> {
    shelf::find(deps, caller, VIEWS, id).await
}

#[utoipa::path(
    put,
    path = "/v1/views/{view}",
    params(("view" = String, Path, description = "A name: letters, digits, `-`, `_`, `.`")),
    request_body = SavedViewBody,
    responses(
        (status = 200, description = "The view as it is kept", body = SavedViewView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn put(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<KeptId>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<SavedViewView>, Failed> {
    let body: SavedViewBody = read(&body)?;
    body.check()?;
    let SavedViewBody { name, shared, filter } = body;
    let kept = Kept {
        id,
        owner: caller.user.id.clone(),
        shared,
        changed_at: caller.now,
        what: SavedView { name, filter },
    };
    Ok(Json(shelf::put(&deps, &caller, VIEWS, &headers, kept).await?.into()))
}

#[utoipa::path(
    delete,
    path = "/v1/views/{view}",
    params(("view" = String, Path, description = "A saved view")),
    responses(
        (status = 204, description = "The caller's own, or else the shared one, is gone"),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn remove(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<KeptId>,
    headers: HeaderMap,
) -> Result<StatusCode, Failed> {
    shelf::remove::<SavedView>(&deps, &caller, VIEWS, &headers, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
