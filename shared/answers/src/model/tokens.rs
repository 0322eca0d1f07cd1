//! Cuts a text into the pieces the model knows: BERT's uncased WordPiece.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// The beginning, the end, and what has no piece.
const CLS: &str = "[CLS]";
const SEP: &str = "[SEP]";
const UNKNOWN: &str = "[UNK]";

/// A longer word is unknown, as it was when the model was trained.
const WORD_CHARS_MAX: usize = 100;

/// The pieces, by what they are written as; those within a word begin with `##`.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    pieces: HashMap<Box<str>, u32>,
    cls: u32,
    sep: u32,
    unknown: u32,
}

impl Vocabulary {
    /// Of a list with a piece on each line; none if it lacks what every text has.
    pub(crate) fn of(list: &str) -> Option<Self> {
        let pieces: HashMap<Box<str>, u32> = list.lines().map(Box::from).zip(0..).collect();
        let piece = |name: &str| pieces.get(name).copied();
        let (cls, sep, unknown) = (piece(CLS)?, piece(SEP)?, piece(UNKNOWN)?);
        Some(Self { pieces, cls, sep, unknown })
    }

    /// Where a word stands in the list; none if it is not one piece.
    pub(crate) fn rank(&self, word: &str) -> Option<u32> {
        self.pieces.get(word).copied()
    }

    /// The pieces of a text, at most `most` with those that begin and end it.
    pub(crate) fn pieces(&self, text: &str, most: usize) -> Vec<u32> {
        let mut found = vec![self.cls];
        for word in words(text) {
            if found.len() + 1 >= most {
                break;
            }
            self.pieces_of_word(&word, &mut found);
        }
        found.truncate(most - 1);
        found.push(self.sep);
        found
    }

    /// The longest piece the word begins with, then the longest the rest begins with, and so on; if
    /// any part has none, the word is unknown.
    fn pieces_of_word(&self, word: &str, found: &mut Vec<u32>) {
        let before = found.len();
        if word.chars().count() > WORD_CHARS_MAX {
            found.push(self.unknown);
            return;
        }
        let mut rest = word;
        while !rest.is_empty() {
            let within = if rest.len() < word.len() { "##" } else { "" };
            let ends = rest.char_indices().map(|(place, c)| place + c.len_utf8()).rev();
            let longest = ends.into_iter().find_map(|end| {
                Some((self.pieces.get(format!("{within}{}", &rest[..end]).as_str())?, end))
            });
            let Some((piece, end)) = longest else {
                found.truncate(before);
                found.push(self.unknown);
                return;
            };
            found.push(*piece);
            rest = &rest[end..];
        }
    }
}

/// The words of a text, small and without accents; each punctuation mark and each Chinese character
/// is a word.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let clean = text.chars().filter(|c| c.is_whitespace() || !is_control(*c));
    let bare = clean.nfd().filter(|c| c.general_category() != GeneralCategory::NonspacingMark);
    for c in bare.flat_map(char::to_lowercase) {
        let alone = is_punctuation(c) || is_chinese(c);
        if (alone || c.is_whitespace()) && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| !c.is_whitespace()) {
            word.push(c);
        }
        if alone {
            words.push(String::new());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn is_control(c: char) -> bool {
    c == '\u{fffd}' || c.general_category_group() == GeneralCategoryGroup::Other
}

fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation() || c.general_category_group() == GeneralCategoryGroup::Punctuation
}

/// As BERT counts them: without the Korean and Japanese scripts.
fn is_chinese(c: char) -> bool {
    matches!(c,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{2a6df}' | '\u{2a700}'..='\u{2b73f}' | '\u{2b740}'..='\u{2b81f}'
        | '\u{2b820}'..='\u{2ceaf}' | '\u{2f800}'..='\u{2fa1f}')
}
