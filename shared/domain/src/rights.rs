//! What a user may do, and whose conversations they see.
//!
//! Permissions are atomic, a role is data: a name for a set of them. What a user sees is asked in
//! one place, [`Viewer::sees`], by every list, search, counter, notification and read.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::conversation::{Audience, Conversation, Visibility};
use crate::id::{GroupId, RoleId};
use crate::workspace::{Preset, User, Workspace};

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// One thing a user may do. The text is what the API and the table call it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Permission {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl Permission {
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

permissions! {
    /// Lists, reads and searches the conversations one may see.
    ConversationRead = "conversation.read",
    /// Answers, writes first, claims, drafts.
    ConversationReply = "conversation.reply",
    /// Sets the status, snoozes, labels.
    ConversationStatus = "conversation.status",
    /// Closes and reopens; whose conversations, the workspace's close policy says.
    ConversationClose = "conversation.close",
    /// Closes and reopens conversations that others are assigned to, whatever the close policy.
    ConversationCloseAny = "conversation.close.any",
    ConversationDelete = "conversation.delete",
    /// Restricts who sees a conversation.
    ConversationVisibility = "conversation.visibility",
    /// Sees restricted conversations without being named, where the workspace allows that.
    ConversationSeeRestricted = "conversation.see.restricted",
    /// Takes a claim away from its holder.
    ConversationSteal = "conversation.steal",
    AssignSelf = "assign.self",
    AssignOthers = "assign.others",
    NoteWrite = "note.write",
    /// Takes along what was said in conversations that others are assigned to.
    TranscriptExport = "transcript.export",
    /// Writes to colleagues.
    InternalChat = "internal.chat",
    InternalDelete = "internal.delete",
    /// Looks into another user's inbox.
    InboxOthers = "inbox.others",
    /// Changes what counts as read by another user.
    ReadOverride = "read.override",
    ContactEdit = "contact.edit",
    ContactBlock = "contact.block",
    ContactMerge = "contact.merge",
    /// Writes to the consent ledger.
    ConsentUpload = "consent.upload",
    CampaignSend = "campaign.send",
    InvoiceManage = "invoice.manage",
    SnippetManage = "snippet.manage",
    /// Writes and publishes FAQs, and says how responders answer.
    FaqManage = "faq.manage",
    /// Shares saved views with others.
    ViewShare = "view.share",
    UsersManage = "users.manage",
    GroupsManage = "groups.manage",
    RolesManage = "roles.manage",
    KeysManage = "keys.manage",
    SettingsManage = "settings.manage",
    AccountsRead = "accounts.read",
    /// Connects channel accounts and changes them, their secrets too.
    AccountsManage = "accounts.manage",
    AuditRead = "audit.read",
}

/// Which conversations a role shows, beside those its user is named in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sees {
    Nothing,
    /// Those the user is assigned to or has begun.
    Own,
    /// Those of the user's groups, and those of no group.
    Team,
    All,
}

/// A named set of permissions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    pub id: RoleId,
    pub name: String,
    pub sees: Sees,
    pub permissions: BTreeSet<Permission>,
}

impl Role {
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }
}

/// A user with what their role allows, looking at something.
#[derive(Debug, Clone, Copy)]
pub struct Viewer<'a> {
    pub user: &'a User,
    pub role: &'a Role,
    pub admins_see_restricted: bool,
}

impl<'a> Viewer<'a> {
    /// `None` for a user who may not come in: inactive, or of a role that is not defined.
    pub fn of(workspace: &'a Workspace, user: &'a User) -> Option<Self> {
        let role = workspace.role(&user.role).filter(|_| user.active)?;
        let admins_see_restricted = workspace.rules.admins_see_restricted;
        Some(Self { user, role, admins_see_restricted })
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.role.may(permission)
    }

    /// Whether this user sees what is addressed to a group.
    pub fn sees_group(&self, group: &GroupId) -> bool {
        match self.role.sees {
            Sees::Nothing | Sees::Own => false,
            Sees::Team => self.user.groups.contains(group),
            Sees::All => true,
        }
    }

