//! The audit of a workspace: every privileged action, in one append-only chain.
//!
//! An entry is written if its number is absent, and its number is that of the latest entry plus
//! one; who loses that race reads the end anew. Privileged actions are rare, so one chain for a
//! workspace is enough.

mod chain;

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::id::WorkspaceId;
use jiff::SignedDuration;
use serde_json::Value;

pub use chain::{Deed, Entry, Hash, Tampered, Tip, Wrong, verify};

use crate::arrive::TTL;
use crate::commit::{ABSENT, Written, put, put_item};
use crate::item::{Attributes, Item, expiry, json, number, text, time};
use crate::read::{Order, Stretch};
use crate::{CommandKey, Store, StoreError, keys};

const AT: &str = "at";
const NUMBER: &str = "n";
const ACTOR: &str = "by";
const ACTION: &str = "ac";
const SUBJECT: &str = "su";
const DETAIL: &str = "de";
const DETAIL_HASH: &str = "dh";
const PREVIOUS: &str = "ph";
const HASH: &str = "h";

/// Many at once each lose to all others at worst.
const TRIES_MAX: usize = 50;

/// A repeated action is told from a new one for this long.
const NAMES_LAST: SignedDuration = SignedDuration::from_hours(35 * 24);

/// What became of an action that was to be written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audited {
    Done,
    /// It was written down before.
    Repeated,
}

impl Store {
    /// Writes down a privileged action. The same `name` is written once.
    ///
    /// # Errors
    ///
    /// If the table is out of reach, or others were faster each time.
    pub async fn audit(
        &self,
        workspace: &WorkspaceId,
        name: &CommandKey,
        deed: Deed,
    ) -> Result<Audited, StoreError> {
        for _try in 0..TRIES_MAX {
            // Nothing is lost but to another entry, or to a transaction that has not ended.
            if let Some(audited) = self.do_audited(workspace, name, &deed, &[]).await? {
                return Ok(audited);
            }
        }
        Err(StoreError::Conflict)
    }

    /// Does something and writes it down, both or neither. `None` if something other than the
    /// place in the chain stood against it: a condition of `items` does not hold.
    pub(crate) async fn do_audited(
        &self,
        workspace: &WorkspaceId,
        name: &CommandKey,
        deed: &Deed,
        items: &[TransactWriteItem],
    ) -> Result<Option<Audited>, StoreError> {
        let mut tip = self.audit_tip(workspace).await?;
        for _try in 0..TRIES_MAX {
            let entry = Entry::after(&tip, workspace, deed.clone());
            let mut whole = self.audit_items(&entry, name)?;
            whole.extend_from_slice(items);
            match self.write(whole, true).await? {
                Written::Done => return Ok(Some(Audited::Done)),
                Written::Repeated => return Ok(Some(Audited::Repeated)),
                Written::Lost => {
                    let now = self.audit_tip(workspace).await?;
                    if now == tip {
                        return Ok(None);
                    }
                    tip = now;
                }
            }
        }
        Err(StoreError::Conflict)
    }

    /// Whether an action of this name was written down.
    pub(crate) async fn was_audited(
        &self,
        workspace: &WorkspaceId,
        name: &CommandKey,
    ) -> Result<bool, StoreError> {
        Ok(self.get(&keys::audit_mark(workspace, name.as_str())).await?.is_some())
    }

    /// The mark that tells a repetition, and the entry.
    fn audit_items(
        &self,
        entry: &Entry,
        name: &CommandKey,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let mut mark = keys::audit_mark(&entry.workspace, name.as_str()).attributes();
        mark.insert(NUMBER.to_owned(), number(entry.number));
        mark.insert(TTL.to_owned(), expiry(domain::window::after(entry.at, NAMES_LAST)));
        let absent = |item| put_item(put(&self.table, item).condition_expression(ABSENT));
        Ok(vec![absent(mark)?, absent(attributes(entry))?])
    }

    /// Where does the chain end?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or the item cannot be read.
    pub async fn audit_tip(&self, workspace: &WorkspaceId) -> Result<Tip, StoreError> {
        let latest = self.audit_log(workspace, None, 1).await?;
        Ok(latest.first().map_or_else(Tip::start, Entry::tip))
    }

    /// What was done, newest first? At most `limit` entries with numbers below `before`.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn audit_log(
        &self,
        workspace: &WorkspaceId,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let last = before.map_or(u64::MAX, |before| before.saturating_sub(1));
        let stretch = Stretch {
            pk: &keys::audit_pk(workspace),
            from: &keys::audit_sk(1),
            to: &keys::audit_sk(last),
            order: Order::Descending,
        };
        let items = self.stretch(&stretch, limit).await?;
        items.iter().map(|item| read(workspace, item)).collect()
    }

    /// Erases the detail of an entry; its hash stays, and the chain holds.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn erase_audit_detail(
        &self,
        workspace: &WorkspaceId,
        number: u64,
    ) -> Result<(), StoreError> {
        let key = keys::audit_entry(workspace, number);
        let result = self
            .update_one(&key)
            .update_expression("REMOVE #de")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_names("#de", DETAIL)
            .send()
            .await;
        crate::error::if_held("UpdateItem", result).map(|_held| ())
    }
}

fn attributes(entry: &Entry) -> Attributes {
    let mut item = keys::audit_entry(&entry.workspace, entry.number).attributes();
    let texts = [(ACTOR, &entry.actor), (ACTION, &entry.action), (SUBJECT, &entry.subject)];
    item.extend(texts.map(|(name, value)| (name.to_owned(), text(value))));
    let hashes =
        [(DETAIL_HASH, &entry.detail_hash), (PREVIOUS, &entry.previous), (HASH, &entry.hash)];
    item.extend(hashes.map(|(name, value)| (name.to_owned(), text(value.as_str()))));
    item.insert(NUMBER.to_owned(), number(entry.number));
    item.insert(AT.to_owned(), time(entry.at));
    if let Some(detail) = &entry.detail {
        item.insert(DETAIL.to_owned(), json(detail));
    }
    item
}

fn read(workspace: &WorkspaceId, item: &Item) -> Result<Entry, StoreError> {
    Ok(Entry {
        workspace: workspace.clone(),
        number: item.number(NUMBER)?,
        at: item.time(AT)?,
        actor: item.text(ACTOR)?.to_owned(),
        action: item.text(ACTION)?.to_owned(),
        subject: item.text(SUBJECT)?.to_owned(),
        detail: item.opt_json::<Value>(DETAIL)?,
        detail_hash: item.parsed(DETAIL_HASH)?,
        previous: item.parsed(PREVIOUS)?,
        hash: item.parsed(HASH)?,
    })
}
