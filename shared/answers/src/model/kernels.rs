//! Sums of products of 8-bit weights and 8-bit activations: where the model spends its time.
//!
//! The only file of the house in which the compiler is told to trust what it cannot check: that the
//! processor has the instructions it was asked for, and that as many bytes are read as are there.
//! Everything is whole numbers, so what those instructions sum up is to the last bit what the plain
//! twin does, and a test says so.
//!
//! Weights lie as all processors read them best: sixteen rows side by side, four weights of each at
//! a time. One instruction then adds four products to the sum of each row, and no sum has to be
//! gathered from what lies across.

/// So many rows of weights lie side by side.
pub(crate) const ROWS: usize = 16;

/// So many weights of a row lie together.
pub(crate) const TOGETHER: usize = 4;

/// Four weights of each of the rows that lie side by side.
type Block = [u8; ROWS * TOGETHER];

/// Four activations of one text.
type Four = [i8; TOGETHER];

/// The sums of one text with the rows that lie side by side.
type Sums = [i32; ROWS];

/// Rows of weights, one behind the other, as the kernels read them.
pub(crate) fn side_by_side(rows: &[i8], width: usize) -> Vec<u8> {
    let mut weights = Vec::with_capacity(rows.len());
    for group in rows.chunks_exact(ROWS * width) {
        for from in (0..width).step_by(TOGETHER) {
            for row in group.chunks_exact(width) {
                weights.extend(row[from..][..TOGETHER].iter().map(|weight| weight.cast_unsigned()));
            }
        }
    }
    weights
}

/// The sum of products of each row of activations with each row of weights: for each text, as many
/// as there are rows. A row of either is `width` long, and no activation is -128.
///
/// With fewer than 66,000 products of 255 and 127, no sum overflows.
pub(crate) fn products(weights: &[u8], activations: &[i8], width: usize) -> Vec<i32> {
    assert!(width > 0 && width.is_multiple_of(TOGETHER), "rows are fours");
    assert!(weights.len().is_multiple_of(ROWS * width), "rows lie side by side");
    assert!(activations.len().is_multiple_of(width), "rows of activations are whole");
    let (rows, texts) = (weights.len() / width, activations.len() / width);
    let mut sums = vec![0; rows * texts];
    if !sums.is_empty() {
        Kernel::of_this_processor().multiply(weights, activations, width, &mut sums);
    }
    sums
}

/// What a processor can do.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kernel {
    /// Rust alone.
    Plain,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "aarch64")]
    Neon,
}

impl Kernel {
    fn of_this_processor() -> Self {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni") {
            return Self::Avx512;
        } else if is_x86_feature_detected!("avx2") {
            return Self::Avx2;
        }
        #[cfg(target_arch = "aarch64")]
        if std::arch::is_aarch64_feature_detected!("dotprod") {
            return Self::Neon;
        }
        Self::Plain
    }

    /// So many texts are multiplied at a time: their sums stay in the registers.
    fn texts_max(self) -> usize {
        match self {
            Self::Plain => 1,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => 4,
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => 12,
            #[cfg(target_arch = "aarch64")]
            Self::Neon => 4,
        }
    }

    /// Groups of texts as even as can be, all rows with each.
    fn multiply(self, weights: &[u8], activations: &[i8], width: usize, sums: &mut [i32]) {
        let (rows, texts) = (weights.len() / width, activations.len() / width);
        let most = texts.div_ceil(texts.div_ceil(self.texts_max()));
        let groups = activations.chunks(most * width).zip(sums.chunks_mut(most * rows));
        for (activations, sums) in groups {
            let texts = Texts::of(activations, width);
            for (place, blocks) in weights.chunks_exact(ROWS * width).enumerate() {
                let mut write = |text: usize, sixteen: Sums| {
                    sums[text * rows + place * ROWS..][..ROWS].copy_from_slice(&sixteen);
                };
                self.tile(blocks.as_chunks().0, &texts, &mut write);
            }
        }
    }

    /// Sixteen rows with a group of texts.
    fn tile(self, blocks: &[Block], texts: &Texts, write: &mut impl FnMut(usize, Sums)) {
        match self {
            Self::Plain => plain::tile(blocks, texts, write),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => avx2::tile(blocks, texts, write),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => avx512::tile(blocks, texts, write),
            #[cfg(target_arch = "aarch64")]
            Self::Neon => neon::tile(blocks, texts, write),
        }
    }
}

/// Texts whose activations lie side by side, four of each at a time.
struct Texts {
    count: usize,
    fours: Vec<Four>,
    /// The sum of each text's activations.
    totals: Vec<i32>,
}

