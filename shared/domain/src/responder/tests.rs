//! Who owns a turn, and what is offered where nobody does.

use super::*;
use crate::capabilities::ChoiceLimits;
use crate::content::Answer;
use crate::faq::{Engine, Thousandths, Verdict};

static NOTHING: Capabilities = Capabilities::NOTHING;

const fn limit(value: u64) -> Limit {
    Limit { value, source: "" }
}

static SHORT_BUTTONS: Capabilities = Capabilities {
    buttons_max: limit(3),
    rows_max: limit(10),
    choices: ChoiceLimits {
        button_chars_max: Some(limit(20)),
        row_chars_max: Some(limit(24)),
        description_chars_max: Some(limit(72)),
        id_bytes_max: Some(limit(64)),
    },
    ..Capabilities::NOTHING
};

fn account() -> AccountId {
    "wa1".parse().unwrap()
}

fn matching(verdict: Verdict, questions: &[&str]) -> Matching {
    let candidates = questions.iter().enumerate().map(|(place, question)| Candidate {
        faq: format!("faq{place}").parse().unwrap(),
        question: (*question).to_owned(),
        score: Thousandths(500),
        likeness: Thousandths(500),
    });
    Matching {
        set: 1,
        engine: Engine::Lexical,
        sensitivity: Sensitivity::Balanced,
        verdict,
        candidates: candidates.collect(),
        margin: Thousandths(10),
        heard: None,
        fingerprint: "0".repeat(16),
        language: None,
    }
}

fn says(text: &str) -> Content {
    Content::text(text)
}

fn all() -> Responders {
    Responders {
        faqs: true,
        offer: Some("Did you mean one of these?".into()),
        quick_replies: vec![QuickReply {
            id: "hi".parse().unwrap(),
            text: "We are here.".into(),
            during: QuickReplyHours::Open,
        }],
        welcome: Some("Welcome.".into()),
        ..Responders::default()
    }
}

/// The text that is said, and who says it.
fn turn(responders: &Responders, asked: &Asked<'_>) -> Option<(ResponderKind, String)> {
    let turn = responders.turn(asked)?;
    Some((turn.responder, turn.content.words().unwrap_or("choices").to_owned()))
}

fn asked<'a>(account: &'a AccountId, capabilities: &'a Capabilities) -> Asked<'a> {
    Asked {
        conversation: None,
        account: Some(account),
        first_ever: true,
        hours: None,
        matching: None,
        answer: None,
        capabilities,
        now: "2026-11-20T10:00:00Z".parse().unwrap(),
    }
}

/// R104, R105: in the order that is chosen, the first that has something to say.
#[test]
fn the_first_of_the_order_that_has_an_answer_owns_the_turn() {
    let (account, answer) = (account(), says("Blue."));
    let asked = Asked { answer: Some(&answer), ..asked(&account, &NOTHING) };
    let order =
        |order: &[ResponderKind]| Responders { order: order.to_vec().try_into().unwrap(), ..all() };
    let by = |responders: &Responders| turn(responders, &asked).map(|(by, _)| by);
    assert_eq!(by(&all()), Some(ResponderKind::Faq));
    let quick_first = order(&[ResponderKind::QuickReply, ResponderKind::Faq]);
    assert_eq!(by(&quick_first), Some(ResponderKind::QuickReply));
    assert_eq!(by(&order(&[ResponderKind::Welcome])), Some(ResponderKind::Welcome));
    assert_eq!(by(&order(&[])), None);
    let without = Responders { faqs: false, ..all() };
    assert_eq!(by(&without), Some(ResponderKind::QuickReply), "FAQs are switched off");
}

/// R104: an account may have an order of its own.
#[test]
fn an_accounts_own_order_comes_before_the_workspaces() {
    let (account, answer) = (account(), says("Blue."));
    let asked = Asked { answer: Some(&answer), ..asked(&account, &NOTHING) };
    let own: Chain = vec![ResponderKind::Welcome].try_into().unwrap();
    let responders = Responders { accounts: [(account.clone(), own)].into(), ..all() };
    assert_eq!(turn(&responders, &asked).unwrap().0, ResponderKind::Welcome);
    assert!(!responders.asks_faqs(Some(&account)) && responders.asks_faqs(None));
}

#[test]
fn a_responder_stands_once_in_an_order() {
    let twice = vec![ResponderKind::Faq, ResponderKind::Faq];
    assert_eq!(Chain::try_from(twice), Err(Repeated));
}

fn offered(questions: &[&str], can: &Capabilities) -> Option<Choices> {
    let (account, matching) = (account(), matching(Verdict::Unsure, questions));
    let asked = Asked { matching: Some(&matching), ..asked(&account, can) };
    let silent = Responders { quick_replies: Vec::new(), welcome: None, ..all() };
    let content = silent.turn(&asked)?.content;
    let Content::Interactive(offer) = content else { panic!("{content:?}") };
    Some(offer.choices)
}

#[test]
fn the_nearest_are_offered_as_the_channel_can() {
    let short = ["Is it blue?", "Is it red?"];
    assert_eq!(offered(&short, &NOTHING), None);
    let Some(Choices::Buttons(buttons)) = offered(&short, &SHORT_BUTTONS) else {
        panic!("buttons")
    };
    assert_eq!(buttons[0].title.reveal(), "Is it blue?");
    let long = ["Is it blue?", "Where can I see what has become of my order?"];
    let Some(Choices::List { rows, .. }) = offered(&long, &SHORT_BUTTONS) else { panic!("a list") };
    assert_eq!(rows[1].title.reveal(), "Where can I see what ha…");
    assert_eq!(rows[1].description.as_ref().unwrap().reveal(), long[1]);
    assert_eq!(rows[0].description, None);
    let only_buttons = Capabilities { rows_max: limit(0), ..SHORT_BUTTONS };
    let Some(Choices::Buttons(cut)) = offered(&long, &only_buttons) else { panic!("buttons") };
    assert_eq!(cut[1].title.reveal(), "Where can I see wha…");
    assert_eq!(cut[1].description, None);
}

/// Nobody is offered a guess who gets an answer.
#[test]
fn an_offer_comes_after_all_answers() {
    let (account, unsure) = (account(), matching(Verdict::Unsure, &["Is it blue?"]));
    let asked = Asked { matching: Some(&unsure), ..asked(&account, &SHORT_BUTTONS) };
    assert_eq!(turn(&all(), &asked).unwrap().0, ResponderKind::QuickReply);
    let without_words = Responders { offer: None, quick_replies: Vec::new(), ..all() };
    let later = Asked { first_ever: false, ..asked };
    assert_eq!(turn(&without_words, &later), None);
}

#[test]
fn a_choice_comes_back_as_its_faq() {
    let answer = |id: &str| {
        let id = Some(id.to_owned());
        Content::Answer(Answer { id, title: "Is it blue?".into(), form: None })
    };
    assert_eq!(chosen(&answer("faq:returns")).unwrap().as_str(), "returns");
    assert_eq!(chosen(&answer("returns")), None);
    assert_eq!(chosen(&answer("faq:not a slug")), None);
    assert_eq!(chosen(&says("faq:returns")), None);
}
