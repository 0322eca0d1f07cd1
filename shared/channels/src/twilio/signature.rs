//! `X-Twilio-Signature`: an HMAC over the address as Twilio requested it and the form it posted.
//!
//! <https://www.twilio.com/docs/usage/security#validating-requests>

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::UnverifiedWebhook;

/// Whether `given` is the signature of this webhook under `token`.
///
/// Twilio is inconsistent about the port in the address, and its own library also accepts an older
/// way of writing a quote in the query; so up to four spellings of the one configured address count.
/// What the request says of its own address never does.
pub(super) fn matches(webhook: &UnverifiedWebhook<'_>, given: &str, token: &str) -> bool {
    let Ok(given) = STANDARD.decode(given) else { return false };
    let is_form = webhook
        .headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"));
    let form = if is_form { canonical(webhook.body) } else { String::new() };
    if !is_form && !webhook.body.is_empty() && !body_hash_matches(webhook) {
        return false;
    }
    spellings(webhook.url).iter().any(|url| signs(token, url, &form, &given))
}

fn signs(token: &str, url: &str, form: &str, given: &[u8]) -> bool {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(token.as_bytes()) else { return false };
    mac.update(url.as_bytes());
    mac.update(form.as_bytes());
    mac.verify_slice(given).is_ok()
}

/// Names in byte order, the values of a repeated name sorted and each only once.
fn canonical(form: &[u8]) -> String {
    let mut parameters: BTreeMap<Cow<'_, str>, BTreeSet<Cow<'_, str>>> = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(form) {
        parameters.entry(name).or_default().insert(value);
    }
    let mut text = String::new();
    for (name, values) in &parameters {
        for value in values {
            text.push_str(name);
            text.push_str(value);
        }
    }
    text
}

/// A body that is not a form is signed by its hash in the query.
fn body_hash_matches(webhook: &UnverifiedWebhook<'_>) -> bool {
    let claimed = form_urlencoded::parse(webhook.query().as_bytes())
        .find_map(|(name, value)| (name == "bodySHA256").then_some(value));
    let Some(claimed) = claimed.and_then(|claimed| hex::decode(claimed.as_bytes()).ok()) else {
        return false;
    };
    Sha256::digest(webhook.body).ct_eq(claimed.as_slice()).into()
}

fn spellings(url: &str) -> Vec<String> {
    let url = url.split_once('#').map_or(url, |(before, _)| before);
    let other = other_port(url);
    let mut spellings = vec![url.to_owned()];
    spellings.extend(other);
    let quoted: Vec<String> = spellings
        .iter()
        .filter_map(|url| url.split_once('?'))
        .filter(|(_, query)| query.contains('\''))
        .map(|(address, query)| format!("{address}?{}", query.replace('\'', "%27")))
        .collect();
    spellings.extend(quoted);
    spellings
}

/// The same address with its standard port written out, or left out.
fn other_port(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return None,
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host_start = authority.rfind('@').map_or(0, |at| at + 1);
    if let Some(without) = authority.strip_suffix(port) {
        Some(format!("{scheme}://{without}{path}"))
    } else if authority[host_start..].contains(':') {
        None
    } else {
        Some(format!("{scheme}://{authority}{port}{path}"))
    }
}

#[cfg(test)]
mod tests {
    use domain::account::Secrets;
    use domain::private::Secret;
    use http::header::{CONTENT_TYPE, HOST};
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::super::SMS;
    use super::*;
    use crate::Channel;
    use crate::conformance::Signature;

    const TOKEN: &str = "12345";
    const AT: jiff::Timestamp = jiff::Timestamp::UNIX_EPOCH;
    const FORM: &str = "application/x-www-form-urlencoded";
    const BODY: &[u8] = b"MessageSid=SM1&From=%2B15555550123&Body=Hello+there";

    fn secrets(tokens: &[(&str, &str)]) -> Secrets {
        tokens.iter().map(|(key, token)| ((*key).to_owned(), Secret::from(*token))).collect()
    }

