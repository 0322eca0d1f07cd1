//! The one transaction that changes a conversation: the head if its version is unchanged, the new
//! events if absent, what tells repetitions if absent, the pointer to the open conversation, and
//! where users find it.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::builders::{DeleteBuilder, PutBuilder, UpdateBuilder};
use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem, Update};
use domain::conversation::{Actor, Conversation, Decision, Event, EventKind, Scope, WaitingOn};
use domain::id::{ConversationId, ProviderMessageId, Seq, UserId, WorkspaceId};
use jiff::{SignedDuration, Timestamp};

use crate::event::Logged;
use crate::head::{Head, LEASE, VERSION};
use crate::item::{Attributes, number, text, time};
use crate::keys::Key;
use crate::{Store, StoreError, keys, places};

/// What a transaction has changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Committed {
    pub conversation: Conversation,
    pub events: Vec<Event>,
}

/// Who finishes handing on the events if this process dies right after the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DuePolicy {
    /// The job that caused them: it stays on its queue until they are handed on.
    JobRepeats,
    /// Nobody, so the events ask to be looked at from this time on.
    At(Timestamp),
}

/// A change of a conversation that is about to be written.
pub(crate) struct Plan {
    before: Option<Head>,
    pub(crate) after: Head,
    pub(crate) events: Vec<Event>,
}

impl Plan {
    /// Folds a decision into the state. `before` is what the decision was made on.
    pub(crate) fn new(
        before: Option<&Head>,
        decision: Decision,
        workspace: &WorkspaceId,
        new_id: ConversationId,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let before = before.filter(|_| !decision.begins).cloned();
        let mut state = before.as_ref().map(|head| head.conversation.clone());
        let mut events = Vec::with_capacity(decision.events.len());
        for decided in decision.events {
            let seq = state.as_ref().map_or(Seq::ZERO, |state| state.seq).next();
            let event = Event {
                seq,
                at: now,
                actor: decided.actor,
                rule: decided.rule,
                kind: decided.kind,
            };
            match (&mut state, &event.kind) {
                (Some(state), _) => state.apply(&event),
                (None, EventKind::Opened(opened)) => {
                    state = Some(Conversation::begin(new_id, workspace.clone(), &event, opened));
                }
                (None, _) => {
                    return Err(StoreError::corrupt(new_id, "an event before the opening"));
                }
            }
            events.push(event);
        }
        let Some(conversation) = state else {
            return Err(StoreError::corrupt(new_id, "a change of nothing"));
        };
        let due_at = due_at(before.as_ref(), &conversation, now);
        Ok(Self { before, after: Head { conversation, due_at }, events })
    }

    pub(crate) fn begins(&self) -> bool {
        self.before.is_none()
    }

    /// The items of the transaction, the head first.
    pub(crate) fn items(
        &self,
        table: &str,
        due: DuePolicy,
        echo: Option<&ProviderMessageId>,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let conversation = &self.after.conversation;
        let head = match &self.before {
            None => put(table, self.after.attributes()).condition_expression(ABSENT),
            Some(before) => before.unchanged(put(table, self.after.attributes())),
        };
        let mut items = vec![put_item(head)?];
        for event in &self.events {
            let due_at = match (due, &event.kind) {
                (DuePolicy::At(at), _) => Some(at),
                (DuePolicy::JobRepeats, EventKind::Held { release_at, .. }) => Some(*release_at),
                (DuePolicy::JobRepeats, _) => None,
            };
            let logged = Logged::fresh(event.clone(), echo);
            let item = logged.attributes(&conversation.workspace, conversation.id, due_at);
            items.push(put_item(put(table, item).condition_expression(ABSENT))?);
        }
        items.extend(self.pointer(table)?);
        items.extend(self.seats(table)?);
        items.extend(self.history(table)?);
        Ok(items)
    }

