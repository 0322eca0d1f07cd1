//! The keys that an issuer signs with: handed in, or fetched from where it publishes them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use http::{Request, StatusCode};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse,
};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tracing::warn;

use super::{Issuer, Refused};
use crate::batch::chain;
use crate::http::{ProviderClient, RequestError};

/// A token with a name nobody knows has the keys fetched, but not more often than this: otherwise
/// a flood of such tokens would be a flood at the issuer.
const FETCHED_AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(30);
/// A key that the issuer withdraws is not believed for longer than this.
const FRESH_FOR: SignedDuration = SignedDuration::from_hours(1);

/// A key that counts, with the one algorithm it is for.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    pub(super) key: DecodingKey,
}

/// Keys by name.
#[derive(Debug, Clone, Default)]
pub struct KeySet(HashMap<String, Arc<Key>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a set of keys")]
pub struct BadKeySet;

impl KeySet {
    /// Reads a set (RFC 7517). Keys that are for something else, or of a kind we do not know, are
    /// left out.
    ///
    /// # Errors
    ///
    /// If it is no set of keys.
    pub fn read(json: &[u8]) -> Result<Self, BadKeySet> {
        let set: JwkSet = serde_json::from_slice(json).map_err(|_| BadKeySet)?;
        Ok(Self::of(&set))
    }

    fn of(set: &JwkSet) -> Self {
        Self(set.keys.iter().filter_map(usable).collect())
    }
}

fn usable(jwk: &Jwk) -> Option<(String, Arc<Key>)> {
    let name = jwk.common.key_id.clone()?;
    let (algorithm, named) = if let AlgorithmParameters::RSA(_) = &jwk.algorithm {
        (Algorithm::RS256, KeyAlgorithm::RS256)
    } else if let AlgorithmParameters::EllipticCurve(point) = &jwk.algorithm
        && point.curve == EllipticCurve::P256
    {
        (Algorithm::ES256, KeyAlgorithm::ES256)
    } else {
        return None;
    };
    let for_this = jwk.common.key_algorithm.is_none_or(|algorithm| algorithm == named);
    let to_sign =
        jwk.common.public_key_use.as_ref().is_none_or(|what| *what == PublicKeyUse::Signature);
    if !for_this || !to_sign {
        return None;
    }
    let key = DecodingKey::from_jwk(jwk).ok()?;
    Some((name, Arc::new(Key { algorithm, key })))
}

/// Where an issuer's keys come from.
#[derive(Debug)]
pub enum Keys {
    /// The issuer is in this process.
    Fixed(KeySet),
    Published(Published),
}

impl Keys {
    /// The keys that the issuer publishes, fetched when they are first needed.
    pub fn published() -> Self {
        Self::Published(Published::default())
    }

    pub(super) async fn named(
        &self,
        name: &str,
        issuer: &Issuer,
        now: Timestamp,
    ) -> Result<Arc<Key>, Refused> {
        match self {
            Self::Fixed(KeySet(keys)) => keys.get(name).cloned().ok_or(Refused::UnknownKey),
            Self::Published(published) => published.named(name, issuer, now).await,
        }
    }
}

/// What an issuer has published when we last asked.
#[derive(Debug, Default)]
pub struct Published {
    kept: Mutex<Kept>,
    /// One asks, the others wait for what it learns.
    asking: tokio::sync::Mutex<()>,
    /// Whoever calls with an API key alone never needs it.
    client: OnceLock<ProviderClient>,
}

#[derive(Debug, Default)]
struct Kept {
    keys: KeySet,
    learned_at: Option<Timestamp>,
    asked_at: Option<Timestamp>,
}

impl Kept {
    fn is_older(at: Option<Timestamp>, now: Timestamp, than: SignedDuration) -> bool {
        at.is_none_or(|at| now.duration_since(at) >= than)
    }

    /// Whether the issuer has to be asked before a token with a key of this name is judged.
    fn has_to_ask(&self, name: &str, now: Timestamp) -> bool {
        let missing = !self.keys.0.contains_key(name);
        (missing || Self::is_older(self.learned_at, now, FRESH_FOR))
            && Self::is_older(self.asked_at, now, FETCHED_AGAIN_AFTER)
    }

    fn answer(&self, name: &str) -> Result<Arc<Key>, Refused> {
        let never = self.learned_at.is_none();
        let unknown = if never { Refused::KeysOutOfReach } else { Refused::UnknownKey };
        self.keys.0.get(name).cloned().ok_or(unknown)
    }
}

impl Published {
    async fn named(
        &self,
        name: &str,
        issuer: &Issuer,
        now: Timestamp,
    ) -> Result<Arc<Key>, Refused> {
        if self.kept(|kept| kept.has_to_ask(name, now)) {
            let _alone = self.asking.lock().await;
            if self.kept(|kept| kept.has_to_ask(name, now)) {
                self.ask(issuer, now).await;
            }
        }
        self.kept(|kept| kept.answer(name))
    }

    fn kept<T>(&self, with: impl FnOnce(&mut Kept) -> T) -> T {
        with(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Learns the issuer's keys. If it does not answer, those known before go on counting.
    async fn ask(&self, issuer: &Issuer, now: Timestamp) {
        self.kept(|kept| kept.asked_at = Some(now));
        match self.fetch(issuer).await {
            Ok(keys) => self.kept(|kept| {
                kept.keys = keys;
                kept.learned_at = Some(now);
            }),
            Err(failed) => {
                warn!("The keys of the sign-in issuer were not fetched: {}", chain(&failed));
            }
        }
    }

    async fn fetch(&self, issuer: &Issuer) -> Result<KeySet, FetchError> {
        #[derive(Deserialize)]
        struct Discovered {
            issuer: String,
            jwks_uri: String,
        }
        let discovered: Discovered = self.get(&issuer.discovery(), issuer).await?;
        if discovered.issuer != issuer.as_str() {
            return Err(FetchError::Another);
        }
        let set: JwkSet = self.get(&discovered.jwks_uri, issuer).await?;
        Ok(KeySet::of(&set))
    }

    async fn get<T: DeserializeOwned>(&self, url: &str, issuer: &Issuer) -> Result<T, FetchError> {
        let request = Request::get(url).body(Vec::new()).map_err(|_| FetchError::NotAnAddress)?;
        let client = self.client.get_or_init(ProviderClient::new);
        // The operator names the issuer, so its own address is allowed whatever it is.
        let answer = client.call(request, Some(issuer.as_str())).await?;
        if answer.status() != StatusCode::OK {
            return Err(FetchError::Answered(answer.status()));
        }
        Ok(serde_json::from_slice(answer.body())?)
    }
}

#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error("what the issuer says of itself is not an address")]
    NotAnAddress,
    #[error("the issuer calls itself something else")]
    Another,
    #[error("the issuer answered {0}")]
    Answered(StatusCode),
    #[error(transparent)]
    Request(#[from] RequestError),
    #[error("the issuer's answer cannot be read")]
    Unreadable(#[from] serde_json::Error),
}
