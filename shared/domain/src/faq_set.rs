//! The FAQs of a workspace together, and how they are changed: no two that are in use have an equal
//! question, and no change is lost to another.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use crate::content::{Content, File, FileSource, Media};
use crate::faq::{Faq, FaqKind, essence, id_of};
use crate::id::{FaqId, UserId};
use crate::variables;

/// A question longer than this is a story, and no customer's question is compared with one.
pub const QUESTION_CHARS_MAX: usize = 500;
/// An FAQ is one item of the table: with all its questions it stays below 250 KB of 400.
pub const QUESTIONS_MAX: usize = 100;
/// The longest text that all channels carry whole or in parts.
pub const ANSWER_CHARS_MAX: usize = 4_096;
/// Addresses that are longer are refused by providers.
pub const LINK_CHARS_MAX: usize = 2_000;
/// So many are in use at once.
pub const FAQS_MAX: usize = 2_000;
/// Archived ones are read along, so there is an end to them.
pub const KEPT_MAX: usize = 4_000;
/// What the matcher holds of one set, in memory and within a message's time.
pub const SET_QUESTIONS_MAX: usize = 10_000;
/// All words of a set together, in bytes: it is read whole for each change, published as one object
/// and exported in one answer, and a Lambda function answers with at most 6 MB
/// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
pub const SET_BYTES_MAX: usize = 2_000_000;

/// What an author writes into an FAQ.
#[derive(Debug, Clone, PartialEq)]
pub struct Wording {
    pub kind: FaqKind,
    pub questions: Vec<String>,
    /// Text, or one file by its address with or without a text.
    pub answer: Content,
}

/// Why an FAQ is not changed in this way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaqRefusal {
    #[error("there is no such FAQ")]
    NotFound,
    #[error("there is an FAQ `{faq}` already")]
    Exists { faq: FaqId },
    #[error("others have changed it: it is at revision {revision}")]
    Stale { revision: u32 },
    #[error("the FAQ `{faq}` is archived")]
    Archived { faq: FaqId },
    #[error("{problem}")]
    Invalid { part: Part, problem: String },
    #[error("the FAQ `{faq}` has an equal question")]
    EqualQuestion { part: Part, faq: FaqId },
    #[error("`{one}` and `{other}` have an equal question")]
    Clash { one: FaqId, other: FaqId },
    #[error("there is no FAQ in use")]
    Empty,
    #[error("there may be at most {max} {what}")]
    TooMany { what: &'static str, max: usize },
}

/// A part of an FAQ that something is wrong with. Reads as clients write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Questions,
    /// By its place, from 0.
    Question(usize),
    Text,
    Media,
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Questions => f.write_str("questions"),
            Self::Question(place) => write!(f, "questions[{place}]"),
            Self::Text => f.write_str("answer.text"),
            Self::Media => f.write_str("answer.media"),
        }
    }
}

fn invalid(part: Part, problem: impl Into<String>) -> FaqRefusal {
    FaqRefusal::Invalid { part, problem: problem.into() }
}

impl Wording {
    /// What is kept of what an author writes: questions with single spaces, an answer without
    /// spaces around it.
    ///
    /// # Errors
    ///
    /// The part that is wrong.
    pub fn new(
        kind: FaqKind,
        questions: &[String],
        text: &str,
        file: Option<File>,
    ) -> Result<Self, FaqRefusal> {
        let questions = checked_questions(questions)?;
        let text = text.replace("\r\n", "\n").trim().to_owned();
        check_answer(&text, file.as_ref())?;
        let answer = match file {
            None => Content::text(text),
            Some(file) => {
                let caption = (!text.is_empty()).then(|| text.into());
                Content::Media(Media { caption, files: vec![file] })
            }
        };
        Ok(Self { kind, questions, answer })
    }

    /// The id of a new FAQ whose author gives it none.
    pub fn own_id(&self) -> FaqId {
        id_of(self.questions.first().map_or("", |question| question))
    }
}

