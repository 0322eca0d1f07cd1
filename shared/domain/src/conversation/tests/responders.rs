//! What responders say and do not say, and what is remembered of it.

use super::*;

fn quick(id: &str) -> Automatic {
    Automatic { quick_reply: Some(id.parse().unwrap()), matching: None }
}

/// At most five in ten minutes: two machines do not keep each other awake.
#[test]
fn responders_fall_silent_when_they_say_too_much() {
    let mut log = Log::new(StatusPreset::Five);
    for _ in 0..AUTOMATIC_MAX {
        let seq = log.receives("hello").last().unwrap().seq;
        log.auto(seq).unwrap();
    }
    let next = log.receives("hello").last().unwrap().seq;
    assert_eq!(log.auto(next), Err(Refusal::TooManyAutomatic { max: AUTOMATIC_MAX }));
    log.now += AUTOMATIC_WITHIN;
    log.auto(next).unwrap();
}

/// What is said once in a period is remembered however much else is said.
#[test]
fn the_latest_word_of_each_quick_reply_is_remembered() {
    let mut log = Log::new(StatusPreset::Five);
    for id in ["hours", "hours", "holiday"] {
        let seq = log.receives("hello").last().unwrap().seq;
        log.says_automatically(ResponderKind::QuickReply, seq, &quick(id)).unwrap();
        log.wait(1);
    }
    for _ in 0..20 {
        let seq = log.receives("hello").last().unwrap().seq;
        log.says_automatically(ResponderKind::Faq, seq, &Automatic::default()).unwrap();
        log.wait(1);
    }
    let said = log.state().said.iter().map(|said| said.quick_reply.as_ref().map(|id| id.as_str()));
    assert_eq!(said.collect::<Vec<_>>(), [Some("hours"), Some("holiday"), None]);
}

/// R106, R139: whether responders answer or pass, the message is unreplied; a turn is passed once,
/// and a bot may still have it.
#[test]
fn a_passed_turn_leaves_everything_as_it_was() {
    let mut log = Log::new(StatusPreset::Five);
    let seq = log.receives("hello").last().unwrap().seq;
    let before = log.state().clone();
    assert_eq!(rules(&log.passes(seq).unwrap()), [Rule::Passed]);
    let after = log.state().clone();
    assert_eq!(after, Conversation { seq: after.seq, passed_seq: seq, ..before });
    assert_eq!(log.passes(seq), Err(Refusal::TurnTaken));
    assert_eq!(log.auto(seq), Err(Refusal::TurnTaken));
    log.replies("bot1", &text()).unwrap();
}

/// A human who has it is not talked over, and nothing is passed in their place.
#[test]
fn a_human_has_all_turns() {
    let mut log = Log::new(StatusPreset::Five);
    let first = log.receives("hello").last().unwrap().seq;
    log.auto(first).unwrap();
    let taken = log.replies("ada", &text()).unwrap();
    assert!(taken.last().unwrap().kind.takes_over(), "from the responders");
    assert!(!log.replies("ada", &text()).unwrap().last().unwrap().kind.takes_over(), "once");
    let next = log.receives("and?").last().unwrap().seq;
    assert_eq!(log.auto(next), Err(Refusal::HumanHandles));
    assert_eq!(log.passes(next), Err(Refusal::HumanHandles));
}