    /// A new conversation is found by its contact; a chat among users has none.
    fn history(&self, table: &str) -> Result<Option<TransactWriteItem>, StoreError> {
        let Conversation { workspace, contact, id, scope, .. } = &self.after.conversation;
        if !self.begins() || *scope == Scope::Internal {
            return Ok(None);
        }
        let key = keys::contact_conversation(workspace, *contact, *id);
        put_item(put(table, key.attributes())).map(Some)
    }

    /// Where users find it, as far as that changes.
    fn seats(&self, table: &str) -> Result<Vec<TransactWriteItem>, StoreError> {
        let before = self.before.as_ref().map(|head| places::seats(&head.conversation));
        let before = before.unwrap_or_default();
        let after = places::seats(&self.after.conversation);
        let mut items = Vec::new();
        for left in before.iter().filter(|seat| !after.iter().any(|one| one.key == seat.key)) {
            items.push(delete_item(table, &left.key)?);
        }
        for seat in after.into_iter().filter(|seat| !before.contains(seat)) {
            items.push(put_item(put(table, seat.attributes))?);
        }
        for (user, at) in self.senders() {
            items.push(put_item(put(table, places::sent(&self.after.conversation, user, at)))?);
        }
        Ok(items)
    }

    /// Who has begun it or written to the contact, unless that is known of this minute.
    fn senders(&self) -> BTreeMap<&UserId, Timestamp> {
        let before = self.before.as_ref().and_then(|head| head.conversation.last_out.as_ref());
        let known = |user: &UserId, at: Timestamp| {
            before.is_some_and(|last| {
                last.by == Actor::User(user.clone())
                    && places::minutes(last.at) == places::minutes(at)
            })
        };
        let senders = self.events.iter().filter_map(|event| {
            let user = event.sender()?;
            (!known(user, event.at)).then_some((user, event.at))
        });
        senders.collect()
    }

    /// The pointer exists exactly while the conversation is open.
    fn pointer(&self, table: &str) -> Result<Option<TransactWriteItem>, StoreError> {
        let conversation = &self.after.conversation;
        let was_open =
            self.before.as_ref().is_some_and(|before| before.conversation.base.is_open());
        let key = keys::open(&conversation.workspace, conversation.contact, &conversation.scope);
        match (was_open, conversation.base.is_open()) {
            (true, true) | (false, false) => Ok(None),
            (false, true) => {
                let mut item = key.attributes();
                item.insert(CONVERSATION.to_owned(), text(conversation.id.to_string()));
                put_item(put(table, item).condition_expression(ABSENT)).map(Some)
            }
            (true, false) => {
                let delete = delete(table, &key)
                    .condition_expression("#cv = :cv")
                    .expression_attribute_names("#cv", CONVERSATION)
                    .expression_attribute_values(":cv", text(conversation.id.to_string()));
                built(delete).map(Some)
            }
        }
    }

    pub(crate) fn committed(self) -> Committed {
        Committed { conversation: self.after.conversation, events: self.events }
    }
}

impl Head {
    /// The condition that nobody has changed the conversation since it was read, nor prolonged a
    /// claim to it.
    fn unchanged(&self, put: PutBuilder) -> PutBuilder {
        let conversation = &self.conversation;
        let put = put
            .expression_attribute_names("#v", VERSION)
            .expression_attribute_values(":v", number(conversation.seq));
        match &conversation.lease {
            None => put.condition_expression("#v = :v"),
            Some(lease) => put
                .condition_expression("#v = :v AND #lx = :lx")
                .expression_attribute_names("#lx", LEASE)
                .expression_attribute_values(":lx", time(lease.until)),
        }
    }
}

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// When the head has to be looked at: at the end of its activity clock, or before if something ends
/// earlier. A timer that is armed stays where it is however often the clock moves; when it fires
/// early it looks, and arms itself again. One that waits for a customer who has been silent for long
/// is looked at within a day: it may be closed for that.
fn due_at(before: Option<&Head>, after: &Conversation, now: Timestamp) -> Option<Timestamp> {
    if !after.base.is_open() {
        return None;
    }
    let armed = before.filter(|head| head.conversation.base.is_open()).and_then(|head| head.due_at);
    let runs = (after.activity_expires_at > now).then_some(after.activity_expires_at);
    let silent =
        || (after.waiting_on == WaitingOn::Customer).then(|| domain::window::after(now, DAY));
    let activity = armed.or(runs).or_else(silent);
    [activity, after.snoozed_until, after.answer_by].into_iter().flatten().min()
}

