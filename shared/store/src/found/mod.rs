//! What contacts are found by.
//!
//! Each contact has a card: its name and its addresses. By each word of these stands a copy of the
//! card, so that a search reads nothing else. All are written in the transaction of what changes
//! the card, on the condition that it is what the change was made of.

mod search;
mod words;

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::conversation::Via;
use domain::id::{ContactId, WorkspaceId};
use domain::private::Words;
use serde::{Deserialize, Serialize};

use crate::arrive::{Arrival, Seen, called};
use crate::commit::{ABSENT, Plan, delete_item, put, put_item};
use crate::item::{json, text};
use crate::keys::Key;
use crate::{Store, StoreError, keys};

pub use search::{FoundContact, FoundContacts, FoundPosition};
pub use words::Query;
use words::folded;
pub(crate) use words::words as words_of;

const CARD: &str = "cd";

/// New contacts of a workspace are spread over as many partitions.
const SHARDS: u8 = 4;

/// By its title a contact stands in the list of all, by the other words it is only found.
const TITLE: &str = "N#";
const WORD: &str = "W#";

const TITLE_CHARS_MAX: usize = 64;

/// All copies of two cards fit into one transaction, beside what changes them.
const WORDS_MAX: usize = 20;

/// What a contact is found by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Card {
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<Words>,
    #[serde(rename = "a")]
    pub(crate) addresses: Vec<Via>,
}

/// A card as it was read.
#[derive(Debug, Clone)]
pub(crate) struct KeptCard {
    pub(crate) card: Card,
    text: String,
}

impl Card {
    pub(crate) fn add(&mut self, via: Via) {
        if !self.addresses.contains(&via) {
            self.addresses.push(via);
        }
    }

    pub(crate) fn words(&self) -> Vec<String> {
        words::words(self.name.as_ref(), &self.addresses)
    }

    /// What it stands by in the list of all contacts: its name, or else an address.
    fn title(&self) -> String {
        let name = self.name.as_ref().map(|name| folded(name.reveal()));
        let address =
            || self.addresses.iter().flat_map(|via| words::words_of_address(&via.address)).next();
        let title = name.filter(|name| !name.is_empty()).or_else(address).unwrap_or_default();
        title.chars().take(TITLE_CHARS_MAX).collect()
    }

    /// Where it stands: the beginnings of sort keys.
    fn places(&self) -> BTreeSet<String> {
        let title = self.title();
        let mut words = self.words();
        let mut seen = BTreeSet::from([title.clone()]);
        words.retain(|word| seen.insert(word.clone()));
        words.truncate(WORDS_MAX);
        let mut places: BTreeSet<String> =
            words.iter().map(|word| format!("{WORD}{word}")).collect();
        places.insert(format!("{TITLE}{title}"));
        places
    }

    fn keys(&self, workspace: &WorkspaceId, contact: ContactId) -> Vec<Key> {
        let pk = keys::found(workspace, keys::shard_of_contact(contact, SHARDS));
        let key = |place: String| Key { pk: pk.clone(), sk: format!("{place}#{contact}") };
        self.places().into_iter().map(key).collect()
    }
}

impl Store {
    /// What is this contact found by?
    pub(crate) async fn card(
        &self,
        workspace: &WorkspaceId,
        contact: ContactId,
    ) -> Result<Option<KeptCard>, StoreError> {
        let Some(item) = self.get(&keys::card(workspace, contact)).await? else { return Ok(None) };
        Ok(Some(KeptCard { card: item.json(CARD)?, text: item.text(CARD)?.to_owned() }))
    }

    /// A card takes the place of another, or goes.
    pub(crate) fn card_items(
        &self,
        workspace: &WorkspaceId,
        contact: ContactId,
        before: Option<&KeptCard>,
        after: Option<&Card>,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        if before.map(|before| &before.card) == after {
            return Ok(Vec::new());
        }
        let keys = |card: Option<&Card>| card.map(|card| card.keys(workspace, contact));
        let stood = keys(before.map(|before| &before.card)).unwrap_or_default();
        let stands = keys(after).unwrap_or_default();
        let own = keys::card(workspace, contact);
        let mut items = Vec::new();
        for left in stood.iter().filter(|key| !stands.contains(key)) {
            items.push(delete_item(&self.table, left)?);
        }
        let Some(card) = after else {
            items.push(delete_item(&self.table, &own)?);
            return Ok(items);
        };
        let of = |key: &Key| {
            let mut item = key.attributes();
            item.insert(CARD.to_owned(), json(card));
            put(&self.table, item)
        };
        items.push(put_item(match before {
            None => of(&own).condition_expression(ABSENT),
            Some(before) => of(&own)
                .condition_expression("#cd = :before")
                .expression_attribute_names("#cd", CARD)
                .expression_attribute_values(":before", text(&before.text)),
        })?);
        for key in &stands {
            items.push(put_item(of(key))?);
        }
        Ok(items)
    }

    /// What an arrival adds to what its contact is found by: nothing and without looking, where
    /// contact and address are known.
    pub(crate) async fn cards_of_arrival(
        &self,
        arrival: &Arrival<'_>,
        seen: &Seen,
        plan: &Plan,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let begins = plan.begins() && seen.is_new();
        if !begins && seen.known.is_some() && seen.aliases.iter().all(Option::is_some) {
            return Ok(Vec::new());
        }
        let (workspace, contact) = (arrival.workspace, plan.after.conversation.contact);
        let known = seen.first_known();
        let before = match known {
            None => None,
            Some(_) => self.card(workspace, contact).await?,
        };
        let mut card = before.as_ref().map(|before| before.card.clone()).unwrap_or_default();
        if card.name.is_none() {
            card.name = called(arrival, known).cloned();
        }
        for address in std::iter::once(arrival.address).chain(arrival.aliases) {
            card.add(Via { account: arrival.account.clone(), address: address.clone() });
        }
        self.card_items(workspace, contact, before.as_ref(), Some(&card))
    }
}
