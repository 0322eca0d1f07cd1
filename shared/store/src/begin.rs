//! Conversations that begin without an address: chats among users. And what is open in a scope.

use domain::conversation::{Conversation, Decision, Refusal, Scope};
use domain::id::{ContactId, ConversationId, WorkspaceId};
use jiff::Timestamp;

use crate::arrive::{marker, repeated, unclaimed};
use crate::commit::{CONVERSATION, DuePolicy, Plan, TRIES_MAX, Written, put, put_item};
use crate::head::Head;
use crate::{Arrived, CommandKey, Store, StoreError, keys};

/// Something to be said where there may be no conversation yet.
#[derive(Debug, Clone, Copy)]
pub struct Begin<'a> {
    pub workspace: &'a WorkspaceId,
    pub contact: ContactId,
    pub scope: &'a Scope,
    pub command: &'a CommandKey,
    pub new_id: ConversationId,
    pub due: DuePolicy,
}

impl Store {
    /// Which conversation is open with this contact in this scope?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or the item cannot be read.
    pub async fn open_conversation(
        &self,
        workspace: &WorkspaceId,
        contact: ContactId,
        scope: &Scope,
    ) -> Result<Option<ConversationId>, StoreError> {
        let pointer = self.get(&keys::open(workspace, contact, scope)).await?;
        pointer.map(|pointer| pointer.parsed(CONVERSATION)).transpose()
    }

    /// What follows in the open conversation of this scope, or in a new one? `decide` is asked with
    /// the state, and asked again if somebody else changed it meanwhile.
    ///
    /// # Errors
    ///
    /// If the table is out of reach, an item cannot be read, or others were faster each time.
    pub async fn begin(
        &self,
        begin: &Begin<'_>,
        now: Timestamp,
        decide: impl Fn(Option<&Conversation>) -> Result<Decision, Refusal>,
    ) -> Result<Arrived, StoreError> {
        let Begin { workspace, contact, scope, .. } = *begin;
        let key = begin.command.key(workspace);
        for _try in 0..TRIES_MAX {
            if let Some(before) = self.get(&key).await?.as_ref().and_then(repeated) {
                return before;
            }
            let open = self.open_conversation(workspace, contact, scope).await?;
            let head: Option<Head> = match open {
                None => None,
                Some(id) => self.head(workspace, id).await?,
            };
            let decision = match decide(head.as_ref().map(|head| &head.conversation)) {
                Ok(decision) if decision.events.is_empty() => return Ok(Arrived::Unchanged),
                Ok(decision) => decision,
                Err(refusal) => return Ok(Arrived::Refused(refusal)),
            };
            let plan = Plan::new(head.as_ref(), decision, workspace, begin.new_id, now)?;
            let marker = marker(key.clone(), &plan, now);
            let mut items = vec![put_item(unclaimed(put(&self.table, marker)))?];
            items.extend(plan.items(&self.table, begin.due, None)?);
            match self.write(items, true).await? {
                Written::Done => return Ok(Arrived::Committed(Box::new(plan.committed()))),
                Written::Repeated | Written::Lost => {}
            }
        }
        Err(StoreError::Conflict)
    }
}
