//! What is kept of a set, and what it is served with.

use domain::faq::{Engine, FaqKind};
use proptest::prelude::*;

use super::{SHOP, answered, ask, faqs, matcher, semantic};
use crate::Understanding::Lexical;
use crate::{Matcher, Set, VOTING_QUESTIONS_MAX};

#[test]
fn a_set_is_read_as_it_was_written() {
    for understanding in [semantic(), Lexical] {
        let set = Set::publish(7, faqs(&SHOP), &understanding, None);
        let read = Set::from_bytes(&set.to_bytes().unwrap()).unwrap();
        assert_eq!(read, set);
        let (before, after) =
            (Matcher::new(set, understanding.clone()), Matcher::new(read, understanding));
        let text = "when does my parcel arrive";
        assert_eq!(ask(&before, text), ask(&after, text));
    }
}

#[test]
fn archived_faqs_are_not_published() {
    let mut faqs = faqs(&SHOP);
    faqs[3].archived = true;
    let set = Set::publish(1, faqs, &Lexical, None);
    assert_eq!(set.faqs().len(), SHOP.len() - 1);
    assert!(set.faq(&"password".parse().unwrap()).is_none());
    assert!(set.faq(&"cod".parse().unwrap()).is_some());
}

#[test]
fn what_an_earlier_set_knows_is_not_read_again() {
    let earlier = Set::publish(1, faqs(&SHOP), &semantic(), None);
    let mut changed = faqs(&SHOP[3..]);
    changed[0].questions.push("I cannot remember my password".to_owned());
    let fresh = Set::publish(2, changed.clone(), &semantic(), None);
    assert_eq!(Set::publish(2, changed, &semantic(), Some(&earlier)), fresh);
}

/// R097: without the model a set is served by its letters, as if it had been published so.
#[test]
fn a_set_outlives_the_model_it_was_read_with() {
    let read = Set::publish(7, faqs(&SHOP), &semantic(), None);
    assert_eq!(read.engine(), Engine::Semantic);
    let (without, lexical) = (Matcher::new(read, Lexical), matcher(&SHOP, Lexical));
    for text in ["How can I recover my account's password?", "where's the order"] {
        let matching = ask(&without, text);
        assert_eq!(matching.engine, Engine::Lexical);
        assert_eq!(matching, ask(&lexical, text));
    }
    let matching = ask(&without, "how can i recover the password to my account");
    assert_eq!(answered(&matching), Some("password"), "{matching:?}");
    let late = Matcher::new(Set::publish(7, faqs(&SHOP), &Lexical, None), semantic());
    assert_eq!(late.engine(), Engine::Lexical);
}

#[test]
fn a_set_of_more_questions_than_vote_is_still_asked() {
    let many: Vec<String> = (0..=VOTING_QUESTIONS_MAX)
        .map(|i| format!("What is the price of item number {i}?"))
        .collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let sketches = [(FaqKind::General, "price", many.as_slice()), SHOP[5]];
    let matcher = matcher(&sketches, Lexical);
    assert_eq!(answered(&ask(&matcher, "where is my order right now, please")), Some("order"));
    assert_eq!(answered(&ask(&matcher, many.last().unwrap())), Some("price"));
    let set = Set::from_bytes(&matcher.set().to_bytes().unwrap()).unwrap();
    assert_eq!(&set, matcher.set());
}

#[test]
fn bytes_that_are_no_set_are_refused() {
    let bytes = Set::publish(7, faqs(&SHOP), &semantic(), None).to_bytes().unwrap();
    for length in 0..bytes.len() {
        assert!(Set::from_bytes(&bytes[..length]).is_err(), "{length}");
    }
    assert!(Set::from_bytes(&[bytes.as_slice(), b"x"].concat()).is_err());
}

proptest! {
    #[test]
    fn damaged_bytes_never_break_it(
        (place, byte) in (any::<proptest::sample::Index>(), any::<u8>()),
        noise in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let mut bytes = Set::publish(7, faqs(&SHOP), &Lexical, None).to_bytes().unwrap();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(set) = Set::from_bytes(&bytes) {
            ask(&Matcher::new(set, Lexical), "where is my order");
        }
        let begun = [b"confab answers 1".as_slice(), &noise].concat();
        prop_assert!(Set::from_bytes(&begun).is_err());
    }
}
