//! The sums of the tiles: what they are, and whether they are right.

use std::collections::{BTreeMap, BTreeSet};

use domain::conversation::Conversation;
use domain::id::{Seq, WorkspaceId};
use domain::rights::Viewer;
use domain::tiles::{Counts, TileKey, contribution, has_group_tiles};

use crate::item::{Item, text};
use crate::keys::Key;
use crate::places::Stand;
use crate::projection::{CONVERSATIONS, FEED_SHARDS, UNREPLIED};
use crate::read::Consistency;
use crate::{Store, StoreError, keys};

/// A user's four tiles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tiles {
    /// What is assigned to them.
    pub mine: Counts,
    /// What they see: the conversations assigned to nobody, and all unreplied messages.
    pub group: Counts,
}

/// What came of looking whether the sums are right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many conversations were folded.
    pub conversations: usize,
    pub differences: Vec<Difference>,
}

/// A sum that is not what the logs say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub key: TileKey,
    pub kept: Counts,
    pub recomputed: Counts,
}

impl Store {
    /// What do this user's tiles show?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn tiles(
        &self,
        workspace: &WorkspaceId,
        viewer: &Viewer<'_>,
    ) -> Result<Tiles, StoreError> {
        let me = &viewer.user.id;
        let own = [TileKey::Mine(me.clone()), TileKey::Named(me.clone()), TileKey::Restricted];
        let wanted: Vec<Key> = (0..FEED_SHARDS)
            .flat_map(|shard| own.iter().map(move |key| keys::tile(workspace, shard, key)))
            .collect();
        let mut sums = Vec::new();
        for item in self.get_all(&wanted, Consistency::Eventual).await?.iter().flatten() {
            sums.push(read_sum(item)?);
        }
        if has_group_tiles(viewer) {
            for shard in 0..FEED_SHARDS {
                sums.extend(self.sums(workspace, shard, GROUPS).await?);
            }
        }
        let mut tiles = Tiles::default();
        for (key, counts) in sums {
            if key == own[0] {
                tiles.mine = tiles.mine + counts;
            } else if key.counts_for(viewer) {
                tiles.group = tiles.group + counts;
            }
        }
        Ok(tiles)
    }

    /// Are the sums what the logs of all conversations say? True only of a workspace in which
    /// nothing happens meanwhile. An operator's question: it reads every log.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn verify_tiles(&self, workspace: &WorkspaceId) -> Result<Verified, StoreError> {
        let mut recomputed: BTreeMap<TileKey, Counts> = BTreeMap::new();
        let mut conversations = 0;
        let [unassigned, assigned, snoozed] = Stand::OPEN;
        let stands = [unassigned, assigned, snoozed, Stand::Closed];
        for conversation in self.standing(workspace, &stands, usize::MAX).await? {
            conversations += 1;
            for (key, adds) in contribution(&self.rebuilt(&conversation).await?) {
                let sum = recomputed.entry(key).or_default();
                *sum = *sum + adds;
            }
        }
        let mut kept: BTreeMap<TileKey, Counts> = BTreeMap::new();
        for shard in 0..FEED_SHARDS {
            for (key, counts) in self.sums(workspace, shard, ALL).await? {
                let sum = kept.entry(key).or_default();
                *sum = *sum + counts;
            }
        }
        Ok(Verified { conversations, differences: differences(&kept, &recomputed) })
    }

    /// The state that the log alone gives.
    async fn rebuilt(&self, conversation: &Conversation) -> Result<Conversation, StoreError> {
        let Conversation { id, workspace, .. } = conversation;
        let log = self.log(workspace, *id, Seq::ZERO, usize::MAX).await?;
        let events = log.into_iter().map(|logged| logged.event);
        Conversation::replay(*id, workspace, events)
            .ok_or_else(|| StoreError::corrupt(id, "a log that does not begin with an opening"))
    }

    /// The sums of one shard, of a range of keys.
    async fn sums(
        &self,
        workspace: &WorkspaceId,
        shard: u8,
        (from, to): (&str, &str),
    ) -> Result<Vec<(TileKey, Counts)>, StoreError> {
        let mut sums = Vec::new();
        let mut start = None;
        loop {
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
                .expression_attribute_values(":pk", text(keys::tiles(workspace, shard)))
                .expression_attribute_values(":from", text(from))
                .expression_attribute_values(":to", text(to))
                .set_exclusive_start_key(start.take())
                .send()
                .await
                .map_err(|error| StoreError::unavailable("Query", error))?;
            for item in page.items.unwrap_or_default() {
                sums.push(read_sum(&Item::new(item))?);
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(sums);
            }
        }
    }
}

/// Ranges of keys: names have no letter behind `z`.
const ALL: (&str, &str) = (" ", "~");
const GROUPS: (&str, &str) = ("group#", "group#~");

/// A sum, as far as one shard adds to it.
pub(crate) fn read_sum(item: &Item) -> Result<(TileKey, Counts), StoreError> {
    let counts =
        Counts { conversations: item.number(CONVERSATIONS)?, unreplied: item.number(UNREPLIED)? };
    Ok((item.parsed(Key::SORT)?, counts))
}

fn differences(
    kept: &BTreeMap<TileKey, Counts>,
    recomputed: &BTreeMap<TileKey, Counts>,
) -> Vec<Difference> {
    let of = |sums: &BTreeMap<TileKey, Counts>, key| sums.get(key).copied().unwrap_or_default();
    let keys: BTreeSet<&TileKey> = kept.keys().chain(recomputed.keys()).collect();
    keys.into_iter()
        .filter(|key| of(kept, key) != of(recomputed, key))
        .map(|key| Difference {
            key: key.clone(),
            kept: of(kept, key),
            recomputed: of(recomputed, key),
        })
        .collect()
}
