//! Commands and queries of agents, the desk and integrations.
//!
//! A route parses, asks the store or the domain, and answers. A refusal is told with its reason
//! and with what the client can offer instead. What a command causes is due until it is handed on,
//! so that a crash in between is finished by others; the same command twice is once.

use std::sync::Arc;

use ::faqs::{Faqs, Language};
use domain::account::ChannelAccount;
use domain::id::{AccountId, UserId, WorkspaceId};
use domain::private::Private;
use domain::workspace::{User, Workspace};
use jiff::{SignedDuration, Timestamp};
use platform::aws::SdkConfig;
use platform::bus::Bus;
use platform::cache::Cache;
use platform::config::BaseUrl;
use platform::hand_on::HandOn;
use platform::objects::Objects;
use platform::oidc::{KeySet, Keys, Verifier};
use platform::pace::Pace;
use platform::queue::Queue;
use platform::secrets::Vault;
use store::{ApiKey, Store, StoreError};

mod accounts;
mod actions;
mod admission;
mod answer;
mod api_keys;
mod audit;
mod bearer;
mod begin;
mod caller;
mod commands;
mod config;
mod consents;
mod contact_fields;
mod contacts;
mod content;
mod conversations;
mod drafts;
mod faqs;
mod feed;
mod found;
mod held;
mod lists;
mod merge;
mod messages;
mod notifications;
mod openapi;
mod paging;
mod people;
mod presence;
mod reading;
mod realtime;
mod responders;
mod routes;
mod saved_views;
mod settings;
mod shelf;
mod snippets;
mod teams;
mod tiles;
mod transcripts;
mod uploads;
mod view;

pub use admission::Needs;
pub use config::Config;
pub use openapi::openapi;
pub use platform::pace::Limit;
pub use routes::{router, routes};
pub use uploads::UPLOAD_BYTES_MAX;

/// What the function works with.
#[derive(Debug)]
pub struct Deps {
    pub store: Store,
    pub hand_on: HandOn,
    pub objects: Objects,
    /// Where publications are prepared.
    pub publishing: Queue,
    /// The FAQs that are published.
    pub published: Faqs,
    /// What seals the secrets of channel accounts.
    vault: Vault,
    /// Where providers call us.
    public_url: BaseUrl,
    /// Where clients connect to hear of changes.
    realtime_url: String,
    accounts: Cache<AccountId, Option<Arc<ChannelAccount>>>,
    account_ids: Cache<WorkspaceId, Arc<[AccountId]>>,
    workspaces: Cache<WorkspaceId, Option<Arc<Workspace>>>,
    keys: Cache<(WorkspaceId, String), Option<ApiKey>>,
    users: Cache<(WorkspaceId, UserId), Option<Arc<User>>>,
    sign_in: Verifier,
    pace: Pace<(WorkspaceId, String)>,
    /// Users by the e-mail they sign in with.
    emails: Cache<(WorkspaceId, Private<String>), Option<UserId>>,
}

/// Changed settings are in use, and revoked keys are refused, after at most this long.
const KEPT_FOR: SignedDuration = SignedDuration::from_secs(60);
const KEPT_MAX: usize = 10_000;

impl Deps {
    pub fn connect(sdk: &SdkConfig, config: &Config, language: Language) -> Self {
        let sqs = aws_sdk_sqs::Client::new(sdk);
        let queue = |url: &str| Queue::new(sqs.clone(), url);
        Self {
            store: Store::new(aws_sdk_dynamodb::Client::new(sdk), &config.table),
            hand_on: HandOn::sends(
                Bus::new(aws_sdk_eventbridge::Client::new(sdk), &config.bus),
                queue(&config.outbound),
            )
            .routing(queue(&config.routing)),
            objects: Objects::connect(sdk, &config.objects),
            publishing: queue(&config.publishing),
            published: Faqs::new(Objects::connect(sdk, &config.objects), language),
            vault: Vault::new(aws_sdk_kms::Client::new(sdk), &config.key),
            public_url: config.public_url.clone(),
            realtime_url: config.realtime_url.clone(),
            accounts: Cache::new(KEPT_FOR, KEPT_MAX),
            account_ids: Cache::new(KEPT_FOR, KEPT_MAX),
            workspaces: Cache::new(KEPT_FOR, KEPT_MAX),
            keys: Cache::new(KEPT_FOR, KEPT_MAX),
            users: Cache::new(KEPT_FOR, KEPT_MAX),
            pace: Pace::new(config.limit),
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

    async fn account_ids(
        &self,
        workspace: &WorkspaceId,
        now: Timestamp,
    ) -> Result<Arc<[AccountId]>, StoreError> {
        let load = async |workspace: &WorkspaceId| -> Result<_, StoreError> {
            Ok(self.store.account_ids(workspace).await?.into())
        };
        self.account_ids.get(workspace, now, load).await
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
