//! Tells connected clients of changes as they happen.
//!
//! The gateway invokes it for what happens on a socket, a rule of the bus for what has happened.
//! Whatever is told is looked at with the eyes of whoever is told. A push may be lost, late or
//! doubled: clients follow the feed, and a push only says that it is time to.

use std::sync::Arc;

use domain::id::{UserId, WorkspaceId};
use domain::workspace::{User, Workspace};
use jiff::{SignedDuration, Timestamp};
use platform::aws::SdkConfig;
use platform::batch::chain;
use platform::cache::Cache;
use platform::push::Push;
use store::{ApiKey, Store, StoreError};
use tracing::warn;

mod config;
mod door;
mod frames;
mod invocation;
mod pace;
mod posts;
mod seats;
mod tell;
mod viewing;

use crate::invocation::EventType;
use crate::pace::Pace;
pub use config::{Config, Origin};
pub use invocation::{Answer, Invocation, SocketEvent, Told};
pub use tell::tell;

/// What the function works with.
#[derive(Debug)]
pub struct Deps {
    pub store: Store,
    pub push: Push,
    origins: Vec<Origin>,
    workspaces: Cache<WorkspaceId, Option<Arc<Workspace>>>,
    users: Cache<(WorkspaceId, UserId), Option<Arc<User>>>,
    keys: Cache<(WorkspaceId, String), Option<Arc<ApiKey>>>,
    pace: Pace,
}

/// Who has lost a right is told of no change that comes after at most this long.
const KEPT_FOR: SignedDuration = SignedDuration::from_secs(60);
const KEPT_MAX: usize = 10_000;

impl Deps {
    pub fn connect(sdk: &SdkConfig, config: &Config) -> Self {
        Self {
            store: Store::new(aws_sdk_dynamodb::Client::new(sdk), &config.table),
            push: Push::connect(sdk, &config.push_url),
            origins: config.origins.clone(),
            workspaces: Cache::new(KEPT_FOR, KEPT_MAX),
            users: Cache::new(KEPT_FOR, KEPT_MAX),
            keys: Cache::new(KEPT_FOR, KEPT_MAX),
            pace: Pace::default(),
        }
    }
}

/// Handles one invocation.
///
/// # Errors
///
/// If what was told could not be told on, because the table is out of reach. It is told again then.
pub async fn handle(
    deps: &Deps,
    invocation: Invocation,
    now: Timestamp,
) -> Result<Answer, StoreError> {
    match invocation {
        Invocation::Socket(event) => Ok(on_socket(deps, &event, now).await),
        Invocation::Told(told) => {
            tell(deps, &[told], now).await?;
            Ok(Answer::DONE)
        }
    }
}

async fn on_socket(deps: &Deps, event: &SocketEvent, now: Timestamp) -> Answer {
    let handled = match event.event_type() {
        EventType::Connect => door::enter(deps, event, now).await,
        EventType::Message => frames::hear(deps, event, now).await,
        EventType::Disconnect => door::leave(deps, event, now).await,
    };
    handled.unwrap_or_else(|failed| {
        warn!("A socket's client has to come again: {}", chain(&failed));
        Answer::FAILED
    })
}
