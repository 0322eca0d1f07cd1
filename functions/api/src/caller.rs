//! Who calls, and what they sent.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use domain::conversation::{Base, Conversation, Refusal};
use domain::rights::{Permission, Role, Viewer};
use domain::workspace::{User, Workspace};
use jiff::Timestamp;
use platform::problem::Problem;
use serde::de::DeserializeOwned;

use crate::answer::Failed;

/// A user who has been let in, now, with what they may do in this request.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) user: Arc<User>,
    pub(crate) workspace: Arc<Workspace>,
    /// The user's role, as far as the key they call with reaches.
    pub(crate) role: Arc<Role>,
    /// The id of that key, if they call with one.
    pub(crate) key: Option<Arc<str>>,
    pub(crate) now: Timestamp,
}

/// Callers are let in by the table of routes, before any handler.
impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failed> {
        let caller = parts.extensions.get().cloned();
        Ok(caller.ok_or_else(Problem::unauthorized)?)
    }
}

impl Caller {
    /// The user with what they may do.
    pub(crate) fn viewer(&self) -> Viewer<'_> {
        let admins_see_restricted = self.workspace.rules.admins_see_restricted;
        Viewer { user: &self.user, role: &self.role, admins_see_restricted }
    }

    /// Whether there is this conversation, for this user.
    pub(crate) fn finds(&self, conversation: &Conversation) -> bool {
        conversation.base != Base::Unopened && self.viewer().sees(conversation)
    }

    /// Refuses whoever may not do this, naming what is missing.
    pub(crate) fn may(&self, permission: Permission) -> Result<(), Failed> {
        if self.viewer().may(permission) {
            return Ok(());
        }
        Err(Failed::from(Refusal::NotPermitted(permission)))
    }
}

/// A part of the path that has to be a name of the right kind; what is none names nothing.
#[derive(Debug)]
pub(crate) struct Named<T>(pub(crate) T);

impl<T: std::str::FromStr, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failed> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::not_found("thing"))?;
        Ok(Self(text.parse().map_err(|_| Problem::not_found("thing"))?))
    }
}

/// The query, with an error that names the part that is wrong.
#[derive(Debug)]
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failed> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        let object = pairs.map(|(name, value)| (name.into_owned(), value.into_owned().into()));
        let object = serde_json::Value::Object(object.collect());
        serde_path_to_error::deserialize(object).map(Self).map_err(|error| Failed(bad("", &error)))
    }
}

/// Reads a body, with an error that names the part that is wrong.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| bad("", &error))?;
    json.end().map_err(|_| Problem::bad_request("body", "there is more after the JSON"))?;
    Ok(value)
}

/// What is wrong, and the part it is wrong in.
pub(crate) fn bad(root: &str, error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    Problem::bad_request(&field_of(root, error), error.inner().to_string())
}

/// The part that is wrong by its path, which begins with `root` if that is not empty.
pub(crate) fn field_of(
    root: &str,
    error: &serde_path_to_error::Error<serde_json::Error>,
) -> String {
    let words = error.inner().to_string();
    // `unknown field `x`` names the field better than the path of its parent does.
    let unknown = words.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
    let missing = words.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    let path = error.path().to_string();
    // Some paths end in the unknown field, others in its parent.
    let parent = unknown.and_then(|field| path.strip_suffix(field)).unwrap_or(&path);
    let steps = [root, parent.trim_matches('.'), unknown.or(missing).unwrap_or("")];
    let steps: Vec<&str> = steps.into_iter().filter(|step| !step.is_empty()).collect();
    if steps.is_empty() { "body".to_owned() } else { steps.join(".") }
}
