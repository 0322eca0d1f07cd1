//! What a message was found to mean, as clients see it.

use domain::conversation::Automatic;
use domain::faq::{Candidate, Matching, Thousandths};
use serde_json::{Value, json};

/// With the FAQs where they can be looked at.
pub(crate) fn matching(matching: &Matching) -> Value {
    let candidate = |candidate: &Candidate| {
        let Candidate { faq, question, score, likeness } = candidate;
        json!({
            "faq": faq,
            "link": format!("/v1/faqs/{faq}"),
            "question": question,
            "score": decimal(*score),
            "likeness": decimal(*likeness),
        })
    };
    json!({
        "version": matching.set,
        "engine": matching.engine,
        "sensitivity": matching.sensitivity,
        "verdict": matching.verdict,
        "candidates": matching.candidates.iter().map(candidate).collect::<Vec<_>>(),
        "margin": decimal(matching.margin),
        "heard": matching.heard,
        "language": matching.language,
    })
}

pub(crate) fn decimal(Thousandths(thousandths): Thousandths) -> f64 {
    f64::from(thousandths) / 1000.0
}

/// Where the words of a responder come from.
pub(super) fn automatic(automatic: &Automatic) -> Value {
    json!({
        "quick_reply": automatic.quick_reply,
        "matching": automatic.matching.as_ref().map(matching),
    })
}
