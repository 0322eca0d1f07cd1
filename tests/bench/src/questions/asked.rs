//! Asks a published set, and counts what comes of it.

use std::collections::BTreeMap;

use answers::{Matcher, Set, Understanding};
use bench::Failed;
use domain::content::Content;
use domain::faq::{Faq, FaqKind, Matching, Sensitivity};
use jiff::Timestamp;

use super::data::Labelled;

/// FAQs named by the labels, as they are published and asked.
pub(crate) fn published(
    texts: &[Labelled],
    understanding: &Understanding,
) -> Result<Matcher, Failed> {
    let set = Set::publish(1, faqs(texts)?, understanding, None);
    Ok(Matcher::new(set, understanding.clone()))
}

/// An FAQ for each label, in the order of the labels' names.
fn faqs(texts: &[Labelled]) -> Result<Vec<Faq>, Failed> {
    let mut labels: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for text in texts {
        labels.entry(&text.label).or_default().push(text.text.clone());
    }
    let faq = |(label, questions): (&str, Vec<String>)| {
        Ok(Faq {
            id: name(label).parse()?,
            kind: FaqKind::General,
            questions,
            answer: Content::text(label),
            archived: false,
            changed_by: "bench".parse()?,
            changed_at: Timestamp::UNIX_EPOCH,
            revision: 1,
        })
    };
    labels.into_iter().map(faq).collect()
}

/// A label as an id can be.
fn name(label: &str) -> String {
    label.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
}

/// What was made of each text, and whether its own FAQ came first.
pub(crate) struct Asked(Vec<(Matching, bool)>);

/// Asks all texts, half of them on another thread.
pub(crate) fn ask(
    matcher: &Matcher,
    texts: &[Labelled],
    sensitivity: Sensitivity,
) -> Result<Asked, Failed> {
    let ask = |text: &Labelled| {
        let matching = matcher.ask(&text.text, sensitivity);
        let first = matching.candidates.first();
        let right = first.is_some_and(|first| first.faq.as_str() == name(&text.label));
        (matching, right)
    };
    let (one, other) = texts.split_at(texts.len() / 2);
    std::thread::scope(|scope| {
        let one = scope.spawn(|| one.iter().map(ask).collect::<Vec<_>>());
        let other: Vec<_> = other.iter().map(ask).collect();
        let mut all = one.join().map_err(|_panic| "a question was too much")?;
        all.extend(other);
        Ok(Asked(all))
    })
}

/// Of a hundred texts.
impl Asked {
    fn share(&self, counts: impl Fn(&(Matching, bool)) -> bool) -> f64 {
        100.0 * self.0.iter().filter(|asked| counts(asked)).count() as f64 / self.0.len() as f64
    }

    /// Whose own FAQ came first.
    pub(crate) fn right(&self) -> f64 {
        self.share(|(_, right)| *right)
    }

    pub(crate) fn answered(&self) -> f64 {
        self.share(|(matching, _)| matching.answer().is_some())
    }

    pub(crate) fn answered_rightly(&self) -> f64 {
        self.share(|(matching, right)| matching.answer().is_some() && *right)
    }

    pub(crate) fn answered_wrongly(&self) -> f64 {
        self.share(|(matching, right)| matching.answer().is_some() && !*right)
    }

    /// How often one of these scores above one of those that nothing is there for.
    pub(crate) fn above(&self, strange: &Self) -> f64 {
        let mut scores: Vec<i32> = strange.0.iter().map(score).collect();
        scores.sort_unstable();
        let below = |asked| {
            let score = score(asked);
            let less = scores.partition_point(|strange| *strange < score);
            (less + scores.partition_point(|strange| *strange <= score)) as f64 / 2.0
        };
        let sum: f64 = self.0.iter().map(below).sum();
        100.0 * sum / (self.0.len() * scores.len()) as f64
    }

    /// Those that are right and score above nineteen of twenty of those that nothing is there for.
    pub(crate) fn right_above(&self, strange: &Self) -> f64 {
        let mut scores: Vec<i32> = strange.0.iter().map(score).collect();
        scores.sort_unstable();
        let bound = scores.get(scores.len() * 19 / 20).copied().unwrap_or(i32::MAX);
        self.share(|asked| asked.1 && score(asked) > bound)
    }
}

/// What the best FAQ is ranked by.
fn score((matching, _): &(Matching, bool)) -> i32 {
    matching.candidates.first().map_or(i32::MIN, |first| first.score.0)
}
