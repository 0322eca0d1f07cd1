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
        /// The API key that the connection was made with, if it was: it ends with the key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
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
        if conversations.len() > WATCHED_MAX {
            return Err(TooMany);
        }
        Ok(Self { lists, conversations, open })
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::Zone;
    use crate::rights::Sees;
    use crate::tiles::tests::{conversations, user};
    use crate::workspace::{Preset, Workspace};

    fn watches() -> impl Strategy<Value = (Lists, bool, bool)> {
        let lists = proptest::sample::select(vec![Lists::All, Lists::Mine, Lists::None]);
        (lists, any::<bool>(), any::<bool>())
    }

    proptest! {
        /// R144, R159: a user is told of what they see and watch; of all else nothing, but once that
        /// what they watched is gone.
        #[test]
        fn nobody_is_told_of_what_they_do_not_see(
            conversation in conversations(),
            role in 0usize..4,
            restricted: bool,
            (lists, named, open) in watches(),
            kind in proptest::option::of(proptest::sample::select(BusKind::ALL.to_vec())),
            there: bool,
        ) {
            let (zone, preset) = (Zone::utc(), Preset::Ucal);
            let mut acme =
                Workspace::new("acme".parse().unwrap(), "Acme".to_owned(), zone, preset);
            acme.rules.admins_see_restricted = restricted;
            let mut own = acme.roles[3].clone();
            (own.id, own.sees) = ("own".parse().unwrap(), Sees::Own);
            acme.roles.push(own);
            let me = user("ada", ["admin", "manager", "agent", "own"][role], &["sales"]);
            let viewer = Viewer::of(&acme, &me).unwrap();
            let id = conversation.id;
            let watch = Watch {
                lists,
                conversations: named.then_some(id).into_iter().collect(),
                open: open.then_some(id),
            };
            let seen = there && conversation.base != Base::Unopened && viewer.sees(&conversation);
            let head = there.then_some(&conversation);
            let by_name = named || open;
            let deleted = matches!(conversation.base, Base::Deleted { .. });
            let moves = matches!(
                kind,
                Some(BusKind::ConversationAssigned | BusKind::ConversationVisibilitySet)
            );
            let expected = match (seen, by_name, lists) {
                (false, true, _) => Some(Told::Gone),
                (false, false, _) => None,
                (true, true, _) if deleted => Some(Told::Gone),
                (true, true, _) | (true, false, Lists::All) => Some(Told::Changed),
                (true, false, Lists::Mine) => {
                    (moves || conversation.is_assigned_to(&me.id)).then_some(Told::Changed)
                }
                (true, false, Lists::None) => None,
            };
            prop_assert_eq!(told(&viewer, &watch, id, head, kind), expected);
        }
    }

    #[test]
    fn visitors_hear_of_messages_alone() {
        let heard = BusKind::ALL.iter().filter(|kind| concerns_visitors(Some(**kind)));
        let names: Vec<&str> = heard.map(|kind| kind.as_str()).collect();
        assert_eq!(names, ["message.received.v1", "message.queued.v1", "message.delivery.v1"]);
        assert!(!concerns_visitors(None));
    }

    #[test]
    fn a_connection_has_no_more_rights_than_its_key() {
        let acme = Workspace::new(
            "acme".parse().unwrap(),
            "Acme".to_owned(),
            Zone::utc(),
            Preset::Clevertap5,
        );
        let admin = &acme.roles[0];
        let within = BTreeSet::from([Permission::ContactEdit]);
        let user = "ada".parse::<UserId>().unwrap();
        let narrow = Party::User { user: user.clone(), within: Some(within.clone()), key: None };
        assert_eq!(narrow.role_of(admin).permissions, within);
        let whole = Party::User { user, within: None, key: None };
        assert_eq!(whole.role_of(admin), *admin);
        let (account, address) = ("wa1".parse().unwrap(), Address::from("+16505551234"));
        assert!(Party::Visitor { account, address }.role_of(admin).permissions.is_empty());
    }

    #[test]
    fn frames_read_as_the_protocol_says() {
        let id: ConversationId = "cv_01JD0000000000000000000000".parse().unwrap();
        let ada: UserId = "ada".parse().unwrap();
        let item = Item {
            conversation: id,
            seq: Some(Seq::new(14)),
            kind: "message.delivery.v1".to_owned(),
            status: Some(DeliveryStatus::Delivered),
        };
        let bare = Item { seq: None, status: None, kind: "x".to_owned(), ..item.clone() };
        for (frame, text) in [
            (
                Frame::Changes { items: vec![item, bare] },
                r#"{"type":"changes","items":[{"conversation":"ID","seq":14,"kind":"message.delivery.v1","status":"delivered"},{"conversation":"ID","kind":"x"}]}"#,
            ),
            (
                Frame::Gone { conversations: BTreeSet::from([id]) },
                r#"{"type":"gone","conversations":["ID"]}"#,
            ),
            (
                Frame::Typing { conversation: id, user: ada.clone() },
                r#"{"type":"typing","conversation":"ID","user":"ada"}"#,
            ),
            (
                Frame::Viewing { conversation: id, users: BTreeSet::from([ada.clone()]) },
                r#"{"type":"viewing","conversation":"ID","users":["ada"]}"#,
            ),
            (
                Frame::Presence { user: ada, presence: Presence::Online },
                r#"{"type":"presence","user":"ada","presence":"online"}"#,
            ),
            (Frame::Pong, r#"{"type":"pong"}"#),
            (Frame::Error { detail: "no".to_owned() }, r#"{"type":"error","detail":"no"}"#),
        ] {
            let expected = text.replace("ID", &id.to_string());
            assert_eq!(serde_json::to_string(&frame).unwrap(), expected);
        }
    }

    #[test]
    fn what_clients_ask_for_is_read() {
        let id: ConversationId = "cv_01JD0000000000000000000000".parse().unwrap();
        let read =
            |text: &str| serde_json::from_str::<Asked>(&text.replace("ID", &id.to_string())).ok();
        let watch =
            Watch { lists: Lists::All, conversations: BTreeSet::from([id]), open: Some(id) };
        let whole = r#"{"type":"watch","lists":"all","conversations":["ID"],"open":"ID"}"#;
        assert_eq!(read(whole), Some(Asked::Watch(watch.clone())));
        let least = Asked::Watch(Watch::default());
        assert_eq!(read(r#"{"type":"watch"}"#), Some(least.clone()));
        let empty = r#"{"type":"watch","lists":"none","conversations":[],"open":null}"#;
        assert_eq!(read(empty), Some(least));
        let typing = Asked::Typing { conversation: id };
        assert_eq!(read(r#"{"type":"typing","conversation":"ID"}"#), Some(typing));
        assert_eq!(read(r#"{"type":"ping"}"#), Some(Asked::Ping));
        for nonsense in ["{}", r#"{"type":"watch","lists":"some"}"#, r#"{"type":"changes"}"#] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
        // What is kept of it is read back.
        let kept = serde_json::to_string(&watch).unwrap();
        assert_eq!(serde_json::from_str::<Watch>(&kept).unwrap(), watch);
    }

    #[test]
    fn there_is_an_end_to_what_is_watched_by_name() {
        let watch = |count: usize| {
            let ids = (0..count).map(|n| format!("cv_01JD0000000000000000000{n:03}"));
            let ids: Vec<String> = ids.collect();
            serde_json::from_value::<Watch>(serde_json::json!({ "conversations": ids }))
        };
        assert_eq!(watch(WATCHED_MAX).unwrap().named().len(), WATCHED_MAX);
        assert!(watch(WATCHED_MAX + 1).is_err());
    }
}
