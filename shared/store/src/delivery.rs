//! How far an outbound message has travelled, by conditional writes beside the event.
//!
//! A send is claimed before the provider is called, so that no two processes call it for the same
//! attempt; a claim that is met again means that its owner died in between, and nobody knows
//! whether the provider was called. Receipts raise the status and never lower it.

use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use domain::consent::Consent;
use domain::conversation::{Conversation, Event, Outgoing, Via};
use domain::delivery::{Attempt, DeliveryStatus, Failure};
use domain::id::{AccountId, ProviderMessageId};
use domain::job::EventName;
use jiff::Timestamp;

use crate::arrive::About;
use crate::commit::update;
use crate::contact::KnownAddress;
use crate::error::if_held;
use crate::event::{AT, ATTEMPT, FAILURE, Logged, PAST, PROVIDER_ID, RANK, attempt_attributes};
use crate::head::Head;
use crate::item::{Item, number, text, time};
use crate::read::Consistency;
use crate::receipt::{read_early, set_all};
use crate::{Store, StoreError, due, keys};

/// A message that is this caller's to send.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimed {
    pub message: Sending,
    /// From 1.
    pub attempt: usize,
    /// When the first attempt was queued.
    pub queued_at: Timestamp,
}

/// A message on its way out.
#[derive(Debug, Clone, PartialEq)]
pub struct Sending {
    pub event: Event,
    pub message: Outgoing,
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq)]
pub enum Claim {
    Granted(Box<Claimed>),
    /// Somebody claimed it and has not said what became of it.
    InProgress {
        attempt: usize,
    },
    /// There is nothing to send: it was sent, has failed, was taken back, or is held.
    Settled,
    Absent,
}

impl Store {
    /// May I send this? Yes, once for each attempt.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or the item cannot be read.
    pub async fn claim(&self, message: &EventName, now: Timestamp) -> Result<Claim, StoreError> {
        let key = keys::event(&message.workspace, message.conversation, message.seq);
        let result = self
            .update_one(&key)
            .update_expression("SET #r = :sending, #t = :now REMOVE #dk, #ds")
            .condition_expression("#r = :queued")
            .expression_attribute_names("#r", RANK)
            .expression_attribute_names("#t", AT)
            .expression_attribute_names("#dk", due::PARTITION)
            .expression_attribute_names("#ds", due::SORT)
            .expression_attribute_values(":sending", number(DeliveryStatus::Sending.rank()))
            .expression_attribute_values(":queued", number(DeliveryStatus::Queued.rank()))
            .expression_attribute_values(":now", time(now))
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        match if_held("UpdateItem", result)? {
            Some(answer) => {
                let item = Item::new(answer.attributes.unwrap_or_default());
                granted(Logged::read(&item)?)
            }
            None => {
                let logged =
                    self.event(&message.workspace, message.conversation, message.seq).await?;
                Ok(not_granted(logged))
            }
        }
    }

