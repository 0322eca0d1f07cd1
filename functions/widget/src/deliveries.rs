//! Messages to visitors, of which we are the provider.
//!
//! The message stands in the log, where the visitor's widget reads it: here it only gets the name
//! that receipts are for.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use channels::webchat;
use platform::clock::Now;
use platform::problem::Problem;
use serde_json::json;

use crate::Deps;
use crate::answer::Failed;
use crate::door::Door;

pub(crate) async fn take(
    State(deps): State<Arc<Deps>>,
    Extension(now): Extension<Now>,
    Path(account): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<impl IntoResponse, Failed> {
    let door = Door::of(&deps, &account, Some(now)).await?;
    let signature = headers.get(webchat::SIGNATURE).and_then(|value| value.to_str().ok());
    let id = webchat::delivered(signature, &body, &door.open.secrets);
    let id = id.ok_or_else(|| Failed(Problem::unauthorized()))?;
    Ok(Json(json!({ "id": id })))
}
