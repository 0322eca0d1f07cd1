//! Sets that are published and asked, with the model and without.

mod advised;
mod asked;
mod hostile;
mod published;

use std::path::Path;
use std::sync::{Arc, LazyLock};

use domain::content::Content;
use domain::faq::{Faq, FaqKind, Matching, Sensitivity};
use jiff::Timestamp;

use crate::{Matcher, Model, Set, Understanding};

static MODEL: LazyLock<Arc<Model>> = LazyLock::new(|| {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    Arc::new(Model::open(&model::ready(&target).unwrap()).unwrap())
});

fn semantic() -> Understanding {
    Understanding::Semantic(MODEL.clone())
}

/// The kind of an FAQ, its name, and its questions.
type Sketch<'a> = (FaqKind, &'a str, &'a [&'a str]);

/// A small shop's.
const SHOP: [Sketch; 8] = [
    (FaqKind::Greeting, "hello", &["hi", "hello", "good morning", "how are you"]),
    (FaqKind::Closing, "thanks", &["thank you", "bye", "thanks for your help"]),
    (FaqKind::Filler, "yes", &["yes", "ok", "fine"]),
    (
        FaqKind::General,
        "password",
        &["How can I recover the password of my account?", "What do I do if I forgot my password?"],
    ),
    (
        FaqKind::General,
        "cod",
        &[
            "Do you have COD as a payment method?",
            "Can I pay after the delivery is completed?",
            "Is cash on delivery possible?",
        ],
    ),
    (
        FaqKind::General,
        "order",
        &["Where is my order right now?", "When will the parcel I ordered arrive?"],
    ),
    (FaqKind::General, "refund", &["How do I return an item and get a refund?"]),
    (FaqKind::General, "hours", &["What are your opening hours at the weekend?"]),
];

fn faqs(sketches: &[Sketch]) -> Vec<Faq> {
    let faq = |(kind, name, questions): &Sketch| Faq {
        id: name.parse().unwrap(),
        kind: *kind,
        questions: questions.iter().map(|question| (*question).to_owned()).collect(),
        answer: Content::text(format!("The answer to {name}.")),
        archived: false,
        changed_by: "ada".parse().unwrap(),
        changed_at: Timestamp::UNIX_EPOCH,
        revision: 1,
    };
    sketches.iter().map(faq).collect()
}

fn matcher(sketches: &[Sketch], understanding: Understanding) -> Matcher {
    Matcher::new(Set::publish(7, faqs(sketches), &understanding, None), understanding)
}

/// Asked with the usual sensitivity.
fn ask(matcher: &Matcher, text: &str) -> Matching {
    matcher.ask(text, Sensitivity::default())
}

/// The name of the FAQ that is answered with.
fn answered(matching: &Matching) -> Option<&str> {
    matching.answer().map(|candidate| candidate.faq.as_str())
}
