//! Pages of lists.
//!
//! A page is the top of every partition that makes up the list, merged, and then the heads that
//! stand there, which decide exactly: an entry may be older than its head. What the indexes do not
//! tell apart (a label, a campaign, a status within a list, what was read) is looked at head by
//! head, at most so many for one page.

mod reach;
mod search;
mod walk;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use domain::conversation::Conversation;
use domain::id::{AccountId, ConversationId, Seq, UserId};
use domain::listing::{Listing, Order, View};
use domain::rights::Viewer;
use domain::workspace::Workspace;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;

use crate::head::Head;
use crate::item::{Item, text};
use crate::keys::Key;
use crate::places::minute;
use crate::read::Consistency::Eventual;
use crate::{Store, StoreError, keys};
use reach::{Part, Source};

pub use search::Search;

/// One request reads at most a hundred heads.
const PAGE_MAX: usize = 100;

/// A page ends when so many heads have been looked at, however few it holds.
const EXAMINED_MAX: usize = 500;

/// How many partitions are asked at the same time.
const AT_ONCE: usize = 16;

/// A list that somebody asks for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub listing: &'a Listing,
    pub viewer: Viewer<'a>,
    pub workspace: &'a Workspace,
    /// All accounts of the workspace.
    pub accounts: &'a [AccountId],
    /// Only what this finds.
    pub search: Option<&'a Search<'a>>,
    pub now: Timestamp,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub entries: Vec<InList>,
    /// Where the next page begins. A page may hold less than was asked for and still have a next.
    pub next: Option<Position>,
}

/// A conversation in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct InList {
    pub conversation: Conversation,
    /// How far the user whose list it is has read it.
    pub read_to: Seq,
}

/// Behind an entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    part: Part,
    /// `None`: where the part begins.
    sort: Option<String>,
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sort = self.sort.as_deref().unwrap_or_default();
        write!(f, "{}{}", self.part.letter(), sort.replace('#', "."))
    }
}

/// This is not what an earlier page ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the `next` of an earlier page")]
pub struct BadPosition;

impl std::str::FromStr for Position {
    type Err = BadPosition;

    fn from_str(whole: &str) -> Result<Self, BadPosition> {
        let mut letters = whole.chars();
        let part = letters.next().and_then(Part::of_letter).ok_or(BadPosition)?;
        let sort = letters.as_str();
        if sort.is_empty() {
            return Ok(Self { part, sort: None });
        }
        let (minute, id) = sort.split_once('.').ok_or(BadPosition)?;
        let digits = minute.len() == 10 && minute.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || id.parse::<ConversationId>().is_err() {
            return Err(BadPosition);
        }
        Ok(Self { part, sort: Some(format!("{minute}#{id}")) })
    }
}

/// An entry of an index.
struct Place {
    sort: String,
    conversation: ConversationId,
}

/// What stands next in a list, and whether there is more behind it.
struct Top {
    places: Vec<Place>,
    more: bool,
}

