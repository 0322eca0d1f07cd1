//! Signatures that more than one channel uses.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::Rejected;

/// `sha256=` and the HMAC-SHA256 of the body in lower-case hex, as Meta signs
/// (<https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks>).
pub(crate) fn verify_hub_signature(
    header: &str,
    body: &[u8],
    secret: &str,
) -> Result<(), Rejected> {
    let hex_digits = header.strip_prefix("sha256=").ok_or(Rejected::BadSignature)?;
    if hex_digits.bytes().any(|b| b.is_ascii_uppercase()) {
        return Err(Rejected::BadSignature);
    }
    let given = hex::decode(hex_digits).map_err(|_| Rejected::BadSignature)?;
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| Rejected::NoSecret)?;
    mac.update(body);
    mac.verify_slice(&given).map_err(|_| Rejected::BadSignature)
}

/// Whether two secrets are the same, in a time that says nothing about either.
pub(crate) fn same(a: &str, b: &str) -> bool {
    // Hashing first makes the lengths equal, so that they do not show either.
    let (a, b) = (Sha256::digest(a), Sha256::digest(b));
    a.ct_eq(&b).into()
}
