//! What is told live: which changes a connection hears of, and what it may ask for.
//!
//! A push names what changed and carries no words: whoever may see them asks the API. Nothing is
//! promised about pushes; completeness comes from the feed. Whether a user sees a conversation is
//! asked with every push, of [`Viewer::sees`].

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::bus::BusKind;
use crate::conversation::{Base, Conversation, Scope, Visibility};
use crate::delivery::DeliveryStatus;
use crate::id::{AccountId, ConversationId, Seq, UserId};
use crate::private::Address;
use crate::rights::{Permission, Role, Viewer};
use crate::workspace::Presence;

/// A frame of a client that is larger is not read.
pub const FRAME_BYTES_MAX: usize = 16 * 1024;

/// A client watches at most so many conversations by name: they stand in its connection, which is
/// read with every change.
pub const WATCHED_MAX: usize = 200;

/// A frame to a client tells at most so many changes, far below what a gateway passes on
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html>).
pub const CHANGES_MAX: usize = 100;

/// A ticket is good for so long, once.
pub const TICKET_GOOD_FOR: SignedDuration = SignedDuration::from_secs(30);

/// A connection is closed after so long, whatever it does
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html>).
pub const CONNECTED_MAX: SignedDuration = SignedDuration::from_hours(2);

/// Who is at the other end of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    User {
        user: UserId,
        /// What of their rights the connection has; all of them if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        within: Option<BTreeSet<Permission>>,
    },
    /// Somebody who writes to an account from a page of ours.
    Visitor { account: AccountId, address: Address },
}

impl Party {
    /// A user's role, as far as the connection reaches.
    pub fn role_of(&self, role: &Role) -> Role {
        let mut role = role.clone();
        match self {
            Self::User { within: Some(within), .. } => {
                role.permissions.retain(|permission| within.contains(permission));
            }
            Self::User { within: None, .. } => {}
            Self::Visitor { .. } => role.permissions.clear(),
        }
        role
    }

    pub fn user(&self) -> Option<&UserId> {
        match self {
            Self::User { user, .. } => Some(user),
            Self::Visitor { .. } => None,
        }
    }
}

/// Of which conversations a user is told, beside those they name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lists {
    /// All that they see.
    All,
    /// Those that are theirs.
    Mine,
    #[default]
    None,
}

/// What a user watches.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Watching")]
pub struct Watch {
    pub lists: Lists,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub conversations: BTreeSet<ConversationId>,
    /// The one on the screen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open: Option<ConversationId>,
}

#[derive(Deserialize)]
struct Watching {
    #[serde(default)]
    lists: Lists,
    #[serde(default)]
    conversations: BTreeSet<ConversationId>,
    #[serde(default)]
    open: Option<ConversationId>,
}

/// Why nobody can watch this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("at most {WATCHED_MAX} conversations are watched by name")]
pub struct TooMany;

impl TryFrom<Watching> for Watch {
    type Error = TooMany;

    fn try_from(watching: Watching) -> Result<Self, TooMany> {
        let Watching { lists, conversations, open } = watching;
        let watch = Self { lists, conversations, open };
        if watch.named().len() > WATCHED_MAX { Err(TooMany) } else { Ok(watch) }
    }
}

impl Watch {
    /// The conversations that are watched by name, the open one among them.
    pub fn named(&self) -> BTreeSet<ConversationId> {
        self.conversations.iter().copied().chain(self.open).collect()
    }

    pub fn names(&self, conversation: ConversationId) -> bool {
        self.open == Some(conversation) || self.conversations.contains(&conversation)
    }

    /// The same without what is not kept.
    #[must_use]
    pub fn keeping(mut self, keeps: impl Fn(ConversationId) -> bool) -> Self {
        self.conversations.retain(|id| keeps(*id));
        self.open = self.open.filter(|id| keeps(*id));
        self
    }
}

/// What a client says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Asked {
    /// Replaces what was watched.
    Watch(Watch),
    /// The user is writing a reply there.
    Typing {
        conversation: ConversationId,
    },
    Ping,
}

/// What a client is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Frame {
    Changes {
        items: Vec<Item>,
    },
    /// They were watched by name and are not to be seen any more.
    Gone {
        conversations: BTreeSet<ConversationId>,
    },
    Typing {
        conversation: ConversationId,
        user: UserId,
    },
    /// Who has it open.
    Viewing {
        conversation: ConversationId,
        users: BTreeSet<UserId>,
    },
    Presence {
        user: UserId,
        presence: Presence,
    },
    Pong,
    Error {
        detail: String,
    },
}

/// A change, named and no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    pub conversation: ConversationId,
    /// The number of the event, or of the message it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<Seq>,
    /// As the bus calls it.
    pub kind: String,
    /// How far a message has travelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<DeliveryStatus>,
}

/// What a change means to a user's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    Changed,
    /// They watch it by name and do not see it any more.
    Gone,
}

/// Whether a user sees a conversation, as far as pushes are concerned.
pub fn sees(viewer: &Viewer<'_>, conversation: &Conversation) -> bool {
    conversation.base != Base::Unopened && viewer.sees(conversation)
}

/// What a user who watches this is told of a change of conversation `id`, which is as it is after
/// the change, or is not there.
///
/// Whoever watches by name has seen it when they began to: what they do not see is not kept in a
/// [`Watch`]. So that it is gone tells them nothing they did not know.
pub fn told(
    viewer: &Viewer<'_>,
    watch: &Watch,
    id: ConversationId,
    conversation: Option<&Conversation>,
    kind: Option<BusKind>,
) -> Option<Told> {
    let seen = conversation.filter(|conversation| sees(viewer, conversation));
    let Some(seen) = seen else { return watch.names(id).then_some(Told::Gone) };
    if watch.names(id) {
        let deleted = matches!(seen.base, Base::Deleted { .. });
        return Some(if deleted { Told::Gone } else { Told::Changed });
    }
    let listed = match watch.lists {
        Lists::All => true,
        // Whose it was is not known any more; to them it has changed, too.
        Lists::Mine => {
            concerns(seen, &viewer.user.id)
                || matches!(
                    kind,
                    Some(BusKind::ConversationAssigned | BusKind::ConversationVisibilitySet)
                )
        }
        Lists::None => false,
    };
    listed.then_some(Told::Changed)
}

/// Whether a conversation stands in a user's own lists.
fn concerns(conversation: &Conversation, user: &UserId) -> bool {
    let member = match &conversation.visibility {
        Visibility::Only(users) => conversation.scope == Scope::Internal && users.contains(user),
        Visibility::Group => false,
    };
    member || conversation.is_own(user)
}

/// What visitors are told of: what is said between them and us, and how far it has travelled.
pub fn concerns_visitors(kind: Option<BusKind>) -> bool {
    matches!(
        kind,
        Some(BusKind::MessageReceived | BusKind::MessageQueued | BusKind::MessageDelivery)
    )
}