    /// Whether a request to `url` is believed whose signature is over `signed`.
    fn is_believed(url: &str, signed: &str, spoofed: &[(&str, &str)]) -> bool {
        let value = Signature::TwilioForm.sign(TOKEN, signed, BODY);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(FORM));
        headers.insert("x-twilio-signature", value.parse().unwrap());
        headers.insert(HOST, HeaderValue::from_static("desk.example"));
        for (name, value) in spoofed {
            headers.insert(HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        let webhook = UnverifiedWebhook { url, headers: &headers, body: BODY, at: AT };
        SMS.verify(webhook, &secrets(&[("auth_token", TOKEN)])).is_ok()
    }

    /// The configured address with the query as it came, and the address as Twilio signed it.
    const SAME: &[(&str, &str)] = &[
        ("https://desk.example/webhooks/sms1", "https://desk.example/webhooks/sms1"),
        ("https://desk.example/webhooks/sms1", "https://desk.example:443/webhooks/sms1"),
        ("https://desk.example:443/webhooks/sms1", "https://desk.example/webhooks/sms1"),
        ("https://desk.example:443/webhooks/sms1", "https://desk.example:443/webhooks/sms1"),
        ("http://desk.example/webhooks/sms1", "http://desk.example/webhooks/sms1"),
        ("http://desk.example/webhooks/sms1", "http://desk.example:80/webhooks/sms1"),
        ("http://desk.example:80/webhooks/sms1", "http://desk.example/webhooks/sms1"),
        ("https://desk.example:8443/webhooks/sms1", "https://desk.example:8443/webhooks/sms1"),
        // A stage of an API gateway is part of the path.
        (
            "https://a1.gateway.example/prod/webhooks/s",
            "https://a1.gateway.example/prod/webhooks/s",
        ),
        (
            "https://a1.gateway.example/prod/webhooks/s",
            "https://a1.gateway.example:443/prod/webhooks/s",
        ),
        ("https://desk.example/s?mid=cv%3A12%3A1", "https://desk.example/s?mid=cv%3A12%3A1"),
        ("https://desk.example/s?mid=cv%3A12%3A1", "https://desk.example:443/s?mid=cv%3A12%3A1"),
        ("https://desk.example/s?b=2&a=1", "https://desk.example/s?b=2&a=1"),
        ("https://desk.example/s?a=2&a=1&a=2", "https://desk.example/s?a=2&a=1&a=2"),
        ("https://desk.example/s?a=x+y", "https://desk.example/s?a=x+y"),
        ("https://desk.example/s?a=x%20y", "https://desk.example/s?a=x%20y"),
        ("https://desk.example/s?a=It's+it", "https://desk.example/s?a=It's+it"),
        ("https://desk.example/s?a=It's+it", "https://desk.example/s?a=It%27s+it"),
        ("https://desk.example/s?a='x'", "https://desk.example:443/s?a=%27x%27"),
        ("https://desk.example/s?a=It%27s", "https://desk.example/s?a=It%27s"),
        ("https://user:pass@desk.example/s?a=1", "https://user:pass@desk.example/s?a=1"),
        ("https://user:pass@desk.example/s?a=1", "https://user:pass@desk.example:443/s?a=1"),
        ("https://user@desk.example:443/s", "https://user@desk.example/s"),
        // Twilio's options after the `#` are not part of what it requests.
        ("https://desk.example/s#rc=5&rp=all", "https://desk.example/s"),
        ("https://desk.example/s#rc=5&rp=all", "https://desk.example:443/s"),
        ("https://desk.example/s?a=1#rc=5&rp=all", "https://desk.example/s?a=1"),
        ("https://desk.example/s?", "https://desk.example/s?"),
        ("https://desk.example/s/", "https://desk.example/s/"),
        ("https://desk.example", "https://desk.example:443"),
        ("https://desk.example?a=1", "https://desk.example:443?a=1"),
        ("https://[2001:db8::1]/s", "https://[2001:db8::1]/s"),
        ("https://desk.example/w%C3%A4/s", "https://desk.example/w%C3%A4/s"),
    ];

    const OTHER: &[(&str, &str)] = &[
        ("https://desk.example/s", "https://evil.example/s"),
        ("https://desk.example/s", "https://desk.example.evil.example/s"),
        ("https://desk.example/s", "https://evil-desk.example/s"),
        ("https://desk.example/s", "https://a.desk.example/s"),
        ("https://desk.example/s", "https://example/s"),
        ("https://desk.example/s", "https://DESK.example/s"),
        ("https://desk.example/s", "https://desk.example./s"),
        ("https://desk.example/s", "https://evil.example/desk.example/s"),
        ("https://desk.example/s", "https://desk.example@evil.example/s"),
        ("https://desk.example/s", "https://evil.example#@desk.example/s"),
        ("https://desk.example/s", "https://desk.example:8443/s"),
        ("https://desk.example/s", "https://desk.example:80/s"),
        ("https://desk.example/s", "https://desk.example:443:443/s"),
        ("https://desk.example/s", "https://desk.example:/s"),
        ("https://desk.example:8443/s", "https://desk.example/s"),
        ("https://desk.example:8443/s", "https://desk.example:443/s"),
        ("http://desk.example/s", "http://desk.example:443/s"),
        ("http://desk.example/s", "https://desk.example/s"),
        ("https://desk.example/s", "http://desk.example/s"),
        ("https://desk.example/s", "http://desk.example:443/s"),
        ("https://a1.gateway.example/prod/s", "https://a1.gateway.example/s"),
        ("https://a1.gateway.example/s", "https://a1.gateway.example/prod/s"),
        ("https://a1.gateway.example/prod/s", "https://a1.gateway.example/test/s"),
        ("https://desk.example/prod/s", "https://a1.gateway.example/prod/s"),
        ("https://desk.example/webhooks/sms1", "https://desk.example/webhooks/sms2"),
        ("https://desk.example/s", "https://desk.example/s/"),
        ("https://desk.example/s/", "https://desk.example/s"),
        ("https://desk.example/s", "https://desk.example//s"),
        ("https://desk.example/s", "https://desk.example/S"),
        ("https://desk.example/s", "https://desk.example/%73"),
        ("https://desk.example/s?a=1", "https://desk.example/s"),
        ("https://desk.example/s", "https://desk.example/s?a=1"),
        ("https://desk.example/s", "https://desk.example/s?"),
        ("https://desk.example/s?b=2&a=1", "https://desk.example/s?a=1&b=2"),
        ("https://desk.example/s?a=1&a=1", "https://desk.example/s?a=1"),
        ("https://desk.example/s?a=1&a=2", "https://desk.example/s?a=2&a=1"),
        ("https://desk.example/s?a=x+y", "https://desk.example/s?a=x%20y"),
        ("https://desk.example/s?a=x%20y", "https://desk.example/s?a=x+y"),
        ("https://desk.example/s?mid=cv%3A1", "https://desk.example/s?mid=cv:1"),
        ("https://desk.example/s?mid=cv%3A1", "https://desk.example/s?mid=cv%3a1"),
        ("https://desk.example/s?mid=cv%3A1", "https://desk.example/s?mid=cv%3A2"),
        ("https://desk.example/s?a=It%27s", "https://desk.example/s?a=It's"),
        ("https://desk.example/s?a='x'", "https://desk.example/s?a=%27x'"),
        ("https://desk.example/s?a=\"x\"", "https://desk.example/s?a=%22x%22"),
        ("https://desk.example/o'clock", "https://desk.example/o%27clock"),
        ("https://desk.example/s#rc=5", "https://desk.example/s#rc=5"),
        ("https://desk.example/s?a=1#rc=5", "https://desk.example/s?a=1#rc=5"),
        ("https://desk.example/s#rc=5?a=1", "https://desk.example/s?a=1"),
        ("https://user:pass@desk.example/s", "https://desk.example/s"),
        ("https://desk.example/s", "https://user:pass@desk.example/s"),
        ("https://user:pass@desk.example/s", "https://user:other@desk.example/s"),
        ("https://user:pass@desk.example/s", "https://user@desk.example/s"),
        ("https://[2001:db8::1]/s", "https://[2001:db8::2]/s"),
        ("https://desk.example/s", "/s"),
        ("https://desk.example/s", ""),
    ];

    #[test]
    fn the_configured_address_is_believed_in_the_spellings_twilio_has_for_it() {
        for (url, signed) in SAME {
            assert!(is_believed(url, signed, &[]), "{url} signed as {signed}");
        }
    }

    #[test]
    fn no_other_address_is_believed() {
        for (url, signed) in OTHER {
            assert!(!is_believed(url, signed, &[]), "{url} signed as {signed}");
        }
    }

    #[test]
    fn what_a_request_says_of_its_own_address_counts_for_nothing() {
        let (url, elsewhere) = ("https://desk.example/s", "https://evil.example/s");
        let headers = [
            ("host", "evil.example"),
            ("x-forwarded-host", "evil.example"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-port", "443"),
            ("x-forwarded-path", "/s"),
            ("x-forwarded-prefix", "/prod"),
            ("x-forwarded-server", "evil.example"),
            ("x-original-host", "evil.example"),
            ("x-original-url", elsewhere),
            ("x-rewrite-url", elsewhere),
            ("x-host", "evil.example"),
            ("forwarded", "host=evil.example;proto=https"),
            ("referer", elsewhere),
            ("origin", "https://evil.example"),
        ];
        for (place, header) in headers.iter().enumerate() {
            assert!(!is_believed(url, elsewhere, &[*header]), "{header:?}");
            assert!(!is_believed(url, elsewhere, &headers[..=place]), "{header:?} and before");
            assert!(is_believed(url, url, &[*header]), "{header:?}");
        }
    }

    #[test]
    fn either_token_counts_while_they_are_rotated() {
        let url = "https://desk.example/s";
        let headers = |token: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(FORM));
            let value = Signature::TwilioForm.sign(token, url, BODY);
            headers.insert("x-twilio-signature", value.parse().unwrap());
            headers
        };
        let both = secrets(&[("auth_token", "new"), ("secondary_auth_token", "old")]);
        for (token, believed) in [("new", true), ("old", true), ("older", false), ("", false)] {
            let headers = headers(token);
            let webhook = UnverifiedWebhook { url, headers: &headers, body: BODY, at: AT };
            assert_eq!(SMS.verify(webhook, &both).is_ok(), believed, "{token:?}");
        }
        // An empty second token is no token.
        let one = secrets(&[("auth_token", "new"), ("secondary_auth_token", "")]);
        let headers = headers("");
        assert!(
            SMS.verify(UnverifiedWebhook { url, headers: &headers, body: BODY, at: AT }, &one)
                .is_err()
        );
    }

