//! Snippets: pieces of text that are often written.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use domain::id::KeptId;
use domain::kept::{Kept, Snippet};
use domain::private::Words;
use domain::rights::Permission;
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use store::Shelf;
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Caller, Named, read};
use crate::shelf::{self, Kind};
use crate::view::{Listed, ProblemView};

const SNIPPETS: Kind =
    Kind { shelf: Shelf::Snippets, name: "snippet", sharing: Permission::SnippetManage };

const SHORTCUT_CHARS_MAX: usize = 32;
const TEXT_CHARS_MAX: usize = 4_096;
const LANGUAGE_CHARS_MAX: usize = 35;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SnippetBody {
    /// What is typed to get it.
    shortcut: String,
    #[schema(value_type = String)]
    text: Words,
    /// As BCP 47 names it.
    #[serde(default)]
    language: Option<String>,
    /// Whether all users have it.
    #[serde(default)]
    shared: bool,
}

impl SnippetBody {
    fn check(&self) -> Result<(), Problem> {
        let between = |field, text: &str, max| match text.chars().count() {
            length if (1..=max).contains(&length) => Ok(()),
            _ => Err(Problem::bad_request(field, format!("must have 1 to {max} characters"))),
        };
        between("shortcut", &self.shortcut, SHORTCUT_CHARS_MAX)?;
        if self.shortcut.contains(char::is_whitespace) {
            return Err(Problem::bad_request("shortcut", "must have no spaces"));
        }
        between("text", self.text.reveal(), TEXT_CHARS_MAX)?;
        match &self.language {
            Some(language) => between("language", language, LANGUAGE_CHARS_MAX),
            None => Ok(()),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SnippetView {
    id: String,
    owner: String,
    shared: bool,
    changed_at: String,
    shortcut: String,
    #[schema(value_type = String)]
    text: Words,
    language: Option<String>,
}

impl From<Kept<Snippet>> for SnippetView {
    fn from(kept: Kept<Snippet>) -> Self {
        Self {
            id: kept.id.to_string(),
            owner: kept.owner.to_string(),
            shared: kept.shared,
            changed_at: kept.changed_at.to_string(),
            shortcut: kept.what.shortcut,
            text: kept.what.text,
            language: kept.what.language,
        }
    }
}

#[utoipa::path(
    get,
    path = "/v1/snippets",
    responses(
        (status = 200, description = "The caller's own snippets, then those that are shared; at most 1,000 of each", body = Listed<SnippetView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn list(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
) -> Result<Json<Listed<SnippetView>>, Failed> {
    let all = shelf::all(&deps, &caller, SNIPPETS).await?;
    Ok(Json(Listed { items: all.into_iter().map(SnippetView::from).collect(), next: None }))
}

#[utoipa::path(
    get,
    path = "/v1/snippets/{snippet}",
    params(("snippet" = String, Path, description = "A snippet")),
    responses(
        (status = 200, description = "The caller's own snippet of this name, or the shared one", body = SnippetView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn get(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<KeptId>,
) -> Result<Json<SnippetView>, Failed> {
    Ok(Json(shelf::find(&deps, &caller, SNIPPETS, &id).await?.into()))
}

#[utoipa::path(
    put,
    path = "/v1/snippets/{snippet}",
    params(("snippet" = String, Path, description = "A name: letters, digits, `-`, `_`, `.`")),
    request_body = SnippetBody,
    responses(
        (status = 200, description = "The snippet as it is kept", body = SnippetView),
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
) -> Result<Json<SnippetView>, Failed> {
    let body: SnippetBody = read(&body)?;
    body.check()?;
    let SnippetBody { shortcut, text, language, shared } = body;
    let kept = Kept {
        id,
        owner: caller.user.id.clone(),
        shared,
        changed_at: caller.now,
        what: Snippet { shortcut, text, language },
    };
    Ok(Json(shelf::put(&deps, &caller, SNIPPETS, &headers, kept).await?.into()))
}

#[utoipa::path(
    delete,
    path = "/v1/snippets/{snippet}",
    params(("snippet" = String, Path, description = "A snippet")),
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
    shelf::remove::<Snippet>(&deps, &caller, SNIPPETS, &headers, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
