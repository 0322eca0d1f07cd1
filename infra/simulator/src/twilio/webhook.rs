//! The signature of Twilio's webhooks, and how often they are tried.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use axum::body::Bytes;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::outbox::{About, Attempt, Draft, Then};
use crate::world::{Scene, World, takes};

/// Fields in the order in which they are sent.
pub(super) type Form = Vec<(&'static str, String)>;

/// A signed form on its way to an address.
pub(super) fn draft(
    world: &mut World,
    scene: Scene<'_>,
    url: &str,
    form: &[(String, String)],
    about: About,
) -> Draft {
    // "The fragment is not part of the signed URL."
    let url = url.split('#').next().unwrap_or_default();
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(form);
    let secret = scene.account.secret("auth_token");
    let headers = vec![
        ("content-type", "application/x-www-form-urlencoded; charset=UTF-8".to_owned()),
        ("user-agent", "TwilioProxy/1.1".to_owned()),
        ("i-twilio-idempotency-token", world.dice.hex(32)),
        ("x-twilio-signature", signature(secret, url, form)),
    ];
    Draft {
        about,
        url: url.to_owned(),
        headers,
        body: Bytes::from(body.finish()),
        takes: takes(&mut world.dice, 60, 250),
    }
}

/// "The full URL, then each name and value, sorted": a repeated name's values are sorted and each
/// counts once (<https://www.twilio.com/docs/usage/security#validating-requests>).
fn signature(secret: &str, url: &str, form: &[(String, String)]) -> String {
    let mut sorted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, value) in form {
        sorted.entry(name).or_default().insert(value);
    }
    let mut mac =
        Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(url.as_bytes());
    for (name, values) in sorted {
        for value in values {
            mac.update(name.as_bytes());
            mac.update(value.as_bytes());
        }
    }
    STANDARD.encode(mac.finalize().into_bytes())
}

pub(super) fn owned(form: Form) -> Vec<(String, String)> {
    form.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Which failures are worth a retry, and how many: "`rc` default 1, `rp` default `ct`", in the
/// address's fragment
/// (<https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides>).
struct Overrides<'a> {
    retries: u32,
    policies: Vec<&'a str>,
}

const RETRIES_MAX: u32 = 5;

impl<'a> Overrides<'a> {
    fn of(url: &'a str) -> Self {
        let fragment = url.split_once('#').map_or("", |(_, fragment)| fragment);
        let value = |name: &str| {
            let mut pairs = fragment.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
        };
        Self {
            retries: value("rc").and_then(|rc| rc.parse().ok()).unwrap_or(1).min(RETRIES_MAX),
            policies: value("rp").unwrap_or("ct").split(',').collect(),
        }
    }

    fn covers(&self, attempt: &Attempt) -> bool {
        let failure = match attempt {
            Attempt::Answered { status: 400..=499, .. } => "4xx",
            Attempt::Answered { .. } => "5xx",
            Attempt::NoAnswer { connected: false, .. } => "ct",
            Attempt::NoAnswer { connected: true, .. } => "rt",
        };
        self.policies.iter().any(|policy| *policy == failure || *policy == "all")
    }
}

/// An inbound message whose webhook fails with 5xx is not retried unless the address asks for it.
pub(crate) fn again(attempt: &Attempt, attempts: u32, url: &str) -> Then {
    if attempt.is_success() {
        return Then::Taken;
    }
    let overrides = Overrides::of(url);
    if attempts <= overrides.retries && overrides.covers(attempt) {
        return Then::Again(Duration::from_secs(1));
    }
    Then::GivenUp
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn signatures_are_those_that_twilio_publishes() {
        let call = |caller| {
            form(&[
                ("To", "+18005551212"),
                ("CallSid", "CA1234567890ABCDE"),
                ("Caller", caller),
                ("Digits", "1234"),
                ("From", caller),
            ])
        };
        for (url, fields, expected) in [
            // https://www.twilio.com/docs/usage/security, the worked example.
            (
                "https://example.com/myapp.php?foo=1&bar=2",
                call("+14158675310"),
                "L/OH5YylLD5NRKLltdqwSvS0BnU=",
            ),
            // twilio/twilio-python, tests/unit/test_request_validator.py.
            (
                "https://mycompany.com/myapp.php?foo=1&bar=2",
                call("+14158675309"),
                "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
            ),
            (
                "http://mycompany.com:1234/myapp.php?foo=1&bar=2",
                call("+14158675309"),
                "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=",
            ),
            (
                "https://mycompany.com/myapp.php?foo=1&bar=2",
                form(&[
                    ("Sid", "CA123"),
                    ("SidAccount", "AC123"),
                    ("Digits", "5678"),
                    ("Digits", "1234"),
                    ("Digits", "1234"),
                ]),
                "IK+Dwps556ElfBT0I3Rgjkr1wJU=",
            ),
        ] {
            assert_eq!(signature("12345", url, &fields), expected, "{url}");
        }
    }

    #[test]
    fn twilio_tries_again_only_what_the_address_asks_for() {
        let status = |status| Attempt::Answered { status, retry_after: None, body: Bytes::new() };
        let unconnected = Attempt::NoAnswer { connected: false, reason: String::new() };
        let unanswered = Attempt::NoAnswer { connected: true, reason: String::new() };
        let again = |attempt: &Attempt, attempts, url| match super::again(attempt, attempts, url) {
            Then::Taken => "taken",
            Then::Again(_) => "again",
            Then::GivenUp => "dropped",
        };
        let plain = "https://x/y";
        assert_eq!(again(&status(204), 1, plain), "taken");
        assert_eq!(again(&status(500), 1, plain), "dropped");
        assert_eq!(again(&unanswered, 1, plain), "dropped");
        assert_eq!(again(&unconnected, 1, plain), "again");
        assert_eq!(again(&unconnected, 2, plain), "dropped");
        let asked = "https://x/y#rc=5&rp=5xx,rt";
        assert_eq!(again(&status(500), 5, asked), "again");
        assert_eq!(again(&status(500), 6, asked), "dropped");
        assert_eq!(again(&status(404), 1, asked), "dropped");
        assert_eq!(again(&unanswered, 1, asked), "again");
        assert_eq!(again(&status(404), 1, "https://x/y#rc=9&rp=all"), "again");
    }
}
