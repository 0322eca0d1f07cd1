//! What customers ask, and what is found.

use domain::faq::{Engine, FaqKind, Thousandths, Verdict};

use super::{SHOP, answered, ask, matcher, semantic};
use crate::Understanding::{self, Lexical};

fn both() -> [Understanding; 2] {
    [semantic(), Lexical]
}

/// R097: "How can I recover the password of my account?", asked in other ways.
#[test]
fn a_question_is_found_however_it_is_asked() {
    let matcher = matcher(&SHOP, semantic());
    for text in [
        "How can I recover my account's password?",
        "I forgot the password to my account, what now?",
        "how do i reset my password",
        "lost my pasword, how can i get it bakc",
        "can't log in, password forgotten",
    ] {
        let matching = ask(&matcher, text);
        assert_eq!(answered(&matching), Some("password"), "{text}: {matching:?}");
        assert_eq!((matching.verdict, matching.engine), (Verdict::Similar, Engine::Semantic));
    }
}

/// R098: "Do you have COD as a payment method?" and a related question that shares no word with it.
#[test]
fn a_related_question_and_lingo_find_the_same_answer() {
    let matcher = matcher(&SHOP, semantic());
    for text in [
        "Can I pay after the delivery is completed?",
        "can i pay once it has been delivered",
        "do you offer cod as payment",
        "is it possible to pay cash when it is delivered",
    ] {
        let matching = ask(&matcher, text);
        assert_eq!(answered(&matching), Some("cod"), "{text}: {matching:?}");
    }
}

/// R097: spelling errors that keep the meaning.
#[test]
fn spelling_is_put_right_and_what_was_heard_is_said() {
    for engine in both() {
        let matching = ask(&matcher(&SHOP, engine), "How can I recovr the pasword of my acount?");
        assert_eq!(answered(&matching), Some("password"), "{matching:?}");
        let heard = matching.heard.unwrap();
        assert_eq!(heard.reveal(), "How can I recover the password of my account?");
    }
}

/// R097: a question as it stands needs no reading, whatever its case, spacing and punctuation.
#[test]
fn a_question_as_it_stands_is_exact() {
    for engine in both() {
        let matching = ask(&matcher(&SHOP, engine), "  where is my ORDER, right now ");
        assert_eq!((matching.verdict, answered(&matching)), (Verdict::Exact, Some("order")));
        assert_eq!(matching.margin, Thousandths(1000));
        assert_eq!(matching.candidates[0].question, "Where is my order right now?");
        assert_eq!((matching.set, matching.heard), (7, None));
    }
}

/// R097: a question with no FAQ is not answered with a wrong one.
#[test]
fn what_no_faq_is_about_is_not_answered() {
    for engine in both() {
        let matcher = matcher(&SHOP, engine);
        for text in [
            "do you sell gift cards for christmas",
            "my dog ate the charger of my laptop",
            "I want to talk to the manager about what happened yesterday",
            "qwertz uiopü asdfg",
        ] {
            let matching = ask(&matcher, text);
            assert_eq!(answered(&matching), None, "{text}: {matching:?}");
            assert_eq!(matching.verdict, Verdict::Unsure);
            assert_eq!(matching.candidates.len(), 3);
        }
    }
}

#[test]
fn a_general_question_is_answered_before_a_greeting() {
    let matcher = matcher(&SHOP, semantic());
    let matching = ask(&matcher, "Hello. Where is my order now? Thank you.");
    assert_eq!(answered(&matching), Some("order"), "{matching:?}");
    assert_eq!(matching.heard.unwrap().reveal(), "Where is my order now?");
    assert_eq!(answered(&ask(&matcher, "Hello")), Some("hello"));
    assert_eq!(answered(&ask(&matcher, "thank you so much")), Some("thanks"));
}

#[test]
fn what_says_nothing_is_no_general_question() {
    let sketch =
        [(FaqKind::General, "you", ["Who are you and what is it that you can do?"].as_slice())];
    for engine in both() {
        let matcher = matcher(&sketch, engine);
        assert_eq!(answered(&ask(&matcher, "and what is it that you can do")), None);
        assert_eq!(
            ask(&matcher, "who are you and what is it that you can do").verdict,
            Verdict::Exact
        );
    }
}

/// Two FAQs with the same question: a general one goes first; of two general ones neither is
/// answered, and both are offered.
#[test]
fn the_same_question_of_two_faqs_is_not_guessed() {
    let general: &[&str] = &["Can I pay by card in the shop?"];
    let greeting = (FaqKind::Greeting, "greeting", general);
    let sketches =
        [greeting, (FaqKind::General, "one", general), (FaqKind::General, "two", general)];
    for engine in both() {
        let matching = ask(&matcher(&sketches[..2], engine.clone()), general[0]);
        assert_eq!((matching.verdict, answered(&matching)), (Verdict::Exact, Some("one")));
        let matching = ask(&matcher(&sketches, engine), general[0]);
        assert_eq!((matching.verdict, matching.margin), (Verdict::Unsure, Thousandths(0)));
        let offered: Vec<&str> = matching.candidates.iter().map(|c| c.faq.as_str()).collect();
        assert_eq!(offered, ["one", "two", "greeting"]);
    }
}

/// R102: another language is told with what was found.
#[test]
fn another_language_is_named() {
    let matcher = matcher(&SHOP, Lexical);
    let language = |text: &str| ask(&matcher, text).language;
    assert_eq!(
        language("Wann kommt die Bestellung an, auf die ich schon so lange warte?").as_deref(),
        Some("deu")
    );
    assert_eq!(language("When does my order arrive?"), None);
}

#[test]
fn a_fingerprint_names_what_was_written() {
    let matcher = matcher(&SHOP, Lexical);
    let named = |text: &str| ask(&matcher, text).fingerprint;
    assert_eq!(named("Is it  blue?"), named("is it blue"));
    assert_ne!(named("Is it blue?"), named("Is it green?"));
    assert_eq!(named("Is it blue?").len(), 16);
}
