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

/// What a question says, whatever its case, spacing and punctuation: questions are equal if this
/// is. Apostrophes join (`what's` is `whats`), other punctuation separates. Where nothing else would
/// be left, as of `?!`, the marks stand for themselves. Letters that are written in two ways, such
/// as an accent of its own, stay two.
pub fn essence(question: &str) -> String {
    let joined = question.chars().filter(|char| !['\'', '’', '‘', 'ʼ'].contains(char));
    let spaced: String = joined.map(|char| if separates(char) { ' ' } else { char }).collect();
    let essence = spaced.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    if essence.is_empty() { question.trim().to_owned() } else { essence }
}

/// Whether a character stands between words: spaces, and punctuation of the scripts that are
/// written most. Signs that say something by themselves (`👍`, `€`, the `#` of a language) do not.
fn separates(char: char) -> bool {
    if char.is_ascii() {
        return !char.is_ascii_alphanumeric() && !"#$%&+<=>@".contains(char);
    }
    let marks = [
        '¡', '«', '·', '»', '¿', '՜', '՝', '՞', '։', '،', '؛', '؟', '۔', '।', '॥', '・', '！',
        '，', '．', '：', '；', '？', '（', '）', '～',
    ];
    let general = ('\u{2000}'..='\u{206f}').contains(&char);
    let wide = ('\u{3000}'..='\u{3020}').contains(&char);
    char.is_whitespace() || char.is_control() || general || wide || marks.contains(&char)
}

/// So many letters of a question become the id of its FAQ.
const ID_CHARS_FROM_QUESTION: usize = 48;

/// The id of an FAQ whose author gives it none: made of its first question, the same for questions
/// that are equal. What had to be left out is told by a number behind it.
pub fn id_of(question: &str) -> FaqId {
    let essence = essence(question);
    let dashed: String =
        essence.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '-' }).collect();
    let words: Vec<&str> = dashed.split('-').filter(|word| !word.is_empty()).collect();
    let mut id: String = words.join("-").chars().take(ID_CHARS_FROM_QUESTION).collect();
    if id.is_empty() || id != essence.replace(' ', "-") {
        let words = if id.is_empty() { "faq" } else { id.trim_end_matches('-') };
        id = format!("{words}-{:08x}", fnv1a(&essence));
    }
    id.parse().expect("letters, digits and dashes, at most 57")
}

/// FNV-1a, which needs no crate: it tells ids apart and protects nothing.
fn fnv1a(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
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
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn questions_are_equal_whatever_their_case_spacing_and_punctuation() {
        for (one, other) in [
            ("What's your address?", "whats your  ADDRESS"),
            ("Do you ship to the U.S.?", "do you ship to the u s"),
            ("¿Dónde está?", "dónde está"),
            ("在哪里？", "在哪里"),
            ("👍", " 👍 "),
            ("?!", "?! "),
        ] {
            assert_eq!(essence(one), essence(other), "{one}");
        }
        for (one, other) in [
            ("Can I pay?", "Can I pay later?"),
            ("Is it 5 €?", "Is it 5 $?"),
            ("Do you teach C++?", "Do you teach C#?"),
            ("👍", "👎"),
            ("?", "!"),
        ] {
            assert_ne!(essence(one), essence(other), "{one}");
        }
    }

    #[test]
    fn an_id_is_made_of_the_question() {
        assert_eq!(id_of("Do you have COD?").as_str(), "do-you-have-cod");
        assert_eq!(id_of("In Köln?").as_str(), "in-k-ln-881f15ec");
        assert_eq!(id_of("在哪里？").as_str(), "faq-5d6ce4be");
        assert_eq!(id_of(&"long ".repeat(30)).as_str().len(), 57);
    }

    proptest! {
        #[test]
        fn every_question_has_an_essence_and_an_id(question in "\\PC{0,80}") {
            let essence = essence(&question);
            prop_assert_eq!(essence.is_empty(), question.trim().is_empty());
            prop_assert_eq!(super::essence(&essence), essence);
            prop_assert!(id_of(&question).as_str().len() <= 57);
        }
    }

    #[test]
    fn thousandths_are_rounded() {
        assert_eq!(Thousandths::of(0.5504), Thousandths(550));
        assert_eq!(Thousandths::of(-0.0006), Thousandths(-1));
        assert_eq!(Thousandths::of(f32::NAN), Thousandths(0));
    }
}
