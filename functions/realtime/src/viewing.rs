//! Who looks at the same conversation.

use std::collections::BTreeSet;

use domain::id::{ConversationId, UserId, WorkspaceId};
use domain::live::{Frame, sees};
use jiff::Timestamp;
use store::{Connection, StoreError};

use crate::Deps;

impl Deps {
    /// Tells those who have one of these conversations open who else has.
    pub(crate) async fn tell_viewing(
        &self,
        workspace: &WorkspaceId,
        conversations: &[ConversationId],
        connections: &[Connection],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let opened =
            |one: &&Connection| one.watch.open.is_some_and(|open| conversations.contains(&open));
        let open: Vec<Connection> = connections.iter().filter(opened).cloned().collect();
        if open.is_empty() {
            return Ok(());
        }
        let seats = self.seats(&open, now).await?;
        let heads = self.store.conversations(workspace, conversations).await?;
        let mut posts = Vec::new();
        for conversation in heads.iter().flatten() {
            let there = open.iter().filter(|one| {
                let seat = seats.get(&one.id);
                one.watch.open == Some(conversation.id)
                    && seat.is_some_and(|seat| sees(&seat.viewer(), conversation))
            });
            let there: Vec<&Connection> = there.collect();
            let users: BTreeSet<UserId> =
                there.iter().filter_map(|one| one.party.user().cloned()).collect();
            let frame = Frame::Viewing { conversation: conversation.id, users };
            posts.extend(there.into_iter().map(|one| (one, frame.clone())));
        }
        self.post_all(posts).await;
        Ok(())
    }
}
