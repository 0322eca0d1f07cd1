//! The secrets of channel accounts, under envelope encryption.
//!
//! The key service encrypts one data key for each account, bound to the account by its encryption
//! context; the data key encrypts the secrets. Nothing is stored in the clear, and a sealed value
//! copied to another account does not open.

use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::DataKeySpec;
use domain::account::{Sealed, Secrets};
use domain::id::{AccountId, WorkspaceId};
use domain::not_done::NotDone;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};

/// Seals and opens secrets with a key of the key service.
#[derive(Debug, Clone)]
pub struct Vault {
    client: Client,
    key: String,
}

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("the key service did not answer")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the secrets of the account do not open")]
    DoesNotOpen,
}

impl From<VaultError> for NotDone {
    fn from(error: VaultError) -> Self {
        Self::retry(error)
    }
}

impl Vault {
    pub fn new(client: Client, key: impl Into<String>) -> Self {
        Self { client, key: key.into() }
    }

    /// Encrypts the secrets of an account with a data key of its own.
    ///
    /// # Errors
    ///
    /// If the key service is out of reach.
    pub async fn seal(
        &self,
        workspace: &WorkspaceId,
        account: &AccountId,
        secrets: &Secrets,
    ) -> Result<Sealed, VaultError> {
        let made = self
            .client
            .generate_data_key()
            .key_id(&self.key)
            .key_spec(DataKeySpec::Aes256)
            .encryption_context("workspace", workspace.as_str())
            .encryption_context("account", account.as_str())
            .send()
            .await
            .map_err(|error| VaultError::Unavailable(Box::new(error)))?;
        let (Some(plain), Some(encrypted)) = (made.plaintext, made.ciphertext_blob) else {
            return Err(VaultError::DoesNotOpen);
        };
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).map_err(|_| VaultError::DoesNotOpen)?;
        let mut text = serde_json::to_vec(secrets).map_err(|_| VaultError::DoesNotOpen)?;
        cipher(plain.as_ref())?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(account.as_str()),
                &mut text,
            )
            .map_err(|_| VaultError::DoesNotOpen)?;
        Ok(Sealed { data_key: encrypted.into_inner(), nonce: nonce.to_vec(), secrets: text })
    }

    /// Decrypts the secrets of an account.
    ///
    /// # Errors
    ///
    /// If the key service is out of reach, or these are not the account's secrets.
    pub async fn open(
        &self,
        workspace: &WorkspaceId,
        account: &AccountId,
        sealed: &Sealed,
    ) -> Result<Secrets, VaultError> {
        let opened = self
            .client
            .decrypt()
            .key_id(&self.key)
            .ciphertext_blob(Blob::new(sealed.data_key.clone()))
            .encryption_context("workspace", workspace.as_str())
            .encryption_context("account", account.as_str())
            .send()
            .await
            .map_err(|error| VaultError::Unavailable(Box::new(error)))?;
        let plain = opened.plaintext.ok_or(VaultError::DoesNotOpen)?;
        let nonce =
            Nonce::try_assume_unique_for_key(&sealed.nonce).map_err(|_| VaultError::DoesNotOpen)?;
        let mut text = sealed.secrets.clone();
        let text = cipher(plain.as_ref())?
            .open_in_place(nonce, Aad::from(account.as_str()), &mut text)
            .map_err(|_| VaultError::DoesNotOpen)?;
        serde_json::from_slice(text).map_err(|_| VaultError::DoesNotOpen)
    }
}

fn cipher(key: &[u8]) -> Result<LessSafeKey, VaultError> {
    UnboundKey::new(&AES_256_GCM, key).map(LessSafeKey::new).map_err(|_| VaultError::DoesNotOpen)
}
