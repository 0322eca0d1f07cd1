//! The table as a whole: every state × every command, and random histories.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// What a random history may do.
#[derive(Debug, Clone, Copy)]
enum Step {
    Receive,
    ReceiveCampaignAnswer,
    Stop,
    Start,
    Reply,
    Template,
    StartChat,
    Auto,
    Echo,
    Close,
    OptOut,
    React,
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        select(vec![
            Step::Receive,
            Step::ReceiveCampaignAnswer,
            Step::Stop,
            Step::Start,
            Step::Reply,
            Step::Template,
            Step::StartChat,
            Step::Auto,
            Step::Echo,
            Step::Close,
            Step::OptOut,
            Step::React,
        ]),
        (1i64..40).prop_map(Step::Wait),
    ]
}

fn take(log: &mut Log, step: Step) -> Result<Vec<Event>, Refusal> {
    let campaign = Some(Quoted { seq: None, kind: Some(OutKind::Campaign) });
    match step {
        Step::Receive => Ok(log.receives("hello")),
        Step::ReceiveCampaignAnswer => Ok(log.receives_quoting("yes", campaign)),
        Step::Stop => Ok(log.receives("stop")),
        Step::Start => Ok(log.receives("start")),
        Step::Reply => log.replies("ada", &text()),
        Step::Template => log.replies("ben", &template("hello")),
        Step::StartChat => log.starts(&template("hello")),
        Step::Auto => {
            let trigger = log
                .state
                .as_ref()
                .and_then(|state| state.last_in)
                .map_or(Seq::ZERO, |last| last.seq);
            log.auto(trigger)
        }
        Step::Echo => Ok(log.echoes()),
        Step::Close => log.closes(),
        Step::OptOut => log.hears(Wish::Out),
        Step::React => log.reacts(),
        Step::Wait(hours) => {
            log.wait(hours);
            Ok(Vec::new())
        }
    }
}

/// Invariant 7: unreplied counts the contact's messages after the last human answer.
#[expect(clippy::wildcard_enum_match_arm, reason = "nothing else counts")]
fn recounted(events: &[Event]) -> u32 {
    let mut unreplied = 0;
    for event in events {
        match &event.kind {
            EventKind::Received(_) => unreplied += 1,
            EventKind::Queued(message) => match message.kind {
                OutKind::Human | OutKind::Native | OutKind::Ai => unreplied = 0,
                OutKind::Auto | OutKind::Bot | OutKind::Campaign => {}
            },
            EventKind::Released { .. } | EventKind::Closed(_) => unreplied = 0,
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
    if let Step::Auto = step {
        assert_eq!(before.map(|before| before.unreplied), Some(state.unreplied), "8");
    }
    if let Step::Reply | Step::Template | Step::Echo = step {
        assert_eq!(state.unreplied, 0, "8: a human answer leaves nothing unreplied");
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
        if !received {
            assert_eq!(state.activity_expires_at, before.activity_expires_at, "17: inbound only");
        }
        if !before.base.is_open() && state.base.is_open() {
            assert!(added.iter().any(|event| event.rule == Rule::T23), "21: R opens by T23");
        }
        if before.base != Base::New && state.base == Base::New {
            assert!(
                added.iter().any(|event| matches!(event.rule, Rule::T20 | Rule::T23)),
                "22: New only by a campaign's answer",
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

const BASES: [(&str, Option<Base>); 6] = [
    ("absent", None),
    ("new", Some(Base::New)),
    ("active", Some(Base::Active)),
    ("pending", Some(Base::Pending)),
    (
        "resolved",
        Some(Base::Resolved { closed_at: Timestamp::UNIX_EPOCH, reason: CloseReason::User }),
    ),
    ("deleted", Some(Base::Deleted { deleted_at: Timestamp::UNIX_EPOCH })),
];

const STEPS: [Step; 10] = [
    Step::Receive,
    Step::ReceiveCampaignAnswer,
    Step::Reply,
    Step::Template,
    Step::StartChat,
    Step::Auto,
    Step::Echo,
    Step::Close,
    Step::OptOut,
    Step::React,
];

/// One cell: the state after the step, or the name of the refusal, with nothing changed.
fn cell(preset: StatusPreset, base: Option<Base>, hours: i64, step: Step) -> String {
    let mut log = Log::new(preset);
    if let Some(base) = base {
        log.receives("hello");
        log.state.as_mut().unwrap().base = base;
    }
    log.wait(hours);
    let before = log.state.clone();
    match take(&mut log, step) {
        Ok(events) => {
            let rules: Vec<String> =
                events.iter().map(|event| format!("{:?}", event.rule)).collect();
            format!("{} {}", rules.join("+"), log.state().base.as_str())
        }
        Err(refusal) => {
            assert_eq!(before, log.state, "19: {base:?} {step:?}");
            let name = format!("{refusal:?}");
            let end = name.find(|c: char| !c.is_alphanumeric()).unwrap_or(name.len());
            format!("*{}*", &name[..end])
        }
    }
}

/// Every state × every command × window open and closed, for each preset: an answer for each.
fn matrix() -> String {
    let mut text = String::from(
        "# The transition table, as the code has it\n\n\
         Written by the test `the_table_is_total` (run it with `UPDATE=1` after a change on purpose).\n\
         A cell names the rules and the state they leave, or, in italics, the refusal that leaves \
         everything as it was.\n",
    );
    for preset in [StatusPreset::Five, StatusPreset::Three, StatusPreset::OpenClosed] {
        for (window, hours) in [("open", 1), ("closed", 25)] {
            text.push_str(&format!("\n## Preset {preset:?}, window {window}\n\n| command |"));
            BASES.iter().for_each(|(name, _)| text.push_str(&format!(" {name} |")));
            text.push_str("\n| --- |");
            text.push_str(&" --- |".repeat(BASES.len()));
            for step in STEPS {
                text.push_str(&format!("\n| {step:?} |"));
                for (_, base) in BASES {
                    text.push_str(&format!(" {} |", cell(preset, base, hours, step)));
                }
            }
            text.push('\n');
        }
    }
    text
}

/// The table that is checked in is what the code does (`UPDATE=1` writes it).
#[test]
#[expect(clippy::disallowed_methods, reason = "a switch for whoever runs the tests")]
fn the_table_is_total() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/transitions.md");
    let matrix = matrix();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &matrix).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(kept, matrix, "docs/transitions.md is not what the code does");
}
