//! Contacts and their addresses.
//!
//! An address is unique within its account and leads to a contact, and to the conversation the
//! address was last used in, so that an inbound message finds its head with two reads.

use domain::consent::Consent;
use domain::id::{AccountId, ContactId, ConversationId, WorkspaceId};
use domain::incoming::Sender;
use domain::private::{Address, Words};
use jiff::Timestamp;

use crate::commit::CONVERSATION;
use crate::error::if_held;
use crate::item::{Attributes, Item, json, text, time};
use crate::{Store, StoreError, keys};

const CONTACT: &str = "ct";
const NAME: &str = "nm";
pub(crate) const CONSENT: &str = "co";
pub(crate) const MARKETING: &str = "mk";
const SINCE: &str = "at";

/// What is known of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownAddress {
    pub contact: ContactId,
    pub name: Option<Words>,
    /// The conversation it was last used in, open or closed.
    pub conversation: Option<ConversationId>,
    pub consent: Consent,
    /// What it has said about marketing messages.
    pub marketing: Consent,
}

impl KnownAddress {
    pub(crate) fn read(item: &Item) -> Result<Self, StoreError> {
        Ok(Self {
            contact: item.parsed(CONTACT)?,
            name: item.opt_text(NAME).map(Words::from),
            conversation: item.opt_parsed(CONVERSATION)?,
            consent: item.opt_json(CONSENT)?.unwrap_or_default(),
            marketing: item.opt_json(MARKETING)?.unwrap_or_default(),
        })
    }

    pub(crate) fn attributes(
        &self,
        workspace: &WorkspaceId,
        account: &AccountId,
        address: &Address,
    ) -> Attributes {
        let mut item = keys::address(workspace, account, address).attributes();
        item.insert(CONTACT.to_owned(), text(self.contact.to_string()));
        if let Some(name) = &self.name {
            item.insert(NAME.to_owned(), text(name.reveal()));
        }
        if let Some(conversation) = self.conversation {
            item.insert(CONVERSATION.to_owned(), text(conversation.to_string()));
        }
        for (attribute, consent) in [(CONSENT, &self.consent), (MARKETING, &self.marketing)] {
            if *consent != Consent::Unasked {
                item.insert(attribute.to_owned(), json(consent));
            }
        }
        item
    }
}

/// The profile of a contact the workspace has not heard of before.
pub(crate) fn new_profile(
    workspace: &WorkspaceId,
    contact: ContactId,
    name: Option<&Words>,
    at: Timestamp,
) -> Attributes {
    let mut item = keys::contact(workspace, contact).attributes();
    item.insert(SINCE.to_owned(), time(at));
    if let Some(name) = name {
        item.insert(NAME.to_owned(), text(name.reveal()));
    }
    item
}

/// A contact's wish that came without a message, or was made without a conversation.
#[derive(Debug, Clone, Copy)]
pub struct ConsentUpdate<'a> {
    pub workspace: &'a WorkspaceId,
    pub account: &'a AccountId,
    pub from: &'a Sender,
    pub change: &'a domain::consent::ConsentChange,
    pub at: Timestamp,
    /// The name of the contact, if the address is new.
    pub new_contact: ContactId,
}

impl Store {
    /// What is known of this address?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or the item cannot be read.
    pub async fn address(
        &self,
        workspace: &WorkspaceId,
        account: &AccountId,
        address: &Address,
    ) -> Result<Option<KnownAddress>, StoreError> {
        let item = self.get(&keys::address(workspace, account, address)).await?;
        item.as_ref().map(KnownAddress::read).transpose()
    }

    /// Puts down a wish with its address, whether or not the address is known. Repeating it, or
    /// hearing an older wish later, changes nothing.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn hear_consent(&self, update: &ConsentUpdate<'_>) -> Result<(), StoreError> {
        let attribute = consent_attribute(update.change.topic);
        let heard_at = format!("{attribute}t");
        let key = keys::address(update.workspace, update.account, &update.from.address);
        let name = update.from.name.as_ref().map(Words::reveal);
        let set_name = name.map_or("", |_| ", #nm = if_not_exists(#nm, :nm)");
        let mut request = self
            .update_one(&key)
            .update_expression(format!(
                "SET #ct = if_not_exists(#ct, :ct), #co = :co, #at = :at{set_name}"
            ))
            .condition_expression("attribute_not_exists(#at) OR #at < :at")
            .expression_attribute_names("#ct", CONTACT)
            .expression_attribute_names("#co", attribute)
            .expression_attribute_names("#at", heard_at)
            .expression_attribute_values(":ct", text(update.new_contact.to_string()))
            .expression_attribute_values(":co", json(&Consent::heard(update.change, update.at)))
            .expression_attribute_values(":at", time(update.at));
        if let Some(name) = name {
            request = request
                .expression_attribute_names("#nm", NAME)
                .expression_attribute_values(":nm", text(name));
        }
        if_held("UpdateItem", request.send().await).map(|_held| ())
    }

    /// A contact moved: the new address leads to the same contact and conversation.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn follow(
        &self,
        workspace: &WorkspaceId,
        account: &AccountId,
        known: &KnownAddress,
        to: &Address,
    ) -> Result<(), StoreError> {
        let result = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(known.attributes(workspace, account, to)))
            .condition_expression(crate::commit::ABSENT)
            .send()
            .await;
        if_held("PutItem", result).map(|_held| ())
    }
}

pub(crate) fn consent_attribute(topic: domain::consent::Topic) -> &'static str {
    match topic {
        domain::consent::Topic::Everything => CONSENT,
        domain::consent::Topic::Marketing => MARKETING,
    }
}
