//! What is kept of conversations beside their logs: the pages of the workspace's feed and the sums
//! of its tiles, by the difference that a change makes.
//!
//! Nothing of it stands in the way of a message: it follows, and repeating it changes nothing. What
//! the feed and the tiles have of a conversation is written in the same transaction as they are, on
//! the condition that it is what the difference was taken from.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::conversation::Base;
use domain::id::{ConversationId, Seq, WorkspaceId};
use domain::tiles::{Counts, TileKey, contribution};
use jiff::Timestamp;

use crate::commit::{ABSENT, TRIES_MAX, Written, put, put_item, update, update_item};
use crate::feed::Stretch;
use crate::head::Head;
use crate::item::{Item, json, number};
use crate::keys::Key;
use crate::read::Consistency;
use crate::{Store, StoreError, keys};

/// Into how many partitions a workspace's feed and its sums are spread. Cursors hold a place in each.
pub const FEED_SHARDS: u8 = 4;

/// The part of the feed and of the sums that a conversation belongs to.
pub fn feed_shard(conversation: ConversationId) -> u8 {
    keys::shard(conversation, FEED_SHARDS)
}

/// So many conversations share a page, which then stays below 1 KB.
pub const PROJECTED_MAX: usize = 16;

/// So many sums change in one transaction, which DynamoDB limits to a hundred items.
const SUMS_MAX: usize = 64;

const FED: &str = "fd";
const ADDS: &str = "tl";
pub(crate) const CONVERSATIONS: &str = "c";
pub(crate) const UNREPLIED: &str = "u";

type Adds = BTreeMap<TileKey, Counts>;

/// What the feed and the tiles have of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Projection {
    /// The last event that a page names.
    pub(crate) fed: Seq,
    adds: Adds,
}

impl Projection {
    pub(crate) fn read(item: &Item) -> Result<Self, StoreError> {
        Ok(Self { fed: Seq::new(item.number(FED)?), adds: item.json(ADDS)? })
    }
}

/// A conversation of which they do not have everything.
struct Behind {
    conversation: ConversationId,
    before: Option<Projection>,
    now: Projection,
}

impl Behind {
    fn read(
        conversation: ConversationId,
        before: Option<&Item>,
        head: &Item,
    ) -> Result<Option<Self>, StoreError> {
        let before = before.map(Projection::read).transpose()?;
        let state = Head::read(head)?.conversation;
        let now = Projection { fed: state.seq, adds: contribution(&state) };
        // The two are read one after the other: somebody may have gone past this head meanwhile.
        let ahead = before.as_ref().is_some_and(|before| before.fed > now.fed);
        // Nobody sees what only a campaign has written.
        if ahead || before.as_ref() == Some(&now) || state.base == Base::Unopened {
            return Ok(None);
        }
        Ok(Some(Self { conversation, before, now }))
    }

    /// The sums that change, with the difference.
    fn differences(&self) -> Adds {
        let none = Adds::new();
        let before = self.before.as_ref().map_or(&none, |before| &before.adds);
        let of = |adds: &Adds, key: &TileKey| adds.get(key).copied().unwrap_or_default();
        let keys = before.keys().chain(self.now.adds.keys());
        keys.map(|key| (key.clone(), of(&self.now.adds, key) - of(before, key)))
            .filter(|(_, difference)| !difference.is_zero())
            .collect()
    }
}

/// What one transaction brings up to date.
struct Step {
    projections: Vec<(ConversationId, Option<Projection>, Projection)>,
    differences: Adds,
    stretches: Vec<Stretch>,
    /// Whether nothing is left to do after it.
    last: bool,
}