fn checked_questions(questions: &[String]) -> Result<Vec<String>, FaqRefusal> {
    if questions.is_empty() {
        return Err(invalid(Part::Questions, "at least one question is needed"));
    }
    if questions.len() > QUESTIONS_MAX {
        return Err(FaqRefusal::TooMany { what: "questions in an FAQ", max: QUESTIONS_MAX });
    }
    let mut known = BTreeSet::new();
    let mut checked = Vec::with_capacity(questions.len());
    for (place, question) in questions.iter().enumerate() {
        let part = Part::Question(place);
        let question = question.split_whitespace().collect::<Vec<_>>().join(" ");
        if !(1..=QUESTION_CHARS_MAX).contains(&question.chars().count()) {
            let problem = format!("a question has 1 to {QUESTION_CHARS_MAX} characters");
            return Err(invalid(part, problem));
        }
        if question.chars().any(char::is_control) {
            return Err(invalid(part, "a question has no control characters"));
        }
        if !known.insert(essence(&question)) {
            return Err(invalid(part, "the question stands twice in its FAQ"));
        }
        checked.push(question);
    }
    Ok(checked)
}

fn check_answer(text: &str, file: Option<&File>) -> Result<(), FaqRefusal> {
    if let Some(FileSource::Link(link)) = file.map(|file| &file.source)
        && link.reveal().chars().count() > LINK_CHARS_MAX
    {
        let problem = format!("an address has at most {LINK_CHARS_MAX} characters");
        return Err(invalid(Part::Media, problem));
    }
    if text.is_empty() && file.is_none() {
        return Err(invalid(Part::Text, "a text or a file is needed"));
    }
    if text.chars().count() > ANSWER_CHARS_MAX {
        let problem = format!("an answer has at most {ANSWER_CHARS_MAX} characters");
        return Err(invalid(Part::Text, problem));
    }
    if text.chars().any(|char| char.is_control() && !['\n', '\t'].contains(&char)) {
        return Err(invalid(Part::Text, "an answer has no control characters"));
    }
    variables::check(text).map_err(|bad| invalid(Part::Text, bad.to_string()))
}

impl Faq {
    /// Whether an author would change nothing by writing this.
    pub fn says(&self, wording: &Wording) -> bool {
        self.kind == wording.kind
            && self.questions == wording.questions
            && self.answer == wording.answer
    }

    /// Of its words, in bytes.
    fn bytes(&self) -> usize {
        let link = self.answer.files().first().map_or(0, |file| match &file.source {
            FileSource::Link(link) | FileSource::Handle(link) | FileSource::Kept(link) => {
                link.reveal().len()
            }
        });
        let questions: usize = self.questions.iter().map(String::len).sum();
        questions + link + self.answer.words().map_or(0, str::len)
    }
}

/// Who changes something, and when.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    pub user: &'a UserId,
    pub at: Timestamp,
}

impl By<'_> {
    fn wrote(self, id: FaqId, wording: Wording, revision: u32) -> Faq {
        let Wording { kind, questions, answer } = wording;
        Faq {
            id,
            kind,
            questions,
            answer,
            archived: false,
            changed_by: self.user.clone(),
            changed_at: self.at,
            revision,
        }
    }

    fn changed(self, faq: &Faq, change: impl FnOnce(&mut Faq)) -> Faq {
        let mut faq = faq.clone();
        change(&mut faq);
        Faq {
            changed_by: self.user.clone(),
            changed_at: self.at,
            revision: faq.revision.saturating_add(1),
            ..faq
        }
    }
}

/// All FAQs of a workspace, archived ones too.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FaqSet {
    faqs: BTreeMap<FaqId, Faq>,
}

/// What an import would do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Import {
    /// Those that are new or change, as they would be.
    pub changes: Vec<Faq>,
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
}

/// What is wrong with an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The place of the FAQ among those to be imported; `None` if it is all of them together.
    pub entry: Option<usize>,
    pub refusal: FaqRefusal,
}

