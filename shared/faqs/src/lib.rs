//! Published FAQs, as functions keep them: found in object storage, ready to be asked.
//!
//! A version of a workspace's FAQs is two objects: the FAQs as they were when somebody asked for
//! them to be published, and what was computed of them. Neither changes once it is there.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use answers::{BadSet, Matcher, Model, Set, Understanding};
use domain::faq::{Candidate, Engine, Matching, Sensitivity, Thousandths, Verdict};
use domain::faq_version::{Snapshot, snapshot_key};
use domain::id::{FaqId, WorkspaceId};
use domain::not_done::NotDone;
use jiff::{SignedDuration, Timestamp};
use platform::batch::chain;
use platform::cache::Cache;
use platform::objects::{Objects, ObjectsError};
use tracing::{info, warn};

/// The language model, if it is here, or once it has come.
#[derive(Debug, Clone, Default)]
pub struct Language(Arc<OnceLock<Arc<Model>>>);

impl Language {
    /// The model of a file. Without one, letters alone are compared, and the log says so.
    pub fn of(path: Option<&Path>) -> Self {
        let language = Self::default();
        match path.map(Model::open) {
            None => info!("There is no language model; FAQs are found by their letters"),
            Some(Ok(model)) => language.learn(model),
            Some(Err(error)) => {
                warn!(
                    "The language model cannot be read; FAQs are found by their letters: {error}"
                );
            }
        }
        language
    }

    /// The model has come. Whatever is published from now on is understood with it.
    pub fn learn(&self, model: Model) {
        let name = model.name().to_owned();
        // Another model that came before is as good.
        if self.0.set(Arc::new(model)).is_ok() {
            info!(model = name, "FAQs are found by their meaning");
        }
    }

    pub fn understanding(&self) -> Understanding {
        self.0
            .get()
            .map_or(Understanding::Lexical, |model| Understanding::Semantic(Arc::clone(model)))
    }

    fn is_here(&self) -> bool {
        self.0.get().is_some()
    }
}

/// Why published FAQs cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum FaqsError {
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    /// Trying again cannot help.
    #[error("what was published cannot be read")]
    Bad(#[from] BadSet),
    #[error("what was to be published cannot be read")]
    BadSnapshot(#[from] serde_json::Error),
}

impl From<FaqsError> for NotDone {
    fn from(error: FaqsError) -> Self {
        match error {
            FaqsError::Objects(error) => error.into(),
            FaqsError::Bad(_) | FaqsError::BadSnapshot(_) => Self::reject(chain(&error)),
        }
    }
}

/// The FAQs of all workspaces.
#[derive(Debug)]
pub struct Faqs {
    objects: Objects,
    language: Language,
    matchers: Cache<Kept, Arc<Matcher>>,
}

/// A version, and whether the model was there when it was made ready.
type Kept = (WorkspaceId, u32, bool);

/// A version never changes, so this bounds nothing but memory.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(1);
/// A set of two thousand questions takes some megabytes.
const KEPT_MAX: usize = 16;

/// Where what was computed of a version is kept, beside its snapshot.
fn set_key(workspace: &WorkspaceId, version: u32) -> String {
    format!("faqs/{workspace}/{version}/computed.set")
}

impl Faqs {
    pub fn new(objects: Objects, language: Language) -> Self {
        Self { objects, language, matchers: Cache::new(KEPT_FOR, KEPT_MAX) }
    }

    /// Computes what it takes to find the FAQs of a version, and keeps it. `earlier` is a version
    /// that may share questions with it. Returns what they are understood with.
    ///
    /// # Errors
    ///
    /// If the storage is out of reach or does not hold what was put there.
    pub async fn compute(
        &self,
        workspace: &WorkspaceId,
        version: u32,
        earlier: Option<u32>,
    ) -> Result<Engine, FaqsError> {
        let bytes = self.objects.get(&snapshot_key(workspace, version)).await?;
        let Snapshot { faqs, .. } = serde_json::from_slice(&bytes)?;
        let earlier = match earlier {
            Some(earlier) => Some(self.set(workspace, earlier).await?),
            None => None,
        };
        let set = Set::publish(version, faqs, &self.language.understanding(), earlier.as_ref());
        let engine = set.engine();
        let bytes = set.to_bytes()?;
        let key = set_key(workspace, version);
        self.objects.put(&key, "application/octet-stream", bytes).await?;
        Ok(engine)
    }

    async fn set(&self, workspace: &WorkspaceId, version: u32) -> Result<Set, FaqsError> {
        let bytes = self.objects.get(&set_key(workspace, version)).await?;
        Ok(Set::from_bytes(&bytes)?)
    }

    /// A version that was computed, ready to be asked.
    ///
    /// # Errors
    ///
    /// If the storage is out of reach or does not hold what was put there.
    pub async fn matcher(
        &self,
        workspace: &WorkspaceId,
        version: u32,
        now: Timestamp,
    ) -> Result<Arc<Matcher>, FaqsError> {
        let kept = (workspace.clone(), version, self.language.is_here());
        let load = async |_: &Kept| -> Result<_, FaqsError> {
            let set = self.set(workspace, version).await?;
            Ok(Arc::new(Matcher::new(set, self.language.understanding())))
        };
        self.matchers.get(&kept, now, load).await
    }
}

/// What it means to have chosen an FAQ: nothing is surer. `None` if the set does not have it.
pub fn chosen(matcher: &Matcher, faq: &FaqId, sensitivity: Sensitivity) -> Option<Matching> {
    let faq = matcher.set().faq(faq)?;
    let question = faq.questions.first()?;
    let sure = Thousandths(1_000);
    Some(Matching {
        verdict: Verdict::Exact,
        candidates: vec![Candidate {
            faq: faq.id.clone(),
            question: question.clone(),
            score: sure,
            likeness: sure,
        }],
        margin: sure,
        heard: None,
        language: None,
        ..matcher.ask(question, sensitivity)
    })
}
