//! The queue: conversations that nobody is responsible for.

use domain::conversation::Conversation;
use domain::id::WorkspaceId;
use domain::routing::{in_order, waits};

use crate::places::Stand;
use crate::{Store, StoreError};

/// One pull looks at no more conversations: those behind them are looked at by the next.
const LOOKED_AT_MAX: usize = 2_000;

impl Store {
    /// Which conversations wait for somebody to be given to? The longest waiting first.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn unassigned(
        &self,
        workspace: &WorkspaceId,
    ) -> Result<Vec<Conversation>, StoreError> {
        let mut queue = self.standing(workspace, &[Stand::Unassigned], LOOKED_AT_MAX).await?;
        queue.retain(waits);
        in_order(&mut queue);
        Ok(queue)
    }
}
