//! When a match is sure enough to be answered with.

use domain::faq::{Engine, Sensitivity};

/// The least a match has to have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gate {
    /// By itself: how alike the text and the nearest question of the FAQ are.
    pub likeness: f32,
    /// Over the next FAQ, in score.
    pub margin: f32,
}

impl Gate {
    /// The same for every set. They were chosen by what they let through of questions that the bench
    /// does not ask: CLINC150's for validation, with and without a fifth of its intents, and
    /// Banking77's beside what 27 intents left out would be answered with. `bench answers` prints
    /// what they let through of the others.
    pub(crate) fn of(engine: Engine, sensitivity: Sensitivity) -> Self {
        let (likeness, margin) = match (engine, sensitivity) {
            (Engine::Semantic, Sensitivity::Eager) => (0.475, 0.05),
            (Engine::Semantic, Sensitivity::Balanced) => (0.525, 0.10),
            (Engine::Semantic, Sensitivity::Strict) => (0.60, 0.15),
            (Engine::Lexical, Sensitivity::Eager) => (0.35, 0.05),
            (Engine::Lexical, Sensitivity::Balanced) => (0.375, 0.075),
            (Engine::Lexical, Sensitivity::Strict) => (0.45, 0.15),
        };
        Self { likeness, margin }
    }

    pub(crate) fn lets_through(self, likeness: f32, margin: f32) -> bool {
        likeness >= self.likeness && margin >= self.margin
    }
}
