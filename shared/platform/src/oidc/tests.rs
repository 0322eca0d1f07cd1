//! S12: every token that must not be believed, beside the one that must.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
    RsaPublicKeyComponents,
};
use ring::{digest, hmac};
use serde_json::{Value, json};

use super::*;

const NOW_S: i64 = 1_795_000_000;
const ISSUER: &str = "https://id.acme.test/pool";
const AUDIENCE: &str = "desk";

/// The issuer's two keys, and one of a stranger.
struct Signers {
    rsa: RsaKeyPair,
    ec: EcdsaKeyPair,
    stranger: EcdsaKeyPair,
}

impl Signers {
    fn new() -> Self {
        let rsa = include_bytes!("fixtures/signs-tests-only.rsa.pk8");
        let curve = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let random = SystemRandom::new();
        let ec = || {
            let key = EcdsaKeyPair::generate_pkcs8(curve, &random).unwrap();
            EcdsaKeyPair::from_pkcs8(curve, key.as_ref(), &random).unwrap()
        };
        Self { rsa: RsaKeyPair::from_pkcs8(rsa).unwrap(), ec: ec(), stranger: ec() }
    }

    /// What the issuer publishes, with two keys among them that are not for tokens.
    fn published(&self) -> Value {
        let rsa = RsaPublicKeyComponents::<Vec<u8>>::from(self.rsa.public());
        let (n, e) = (encode(&rsa.n), encode(&rsa.e));
        let (x, y) = self.ec.public_key().as_ref()[1..].split_at(32);
        let (x, y) = (encode(x), encode(y));
        json!({ "keys": [
            { "kty": "RSA", "kid": "rsa", "use": "sig", "alg": "RS256", "n": n, "e": e },
            { "kty": "EC", "kid": "ec", "crv": "P-256", "x": x, "y": y },
            { "kty": "RSA", "kid": "sealing", "use": "enc", "n": n, "e": e },
            { "kty": "oct", "kid": "shared", "alg": "HS256", "k": "c2VjcmV0" },
            { "kty": "novel", "kid": "novel" },
        ] })
    }

    fn verifier(&self) -> Verifier {
        let keys = KeySet::read(self.published().to_string().as_bytes()).unwrap();
        let trust = Trust { issuer: ISSUER.parse().unwrap(), audience: AUDIENCE.to_owned() };
        Verifier::new(trust, Keys::Fixed(keys))
    }

    fn rs256(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let mut signature = vec![0; self.rsa.public().modulus_len()];
        let random = SystemRandom::new();
        self.rsa.sign(&RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature).unwrap();
        format!("{message}.{}", encode(&signature))
    }
}

fn es256(key: &EcdsaKeyPair, header: &Value, claims: &Value) -> String {
    let message = message(header, claims);
    let signature = key.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
    format!("{message}.{}", encode(signature.as_ref()))
}

fn hs256(secret: &[u8], header: &Value, claims: &Value) -> String {
    let message = message(header, claims);
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
    format!("{message}.{}", encode(signature.as_ref()))
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| encode(value.to_string().as_bytes());
    format!("{}.{}", part(header), part(claims))
}

fn claims() -> Value {
    json!({
        "iss": ISSUER,
        "aud": AUDIENCE,
        "exp": NOW_S + 3600,
        "nbf": NOW_S - 10,
        "sub": "1",
        "email": "Ada@Acme.test",
        "email_verified": true,
        "confab:workspace": "acme",
    })
}

/// The claims with one changed, or without it.
fn with(name: &str, value: Option<Value>) -> Value {
    let mut claims = claims();
    let members = claims.as_object_mut().unwrap();
    match value {
        Some(value) => members.insert(name.to_owned(), value),
        None => members.remove(name),
    };
    claims
}

async fn identify(verifier: &Verifier, token: &str) -> Result<Identity, Refused> {
    verifier.identify(token, Timestamp::from_second(NOW_S).unwrap()).await
}

fn ec() -> Value {
    json!({ "alg": "ES256", "typ": "JWT", "kid": "ec" })
}

fn ada() -> Identity {
    Identity { email: Private::from("ada@acme.test"), workspace: "acme".parse().ok() }
}

#[tokio::test]
async fn a_token_of_the_issuer_says_who_its_bearer_is() {
    let signers = Signers::new();
    let verifier = signers.verifier();
    let rsa = json!({ "alg": "RS256", "kid": "rsa" });
    let token = signers.rs256(&rsa, &claims());
    assert_eq!(identify(&verifier, &token).await, Ok(ada()));
    let good = [
        claims(),
        with("aud", Some(json!(["other", AUDIENCE]))),
        with("nbf", None),
        with("exp", Some(json!(NOW_S - 59))),
        with("nbf", Some(json!(NOW_S + 59))),
        with("exp", Some(json!(NOW_S as f64 + 0.5))),
        with("email_verified", Some(json!("true"))),
    ];
    for claims in good {
        let token = es256(&signers.ec, &ec(), &claims);
        assert_eq!(identify(&verifier, &token).await, Ok(ada()), "{claims}");
    }
}

#[tokio::test]
async fn the_workspace_is_one_the_issuer_names_or_none() {
    let signers = Signers::new();
    let verifier = signers.verifier();
    let mut cognito = with("confab:workspace", None);
    cognito["custom:workspace"] = json!("globex");
    let cases = [
        (cognito, Some("globex")),
        (with("confab:workspace", None), None),
        (with("confab:workspace", Some(json!("no such name!"))), None),
    ];
    for (claims, wanted) in cases {
        let identity = identify(&verifier, &es256(&signers.ec, &ec(), &claims)).await.unwrap();
        assert_eq!(identity.workspace.as_ref().map(WorkspaceId::as_str), wanted);
    }
}

