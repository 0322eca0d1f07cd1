//! The language model: what a text means, as a direction in a space of 384 dimensions.
//!
//! all-MiniLM-L6-v2 (Apache-2.0), a BERT of six layers that was trained on a thousand million pairs
//! of sentences that mean the same. Its weights are never in the repository: [`pack`] makes of the
//! published file what [`Model::open`] reads.
//!
//! - [`packed`]: the file. [`tokens`]: text to pieces. [`layers`]: pieces to meaning.
//! - [`arithmetic`], [`kernels`]: what layers do to numbers.

mod arithmetic;
mod kernels;
mod layers;
mod packed;
mod safetensors;
mod tokens;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use self::arithmetic::{in_eight_bits, whole_dot};
use self::layers::Layers;
use self::packed::Source;
use self::tokens::Vocabulary;

pub use self::packed::{ModelError, PACKED_SHA256};
pub use self::safetensors::{PackError, pack};

/// What the model sees in a text.
pub const DIMENSIONS: usize = 384;

/// So many pieces of a text are read: as many as it was trained with. About 90 words of English.
pub const PIECES_MAX: usize = 128;

/// What a text means: a direction of length 1, in 8 bits for each dimension.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Embedding {
    pub(crate) values: Vec<i8>,
    /// What one step of a value is worth.
    pub(crate) step: f32,
}

impl Embedding {
    /// How alike two texts are, from -1 to 1.
    pub(crate) fn cosine(&self, other: &Self) -> f32 {
        whole_dot(&self.values, &other.values) as f32 * self.step * other.step
    }
}

/// The language model, ready to read.
#[derive(Debug)]
pub struct Model {
    name: String,
    vocabulary: Vocabulary,
    layers: Layers,
}

impl Model {
    /// Reads a packed file.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        Self::read(&mut File::open(path)?)
    }

    /// Reads what a packed file has in it.
    pub fn from_bytes(mut bytes: &[u8]) -> Result<Self, ModelError> {
        Self::read(&mut bytes)
    }

    fn read(file: &mut dyn Read) -> Result<Self, ModelError> {
        let mut source = Source::begin(file)?;
        let vocabulary = Vocabulary::of(&source.text()?).ok_or(ModelError::NotAModel)?;
        let layers = Layers::read(&mut source)?;
        Ok(Self { name: source.finish()?, vocabulary, layers })
    }

    /// Which model it is: the beginning of its weights' hash. What two models mean cannot be
    /// compared.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What a text means.
    pub(crate) fn embed(&self, text: &str) -> Embedding {
        let direction = self.layers.direction(&self.vocabulary.pieces(text, PIECES_MAX));
        let mut values = vec![0; DIMENSIONS];
        let step = in_eight_bits(&direction, &mut values);
        Embedding { values, step }
    }

    /// Where a word stands in the model's vocabulary; none if it is not in it.
    pub(crate) fn rank(&self, word: &str) -> Option<u32> {
        self.vocabulary.rank(word)
    }
}
