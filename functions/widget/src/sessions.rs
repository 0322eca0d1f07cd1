//! Sessions: who a visitor is, for a month.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use channels::webchat::{self, SESSIONS_LAST, Visitor};
use domain::private::Words;
use platform::problem::Problem;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

use crate::Deps;
use crate::answer::Failed;
use crate::door::Door;
use crate::settings::{self, Settings};

/// What a widget knows when it begins.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Begin {
    /// The session that was; one that does not count any more is forgotten.
    #[serde(default)]
    visitor: Option<String>,
    /// What the customer's server says about who is signed in there.
    #[serde(default)]
    identity: Option<String>,
    /// What a visitor without identity says about themselves.
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
}

#[derive(Serialize)]
struct Begun {
    token: String,
    /// To be repeated with what the visitor writes.
    visitor: Visitor,
    expires_at: jiff::Timestamp,
    settings: Settings,
}

pub(crate) async fn begin(
    State(deps): State<Arc<Deps>>,
    Extension(door): Extension<Door>,
    body: Bytes,
) -> Result<impl IntoResponse, Failed> {
    let begin: Begin = serde_json::from_slice(&body)
        .map_err(|error| Failed(Problem::bad_request("body", error.to_string())))?;
    let visitor = who(&door, begin)?;
    let Door { id, open, now } = &door;
    let token = webchat::session(&visitor, id, &open.secrets, *now);
    let token = token.ok_or_else(|| Failed(Problem::unavailable()))?;
    let expires_at = domain::window::after(*now, SESSIONS_LAST);
    let settings = settings::of(&deps, &door).await?;
    Ok((StatusCode::CREATED, Json(Begun { token, visitor, expires_at, settings })))
}

fn who(door: &Door, begin: Begin) -> Result<Visitor, Failed> {
    let Door { id, open, now } = door;
    let (account, secrets) = (id.as_str(), &open.secrets);
    let before = begin.visitor.as_deref();
    let before = before.and_then(|token| webchat::visitor(token, account, secrets, *now).ok());
    if let Some(token) = &begin.identity {
        let identity = webchat::identity(token, account, secrets, *now).map_err(|_| {
            let detail = "the identity is not signed with the account's secret, is over, has no \
                          `exp`, or names nobody in `sub`";
            Failed(Problem::new(StatusCode::UNAUTHORIZED, "identity-refused", detail))
        })?;
        return Ok(match before {
            Some(before) => before.named(identity),
            None => Visitor::from(identity),
        });
    }
    let mut visitor = match before {
        Some(before) => before,
        None => Visitor::anonymous(random()?),
    };
    if !visitor.is_named() {
        visitor.name = said("name", begin.name)?.or(visitor.name);
        visitor.email = said("email", begin.email)?.or(visitor.email);
    }
    Ok(visitor)
}

fn said(field: &str, text: Option<String>) -> Result<Option<Words>, Failed> {
    match text.filter(|text| !text.trim().is_empty()) {
        None => Ok(None),
        Some(text) if webchat::is_name(&text) => Ok(Some(Words::new(text))),
        Some(_) => Err(Failed(Problem::bad_request(field, "is too long"))),
    }
}

/// What nobody guesses.
pub(crate) fn random() -> Result<[u8; 16], Failed> {
    let mut random = [0; 16];
    SystemRandom::new().fill(&mut random).map_err(|_| Failed(Problem::unavailable()))?;
    Ok(random)
}
