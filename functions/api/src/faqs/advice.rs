//! What makes FAQs hard to find. Warnings: nothing is refused for them.

use std::sync::Arc;

use ::faqs::{ADVISED_QUESTIONS_MAX, Advised};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::faq::Faq;
use platform::problem::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Deps;
use crate::answer::Failed;
use crate::caller::{Caller, Named};
use crate::view::{Listed, ProblemView};

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AdviceView {
    faq: String,
    /// The question it is about; `null` if it is about all of them.
    question: Option<String>,
    /// `short`, `keywords`, `no_context`, `same_question`, `conflict`, `language` or
    /// `few_questions`.
    remark: String,
    why: String,
}

fn listed(advice: Vec<Advised>) -> Json<Listed<AdviceView>> {
    let view = |Advised { faq, question, remark, why }| AdviceView {
        faq: String::from(faq),
        question,
        remark,
        why,
    };
    Json(Listed { items: advice.into_iter().map(view).collect(), next: None })
}

#[utoipa::path(
    get,
    path = "/v1/faqs/advice",
    tag = "faqs",
    responses(
        (status = 200, description = "What could be better about the FAQs in use, as they are now; with more than 500 questions, ask for that of a version", body = Listed<AdviceView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn advice(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
) -> Result<Json<Listed<AdviceView>>, Failed> {
    let workspace = &caller.workspace.id;
    let working = deps.store.working_set(workspace).await?;
    let faqs: Vec<Faq> = working.set.in_use().cloned().collect();
    if faqs.iter().map(|faq| faq.questions.len()).sum::<usize>() > ADVISED_QUESTIONS_MAX {
        let detail = format!(
            "there are more than {ADVISED_QUESTIONS_MAX} questions: publish them, and ask for the \
             advice on that version"
        );
        return Err(Failed(Problem::new(StatusCode::CONFLICT, "too-many", detail)));
    }
    let serving = deps.store.faq_versions_known(workspace).await?.serving;
    Ok(listed(deps.published.advice_on(workspace, faqs, serving).await?))
}

#[utoipa::path(
    get,
    path = "/v1/faqs/versions/{version}/advice",
    tag = "faqs",
    params(("version" = u32, Path, description = "A version that is ready")),
    responses(
        (status = 200, description = "What could be better about the FAQs of this version", body = Listed<AdviceView>),
        (status = "default", description = "A problem, RFC 9457", content_type = "application/problem+json", body = ProblemView),
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn version_advice(
    State(deps): State<Arc<Deps>>,
    caller: Caller,
    Named(version): Named<u32>,
) -> Result<Json<Listed<AdviceView>>, Failed> {
    let workspace = &caller.workspace.id;
    let known = deps.store.faq_version(workspace, version).await?;
    if !known.is_some_and(|known| known.state.is_ready()) {
        return Err(Failed(Problem::not_found("version")));
    }
    Ok(listed(deps.published.advice(workspace, version).await?))
}
