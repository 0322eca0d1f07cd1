//! Whether a contact may be written to.
//!
//! Consent belongs to an address: somebody who texts STOP to a number has said nothing about
//! e-mail. The newest word counts, except that only the contact lifts what the contact has set.

mod keywords;

pub use keywords::{Keywords, LANGUAGES, OwnWords};

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
    /// A list that somebody brought along.
    Upload,
    /// A user was told.
    Agent,
    /// A workflow asked, or another program of the business.
    Automation,
}

impl ConsentSource {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::Provider => "provider",
            Self::Blocked => "blocked",
            Self::Upload => "upload",
            Self::Agent => "agent",
            Self::Automation => "automation",
        }
    }

    /// Whether this is the contact's own word, and not what somebody says of it.
    pub fn is_contact(self) -> bool {
        match self {
            Self::Keyword | Self::Provider | Self::Blocked => true,
            Self::Upload | Self::Agent | Self::Automation => false,
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

/// What a word about consent amounts to, where another is known already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hearing {
    /// It is what counts from now on.
    Counts(Consent),
    /// It was known, or what is known is newer.
    Superseded,
    /// The contact opted out, and only the contact lifts that.
    ContactOptedOut { at: Timestamp, source: ConsentSource },
}

impl Consent {
    /// Whether a word said at `at` counts over what is known.
    ///
    /// An opt-out that others report of a contact who has opted out already says nothing new, so
    /// that it cannot be lifted by them afterwards.
    pub fn hearing(&self, change: &ConsentChange, at: Timestamp) -> Hearing {
        if let Self::OptedOut { at: since, source } = *self
            && source.is_contact()
            && !change.source.is_contact()
        {
            return match change.wish {
                Wish::In => Hearing::ContactOptedOut { at: since, source },
                Wish::Out => Hearing::Superseded,
            };
        }
        let heard = Self::heard(change, at);
        // Providers tell seconds: of two words of the same one, the later to be heard counts.
        match self.at() {
            Some(known) if known > at || *self == heard => Hearing::Superseded,
            Some(_) | None => Hearing::Counts(heard),
        }
    }

    fn at(&self) -> Option<Timestamp> {
        match self {
            Self::Unasked => None,
            Self::OptedIn { at, .. } | Self::OptedOut { at, .. } => Some(*at),
        }
    }

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn change(wish: Wish, source: ConsentSource) -> ConsentChange {
        ConsentChange { topic: Topic::Everything, wish, source }
    }

    /// R085: the newest word counts, and only the contact lifts what the contact has set.
    #[test]
    fn whose_word_counts() {
        use ConsentSource::{Agent, Keyword, Provider, Upload};
        let by = |wish, source, second| Consent::heard(&change(wish, source), at(second));
        let refused = |source| Hearing::ContactOptedOut { at: at(5), source };
        let counts = |wish, source| Hearing::Counts(by(wish, source, 9));
        let old = Hearing::Superseded;
        for (known, wish, source, second, hearing) in [
            (Consent::Unasked, Wish::In, Upload, 9, counts(Wish::In, Upload)),
            (Consent::Unasked, Wish::Out, Keyword, 9, counts(Wish::Out, Keyword)),
            (by(Wish::In, Upload, 5), Wish::Out, Keyword, 9, counts(Wish::Out, Keyword)),
            (by(Wish::In, Upload, 5), Wish::Out, Keyword, 4, old.clone()),
            (by(Wish::In, Upload, 5), Wish::In, Upload, 5, old.clone()),
            (
                by(Wish::Out, Keyword, 5),
                Wish::In,
                Keyword,
                5,
                Hearing::Counts(by(Wish::In, Keyword, 5)),
            ),
            (by(Wish::In, Keyword, 5), Wish::Out, Agent, 9, counts(Wish::Out, Agent)),
            (by(Wish::Out, Agent, 5), Wish::In, Upload, 9, counts(Wish::In, Upload)),
            (by(Wish::Out, Keyword, 5), Wish::In, Upload, 9, refused(Keyword)),
            (by(Wish::Out, Provider, 5), Wish::In, Agent, 9, refused(Provider)),
            (by(Wish::Out, Keyword, 5), Wish::Out, Agent, 9, old),
            (by(Wish::Out, Keyword, 5), Wish::In, Keyword, 9, counts(Wish::In, Keyword)),
        ] {
            let heard = known.hearing(&change(wish, source), at(second));
            assert_eq!(heard, hearing, "{known:?} {wish:?} {source} {second}");
        }
    }

    fn word() -> impl Strategy<Value = (ConsentChange, i64)> {
        use ConsentSource::{Agent, Automation, Blocked, Keyword, Provider, Upload};
        let wish = prop_oneof![Just(Wish::In), Just(Wish::Out)];
        let source =
            prop::sample::select(vec![Keyword, Provider, Blocked, Upload, Agent, Automation]);
        (wish, source, 0i64..20).prop_map(|(wish, source, second)| (change(wish, source), second))
    }

    proptest! {
        /// R085: whatever others say, and in whatever order it is heard, after a contact's own
        /// opt-out only the contact's own word opens the address again.
        #[test]
        fn nobody_else_lifts_a_contact_s_opt_out(words in prop::collection::vec(word(), 0..12)) {
            let mut known = Consent::heard(&change(Wish::Out, ConsentSource::Keyword), at(10));
            for (change, second) in &words {
                if let Hearing::Counts(consent) = known.hearing(change, at(*second)) {
                    known = consent;
                }
            }
            let lifted = words.iter().any(|(change, second)| {
                change.source.is_contact() && change.wish == Wish::In && *second >= 10
            });
            prop_assert!(known.is_out() || lifted, "{known:?}");
        }

        /// Hearing a word twice is hearing it once.
        #[test]
        fn a_repeated_word_changes_nothing(words in prop::collection::vec(word(), 1..8)) {
            let mut known = Consent::Unasked;
            for (change, second) in &words {
                if let Hearing::Counts(consent) = known.hearing(change, at(*second)) {
                    known = consent;
                    let again = known.hearing(change, at(*second));
                    prop_assert!(!matches!(again, Hearing::Counts(_)));
                }
            }
        }
    }
}
