//! Somebody changes a conversation they can name.

use aws_sdk_dynamodb::types::{ReturnValue, TransactWriteItem};
use domain::conversation::{Conversation, Decision, Refusal};
use domain::id::{ConversationId, Seq, WorkspaceId};
use domain::job::EventName;
use jiff::Timestamp;

use crate::arrive::{COMMANDS_LAST, TTL, marker, repeated, unclaimed};
use crate::commit::{Committed, DuePolicy, Plan, TRIES_MAX, Written, put, put_item, update_item};
use crate::delivery;
use crate::head::Head;
use crate::item::{Item, expiry, time};
use crate::keys::Key;
use crate::read::Consistency;
use crate::{Arrived, Store, StoreError, keys};

/// A client's name for a command, hashed: the same command twice is once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandKey(String);

impl CommandKey {
    /// Of everything that makes a command the same: who, what it is about, the client's own key.
    pub fn new(parts: &[&str]) -> Self {
        let mut whole = String::new();
        for part in parts {
            whole.push_str(&part.len().to_string());
            whole.push(':');
            whole.push_str(part);
        }
        Self(keys::fingerprint(&whole))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn key(&self, workspace: &WorkspaceId) -> Key {
        keys::command(workspace, &self.0)
    }
}

const AT: &str = "at";

/// What became of a change.
#[derive(Debug, Clone, PartialEq)]
pub enum Changed {
    Committed(Box<Committed>),
    /// The same command was committed before, as these events.
    Repeated {
        first: Seq,
        last: Seq,
    },
    Refused(Refusal),
    /// There is no such conversation.
    Absent,
    /// The decision was that nothing happens.
    Unchanged,
}

impl Store {
    /// When was this command given first? Now, if it is new: what a repeated command says it does
    /// at its time, it does at the same time again.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn first_given(
        &self,
        workspace: &WorkspaceId,
        command: &CommandKey,
        now: Timestamp,
    ) -> Result<Timestamp, StoreError> {
        let ttl = expiry(domain::window::after(now, COMMANDS_LAST));
        let kept = self
            .update_one(&command.key(workspace))
            .update_expression(
                "SET #at = if_not_exists(#at, :at), #ttl = if_not_exists(#ttl, :ttl)",
            )
            .expression_attribute_names("#at", AT)
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_values(":at", time(now))
            .expression_attribute_values(":ttl", ttl)
            .return_values(ReturnValue::AllNew)
            .send()
            .await
            .map_err(|error| StoreError::unavailable("UpdateItem", error))?;
        Item::new(kept.attributes.unwrap_or_default()).time(AT)
    }

    /// What follows for this conversation? `decide` is asked with its state, and asked again if
    /// somebody else changed it meanwhile.
    ///
    /// # Errors
    ///
    /// If the table is out of reach, an item cannot be read, or others were faster each time.
    pub async fn change(
        &self,
        workspace: &WorkspaceId,
        conversation: ConversationId,
        command: Option<&CommandKey>,
        due: DuePolicy,
        now: Timestamp,
        decide: impl Fn(&Conversation) -> Result<Decision, Refusal>,
    ) -> Result<Changed, StoreError> {
        let head_key = keys::head(workspace, conversation);
        let marker_key = command.map(|command| command.key(workspace));
        let wanted: Vec<Key> =
            std::iter::once(head_key).chain(marker_key.iter().cloned()).collect();
        for _try in 0..TRIES_MAX {
            let read = self.get_all(&wanted, Consistency::Strong).await?;
            if let Some(before) = read.get(1).and_then(Option::as_ref).and_then(repeated) {
                return before.map(Changed::from_repeated);
            }
            let Some(head) = read.first().and_then(Option::as_ref).map(Head::read).transpose()?
            else {
                return Ok(Changed::Absent);
            };
            let decision = match decide(&head.conversation) {
                Ok(decision) if decision.events.is_empty() => return Ok(Changed::Unchanged),
                Ok(decision) => decision,
                Err(refusal) => return Ok(Changed::Refused(refusal)),
            };
            let plan = Plan::new(Some(&head), decision, workspace, conversation, now)?;
            let mut items = Vec::new();
            if let Some(key) = &marker_key {
                let marker = marker(key.clone(), &plan, now);
                items.push(put_item(unclaimed(put(&self.table, marker)))?);
            }
            items.extend(plan.items(&self.table, due, None)?);
            items.extend(self.released(&plan, now)?);
            match self.write(items, marker_key.is_some()).await? {
                Written::Done => return Ok(Changed::Committed(Box::new(plan.committed()))),
                Written::Repeated | Written::Lost => {}
            }
        }
        Err(StoreError::Conflict)
    }

    /// The held messages that a change lets go, queued from now on, or takes back.
    fn released(&self, plan: &Plan, now: Timestamp) -> Result<Vec<TransactWriteItem>, StoreError> {
        let conversation = &plan.after.conversation;
        let name = |seq| EventName {
            workspace: conversation.workspace.clone(),
            conversation: conversation.id,
            seq,
        };
        let mut updates = Vec::new();
        for event in &plan.events {
            if let Some(held) = event.kind.released() {
                updates.push(update_item(delivery::release(&self.table, &name(held), now))?);
            }
            if let Some(held) = event.kind.cancelled() {
                updates.push(update_item(delivery::cancel(&self.table, &name(held), now))?);
            }
        }
        Ok(updates)
    }
}

impl Changed {
    fn from_repeated(arrived: Arrived) -> Self {
        match arrived {
            Arrived::Repeated { first, last, .. } => Self::Repeated { first, last },
            Arrived::Committed(committed) => Self::Committed(committed),
            Arrived::Refused(refusal) => Self::Refused(refusal),
            Arrived::Unchanged => Self::Unchanged,
        }
    }
}
