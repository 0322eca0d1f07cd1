//! What is read of a message: how much of it, and which words and sentences it has.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

/// So much of a text is read. The model reads 128 tokens, which is about 600 characters of English;
/// the rest is for sentences behind them.
pub const TEXT_CHARS_MAX: usize = 2_000;

/// So many sentences are read one by one. Each costs as much as the whole.
pub(crate) const SENTENCES_MAX: usize = 8;

/// The beginning of a text that is read.
pub(crate) fn beginning(text: &str) -> &str {
    match text.char_indices().nth(TEXT_CHARS_MAX) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

/// A text without case, spacing and punctuation: its letters and digits, in one of the ways Unicode
/// can write them. A text that has neither is its symbols.
pub(crate) fn normalised(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in beginning(text).nfkc().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            plain.push(c);
        } else if !is_apostrophe(c) && !plain.is_empty() && !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    plain.truncate(plain.trim_end().len());
    if plain.is_empty() { beginning(text).split_whitespace().collect() } else { plain }
}

/// `don't` and `dont` are one word.
fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{02bc}' | '`')
}

/// Whether there is anything to compare: a letter or a digit.
pub(crate) fn has_words(normalised: &str) -> bool {
    normalised.chars().any(char::is_alphanumeric)
}

/// Names a normalised text: 16 hexadecimal digits.
pub(crate) fn fingerprint(normalised: &str) -> String {
    let digest = Sha256::digest(normalised.as_bytes());
    hex::encode(&digest[..8])
}

/// The sentences of a text that has several, but for those of one word.
pub(crate) fn sentences(text: &str) -> Vec<&str> {
    let mut sentences: Vec<&str> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() && sentences.len() < SENTENCES_MAX {
        let end = sentence_end(rest);
        let sentence = rest[..end].trim();
        if sentence.split_whitespace().nth(1).is_some() {
            sentences.push(sentence);
        }
        rest = &rest[end..];
    }
    sentences.retain(|sentence| sentence.len() < text.trim().len());
    sentences
}

/// Where the first sentence ends: at the end of a line, or behind a full stop, a question or an
/// exclamation mark that a space follows, as none does in `3.50`.
fn sentence_end(text: &str) -> usize {
    let mut ended = false;
    for (place, c) in text.char_indices() {
        match c {
            '\n' | '。' | '！' | '？' => return place + c.len_utf8(),
            '.' | '!' | '?' | '…' | ';' => ended = true,
            _ if ended && c.is_whitespace() => return place,
            _ => ended = false,
        }
    }
    text.len()
}

/// Whether any word says what the text is about: `what is it` does not.
pub(crate) fn has_content(normalised: &str) -> bool {
    normalised.split(' ').any(|word| !EMPTY.contains(word))
}

/// Whether words stand side by side that nothing makes a sentence of: `order status parcel`.
pub(crate) fn is_keywords(normalised: &str) -> bool {
    !normalised.split(' ').any(|word| EMPTY.contains(word))
}

/// Words that say nothing by themselves: the closed classes of English, and what people say to be
/// polite. In their normalised form.
static EMPTY: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    "a an the this that these those it its i im me my you your u ur he she we our us they them \
     is are was were be been am do does did dont can could will would should shall may might must \
     have has had of in on at to for from by with about and or but so if then than as not no nope \
     yes yeah yep sure ok okay well hmm um uh oh ah hi hello hey bye goodbye thanks thank thx pls \
     please what whats which who why how when where there here just also too very really"
        .split_whitespace()
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_spacing_and_punctuation_do_not_count() {
        for text in ["Do you have  COD?", "do you have cod", " DO YOU HAVE ＣＯＤ!! "] {
            assert_eq!(normalised(text), "do you have cod");
        }
        assert_eq!(normalised("I don’t know"), normalised("i dont know"));
        assert_eq!(normalised("Cafe\u{301}"), "café");
    }

    #[test]
    fn symbols_count_where_there_is_nothing_else() {
        assert_eq!(normalised(" 👍 👍"), "👍👍");
        assert!(!has_words(&normalised("👍")));
        assert_eq!(normalised("great 👍"), "great");
        assert_eq!(normalised(" \n"), "");
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(beginning(&"é".repeat(60_000)).chars().count(), TEXT_CHARS_MAX);
        assert_eq!(beginning("short"), "short");
    }

    #[test]
    fn sentences_end_where_people_end_them() {
        let text = "Hi. I paid 3.50 for nothing!! What now?\nthank you so much";
        assert_eq!(
            sentences(text),
            ["I paid 3.50 for nothing!!", "What now?", "thank you so much"]
        );
        assert!(sentences("What now?").is_empty());
        assert_eq!(sentences(&"a b. ".repeat(100)).len(), SENTENCES_MAX);
    }

    #[test]
    fn keywords_are_no_sentence() {
        assert!(is_keywords("order status parcel"));
        assert!(!is_keywords("tell me the status of the parcel"));
    }

    #[test]
    fn politeness_says_nothing() {
        assert!(!has_content("hi how are you"));
        assert!(has_content("where is my order"));
    }
}
