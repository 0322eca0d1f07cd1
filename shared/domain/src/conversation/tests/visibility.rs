//! Who sees a conversation from now on, and whose it then still is.

use std::collections::BTreeSet;

use super::*;
use crate::rights::{Permission, Role, Sees};

/// A workspace in which `tess` sees what is of *sales* or of no group.
fn with_teams() -> Log {
    let mut log = Log::new(StatusPreset::Five);
    let permissions = Permission::ALL.iter().copied().collect();
    let sees = Sees::Team;
    let id = "team".parse().unwrap();
    log.workspace.roles.push(Role { id, name: "team".to_owned(), sees, permissions });
    log
}

fn tess(log: &Log) -> Seat {
    let groups = BTreeSet::from(["sales".parse().unwrap()]);
    let user = User { role: "team".parse().unwrap(), groups, ..user("tess") };
    Seat { workspace: log.workspace.clone(), user }
}

fn only(users: &[&str]) -> Visibility {
    Visibility::Only(users.iter().map(|user| named(user)).collect())
}

/// R144, invariant 10: being named was the only reason to see it.
#[test]
fn t74_showing_it_to_its_group_frees_whoever_is_not_of_the_group() {
    let mut log = with_teams();
    log.receives("hello");
    let (ada, tess) = (log.seat("ada"), tess(&log));
    log.shows_to(&only(&["ada", "tess"])).unwrap();
    let group = "support".parse().unwrap();
    let to = [ada.viewer(), tess.viewer()].map(|viewer| Candidate { viewer, open: 0 });
    log.run(Command::Assign(&Assign {
        by: Some(ada.viewer()),
        to: &to,
        group: Group::Of(&group),
        why: AssignedWhy::Chosen,
        force: false,
    }))
    .unwrap();
    assert!(tess.viewer().sees(log.state()));
    let assignees = &[ada.viewer(), tess.viewer()];
    let visibility = &Visibility::Group;
    log.run(Command::SetVisibility { by: ada.viewer(), visibility, assignees }).unwrap();
    assert!(log.state().is_assigned_to(&named("ada")));
    assert!(!log.state().is_assigned_to(&named("tess")));
}

/// A claim ends with the right to see what is claimed.
#[test]
fn t74_a_claim_ends_with_its_holders_sight() {
    let mut log = with_teams();
    log.receives("hello");
    let (ada, tess) = (log.seat("ada"), tess(&log));
    let group = "support".parse().unwrap();
    log.shows_to(&only(&["ada", "tess"])).unwrap();
    let to = [Candidate { viewer: tess.viewer(), open: 0 }];
    log.run(Command::Assign(&Assign {
        by: Some(ada.viewer()),
        to: &to,
        group: Group::Of(&group),
        why: AssignedWhy::Chosen,
        force: false,
    }))
    .unwrap();
    log.run(Command::Claim(&ClaimBy { by: tess.viewer(), steal: Steal::No })).unwrap();
    let (assignees, visibility) = (&[tess.viewer()], &Visibility::Group);
    log.run(Command::SetVisibility { by: ada.viewer(), visibility, assignees }).unwrap();
    assert_eq!(log.state().lease, None);
}

/// R167: what colleagues tell one another is nobody else's, whoever of them asks for it.
#[test]
fn a_chat_among_users_is_never_shown_to_a_group() {
    let mut log = Log::new(StatusPreset::Five);
    let members = BTreeSet::from(["ada", "ben"].map(named));
    let ada = log.seat("ada");
    let what = OpenedFor::Users { members: &members, contact: contact() };
    log.run(Command::Open(&Open { by: Some(ada.viewer()), what })).unwrap();
    let refused = log.shows_to(&Visibility::Group);
    assert!(matches!(refused, Err(Refusal::NotAllowed { .. })), "{refused:?}");
    assert!(!log.seat("carl").viewer().sees(log.state()));
    log.shows_to(&only(&["ada", "ben", "carl"])).unwrap();
    assert!(log.seat("carl").viewer().sees(log.state()));
}
