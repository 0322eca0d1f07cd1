//! The providers' ways to sign, written from their documentation a second time.

use std::fmt::Write;

use serde::Deserialize;
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::Sha256;
use sha2::digest::Digest;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Signature {
    /// Meta: an HMAC of the body in hex.
    HubSha256,
    /// Telegram: a password in a header, over nothing.
    TelegramSecret,
    /// Twilio: an HMAC of the address and the form in base64.
    TwilioForm,
    /// Web chat: a token that says who the body is from.
    WebchatSession,
}

impl Signature {
    pub(crate) fn header(self) -> &'static str {
        match self {
            Self::HubSha256 => "x-hub-signature-256",
            Self::TelegramSecret => "x-telegram-bot-api-secret-token",
            Self::TwilioForm => "x-twilio-signature",
            Self::WebchatSession => "confab-session",
        }
    }

    pub(crate) fn sign(self, secret: &str, url: &str, body: &[u8]) -> String {
        let text = self.signed_text(url, body);
        match self {
            Self::HubSha256 => {
                format!("sha256={}", hex(&hmac::<Sha256>(secret.as_bytes(), &text)))
            }
            Self::TelegramSecret => secret.to_owned(),
            Self::TwilioForm => base64(&hmac::<Sha1>(secret.as_bytes(), &text)),
            Self::WebchatSession => token(&session_key(secret), HS256, &session(url, body)),
        }
    }

    /// What the signature is over. Two requests with the same text are the same to the provider.
    pub(super) fn signed_text(self, url: &str, body: &[u8]) -> Vec<u8> {
        match self {
            Self::HubSha256 => body.to_vec(),
            Self::TelegramSecret | Self::WebchatSession => Vec::new(),
            Self::TwilioForm => [url.as_bytes(), joined(body).as_bytes()].concat(),
        }
    }

    pub(super) fn covers_body(self) -> bool {
        !matches!(self, Self::TelegramSecret | Self::WebchatSession)
    }

    pub(super) fn covers_url(self) -> bool {
        self == Self::TwilioForm
    }

    /// A valid value in encodings the provider does not use.
    pub(super) fn in_other_encodings(self, secret: &str, url: &str, body: &[u8]) -> Vec<String> {
        let text = self.signed_text(url, body);
        match self {
            Self::HubSha256 => {
                let digest = hmac::<Sha256>(secret.as_bytes(), &text);
                let hex = hex(&digest);
                vec![
                    hex.clone(),
                    base64(&digest),
                    format!("sha256={}", base64(&digest)),
                    format!("sha256={}", hex.to_uppercase()),
                    format!("SHA256={hex}"),
                    format!("sha1={hex}"),
                    format!("sha256:{hex}"),
                    format!("sha256={}", base64(hex.as_bytes())),
                    format!("sha256=0x{hex}"),
                    format!("sha1={}", self::hex(&hmac::<Sha1>(secret.as_bytes(), &text))),
                    format!("sha256={}", self::hex(&Sha256::digest(&text))),
                ]
            }
            Self::TelegramSecret => vec![
                hex(secret.as_bytes()),
                base64(secret.as_bytes()),
                hex(&Sha256::digest(secret)),
                format!("Bearer {secret}"),
                secret.replace('_', "-"),
            ],
            Self::TwilioForm => {
                let digest = hmac::<Sha1>(secret.as_bytes(), &text);
                let base64 = base64(&digest);
                vec![
                    hex(&digest),
                    hex(&digest).to_uppercase(),
                    self::base64(hex(&digest).as_bytes()),
                    base64.trim_end_matches('=').to_owned(),
                    format!("{base64}="),
                    base64.replace('=', "%3D"),
                    format!("sha1={base64}"),
                    self::base64(&hmac::<Sha256>(secret.as_bytes(), &text)),
                    self::base64(&Sha1::digest(&text)),
                ]
            }
            Self::WebchatSession => other_sessions(secret, url, body),
        }
    }
}

const HS256: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// The claims of a session that is good for the visitor of a body and the account of an address.
fn session(url: &str, body: &[u8]) -> Value {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let account = url.rsplit('/').next().unwrap();
    json!({ "aud": account, "exp": 4_102_444_800_u64, "visitor": body["visitor"] })
}

