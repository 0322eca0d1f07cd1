//! Users, and the e-mail addresses they sign in with: each belongs to one user of a workspace.

use aws_sdk_dynamodb::types::{Delete, TransactWriteItem};
use domain::id::{UserId, WorkspaceId};
use domain::workspace::User;

use crate::commit::{ABSENT, TRIES_MAX, Written, put, put_item};
use crate::item::{Item, json, text};
use crate::read::Order;
use crate::settings::BODY;
use crate::{Store, StoreError, keys};

const USER: &str = "user";
/// An e-mail is nobody's or the user's own.
const OURS: &str = "attribute_not_exists(pk) OR #u = :u";

/// Users of a workspace are read together, so there is an end to them.
const USERS_MAX: usize = 1_000;

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
        let pk = keys::workspace(workspace).pk;
        let items = self.query(&pk, keys::USER, Order::Ascending, USERS_MAX).await?;
        items.iter().map(|item| item.json(BODY)).collect()
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

    /// Puts a user down, whoever had this id before, with the e-mail they sign in with.
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
            let items = self.user_items(workspace, before.as_ref(), user)?;
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
    fn user_items(
        &self,
        workspace: &WorkspaceId,
        before: Option<&Item>,
        user: &User,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let mut item = keys::user(workspace, &user.id).attributes();
        item.insert(BODY.to_owned(), json(user));
        let whole = put(&self.table, item);
        let mut items = vec![put_item(match before {
            None => whole.condition_expression(ABSENT),
            Some(before) => whole
                .condition_expression("#b = :b")
                .expression_attribute_names("#b", BODY)
                .expression_attribute_values(":b", text(before.text(BODY)?)),
        })?];
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
