//! How the widget is told what cannot be done.

use axum::body::Body;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use platform::batch::chain;
use platform::objects::ObjectsError;
use platform::problem::Problem;
use platform::secrets::VaultError;
use store::StoreError;
use tracing::error;

/// A problem as an answer.
#[derive(Debug)]
pub(crate) struct Failed(pub(crate) Problem);

impl Failed {
    /// A session that does not count, for whatever reason.
    pub(crate) fn no_session() -> Self {
        let detail = "a session of this web chat is needed";
        Self(Problem::new(StatusCode::UNAUTHORIZED, "no-session", detail))
    }

    pub(crate) fn too_many(wait: SignedDuration) -> Self {
        let detail = "this visitor asks too often";
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", detail);
        Self(problem.with("retry_after", wait.as_secs() + 1))
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let retry_after = self.0.number("retry_after").map(HeaderValue::from);
        let mut response = self.0.into_response().map(Body::from);
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        response
    }
}

impl From<StoreError> for Failed {
    fn from(failed: StoreError) -> Self {
        error!("The table failed: {}", chain(&failed));
        Self(Problem::unavailable())
    }
}

impl From<VaultError> for Failed {
    fn from(failed: VaultError) -> Self {
        error!("The secrets of an account cannot be opened: {}", chain(&failed));
        Self(Problem::unavailable())
    }
}

impl From<ObjectsError> for Failed {
    fn from(failed: ObjectsError) -> Self {
        error!("The object storage failed: {}", chain(&failed));
        Self(Problem::unavailable())
    }
}
