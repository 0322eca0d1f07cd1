//! What makes FAQs hard to find: the best practices of autoresponders, held against a set.
//!
//! Advice is no refusal: each is a warning with its reason.

use std::collections::HashMap;
use std::fmt;

use domain::faq::{Faq, FaqKind, Sensitivity};
use domain::id::FaqId;

use crate::gate::Gate;
use crate::language::foreign;
use crate::ranking::voting;
use crate::ridge::Solved;
use crate::set::{Set, among};
use crate::text::{has_content, has_words, is_keywords, normalised};

/// A general question of fewer words has too little to be told from others by: five, say the best
/// practices.
pub const WORDS_MIN: usize = 5;

/// A general FAQ of fewer questions is found by few who ask in other words: of a hundred, one
/// question finds 51 or 68, three find 71 or 80, five 78 or 86 (`bench answers`).
pub const QUESTIONS_MIN: usize = 3;

/// A warning about an FAQ, or about one of its questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    pub faq: FaqId,
    /// The question it is about; none if it is about all of them.
    pub question: Option<String>,
    pub remark: Remark,
}

/// What could be better, and by what that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    Short {
        words: usize,
    },
    /// Words one beside the other, as for a search engine.
    Keywords,
    /// Nothing says what it is about.
    NoContext,
    /// The same question is another FAQ's, too.
    SameAs {
        faq: FaqId,
    },
    /// If it were asked, and were not known, another FAQ would be answered with.
    Conflict {
        faq: FaqId,
        question: String,
    },
    /// An ISO 639-3 code.
    Language {
        code: String,
    },
    FewQuestions {
        questions: usize,
    },
}

impl Remark {
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Short { .. } => "short",
            Self::Keywords => "keywords",
            Self::NoContext => "no_context",
            Self::SameAs { .. } => "same_question",
            Self::Conflict { .. } => "conflict",
            Self::Language { .. } => "language",
            Self::FewQuestions { .. } => "few_questions",
        }
    }
}

/// The reason, in a sentence.
impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short { words } => write!(
                f,
                "it has {words} of at least {WORDS_MIN} words: too little to tell it from others by"
            ),
            Self::Keywords => f.write_str(
                "it is a row of keywords: customers ask in whole sentences, and these are like one",
            ),
            Self::NoContext => {
                f.write_str("it does not say what it is about: only its very words will find it")
            }
            Self::SameAs { faq } => {
                write!(f, "it is a question of {faq}, too: nobody knows which to answer with")
            }
            Self::Conflict { faq, question } => write!(
                f,
                "asked in other words, it would be answered with {faq}, because of `{question}`"
            ),
            Self::Language { code } => {
                write!(
                    f,
                    "it seems to be in another language than English ({code}): what is found of that is not predictable"
                )
            }
            Self::FewQuestions { questions } => write!(
                f,
                "it has {questions} of at least {QUESTIONS_MIN} questions: each way of asking that is added finds more"
            ),
        }
    }
}

impl Set {
    /// What could be better about its FAQs, in their order. A draft is published to nobody to be
    /// advised on.
    pub fn advice(&self) -> Vec<Advice> {
        let same = self.same_questions();
        let conflicts = self.conflicts();
        let (mut advice, mut place) = (Vec::new(), 0);
        for faq in self.faqs() {
            let mut add = |question: Option<&String>, remark| {
                advice.push(Advice { faq: faq.id.clone(), question: question.cloned(), remark });
            };
            if faq.kind == FaqKind::General && faq.questions.len() < QUESTIONS_MIN {
                add(None, Remark::FewQuestions { questions: faq.questions.len() });
            }
            for question in &faq.questions {
                by_itself(faq.kind, question)
                    .into_iter()
                    .for_each(|remark| add(Some(question), remark));
                let others = same.get(&normalised(question)).into_iter().flatten();
                if let Some(other) = others.copied().find(|other| other.id != faq.id) {
                    add(Some(question), Remark::SameAs { faq: other.id.clone() });
                } else if let Some(conflict) = conflicts.get(&place) {
                    add(Some(question), conflict.clone());
                }
                place += 1;
            }
        }
        advice
    }

    /// The FAQs that have a question, by how it stands.
    fn same_questions(&self) -> HashMap<String, Vec<&Faq>> {
        let mut same: HashMap<String, Vec<&Faq>> = HashMap::new();
        for faq in self.faqs() {
            for question in &faq.questions {
                same.entry(normalised(question)).or_default().push(faq);
            }
        }
        same
    }

    /// The questions that, left out, would be answered with another FAQ at the usual sensitivity, by
    /// their place. What the others would say of each follows from what was solved, without solving
    /// it again: the coefficients over the diagonal of the inverse (Rifkin and Lippert, 2007). What
    /// does not vote is not looked at.
    fn conflicts(&self) -> HashMap<usize, Remark> {
        let (owners, questions) = self.owners_and_questions();
        let faqs = self.faqs().len();
        let voting = voting(&owners);
        let among = among(&questions, &voting, self.meaning());
        let inverse = Solved::of(&among).inverse_diagonal();
        let gate = Gate::of(self.engine(), Sensitivity::default());
        let mut conflicts = HashMap::new();
        for (row, coefficients) in self.coefficients().chunks_exact(faqs.max(1)).enumerate() {
            let own = owners[voting[row]];
            let left_out = |faq: usize| {
                let known = if faq == own { 1.0 } else { 0.0 };
                known - coefficients[faq] / inverse[row]
            };
            let others = (0..faqs).filter(|faq| *faq != own);
            let Some(best) = others.max_by(|a, b| left_out(*a).total_cmp(&left_out(*b))) else {
                continue;
            };
            let next = (0..faqs).filter(|faq| *faq != best).map(left_out).fold(f32::MIN, f32::max);
            let of_best = (0..voting.len()).filter(|other| owners[voting[*other]] == best);
            let alike = |other: &usize| among[row][*other];
            let Some(nearest) = of_best.max_by(|a, b| alike(a).total_cmp(&alike(b))) else {
                continue;
            };
            if gate.lets_through(alike(&nearest), left_out(best) - next) {
                let question = questions[voting[nearest]].to_owned();
                let faq = self.faqs()[best].id.clone();
                conflicts.insert(voting[row], Remark::Conflict { faq, question });
            }
        }
        conflicts
    }
}

/// What a question could be, whatever the others are.
fn by_itself(kind: FaqKind, question: &str) -> Vec<Remark> {
    let plain = normalised(question);
    let words = plain.split(' ').count();
    let mut remarks = Vec::new();
    if let Some(code) = foreign(question, &plain) {
        remarks.push(Remark::Language { code });
    }
    if kind != FaqKind::General || !remarks.is_empty() {
        return remarks;
    }
    if !has_words(&plain) || !has_content(&plain) {
        remarks.push(Remark::NoContext);
    } else if words < WORDS_MIN {
        remarks.push(Remark::Short { words });
    } else if is_keywords(&plain) {
        remarks.push(Remark::Keywords);
    }
    remarks
}
