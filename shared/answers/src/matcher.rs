//! A set, ready to be asked.

use std::collections::HashMap;
use std::sync::Arc;

use domain::faq::{
    CANDIDATES_MAX, Candidate, Engine, FaqKind, Matching, Sensitivity, Thousandths, Verdict,
};
use domain::private::Words;

use crate::Understanding;
use crate::gate::Gate;
use crate::language::foreign;
use crate::letters::Letters;
use crate::likeness::Likeness;
use crate::model::Model;
use crate::ranking::{Ranked, Votes};
use crate::set::Set;
use crate::speller::Speller;
use crate::text::{beginning, fingerprint, has_content, has_words, normalised, sentences};

/// A published set with what is prepared of it once, and what messages are understood with.
#[derive(Debug)]
pub struct Matcher {
    set: Set,
    /// The model that the set was read with; none if it is not here, or never was.
    model: Option<Arc<Model>>,
    letters: Letters,
    speller: Speller,
    /// The questions as they stand: the places of those that are written like this.
    exact: HashMap<String, Vec<usize>>,
    votes: Votes,
}

/// One way to read a message: a sentence, or all of it.
struct Reading {
    text: String,
    /// What says nothing is not what a general question asks.
    says_something: bool,
    ranked: Vec<Ranked>,
}

impl Matcher {
    /// A set that was read with another model than this one, or that meets none, is served by its
    /// letters.
    pub fn new(set: Set, understanding: Understanding) -> Self {
        let model = match understanding {
            Understanding::Semantic(model) => Some(model),
            Understanding::Lexical => None,
        };
        let read_by =
            |model: &Arc<Model>| set.meaning().is_some_and(|read| read.model == model.name());
        let (owners, questions) = set.owners_and_questions();
        let mut exact: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, question) in questions.iter().enumerate() {
            exact.entry(normalised(question)).or_default().push(place);
        }
        let letters = Letters::of(&questions);
        let speller = Speller::of(&questions, model.clone());
        let model = model.filter(read_by);
        let as_published = model.is_some() == set.meaning().is_some();
        let coefficients =
            if as_published { set.coefficients().to_vec() } else { set.solved_for(None) };
        let votes = Votes::of(owners, coefficients, set.faqs().len());
        Self { model, letters, speller, exact, votes, set }
    }

    pub fn set(&self) -> &Set {
        &self.set
    }

    /// What messages are understood with.
    pub fn engine(&self) -> Engine {
        match self.model {
            Some(_) => Engine::Semantic,
            None => Engine::Lexical,
        }
    }

    /// What a match has to have to be sure enough.
    pub fn gate(&self, sensitivity: Sensitivity) -> Gate {
        Gate::of(self.engine(), sensitivity)
    }

    /// What a message means.
    pub fn ask(&self, text: &str, sensitivity: Sensitivity) -> Matching {
        let written = beginning(text);
        let plain = normalised(written);
        let mut matching = Matching {
            set: self.set.version(),
            engine: self.engine(),
            sensitivity,
            verdict: Verdict::Nothing,
            candidates: Vec::new(),
            margin: Thousandths::default(),
            heard: None,
            fingerprint: fingerprint(&plain),
            language: foreign(written, &plain),
        };
        if let Some(same) = self.exact.get(&plain) {
            self.exactly(same, &mut matching);
        } else if has_words(&plain) && !self.votes.owners().is_empty() {
            self.nearly(written, &mut matching);
        }
        matching
    }

    /// One of the questions as it stands. If it is one of several FAQs, a general one is meant; if
    /// it is one of several of those, nobody knows which.
    fn exactly(&self, same: &[usize], matching: &mut Matching) {
        let mut ranked: Vec<Ranked> = Vec::new();
        for question in same {
            let faq = self.votes.owners()[*question];
            if ranked.iter().all(|ranked| ranked.faq != faq) {
                ranked.push(Ranked { faq, score: 1.0, likeness: 1.0, question: *question });
            }
        }
        ranked.sort_by_key(|ranked| !self.is_general(ranked.faq));
        let sure = match &ranked[..] {
            [first, second, ..] => self.is_general(first.faq) && !self.is_general(second.faq),
            _ => true,
        };
        matching.verdict = if sure { Verdict::Exact } else { Verdict::Unsure };
        matching.margin = Thousandths::of(if sure { 1.0 } else { 0.0 });
        matching.candidates = self.candidates(&ranked);
    }

    fn nearly(&self, written: &str, matching: &mut Matching) {
        let spelled = self.speller.corrected(written);
        let whole = spelled.as_deref().unwrap_or(written);
        let gate = Gate::of(matching.engine, matching.sensitivity);
        let texts = std::iter::once(whole).chain(sentences(whole));
        let readings: Vec<Reading> = texts.map(|text| self.read(text)).collect();
        let sure = |reading: &&Reading| {
            let says = reading.says_something || !self.is_general(reading.ranked[0].faq);
            says && gate.lets_through(reading.likeness(), reading.margin())
        };
        let nearest = |a: &&Reading, b: &&Reading| a.likeness().total_cmp(&b.likeness());
        let passed = || readings.iter().filter(sure);
        let general = passed().filter(|reading| self.is_general(reading.ranked[0].faq));
        let best = general.max_by(nearest).or_else(|| passed().max_by(nearest));
        matching.verdict = if best.is_some() { Verdict::Similar } else { Verdict::Unsure };
        let Some(best) = best.or_else(|| readings.iter().max_by(nearest)) else { return };
        matching.margin = Thousandths::of(best.margin());
        matching.candidates = self.candidates(&best.ranked);
        matching.heard = (best.text != written).then(|| Words::from(best.text.as_str()));
    }

    fn read(&self, text: &str) -> Reading {
        let means = self.model.as_ref().map(|model| model.embed(text));
        let meaning = self.set.meaning().filter(|_| means.is_some());
        let likeness = Likeness { letters: &self.letters, meaning }.of(text, means.as_ref());
        let mut ranked = self.votes.ranked(&likeness);
        let says_something = has_content(&normalised(text));
        if !says_something {
            ranked.sort_by_key(|ranked| self.is_general(ranked.faq));
        }
        Reading { text: text.to_owned(), says_something, ranked }
    }

    fn is_general(&self, faq: usize) -> bool {
        self.set.faqs()[faq].kind == FaqKind::General
    }

    fn candidates(&self, ranked: &[Ranked]) -> Vec<Candidate> {
        let candidate = |ranked: &Ranked| {
            let faq = &self.set.faqs()[ranked.faq];
            let first = self.votes.owners().partition_point(|owner| *owner < ranked.faq);
            Candidate {
                faq: faq.id.clone(),
                question: faq.questions[ranked.question - first].clone(),
                score: Thousandths::of(ranked.score),
                likeness: Thousandths::of(ranked.likeness),
            }
        };
        ranked.iter().take(CANDIDATES_MAX).map(candidate).collect()
    }
}

impl Reading {
    fn likeness(&self) -> f32 {
        self.ranked.first().map_or(0.0, |first| first.likeness)
    }

    fn margin(&self) -> f32 {
        match &self.ranked[..] {
            [first, second, ..] => first.score - second.score,
            [first] => first.score,
            [] => 0.0,
        }
    }
}
