//! The table as a whole: every state × every command × every guard has an answer, which is printed
//! into `docs/transitions.md`.

use super::steps::{MORE, STEPS, Step, take};
use super::*;
use crate::workspace::{LockMode, Preset};

const BASES: [(&str, Option<Base>); 7] = [
    ("absent", None),
    ("unopened", Some(Base::Unopened)),
    ("new", Some(Base::New)),
    ("active", Some(Base::Active)),
    ("pending", Some(Base::Pending)),
    (
        "resolved",
        Some(Base::Resolved { closed_at: Timestamp::UNIX_EPOCH, reason: CloseReason::User }),
    ),
    ("deleted", Some(Base::Deleted { deleted_at: Timestamp::UNIX_EPOCH })),
];

/// What else a decision may depend on.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Guard {
    Free,
    ClaimedByAda,
    ClaimedByBen,
    Unpaid,
    HandledByAi,
    RestrictedToBen,
    Blocked,
}

const GUARDS: [(&str, Guard); 7] = [
    ("nothing special", Guard::Free),
    ("claimed by Ada", Guard::ClaimedByAda),
    ("claimed by Ben", Guard::ClaimedByBen),
    ("an invoice unpaid", Guard::Unpaid),
    ("handled by an AI agent", Guard::HandledByAi),
    ("restricted to Ben", Guard::RestrictedToBen),
    ("the contact blocked", Guard::Blocked),
];

fn commands() -> impl Iterator<Item = Step> {
    STEPS.into_iter().chain(MORE)
}

fn log_in(preset: Preset, base: Option<Base>, hours: i64, guard: Guard) -> Log {
    let mut log = Log::new(StatusPreset::Five);
    log.workspace.rules = preset.rules();
    log.workspace.rules.lock = LockMode::ExclusiveClaim;
    log.workspace.rules.allow_delete = true;
    log.workspace.rules.admins_see_restricted = false;
    let Some(base) = base else { return log };
    log.receives("hello");
    log.wait(hours);
    let until = log.now + SignedDuration::from_mins(2);
    let held = |user: &str| Lease { holder: named(user), since: start(), until };
    let state = log.state.as_mut().unwrap();
    state.base = base;
    match guard {
        Guard::Free => {}
        Guard::ClaimedByAda => state.lease = Some(held("ada")),
        Guard::ClaimedByBen => state.lease = Some(held("ben")),
        Guard::Unpaid => state.unpaid.push("inv-0".parse().unwrap()),
        Guard::HandledByAi => state.handler = Handler::Ai(named("ai1")),
        Guard::RestrictedToBen => {
            state.visibility = Visibility::Only([named("ben")].into_iter().collect());
        }
        Guard::Blocked => state.blocked = true,
    }
    log
}

/// One cell: the state after the step, or the name of the refusal, with nothing changed.
fn cell(preset: Preset, base: Option<Base>, hours: i64, guard: Guard, step: Step) -> String {
    let mut log = log_in(preset, base, hours, guard);
    let before = log.state.clone();
    match take(&mut log, step) {
        Ok(events) if events.is_empty() => {
            assert_eq!(before, log.state, "no event, no change: {base:?} {step:?}");
            "as it is".to_owned()
        }
        Ok(events) => {
            let mut rules: Vec<String> =
                events.iter().map(|event| format!("{:?}", event.rule)).collect();
            rules.dedup();
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

fn table(text: &mut String, preset: Preset, hours: i64, guard: Guard) {
    text.push_str("| command |");
    BASES.iter().for_each(|(name, _)| text.push_str(&format!(" {name} |")));
    text.push_str("\n| --- |");
    text.push_str(&" --- |".repeat(BASES.len()));
    for step in commands() {
        text.push_str(&format!("\n| {} |", format!("{step:?}").replace('"', "")));
        for (_, base) in BASES {
            text.push_str(&format!(" {} |", cell(preset, base, hours, guard, step)));
        }
    }
    text.push('\n');
}

fn page() -> String {
    let mut text = String::from(
        "# The transition table, as the code has it\n\n\
         Written by the test `the_table_is_total` (run it with `UPDATE=1` after a change on purpose).\n\
         A cell names the rules and the state they leave, or, in italics, the refusal that leaves \
         everything as it was.\n\
         Conversations are locked by claims here, and may be deleted, whatever the preset.\n",
    );
    for (name, preset) in Preset::ALL {
        for (window, hours) in [("open", 1), ("closed", 25)] {
            text.push_str(&format!("\n## {name}, window {window}\n\n"));
            table(&mut text, preset, hours, Guard::Free);
        }
    }
    for (name, guard) in GUARDS.into_iter().skip(1) {
        text.push_str(&format!("\n## clevertap5, {name}\n\n"));
        table(&mut text, Preset::Clevertap5, 1, guard);
    }
    text
}

/// C01, C03: the table that is checked in is what the code does (`UPDATE=1` writes it).
#[test]
#[expect(clippy::disallowed_methods, reason = "a switch for whoever runs the tests")]
fn the_table_is_total() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/transitions.md");
    let page = page();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(kept, page, "docs/transitions.md is not what the code does");
}

/// T82: every preset × state × window × guard × command has an answer, and a refusal changes
/// nothing (`cell` asserts it).
#[test]
fn nothing_is_left_open() {
    let mut answers = 0;
    for (_, preset) in Preset::ALL {
        for (_, base) in BASES {
            for hours in [1, 25] {
                for (_, guard) in GUARDS {
                    for step in commands() {
                        cell(preset, base, hours, guard, step);
                        answers += 1;
                    }
                }
            }
        }
    }
    assert_eq!(answers, 5 * 7 * 2 * 7 * 55);
}

/// Every row of the table is taken somewhere.
#[test]
fn every_rule_is_reached() {
    let page = page();
    let elsewhere = [
        Rule::T02,
        Rule::T05,
        Rule::T33,
        Rule::T43,
        Rule::T64,
        Rule::T73,
        Rule::Cancelled,
        Rule::Internal,
        Rule::T77,
        Rule::L5,
        Rule::L6,
    ];
    for rule in Rule::ALL.iter().filter(|rule| !elsewhere.contains(rule)) {
        let name = format!("{rule:?}");
        let there = page.split(['|', ' ', '+']).any(|word| word == name);
        assert!(there, "{name} is in no cell");
    }
}
