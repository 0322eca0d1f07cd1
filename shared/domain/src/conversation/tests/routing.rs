//! Whom a conversation goes to: each rule in its order, and what holds whatever the rules are.

use proptest::prelude::*;

use super::*;
use crate::routing::{CandidateFacts, Chosen, Round, choose, kept, waits};
use crate::workspace::{Presence, Routing, Strategy as Pool};

/// Name, presence, open conversations, chosen so many minutes ago.
type Desk<'a> = &'a [(&'a str, Presence, usize, Option<i64>)];

fn asked(log: &Log, routing: &Routing, desk: Desk<'_>, round: Round) -> Option<Chosen> {
    let seats: Vec<Seat> = desk.iter().map(|one| log.seat(one.0)).collect();
    choose(log.state(), routing, &candidates(&seats, desk), round)
}

fn candidates<'a>(seats: &'a [Seat], desk: Desk<'_>) -> Vec<CandidateFacts<'a>> {
    let facts = seats.iter().zip(desk).map(|(seat, (_, presence, open, ago))| CandidateFacts {
        viewer: seat.viewer(),
        presence: *presence,
        open: *open,
        last_chosen: ago.map(|ago| start() - SignedDuration::from_mins(ago)),
    });
    facts.collect()
}

fn chosen(user: &str, why: AssignedWhy) -> Option<Chosen> {
    Some(Chosen { users: vec![named(user)], why })
}

fn waiting() -> Log {
    let mut log = Log::new(StatusPreset::Five);
    log.receives("hello");
    assert!(waits(log.state()));
    log
}

/// Replied to by Ben, closed, and back as a new conversation of nobody's.
fn known() -> Log {
    let mut log = Log::new(StatusPreset::OpenClosed);
    log.receives("hello");
    log.replies("ben", &text()).unwrap();
    log.closes().unwrap();
    log.wait(1).receives("me again");
    assert_eq!((log.begun, log.state().primary()), (2, None));
    log
}

const ON: Presence = Presence::Online;

/// R138: how one of several is chosen.
#[test]
fn each_strategy_chooses_in_its_way() {
    let desk: Desk<'_> = &[
        ("ada", ON, 3, Some(9)),
        ("ben", ON, 1, Some(5)),
        ("cy", ON, 2, None),
        ("dee", ON, 1, None),
    ];
    for (strategy, expected) in [
        (Pool::Queue, None),
        (Pool::RoundRobin, chosen("cy", AssignedWhy::RoundRobin)),
        (Pool::LeastOpen, chosen("dee", AssignedWhy::LeastOpen)),
        (Pool::Sticky, chosen("dee", AssignedWhy::LeastOpen)),
    ] {
        let routing = Routing { strategy, ..Routing::default() };
        assert_eq!(asked(&waiting(), &routing, desk, Round::Again), expected, "{strategy:?}");
    }
    let sticky = Routing { strategy: Pool::Sticky, ..Routing::default() };
    assert_eq!(asked(&known(), &sticky, desk, Round::Again), chosen("ben", AssignedWhy::Sticky));
}

/// C17: whom nobody has ever dealt with goes to an admin. C18: who wrote last comes first.
#[test]
fn the_last_replier_comes_first_and_strangers_go_to_an_admin() {
    let routing = Routing {
        last_replier: true,
        unknown_to_admin: true,
        strategy: Pool::LeastOpen,
        ..Routing::default()
    };
    let desk: Desk<'_> = &[("admin1", ON, 9, None), ("ben", ON, 5, None), ("cy", ON, 0, None)];
    let stranger = asked(&waiting(), &routing, desk, Round::Again);
    assert_eq!(stranger, chosen("admin1", AssignedWhy::UnknownContact));
    let back = asked(&known(), &routing, desk, Round::Again);
    assert_eq!(back, chosen("ben", AssignedWhy::LastReplier));
    let away: Desk<'_> = &[("admin1", ON, 9, None), ("ben", Presence::Away, 5, None)];
    let other = asked(&known(), &routing, away, Round::Again);
    assert_eq!(other, chosen("admin1", AssignedWhy::LeastOpen), "a known contact is no stranger");
}

#[test]
fn whoever_is_away_full_or_a_program_gets_nothing() {
    let routing = Routing { strategy: Pool::LeastOpen, open_max: Some(2), ..Routing::default() };
    let desk: Desk<'_> = &[
        ("away", Presence::Away, 0, None),
        ("gone", Presence::Offline, 0, None),
        ("full", ON, 2, None),
        ("bot1", ON, 0, None),
    ];
    assert_eq!(asked(&waiting(), &routing, desk, Round::Again), None);
    let whoever = Routing { ignores_presence: true, ..routing };
    let taken = asked(&waiting(), &whoever, desk, Round::Again);
    assert_eq!(taken, chosen("away", AssignedWhy::LeastOpen));
}

