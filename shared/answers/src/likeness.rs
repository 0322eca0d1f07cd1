//! How alike a text and the questions of a set are: by what they mean, and a little by their
//! letters, which know names and codes that the model does not.

use crate::letters::Letters;
use crate::model::Embedding;

/// What letters count beside meaning. Between 0.15 and 0.5 it makes no difference of a point.
const LETTERS_WEIGHT: f32 = 0.3;

/// What questions mean to a model.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Meaning {
    /// The model's name.
    pub(crate) model: String,
    embeddings: Vec<Embedding>,
}

impl Meaning {
    pub(crate) fn of(model: &str, embeddings: impl IntoIterator<Item = Embedding>) -> Self {
        Self { model: model.to_owned(), embeddings: embeddings.into_iter().collect() }
    }

    pub(crate) fn embeddings(&self) -> &[Embedding] {
        &self.embeddings
    }
}

/// What the questions of a set are compared by.
pub(crate) struct Likeness<'a> {
    pub(crate) letters: &'a Letters,
    pub(crate) meaning: Option<&'a Meaning>,
}

impl Likeness<'_> {
    /// Of a text to each question, at most 1. What it means counts only where the questions'
    /// meaning is known.
    pub(crate) fn of(&self, text: &str, means: Option<&Embedding>) -> Vec<f32> {
        let letters = self.letters.likeness(text);
        let (Some(meaning), Some(means)) = (self.meaning, means) else { return letters };
        let meant = meaning.embeddings.iter().map(|question| question.cosine(means));
        let both = meant.zip(letters);
        both.map(|(meant, letters)| (meant + LETTERS_WEIGHT * letters) / (1.0 + LETTERS_WEIGHT))
            .collect()
    }
}
