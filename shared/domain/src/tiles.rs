//! The four tiles of the desk: what is assigned to me, what of it is unreplied, what is assigned to
//! nobody, what is unreplied at all.
//!
//! A tile is a sum over open conversations, and a conversation adds to few of them: so the sums are
//! kept by the difference each change makes. Who sees a conversation is part of the key it adds to,
//! so that nobody's tile counts what they may not see. A chat among users adds to none.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::conversation::{Audience, Conversation, Scope, Visibility};
use crate::id::{BadId, GroupId, UserId};
use crate::rights::{Permission, Sees, Viewer};

/// What a sum is kept of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum TileKey {
    /// What is assigned to this user.
    Mine(UserId),
    /// What whoever sees this group sees; `None` is what has no group.
    Group(Option<GroupId>),
    /// What is restricted to users, of whom this is one.
    Named(UserId),
    /// Everything that is restricted, for those who see it without being named.
    Restricted,
}

impl fmt::Display for TileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mine(user) => write!(f, "mine#{user}"),
            Self::Group(Some(group)) => write!(f, "group#{group}"),
            Self::Group(None) => f.write_str("group#"),
            Self::Named(user) => write!(f, "named#{user}"),
            Self::Restricted => f.write_str("restricted"),
        }
    }
}

impl FromStr for TileKey {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        match text.split_once('#') {
            Some(("mine", user)) => user.parse().map(Self::Mine),
            Some(("group", "")) => Ok(Self::Group(None)),
            Some(("group", group)) => group.parse().map(|group| Self::Group(Some(group))),
            Some(("named", user)) => user.parse().map(Self::Named),
            None if text == "restricted" => Ok(Self::Restricted),
            Some(_) | None => Err(BadId::Slug),
        }
    }
}

impl TryFrom<String> for TileKey {
    type Error = BadId;

    fn try_from(text: String) -> Result<Self, BadId> {
        text.parse()
    }
}

impl From<TileKey> for String {
    fn from(key: TileKey) -> Self {
        key.to_string()
    }
}

impl TileKey {
    /// Whether the two group tiles of this user hold it.
    pub fn counts_for(&self, viewer: &Viewer<'_>) -> bool {
        let sees = |visibility: &Visibility, group: Option<&GroupId>| {
            viewer.sees_audience(&Audience { visibility, group, internal: false }, false)
        };
        let restricted = || sees(&Visibility::Only(BTreeSet::new()), None);
        match self {
            Self::Mine(_) => false,
            Self::Group(group) => sees(&Visibility::Group, group.as_ref()),
            Self::Named(user) => {
                *user == viewer.user.id && viewer.may(Permission::ConversationRead) && !restricted()
            }
            Self::Restricted => restricted(),
        }
    }
}

/// Whether the user has group tiles at all: whoever sees only their own conversations has none.
pub fn has_group_tiles(viewer: &Viewer<'_>) -> bool {
    viewer.may(Permission::ConversationRead)
        && match viewer.role.sees {
            Sees::Nothing | Sees::Own => false,
            Sees::Team | Sees::All => true,
        }
}

/// A sum, or what changes it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Conversations: of a user those assigned to them, of an audience those assigned to nobody.
    #[serde(rename = "c")]
    pub conversations: i64,
    /// Unreplied messages.
    #[serde(rename = "u")]
    pub unreplied: i64,
}

impl Counts {
    pub fn is_zero(self) -> bool {
        self == Self::default()
    }
}

impl std::ops::Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            conversations: self.conversations + other.conversations,
            unreplied: self.unreplied + other.unreplied,
        }
    }
}

impl std::ops::Sub for Counts {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            conversations: self.conversations - other.conversations,
            unreplied: self.unreplied - other.unreplied,
        }
    }
}

/// What the conversation adds to which sums; nothing unless it is open.
pub fn contribution(conversation: &Conversation) -> BTreeMap<TileKey, Counts> {
    let mut adds = BTreeMap::new();
    if !conversation.base.is_open() || conversation.scope == Scope::Internal {
        return adds;
    }
    let unreplied = i64::from(conversation.unreplied);
    for assignee in &conversation.assignees {
        adds.insert(TileKey::Mine(assignee.user.clone()), Counts { conversations: 1, unreplied });
    }
    let unassigned = i64::from(conversation.assignees.is_empty());
    let shared = Counts { conversations: unassigned, unreplied };
    match &conversation.visibility {
        Visibility::Group => {
            adds.insert(TileKey::Group(conversation.group.clone()), shared);
        }
        Visibility::Only(users) => {
            adds.insert(TileKey::Restricted, shared);
            adds.extend(users.iter().map(|user| (TileKey::Named(user.clone()), shared)));
        }
    }
    adds.retain(|_, counts| !counts.is_zero());
    adds
}

