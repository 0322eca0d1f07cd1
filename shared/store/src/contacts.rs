//! What is known of a contact as a whole, and what is kept apart of one who is blocked.
//!
//! An arrival reads its address and nothing else, so what counts there, a name, a block, what is
//! laid down for new conversations, stands on the profile and on each address, written together.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::contact_field::FieldValue;
use domain::conversation::{ContactDefaults, Via};
use domain::id::{ContactId, ConversationId, FieldId, UserId, WorkspaceId};
use domain::incoming::IncomingMessage;
use domain::private::Words;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::arrive::TTL;
use crate::audit::{Audited, Deed};
use crate::commit::{CONVERSATION, TRIES_MAX, Written, update, update_item};
use crate::contact::{BLOCKED, DEFAULTS, KnownAddress, NAME, NAMED};
use crate::item::{Item, expiry, json, text, time};
use crate::keys::Key;
use crate::read::{Consistency, Order};
use crate::{CommandKey, Store, StoreError, keys};

/// A contact, with all its addresses.
#[derive(Debug, Clone, PartialEq)]
pub struct Contact {
    pub id: ContactId,
    pub name: Option<Words>,
    /// When we first heard of it; absent if it has never been in a conversation.
    pub since: Option<Timestamp>,
    pub blocked: Option<Blocked>,
    pub defaults: Option<ContactDefaults>,
    /// What stands in its fields, and in those that the workspace no longer has.
    pub fields: BTreeMap<FieldId, FieldValue>,
    pub addresses: Vec<(Via, KnownAddress)>,
}

/// Who blocked a contact, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    pub at: Timestamp,
    pub by: UserId,
}

/// What is to be different about a contact; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ContactPatch {
    pub name: Option<Words>,
    pub defaults: Option<Option<ContactDefaults>>,
    /// What is to stand in some of its fields; `None` clears one.
    pub fields: BTreeMap<FieldId, Option<FieldValue>>,
}

/// What a blocked contact has written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quarantined {
    pub at: Timestamp,
    pub via: Via,
    pub content: domain::content::Content,
}

/// A page of what is kept apart, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Quarantine {
    pub items: Vec<Quarantined>,
    pub next: Option<String>,
}

const SINCE: &str = "at";
const BODY: &str = "body";
/// Each field is an attribute of its own, so that whoever changes one leaves the others alone.
const FIELD: &str = "f#";

/// All addresses of a contact are written in one transaction, with what the contact is found by;
/// it holds a hundred items.
const ADDRESSES_MAX: usize = 60;

const QUARANTINE_LASTS: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Attributes that become a value, or go.
type Edits = Vec<(String, Option<AttributeValue>)>;

impl Store {
    /// The profile of a contact the workspace has not heard of before, unless something was laid
    /// down about it already.
    pub(crate) fn profile(
        &self,
        workspace: &WorkspaceId,
        contact: ContactId,
        name: Option<&Words>,
        at: Timestamp,
    ) -> Result<TransactWriteItem, StoreError> {
        let set_name = name.map_or("", |_| ", #nm = if_not_exists(#nm, :nm)");
        let mut profile = update(&self.table, &keys::contact(workspace, contact))
            .update_expression(format!("SET #at = if_not_exists(#at, :at){set_name}"))
            .expression_attribute_names("#at", SINCE)
            .expression_attribute_values(":at", time(at));
        if let Some(name) = name {
            profile = profile
                .expression_attribute_names("#nm", NAME)
                .expression_attribute_values(":nm", text(name.reveal()));
        }
        update_item(profile)
    }

