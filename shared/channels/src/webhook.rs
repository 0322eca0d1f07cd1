//! A webhook before and after it is proven genuine.
//!
//! The two are different types, and only `verify` of a channel makes one of the other: what is not
//! verified cannot be cut into parts or handed on.

use domain::id::AccountId;
use domain::job::{InboundJob, WebhookPart};
use domain::private::Words;
use http::HeaderMap;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// A request to an account's webhook, as it came.
#[derive(Clone, Copy)]
pub struct UnverifiedWebhook<'a> {
    /// The address the provider was given, with the query as it was sent: from configuration, never
    /// rebuilt from what the request says of itself.
    pub url: &'a str,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
    /// When it came.
    pub at: Timestamp,
}

/// Without what it says: the headers may hold a secret, the body what people write.
impl std::fmt::Debug for UnverifiedWebhook<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UnverifiedWebhook").field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}

impl<'a> UnverifiedWebhook<'a> {
    /// A header that is there exactly once. Gateways join repeated headers with commas, and then the
    /// value no longer matches anything.
    pub(crate) fn header(&self, name: &str) -> Result<&'a str, Rejected> {
        let mut values = self.headers.get_all(name).iter();
        let (first, second) = (values.next(), values.next());
        match (first, second) {
            (None, _) => Err(Rejected::NoSignature),
            (Some(value), None) => value.to_str().map_err(|_| Rejected::BadSignature),
            (Some(_), Some(_)) => Err(Rejected::BadSignature),
        }
    }

    pub(crate) fn query(&self) -> &'a str {
        let url = self.url.split_once('#').map_or(self.url, |(before, _)| before);
        url.split_once('?').map_or("", |(_, query)| query)
    }

    /// The name of the account, as the address ends in it.
    pub(crate) fn account(&self) -> &'a str {
        let path = self.url.split(['?', '#']).next().unwrap_or_default();
        path.rsplit('/').next().unwrap_or_default()
    }

    /// To be called by a channel that has checked the proof, and by nobody else.
    pub(crate) fn verified(self) -> VerifiedWebhook<'a> {
        VerifiedWebhook(self)
    }
}

/// A request that the provider has proven to have sent.
#[derive(Debug)]
pub struct VerifiedWebhook<'a>(UnverifiedWebhook<'a>);

impl VerifiedWebhook<'_> {
    pub(crate) fn body(&self) -> &[u8] {
        self.0.body
    }

    pub(crate) fn query(&self) -> &str {
        self.0.query()
    }
}

/// Why a webhook is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejected {
    NoSignature,
    BadSignature,
    /// The account has no secret to check against.
    NoSecret,
}

/// Which queue a part belongs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// In order, for one sender.
    Messages,
    /// In any order: a receipt only ever raises a message's status.
    Receipts,
}

/// A part of a verified webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub lane: Lane,
    /// Who it is about, in the provider's words; parts of one sender stay in order.
    sender: Words,
    body: Words,
}

impl Part {
    pub(crate) fn new(lane: Lane, sender: &str, body: impl Into<String>) -> Self {
        Self { lane, sender: Words::from(sender), body: Words::new(body.into()) }
    }

    /// What keeps the parts of one sender in order, without naming them.
    pub fn group(&self, account: &AccountId) -> String {
        fingerprint(&[account.as_str(), self.sender.reveal()])
    }

    /// What a queue recognises a repeated part by.
    pub fn deduplication(&self, account: &AccountId) -> String {
        fingerprint(&[account.as_str(), self.body.reveal()])
    }

    /// The request to read this part.
    pub fn into_job(self, account: AccountId, received_at: Timestamp) -> InboundJob {
        InboundJob::WebhookV1(WebhookPart { account, received_at, body: self.body })
    }
}

/// The first 128 bits of a SHA-256 over the parts, none of which can be mistaken for two.
pub(crate) fn fingerprint(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex::encode(&hash.finalize()[..16])
}

/// What the provider wants to hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    pub content_type: &'static str,
    pub body: String,
}

impl Acknowledgement {
    pub const EMPTY: Self = Self { content_type: "text/plain", body: String::new() };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_is_what_stands_between_the_path_and_the_fragment() {
        let headers = HeaderMap::new();
        let at = Timestamp::UNIX_EPOCH;
        let query = |url| UnverifiedWebhook { url, headers: &headers, body: b"", at }.query();
        assert_eq!(query("https://desk.example/s?mid=1&a=2"), "mid=1&a=2");
        assert_eq!(query("https://desk.example/s?mid=1#rc=5&rp=all"), "mid=1");
        assert_eq!(query("https://desk.example/s?a=?"), "a=?");
        for none in ["https://desk.example/s", "https://desk.example/s#rc=5?mid=1", ""] {
            assert_eq!(query(none), "", "{none}");
        }
    }

    #[test]
    fn parts_are_told_apart_by_account_sender_and_body_and_never_mixed_up() {
        let (one, other) = ("a".parse().unwrap(), "ab".parse().unwrap());
        let part = |sender, body: &str| Part::new(Lane::Messages, sender, body);
        assert_eq!(part("1", "x").group(&one), part("1", "y").group(&one));
        assert_ne!(part("1", "x").group(&one), part("2", "x").group(&one));
        assert_ne!(part("bc", "x").group(&one), part("c", "x").group(&other));
        assert_eq!(part("1", "x").deduplication(&one), part("2", "x").deduplication(&one));
        assert_ne!(part("1", "x").deduplication(&one), part("1", "y").deduplication(&one));
        assert_ne!(part("1", "x").deduplication(&one), part("1", "x").group(&one));
    }
}
