//! What is due: the sparse index that `expiry` asks, and nothing else.
//!
//! Heads stand in it at the end of their activity clock, events while they still have to be handed
//! on or are held until the workspace opens.

use domain::conversation::{Event, EventKind};
use domain::id::{ConversationId, Seq, WorkspaceId};
use jiff::Timestamp;

use crate::error::if_held;
use crate::item::{Attributes, Item, number, text, time};
use crate::keys::Key;
use crate::{Store, StoreError, keys};

pub(crate) const INDEX: &str = "due";
pub(crate) const PARTITION: &str = "dk";
pub(crate) const SORT: &str = "ds";

/// Into how many partitions what is due is spread.
pub const SHARDS: u8 = 4;

pub(crate) fn partition(conversation: ConversationId) -> String {
    shard_name(keys::shard(conversation, SHARDS))
}

fn shard_name(shard: u8) -> String {
    format!("DUE#{shard}")
}

/// Something that wanted to be looked at by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub workspace: WorkspaceId,
    pub conversation: ConversationId,
    pub what: DueWhat,
    pub due_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueWhat {
    Conversation,
    Event(Seq),
}

/// How many are read at a time.
const PAGE: i32 = 100;

impl Due {
    fn read(item: &Item) -> Result<Self, StoreError> {
        let (pk, sk) = (item.text(Key::PARTITION)?, item.text(Key::SORT)?);
        let (workspace, conversation, seq) = keys::parse_conversation(pk, sk)
            .ok_or_else(|| item.corrupt("neither a head nor an event"))?;
        Ok(Self {
            workspace,
            conversation,
            what: seq.map_or(DueWhat::Conversation, DueWhat::Event),
            due_at: item.time(SORT)?,
        })
    }

    fn key(&self) -> Key {
        match self.what {
            DueWhat::Conversation => keys::head(&self.workspace, self.conversation),
            DueWhat::Event(seq) => keys::event(&self.workspace, self.conversation, seq),
        }
    }
}

impl Store {
    /// What was due by `now`, in one partition of the index, the oldest first? At most a hundred.
    /// `after` continues behind an earlier answer.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn due(
        &self,
        shard: u8,
        now: Timestamp,
        after: Option<&Due>,
    ) -> Result<Vec<Due>, StoreError> {
        let start = after.map(|due| {
            let mut start = due.key().attributes();
            start.insert(PARTITION.to_owned(), text(shard_name(shard)));
            start.insert(SORT.to_owned(), time(due.due_at));
            start
        });
        let page = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(INDEX)
            .key_condition_expression("#dk = :dk AND #ds <= :now")
            .expression_attribute_names("#dk", PARTITION)
            .expression_attribute_names("#ds", SORT)
            .expression_attribute_values(":dk", text(shard_name(shard)))
            .expression_attribute_values(":now", number(now.as_millisecond()))
            .set_exclusive_start_key(start)
            .limit(PAGE)
            .send()
            .await
            .map_err(|error| StoreError::unavailable("Query", error))?;
        let items: Vec<Attributes> = page.items.unwrap_or_default();
        items.into_iter().map(|item| Due::read(&Item::new(item))).collect()
    }

    /// It has been looked at: it leaves the index, or comes again at `next`. If it was due for
    /// another time meanwhile, it stays as it is.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn settle_due(&self, due: &Due, next: Option<Timestamp>) -> Result<(), StoreError> {
        let request = self
            .update_one(&due.key())
            .condition_expression("#ds = :was")
            .expression_attribute_names("#ds", SORT)
            .expression_attribute_values(":was", time(due.due_at));
        let request = match next {
            Some(next) => request
                .update_expression("SET #ds = :next")
                .expression_attribute_values(":next", time(next)),
            None => request
                .update_expression("REMOVE #dk, #ds")
                .expression_attribute_names("#dk", PARTITION),
        };
        if_held("UpdateItem", request.send().await).map(|_held| ())
    }

    /// Events that were due at `due_at` in case nobody handed them on have been handed on: a message
    /// that is held comes again when it is let go, one that is queued stays until it is claimed, and
    /// everything else is done.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn handed_on(
        &self,
        workspace: &WorkspaceId,
        conversation: ConversationId,
        events: &[Event],
        due_at: Timestamp,
    ) -> Result<(), StoreError> {
        for event in events {
            if let EventKind::Queued(_) = event.kind {
                continue;
            }
            let next = if let EventKind::Held { release_at, .. } = event.kind {
                Some(release_at)
            } else {
                None
            };
            let what = DueWhat::Event(event.seq);
            let due = Due { workspace: workspace.clone(), conversation, what, due_at };
            self.settle_due(&due, next).await?;
        }
        Ok(())
    }
}
