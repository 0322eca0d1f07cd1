//! HTTP of the laptop: the webhooks and the API, the desk, downloads, the phones, and `/dev`, which
//! exists nowhere else.

use std::sync::Arc;

use api::UPLOAD_BYTES_MAX;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, OriginalUri, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use desk::{Files, Tells};
use domain::id::{UserId, WorkspaceId};
use jiff::{SignedDuration, Timestamp};
use platform::batch::chain;
use platform::cors;
use platform::objects::Objects;
use platform::problem::Problem;
use serde::Deserialize;
use serde_json::{Value, json};
use simulator::Simulator;

use crate::aws::key_of;
use crate::confab::{BUCKET, Confab, OBJECTS_PATH};
use crate::deployed::make_token;
use crate::issuer::{self, Bearer};
use crate::live;
use crate::workers::quiet;

#[derive(Debug)]
struct Host {
    confab: Arc<Confab>,
    objects: Objects,
}

/// Everything the host answers. People of `workspaces` can sign in.
pub fn router(
    confab: &Arc<Confab>,
    simulator: &Simulator,
    workspaces: Vec<WorkspaceId>,
    files: Files,
) -> Router {
    let host = Arc::new(Host {
        confab: Arc::clone(confab),
        objects: Objects::connect(&confab.sdk, BUCKET),
    });
    let objects = get(object)
        .put(lay_down)
        .options(may_lay_down)
        .layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX));
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route(&format!("{OBJECTS_PATH}/{{*key}}"), objects)
        .route("/dev/token", post(token))
        .route("/dev/clock", post(clock))
        .route("/dev/settle", post(settled))
        .route("/dev/dead", get(dead))
        .route("/dev/redrive", post(redrive))
        .with_state(host)
        .merge(simulator.router())
        .merge(issuer::router(confab, workspaces))
        .merge(desk::router(tells(confab), files))
        .merge(live::router(confab))
        .merge(confab.router())
}

/// What the desk is told on a laptop.
fn tells(confab: &Confab) -> Tells {
    let trust = confab.issuer.trust();
    Tells {
        issuer: trust.issuer.as_str().to_owned(),
        client_id: trust.audience,
        scope: desk::SCOPE,
        laptop: true,
        speaks_to: vec![confab.public_url.as_str().to_owned(), sockets(confab.public_url.as_str())],
    }
}

/// The address of sockets on the same host.
fn sockets(url: &str) -> String {
    url.replacen("http", "ws", 1)
}

/// A failure, as the API tells its own.
struct Failed(Problem);

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        self.0.into_response().map(axum::body::Body::from)
    }
}

impl<E: std::error::Error + 'static> From<E> for Failed {
    fn from(error: E) -> Self {
        tracing::error!("The host failed: {}", chain(&error));
        Self(Problem::unavailable())
    }
}

