//! The feed of a workspace: what has happened to its conversations, in numbered pages that name
//! stretches of logs.
//!
//! Each shard has pages of its own. The next page is written on the condition that its number is
//! free, after the last one was seen: so whoever has read up to a number has missed nothing before
//! it. What the pages name is read from the logs, and only for those who see the conversation now.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::conversation::{Base, Conversation};
use domain::id::{ConversationId, Seq, WorkspaceId};
use domain::window::after;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::arrive::TTL;
use crate::commit::{ABSENT, put, put_item};
use crate::event::Logged;
use crate::head::Head;
use crate::item::{Item, expiry, json, number, text, time};
use crate::keys::Key;
use crate::projection::FEED_SHARDS;
use crate::read::Consistency;
use crate::{Store, StoreError, keys};

/// Pages go after a month.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

const STRETCHES: &str = "b";
const AT: &str = "at";
const NUMBER: &str = "n";

/// One answer looks at no more pages of a shard, and no more stretches, than this.
const PAGES_MAX: i32 = 25;
const STRETCHES_MAX: usize = 100;
/// One request reads at most a hundred items.
const EVENTS_MAX: usize = 100;

/// Events of one conversation, from the first to the last number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "(ConversationId, Seq, Seq)", from = "(ConversationId, Seq, Seq)")]
pub(crate) struct Stretch {
    pub(crate) conversation: ConversationId,
    pub(crate) first: Seq,
    pub(crate) last: Seq,
}

impl From<Stretch> for (ConversationId, Seq, Seq) {
    fn from(stretch: Stretch) -> Self {
        (stretch.conversation, stretch.first, stretch.last)
    }
}

impl From<(ConversationId, Seq, Seq)> for Stretch {
    fn from((conversation, first, last): (ConversationId, Seq, Seq)) -> Self {
        Self { conversation, first, last }
    }
}

/// Where somebody has got to: what they read next, in each shard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor([Place; FEED_SHARDS as usize]);

/// A page, the stretch on it by its place, and the last event of that which was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Place(u64, usize, Seq);

/// What has happened, and where to go on.
#[derive(Debug, Clone)]
pub struct Feed {
    /// In the order of their numbers for each conversation.
    pub events: Vec<(ConversationId, Logged)>,
    pub next: Cursor,
    /// Whether there is more already.
    pub more: bool,
}

struct Page {
    number: u64,
    at: Timestamp,
    stretches: Vec<Stretch>,
    expires_at: i64,
}

impl Page {
    fn read(item: &Item) -> Result<Option<Self>, StoreError> {
        let Some(digits) = item.text(Key::SORT)?.strip_prefix(keys::FEED_PAGE) else {
            return Ok(None);
        };
        Ok(Some(Self {
            number: digits.parse().map_err(|_| item.corrupt("not the number of a page"))?,
            at: item.time(AT)?,
            stretches: item.json(STRETCHES)?,
            expires_at: item.number(TTL)?,
        }))
    }
}

/// A stretch on its way to a reader: where it stands, and where they are after it.
struct Found {
    at: Timestamp,
    shard: usize,
    stretch: Stretch,
    page: u64,
    place: usize,
    after: Place,
}

impl Store {
    /// The items that put the next page of a shard down.
    pub(crate) async fn next_page(
        &self,
        workspace: &WorkspaceId,
        shard: u8,
        stretches: &[Stretch],
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let last = self.last_page(workspace, shard).await?;
        // A page that may go is no proof that there was none after it.
        let fresh = last.as_ref().filter(|page| page.expires_at > now.as_second());
        let (number, base) = match fresh {
            Some(page) => (page.number + 1, None),
            None => self.begin_again(workspace, shard, now).await?,
        };
        let mut item = keys::feed_page(workspace, shard, number).attributes();
        item.insert(STRETCHES.to_owned(), json(&stretches));
        item.insert(AT.to_owned(), time(now));
        item.insert(TTL.to_owned(), expiry(after(now, KEPT_FOR)));
        let page = put_item(put(&self.table, item).condition_expression(ABSENT))?;
        Ok(std::iter::once(page).chain(base).collect())
    }

    /// A number above all that a shard has ever had, when its pages may have gone: there are fewer
    /// pages than milliseconds.
    async fn begin_again(
        &self,
        workspace: &WorkspaceId,
        shard: u8,
        now: Timestamp,
    ) -> Result<(u64, Option<TransactWriteItem>), StoreError> {
        let key = keys::feed_base(workspace, shard);
        let base = self.get(&key).await?.map(|item| item.number::<u64>(NUMBER)).transpose()?;
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        let next = base.map_or(1, |base| millis.max(base + 1));
        let mut item = key.attributes();
        item.insert(NUMBER.to_owned(), number(next));
        let put = put(&self.table, item);
        let put = match base {
            None => put.condition_expression(ABSENT),
            Some(base) => put
                .condition_expression("#n = :n")
                .expression_attribute_names("#n", NUMBER)
                .expression_attribute_values(":n", number(base)),
        };
        Ok((next, Some(put_item(put)?)))
    }

