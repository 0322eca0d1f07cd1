//! What users were told, for thirty days.

use domain::id::{UserId, WorkspaceId};
use domain::notifications::Notification;
use jiff::{SignedDuration, Timestamp};

use crate::arrive::TTL;
use crate::commit::ABSENT;
use crate::error::if_held;
use crate::item::{Item, expiry, json, time};
use crate::keys::Key;
use crate::{Store, StoreError, keys};

/// A notification, and when the user has seen it.
#[derive(Debug, Clone, PartialEq)]
pub struct Notified {
    /// What it is called in the list.
    pub id: String,
    pub notification: Notification,
    pub read_at: Option<Timestamp>,
}

/// A page of notifications, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Notifications {
    pub items: Vec<Notified>,
    pub next: Option<String>,
}

const BODY: &str = "body";
const READ_AT: &str = "rd";

const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Store {
    /// Tells a user of an event, once for each occasion.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn notify(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        notification: &Notification,
    ) -> Result<(), StoreError> {
        let Notification { at, occasion, conversation, seq } = notification;
        let content = format!("{conversation} {seq} {}", occasion.as_str());
        let mut item = keys::notification(workspace, user, *at, &content).attributes();
        item.insert(BODY.to_owned(), json(notification));
        item.insert(TTL.to_owned(), expiry(domain::window::after(*at, KEPT_FOR)));
        let result = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(ABSENT)
            .send()
            .await;
        if_held("PutItem", result).map(|_held| ())
    }

    /// What was this user told, newest first? `from` is where an earlier page ended.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn notifications(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        from: Option<&str>,
        limit: usize,
    ) -> Result<Notifications, StoreError> {
        let pk = keys::of_user(workspace, user);
        let (items, next) = self.newest(&pk, keys::NOTIFICATION, from, limit).await?;
        let items = items.iter().map(notified).collect::<Result<_, _>>()?;
        Ok(Notifications { items, next })
    }

    /// The user has seen a notification. Returns whether there is one of that name.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn read_notification(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        id: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let result = self
            .update_one(&keys::notification_named(workspace, user, id))
            .update_expression("SET #rd = if_not_exists(#rd, :rd)")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_names("#rd", READ_AT)
            .expression_attribute_values(":rd", time(now))
            .send()
            .await;
        Ok(if_held("UpdateItem", result)?.is_some())
    }
}

fn notified(item: &Item) -> Result<Notified, StoreError> {
    let sort = item.text(Key::SORT)?;
    let id = sort.strip_prefix(keys::NOTIFICATION).unwrap_or(sort).to_owned();
    Ok(Notified { id, notification: item.json(BODY)?, read_at: item.opt_time(READ_AT) })
}
