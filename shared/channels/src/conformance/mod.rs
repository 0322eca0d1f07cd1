//! What every channel promises, checked for every channel in [`crate::ALL`].
//!
//! The recorded webhooks and answers follow what the providers publish of theirs; the people in them
//! do not exist.
//!
//! A channel brings data and no code: beside its recorded webhooks an `account.json`, and in
//! `answers/` what its provider answers and what that means. The suite finds them by the channel's
//! name. It signs with its own signer ([`sign`]), which shares no line with the codecs, so that a
//! mistake in a codec is not checked against itself.

mod forgery;
mod hostile;
mod inbound;
mod kit;
mod outbound;
mod privacy;
mod render;
mod samples;
mod sign;
mod vectors;

pub(crate) use kit::{Kit, Recorded};
pub(crate) use sign::Signature;
