//! Sign-in by OpenID Connect: which tokens are believed, and what they say.
//!
//! A token counts if the one issuer we trust has signed it with a key of its own, for us, and if it
//! is in force. The algorithm is the key's, never the token's to choose.

mod keys;
mod provider;
#[cfg(test)]
mod tests;

use std::str::FromStr;

use domain::id::WorkspaceId;
use domain::private::Private;
use jiff::Timestamp;
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::Value;

pub use keys::{BadKeySet, KeySet, Keys};

use crate::config::BaseUrl;

/// The clocks of issuers and our own may differ by this much.
const LEEWAY_S: f64 = 60.0;
/// A token with a hundred groups in it has a few kilobytes.
const TOKEN_BYTES_MAX: usize = 16 * 1024;

/// An issuer's name, as its tokens say it: an address, compared letter by letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer(String);

impl Issuer {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where the issuer says what it can do and where its keys are.
    fn discovery(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.0.trim_end_matches('/'))
    }
}

impl FromStr for Issuer {
    type Err = <BaseUrl as FromStr>::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let _address: BaseUrl = text.parse()?;
        Ok(Self(text.to_owned()))
    }
}

/// Whose tokens are believed, and which of them are for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    pub issuer: Issuer,
    /// What the issuer calls us: the id of our client there.
    pub audience: String,
}

/// Who a token says its bearer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// In lower case. The issuer has seen that it is theirs.
    pub email: Private<String>,
    /// Where they work, if the issuer knows.
    pub workspace: Option<WorkspaceId>,
}

/// Why a token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("it is not a token that can be read")]
    Unreadable,
    #[error("it is not signed in a way that counts")]
    Algorithm,
    #[error("no key of the issuer has the name it gives")]
    UnknownKey,
    #[error("its signature is not the issuer's")]
    Signature,
    #[error("another issuer made it")]
    Issuer,
    #[error("it is meant for others")]
    Audience,
    #[error("it has expired")]
    Expired,
    #[error("it is not in force yet")]
    NotYet,
    #[error("it names no e-mail that the issuer has verified")]
    EmailNotVerified,
    #[error("the issuer's keys are out of reach")]
    KeysOutOfReach,
}

/// Tells tokens that count from those that do not.
#[derive(Debug)]
pub struct Verifier {
    trust: Trust,
    keys: Keys,
}

impl Verifier {
    pub fn new(trust: Trust, keys: Keys) -> Self {
        provider::install();
        Self { trust, keys }
    }

    /// Who is the bearer of this token?
    ///
    /// # Errors
    ///
    /// Why it is not believed. Only [`Refused::KeysOutOfReach`] may pass by itself.
    pub async fn identify(&self, token: &str, now: Timestamp) -> Result<Identity, Refused> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(Refused::Unreadable);
        }
        let header = decode_header(token).map_err(|_| Refused::Algorithm)?;
        // What an extension changes about a token is not ours to guess.
        if header.crit.is_some() {
            return Err(Refused::Algorithm);
        }
        let name = header.kid.ok_or(Refused::UnknownKey)?;
        let key = self.keys.named(&name, &self.trust.issuer, now).await?;
        if header.alg != key.algorithm {
            return Err(Refused::Algorithm);
        }
        let mut validation = Validation::new(key.algorithm);
        // The library would read the clock, and take a claim of the wrong type for none.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let decoded = decode::<Claims>(token, &key.key, &validation).map_err(refused)?;
        decoded.claims.check(&self.trust, now)
    }
}

fn refused(error: Error) -> Refused {
    let kind = error.into_kind();
    if matches!(kind, ErrorKind::InvalidSignature) {
        Refused::Signature
    } else if matches!(kind, ErrorKind::Json(_)) {
        Refused::Unreadable
    } else {
        Refused::Algorithm
    }
}

/// What is read of a token. Cognito writes a claim of one's own with `custom:` before it.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    exp: f64,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    email_verified: Option<Value>,
    #[serde(default, rename = "confab:workspace")]
    workspace: Option<String>,
    #[serde(default, rename = "custom:workspace")]
    custom_workspace: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn names(&self, audience: &str) -> bool {
        match self {
            Self::One(one) => one == audience,
            Self::Several(several) => several.iter().any(|one| one == audience),
        }
    }
}

impl Claims {
    fn check(self, trust: &Trust, now: Timestamp) -> Result<Identity, Refused> {
        if self.iss != trust.issuer.as_str() {
            return Err(Refused::Issuer);
        }
        if !self.aud.names(&trust.audience) {
            return Err(Refused::Audience);
        }
        let now = now.as_duration().as_secs_f64();
        if now >= self.exp + LEEWAY_S {
            return Err(Refused::Expired);
        }
        if self.nbf.is_some_and(|nbf| now < nbf - LEEWAY_S) {
            return Err(Refused::NotYet);
        }
        // Some issuers write the word instead of the value.
        let verified = match &self.email_verified {
            Some(Value::Bool(verified)) => *verified,
            Some(Value::String(text)) => text == "true",
            Some(_) | None => false,
        };
        let email = self.email.filter(|email| verified && !email.is_empty());
        let email = email.ok_or(Refused::EmailNotVerified)?;
        let workspace = self.workspace.or(self.custom_workspace);
        Ok(Identity {
            email: Private::new(email.to_lowercase()),
            workspace: workspace.and_then(|name| name.parse().ok()),
        })
    }
}
