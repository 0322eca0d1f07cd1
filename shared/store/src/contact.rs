//! Contacts and their addresses.
//!
//! An address is unique within its account and leads to a contact, and to the conversation the
//! address was last used in, so that an inbound message finds its head with two reads.

use domain::consent::Consent;
use domain::id::{AccountId, ContactId, ConversationId, WorkspaceId};
use domain::private::{Address, Words};
use jiff::Timestamp;

use crate::commit::CONVERSATION;
use crate::error::if_held;
use crate::item::{Attributes, Item, json, text, time};
use crate::{Store, StoreError, keys};

pub(crate) const CONTACT: &str = "ct";
pub(crate) const NAME: &str = "nm";
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
