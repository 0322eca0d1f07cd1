//! How the API answers what it cannot do.

use ::faqs::FaqsError;
use axum::body::Body;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::conversation::Refusal;
use domain::id::UserId;
use platform::batch::chain;
use platform::hand_on::HandOnError;
use platform::objects::ObjectsError;
use platform::problem::Problem;
use platform::queue::QueueError;
use platform::secrets::VaultError;
use store::StoreError;
use tracing::error;

/// A problem as an answer.
#[derive(Debug)]
pub(crate) struct Failed(pub(crate) Problem);

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let unauthorized = self.0.status() == StatusCode::UNAUTHORIZED;
        let retry_after = self.0.number("retry_after").map(HeaderValue::from);
        let mut response = self.0.into_response().map(Body::from);
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        if unauthorized {
            let scheme = HeaderValue::from_static("Bearer realm=\"confab\"");
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
                "others changed it at the same time; try again",
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

impl From<QueueError> for Failed {
    fn from(failed: QueueError) -> Self {
        error!("A job was not handed on, and is to be asked for again: {}", chain(&failed));
        Self(Problem::unavailable())
    }
}

impl From<ObjectsError> for Failed {
    fn from(failed: ObjectsError) -> Self {
        error!("The object storage failed: {}", chain(&failed));
        Self(Problem::unavailable())
    }
}

impl From<VaultError> for Failed {
    fn from(failed: VaultError) -> Self {
        error!("The secrets of an account can be neither opened nor sealed: {}", chain(&failed));
        Self(Problem::unavailable())
    }
}

impl From<FaqsError> for Failed {
    fn from(failed: FaqsError) -> Self {
        error!("The published FAQs cannot be had: {}", chain(&failed));
        Self(Problem::unavailable())
    }
}

/// Each refusal by its name, with what a client needs to show or to offer instead.
impl From<Refusal> for Failed {
    #[expect(clippy::wildcard_enum_match_arm, reason = "`owned` has the others")]
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
            Refusal::WindowClosed { closed_at, templates } => invalid("window-closed")
                .with("closed_at", closed_at.to_string())
                .with("templates", templates),
            Refusal::WindowNeverOpened { templates } => {
                invalid("window-closed").with("templates", templates)
            }
            Refusal::TemplateNotRegistered { name, language, templates } => {
                invalid("template-not-registered")
                    .with("name", name)
                    .with("language", language)
                    .with("templates", templates)
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
            Refusal::HumanHandles => conflict("human-handles"),
            Refusal::NotHandler => conflict("not-handler"),
            other => return Self(owned(&other, detail)),
        })
    }
}

/// Refusals about whose a conversation is, and about its life.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others are told above")]
fn owned(refusal: &Refusal, detail: String) -> Problem {
    let conflict = |kind| Problem::new(StatusCode::CONFLICT, kind, detail.clone());
    let invalid = |kind| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, kind, detail.clone());
    match refusal {
        Refusal::NotVisible => Problem::not_found("conversation"),
        Refusal::NotPermitted(permission) => {
            Problem::new(StatusCode::FORBIDDEN, "forbidden", detail.clone())
                .with("permission", permission.as_str())
        }
        Refusal::Blocked => invalid("blocked"),
        Refusal::OutsideHours { opens_at } => {
            conflict("outside-hours").with("opens_at", opens_at.to_string())
        }
        Refusal::HeldBy { by, since, until } => conflict("held-by")
            .with("by", by.as_str())
            .with("since", since.to_string())
            .with("until", until.to_string()),
        Refusal::Fenced { epoch, holder } => {
            conflict("fenced").with("epoch", *epoch).with("by", holder.as_ref().map(UserId::as_str))
        }
        Refusal::NotAssigned { assignees } => {
            conflict("not-assigned").with("assignees", names(assignees))
        }
        Refusal::NotYours { assignees } => Problem::new(StatusCode::FORBIDDEN, "not-yours", detail)
            .with("assignees", names(assignees)),
        Refusal::NotInPreset { status, allowed } => invalid("not-in-preset")
            .with("status", status.as_str())
            .with("allowed", allowed.iter().map(|one| one.as_str()).collect::<Vec<_>>()),
        Refusal::UnpaidInvoices { invoices } => conflict("unpaid-invoices")
            .with("invoices", invoices.iter().map(|one| one.as_str()).collect::<Vec<_>>()),
        Refusal::ClosingNote { missing } => invalid("closing-note").with("field", *missing),
        Refusal::CannotSee { user } => invalid("cannot-see").with("user", user.as_str()),
        Refusal::TooManyAssignees { max } => invalid("too-many-assignees").with("max", *max),
        Refusal::OverCap { user, open } => {
            conflict("over-cap").with("user", user.as_str()).with("open", *open)
        }
        Refusal::NotInFuture => invalid("not-in-future"),
        Refusal::DeletionOff => Problem::new(StatusCode::FORBIDDEN, "deletion-off", detail.clone()),
        Refusal::NotHeld => conflict("not-held"),
        Refusal::BadLabels { max } => invalid("bad-labels").with("max", *max),
        _ => conflict("refused"),
    }
}

fn names(users: &[UserId]) -> Vec<&str> {
    users.iter().map(UserId::as_str).collect()
}

/// Text is not to be taken for a page, whatever customers have written into it.
pub(crate) async fn as_it_says(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

pub(crate) async fn no_such_path() -> Failed {
    Failed(Problem::not_found("path"))
}

pub(crate) async fn no_such_method() -> Failed {
    let status = StatusCode::METHOD_NOT_ALLOWED;
    Failed(Problem::new(status, "method-not-allowed", "this path does not take that method"))
}
