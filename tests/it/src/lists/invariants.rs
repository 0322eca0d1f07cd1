//! The invariants of the domain model (section 9), held against what the real table has after a
//! random history. Those of lists are beside, those of deliveries, crashes and tiles in `faults` and
//! `stories`.

use std::collections::BTreeSet;

use domain::conversation::{Base, CloseReason, Conversation, Event, EventKind, Rule};
use domain::id::{ContactId, Seq};
use proptest::prelude::*;

use super::history::{self, Desk, step};

/// What is wrong with a conversation, by the number of the invariant.
async fn check(desk: &Desk, conversation: &Conversation) {
    let (workspace, id) = (&desk.workspace.id, conversation.id);
    let log = desk.store.log(workspace, id, Seq::ZERO, 10_000).await.unwrap();
    let events: Vec<Event> = log.into_iter().map(|logged| logged.event).collect();
    let numbers: Vec<u32> = events.iter().map(|event| event.seq.get()).collect();
    assert!(numbers.iter().copied().eq(1..=conversation.seq.get()), "3: {id} {numbers:?}");
    let replayed = Conversation::replay(id, workspace, events.iter().cloned()).unwrap();
    let live = |one: &Conversation| Conversation { lease: None, ..one.clone() };
    assert_eq!(live(&replayed), live(conversation), "24: the head is the fold of its log");
    pointer(desk, conversation).await;
    counts(desk, conversation, &events);
    moves(id, workspace, &events);
}

/// 2: the pointer is there exactly while it is open, and leads to it.
async fn pointer(desk: &Desk, conversation: &Conversation) {
    let Conversation { id, workspace, contact, scope, .. } = conversation;
    let open = desk.store.open_conversation(workspace, *contact, scope).await.unwrap();
    assert_eq!(open == Some(*id), conversation.base.is_open(), "2: {conversation:#?}");
}

fn counts(desk: &Desk, conversation: &Conversation, events: &[Event]) {
    let received: Vec<Seq> = events
        .iter()
        .filter(|event| event.kind.received().is_some())
        .map(|event| event.seq)
        .collect();
    let waiting = received.iter().filter(|seq| **seq > conversation.clear_seq).count();
    let expected = if conversation.base.is_open() { waiting } else { 0 };
    assert_eq!(conversation.unreplied as usize, expected, "7: {conversation:#?}");
    assert_eq!(conversation.inbound_count as usize, received.len(), "7");
    if let Base::Resolved { reason, closed_at } = conversation.base {
        assert!(conversation.unpaid.is_empty() || reason == CloseReason::Merged, "14");
        assert!(conversation.opened_at <= closed_at, "23");
    }
    let inactive = conversation.base.is_open() && desk.now >= conversation.activity_expires_at;
    assert_eq!(conversation.is_inactive(desk.now), inactive, "15");
    let first = conversation.first_response_at;
    assert!(first.is_none_or(|first| first >= conversation.opened_at), "23");
}

/// 17, 21, 22: how it came to be what it is.
fn moves(id: domain::id::ConversationId, workspace: &domain::id::WorkspaceId, events: &[Event]) {
    for place in 1..events.len() {
        let state = |until: usize| {
            Conversation::replay(id, workspace, events[..until].iter().cloned()).unwrap()
        };
        let (before, after, event) = (state(place), state(place + 1), &events[place]);
        assert!(after.activity_expires_at >= before.activity_expires_at, "17");
        let opens = matches!(event.kind, EventKind::Received(_) | EventKind::Opened(_));
        assert!(opens || after.activity_expires_at == before.activity_expires_at, "17: {event:?}");
        assert!(!matches!(before.base, Base::Deleted { .. }), "21: nothing after the end");
        if !before.base.is_open() && after.base.is_open() && before.base != Base::Unopened {
            assert!(matches!(event.rule, Rule::T23 | Rule::T50), "21: {event:?}");
        }
        if before.base != Base::New && after.base == Base::New {
            let rules =
                [Rule::T01, Rule::T02, Rule::T04, Rule::T05, Rule::T20, Rule::T23, Rule::T30];
            assert!(rules.contains(&event.rule), "22: {event:?}");
        }
    }
}

async fn the_invariants_hold(steps: Vec<history::Step>) {
    let mut desk = Desk::open().await;
    for step in steps {
        desk.take(step).await;
    }
    let mut open: BTreeSet<(ContactId, String)> = BTreeSet::new();
    for conversation in desk.conversations().await {
        check(&desk, &conversation).await;
        if conversation.base.is_open() {
            let scope = (conversation.contact, format!("{:?}", conversation.scope));
            assert!(open.insert(scope), "1: two are open with {}", conversation.contact);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, max_shrink_iters: 60, ..ProptestConfig::default() })]

    /// Invariants 1 to 3, 7, 14, 15, 17, 21 to 24 on the real table.
    #[test]
    fn random_histories_on_the_table_keep_the_invariants(
        steps in proptest::collection::vec(step(), 30..120),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(the_invariants_hold(steps));
    }
}
