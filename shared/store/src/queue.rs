//! The queue: conversations that nobody is responsible for.

use domain::conversation::Conversation;
use domain::id::WorkspaceId;
use domain::routing::{in_order, waits};
use jiff::Timestamp;

use crate::lists::View;
use crate::{Store, StoreError};

/// One pull looks at no more pages of open conversations.
const PAGES_MAX: usize = 20;
const PAGE: usize = 100;

impl Store {
    /// Which conversations wait for somebody to be given to? The longest waiting first.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn unassigned(
        &self,
        workspace: &WorkspaceId,
        now: Timestamp,
    ) -> Result<Vec<Conversation>, StoreError> {
        let mut queue = Vec::new();
        let mut from: Option<String> = None;
        for _page in 0..PAGES_MAX {
            let page = self.list(workspace, View::Open, now, from.as_deref(), PAGE).await?;
            queue.extend(page.conversations.into_iter().filter(waits));
            from = page.next;
            if from.is_none() {
                break;
            }
        }
        in_order(&mut queue);
        Ok(queue)
    }
}
