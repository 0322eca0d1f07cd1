//! Where conversations stand in the indexes of lists.
//!
//! A partition holds what is alike in everything by which lists differ: whose account it came by,
//! who may see it, whether it is assigned, asleep, closed. So every list of every viewer is a union
//! of whole partitions, and a page of it is the top of each.
//!
//! Open conversations are sorted by the minute in which they fall Inactive, which is the order of
//! the contacts' latest messages. *Active* and *Inactive* are ranges of it, so nothing is written
//! when time passes. The indexes hold keys only and no key is finer than a minute: the heads are
//! read for what is shown and decide exactly, and a burst of messages moves an entry once.

use domain::conversation::{Base, Conversation, OpenedBy, Scope, Visibility};
use domain::id::{AccountId, ConversationId, GroupId, UserId, WorkspaceId};
use jiff::{SignedDuration, Timestamp};

use crate::item::{Attributes, text};
use crate::keys;
use crate::keys::Key;

/// Of accounts and of users: by last activity.
pub(crate) const LISTS: Index = Index { name: "lists", partition: "lk", sort: "ls" };
/// Of groups: by last activity.
pub(crate) const GROUPS: Index = Index { name: "groups", partition: "gk", sort: "ls" };
/// Of accounts and of users: by the oldest unreplied message, while there is one.
pub(crate) const WAITING: Index = Index { name: "waiting", partition: "lk", sort: "wk" };
/// Of groups: by the oldest unreplied message, while there is one.
pub(crate) const GROUPS_WAITING: Index =
    Index { name: "groups_waiting", partition: "gk", sort: "wk" };

/// An index of lists, and the attributes that are its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Index {
    pub(crate) name: &'static str,
    pub(crate) partition: &'static str,
    pub(crate) sort: &'static str,
}

impl Index {
    pub(crate) const fn named(self) -> (&'static str, &'static str, &'static str) {
        (self.name, self.partition, self.sort)
    }
}

/// What a conversation is, as far as lists tell conversations apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stand {
    Unassigned,
    Assigned,
    Snoozed,
    Closed,
    Deleted,
}

impl Stand {
    pub(crate) const OPEN: [Self; 3] = [Self::Unassigned, Self::Assigned, Self::Snoozed];

    /// `None` if it stands nowhere.
    fn of(conversation: &Conversation) -> Option<Self> {
        match conversation.base {
            Base::Unopened => None,
            Base::Resolved { .. } => Some(Self::Closed),
            Base::Deleted { .. } => Some(Self::Deleted),
            Base::New | Base::Active | Base::Pending => {
                Some(if conversation.snoozed_until.is_some() {
                    Self::Snoozed
                } else if conversation.assignees.is_empty() {
                    Self::Unassigned
                } else {
                    Self::Assigned
                })
            }
        }
    }

    pub(crate) fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }

    fn letter(self) -> char {
        match self {
            Self::Unassigned => 'u',
            Self::Assigned => 'a',
            Self::Snoozed => 's',
            Self::Closed => 'c',
            Self::Deleted => 'd',
        }
    }

    /// To a user it is the same whether others are assigned.
    fn letter_of_seat(self) -> char {
        match self {
            Self::Unassigned | Self::Assigned => 'o',
            Self::Snoozed | Self::Closed | Self::Deleted => self.letter(),
        }
    }
}

/// Who sees a conversation, beside those who are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Everybody: it has no group.
    ByEverybody,
    ByGroup,
    /// Those who see restricted conversations.
    Restricted,
    /// Nobody: it is a chat among users.
    Internal,
}

impl Seen {
    fn of(conversation: &Conversation) -> Self {
        match (&conversation.scope, &conversation.visibility, &conversation.group) {
            (Scope::Internal, _, _) => Self::Internal,
            (_, Visibility::Only(_), _) => Self::Restricted,
            (_, Visibility::Group, Some(_)) => Self::ByGroup,
            (_, Visibility::Group, None) => Self::ByEverybody,
        }
    }