    /// What do the guards need to know at the moment of sending? The conversation, blocked if its
    /// contact is, and what the address says about being written to.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn dispatch_facts(
        &self,
        message: &EventName,
        via: &Via,
    ) -> Result<Option<(Conversation, Consent)>, StoreError> {
        let wanted = [
            keys::head(&message.workspace, message.conversation),
            keys::address(&message.workspace, &via.account, &via.address),
        ];
        let read = self.get_all(&wanted, Consistency::Strong).await?;
        let mut read = read.iter();
        let Some(head) = read.next().and_then(Option::as_ref) else { return Ok(None) };
        let mut conversation = Head::read(head)?.conversation;
        let known = read.next().and_then(Option::as_ref).map(KnownAddress::read).transpose()?;
        conversation.blocked |= known.as_ref().is_some_and(|known| known.blocked);
        let consent = known.map(|known| known.consent).unwrap_or_default();
        Ok(Some((conversation, consent)))
    }

    /// Nobody knows whether the provider was called for this attempt. Returns whether that is news.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn record_unknown(
        &self,
        message: &EventName,
        attempt: usize,
        failure: &Failure,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let heard = Attempt {
            failure: Some(failure.clone()),
            ..Attempt::new(DeliveryStatus::Unknown, now)
        };
        Ok(self.raise(message, attempt, &heard).await?.is_some())
    }

    /// The provider took it and named it. Returns whether that is news: receipts can be faster than
    /// the provider's own answer.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn record_sent(
        &self,
        message: &EventName,
        attempt: usize,
        sending: &Sending,
        provider_id: &ProviderMessageId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let account = &sending.message.via.account;
        let early = self.name(message, attempt, sending, account, provider_id, now).await?;
        let sent = Attempt {
            provider_id: Some(provider_id.clone()),
            ..Attempt::new(DeliveryStatus::Sent, now)
        };
        let raised = self.raise(message, attempt, &sent).await?.is_some();
        if !raised {
            self.put_name(message, attempt, provider_id).await?;
        }
        if let Some(early) = early {
            self.raise(message, attempt, &early).await?;
        }
        Ok(raised)
    }

    /// Lets receipts, quotes and reactions find the message by the provider's name. Returns what
    /// was heard of that name before.
    pub(crate) async fn name(
        &self,
        message: &EventName,
        attempt: usize,
        sending: &Sending,
        account: &AccountId,
        provider_id: &ProviderMessageId,
        now: Timestamp,
    ) -> Result<Option<Attempt>, StoreError> {
        let about = About {
            conversation: message.conversation,
            seq: message.seq,
            kind: Some(sending.message.kind),
        };
        let mut attributes = about.attributes(now);
        attributes.insert(ATTEMPT.to_owned(), number(attempt));
        let key = keys::reference(&message.workspace, account, provider_id);
        let answer = set_all(self.update_one(&key), attributes)
            .return_values(ReturnValue::AllOld)
            .send()
            .await
            .map_err(|error| StoreError::unavailable("UpdateItem", error))?;
        answer.attributes.map_or(Ok(None), |before| read_early(&Item::new(before)))
    }

    async fn put_name(
        &self,
        message: &EventName,
        attempt: usize,
        provider_id: &ProviderMessageId,
    ) -> Result<(), StoreError> {
        let key = keys::event(&message.workspace, message.conversation, message.seq);
        let result = self
            .update_one(&key)
            .update_expression("SET #p = :p")
            .condition_expression("#n = :n")
            .expression_attribute_names("#p", PROVIDER_ID)
            .expression_attribute_names("#n", ATTEMPT)
            .expression_attribute_values(":p", text(&provider_id.0))
            .expression_attribute_values(":n", number(attempt))
            .send()
            .await;
        if_held("UpdateItem", result).map(|_held| ())
    }

    /// The attempt has failed for good.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn record_failed(
        &self,
        message: &EventName,
        attempt: usize,
        failure: &Failure,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let failed =
            Attempt { failure: Some(failure.clone()), ..Attempt::new(DeliveryStatus::Failed, now) };
        Ok(self.raise(message, attempt, &failed).await?.is_some())
    }

    /// The attempt has failed, or nobody knows, and another one begins. Returns whether it was this
    /// caller who began it.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn begin_attempt(
        &self,
        message: &EventName,
        ended: &Attempt,
        attempt: usize,
        due_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let key = keys::event(&message.workspace, message.conversation, message.seq);
        let (set_due, remove_due) = match due_at {
            Some(_) => (", #dk = :dk, #ds = :ds", ""),
            None => ("", ", #dk, #ds"),
        };
        let mut request = self
            .update_one(&key)
            .update_expression(format!(
                "SET #past = list_append(if_not_exists(#past, :none), :ended), #n = :next, \
                 #r = :queued, #t = :now{set_due} REMOVE #p, #f{remove_due}"
            ))
            .condition_expression("#n = :n AND #r IN (:sending, :unknown, :failed)")
            .expression_attribute_names("#dk", due::PARTITION)
            .expression_attribute_names("#ds", due::SORT);
        if let Some(due_at) = due_at {
            request = request
                .expression_attribute_values(":dk", text(due::partition(message.conversation)))
                .expression_attribute_values(":ds", time(due_at));
        }
        let ended = AttributeValue::M(attempt_attributes(ended));
        let names = [PAST, ATTEMPT, RANK, AT, PROVIDER_ID, FAILURE];
        for (placeholder, name) in ["#past", "#n", "#r", "#t", "#p", "#f"].iter().zip(names) {
            request = request.expression_attribute_names(*placeholder, name);
        }
        let result = request
            .expression_attribute_values(":none", AttributeValue::L(Vec::new()))
            .expression_attribute_values(":ended", AttributeValue::L(vec![ended]))
            .expression_attribute_values(":n", number(attempt))
            .expression_attribute_values(":next", number(attempt + 1))
            .expression_attribute_values(":queued", number(DeliveryStatus::Queued.rank()))
            .expression_attribute_values(":sending", number(DeliveryStatus::Sending.rank()))
            .expression_attribute_values(":unknown", number(DeliveryStatus::Unknown.rank()))
            .expression_attribute_values(":failed", number(DeliveryStatus::Failed.rank()))
            .expression_attribute_values(":now", time(now))
            .send()
            .await;
        Ok(if_held("UpdateItem", result)?.is_some())
    }
}