/// The conversation that a pointer, an address, a reference or a command names.
pub(crate) const CONVERSATION: &str = "cv";

pub(crate) const ABSENT: &str = "attribute_not_exists(pk)";

pub(crate) fn put(table: &str, item: Attributes) -> PutBuilder {
    Put::builder().table_name(table).set_item(Some(item))
}

pub(crate) fn put_item(put: PutBuilder) -> Result<TransactWriteItem, StoreError> {
    let put = put.build().map_err(|error| StoreError::corrupt("a put", error))?;
    Ok(TransactWriteItem::builder().put(put).build())
}

fn delete(table: &str, key: &Key) -> DeleteBuilder {
    Delete::builder().table_name(table).set_key(Some(key.attributes()))
}

fn built(delete: DeleteBuilder) -> Result<TransactWriteItem, StoreError> {
    let delete = delete.build().map_err(|error| StoreError::corrupt("a deletion", error))?;
    Ok(TransactWriteItem::builder().delete(delete).build())
}

pub(crate) fn delete_item(table: &str, key: &Key) -> Result<TransactWriteItem, StoreError> {
    built(delete(table, key))
}

pub(crate) fn update_item(update: UpdateBuilder) -> Result<TransactWriteItem, StoreError> {
    let update = update.build().map_err(|error| StoreError::corrupt("an update", error))?;
    Ok(TransactWriteItem::builder().update(update).build())
}

pub(crate) type UpdateItem =
    aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;

impl Store {
    /// An update of one item outside of a transaction.
    pub(crate) fn update_one(&self, key: &Key) -> UpdateItem {
        self.client.update_item().table_name(&self.table).set_key(Some(key.attributes()))
    }
}

pub(crate) fn update(table: &str, key: &Key) -> UpdateBuilder {
    Update::builder().table_name(table).set_key(Some(key.attributes()))
}

/// How a transaction ended.
pub(crate) enum Written {
    Done,
    /// The first item, which tells repetitions, was there already.
    Repeated,
    /// Somebody else changed one of the other items first.
    Lost,
}

/// A change that meets somebody else's is decided again this often.
pub(crate) const TRIES_MAX: usize = 5;

impl Store {
    /// Writes all items or none. The first one is what tells repetitions, if `dedupes`.
    pub(crate) async fn write(
        &self,
        items: Vec<TransactWriteItem>,
        dedupes: bool,
    ) -> Result<Written, StoreError> {
        let result =
            self.client.transact_write_items().set_transact_items(Some(items)).send().await;
        match result {
            Ok(_) => Ok(Written::Done),
            Err(error) => match lost(&error, dedupes) {
                Some(written) => Ok(written),
                None => Err(StoreError::unavailable("TransactWriteItems", error)),
            },
        }
    }
}

/// A failed condition and a concurrent transaction are lost races; everything else is an outage.
fn lost(error: &SdkError<TransactWriteItemsError>, dedupes: bool) -> Option<Written> {
    let TransactWriteItemsError::TransactionCanceledException(canceled) =
        error.as_service_error()?
    else {
        return None;
    };
    let codes: Vec<&str> = canceled
        .cancellation_reasons()
        .iter()
        .map(|reason| reason.code().unwrap_or("None"))
        .collect();
    let is_race = |code: &&str| matches!(*code, "ConditionalCheckFailed" | "TransactionConflict");
    if dedupes && codes.first() == Some(&"ConditionalCheckFailed") {
        Some(Written::Repeated)
    } else if codes.iter().any(is_race) && codes.iter().all(|code| is_race(code) || *code == "None")
    {
        Some(Written::Lost)
    } else {
        None
    }
}