impl<'a> Asked<'a> {
    fn user(&self) -> &'a UserId {
        self.listing.user.as_ref().unwrap_or(&self.viewer.user.id)
    }

    fn parts(&self) -> &'static [Part] {
        match self.listing.order() {
            Order::NewestActivity => &[Part::Activity],
            Order::OldestWaiting => &[Part::Waiting],
            Order::UnrepliedFirst => &[Part::Waiting, Part::Rest],
        }
    }

    fn begin(&self, from: Option<&Position>) -> Position {
        let from = from.filter(|from| self.parts().contains(&from.part));
        from.cloned().unwrap_or(Position { part: self.parts()[0], sort: None })
    }

    fn part_after(&self, part: Part) -> Option<Part> {
        self.parts().iter().copied().skip_while(|one| *one != part).nth(1)
    }

    /// How many heads are looked at in one go.
    fn stride(&self, room: usize) -> usize {
        let Listing { status, assignee, label, campaign, .. } = self.listing;
        let picks = status.is_some() || assignee.is_some() || label.is_some() || campaign.is_some();
        if picks || self.search.is_some() || self.listing.wants_unread() { PAGE_MAX } else { room }
    }

    /// The range of keys that stand behind a position, both included.
    fn range(&self, at: &Position) -> (String, String) {
        let all = || (String::from("0"), LAST.to_string());
        let after = at.sort.as_deref();
        if at.part.ascends() {
            let (lowest, highest) = all();
            return (after.map_or(lowest, behind), highest);
        }
        let (lowest, highest) = match self.listing.view {
            View::Active => (minute(self.now), LAST.to_string()),
            View::Inactive => {
                let listed_for = self.workspace.rules.inactive_listed_for;
                let since = self.now.saturating_sub(listed_for).unwrap_or(Timestamp::MIN);
                (minute(since), format!("{}{LAST}", minute(self.now)))
            }
            View::All
            | View::Closed
            | View::Snoozed
            | View::Mine
            | View::MyInbox
            | View::Sent
            | View::Unassigned
            | View::Team
            | View::Unreplied
            | View::Unread
            | View::Internal
            | View::Deleted => all(),
        };
        (lowest, after.map_or(highest, before))
    }

    fn holds(&self, part: Part, conversation: &Conversation) -> bool {
        let waits = conversation.base.is_open() && conversation.unreplied > 0;
        let in_part = match part {
            Part::Activity => true,
            Part::Waiting => waits,
            Part::Rest => !waits,
        };
        let Self { listing, viewer, workspace, now, .. } = self;
        in_part && listing.holds(conversation, viewer, &workspace.rules, *now)
    }
}

/// A page that is being filled.
struct Filling {
    entries: Vec<(Part, InList)>,
    examined: usize,
    limit: usize,
}

impl Filling {
    fn room(&self) -> usize {
        self.limit - self.entries.len()
    }

    fn is_done(&self) -> bool {
        self.room() == 0 || self.examined >= EXAMINED_MAX
    }

    /// Takes as many as there is room for. Returns how far it has got, if not to the end.
    fn take(&mut self, part: Part, kept: Vec<(String, InList)>) -> Option<String> {
        let room = self.room();
        let cut = if kept.len() > room { kept[..room].last() } else { None };
        let cut = cut.map(|(sort, _)| sort.clone());
        self.entries.extend(kept.into_iter().take(room).map(|(_, entry)| (part, entry)));
        cut
    }

    /// The entries in their exact order: that of the index is no finer than a minute.
    fn sorted(mut self, view: View) -> Vec<InList> {
        if view != View::Sent {
            self.entries.sort_by_key(|(part, entry)| (*part, part.exactly(&entry.conversation)));
        }
        self.entries.into_iter().map(|(_, entry)| entry).collect()
    }
}

impl Store {
    /// Which conversations are in this list? At most `limit`, from where an earlier page ended.
    ///
    /// # Errors
    ///
    /// If the table is out of reach or an item cannot be read.
    pub async fn list(
        &self,
        asked: &Asked<'_>,
        from: Option<&Position>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        let limit = limit.clamp(1, PAGE_MAX);
        let mut filling = Filling { entries: Vec::new(), examined: 0, limit };
        let mut next = Some(asked.begin(from));
        while let Some(at) = next.take_if(|_| !filling.is_done()) {
            let sources = asked.sources(at.part);
            let top = self.top(asked, &sources, &at, filling.room()).await?;
            filling.examined += top.places.len();
            let last = top.places.last().map(|place| place.sort.clone());
            let kept = self.heads_in(asked, at.part, top.places).await?;
            let cut = filling.take(at.part, kept);
            next = match cut.or(last.filter(|_| top.more)) {
                Some(sort) => Some(Position { part: at.part, sort: Some(sort) }),
                None => asked.part_after(at.part).map(|part| Position { part, sort: None }),
            };
        }
        Ok(Page { entries: filling.sorted(asked.listing.view), next })
    }

