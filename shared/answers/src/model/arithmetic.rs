//! What a layer does to numbers, eight at a time: the same to the last bit on every processor.
//!
//! The compiler is not left to find out what can be done side by side: in a program that is
//! optimised for size, as ours are, it does one after the other. Rows are multiples of eight.

use wide::{f32x8, i8x16, i16x8, i16x16, i32x8};

/// So many numbers at a time.
pub(crate) const LANES: usize = 8;

/// Weights and activations have 8 bits, from -127 to 127. With 14 for the activations as many
/// questions are found, within a seventh of a point (published splits of Banking77 and CLINC150).
const LARGEST: f32 = 127.0;

/// Writes a row in 8 bits, and says what a step of it is worth.
pub(crate) fn in_eight_bits(row: &[f32], to: &mut [i8]) -> f32 {
    let largest = eights(row).fold(f32x8::ZERO, |largest, value| largest.fast_max(value.abs()));
    let largest = largest.to_array().into_iter().fold(0.0, f32::max);
    let step = if largest > 0.0 { largest / LARGEST } else { 1.0 };
    let each = f32x8::splat(1.0 / step);
    for (to, value) in to.as_chunks_mut::<LANES>().0.iter_mut().zip(eights(row)) {
        let whole = i16x8::from_i32x8_saturate((value * each).fast_round_int());
        #[expect(clippy::cast_possible_truncation, reason = "it is at most 127")]
        let whole = whole.to_array().map(|value| value as i8);
        *to = whole;
    }
    step
}

/// Writes the sums of products of steps as numbers: each times what its steps are worth, and moved.
pub(crate) fn from_steps(sums: &[i32], own: f32, steps: &[f32], bias: &[f32], to: &mut [f32]) {
    let own = f32x8::splat(own);
    let sums = sums.as_chunks::<LANES>().0.iter();
    let to = to.as_chunks_mut::<LANES>().0.iter_mut();
    for (((to, sums), step), bias) in to.zip(sums).zip(eights(steps)).zip(eights(bias)) {
        *to = (f32x8::from_i32x8(i32x8::from(*sums)) * (own * step) + bias).to_array();
    }
}

/// Takes a row to a mean of 0 and a variance of 1, and from there to what the layer has learnt.
pub(crate) fn normalise(row: &mut [f32], weights: &[f32], bias: &[f32]) {
    /// As the model was trained with.
    const NEVER_ZERO: f32 = 1e-12;
    let each = 1.0 / row.len() as f32;
    let mean = f32x8::splat(total(eights(row).fold(f32x8::ZERO, |sum, value| sum + value)) * each);
    change(row, |value| value - mean);
    let squares = eights(row).fold(f32x8::ZERO, |sum, value| sum + value * value);
    let scale = f32x8::splat(1.0 / (total(squares) * each + NEVER_ZERO).sqrt());
    let learnt = eights(weights).zip(eights(bias));
    for (chunk, (weight, bias)) in row.as_chunks_mut::<LANES>().0.iter_mut().zip(learnt) {
        *chunk = (f32x8::from(*chunk) * scale * weight + bias).to_array();
    }
}

/// Takes numbers to shares of 1, the largest to the largest.
pub(crate) fn shares(row: &mut [f32]) {
    let largest = eights(row).fold(f32x8::splat(f32::MIN), f32x8::fast_max);
    let largest = f32x8::splat(largest.to_array().into_iter().fold(f32::MIN, f32::max));
    change(row, |value| exp(value - largest));
    let each = f32x8::splat(1.0 / total(eights(row).fold(f32x8::ZERO, |sum, value| sum + value)));
    change(row, |value| value * each);
}

/// The Gaussian error linear unit: `x` times the share of a normal distribution that is below it.
///
/// The share is known to 1.5e-7 (Abramowitz and Stegun, 7.1.26).
pub(crate) fn gelu(values: &mut [f32]) {
    const P: f32 = 0.327_591_1;
    const A: [f32; 5] = [0.254_829_6, -0.284_496_74, 1.421_413_7, -1.453_152, 1.061_405_4];
    change(values, |value| {
        let size = value.abs() * f32x8::splat(std::f32::consts::FRAC_1_SQRT_2);
        let t = f32x8::ONE / (f32x8::ONE + size * f32x8::splat(P));
        let [a1, a2, a3, a4, a5] = A.map(f32x8::splat);
        let polynomial = ((((a5 * t + a4) * t + a3) * t + a2) * t + a1) * t;
        let above = polynomial * exp(-(size * size)) * f32x8::HALF;
        value.fast_max(f32x8::ZERO) - value.abs() * above
    });
}

