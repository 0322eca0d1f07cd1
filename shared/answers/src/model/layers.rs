//! The layers of the model: pieces to a direction.

use super::arithmetic::{LANES, add, dot, from_steps, gelu, in_eight_bits, normalise, shares};
use super::kernels::products;
use super::packed::{ModelError, Source};
use super::{DIMENSIONS, PIECES_MAX};

/// The shape of all-MiniLM-L6-v2.
pub(super) const LAYERS: usize = 6;
const PIECES: usize = 30_522;
const HEADS: usize = 12;
const HEAD: usize = DIMENSIONS / HEADS;
const INNER: usize = 4 * DIMENSIONS;

#[derive(Debug)]
pub(super) struct Layers {
    /// What each piece means by itself: a row each in 8 bits, and what a step of each is worth.
    pieces: Vec<u8>,
    piece_steps: Vec<f32>,
    /// What the place of a piece adds.
    places: Vec<f32>,
    normal: Normal,
    layers: Vec<Layer>,
}

#[derive(Debug)]
struct Layer {
    /// To what each piece asks, offers and says, one beside the other.
    asked: Linear,
    heard: Linear,
    heard_normal: Normal,
    inner: Linear,
    outer: Linear,
    outer_normal: Normal,
}

/// A map from `width` numbers: weights as the kernels read them, and for each row what a step is
/// worth and where it begins.
#[derive(Debug)]
struct Linear {
    weights: Vec<u8>,
    steps: Vec<f32>,
    bias: Vec<f32>,
    width: usize,
}

#[derive(Debug)]
struct Normal {
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl Layers {
    pub(super) fn read(source: &mut Source) -> Result<Self, ModelError> {
        Ok(Self {
            pieces: source.bytes(PIECES * DIMENSIONS)?,
            piece_steps: source.floats(PIECES)?,
            places: source.floats(PIECES_MAX * DIMENSIONS)?,
            normal: Normal::read(source)?,
            layers: (0..LAYERS).map(|_| Layer::read(source)).collect::<Result<_, _>>()?,
        })
    }

    /// The mean of what the pieces mean where they stand, as a direction of length 1.
    pub(super) fn direction(&self, pieces: &[u32]) -> Vec<f32> {
        let mut states = Vec::with_capacity(pieces.len() * DIMENSIONS);
        for (piece, place) in pieces.iter().zip(self.places.chunks_exact(DIMENSIONS)) {
            let piece = *piece as usize;
            let weights = &self.pieces[piece * DIMENSIONS..][..DIMENSIONS];
            let weights = weights.iter().map(|weight| f32::from(weight.cast_signed()));
            let step = self.piece_steps[piece];
            states.extend(weights.zip(place).map(|(weight, place)| weight * step + place));
        }
        self.normal.apply(&mut states);
        for layer in &self.layers {
            layer.apply(&mut states);
        }
        let mut direction = vec![0.0; DIMENSIONS];
        for state in states.chunks_exact(DIMENSIONS) {
            add(&mut direction, 1.0, state);
        }
        let length = dot(&direction, &direction).sqrt().max(f32::MIN_POSITIVE);
        direction.iter_mut().for_each(|value| *value /= length);
        direction
    }
}

impl Layer {
    fn read(source: &mut Source) -> Result<Self, ModelError> {
        Ok(Self {
            asked: Linear::read(source, 3 * DIMENSIONS, DIMENSIONS)?,
            heard: Linear::read(source, DIMENSIONS, DIMENSIONS)?,
            heard_normal: Normal::read(source)?,
            inner: Linear::read(source, INNER, DIMENSIONS)?,
            outer: Linear::read(source, DIMENSIONS, INNER)?,
            outer_normal: Normal::read(source)?,
        })
    }

    fn apply(&self, states: &mut [f32]) {
        let heard = self.heard.apply(&attend(&self.asked.apply(states)));
        add(states, 1.0, &heard);
        self.heard_normal.apply(states);
        let mut inner = self.inner.apply(states);
        gelu(&mut inner);
        add(states, 1.0, &self.outer.apply(&inner));
        self.outer_normal.apply(states);
    }
}

/// What each piece hears from all: what they say, by how much what they offer is what it asks, in
/// twelve ways.
fn attend(asked: &[f32]) -> Vec<f32> {
    let rows: Vec<&[f32]> = asked.chunks_exact(3 * DIMENSIONS).collect();
    let mut heard = vec![0.0; rows.len() * DIMENSIONS];
    // What is behind the last piece gets no share.
    let mut attention = vec![0.0; rows.len().next_multiple_of(LANES)];
    let scale = 1.0 / (HEAD as f32).sqrt();
    for head in (0..DIMENSIONS).step_by(HEAD) {
        for (asking, heard) in rows.iter().zip(heard.chunks_exact_mut(DIMENSIONS)) {
            let asks = &asking[head..][..HEAD];
            attention[rows.len()..].fill(f32::MIN);
            for (attention, offering) in attention.iter_mut().zip(&rows) {
                *attention = dot(asks, &offering[DIMENSIONS + head..][..HEAD]) * scale;
            }
            shares(&mut attention);
            for (share, saying) in attention.iter().zip(&rows) {
                let says = &saying[2 * DIMENSIONS + head..][..HEAD];
                add(&mut heard[head..][..HEAD], *share, says);
            }
        }
    }
    heard
}

impl Linear {
    fn read(source: &mut Source, rows: usize, width: usize) -> Result<Self, ModelError> {
        let (weights, steps) = (source.bytes(rows * width)?, source.floats(rows)?);
        Ok(Self { weights, steps, bias: source.floats(rows)?, width })
    }

    fn apply(&self, states: &[f32]) -> Vec<f32> {
        let mut values = vec![0; states.len()];
        let rows = states.chunks_exact(self.width).zip(values.chunks_exact_mut(self.width));
        let own: Vec<f32> = rows.map(|(state, values)| in_eight_bits(state, values)).collect();
        let sums = products(&self.weights, &values, self.width);
        let mut results = vec![0.0; sums.len()];
        let rows = self.steps.len();
        let sums = sums.chunks_exact(rows).zip(results.chunks_exact_mut(rows));
        for ((sums, results), own) in sums.zip(own) {
            from_steps(sums, own, &self.steps, &self.bias, results);
        }
        results
    }
}

impl Normal {
    fn read(source: &mut Source) -> Result<Self, ModelError> {
        Ok(Self { weights: source.floats(DIMENSIONS)?, bias: source.floats(DIMENSIONS)? })
    }

    fn apply(&self, states: &mut [f32]) {
        for state in states.chunks_exact_mut(DIMENSIONS) {
            normalise(state, &self.weights, &self.bias);
        }
    }
}