#[cfg(test)]
pub(crate) mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::Zone;
    use crate::conversation::{
        Actor, Assignee, Base, CloseReason, Event, EventKind, Handler, Opened, OpenedBy, Rule,
    };
    use crate::id::{ContactId, ConversationId, Seq};
    use crate::workspace::{Preset, User, UserKind, Workspace};

    pub(crate) fn user(name: &str, role: &str, groups: &[&str]) -> User {
        User {
            id: name.parse().unwrap(),
            name: name.to_owned(),
            email: String::new(),
            role: role.parse().unwrap(),
            kind: UserKind::Person,
            groups: groups.iter().map(|group| group.parse().unwrap()).collect(),
            active: true,
            licensed: true,
        }
    }

    fn conversation(base: Base, unreplied: u32) -> Conversation {
        let opened = Opened {
            contact: ContactId::new(Timestamp::UNIX_EPOCH, [1; 10]),
            contact_name: None,
            scope: Scope::Contact,
            by: OpenedBy::Contact,
            via: None,
            consent: crate::consent::Consent::Unasked,
            activity_expires_at: Timestamp::UNIX_EPOCH,
            last_in_at: None,
            base: Base::New,
            handler: Handler::Nobody,
            group: None,
            visibility: Visibility::Group,
            assignees: Vec::new(),
            replier: None,
        };
        let event = Event {
            seq: Seq::new(1),
            at: Timestamp::UNIX_EPOCH,
            actor: Actor::Contact,
            rule: Rule::T01,
            kind: EventKind::Opened(opened.clone()),
        };
        let id = ConversationId::new(Timestamp::UNIX_EPOCH, [2; 10]);
        let begun = Conversation::begin(id, "acme".parse().unwrap(), &event, &opened);
        Conversation { base, unreplied, ..begun }
    }

    fn bases() -> impl Strategy<Value = Base> {
        let (closed_at, deleted_at) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
        prop_oneof![
            Just(Base::Unopened),
            Just(Base::New),
            Just(Base::Active),
            Just(Base::Pending),
            Just(Base::Resolved { closed_at, reason: CloseReason::User }),
            Just(Base::Deleted { deleted_at }),
        ]
    }

    const USERS: [&str; 3] = ["ada", "ben", "cleo"];
    const GROUPS: [&str; 2] = ["sales", "help"];

    pub(crate) fn conversations() -> impl Strategy<Value = Conversation> {
        let users = || proptest::sample::subsequence(USERS.to_vec(), 0..=USERS.len());
        let group = proptest::option::of(proptest::sample::select(GROUPS.to_vec()));
        (bases(), 0u32..4, users(), group, proptest::option::of(users())).prop_map(
            |(base, unreplied, assignees, group, only)| {
                let mut made = conversation(base, unreplied);
                made.assignees = assignees
                    .iter()
                    .map(|user| Assignee { user: user.parse().unwrap(), since: Seq::new(1) })
                    .collect();
                made.group = group.map(|group| group.parse().unwrap());
                if let Some(only) = only {
                    let named = only.iter().map(|user| user.parse().unwrap()).collect();
                    made.visibility = Visibility::Only(named);
                }
                made
            },
        )
    }

    proptest! {
        /// R183-R187: a user's tiles hold exactly what they may see, whatever their role.
        #[test]
        fn a_tile_counts_what_its_viewer_sees_and_nothing_else(
            conversation in conversations(), role in 0usize..4, restricted: bool,
        ) {
            let zone = Zone::utc();
            let mut acme =
                Workspace::new("acme".parse().unwrap(), "Acme".to_owned(), zone, Preset::Ucal);
            acme.rules.admins_see_restricted = restricted;
            let mut own = acme.roles[3].clone();
            (own.id, own.sees) = ("own".parse().unwrap(), Sees::Own);
            acme.roles.push(own);
            let me = user("ada", ["admin", "manager", "agent", "own"][role], &["sales"]);
            let viewer = Viewer::of(&acme, &me).unwrap();
            let adds = contribution(&conversation);
            let sum = adds
                .iter()
                .filter(|(key, _)| key.counts_for(&viewer))
                .fold(Counts::default(), |sum, (_, counts)| sum + *counts);
            let seen = conversation.base.is_open() && viewer.sees(&conversation);
            if has_group_tiles(&viewer) {
                let unreplied = if seen { i64::from(conversation.unreplied) } else { 0 };
                let unassigned = i64::from(seen && conversation.assignees.is_empty());
                prop_assert_eq!(sum, Counts { conversations: unassigned, unreplied });
            }
            let mine = adds.get(&TileKey::Mine(me.id.clone())).copied().unwrap_or_default();
            let is_mine = conversation.base.is_open() && conversation.is_assigned_to(&me.id);
            prop_assert_eq!(mine.conversations, i64::from(is_mine));
            let unreplied = if is_mine { i64::from(conversation.unreplied) } else { 0 };
            prop_assert_eq!(mine.unreplied, unreplied);
        }

        #[test]
        fn a_key_survives_its_text(place in 0usize..5) {
            let ben = || "ben".parse().unwrap();
            let key = match place {
                0 => TileKey::Mine(ben()),
                1 => TileKey::Group(Some("sales".parse().unwrap())),
                2 => TileKey::Group(None),
                3 => TileKey::Named(ben()),
                _ => TileKey::Restricted,
            };
            prop_assert_eq!(key.to_string().parse::<TileKey>(), Ok(key));
        }
    }

    /// R184 excludes what is closed; a chat among users is no customer's conversation.
    #[test]
    fn closed_conversations_and_chats_among_users_add_nothing() {
        let closed = Base::Resolved { closed_at: Timestamp::UNIX_EPOCH, reason: CloseReason::User };
        assert!(contribution(&conversation(closed, 3)).is_empty());
        let chat = Conversation { scope: Scope::Internal, ..conversation(Base::New, 3) };
        assert!(contribution(&chat).is_empty());
    }
}
