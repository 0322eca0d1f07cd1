//! Who is connected, and what they watch; and the tickets that let them in.
//!
//! A connection stands in its workspace's partition, so that one question finds all who may have to
//! be told of a change, and is led to by its id, which is all that comes with a frame.

use aws_sdk_dynamodb::types::ReturnValue;
use domain::id::{AccountId, WorkspaceId};
use domain::live::{CONNECTED_MAX, Party, Watch};
use domain::private::Address;
use domain::window::after;
use jiff::{SignedDuration, Timestamp};

use crate::arrive::TTL;
use crate::error::if_held;
use crate::item::{Attributes, Item, expiry, json, text, time};
use crate::keys::Key;
use crate::{Store, StoreError, keys};

/// One end of a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// As the gateway calls it.
    pub id: String,
    pub workspace: WorkspaceId,
    pub party: Party,
    pub watch: Watch,
    pub since: Timestamp,
}

/// Who is connected to a workspace.
#[derive(Debug, Default)]
pub struct Connected {
    pub users: Vec<Connection>,
    /// Whether there may be visitors. They are many, so each is asked for alone.
    pub visitors: bool,
}

const ID: &str = "id";
const WORKSPACE: &str = "ws";
const PARTY: &str = "who";
const WATCH: &str = "wt";
const SINCE: &str = "at";
const UNTIL: &str = "until";
const SORT: &str = "to";

/// What nobody took down goes a little after the gateway has closed it.
const KEPT_FOR: SignedDuration = SignedDuration::from_mins(130);

/// A change is told to at most so many users' connections, and so many of each visitor.
const USERS_MAX: usize = 2_000;
const VISITORS_MAX: usize = 20;

impl Connection {
    fn key(&self) -> Key {
        key(&self.workspace, &self.party, &self.id)
    }

    fn read(workspace: &WorkspaceId, item: &Item) -> Result<Self, StoreError> {
        Ok(Self {
            id: item.text(ID)?.to_owned(),
            workspace: workspace.clone(),
            party: item.json(PARTY)?,
            watch: item.json(WATCH)?,
            since: item.time(SINCE)?,
        })
    }
}

/// Whether the gateway may still have what was connected then.
fn is_current(since: Timestamp, now: Timestamp) -> bool {
    now < after(since, CONNECTED_MAX + SignedDuration::from_mins(1))
}

fn key(workspace: &WorkspaceId, party: &Party, id: &str) -> Key {
    match party {
        Party::User { .. } => keys::user_connection(workspace, id),
        Party::Visitor { account, address } => {
            keys::visitor_connection(workspace, account, address, id)
        }
    }
}