    async fn last_page(
        &self,
        workspace: &WorkspaceId,
        shard: u8,
    ) -> Result<Option<Page>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(keys::feed(workspace, shard)))
            .scan_index_forward(false)
            .limit(1)
            .send()
            .await
            .map_err(|error| StoreError::unavailable("Query", error))?;
        let last = answer.items.unwrap_or_default().into_iter().next();
        last.map_or(Ok(None), |item| Page::read(&Item::new(item)))
    }

    /// Where does the feed end now?
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn feed_end(&self, workspace: &WorkspaceId) -> Result<Cursor, StoreError> {
        let mut end = Cursor::default();
        for (shard, place) in (0..FEED_SHARDS).zip(&mut end.0) {
            let last = self.last_page(workspace, shard).await?;
            place.0 = last.map_or(0, |page| page.number + 1);
        }
        Ok(end)
    }

    /// What has happened since, in conversations that `sees` lets through as they are now? At most
    /// `limit` events, and possibly none although there are more.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn feed(
        &self,
        workspace: &WorkspaceId,
        from: &Cursor,
        limit: usize,
        sees: impl Fn(&Conversation) -> bool,
    ) -> Result<Feed, StoreError> {
        let (found, mut more) = self.found(workspace, from).await?;
        let seen = self.seen(workspace, &found, sees).await?;
        let mut next = *from;
        let mut wanted: Vec<(ConversationId, Seq)> = Vec::new();
        let limit = limit.clamp(1, EVENTS_MAX);
        for one in found {
            let Stretch { conversation, first, last } = one.stretch;
            let shown = seen.contains(&conversation);
            let room = u32::try_from(limit - wanted.len()).unwrap_or(u32::MAX);
            if shown && room == 0 {
                more = true;
                break;
            }
            let upto = last.get().min(first.get().saturating_add(room).saturating_sub(1));
            if shown {
                wanted.extend((first.get()..=upto).map(|seq| (conversation, Seq::new(seq))));
            }
            if shown && upto < last.get() {
                next.0[one.shard] = Place(one.page, one.place, Seq::new(upto));
                more = true;
                break;
            }
            next.0[one.shard] = one.after;
        }
        let keys: Vec<Key> =
            wanted.iter().map(|(id, seq)| keys::event(workspace, *id, *seq)).collect();
        let read = self.get_page(&keys).await?;
        let events = wanted.iter().zip(read).filter_map(|((conversation, _), item)| {
            Some(Logged::read(&item?).map(|logged| (*conversation, logged)))
        });
        Ok(Feed { events: events.collect::<Result<_, _>>()?, next, more })
    }

    /// The stretches that follow, oldest first, and whether there are more than those.
    async fn found(
        &self,
        workspace: &WorkspaceId,
        from: &Cursor,
    ) -> Result<(Vec<Found>, bool), StoreError> {
        let (mut found, mut more) = (Vec::new(), false);
        for (shard, place) in (0..FEED_SHARDS).zip(&from.0) {
            let (pages, rest) = self.pages(workspace, shard, place.0).await?;
            more |= rest;
            // The pages of a shard stay in their order, whatever their clocks said.
            let mut latest = Timestamp::MIN;
            for page in pages {
                latest = latest.max(page.at);
                on_page(&page, usize::from(shard), *place, latest, &mut found);
            }
        }
        found.sort_by_key(|one| (one.at, one.shard, one.page, one.place));
        more |= found.len() > STRETCHES_MAX;
        found.truncate(STRETCHES_MAX);
        Ok((found, more))
    }

    async fn pages(
        &self,
        workspace: &WorkspaceId,
        shard: u8,
        from: u64,
    ) -> Result<(Vec<Page>, bool), StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk >= :from")
            .expression_attribute_values(":pk", text(keys::feed(workspace, shard)))
            .expression_attribute_values(":from", text(keys::feed_page(workspace, shard, from).sk))
            .limit(PAGES_MAX)
            .send()
            .await
            .map_err(|error| StoreError::unavailable("Query", error))?;
        let more = answer.last_evaluated_key.is_some();
        let items = answer.items.unwrap_or_default().into_iter();
        let pages = items.filter_map(|item| Page::read(&Item::new(item)).transpose());
        Ok((pages.collect::<Result<_, _>>()?, more))
    }

    /// Which of the conversations the reader may see, as they are now.
    async fn seen(
        &self,
        workspace: &WorkspaceId,
        found: &[Found],
        sees: impl Fn(&Conversation) -> bool,
    ) -> Result<Vec<ConversationId>, StoreError> {
        let mut heads: BTreeMap<ConversationId, Key> = BTreeMap::new();
        for one in found {
            let conversation = one.stretch.conversation;
            heads.insert(conversation, keys::head(workspace, conversation));
        }
        let keys: Vec<Key> = heads.into_values().collect();
        let mut seen = Vec::new();
        for head in self.get_page(&keys).await?.iter().flatten() {
            let conversation = Head::read(head)?.conversation;
            if conversation.base != Base::Unopened && sees(&conversation) {
                seen.push(conversation.id);
            }
        }
        Ok(seen)
    }

    /// Like `get_all`, and nothing for nothing.
    async fn get_page(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        self.get_all(keys, Consistency::Strong).await
    }
}

/// What of a page comes behind a place.
fn on_page(page: &Page, shard: usize, from: Place, at: Timestamp, found: &mut Vec<Found>) {
    let begun = from.0 == page.number;
    let skipped = if begun { from.1 } else { 0 };
    for (place, stretch) in page.stretches.iter().enumerate().skip(skipped) {
        let mut stretch = *stretch;
        if begun && place == from.1 {
            stretch.first = stretch.first.max(from.2.next());
        }
        let after = if place + 1 == page.stretches.len() {
            Place(page.number + 1, 0, Seq::ZERO)
        } else {
            Place(page.number, place + 1, Seq::ZERO)
        };
        found.push(Found { at, shard, stretch, page: page.number, place, after });
    }
}
