//! Each row of the table, by its number.

use super::steps::{Step, take};
use super::*;
use crate::notifications::concerned;

#[test]
fn t01_a_first_message_opens_a_new_conversation() {
    let mut log = Log::new(StatusPreset::Five);
    assert_eq!(rules(&log.receives("hello")), [Rule::T01, Rule::T01]);
    let state = log.state();
    assert_eq!((state.base, state.unreplied, state.waiting_on), (Base::New, 1, WaitingOn::Agent));
    assert_eq!(log.shown(), ShownStatus::New);
}

#[test]
fn t10_t21_the_five_statuses_move_by_themselves() {
    let mut log = Log::new(StatusPreset::Five);
    log.receives("hello");
    log.receives("anybody?");
    assert_eq!((log.shown(), log.state().unreplied), (ShownStatus::New, 2));
    log.replies("ada", &text()).unwrap();
    assert_eq!((log.shown(), log.state().unreplied), (ShownStatus::Active, 0));
    assert_eq!(log.state().primary(), Some(&named("ada")));
    log.receives("thanks");
    assert_eq!((log.shown(), log.state().unreplied), (ShownStatus::Pending, 1));
    log.wait(24);
    assert_eq!((log.shown(), log.state().base), (ShownStatus::Inactive, Base::Pending));
    log.receives("still there?");
    assert_eq!(log.shown(), ShownStatus::Pending);
    log.closes().unwrap();
    assert_eq!((log.shown(), log.state().unreplied), (ShownStatus::Resolved, 0));
}

#[test]
fn preset_three_moves_only_to_new() {
    let mut log = Log::new(StatusPreset::Three);
    log.receives("hello");
    log.replies("ada", &text()).unwrap();
    assert_eq!(log.state().base, Base::New);
    log.receives("thanks");
    assert_eq!(log.shown(), ShownStatus::New);
    log.wait(24);
    assert!(log.state().is_inactive(log.now));
    assert_eq!(log.shown(), ShownStatus::New);
}

#[test]
fn preset_open_closed_shows_two_words() {
    let mut log = Log::new(StatusPreset::OpenClosed);
    log.receives("hello");
    assert_eq!(log.shown(), ShownStatus::Open);
    log.closes().unwrap();
    assert_eq!(log.shown(), ShownStatus::Closed);
}

/// R153: the name is told once, also to what is closed, and is personal; what only a campaign has
/// written in is nobody's to change.
#[test]
fn a_contact_is_called_otherwise() {
    let mut log = Log::new(StatusPreset::Five);
    log.receives("hello");
    log.replies("ada", &text()).unwrap();
    log.closes().unwrap();
    let told = take(&mut log, Step::Rename).unwrap();
    assert_eq!((rules(&told), log.state().base.is_open()), (vec![Rule::Renamed], false));
    assert_eq!(log.state().contact_name, Some("Maria".into()));
    assert!(!format!("{:?} {told:?}", log.state()).contains("Maria"));
    assert!(concerned(&told[0], log.state()).is_empty(), "nobody is alerted");
    assert!(take(&mut log, Step::Rename).unwrap().is_empty(), "once");

    let mut log = Log::new(StatusPreset::Five);
    take(&mut log, Step::Campaign).unwrap();
    let refused = take(&mut log, Step::Rename);
    assert!(matches!(refused, Err(Refusal::NotAllowed { state: "unopened", .. })), "{refused:?}");
}

#[test]
fn t02_t20_an_answer_to_a_campaign_is_new_whatever_was_before() {
    let campaign = Some(Quoted { seq: None, kind: Some(OutKind::Campaign) });
    let mut log = Log::new(StatusPreset::Five);
    assert_eq!(rules(&log.receives_quoting("yes", campaign)), [Rule::T02, Rule::T02]);
    log.replies("ada", &text()).unwrap();
    assert_eq!(rules(&log.receives_quoting("yes again", campaign)), [Rule::T20]);
    assert_eq!(log.shown(), ShownStatus::New);
}

#[test]
fn t23_within_the_grace_the_same_conversation_reopens() {
    let mut log = Log::new(StatusPreset::Five);
    log.receives("hello");
    log.closes().unwrap();
    log.wait(24 * 365);
    assert_eq!(rules(&log.receives("me again")), [Rule::T23, Rule::T23]);
    assert_eq!((log.shown(), log.state().episode, log.begun), (ShownStatus::Pending, 2, 1));
}