    /// What is known of this contact?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn contact(
        &self,
        workspace: &WorkspaceId,
        contact: ContactId,
    ) -> Result<Option<Contact>, StoreError> {
        let profile = self.get(&keys::contact(workspace, contact)).await?;
        let vias = self.addresses_of(workspace, contact).await?;
        if profile.is_none() && vias.is_empty() {
            return Ok(None);
        }
        let wanted: Vec<Key> = vias.iter().map(|via| address_key(workspace, via)).collect();
        let found = match wanted.as_slice() {
            [] => Vec::new(),
            wanted => self.get_all(wanted, Consistency::Strong).await?,
        };
        let mut addresses = Vec::with_capacity(vias.len());
        for (via, item) in vias.into_iter().zip(found) {
            if let Some(item) = item {
                addresses.push((via, KnownAddress::read(&item)?));
            }
        }
        let of_address = || addresses.iter().find_map(|(_, known)| known.name.clone());
        let profile = profile.as_ref();
        let name = profile.and_then(|profile| profile.opt_text(NAME)).map(Words::from);
        Ok(Some(Contact {
            id: contact,
            name: name.or_else(of_address),
            since: profile.and_then(|profile| profile.opt_time(SINCE)),
            blocked: profile.map_or(Ok(None), |profile| profile.opt_json(BLOCKED))?,
            defaults: profile.map_or(Ok(None), |profile| profile.opt_json(DEFAULTS))?,
            fields: profile.map_or(Ok(BTreeMap::new()), fields)?,
            addresses,
        }))
    }

    /// By which ways is this contact reached?
    async fn addresses_of(
        &self,
        workspace: &WorkspaceId,
        contact: ContactId,
    ) -> Result<Vec<Via>, StoreError> {
        let pk = keys::contact_pk(workspace, contact);
        let pointers =
            self.query(&pk, keys::CONTACT_ADDRESS, Order::Ascending, ADDRESSES_MAX).await?;
        let via = |pointer: &Item| {
            let (account, address) = keys::parse_contact_address(pointer.text(Key::SORT)?)
                .ok_or_else(|| pointer.corrupt("not the key of an address"))?;
            Ok(Via { account, address })
        };
        pointers.iter().map(via).collect()
    }

    /// Which conversations with this contact are open, and which did its addresses use last?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn conversations_of(
        &self,
        workspace: &WorkspaceId,
        contact: &Contact,
    ) -> Result<Vec<ConversationId>, StoreError> {
        let pk = keys::contact_pk(workspace, contact.id);
        let pointers = self.query(&pk, keys::OPEN, Order::Ascending, ADDRESSES_MAX).await?;
        let mut conversations: Vec<ConversationId> =
            contact.addresses.iter().filter_map(|(_, known)| known.conversation).collect();
        for pointer in pointers {
            conversations.push(pointer.parsed(CONVERSATION)?);
        }
        conversations.sort_unstable();
        conversations.dedup();
        Ok(conversations)
    }

    /// Lays something down about a contact.
    ///
    /// # Errors
    ///
    /// If the table is out of reach, or others were faster each time.
    pub async fn set_contact(
        &self,
        workspace: &WorkspaceId,
        contact: ContactId,
        patch: &ContactPatch,
    ) -> Result<(), StoreError> {
        let mut on_address = Edits::new();
        if let Some(name) = &patch.name {
            on_address.push((NAME.to_owned(), Some(text(name.reveal()))));
            on_address.push((NAMED.to_owned(), Some(AttributeValue::Bool(true))));
        }
        if let Some(defaults) = &patch.defaults {
            on_address.push((DEFAULTS.to_owned(), defaults.as_ref().map(json)));
        }
        let mut on_profile = on_address.clone();
        for (id, value) in &patch.fields {
            on_profile.push((format!("{FIELD}{id}"), value.as_ref().map(attribute)));
        }
        if on_profile.is_empty() {
            return Ok(());
        }
        for _try in 0..TRIES_MAX {
            let mut items = self.edit_contact(workspace, contact, &on_profile, &on_address).await?;
            if let Some(name) = &patch.name {
                items.extend(self.renamed(workspace, contact, name).await?);
            }
            match self.write(items, false).await? {
                Written::Done => return Ok(()),
                Written::Repeated | Written::Lost => {}
            }
        }
        Err(StoreError::Conflict)
    }

    /// The contact is found by its new name, and no longer by the old one.
    async fn renamed(
        &self,
        workspace: &WorkspaceId,
        contact: ContactId,
        name: &Words,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let before = self.card(workspace, contact).await?;
        let mut card = before.as_ref().map(|before| before.card.clone()).unwrap_or_default();
        card.name = Some(name.clone());
        self.card_items(workspace, contact, before.as_ref(), Some(&card))
    }

    /// Blocks a contact on all its addresses, or lets it in again, and writes that down in the
    /// audit: all or nothing, and the same `name` once.
    ///
    /// # Errors
    ///
    /// If the table is out of reach, or others were faster each time.
    pub async fn set_blocked(
        &self,
        workspace: &WorkspaceId,
        contact: ContactId,
        blocked: Option<&Blocked>,
        name: &CommandKey,
        deed: &Deed,
    ) -> Result<Audited, StoreError> {
        let on_profile = vec![(BLOCKED.to_owned(), blocked.map(json))];
        let on_address = vec![(BLOCKED.to_owned(), blocked.map(|_| AttributeValue::Bool(true)))];
        for _try in 0..TRIES_MAX {
            let items = self.edit_contact(workspace, contact, &on_profile, &on_address).await?;
            if let Some(audited) = self.do_audited(workspace, name, deed, &items).await? {
                return Ok(audited);
            }
        }
        Err(StoreError::Conflict)
    }

    async fn edit_contact(
        &self,
        workspace: &WorkspaceId,
        contact: ContactId,
        on_profile: &Edits,
        on_address: &Edits,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let mut items = vec![self.edit(&keys::contact(workspace, contact), on_profile)?];
        if on_address.is_empty() {
            return Ok(items);
        }
        for via in self.addresses_of(workspace, contact).await? {
            items.push(self.edit(&address_key(workspace, &via), on_address)?);
        }
        Ok(items)
    }

    fn edit(&self, key: &Key, edits: &Edits) -> Result<TransactWriteItem, StoreError> {
        let mut request = update(&self.table, key);
        let (mut sets, mut removes) = (Vec::new(), Vec::new());
        for (place, (attribute, value)) in edits.iter().enumerate() {
            request = request.expression_attribute_names(format!("#a{place}"), attribute);
            match value {
                Some(value) => {
                    sets.push(format!("#a{place} = :a{place}"));
                    let name = format!(":a{place}");
                    request = request.expression_attribute_values(name, value.clone());
                }
                None => removes.push(format!("#a{place}")),
            }
        }
        let part = |word: &str, parts: &[String]| match parts {
            [] => String::new(),
            parts => format!("{word} {} ", parts.join(", ")),
        };
        let expression = part("SET", &sets) + &part("REMOVE", &removes);
        update_item(request.update_expression(expression.trim_end()))
    }

    /// What stands in the fields of one contact stands in those of another from now on, where that
    /// has nothing.
    pub(crate) fn inherited_fields(
        &self,
        workspace: &WorkspaceId,
        into: ContactId,
        fields: &BTreeMap<FieldId, FieldValue>,
    ) -> Result<TransactWriteItem, StoreError> {
        let mut request = update(&self.table, &keys::contact(workspace, into));
        let mut sets = Vec::new();
        for (place, (id, value)) in fields.iter().enumerate() {
            sets.push(format!("#f{place} = if_not_exists(#f{place}, :f{place})"));
            request = request
                .expression_attribute_names(format!("#f{place}"), format!("{FIELD}{id}"))
                .expression_attribute_values(format!(":f{place}"), attribute(value));
        }
        update_item(request.update_expression(format!("SET {}", sets.join(", "))))
    }

    /// Keeps what a blocked contact has written apart, for ninety days. The same message twice is
    /// kept once.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn quarantine(
        &self,
        workspace: &WorkspaceId,
        contact: ContactId,
        via: &Via,
        message: &IncomingMessage,
    ) -> Result<(), StoreError> {
        let at = message.sent_at;
        let kept = Quarantined { at, via: via.clone(), content: message.content.clone() };
        let named = format!("{} {}", via.account, message.id.0);
        let mut item = keys::quarantined(workspace, contact, at, &named).attributes();
        item.insert(BODY.to_owned(), json(&kept));
        item.insert(TTL.to_owned(), expiry(domain::window::after(at, QUARANTINE_LASTS)));
        self.put(item).await
    }

    /// What has this contact written while it was blocked, newest first? `from` is where an earlier
    /// page ended.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn quarantined(
        &self,
        workspace: &WorkspaceId,
        contact: ContactId,
        from: Option<&str>,
        limit: usize,
    ) -> Result<Quarantine, StoreError> {
        let pk = keys::contact_pk(workspace, contact);
        let (items, next) = self.newest(&pk, keys::QUARANTINED, from, limit).await?;
        let items = items.iter().map(|item| item.json(BODY)).collect::<Result<_, _>>()?;
        Ok(Quarantine { items, next })
    }
}

fn address_key(workspace: &WorkspaceId, via: &Via) -> Key {
    keys::address(workspace, &via.account, &via.address)
}

fn attribute(value: &FieldValue) -> AttributeValue {
    match value {
        FieldValue::Check(yes) => AttributeValue::Bool(*yes.reveal()),
        FieldValue::Words(words) => text(words.reveal()),
    }
}

/// What stands in the fields of a profile.
fn fields(profile: &Item) -> Result<BTreeMap<FieldId, FieldValue>, StoreError> {
    let field = |(id, value): (&str, &AttributeValue)| {
        let yes = value.as_bool().ok().map(|yes| FieldValue::Check((*yes).into()));
        let words = || value.as_s().ok().map(|text| FieldValue::Words(text.as_str().into()));
        let value = yes.or_else(words);
        let bad = || profile.corrupt(format!("no usable field `{id}`"));
        Ok((id.parse().map_err(|_| bad())?, value.ok_or_else(bad)?))
    };
    profile.beginning(FIELD).map(field).collect()
}