impl Store {
    /// Puts down a ticket for one connection.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn put_ticket(
        &self,
        workspace: &WorkspaceId,
        hash: &str,
        party: &Party,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let mut item = keys::ticket(workspace, hash).attributes();
        item.insert(PARTY.to_owned(), json(party));
        item.insert(UNTIL.to_owned(), time(until));
        item.insert(TTL.to_owned(), expiry(until));
        self.put(item).await
    }

    /// Whom does this ticket let in? Nobody twice, and nobody late.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or the item cannot be read.
    pub async fn redeem_ticket(
        &self,
        workspace: &WorkspaceId,
        hash: &str,
        now: Timestamp,
    ) -> Result<Option<Party>, StoreError> {
        let redeemed = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(keys::ticket(workspace, hash).attributes()))
            .condition_expression("#until > :now")
            .expression_attribute_names("#until", UNTIL)
            .expression_attribute_values(":now", time(now))
            .return_values(ReturnValue::AllOld)
            .send()
            .await;
        let was = if_held("DeleteItem", redeemed)?.and_then(|answer| answer.attributes);
        was.map(|was| Item::new(was).json(PARTY)).transpose()
    }

    /// Puts down a connection. Where it stands is put down first: alone, it leads to nothing.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn connect(&self, connection: &Connection) -> Result<(), StoreError> {
        let until = expiry(after(connection.since, KEPT_FOR));
        let key = connection.key();
        let mut pointer = keys::connection_pointer(&connection.id).attributes();
        pointer.insert(WORKSPACE.to_owned(), text(connection.workspace.as_str()));
        pointer.insert(SORT.to_owned(), text(&key.sk));
        pointer.insert(TTL.to_owned(), until.clone());
        self.put(pointer).await?;
        let mut item: Attributes = key.attributes();
        item.insert(ID.to_owned(), text(&connection.id));
        item.insert(PARTY.to_owned(), json(&connection.party));
        item.insert(WATCH.to_owned(), json(&connection.watch));
        item.insert(SINCE.to_owned(), time(connection.since));
        item.insert(TTL.to_owned(), until.clone());
        self.put(item).await?;
        if let Party::Visitor { .. } = connection.party {
            let mut mark = keys::visitors_mark(&connection.workspace).attributes();
            mark.insert(SINCE.to_owned(), time(connection.since));
            mark.insert(TTL.to_owned(), until);
            self.put(mark).await?;
        }
        Ok(())
    }

    /// Which connection is called so?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn connection(&self, id: &str) -> Result<Option<Connection>, StoreError> {
        let Some(pointer) = self.get(&keys::connection_pointer(id)).await? else {
            return Ok(None);
        };
        let workspace: WorkspaceId = pointer.parsed(WORKSPACE)?;
        let sk = pointer.text(SORT)?.to_owned();
        let item = self.get(&Key { pk: keys::connections(&workspace), sk }).await?;
        item.map(|item| Connection::read(&workspace, &item)).transpose()
    }

    /// Puts down what a connection watches. Returns whether it still is there.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn watch(&self, connection: &Connection) -> Result<bool, StoreError> {
        let set = self
            .update_one(&connection.key())
            .update_expression("SET #wt = :wt")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_names("#wt", WATCH)
            .expression_attribute_values(":wt", json(&connection.watch))
            .send()
            .await;
        Ok(if_held("UpdateItem", set)?.is_some())
    }

    /// Has a connection watch only `left` of what it watches, unless it watches something else
    /// meanwhile.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn unwatch(&self, connection: &Connection, left: &Watch) -> Result<(), StoreError> {
        let set = self
            .update_one(&connection.key())
            .update_expression("SET #wt = :left")
            .condition_expression("#wt = :known")
            .expression_attribute_names("#wt", WATCH)
            .expression_attribute_values(":known", json(&connection.watch))
            .expression_attribute_values(":left", json(left))
            .send()
            .await;
        if_held("UpdateItem", set)?;
        Ok(())
    }

    /// Forgets a connection.
    ///
    /// # Errors
    ///
    /// If the table is out of reach.
    pub async fn disconnect(&self, connection: &Connection) -> Result<(), StoreError> {
        self.delete(&connection.key()).await?;
        self.delete(&keys::connection_pointer(&connection.id)).await
    }

    /// Who is connected to this workspace? As of a second ago: who comes meanwhile asks the feed.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn connected(
        &self,
        workspace: &WorkspaceId,
        now: Timestamp,
    ) -> Result<Connected, StoreError> {
        let items = self.connections(workspace, keys::USER_CONNECTION, USERS_MAX).await?;
        let mut connected = Connected::default();
        for item in items {
            if keys::visitors_mark(workspace).sk == item.text(Key::SORT)? {
                connected.visitors = is_current(item.time(SINCE)?, now);
            } else {
                let connection = Connection::read(workspace, &item)?;
                connected.users.extend(Some(connection).filter(|one| is_current(one.since, now)));
            }
        }
        Ok(connected)
    }

    /// Where is this visitor connected? As of a second ago.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn visitor_connected(
        &self,
        workspace: &WorkspaceId,
        account: &AccountId,
        address: &Address,
        now: Timestamp,
    ) -> Result<Vec<Connection>, StoreError> {
        let prefix = keys::visitor(account, address);
        let items = self.connections(workspace, &prefix, VISITORS_MAX).await?;
        let connections = items.iter().map(|item| Connection::read(workspace, item));
        let mut connections = connections.collect::<Result<Vec<_>, _>>()?;
        connections.retain(|connection| is_current(connection.since, now));
        Ok(connections)
    }

    async fn connections(
        &self,
        workspace: &WorkspaceId,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut start = None;
        // A page of DynamoDB ends at 1 MB, whatever the limit.
        while items.len() < limit {
            let page = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
                .expression_attribute_values(":pk", text(keys::connections(workspace)))
                .expression_attribute_values(":prefix", text(prefix))
                .set_exclusive_start_key(start.take())
                .limit(i32::try_from(limit - items.len()).unwrap_or(i32::MAX))
                .send()
                .await
                .map_err(|error| StoreError::unavailable("Query", error))?;
            items.extend(page.items.unwrap_or_default().into_iter().map(Item::new));
            start = page.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        Ok(items)
    }
}
