//! Files of visitors: put into our storage by the browser itself, named in a message after.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use channels::webchat::{self, FILE_BYTES_MAX};
use platform::objects::Objects;
use platform::problem::Problem;
use serde::{Deserialize, Serialize};

use crate::Deps;
use crate::answer::Failed;
use crate::door::Door;
use crate::sessions::random;

/// RFC 6838: 127 characters each for type and subtype.
const MIME_BYTES_MAX: usize = 255;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Begin {
    mime: String,
    bytes: u64,
}

/// Where a file of exactly this type and length may be put, once and soon.
#[derive(Serialize)]
struct Begun {
    /// What the message calls it.
    upload: String,
    url: String,
    expires_at: jiff::Timestamp,
}

pub(crate) async fn begin(
    State(deps): State<Arc<Deps>>,
    Extension(door): Extension<Door>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<impl IntoResponse, Failed> {
    let visitor = door.visitor(&deps, &headers)?;
    let Begin { mime, bytes } = serde_json::from_slice(&body)
        .map_err(|error| Failed(Problem::bad_request("body", error.to_string())))?;
    if bytes == 0 || bytes > FILE_BYTES_MAX {
        let detail = format!("a file has 1 to {FILE_BYTES_MAX} bytes");
        let problem = Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail);
        return Err(Failed(problem.with("max", FILE_BYTES_MAX)));
    }
    if mime.len() > MIME_BYTES_MAX || !mime.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Failed(Problem::bad_request("mime", "is not a media type")));
    }
    let upload = hex::encode(random()?);
    let key = webchat::upload_key(&door.open.account, &visitor, &upload);
    let key = key.ok_or_else(|| Failed(Problem::unavailable()))?;
    // The storage looks at the real time, whatever a clock is turned to.
    let at = platform::clock::now();
    let url = deps.objects.upload_url_at(&key, &mime, bytes, at).await?.url;
    let expires_at = domain::window::after(door.now, Objects::UPLOAD_WITHIN);
    Ok((StatusCode::CREATED, Json(Begun { upload, url, expires_at })))
}
