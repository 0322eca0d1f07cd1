//! Whom a conversation is addressed to, and whose it is.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Conversation, OpenedBy, Scope};
use crate::id::{GroupId, Seq, UserId};

/// Who may see a conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Whoever sees its group.
    #[default]
    Group,
    /// These users alone.
    Only(BTreeSet<UserId>),
}

/// What decides who sees something.
#[derive(Debug, Clone, Copy)]
pub struct Audience<'a> {
    pub visibility: &'a Visibility,
    pub group: Option<&'a GroupId>,
    /// A chat among users.
    pub internal: bool,
}

/// A user who is responsible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignee {
    pub user: UserId,
    /// The event that assigned them: what is new to them begins there.
    pub since: Seq,
}

impl Conversation {
    pub fn audience(&self) -> Audience<'_> {
        Audience {
            visibility: &self.visibility,
            group: self.group.as_ref(),
            internal: self.scope == Scope::Internal,
        }
    }

    /// Whether the user is assigned to it or has begun it.
    pub fn is_own(&self, user: &UserId) -> bool {
        self.is_assigned_to(user)
            || matches!(&self.opened_by, OpenedBy::User(opener) if opener == user)
    }

    pub fn is_assigned_to(&self, user: &UserId) -> bool {
        self.assignees.iter().any(|assignee| assignee.user == *user)
    }

    /// Whether the other side has said something: the contact, or in a chat among users anybody.
    pub fn has_been_written_in(&self) -> bool {
        self.inbound_count > 0 || self.last_said.is_some()
    }

    /// The assignee who is named first when one is asked for.
    pub fn primary(&self) -> Option<&UserId> {
        self.assignees.first().map(|assignee| &assignee.user)
    }

    /// Whether there is something in it that a user who has read up to `cursor` has not seen: a
    /// customer's message, a colleague's in an internal chat, or its being assigned to them.
    pub fn is_unread(&self, user: &UserId, cursor: Seq) -> bool {
        self.news_for(user) > cursor
    }

    /// The latest event that is news for this user.
    pub fn news_for(&self, user: &UserId) -> Seq {
        let assigned = self.assignees.iter().find(|assignee| assignee.user == *user);
        let assigned = assigned.map_or(Seq::ZERO, |assignee| assignee.since);
        let said = match &self.last_said {
            Some(last) if last.by != *user => last.seq,
            Some(_) | None => Seq::ZERO,
        };
        self.last_in.map_or(Seq::ZERO, |last| last.seq).max(assigned).max(said)
    }
}

/// What is laid down for new conversations with a contact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactDefaults {
    /// Who is responsible for what the contact begins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignees: Vec<UserId>,
    #[serde(default)]
    pub visibility: Visibility,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
}