impl Step {
    /// Everything that is behind, but for sums that are too many for one transaction: those that
    /// are taken are written down, the others stay a difference.
    fn of(behind: Vec<Behind>) -> Self {
        let mut step = Self {
            projections: Vec::new(),
            differences: Adds::new(),
            stretches: Vec::new(),
            last: true,
        };
        for one in behind {
            let mut after = one.now.clone();
            for (key, difference) in one.differences() {
                if step.differences.len() < SUMS_MAX || step.differences.contains_key(&key) {
                    let sum = step.differences.entry(key).or_default();
                    *sum = *sum + difference;
                    continue;
                }
                step.last = false;
                match one.before.as_ref().and_then(|before| before.adds.get(&key)) {
                    Some(as_it_was) => after.adds.insert(key, *as_it_was),
                    None => after.adds.remove(&key),
                };
            }
            let fed = one.before.as_ref().map_or(Seq::ZERO, |before| before.fed);
            if fed < after.fed {
                let (first, last) = (fed.next(), after.fed);
                step.stretches.push(Stretch { conversation: one.conversation, first, last });
            }
            step.projections.push((one.conversation, one.before, after));
        }
        step
    }

    fn items(
        &self,
        table: &str,
        workspace: &WorkspaceId,
        shard: u8,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let mut items = Vec::new();
        for (conversation, before, after) in &self.projections {
            let mut item = keys::projection(workspace, *conversation).attributes();
            item.insert(FED.to_owned(), number(after.fed));
            item.insert(ADDS.to_owned(), json(&after.adds));
            let put = put(table, item);
            items.push(put_item(match before {
                None => put.condition_expression(ABSENT),
                Some(before) => put
                    .condition_expression("#fed = :fed AND #adds = :adds")
                    .expression_attribute_names("#fed", FED)
                    .expression_attribute_names("#adds", ADDS)
                    .expression_attribute_values(":fed", number(before.fed))
                    .expression_attribute_values(":adds", json(&before.adds)),
            })?);
        }
        for (key, difference) in &self.differences {
            // One conversation's gain may be another's loss.
            if difference.is_zero() {
                continue;
            }
            let key = keys::tile(workspace, shard, key);
            let add = update(table, &key)
                .update_expression("ADD #c :c, #u :u")
                .expression_attribute_names("#c", CONVERSATIONS)
                .expression_attribute_names("#u", UNREPLIED)
                .expression_attribute_values(":c", number(difference.conversations))
                .expression_attribute_values(":u", number(difference.unreplied));
            items.push(update_item(add)?);
        }
        Ok(items)
    }
}

impl Store {
    /// Brings the feed and the tiles up to date with these conversations, which are of one shard and
    /// at most [`PROJECTED_MAX`]. Returns those that do not exist.
    ///
    /// # Errors
    ///
    /// If the table is out of reach, an item cannot be read, or others were faster each time.
    pub async fn project(
        &self,
        workspace: &WorkspaceId,
        shard: u8,
        conversations: &[ConversationId],
        now: Timestamp,
    ) -> Result<Vec<ConversationId>, StoreError> {
        let mut lost = 0;
        while lost < TRIES_MAX {
            let (behind, absent) = self.behind(workspace, conversations).await?;
            if behind.is_empty() {
                return Ok(absent);
            }
            let step = Step::of(behind);
            let mut items = step.items(&self.table, workspace, shard)?;
            if !step.stretches.is_empty() {
                items.extend(self.next_page(workspace, shard, &step.stretches, now).await?);
            }
            match self.write(items, false).await? {
                Written::Done if step.last => return Ok(absent),
                Written::Done => {}
                Written::Repeated | Written::Lost => lost += 1,
            }
        }
        Err(StoreError::Conflict)
    }

    async fn behind(
        &self,
        workspace: &WorkspaceId,
        conversations: &[ConversationId],
    ) -> Result<(Vec<Behind>, Vec<ConversationId>), StoreError> {
        let wanted: Vec<Key> = conversations
            .iter()
            .flat_map(|id| [keys::projection(workspace, *id), keys::head(workspace, *id)])
            .collect();
        let read = self.get_all(&wanted, Consistency::Strong).await?;
        let (mut behind, mut absent) = (Vec::new(), Vec::new());
        for (id, pair) in conversations.iter().zip(read.chunks(2)) {
            match pair {
                [before, Some(head)] => behind.extend(Behind::read(*id, before.as_ref(), head)?),
                _ => absent.push(*id),
            }
        }
        Ok((behind, absent))
    }
}
