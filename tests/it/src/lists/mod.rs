//! Every list of every viewer, read from the indexes, against the same question asked of every
//! conversation there is, after random histories on the real table.

mod history;

use std::collections::BTreeSet;

use domain::conversation::{Base, Conversation, Scope, ShownStatus};
use domain::id::{ConversationId, Seq, UserId};
use domain::listing::{Listing, Order, View};
use domain::rights::Viewer;
use domain::workspace::User;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use store::{Asked, InList, Position};

use history::{ACCOUNTS, Desk, step};

/// Small, so that most lists have several pages.
const PAGE: usize = 3;

impl Desk {
    fn asked<'a>(&'a self, listing: &'a Listing, user: &'a User) -> Asked<'a> {
        let viewer = Viewer::of(&self.workspace, user).unwrap();
        let (workspace, accounts) = (&self.workspace, &self.accounts);
        Asked { listing, viewer, workspace, accounts, now: self.now }
    }

    /// All pages of a list.
    async fn list(&self, listing: &Listing, user: &User) -> Vec<InList> {
        let asked = self.asked(listing, user);
        let mut entries = Vec::new();
        let mut from: Option<Position> = None;
        loop {
            let page = self.store.list(&asked, from.as_ref(), PAGE).await.unwrap();
            assert!(page.entries.len() <= PAGE);
            entries.extend(page.entries);
            let Some(next) = page.next else { return entries };
            let told: Position = next.to_string().parse().unwrap();
            assert_eq!(told, next, "a position survives being told");
            assert_ne!(from.replace(next), from, "each page gets further");
        }
    }

    /// What is in the list, asked of every conversation.
    async fn expected(&self, listing: &Listing, user: &User) -> BTreeSet<ConversationId> {
        let asked = self.asked(listing, user);
        let whose = listing.user(&asked.viewer);
        let rules = &self.workspace.rules;
        let mut expected = BTreeSet::new();
        for conversation in self.conversations().await {
            let mut holds = listing.holds(&conversation, &asked.viewer, rules, self.now);
            if listing.view == View::Sent {
                holds &= self.has_sent(conversation.id, whose).await;
            }
            if listing.wants_unread() {
                holds &= conversation.is_unread(whose, self.cursor(conversation.id, whose).await);
            }
            if listing.order() == Order::OldestWaiting {
                holds &= waits(&conversation);
            }
            if holds {
                expected.insert(conversation.id);
            }
        }
        expected
    }

    async fn cursor(&self, id: ConversationId, user: &UserId) -> Seq {
        self.store.read_cursors(&self.workspace.id, user, &[id]).await.unwrap()[0]
    }

    async fn has_sent(&self, id: ConversationId, user: &UserId) -> bool {
        let log = self.store.log(&self.workspace.id, id, Seq::ZERO, 1_000).await.unwrap();
        log.iter().any(|logged| logged.event.sender() == Some(user))
    }

    async fn check(&self, listing: &Listing, user: &User) {
        let entries = self.list(listing, user).await;
        let ids: BTreeSet<ConversationId> =
            entries.iter().map(|entry| entry.conversation.id).collect();
        let who = &user.id;
        assert_eq!(ids.len(), entries.len(), "{who} {listing:?}: none stands twice");
        assert_eq!(ids, self.expected(listing, user).await, "{who} {listing:?}");
        let viewer = Viewer::of(&self.workspace, user).unwrap();
        let whose = listing.user(&viewer);
        for entry in &entries {
            assert!(viewer.sees(&entry.conversation), "11: {who} {listing:?}");
            assert_eq!(entry.read_to, self.cursor(entry.conversation.id, whose).await);
        }
        if listing.view != View::Sent {
            sorted(listing, &entries);
        }
    }
}

fn waits(conversation: &Conversation) -> bool {
    conversation.base.is_open() && conversation.unreplied > 0
}

