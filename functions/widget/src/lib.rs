//! The web chat on customers' own pages.
//!
//! It serves the widget, gives visitors their sessions, reads them what was said between them and
//! us, takes their files, and lets them hear live of what is new. What they write goes to the
//! account's webhook and not here: of the table, this function writes nothing but tickets. For
//! messages to visitors it is the provider: it names them.

mod answer;
mod config;
mod deliveries;
mod door;
mod links;
mod messages;
mod pages;
mod said;
mod sessions;
mod settings;
mod tickets;
mod uploads;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use domain::id::{AccountId, UserId, WorkspaceId};
use domain::private::Address;
use domain::workspace::Workspace;
use jiff::SignedDuration;
use platform::accounts::Accounts;
use platform::aws::SdkConfig;
use platform::cache::Cache;
use platform::config::BaseUrl;
use platform::objects::Objects;
use platform::pace::Pace;
use platform::secrets::Vault;
use store::Store;

pub use config::Config;
pub use pages::script;

/// What the function works with.
#[derive(Debug)]
pub struct Deps {
    pub store: Store,
    pub accounts: Accounts,
    pub objects: Objects,
    pub public_url: BaseUrl,
    /// Where visitors' live connections are made.
    pub realtime_url: String,
    pub visitors: Pace<(AccountId, Address)>,
    workspaces: Cache<WorkspaceId, Option<Arc<Workspace>>>,
    /// What users are called.
    names: Cache<(WorkspaceId, UserId), Option<String>>,
}

/// Changed settings and names are in use after at most this long.
const KEPT_FOR: SignedDuration = SignedDuration::from_secs(60);
const KEPT_MAX: usize = 1_000;

/// Of what visitors ask: tokens and a form.
const ASKED_BYTES_MAX: usize = 16 * 1024;
/// Of a message to a visitor: what API Gateway hands to a function at most.
const DELIVERY_BYTES_MAX: usize = 6 * 1024 * 1024;

impl Deps {
    pub fn connect(sdk: &SdkConfig, config: &Config) -> Self {
        let vault = Vault::new(aws_sdk_kms::Client::new(sdk), &config.key);
        Self {
            store: Store::new(aws_sdk_dynamodb::Client::new(sdk), &config.table),
            accounts: Accounts::new(vault, config.api_base),
            objects: Objects::connect(sdk, &config.objects),
            public_url: config.public_url.clone(),
            realtime_url: config.realtime_url.clone(),
            visitors: Pace::new(config.visitors),
            workspaces: Cache::new(KEPT_FOR, KEPT_MAX),
            names: Cache::new(KEPT_FOR, KEPT_MAX),
        }
    }
}

pub fn router(deps: Deps) -> Router {
    let deps = Arc::new(deps);
    let asked_by_pages = Router::new()
        .route("/widget/{account}/settings", get(settings::show))
        .route("/widget/{account}/sessions", post(sessions::begin))
        .route("/widget/{account}/messages", get(messages::list))
        .route("/widget/{account}/uploads", post(uploads::begin))
        .route("/widget/{account}/tickets", post(tickets::make))
        .layer(from_fn_with_state(Arc::clone(&deps), door::admit))
        .layer(DefaultBodyLimit::max(ASKED_BYTES_MAX));
    Router::new()
        .route("/widget/{account}/deliveries", post(deliveries::take))
        .layer(DefaultBodyLimit::max(DELIVERY_BYTES_MAX))
        .merge(asked_by_pages)
        .merge(pages::router())
        .merge(links::router())
        .with_state(deps)
}
