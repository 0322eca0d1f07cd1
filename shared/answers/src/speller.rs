//! Puts spelling right: words that neither the questions nor the language have, if there is one word
//! they were surely meant to be.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::model::Model;

/// Shorter words have too many neighbours.
const LETTERS_MIN: usize = 4;
/// Two slips are only believed of words as long as this.
const LETTERS_MIN_FOR_TWO: usize = 6;
/// Longer words are not slips of the finger, and cost the most.
const LETTERS_MAX: usize = 24;
/// So many unknown words of a text are looked at: more are another language.
const WORDS_MAX: usize = 32;

/// Knows the words of a set's questions, and those of the model if there is one.
#[derive(Debug)]
pub(crate) struct Speller {
    /// By how often they come.
    own: BTreeMap<String, u32>,
    model: Option<Arc<Model>>,
}

impl Speller {
    pub(crate) fn of(questions: &[&str], model: Option<Arc<Model>>) -> Self {
        let mut own = BTreeMap::new();
        for question in questions {
            for place in words(question) {
                *own.entry(question[place].to_ascii_lowercase()).or_default() += 1;
            }
        }
        Self { own, model }
    }

    /// The text with its words put right; none if there is nothing to put right.
    pub(crate) fn corrected(&self, text: &str) -> Option<String> {
        let mut corrected = String::new();
        let mut copied = 0;
        let long = words(text).into_iter().filter(|place| place.len() >= LETTERS_MIN);
        for place in long.filter(|place| place.len() <= LETTERS_MAX).take(WORDS_MAX) {
            let word = text[place.clone()].to_ascii_lowercase();
            if let Some(meant) = self.meant(&word) {
                corrected.push_str(&text[copied..place.start]);
                corrected.push_str(&meant);
                copied = place.end;
            }
        }
        corrected.push_str(&text[copied..]);
        (copied > 0).then_some(corrected)
    }

    /// The word that was meant, if it is another: one slip from a word of the questions, else one
    /// from a word of the language, the commonest first; else two from one of the questions.
    fn meant(&self, word: &str) -> Option<String> {
        if self.own.contains_key(word) || self.rank(word).is_some() {
            return None;
        }
        let near = one_slip(word);
        let own = near.iter().filter_map(|near| Some((self.own.get(near)?, near)));
        if let Some((_, near)) = own.max_by_key(|(times, _)| **times) {
            return Some(near.clone());
        }
        let known = near.iter().filter_map(|near| Some((self.rank(near)?, near)));
        if let Some((_, near)) = known.min_by_key(|(rank, _)| *rank) {
            return Some(near.clone());
        }
        // Without the words of the language, a passport would be a password.
        if word.len() < LETTERS_MIN_FOR_TWO || self.model.is_none() {
            return None;
        }
        let first = &word[..1];
        let own = self.own.range(first.to_owned()..).take_while(|(own, _)| own.starts_with(first));
        let near = own.filter(|(own, _)| slips(word, own) <= 2);
        near.max_by_key(|(_, times)| **times).map(|(own, _)| own.clone())
    }

    /// Where a word stands in the model's vocabulary, which begins with the commonest.
    fn rank(&self, word: &str) -> Option<u32> {
        self.model.as_ref()?.rank(word)
    }
}

/// The places of words of the letters a to z, and of nothing else. `don't` is none.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut from = None;
    let (mut pure, mut end) = (true, 0);
    for (place, c) in text.char_indices() {
        if c.is_alphanumeric() || matches!(c, '\'' | '’' | '_' | '@') {
            from.get_or_insert(place);
            pure &= c.is_ascii_alphabetic();
        } else if let Some(from) = from.take() {
            words.extend(pure.then_some(from..place));
            pure = true;
        }
        end = place + c.len_utf8();
    }
    words.extend(from.filter(|_| pure).map(|from| from..end));
    words
}

/// Every word that is one letter left out, put in, changed or swapped with the next.
fn one_slip(word: &str) -> Vec<String> {
    let mut near = Vec::new();
    for place in 0..=word.len() {
        let (before, after) = word.split_at(place);
        for letter in 'a'..='z' {
            near.push(format!("{before}{letter}{after}"));
            if !after.is_empty() {
                near.push(format!("{before}{letter}{}", &after[1..]));
            }
        }
        if !after.is_empty() {
            near.push(format!("{before}{}", &after[1..]));
        }
        if after.len() >= 2 {
            near.push(format!("{before}{}{}{}", &after[1..2], &after[..1], &after[2..]));
        }
    }
    near
}

/// How many slips are between two words, counted up to 3.
fn slips(word: &str, other: &str) -> usize {
    if word.len().abs_diff(other.len()) > 2 {
        return 3;
    }
    let (a, b) = (word.as_bytes(), other.as_bytes());
    // Of the letter before the last, of the last, and of this one.
    let mut rows = [vec![0; b.len() + 1], vec![0; b.len() + 1], (0..=b.len()).collect()];
    for i in 1..=a.len() {
        rows.rotate_left(1);
        let [before, last, this] = &mut rows;
        this[0] = i;
        for j in 1..=b.len() {
            let changed = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            this[j] = changed.min(last[j] + 1).min(this[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                this[j] = this[j].min(before[j - 2] + 1);
            }
        }
    }
    rows[2][b.len()].min(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corrected(text: &str) -> Option<String> {
        let questions = ["How can I recover the password of my account?", "Where is my order?"];
        Speller::of(&questions, None).corrected(text)
    }

    #[test]
    fn a_slip_of_the_finger_is_put_right() {
        for slip in ["passwrd", "passsword", "pasword", "oassword", "psasword", "PASSWRD"] {
            assert_eq!(
                corrected(&format!("my {slip}!")).as_deref(),
                Some("my password!"),
                "{slip}"
            );
        }
        assert_eq!(corrected("odrer adn acount").as_deref(), Some("order adn account"));
    }

    #[test]
    fn what_may_be_right_stays() {
        for text in
            ["where is my password", "my passport", "ordr3", "wher@order", "héllo", "", "an ordeal"]
        {
            assert_eq!(corrected(text), None, "{text}");
        }
    }

    #[test]
    fn slips_are_counted() {
        for (a, b, count) in [
            ("order", "order", 0),
            ("order", "odrer", 1),
            ("order", "ordre", 1),
            ("order", "oder", 1),
            ("recover", "recvoerr", 2),
            ("order", "other", 2),
            ("order", "password", 3),
        ] {
            assert_eq!((slips(a, b), slips(b, a)), (count, count), "{a} {b}");
        }
    }

    #[test]
    fn a_text_of_unknown_words_costs_little() {
        let unknown = "qwxzv ".repeat(10_000);
        assert_eq!(corrected(&unknown), None);
        assert_eq!(corrected(&"q".repeat(50_000)), None);
    }
}
