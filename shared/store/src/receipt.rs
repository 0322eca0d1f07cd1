//! What providers report of outbound messages. Receipts raise a status and never lower it, whatever
//! order they come in; what is heard of a name that nobody knows yet waits for it.

use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use domain::delivery::{Attempt, DeliveryStatus};
use domain::id::{AccountId, WorkspaceId};
use domain::incoming::{Receipt, Reference};
use domain::job::EventName;
use jiff::Timestamp;

use crate::arrive::About;
use crate::commit::UpdateItem;
use crate::delivery::Sending;
use crate::error::if_held;
use crate::event::{AT, ATTEMPT, FAILURE, PAST, PROVIDER_ID, RANK};
use crate::item::{Attributes, Item, json, number, text, time};
use crate::read::Consistency;
use crate::{Store, StoreError, keys};

/// What a receipt did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    Raised {
        message: EventName,
        attempt: usize,
        status: DeliveryStatus,
    },
    /// The message had come at least as far, or is none of ours.
    Unchanged {
        message: EventName,
        attempt: usize,
    },
    /// No message of this name is known yet; the receipt is kept until there is.
    Early,
}

const EARLY_RANK: &str = "er";
const EARLY_AT: &str = "et";
const EARLY_FAILURE: &str = "ef";

impl Store {
    /// A provider reports how far a message has travelled.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn record_receipt(
        &self,
        workspace: &WorkspaceId,
        account: &AccountId,
        receipt: &Receipt,
        now: Timestamp,
    ) -> Result<Recorded, StoreError> {
        let heard = Attempt {
            status: receipt.status,
            at: receipt.at.min(now),
            provider_id: Some(receipt.provider_id.clone()),
            failure: receipt.failure.clone(),
        };
        if let Some(reference) = &receipt.reference {
            return self.record_by_reference(workspace, account, reference, &heard, now).await;
        }
        let key = keys::reference(workspace, account, &receipt.provider_id);
        let known = self.get(&key).await?;
        let about = known.as_ref().and_then(About::read).transpose()?;
        let attempt = known.as_ref().and_then(|item| item.opt_number(ATTEMPT)).unwrap_or(1);
        match about {
            Some(about) => {
                let message = EventName {
                    workspace: workspace.clone(),
                    conversation: about.conversation,
                    seq: about.seq,
                };
                let raised = self.raise(&message, attempt, &heard).await?;
                Ok(recorded(raised.as_ref(), message, attempt, &heard))
            }
            None => self.record_early(&key, &heard, now).await,
        }
    }

    async fn record_by_reference(
        &self,
        workspace: &WorkspaceId,
        account: &AccountId,
        reference: &Reference,
        heard: &Attempt,
        now: Timestamp,
    ) -> Result<Recorded, StoreError> {
        let message = EventName {
            workspace: workspace.clone(),
            conversation: reference.conversation,
            seq: reference.seq,
        };
        if heard.status == DeliveryStatus::Sent && self.is_sent(&message, reference.attempt).await?
        {
            return Ok(recorded(None, message, reference.attempt, heard));
        }
        let raised = self.raise(&message, reference.attempt, heard).await?;
        // The process that sent it may have died before it could put down the provider's name.
        if let (Some(Raised { named: false }), Some(id)) = (&raised, &heard.provider_id)
            && let Some(logged) =
                self.event(workspace, reference.conversation, reference.seq).await?
            && let Some(outgoing) = logged.event.kind.outgoing()
        {
            let sending = Sending { event: logged.event.clone(), message: outgoing.clone() };
            self.name(&message, reference.attempt, &sending, account, id, now).await?;
        }
        Ok(recorded(raised.as_ref(), message, reference.attempt, heard))
    }

    /// Whether we know already that the attempt was sent, and by what name: we mostly do, and a look
    /// costs a tenth of a write that changes nothing. A look that is late says no.
    async fn is_sent(&self, message: &EventName, attempt: usize) -> Result<bool, StoreError> {
        let key = keys::event(&message.workspace, message.conversation, message.seq);
        let item = self.get_with(&key, Consistency::Eventual).await?;
        Ok(item.is_some_and(|item| {
            item.opt_number(ATTEMPT) == Some(attempt)
                && item.opt_number(RANK) >= Some(DeliveryStatus::Sent.rank())
                && item.opt_text(PROVIDER_ID).is_some()
        }))
    }

    async fn record_early(
        &self,
        key: &keys::Key,
        heard: &Attempt,
        now: Timestamp,
    ) -> Result<Recorded, StoreError> {
        let mut attributes = Attributes::from([
            (EARLY_RANK.to_owned(), number(heard.status.rank())),
            (EARLY_AT.to_owned(), time(heard.at)),
            (
                crate::arrive::TTL.to_owned(),
                crate::item::expiry(domain::window::after(now, EARLY_LASTS)),
            ),
        ]);
        if let Some(failure) = &heard.failure {
            attributes.insert(EARLY_FAILURE.to_owned(), json(failure));
        }
        let result = set_all(self.update_one(key), attributes)
            .condition_expression("attribute_not_exists(#er) OR #er < :er")
            .expression_attribute_names("#er", EARLY_RANK)
            .expression_attribute_values(":er", number(heard.status.rank()))
            .send()
            .await;
        if_held("UpdateItem", result)?;
        Ok(Recorded::Early)
    }

    /// Raises an attempt to what was heard, if that is further.
    pub(crate) async fn raise(
        &self,
        message: &EventName,
        attempt: usize,
        heard: &Attempt,
    ) -> Result<Option<Raised>, StoreError> {
        let key = keys::event(&message.workspace, message.conversation, message.seq);
        let result = heard_on(self.update_one(&key), "", heard)
            .condition_expression("#n = :n AND #r < :r")
            .expression_attribute_names("#n", ATTEMPT)
            .expression_attribute_values(":n", number(attempt))
            .return_values(ReturnValue::UpdatedOld)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let current = match result {
            Ok(answer) => {
                let before = Item::new(answer.attributes.unwrap_or_default());
                return Ok(Some(Raised { named: before.opt_text(PROVIDER_ID).is_some() }));
            }
            Err(error) => match current_attempt(&error) {
                Some(current) => current,
                None => return if_held("UpdateItem", Err::<(), _>(error)).map(|_held| None),
            },
        };
        if current <= attempt {
            return Ok(None);
        }
        // The receipt is about an attempt that another has followed.
        let path = format!("#past[{}].", attempt - 1);
        let result = heard_on(self.update_one(&key), &path, heard)
            .condition_expression(format!("{path}#r < :r"))
            .expression_attribute_names("#past", PAST)
            .send()
            .await;
        Ok(if_held("UpdateItem", result)?.map(|_held| Raised { named: true }))
    }
}

