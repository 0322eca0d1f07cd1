//! What nobody should write.

use domain::faq::{Sensitivity, Verdict};
use proptest::prelude::*;

use super::{SHOP, ask, matcher, semantic};
use crate::Understanding::Lexical;
use crate::{Matcher, Set, TEXT_CHARS_MAX};

/// R097: as much work as for the longest text that is read, however long the text is.
#[test]
fn the_longest_messages_are_what_they_begin_with() {
    for understanding in [semantic(), Lexical] {
        let matcher = matcher(&SHOP, understanding);
        for text in [
            "where is my order? ".repeat(3_200),
            "q".repeat(50_000),
            "wxzqv ".repeat(10_000),
            "a b. ".repeat(12_000),
            "\u{301}".repeat(60_000),
            "👩‍👩‍👧‍👦".repeat(8_000),
            "ﷺ".repeat(60_000),
        ] {
            let beginning: String = text.chars().take(TEXT_CHARS_MAX).collect();
            assert_eq!(ask(&matcher, &text), ask(&matcher, &beginning));
        }
    }
}

/// R097: nothing to compare is said to be nothing.
#[test]
fn no_words_and_no_faqs_are_nothing() {
    for understanding in [semantic(), Lexical] {
        let empty = matcher(&[], understanding.clone());
        assert_eq!(ask(&empty, "where is my order").verdict, Verdict::Nothing);
        let matcher = matcher(&SHOP, understanding);
        for text in ["", " \n\t", "👍👍 🎉", "???", "\u{200b}\u{feff}", "…!"] {
            let matching = ask(&matcher, text);
            assert_eq!(matching.verdict, Verdict::Nothing, "{text:?}");
            assert!(matching.candidates.is_empty());
        }
    }
}

/// R097: an emoji can be a question by itself.
#[test]
fn an_emoji_that_is_a_question_is_answered() {
    let sketch = (domain::faq::FaqKind::Filler, "thumb", ["👍"].as_slice());
    let matching = ask(&matcher(&[sketch], Lexical), " 👍 ");
    assert_eq!(matching.verdict, Verdict::Exact);
}

/// R102: scripts and directions side by side.
#[test]
fn mixed_scripts_are_read() {
    for understanding in [semantic(), Lexical] {
        let matcher = matcher(&SHOP, understanding);
        let matching =
            ask(&matcher, "Привет, где мой order? 我的订单在哪里 مرحبا नमस्ते \u{202e}olleh");
        assert_eq!(matching.candidates.len(), 3);
        assert_eq!(matching.fingerprint.len(), 16);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// R097: whatever is written.
    #[test]
    fn no_text_breaks_it(text in any::<String>(), pieces in "[a-z .?!'’-]{0,80}") {
        let set = Set::publish(1, super::faqs(&SHOP), &Lexical, None);
        let matcher = Matcher::new(set, semantic());
        for text in [&text, &pieces] {
            for sensitivity in Sensitivity::ALL {
                let matching = matcher.ask(text, sensitivity);
                prop_assert!(matching.answer().is_none() || !matching.candidates.is_empty());
            }
        }
    }
}
