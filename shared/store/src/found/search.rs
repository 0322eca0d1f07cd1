//! Finding contacts.

use domain::conversation::Via;
use domain::id::{ContactId, WorkspaceId};
use domain::private::Words;
use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::{CARD, Card, Query, SHARDS, TITLE, WORD};
use crate::item::Item;
use crate::keys::Key;
use crate::read::{Order, Stretch};
use crate::{BadPosition, Store, StoreError, keys};

/// A page ends when so many entries have been looked at, however few it holds.
const EXAMINED_MAX: usize = 500;

/// More than any word and contact have; a sort key holds 1,024 bytes.
const PLACE_BYTES_MAX: usize = 512;

/// Sorts behind every word.
const LAST: char = char::MAX;

/// A contact as it is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundContact {
    pub id: ContactId,
    pub name: Option<Words>,
    pub addresses: Vec<Via>,
}

/// A page of contacts, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundContacts {
    pub items: Vec<FoundContact>,
    /// Where the next page begins. A page may hold less than was asked for and still have a next.
    pub next: Option<FoundPosition>,
}

/// Behind an entry: the word it stands by and its contact, which is written so that nobody reads it
/// by accident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPosition(Words);

impl std::fmt::Display for FoundPosition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0.reveal()))
    }
}

impl std::str::FromStr for FoundPosition {
    type Err = BadPosition;

    fn from_str(text: &str) -> Result<Self, BadPosition> {
        let bytes = hex::decode(text).map_err(|_| BadPosition)?;
        let place = String::from_utf8(bytes).map_err(|_| BadPosition)?;
        if place.len() > PLACE_BYTES_MAX {
            return Err(BadPosition);
        }
        let (_, contact) = place.rsplit_once('#').ok_or(BadPosition)?;
        contact.parse::<ContactId>().map_err(|_| BadPosition)?;
        Ok(Self(place.into()))
    }
}

/// An entry: a word and, behind it, the contact.
struct Entry {
    place: String,
    contact: ContactId,
    card: Card,
}

impl Store {
    /// Whom does this find, by name? All contacts, if nothing is looked for. At most `limit`, from
    /// where an earlier page ended.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn find_contacts(
        &self,
        workspace: &WorkspaceId,
        query: Option<&Query>,
        from: Option<&FoundPosition>,
        limit: usize,
    ) -> Result<FoundContacts, StoreError> {
        let mut items = Vec::new();
        let mut at = from.cloned();
        let mut examined = 0;
        loop {
            let (entries, more) = self.entries(workspace, query, at.as_ref(), limit).await?;
            examined += entries.len();
            let mut left = entries.len();
            for entry in entries {
                left -= 1;
                at = Some(FoundPosition(entry.place.as_str().into()));
                if entry.is_found(query) {
                    let Card { name, addresses } = entry.card;
                    items.push(FoundContact { id: entry.contact, name, addresses });
                }
                if items.len() == limit {
                    let next = at.filter(|_| more || left > 0);
                    return Ok(FoundContacts { items, next });
                }
            }
            if !more || examined >= EXAMINED_MAX {
                return Ok(FoundContacts { items, next: at.filter(|_| more) });
            }
        }
    }

    /// What stands next, of all partitions together, and whether there is more behind it.
    async fn entries(
        &self,
        workspace: &WorkspaceId,
        query: Option<&Query>,
        from: Option<&FoundPosition>,
        limit: usize,
    ) -> Result<(Vec<Entry>, bool), StoreError> {
        let word = query.map(Query::longest).unwrap_or_default();
        let kinds: &[&'static str] = if query.is_some() { &[TITLE, WORD] } else { &[TITLE] };
        let mut reads = Vec::new();
        for kind in kinds {
            for shard in 0..SHARDS {
                let lowest = format!("{kind}{word}");
                let highest = format!("{lowest}{LAST}");
                let behind = from.map(|from| format!("{kind}{}!", from.0.reveal()));
                let range = (behind.unwrap_or_default().max(lowest), highest);
                reads.push(self.entries_of(keys::found(workspace, shard), kind, range, limit + 1));
            }
        }
        let at_once = reads.len();
        let mut entries: Vec<Entry> =
            stream::iter(reads).buffer_unordered(at_once).try_concat().await?;
        entries.sort_unstable_by(|a, b| a.place.cmp(&b.place));
        let more = entries.len() > limit;
        entries.truncate(limit);
        Ok((entries, more))
    }

    async fn entries_of(
        &self,
        pk: String,
        kind: &'static str,
        (from, to): (String, String),
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        if from > to {
            return Ok(Vec::new());
        }
        let stretch = Stretch { pk: &pk, from: &from, to: &to, order: Order::Ascending };
        let items = self.stretch(&stretch, limit).await?;
        items.iter().map(|item| Entry::read(item, kind)).collect()
    }
}

impl Entry {
    fn read(item: &Item, kind: &str) -> Result<Self, StoreError> {
        let place = item.text(Key::SORT)?.strip_prefix(kind).unwrap_or_default();
        let contact = place.rsplit_once('#').and_then(|(_, contact)| contact.parse().ok());
        let contact = contact.ok_or_else(|| item.corrupt("not the key of a contact's word"))?;
        Ok(Self { place: place.to_owned(), contact, card: item.json(CARD)? })
    }

    /// Whether the contact is found, and here: by the first of its words that the query begins.
    fn is_found(&self, query: Option<&Query>) -> bool {
        let Some(query) = query else { return true };
        if !query.begins(&self.card.words()) {
            return false;
        }
        let words = self.card.places();
        let words = words.iter().filter_map(|place| place.split_once('#').map(|(_, word)| word));
        let first = words.filter(|word| word.starts_with(query.longest())).min();
        let word = self.place.rsplit_once('#').map(|(word, _)| word);
        first == word
    }
}
