//! Words as they are compared: by their letters, without case, accents and punctuation.

use domain::conversation::Via;
use domain::private::{Address, Words};
use unicode_normalization::UnicodeNormalization;

/// So many words of a name are found, and so many are looked for.
const WORDS_MAX: usize = 8;

/// A key holds so much of a word.
const WORD_CHARS_MAX: usize = 32;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Each begins a word of what is found.
    words: Words,
    /// As it stands in a text.
    phrase: Words,
}

impl Query {
    /// `None` if there is nothing to look for, such as in `!?`.
    pub fn read(text: &str) -> Option<Self> {
        let phrase = folded(text);
        let words = number(text).unwrap_or_else(|| phrase.clone());
        let words: Vec<String> = words.split(' ').take(WORDS_MAX).map(shortened).collect();
        let something = !phrase.is_empty() && !words.is_empty();
        something.then(|| Self { words: words.join(" ").into(), phrase: phrase.into() })
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.words.reveal().split(' ')
    }

    /// The word that tells most.
    pub(super) fn longest(&self) -> &str {
        self.words().max_by_key(|word| word.len()).unwrap_or_default()
    }

    /// Whether each word of the query begins one of these.
    pub(crate) fn begins(&self, words: &[String]) -> bool {
        self.words().all(|wanted| words.iter().any(|word| word.starts_with(wanted)))
    }

    /// Whether the query stands in a text.
    pub(crate) fn stands_in(&self, text: &str) -> bool {
        folded(text).contains(self.phrase.reveal().as_str())
    }
}

/// The digits of a telephone number as it is written down: with spaces and brackets, with `+`, `00`
/// or `0` before it. `None` if it is something else.
fn number(text: &str) -> Option<String> {
    let written = text.trim().replace("(0)", "");
    let of_numbers =
        |char: char| char.is_ascii_digit() || char.is_whitespace() || "+-()./".contains(char);
    if !written.chars().all(of_numbers) {
        return None;
    }
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let significant = digits.trim_start_matches('0');
    Some(if significant.is_empty() { digits } else { significant.to_owned() })
}

/// The words of a name, and those of addresses.
pub(crate) fn words(name: Option<&Words>, addresses: &[Via]) -> Vec<String> {
    let name = name.map(|name| folded(name.reveal())).unwrap_or_default();
    let mut words: Vec<String> = name.split(' ').take(WORDS_MAX).map(shortened).collect();
    words.extend(addresses.iter().flat_map(|via| words_of_address(&via.address)));
    words.retain(|word| !word.is_empty());
    words
}

/// A telephone number is found with its country code and without.
pub(super) fn words_of_address(address: &Address) -> Vec<String> {
    let digits = address.reveal().strip_prefix('+');
    match digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit())) {
        Some(digits) => vec![shortened(digits), shortened(national(digits))],
        None => folded(address.reveal()).split(' ').map(shortened).collect(),
    }
}

fn shortened(word: &str) -> String {
    word.chars().take(WORD_CHARS_MAX).collect()
}

/// The country codes of two digits; those that begin with 1 and 7 have one, all others three
/// (<https://www.itu.int/pub/T-SP-E.164D>).
const CODES_OF_TWO: [&str; 44] = [
    "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47",
    "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65",
    "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
];

fn national(digits: &str) -> &str {
    let code = match digits.get(..2) {
        Some(code) if code.starts_with(['1', '7']) => 1,
        Some(code) if CODES_OF_TWO.contains(&code) => 2,
        Some(_) | None => 3,
    };
    digits.get(code..).unwrap_or_default()
}

/// A text as it is compared: its words, with one space between them.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for char in text.nfkd().flat_map(char::to_lowercase) {
        match char {
            '\u{0300}'..='\u{036f}' | '\'' | '\u{2019}' | '\u{02bc}' => {}
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            char if !separates(char) => folded.push(char),
            _ if folded.is_empty() || folded.ends_with(' ') => {}
            _ => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

fn separates(char: char) -> bool {
    char.is_whitespace()
        || char.is_control()
        || char.is_ascii_punctuation()
        || ('\u{2000}'..='\u{206f}').contains(&char)
        || ['\u{ff0c}', '\u{3001}', '\u{3002}', '\u{30fb}', '«', '»'].contains(&char)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn finds(query: &str, name: &str, address: &str) -> bool {
        let via = Via { account: "a".parse().unwrap(), address: address.into() };
        let words = words(Some(&name.into()), &[via]);
        Query::read(query).is_some_and(|query| query.begins(&words))
    }

    /// R070, R151, R153: by the beginning of any word, however it is written.
    #[test]
    fn names_and_numbers_are_found_however_they_are_written() {
        for query in ["ada", "LOVE", "Áda", "lovelace, ada", "king l", "+1 650 555", "6505551234"]
        {
            assert!(finds(query, "Ada King-Lovelace", "+16505551234"), "{query}");
        }
        for query in ["da", "ada x", "505551234", "!?", ""] {
            assert!(!finds(query, "Ada King-Lovelace", "+16505551234"), "{query}");
        }
        for query in ["0170 12", "+49 170", "0049170", "+49 (0)170 / 12", "(0170) 12-34"] {
            assert!(finds(query, "", "+491701234"), "{query}");
        }
        assert!(finds("oconnor", "Seán O'Connor", ""));
        assert!(finds("strasse", "Große Straße", ""));
        assert!(finds("łukasz lukasz", "Łukasz", ""));
        assert!(finds("राम", "राम कुमार", ""));
        assert!(finds("ada@exam", "", "ada@example.test"));
        assert!(finds("@ada_l", "", "ada_l"));
        assert!(finds("+354 611", "", "+3546111234"));
        assert!(finds("6111", "", "+3546111234"));
    }

    #[test]
    fn a_query_stands_in_a_text_as_a_whole() {
        let query = Query::read("My ORDER").unwrap();
        assert!(query.stands_in("Where is my order?"));
        assert!(!query.stands_in("Order my book"));
    }

    proptest! {
        #[test]
        fn whoever_has_a_name_is_found_by_it(name in "\\PC{1,40}") {
            if Query::read(&name).is_some() && number(&name).is_none() {
                prop_assert!(finds(&name, &name, ""), "{}", name);
            }
        }

        #[test]
        fn what_is_compared_is_compared_to_itself(text in "\\PC{0,40}") {
            let once = folded(&text);
            prop_assert_eq!(folded(&once), once);
        }
    }
}
