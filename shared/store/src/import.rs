//! Conversations that came to be elsewhere.

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::conversation::{Conversation, OpenedBy};

use crate::commit::{ABSENT, Written, put, put_item};
use crate::head::Head;
use crate::{Store, StoreError, places};

/// One transaction writes at most so many items.
const AT_ONCE: usize = 100;

impl Store {
    /// Puts conversations down as they are, in all lists they stand in, without a log and without
    /// being open to what their contacts write.
    ///
    /// # Errors
    ///
    /// If the table is out of reach, or one of them is there; those before it may be written then.
    pub async fn import(&self, conversations: &[Conversation]) -> Result<(), StoreError> {
        let mut batch: Vec<TransactWriteItem> = Vec::new();
        for conversation in conversations {
            let items = self.imported(conversation)?;
            if batch.len() + items.len() > AT_ONCE {
                self.import_batch(std::mem::take(&mut batch)).await?;
            }
            batch.extend(items);
        }
        self.import_batch(batch).await
    }

    fn imported(&self, conversation: &Conversation) -> Result<Vec<TransactWriteItem>, StoreError> {
        let head = Head { conversation: conversation.clone(), due_at: None };
        let head = put(&self.table, head.attributes()).condition_expression(ABSENT);
        let mut items = vec![put_item(head)?];
        for seat in places::seats(conversation) {
            items.push(put_item(put(&self.table, seat.attributes))?);
        }
        if let OpenedBy::User(user) = &conversation.opened_by {
            let sent = places::sent(conversation, user, conversation.opened_at);
            items.push(put_item(put(&self.table, sent))?);
        }
        Ok(items)
    }

    async fn import_batch(&self, items: Vec<TransactWriteItem>) -> Result<(), StoreError> {
        if items.is_empty() {
            return Ok(());
        }
        match self.write(items, false).await? {
            Written::Done => Ok(()),
            Written::Repeated | Written::Lost => Err(StoreError::Conflict),
        }
    }
}
