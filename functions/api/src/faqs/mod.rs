//! FAQs: writing them one by one.

pub(crate) mod advice;
mod bodies;
pub(crate) mod file;
mod sheet;
pub(crate) mod versions;
mod view;

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use domain::faq::{Faq, FaqKind};
use domain::faq_set::{By, FaqRefusal, FaqSet};
use domain::id::FaqId;
use platform::problem::Problem;
use serde::Deserialize;
use serde_json::json;
use store::{CommandKey, FaqChanged};

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Asked, Caller, Named, read};
use crate::paging::{LIMIT_MAX, Limit};
use crate::view::{Listed, ProblemView};

pub(crate) use bodies::{FaqBody, FaqChangeBody, QuestionBody};
pub(crate) use view::FaqView;

impl From<FaqRefusal> for Failed {
    fn from(refusal: FaqRefusal) -> Self {
        let detail = refusal.to_string();
        let conflict = |kind| Problem::new(StatusCode::CONFLICT, kind, detail.clone());
        Self(match refusal {
            FaqRefusal::NotFound => Problem::not_found("FAQ"),
            FaqRefusal::Exists { faq } => conflict("exists").with("faq", faq.as_str()),
            FaqRefusal::Stale { revision } => {
                conflict("changed-meanwhile").with("revision", revision)
            }
            FaqRefusal::Archived { faq } => conflict("archived").with("faq", faq.as_str()),
            FaqRefusal::Invalid { part, problem } => {
                Problem::bad_request(&part.to_string(), problem)
            }
            FaqRefusal::EqualQuestion { part, faq } => {
                conflict("equal-question").with("faq", faq.as_str()).with("field", part.to_string())
            }
            FaqRefusal::Clash { one, other } => {
                conflict("equal-question").with("faqs", vec![one.as_str(), other.as_str()])
            }
            FaqRefusal::Empty => conflict("nothing-to-publish"),
            FaqRefusal::TooMany { max, .. } => conflict("too-many").with("max", max),
        })
    }
}

/// An import that is being written ends within seconds.
const IMPORT_ENDS_WITHIN_S: u64 = 5;

fn being_imported() -> Failed {
    let detail = "FAQs are being imported; try again in a moment";
    let problem = Problem::new(StatusCode::CONFLICT, "being-imported", detail);
    Failed(problem.with("retry_after", IMPORT_ENDS_WITHIN_S))
}

/// A change of one FAQ.
struct Change<'a> {
    action: &'static str,
    id: &'a FaqId,
    command: Option<CommandKey>,
}

