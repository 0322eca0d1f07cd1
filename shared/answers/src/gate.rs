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
    /// The same for every set: they were read off two public collections of questions and three
    /// shops' own. `bench answers` prints what they let through.
    pub(crate) fn of(engine: Engine, sensitivity: Sensitivity) -> Self {
        let (likeness, margin) = match (engine, sensitivity) {
            (Engine::Semantic, Sensitivity::Eager) => (0.50, 0.0),
            (Engine::Semantic, Sensitivity::Balanced) => (0.55, 0.05),
            (Engine::Semantic, Sensitivity::Strict) => (0.65, 0.10),
            (Engine::Lexical, Sensitivity::Eager) => (0.40, 0.0),
            (Engine::Lexical, Sensitivity::Balanced) => (0.45, 0.05),
            (Engine::Lexical, Sensitivity::Strict) => (0.60, 0.10),
        };
        Self { likeness, margin }
    }

    pub(crate) fn lets_through(self, likeness: f32, margin: f32) -> bool {
        likeness >= self.likeness && margin >= self.margin
    }
}