impl FromIterator<Faq> for FaqSet {
    fn from_iter<T: IntoIterator<Item = Faq>>(faqs: T) -> Self {
        Self { faqs: faqs.into_iter().map(|faq| (faq.id.clone(), faq)).collect() }
    }
}

impl FaqSet {
    /// Those that are not archived, by id.
    pub fn in_use(&self) -> impl Iterator<Item = &Faq> {
        self.faqs.values().filter(|faq| !faq.archived)
    }

    pub fn get(&self, id: &FaqId) -> Option<&Faq> {
        self.faqs.get(id)
    }

    fn find(&self, id: &FaqId) -> Result<&Faq, FaqRefusal> {
        self.get(id).ok_or(FaqRefusal::NotFound)
    }

    /// A new FAQ, whose id nobody has used.
    ///
    /// # Errors
    ///
    /// If the id is taken, or it does not fit beside the others.
    pub fn added(&self, id: FaqId, wording: Wording, by: By<'_>) -> Result<Faq, FaqRefusal> {
        if self.get(&id).is_some() {
            return Err(FaqRefusal::Exists { faq: id });
        }
        self.fitting(by.wrote(id, wording, 1))
    }

    /// Other words for an FAQ, if it still is as its author saw it.
    ///
    /// # Errors
    ///
    /// If it is not, or it does not fit beside the others.
    pub fn rewritten(
        &self,
        id: &FaqId,
        seen: u32,
        wording: Wording,
        by: By<'_>,
    ) -> Result<Faq, FaqRefusal> {
        let faq = self.find(id)?;
        if faq.revision != seen {
            return Err(FaqRefusal::Stale { revision: faq.revision });
        }
        if faq.says(&wording) {
            return Ok(faq.clone());
        }
        let Wording { kind, questions, answer } = wording;
        let write = |faq: &mut Faq| {
            (faq.kind, faq.questions, faq.answer) = (kind, questions, answer);
        };
        self.fitting(by.changed(faq, write))
    }

    /// One more related question. An equal one it has already changes nothing.
    ///
    /// # Errors
    ///
    /// If another FAQ has it, or it is no question.
    pub fn asked(&self, id: &FaqId, question: &str, by: By<'_>) -> Result<Faq, FaqRefusal> {
        let faq = self.find(id)?;
        let essence_of_new = essence(question);
        if faq.questions.iter().any(|known| essence(known) == essence_of_new) {
            return Ok(faq.clone());
        }
        let mut questions = faq.questions.clone();
        questions.push(question.to_owned());
        let questions = checked_questions(&questions)?;
        self.fitting(by.changed(faq, |faq| faq.questions = questions))
    }

