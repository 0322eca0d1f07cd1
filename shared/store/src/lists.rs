//! Lists of conversations, by a sparse index on heads.
//!
//! Open conversations are sorted by the minute in which they fall Inactive, which is the order of
//! the contacts' latest messages. *Active* and *Inactive* are ranges of it, so nothing is written
//! when time passes. The index holds keys only and its key is no finer than a minute: the heads are
//! read for what is shown and decide exactly, and a burst of messages moves the index once.

use domain::conversation::{Base, Conversation};
use domain::id::WorkspaceId;
use jiff::{SignedDuration, Timestamp};

use crate::head::Head;
use crate::item::{Item, text};
use crate::keys::Key;
use crate::read::Consistency;
use crate::{Store, StoreError, keys};

pub(crate) const INDEX: &str = "lists";
pub(crate) const PARTITION: &str = "lk";
pub(crate) const SORT: &str = "ls";

/// Into how many partitions a workspace's conversations are spread.
const SHARDS: u8 = 4;

/// The Inactive tab reaches back this far; search and history reach further.
const INACTIVE_LISTED_FOR: SignedDuration = SignedDuration::from_hours(15 * 24);

/// One request reads at most a hundred heads.
const PAGE_MAX: usize = 100;

/// What is listed, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// All that are open.
    Open,
    Active,
    Inactive,
    Closed,
}

#[derive(Debug, Clone)]
pub struct Page {
    pub conversations: Vec<Conversation>,
    /// Where the next page begins. A page may hold less than was asked for and still have a next.
    pub next: Option<String>,
}

/// Where a conversation stands in the index.
pub(crate) fn place(conversation: &Conversation) -> Option<(String, String)> {
    let (list, at) = match conversation.base {
        Base::New | Base::Active | Base::Pending => ("OPEN", conversation.activity_expires_at),
        Base::Resolved { closed_at, .. } => ("DONE", closed_at),
        Base::Unopened | Base::Deleted { .. } => return None,
    };
    let shard = keys::shard(conversation.id, SHARDS);
    let partition = partition(&conversation.workspace, list, shard);
    Some((partition, format!("{}#{}", minute(at), conversation.id)))
}

fn partition(workspace: &WorkspaceId, list: &str, shard: u8) -> String {
    format!("W#{workspace}#{list}#{shard}")
}

fn minute(at: Timestamp) -> String {
    format!("{:010}", at.as_second().max(0) / 60)
}

/// Sorts behind every key of its minute.
const LAST: char = '~';

impl View {
    fn list(self) -> &'static str {
        match self {
            Self::Open | Self::Active | Self::Inactive => "OPEN",
            Self::Closed => "DONE",
        }
    }

    /// The range of keys, from and to, both included.
    fn range(self, now: Timestamp) -> (String, String) {
        let all = || (String::from("0"), LAST.to_string());
        match self {
            Self::Open | Self::Closed => all(),
            Self::Active => (minute(now), LAST.to_string()),
            Self::Inactive => {
                let since = now.saturating_sub(INACTIVE_LISTED_FOR).unwrap_or(Timestamp::MIN);
                (minute(since), format!("{}{LAST}", minute(now)))
            }
        }
    }

    fn holds(self, conversation: &Conversation, now: Timestamp) -> bool {
        match self {
            Self::Open => conversation.base.is_open(),
            Self::Active => conversation.base.is_open() && !conversation.is_inactive(now),
            Self::Inactive => {
                conversation.is_inactive(now)
                    && now.duration_since(conversation.activity_expires_at) < INACTIVE_LISTED_FOR
            }
            Self::Closed => !conversation.base.is_open(),
        }
    }
}

impl Store {
    /// Which conversations are in this view? Newest first, at most `limit`, from where an earlier
    /// page ended.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn list(
        &self,
        workspace: &WorkspaceId,
        view: View,
        now: Timestamp,
        from: Option<&str>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        let limit = limit.clamp(1, PAGE_MAX);
        let (lowest, highest) = view.range(now);
        let highest = from.map_or(highest, before);
        let mut places: Vec<(String, Key)> = Vec::new();
        for shard in 0..SHARDS {
            let partition = partition(workspace, view.list(), shard);
            places.extend(self.places(&partition, &lowest, &highest, limit).await?);
        }
        places.sort_unstable_by(|a, b| b.0.cmp(&a.0));
        let more = places.len() > limit;
        places.truncate(limit);
        let next = places.last().filter(|_| more).map(|(sort, _)| sort.clone());
        let keys: Vec<Key> = places.into_iter().map(|(_, key)| key).collect();
        if keys.is_empty() {
            return Ok(Page { conversations: Vec::new(), next: None });
        }
        let heads = self.get_all(&keys, Consistency::Eventual).await?;
        let mut conversations = heads
            .iter()
            .flatten()
            .map(|item| Head::read(item).map(|head| head.conversation))
            .collect::<Result<Vec<_>, _>>()?;
        conversations.retain(|conversation| view.holds(conversation, now));
        conversations.sort_by_key(|conversation| {
            let at = match conversation.base {
                Base::Unopened | Base::New | Base::Active | Base::Pending => {
                    conversation.activity_expires_at
                }
                Base::Resolved { closed_at, .. } => closed_at,
                Base::Deleted { deleted_at } => deleted_at,
            };
            std::cmp::Reverse((at, conversation.id))
        });
        Ok(Page { conversations, next })
    }

    async fn places(
        &self,
        partition: &str,
        lowest: &str,
        highest: &str,
        limit: usize,
    ) -> Result<Vec<(String, Key)>, StoreError> {
        let page = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(INDEX)
            .key_condition_expression("#lk = :lk AND #ls BETWEEN :lowest AND :highest")
            .expression_attribute_names("#lk", PARTITION)
            .expression_attribute_names("#ls", SORT)
            .expression_attribute_values(":lk", text(partition))
            .expression_attribute_values(":lowest", text(lowest))
            .expression_attribute_values(":highest", text(highest))
            .scan_index_forward(false)
            .limit(i32::try_from(limit + 1).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| StoreError::unavailable("Query", error))?;
        page.items
            .unwrap_or_default()
            .into_iter()
            .map(|item| {
                let item = Item::new(item);
                let key = Key {
                    pk: item.text(Key::PARTITION)?.to_owned(),
                    sk: item.text(Key::SORT)?.to_owned(),
                };
                Ok((item.text(SORT)?.to_owned(), key))
            })
            .collect()
    }
}

/// The largest key that sorts before `key`: keys end in the letters of an id, none of which is
/// smaller than `0`, so cutting the last one and sorting behind everything shorter does it.
fn before(key: &str) -> String {
    let mut shorter = key.to_owned();
    match shorter.pop() {
        Some(last) if last > '0' => {
            let earlier = char::from_u32(u32::from(last) - 1).unwrap_or('0');
            format!("{shorter}{earlier}{LAST}")
        }
        Some(_) | None => shorter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_before_a_key_is_below_it_and_above_all_smaller_ones() {
        for (smaller, key) in [
            ("0029#cv_01A", "0029#cv_01B"),
            ("0029#cv_009Z", "0029#cv_01A0"),
            ("0028#cv_ZZZZ", "0029#cv_0000"),
            ("0029#cv_01AZ", "0029#cv_01B0"),
        ] {
            let before = before(key);
            assert!(before.as_str() < key, "{before} {key}");
            assert!(smaller <= before.as_str(), "{smaller} {before}");
        }
    }
}
