//! Published signature vectors, through [`Channel::verify`]; each with its source in
//! `fixtures/vectors.json`.

use domain::account::Secrets;
use domain::private::Secret;
use http::{HeaderMap, HeaderValue};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Signature;
use super::kit::Arrival;
use crate::{Channel, by_name};

#[derive(Clone, Deserialize)]
struct Vector {
    /// The provider, which may have several channels.
    channel: String,
    name: String,
    #[serde(default)]
    secret: Option<String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    params: Option<serde_json::Map<String, Value>>,
    expected: String,
    valid: bool,
    source: String,
}

fn published(provider: &str) -> Vec<Vector> {
    let all: Vec<Vector> = serde_json::from_str(include_str!("../fixtures/vectors.json")).unwrap();
    assert!(all.iter().all(|vector| !vector.source.is_empty()));
    all.into_iter().filter(|vector| vector.channel == provider).collect()
}

/// A vector as a request, with the account it was made for.
struct Claim {
    channel: &'static dyn Channel,
    arrival: Arrival,
    secrets: Secrets,
}

impl Claim {
    fn is_believed(&self) -> bool {
        self.channel.verify(self.arrival.unverified(), &self.secrets).is_ok()
    }
}

fn claim(channel: &str, url: &str, content_type: &str, body: &[u8], vector: &Vector) -> Claim {
    let (secret, signature) = match vector.channel.as_str() {
        "meta" => ("app_secret", Signature::HubSha256),
        "twilio" => ("auth_token", Signature::TwilioForm),
        other => panic!("no channel for {other}"),
    };
    // One vector shows the digest without the prefix that the header has.
    let value = match signature {
        Signature::HubSha256 if !vector.expected.contains('=') => {
            format!("sha256={}", vector.expected)
        }
        Signature::HubSha256
        | Signature::TwilioForm
        | Signature::TelegramSecret
        | Signature::WebchatSession => vector.expected.clone(),
    };
    let mut headers = HeaderMap::new();
    headers.insert(signature.header(), value.parse().unwrap());
    headers.insert("content-type", content_type.parse().unwrap());
    let key = Secret::from(vector.secret.as_deref().unwrap());
    Claim {
        channel: by_name(channel).unwrap(),
        arrival: Arrival { url: url.to_owned(), headers, body: body.to_vec() },
        secrets: [(secret.to_owned(), key)].into_iter().collect(),
    }
}

/// The claims of every published vector that shows a signature.
fn claims() -> Vec<(String, Claim)> {
    let mut claims = Vec::new();
    for vector in published("meta") {
        assert!(vector.valid);
        let body = vector.body.clone().unwrap();
        let claim = claim("whatsapp", "https://x/", "application/json", body.as_bytes(), &vector);
        claims.push((vector.name, claim));
    }
    for vector in published("twilio") {
        assert!(vector.valid);
        let Some(url) = vector.url.clone() else { continue };
        let (kind, body) = twilio_body(&url, &vector);
        for channel in ["twilio_sms", "twilio_whatsapp"] {
            let claim = claim(channel, &url, kind, body.as_bytes(), &vector);
            claims.push((vector.name.clone(), claim));
        }
    }
    claims
}

const BODY: &str = r#"{"property": "value", "boolean": true}"#;

/// The vectors with a body hash do not repeat the body it is of.
fn twilio_body(url: &str, vector: &Vector) -> (&'static str, String) {
    if let Some((_, hash)) = url.split_once("bodySHA256=") {
        let body = [BODY, "{}"].into_iter().find(|body| hex::encode(Sha256::digest(body)) == hash);
        return ("application/json", body.unwrap().to_owned());
    }
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in vector.params.iter().flatten() {
        let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        for value in values {
            form.append_pair(name, value.as_str().unwrap());
        }
    }
    ("application/x-www-form-urlencoded; charset=utf-8", form.finish())
}

#[test]
fn every_published_signature_is_believed() {
    let claims = claims();
    assert_eq!(claims.len(), 4 + 2 * 15);
    for (name, claim) in &claims {
        assert!(claim.is_believed(), "{name}");
    }
}

#[test]
fn a_published_signature_with_one_thing_changed_is_not_believed() {
    let mut tried = 0;
    for (name, claim) in claims() {
        for (what, changed) in changed(&claim) {
            tried += 1;
            assert!(!changed.is_believed(), "{name}: {what}");
        }
    }
    assert!(tried >= 34 * 8, "only {tried}");
}

