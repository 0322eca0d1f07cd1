//! What an address has said about being written to, and the ledger of all it has said.
//!
//! The latest word stands with the address, where every message looks. The ledger stands beside
//! it, append-only, and is written in the same transaction.

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::consent::{Consent, ConsentChange, Hearing, Topic};
use domain::conversation::Via;
use domain::id::{AccountId, ContactId, UserId, WorkspaceId};
use domain::private::{Address, Words};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::commit::{TRIES_MAX, Written, put, put_item, update, update_item};
use crate::contact::{CONTACT, KnownAddress, NAME, consent_attribute};
use crate::found::Card;
use crate::item::{Item, json, text};
use crate::keys::Key;
use crate::read::Consistency;
use crate::{Store, StoreError, keys};

/// A wish that came without a message, or was made without a conversation.
#[derive(Debug, Clone, Copy)]
pub struct ConsentUpdate<'a> {
    pub workspace: &'a WorkspaceId,
    pub account: &'a AccountId,
    pub address: &'a Address,
    pub name: Option<&'a Words>,
    pub change: &'a ConsentChange,
    /// When it was said.
    pub at: Timestamp,
    /// When we heard of it.
    pub heard_at: Timestamp,
    /// Who put it down, if it was a user.
    pub by: Option<&'a UserId>,
    /// Where it comes from, in words.
    pub note: Option<&'a Words>,
    /// The name of the contact, if the address is new.
    pub new_contact: ContactId,
}

/// A word about consent as the ledger keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// When it was said.
    pub at: Timestamp,
    /// When we heard of it.
    pub heard_at: Timestamp,
    pub change: ConsentChange,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Words>,
}

/// A page of a ledger, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Ledger {
    pub entries: Vec<LedgerEntry>,
    pub next: Option<String>,
}

const BODY: &str = "body";

impl Store {
    /// Puts down a wish with its address, whether or not the address is known, unless it does not
    /// count over what is known there.
    ///
    /// # Errors
    ///
    /// If the table is out of reach, the item cannot be read, or others were faster each time.
    pub async fn hear_consent(&self, update: &ConsentUpdate<'_>) -> Result<Hearing, StoreError> {
        let key = keys::address(update.workspace, update.account, update.address);
        let wanted = [key.clone(), update.ledger_key()];
        for _try in 0..TRIES_MAX {
            let mut read = self.get_all(&wanted, Consistency::Strong).await?.into_iter();
            let item = read.next().flatten();
            if read.next().flatten().is_some() {
                return Ok(Hearing::Superseded);
            }
            let before = item
                .as_ref()
                .and_then(|item| item.opt_text(consent_attribute(update.change.topic)));
            let known = item.as_ref().map(KnownAddress::read).transpose()?;
            let unasked = Consent::Unasked;
            let known = known.as_ref().map_or(&unasked, |known| known.on(update.change.topic));
            let consent = match known.hearing(update.change, update.at) {
                Hearing::Counts(consent) => consent,
                not @ (Hearing::Superseded | Hearing::ContactOptedOut { .. }) => return Ok(not),
            };
            let mut items = vec![self.hears(update, before, &consent)?, self.ledger_item(update)?];
            if item.is_none() {
                items.push(self.pointer_to(update)?);
                let via = Via { account: update.account.clone(), address: update.address.clone() };
                let card = Card { name: update.name.cloned(), addresses: vec![via] };
                let (workspace, contact) = (update.workspace, update.new_contact);
                items.extend(self.card_items(workspace, contact, None, Some(&card))?);
            }
            match self.write(items, false).await? {
                Written::Done => return Ok(Hearing::Counts(consent)),
                Written::Repeated | Written::Lost => {}
            }
        }
        Err(StoreError::Conflict)
    }

    /// What is known becomes `consent`, if it is still `before`.
    fn hears(
        &self,
        heard: &ConsentUpdate<'_>,
        before: Option<&str>,
        consent: &Consent,
    ) -> Result<TransactWriteItem, StoreError> {
        let key = keys::address(heard.workspace, heard.account, heard.address);
        let name = heard.name.map(Words::reveal);
        let set_name = name.map_or("", |_| ", #nm = if_not_exists(#nm, :nm)");
        let mut request = update(&self.table, &key)
            .update_expression(format!("SET #ct = if_not_exists(#ct, :ct), #co = :co{set_name}"))
            .expression_attribute_names("#ct", CONTACT)
            .expression_attribute_names("#co", consent_attribute(heard.change.topic))
            .expression_attribute_values(":ct", text(heard.new_contact.to_string()))
            .expression_attribute_values(":co", json(consent));
        request = match before {
            None => request.condition_expression("attribute_not_exists(#co)"),
            Some(before) => request
                .condition_expression("#co = :before")
                .expression_attribute_values(":before", text(before)),
        };
        if let Some(name) = name {
            request = request
                .expression_attribute_names("#nm", NAME)
                .expression_attribute_values(":nm", text(name));
        }
        update_item(request)
    }

    /// Lets an address that is new be found by its contact.
    fn pointer_to(&self, heard: &ConsentUpdate<'_>) -> Result<TransactWriteItem, StoreError> {
        let ConsentUpdate { workspace, account, address, new_contact, .. } = *heard;
        let pointer = keys::contact_address(workspace, new_contact, account, address);
        put_item(put(&self.table, pointer.attributes()))
    }

    /// The line of the ledger; the same word twice is one line.
    pub(crate) fn ledger_item(
        &self,
        heard: &ConsentUpdate<'_>,
    ) -> Result<TransactWriteItem, StoreError> {
        let entry = LedgerEntry {
            at: heard.at,
            heard_at: heard.heard_at,
            change: heard.change.clone(),
            by: heard.by.cloned(),
            note: heard.note.cloned(),
        };
        let mut item = heard.ledger_key().attributes();
        item.insert(BODY.to_owned(), json(&entry));
        put_item(put(&self.table, item))
    }

    /// What has this address said, newest first? `from` is where an earlier page ended.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn consent_ledger(
        &self,
        workspace: &WorkspaceId,
        account: &AccountId,
        address: &Address,
        from: Option<&str>,
        limit: usize,
    ) -> Result<Ledger, StoreError> {
        let pk = keys::address(workspace, account, address).pk;
        let (items, next) = self.newest(&pk, keys::LEDGER, from, limit).await?;
        let entries = items.iter().map(|item: &Item| item.json(BODY)).collect::<Result<_, _>>()?;
        Ok(Ledger { entries, next })
    }
}

impl ConsentUpdate<'_> {
    fn ledger_key(&self) -> Key {
        let address = keys::address(self.workspace, self.account, self.address);
        keys::ledger(&address, self.at, &format!("{:?}", self.change))
    }
}

impl KnownAddress {
    /// What it has said on a topic.
    pub fn on(&self, topic: Topic) -> &Consent {
        match topic {
            Topic::Everything => &self.consent,
            Topic::Marketing => &self.marketing,
        }
    }
}
