//! Who writes in a web chat, and what proves it.
//!
//! A session names a visitor of one account for a month. Whoever has no identity gets a random
//! name; whom the customer's own server names has the same address on every device.

use domain::account::Secrets;
use domain::id::AccountId;
use domain::private::{Address, Words};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{SECRET, token};
use crate::{Rejected, secret_of};

/// What says that a token is a session of ours.
const SESSION: &str = "confab webchat session";
/// How long a session lasts after it was last renewed.
pub const SESSIONS_LAST: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The clocks of customers' servers and our own may differ by this much.
const LEEWAY_S: f64 = 60.0;
const NAME_CHARS_MAX: usize = 200;

/// A visitor of a web page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visitor {
    /// `anon:…`, or `user:` and what the customer's server calls them.
    pub id: Address,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Words>,
    /// Who they were in the same browser before the customer's server named them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<Address>,
}

/// Whom nobody has named.
const ANONYMOUS: &str = "anon:";
const NAMED: &str = "user:";

impl Visitor {
    /// Whom nobody has named; `random` tells them from all others.
    pub fn anonymous(random: [u8; 16]) -> Self {
        let id = Address::new(format!("{ANONYMOUS}{}", hex::encode(random)));
        Self { id, name: None, email: None, was: None }
    }

    /// Whether the customer's own server has said who they are.
    pub fn is_named(&self) -> bool {
        self.id.reveal().starts_with(NAMED)
    }

    /// The same person, once somebody has said who they are. Whoever was somebody else before is
    /// not the same.
    #[must_use]
    pub fn named(self, identity: Identity) -> Self {
        let was = if self.is_named() {
            self.was.filter(|_| self.id == identity.id)
        } else {
            Some(self.id)
        };
        Self { id: identity.id, name: identity.name, email: identity.email, was }
    }

    /// Whether this is one of the visitor's own addresses.
    pub fn is(&self, address: &Address) -> bool {
        self.id == *address || self.was.as_ref() == Some(address)
    }
}

/// Who the customer's own server says that a visitor is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    id: Address,
    name: Option<Words>,
    email: Option<Words>,
}

impl From<Identity> for Visitor {
    fn from(Identity { id, name, email }: Identity) -> Self {
        Self { id, name, email, was: None }
    }
}

#[derive(Serialize, Deserialize)]
struct Session {
    aud: String,
    exp: i64,
    visitor: Visitor,
}

/// A token that proves for an account who a visitor is, until [`SESSIONS_LAST`] after `now`;
/// `None` if the account has no secret.
pub fn session(
    visitor: &Visitor,
    account: &AccountId,
    secrets: &Secrets,
    now: Timestamp,
) -> Option<String> {
    let secret = secret_of(secrets, SECRET)?;
    let exp = domain::window::after(now, SESSIONS_LAST).as_second();
    let session = Session { aud: account.to_string(), exp, visitor: visitor.clone() };
    token::sign(&session, &token::key(secret, SESSION))
}

/// Whose session is this?
///
/// # Errors
///
/// If it is not one of ours for this account, or over.
pub fn visitor(
    token: &str,
    account: &str,
    secrets: &Secrets,
    now: Timestamp,
) -> Result<Visitor, Rejected> {
    let secret = secret_of(secrets, SECRET).ok_or(Rejected::NoSecret)?;
    let session: Session = token::verify(token, &token::key(secret, SESSION))?;
    let in_force = session.aud == account && session.exp > now.as_second();
    in_force.then_some(session.visitor).ok_or(Rejected::BadSignature)
}

/// What a customer's server signs with the account's secret.
#[derive(Deserialize)]
struct Claims {
    sub: Value,
    exp: f64,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default)]
    aud: Option<Value>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
}

/// Who does the customer's server say that this is? It has to say until when that holds.
///
/// # Errors
///
/// If the token is not signed with the account's secret, is over, not in force yet, for others, or
/// names nobody.
pub fn identity(
    token: &str,
    account: &str,
    secrets: &Secrets,
    now: Timestamp,
) -> Result<Identity, Rejected> {
    let secret = secret_of(secrets, SECRET).ok_or(Rejected::NoSecret)?;
    let claims: Claims = token::verify(token, secret.as_bytes())?;
    let in_force = token::is_ahead(claims.exp, now, LEEWAY_S)
        && claims.nbf.is_none_or(|nbf| !token::is_ahead(nbf, now, -LEEWAY_S));
    let ours = claims.aud.is_none_or(|aud| names(&aud, account));
    // Servers write numbers of users as numbers.
    let sub = match claims.sub {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
    };
    if !in_force || !ours || !is_name(&sub) {
        return Err(Rejected::BadSignature);
    }
    let kept = |text: Option<String>| text.filter(|text| is_name(text)).map(Words::new);
    let id = Address::new(format!("{NAMED}{sub}"));
    Ok(Identity { id, name: kept(claims.name), email: kept(claims.email) })
}

fn names(audience: &Value, account: &str) -> bool {
    let several = audience.as_array().into_iter().flatten();
    std::iter::once(audience).chain(several).any(|one| one.as_str() == Some(account))
}