fn granted(logged: Logged) -> Result<Claim, StoreError> {
    let Logged { event, delivery: Some(delivery), .. } = logged else {
        return Err(StoreError::corrupt(logged.event.seq, "a claimed event without a delivery"));
    };
    let Some(message) = event.kind.outgoing() else {
        return Err(StoreError::corrupt(event.seq, "a claimed event that is no message"));
    };
    let message = message.clone();
    Ok(Claim::Granted(Box::new(Claimed {
        attempt: delivery.attempt(),
        queued_at: delivery.release_at.unwrap_or(event.at),
        message: Sending { event, message },
    })))
}

fn not_granted(logged: Option<Logged>) -> Claim {
    let Some(delivery) = logged.and_then(|logged| logged.delivery) else { return Claim::Absent };
    match delivery.latest().map(|latest| latest.status) {
        Some(DeliveryStatus::Sending) => Claim::InProgress { attempt: delivery.attempt() },
        Some(
            DeliveryStatus::Held
            | DeliveryStatus::Queued
            | DeliveryStatus::Unknown
            | DeliveryStatus::Sent
            | DeliveryStatus::Failed
            | DeliveryStatus::Delivered
            | DeliveryStatus::Read
            | DeliveryStatus::Cancelled,
        )
        | None => Claim::Settled,
    }
}

/// A held message becomes a queued one, due at once if nobody hands it on.
pub(crate) fn release(table: &str, message: &EventName, now: Timestamp) -> UpdateBuilder {
    held(table, message, DeliveryStatus::Queued, now)
        .update_expression("SET #r = :to, #t = :now, #dk = :dk, #ds = :now")
        .expression_attribute_values(":dk", text(due::partition(message.conversation)))
}

/// A held message is taken back, and is not looked at again.
pub(crate) fn cancel(table: &str, message: &EventName, now: Timestamp) -> UpdateBuilder {
    held(table, message, DeliveryStatus::Cancelled, now)
        .update_expression("SET #r = :to, #t = :now REMOVE #dk, #ds")
}

fn held(table: &str, message: &EventName, to: DeliveryStatus, now: Timestamp) -> UpdateBuilder {
    let key = keys::event(&message.workspace, message.conversation, message.seq);
    update(table, &key)
        .condition_expression("#r = :held")
        .expression_attribute_names("#r", RANK)
        .expression_attribute_names("#t", AT)
        .expression_attribute_names("#dk", due::PARTITION)
        .expression_attribute_names("#ds", due::SORT)
        .expression_attribute_values(":to", number(to.rank()))
        .expression_attribute_values(":held", number(DeliveryStatus::Held.rank()))
        .expression_attribute_values(":now", time(now))
}
