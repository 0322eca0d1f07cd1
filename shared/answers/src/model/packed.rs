//! The packed file: the vocabulary and the weights in 8 bits, one after the other.
//!
//! ```text
//! magic 16 · SHA-256 of the rest 32 · beginning of the weights' hash 8
//! length 4 · vocabulary · tables, as `layers` reads them
//! ```
//!
//! A table of weights is its rows in 8 bits, then what a step of each row is worth; other numbers
//! are 32-bit floats. Everything is little-endian.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

/// Says what it is, and in which version of this layout.
const MAGIC: &[u8; 16] = b"confab minilm 1\n";

/// What [`pack`](super::pack) makes of the published file, to the last bit.
pub const PACKED_SHA256: &str = "9cdf4759ed4f463c21b23260a557070cd642da11e46901ad6ad1026fe0b69151";

/// BERT's vocabulary is a fifth of it.
const VOCABULARY_BYTES_MAX: u32 = 1 << 20;

/// Why a file cannot be read as a model.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error("could not read the model")]
    Read(#[source] io::Error),
    #[error("this is no packed model, or one of another version")]
    NotAModel,
    #[error("the model is not whole: it is not what its hash says")]
    Damaged,
}

impl From<io::Error> for ModelError {
    fn from(error: io::Error) -> Self {
        let short = error.kind() == io::ErrorKind::UnexpectedEof;
        if short { Self::Damaged } else { Self::Read(error) }
    }
}

/// A packed file that is being read from its beginning to its end.
pub(super) struct Source<'a> {
    file: &'a mut dyn Read,
    wanted: [u8; 32],
    hash: Sha256,
    name: String,
}

impl<'a> Source<'a> {
    pub(super) fn begin(file: &'a mut dyn Read) -> Result<Self, ModelError> {
        let (mut magic, mut wanted, mut name) = ([0; MAGIC.len()], [0; 32], [0; 8]);
        file.read_exact(&mut magic)?;
        if magic != *MAGIC {
            return Err(ModelError::NotAModel);
        }
        file.read_exact(&mut wanted)?;
        file.read_exact(&mut name)?;
        let hash = Sha256::new_with_prefix(name);
        Ok(Self { file, wanted, hash, name: hex::encode(name) })
    }

    pub(super) fn text(&mut self) -> Result<String, ModelError> {
        let length =
            self.bytes(4)?.into_iter().rev().fold(0, |all, byte| all << 8 | u32::from(byte));
        if length > VOCABULARY_BYTES_MAX {
            return Err(ModelError::Damaged);
        }
        String::from_utf8(self.bytes(length as usize)?).map_err(|_| ModelError::Damaged)
    }

    pub(super) fn bytes(&mut self, count: usize) -> Result<Vec<u8>, ModelError> {
        let mut bytes = vec![0; count];
        self.file.read_exact(&mut bytes)?;
        self.hash.update(&bytes);
        Ok(bytes)
    }

    pub(super) fn floats(&mut self, count: usize) -> Result<Vec<f32>, ModelError> {
        let bytes = self.bytes(count * size_of::<f32>())?;
        Ok(bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }

    /// The model's name, if there is nothing more and all was whole.
    pub(super) fn finish(self) -> Result<String, ModelError> {
        let more = self.file.read(&mut [0])? > 0;
        let whole = self.hash.finalize()[..] == self.wanted;
        if whole && !more { Ok(self.name) } else { Err(ModelError::Damaged) }
    }
}

/// A file that is being written.
pub(super) struct Packing(Vec<u8>);

impl Packing {
    pub(super) fn begin(weights_hash: &[u8; 32], vocabulary: &[u8]) -> Self {
        let mut packing = Self(weights_hash[..8].to_vec());
        let length = u32::try_from(vocabulary.len()).unwrap_or(u32::MAX);
        packing.bytes(&length.to_le_bytes());
        packing.bytes(vocabulary);
        packing
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn floats(&mut self, values: &[f32]) {
        values.iter().for_each(|value| self.bytes(&value.to_le_bytes()));
    }

    pub(super) fn finish(self) -> Vec<u8> {
        let hash = Sha256::digest(&self.0);
        [MAGIC.as_slice(), hash.as_slice(), &self.0].concat()
    }
}
