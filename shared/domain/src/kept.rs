//! Small things that users keep in the desk, for themselves or for all: snippets and saved views.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{KeptId, UserId};
use crate::listing::Listing;
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
    pub filter: Listing,
}

/// A message that is not finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub text: Words,
    pub changed_at: Timestamp,
}
