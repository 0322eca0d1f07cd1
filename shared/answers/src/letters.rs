//! How alike texts are by their letters: by the runs of three and four that they share.
//!
//! A run counts the more the fewer questions have it. Runs that no question has count in the length
//! of what is compared, so that a text of which little is known is like nothing.

use std::collections::HashMap;

use crate::text::normalised;

/// The lengths of the runs. Words alone find less: `pay` is in `payment`.
const RUN_CHARS: [usize; 2] = [3, 4];

/// The questions of a set, by their runs of letters.
#[derive(Debug)]
pub(crate) struct Letters {
    /// For each run: what it counts, and the questions that have it with their weight.
    runs: HashMap<u128, Run>,
    /// What a run counts that no question has.
    unseen: f32,
    questions: usize,
}

#[derive(Debug, Default)]
struct Run {
    counts: f32,
    questions: Vec<(u32, f32)>,
}

impl Letters {
    pub(crate) fn of(questions: &[&str]) -> Self {
        let texts: Vec<Vec<(u128, u32)>> = questions.iter().map(|text| runs_of(text)).collect();
        let mut runs: HashMap<u128, Run> = HashMap::new();
        for (run, _) in texts.iter().flatten() {
            runs.entry(*run).or_default().counts += 1.0;
        }
        let rarity = |having: f32| ((1 + questions.len()) as f32 / (1.0 + having)).ln() + 1.0;
        runs.values_mut().for_each(|run| run.counts = rarity(run.counts));
        for (place, text) in (0..).zip(&texts) {
            let weights = text.iter().map(|(run, times)| weight(*times) * runs[run].counts);
            let weights: Vec<f32> = weights.collect();
            let length = weights.iter().map(|weight| weight * weight).sum::<f32>().sqrt();
            for ((run, _), weight) in text.iter().zip(weights) {
                runs.entry(*run).or_default().questions.push((place, weight / length));
            }
        }
        Self { runs, unseen: rarity(0.0), questions: questions.len() }
    }

    /// How alike a text is to each question, from 0 to 1.
    pub(crate) fn likeness(&self, text: &str) -> Vec<f32> {
        let mut likeness = vec![0.0; self.questions];
        let mut length: f32 = 0.0;
        for (run, times) in runs_of(text) {
            let known = self.runs.get(&run);
            let own = weight(times) * known.map_or(self.unseen, |run| run.counts);
            length += own * own;
            for (question, weight) in known.map(|run| run.questions.as_slice()).unwrap_or_default()
            {
                likeness[*question as usize] += own * weight;
            }
        }
        if length > 0.0 {
            likeness.iter_mut().for_each(|likeness| *likeness /= length.sqrt());
        }
        likeness
    }
}

/// A run that comes twice does not count twice.
fn weight(times: u32) -> f32 {
    1.0 + (times as f32).ln()
}

/// How often each run of letters comes in a text; each run once, always in the same order, so that
/// sums are the same to the last bit.
fn runs_of(text: &str) -> Vec<(u128, u32)> {
    let chars: Vec<char> = format!(" {} ", normalised(text)).chars().collect();
    let mut runs: Vec<u128> = Vec::new();
    for length in RUN_CHARS {
        let packed = |run: &[char]| run.iter().fold(1, |packed, c| packed << 21 | *c as u128);
        runs.extend(chars.windows(length).map(packed));
    }
    runs.sort_unstable();
    let same = runs.chunk_by(|a, b| a == b);
    same.map(|same| (same[0], u32::try_from(same.len()).unwrap_or(u32::MAX))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_like_itself_and_hardly_like_others() {
        let letters = Letters::of(&["Where is my order?", "Can I pay by card?"]);
        let likeness = letters.likeness("where is MY order");
        assert!((likeness[0] - 1.0).abs() < 1e-5, "{likeness:?}");
        assert!(likeness[1] < 0.1, "{likeness:?}");
    }

    #[test]
    fn unknown_letters_make_it_less_alike() {
        let letters = Letters::of(&["Where is my order?", "Can I pay by card?"]);
        let short = letters.likeness("where is my order")[0];
        let long = letters.likeness("where is my order zxqv wqzx kjvq")[0];
        assert!(long < short - 0.2, "{long} {short}");
    }

    #[test]
    fn nothing_is_like_nothing() {
        assert_eq!(Letters::of(&["Where?"]).likeness(""), [0.0]);
        assert!(Letters::of(&[]).likeness("where").is_empty());
    }
}
