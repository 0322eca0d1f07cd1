//! Users, and the e-mail addresses they sign in with: each belongs to one user of a workspace.

use aws_sdk_dynamodb::types::{AttributeValue, Delete, TransactWriteItem};
use domain::id::{UserId, WorkspaceId};
use domain::people::USERS_MAX;
use domain::workspace::User;
use serde::Serialize;

use crate::commit::{ABSENT, TRIES_MAX, Written, put, put_item, update, update_item};
use crate::item::{Item, json, text};
use crate::keys::Key;
use crate::read::Order;
use crate::settings::BODY;
use crate::{Store, StoreError, keys};

const USER: &str = "user";
/// What a provisioning file said when it was last put down.
pub(crate) const DESCRIBED: &str = "described";
/// An e-mail is nobody's or the user's own.
const OURS: &str = "attribute_not_exists(pk) OR #u = :u";

/// What came of putting a user down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserPut {
    Done,
    /// Another user of the workspace has the e-mail.
    EmailTaken,
}

impl Store {
    /// Who is this user?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or the item cannot be read.
    pub async fn user(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
    ) -> Result<Option<User>, StoreError> {
        self.get(&keys::user(workspace, user)).await?.map(|item| item.json(BODY)).transpose()
    }

    /// Who works in this workspace? By id.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn users(&self, workspace: &WorkspaceId) -> Result<Vec<User>, StoreError> {
        self.user_items_of(workspace).await?.iter().map(|item| item.json(BODY)).collect()
    }

    pub(crate) async fn user_items_of(
        &self,
        workspace: &WorkspaceId,
    ) -> Result<Vec<Item>, StoreError> {
        let pk = keys::workspace(workspace).pk;
        self.query(&pk, keys::USER, Order::Ascending, USERS_MAX).await
    }

    /// Which user of the workspace signs in with this e-mail?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or the item cannot be read.
    pub async fn user_by_email(
        &self,
        workspace: &WorkspaceId,
        email: &str,
    ) -> Result<Option<UserId>, StoreError> {
        let item = self.get(&keys::email(workspace, email)).await?;
        item.map(|item| item.parsed(USER)).transpose()
    }

    /// Puts a user down as a file describes them, unless it described them so before: what others
    /// have changed since stays.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn put_user(
        &self,
        workspace: &WorkspaceId,
        user: &User,
    ) -> Result<UserPut, StoreError> {
        for _try in 0..TRIES_MAX {
            let before = self.get(&keys::user(workspace, &user.id)).await?;
            let described = described(user);
            if before.as_ref().and_then(|before| before.opt_text(DESCRIBED)) == Some(&described) {
                return Ok(UserPut::Done);
            }
            let items = self.user_items(workspace, before.as_ref(), user, Some(described))?;
            match self.write(items, false).await? {
                Written::Done => return Ok(UserPut::Done),
                Written::Repeated | Written::Lost => {
                    if self.email_is_taken(workspace, user).await? {
                        return Ok(UserPut::EmailTaken);
                    }
                }
            }
        }
        Err(StoreError::Conflict)
    }

    async fn email_is_taken(
        &self,
        workspace: &WorkspaceId,
        user: &User,
    ) -> Result<bool, StoreError> {
        let owner = self.user_by_email(workspace, &user.email).await?;
        Ok(owner.is_some_and(|owner| owner != user.id))
    }

    /// The user as they are to be, if they still are as they were; their e-mail, if nobody else
    /// has it; and the end of the one they had.
    pub(crate) fn user_items(
        &self,
        workspace: &WorkspaceId,
        before: Option<&Item>,
        user: &User,
        described: Option<String>,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let key = keys::user(workspace, &user.id);
        let mut items = vec![replaced(&self.table, &key, before, json(user), described)?];
        if !user.email.is_empty() {
            let mut item = keys::email(workspace, &user.email).attributes();
            item.insert(USER.to_owned(), text(user.id.as_str()));
            let email = put(&self.table, item)
                .condition_expression(OURS)
                .expression_attribute_names("#u", USER)
                .expression_attribute_values(":u", text(user.id.as_str()));
            items.push(put_item(email)?);
        }
        let before: Option<User> = before.map(|before| before.json(BODY)).transpose()?;
        if let Some(before) = before
            && !before.email.is_empty()
            && before.email.to_lowercase() != user.email.to_lowercase()
        {
            let old = Delete::builder()
                .table_name(&self.table)
                .set_key(Some(keys::email(workspace, &before.email).attributes()))
                .condition_expression(OURS)
                .expression_attribute_names("#u", USER)
                .expression_attribute_values(":u", text(user.id.as_str()))
                .build()
                .map_err(|error| StoreError::corrupt("a delete", error))?;
            items.push(TransactWriteItem::builder().delete(old).build());
        }
        Ok(items)
    }
}

/// Enough of what a file says to tell whether it says something else.
pub(crate) fn described(value: &impl Serialize) -> String {
    json(value).as_s().map(|json| keys::fingerprint(json)).unwrap_or_default()
}

/// Settings as they are to be, if they still are as they were read, or absent.
pub(crate) fn replaced(
    table: &str,
    key: &Key,
    before: Option<&Item>,
    body: AttributeValue,
    described: Option<String>,
) -> Result<TransactWriteItem, StoreError> {
    let change = update(table, key)
        .expression_attribute_names("#b", BODY)
        .expression_attribute_values(":after", body);
    let change = match before {
        None => change.condition_expression(ABSENT),
        Some(before) => change
            .condition_expression("#b = :before")
            .expression_attribute_values(":before", text(before.text(BODY)?)),
    };
    update_item(match described {
        None => change.update_expression("SET #b = :after"),
        Some(described) => change
            .update_expression("SET #b = :after, #d = :described")
            .expression_attribute_names("#d", DESCRIBED)
            .expression_attribute_values(":described", text(described)),
    })
}