#[test]
fn t24_after_the_grace_a_new_conversation_begins() {
    let mut log = Log::new(StatusPreset::OpenClosed);
    log.receives("hello");
    log.closes().unwrap();
    let first = log.state().id;
    log.wait(1);
    assert_eq!(rules(&log.receives("me again")), [Rule::T01, Rule::T01]);
    assert_ne!(log.state().id, first);
    let reopened = log.events.iter().any(|event| matches!(event.kind, EventKind::Reopened { .. }));
    assert!(!reopened);
}

#[test]
fn t03_a_user_writes_first_with_a_template() {
    let mut log = Log::new(StatusPreset::Five);
    assert_eq!(
        log.starts(&text()),
        Err(Refusal::WindowNeverOpened { templates: vec!["hello".to_owned()] })
    );
    assert_eq!(log.state, None);
    assert_eq!(rules(&log.starts(&template("hello")).unwrap()), [Rule::T03, Rule::T03]);
    assert_eq!((log.shown(), log.state().inbound_count), (ShownStatus::Active, 0));
    let again = log.starts(&template("hello"));
    assert_eq!(again, Err(Refusal::OtherOpen { conversation: log.state().id }));
}

#[test]
fn t03_a_window_outlives_the_conversation_it_was_opened_in() {
    let mut log = Log::new(StatusPreset::OpenClosed);
    log.receives("hello");
    log.closes().unwrap();
    log.wait(1).starts(&text()).unwrap();
    assert_eq!(log.begun, 2);
    log.replies("ada", &text()).unwrap();
}

#[test]
fn t13_an_automatic_reply_leaves_the_message_unreplied_and_answers_once() {
    let mut log = Log::new(StatusPreset::Five);
    let trigger = log.receives("hello").last().unwrap().seq;
    log.auto(trigger).unwrap();
    assert_eq!((log.state().unreplied, log.shown()), (1, ShownStatus::New));
    assert_eq!(log.auto(trigger), Err(Refusal::TurnTaken));
    log.replies("ada", &text()).unwrap();
    let next = log.receives("one more thing").last().unwrap().seq;
    assert_eq!(log.auto(next), Err(Refusal::HumanHandles));
}

#[test]
fn t11_t08_what_the_business_sends_from_its_phone_counts_as_human() {
    let mut log = Log::new(StatusPreset::Five);
    assert_eq!(rules(&log.echoes()), [Rule::T08, Rule::T08]);
    log.receives("thanks");
    assert_eq!(rules(&log.echoes()), [Rule::T11]);
    let state = log.state();
    assert_eq!((state.unreplied, &state.handler, state.base), (0, &Handler::Human, Base::Active));
}

#[test]
fn t26_a_closed_conversation_refuses_a_reply() {
    let mut log = Log::new(StatusPreset::Five);
    log.receives("hello");
    log.closes().unwrap();
    assert_eq!(log.replies("ada", &text()), Err(Refusal::Closed { closed_at: log.now }));
    assert_eq!(log.closes(), Err(Refusal::Closed { closed_at: log.now }));
}

#[test]
fn t61_t62_after_the_window_only_a_registered_template_goes() {
    let mut log = Log::new(StatusPreset::Five);
    log.receives("hello");
    let closed_at = log.now + DAY;
    log.wait(24);
    let templates = vec!["hello".to_owned()];
    assert_eq!(log.replies("ada", &text()), Err(Refusal::WindowClosed { closed_at, templates }));
    let unknown = log.replies("ada", &template("other"));
    assert!(matches!(unknown, Err(Refusal::TemplateNotRegistered { .. })));
    log.replies("ada", &template("hello")).unwrap();
    assert_eq!(log.state().base, Base::Active);
    assert_eq!(log.shown(), ShownStatus::Inactive, "a template does not reopen the window");
}

#[test]
fn t62_inside_the_window_any_template_goes_but_not_with_wrong_parameters() {
    let mut log = Log::new(StatusPreset::Five);
    log.receives("hello");
    log.replies("ada", &template("other")).unwrap();
    let mut wrong = template("hello");
    if let Content::Template(template) = &mut wrong {
        template.parameters.push(crate::content::Parameter::Placed("x".into()));
    }
    let refused = log.replies("ada", &wrong);
    assert_eq!(refused, Err(Refusal::TemplateParameters { registered: 0, given: 1 }));
}

