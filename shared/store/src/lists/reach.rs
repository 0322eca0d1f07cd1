//! Which partitions make up a list, for whoever looks at it.
//!
//! Their number grows with the workspace's accounts and groups and never with its conversations.

use domain::conversation::{Conversation, ShownStatus};
use domain::id::{AccountId, ConversationId, GroupId, UserId};
use domain::listing::View;
use domain::rights::Sees;

use super::Asked;
use crate::places::{
    GROUPS, GROUPS_WAITING, Index, LISTS, Partition, Seen, Stand, Tie, WAITING, activity,
};

/// What a list is sorted by, one stretch of it after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Activity,
    Waiting,
    /// By activity, without those that wait.
    Rest,
}

impl Part {
    const ALL: [Self; 3] = [Self::Activity, Self::Waiting, Self::Rest];

    pub(super) fn letter(self) -> char {
        match self {
            Self::Activity => 'a',
            Self::Waiting => 'w',
            Self::Rest => 'r',
        }
    }

    pub(super) fn of_letter(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.letter() == letter)
    }

    /// Whether the earliest comes first.
    pub(super) fn ascends(self) -> bool {
        self == Self::Waiting
    }

    /// Sorts conversations of this part to the second.
    pub(super) fn exactly(self, conversation: &Conversation) -> (i64, ConversationId) {
        let at = match self {
            Self::Activity | Self::Rest => activity(conversation),
            Self::Waiting => conversation.waiting_since.unwrap_or(conversation.opened_at),
        };
        (if self.ascends() { at.as_millisecond() } else { -at.as_millisecond() }, conversation.id)
    }

    fn index(self, partition: Partition<'_>) -> Index {
        let of_group = matches!(partition, Partition::Group(..));
        match (self, of_group) {
            (Self::Activity | Self::Rest, false) => LISTS,
            (Self::Activity | Self::Rest, true) => GROUPS,
            (Self::Waiting, false) => WAITING,
            (Self::Waiting, true) => GROUPS_WAITING,
        }
    }
}

/// A partition to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) index: Index,
    pub(super) partition: String,
}

impl<'a> Asked<'a> {
    pub(super) fn sources(&self, part: Part) -> Vec<Source> {
        let mut sources: Vec<Source> = Vec::new();
        for partition in self.partitions() {
            if part == Part::Waiting && !partition.is_open() {
                continue;
            }
            for name in partition.names(&self.workspace.id) {
                let source = Source { index: part.index(partition), partition: name };
                if !sources.contains(&source) {
                    sources.push(source);
                }
            }
        }
        sources
    }

    fn partitions(&self) -> Vec<Partition<'a>> {
        let user = self.user();
        let assigned = |ties: &[Tie]| {
            let of = |seen| self.seats(user, seen, ties);
            [of(Seen::ByEverybody), of(Seen::Restricted)].concat()
        };
        match self.listing.view {
            View::Sent => vec![Partition::Sent(user)],
            View::Internal => self.seats(user, Seen::Internal, &Tie::ALL),
            View::Mine => assigned(&[Tie::Inbox, Tie::Assigned]),
            View::MyInbox => {
                [assigned(&[Tie::Inbox]), self.seats(user, Seen::Internal, &[Tie::Inbox])].concat()
            }
            View::All
            | View::Active
            | View::Inactive
            | View::Closed
            | View::Snoozed
            | View::Unassigned
            | View::Team
            | View::Unreplied
            | View::Unread
            | View::Deleted => [self.restricted(user), self.unrestricted(user)].concat(),
        }
    }

    fn restricted(&self, user: &'a UserId) -> Vec<Partition<'a>> {
        if !self.viewer.sees_restricted() {
            return self.seats(user, Seen::Restricted, &Tie::ALL);
        }
        match &self.listing.group {
            Some(group) => self.of_group(group, Seen::Restricted),
            None => self.of_accounts(Seen::Restricted),
        }
    }

    fn unrestricted(&self, user: &'a UserId) -> Vec<Partition<'a>> {
        let team_alone = self.listing.view == View::Team && self.viewer.role.sees == Sees::All;
        let sees = if team_alone { Sees::Team } else { self.viewer.role.sees };
        let own = &self.viewer.user.groups;
        match (sees, &self.listing.group) {
            (Sees::Nothing, _) => Vec::new(),
            (Sees::Own, _) => self.seats(user, Seen::ByEverybody, &Tie::ALL),
            (Sees::Team, Some(group)) if !self.viewer.sees_group(group) => Vec::new(),
            (Sees::Team | Sees::All, Some(group)) => self.of_group(group, Seen::ByGroup),
            (Sees::Team, None) => {
                let groups = own.iter().flat_map(|group| self.of_group(group, Seen::ByGroup));
                groups.chain(self.of_accounts(Seen::ByEverybody)).collect()
            }
            (Sees::All, None) => {
                [self.of_accounts(Seen::ByEverybody), self.of_accounts(Seen::ByGroup)].concat()
            }
        }
    }

    fn of_accounts(&self, seen: Seen) -> Vec<Partition<'a>> {
        let asked = self.listing.account.as_ref();
        let accounts: Vec<&AccountId> =
            asked.map_or_else(|| self.accounts.iter().collect(), |asked| vec![asked]);
        let of = |account| {
            self.stands().into_iter().map(move |stand| Partition::Account(account, seen, stand))
        };
        accounts.into_iter().flat_map(of).collect()
    }

    fn of_group(&self, group: &'a GroupId, seen: Seen) -> Vec<Partition<'a>> {
        self.stands().into_iter().map(|stand| Partition::Group(group, seen, stand)).collect()
    }

    fn seats(&self, user: &'a UserId, seen: Seen, ties: &[Tie]) -> Vec<Partition<'a>> {
        let of = |tie: &Tie| {
            let tie = *tie;
            let stands = self.stands().into_iter();
            let there_are = move |stand: &Stand| tie == Tie::Other || stand.is_open();
            stands.filter(there_are).map(move |stand| Partition::Seats(user, seen, tie, stand))
        };
        ties.iter().flat_map(of).collect()
    }

    /// What conversations of this list can be.
    fn stands(&self) -> Vec<Stand> {
        let mut stands = self.stands_of_view();
        match self.listing.status {
            None => {}
            Some(ShownStatus::Resolved | ShownStatus::Closed) => {
                stands.retain(|stand| *stand == Stand::Closed);
            }
            Some(ShownStatus::Deleted) => stands.retain(|stand| *stand == Stand::Deleted),
            Some(
                ShownStatus::New
                | ShownStatus::Active
                | ShownStatus::Pending
                | ShownStatus::Inactive
                | ShownStatus::Open,
            ) => stands.retain(|stand| stand.is_open()),
        }
        stands
    }

    fn stands_of_view(&self) -> Vec<Stand> {
        match self.listing.view {
            View::All if self.listing.wants_closed() => vec![Stand::Closed],
            View::Sent | View::Internal => {
                vec![Stand::Unassigned, Stand::Assigned, Stand::Snoozed, Stand::Closed]
            }
            View::All
            | View::Active
            | View::Inactive
            | View::Mine
            | View::Unreplied
            | View::Unread => Stand::OPEN.to_vec(),
            View::Closed => vec![Stand::Closed],
            View::Snoozed => vec![Stand::Snoozed],
            View::MyInbox => vec![Stand::Assigned],
            View::Unassigned => vec![Stand::Unassigned],
            View::Team if self.workspace.rules.team_hides_assigned => vec![Stand::Unassigned],
            View::Team => vec![Stand::Unassigned, Stand::Assigned],
            View::Deleted => vec![Stand::Deleted],
        }
    }
}
