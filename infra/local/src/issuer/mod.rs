//! The laptop's own OpenID issuer: who signs in is who they say they are. For a laptop, and for
//! nothing else.

mod sign_in;

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::WorkspaceId;
use domain::workspace::User;
use jiff::{SignedDuration, Timestamp};
use platform::config::BaseUrl;
use platform::oidc::{KeySet, Trust};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

use crate::aws::write_private;

pub use sign_in::router;

/// Where the issuer is, below the public address.
pub const PATH: &str = "/oidc";

/// What the issuer calls the desk.
pub const CLIENT: &str = "desk";

/// How long a token of the laptop works: longer than people turn the clock.
pub const TOKENS_LAST: SignedDuration = SignedDuration::from_hours(400 * 24);

/// The issuer, with the key it signs with.
pub struct Issuer {
    url: String,
    key: EcdsaKeyPair,
    /// The key's name, which tells it from those of other data folders.
    name: String,
    random: SystemRandom,
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Issuer")
    }
}

#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    #[error("the issuer's key file cannot be used")]
    Io(#[from] std::io::Error),
    #[error("the issuer's key file does not hold a key that signs")]
    NotAKey,
}

impl From<ring::error::Unspecified> for IssuerError {
    fn from(_: ring::error::Unspecified) -> Self {
        Self::NotAKey
    }
}

/// Whom a token is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    pub workspace: WorkspaceId,
    pub user: User,
    /// The client's own mark, which it wants to find in the token.
    pub nonce: Option<String>,
}

impl Issuer {
    /// Opens the key of a file, making one if there is none; or a key that is forgotten.
    ///
    /// # Errors
    ///
    /// If the file cannot be used.
    pub fn open(file: Option<&Path>, public_url: &BaseUrl) -> Result<Self, IssuerError> {
        let curve = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let random = SystemRandom::new();
        let bytes = match file {
            Some(file) if file.exists() => fs::read(file)?,
            _ => {
                let made = EcdsaKeyPair::generate_pkcs8(curve, &random)?;
                if let Some(file) = file {
                    write_private(file, made.as_ref())?;
                }
                made.as_ref().to_vec()
            }
        };
        let key =
            EcdsaKeyPair::from_pkcs8(curve, &bytes, &random).map_err(|_| IssuerError::NotAKey)?;
        let name = encode(&digest(&SHA256, key.public_key().as_ref()).as_ref()[..12]);
        Ok(Self { url: format!("{}{PATH}", public_url.as_str()), key, name, random })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// What whoever believes this issuer has to know of it.
    pub fn trust(&self) -> Trust {
        let issuer = self.url.parse().expect("a public address with a path is an address");
        Trust { issuer, audience: CLIENT.to_owned() }
    }

    /// The key it signs with, as it is published.
    pub fn published(&self) -> Value {
        let (x, y) = self.key.public_key().as_ref()[1..].split_at(32);
        json!({ "keys": [{
            "kty": "EC",
            "crv": "P-256",
            "use": "sig",
            "alg": "ES256",
            "kid": self.name,
            "x": encode(x),
            "y": encode(y),
        }] })
    }

    pub fn keys(&self) -> KeySet {
        KeySet::read(self.published().to_string().as_bytes()).expect("our own key can be read")
    }

    /// A token that says who its bearer is.
    ///
    /// # Errors
    ///
    /// If the operating system has no randomness to give.
    pub fn token(&self, bearer: &Bearer, now: Timestamp) -> Result<String, IssuerError> {
        let Bearer { workspace, user, nonce } = bearer;
        let header = json!({ "alg": "ES256", "typ": "JWT", "kid": self.name });
        let mut claims = json!({
            "iss": self.url,
            "aud": CLIENT,
            "sub": format!("{workspace}/{}", user.id),
            "iat": now.as_second(),
            "exp": domain::window::after(now, TOKENS_LAST).as_second(),
            "email": user.email,
            "email_verified": true,
            "name": user.name,
            "confab:workspace": workspace.as_str(),
        });
        if let Some(nonce) = nonce {
            claims["nonce"] = json!(nonce);
        }
        let part = |value: Value| encode(value.to_string().as_bytes());
        let message = format!("{}.{}", part(header), part(claims));
        let signature = self.key.sign(&self.random, message.as_bytes())?;
        Ok(format!("{message}.{}", encode(signature.as_ref())))
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
