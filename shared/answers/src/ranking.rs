//! Which FAQs a text may mean, the best first.

use crate::ridge::{vote, vote_alone};

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

/// Whose the questions of a set are, and what their votes count.
#[derive(Debug)]
pub(crate) struct Votes {
    /// Of each question, whose it is.
    owners: Vec<usize>,
    /// The places of the questions that vote.
    voting: Vec<usize>,
    /// What each of them counts for each FAQ.
    coefficients: Vec<f32>,
    /// Which FAQs have a question that votes.
    heard: Vec<bool>,
}

impl Votes {
    pub(crate) fn of(owners: Vec<usize>, coefficients: Vec<f32>, faqs: usize) -> Self {
        let voting = voting(&owners);
        let mut heard = vec![false; faqs];
        voting.iter().for_each(|place| heard[owners[*place]] = true);
        Self { owners, voting, coefficients, heard }
    }

    pub(crate) fn owners(&self) -> &[usize] {
        &self.owners
    }

    /// Ranks FAQs by how alike a text is to each question. An FAQ none of whose questions votes is
    /// ranked by the nearest, as if it were alone.
    pub(crate) fn ranked(&self, likeness: &[f32]) -> Vec<Ranked> {
        let faqs = self.heard.len();
        let mut scores = vec![0.0; faqs];
        let coefficients = self.coefficients.chunks_exact(faqs.max(1));
        for (place, coefficients) in self.voting.iter().zip(coefficients) {
            let vote = vote(likeness[*place]);
            for (score, coefficient) in scores.iter_mut().zip(coefficients) {
                *score += vote * coefficient;
            }
        }
        let mut ranked = nearest(likeness, &self.owners);
        for ranked in &mut ranked {
            let heard = self.heard[ranked.faq];
            ranked.score = if heard { scores[ranked.faq] } else { vote_alone(ranked.likeness) };
        }
        ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.faq.cmp(&b.faq)));
        ranked
    }
}

/// So many questions vote: the first ones of each FAQ, as evenly as can be. The time to solve for
/// what their votes count grows with their cube: it is a second or two for as many. More would find
/// little: of CLINC150, thirteen questions for each of 150 FAQs find 92 in a hundred. What does not
/// vote is still known as it stands.
pub const VOTING_QUESTIONS_MAX: usize = 2_000;

/// The places of the questions that vote, of questions that are these FAQs'.
pub(crate) fn voting(owners: &[usize]) -> Vec<usize> {
    let mut order: Vec<(usize, usize)> = Vec::with_capacity(owners.len());
    for same in owners.chunk_by(|a, b| a == b) {
        order.extend((0..same.len()).zip(order.len()..));
    }
    order.sort_unstable();
    order.truncate(VOTING_QUESTIONS_MAX);
    let mut voting: Vec<usize> = order.into_iter().map(|(_, place)| place).collect();
    voting.sort_unstable();
    voting
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_questions_of_each_faq_vote() {
        let owners: Vec<usize> = (0..3).flat_map(|faq| vec![faq; 1_000]).collect();
        let voting = voting(&owners);
        assert_eq!(voting.len(), VOTING_QUESTIONS_MAX);
        for (faq, count) in [667, 667, 666].into_iter().enumerate() {
            let own: Vec<usize> =
                voting.iter().copied().filter(|place| owners[*place] == faq).collect();
            assert_eq!(own, (faq * 1_000..faq * 1_000 + count).collect::<Vec<_>>());
        }
        assert_eq!(super::voting(&owners[..2_000]), (0..2_000).collect::<Vec<_>>());
    }

    #[test]
    fn an_faq_without_a_vote_is_ranked_by_its_nearest_question() {
        let owners: Vec<usize> = (0..VOTING_QUESTIONS_MAX + 1).collect();
        let faqs = owners.len();
        let votes = Votes::of(owners, vec![0.0; VOTING_QUESTIONS_MAX * faqs], faqs);
        let mut likeness = vec![0.1; faqs];
        likeness[VOTING_QUESTIONS_MAX] = 0.9;
        let best = votes.ranked(&likeness)[0];
        assert_eq!((best.faq, best.question), (VOTING_QUESTIONS_MAX, VOTING_QUESTIONS_MAX));
        assert!((best.score - 0.609).abs() < 1e-3, "{}", best.score);
    }
}
