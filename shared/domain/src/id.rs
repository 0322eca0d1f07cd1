//! How things are named.
//!
//! Two kinds of name: *slugs* that people choose (`acme`, `ada`, `wa1`) and *sortable ids* that
//! Confab gives (`cv_01JD…`). An id is made from values handed in; nothing here reads a clock or a
//! random source, so that a job that runs twice names things the same both times.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Why a text is not the name it claims to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadId {
    #[error("must be 1 to {SLUG_CHARS_MAX} letters, digits, `-`, `_` or `.`")]
    Slug,
    #[error("must be `{0}` and 26 characters of Crockford base32")]
    Sortable(&'static str),
    #[error("must be `ms_`, the 26 characters of its conversation, `-` and a number")]
    Message,
}

/// A slug is part of table keys and addresses on the web, so it stays short.
pub const SLUG_CHARS_MAX: usize = 64;

macro_rules! slug {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;

            fn try_from(text: String) -> Result<Self, BadId> {
                if is_slug(&text) { Ok(Self(text)) } else { Err(BadId::Slug) }
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

fn is_slug(text: &str) -> bool {
    (1..=SLUG_CHARS_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

slug!(
    /// A tenant. Every key of the table but one starts with it.
    WorkspaceId
);
slug!(
    /// One of our addresses on one channel, with its settings; unique over all workspaces, because
    /// it names the webhook.
    AccountId
);
slug!(
    /// A person who works in the desk, or a program that answers in one's place.
    UserId
);
slug!(
    /// A team of users.
    GroupId
);
slug!(
    /// A named set of permissions.
    RoleId
);
slug!(
    /// An invoice, as the system that issued it names it.
    InvoiceId
);
slug!(
    /// An FAQ, as its author calls it.
    FaqId
);
slug!(
    /// A quick reply, as its author calls it.
    QuickReplyId
);
slug!(
    /// A field of contacts, as its workspace calls it.
    FieldId
);
slug!(
    /// A snippet or a saved view, as its owner calls it.
    KeptId
);

macro_rules! sortable {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(u128);

        impl $name {
            /// Names a thing that came to be at `at`; `entropy` tells it from others of the same
            /// millisecond.
            pub fn new(at: Timestamp, entropy: [u8; 10]) -> Self {
                Self(sortable_bits(at, entropy))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($prefix)?;
                write_base32(self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                text.strip_prefix($prefix)
                    .and_then(parse_base32)
                    .map(Self)
                    .ok_or(BadId::Sortable($prefix))
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;

            fn try_from(text: String) -> Result<Self, BadId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    };
}

sortable!(
    /// A person or company on the other side.
    ContactId,
    "ct_"
);
sortable!(
    /// A file that a user lays down to be sent.
    UploadId,
    "up_"
);
sortable!(
    /// One thread of messages with a contact, from its opening to its closing.
    ConversationId,
    "cv_"
);

/// The number of an event in its conversation: 1, 2, 3 … without a gap. 0 stands before the first.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Seq(u32);

impl Seq {
    pub const ZERO: Self = Self(0);

    pub fn new(number: u32) -> Self {
        Self(number)
    }

    pub fn get(self) -> u32 {
        self.0
    }

    /// The number after this one; a conversation of four thousand million events stays at the last.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A message is an event of its conversation, and that is its name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageId {
    pub conversation: ConversationId,
    pub seq: Seq,
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ms_")?;
        write_base32(self.conversation.0, f)?;
        write!(f, "-{:08}", self.seq.get())
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for MessageId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        text.strip_prefix("ms_")
            .and_then(|rest| rest.split_once('-'))
            .and_then(|(conversation, seq)| {
                Some(Self {
                    conversation: ConversationId(parse_base32(conversation)?),
                    seq: Seq(seq.parse().ok()?),
                })
            })
            .ok_or(BadId::Message)
    }
}

impl TryFrom<String> for MessageId {
    type Error = BadId;

    fn try_from(text: String) -> Result<Self, BadId> {
        text.parse()
    }
}

impl From<MessageId> for String {
    fn from(id: MessageId) -> Self {
        id.to_string()
    }
}

/// A message as a provider names it, unique within one channel account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProviderMessageId(pub String);

fn sortable_bits(at: Timestamp, entropy: [u8; 10]) -> u128 {
    let millis = u128::try_from(at.as_millisecond()).unwrap_or(0) & 0xFFFF_FFFF_FFFF;
    entropy.iter().fold(millis, |bits, byte| (bits << 8) | u128::from(*byte))
}

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BASE32_CHARS: u32 = 26;

fn write_base32(bits: u128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for place in (0..BASE32_CHARS).rev() {
        let digit = usize::try_from((bits >> (place * 5)) & 31).unwrap_or(0);
        fmt::Write::write_char(f, char::from(ALPHABET[digit]))?;
    }
    Ok(())
}

fn parse_base32(text: &str) -> Option<u128> {
    if text.len() != BASE32_CHARS as usize {
        return None;
    }
    let mut bits: u128 = 0;
    for byte in text.bytes() {
        let digit = ALPHABET.iter().position(|letter| *letter == byte)?;
        // 26 digits hold 130 bits: the first may only be 0 to 7.
        if bits >> 123 != 0 {
            return None;
        }
        bits = (bits << 5) | digit as u128;
    }
    Some(bits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_sortable_id_survives_its_text(millis in 0i64..253_000_000_000_000, entropy: [u8; 10]) {
            let at = Timestamp::from_millisecond(millis).unwrap();
            let id = ConversationId::new(at, entropy);
            prop_assert_eq!(id.to_string().parse::<ConversationId>(), Ok(id));
        }

        #[test]
        fn ids_sort_by_time_as_numbers_and_as_text(
            early in 0i64..200_000_000_000_000, later_by in 1i64..1_000_000, a: [u8; 10], b: [u8; 10],
        ) {
            let first = ContactId::new(Timestamp::from_millisecond(early).unwrap(), a);
            let second = ContactId::new(Timestamp::from_millisecond(early + later_by).unwrap(), b);
            prop_assert!(first < second);
            prop_assert!(first.to_string() < second.to_string());
        }

        #[test]
        fn any_text_is_an_id_or_refused(text in "\\PC{0,40}") {
            if let Ok(id) = text.parse::<ConversationId>() {
                prop_assert_eq!(id.to_string(), text.clone());
            }
            if let Ok(id) = text.parse::<AccountId>() {
                prop_assert_eq!(id.as_str(), text);
            }
        }
    }

    #[test]
    fn the_largest_id_is_read_and_one_more_is_refused() {
        assert!("cv_7ZZZZZZZZZZZZZZZZZZZZZZZZZ".parse::<ConversationId>().is_ok());
        assert!("cv_80000000000000000000000000".parse::<ConversationId>().is_err());
    }

    #[test]
    fn a_message_is_named_by_its_conversation_and_number() {
        let conversation = ConversationId::new(Timestamp::UNIX_EPOCH, [7; 10]);
        let id = MessageId { conversation, seq: Seq::new(12) };
        assert!(id.to_string().ends_with("-00000012"));
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn separators_of_table_keys_are_not_part_of_a_slug() {
        for text in ["", "a#b", "a b", "ä", "a/b", &"x".repeat(65)] {
            assert_eq!(text.parse::<WorkspaceId>(), Err(BadId::Slug));
        }
        assert!("acme-1.test_2".parse::<WorkspaceId>().is_ok());
    }
}
