//! What a layer does to numbers, one by one: the same to the last bit on every processor, and in a
//! form that compilers do many at a time.

/// Activations have 14 bits: with weights of 8, a sum of 1,536 products fits 32.
const LARGEST: f32 = 8191.0;

/// Added to a number below four million and taken away again, it rounds it to the nearest whole, and
/// of two as near to the even one; in between, the lowest bits are that whole number.
const ROUNDING: f32 = 12_582_912.0;

/// Rows of numbers as whole numbers, and what a step of each row is worth.
pub(crate) fn in_steps(rows: &[f32], width: usize) -> (Vec<i16>, Vec<f32>) {
    let mut whole = Vec::with_capacity(rows.len());
    let mut steps = Vec::with_capacity(rows.len() / width);
    for row in rows.chunks_exact(width) {
        let largest = lanes(row, 0.0, |largest, value| f32::max(largest, value.abs()), f32::max);
        let step = if largest > 0.0 { largest / LARGEST } else { 1.0 };
        let each = 1.0 / step;
        #[expect(clippy::cast_possible_truncation, reason = "the lowest bits are the number")]
        whole.extend(row.iter().map(|value| (value * each + ROUNDING).to_bits() as i16));
        steps.push(step);
    }
    (whole, steps)
}

/// A row in 8 bits, and what a step is worth.
pub(crate) fn in_eight_bits(row: &[f32]) -> (Vec<i8>, f32) {
    let largest = row.iter().fold(0.0, |largest, value| f32::max(largest, value.abs()));
    let step = if largest > 0.0 { largest / f32::from(i8::MAX) } else { 1.0 };
    #[expect(clippy::cast_possible_truncation, reason = "a cast of a float saturates")]
    let values = row.iter().map(|value| (value / step).round_ties_even() as i8).collect();
    (values, step)
}

/// Takes a row to a mean of 0 and a variance of 1, and from there to what the layer has learnt.
pub(crate) fn normalise(row: &mut [f32], weights: &[f32], bias: &[f32]) {
    /// As the model was trained with.
    const NEVER_ZERO: f32 = 1e-12;
    let each = 1.0 / row.len() as f32;
    let mean = lanes(row, 0.0, |sum, value| sum + value, |a, b| a + b) * each;
    row.iter_mut().for_each(|value| *value -= mean);
    let variance = lanes(row, 0.0, |sum, value| sum + value * value, |a, b| a + b) * each;
    let scale = 1.0 / (variance + NEVER_ZERO).sqrt();
    for ((value, weight), bias) in row.iter_mut().zip(weights).zip(bias) {
        *value = *value * scale * weight + bias;
    }
}

/// Takes numbers to shares of 1, the largest to the largest.
pub(crate) fn shares(row: &mut [f32]) {
    let largest = row.iter().copied().fold(f32::MIN, f32::max);
    row.iter_mut().for_each(|value| *value = exp(*value - largest));
    let each = 1.0 / row.iter().sum::<f32>();
    row.iter_mut().for_each(|value| *value *= each);
}

/// The Gaussian error linear unit: `x` times the share of a normal distribution that is below it.
pub(crate) fn gelu(values: &mut [f32]) {
    for value in values {
        *value = 0.5 * *value * (1.0 + erf(*value * std::f32::consts::FRAC_1_SQRT_2));
    }
}

/// The error function, to 1.5e-7: Abramowitz and Stegun, 7.1.26.
fn erf(x: f32) -> f32 {
    const P: f32 = 0.327_591_1;
    const A: [f32; 5] = [0.254_829_6, -0.284_496_74, 1.421_413_7, -1.453_152, 1.061_405_4];
    let size = x.abs();
    let t = 1.0 / (1.0 + P * size);
    let polynomial = ((((A[4] * t + A[3]) * t + A[2]) * t + A[1]) * t + A[0]) * t;
    (1.0 - polynomial * exp(-size * size)).copysign(x)
}

/// `e` to a power of at most 0, to seven digits: as 2 to a whole power, times a polynomial.
fn exp(x: f32) -> f32 {
    /// Less is nothing.
    const LEAST: f32 = -87.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = x.max(LEAST);
    let rounded = x * std::f32::consts::LOG2_E + ROUNDING;
    let power = rounded - ROUNDING;
    let rest = x - power * LN_2_HIGH - power * LN_2_LOW;
    // Cephes, `expf`.
    let polynomial = ((((1.987_569_1e-4 * rest + 1.398_199_9e-3) * rest + 8.333_452e-3) * rest
        + 4.166_579_6e-2)
        * rest
        + 1.666_666_5e-1)
        * rest
        + 0.5;
    let two_to_power = f32::from_bits((rounded.to_bits() << 23).wrapping_add(1.0_f32.to_bits()));
    (polynomial * rest * rest + rest + 1.0) * two_to_power
}

/// The sum of products of two rows.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0; LANES];
    let (a_lanes, b_lanes) = (a.as_chunks::<LANES>().0, b.as_chunks::<LANES>().0);
    for (a, b) in a_lanes.iter().zip(b_lanes) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum()
}

/// What is summed up side by side, because one after the other waits for one another. Rows are
/// multiples of it.
const LANES: usize = 8;

fn lanes(
    row: &[f32],
    from: f32,
    each: impl Fn(f32, f32) -> f32,
    both: impl Fn(f32, f32) -> f32,
) -> f32 {
    let mut sums = [from; LANES];
    for chunk in row.as_chunks::<LANES>().0 {
        for (sum, value) in sums.iter_mut().zip(chunk) {
            *sum = each(*sum, *value);
        }
    }
    sums.into_iter().fold(from, both)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_and_erf_are_what_they_are_called() {
        for (x, wanted) in [(0.0, 1.0), (-1.0, 0.367_879_44), (-10.0, 4.539_993e-5), (-100.0, 0.0)]
        {
            assert!((exp(x) - wanted).abs() <= 1e-6 * wanted + 1e-30, "{x}: {}", exp(x));
        }
        for (x, wanted) in [(0.0, 0.0), (0.5, 0.520_499_9), (-1.0, -0.842_700_8), (4.0, 1.0)] {
            assert!((erf(x) - wanted).abs() < 3e-7, "{x}: {}", erf(x));
        }
    }

    #[test]
    fn steps_round_to_the_nearest() {
        let (whole, steps) = in_steps(&[8191.0, -8191.0, 0.4, 0.6, 2.5, -0.5, 0.0, 1.0], 8);
        assert_eq!((whole, steps), (vec![8191, -8191, 0, 1, 2, 0, 0, 1], vec![1.0]));
        assert_eq!(in_steps(&[0.0; 8], 8), (vec![0; 8], vec![1.0]));
    }

    #[test]
    fn rows_are_normalised_and_shared_out() {
        let mut row = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
        normalise(&mut row, &[1.0; 8], &[0.0; 8]);
        assert!((row[0] + 1.527_525_2).abs() < 1e-6 && (row[7] - 1.527_525_2).abs() < 1e-6);
        let mut row = [0.0, 0.0, -1000.0];
        shares(&mut row);
        assert_eq!(row[..2], [0.5, 0.5]);
    }
}
