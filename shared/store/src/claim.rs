//! Prolonging a claim: the one change of a conversation that is no event, because it says nothing
//! but that somebody is still there.

use domain::conversation::Refusal;
use domain::id::{ConversationId, UserId, WorkspaceId};
use jiff::Timestamp;

use crate::commit::TRIES_MAX;
use crate::error::if_held;
use crate::head::{LEASE, VERSION};
use crate::item::{number, time};
use crate::{Store, StoreError, keys};

/// What became of prolonging a claim.
#[derive(Debug, Clone, PartialEq)]
pub enum Renewed {
    Done,
    Refused(Refusal),
    /// There is no such conversation.
    Absent,
}

impl Store {
    /// May this user go on having the conversation to themselves, until then?
    ///
    /// # Errors
    ///
    /// If the table is out of reach, an item cannot be read, or others were faster each time.
    pub async fn renew_claim(
        &self,
        workspace: &WorkspaceId,
        conversation: ConversationId,
        user: &UserId,
        epoch: u32,
        until: Timestamp,
    ) -> Result<Renewed, StoreError> {
        for _try in 0..TRIES_MAX {
            let Some(head) = self.head(workspace, conversation).await? else {
                return Ok(Renewed::Absent);
            };
            let state = &head.conversation;
            if let Err(refusal) = state.may_renew(user, epoch) {
                return Ok(Renewed::Refused(refusal));
            }
            let Some(lease) = state.lease.as_ref().filter(|lease| lease.until < until) else {
                return Ok(Renewed::Done);
            };
            let result = self
                .update_one(&keys::head(workspace, conversation))
                .update_expression("SET #lx = :until")
                .condition_expression("#v = :v AND #lx = :lx")
                .expression_attribute_names("#v", VERSION)
                .expression_attribute_names("#lx", LEASE)
                .expression_attribute_values(":v", number(state.seq))
                .expression_attribute_values(":lx", time(lease.until))
                .expression_attribute_values(":until", time(until))
                .send()
                .await;
            if if_held("UpdateItem", result)?.is_some() {
                return Ok(Renewed::Done);
            }
        }
        Err(StoreError::Conflict)
    }
}
