//! How far users have read: one small item for each user and conversation.
//!
//! No event tells of it and no head changes with it, so that reading, which happens more often than
//! writing, costs one unit and is in nobody's way.

use domain::conversation::Conversation;
use domain::id::{ConversationId, Seq, UserId, WorkspaceId};

use crate::error::if_held;
use crate::item::number;
use crate::keys::Key;
use crate::read::Consistency;
use crate::{Store, StoreError, keys};

const SEQ: &str = "sq";

/// One request reads at most a hundred.
const AT_ONCE: usize = 100;

impl Store {
    /// How far has this user read these conversations, none of which is named twice? Zero for
    /// those they have not opened.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn read_cursors(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        conversations: &[ConversationId],
    ) -> Result<Vec<Seq>, StoreError> {
        let mut cursors = Vec::with_capacity(conversations.len());
        for some in conversations.chunks(AT_ONCE) {
            let keys: Vec<Key> = some.iter().map(|id| keys::cursor(workspace, *id, user)).collect();
            for item in self.get_all(&keys, Consistency::Eventual).await? {
                let seq = item.map(|item| item.number(SEQ)).transpose()?;
                cursors.push(seq.map_or(Seq::ZERO, Seq::new));
            }
        }
        Ok(cursors)
    }

    /// A user has read up to `seq`; less than before changes nothing.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn mark_read(
        &self,
        conversation: &Conversation,
        user: &UserId,
        seq: Seq,
    ) -> Result<(), StoreError> {
        let seq = seq.min(conversation.seq);
        self.set_cursor(conversation, user, seq, "attribute_not_exists(#sq) OR #sq < :sq").await
    }

    /// A user has the latest news of a conversation before them again. Nothing changes where there
    /// is none, or they have not read it.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn mark_unread(
        &self,
        conversation: &Conversation,
        user: &UserId,
    ) -> Result<(), StoreError> {
        let before = Seq::new(conversation.news_for(user).get().saturating_sub(1));
        self.set_cursor(conversation, user, before, "#sq > :sq").await
    }

    async fn set_cursor(
        &self,
        conversation: &Conversation,
        user: &UserId,
        seq: Seq,
        condition: &str,
    ) -> Result<(), StoreError> {
        let key = keys::cursor(&conversation.workspace, conversation.id, user);
        let request = self
            .update_one(&key)
            .update_expression("SET #sq = :sq")
            .condition_expression(condition)
            .expression_attribute_names("#sq", SEQ)
            .expression_attribute_values(":sq", number(seq));
        if_held("UpdateItem", request.send().await).map(|_held| ())
    }
}
