//! Two contacts turn out to be one: what led to the one leads to the other from now on.

use aws_sdk_dynamodb::types::{Delete, TransactWriteItem};
use domain::id::{ContactId, ConversationId, WorkspaceId};

use crate::audit::{Audited, Deed};
use crate::commit::{CONVERSATION, put, put_item, update, update_item};
use crate::contact::{BLOCKED, CONTACT, DEFAULTS};
use crate::item::{json, text};
use crate::{CommandKey, Contact, Store, StoreError, keys};

/// The contact that a merged one became.
const MERGED_INTO: &str = "mi";

/// Which contact is to be merged into which.
#[derive(Debug, Clone, Copy)]
pub struct Merge<'a> {
    pub workspace: &'a WorkspaceId,
    pub from: &'a Contact,
    pub into: &'a Contact,
    /// The open conversation of `into`: what comes to the addresses joins it.
    pub open: Option<ConversationId>,
}

impl Merge<'_> {
    /// As many addresses move in one transaction, with their pointers and with what both contacts
    /// are found by.
    pub const ADDRESSES_MAX: usize = 12;
}

impl Store {
    /// Has all addresses of one contact lead to another, which has the fields of both from now on,
    /// its own first, and writes that down in the audit: all or nothing, and the same `name` once.
    ///
    /// # Errors
    ///
    /// If the table is out of reach, or others were faster each time.
    pub async fn merge_contacts(
        &self,
        merge: &Merge<'_>,
        name: &CommandKey,
        deed: &Deed,
    ) -> Result<Audited, StoreError> {
        let mut items = vec![self.merged_into(merge)?];
        for (via, _) in &merge.from.addresses {
            items.extend(self.moved_address(merge, via)?);
        }
        if !merge.from.fields.is_empty() {
            let Merge { workspace, from, into, .. } = *merge;
            items.push(self.inherited_fields(workspace, into.id, &from.fields)?);
        }
        items.extend(self.found_as_one(merge).await?);
        items.extend(self.history_moves(merge).await?);
        self.do_audited(merge.workspace, name, deed, &items).await?.ok_or(StoreError::Conflict)
    }

    /// The one that stays is found by the addresses of both, the other no more.
    async fn found_as_one(&self, merge: &Merge<'_>) -> Result<Vec<TransactWriteItem>, StoreError> {
        let Merge { workspace, from, into, .. } = *merge;
        let gone = self.card(workspace, from.id).await?;
        let Some(gone) = gone else { return Ok(Vec::new()) };
        let before = self.card(workspace, into.id).await?;
        let mut card = before.as_ref().map(|before| before.card.clone()).unwrap_or_default();
        for via in &gone.card.addresses {
            card.add(via.clone());
        }
        let mut items = self.card_items(workspace, from.id, Some(&gone), None)?;
        items.extend(self.card_items(workspace, into.id, before.as_ref(), Some(&card))?);
        Ok(items)
    }

    fn merged_into(&self, merge: &Merge<'_>) -> Result<TransactWriteItem, StoreError> {
        let key = keys::contact(merge.workspace, merge.from.id);
        update_item(
            update(&self.table, &key)
                .update_expression("SET #mi = :into")
                .expression_attribute_names("#mi", MERGED_INTO)
                .expression_attribute_values(":into", text(merge.into.id.to_string())),
        )
    }

    fn moved_address(
        &self,
        merge: &Merge<'_>,
        via: &domain::conversation::Via,
    ) -> Result<[TransactWriteItem; 3], StoreError> {
        let Merge { workspace, from, into, open } = *merge;
        let mut sets = vec!["#ct = :ct"];
        let mut removes = vec!["#bl"];
        let mut address =
            update(&self.table, &keys::address(workspace, &via.account, &via.address))
                .condition_expression("#ct = :from")
                .expression_attribute_names("#ct", CONTACT)
                .expression_attribute_names("#bl", BLOCKED)
                .expression_attribute_names("#df", DEFAULTS)
                .expression_attribute_names("#cv", CONVERSATION)
                .expression_attribute_values(":from", text(from.id.to_string()))
                .expression_attribute_values(":ct", text(into.id.to_string()));
        match open {
            None => removes.push("#cv"),
            Some(open) => {
                sets.push("#cv = :cv");
                address = address.expression_attribute_values(":cv", text(open.to_string()));
            }
        }
        match &into.defaults {
            None => removes.push("#df"),
            Some(defaults) => {
                sets.push("#df = :df");
                address = address.expression_attribute_values(":df", json(defaults));
            }
        }
        let expression = format!("SET {} REMOVE {}", sets.join(", "), removes.join(", "));
        let pointer = |contact: ContactId| {
            keys::contact_address(workspace, contact, &via.account, &via.address)
        };
        let old = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(pointer(from.id).attributes()))
            .build()
            .map_err(|error| StoreError::corrupt("a pointer to an address", error))?;
        Ok([
            update_item(address.update_expression(expression))?,
            TransactWriteItem::builder().delete(old).build(),
            put_item(put(&self.table, pointer(into.id).attributes()))?,
        ])
    }
}