fn changed(claim: &Claim) -> Vec<(&'static str, Claim)> {
    let with = |arrival: Arrival| Claim {
        channel: claim.channel,
        arrival,
        secrets: claim.secrets.clone(),
    };
    let valid = &claim.arrival;
    let header = ["x-hub-signature-256", "x-twilio-signature"]
        .into_iter()
        .find(|name| valid.headers.contains_key(*name))
        .unwrap();
    let value = valid.headers[header].to_str().unwrap();
    let signed = |value: &str| {
        let mut arrival = valid.clone();
        arrival.headers.insert(header, HeaderValue::try_from(value).unwrap());
        with(arrival)
    };
    let mut unsigned = valid.clone();
    unsigned.headers.remove(header);
    let mut twice = valid.clone();
    twice.headers.append(header, value.parse().unwrap());
    let mut body = valid.body.clone();
    body.push(b'x');
    let other_key = |key: &str| {
        let name = claim.secrets.names().next().unwrap().to_owned();
        [(name, Secret::from(key))].into_iter().collect()
    };
    let key = |secrets| Claim { channel: claim.channel, arrival: valid.clone(), secrets };
    let mut changed = vec![
        ("body", with(Arrival { body, ..valid.clone() })),
        ("no header", with(unsigned)),
        ("two headers", with(twice)),
        ("shortened", signed(&value[..value.len() - 1])),
        ("upper case", signed(&value.to_uppercase())),
        ("first letter", signed(&format!("_{}", &value[1..]))),
        ("other key", key(other_key("another"))),
        ("empty key", key(other_key(""))),
        ("no key", key(Secrets::default())),
    ];
    if header == "x-twilio-signature" {
        let url = valid.url.replace("my", "your").replace("example", "elsewhere");
        changed.push(("host", with(Arrival { url, ..valid.clone() })));
        let url = format!("{}&more=1", valid.url);
        changed.push(("query", with(Arrival { url, ..valid.clone() })));
    }
    changed
}

#[test]
fn text_serialised_again_does_not_have_the_signature_of_the_text_that_came() {
    let vectors = published("meta");
    let of = |word: &str| vectors.iter().find(|vector| vector.name.contains(word)).unwrap().clone();
    let (escaped, raw) = (of("escaped unicode"), of("re-serialised"));
    let same =
        |text: &Vector| serde_json::from_str::<Value>(text.body.as_deref().unwrap()).unwrap();
    assert_eq!(same(&escaped), same(&raw));
    let mixed = Vector { body: raw.body, ..escaped };
    let body = mixed.body.clone().unwrap();
    let claim = claim("whatsapp", "https://x/", "application/json", body.as_bytes(), &mixed);
    assert!(!claim.is_believed());
}

#[test]
fn the_published_body_hash_is_the_one_the_query_must_carry() {
    let vector = published("twilio").into_iter().find(|vector| vector.url.is_none()).unwrap();
    let body = vector.body.clone().unwrap();
    assert_eq!(body, BODY);
    let signed = |hash: &str| {
        let url = format!("https://desk.example/webhooks/sms1?bodySHA256={hash}");
        let expected = Signature::TwilioForm.sign("12345", &url, b"");
        let vector = Vector { secret: Some("12345".to_owned()), expected, ..vector.clone() };
        claim("twilio_sms", &url, "application/json", body.as_bytes(), &vector).is_believed()
    };
    assert!(signed(&vector.expected));
    assert!(!signed(&vector.expected.replace('0', "1")));
    assert!(!signed(""));
}

/// The signer of the suite agrees with what was published, and so may judge.
#[test]
fn the_suite_signs_as_the_vectors_say() {
    for (name, claim) in claims() {
        let Claim { arrival, secrets, .. } = &claim;
        let secret = secrets.names().find_map(|name| secrets.get(name)).unwrap();
        let signature = if arrival.headers.contains_key("x-twilio-signature") {
            Signature::TwilioForm
        } else {
            Signature::HubSha256
        };
        let is_form = arrival.headers["content-type"].to_str().unwrap().contains("form");
        let body: &[u8] = match signature {
            Signature::TwilioForm if !is_form => b"",
            Signature::TwilioForm
            | Signature::HubSha256
            | Signature::TelegramSecret
            | Signature::WebchatSession => &arrival.body,
        };
        let signed = signature.sign(secret, &arrival.url, body);
        assert_eq!(signed, arrival.headers[signature.header()].to_str().unwrap(), "{name}");
    }
}
