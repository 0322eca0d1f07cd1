//! Events of the log, with what is kept beside them: how far an outbound message has travelled,
//! where the files of an inbound one are, and whether the event still has to be handed on.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::conversation::{Event, EventKind, OutKind};
use domain::delivery::{Attempt, Delivery, DeliveryStatus};
use domain::id::{ConversationId, ProviderMessageId, WorkspaceId};
use jiff::Timestamp;

use crate::item::{Attributes, Item, json, number, text, time};
use crate::media::{self, StoredFile};
use crate::{StoreError, due, keys};

/// An entry of the log and what is known beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    pub event: Event,
    /// For outbound messages.
    pub delivery: Option<Delivery>,
    /// For inbound messages with files, in their order.
    pub files: Vec<StoredFile>,
}

/// The event itself, as JSON; immutable.
pub(crate) const EVENT: &str = "ev";

// The current attempt of an outbound message stands in attributes of its own, because DynamoDB can
// compare those in a condition; earlier attempts are in a list.
pub(crate) const ATTEMPT: &str = "n";
pub(crate) const RANK: &str = "r";
pub(crate) const AT: &str = "t";
pub(crate) const PROVIDER_ID: &str = "p";
pub(crate) const FAILURE: &str = "f";
pub(crate) const PAST: &str = "past";
const RELEASE_AT: &str = "ra";

impl Logged {
    /// An event as it is at first. `echo` names a message that the provider already has.
    pub(crate) fn fresh(event: Event, echo: Option<&ProviderMessageId>) -> Self {
        let delivery = if let EventKind::Held { release_at, .. } = &event.kind {
            Some(Delivery::held(event.at, *release_at))
        } else {
            event.kind.outgoing().map(|message| match (message.kind, echo) {
                (OutKind::Native, Some(id)) => Delivery::sent_elsewhere(event.at, id.clone()),
                _ => Delivery::queued(event.at),
            })
        };
        let files = event.kind.received().map_or_else(Vec::new, |received| {
            received.content.files().iter().map(|_| StoredFile::pending()).collect()
        });
        Self { event, delivery, files }
    }

    pub(crate) fn attributes(
        &self,
        workspace: &WorkspaceId,
        conversation: ConversationId,
        due_at: Option<Timestamp>,
    ) -> Attributes {
        let mut item = keys::event(workspace, conversation, self.event.seq).attributes();
        item.insert(EVENT.to_owned(), json(&self.event));
        if let Some(delivery) = &self.delivery {
            insert_delivery(&mut item, delivery);
        }
        if !self.files.is_empty() {
            let files = self.files.iter().map(|file| AttributeValue::M(file.attributes()));
            item.insert(media::FILES.to_owned(), AttributeValue::L(files.collect()));
        }
        if let Some(due_at) = due_at {
            item.insert(due::PARTITION.to_owned(), text(due::partition(conversation)));
            item.insert(due::SORT.to_owned(), time(due_at));
        }
        item
    }

    pub(crate) fn read(item: &Item) -> Result<Self, StoreError> {
        Ok(Self {
            event: item.json(EVENT)?,
            delivery: read_delivery(item)?,
            files: item
                .list(media::FILES)
                .iter()
                .map(StoredFile::read)
                .collect::<Result<_, _>>()?,
        })
    }
}

fn insert_delivery(item: &mut Attributes, delivery: &Delivery) {
    if let Some(latest) = delivery.latest() {
        item.insert(ATTEMPT.to_owned(), number(delivery.attempt()));
        item.extend(attempt_attributes(latest));
    }
    if let Some(release_at) = delivery.release_at {
        item.insert(RELEASE_AT.to_owned(), time(release_at));
    }
}

pub(crate) fn attempt_attributes(attempt: &Attempt) -> Attributes {
    let mut attributes = Attributes::from([
        (RANK.to_owned(), number(attempt.status.rank())),
        (AT.to_owned(), time(attempt.at)),
    ]);
    if let Some(id) = &attempt.provider_id {
        attributes.insert(PROVIDER_ID.to_owned(), text(&id.0));
    }
    if let Some(failure) = &attempt.failure {
        attributes.insert(FAILURE.to_owned(), json(failure));
    }
    attributes
}

fn read_delivery(item: &Item) -> Result<Option<Delivery>, StoreError> {
    if item.opt_number::<u8>(RANK).is_none() {
        return Ok(None);
    }
    let mut attempts = item.list(PAST).iter().map(read_attempt).collect::<Result<Vec<_>, _>>()?;
    attempts.push(read_attempt(item)?);
    Ok(Some(Delivery { attempts, release_at: item.opt_time(RELEASE_AT) }))
}

fn read_attempt(item: &Item) -> Result<Attempt, StoreError> {
    let status = DeliveryStatus::of_rank(item.number(RANK)?)
        .ok_or_else(|| item.corrupt("an unknown delivery status"))?;
    Ok(Attempt {
        status,
        at: item.time(AT)?,
        provider_id: item.opt_text(PROVIDER_ID).map(|id| ProviderMessageId(id.to_owned())),
        failure: item.opt_json(FAILURE)?,
    })
}
