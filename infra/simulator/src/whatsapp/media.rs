//! Files of the Cloud API: an id gives an address, the address gives the bytes, both for the token.
//!
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media>

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::Simulator;
use crate::files::File;
use crate::sends::Reply;
use crate::world::World;

use super::BASE_PATH;
use super::refusal::Refusal;
use super::sends::bearer;

/// "The media id from a webhook is valid for 7 days."
const ID_LASTS: SignedDuration = SignedDuration::from_hours(7 * 24);
/// "The url is valid for 5 minutes."
const URL_LASTS: SignedDuration = SignedDuration::from_mins(5);

pub(super) async fn locate(
    State(simulator): State<Simulator>,
    Path((_version, media)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response<Body> {
    let now = simulator.now();
    let world = &mut *simulator.world();
    let file = match own_file(world, &headers, &media, now) {
        Ok(file) => file,
        Err(refusal) => return refusal.reply().into_response(),
    };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let until = now.checked_add(URL_LASTS).unwrap_or(now).as_second();
    let found = json!({
        "messaging_product": "whatsapp",
        "url": format!("http://{host}{BASE_PATH}/files/{media}?ext={until}"),
        "mime_type": file.mime,
        "sha256": STANDARD.encode(Sha256::digest(&file.bytes)),
        "file_size": file.bytes.len(),
        "id": media,
    });
    Reply::new(200, found).into_response()
}

fn own_file<'a>(
    world: &'a World,
    headers: &HeaderMap,
    media: &str,
    now: Timestamp,
) -> Result<&'a File, Refusal> {
    let account = bearer(world, headers)?;
    let file = world
        .files
        .find(media)
        .filter(|file| file.account == account.id && now.duration_since(file.kept_at) < ID_LASTS);
    file.ok_or_else(|| Refusal::no_such_object(media))
}

#[derive(Deserialize)]
pub(super) struct Expiry {
    ext: i64,
}

pub(super) async fn download(
    State(simulator): State<Simulator>,
    Path(media): Path<String>,
    Query(Expiry { ext }): Query<Expiry>,
    headers: HeaderMap,
) -> Response<Body> {
    let now = simulator.now();
    let world = &mut *simulator.world();
    if let Err(refusal) = own_file(world, &headers, &media, now) {
        return refusal.reply().into_response();
    }
    if now.as_second() >= ext {
        return empty(StatusCode::NOT_FOUND);
    }
    match world.files.fetch(&media) {
        Some(file) => {
            let mut response = Response::new(Body::from(file.bytes.clone()));
            if let Ok(mime) = HeaderValue::from_str(&file.mime) {
                response.headers_mut().insert(CONTENT_TYPE, mime);
            }
            response
        }
        None => empty(StatusCode::NOT_FOUND),
    }
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
