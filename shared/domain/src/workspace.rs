//! A tenant's settings.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::calendar::{Calendar, Zone};
use crate::consent::OwnWords;
use crate::contact_field::ContactField;
use crate::conversation::{Scope, StatusPreset};
use crate::id::{AccountId, GroupId, RoleId, UserId, WorkspaceId};
use crate::responder::Responders;
use crate::rights::{self, Role};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    pub id: WorkspaceId,
    pub name: String,
    pub zone: Zone,
    pub rules: Rules,
    /// Opening hours; always open if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Calendar>,
    #[serde(default)]
    pub responders: Responders,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
    /// What users may do, by the name of their role.
    #[serde(default = "default_roles")]
    pub roles: Vec<Role>,
    /// Words of the workspace's own that opt out and in, where they are all a contact writes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opt_out_words: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opt_in_words: Vec<String>,
    /// What there is to be known of each contact, in the order it is shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contact_fields: Vec<ContactField>,
    /// How often the settings have been changed, so that no change is lost to another.
    #[serde(default)]
    pub revision: u32,
}

fn default_roles() -> Vec<Role> {
    rights::roles(Preset::Clevertap5)
}

impl Workspace {
    /// A workspace as a preset begins it.
    pub fn new(id: WorkspaceId, name: String, zone: Zone, preset: Preset) -> Self {
        Self {
            id,
            name,
            zone,
            rules: preset.rules(),
            hours: None,
            responders: Responders::default(),
            groups: Vec::new(),
            roles: rights::roles(preset),
            opt_out_words: Vec::new(),
            opt_in_words: Vec::new(),
            contact_fields: Vec::new(),
            revision: 0,
        }
    }

    /// The words that count as an opt-out or an opt-in beside those of every workspace.
    pub fn consent_words(&self) -> OwnWords<'_> {
        OwnWords { out: &self.opt_out_words, back_in: &self.opt_in_words }
    }

    pub fn role(&self, id: &RoleId) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == *id)
    }

    pub fn group(&self, id: &GroupId) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == *id)
    }

    pub fn contact_field(&self, id: &str) -> Option<&ContactField> {
        self.contact_fields.iter().find(|field| field.id.as_str() == id)
    }

    /// The opening hours that hold for conversations of a group: its own, or the workspace's.
    pub fn hours_of(&self, group: Option<&GroupId>) -> Option<&Calendar> {
        let own = group.and_then(|id| self.group(id)).and_then(|group| group.hours.as_ref());
        own.or(self.hours.as_ref())
    }
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub id: GroupId,
    pub name: String,
    /// Opening hours of its own; the workspace's if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Calendar>,
    /// The accounts whose new conversations come to this group.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub accounts: BTreeSet<AccountId>,
}

/// The switches that decide how conversations live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    pub preset: StatusPreset,
    pub reopen_grace: ReopenGrace,
    /// How long after the contact's last message a conversation is shown Inactive.
    pub inactive_after: SignedDuration,
    /// How long after falling Inactive it stays in the list of those.
    pub inactive_listed_for: SignedDuration,
    pub open_scope: OpenScope,
    /// Whether a channel's welcome event, without a message, opens a conversation.
    pub open_on_welcome: bool,
    /// Whether a message from the provider's own app opens a conversation.
    pub echo_opens: bool,
    /// Whether agents' and campaigns' messages wait for opening hours.
    pub hold_outside_hours: bool,
    pub close_policy: ClosePolicy,
    pub closing_category: Ask,
    pub closing_summary: Ask,
    /// Closed after this long without a word, if the customer is who is waited for.
    pub close_idle_after: Option<SignedDuration>,
    /// Whether those who may delete conversations can.
    pub allow_delete: bool,
    pub lock: LockMode,
    /// How long a claim lasts unless it is renewed.
    pub claim_for: SignedDuration,
    pub assignees_max: usize,
    pub unassign_on_close: bool,
    /// Whether the Team inbox leaves out what is assigned.
    pub team_hides_assigned: bool,
    pub admins_see_restricted: bool,
    /// Whether more than two users may share an internal chat.
    pub internal_group_chat: bool,
    pub routing: Routing,
    /// The AI agent that handles new conversations.
    pub ai_agent: Option<UserId>,
    /// Whether owners of a conversation are told of inbound messages by e-mail, if they have not
    /// chosen for themselves.
    pub email_on_inbound: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self::of(StatusPreset::Five)
    }
}

/// Who may close a conversation; programs always may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosePolicy {
    AnyMember,
    AssigneeOrAdmin,
}

/// Whether something is asked for on closing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    Off,
    Optional,
    Required,
}

/// Who may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockMode {
    /// Whoever holds the claim.
    ExclusiveClaim,
    /// Assignees, and those who may assign others.
    Assignees,
    /// Whoever sees it.
    Off,
}

/// Whom a new conversation goes to. The first rule that names somebody who can take it decides:
/// the contact's own assignees, those it had before it was closed, the last to have written to the
/// contact from the account, the strategy, the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Routing {
    pub last_replier: bool,
    /// A contact nobody has ever dealt with goes to an admin.
    pub unknown_to_admin: bool,
    pub strategy: Strategy,
    /// Whether users are chosen who are not online.
    pub ignores_presence: bool,
    /// How many open conversations a user may be assigned to before no more are given to them.
    pub open_max: Option<usize>,
    /// An assigned conversation that nobody has answered for this long is offered to the next.
    pub first_reply_within: Option<SignedDuration>,
}

