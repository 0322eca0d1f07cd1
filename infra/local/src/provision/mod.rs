//! Putting workspaces, users and channel accounts down, from a file or for the demo. Doing it again
//! changes nothing but what the file has changed.

mod demo;
mod file;
mod responders;
mod rules;
mod section;

use std::collections::BTreeMap;

use domain::account::StoredAccount;
use platform::secrets::{Vault, VaultError};
use store::{Store, StoreError, UserPut};

pub use demo::demo;
pub use file::{Provisioned, ProvisionedAccount, ProvisionedWorkspace, read};

#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    #[error("the table did not take it")]
    Store(#[from] StoreError),
    #[error("the secrets could not be sealed")]
    Vault(#[from] VaultError),
    #[error("the account `{0}` belongs to another workspace")]
    Taken(String),
    #[error("the e-mail of the user `{0}` is another user's")]
    EmailTaken(String),
}

/// Puts everything down. `api_bases` says where the API of a channel is, for accounts that do not
/// say it themselves.
///
/// # Errors
///
/// If the table or the key service is out of reach, or an account is another workspace's.
pub async fn apply(
    store: &Store,
    vault: &Vault,
    provisioned: &Provisioned,
    api_bases: &BTreeMap<String, String>,
) -> Result<(), ProvisionError> {
    for ProvisionedWorkspace { workspace, users, accounts } in &provisioned.workspaces {
        store.put_workspace(workspace).await?;
        for user in users {
            if store.put_user(&workspace.id, user).await? == UserPut::EmailTaken {
                return Err(ProvisionError::EmailTaken(user.id.to_string()));
            }
        }
        for ProvisionedAccount { account, secrets } in accounts {
            let mut account = account.clone();
            if account.api_base.is_none() {
                account.api_base = api_bases.get(&account.channel).cloned();
            }
            let sealed = vault.seal(&workspace.id, &account.id, secrets).await?;
            let channel = channels::by_name(&account.channel);
            let own_id = channel.and_then(|channel| channel.own_id(&account)).map(str::to_owned);
            let id = account.id.to_string();
            let stored = StoredAccount { account, sealed };
            if !store.put_account(&stored, own_id.as_deref()).await? {
                return Err(ProvisionError::Taken(id));
            }
        }
    }
    Ok(())
}
