//! Many FAQs at once.
//!
//! Up to [`FAQS_AT_ONCE`] changes are one transaction. More are several: while they are written
//! nobody else changes an FAQ, and if the writer dies, the same import goes on where it ended.
//! After [`WRITTEN_WITHIN`] others may change FAQs again, and the import is to be checked anew.

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::faq::Faq;
use domain::faq_set::{By, Fault, Import, Wording};
use domain::id::{FaqId, WorkspaceId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Moves, WorkingSet};
use crate::audit::{Audited, Deed};
use crate::commit::{TRIES_MAX, Written};
use crate::item::json;
use crate::{CommandKey, Store, StoreError};

/// A transaction has at most 100 items
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>):
/// the set, two of the audit, and these.
const FAQS_AT_ONCE: usize = 97;
/// And 4 MB, of which half is left for what stands beside the text.
const BYTES_AT_ONCE: usize = 2_000_000;

/// The longest a request can take is half of this.
const WRITTEN_WITHIN: SignedDuration = SignedDuration::from_mins(1);

/// An import that is being written, or was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Importing {
    /// Of what is imported, and of what it was checked against.
    digest: String,
    until: Timestamp,
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
}

/// What is to be imported.
#[derive(Debug, Clone, Copy)]
pub struct FaqImport<'a> {
    /// Names the text that the entries were read from.
    pub body: &'a CommandKey,
    pub entries: &'a [(FaqId, Wording)],
    pub by: By<'a>,
}

/// What became of an import.
#[derive(Debug, Clone, PartialEq)]
pub enum FaqsImported {
    Done(Importing),
    /// The FAQs are not those that it was checked against.
    Stale,
    /// Another one is being written, which takes seconds.
    Importing,
    /// Nothing was written.
    Refused(Vec<Fault>),
}

impl WorkingSet {
    /// What names an import into these FAQs as they are.
    pub fn digest(&self, import: &FaqImport<'_>) -> String {
        let revision = self.revision.to_string();
        CommandKey::new(&["import", import.body.as_str(), &revision]).as_str().to_owned()
    }

    pub(super) fn is_being_imported(&self, now: Timestamp) -> bool {
        self.importing.as_ref().is_some_and(|importing| importing.until > now)
    }
}

impl Store {
    /// Writes an import, if the FAQs are as they were when `digest` was told. The same again
    /// writes what is still to be written, and tells the same.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or others were faster each time; a part may be written then.
    pub async fn import_faqs(
        &self,
        workspace: &WorkspaceId,
        import: &FaqImport<'_>,
        digest: &str,
        deed: impl Fn(&Importing) -> Deed,
    ) -> Result<FaqsImported, StoreError> {
        for _try in 0..TRIES_MAX {
            let working = self.working_set(workspace).await?;
            if let Some(done) = working.imported.clone().filter(|done| done.digest == digest) {
                return Ok(FaqsImported::Done(done));
            }
            let begun = working.importing.clone().filter(|begun| begun.digest == digest);
            if begun.is_none() {
                if working.is_being_imported(import.by.at) {
                    return Ok(FaqsImported::Importing);
                }
                if working.digest(import) != digest {
                    return Ok(FaqsImported::Stale);
                }
            }
            let plan = match working.set.imported(import.entries, import.by) {
                Ok(plan) => plan,
                Err(faults) => return Ok(FaqsImported::Refused(faults)),
            };
            let telling = begun.clone().unwrap_or_else(|| importing(digest, &plan, import.by.at));
            let deed = begun.is_none().then(|| deed(&telling));
            let writing = Writing { workspace, import: &telling, deed };
            if self.write_import(&writing, working.revision, &plan.changes).await? {
                return Ok(FaqsImported::Done(telling));
            }
        }
        Err(StoreError::Conflict)
    }

    /// Returns whether all was written; if not, somebody else has moved the set on.
    async fn write_import(
        &self,
        writing: &Writing<'_>,
        mut revision: u32,
        changes: &[Faq],
    ) -> Result<bool, StoreError> {
        let parts = parts(changes);
        for (place, part) in parts.iter().enumerate() {
            let last = place + 1 == parts.len();
            let moves = if last { Moves::Imported } else { Moves::Imports };
            let moves = moves(writing.import);
            let mut items = vec![self.moved_on(writing.workspace, revision, &moves)?];
            for faq in *part {
                items.push(self.faq_item(writing.workspace, faq)?);
            }
            // Who did it is written down with what is written first.
            let deed = writing.deed.as_ref().filter(|_| place == 0);
            if !self.write_part(writing, deed, items).await? {
                return Ok(false);
            }
            revision += 1;
        }
        Ok(true)
    }

    async fn write_part(
        &self,
        writing: &Writing<'_>,
        deed: Option<&Deed>,
        items: Vec<TransactWriteItem>,
    ) -> Result<bool, StoreError> {
        let Some(deed) = deed else {
            return Ok(matches!(self.write(items, false).await?, Written::Done));
        };
        let name = CommandKey::new(&["faqs", "import", &writing.import.digest]);
        let audited = self.do_audited(writing.workspace, &name, deed, &items).await?;
        Ok(audited == Some(Audited::Done))
    }
}

/// An import on its way into the table.
struct Writing<'a> {
    workspace: &'a WorkspaceId,
    import: &'a Importing,
    /// What the audit does not have of it yet.
    deed: Option<Deed>,
}

fn importing(digest: &str, plan: &Import, at: Timestamp) -> Importing {
    Importing {
        digest: digest.to_owned(),
        until: domain::window::after(at, WRITTEN_WITHIN),
        added: plan.added,
        changed: plan.changed,
        unchanged: plan.unchanged,
    }
}

/// Stretches that fit one transaction each.
fn parts(changes: &[Faq]) -> Vec<&[Faq]> {
    let mut parts = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (place, faq) in changes.iter().enumerate() {
        let size = json(faq).as_s().map_or(0, String::len);
        if place > start && (place - start == FAQS_AT_ONCE || bytes + size > BYTES_AT_ONCE) {
            parts.push(&changes[start..place]);
            (start, bytes) = (place, 0);
        }
        bytes += size;
    }
    if start < changes.len() {
        parts.push(&changes[start..]);
    }
    parts
}