/// Whether a text may be what a person is called.
pub fn is_name(text: &str) -> bool {
    let length = text.chars().count();
    !text.trim().is_empty() && length <= NAME_CHARS_MAX && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_795_000_000;

    fn secrets(secret: &str) -> Secrets {
        [(SECRET.to_owned(), Words::from(secret))].into_iter().collect()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn named(claims: &Value, key: &[u8]) -> Result<Identity, Rejected> {
        let token = token::sign(claims, key).unwrap();
        identity(&token, "web1", &secrets("s3cret"), at(NOW))
    }

    #[test]
    fn a_session_is_good_for_its_account_and_for_a_month() {
        let robin = Visitor { name: Some("Robin".into()), ..Visitor::anonymous([7; 16]) };
        let account = "web1".parse().unwrap();
        let token = session(&robin, &account, &secrets("s3cret"), at(NOW)).unwrap();
        let read = |account: &str, secret: &str, now: i64| {
            visitor(&token, account, &secrets(secret), at(now)).ok()
        };
        let month = SESSIONS_LAST.as_secs();
        assert_eq!(read("web1", "s3cret", NOW), Some(robin.clone()));
        assert_eq!(read("web1", "s3cret", NOW + month - 1), Some(robin));
        assert_eq!(read("web1", "s3cret", NOW + month), None);
        assert_eq!(read("web2", "s3cret", NOW), None);
        assert_eq!(read("web1", "another", NOW), None);
        assert_eq!(read("web1", "", NOW), None);
        assert!(session(&Visitor::anonymous([7; 16]), &account, &secrets(""), at(NOW)).is_none());
    }

    #[test]
    fn a_session_is_no_identity_and_an_identity_no_session() {
        let account = "web1".parse().unwrap();
        let ours = session(&Visitor::anonymous([7; 16]), &account, &secrets("s3cret"), at(NOW));
        assert!(identity(&ours.unwrap(), "web1", &secrets("s3cret"), at(NOW)).is_err());
        let claims = json!({ "id": "user:42", "aud": "web1", "sub": "42", "exp": NOW + 60 });
        let theirs = token::sign(&claims, b"s3cret").unwrap();
        assert!(visitor(&theirs, "web1", &secrets("s3cret"), at(NOW)).is_err());
    }

    #[test]
    fn an_identity_says_who_and_until_when() {
        let robin = named(&json!({ "sub": "42", "exp": NOW + 60, "name": "Robin" }), b"s3cret");
        let robin = robin.unwrap();
        assert_eq!((robin.id.reveal().as_str(), robin.name), ("user:42", Some("Robin".into())));
        for claims in [
            json!({ "sub": 42, "exp": NOW + 60 }),
            json!({ "sub": "42", "exp": NOW - 59 }),
            json!({ "sub": "42", "exp": NOW + 60, "nbf": NOW + 59, "aud": "web1" }),
            json!({ "sub": "42", "exp": NOW + 60, "aud": ["shop", "web1"] }),
        ] {
            assert!(named(&claims, b"s3cret").is_ok(), "{claims}");
        }
        for claims in [
            json!({ "exp": NOW + 60 }),
            json!({ "sub": "42" }),
            json!({ "sub": "42", "exp": null }),
            json!({ "sub": "42", "exp": "never" }),
            json!({ "sub": "42", "exp": NOW - 60 }),
            json!({ "sub": "42", "exp": NOW + 60, "nbf": NOW + 61 }),
            json!({ "sub": "42", "exp": NOW + 60, "aud": "web2" }),
            json!({ "sub": "42", "exp": NOW + 60, "aud": [] }),
            json!({ "sub": "", "exp": NOW + 60 }),
            json!({ "sub": " ", "exp": NOW + 60 }),
            json!({ "sub": "4\n2", "exp": NOW + 60 }),
            json!({ "sub": null, "exp": NOW + 60 }),
            json!({ "sub": "x".repeat(201), "exp": NOW + 60 }),
        ] {
            assert!(named(&claims, b"s3cret").is_err(), "{claims}");
        }
    }

    /// A sample that was once published elsewhere takes the message for the key.
    #[test]
    fn key_and_message_cannot_be_swapped() {
        let claims = json!({ "sub": "42", "exp": NOW + 60 });
        let token = token::sign(&claims, b"s3cret").unwrap();
        let (signed, _) = token.rsplit_once('.').unwrap();
        let swapped = token::mac(signed.as_bytes(), b"s3cret");
        let mut forged = json!({ "sub": "42", "exp": NOW + 60 });
        forged["alg"] = "none".into();
        for bad in [
            format!("{signed}.{}", hex::encode(swapped)),
            format!("{signed}."),
            signed.to_owned(),
            token::sign(&forged, b"").unwrap(),
        ] {
            assert!(identity(&bad, "web1", &secrets("s3cret"), at(NOW)).is_err(), "{bad}");
        }
    }

    #[test]
    fn whoever_is_named_was_who_they_were_in_this_browser() {
        let identity =
            |sub: &str| named(&json!({ "sub": sub, "exp": NOW + 60 }), b"s3cret").unwrap();
        let anonymous = Visitor::anonymous([7; 16]);
        let robin = anonymous.clone().named(identity("42"));
        assert!(robin.is(&anonymous.id) && robin.is_named() && !anonymous.is_named());
        assert_eq!(robin.clone().named(identity("42")), robin);
        let kim = robin.named(identity("43"));
        assert_eq!((kim.id.reveal().as_str(), kim.was), ("user:43", None));
    }
}