    /// Whether a body is believed that came as `content_type`, under a signature over the address
    /// and `form`.
    fn is_body_believed(url: &str, content_type: Option<&str>, form: &[u8], body: &[u8]) -> bool {
        let mut headers = HeaderMap::new();
        if let Some(kind) = content_type {
            headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        }
        let value = Signature::TwilioForm.sign(TOKEN, url, form);
        headers.insert("x-twilio-signature", value.parse().unwrap());
        let webhook = UnverifiedWebhook { url, headers: &headers, body, at: AT };
        SMS.verify(webhook, &secrets(&[("auth_token", TOKEN)])).is_ok()
    }

    #[test]
    fn a_form_is_one_by_its_content_type_however_that_is_written() {
        let url = "https://desk.example/s";
        for kind in [
            FORM,
            "application/x-www-form-urlencoded; charset=UTF-8",
            "application/x-www-form-urlencoded ;charset=utf-8",
            "Application/X-WWW-Form-URLEncoded",
        ] {
            assert!(is_body_believed(url, Some(kind), BODY, BODY), "{kind}");
        }
        for kind in [None, Some(""), Some("text/plain"), Some("application/json")] {
            assert!(!is_body_believed(url, kind, BODY, BODY), "{kind:?}");
            assert!(!is_body_believed(url, kind, b"", BODY), "{kind:?}");
        }
    }

    #[test]
    fn any_other_body_is_believed_by_its_hash_in_the_address_alone() {
        let json = br#"{"property": "value", "boolean": true}"#;
        let hash = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
        let url = format!("https://desk.example/s?a=1&bodySHA256={hash}");
        let kind = Some("application/json");
        assert!(is_body_believed(&url, kind, b"", json));
        assert!(!is_body_believed(&url, kind, b"", b"{}"));
        assert!(!is_body_believed(&url, Some(FORM), b"", json));
        for url in [
            "https://desk.example/s".to_owned(),
            "https://desk.example/s?bodySHA256=".to_owned(),
            format!("https://desk.example/s#bodySHA256={hash}"),
            format!("https://desk.example/s?bodysha256={hash}"),
            format!("https://desk.example/s?bodySHA256={}", &hash[..62]),
            format!("https://desk.example/s?bodySHA256={}&bodySHA256={hash}", "0".repeat(64)),
        ] {
            assert!(!is_body_believed(&url, kind, b"", json), "{url}");
        }
    }
}
