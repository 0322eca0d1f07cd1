//! A set as one object: written when it is published, read when it is asked.
//!
//! ```text
//! magic 16 · length 4 · FAQs and what they were read with, as JSON · embeddings · steps · coefficients
//! ```
//!
//! How many there are of each follows from the FAQs. Everything is little-endian.

use domain::faq::Faq;
use serde::{Deserialize, Serialize};

use super::Set;
use crate::likeness::Meaning;
use crate::model::{DIMENSIONS, Embedding};
use crate::ranking::VOTING_QUESTIONS_MAX;

/// Says what it is, and in which version of this layout.
const MAGIC: &[u8; 16] = b"confab answers 1";

/// Why bytes cannot be read as a set.
#[derive(Debug, thiserror::Error)]
pub enum BadSet {
    #[error("this is no set of FAQs, or one of another version")]
    NotASet,
    #[error("could not read the FAQs")]
    Faqs(#[source] serde_json::Error),
    #[error("the set is shorter or longer than its FAQs say")]
    Length,
}

#[derive(Serialize, Deserialize)]
struct Head<F> {
    version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    faqs: F,
}

impl Set {
    pub fn to_bytes(&self) -> Result<Vec<u8>, BadSet> {
        let model = self.meaning.as_ref().map(|meaning| meaning.model.clone());
        let head = Head { version: self.version, model, faqs: &self.faqs };
        let head = serde_json::to_vec(&head).map_err(BadSet::Faqs)?;
        let length = u32::try_from(head.len()).map_err(|_| BadSet::Length)?;
        let mut bytes = [MAGIC.as_slice(), &length.to_le_bytes(), &head].concat();
        let embeddings = self.meaning.as_ref().map(Meaning::embeddings).unwrap_or_default();
        for embedding in embeddings {
            bytes.extend(embedding.values.iter().map(|value| value.cast_unsigned()));
        }
        let steps = embeddings.iter().map(|embedding| &embedding.step);
        bytes.extend(steps.chain(&self.coefficients).flat_map(|value| value.to_le_bytes()));
        Ok(bytes)
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadSet> {
        let mut rest = bytes.strip_prefix(MAGIC).ok_or(BadSet::NotASet)?;
        let (length, behind) = rest.split_first_chunk().ok_or(BadSet::Length)?;
        let length = u32::from_le_bytes(*length);
        rest = behind;
        let head = take(&mut rest, Some(length as usize))?;
        let Head { version, model, faqs } =
            serde_json::from_slice::<Head<Vec<Faq>>>(head).map_err(BadSet::Faqs)?;
        let questions: usize = faqs.iter().map(|faq| faq.questions.len()).sum();
        let solved = questions.min(VOTING_QUESTIONS_MAX).checked_mul(faqs.len());
        let meaning = model.map(|model| meaning(&model, questions, &mut rest)).transpose()?;
        let coefficients =
            floats(take(&mut rest, solved.and_then(|count| count.checked_mul(size_of::<f32>())))?);
        if !rest.is_empty() || coefficients.iter().any(|value| !value.is_finite()) {
            return Err(BadSet::Length);
        }
        Ok(Self { version, faqs, meaning, coefficients })
    }
}

fn meaning(model: &str, questions: usize, rest: &mut &[u8]) -> Result<Meaning, BadSet> {
    let values = take(rest, questions.checked_mul(DIMENSIONS))?;
    let steps = floats(take(rest, questions.checked_mul(size_of::<f32>()))?);
    let values = values.chunks_exact(DIMENSIONS);
    let embeddings = values.zip(steps).map(|(values, step)| {
        let values = values.iter().map(|value| value.cast_signed()).collect();
        Embedding { values, step }
    });
    Ok(Meaning::of(model, embeddings))
}

/// The next bytes, if there are as many.
fn take<'a>(rest: &mut &'a [u8], count: Option<usize>) -> Result<&'a [u8], BadSet> {
    count.and_then(|count| rest.split_off(..count)).ok_or(BadSet::Length)
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}
