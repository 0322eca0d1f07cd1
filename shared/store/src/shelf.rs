//! What users keep: snippets and saved views, drafts, how they want to be told of things.
//!
//! What is private stands in the partition of its user, what is shared in one for the workspace,
//! so that a user's own and all that is shared are two queries.

use domain::id::{ConversationId, KeptId, UserId, WorkspaceId};
use domain::kept::{Draft, Kept};
use domain::notifications::Preferences;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::arrive::TTL;
use crate::commit::{Written, delete_item, put, put_item};
use crate::item::{expiry, json};
use crate::keys::Key;
use crate::read::{Consistency, Order};
use crate::{Store, StoreError, keys};

/// Which kind of thing is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    Snippets,
    Views,
}

impl Shelf {
    fn prefix(self) -> &'static str {
        match self {
            Self::Snippets => "SNIPPET#",
            Self::Views => "VIEW#",
        }
    }

    fn key(self, pk: String, id: &KeptId) -> Key {
        keys::shelved(pk, self.prefix(), id)
    }
}

const BODY: &str = "body";

/// A user's things, and those of all, are listed up to here.
const LISTED_MAX: usize = 1_000;

const DRAFTS_LAST: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Store {
    /// What has this user under this name: of their own, or shared?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or the item cannot be read.
    pub async fn kept<T: DeserializeOwned>(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        shelf: Shelf,
        id: &KeptId,
    ) -> Result<Option<Kept<T>>, StoreError> {
        let own = shelf.key(keys::of_user(workspace, user), id);
        let shared = shelf.key(keys::shared(workspace), id);
        let found = self.get_all(&[own, shared], Consistency::Strong).await?;
        found.into_iter().flatten().next().map(|item| item.json(BODY)).transpose()
    }

    /// What has this user: of their own, then what is shared? At most a thousand of each.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn all_kept<T: DeserializeOwned>(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        shelf: Shelf,
    ) -> Result<Vec<Kept<T>>, StoreError> {
        let mut all = Vec::new();
        for pk in [keys::of_user(workspace, user), keys::shared(workspace)] {
            let items = self.query(&pk, shelf.prefix(), Order::Ascending, LISTED_MAX).await?;
            for item in items {
                all.push(item.json(BODY)?);
            }
        }
        Ok(all)
    }

    /// Keeps something for its owner or for all, in place of what `user` had under its name.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn keep<T: Serialize>(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        shelf: Shelf,
        kept: &Kept<T>,
    ) -> Result<(), StoreError> {
        let own = shelf.key(keys::of_user(workspace, user), &kept.id);
        let shared = shelf.key(keys::shared(workspace), &kept.id);
        let (here, there) = if kept.shared { (shared, own) } else { (own, shared) };
        let mut item = here.attributes();
        item.insert(BODY.to_owned(), json(kept));
        let items = vec![put_item(put(&self.table, item))?, delete_item(&self.table, &there)?];
        match self.write(items, false).await? {
            Written::Done => Ok(()),
            Written::Repeated | Written::Lost => Err(StoreError::Conflict),
        }
    }

    /// Throws away what is kept for this user, or for all.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn throw_away(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        shelf: Shelf,
        id: &KeptId,
        shared: bool,
    ) -> Result<(), StoreError> {
        let pk = if shared { keys::shared(workspace) } else { keys::of_user(workspace, user) };
        self.delete(&shelf.key(pk, id)).await
    }

    /// What has this user begun to write in this conversation?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or the item cannot be read.
    pub async fn draft(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        conversation: ConversationId,
        now: Timestamp,
    ) -> Result<Option<Draft>, StoreError> {
        let item = self.get(&keys::draft(workspace, user, conversation)).await?;
        let draft: Option<Draft> = item.map(|item| item.json(BODY)).transpose()?;
        // The table removes what has expired when it gets round to it.
        Ok(draft.filter(|draft| now < domain::window::after(draft.changed_at, DRAFTS_LAST)))
    }

    /// Keeps a draft for thirty days.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn put_draft(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        conversation: ConversationId,
        draft: &Draft,
    ) -> Result<(), StoreError> {
        let mut item = keys::draft(workspace, user, conversation).attributes();
        item.insert(BODY.to_owned(), json(draft));
        let expires_at = domain::window::after(draft.changed_at, DRAFTS_LAST);
        item.insert(TTL.to_owned(), expiry(expires_at));
        self.put(item).await
    }

    /// Throws a draft away: it was sent, or given up.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn delete_draft(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        conversation: ConversationId,
    ) -> Result<(), StoreError> {
        self.delete(&keys::draft(workspace, user, conversation)).await
    }

    /// How does this user want to be told of things?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or the item cannot be read.
    pub async fn notification_preferences(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
    ) -> Result<Preferences, StoreError> {
        let item = self.get(&keys::notification_preferences(workspace, user)).await?;
        item.map_or(Ok(Preferences::default()), |item| item.json(BODY))
    }

    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn put_notification_preferences(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        preferences: &Preferences,
    ) -> Result<(), StoreError> {
        let mut item = keys::notification_preferences(workspace, user).attributes();
        item.insert(BODY.to_owned(), json(preferences));
        self.put(item).await
    }
}
