//! What authors are warned of.

use domain::faq::FaqKind;

use super::{SHOP, Sketch, faqs, semantic};
use crate::Understanding::{self, Lexical};
use crate::{Remark, Set};

/// Each warning: the FAQ, the question's beginning, and the remark's name.
fn advised(sketches: &[Sketch], understanding: &Understanding) -> Vec<String> {
    let advice = Set::publish(1, faqs(sketches), understanding, None).advice();
    let line = |advice: &crate::Advice| {
        let question = advice.question.as_deref().unwrap_or("*");
        let question: String = question.chars().take(12).collect();
        format!("{} {question} {}", advice.faq, advice.remark.as_str())
    };
    advice.iter().map(line).collect()
}

/// R101: clear, full sentences with context, of at least five words, and enough of them.
#[test]
fn questions_are_held_against_the_best_practices() {
    let questions: &[&str] = &[
        "order status",
        "order tracking parcel delivery status",
        "What is it that you can do?",
        "Where can I see the status of my order?",
    ];
    let sketches = [
        (FaqKind::General, "order", questions),
        (FaqKind::General, "single", &["How do I return an item I do not like?"]),
    ];
    assert_eq!(
        advised(&sketches, &Lexical),
        [
            "order order status short",
            "order order tracki keywords",
            "order What is it t no_context",
            "single * few_questions",
        ]
    );
}

/// R101: greetings, closings and fillers are as short as people are.
#[test]
fn greetings_closings_and_fillers_may_be_short() {
    for understanding in [semantic(), Lexical] {
        assert_eq!(advised(&SHOP[..5], &understanding), ["password * few_questions"]);
    }
}

/// R102: a question in another language is no sure find.
#[test]
fn other_languages_are_warned_of() {
    let questions: &[&str] = &[
        "¿Dónde está mi pedido? Lo estoy esperando desde hace dos semanas",
        "Where is the order that I am waiting for?",
        "When will my order be delivered to me?",
    ];
    let sketches = [(FaqKind::General, "order", questions)];
    assert_eq!(advised(&sketches, &Lexical), ["order ¿Dónde está  language"]);
}

/// R101: FAQs exclude one another.
#[test]
fn a_question_of_two_faqs_is_told_of_both() {
    let card: &[&str] = &[
        "Can I pay by card in your shop?",
        "Do you take credit cards?",
        "Is paying by card okay?",
    ];
    let sketches = [
        (FaqKind::General, "card", card),
        (
            FaqKind::General,
            "shop",
            &[
                "can i pay by CARD in your shop",
                "Where is your shop in town?",
                "When is the shop open?",
            ],
        ),
    ];
    let same = |advised: &String| advised.ends_with("same_question");
    let advised = advised(&sketches, &semantic());
    let same: Vec<&String> = advised.iter().filter(|line| same(line)).collect();
    assert_eq!(same, ["card Can I pay by same_question", "shop can i pay by same_question"]);
}

/// R101: a question that another FAQ would answer is named with that FAQ and its question.
#[test]
fn questions_that_are_nearer_to_another_faq_are_named() {
    let password: &[&str] = &[
        "How can I recover the password of my account?",
        "What do I do if I forgot my password?",
        "I cannot remember the password I log in with",
    ];
    let hours: &[&str] = &[
        "What are your opening hours at the weekend?",
        "When does the shop open on a Sunday?",
        "Until when are you open today?",
        "How do I recover the password that I forgot?",
    ];
    let conflicts = |hours| {
        let sketches =
            [(FaqKind::General, "password", password), (FaqKind::General, "hours", hours)];
        let mut advice = Set::publish(1, faqs(&sketches), &semantic(), None).advice();
        advice.retain(|advice| matches!(advice.remark, Remark::Conflict { .. }));
        advice
    };
    assert_eq!(conflicts(&hours[..3]), []);
    let found = conflicts(hours);
    let misplaced = found.iter().find(|advice| advice.question.as_deref() == Some(hours[3]));
    let remark = &misplaced.unwrap().remark;
    let question = password[1].to_owned();
    assert_eq!(*remark, Remark::Conflict { faq: "password".parse().unwrap(), question });
    assert!(remark.to_string().contains("answered with password"));
}
