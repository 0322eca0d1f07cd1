//! Walking through all customers' conversations of a kind, whoever may see them: for the queue, and
//! for an operator who wants to know whether everything is right.

use std::collections::BTreeSet;

use domain::conversation::Conversation;
use domain::id::{AccountId, ConversationId, WorkspaceId};

use super::Source;
use crate::head::Head;
use crate::item::{Attributes, Item};
use crate::keys::Key;
use crate::places::{LISTS, Partition, Seen, Stand};
use crate::read::Consistency;
use crate::{Store, StoreError, keys};

/// How many heads one request reads.
const PAGE: usize = 100;

impl Store {
    /// The customers' conversations that stand so, at most `limit`, of each partition those that
    /// have been silent longest.
    pub(crate) async fn standing(
        &self,
        workspace: &WorkspaceId,
        stands: &[Stand],
        limit: usize,
    ) -> Result<Vec<Conversation>, StoreError> {
        let accounts: Vec<AccountId> = self.account_ids(workspace).await?;
        let seen = [Seen::ByEverybody, Seen::ByGroup, Seen::Restricted];
        let mut partitions = Vec::new();
        for account in &accounts {
            for seen in seen {
                partitions.extend(stands.iter().map(|s| Partition::Account(account, seen, *s)));
            }
        }
        self.walk(workspace, &partitions, limit).await
    }

    async fn walk(
        &self,
        workspace: &WorkspaceId,
        partitions: &[Partition<'_>],
        limit: usize,
    ) -> Result<Vec<Conversation>, StoreError> {
        let mut ids: BTreeSet<ConversationId> = BTreeSet::new();
        for partition in partitions {
            for name in partition.names(workspace) {
                let source = Source { index: LISTS, partition: name };
                self.ids_of(&source, limit, &mut ids).await?;
            }
        }
        let ids: Vec<ConversationId> = ids.into_iter().take(limit).collect();
        let mut conversations = Vec::with_capacity(ids.len());
        for some in ids.chunks(PAGE) {
            let heads: Vec<Key> = some.iter().map(|id| keys::head(workspace, *id)).collect();
            for item in self.get_all(&heads, Consistency::Strong).await?.iter().flatten() {
                conversations.push(Head::read(item)?.conversation);
            }
        }
        Ok(conversations)
    }

    /// The conversations of one partition.
    async fn ids_of(
        &self,
        source: &Source,
        limit: usize,
        ids: &mut BTreeSet<ConversationId>,
    ) -> Result<(), StoreError> {
        let mut start: Option<Attributes> = None;
        let mut found = 0;
        loop {
            let page = self
                .places_of(source, "0", "~")
                .scan_index_forward(true)
                .set_exclusive_start_key(start.take())
                .send()
                .await
                .map_err(|error| StoreError::unavailable("Query", error))?;
            for item in page.items.unwrap_or_default() {
                found += 1;
                ids.insert(super::place(&Item::new(item), source)?.conversation);
            }
            start = page.last_evaluated_key;
            if start.is_none() || found >= limit {
                return Ok(());
            }
        }
    }
}
