//! Makes the packed file of the published one.

use std::collections::HashMap;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::arithmetic::in_eight_bits;
use super::kernels::side_by_side;
use super::layers::LAYERS;
use super::packed::{PACKED_SHA256, Packing};
use super::{DIMENSIONS, PIECES_MAX};

/// `model.safetensors` and `vocab.txt` of sentence-transformers/all-MiniLM-L6-v2, as three packages
/// of PyPI carry them, byte by byte the same.
const WEIGHTS_SHA256: &str = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db";
const VOCABULARY_SHA256: &str = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3";

/// Why the published files cannot be packed.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    #[error("{0} is another than the one that was checked")]
    AnotherFile(&'static str),
    #[error("the weights lack `{0}`, or have it in another form")]
    Lacks(String),
    #[error("the packed model is not what it always is")]
    AnotherResult,
}

/// The packed file, from the weights in the safetensors format and the list of pieces.
pub fn pack(weights: &[u8], vocabulary: &[u8]) -> Result<Vec<u8>, PackError> {
    let hash: [u8; 32] = Sha256::digest(weights).into();
    if hex::encode(hash) != WEIGHTS_SHA256 {
        return Err(PackError::AnotherFile("model.safetensors"));
    }
    if hex::encode(Sha256::digest(vocabulary)) != VOCABULARY_SHA256 {
        return Err(PackError::AnotherFile("vocab.txt"));
    }
    let published = Published::read(weights).ok_or(PackError::Lacks("its header".to_owned()))?;
    let mut packing = Packing::begin(&hash, vocabulary);
    published.embeddings(&mut packing)?;
    for layer in 0..LAYERS {
        published.layer(layer, &mut packing)?;
    }
    let packed = packing.finish();
    match hex::encode(Sha256::digest(&packed)) == PACKED_SHA256 {
        true => Ok(packed),
        false => Err(PackError::AnotherResult),
    }
}

/// The published file: a header that says where each table begins and ends, and the tables.
struct Published<'a> {
    tables: HashMap<String, Table>,
    bytes: &'a [u8],
}

#[derive(Deserialize)]
struct Table {
    dtype: String,
    data_offsets: [usize; 2],
}

impl<'a> Published<'a> {
    fn read(file: &'a [u8]) -> Option<Self> {
        let (length, rest) = file.split_first_chunk()?;
        let (header, bytes) =
            rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
        let mut header: HashMap<String, serde_json::Value> = serde_json::from_slice(header).ok()?;
        header.remove("__metadata__");
        let table = |(name, value)| Some((name, serde_json::from_value(value).ok()?));
        Some(Self { tables: header.into_iter().map(table).collect::<Option<_>>()?, bytes })
    }

    fn floats(&self, name: &str) -> Result<Vec<f32>, PackError> {
        let lacks = || PackError::Lacks(name.to_owned());
        let table = self.tables.get(name).filter(|table| table.dtype == "F32").ok_or_else(lacks)?;
        let [from, to] = table.data_offsets;
        let (values, _) = self.bytes.get(from..to).ok_or_else(lacks)?.as_chunks();
        Ok(values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }

    fn embeddings(&self, packing: &mut Packing) -> Result<(), PackError> {
        let pieces = self.floats("embeddings.word_embeddings.weight")?;
        let (values, steps) = steps_of(&pieces, DIMENSIONS);
        packing.bytes(&values.iter().map(|value| value.cast_unsigned()).collect::<Vec<_>>());
        packing.floats(&steps);
        // What stands first is of the first kind, and there is no second, so that is added here.
        let kind = self.floats("embeddings.token_type_embeddings.weight")?;
        let positions = self.floats("embeddings.position_embeddings.weight")?;
        let positions = positions.iter().zip(kind[..DIMENSIONS].iter().cycle());
        let positions =
            positions.take(PIECES_MAX * DIMENSIONS).map(|(position, kind)| position + kind);
        packing.floats(&positions.collect::<Vec<_>>());
        self.normal("embeddings.LayerNorm", packing)
    }

    fn layer(&self, layer: usize, packing: &mut Packing) -> Result<(), PackError> {
        let within = |part: &str| format!("encoder.layer.{layer}.{part}");
        let asked = ["query", "key", "value"].map(|part| within(&format!("attention.self.{part}")));
        self.linear(&asked, DIMENSIONS, packing)?;
        self.linear(&[within("attention.output.dense")], DIMENSIONS, packing)?;
        self.normal(&within("attention.output.LayerNorm"), packing)?;
        self.linear(&[within("intermediate.dense")], DIMENSIONS, packing)?;
        self.linear(&[within("output.dense")], 4 * DIMENSIONS, packing)?;
        self.normal(&within("output.LayerNorm"), packing)
    }

    /// Several maps of the same input, as one.
    fn linear(
        &self,
        names: &[String],
        width: usize,
        packing: &mut Packing,
    ) -> Result<(), PackError> {
        let (mut weights, mut bias) = (Vec::new(), Vec::new());
        for name in names {
            weights.extend(self.floats(&format!("{name}.weight"))?);
            bias.extend(self.floats(&format!("{name}.bias"))?);
        }
        let (values, steps) = steps_of(&weights, width);
        packing.bytes(&side_by_side(&values, width));
        packing.floats(&steps);
        packing.floats(&bias);
        Ok(())
    }

    fn normal(&self, name: &str, packing: &mut Packing) -> Result<(), PackError> {
        for part in ["weight", "bias"] {
            packing.floats(&self.floats(&format!("{name}.{part}"))?);
        }
        Ok(())
    }
}

/// Rows in 8 bits, and what a step of each is worth.
fn steps_of(weights: &[f32], width: usize) -> (Vec<i8>, Vec<f32>) {
    let mut values = vec![0; weights.len()];
    let rows = weights.chunks_exact(width).zip(values.chunks_exact_mut(width));
    let steps = rows.map(|(row, values)| in_eight_bits(row, values)).collect();
    (values, steps)
}