impl Texts {
    fn of(activations: &[i8], width: usize) -> Self {
        let texts: Vec<&[Four]> =
            activations.chunks_exact(width).map(|text| text.as_chunks().0).collect();
        let mut fours = Vec::with_capacity(activations.len() / TOGETHER);
        for step in 0..width / TOGETHER {
            fours.extend(texts.iter().map(|text| text[step]));
        }
        let total = |text: &[i8]| text.iter().map(|value| i32::from(*value)).sum();
        let totals = activations.chunks_exact(width).map(total).collect();
        Self { count: texts.len(), fours, totals }
    }
}

/// What the others do, in Rust alone.
mod plain {
    use super::{Block, ROWS, Sums, TOGETHER, Texts};

    pub(super) fn tile(blocks: &[Block], texts: &Texts, write: &mut impl FnMut(usize, Sums)) {
        for text in 0..texts.count {
            let mut sums = [0; ROWS];
            for (block, fours) in blocks.iter().zip(texts.fours.chunks_exact(texts.count)) {
                for (sum, weights) in sums.iter_mut().zip(block.as_chunks::<TOGETHER>().0) {
                    let products = weights.iter().zip(fours[text]);
                    let products =
                        products.map(|(weight, x)| i32::from(weight.cast_signed()) * i32::from(x));
                    *sum += products.sum::<i32>();
                }
            }
            write(text, sums);
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _mm256_abs_epi8, _mm256_add_epi32, _mm256_loadu_si256, _mm256_madd_epi16,
        _mm256_maddubs_epi16, _mm256_set1_epi16, _mm256_set1_epi32, _mm256_setzero_si256,
        _mm256_sign_epi8, _mm256_storeu_si256,
    };

    use super::{Block, Four, ROWS, Sums, Texts};

    pub(super) fn tile(blocks: &[Block], texts: &Texts, write: &mut impl FnMut(usize, Sums)) {
        #[expect(unsafe_code, reason = "`of_this_processor` has seen AVX2")]
        unsafe {
            match texts.count {
                1 => tile_of(blocks, texts.fours.as_chunks::<1>().0, write),
                2 => tile_of(blocks, texts.fours.as_chunks::<2>().0, write),
                3 => tile_of(blocks, texts.fours.as_chunks::<3>().0, write),
                _ => tile_of(blocks, texts.fours.as_chunks::<4>().0, write),
            }
        }
    }

    /// Products of a weight's size and an activation with the weight's sign: two of them fit 16
    /// bits, which none of the larger products that this instruction is meant for would.
    #[target_feature(enable = "avx2")]
    fn tile_of<const T: usize>(
        blocks: &[Block],
        fours: &[[Four; T]],
        write: &mut impl FnMut(usize, Sums),
    ) {
        let ones = _mm256_set1_epi16(1);
        let mut sums = [[_mm256_setzero_si256(); 2]; T];
        for (block, fours) in blocks.iter().zip(fours) {
            let weights = read(block);
            let sizes = [_mm256_abs_epi8(weights[0]), _mm256_abs_epi8(weights[1])];
            for (sums, four) in sums.iter_mut().zip(fours) {
                let four = _mm256_set1_epi32(i32::from_ne_bytes(four.map(i8::cast_unsigned)));
                for half in 0..2 {
                    let signed = _mm256_sign_epi8(four, weights[half]);
                    let pairs = _mm256_maddubs_epi16(sizes[half], signed);
                    sums[half] = _mm256_add_epi32(sums[half], _mm256_madd_epi16(pairs, ones));
                }
            }
        }
        for (text, sums) in sums.into_iter().enumerate() {
            write(text, written(sums));
        }
    }

    #[target_feature(enable = "avx2")]
    fn read(block: &Block) -> [__m256i; 2] {
        let at = block.as_ptr().cast::<__m256i>();
        #[expect(unsafe_code, reason = "a block is twice 32 bytes, read at any alignment")]
        unsafe {
            [_mm256_loadu_si256(at), _mm256_loadu_si256(at.add(1))]
        }
    }

    #[target_feature(enable = "avx2")]
    fn written(sums: [__m256i; 2]) -> Sums {
        let mut written = [0; ROWS];
        let at = written.as_mut_ptr().cast::<__m256i>();
        #[expect(unsafe_code, reason = "sixteen sums are twice 32 bytes, at any alignment")]
        unsafe {
            _mm256_storeu_si256(at, sums[0]);
            _mm256_storeu_si256(at.add(1), sums[1]);
        }
        written
    }
}

#[cfg(target_arch = "x86_64")]
mod avx512 {
    use std::arch::x86_64::{
        __m512i, _mm512_dpbusd_epi32, _mm512_loadu_si512, _mm512_set1_epi8, _mm512_set1_epi32,
        _mm512_setzero_si512, _mm512_storeu_si512, _mm512_sub_epi32, _mm512_xor_si512,
    };

