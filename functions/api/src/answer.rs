//! How the API answers what it cannot do.

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use axum::response::{IntoResponse, Response};
use domain::conversation::Refusal;
use platform::batch::chain;
use platform::hand_on::HandOnError;
use platform::objects::ObjectsError;
use platform::problem::Problem;
use store::StoreError;
use tracing::error;

/// A problem as an answer.
#[derive(Debug)]
pub(crate) struct Failed(pub(crate) Problem);

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let unauthorized = self.0.status() == StatusCode::UNAUTHORIZED;
        let mut response = self.0.into_response().map(Body::from);
        if unauthorized {
            let scheme = axum::http::HeaderValue::from_static("Bearer realm=\"confab\"");
            response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

/// A lost race is told as such; everything else of ours is an outage, and the log says which.
impl From<StoreError> for Failed {
    fn from(failed: StoreError) -> Self {
        if let StoreError::Conflict = failed {
            return Self(Problem::new(
                StatusCode::CONFLICT,
                "changed-meanwhile",
                "others changed the conversation at the same time; try again",
            ));
        }
        error!("The table failed: {}", chain(&failed));
        Self(Problem::unavailable())
    }
}

impl From<HandOnError> for Failed {
    fn from(failed: HandOnError) -> Self {
        error!("A command was not handed on and stays due: {}", chain(&failed));
        Self(Problem::unavailable())
    }
}

impl From<ObjectsError> for Failed {
    fn from(failed: ObjectsError) -> Self {
        error!("The object storage failed: {}", chain(&failed));
        Self(Problem::unavailable())
    }
}

/// Each refusal by its name, with what a client needs to show or to offer instead.
impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        let detail = refusal.to_string();
        let conflict = |kind| Problem::new(StatusCode::CONFLICT, kind, detail.clone());
        let invalid = |kind| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, kind, detail.clone());
        Self(match refusal {
            Refusal::NotAllowed { state, command } => {
                conflict("not-allowed").with("state", state).with("command", command)
            }
            Refusal::Closed { closed_at } => {
                conflict("closed").with("closed_at", closed_at.to_string())
            }
            Refusal::Gone => Problem::new(StatusCode::GONE, "gone", detail.clone()),
            Refusal::OtherOpen { conversation } => {
                conflict("other-open").with("conversation", conversation.to_string())
            }
            Refusal::WindowClosed { closed_at } => {
                invalid("window-closed").with("closed_at", closed_at.to_string())
            }
            Refusal::WindowNeverOpened => invalid("window-closed"),
            Refusal::TemplateNotRegistered { name, language } => {
                invalid("template-not-registered").with("name", name).with("language", language)
            }
            Refusal::TemplateParameters { registered, given } => {
                invalid("template-parameters").with("registered", registered).with("given", given)
            }
            Refusal::OptedOut { at, source_of_wish } => invalid("opted-out")
                .with("at", at.to_string())
                .with("source", source_of_wish.as_str()),
            Refusal::ColleagueAnswered { seq, by } => conflict("colleague-answered")
                .with("seq", seq.get())
                .with("by", crate::view::actor(&by)),
            Refusal::CannotCarry(_) => invalid("cannot-carry").with("field", "content"),
            Refusal::NotReachable { account } => {
                invalid("not-reachable").with("account", account.as_str())
            }
            Refusal::TurnTaken => conflict("turn-taken"),
            Refusal::HumanHandles => conflict("held-by"),
        })
    }
}

pub(crate) async fn no_such_path() -> Failed {
    Failed(Problem::not_found("path"))
}

pub(crate) async fn no_such_method() -> Failed {
    let status = StatusCode::METHOD_NOT_ALLOWED;
    Failed(Problem::new(status, "method-not-allowed", "this path does not take that method"))
}
