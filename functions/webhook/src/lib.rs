//! Takes providers' webhooks.
//!
//! It answers the set-up handshake, checks the proof over the raw bytes, hands the verified parts
//! on, and only then says that it has them. It never writes to the table, and reads no more of a
//! body than it needs to know whom each part is about.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Extension, OriginalUri, Path, RawQuery, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use channels::{Acknowledgement, Door, Lane, Part, UnverifiedWebhook};
use domain::id::AccountId;
use platform::accounts::{Accounts, OpenAccount};
use platform::aws::SdkConfig;
use platform::batch::chain;
use platform::clock::Now;
use platform::config::BaseUrl;
use platform::cors;
use platform::pace::Pace;
use platform::queue::{BATCH_BYTES_MAX, Entry, Order, Queue};
use platform::secrets::Vault;
use std::sync::Arc;
use store::Store;
use tracing::{error, info, warn};

mod config;

pub use config::Config;

/// What the function works with.
#[derive(Debug)]
pub struct Deps {
    pub store: Store,
    pub accounts: Accounts,
    pub inbound: Queue,
    pub receipts: Queue,
    /// The address providers are given; signatures over addresses are checked against it.
    pub public_url: BaseUrl,
    /// How often one visitor of a web page may write; by account and sender.
    pub visitors: Pace<(AccountId, String)>,
}

/// The table or the key service did not answer, or what they hold cannot be read.
type Failed = Box<dyn std::error::Error + Send + Sync>;

impl Deps {
    pub fn connect(sdk: &SdkConfig, config: &Config) -> Self {
        let sqs = aws_sdk_sqs::Client::new(sdk);
        let queue = |url: &str| Queue::new(sqs.clone(), url);
        let vault = Vault::new(aws_sdk_kms::Client::new(sdk), &config.key);
        Self {
            store: Store::new(aws_sdk_dynamodb::Client::new(sdk), &config.table),
            accounts: Accounts::new(vault, config.api_base),
            inbound: queue(&config.inbound),
            receipts: queue(&config.receipts),
            public_url: config.public_url.clone(),
            visitors: Pace::new(config.visitors),
        }
    }
}

/// The largest webhook any provider sends: Meta's, of 3 MB
/// (<https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview>).
const BODY_BYTES_MAX: usize = 3 * 1024 * 1024;

pub fn router(deps: Deps) -> Router {
    Router::new()
        .route("/webhooks/{account}", get(handshake).post(webhook).options(preflight))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(Arc::new(deps))
}

async fn handshake(
    State(deps): State<Arc<Deps>>,
    Extension(Now(now)): Extension<Now>,
    Path(account): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<String, StatusCode> {
    let (_, channel, open) = find(&deps, &account, now).await?;
    channel
        .challenge(query.as_deref().unwrap_or_default(), &open.secrets)
        .ok_or(StatusCode::UNAUTHORIZED)
}

/// A browser asks whether a page may call; the page's own request follows.
async fn preflight(
    State(deps): State<Arc<Deps>>,
    Extension(Now(now)): Extension<Now>,
    Path(account): Path<String>,
    headers: HeaderMap,
) -> Result<Response, StatusCode> {
    let (_, channel, open) = find(&deps, &account, now).await?;
    let origin = page(&deps, channel, &open, &headers)?.ok_or(StatusCode::UNAUTHORIZED)?;
    let mut answer = StatusCode::NO_CONTENT.into_response();
    cors::let_ask(answer.headers_mut(), origin, "content-type, confab-session");
    Ok(answer)
}

/// The page that calls, if a browser does. A page that may not is told nothing.
fn page<'a>(
    deps: &Deps,
    channel: &dyn Door,
    open: &OpenAccount,
    headers: &'a HeaderMap,
) -> Result<Option<&'a str>, StatusCode> {
    match (channel.pages(&open.account), cors::origin(headers)) {
        (Some(pages), Some(origin))
            if pages.allow(origin) || origin == deps.public_url.as_str() =>
        {
            Ok(Some(origin))
        }
        (Some(_), Some(_)) => Err(StatusCode::FORBIDDEN),
        (Some(_) | None, _) => Ok(None),
    }
}

