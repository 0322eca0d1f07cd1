//! Which FAQ is meant, learnt from which questions are whose: kernel ridge regression.
//!
//! Each question votes for its FAQ, the more the more it is like the text. How much each vote counts
//! is solved for in closed form when a set is published, so that questions that say the same do not
//! count twice, and those between two FAQs count for what they tell apart.

/// How fast a vote fades with likeness. Between 2 and 6 it makes no difference of a point.
const STEEPNESS: f32 = 4.0;

/// How little a single question is trusted. Between 0.05 and 0.3 it makes no difference of a point.
const RIDGE: f64 = 0.1;

/// What a question's vote is worth, from its likeness.
pub(crate) fn vote(likeness: f32) -> f32 {
    (STEEPNESS * (likeness - 1.0)).exp()
}

/// What the vote of a question counts that is like no other.
pub(crate) fn vote_alone(likeness: f32) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "it is 0.1")]
    let ridge = RIDGE as f32;
    vote(likeness) / (1.0 + ridge)
}

/// A lower triangle `L` with `L Lᵀ = K + λI`, where `K` is what questions vote for one another.
pub(crate) struct Solved {
    size: usize,
    lower: Vec<f64>,
}

impl Solved {
    /// Of the likeness of each question to each: rows of the same length as there are rows.
    pub(crate) fn of(likeness: &[Vec<f32>]) -> Self {
        let size = likeness.len();
        let mut lower = vec![0.0; size * size];
        for row in 0..size {
            for column in 0..=row {
                // Both ways round, because the last bits of a likeness depend on the side it is
                // looked at from.
                let alike = (likeness[row][column] + likeness[column][row]) / 2.0;
                let ridge = if row == column { RIDGE } else { 0.0 };
                let before = dot(&lower[row * size..][..column], &lower[column * size..][..column]);
                let rest = f64::from(vote(alike)) + ridge - before;
                lower[row * size + column] = if row == column {
                    // Rounding alone could take it below the ridge.
                    rest.max(RIDGE / 2.0).sqrt()
                } else {
                    rest / lower[column * size + column]
                };
            }
        }
        Self { size, lower }
    }

    /// What each question's vote counts for each FAQ: a row for each question.
    pub(crate) fn coefficients(&self, owners: &[usize], faqs: usize) -> Vec<f32> {
        let mut solution = vec![0.0; self.size * faqs];
        for (row, owner) in owners.iter().enumerate() {
            solution[row * faqs + owner] = 1.0;
        }
        self.solve(&mut solution, faqs);
        #[expect(clippy::cast_possible_truncation, reason = "seven digits are enough of a vote")]
        solution.into_iter().map(|value| value as f32).collect()
    }

    /// The diagonal of `(K + λI)⁻¹`: the lengths of the columns of `L⁻¹`, squared.
    pub(crate) fn inverse_diagonal(&self) -> Vec<f32> {
        let mut column = vec![0.0; self.size];
        let length = |first: usize| {
            for row in first..self.size {
                let lower = &self.lower[row * self.size..][..=row];
                let known = if row == first { 1.0 } else { 0.0 };
                column[row] = (known - dot(&lower[first..row], &column[first..row])) / lower[row];
            }
            dot(&column[first..], &column[first..])
        };
        #[expect(clippy::cast_possible_truncation, reason = "seven digits are enough of a vote")]
        (0..self.size).map(length).map(|value| value as f32).collect()
    }

    /// `(K + λI)⁻¹` times each column.
    fn solve(&self, columns: &mut [f64], width: usize) {
        let row_of = |row: usize| &self.lower[row * self.size..][..=row];
        for row in 0..self.size {
            let (done, rest) = columns.split_at_mut(row * width);
            let lower = row_of(row);
            for (factor, above) in lower.iter().zip(done.chunks_exact(width)) {
                subtract(&mut rest[..width], above, *factor);
            }
            rest[..width].iter_mut().for_each(|value| *value /= lower[row]);
        }
        for row in (0..self.size).rev() {
            let (rest, done) = columns.split_at_mut(row * width);
            let lower = row_of(row);
            done[..width].iter_mut().for_each(|value| *value /= lower[row]);
            for (factor, above) in lower.iter().zip(rest.chunks_exact_mut(width)) {
                subtract(above, &done[..width], *factor);
            }
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    const LANES: usize = 8;
    let mut sums = [0.0; LANES];
    let (a_lanes, b_lanes) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest = a_lanes.remainder().iter().zip(b_lanes.remainder()).map(|(a, b)| a * b);
    let rest: f64 = rest.sum();
    for (a, b) in a_lanes.zip(b_lanes) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f64>() + rest
}

fn subtract(from: &mut [f64], what: &[f64], times: f64) {
    for (from, what) in from.iter_mut().zip(what) {
        *from -= what * times;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIKENESS: [[f32; 3]; 3] = [[1.0, 0.8, 0.1], [0.8, 1.0, 0.2], [0.1, 0.2, 1.0]];

    fn rows() -> Vec<Vec<f32>> {
        LIKENESS.iter().map(|row| row.to_vec()).collect()
    }

    #[test]
    fn what_is_solved_for_solves() {
        let coefficients = Solved::of(&rows()).coefficients(&[0, 0, 1], 2);
        for (row, (likeness, owner)) in LIKENESS.iter().zip([0, 0, 1]).enumerate() {
            for faq in 0..2 {
                let votes = likeness.iter().enumerate();
                let mut sum: f32 =
                    votes.map(|(i, likeness)| vote(*likeness) * coefficients[i * 2 + faq]).sum();
                sum += 0.1 * coefficients[row * 2 + faq];
                let wanted = if faq == owner { 1.0 } else { 0.0 };
                assert!((sum - wanted).abs() < 1e-5, "{row} {faq}: {sum}");
            }
        }
    }

    #[test]
    fn the_diagonal_is_that_of_the_inverse() {
        let solved = Solved::of(&rows());
        // Solving for a column of the identity gives a column of the inverse.
        let inverse = solved.coefficients(&[0, 1, 2], 3);
        for (place, value) in solved.inverse_diagonal().into_iter().enumerate() {
            assert!((value - inverse[place * 3 + place]).abs() < 1e-5);
        }
    }

    #[test]
    fn the_same_question_twice_can_be_solved() {
        let rows = vec![vec![1.0; 40]; 40];
        let owners: Vec<usize> = (0..40).map(|i| i % 2).collect();
        let coefficients = Solved::of(&rows).coefficients(&owners, 2);
        assert!(coefficients.iter().all(|value| value.is_finite()));
    }

    #[test]
    fn no_questions_are_no_trouble() {
        assert!(Solved::of(&[]).coefficients(&[], 0).is_empty());
    }
}