#[test]
fn t63_nothing_goes_to_who_opted_out_until_they_opt_in() {
    let mut log = Log::new(StatusPreset::Five);
    log.receives("hello");
    log.receives("STOP");
    let refused = log.replies("ada", &template("hello"));
    assert!(matches!(refused, Err(Refusal::OptedOut { .. })));
    log.receives("what now?");
    assert!(log.replies("ada", &text()).is_err(), "talk does not lift an opt-out");
    log.receives("start");
    log.replies("ada", &text()).unwrap();
}

#[test]
fn t64_out_of_hours_a_reply_is_held_and_released_under_the_guards() {
    let mut log = Log::new(StatusPreset::Five);
    log.workspace.rules.hold_outside_hours = true;
    let nine_to_five = vec!["09:00-17:00".parse().unwrap()];
    log.workspace.hours = Some(crate::calendar::Calendar {
        zone: crate::calendar::Zone::utc(),
        week: std::array::from_fn(|_| nine_to_five.clone()),
        days: std::collections::BTreeMap::new(),
    });
    log.receives("hello");
    log.wait(8);
    let held = log.replies("ada", &text()).unwrap();
    assert_eq!(rules(&held), [Rule::T64]);
    assert_eq!((log.state().base, log.state().unreplied), (Base::New, 1), "not said yet");
    let EventKind::Held { release_at, message } = held[0].kind.clone() else { panic!("not held") };
    assert_eq!(release_at, "2026-11-21T09:00:00Z".parse().unwrap());
    let by = Actor::User("ada".parse().unwrap());
    let release = Command::Release { held: held[0].seq, message: &message, by: &by };
    log.wait(15);
    assert_eq!(rules(&log.run(release).unwrap()), [Rule::T10]);
    assert_eq!((log.state().base, log.state().unreplied), (Base::Active, 0));
    assert_eq!(log.run(release), Ok(Vec::new()), "it has been let go");
    log.receives("and?");
    log.wait(9);
    let held = log.replies("ada", &text()).unwrap();
    let EventKind::Held { message, .. } = held[0].kind.clone() else { panic!("not held") };
    log.wait(15);
    let release = Command::Release { held: held[0].seq, message: &message, by: &by };
    assert!(matches!(log.run(release), Err(Refusal::WindowClosed { .. })));
}

#[test]
fn guard_q_a_reply_over_a_colleague_is_refused_and_over_oneself_is_not() {
    let mut log = Log::new(StatusPreset::Five);
    let seen = log.receives("hello").last().unwrap().seq;
    log.replies_having_seen("ada", &text(), Some(seen)).unwrap();
    let refused = log.replies_having_seen("ben", &text(), Some(seen));
    assert!(matches!(refused, Err(Refusal::ColleagueAnswered { .. })));
    log.replies_having_seen("ada", &text(), Some(seen)).unwrap();
    let now_seen = log.state().seq;
    log.replies_having_seen("ben", &text(), Some(now_seen)).unwrap();
}

#[test]
fn a_channel_refuses_what_it_cannot_carry() {
    let mut log = Log::new(StatusPreset::Five);
    log.receives("hello");
    log.replies("ada", &Content::text("x".repeat(100))).unwrap();
    for content in [Content::text("x".repeat(101)), Content::text("  ")] {
        assert!(matches!(log.replies("ada", &content), Err(Refusal::CannotCarry(_))));
    }
}

#[test]
fn implausible_times_are_not_believed() {
    let now = start();
    let mut log = Log::new(StatusPreset::Five);
    log.receives("hello");
    assert_eq!(log.state().activity_expires_at, now + DAY);
    // Nobody writes in the future, and no provider delivers what is eleven years old.
    for (sent_at, counted) in [
        (now + SignedDuration::from_mins(5), now),
        (now - SignedDuration::from_hours(2), now - SignedDuration::from_hours(2)),
        (Timestamp::from_second(1_454_119_029).unwrap(), now),
    ] {
        let mut message = IncomingMessage {
            id: ProviderMessageId("x".to_owned()),
            from: Sender { address: "+2".into(), aliases: Vec::new(), name: None },
            sent_at,
            content: text(),
            quotes: None,
            referral: None,
            forwarded: false,
            automatic: false,
            consent: None,
        };
        message.sent_at = sent_at;
        let mut log = Log::new(StatusPreset::Five);
        let sender = Party { is_new: true, ..party() };
        let account = account();
        let receive =
            Receive { account: &account, message: &message, sender: &sender, quoted: None };
        log.run(Command::Receive(&receive)).unwrap();
        assert_eq!(log.state().last_in.unwrap().at, counted);
    }
}