/// A file, at an address that the object storage's own signature proves.
async fn object(
    State(host): State<Arc<Host>>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Failed> {
    let denied = || Failed(Problem::new(StatusCode::FORBIDDEN, "forbidden", "not signed, or late"));
    let address = format!("{}{uri}", host.confab.public_url.as_str());
    let key = key_of(&address);
    let signed_at = signed_at(uri.query().unwrap_or_default()).ok_or_else(denied)?;
    let mut genuine = false;
    for works in [Objects::DOWNLOAD_WITHIN, Objects::PROVIDER_WITHIN] {
        let signed = host.objects.fetch_url_at(&key, works, signed_at).await?;
        genuine |= signed == address && is_fresh(signed_at, works);
    }
    if !genuine {
        return Err(denied());
    }
    let bytes = host.confab.services.objects.read(&key);
    let bytes = bytes.ok_or_else(|| Failed(Problem::not_found("file")))?;
    let headers = [(CONTENT_TYPE, "application/octet-stream"), (CONTENT_DISPOSITION, "attachment")];
    Ok((headers, bytes).into_response())
}

fn is_fresh(signed_at: Timestamp, works: SignedDuration) -> bool {
    let age = platform::clock::now().duration_since(signed_at);
    (SignedDuration::from_mins(-1)..works).contains(&age)
}

/// A file is laid down, of the type and size that its address was signed for.
async fn lay_down(
    State(host): State<Arc<Host>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failed> {
    let denied = || Failed(Problem::new(StatusCode::FORBIDDEN, "forbidden", "not signed, or late"));
    let address = format!("{}{uri}", host.confab.public_url.as_str());
    let key = key_of(&address);
    let signed_at = signed_at(uri.query().unwrap_or_default()).ok_or_else(denied)?;
    let mime = headers.get(CONTENT_TYPE).and_then(|mime| mime.to_str().ok()).ok_or_else(denied)?;
    let bytes = body.len() as u64;
    let signed = host.objects.upload_url_at(&key, mime, bytes, signed_at).await?;
    if signed.url != address || !is_fresh(signed_at, Objects::UPLOAD_WITHIN) {
        return Err(denied());
    }
    host.confab.services.objects.lay_down(&key, &body)?;
    let mut answer = StatusCode::OK.into_response();
    cors::let_read(answer.headers_mut(), "*");
    Ok(answer)
}

/// Any page may try: the address is the permission.
async fn may_lay_down() -> Response {
    let mut answer = StatusCode::NO_CONTENT.into_response();
    cors::let_ask(answer.headers_mut(), "*", "content-type");
    answer
}

/// The time a presigned address says it was signed at: `X-Amz-Date=20261121T100000Z`.
fn signed_at(query: &str) -> Option<Timestamp> {
    let value = query.split('&').find_map(|pair| pair.strip_prefix("X-Amz-Date="))?;
    let time = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", value).ok()?;
    Some(time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenBody {
    workspace: WorkspaceId,
    user: UserId,
}

/// A token of the built-in issuer; a key for the API if the user has no e-mail to sign in with.
async fn token(State(host): State<Arc<Host>>, body: Bytes) -> Result<Json<Value>, Failed> {
    let TokenBody { workspace, user: id } = read(&body)?;
    let (store, now) = (&host.confab.store, host.confab.clock.now());
    let user = store.user(&workspace, &id).await?;
    let user = user.ok_or_else(|| Failed(Problem::not_found("user in that workspace")))?;
    let token = if user.email.is_empty() {
        make_token(store, &workspace, &id, issuer::TOKENS_LAST, now).await?
    } else {
        host.confab.issuer.token(&Bearer { workspace, user, nonce: None }, now)?
    };
    Ok(Json(json!({ "token": token })))
}

fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Failed> {
    serde_json::from_slice(body)
        .map_err(|error| Failed(Problem::bad_request("body", error.to_string())))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockBody {
    #[serde(default)]
    advance_seconds: Option<i64>,
    #[serde(default)]
    set: Option<Timestamp>,
}

/// Turns the clock, and answers when everything that became due has been done.
async fn clock(State(host): State<Arc<Host>>, body: Bytes) -> Result<Json<Value>, Failed> {
    let confab = &host.confab;
    let to = match read(&body)? {
        ClockBody { advance_seconds: Some(seconds), set: None } => {
            domain::window::after(confab.clock.now(), SignedDuration::from_secs(seconds))
        }
        ClockBody { advance_seconds: None, set: Some(to) } => to,
        ClockBody { .. } => {
            let detail = "either advance_seconds or set is needed";
            return Err(Failed(Problem::bad_request("advance_seconds", detail)));
        }
    };
    if !confab.clock.set(to) {
        let detail = "start the host with --clock turned";
        return Err(Failed(Problem::new(StatusCode::CONFLICT, "clock-not-turned", detail)));
    }
    confab.queues().changed.notify_waiters();
    quiet(confab).await?;
    confab.expire().await?;
    quiet(confab).await?;
    Ok(Json(json!({ "now": confab.clock.now().to_string() })))
}

async fn settled(State(host): State<Arc<Host>>) -> Result<Json<Value>, Failed> {
    let counts = quiet(&host.confab).await?;
    Ok(Json(json!({ "pending": counts.pending, "dead": counts.dead })))
}

async fn dead(State(host): State<Arc<Host>>) -> Result<Json<Value>, Failed> {
    let dead = host.confab.queues().dead_letters()?;
    let items: Vec<Value> = dead
        .iter()
        .map(|letter| {
            json!({
                "queue": letter.queue,
                "reason": letter.reason,
                "receives": letter.receives,
                "body": letter.body,
            })
        })
        .collect();
    Ok(Json(json!({ "items": items })))
}

async fn redrive(State(host): State<Arc<Host>>) -> Result<Json<Value>, Failed> {
    let moved = host.confab.queues().redrive()?;
    Ok(Json(json!({ "moved": moved })))
}
