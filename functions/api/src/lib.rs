//! Commands and queries of agents, the desk and integrations.
//!
//! A route parses, asks the store or the domain, and answers. A refusal is told with its reason
//! and with what the client can offer instead. What a command causes is due until it is handed on,
//! so that a crash in between is finished by others; the same command twice is once.

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use domain::account::ChannelAccount;
use domain::id::{AccountId, UserId, WorkspaceId};
use domain::private::Private;
use domain::workspace::{User, Workspace};
use jiff::{SignedDuration, Timestamp};
use platform::aws::SdkConfig;
use platform::bus::Bus;
use platform::cache::Cache;
use platform::hand_on::HandOn;
use platform::objects::Objects;
use platform::oidc::{KeySet, Keys, Verifier};
use platform::queue::Queue;
use store::{ApiKey, Store, StoreError};

mod accounts;
mod actions;
mod answer;
mod audit;
mod bearer;
mod begin;
mod caller;
mod commands;
mod config;
mod consents;
mod content;
mod conversations;
mod feed;
mod messages;
mod openapi;
mod tiles;
mod view;

pub use config::Config;
pub use openapi::openapi;

/// What the function works with.
#[derive(Debug)]
pub struct Deps {
    pub store: Store,
    pub hand_on: HandOn,
    pub objects: Objects,
    accounts: Cache<AccountId, Option<Arc<ChannelAccount>>>,
    workspaces: Cache<WorkspaceId, Option<Arc<Workspace>>>,
    keys: Cache<(WorkspaceId, String), Option<ApiKey>>,
    users: Cache<(WorkspaceId, UserId), Option<Arc<User>>>,
    sign_in: Verifier,
    /// Users by the e-mail they sign in with.
    emails: Cache<(WorkspaceId, Private<String>), Option<UserId>>,
}

/// Changed settings are in use, and revoked keys are refused, after at most this long.
const KEPT_FOR: SignedDuration = SignedDuration::from_secs(60);
const KEPT_MAX: usize = 10_000;

impl Deps {
    pub fn connect(sdk: &SdkConfig, config: &Config) -> Self {
        let sqs = aws_sdk_sqs::Client::new(sdk);
        let queue = |url: &str| Queue::new(sqs.clone(), url);
        Self {
            store: Store::new(aws_sdk_dynamodb::Client::new(sdk), &config.table),
            hand_on: HandOn::sends(
                Bus::new(aws_sdk_eventbridge::Client::new(sdk), &config.bus),
                queue(&config.outbound),
            ),
            objects: Objects::connect(sdk, &config.objects),
            accounts: Cache::new(KEPT_FOR, KEPT_MAX),
            workspaces: Cache::new(KEPT_FOR, KEPT_MAX),
            keys: Cache::new(KEPT_FOR, KEPT_MAX),
            users: Cache::new(KEPT_FOR, KEPT_MAX),
            sign_in: Verifier::new(config.trust.clone(), Keys::published()),
            emails: Cache::new(KEPT_FOR, KEPT_MAX),
        }
    }

    /// Takes the keys of the sign-in issuer from its hand: it is in this process.
    #[must_use]
    pub fn trusting(mut self, keys: KeySet, config: &Config) -> Self {
        self.sign_in = Verifier::new(config.trust.clone(), Keys::Fixed(keys));
        self
    }

    async fn account(
        &self,
        id: &AccountId,
        now: Timestamp,
    ) -> Result<Option<Arc<ChannelAccount>>, StoreError> {
        let load = async |id: &AccountId| -> Result<_, StoreError> {
            Ok(self.store.account(id).await?.map(|stored| Arc::new(stored.account)))
        };
        self.accounts.get(id, now, load).await
    }

    async fn workspace(
        &self,
        id: &WorkspaceId,
        now: Timestamp,
    ) -> Result<Option<Arc<Workspace>>, StoreError> {
        let load = async |id: &WorkspaceId| -> Result<_, StoreError> {
            Ok(self.store.workspace(id).await?.map(Arc::new))
        };
        self.workspaces.get(id, now, load).await
    }
}

pub fn router(deps: Deps) -> Router {
    Router::new()
        .route("/v1/conversations", get(conversations::list).post(begin::start))
        .route("/v1/conversations/{conversation}", get(conversations::get).delete(actions::delete))
        .route("/v1/conversations/{conversation}/events", get(conversations::events))
        .route("/v1/conversations/open", post(begin::open))
        .route("/v1/campaign-messages", post(begin::campaign_message))
        .route("/v1/internal-chats", post(begin::internal_chat))
        .merge(actions::router())
        .route("/v1/conversations/{conversation}/messages", post(messages::reply))
        .route("/v1/messages/{message}/send-again", post(messages::send_again))
        .route("/v1/messages/{message}/files/{file}", get(messages::file))
        .route("/v1/events", get(feed::events))
        .route("/v1/tiles", get(tiles::tiles))
        .route("/v1/accounts", get(accounts::list))
        .route("/v1/accounts/{account}/notices", get(accounts::notices))
        .route("/v1/channels", get(accounts::channels))
        .route("/v1/consents", get(consents::get).post(consents::upload))
        .route("/v1/audit", get(audit::list))
        .route("/v1/openapi.json", get(openapi::document))
        .fallback(answer::no_such_path)
        .method_not_allowed_fallback(answer::no_such_method)
        .with_state(Arc::new(deps))
}