    /// Whether this user sees conversations with customers that name others alone.
    pub fn sees_restricted(&self) -> bool {
        self.admins_see_restricted && self.may(Permission::ConversationSeeRestricted)
    }

    /// Whether this user may see the conversation.
    pub fn sees(&self, conversation: &Conversation) -> bool {
        self.sees_audience(&conversation.audience(), conversation.is_own(&self.user.id))
    }

    /// Whether the user would see the conversation once it were theirs: assignees have to.
    pub fn could_be_assigned(&self, conversation: &Conversation) -> bool {
        self.may(Permission::ConversationReply)
            && self.sees_audience(&conversation.audience(), true)
    }

    /// Whether the user may see what is addressed to `audience`; `own`: whether they are assigned
    /// to it or have begun it.
    pub fn sees_audience(&self, audience: &Audience<'_>, own: bool) -> bool {
        if !self.may(Permission::ConversationRead) {
            return false;
        }
        match audience.visibility {
            Visibility::Only(users) => {
                users.contains(&self.user.id) || (self.sees_restricted() && !audience.internal)
            }
            Visibility::Group => match self.role.sees {
                Sees::Nothing => false,
                Sees::Own => own,
                Sees::Team | Sees::All => audience.group.is_none_or(|group| self.sees_group(group)),
            },
        }
    }
}

fn role(id: &str, name: &str, sees: Sees, permissions: impl Into<BTreeSet<Permission>>) -> Role {
    let id = id.parse().expect("the names of roles here are slugs");
    Role { id, name: name.to_owned(), sees, permissions: permissions.into() }
}

fn every() -> BTreeSet<Permission> {
    Permission::ALL.iter().copied().collect()
}

fn without(permissions: &[Permission]) -> BTreeSet<Permission> {
    every().into_iter().filter(|permission| !permissions.contains(permission)).collect()
}

/// What an agent needs for a day's work.
const AGENT: [Permission; 13] = [
    Permission::ConversationRead,
    Permission::ConversationReply,
    Permission::ConversationStatus,
    Permission::ConversationClose,
    Permission::ConversationVisibility,
    Permission::AssignSelf,
    Permission::AssignOthers,
    Permission::NoteWrite,
    Permission::InternalChat,
    Permission::ContactEdit,
    Permission::SnippetManage,
    Permission::InvoiceManage,
    Permission::AccountsRead,
];

/// The roles a preset begins with; a workspace may change them.
///
/// The five source systems differ: one knows admin, member, creator, approver and agent, of whom
/// only admins and agents reach conversations; one owner, manager and agent; one admin and agent;
/// one admin and standard user, who assigns nobody but is assigned to.
pub fn roles(preset: Preset) -> Vec<Role> {
    let admin = || role("admin", "Admin", Sees::All, every());
    let agent = || role("agent", "Agent", Sees::All, AGENT);
    let no_people = [
        Permission::UsersManage,
        Permission::GroupsManage,
        Permission::RolesManage,
        Permission::KeysManage,
        Permission::SettingsManage,
        Permission::AccountsManage,
    ];
    match preset {
        Preset::Clevertap5 | Preset::Clevertap3 => vec![
            admin(),
            agent(),
            role("manager", "Manager", Sees::All, without(&no_people)),
            role("member", "Member", Sees::Nothing, [Permission::AccountsRead]),
            role("creator", "Creator", Sees::Nothing, [Permission::CampaignSend]),
            role("approver", "Approver", Sees::Nothing, [Permission::CampaignSend]),
        ],
        Preset::Ucal => vec![
            role("owner", "Owner", Sees::All, every()),
            admin(),
            role("manager", "Manager", Sees::All, without(&no_people)),
            role("agent", "Agent", Sees::Team, AGENT),
        ],
        Preset::Converso => vec![admin(), role("agent", "Agent", Sees::Team, AGENT)],
        Preset::Conversedesk => {
            let mut standard: BTreeSet<Permission> = AGENT.into();
            standard.remove(&Permission::AssignOthers);
            standard.remove(&Permission::ConversationVisibility);
            vec![admin(), role("standard", "Standard user", Sees::Own, standard.clone()), {
                role("agent", "Agent", Sees::Own, standard)
            }]
        }
    }
}
