//! The FAQs of a workspace.
//!
//! They are changed by a decision on all of them as they are, under the revision of the whole set:
//! of two changes at once one is decided again. So a question is never two FAQs', and an import is
//! applied to what it was checked against.

mod import;
mod versions;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::faq::Faq;
use domain::faq_set::{FaqRefusal, FaqSet};
use domain::id::{FaqId, WorkspaceId};
use jiff::Timestamp;

pub use import::{FaqImport, FaqsImported, Importing};
pub use versions::{Begun, Serves, Versions};

use crate::audit::{Audited, Deed};
use crate::commit::{TRIES_MAX, put, put_item, update, update_item};
use crate::item::{Item, json, number, text};
use crate::{CommandKey, Store, StoreError, keys};

const BODY: &str = "body";
const REVISION: &str = "rv";
/// The import that is being written.
const IMPORTING: &str = "im";
/// The import that was written last.
const IMPORTED: &str = "dn";

/// All FAQs of a workspace, as they are edited.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkingSet {
    /// How often they have been changed.
    pub revision: u32,
    pub set: FaqSet,
    importing: Option<Importing>,
    imported: Option<Importing>,
    versions: Versions,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq)]
pub enum FaqChanged {
    /// The FAQ as it is kept.
    Done(Box<Faq>),
    /// The same command was done before.
    Repeated,
    Refused(FaqRefusal),
    /// An import is being written, which takes seconds.
    Importing,
}

/// A page of FAQs, by id.
#[derive(Debug, Clone, PartialEq)]
pub struct FaqsPage {
    pub items: Vec<Faq>,
    /// The first of the next page.
    pub next: Option<FaqId>,
}

