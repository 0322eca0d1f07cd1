//! Sums of products of 8-bit weights and 14-bit activations: where the model spends its time.
//!
//! The only file with `unsafe` in it. Everything is integers, so what the processor's own
//! instructions sum up is to the last bit what [`plain`] does, and a test says so.

/// The sum of products of each row of activations with each row of weights. Both have rows of
/// `width`; `sums` has as many for each row of activations as there are rows of weights.
///
/// With at most 2,047 products of 127 and 8,191 no sum overflows.
pub(crate) fn products(weights: &[u8], activations: &[i16], width: usize, sums: &mut [i32]) {
    assert!(width > 0, "rows are of something");
    assert!(weights.len().is_multiple_of(width), "weights are rows");
    assert!(activations.len().is_multiple_of(width), "activations are rows");
    let (rows, texts) = (weights.len() / width, activations.len() / width);
    assert_eq!(sums.len(), rows * texts, "a sum for each row and text");
    if sums.is_empty() {
        return;
    }
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        #[expect(unsafe_code, reason = "the processor has been asked whether it has AVX2")]
        unsafe {
            avx2::products(weights, activations, width, sums);
        }
        return;
    }
    plain::products(weights, activations, width, sums);
}

/// What the processor's own instructions do, in Rust alone. On ARM the compiler makes of it what
/// could be written by hand.
mod plain {
    pub(super) fn products(weights: &[u8], activations: &[i16], width: usize, sums: &mut [i32]) {
        let rows = weights.len() / width;
        for (place, row) in weights.chunks_exact(width).enumerate() {
            for (text, activations) in activations.chunks_exact(width).enumerate() {
                sums[text * rows + place] = product(row, activations);
            }
        }
    }

    pub(super) fn product(weights: &[u8], activations: &[i16]) -> i32 {
        let products = weights.iter().zip(activations);
        products.map(|(weight, value)| i32::from(weight.cast_signed()) * i32::from(*value)).sum()
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _mm_loadu_si128, _mm256_add_epi32, _mm256_cvtepi8_epi16, _mm256_loadu_si256,
        _mm256_madd_epi16, _mm256_setzero_si256, _mm256_storeu_si256,
    };

    use super::plain;

    /// So many rows of weights are multiplied at a time, with so many texts: their sums and what is
    /// multiplied fit the sixteen registers.
    const ROWS: usize = 3;
    const TEXTS: usize = 4;

    /// So many products at a time.
    const LANES: usize = 16;

    #[target_feature(enable = "avx2")]
    pub(super) fn products(weights: &[u8], activations: &[i16], width: usize, sums: &mut [i32]) {
        let rows = weights.len() / width;
        let mut groups = weights.chunks_exact(ROWS * width);
        let mut row = 0;
        for group in groups.by_ref() {
            texts::<ROWS>(group, activations, width, &mut sums[row..], rows);
            row += ROWS;
        }
        for single in groups.remainder().chunks_exact(width) {
            texts::<1>(single, activations, width, &mut sums[row..], rows);
            row += 1;
        }
    }

    /// All texts with `R` rows of weights; the sums of one text are `stride` from the next.
    #[target_feature(enable = "avx2")]
    fn texts<const R: usize>(
        weights: &[u8],
        activations: &[i16],
        width: usize,
        sums: &mut [i32],
        stride: usize,
    ) {
        for (group, activations) in activations.chunks(TEXTS * width).enumerate() {
            let sums = &mut sums[group * TEXTS * stride..];
            match activations.len() / width {
                1 => tile::<R, 1>(weights, activations, width, sums, stride),
                2 => tile::<R, 2>(weights, activations, width, sums, stride),
                3 => tile::<R, 3>(weights, activations, width, sums, stride),
                _ => tile::<R, TEXTS>(weights, activations, width, sums, stride),
            }
        }
    }

    #[target_feature(enable = "avx2")]
    fn tile<const R: usize, const T: usize>(
        weights: &[u8],
        activations: &[i16],
        width: usize,
        sums: &mut [i32],
        stride: usize,
    ) {
        assert!(weights.len() == R * width && activations.len() == T * width, "whole rows");
        let mut totals = [[_mm256_setzero_si256(); R]; T];
        let whole = width - width % LANES;
        for from in (0..whole).step_by(LANES) {
            let mut factors = [_mm256_setzero_si256(); R];
            for (row, factors) in factors.iter_mut().enumerate() {
                *factors = sixteen_weights(&weights[row * width + from..]);
            }
            for (text, totals) in totals.iter_mut().enumerate() {
                let values = sixteen_values(&activations[text * width + from..]);
                for (total, factors) in totals.iter_mut().zip(factors) {
                    *total = _mm256_add_epi32(*total, _mm256_madd_epi16(factors, values));
                }
            }
        }
        for (text, totals) in totals.into_iter().enumerate() {
            for (row, total) in totals.into_iter().enumerate() {
                let weights = &weights[row * width..][whole..width];
                let activations = &activations[text * width..][whole..width];
                sums[text * stride + row] = sum(total) + plain::product(weights, activations);
            }
        }
    }

    #[target_feature(enable = "avx2")]
    fn sixteen_weights(weights: &[u8]) -> __m256i {
        assert!(weights.len() >= LANES, "sixteen are there");
        #[expect(unsafe_code, reason = "sixteen bytes are there, at any alignment")]
        let bytes = unsafe { _mm_loadu_si128(weights.as_ptr().cast()) };
        _mm256_cvtepi8_epi16(bytes)
    }

    #[target_feature(enable = "avx2")]
    fn sixteen_values(values: &[i16]) -> __m256i {
        assert!(values.len() >= LANES, "sixteen are there");
        #[expect(unsafe_code, reason = "sixteen values are there, at any alignment")]
        unsafe {
            _mm256_loadu_si256(values.as_ptr().cast())
        }
    }

    #[target_feature(enable = "avx2")]
    fn sum(total: __m256i) -> i32 {
        let mut lanes = [0_i32; LANES / 2];
        #[expect(unsafe_code, reason = "eight sums fit, at any alignment")]
        unsafe {
            _mm256_storeu_si256(lanes.as_mut_ptr().cast(), total);
        }
        lanes.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// R097: what is answered does not depend on the processor.
        #[test]
        fn every_processor_sums_up_the_same(
            (width, rows, texts) in (1_usize..70, 0_usize..9, 0_usize..11),
            seed in any::<u64>(),
        ) {
            let mut dice = seed;
            let mut next = || {
                dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                dice.to_le_bytes()
            };
            let weights: Vec<u8> = (0..width * rows).map(|_| next()[7].max(1)).collect();
            let activations = (0..width * texts).map(|_| i16::from_le_bytes([next()[6], next()[7]]));
            let activations: Vec<i16> = activations.map(|value| value / 4).collect();
            let (mut found, mut wanted) = (vec![0; rows * texts], vec![0; rows * texts]);
            products(&weights, &activations, width, &mut found);
            plain::products(&weights, &activations, width, &mut wanted);
            prop_assert_eq!(found, wanted);
        }
    }

    #[test]
    fn the_largest_sums_do_not_overflow() {
        const WIDTH: usize = 1536;
        for weight in [127_i8, -127] {
            let mut sums = [0; 2];
            products(&[weight.cast_unsigned(); WIDTH], &[8191; 2 * WIDTH], WIDTH, &mut sums);
            assert_eq!(sums, [i32::from(weight) * 8191 * 1536; 2]);
        }
    }
}
