//! Lists of conversations: which there are, and what stands in each.
//!
//! A view is a question, not a place: nothing is moved into it. [`Listing::holds`] is the answer for
//! one conversation, and what the table's indexes are held against.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::conversation::{Base, Conversation, Scope, ShownStatus};
use crate::id::{AccountId, GroupId, UserId};
use crate::rights::{Permission, Viewer};
use crate::workspace::Rules;

/// Which conversations are listed. Chats among users stand in [`View::Internal`] and in the inboxes
/// of their members.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// Open, or of the status that is asked for.
    #[default]
    All,
    /// Open, and the contact has written of late.
    Active,
    /// Open and silent, for as long as the workspace lists such.
    Inactive,
    Closed,
    Snoozed,
    /// Open and assigned to the user.
    Mine,
    /// Those of *mine* that a contact has written in and that are not snoozed: what is to be done.
    MyInbox,
    /// Those the user has begun or written in, by when they last wrote.
    Sent,
    /// Open, not snoozed, and nobody's.
    Unassigned,
    /// Open, not snoozed, and of a group of the user's, or of none.
    Team,
    /// Open, and somebody waits for an answer.
    Unreplied,
    /// Open, with something the user has not read.
    Unread,
    /// Chats among users.
    Internal,
    /// Tombstones, for those who may delete.
    Deleted,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The latest first: open conversations by when they fall Inactive, others by when they ended.
    NewestActivity,
    /// Those with unreplied messages only, the longest waiting first.
    OldestWaiting,
    /// As by waiting, and then the others, the latest first.
    UnrepliedFirst,
}

impl View {
    pub const ALL: [Self; 14] = [
        Self::All,
        Self::Active,
        Self::Inactive,
        Self::Closed,
        Self::Snoozed,
        Self::Mine,
        Self::MyInbox,
        Self::Sent,
        Self::Unassigned,
        Self::Team,
        Self::Unreplied,
        Self::Unread,
        Self::Internal,
        Self::Deleted,
    ];

    /// The orders it can be read in, the one it has by itself first.
    pub fn orders(self) -> &'static [Order] {
        match self {
            Self::MyInbox => &[Order::UnrepliedFirst, Order::OldestWaiting, Order::NewestActivity],
            Self::Unreplied => &[Order::OldestWaiting],
            Self::Closed | Self::Sent | Self::Internal | Self::Deleted => &[Order::NewestActivity],
            Self::All
            | Self::Active
            | Self::Inactive
            | Self::Snoozed
            | Self::Mine
            | Self::Unassigned
            | Self::Team
            | Self::Unread => &[Order::NewestActivity, Order::OldestWaiting, Order::UnrepliedFirst],
        }
    }

    /// Whether it depends on whose it is.
    pub fn is_of_a_user(self) -> bool {
        match self {
            Self::Mine | Self::MyInbox | Self::Sent => true,
            Self::All
            | Self::Active
            | Self::Inactive
            | Self::Closed
            | Self::Snoozed
            | Self::Unassigned
            | Self::Team
            | Self::Unreplied
            | Self::Unread
            | Self::Internal
            | Self::Deleted => false,
        }
    }
}

/// A view, narrowed down. Everything that is given has to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Listing {
    pub view: View,
    /// Whose, in a view that is somebody's; the viewer's if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
    /// The account used last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// As it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<ShownStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<UserId>,
    /// A label of the conversation, or of the campaign it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The id or name of the campaign it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// Only what its user has not read.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unread: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<Order>,
}

/// Why a list cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadListing {
    #[error("this view cannot be sorted like that")]
    Order,
    #[error("this view is nobody's")]
    User,
}

impl BadListing {
    /// The part that is wrong.
    pub fn field(self) -> &'static str {
        match self {
            Self::Order => "sort",
            Self::User => "user",
        }
    }
}

impl Listing {
    pub fn of(view: View) -> Self {
        Self { view, ..Self::default() }
    }

    /// # Errors
    ///
    /// If its parts do not go together.
    pub fn check(&self) -> Result<(), BadListing> {
        if self.sort.is_some_and(|order| !self.view.orders().contains(&order)) {
            return Err(BadListing::Order);
        }
        if self.user.is_some() && !self.view.is_of_a_user() {
            return Err(BadListing::User);
        }
        Ok(())
    }

    pub fn order(&self) -> Order {
        self.sort.unwrap_or(self.view.orders()[0])
    }