async fn webhook(
    State(deps): State<Arc<Deps>>,
    Extension(Now(now)): Extension<Now>,
    Path(account): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, StatusCode> {
    let (id, channel, open) = find(&deps, &account, now).await?;
    let page = page(&deps, channel, &open, &headers)?;
    let path = uri.path_and_query().map_or("", |path| path.as_str());
    let url = format!("{}{path}", deps.public_url.as_str());
    let unverified = UnverifiedWebhook { url: &url, headers: &headers, body: &body, at: now };
    let taken = take(&deps, &id, (channel, &open), unverified).await;
    let Some(origin) = page else { return taken };
    // A browser hides from the page what it is not told that the page may read, refusals too.
    let mut answer = taken.into_response();
    cors::let_read(answer.headers_mut(), origin);
    Ok(answer)
}

async fn take(
    deps: &Deps,
    id: &AccountId,
    (channel, open): (&dyn Door, &OpenAccount),
    unverified: UnverifiedWebhook<'_>,
) -> Result<Response, StatusCode> {
    let now = unverified.at;
    let verified = channel.verify(unverified, &open.secrets).map_err(|rejected| {
        info!(account.id = %id, reason = ?rejected, "Refused a webhook of {id}: {rejected:?}");
        StatusCode::UNAUTHORIZED
    })?;
    let parts = channel.parts(&verified);
    if channel.pages(&open.account).is_some()
        && let Err(wait) = admit(deps, id, &parts, now)
    {
        let seconds = wait.as_secs().saturating_add(1).to_string();
        return Ok((StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, seconds)]).into_response());
    }
    hand_on(deps, id, parts, now).await?;
    Ok(answer(channel.acknowledgement(&verified)))
}

/// Whoever sits at a web page has no provider who slows them down.
fn admit(
    deps: &Deps,
    id: &AccountId,
    parts: &[Part],
    now: jiff::Timestamp,
) -> Result<(), jiff::SignedDuration> {
    parts.iter().try_for_each(|part| deps.visitors.admit(&(id.clone(), part.group(id)), now))
}

/// An account that does not exist answers like one whose secret is not known.
async fn find(
    deps: &Deps,
    account: &str,
    now: jiff::Timestamp,
) -> Result<(AccountId, &'static dyn Door, Arc<OpenAccount>), StatusCode> {
    let id: AccountId = account.parse().map_err(|_| StatusCode::UNAUTHORIZED)?;
    let load = async |id: &AccountId| -> Result<_, Failed> { Ok(deps.store.account(id).await?) };
    let open = deps.accounts.get(&id, now, load).await.map_err(|failed| {
        error!(account.id = %id, "The account {id} cannot be read: {}", chain(&*failed));
        StatusCode::SERVICE_UNAVAILABLE
    })?;
    let open = open.ok_or(StatusCode::UNAUTHORIZED)?;
    let channel = channels::door(&open.account.channel).ok_or_else(|| {
        error!(account.id = %id, channel = open.account.channel, "The account {id} has no channel");
        StatusCode::UNAUTHORIZED
    })?;
    Ok((id, channel, open))
}

async fn hand_on(
    deps: &Deps,
    id: &AccountId,
    parts: Vec<Part>,
    now: jiff::Timestamp,
) -> Result<(), StatusCode> {
    let (mut messages, mut receipts) = (Vec::new(), Vec::new());
    for part in parts {
        let (lane, group, deduplication) = (part.lane, part.group(id), part.deduplication(id));
        let job = part.into_job(id.clone(), now);
        match lane {
            Lane::Messages => {
                messages.push(Entry::of(&job, Some(Order { group, deduplication })));
            }
            Lane::Receipts => receipts.push(Entry::of(&job, None)),
        }
    }
    if messages.iter().chain(&receipts).any(|entry| entry.body.len() > BATCH_BYTES_MAX) {
        warn!(account.id = %id, "Refused a webhook of {id} with a part that no queue takes");
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let count = messages.len() + receipts.len();
    for (queue, entries) in [(&deps.inbound, &messages), (&deps.receipts, &receipts)] {
        queue.send(entries).await.map_err(|failed| {
            error!(account.id = %id, "A webhook of {id} was not handed on: {}", chain(&failed));
            StatusCode::SERVICE_UNAVAILABLE
        })?;
    }
    info!(account.id = %id, parts = count, "Took a webhook of {id}");
    Ok(())
}

fn answer(acknowledgement: Acknowledgement) -> Response {
    ([(CONTENT_TYPE, acknowledgement.content_type)], acknowledgement.body).into_response()
}
