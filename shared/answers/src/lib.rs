//! Finds the FAQ that a message means, if there is one.
//!
//! A message is compared with every question of a published set: as it stands, then, with its
//! spelling put right, by what it means and by its letters, as a whole and sentence by sentence. The
//! FAQs are ranked; the best is answered with if it is near enough and far enough from the next.
//! The study behind it, with its figures, is told in `ARCHITECTURE.md`.
//!
//! - [`Set`]: FAQs with what is computed once, when they are published. [`Matcher`]: a set, ready to
//!   be asked. [`Advice`]: what makes FAQs hard to find.
//! - [`Model`]: the language model; without it, letters alone are compared, and the matcher says so.
//! - `text`, `speller`, `language`: what is read. `letters`, `likeness`: how alike. `ridge`, `ranking`: whose.
//!   `gate`: sure enough.
//!
//! Whatever it is given, it does a bounded amount of work, and never fails.

mod advice;
mod gate;
mod language;
mod letters;
mod likeness;
mod matcher;
mod model;
mod ranking;
mod ridge;
mod set;
mod speller;
mod text;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use advice::{Advice, QUESTIONS_MIN, Remark, WORDS_MIN};
pub use gate::Gate;
pub use matcher::Matcher;
pub use model::{DIMENSIONS, Model, ModelError, PACKED_SHA256, PIECES_MAX, PackError, pack};
pub use ranking::VOTING_QUESTIONS_MAX;
pub use set::{BadSet, Set};
pub use text::TEXT_CHARS_MAX;

/// What texts are understood with.
#[derive(Debug, Clone)]
pub enum Understanding {
    /// A language model: meaning and letters.
    Semantic(Arc<Model>),
    /// Letters alone.
    Lexical,
}
