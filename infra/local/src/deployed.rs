//! What an operator does to a deployment from their own machine: putting down workspaces and
//! accounts, making keys for the API, looking whether what is counted is right.

use std::collections::BTreeMap;
use std::path::PathBuf;

use domain::id::{UserId, WorkspaceId};
use jiff::SignedDuration;
use platform::auth::Token;
use platform::aws::Surroundings;
use platform::config::Faults;
use platform::secrets::Vault;
use store::{ApiKey, Store, StoreError, Verified};

use crate::clock::Clock;
use crate::confab::{Confab, OpenError, Parts};
use crate::provision::{ProvisionError, Provisioned, apply};

/// Where a deployment keeps things: outputs of its stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    pub table: String,
    /// The key that secrets are encrypted under.
    pub key: String,
}

/// A key to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    pub table: String,
    pub workspace: WorkspaceId,
    pub user: UserId,
    pub days: i64,
}

/// Where conversations are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tables {
    /// A table on AWS.
    Deployed(String),
    /// A laptop's data folder.
    Local(PathBuf),
}

#[derive(Debug, thiserror::Error)]
pub enum DeployedError {
    #[error(transparent)]
    Provision(#[from] ProvisionError),
    #[error("the table did not answer")]
    Store(#[from] StoreError),
    #[error("there is no user `{user}` in the workspace `{workspace}`")]
    NoSuchUser { workspace: WorkspaceId, user: UserId },
    #[error("the operating system has no randomness to give")]
    Random,
}

#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error("the table did not answer")]
    Store(#[from] StoreError),
    #[error(transparent)]
    Surroundings(#[from] Faults),
    #[error("the data folder cannot be opened")]
    Folder(#[from] OpenError),
}

/// Puts down what a file asks for.
///
/// # Errors
///
/// If AWS does not let us, or an account is another workspace's.
pub async fn provision(
    surroundings: &Surroundings,
    deployment: &Deployment,
    provisioned: &Provisioned,
) -> Result<(), DeployedError> {
    let sdk = surroundings.sdk_config();
    let store = Store::new(aws_sdk_dynamodb::Client::new(&sdk), &deployment.table);
    let vault = Vault::new(aws_sdk_kms::Client::new(&sdk), &deployment.key);
    Ok(apply(&store, &vault, provisioned, &BTreeMap::new()).await?)
}

/// Looks whether a workspace's tiles are what its logs say.
///
/// # Errors
///
/// If AWS does not let us, or the folder cannot be used.
pub async fn verify_tiles(
    tables: &Tables,
    workspace: &WorkspaceId,
    surroundings: impl FnOnce() -> Result<Surroundings, Faults>,
) -> Result<Verified, VerifyError> {
    match tables {
        Tables::Deployed(table) => {
            let sdk = surroundings()?.sdk_config();
            let store = Store::new(aws_sdk_dynamodb::Client::new(&sdk), table);
            Ok(store.verify_tiles(workspace).await?)
        }
        Tables::Local(folder) => {
            let parts = Parts {
                data: Some(folder),
                clock: Clock::Real,
                public_url: "http://localhost".parse().expect("an address"),
                language: Default::default(),
                tap: None,
            };
            let store = Box::pin(Confab::open(parts)).await?.store;
            Ok(store.verify_tiles(workspace).await?)
        }
    }
}

/// Makes a key for a user and returns its token, which is shown this once.
///
/// # Errors
///
/// If AWS does not let us, or there is no such user.
pub async fn token(surroundings: &Surroundings, new: &NewToken) -> Result<String, DeployedError> {
    let sdk = surroundings.sdk_config();
    let store = Store::new(aws_sdk_dynamodb::Client::new(&sdk), &new.table);
    let expires_in = SignedDuration::from_hours(24 * new.days);
    make_token(&store, &new.workspace, &new.user, expires_in, platform::clock::now()).await
}

/// The same for any store, at any time.
///
/// # Errors
///
/// If the table is out of reach, or there is no such user.
pub async fn make_token(
    store: &Store,
    workspace: &WorkspaceId,
    user: &UserId,
    expires_in: SignedDuration,
    now: jiff::Timestamp,
) -> Result<String, DeployedError> {
    if store.user(workspace, user).await?.is_none() {
        let (workspace, user) = (workspace.clone(), user.clone());
        return Err(DeployedError::NoSuchUser { workspace, user });
    }
    let token = Token::generate(workspace.clone()).map_err(|_| DeployedError::Random)?;
    let key = ApiKey {
        workspace: workspace.clone(),
        id: token.key.clone(),
        hash: token.hash(),
        user: user.clone(),
        name: "made by an operator".to_owned(),
        scopes: None,
        created_at: Some(now),
        last_used_at: None,
        expires_at: Some(domain::window::after(now, expires_in)),
    };
    store.put_api_key(&key).await?;
    Ok(token.reveal())
}
