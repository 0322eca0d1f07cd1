//! The users of a workspace as the routing sees them: who is there, and how much each has.

use domain::id::{ConversationId, Seq, UserId};
use domain::rights::Viewer;
use domain::routing::CandidateFacts;
use domain::workspace::{Presence, User, Workspace};
use jiff::Timestamp;
use store::{Given, Store, StoreError};

/// A user, with what the next choice depends on.
#[derive(Debug)]
struct Seat {
    user: User,
    presence: Presence,
    open: usize,
    last_chosen: Option<Timestamp>,
    /// What was given to them and is not in their tiles yet.
    given: Vec<Given>,
}

#[derive(Debug)]
pub(crate) struct Desk<'a> {
    workspace: &'a Workspace,
    seats: Vec<Seat>,
}

impl<'a> Desk<'a> {
    pub(crate) async fn read(
        store: &Store,
        workspace: &'a Workspace,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let users = store.users(&workspace.id).await?;
        let ids: Vec<UserId> = users.iter().map(|user| user.id.clone()).collect();
        let counts = store.open_counts(&workspace.id, &ids).await?;
        let mut present = store.presences(&workspace.id).await?;
        let given: Vec<Given> = present.iter().flat_map(|one| one.given.clone()).collect();
        let pending = store.not_counted(&workspace.id, &given).await?;
        let mut seats = Vec::with_capacity(users.len());
        for user in users {
            let place = present.iter().position(|one| one.user == user.id);
            let known = place.map(|place| present.swap_remove(place));
            let (presence, last_chosen, mut given) = known
                .map_or((Presence::Offline, None, Vec::new()), |one| {
                    (one.at(now), one.last_chosen, one.given)
                });
            given.retain(|one| pending.contains(one));
            let counted = counts.get(&user.id).copied().unwrap_or_default();
            let open = usize::try_from(counted).unwrap_or(0) + given.len();
            seats.push(Seat { user, presence, open, last_chosen, given });
        }
        Ok(Self { workspace, seats })
    }

    pub(crate) fn candidates(&self) -> Vec<CandidateFacts<'_>> {
        self.seats
            .iter()
            .filter_map(|seat| {
                let viewer = Viewer::of(self.workspace, &seat.user)?;
                let (presence, open, last_chosen) = (seat.presence, seat.open, seat.last_chosen);
                Some(CandidateFacts { viewer, presence, open, last_chosen })
            })
            .collect()
    }

    pub(crate) fn user(&self, id: &UserId) -> Option<&User> {
        self.seats.iter().map(|seat| &seat.user).find(|user| user.id == *id)
    }

    /// A user gets a conversation by its event of this number. Returns all that they were given and
    /// is not counted elsewhere.
    pub(crate) fn give(
        &mut self,
        user: &UserId,
        conversation: ConversationId,
        seq: Seq,
        now: Timestamp,
    ) -> &[Given] {
        let Some(seat) = self.seats.iter_mut().find(|seat| seat.user.id == *user) else {
            return &[];
        };
        seat.open += 1;
        seat.last_chosen = Some(now);
        seat.given.push(Given(conversation, seq));
        &seat.given
    }
}
