//! The layers of the model: pieces to a direction.

use super::arithmetic::{dot, gelu, in_steps, normalise, shares};
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
    /// What each piece means by itself.
    pieces: Matrix,
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

/// Rows of weights in 8 bits, and what a step of each is worth.
#[derive(Debug)]
struct Matrix {
    weights: Vec<u8>,
    steps: Vec<f32>,
    width: usize,
}

#[derive(Debug)]
struct Linear {
    matrix: Matrix,
    bias: Vec<f32>,
}

#[derive(Debug)]
struct Normal {
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl Layers {
    pub(super) fn read(source: &mut Source) -> Result<Self, ModelError> {
        Ok(Self {
            pieces: Matrix::read(source, PIECES, DIMENSIONS)?,
            places: source.floats(PIECES_MAX * DIMENSIONS)?,
            normal: Normal::read(source)?,
            layers: (0..LAYERS).map(|_| Layer::read(source)).collect::<Result<_, _>>()?,
        })
    }

    /// The mean of what the pieces mean where they stand, as a direction of length 1.
    pub(super) fn direction(&self, pieces: &[u32]) -> Vec<f32> {
        let mut states = Vec::with_capacity(pieces.len() * DIMENSIONS);
        for (piece, place) in pieces.iter().zip(self.places.chunks_exact(DIMENSIONS)) {
            let (weights, step) = self.pieces.row(*piece as usize);
            let values = weights.iter().zip(place);
            states.extend(
                values.map(|(weight, place)| f32::from(weight.cast_signed()) * step + place),
            );
        }
        self.normal.apply(&mut states);
        for layer in &self.layers {
            layer.apply(&mut states);
        }
        let mut direction = vec![0.0; DIMENSIONS];
        for state in states.chunks_exact(DIMENSIONS) {
            add(&mut direction, state);
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
        add(states, &heard);
        self.heard_normal.apply(states);
        let mut inner = self.inner.apply(states);
        gelu(&mut inner);
        add(states, &self.outer.apply(&inner));
        self.outer_normal.apply(states);
    }
}

/// What each piece hears from all: what they say, by how much what they offer is what it asks, in
/// twelve ways.
fn attend(asked: &[f32]) -> Vec<f32> {
    let rows: Vec<&[f32]> = asked.chunks_exact(3 * DIMENSIONS).collect();
    let mut heard = vec![0.0; rows.len() * DIMENSIONS];
    let mut attention = vec![0.0; rows.len()];
    let scale = 1.0 / (HEAD as f32).sqrt();
    for head in (0..DIMENSIONS).step_by(HEAD) {
        for (asking, heard) in rows.iter().zip(heard.chunks_exact_mut(DIMENSIONS)) {
            let asks = &asking[head..][..HEAD];
            for (attention, offering) in attention.iter_mut().zip(&rows) {
                *attention = dot(asks, &offering[DIMENSIONS + head..][..HEAD]) * scale;
            }
            shares(&mut attention);
            for (share, saying) in attention.iter().zip(&rows) {
                let says = &saying[2 * DIMENSIONS + head..][..HEAD];
                for (heard, said) in heard[head..][..HEAD].iter_mut().zip(says) {
                    *heard += share * said;
                }
            }
        }
    }
    heard
}

impl Matrix {
    fn read(source: &mut Source, rows: usize, width: usize) -> Result<Self, ModelError> {
        Ok(Self { weights: source.bytes(rows * width)?, steps: source.floats(rows)?, width })
    }

    fn row(&self, row: usize) -> (&[u8], f32) {
        (&self.weights[row * self.width..][..self.width], self.steps[row])
    }
}

impl Linear {
    fn read(source: &mut Source, rows: usize, width: usize) -> Result<Self, ModelError> {
        Ok(Self { matrix: Matrix::read(source, rows, width)?, bias: source.floats(rows)? })
    }

    fn apply(&self, states: &[f32]) -> Vec<f32> {
        let Matrix { weights, steps, width } = &self.matrix;
        let (whole, own_steps) = in_steps(states, *width);
        let mut sums = vec![0; own_steps.len() * steps.len()];
        products(weights, &whole, *width, &mut sums);
        let mut results = Vec::with_capacity(sums.len());
        for (sums, own_step) in sums.chunks_exact(steps.len()).zip(own_steps) {
            let sums = sums.iter().zip(steps).zip(&self.bias);
            results.extend(sums.map(|((sum, step), bias)| *sum as f32 * (own_step * step) + bias));
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

fn add(to: &mut [f32], what: &[f32]) {
    for (to, what) in to.iter_mut().zip(what) {
        *to += what;
    }
}
