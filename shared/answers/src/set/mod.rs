//! A published set: FAQs with what was computed of them once, so that a message costs one reading of
//! the message.

mod bytes;

use std::collections::HashMap;

use domain::faq::{Engine, Faq};
use domain::id::FaqId;

pub use bytes::BadSet;

use crate::Understanding;
use crate::letters::Letters;
use crate::likeness::{Likeness, Meaning};
use crate::model::{Embedding, Model};
use crate::ranking::voting;
use crate::ridge::Solved;

/// FAQs as they were when they were published.
#[derive(Debug, Clone, PartialEq)]
pub struct Set {
    version: u32,
    faqs: Vec<Faq>,
    /// What the questions were read with, and what they meant to it, question by question.
    meaning: Option<Meaning>,
    /// What each voting question counts for each FAQ.
    coefficients: Vec<f32>,
}

impl Set {
    /// Computes what is needed to find these FAQs; archived ones are left out. What an earlier set
    /// knows of the same questions, read with the same model, is taken from there.
    pub fn publish(
        version: u32,
        mut faqs: Vec<Faq>,
        understanding: &Understanding,
        earlier: Option<&Self>,
    ) -> Self {
        faqs.retain(|faq| !faq.archived);
        let mut set = Self { version, faqs, meaning: None, coefficients: Vec::new() };
        set.meaning = match understanding {
            Understanding::Semantic(model) => Some(set.read(model, earlier)),
            Understanding::Lexical => None,
        };
        set.coefficients = set.solved_for(set.meaning.as_ref());
        set
    }

    fn read(&self, model: &Model, earlier: Option<&Self>) -> Meaning {
        let known: HashMap<&str, Embedding> = earlier
            .and_then(|set| Some((set, set.meaning.as_ref()?)))
            .filter(|(_, meaning)| meaning.model == model.name())
            .map(|(set, meaning)| {
                set.questions()
                    .map(|(_, text)| text)
                    .zip(meaning.embeddings().iter().cloned())
                    .collect()
            })
            .unwrap_or_default();
        let embedding = |text: &str| match known.get(text) {
            Some(embedding) => embedding.clone(),
            None => model.embed(text),
        };
        Meaning::of(model.name(), self.questions().map(|(_, text)| embedding(text)))
    }

    /// What each voting question counts, if the questions mean this much.
    pub(crate) fn solved_for(&self, meaning: Option<&Meaning>) -> Vec<f32> {
        let (owners, questions) = self.owners_and_questions();
        let voting = voting(&owners);
        let owners: Vec<usize> = voting.iter().map(|place| owners[*place]).collect();
        Solved::of(&among(&questions, &voting, meaning)).coefficients(&owners, self.faqs.len())
    }

    /// Of each question: whose it is, and its text.
    pub(crate) fn owners_and_questions(&self) -> (Vec<usize>, Vec<&str>) {
        self.questions().unzip()
    }

    fn questions(&self) -> impl Iterator<Item = (usize, &str)> {
        let faqs = self.faqs.iter().enumerate();
        faqs.flat_map(|(place, faq)| faq.questions.iter().map(move |text| (place, text.as_str())))
    }

    pub fn version(&self) -> u32 {
        self.version
    }

    pub fn faqs(&self) -> &[Faq] {
        &self.faqs
    }

    pub fn faq(&self, id: &FaqId) -> Option<&Faq> {
        self.faqs.iter().find(|faq| faq.id == *id)
    }

    /// What it was published with.
    pub fn engine(&self) -> Engine {
        match self.meaning {
            Some(_) => Engine::Semantic,
            None => Engine::Lexical,
        }
    }

    pub(crate) fn meaning(&self) -> Option<&Meaning> {
        self.meaning.as_ref()
    }

    pub(crate) fn coefficients(&self) -> &[f32] {
        &self.coefficients
    }
}

/// How alike voting questions are, each to each.
pub(crate) fn among(
    questions: &[&str],
    voting: &[usize],
    meaning: Option<&Meaning>,
) -> Vec<Vec<f32>> {
    let letters = Letters::of(questions);
    let likeness = Likeness { letters: &letters, meaning };
    let means = |place: usize| meaning.map(|meaning| &meaning.embeddings()[place]);
    let of = |place: &usize| {
        let all = likeness.of(questions[*place], means(*place));
        voting.iter().map(|other| all[*other]).collect()
    };
    voting.iter().map(of).collect()
}
