//! Contacts and their addresses.
//!
//! An address is unique within its account and leads to a contact, and to the conversation the
//! address was last used in, so that an inbound message finds its head with two reads.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::consent::Consent;
use domain::conversation::{ContactDefaults, Via};
use domain::id::{AccountId, ContactId, ConversationId, WorkspaceId};
use domain::private::{Address, Words};

use crate::commit::{ABSENT, CONVERSATION, Written, put, put_item};
use crate::item::{Attributes, Item, json, text};
use crate::{Store, StoreError, keys};

pub(crate) const CONTACT: &str = "ct";
pub(crate) const NAME: &str = "nm";
pub(crate) const CONSENT: &str = "co";
pub(crate) const MARKETING: &str = "mk";
/// On a profile when it was and by whom, on an address whether.
pub(crate) const BLOCKED: &str = "bl";
pub(crate) const DEFAULTS: &str = "df";
pub(crate) const NAMED: &str = "ng";

/// What is known of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownAddress {
    pub contact: ContactId,
    pub name: Option<Words>,
    /// Whether a user called the contact so: then it is not the channel's word that counts.
    pub named: bool,
    pub blocked: bool,
    /// What is laid down for new conversations with the contact.
    pub defaults: Option<ContactDefaults>,
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
            named: item.flag(NAMED),
            blocked: item.flag(BLOCKED),
            defaults: item.opt_json(DEFAULTS)?,
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
        for (attribute, holds) in [(NAMED, self.named), (BLOCKED, self.blocked)] {
            if holds {
                item.insert(attribute.to_owned(), AttributeValue::Bool(true));
            }
        }
        if let Some(defaults) = &self.defaults {
            item.insert(DEFAULTS.to_owned(), json(defaults));
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
        let item = known.attributes(workspace, account, to);
        let pointer = keys::contact_address(workspace, known.contact, account, to);
        let mut items = vec![
            put_item(put(&self.table, item).condition_expression(ABSENT))?,
            put_item(put(&self.table, pointer.attributes()))?,
        ];
        let before = self.card(workspace, known.contact).await?;
        let mut card = before.as_ref().map(|before| before.card.clone()).unwrap_or_default();
        card.add(Via { account: account.clone(), address: to.clone() });
        items.extend(self.card_items(workspace, known.contact, before.as_ref(), Some(&card))?);
        match self.write(items, true).await? {
            Written::Done | Written::Repeated => Ok(()),
            Written::Lost => Err(StoreError::Conflict),
        }
    }
}

pub(crate) fn consent_attribute(topic: domain::consent::Topic) -> &'static str {
    match topic {
        domain::consent::Topic::Everything => CONSENT,
        domain::consent::Topic::Marketing => MARKETING,
    }
}