    fn letter(self) -> char {
        match self {
            Self::ByEverybody => 'e',
            Self::ByGroup => 'g',
            Self::Restricted => 'r',
            Self::Internal => 'i',
        }
    }

    /// Into how many partitions these are spread. An account of a million messages an hour moves as
    /// many entries; few of them are restricted.
    fn shards(self) -> u8 {
        match self {
            Self::ByEverybody | Self::ByGroup => 2,
            Self::Restricted | Self::Internal => 1,
        }
    }
}

/// What a user is to a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tie {
    /// Assigned, and the contact has written: it stands in their inbox.
    Inbox,
    Assigned,
    /// They have begun it, or are named among those who see it; or it is closed.
    Other,
}

impl Tie {
    pub(crate) const ALL: [Self; 3] = [Self::Inbox, Self::Assigned, Self::Other];

    fn letter(self) -> char {
        match self {
            Self::Inbox => 'i',
            Self::Assigned => 'a',
            Self::Other => 'o',
        }
    }
}

/// A partition of an index.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Partition<'a> {
    Account(&'a AccountId, Seen, Stand),
    Group(&'a GroupId, Seen, Stand),
    /// What one user has to do with.
    Seats(&'a UserId, Seen, Tie, Stand),
    /// What one user has begun or written in.
    Sent(&'a UserId),
}

impl Partition<'_> {
    /// Its names, one for each shard.
    pub(crate) fn names(self, workspace: &WorkspaceId) -> Vec<String> {
        (0..self.shards()).map(|shard| self.name(workspace, shard)).collect()
    }

    /// Whether somebody may wait in it.
    pub(crate) fn is_open(self) -> bool {
        match self {
            Self::Account(_, _, stand) | Self::Group(_, _, stand) => stand.is_open(),
            Self::Seats(_, _, _, stand) => stand.is_open(),
            Self::Sent(_) => false,
        }
    }

    fn shards(self) -> u8 {
        match self {
            Self::Account(_, seen, _) | Self::Group(_, seen, _) => seen.shards(),
            Self::Seats(..) | Self::Sent(_) => 1,
        }
    }

    fn name(self, workspace: &WorkspaceId, shard: u8) -> String {
        match self {
            Self::Account(account, seen, stand) => {
                let (seen, stand) = (seen.letter(), stand.letter());
                format!("W#{workspace}#LA#{account}#{seen}{stand}{shard}")
            }
            Self::Group(group, seen, stand) => {
                let (seen, stand) = (seen.letter(), stand.letter());
                format!("W#{workspace}#LG#{group}#{seen}{stand}{shard}")
            }
            Self::Seats(user, seen, tie, stand) => {
                let (seen, tie, stand) = (seen.letter(), tie.letter(), stand.letter_of_seat());
                format!("W#{workspace}#LU#{user}#{seen}{tie}{stand}")
            }
            Self::Sent(user) => format!("W#{workspace}#LU#{user}#sent"),
        }
    }

    fn name_for(self, conversation: &Conversation) -> String {
        let shard = keys::shard(conversation.id, self.shards());
        self.name(&conversation.workspace, shard)
    }
}

/// The attributes by which a head stands in the indexes; none if it stands in no list.
pub(crate) fn of(conversation: &Conversation) -> Attributes {
    let mut attributes = Attributes::new();
    let (Some(stand), Some(last)) = (Stand::of(conversation), conversation.identities.last())
    else {
        return attributes;
    };
    let seen = Seen::of(conversation);
    if seen == Seen::Internal {
        return attributes;
    }
    let account = Partition::Account(&last.via.account, seen, stand);
    attributes.insert(LISTS.partition.to_owned(), text(account.name_for(conversation)));
    if let Some(group) = &conversation.group {
        let group = Partition::Group(group, seen, stand);
        attributes.insert(GROUPS.partition.to_owned(), text(group.name_for(conversation)));
    }
    attributes.extend(sorts(conversation));
    attributes
}

fn sorts(conversation: &Conversation) -> Attributes {
    let mut sorts = Attributes::new();
    let sort = |at| text(sort_key(at, conversation.id));
    sorts.insert(LISTS.sort.to_owned(), sort(activity(conversation)));
    let waiting = conversation.waiting_since.filter(|_| conversation.unreplied > 0);
    if let Some(since) = waiting {
        sorts.insert(WAITING.sort.to_owned(), sort(since));
    }
    sorts
}

/// A chat among users stands among customers' conversations as if it fell Inactive after a day.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// What lists by activity are sorted by, exactly.
pub(crate) fn activity(conversation: &Conversation) -> Timestamp {
    match (&conversation.scope, conversation.base) {
        (_, Base::Deleted { deleted_at }) => deleted_at,
        (_, Base::Resolved { closed_at, .. }) => closed_at,
        (Scope::Internal, _) => {
            let said = conversation.last_said.as_ref().map(|last| last.at);
            domain::window::after(said.unwrap_or(conversation.opened_at), A_DAY)
        }
        (Scope::Contact | Scope::Account(_), _) => conversation.activity_expires_at,
    }
}

/// An item by which a conversation stands in a user's lists.
#[derive(Debug, PartialEq)]
pub(crate) struct Seat {
    pub(crate) key: Key,
    pub(crate) attributes: Attributes,
}

/// The seats of a conversation, by user.
pub(crate) fn seats(conversation: &Conversation) -> Vec<Seat> {
    let Some(stand) = Stand::of(conversation) else { return Vec::new() };
    // To those who have a seat it is the same who else sees it.
    let seen = match Seen::of(conversation) {
        Seen::ByEverybody | Seen::ByGroup => Seen::ByEverybody,
        Seen::Restricted => Seen::Restricted,
        Seen::Internal => Seen::Internal,
    };
    let assignees = conversation.assignees.iter().map(|assignee| &assignee.user);
    let mut users: Vec<&UserId> = assignees.collect();
    match (&conversation.visibility, &conversation.opened_by) {
        (Visibility::Only(named), _) => users.extend(named),
        (Visibility::Group, OpenedBy::User(opener)) => users.push(opener),
        (Visibility::Group, _) => {}
    }
    users.sort_unstable();
    users.dedup();
    let seat = |user: &UserId| {
        let tie = tie(conversation, user, stand);
        let key = keys::seat(&conversation.workspace, conversation.id, user);
        let partition = Partition::Seats(user, seen, tie, stand).name_for(conversation);
        let mut attributes = key.attributes();
        attributes.insert(LISTS.partition.to_owned(), text(partition));
        attributes.extend(sorts(conversation));
        Seat { key, attributes }
    };
    users.into_iter().map(seat).collect()
}

fn tie(conversation: &Conversation, user: &UserId, stand: Stand) -> Tie {
    if !stand.is_open() || !conversation.is_assigned_to(user) {
        Tie::Other
    } else if conversation.has_been_written_in() {
        Tie::Inbox
    } else {
        Tie::Assigned
    }
}

/// The seat of somebody who has written in a conversation, or begun it.
pub(crate) fn sent(conversation: &Conversation, user: &UserId, at: Timestamp) -> Attributes {
    let mut item = keys::sent(&conversation.workspace, conversation.id, user).attributes();
    let partition = Partition::Sent(user).name_for(conversation);
    item.insert(LISTS.partition.to_owned(), text(partition));
    item.insert(LISTS.sort.to_owned(), text(sort_key(at, conversation.id)));
    item
}

pub(crate) fn sort_key(at: Timestamp, conversation: ConversationId) -> String {
    format!("{}#{conversation}", minute(at))
}

pub(crate) fn minute(at: Timestamp) -> String {
    format!("{:010}", minutes(at))
}

pub(crate) fn minutes(at: Timestamp) -> i64 {
    at.as_second().max(0) / 60
}