    use super::{Block, Four, ROWS, Sums, Texts};

    pub(super) fn tile(blocks: &[Block], texts: &Texts, write: &mut impl FnMut(usize, Sums)) {
        #[expect(unsafe_code, reason = "`of_this_processor` has seen AVX-512 with VNNI")]
        unsafe {
            match texts.count {
                1 => tile_of(blocks, texts.fours.as_chunks::<1>().0, &texts.totals, write),
                2 => tile_of(blocks, texts.fours.as_chunks::<2>().0, &texts.totals, write),
                3 => tile_of(blocks, texts.fours.as_chunks::<3>().0, &texts.totals, write),
                4 => tile_of(blocks, texts.fours.as_chunks::<4>().0, &texts.totals, write),
                5 => tile_of(blocks, texts.fours.as_chunks::<5>().0, &texts.totals, write),
                6 => tile_of(blocks, texts.fours.as_chunks::<6>().0, &texts.totals, write),
                7 => tile_of(blocks, texts.fours.as_chunks::<7>().0, &texts.totals, write),
                8 => tile_of(blocks, texts.fours.as_chunks::<8>().0, &texts.totals, write),
                9 => tile_of(blocks, texts.fours.as_chunks::<9>().0, &texts.totals, write),
                10 => tile_of(blocks, texts.fours.as_chunks::<10>().0, &texts.totals, write),
                11 => tile_of(blocks, texts.fours.as_chunks::<11>().0, &texts.totals, write),
                _ => tile_of(blocks, texts.fours.as_chunks::<12>().0, &texts.totals, write),
            }
        }
    }

    /// The instruction wants weights without a sign: they are raised by 128, and so often each
    /// activation is taken away again.
    #[target_feature(enable = "avx512f,avx512vnni")]
    fn tile_of<const T: usize>(
        blocks: &[Block],
        fours: &[[Four; T]],
        totals: &[i32],
        write: &mut impl FnMut(usize, Sums),
    ) {
        let raise = _mm512_set1_epi8(-128);
        let mut sums = [_mm512_setzero_si512(); T];
        for (block, fours) in blocks.iter().zip(fours) {
            let weights = _mm512_xor_si512(read(block), raise);
            for (sum, four) in sums.iter_mut().zip(fours) {
                let four = _mm512_set1_epi32(i32::from_ne_bytes(four.map(i8::cast_unsigned)));
                *sum = _mm512_dpbusd_epi32(*sum, weights, four);
            }
        }
        for (text, (sum, total)) in sums.into_iter().zip(totals).enumerate() {
            write(text, written(_mm512_sub_epi32(sum, _mm512_set1_epi32(128 * total))));
        }
    }

    #[target_feature(enable = "avx512f")]
    fn read(block: &Block) -> __m512i {
        #[expect(unsafe_code, reason = "a block is 64 bytes, read at any alignment")]
        unsafe {
            _mm512_loadu_si512(block.as_ptr().cast())
        }
    }

    #[target_feature(enable = "avx512f")]
    fn written(sums: __m512i) -> Sums {
        let mut written = [0; ROWS];
        #[expect(unsafe_code, reason = "sixteen sums are 64 bytes, at any alignment")]
        unsafe {
            _mm512_storeu_si512(written.as_mut_ptr().cast(), sums);
        }
        written
    }
}

#[cfg(target_arch = "aarch64")]
mod neon {
    use std::arch::aarch64::{
        int8x16_t, int32x4_t, vdupq_n_s32, vld1q_s8, vreinterpretq_s8_s32, vst1q_s32,
    };
    use std::arch::asm;

    use super::{Block, Four, ROWS, Sums, Texts};

    /// So many sums are in a register.
    const LANES: usize = 4;

    pub(super) fn tile(blocks: &[Block], texts: &Texts, write: &mut impl FnMut(usize, Sums)) {
        #[expect(unsafe_code, reason = "`of_this_processor` has seen the dot product")]
        unsafe {
            match texts.count {
                1 => tile_of(blocks, texts.fours.as_chunks::<1>().0, write),
                2 => tile_of(blocks, texts.fours.as_chunks::<2>().0, write),
                3 => tile_of(blocks, texts.fours.as_chunks::<3>().0, write),
                _ => tile_of(blocks, texts.fours.as_chunks::<4>().0, write),
            }
        }
    }

