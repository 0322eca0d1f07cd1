//! Workspaces, their accounts, and what providers say of an account.

use aws_sdk_dynamodb::types::builders::PutBuilder;
use domain::account::{ChannelAccount, Sealed, StoredAccount};
use domain::id::{AccountId, WorkspaceId};
use domain::incoming::Notice;
use domain::workspace::Workspace;
use jiff::{SignedDuration, Timestamp};

use crate::arrive::TTL;
use crate::audit::{Audited, Deed};
use crate::change::CommandKey;
use crate::commit::{ABSENT, Written, delete_item, put, put_item};
use crate::item::{Attributes, Item, bytes, expiry, json, text, time};
use crate::keys::Key;
use crate::read::Order;
use crate::{Store, StoreError, keys};

pub(crate) const BODY: &str = "body";
const WORKSPACE: &str = "workspace";
const ACCOUNT: &str = "account";
const DATA_KEY: &str = "data_key";
const NONCE: &str = "nonce";
const SECRETS: &str = "secrets";
const AT: &str = "at";

/// Something a provider said about an account, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct NoticeEntry {
    pub at: Timestamp,
    pub notice: Notice,
}

/// An account with the provider's name for it, if it has one.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    pub stored: &'a StoredAccount,
    pub own_id: Option<&'a str>,
}

/// What came of connecting or changing an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountPut {
    Done,
    /// Another workspace has an account of this id.
    Taken,
    /// The provider knows this account of the workspace by that name already.
    OwnIdTaken(AccountId),
}

