//! Keys for the API: machines call with them. The table keeps a hash of the secret.

use std::collections::BTreeSet;

use domain::id::{UserId, WorkspaceId};
use jiff::{SignedDuration, Timestamp};

use crate::arrive::TTL;
use crate::error::if_held;
use crate::item::{Item, expiry, json, text, time};
use crate::read::Order;
use crate::{Store, StoreError, keys};

const HASH: &str = "hash";
const USER: &str = "user";
const NAME: &str = "name";
const SCOPES: &str = "scopes";
const CREATED_AT: &str = "created_at";
const EXPIRES_AT: &str = "expires_at";
const LAST_USED_AT: &str = "last_used_at";

/// Keys of a workspace are read together, so there is an end to them.
const KEYS_MAX: usize = 1_000;

/// A key for the API, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub workspace: WorkspaceId,
    pub id: String,
    /// SHA-256 of the secret, in hex.
    pub hash: String,
    pub user: UserId,
    /// What whoever made it calls it.
    pub name: String,
    /// What of the user's rights it may use; all of them if absent.
    pub scopes: Option<BTreeSet<String>>,
    pub created_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    /// To the hour.
    pub last_used_at: Option<Timestamp>,
}

/// That a key is used is written down at most this often.
const USE_NOTED_EACH: SignedDuration = SignedDuration::from_hours(1);

impl ApiKey {
    /// Whether it is not over yet.
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|expires_at| now < expires_at)
    }

    /// Whether it is time to note that the key is used.
    pub fn use_is_news(&self, now: Timestamp) -> bool {
        self.last_used_at.is_none_or(|at| now.duration_since(at) >= USE_NOTED_EACH)
    }

    fn read(workspace: &WorkspaceId, item: &Item) -> Result<Self, StoreError> {
        let sk = item.text(keys::Key::SORT)?;
        let id = sk.strip_prefix(keys::API_KEY).ok_or_else(|| item.corrupt("not a key"))?;
        Ok(Self {
            workspace: workspace.clone(),
            id: id.to_owned(),
            hash: item.text(HASH)?.to_owned(),
            user: item.parsed(USER)?,
            name: item.opt_text(NAME).unwrap_or_default().to_owned(),
            scopes: item.opt_json(SCOPES)?,
            created_at: item.opt_time(CREATED_AT),
            expires_at: item.opt_time(EXPIRES_AT),
            last_used_at: item.opt_time(LAST_USED_AT),
        })
    }
}

impl Store {
    /// Whose key is this?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or the item cannot be read.
    pub async fn api_key(
        &self,
        workspace: &WorkspaceId,
        id: &str,
    ) -> Result<Option<ApiKey>, StoreError> {
        let item = self.get(&keys::api_key(workspace, id)).await?;
        item.map(|item| ApiKey::read(workspace, &item)).transpose()
    }

    /// Which keys does this workspace have?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn api_keys(&self, workspace: &WorkspaceId) -> Result<Vec<ApiKey>, StoreError> {
        let pk = keys::workspace(workspace).pk;
        let items = self.query(&pk, keys::API_KEY, Order::Ascending, KEYS_MAX).await?;
        items.iter().map(|item| ApiKey::read(workspace, item)).collect()
    }

    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn put_api_key(&self, key: &ApiKey) -> Result<(), StoreError> {
        let mut item = keys::api_key(&key.workspace, &key.id).attributes();
        item.insert(HASH.to_owned(), text(&key.hash));
        item.insert(USER.to_owned(), text(key.user.as_str()));
        item.insert(NAME.to_owned(), text(&key.name));
        if let Some(scopes) = &key.scopes {
            item.insert(SCOPES.to_owned(), json(scopes));
        }
        let times = [
            (CREATED_AT, key.created_at),
            (EXPIRES_AT, key.expires_at),
            (LAST_USED_AT, key.last_used_at),
        ];
        for (name, at) in times {
            item.extend(at.map(|at| (name.to_owned(), time(at))));
        }
        if let Some(expires_at) = key.expires_at {
            item.insert(TTL.to_owned(), expiry(expires_at));
        }
        self.put(item).await
    }

    /// Ends a key. Returns whether there was one.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn delete_api_key(
        &self,
        workspace: &WorkspaceId,
        id: &str,
    ) -> Result<bool, StoreError> {
        let deleted = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(keys::api_key(workspace, id).attributes()))
            .condition_expression("attribute_exists(pk)")
            .send()
            .await;
        Ok(if_held("DeleteItem", deleted)?.is_some())
    }

    /// Notes that a key is used, unless others have within the hour or the key is no more.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn note_use(&self, key: &ApiKey, now: Timestamp) -> Result<(), StoreError> {
        let before = domain::window::after(now, -USE_NOTED_EACH);
        let noted = self
            .update_one(&keys::api_key(&key.workspace, &key.id))
            .update_expression("SET #at = :now")
            .condition_expression(
                "attribute_exists(pk) AND (attribute_not_exists(#at) OR #at <= :before)",
            )
            .expression_attribute_names("#at", LAST_USED_AT)
            .expression_attribute_values(":now", time(now))
            .expression_attribute_values(":before", time(before))
            .send()
            .await;
        if_held("UpdateItem", noted)?;
        Ok(())
    }
}