/// S12: claims that do not count, each under a signature that does.
#[tokio::test]
async fn claims_that_do_not_count_are_refused() {
    let signers = Signers::new();
    let verifier = signers.verifier();
    let refused = [
        ("exp", Some(json!(NOW_S - 60)), Refused::Expired),
        ("exp", Some(json!(0)), Refused::Expired),
        ("exp", Some(json!("4000000000")), Refused::Unreadable),
        ("exp", None, Refused::Unreadable),
        ("nbf", Some(json!(NOW_S + 61)), Refused::NotYet),
        ("nbf", Some(json!("soon")), Refused::Unreadable),
        ("iss", Some(json!("https://id.acme.test/pool/")), Refused::Issuer),
        ("iss", Some(json!("https://id.evil.test/pool")), Refused::Issuer),
        ("iss", Some(json!([ISSUER])), Refused::Unreadable),
        ("iss", None, Refused::Unreadable),
        ("aud", Some(json!("other")), Refused::Audience),
        ("aud", Some(json!([])), Refused::Audience),
        ("aud", Some(json!("desk2")), Refused::Audience),
        ("aud", None, Refused::Unreadable),
        ("email", None, Refused::EmailNotVerified),
        ("email", Some(json!("")), Refused::EmailNotVerified),
        ("email_verified", None, Refused::EmailNotVerified),
        ("email_verified", Some(json!(false)), Refused::EmailNotVerified),
        ("email_verified", Some(json!("false")), Refused::EmailNotVerified),
        ("email_verified", Some(json!(1)), Refused::EmailNotVerified),
    ];
    for (name, value, why) in refused {
        let claims = with(name, value);
        let token = es256(&signers.ec, &ec(), &claims);
        assert_eq!(identify(&verifier, &token).await, Err(why), "{claims}");
    }
}

/// S12: signatures that do not count, each over claims that do.
#[tokio::test]
async fn signatures_that_do_not_count_are_refused() {
    let signers = Signers::new();
    let verifier = signers.verifier();
    let none = format!("{}.", message(&json!({ "alg": "none", "kid": "ec" }), &claims()));
    let point = signers.ec.public_key().as_ref();
    let shared = |kid: &str| json!({ "alg": "HS256", "kid": kid });
    let header = |alg: &str, kid: &str| json!({ "alg": alg, "kid": kid });
    let unnamed = json!({ "alg": "ES256" });
    let critical = json!({ "alg": "ES256", "kid": "ec", "crit": ["exp"] });
    let own = json!({ "alg": "ES256", "kid": "ec", "jku": "https://evil.test/keys" });
    let refused = [
        (none, Refused::Algorithm),
        (hs256(point, &shared("ec"), &claims()), Refused::Algorithm),
        (hs256(&point[1..], &shared("ec"), &claims()), Refused::Algorithm),
        (hs256(b"secret", &shared("shared"), &claims()), Refused::UnknownKey),
        (signers.rs256(&header("RS256", "ec"), &claims()), Refused::Algorithm),
        (signers.rs256(&header("RS512", "rsa"), &claims()), Refused::Algorithm),
        (signers.rs256(&header("PS256", "rsa"), &claims()), Refused::Algorithm),
        (signers.rs256(&header("RS256", "sealing"), &claims()), Refused::UnknownKey),
        (es256(&signers.stranger, &ec(), &claims()), Refused::Signature),
        (es256(&signers.stranger, &own, &claims()), Refused::Signature),
        (es256(&signers.ec, &header("ES256", "old"), &claims()), Refused::UnknownKey),
        (es256(&signers.ec, &header("ES256", "novel"), &claims()), Refused::UnknownKey),
        (es256(&signers.ec, &unnamed, &claims()), Refused::UnknownKey),
        (es256(&signers.ec, &critical, &claims()), Refused::Algorithm),
    ];
    for (token, why) in refused {
        assert_eq!(identify(&verifier, &token).await, Err(why), "{token}");
    }
}

/// S12: a good token with any one character changed, cut anywhere, or put together from two.
#[tokio::test]
async fn a_token_that_was_tampered_with_is_refused() {
    let signers = Signers::new();
    let verifier = signers.verifier();
    let token = es256(&signers.ec, &ec(), &claims());
    for place in 0..token.len() {
        let other = if token.as_bytes()[place] == b'A' { "B" } else { "A" };
        let changed = format!("{}{other}{}", &token[..place], &token[place + 1..]);
        assert!(identify(&verifier, &changed).await.is_err(), "{changed}");
        assert!(identify(&verifier, &token[..place]).await.is_err(), "{}", &token[..place]);
    }
    let admin = es256(&signers.stranger, &ec(), &with("email", Some(json!("root@acme.test"))));
    let parts = |token: &str| token.split('.').map(str::to_owned).collect::<Vec<_>>();
    let (good, bad) = (parts(&token), parts(&admin));
    let spliced = format!("{}.{}.{}", good[0], bad[1], good[2]);
    assert_eq!(identify(&verifier, &spliced).await, Err(Refused::Signature));
    let digest = digest::digest(&digest::SHA256, token.as_bytes());
    for nonsense in ["", ".", "..", "...", "a.b.c", &encode(digest.as_ref())] {
        assert!(identify(&verifier, nonsense).await.is_err(), "{nonsense}");
    }
    assert!(identify(&verifier, &"a".repeat(TOKEN_BYTES_MAX + 1)).await.is_err());
}