/// Who was asked and did not answer is not asked next; once all were, they are asked again.
#[test]
fn those_who_were_tried_come_after_all_others() {
    let routing = Routing { strategy: Pool::LeastOpen, ..Routing::default() };
    let desk: Desk<'_> = &[("ben", ON, 0, None), ("cy", ON, 5, None)];
    let mut log = waiting();
    log.state.as_mut().unwrap().tried = vec![named("ben")];
    assert_eq!(asked(&log, &routing, desk, Round::Next), chosen("cy", AssignedWhy::LeastOpen));
    log.state.as_mut().unwrap().tried = vec![named("ben"), named("cy")];
    assert_eq!(asked(&log, &routing, desk, Round::Next), None);
    assert_eq!(asked(&log, &routing, desk, Round::Again), chosen("ben", AssignedWhy::LeastOpen));
}

/// T23, T50: whoever had it keeps it, if they can still take it.
#[test]
fn those_who_had_it_keep_it_as_far_as_they_can() {
    let routing = Routing { strategy: Pool::RoundRobin, ..Routing::default() };
    let mut log = waiting();
    log.replies("ben", &text()).unwrap();
    log.closes().unwrap();
    log.receives("me again");
    for (presence, expected) in [
        (ON, None),
        (Presence::Offline, Some(Chosen { users: Vec::new(), why: AssignedWhy::Kept })),
    ] {
        let desk: Desk<'_> = &[("ben", presence, 99, None), ("cy", ON, 0, None)];
        let seats: Vec<Seat> = desk.iter().map(|one| log.seat(one.0)).collect();
        assert_eq!(kept(log.state(), &routing, &candidates(&seats, desk)), expected);
    }
}

proptest! {
    /// Invariant 27: it is left waiting only if nobody can take it; whoever gets it can.
    #[test]
    fn somebody_gets_it_exactly_if_somebody_can_take_it(
        desk in proptest::collection::vec((0usize..4, 0usize..3, 0usize..4), 0..6),
        strategy in 1usize..4, cap in proptest::option::of(1usize..4),
        ignores_presence: bool, last_replier: bool, unknown_to_admin: bool,
    ) {
        let routing = Routing {
            last_replier,
            unknown_to_admin,
            strategy: [Pool::Queue, Pool::RoundRobin, Pool::LeastOpen, Pool::Sticky][strategy],
            ignores_presence,
            open_max: cap,
            first_reply_within: None,
        };
        let presences = [ON, Presence::Away, Presence::Offline];
        let names = ["admin1", "ben", "cy", "bot1"];
        let mut facts: Vec<(&str, Presence, usize, Option<i64>)> = desk
            .iter()
            .map(|(who, presence, open)| (names[*who], presences[*presence], *open, None))
            .collect();
        facts.sort_by_key(|one| one.0);
        facts.dedup_by_key(|one| one.0);
        let able = |one: &&(&str, Presence, usize, Option<i64>)| {
            one.0 != "bot1"
                && (ignores_presence || one.1 == ON)
                && cap.is_none_or(|cap| one.2 < cap)
        };
        for log in [waiting(), known()] {
            let got = asked(&log, &routing, &facts, Round::Again);
            prop_assert_eq!(got.is_some(), facts.iter().any(|one| able(&one)));
            if let Some(Chosen { users, .. }) = got {
                prop_assert!(facts.iter().filter(able).any(|one| users == [named(one.0)]));
            }
        }
    }
}