impl Default for Routing {
    fn default() -> Self {
        Self {
            last_replier: false,
            unknown_to_admin: false,
            strategy: Strategy::Queue,
            ignores_presence: false,
            open_max: None,
            first_reply_within: None,
        }
    }
}

/// How one of several users is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// Nobody is: conversations wait until somebody takes them.
    Queue,
    /// Who was chosen longest ago.
    RoundRobin,
    /// Who has the fewest open conversations.
    LeastOpen,
    /// Who dealt with the contact last, else who has the fewest open conversations.
    Sticky,
}

/// How long after closing a new message reopens the same conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReopenGrace {
    Never,
    Within(SignedDuration),
    Always,
}

/// What there is at most one open conversation per.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenScope {
    Contact,
    ContactAndAccount,
}

impl OpenScope {
    /// The scope of a conversation that begins on `account`.
    pub fn of(self, account: &AccountId) -> Scope {
        match self {
            Self::Contact => Scope::Contact,
            Self::ContactAndAccount => Scope::Account(account.clone()),
        }
    }
}

impl Rules {
    /// What follows from a status vocabulary alone; every other switch at its mildest.
    pub fn of(preset: StatusPreset) -> Self {
        Self {
            preset,
            reopen_grace: match preset {
                StatusPreset::Five | StatusPreset::Three => ReopenGrace::Always,
                StatusPreset::OpenClosed => ReopenGrace::Never,
            },
            inactive_after: SignedDuration::from_hours(24),
            inactive_listed_for: SignedDuration::from_hours(15 * 24),
            open_scope: OpenScope::Contact,
            open_on_welcome: false,
            echo_opens: true,
            hold_outside_hours: false,
            close_policy: ClosePolicy::AnyMember,
            closing_category: Ask::Optional,
            closing_summary: Ask::Optional,
            close_idle_after: None,
            allow_delete: false,
            lock: LockMode::Off,
            claim_for: SignedDuration::from_secs(120),
            assignees_max: ASSIGNEES_MAX,
            unassign_on_close: false,
            team_hides_assigned: false,
            admins_see_restricted: true,
            internal_group_chat: false,
            routing: Routing::default(),
            ai_agent: None,
            email_on_inbound: false,
        }
    }
}

/// A conversation names at most this many users: they stand in its head, which has to stay small.
pub const ASSIGNEES_MAX: usize = 20;

/// A whole way of working, after one of the five systems the requirements come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Five statuses that move by themselves; the first agent has the conversation alone.
    Clevertap5,
    /// Three statuses moved by hand, but for *to New*.
    Clevertap3,
    /// Open and closed; automation opens and closes; closing notes.
    Ucal,
    /// Open, closed and deleted; several assignees; visibility; an AI agent.
    Converso,
    /// Sender IDs with owners; admins assign; nothing is deleted.
    Conversedesk,
}

impl Preset {
    pub const ALL: [(&'static str, Self); 5] = [
        ("clevertap5", Self::Clevertap5),
        ("clevertap3", Self::Clevertap3),
        ("ucal", Self::Ucal),
        ("converso", Self::Converso),
        ("conversedesk", Self::Conversedesk),
    ];

    /// What it means for every switch. The C… numbers are the contradictions between the source
    /// systems that each switch settles.
    pub fn rules(self) -> Rules {
        match self {
            // C03, C13, C19, C20.
            Self::Clevertap5 => {
                Rules { lock: LockMode::ExclusiveClaim, ..Rules::of(StatusPreset::Five) }
            }
            Self::Clevertap3 => {
                Rules { lock: LockMode::ExclusiveClaim, ..Rules::of(StatusPreset::Three) }
            }
            // C09, C12, C15.
            Self::Ucal => Rules {
                open_on_welcome: true,
                assignees_max: 1,
                ..Rules::of(StatusPreset::OpenClosed)
            },
            // C08, C13, C16, C18, C19.
            Self::Converso => Rules {
                close_policy: ClosePolicy::AssigneeOrAdmin,
                allow_delete: true,
                lock: LockMode::Off,
                admins_see_restricted: false,
                ..Rules::of(StatusPreset::OpenClosed)
            },
            // C14, C15, C16, C17, C18, C21, C28.
            Self::Conversedesk => Rules {
                hold_outside_hours: true,
                lock: LockMode::Assignees,
                assignees_max: 1,
                team_hides_assigned: true,
                email_on_inbound: true,
                routing: Routing {
                    last_replier: true,
                    unknown_to_admin: true,
                    ignores_presence: true,
                    ..Routing::default()
                },
                ..Rules::of(StatusPreset::OpenClosed)
            },
        }
    }
}

/// A person who works in the desk, or a program that answers in one's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: RoleId,
    #[serde(default)]
    pub kind: UserKind,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub groups: BTreeSet<GroupId>,
    /// Whether they may come in at all; what they did stays theirs.
    #[serde(default = "yes")]
    pub active: bool,
    /// Whether a licence for the desk is bought for them.
    #[serde(default = "yes")]
    pub licensed: bool,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserKind {
    #[default]
    Person,
    /// Answers in conversations it handles; its answers count as answers.
    Ai,
    /// Answers and automates; its answers leave the message unreplied.
    Bot,
}

/// Whether a user can be given work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    Online,
    /// Signed in, and wants no new work.
    Away,
    #[default]
    Offline,
}