/// An attempt has come further.
pub(crate) struct Raised {
    /// Whether the provider's name for it was known before.
    named: bool,
}

fn recorded(
    raised: Option<&Raised>,
    message: EventName,
    attempt: usize,
    heard: &Attempt,
) -> Recorded {
    match raised {
        Some(_) => Recorded::Raised { message, attempt, status: heard.status },
        None => Recorded::Unchanged { message, attempt },
    }
}

/// What is heard of a name that nobody knows yet is kept for a day.
const EARLY_LASTS: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

type UpdateItemError =
    aws_sdk_dynamodb::error::SdkError<aws_sdk_dynamodb::operation::update_item::UpdateItemError>;

/// The number of the current attempt of the item that did not meet the condition.
fn current_attempt(error: &UpdateItemError) -> Option<usize> {
    use aws_sdk_dynamodb::operation::update_item::UpdateItemError::ConditionalCheckFailedException;
    let ConditionalCheckFailedException(failed) = error.as_service_error()? else { return None };
    Item::new(failed.item.clone()?).opt_number(ATTEMPT)
}

fn heard_on(request: UpdateItem, path: &str, heard: &Attempt) -> UpdateItem {
    let mut sets = vec![format!("{path}#r = :r"), format!("{path}#t = :t")];
    let mut request = request
        .expression_attribute_names("#r", RANK)
        .expression_attribute_names("#t", AT)
        .expression_attribute_values(":r", number(heard.status.rank()))
        .expression_attribute_values(":t", time(heard.at));
    if let Some(id) = &heard.provider_id {
        sets.push(format!("{path}#p = :p"));
        request = request
            .expression_attribute_names("#p", PROVIDER_ID)
            .expression_attribute_values(":p", text(&id.0));
    }
    if let Some(failure) = &heard.failure {
        sets.push(format!("{path}#f = :f"));
        request = request
            .expression_attribute_names("#f", FAILURE)
            .expression_attribute_values(":f", json(failure));
    }
    request.update_expression(format!("SET {}", sets.join(", ")))
}

/// Sets each attribute.
pub(crate) fn set_all(request: UpdateItem, attributes: Attributes) -> UpdateItem {
    let mut sets = Vec::new();
    let mut request = request;
    for (place, (name, value)) in attributes.into_iter().enumerate() {
        sets.push(format!("#s{place} = :s{place}"));
        request = request
            .expression_attribute_names(format!("#s{place}"), name)
            .expression_attribute_values(format!(":s{place}"), value);
    }
    request.update_expression(format!("SET {}", sets.join(", ")))
}

/// What was heard before anybody knew the name.
pub(crate) fn read_early(before: &Item) -> Result<Option<Attempt>, StoreError> {
    let Some(rank) = before.opt_number(EARLY_RANK) else { return Ok(None) };
    let status = DeliveryStatus::of_rank(rank)
        .ok_or_else(|| before.corrupt("an unknown delivery status"))?;
    Ok(Some(Attempt {
        status,
        at: before.time(EARLY_AT)?,
        provider_id: None,
        failure: before.opt_json(EARLY_FAILURE)?,
    }))
}