impl Deps {
    /// Changes an FAQ, and writes down who did it. What the same command did before is answered
    /// with the FAQ as it is now.
    async fn change_faq(
        &self,
        caller: &Caller,
        change: Change<'_>,
        decide: impl Fn(&FaqSet, By<'_>) -> Result<Faq, FaqRefusal>,
    ) -> Result<Json<FaqView>, Failed> {
        let workspace = &caller.workspace.id;
        let by = By { user: &caller.user.id, at: caller.now };
        let decide = |set: &FaqSet| {
            let faq = decide(set, by)?;
            let detail = json!({ "revision": faq.revision, "questions": faq.questions.len() });
            let deed = caller.deed(change.action, change.id.as_str(), detail);
            Ok((faq, deed))
        };
        let command = change.command.as_ref();
        match self.store.change_faqs(workspace, command, caller.now, decide).await? {
            FaqChanged::Done(faq) => Ok(Json(FaqView::from(*faq))),
            FaqChanged::Repeated => found(self, caller, change.id).await,
            FaqChanged::Refused(refusal) => Err(refusal.into()),
            FaqChanged::Importing => Err(being_imported()),
        }
    }
}

async fn found(deps: &Deps, caller: &Caller, id: &FaqId) -> Result<Json<FaqView>, Failed> {
    let faq = deps.store.faq(&caller.workspace.id, id).await?;
    Ok(Json(faq.ok_or(FaqRefusal::NotFound)?.into()))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaqsQuery {
    #[serde(default)]
    archived: Archived,
    #[serde(default)]
    kind: Option<FaqKind>,
    #[serde(default)]
    cursor: Option<FaqId>,
    #[serde(default)]
    limit: Limit,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
enum Archived {
    #[default]
    #[serde(rename = "false")]
    No,
    #[serde(rename = "true")]
    Yes,
}

impl FaqsQuery {
    fn wants(&self, faq: &Faq) -> bool {
        faq.archived == (self.archived == Archived::Yes)
            && self.kind.is_none_or(|kind| kind == faq.kind)
    }
}

#[utoipa::path(
    get,
    path = "/v1/faqs",
    params(
        ("archived" = Option<bool>, Query, description = "true: those that are archived; false if absent"),
        ("kind" = Option<String>, Query, description = "greeting, general, closing or filler; all if absent"),
        ("limit" = Option<u32>, Query, description = "1 to 100; 50 if absent"),
        ("cursor" = Option<String>, Query, description = "The `next` of the page before"),
    ),
    responses(
        (status = 200, description = "FAQs as they are edited, by id", body = Listed<FaqView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn list(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Asked(query): Asked<FaqsQuery>,
) -> Result<Json<Listed<FaqView>>, Failed> {
    let limit = query.limit.0;
    let mut from = query.cursor.clone();
    let mut items: Vec<Faq> = Vec::new();
    loop {
        let page = deps.store.faqs_page(&caller.workspace.id, from.as_ref(), LIMIT_MAX).await?;
        items.extend(page.items.into_iter().filter(|faq| query.wants(faq)));
        from = page.next;
        if items.len() > limit || from.is_none() {
            break;
        }
    }
    let next = items.get(limit).map(|faq| faq.id.to_string());
    items.truncate(limit);
    Ok(Json(Listed { items: items.into_iter().map(FaqView::from).collect(), next }))
}

#[utoipa::path(
    get,
    path = "/v1/faqs/{faq}",
    params(("faq" = String, Path, description = "An FAQ")),
    responses(
        (status = 200, description = "The FAQ as it is edited", body = FaqView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn get(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<FaqId>,
) -> Result<Json<FaqView>, Failed> {
    found(&deps, &caller, &id).await
}

#[utoipa::path(
    post,
    path = "/v1/faqs",
    params(("idempotency-key" = Option<String>, Header, description = "The same key twice is the same command once")),
    request_body = FaqBody,
    responses(
        (status = 201, description = "The new FAQ; it answers once it is published", body = FaqView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn create(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<FaqView>), Failed> {
    let (id, wording) = read::<FaqBody>(&body)?.read()?;
    if !is_free_of_routes(&id) {
        let detail = format!("`{id}` is a part of the API and names no FAQ");
        return Err(Failed(Problem::bad_request("id", detail)));
    }
    let command = caller.command(&headers, &["faq", "create", id.as_str()])?;
    let change = Change { action: "faq.create", id: &id, command };
    let decide = |set: &FaqSet, by: By<'_>| set.added(id.clone(), wording.clone(), by);
    let faq = deps.change_faq(&caller, change, decide).await?;
    Ok((StatusCode::CREATED, faq))
}

/// An FAQ of such a name could not be reached: a route is called so.
fn is_free_of_routes(id: &FaqId) -> bool {
    !ROUTES_BESIDE.contains(&id.as_str())
}

/// What stands beside the FAQs below their path.
pub(crate) const ROUTES_BESIDE: [&str; 6] =
    ["advice", "export", "import", "publish", "sample.csv", "versions"];

#[utoipa::path(
    put,
    path = "/v1/faqs/{faq}",
    params(
        ("faq" = String, Path, description = "An FAQ"),
        ("idempotency-key" = Option<String>, Header, description = "The same key twice is the same command once"),
    ),
    request_body = FaqChangeBody,
    responses(
        (status = 200, description = "The FAQ as it is kept", body = FaqView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn put(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<FaqId>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<FaqView>, Failed> {
    let body: FaqChangeBody = read(&body)?;
    let seen = body.revision;
    let wording = body.read()?;
    let command = caller.command(&headers, &["faq", "put", id.as_str()])?;
    let change = Change { action: "faq.change", id: &id, command };
    let decide = |set: &FaqSet, by: By<'_>| set.rewritten(&id, seen, wording.clone(), by);
    deps.change_faq(&caller, change, decide).await
}

/// An archived FAQ is kept, and in no set that is published from then on.
#[utoipa::path(
    post,
    path = "/v1/faqs/{faq}/archive",
    params(
        ("faq" = String, Path, description = "An FAQ"),
        ("idempotency-key" = Option<String>, Header, description = "The same key twice is the same command once"),
    ),
    responses(
        (status = 200, description = "The FAQ, archived", body = FaqView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn archive(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<FaqId>,
    headers: HeaderMap,
) -> Result<Json<FaqView>, Failed> {
    let command = caller.command(&headers, &["faq", "archive", id.as_str()])?;
    let change = Change { action: "faq.archive", id: &id, command };
    deps.change_faq(&caller, change, |set, by| set.archived(&id, by)).await
}

#[utoipa::path(
    post,
    path = "/v1/faqs/{faq}/restore",
    params(
        ("faq" = String, Path, description = "An archived FAQ"),
        ("idempotency-key" = Option<String>, Header, description = "The same key twice is the same command once"),
    ),
    responses(
        (status = 200, description = "The FAQ, in use again", body = FaqView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn restore(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<FaqId>,
    headers: HeaderMap,
) -> Result<Json<FaqView>, Failed> {
    let command = caller.command(&headers, &["faq", "restore", id.as_str()])?;
    let change = Change { action: "faq.restore", id: &id, command };
    deps.change_faq(&caller, change, |set, by| set.restored(&id, by)).await
}

/// One more related question, such as what a customer asked in vain. It needs no revision: others
/// may change the rest meanwhile.
#[utoipa::path(
    post,
    path = "/v1/faqs/{faq}/questions",
    params(
        ("faq" = String, Path, description = "An FAQ"),
        ("idempotency-key" = Option<String>, Header, description = "The same key twice is the same command once"),
    ),
    request_body = QuestionBody,
    responses(
        (status = 200, description = "The FAQ with the question; one that it has already is not added", body = FaqView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn ask(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(id): Named<FaqId>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<FaqView>, Failed> {
    let QuestionBody { question } = read(&body)?;
    let command = caller.command(&headers, &["faq", "ask", id.as_str()])?;
    let change = Change { action: "faq.ask", id: &id, command };
    deps.change_faq(&caller, change, |set, by| set.asked(&id, &question, by)).await
}
