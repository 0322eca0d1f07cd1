//! Who is there, and how much each has: what the routing chooses by.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::ReturnValue;
use domain::id::{ConversationId, Seq, UserId, WorkspaceId};
use domain::tiles::TileKey;
use domain::workspace::Presence;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::item::{Item, json, time};
use crate::keys::Key;
use crate::projection::{FEED_SHARDS, Projection};
use crate::read::{Consistency, Order};
use crate::tiles::read_sum;
use crate::{Store, StoreError, keys};

/// What a user has said of themselves, and what the routing has given them.
#[derive(Debug, Clone, PartialEq)]
pub struct Present {
    pub user: UserId,
    said: Presence,
    /// When they said it last.
    pub heard: Option<Timestamp>,
    /// When the routing chose them last.
    pub last_chosen: Option<Timestamp>,
    /// What it has given them lately.
    pub given: Vec<Given>,
}

/// A conversation that was given to somebody by its event of this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given(pub ConversationId, pub Seq);

const PRESENCE: &str = "pr";
const HEARD: &str = "at";
const CHOSEN: &str = "lc";
const GIVEN: &str = "gv";

/// One workspace's users are read together, so there is an end to them.
const USERS_MAX: usize = 1_000;
const GIVEN_MAX: usize = 50;
const KEYS_MAX: usize = 100;

impl Present {
    /// What they are at `now`, by what they have said.
    pub fn at(&self, now: Timestamp) -> Presence {
        self.heard.map_or(Presence::Offline, |heard| self.said.at(heard, now))
    }

    fn read(item: &Item) -> Result<Self, StoreError> {
        let sort = item.text(Key::SORT)?;
        let user = sort.strip_prefix(keys::PRESENCE).and_then(|user| user.parse().ok());
        Ok(Self {
            user: user.ok_or_else(|| item.corrupt("not the key of a presence"))?,
            said: item.opt_json(PRESENCE)?.unwrap_or_default(),
            heard: item.opt_time(HEARD),
            last_chosen: item.opt_time(CHOSEN),
            given: item.opt_json(GIVEN)?.unwrap_or_default(),
        })
    }
}

impl Store {
    /// Puts down what a user says of themselves. Returns what they were until now.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or the item cannot be read.
    pub async fn set_presence(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        presence: Presence,
        now: Timestamp,
    ) -> Result<Presence, StoreError> {
        let answer = self
            .update_one(&keys::presence(workspace, user))
            .update_expression("SET #pr = :pr, #at = :at")
            .expression_attribute_names("#pr", PRESENCE)
            .expression_attribute_names("#at", HEARD)
            .expression_attribute_values(":pr", json(&presence))
            .expression_attribute_values(":at", time(now))
            .return_values(ReturnValue::AllOld)
            .send()
            .await
            .map_err(|error| StoreError::unavailable("UpdateItem", error))?;
        let Some(before) = answer.attributes else { return Ok(Presence::Offline) };
        Ok(Present::read(&Item::new(before))?.at(now))
    }

    /// Who has ever been there? By id, at most a thousand.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn presences(&self, workspace: &WorkspaceId) -> Result<Vec<Present>, StoreError> {
        let pk = keys::workspace(workspace).pk;
        let items = self.query(&pk, keys::PRESENCE, Order::Ascending, USERS_MAX).await?;
        items.iter().map(Present::read).collect()
    }

    /// Notes that the routing gives a user a conversation, beside `given`. It is noted first: if
    /// nothing comes of it, somebody has had their turn in vain.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn note_chosen(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        given: &[Given],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let latest = &given[given.len().saturating_sub(GIVEN_MAX)..];
        self.update_one(&keys::presence(workspace, user))
            .update_expression("SET #lc = :lc, #gv = :gv")
            .expression_attribute_names("#lc", CHOSEN)
            .expression_attribute_names("#gv", GIVEN)
            .expression_attribute_values(":lc", time(now))
            .expression_attribute_values(":gv", json(&latest))
            .send()
            .await
            .map_err(|error| StoreError::unavailable("UpdateItem", error))?;
        Ok(())
    }

    /// How many open conversations does each of these users have? As their tiles say.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn open_counts(
        &self,
        workspace: &WorkspaceId,
        users: &[UserId],
    ) -> Result<BTreeMap<UserId, i64>, StoreError> {
        let keys: Vec<Key> = users
            .iter()
            .map(|user| TileKey::Mine(user.clone()))
            .flat_map(|key| (0..FEED_SHARDS).map(move |shard| keys::tile(workspace, shard, &key)))
            .collect();
        let mut counts = BTreeMap::new();
        for some in keys.chunks(KEYS_MAX) {
            for item in self.get_all(some, Consistency::Strong).await?.iter().flatten() {
                if let (TileKey::Mine(user), sum) = read_sum(item)? {
                    *counts.entry(user).or_default() += sum.conversations;
                }
            }
        }
        Ok(counts)
    }

    /// What of this the tiles do not have yet?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn not_counted(
        &self,
        workspace: &WorkspaceId,
        given: &[Given],
    ) -> Result<Vec<Given>, StoreError> {
        let mut pending = Vec::new();
        let conversations: std::collections::BTreeSet<ConversationId> =
            given.iter().map(|one| one.0).collect();
        let conversations: Vec<ConversationId> = conversations.into_iter().collect();
        for some in conversations.chunks(KEYS_MAX) {
            let keys: Vec<Key> = some.iter().map(|id| keys::projection(workspace, *id)).collect();
            let read = self.get_all(&keys, Consistency::Strong).await?;
            for (conversation, item) in some.iter().zip(read) {
                let known = item.as_ref().map(Projection::read).transpose()?;
                let fed = known.map_or(Seq::ZERO, |known| known.fed);
                let of = given.iter().filter(|one| one.0 == *conversation && one.1 > fed);
                pending.extend(of.copied());
            }
        }
        Ok(pending)
    }
}
