//! A tenant's settings.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::calendar::{Calendar, Zone};
use crate::conversation::{Scope, StatusPreset};
use crate::id::{AccountId, UserId, WorkspaceId};
use crate::responder::Responders;

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
}

/// The switches that decide how conversations live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    pub preset: StatusPreset,
    pub reopen_grace: ReopenGrace,
    /// How long after the contact's last message a conversation is shown Inactive.
    pub inactive_after: SignedDuration,
    pub open_scope: OpenScope,
    /// Whether agents' messages wait for opening hours.
    pub hold_outside_hours: bool,
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
    /// What a preset means for every switch.
    pub fn of(preset: StatusPreset) -> Self {
        Self {
            preset,
            reopen_grace: match preset {
                StatusPreset::Five | StatusPreset::Three => ReopenGrace::Always,
                StatusPreset::OpenClosed => ReopenGrace::Never,
            },
            inactive_after: SignedDuration::from_hours(24),
            open_scope: OpenScope::Contact,
            hold_outside_hours: false,
        }
    }
}

/// A person who works in the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Admin,
    Manager,
    Agent,
}
