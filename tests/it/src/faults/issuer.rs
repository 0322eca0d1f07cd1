//! The sign-in issuer changes its keys, is out of reach, or is asked for too much (S12).

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use jiff::{SignedDuration, Timestamp};
use local::issuer::{Bearer, Issuer};
use platform::oidc::{Keys, Refused, Trust, Verifier};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::world::START;

/// An issuer that publishes what it is told to, and counts how often it is asked.
struct Published {
    url: String,
    answer: Arc<Mutex<Option<Value>>>,
    asked: Arc<AtomicUsize>,
}

impl Published {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let url = format!("{base}/oidc");
        let (answer, asked) = (Arc::new(Mutex::new(None)), Arc::new(AtomicUsize::new(0)));
        let discovered = json!({ "issuer": url, "jwks_uri": format!("{base}/oidc/keys") });
        let (published, count) = (Arc::clone(&answer), Arc::clone(&asked));
        let keys = move || {
            count.fetch_add(1, Ordering::Relaxed);
            let answer: Option<Value> = published.lock().unwrap().clone();
            async move { answer.map(Json).ok_or(StatusCode::SERVICE_UNAVAILABLE) }
        };
        let router = Router::new()
            .route("/oidc/.well-known/openid-configuration", get(async || Json(discovered)))
            .route("/oidc/keys", get(keys));
        #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, answer, asked }
    }

    /// A key of this issuer, made now.
    fn key(&self) -> Issuer {
        let base = self.url.strip_suffix("/oidc").unwrap().parse().unwrap();
        Issuer::open(None, &base).unwrap()
    }

    fn publish(&self, keys: &[&Issuer]) {
        let one = |key: &&Issuer| key.published()["keys"][0].clone();
        let keys: Vec<Value> = keys.iter().map(one).collect();
        *self.answer.lock().unwrap() = Some(json!({ "keys": keys }));
    }

    fn falls_silent(&self) {
        *self.answer.lock().unwrap() = None;
    }

    fn verifier(&self) -> Verifier {
        let trust = Trust { issuer: self.url.parse().unwrap(), audience: "desk".to_owned() };
        Verifier::new(trust, Keys::published())
    }

    fn asked(&self) -> usize {
        self.asked.swap(0, Ordering::Relaxed)
    }
}

fn at(seconds: i64) -> Timestamp {
    START.parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
}

fn token(key: &Issuer) -> String {
    let workspace = local::provision::read(crate::world::ACME).unwrap().workspaces.remove(0);
    let user = workspace.users[0].clone();
    key.token(&Bearer { workspace: workspace.workspace.id, user, nonce: None }, at(0)).unwrap()
}

#[tokio::test]
async fn a_new_key_is_fetched_and_a_withdrawn_one_ends_within_the_hour() {
    let issuer = Published::new().await;
    let (old, new) = (issuer.key(), issuer.key());
    let verifier = issuer.verifier();
    let judged = async |key: &Issuer, seconds: i64| {
        verifier.identify(&token(key), at(seconds)).await.map(|_| ())
    };
    issuer.publish(&[&old]);
    assert_eq!((judged(&old, 0).await, issuer.asked()), (Ok(()), 1));
    assert_eq!((judged(&old, 1_000).await, issuer.asked()), (Ok(()), 0), "it is known");
    issuer.publish(&[&new]);
    assert_eq!((judged(&old, 1_001).await, issuer.asked()), (Ok(()), 0), "nobody asked why");
    assert_eq!((judged(&new, 1_002).await, issuer.asked()), (Ok(()), 1));
    assert_eq!(judged(&old, 1_100).await, Err(Refused::UnknownKey));
    issuer.asked();

    issuer.publish(&[&old]);
    assert_eq!((judged(&new, 4_601).await, issuer.asked()), (Ok(()), 0));
    let hour_after = (judged(&new, 4_702).await, issuer.asked());
    assert_eq!(hour_after, (Err(Refused::UnknownKey), 1));
}

#[tokio::test]
async fn known_keys_outlive_an_outage_of_the_issuer() {
    let issuer = Published::new().await;
    let (key, new) = (issuer.key(), issuer.key());
    let verifier = issuer.verifier();
    let judged = async |key: &Issuer, seconds: i64| {
        verifier.identify(&token(key), at(seconds)).await.map(|_| ())
    };
    assert_eq!(judged(&key, 0).await, Err(Refused::KeysOutOfReach));
    issuer.publish(&[&key]);
    assert_eq!(judged(&key, 31).await, Ok(()));
    issuer.falls_silent();
    for hours in 1..10 {
        assert_eq!(judged(&key, hours * 3600).await, Ok(()), "after {hours} hours");
    }
    assert_eq!(judged(&new, 36_000).await, Err(Refused::UnknownKey));
}

#[tokio::test]
async fn a_flood_of_unknown_keys_is_no_flood_at_the_issuer() {
    let issuer = Published::new().await;
    let known = issuer.key();
    issuer.publish(&[&known]);
    let verifier = issuer.verifier();
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    for second in 0..300 {
        let judged = verifier.identify(&token(&issuer.key()), at(second)).await;
        *refused.entry(judged.unwrap_err().to_string()).or_default() += 1;
    }
    assert_eq!(refused, BTreeMap::from([(Refused::UnknownKey.to_string(), 300)]));
    assert_eq!(issuer.asked(), 10, "every half minute");
    assert!(verifier.identify(&token(&known), at(300)).await.is_ok());
}
