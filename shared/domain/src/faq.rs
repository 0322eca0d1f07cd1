//! FAQs: what is often asked, what is answered, and what a match is worth.
//!
//! Finding the match is the matcher's (`shared/answers`); what it found is kept with the message, so
//! that *why* can be answered later.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::content::Content;
use crate::id::{FaqId, UserId};
use crate::private::Words;

/// Questions that mean the same, and their answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Faq {
    pub id: FaqId,
    pub kind: FaqKind,
    /// The question it is known by, and then the related ones; never none.
    pub questions: Vec<String>,
    /// With variables such as `{{contact.name}}` in its words.
    pub answer: Content,
    /// Archived FAQs are kept and are in no set that is published from then on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
    pub changed_by: UserId,
    pub changed_at: Timestamp,
    /// How often it has been changed, so that no change is lost to another.
    pub revision: u32,
}

/// What an FAQ is for. Only general ones are expected to be full sentences.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum FaqKind {
    /// Hello.
    Greeting,
    #[default]
    General,
    /// Good-bye, thank you.
    Closing,
    /// Yes, no, well.
    Filler,
}

impl FaqKind {
    pub const ALL: [Self; 4] = [Self::Greeting, Self::General, Self::Closing, Self::Filler];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Greeting => "greeting",
            Self::General => "general",
            Self::Closing => "closing",
            Self::Filler => "filler",
        }
    }
}

/// How sure a match must be before it is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// Answers more, and wrongly more often.
    Eager,
    #[default]
    Balanced,
    /// Answers less, and hardly ever wrongly.
    Strict,
}

impl Sensitivity {
    pub const ALL: [Self; 3] = [Self::Eager, Self::Balanced, Self::Strict];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eager => "eager",
            Self::Balanced => "balanced",
            Self::Strict => "strict",
        }
    }
}

/// What the matcher understands with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    /// A language model: meaning and letters.
    Semantic,
    /// Letters alone.
    Lexical,
}

impl Engine {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Semantic => "semantic",
            Self::Lexical => "lexical",
        }
    }
}

/// What a message was compared with, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matching {
    /// The version of the set that was published.
    pub set: u32,
    pub engine: Engine,
    pub sensitivity: Sensitivity,
    pub verdict: Verdict,
    /// The best FAQs, at most [`CANDIDATES_MAX`], the best first; each FAQ once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
    /// By how much the first scores above the second.
    pub margin: Thousandths,
    /// What was understood, where it is not what was written: spelling put right, or the one
    /// sentence that matched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<Words>,
    /// Names what was written, whatever its case, spacing and punctuation: 16 hexadecimal digits.
    pub fingerprint: String,
    /// The language it seems to be in (ISO 639-3) where that is not English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// So many FAQs are remembered with a message, and offered.
pub const CANDIDATES_MAX: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// One of the questions, as it stands.
    Exact,
    /// Near enough to one FAQ, and far enough from the others.
    Similar,
    /// Something is near, but it is not sure enough.
    Unsure,
    /// There is nothing to compare: no words, or no FAQs.
    Nothing,
}

impl Verdict {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Similar => "similar",
            Self::Unsure => "unsure",
            Self::Nothing => "nothing",
        }
    }
}

/// An FAQ that a message may mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub faq: FaqId,
    /// Its question that is nearest.
    pub question: String,
    /// How likely it is among the others: what they are ranked by.
    pub score: Thousandths,
    /// How alike the message and the question are by themselves: what the gate asks.
    pub likeness: Thousandths,
}

/// A number between about -1 and 1, in thousandths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Thousandths(pub i32);

impl Thousandths {
    /// The nearest; what is no number is 0.
    pub fn of(value: f32) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "a cast of a float saturates")]
        Self((value * 1000.0).round() as i32)
    }
}

impl Matching {
    /// Whether something is near, but not near enough.
    pub fn is_unsure(&self) -> bool {
        match self.verdict {
            Verdict::Unsure => true,
            Verdict::Exact | Verdict::Similar | Verdict::Nothing => false,
        }
    }

    /// The FAQ to be answered with, if it is sure enough.
    pub fn answer(&self) -> Option<&Candidate> {
        match self.verdict {
            Verdict::Exact | Verdict::Similar => self.candidates.first(),
            Verdict::Unsure | Verdict::Nothing => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousandths_are_rounded() {
        assert_eq!(Thousandths::of(0.5504), Thousandths(550));
        assert_eq!(Thousandths::of(-0.0006), Thousandths(-1));
        assert_eq!(Thousandths::of(f32::NAN), Thousandths(0));
    }
}
