//! Users, groups, roles, keys and the workspace, as clients see them.

use domain::rights::{Permission, Role};
use domain::workspace::{Group, User, UserKind, Workspace};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use store::ApiKey;
use utoipa::ToSchema;

/// A person who works in the desk, or a program that answers in one's place.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserView {
    id: String,
    name: String,
    email: String,
    role: String,
    /// `person`, `ai` or `bot`.
    kind: &'static str,
    groups: Vec<String>,
    /// Whether they may come in at all.
    active: bool,
    /// Whether a licence for the desk is bought for them.
    licensed: bool,
}

pub(crate) fn user(user: &User) -> UserView {
    UserView {
        id: user.id.to_string(),
        name: user.name.clone(),
        email: user.email.clone(),
        role: user.role.to_string(),
        kind: match user.kind {
            UserKind::Person => "person",
            UserKind::Ai => "ai",
            UserKind::Bot => "bot",
        },
        groups: user.groups.iter().map(ToString::to_string).collect(),
        active: user.active,
        licensed: user.licensed,
    }
}

/// A team.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GroupView {
    id: String,
    name: String,
    /// Opening hours of its own; the workspace's if `null`.
    #[schema(value_type = Option<Object>)]
    hours: Value,
    /// The accounts whose new conversations come to it.
    accounts: Vec<String>,
}

pub(crate) fn group(group: &Group) -> GroupView {
    GroupView {
        id: group.id.to_string(),
        name: group.name.clone(),
        hours: as_stored(&group.hours),
        accounts: group.accounts.iter().map(ToString::to_string).collect(),
    }
}

/// A named set of permissions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoleView {
    id: String,
    name: String,
    /// Which conversations it shows: `nothing`, `own`, `team` or `all`.
    #[schema(value_type = String)]
    sees: Value,
    permissions: Vec<&'static str>,
}

pub(crate) fn role(role: &Role) -> RoleView {
    RoleView {
        id: role.id.to_string(),
        name: role.name.clone(),
        sees: as_stored(&role.sees),
        permissions: names(role),
    }
}

fn names(role: &Role) -> Vec<&'static str> {
    role.permissions.iter().copied().map(Permission::as_str).collect()
}

/// The settings of a workspace.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkspaceView {
    id: String,
    name: String,
    time_zone: String,
    /// The switches that decide how conversations live.
    #[schema(value_type = Object)]
    rules: Value,
    /// Opening hours; always open if `null`.
    #[schema(value_type = Option<Object>)]
    hours: Value,
    /// How often the settings have been changed.
    revision: u32,
}

pub(crate) fn workspace(workspace: &Workspace) -> WorkspaceView {
    WorkspaceView {
        id: workspace.id.to_string(),
        name: workspace.name.clone(),
        time_zone: workspace.zone.name().to_owned(),
        rules: as_stored(&workspace.rules),
        hours: as_stored(&workspace.hours),
        revision: workspace.revision,
    }
}

/// Whoever calls.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeView {
    user: UserView,
    role: RoleView,
    /// What may be done with this token: the role's permissions, as far as a key reaches.
    permissions: Vec<&'static str>,
    groups: Vec<GroupView>,
    workspace: WorkspaceView,
}

pub(crate) fn me(by: &User, allowed: &Role, of: &Workspace) -> MeView {
    let groups = of.groups.iter().filter(|group| by.groups.contains(&group.id));
    MeView {
        user: user(by),
        role: role(of.role(&by.role).unwrap_or(allowed)),
        permissions: names(allowed),
        groups: groups.map(group).collect(),
        workspace: workspace(of),
    }
}

/// A key for the API. Its secret is never shown again.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeyView {
    id: String,
    name: String,
    /// Whose rights it uses.
    user: String,
    /// Which of them; all of them if `null`.
    scopes: Option<Vec<String>>,
    created_at: Option<String>,
    expires_at: Option<String>,
    /// To the hour.
    last_used_at: Option<String>,
}

pub(crate) fn key(key: &ApiKey) -> KeyView {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    KeyView {
        id: key.id.clone(),
        name: key.name.clone(),
        user: key.user.to_string(),
        scopes: key.scopes.as_ref().map(|scopes| scopes.iter().cloned().collect()),
        created_at: time(key.created_at),
        expires_at: time(key.expires_at),
        last_used_at: time(key.last_used_at),
    }
}

/// A key that was made now, with its token.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NewKeyView {
    #[serde(flatten)]
    pub(crate) key: KeyView,
    /// What to call with. It is shown this once.
    pub(crate) token: String,
}

/// Settings are written as they are kept.
fn as_stored(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
