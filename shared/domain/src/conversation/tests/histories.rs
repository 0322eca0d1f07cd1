//! Random histories: whatever users, programs and contacts do, the invariants of the domain model
//! hold after each step.

use proptest::prelude::*;
use proptest::sample::select;

use super::steps::{STEPS, Step, take};
use super::*;

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => select(STEPS.to_vec()),
        2 => (1i64..40).prop_map(Step::Wait),
    ]
}

/// Invariant 7: unreplied counts the contact's messages after the last human answer, while it is
/// open; handing over brings the last one back, reopening what was put aside on closing.
#[expect(clippy::wildcard_enum_match_arm, reason = "nothing else counts")]
fn recounted(events: &[Event]) -> u32 {
    let (mut unreplied, mut aside, mut inbound) = (0, 0, 0);
    for event in events {
        match &event.kind {
            EventKind::Received(_) => (unreplied, inbound) = (unreplied + 1, inbound + 1),
            EventKind::Queued(message) => match message.kind {
                OutKind::Human | OutKind::Native | OutKind::Ai => unreplied = 0,
                OutKind::Auto | OutKind::Bot | OutKind::Campaign => {}
            },
            EventKind::Released { .. } | EventKind::Deleted => unreplied = 0,
            EventKind::HandedOff { .. } if inbound > 0 => unreplied = unreplied.max(1),
            EventKind::Closed(_) => (aside, unreplied) = (unreplied, 0),
            EventKind::Reopened { .. } => {
                let by_user = matches!(event.actor, Actor::User(_));
                (unreplied, aside) = (if by_user { aside } else { 0 }, 0);
            }
            _ => {}
        }
    }
    unreplied
}

fn check_step(
    before: Option<&Conversation>,
    log: &Log,
    step: Step,
    outcome: &Result<Vec<Event>, Refusal>,
) {
    let Ok(added) = outcome else {
        assert_eq!(before, log.state.as_ref(), "19: a refusal changes nothing");
        return;
    };
    let Some(state) = &log.state else { return };
    for (place, event) in log.events.iter().enumerate() {
        assert_eq!(event.seq.get() as usize, place + 1, "3: 1..n without a gap");
    }
    assert_eq!(state.seq.get() as usize, log.events.len(), "3: the version is n");
    assert_eq!(state.unreplied, recounted(&log.events), "7: unreplied is the recount");
    assert!(state.unreplied <= state.inbound_count, "7");
    if let Step::Auto | Step::Reply("bot1") = step {
        assert_eq!(before.map(|before| before.unreplied), Some(state.unreplied), "8");
    }
    let human = added.iter().any(|event| {
        matches!(&event.kind, EventKind::Queued(message)
            if matches!(message.kind, OutKind::Human | OutKind::Native))
    });
    if human {
        assert_eq!(state.unreplied, 0, "8: a human answer leaves nothing unreplied");
    }
    if let (Step::Rename, Some(before)) = (step, before) {
        let (contact_name, seq) = (state.contact_name.clone(), state.seq);
        assert_eq!(*state, Conversation { contact_name, seq, ..before.clone() }, "but the name");
    }
    if step == Step::Handoff {
        assert!(state.unreplied > 0 || state.inbound_count == 0, "8: somebody has to answer");
    }
    if let Visibility::Only(users) = &state.visibility {
        let seen = |assignee: &Assignee| users.contains(&assignee.user);
        assert!(state.assignees.iter().all(seen), "10: who is responsible sees it");
    }
    if let Base::Resolved { reason, .. } = state.base {
        assert!(state.unpaid.is_empty() || reason == CloseReason::Merged, "14");
    }
    assert_eq!(
        state.is_inactive(log.now),
        state.base.is_open() && log.now >= state.activity_expires_at,
        "15",
    );
    check_moves(before.filter(|before| before.id == state.id), state, added);
}

fn check_moves(before: Option<&Conversation>, state: &Conversation, added: &[Event]) {
    let received = added.iter().any(|event| matches!(event.kind, EventKind::Received(_)));
    if let Some(before) = before {
        assert!(state.activity_expires_at >= before.activity_expires_at, "17: never decreases");
        if !received && before.base != Base::Unopened {
            assert_eq!(state.activity_expires_at, before.activity_expires_at, "17: inbound only");
        }
        if !before.base.is_open() && state.base.is_open() {
            let opens =
                |rule| matches!(rule, Rule::T23 | Rule::T50) || before.base == Base::Unopened;
            assert!(added.iter().any(|event| opens(event.rule)), "21: R opens by T23 or T50");
            assert!(!matches!(before.base, Base::Deleted { .. }), "21: D is the end");
        }
        if before.base != Base::New && state.base == Base::New {
            assert!(
                added.iter().any(|event| {
                    let rules = [Rule::T01, Rule::T02, Rule::T04, Rule::T05, Rule::T20];
                    rules.contains(&event.rule) || matches!(event.rule, Rule::T23 | Rule::T30)
                }),
                "22: New only by opening, a campaign's answer, or hand",
            );
        }
    }
    for event in added {
        if let EventKind::Queued(message) = &event.kind
            && message.kind != OutKind::Native
        {
            let identity = state.identity_by(&message.via).expect("a known address");
            assert!(!identity.consent.is_out(), "12: nothing after an opt-out");
            let window = CAPABILITIES.window.at(identity.last_in_at, event.at);
            assert!(
                window.allows_free_form() || message.content.kind() == ContentKind::Template,
                "12: no free text outside the window",
            );
        }
    }
    if let Some(first) = state.first_response_at {
        assert!(first >= state.opened_at, "23");
    }
}

proptest! {
    #[test]
    fn random_histories_keep_the_invariants(
        preset in select(vec![StatusPreset::Five, StatusPreset::Three, StatusPreset::OpenClosed]),
        steps in proptest::collection::vec(step(), 1..60),
    ) {
        let mut log = Log::new(preset);
        for step in steps {
            let before = log.state.clone();
            let outcome = take(&mut log, step);
            check_step(before.as_ref(), &log, step, &outcome);
        }
    }

    /// The state is nothing but a fold of the log.
    #[test]
    fn replaying_the_log_gives_the_state(steps in proptest::collection::vec(step(), 1..60)) {
        let mut log = Log::new(StatusPreset::Five);
        for step in steps {
            let _refused_or_not = take(&mut log, step);
        }
        if let Some(state) = &log.state {
            let EventKind::Opened(opened) = &log.events[0].kind else { panic!("not opened") };
            let mut replayed =
                Conversation::begin(state.id, state.workspace.clone(), &log.events[0], opened);
            log.events[1..].iter().for_each(|event| replayed.apply(event));
            prop_assert_eq!(&replayed, state);
        }
    }

    #[test]
    fn an_event_survives_its_json(steps in proptest::collection::vec(step(), 1..30)) {
        let mut log = Log::new(StatusPreset::Five);
        for step in steps {
            let _refused_or_not = take(&mut log, step);
        }
        for event in &log.events {
            let json = serde_json::to_string(event).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Event>(&json).unwrap(), event);
        }
    }
}
