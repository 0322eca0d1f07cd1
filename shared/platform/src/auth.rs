//! Who calls the API: a bearer token names a workspace, a key and its secret. The table keeps a
//! hash of the secret only.

use std::str::FromStr;

use domain::id::WorkspaceId;
use domain::private::Secret;
use ring::rand::{SecureRandom, SystemRandom};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// `confab_WORKSPACE_KEY_SECRET`, the last two in hex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub workspace: WorkspaceId,
    pub key: String,
    secret: Secret,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a token of Confab")]
pub struct BadToken;

/// What a key for the API begins with, and no other token does.
pub const PREFIX: &str = "confab_";
const KEY_BYTES: usize = 8;
const SECRET_BYTES: usize = 24;

impl Token {
    /// A new key with a new secret.
    ///
    /// # Errors
    ///
    /// If the operating system has no randomness to give.
    pub fn generate(workspace: WorkspaceId) -> Result<Self, ring::error::Unspecified> {
        let mut random = [0; KEY_BYTES + SECRET_BYTES];
        SystemRandom::new().fill(&mut random)?;
        let (key, secret) = random.split_at(KEY_BYTES);
        Ok(Self { workspace, key: hex::encode(key), secret: Secret::new(hex::encode(secret)) })
    }

    /// What the table keeps.
    pub fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.secret.reveal()))
    }

    pub fn matches(&self, hash: &str) -> bool {
        self.hash().as_bytes().ct_eq(hash.as_bytes()).into()
    }

    /// The token itself, to be shown once.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}_{}_{}", self.workspace, self.key, self.secret.reveal())
    }
}

impl FromStr for Token {
    type Err = BadToken;

    fn from_str(text: &str) -> Result<Self, BadToken> {
        // A workspace's name may hold underscores; the other two parts cannot.
        let rest = text.strip_prefix(PREFIX).ok_or(BadToken)?;
        let (rest, secret) = rest.rsplit_once('_').ok_or(BadToken)?;
        let (workspace, key) = rest.rsplit_once('_').ok_or(BadToken)?;
        let is_hex = |text: &str, bytes: usize| {
            text.len() == bytes * 2 && text.bytes().all(|b| b.is_ascii_hexdigit())
        };
        if !is_hex(key, KEY_BYTES) || !is_hex(secret, SECRET_BYTES) {
            return Err(BadToken);
        }
        Ok(Self {
            workspace: workspace.parse().map_err(|_| BadToken)?,
            key: key.to_owned(),
            secret: Secret::from(secret),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_and_only_its_own_secret_matches() {
        let token = Token::generate("a_me-1".parse().unwrap()).unwrap();
        let read: Token = token.reveal().parse().unwrap();
        assert_eq!(read, token);
        assert!(read.matches(&token.hash()));
        let other = Token::generate("a_me-1".parse().unwrap()).unwrap();
        assert!(!other.matches(&token.hash()));
        assert!(!format!("{token:?}").contains(token.secret.reveal().as_str()));
    }

    #[test]
    fn nonsense_is_no_token() {
        for text in
            ["", "confab_", "confab_acme_1_2", "Bearer x", "confab_acme_zzzzzzzzzzzzzzzz_00"]
        {
            assert_eq!(text.parse::<Token>(), Err(BadToken), "{text}");
        }
    }
}