    /// What stands next, of all partitions together.
    async fn top(
        &self,
        asked: &Asked<'_>,
        sources: &[Source],
        at: &Position,
        room: usize,
    ) -> Result<Top, StoreError> {
        let wanted = asked.stride(room);
        let (lowest, highest) = asked.range(at);
        let mut reads = Vec::with_capacity(sources.len());
        for source in sources {
            let query = self.places_of(source, &lowest, &highest);
            reads.push(read(query.scan_index_forward(at.part.ascends()), source, wanted + 1));
        }
        let mut places: Vec<Place> =
            stream::iter(reads).buffer_unordered(AT_ONCE).try_concat().await?;
        if at.part.ascends() {
            places.sort_unstable_by(|a, b| a.sort.cmp(&b.sort));
        } else {
            places.sort_unstable_by(|a, b| b.sort.cmp(&a.sort));
        }
        let more = places.len() > wanted;
        places.truncate(wanted);
        Ok(Top { places, more })
    }

    fn places_of(&self, source: &Source, lowest: &str, highest: &str) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .index_name(source.index.name)
            .key_condition_expression("#p = :p AND #s BETWEEN :lowest AND :highest")
            .expression_attribute_names("#p", source.index.partition)
            .expression_attribute_names("#s", source.index.sort)
            .expression_attribute_values(":p", text(&source.partition))
            .expression_attribute_values(":lowest", text(lowest))
            .expression_attribute_values(":highest", text(highest))
    }

    /// Those of the places whose heads are in the list, with what has been read of them.
    async fn heads_in(
        &self,
        asked: &Asked<'_>,
        part: Part,
        places: Vec<Place>,
    ) -> Result<Vec<(String, InList)>, StoreError> {
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let workspace = &asked.workspace.id;
        let heads: Vec<Key> =
            places.iter().map(|place| keys::head(workspace, place.conversation)).collect();
        let mut kept = Vec::with_capacity(places.len());
        for (place, item) in places.into_iter().zip(self.get_all(&heads, Eventual).await?) {
            let Some(item) = item else { continue };
            let conversation = Head::read(&item)?.conversation;
            if asked.holds(part, &conversation) {
                kept.push((place.sort, conversation));
            }
        }
        let user = asked.user();
        let ids: Vec<ConversationId> =
            kept.iter().map(|(_, conversation)| conversation.id).collect();
        let cursors = self.read_cursors(workspace, user, &ids).await?;
        let entries = kept
            .into_iter()
            .zip(cursors)
            .map(|((sort, conversation), read_to)| (sort, InList { conversation, read_to }));
        let unread = asked.listing.wants_unread();
        let wanted = |(_, entry): &(String, InList)| {
            !unread || entry.conversation.is_unread(user, entry.read_to)
        };
        let entries = entries.filter(wanted).collect();
        match asked.search {
            None => Ok(entries),
            Some(search) => self.found_in(search, user, entries).await,
        }
    }
}

async fn read(
    query: QueryFluentBuilder,
    source: &Source,
    wanted: usize,
) -> Result<Vec<Place>, StoreError> {
    let limit = i32::try_from(wanted).unwrap_or(i32::MAX);
    let page = query.limit(limit).send().await;
    let page = page.map_err(|error| StoreError::unavailable("Query", error))?;
    let items = page.items.unwrap_or_default().into_iter();
    items.map(|item| place(&Item::new(item), source)).collect()
}

fn place(item: &Item, source: &Source) -> Result<Place, StoreError> {
    let sort = item.text(source.index.sort)?;
    let id = sort.split_once('#').and_then(|(_, id)| id.parse().ok());
    let conversation = id.ok_or_else(|| item.corrupt("not a place in a list"))?;
    Ok(Place { sort: sort.to_owned(), conversation })
}

/// Sorts behind every key of its minute.
const LAST: char = '~';

/// The smallest key that sorts behind `key`: those of a minute are of one length.
fn behind(key: &str) -> String {
    format!("{key}!")
}

/// The largest key that sorts before `key`: keys end in the letters of an id, none of which is
/// smaller than `0`, so cutting the last one and sorting behind everything shorter does it.
fn before(key: &str) -> String {
    let mut shorter = key.to_owned();
    match shorter.pop() {
        Some(last) if last > '0' => {
            let earlier = char::from_u32(u32::from(last) - 1).unwrap_or('0');
            format!("{shorter}{earlier}{LAST}")
        }
        Some(_) | None => shorter,
    }
}