fn session_key(secret: &str) -> Vec<u8> {
    hmac::<Sha256>(secret.as_bytes(), b"confab webchat session")
}

/// RFC 7515: header, claims and their HMAC, each in base64url without padding.
fn token(key: &[u8], header: &str, claims: &Value) -> String {
    let url_safe =
        |bytes: &[u8]| base64(bytes).trim_end_matches('=').replace('+', "-").replace('/', "_");
    let signed =
        format!("{}.{}", url_safe(header.as_bytes()), url_safe(claims.to_string().as_bytes()));
    let signature = url_safe(&hmac::<Sha256>(key, signed.as_bytes()));
    format!("{signed}.{signature}")
}

/// Sessions with one thing wrong: signed for something else or in another way, for another account
/// or visitor, over, or without an end.
fn other_sessions(secret: &str, url: &str, body: &[u8]) -> Vec<String> {
    let (key, claims) = (session_key(secret), session(url, body));
    let with = |name: &str, value: Value| {
        let mut changed = claims.clone();
        changed[name] = value;
        token(&key, HS256, &changed)
    };
    let valid = token(&key, HS256, &claims);
    let (signed, signature) = valid.rsplit_once('.').unwrap();
    let mut other = claims["visitor"].clone();
    other["name"] = json!("Mallory");
    let header = |header: &str| token(&key, header, &claims);
    vec![
        token(secret.as_bytes(), HS256, &claims),
        token(&hmac::<Sha256>(secret.as_bytes(), b"confab webchat delivery"), HS256, &claims),
        token(&hmac::<Sha256>(b"confab webchat session", secret.as_bytes()), HS256, &claims),
        token(b"", HS256, &claims),
        header(r#"{"alg":"none","typ":"JWT"}"#),
        header(r#"{"alg":"HS512","typ":"JWT"}"#),
        header(r#"{"alg":"hs256"}"#),
        header(r#"{"typ":"JWT"}"#),
        header(r#"{"alg":"HS256","crit":["exp"]}"#),
        header("{}"),
        format!("{signed}."),
        signed.to_owned(),
        format!("{signed}.{signature}="),
        format!("{signed}.{}", hex(signature.as_bytes())),
        format!("{valid}.{signature}"),
        format!("Bearer {valid}"),
        with("aud", json!("web2")),
        with("aud", json!(null)),
        with("aud", json!(["web1"])),
        with("exp", json!(0)),
        with("exp", json!("4102444800")),
        with("exp", json!(null)),
        with("visitor", other),
        with("visitor", json!(null)),
        with("visitor", json!({ "id": "user:mallory" })),
    ]
}

/// HMAC after RFC 2104, for hashes with blocks of 64 bytes.
fn hmac<D: Digest>(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0; 64];
    if key.len() > block.len() {
        let digest = D::digest(key);
        block[..digest.len()].copy_from_slice(&digest);
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let pad = |with: u8| block.map(|byte| byte ^ with);
    let inner = D::digest([pad(0x36).as_slice(), message].concat());
    D::digest([pad(0x5c).as_slice(), &inner].concat()).to_vec()
}

/// Twilio: names and values, sorted by name, the values of a name sorted and each once.
fn joined(form: &[u8]) -> String {
    let mut pairs: Vec<(String, String)> = form
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let place = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let value = pair.get(place + 1..).unwrap_or_default();
            (decoded(&pair[..place]), decoded(value))
        })
        .collect();
    pairs.sort();
    pairs.dedup();
    pairs.into_iter().map(|(name, value)| name + &value).collect()
}

fn decoded(text: &[u8]) -> String {
    let digit = |place: usize| text.get(place).and_then(|byte| char::from(*byte).to_digit(16));
    let mut bytes = Vec::new();
    let mut place = 0;
    while let Some(byte) = text.get(place) {
        place += 1;
        match (byte, digit(place), digit(place + 1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap());
                place += 2;
            }
            (b'+', ..) => bytes.push(b' '),
            (other, ..) => bytes.push(*other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// RFC 4648, with padding.
pub(super) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |place: usize| usize::from(chunk.get(place).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = ALPHABET[bits >> (18 - 6 * place) & 63];
            text.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}
