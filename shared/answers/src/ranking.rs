//! Which FAQs a text may mean, the best first.

use crate::ridge::vote;

/// An FAQ among the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ranked {
    /// Its place in the set.
    pub(crate) faq: usize,
    /// What it is ranked by.
    pub(crate) score: f32,
    /// How alike the text and its nearest question are.
    pub(crate) likeness: f32,
    /// The place of that question among all of the set.
    pub(crate) question: usize,
}

/// Ranks FAQs by how alike a text is to each question, whose those are, and what the vote of each
/// counts; where that was not solved for, by the nearest question and the average one.
pub(crate) fn ranked(
    likeness: &[f32],
    owners: &[usize],
    coefficients: &[f32],
    faqs: usize,
) -> Vec<Ranked> {
    let mut ranked = nearest(likeness, owners);
    let scores = match coefficients.is_empty() {
        true => averages(likeness, owners, faqs),
        false => votes(likeness, coefficients, faqs),
    };
    for ranked in &mut ranked {
        let near = if coefficients.is_empty() { ranked.likeness } else { 0.0 };
        ranked.score = near + scores[ranked.faq];
    }
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.faq.cmp(&b.faq)));
    ranked
}

/// Each FAQ with its nearest question.
fn nearest(likeness: &[f32], owners: &[usize]) -> Vec<Ranked> {
    let mut nearest: Vec<Ranked> = Vec::new();
    for (question, (likeness, faq)) in likeness.iter().zip(owners).enumerate() {
        let this = Ranked { faq: *faq, score: 0.0, likeness: *likeness, question };
        match nearest.last_mut().filter(|last| last.faq == *faq) {
            Some(last) if last.likeness >= *likeness => {}
            Some(last) => *last = this,
            None => nearest.push(this),
        }
    }
    nearest
}

fn votes(likeness: &[f32], coefficients: &[f32], faqs: usize) -> Vec<f32> {
    let mut scores = vec![0.0; faqs];
    for (likeness, coefficients) in likeness.iter().zip(coefficients.chunks_exact(faqs)) {
        let vote = vote(*likeness);
        for (score, coefficient) in scores.iter_mut().zip(coefficients) {
            *score += vote * coefficient;
        }
    }
    scores
}

/// What the average of an FAQ's questions counts beside the nearest.
const AVERAGE_WEIGHT: f32 = 0.5;

fn averages(likeness: &[f32], owners: &[usize], faqs: usize) -> Vec<f32> {
    let (mut sums, mut counts) = (vec![0.0; faqs], vec![0.0_f32; faqs]);
    for (likeness, faq) in likeness.iter().zip(owners) {
        sums[*faq] += likeness;
        counts[*faq] += 1.0;
    }
    sums.iter().zip(counts).map(|(sum, count)| AVERAGE_WEIGHT * sum / count.max(1.0)).collect()
}
