//! Plain reads: one item, several items, a stretch of a log.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use domain::conversation::{Conversation, Event};
use domain::id::{AccountId, ConversationId, ProviderMessageId, Seq, WorkspaceId};

use crate::arrive::About;
use crate::event::Logged;
use crate::head::Head;
use crate::item::{Attributes, Item, text};
use crate::keys::Key;
use crate::{Store, StoreError, keys};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consistency {
    /// Half the price; may not see a write of the last second.
    Eventual,
    Strong,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Ascending,
    Descending,
}

/// A part of a partition: sort keys from one to another, both included.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch<'a> {
    pub(crate) pk: &'a str,
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
    pub(crate) order: Order,
}

impl Store {
    /// At most `limit` items of a stretch, as they are now.
    pub(crate) async fn stretch(
        &self,
        stretch: &Stretch<'_>,
        limit: usize,
    ) -> Result<Vec<Item>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
            .expression_attribute_values(":pk", text(stretch.pk))
            .expression_attribute_values(":from", text(stretch.from))
            .expression_attribute_values(":to", text(stretch.to))
            .scan_index_forward(stretch.order == Order::Ascending)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| StoreError::unavailable("Query", error))?;
        Ok(answer.items.unwrap_or_default().into_iter().map(Item::new).collect())
    }

    /// The last items of a partition whose sort keys begin with `prefix`, and where the next page
    /// begins: what follows the prefix in the key of its first item.
    pub(crate) async fn newest(
        &self,
        pk: &str,
        prefix: &str,
        from: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<Item>, Option<String>), StoreError> {
        // Behind every letter of a key.
        let to = format!("{prefix}{}", from.unwrap_or("~"));
        let stretch = Stretch { pk, from: prefix, to: &to, order: Order::Descending };
        let mut items = self.stretch(&stretch, limit + 1).await?;
        let next = match items.get(limit) {
            None => None,
            Some(item) => item.text(Key::SORT)?.strip_prefix(prefix).map(str::to_owned),
        };
        items.truncate(limit);
        Ok((items, next))
    }

    /// An item, as it is now.
    pub(crate) async fn get(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        self.get_with(key, Consistency::Strong).await
    }

    pub(crate) async fn get_with(
        &self,
        key: &Key,
        consistency: Consistency,
    ) -> Result<Option<Item>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key.attributes()))
            .consistent_read(consistency == Consistency::Strong)
            .send()
            .await
            .map_err(|error| StoreError::unavailable("GetItem", error))?;
        Ok(answer.item.map(Item::new))
    }

    /// Several items in the order of their keys, none of which may stand twice.
    pub(crate) async fn get_all(
        &self,
        keys: &[Key],
        consistency: Consistency,
    ) -> Result<Vec<Option<Item>>, StoreError> {
        let mut wanted = KeysAndAttributes::builder()
            .consistent_read(consistency == Consistency::Strong)
            .set_keys(Some(keys.iter().map(Key::attributes).collect()))
            .build()
            .map_err(|error| StoreError::corrupt("a batch of keys", error))?;
        let mut read: Vec<Attributes> = Vec::with_capacity(keys.len());
        // The table may answer a part and hand the rest back; each round gets further.
        for _round in 0..keys.len().max(1) {
            let answer = self
                .client
                .batch_get_item()
                .request_items(&self.table, wanted)
                .send()
                .await
                .map_err(|error| StoreError::unavailable("BatchGetItem", error))?;
            let items = answer.responses.unwrap_or_default().remove(&self.table);
            read.extend(items.unwrap_or_default());
            let rest = answer.unprocessed_keys.unwrap_or_default().remove(&self.table);
            match rest {
                Some(rest) if !rest.keys().is_empty() => wanted = rest,
                Some(_) | None => return Ok(in_order(keys, read)),
            }
        }
        Err(StoreError::Unavailable {
            operation: "BatchGetItem",
            source: "the table hands keys back again and again".into(),
        })
    }

    /// The conversation as it is now.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or the item cannot be read.
    pub async fn conversation(
        &self,
        workspace: &WorkspaceId,
        conversation: ConversationId,
    ) -> Result<Option<Conversation>, StoreError> {
        Ok(self.head(workspace, conversation).await?.map(|head| head.conversation))
    }

    /// Several conversations as they are now, at most a hundred, none of which is named twice.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn conversations(
        &self,
        workspace: &WorkspaceId,
        conversations: &[ConversationId],
    ) -> Result<Vec<Option<Conversation>>, StoreError> {
        let keys: Vec<Key> = conversations.iter().map(|id| keys::head(workspace, *id)).collect();
        let heads = self.get_all(&keys, Consistency::Strong).await?.into_iter();
        heads
            .map(|item| {
                Ok(item.map(|item| Head::read(&item)).transpose()?.map(|head| head.conversation))
            })
            .collect()
    }

    pub(crate) async fn head(
        &self,
        workspace: &WorkspaceId,
        conversation: ConversationId,
    ) -> Result<Option<Head>, StoreError> {
        let item = self.get(&keys::head(workspace, conversation)).await?;
        item.as_ref().map(Head::read).transpose()
    }

    /// What is in the log under this number?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or the item cannot be read.
    pub async fn event(
        &self,
        workspace: &WorkspaceId,
        conversation: ConversationId,
        seq: Seq,
    ) -> Result<Option<Logged>, StoreError> {
        let item = self.get(&keys::event(workspace, conversation, seq)).await?;
        item.as_ref().map(Logged::read).transpose()
    }

    /// What was said last in each of these conversations? At most a hundred, none of which is named
    /// twice; what was said in the last second may be missing.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn last_messages(
        &self,
        workspace: &WorkspaceId,
        conversations: &[&Conversation],
    ) -> Result<Vec<Option<Logged>>, StoreError> {
        let last = |conversation: &Conversation| {
            let seq = conversation.last_message()?;
            Some(keys::event(workspace, conversation.id, seq))
        };
        let wanted: Vec<Option<Key>> = conversations.iter().map(|one| last(one)).collect();
        let keys: Vec<Key> = wanted.iter().flatten().cloned().collect();
        let mut found = match keys.as_slice() {
            [] => Vec::new(),
            keys => self.get_all(keys, Consistency::Eventual).await?,
        }
        .into_iter();
        wanted
            .iter()
            .map(|key| {
                let item = key.as_ref().and_then(|_| found.next().flatten());
                item.as_ref().map(Logged::read).transpose()
            })
            .collect()
    }

    /// Which message does the provider know by this name?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn message_named(
        &self,
        workspace: &WorkspaceId,
        account: &AccountId,
        id: &ProviderMessageId,
    ) -> Result<Option<Logged>, StoreError> {
        let Some(item) = self.get(&keys::reference(workspace, account, id)).await? else {
            return Ok(None);
        };
        match About::read(&item).transpose()? {
            None => Ok(None),
            Some(about) => self.event(workspace, about.conversation, about.seq).await,
        }
    }

    /// What was committed under these numbers, both included?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn events(
        &self,
        workspace: &WorkspaceId,
        conversation: ConversationId,
        first: Seq,
        last: Seq,
    ) -> Result<Vec<Event>, StoreError> {
        let before = Seq::new(first.get().saturating_sub(1));
        let count = last.get().saturating_sub(before.get());
        let log = self.log(workspace, conversation, before, count as usize).await?;
        Ok(log.into_iter().map(|logged| logged.event).collect())
    }

    /// What has happened after `after`? At most `limit` entries, in order.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn log(
        &self,
        workspace: &WorkspaceId,
        conversation: ConversationId,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<Logged>, StoreError> {
        let mut entries = Vec::new();
        let mut start: Option<HashMap<String, AttributeValue>> = None;
        // A page of DynamoDB ends at 1 MB, whatever the limit.
        while entries.len() < limit {
            let left = i32::try_from(limit - entries.len()).unwrap_or(i32::MAX);
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .consistent_read(true)
                .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
                .expression_attribute_values(
                    ":pk",
                    text(keys::conversation_pk(workspace, conversation)),
                )
                .expression_attribute_values(":from", text(keys::event_sk(after.next())))
                .expression_attribute_values(":to", text(keys::event_sk(Seq::new(u32::MAX))))
                .set_exclusive_start_key(start.take())
                .limit(left)
                .send()
                .await
                .map_err(|error| StoreError::unavailable("Query", error))?;
            for item in page.items.unwrap_or_default() {
                entries.push(Logged::read(&Item::new(item))?);
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        Ok(entries)
    }
}

fn in_order(keys: &[Key], mut read: Vec<Attributes>) -> Vec<Option<Item>> {
    keys.iter()
        .map(|key| {
            let place = read.iter().position(|item| key.names(item))?;
            Some(Item::new(read.swap_remove(place)))
        })
        .collect()
}
