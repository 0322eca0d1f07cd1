//! Every list of every viewer, read from the indexes, against the same question asked of every
//! conversation there is, after random histories on the real table.

mod history;
mod invariants;

use std::collections::{BTreeSet, HashMap, HashSet};

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
const PAGE: usize = 4;

impl Desk {
    fn asked<'a>(&'a self, listing: &'a Listing, user: &'a User) -> Asked<'a> {
        let viewer = Viewer::of(&self.workspace, user).unwrap();
        let (workspace, accounts) = (&self.workspace, &self.accounts);
        Asked { listing, viewer, workspace, accounts, search: None, now: self.now }
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

    /// All there is, and what each user has to do with it.
    async fn whole(&self) -> Whole {
        let conversations = self.conversations().await;
        let (mut cursors, mut senders) = (HashMap::new(), HashSet::new());
        let workspace = &self.workspace.id;
        for conversation in &conversations {
            let id = conversation.id;
            for user in &self.users {
                let read = self.store.read_cursors(workspace, &user.id, &[id]).await.unwrap();
                cursors.insert((id, user.id.clone()), read[0]);
            }
            let log = self.store.log(workspace, id, Seq::ZERO, 1_000).await.unwrap();
            let sent = log.iter().filter_map(|logged| logged.event.sender().cloned());
            senders.extend(sent.map(|user| (id, user)));
        }
        Whole { conversations, cursors, senders }
    }

    async fn check(&self, whole: &Whole, listing: &Listing, user: &User) {
        let entries = self.list(listing, user).await;
        let ids: BTreeSet<ConversationId> =
            entries.iter().map(|entry| entry.conversation.id).collect();
        let who = &user.id;
        assert_eq!(ids.len(), entries.len(), "{who} {listing:?}: none stands twice");
        assert_eq!(ids, whole.list(&self.asked(listing, user)), "{who} {listing:?}");
        let viewer = Viewer::of(&self.workspace, user).unwrap();
        let whose = listing.user(&viewer);
        for entry in &entries {
            assert!(viewer.sees(&entry.conversation), "11: {who} {listing:?}");
            let key = (entry.conversation.id, whose.clone());
            assert_eq!(entry.read_to, whole.cursors[&key]);
        }
        if listing.view != View::Sent {
            sorted(listing, &entries);
        }
    }
}

/// Everything, to ask the question of a list of.
struct Whole {
    conversations: Vec<Conversation>,
    cursors: HashMap<(ConversationId, UserId), Seq>,
    /// Who has begun or written in what, by the logs.
    senders: HashSet<(ConversationId, UserId)>,
}

impl Whole {
    fn list(&self, asked: &Asked<'_>) -> BTreeSet<ConversationId> {
        let Asked { listing, viewer, workspace, now, .. } = asked;
        let user = listing.user(viewer);
        let is_in = |conversation: &&Conversation| {
            let key = (conversation.id, user.clone());
            listing.holds(conversation, viewer, &workspace.rules, *now)
                && (listing.view != View::Sent || self.senders.contains(&key))
                && (!listing.wants_unread() || conversation.is_unread(user, self.cursors[&key]))
                && (listing.order() != Order::OldestWaiting || waits(conversation))
        };
        self.conversations.iter().filter(is_in).map(|conversation| conversation.id).collect()
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

/// Every view in every order.
fn views() -> Vec<Listing> {
    let sorted = |view: View| {
        let orders = view.orders().iter();
        orders.map(move |order| Listing { sort: Some(*order), ..Listing::of(view) })
    };
    View::ALL.into_iter().flat_map(sorted).collect()
}

/// Every view, narrowed down.
fn narrowed() -> Vec<Listing> {
    let mut listings = Vec::new();
    for view in View::ALL {
        let plain = Listing::of(view);
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
    let whole = desk.whole().await;
    for conversation in &whole.conversations {
        for assignee in &conversation.assignees {
            let user = desk.users.iter().find(|user| user.id == assignee.user).unwrap();
            let viewer = Viewer::of(&desk.workspace, user).unwrap();
            assert!(viewer.sees(conversation), "10: {} {conversation:#?}", user.id);
        }
    }
    for (place, user) in desk.users.iter().enumerate() {
        // Of the others, each user asks for a third.
        let some = narrowed().into_iter().skip(place % 3).step_by(3);
        for listing in views().into_iter().chain(some) {
            desk.check(&whole, &listing, user).await;
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
    #![proptest_config(ProptestConfig { cases: 4, failure_persistence: None, max_shrink_iters: 30, ..ProptestConfig::default() })]

    /// R108-R110, R112-R115, R119, R121, R122, R142, R147-R149, C07, C16: invariants 10, 11, 16, 24.
    #[test]
    fn every_view_is_a_filter_over_all_conversations(
        steps in proptest::collection::vec(step(), 30..80),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(every_list_is_what_it_says(steps));
    }
}
