//! Channel accounts with their secrets open, kept in memory for minutes.

use std::sync::Arc;

use domain::account::{ChannelAccount, Sealed, Secrets, StoredAccount};
use domain::id::AccountId;
use jiff::{SignedDuration, Timestamp};

use crate::cache::Cache;
use crate::config::ApiBase;
use crate::secrets::{Vault, VaultError};

/// An account that can be used.
#[derive(Debug)]
pub struct OpenAccount {
    pub account: ChannelAccount,
    pub secrets: Arc<Secrets>,
}

/// A rotated secret is in use after at most this long; a flood of forged webhooks costs one table
/// read for each account in this time.
const KEPT_FOR: SignedDuration = SignedDuration::from_secs(60);
const KEPT_MAX: usize = 10_000;

/// Secrets that have not changed are opened again after this long: the key service charges each
/// time, and a grant that is taken back ends by then.
const OPEN_FOR: SignedDuration = SignedDuration::from_mins(15);

/// The accounts a sandbox has used lately, and the names that are none.
#[derive(Debug)]
pub struct Accounts {
    vault: Vault,
    api_base: ApiBase,
    kept: Cache<AccountId, Option<Arc<OpenAccount>>>,
    opened: Cache<(AccountId, Sealed), Arc<Secrets>>,
}

impl Accounts {
    pub fn new(vault: Vault, api_base: ApiBase) -> Self {
        Self {
            vault,
            api_base,
            kept: Cache::new(KEPT_FOR, KEPT_MAX),
            opened: Cache::new(OPEN_FOR, KEPT_MAX),
        }
    }

    /// The account of this name; `load` reads it from where it is kept.
    ///
    /// # Errors
    ///
    /// Those of `load` and of opening the secrets.
    pub async fn get<E: From<VaultError>>(
        &self,
        id: &AccountId,
        now: Timestamp,
        load: impl AsyncFnOnce(&AccountId) -> Result<Option<StoredAccount>, E>,
    ) -> Result<Option<Arc<OpenAccount>>, E> {
        self.kept
            .get(id, now, async |id| match load(id).await? {
                None => Ok(None),
                Some(StoredAccount { mut account, sealed }) => {
                    let workspace = account.workspace.clone();
                    let open = async |(id, sealed): &(AccountId, Sealed)| {
                        Ok::<_, E>(Arc::new(self.vault.open(&workspace, id, sealed).await?))
                    };
                    let secrets = self.opened.get(&(account.id.clone(), sealed), now, open).await?;
                    if self.api_base == ApiBase::Published {
                        account.api_base = None;
                    }
                    Ok(Some(Arc::new(OpenAccount { account, secrets })))
                }
            })
            .await
    }
}