    /// An FAQ that is kept and in no set that is published from now on.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn archived(&self, id: &FaqId, by: By<'_>) -> Result<Faq, FaqRefusal> {
        let faq = self.find(id)?;
        if faq.archived {
            return Ok(faq.clone());
        }
        Ok(by.changed(faq, |faq| faq.archived = true))
    }

    /// An archived FAQ back among the others.
    ///
    /// # Errors
    ///
    /// If it does not fit beside them any more.
    pub fn restored(&self, id: &FaqId, by: By<'_>) -> Result<Faq, FaqRefusal> {
        let faq = self.find(id)?;
        if !faq.archived {
            return Ok(faq.clone());
        }
        self.fitting(by.changed(faq, |faq| faq.archived = false))
    }

    /// Many at once: each FAQ is written anew with all that is given of it, and the others stay.
    ///
    /// # Errors
    ///
    /// All that is wrong; nothing is to be changed then.
    pub fn imported(&self, entries: &[(FaqId, Wording)], by: By<'_>) -> Result<Import, Vec<Fault>> {
        let mut import = Import::default();
        let mut faults = Vec::new();
        let replaced: BTreeSet<&FaqId> = entries.iter().map(|(id, _)| id).collect();
        let mut owners = owners(self.in_use().filter(|faq| !replaced.contains(&faq.id)));
        for (place, (id, wording)) in entries.iter().enumerate() {
            let mut wrong = |refusal| faults.push(Fault { entry: Some(place), refusal });
            for (question, text) in wording.questions.iter().enumerate() {
                let owner = *owners.entry(essence(text)).or_insert(id);
                if owner != id {
                    let part = Part::Question(question);
                    wrong(FaqRefusal::EqualQuestion { part, faq: owner.clone() });
                }
            }
            match self.get(id) {
                Some(known) if known.archived => wrong(FaqRefusal::Archived { faq: id.clone() }),
                Some(known) if known.says(wording) => import.unchanged += 1,
                Some(known) => {
                    import.changed += 1;
                    let revision = known.revision.saturating_add(1);
                    import.changes.push(by.wrote(id.clone(), wording.clone(), revision));
                }
                None => {
                    import.added += 1;
                    import.changes.push(by.wrote(id.clone(), wording.clone(), 1));
                }
            }
        }
        if let Err(refusal) = self.room_for(&import.changes) {
            faults.push(Fault { entry: None, refusal });
        }
        if faults.is_empty() { Ok(import) } else { Err(faults) }
    }

    /// Whether it can be published: there is something in it, and no two have an equal question.
    /// Only an import that died halfway leaves them so.
    ///
    /// # Errors
    ///
    /// If it cannot.
    pub fn publishable(&self) -> Result<(), FaqRefusal> {
        let mut owners: HashMap<String, &FaqId> = HashMap::new();
        for faq in self.in_use() {
            for question in &faq.questions {
                let owner = *owners.entry(essence(question)).or_insert(&faq.id);
                if *owner != faq.id {
                    let (one, other) = (owner.clone(), faq.id.clone());
                    return Err(FaqRefusal::Clash { one, other });
                }
            }
        }
        if owners.is_empty() { Err(FaqRefusal::Empty) } else { Ok(()) }
    }

    /// A changed FAQ, if it has its place beside the others.
    fn fitting(&self, faq: Faq) -> Result<Faq, FaqRefusal> {
        if !faq.archived {
            let owners = owners(self.in_use().filter(|other| other.id != faq.id));
            for (place, question) in faq.questions.iter().enumerate() {
                if let Some(owner) = owners.get(&essence(question)) {
                    let (part, faq) = (Part::Question(place), (*owner).clone());
                    return Err(FaqRefusal::EqualQuestion { part, faq });
                }
            }
        }
        self.room_for(std::slice::from_ref(&faq))?;
        Ok(faq)
    }

    /// Whether there is room for all once these stand in it.
    fn room_for(&self, changes: &[Faq]) -> Result<(), FaqRefusal> {
        let mut after: BTreeMap<&FaqId, &Faq> = self.faqs.iter().collect();
        after.extend(changes.iter().map(|faq| (&faq.id, faq)));
        let in_use = || after.values().filter(|faq| !faq.archived);
        let questions: usize = in_use().map(|faq| faq.questions.len()).sum();
        let bytes: usize = after.values().map(|faq| faq.bytes()).sum();
        for (count, what, max) in [
            (in_use().count(), "FAQs in use", FAQS_MAX),
            (after.len(), "FAQs with archived ones", KEPT_MAX),
            (questions, "questions in all FAQs", SET_QUESTIONS_MAX),
            (bytes, "bytes of words in all FAQs", SET_BYTES_MAX),
        ] {
            if count > max {
                return Err(FaqRefusal::TooMany { what, max });
            }
        }
        Ok(())
    }
}

/// Whose question is this, by what it says?
fn owners<'a>(faqs: impl Iterator<Item = &'a Faq>) -> HashMap<String, &'a FaqId> {
    let questions = faqs.flat_map(|faq| faq.questions.iter().map(|text| (essence(text), &faq.id)));
    questions.collect()
}

#[cfg(test)]
mod tests;