/// `e` to powers of at most 0, to seven digits: as 2 to a whole power, times a polynomial.
fn exp(x: f32x8) -> f32x8 {
    /// Less is nothing.
    const LEAST: f32 = -87.0;
    /// The logarithm of 2 in two parts, so that what is taken away is exact.
    const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    /// Cephes, `expf`.
    const TERMS: [f32; 6] =
        [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5];
    let x = x.fast_max(f32x8::splat(LEAST));
    let power = (x * f32x8::splat(std::f32::consts::LOG2_E)).fast_round_int();
    let whole = f32x8::from_i32x8(power);
    let rest = x - whole * f32x8::splat(LN_2[0]) - whole * f32x8::splat(LN_2[1]);
    let terms = TERMS.map(f32x8::splat).into_iter();
    let polynomial = terms.reduce(|sum, term| sum * rest + term).unwrap_or_default();
    let two_to_power: i32x8 = (power + i32x8::splat(127)) << 23;
    let two_to_power = two_to_power.to_array().map(|bits| f32::from_bits(bits.cast_unsigned()));
    (polynomial * rest * rest + rest + f32x8::ONE) * f32x8::from(two_to_power)
}

/// The sum of products of two rows.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    total(eights(a).zip(eights(b)).fold(f32x8::ZERO, |sum, (a, b)| sum + a * b))
}

/// The sum of products of two rows in 8 bits, both multiples of sixteen.
pub(crate) fn whole_dot(a: &[i8], b: &[i8]) -> i32 {
    let sixteen = |row: &[i8; 16]| i16x16::from_i8x16(i8x16::from(*row));
    let pairs = a.as_chunks().0.iter().zip(b.as_chunks().0);
    let sums = pairs.fold(i32x8::ZERO, |sums, (a, b)| sums + sixteen(a).dot(sixteen(b)));
    sums.to_array().into_iter().sum()
}

/// Adds so many times a row to another.
pub(crate) fn add(to: &mut [f32], times: f32, what: &[f32]) {
    let times = f32x8::splat(times);
    for (to, what) in to.as_chunks_mut::<LANES>().0.iter_mut().zip(eights(what)) {
        *to = (f32x8::from(*to) + what * times).to_array();
    }
}

fn eights(row: &[f32]) -> impl Iterator<Item = f32x8> {
    row.as_chunks::<LANES>().0.iter().map(|eight| f32x8::from(*eight))
}

fn change(row: &mut [f32], to: impl Fn(f32x8) -> f32x8) {
    for eight in row.as_chunks_mut::<LANES>().0 {
        *eight = to(f32x8::from(*eight)).to_array();
    }
}

/// Summed up in an order of its own, which processors do not share.
fn total(values: f32x8) -> f32 {
    let [a, b, c, d, e, f, g, h] = values.to_array();
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eight(x: f32) -> [f32; 8] {
        [x, 0.0, -0.5, -1.0, -2.0, -3.0, -4.0, -5.0]
    }

    #[test]
    fn exp_is_what_it_is_called() {
        for x in [0.0, -1.0, -10.0, -0.001, -50.0, -86.0, -1000.0, f32::MIN] {
            let found = exp(f32x8::from(eight(x))).to_array();
            for (found, x) in found.into_iter().zip(eight(x)) {
                let wanted = x.exp();
                assert!((found - wanted).abs() <= 2e-7 * wanted + 1e-37, "{x}: {found}");
            }
        }
    }

    #[test]
    fn gelu_is_what_it_is_called() {
        let mut values = [0.0, 1.0, -1.0, 3.0, -3.0, 0.1, -20.0, 20.0];
        gelu(&mut values);
        let wanted =
            [0.0, 0.841_344_8, -0.158_655_25, 2.995_950_3, -0.004_049_7, 0.053_982_78, 0.0, 20.0];
        for (found, wanted) in values.into_iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-6, "{found}, not {wanted}");
        }
    }

    #[test]
    fn steps_round_to_the_nearest() {
        let mut values = [7; 8];
        let row = [127.0, -127.0, 0.4, 0.6, 2.5, -0.5, 0.0, 1.0];
        assert_eq!(in_eight_bits(&row, &mut values), 1.0);
        assert_eq!(values, [127, -127, 0, 1, 2, 0, 0, 1]);
        assert_eq!(in_eight_bits(&[0.0; 8], &mut values), 1.0);
        assert_eq!(values, [0; 8]);
    }

    #[test]
    fn sums_of_steps_are_numbers_again() {
        let mut numbers = [0.0; 8];
        from_steps(&[1, 2, 3, 4, 5, 6, 7, 8], 0.5, &[2.0; 8], &[1.0; 8], &mut numbers);
        assert_eq!(numbers, [2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]);
    }

    #[test]
    fn products_of_steps_are_summed_up() {
        let (a, b): (Vec<i8>, Vec<i8>) =
            (-16..16).map(|i| (i, if i < 0 { -127 } else { 127 })).unzip();
        assert_eq!(whole_dot(&a, &b), 127 * 256);
    }

    #[test]
    fn rows_are_normalised_and_shared_out() {
        let mut row = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
        normalise(&mut row, &[1.0; 8], &[0.0; 8]);
        assert!((row[0] + 1.527_525_2).abs() < 1e-6 && (row[7] - 1.527_525_2).abs() < 1e-6);
        let mut row = [0.0, 0.0, -1000.0, f32::MIN, f32::MIN, f32::MIN, f32::MIN, f32::MIN];
        shares(&mut row);
        assert_eq!(row[..2], [0.5, 0.5]);
        assert!(row[2..].iter().all(|share| *share < 1e-30));
    }
}