    #[target_feature(enable = "neon,dotprod")]
    fn tile_of<const T: usize>(
        blocks: &[Block],
        fours: &[[Four; T]],
        write: &mut impl FnMut(usize, Sums),
    ) {
        let mut sums = [[vdupq_n_s32(0); ROWS / LANES]; T];
        for (block, fours) in blocks.iter().zip(fours) {
            let weights = read(block);
            for (sums, four) in sums.iter_mut().zip(fours) {
                let four = vdupq_n_s32(i32::from_ne_bytes(four.map(i8::cast_unsigned)));
                for (sum, weights) in sums.iter_mut().zip(weights) {
                    *sum = add_products(*sum, weights, vreinterpretq_s8_s32(four));
                }
            }
        }
        for (text, sums) in sums.into_iter().enumerate() {
            write(text, written(sums));
        }
    }

    /// The name that Rust has for this instruction is not stable yet.
    #[target_feature(enable = "neon,dotprod")]
    fn add_products(sums: int32x4_t, weights: int8x16_t, four: int8x16_t) -> int32x4_t {
        let mut added = sums;
        #[expect(unsafe_code, reason = "it does nothing but that")]
        unsafe {
            asm!(
                "sdot {0:v}.4s, {1:v}.16b, {2:v}.16b",
                inout(vreg) added, in(vreg) weights, in(vreg) four,
                options(pure, nomem, nostack, preserves_flags)
            );
        }
        added
    }

    #[target_feature(enable = "neon")]
    fn read(block: &Block) -> [int8x16_t; ROWS / LANES] {
        let at = block.as_ptr().cast::<i8>();
        #[expect(unsafe_code, reason = "a block is four times 16 bytes, read at any alignment")]
        unsafe {
            [vld1q_s8(at), vld1q_s8(at.add(16)), vld1q_s8(at.add(32)), vld1q_s8(at.add(48))]
        }
    }

    #[target_feature(enable = "neon")]
    fn written(sums: [int32x4_t; ROWS / LANES]) -> Sums {
        let mut written = [0; ROWS];
        for (place, sums) in written.as_chunks_mut::<LANES>().0.iter_mut().zip(sums) {
            #[expect(unsafe_code, reason = "four sums are 16 bytes, at any alignment")]
            unsafe {
                vst1q_s32(place.as_mut_ptr(), sums);
            }
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What this processor can do, the plain twin always among it.
    fn kernels() -> Vec<Kernel> {
        let mut kernels = vec![Kernel::Plain, Kernel::of_this_processor()];
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            kernels.push(Kernel::Avx2);
        }
        kernels.dedup();
        kernels
    }

    fn multiplied(kernel: Kernel, rows: &[i8], activations: &[i8], width: usize) -> Vec<i32> {
        let mut sums = vec![0; rows.len() / width * (activations.len() / width)];
        kernel.multiply(&side_by_side(rows, width), activations, width, &mut sums);
        sums
    }

    /// One row of weights with one text, as it is written down in school.
    fn by_hand(rows: &[i8], activations: &[i8], width: usize) -> Vec<i32> {
        let mut sums = Vec::new();
        for text in activations.chunks_exact(width) {
            for row in rows.chunks_exact(width) {
                let products = row.iter().zip(text);
                sums.push(products.map(|(w, x)| i32::from(*w) * i32::from(*x)).sum());
            }
        }
        sums
    }

    proptest! {
        /// R097: what is answered does not depend on the processor.
        #[test]
        fn every_processor_sums_up_the_same(
            (fours, groups, texts) in (1_usize..20, 1_usize..5, 1_usize..40),
            seed in any::<u64>(),
        ) {
            let mut dice = seed;
            let mut next = || {
                dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                dice.to_be_bytes()[0].cast_signed().max(-127)
            };
            let width = fours * TOGETHER;
            let rows: Vec<i8> = (0..width * groups * ROWS).map(|_| next()).collect();
            let activations: Vec<i8> = (0..width * texts).map(|_| next()).collect();
            let wanted = by_hand(&rows, &activations, width);
            for kernel in kernels() {
                let found = multiplied(kernel, &rows, &activations, width);
                prop_assert!(found == wanted, "{:?}", kernel);
            }
        }
    }

    #[test]
    fn the_largest_sums_do_not_overflow() {
        const WIDTH: usize = 1536;
        for (weight, activation) in
            [(127, 127), (127, -127), (-127, 127), (-128, 127), (-127, -127)]
        {
            let (rows, activations) = (vec![weight; ROWS * WIDTH], vec![activation; WIDTH]);
            for kernel in kernels() {
                let sum = i32::from(weight) * i32::from(activation) * 1536;
                assert_eq!(
                    multiplied(kernel, &rows, &activations, WIDTH),
                    [sum; ROWS],
                    "{kernel:?}"
                );
            }
        }
    }

    #[test]
    fn nothing_times_anything_is_nothing() {
        assert!(products(&[], &[1; 8], 4).is_empty());
        assert!(products(&[1; 64], &[], 4).is_empty());
    }
}
