//! Files at Twilio: the address in the webhook leads, for the account's credential, to where the
//! file is stored, and there a credential is one too many.
//!
//! <https://www.twilio.com/docs/messaging/api/media-resource>

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde_json::json;

use crate::Simulator;
use crate::sends::Reply;

use super::sends::{proven, stored_path};

pub(super) async fn redirect(
    State(simulator): State<Simulator>,
    Path((sid, _message, media)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response<Body> {
    let world = &mut *simulator.world();
    if let Err(refusal) = proven(world, &headers, &sid) {
        return refusal.reply().into_response();
    }
    let owner = world.files.find(&media).map(|file| file.account.clone());
    let own = owner
        .and_then(|owner| world.account(&owner))
        .is_some_and(|(account, _)| account.setting("account_sid") == Some(sid.as_str()));
    if !own || world.files.fetch(&media).is_none() {
        return missing();
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    if let Ok(location) = HeaderValue::from_str(&stored_path(&media)) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

fn missing() -> Response<Body> {
    let error = json!({
        "code": 20404,
        "message": "The requested resource was not found",
        "more_info": "https://www.twilio.com/docs/errors/20404",
        "status": 404,
    });
    Reply::new(404, error).into_response()
}

/// The storage takes its own signature and refuses a second credential, as S3 does with "Only one
/// auth mechanism allowed".
pub(super) async fn stored(
    State(simulator): State<Simulator>,
    Path(media): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    if headers.contains_key(AUTHORIZATION) {
        let mut refused = Response::new(Body::from(
            "<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message>\
             </Error>",
        ));
        *refused.status_mut() = StatusCode::BAD_REQUEST;
        return refused;
    }
    let world = simulator.world();
    let Some(file) = world.files.find(&media) else { return missing() };
    let mut response = Response::new(Body::from(file.bytes.clone()));
    if let Ok(mime) = HeaderValue::from_str(&file.mime) {
        response.headers_mut().insert(CONTENT_TYPE, mime);
    }
    response
}
