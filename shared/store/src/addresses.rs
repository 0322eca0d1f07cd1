//! What arrivals change about addresses.

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::consent::{Consent, Topic};
use domain::conversation::{ConsentHeard, Event};
use domain::id::ConversationId;
use domain::private::{Address, Words};
use jiff::Timestamp;

use crate::arrive::{Seen, called};
use crate::commit::{ABSENT, CONVERSATION, Plan, put, put_item, update, update_item};
use crate::consent::ConsentUpdate;
use crate::contact::{KnownAddress, NAME, consent_attribute};
use crate::item::{json, text};
use crate::keys::Key;
use crate::{Arrival, Store, StoreError, keys};

impl Store {
    /// Addresses that are new, lead to another conversation now, or have said something about
    /// being written to.
    pub(crate) fn address_items(
        &self,
        arrival: &Arrival<'_>,
        seen: &Seen,
        plan: &Plan,
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let Arrival { workspace, account, .. } = *arrival;
        let conversation = &plan.after.conversation;
        let known = seen.first_known();
        let heard = heard(&plan.events);
        let mut current = KnownAddress {
            contact: conversation.contact,
            name: called(arrival, known).cloned(),
            named: known.is_some_and(|known| known.named),
            blocked: known.is_some_and(|known| known.blocked),
            defaults: known.and_then(|known| known.defaults.clone()),
            conversation: Some(conversation.id),
            consent: known.map(|known| known.consent.clone()).unwrap_or_default(),
            marketing: known.map(|known| known.marketing.clone()).unwrap_or_default(),
        };
        if let Some((heard, consent)) = &heard {
            match heard.change.topic {
                Topic::Everything => current.consent = consent.clone(),
                Topic::Marketing => current.marketing = consent.clone(),
            }
        }
        let new_address = |address: &Address| -> Result<_, StoreError> {
            let item = current.attributes(workspace, account, address);
            let item = put_item(put(&self.table, item).condition_expression(ABSENT))?;
            let pointer = keys::contact_address(workspace, current.contact, account, address);
            Ok([item, put_item(put(&self.table, pointer.attributes()))?])
        };
        let mut items = Vec::new();
        match &seen.known {
            None => items.extend(new_address(arrival.address)?),
            Some(known) => {
                let key = keys::address(workspace, account, arrival.address);
                let moved = (known.conversation != Some(conversation.id))
                    .then_some((conversation.id, known.name.as_ref()));
                items.extend(self.address_update(&key, moved, &heard)?);
            }
        }
        for (alias, known) in arrival.aliases.iter().zip(&seen.aliases) {
            if known.is_none() {
                items.extend(new_address(alias)?);
            }
        }
        if let Some((heard, _)) = &heard {
            items.push(self.ledger_item(&ConsentUpdate {
                workspace,
                account,
                address: arrival.address,
                name: None,
                change: &heard.change,
                at: now,
                heard_at: now,
                by: None,
                note: None,
                new_contact: conversation.contact,
            })?);
        }
        if plan.begins() && seen.is_new() {
            let (contact, name) = (conversation.contact, current.name.as_ref());
            items.push(self.profile(workspace, contact, name, now)?);
        }
        Ok(items)
    }

    /// `moved` is the conversation that the address leads to now. It has taken the contact's name
    /// from here, so that must be what it was.
    fn address_update(
        &self,
        key: &Key,
        moved: Option<(ConversationId, Option<&Words>)>,
        heard: &Option<(&ConsentHeard, Consent)>,
    ) -> Result<Option<TransactWriteItem>, StoreError> {
        let mut sets = Vec::new();
        let mut builder = update(&self.table, key);
        if let Some((conversation, name)) = moved {
            sets.push("#cv = :cv");
            builder = builder
                .expression_attribute_names("#cv", CONVERSATION)
                .expression_attribute_values(":cv", text(conversation.to_string()))
                .expression_attribute_names("#nm", NAME);
            builder = match name {
                None => builder.condition_expression("attribute_not_exists(#nm)"),
                Some(name) => builder
                    .condition_expression("#nm = :nm")
                    .expression_attribute_values(":nm", text(name.reveal())),
            };
        }
        if let Some((heard, consent)) = heard {
            sets.push("#co = :co");
            builder = builder
                .expression_attribute_names("#co", consent_attribute(heard.change.topic))
                .expression_attribute_values(":co", json(consent));
        }
        if sets.is_empty() {
            return Ok(None);
        }
        update_item(builder.update_expression(format!("SET {}", sets.join(", ")))).map(Some)
    }
}

/// A wish that stands in a message. One without a message is put down by
/// [`hear_consent`](Store::hear_consent), with the time when it was said.
fn heard(events: &[Event]) -> Option<(&ConsentHeard, Consent)> {
    if !events.iter().any(|event| event.kind.received().is_some()) {
        return None;
    }
    events.iter().find_map(|event| {
        let heard = event.kind.heard()?;
        Some((heard, Consent::heard(&heard.change, event.at)))
    })
}
