//! Whether a contact may be written to.
//!
//! Consent belongs to an address: somebody who texts STOP to a number has said nothing about
//! e-mail. The newest word counts, except that only the contact lifts what the contact has set.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What an address has said, and who heard it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Consent {
    #[default]
    Unasked,
    OptedIn {
        at: Timestamp,
        source: ConsentSource,
    },
    OptedOut {
        at: Timestamp,
        source: ConsentSource,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentSource {
    /// The contact wrote a keyword such as STOP.
    Keyword,
    /// The provider told us: its own opt-out handling, or a preference set in its app.
    Provider,
    /// The contact blocked us on the channel.
    Blocked,
}

impl ConsentSource {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::Provider => "provider",
            Self::Blocked => "blocked",
        }
    }
}

impl std::fmt::Display for ConsentSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a consent is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    Everything,
    /// Marketing templates only; answers to the contact's own questions stay allowed.
    Marketing,
}

/// A contact opts in or out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentChange {
    pub topic: Topic,
    pub wish: Wish,
    pub source: ConsentSource,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    In,
    Out,
}

impl Consent {
    pub fn heard(change: &ConsentChange, at: Timestamp) -> Self {
        match change.wish {
            Wish::In => Self::OptedIn { at, source: change.source },
            Wish::Out => Self::OptedOut { at, source: change.source },
        }
    }

    pub fn is_out(&self) -> bool {
        matches!(self, Self::OptedOut { .. })
    }
}

/// The words of a channel that opt out and in, in upper case.
#[derive(Debug, Clone, Copy)]
pub struct Keywords {
    pub out: &'static [&'static str],
    pub back_in: &'static [&'static str],
}

impl Keywords {
    pub const NONE: Self = Self { out: &[], back_in: &[] };

    /// A keyword counts only when it is all the contact wrote: "please stop by tomorrow" is talk.
    pub fn wish(&self, text: &str) -> Option<Wish> {
        let word =
            text.trim_matches(|c: char| c.is_whitespace() || ".!\"'".contains(c)).to_uppercase();
        if self.out.contains(&word.as_str()) {
            Some(Wish::Out)
        } else if self.back_in.contains(&word.as_str()) {
            Some(Wish::In)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_counts_only_alone() {
        let words = Keywords { out: &["STOP", "/STOP"], back_in: &["START"] };
        for (text, wish) in [
            ("STOP", Some(Wish::Out)),
            (" stop. ", Some(Wish::Out)),
            ("\"Stop!\"", Some(Wish::Out)),
            ("/stop", Some(Wish::Out)),
            ("start", Some(Wish::In)),
            ("please stop by tomorrow", None),
            ("stopp", None),
            ("", None),
        ] {
            assert_eq!(words.wish(text), wish, "{text:?}");
        }
    }
}