/// To the minute: within one, a page may cut where it likes.
fn sorted(listing: &Listing, entries: &[InList]) {
    let minute = |at: Timestamp| at.as_second() / 60;
    let key = |entry: &InList| {
        let conversation = &entry.conversation;
        let said = conversation.last_said.as_ref();
        let latest = match conversation.base {
            Base::Resolved { closed_at, .. } => closed_at,
            Base::Deleted { deleted_at } => deleted_at,
            Base::Unopened | Base::New | Base::Active | Base::Pending => match conversation.scope {
                Scope::Internal => {
                    let said = said.map_or(conversation.opened_at, |last| last.at);
                    said + SignedDuration::from_hours(24)
                }
                Scope::Contact | Scope::Account(_) => conversation.activity_expires_at,
            },
        };
        let waiting = conversation.waiting_since.map_or(0, minute);
        match listing.order() {
            Order::NewestActivity => (0, -minute(latest)),
            Order::OldestWaiting => (0, waiting),
            Order::UnrepliedFirst if waits(conversation) => (0, waiting),
            Order::UnrepliedFirst => (1, -minute(latest)),
        }
    };
    assert!(entries.is_sorted_by_key(key), "{listing:?}: {entries:#?}");
}

/// Every view, as it is and narrowed down.
fn listings() -> Vec<Listing> {
    let mut listings = Vec::new();
    for view in View::ALL {
        let plain = Listing::of(view);
        listings.extend(
            view.orders().iter().map(|order| Listing { sort: Some(*order), ..plain.clone() }),
        );
        listings.push(Listing { account: ACCOUNTS[0].parse().ok(), ..plain.clone() });
        listings.push(Listing { group: "sales".parse().ok(), ..plain.clone() });
        listings.push(Listing { label: Some("vip".to_owned()), ..plain.clone() });
        listings.push(Listing { unread: true, ..plain.clone() });
        if view.is_of_a_user() {
            listings.push(Listing { user: "olga".parse().ok(), ..plain.clone() });
        }
    }
    for status in ShownStatus::ALL {
        listings.push(Listing { status: Some(status), ..Listing::of(View::All) });
    }
    listings
}

async fn every_list_is_what_it_says(steps: Vec<history::Step>) {
    let mut desk = Desk::open().await;
    for step in steps {
        desk.take(step).await;
    }
    for conversation in desk.conversations().await {
        for assignee in &conversation.assignees {
            let user = desk.users.iter().find(|user| user.id == assignee.user).unwrap();
            let viewer = Viewer::of(&desk.workspace, user).unwrap();
            assert!(viewer.sees(&conversation), "10: {} {conversation:#?}", user.id);
        }
    }
    for user in &desk.users {
        for listing in listings() {
            desk.check(&listing, user).await;
        }
        both_tabs(&desk, user).await;
    }
}

/// 16: what is open is in one of the two tabs, unless it is older than the bound.
async fn both_tabs(desk: &Desk, user: &User) {
    let ids = async |view| -> Vec<ConversationId> {
        let entries = desk.list(&Listing::of(view), user).await;
        entries.into_iter().map(|entry| entry.conversation.id).collect()
    };
    let (active, inactive) = (ids(View::Active).await, ids(View::Inactive).await);
    assert!(!active.iter().any(|id| inactive.contains(id)), "16");
    let young = |conversation: &&Conversation| {
        let since = desk.now.duration_since(conversation.activity_expires_at);
        since < desk.workspace.rules.inactive_listed_for
    };
    let all = desk.list(&Listing::of(View::All), user).await;
    let all = all.iter().map(|entry| &entry.conversation).filter(young);
    let tabs: BTreeSet<ConversationId> = active.into_iter().chain(inactive).collect();
    assert_eq!(tabs, all.map(|conversation| conversation.id).collect::<BTreeSet<_>>(), "16");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, max_shrink_iters: 60, ..ProptestConfig::default() })]

    /// R108-R110, R112-R115, R119, R121, R122, R142, R147-R149, C07, C16: invariants 10, 11, 16, 24.
    #[test]
    fn every_view_is_a_filter_over_all_conversations(
        steps in proptest::collection::vec(step(), 30..90),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(every_list_is_what_it_says(steps));
    }
}