/// How the set of a workspace moves on.
enum Moves<'a> {
    Changes,
    /// A part of an import is written.
    Imports(&'a Importing),
    /// The last part is.
    Imported(&'a Importing),
}

impl Store {
    /// What is this FAQ?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or the item cannot be read.
    pub async fn faq(
        &self,
        workspace: &WorkspaceId,
        id: &FaqId,
    ) -> Result<Option<Faq>, StoreError> {
        self.get(&keys::faq(workspace, id)).await?.map(|item| item.json(BODY)).transpose()
    }

    /// Which FAQs does this workspace have, archived ones too? A page of them by id.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn faqs_page(
        &self,
        workspace: &WorkspaceId,
        from: Option<&FaqId>,
        limit: usize,
    ) -> Result<FaqsPage, StoreError> {
        let mut items = self.faqs_from(workspace, from, Some(limit + 1)).await?;
        let next = items.get(limit).map(|faq| faq.id.clone());
        items.truncate(limit);
        Ok(FaqsPage { items, next })
    }

    /// What are all FAQs of this workspace, as they are edited?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn working_set(&self, workspace: &WorkspaceId) -> Result<WorkingSet, StoreError> {
        // The revision is read first: what is changed while the rest is read fails its condition.
        let item = self.get(&keys::faq_set(workspace)).await?;
        let set = self.faqs_from(workspace, None, None).await?.into_iter().collect();
        let Some(item) = item else {
            let versions = Versions::default();
            return Ok(WorkingSet { revision: 0, set, importing: None, imported: None, versions });
        };
        Ok(WorkingSet {
            revision: item.number(REVISION)?,
            set,
            importing: item.opt_json(IMPORTING)?,
            imported: item.opt_json(IMPORTED)?,
            versions: Versions::read(&item),
        })
    }

    /// Changes one FAQ by a decision on all of them as they are, and writes down who did what. The
    /// same `command` is done once.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or others were faster each time.
    pub async fn change_faqs(
        &self,
        workspace: &WorkspaceId,
        command: Option<&CommandKey>,
        now: Timestamp,
        decide: impl Fn(&FaqSet) -> Result<(Faq, Deed), FaqRefusal>,
    ) -> Result<FaqChanged, StoreError> {
        for _try in 0..TRIES_MAX {
            if let Some(command) = command
                && self.was_audited(workspace, command).await?
            {
                return Ok(FaqChanged::Repeated);
            }
            let working = self.working_set(workspace).await?;
            if working.is_being_imported(now) {
                return Ok(FaqChanged::Importing);
            }
            let (faq, deed) = match decide(&working.set) {
                Ok(decided) => decided,
                Err(refusal) => return Ok(FaqChanged::Refused(refusal)),
            };
            if working.set.get(&faq.id) == Some(&faq) {
                return Ok(FaqChanged::Done(Box::new(faq)));
            }
            let items = vec![
                self.moved_on(workspace, working.revision, &Moves::Changes)?,
                self.faq_item(workspace, &faq)?,
            ];
            // A revision comes once, so it names what was done, by us or by who was faster.
            let revision = (working.revision + 1).to_string();
            let name = CommandKey::new(&["faqs", &revision]);
            match self.do_audited(workspace, command.unwrap_or(&name), &deed, &items).await? {
                Some(Audited::Done) => return Ok(FaqChanged::Done(Box::new(faq))),
                Some(Audited::Repeated)
                    if self.faq(workspace, &faq.id).await?.as_ref() == Some(&faq) =>
                {
                    return Ok(FaqChanged::Done(Box::new(faq)));
                }
                Some(Audited::Repeated) | None => {}
            }
        }
        Err(StoreError::Conflict)
    }

    fn faq_item(
        &self,
        workspace: &WorkspaceId,
        faq: &Faq,
    ) -> Result<TransactWriteItem, StoreError> {
        let mut item = keys::faq(workspace, &faq.id).attributes();
        item.insert(BODY.to_owned(), json(faq));
        put_item(put(&self.table, item))
    }

    /// The set at its next revision, if it still is at the one that was seen.
    fn moved_on(
        &self,
        workspace: &WorkspaceId,
        seen: u32,
        moves: &Moves<'_>,
    ) -> Result<TransactWriteItem, StoreError> {
        let change = update(&self.table, &keys::faq_set(workspace))
            .expression_attribute_names("#rv", REVISION)
            .expression_attribute_names("#im", IMPORTING)
            .expression_attribute_values(":next", number(seen + 1));
        let change = match seen {
            0 => change.condition_expression("attribute_not_exists(#rv)"),
            _ => change
                .condition_expression("#rv = :seen")
                .expression_attribute_values(":seen", number(seen)),
        };
        update_item(match moves {
            Moves::Changes => change.update_expression("SET #rv = :next REMOVE #im"),
            Moves::Imports(import) => change
                .update_expression("SET #rv = :next, #im = :import")
                .expression_attribute_values(":import", json(import)),
            Moves::Imported(import) => change
                .update_expression("SET #rv = :next, #dn = :import REMOVE #im")
                .expression_attribute_names("#dn", IMPORTED)
                .expression_attribute_values(":import", json(import)),
        })
    }

    /// FAQs by id, from one of them on.
    async fn faqs_from(
        &self,
        workspace: &WorkspaceId,
        from: Option<&FaqId>,
        limit: Option<usize>,
    ) -> Result<Vec<Faq>, StoreError> {
        let from = from.map_or_else(|| keys::FAQ.to_owned(), |id| keys::faq(workspace, id).sk);
        let limit = limit.unwrap_or(usize::MAX);
        let mut faqs = Vec::new();
        let mut start: Option<HashMap<String, AttributeValue>> = None;
        // A page of DynamoDB ends at 1 MB, whatever the limit.
        loop {
            let left = i32::try_from(limit - faqs.len()).unwrap_or(i32::MAX);
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .consistent_read(true)
                .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
                .expression_attribute_values(":pk", text(keys::faqs(workspace)))
                .expression_attribute_values(":from", text(&from))
                // Behind every letter of an id.
                .expression_attribute_values(":to", text(format!("{}~", keys::FAQ)))
                .set_exclusive_start_key(start.take())
                .limit(left)
                .send()
                .await
                .map_err(|error| StoreError::unavailable("Query", error))?;
            for item in page.items.unwrap_or_default() {
                faqs.push(Item::new(item).json(BODY)?);
            }
            start = page.last_evaluated_key;
            if start.is_none() || faqs.len() >= limit {
                return Ok(faqs);
            }
        }
    }
}