const NOTICES_LAST: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Store {
    /// What are this workspace's settings?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or the item cannot be read.
    pub async fn workspace(&self, id: &WorkspaceId) -> Result<Option<Workspace>, StoreError> {
        self.get(&keys::workspace(id)).await?.map(|item| item.json(BODY)).transpose()
    }

    /// Which account has this webhook?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or the item cannot be read.
    pub async fn account(&self, id: &AccountId) -> Result<Option<StoredAccount>, StoreError> {
        let Some(item) = self.get(&keys::account(id)).await? else { return Ok(None) };
        Ok(Some(StoredAccount {
            account: item.json(BODY)?,
            sealed: Sealed {
                data_key: item.bytes(DATA_KEY)?,
                nonce: item.bytes(NONCE)?,
                secrets: item.bytes(SECRETS)?,
            },
        }))
    }

    /// Puts an account down, unless its id belongs to another workspace. Returns whether it did.
    /// `own_id` is the provider's name for the account, if it has one.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn put_account(
        &self,
        stored: &StoredAccount,
        own_id: Option<&str>,
    ) -> Result<bool, StoreError> {
        let account = &stored.account;
        let whole = self
            .whole(stored)
            .condition_expression("attribute_not_exists(pk) OR #w = :w")
            .expression_attribute_names("#w", WORKSPACE)
            .expression_attribute_values(":w", text(account.workspace.as_str()));
        let names = |key: &Key| put_item(self.naming(key, &account.id));
        let mut items = vec![
            put_item(whole)?,
            names(&keys::account_of_workspace(&account.workspace, &account.id))?,
        ];
        if let Some(own_id) = own_id {
            items.push(names(&keys::own_id(&account.workspace, &account.channel, own_id))?);
        }
        match self.write(items, true).await? {
            Written::Done => Ok(true),
            Written::Repeated => Ok(false),
            Written::Lost => Err(StoreError::Conflict),
        }
    }

    /// Puts an account in the place of what it was, and writes down who did it, both or neither.
    /// Secrets that are sealed anew each time tell one change from the next.
    ///
    /// # Errors
    ///
    /// If the table is out of reach, or somebody else has changed it since `before` was read.
    pub async fn change_account(
        &self,
        before: Option<Known<'_>>,
        after: Known<'_>,
        deed: &Deed,
    ) -> Result<AccountPut, StoreError> {
        let ChannelAccount { id, workspace, channel, .. } = &after.stored.account;
        let whole = match before {
            None => self.whole(after.stored).condition_expression(ABSENT),
            Some(Known { stored, .. }) => self
                .whole(after.stored)
                .condition_expression("#w = :w AND #n = :n")
                .expression_attribute_names("#w", WORKSPACE)
                .expression_attribute_values(":w", text(workspace.as_str()))
                .expression_attribute_names("#n", NONCE)
                .expression_attribute_values(":n", bytes(stored.sealed.nonce.clone())),
        };
        let listed = self.naming(&keys::account_of_workspace(workspace, id), id);
        let mut items = vec![put_item(whole)?, put_item(listed)?];
        let own = |own_id: &str| keys::own_id(workspace, channel, own_id);
        if let Some(own_id) = after.own_id {
            let ours = self
                .naming(&own(own_id), id)
                .condition_expression("attribute_not_exists(pk) OR #a = :a")
                .expression_attribute_names("#a", ACCOUNT)
                .expression_attribute_values(":a", text(id.as_str()));
            items.push(put_item(ours)?);
        }
        let left = before.and_then(|before| before.own_id);
        if let Some(own_id) = left.filter(|left| after.own_id != Some(*left))
            && self.account_by_own_id(workspace, channel, own_id).await?.as_ref() == Some(id)
        {
            items.push(delete_item(&self.table, &own(own_id))?);
        }
        let name =
            CommandKey::new(&["account", id.as_str(), &hex::encode(&after.stored.sealed.nonce)]);
        match self.do_audited(workspace, &name, deed, &items).await? {
            Some(Audited::Done | Audited::Repeated) => Ok(AccountPut::Done),
            None => self.why_not(after).await,
        }
    }

    /// What stood against a change of an account?
    async fn why_not(&self, known: Known<'_>) -> Result<AccountPut, StoreError> {
        let ChannelAccount { id, workspace, channel, .. } = &known.stored.account;
        if self.account(id).await?.is_some_and(|there| there.account.workspace != *workspace) {
            return Ok(AccountPut::Taken);
        }
        if let Some(own_id) = known.own_id
            && let Some(other) = self.account_by_own_id(workspace, channel, own_id).await?
            && other != *id
        {
            return Ok(AccountPut::OwnIdTaken(other));
        }
        Err(StoreError::Conflict)
    }

    /// The account with its secrets.
    fn whole(&self, stored: &StoredAccount) -> PutBuilder {
        let StoredAccount { account, sealed } = stored;
        let mut item = keys::account(&account.id).attributes();
        item.insert(WORKSPACE.to_owned(), text(account.workspace.as_str()));
        item.insert(BODY.to_owned(), json(account));
        item.insert(DATA_KEY.to_owned(), bytes(sealed.data_key.clone()));
        item.insert(NONCE.to_owned(), bytes(sealed.nonce.clone()));
        item.insert(SECRETS.to_owned(), bytes(sealed.secrets.clone()));
        put(&self.table, item)
    }

    /// An item that says which account is meant.
    fn naming(&self, key: &Key, account: &AccountId) -> PutBuilder {
        let mut item = key.attributes();
        item.insert(ACCOUNT.to_owned(), text(account.as_str()));
        put(&self.table, item)
    }

    /// Which account of this workspace does the provider know by this name?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or the item cannot be read.
    pub async fn account_by_own_id(
        &self,
        workspace: &WorkspaceId,
        channel: &str,
        own_id: &str,
    ) -> Result<Option<AccountId>, StoreError> {
        let item = self.get(&keys::own_id(workspace, channel, own_id)).await?;
        item.map(|item| item.parsed(ACCOUNT)).transpose()
    }

    /// What are the accounts of this workspace called? At most a thousand.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn account_ids(&self, workspace: &WorkspaceId) -> Result<Vec<AccountId>, StoreError> {
        let pk = keys::workspace(workspace).pk;
        let pointers = self.query(&pk, keys::ACCOUNT_OF_WORKSPACE, Order::Ascending, 1_000).await?;
        pointers.iter().map(|pointer| pointer.parsed(ACCOUNT)).collect()
    }

    /// Which accounts does this workspace have? At most a thousand.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn accounts(
        &self,
        workspace: &WorkspaceId,
    ) -> Result<Vec<ChannelAccount>, StoreError> {
        let ids = self.account_ids(workspace).await?;
        let mut accounts = Vec::with_capacity(ids.len());
        for id in ids {
            accounts.extend(self.account(&id).await?.map(|stored| stored.account));
        }
        Ok(accounts)
    }

    /// Keeps what a provider said about an account, for a month. Saying it again changes nothing.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn put_notice(
        &self,
        account: &ChannelAccount,
        entry: &NoticeEntry,
    ) -> Result<(), StoreError> {
        let body = entry.notice.raw.reveal();
        let key = keys::notice(&account.workspace, &account.id, entry.at, body);
        let mut item = key.attributes();
        item.insert(AT.to_owned(), time(entry.at));
        item.insert(BODY.to_owned(), json(&entry.notice));
        item.insert(TTL.to_owned(), expiry(domain::window::after(entry.at, NOTICES_LAST)));
        self.put(item).await
    }

    /// What have providers said about this account? Newest first.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn notices(
        &self,
        account: &ChannelAccount,
        limit: usize,
    ) -> Result<Vec<NoticeEntry>, StoreError> {
        let pk = keys::notices(&account.workspace, &account.id);
        let items = self.query(&pk, "N#", Order::Descending, limit).await?;
        items
            .iter()
            .map(|item| Ok(NoticeEntry { at: item.time(AT)?, notice: item.json(BODY)? }))
            .collect()
    }

    pub(crate) async fn put(&self, item: Attributes) -> Result<(), StoreError> {
        self.client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .send()
            .await
            .map_err(|error| StoreError::unavailable("PutItem", error))?;
        Ok(())
    }

    /// Removes an item; one that is not there is removed already.
    pub(crate) async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        self.client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key.attributes()))
            .send()
            .await
            .map_err(|error| StoreError::unavailable("DeleteItem", error))?;
        Ok(())
    }

    /// Settings side by side, as they are now.
    pub(crate) async fn query(
        &self,
        pk: &str,
        prefix: &str,
        order: Order,
        limit: usize,
    ) -> Result<Vec<Item>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":prefix", text(prefix))
            .consistent_read(true)
            .scan_index_forward(order == Order::Ascending)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| StoreError::unavailable("Query", error))?;
        Ok(answer.items.unwrap_or_default().into_iter().map(Item::new).collect())
    }
}
