//! Publishing FAQs, and going back to what was published before.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use domain::faq::Faq;
use domain::faq_set::By;
use domain::faq_version::{FaqVersion, Snapshot, VersionState, snapshot_key};
use domain::job::PublishJob;
use domain::people::{People, PeopleRefusal};
use platform::problem::Problem;
use platform::queue::Entry;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Begun, Serves};
use utoipa::ToSchema;

use super::being_imported;
use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Asked, Caller, Named};
use crate::paging::Limit;
use crate::people::Doing;
use crate::view::ProblemView;

/// A publication.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionView {
    number: u32,
    /// `preparing`, `ready` or `failed`.
    state: &'static str,
    /// Whether it is the one that answers.
    serving: bool,
    by: String,
    asked_at: String,
    /// When it was ready, or had failed.
    settled_at: Option<String>,
    /// `semantic` or `lexical`: what messages are understood with.
    engine: Option<&'static str>,
    /// Why it failed.
    reason: Option<String>,
    faqs: usize,
    questions: usize,
}

impl VersionView {
    fn of(version: FaqVersion, serving: Option<u32>) -> Self {
        let state = version.state.as_str();
        let (settled_at, engine, reason) = match version.state {
            VersionState::Preparing => (None, None, None),
            VersionState::Ready { at, engine } => (Some(at), Some(engine.as_str()), None),
            VersionState::Failed { at, reason } => (Some(at), None, Some(reason)),
        };
        Self {
            number: version.number,
            state,
            serving: serving == Some(version.number),
            by: version.by.to_string(),
            asked_at: version.asked_at.to_string(),
            settled_at: settled_at.map(|at| at.to_string()),
            engine,
            reason,
            faqs: version.faqs,
            questions: version.questions,
        }
    }
}

/// A page of versions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionsView {
    /// The number of the version that answers; `null` if nothing does.
    serving: Option<u32>,
    items: Vec<VersionView>,
    next: Option<String>,
}

/// The FAQs in use become a new version. It answers as soon as it is ready, unless a later one
/// does, or somebody has chosen another meanwhile. Asking again before it is ready, with nothing
/// changed, is the same publication.
#[utoipa::path(
    post,
    path = "/v1/faqs/publish",
    tag = "faqs",
    params(("idempotency-key" = Option<String>, Header, description = "The same key twice is the same command once")),
    responses(
        (status = 202, description = "The version, which is being prepared", body = VersionView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn publish(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<(StatusCode, Json<VersionView>), Failed> {
    let workspace = &caller.workspace.id;
    let command = caller.command(&headers, &["faq", "publish"])?;
    let by = By { user: &caller.user.id, at: caller.now };
    let deed = |version: &FaqVersion| {
        let detail = json!({ "faqs": version.faqs, "questions": version.questions });
        caller.deed("faq.publish", &version.number.to_string(), detail)
    };
    let begun = deps.store.begin_faq_version(workspace, command.as_ref(), by, deed).await?;
    let version = match begun {
        Begun::Preparing { version, faqs } => {
            deps.hand_on_version(&caller, version.number, faqs).await?;
            if version.number == 1 && !caller.workspace.responders.faqs {
                deps.switch_on(&caller).await?;
            }
            version
        }
        Begun::Repeated(version) => version,
        Begun::Refused(refusal) => return Err(refusal.into()),
        Begun::Importing => return Err(being_imported()),
    };
    let serving = deps.store.faq_versions_known(workspace).await?.serving;
    Ok((StatusCode::ACCEPTED, Json(VersionView::of(version, serving))))
}

impl Deps {
    /// Whoever publishes for the first time wants to have answers.
    async fn switch_on(&self, caller: &Caller) -> Result<(), Failed> {
        let decide = |people: People| -> Result<People, PeopleRefusal> {
            let mut workspace = people.workspace.clone();
            workspace.responders.faqs = true;
            people.with_settings(workspace)
        };
        let detail = br#"{"faqs":true}"#;
        let doing = Doing::to("responders.change", caller.workspace.id.as_str(), detail);
        self.change_people(caller, doing, decide).await?;
        Ok(())
    }

    /// Keeps what is published, and has it prepared. The same again is the same.
    async fn hand_on_version(
        &self,
        caller: &Caller,
        version: u32,
        faqs: Vec<Faq>,
    ) -> Result<(), Failed> {
        let workspace = caller.workspace.id.clone();
        let snapshot = serde_json::to_vec(&Snapshot { version, faqs });
        let snapshot = snapshot.map_err(|_| Problem::unavailable())?;
        let key = snapshot_key(&workspace, version);
        self.objects.put(&key, "application/json", snapshot).await?;
        let job = PublishJob::PublishFaqsV1 { workspace, version };
        Ok(self.publishing.send(&[Entry::of(&job, None)]).await?)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VersionsQuery {
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    limit: Limit,
}

#[utoipa::path(
    get,
    path = "/v1/faqs/versions",
    tag = "faqs",
    params(
        ("limit" = Option<u32>, Query, description = "1 to 100; 50 if absent"),
        ("cursor" = Option<String>, Query, description = "The `next` of the page before"),
    ),
    responses(
        (status = 200, description = "What was published, newest first", body = VersionsView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn versions(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Asked(query): Asked<VersionsQuery>,
) -> Result<Json<VersionsView>, Failed> {
    let workspace = &caller.workspace.id;
    let limit = query.limit.0;
    let (versions, next) =
        deps.store.faq_versions(workspace, query.cursor.as_deref(), limit).await?;
    let serving = deps.store.faq_versions_known(workspace).await?.serving;
    let items = versions.into_iter().map(|version| VersionView::of(version, serving)).collect();
    Ok(Json(VersionsView { serving, items, next }))
}

/// Roll-back, and forward again: a version that is ready answers from now on. Those that were asked
/// for before do not answer by themselves any more.
#[utoipa::path(
    post,
    path = "/v1/faqs/versions/{version}/serve",
    tag = "faqs",
    params(
        ("version" = u32, Path, description = "The number of a version that is ready"),
        ("idempotency-key" = Option<String>, Header, description = "The same key twice is the same command once"),
    ),
    responses(
        (status = 200, description = "The version that was chosen", body = VersionView),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn serve(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(number): Named<u32>,
    headers: HeaderMap,
) -> Result<Json<VersionView>, Failed> {
    let workspace = &caller.workspace.id;
    let name = number.to_string();
    let command = caller.command(&headers, &["faq", "serve", &name])?;
    let deed = caller.deed("faq.serve", &name, json!({}));
    match deps.store.serve_faq_version(workspace, number, command.as_ref(), deed).await? {
        Serves::Done => {}
        Serves::Absent => return Err(Failed(Problem::not_found("version"))),
        Serves::NotReady => {
            let detail = "only a version that is ready can answer";
            return Err(Failed(Problem::new(StatusCode::CONFLICT, "not-ready", detail)));
        }
    }
    let version = deps.store.faq_version(workspace, number).await?;
    let version = version.ok_or_else(|| Problem::not_found("version"))?;
    let serving = deps.store.faq_versions_known(workspace).await?.serving;
    Ok(Json(VersionView::of(version, serving)))
}
