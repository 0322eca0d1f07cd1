//! Small things that users keep in the desk, for themselves or for all: snippets and saved views.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::conversation::ShownStatus;
use crate::id::{AccountId, GroupId, KeptId, UserId};
use crate::private::Words;

/// Something kept, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept<T> {
    pub id: KeptId,
    pub owner: UserId,
    /// Whether all users of the workspace have it.
    pub shared: bool,
    pub changed_at: Timestamp,
    pub what: T,
}

/// A piece of text that is often written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snippet {
    /// What is typed to get it.
    pub shortcut: String,
    pub text: Words,
    /// As BCP 47 names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// A list of conversations with a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    pub name: String,
    pub filter: ViewFilter,
}

/// What a list of conversations may be asked for. What is absent does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ViewFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view: Option<ListName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<ShownStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<Sort>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListName {
    All,
    Active,
    Inactive,
    Mine,
    MyInbox,
    Sent,
    Unassigned,
    Team,
    Closed,
    Snoozed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    OldestWaiting,
    NewestActivity,
    UnrepliedFirst,
}

/// A message that is not finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub text: Words,
    pub changed_at: Timestamp,
}