    /// Whose list it is, and whose reading counts in it.
    pub fn user<'a>(&'a self, viewer: &Viewer<'a>) -> &'a UserId {
        self.user.as_ref().unwrap_or(&viewer.user.id)
    }

    /// Whether a status is asked for that only closed conversations have.
    pub fn wants_closed(&self) -> bool {
        matches!(self.status, Some(ShownStatus::Resolved | ShownStatus::Closed))
    }

    pub fn wants_unread(&self) -> bool {
        self.unread || self.view == View::Unread
    }

    /// What one may do who may read it.
    pub fn permission(&self, viewer: &Viewer<'_>) -> Permission {
        match self.view {
            View::Deleted => Permission::ConversationDelete,
            _ if self.user(viewer) != &viewer.user.id => Permission::InboxOthers,
            View::All
            | View::Active
            | View::Inactive
            | View::Closed
            | View::Snoozed
            | View::Mine
            | View::MyInbox
            | View::Sent
            | View::Unassigned
            | View::Team
            | View::Unreplied
            | View::Unread
            | View::Internal => Permission::ConversationRead,
        }
    }

    /// Whether a conversation stands in this list, as far as it tells by itself: who has written in
    /// it and what has been read of it is kept elsewhere.
    pub fn holds(
        &self,
        conversation: &Conversation,
        viewer: &Viewer<'_>,
        rules: &Rules,
        now: Timestamp,
    ) -> bool {
        conversation.base != Base::Unopened
            && viewer.may(self.permission(viewer))
            && viewer.sees(conversation)
            && self.is_in_view(conversation, viewer, rules, now)
            && self.is_asked_for(conversation, rules, now)
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "every other view is of customers")]
    fn is_in_view(
        &self,
        conversation: &Conversation,
        viewer: &Viewer<'_>,
        rules: &Rules,
        now: Timestamp,
    ) -> bool {
        let deleted = matches!(conversation.base, Base::Deleted { .. });
        let internal = conversation.scope == Scope::Internal;
        let with_colleagues = match self.view {
            View::Internal => internal,
            View::MyInbox => true,
            _ => !internal,
        };
        if !with_colleagues || deleted != (self.view == View::Deleted) {
            return false;
        }
        let open = conversation.base.is_open();
        let awake = open && conversation.snoozed_until.is_none();
        let assigned = conversation.is_assigned_to(self.user(viewer));
        let assigned_to_anybody = !conversation.assignees.is_empty();
        match self.view {
            View::Sent | View::Internal | View::Deleted => true,
            View::All if self.wants_closed() => !open,
            View::All | View::Unread => open,
            View::Active => open && !conversation.is_inactive(now),
            View::Inactive => {
                let since = now.duration_since(conversation.activity_expires_at);
                conversation.is_inactive(now) && since < rules.inactive_listed_for
            }
            View::Closed => !open,
            View::Snoozed => open && !awake,
            View::Mine => open && assigned,
            View::MyInbox => awake && assigned && conversation.has_been_written_in(),
            View::Unassigned => awake && !assigned_to_anybody,
            View::Team => {
                let own = conversation
                    .group
                    .as_ref()
                    .is_none_or(|group| self.group.is_some() || viewer.user.groups.contains(group));
                let hidden = rules.team_hides_assigned && assigned_to_anybody;
                awake && own && !hidden
            }
            View::Unreplied => open && conversation.unreplied > 0,
        }
    }

    fn is_asked_for(&self, conversation: &Conversation, rules: &Rules, now: Timestamp) -> bool {
        let campaign = conversation.campaign.as_ref();
        let labelled = |label: &String| {
            conversation.labels.contains(label)
                || campaign.is_some_and(|campaign| campaign.label.as_ref() == Some(label))
        };
        let answers = |wanted: &String| {
            campaign.is_some_and(|campaign| campaign.id == *wanted || campaign.name == *wanted)
        };
        let on = |account: &AccountId| {
            conversation.identities.last().is_some_and(|last| last.via.account == *account)
        };
        self.group.as_ref().is_none_or(|group| conversation.group.as_ref() == Some(group))
            && self.account.as_ref().is_none_or(on)
            && self.status.is_none_or(|status| status == conversation.shown(rules.preset, now))
            && self.assignee.as_ref().is_none_or(|user| conversation.is_assigned_to(user))
            && self.label.as_ref().is_none_or(labelled)
            && self.campaign.as_ref().is_none_or(answers)
    }
}
