//! All conversations with a contact, open and closed.

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::id::{ContactId, ConversationId, WorkspaceId};

use crate::commit::{put, put_item};
use crate::item::Item;
use crate::keys::{CONTACT_CONVERSATION, Key, MERGED_FROM};
use crate::merge::Merge;
use crate::read::{Order, Stretch};
use crate::{Store, StoreError, keys};

/// The conversations of so many contacts that were merged into one are found by that.
const MERGED_MAX: usize = 9;

/// A page of the conversations with a contact, the latest to begin first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    pub conversations: Vec<ConversationId>,
    /// The first of the next page.
    pub next: Option<ConversationId>,
}

impl Store {
    /// Which conversations have there been with this contact, and with those that were merged into
    /// it? At most `limit`, from the one named on.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn history(
        &self,
        workspace: &WorkspaceId,
        contact: ContactId,
        from: Option<ConversationId>,
        limit: usize,
    ) -> Result<History, StoreError> {
        let mut contacts = self.merged_into_it(workspace, contact).await?;
        contacts.push(contact);
        let newest = from.map_or_else(|| "~".to_owned(), |from| from.to_string());
        let to = format!("{CONTACT_CONVERSATION}{newest}");
        let mut conversations: Vec<ConversationId> = Vec::new();
        for contact in contacts {
            let pk = keys::contact_pk(workspace, contact);
            let stretch =
                Stretch { pk: &pk, from: CONTACT_CONVERSATION, to: &to, order: Order::Descending };
            for item in self.stretch(&stretch, limit + 1).await? {
                conversations.push(named(&item, CONTACT_CONVERSATION)?);
            }
        }
        conversations.sort_unstable_by(|a, b| b.cmp(a));
        let next = conversations.get(limit).copied();
        conversations.truncate(limit);
        Ok(History { conversations, next })
    }

    async fn merged_into_it(
        &self,
        workspace: &WorkspaceId,
        contact: ContactId,
    ) -> Result<Vec<ContactId>, StoreError> {
        let pk = keys::contact_pk(workspace, contact);
        let merged = self.query(&pk, MERGED_FROM, Order::Ascending, MERGED_MAX).await?;
        merged.iter().map(|item| named(item, MERGED_FROM)).collect()
    }

    /// What was said with a contact that is merged is found by the one it is merged into.
    pub(crate) async fn history_moves(
        &self,
        merge: &Merge<'_>,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let Merge { workspace, from, into, .. } = *merge;
        let mut contacts = self.merged_into_it(workspace, from.id).await?;
        contacts.truncate(MERGED_MAX - 1);
        contacts.push(from.id);
        let moves = contacts.into_iter().map(|contact| {
            let key = keys::merged_from(workspace, into.id, contact);
            put_item(put(&self.table, key.attributes()))
        });
        moves.collect()
    }
}

/// What the sort key of an item names.
fn named<T: std::str::FromStr>(item: &Item, prefix: &str) -> Result<T, StoreError> {
    let name = item.text(Key::SORT)?.strip_prefix(prefix).and_then(|name| name.parse().ok());
    name.ok_or_else(|| item.corrupt("names nothing"))
}
