//! Recorded webhooks, from the provider's bytes to items.

use std::collections::BTreeMap;
use std::fmt::Write;

use domain::incoming::Incoming;
use domain::private::Address;

use super::kit::{Kit, Recording, kits, lane_name};
use super::render;
use crate::{Acknowledgement, Lane};

#[test]
fn every_recorded_webhook_says_what_its_snapshot_says() {
    for kit in kits() {
        let told: String = kit.recordings().iter().map(|recording| told(&kit, recording)).collect();
        kit.assert_snapshot("inbound", &told);
    }
}

/// What a recording says, part by part.
fn told(kit: &Kit, recording: &Recording) -> String {
    let arrival = kit.arrival(recording);
    let mut text = format!("{}\n", recording.name);
    let acknowledgement = kit.channel.acknowledgement(&arrival.believed());
    if acknowledgement != Acknowledgement::EMPTY {
        writeln!(text, "  answered {}", render::acknowledgement(&acknowledgement)).unwrap();
    }
    for part in kit.parts(&arrival) {
        write!(text, "  on {}", lane_name(part.lane)).unwrap();
        let parsed = kit.parsed(part);
        match &parsed.addressed_to {
            Some(account) => writeln!(text, ", to {account}").unwrap(),
            None => writeln!(text).unwrap(),
        }
        assert!(!parsed.items.is_empty(), "{}: a part says nothing", recording.name);
        text.extend(parsed.items.iter().map(|item| render::item(item, "    ")));
    }
    text
}

#[test]
fn parsing_twice_yields_equal_items_with_equal_ids() {
    for kit in kits() {
        for recording in kit.recordings() {
            let arrival = kit.arrival(&recording);
            let (once, twice) = (kit.parts(&arrival), kit.parts(&arrival));
            assert_eq!(once, twice, "{} {}", kit.name(), recording.name);
            for (one, other) in once.into_iter().zip(twice) {
                let account = &kit.recorded.account.id;
                assert_eq!(one.deduplication(account), other.deduplication(account));
                assert_eq!(kit.parsed(one), kit.parsed(other), "{}", recording.name);
            }
        }
    }
}

#[test]
fn parts_about_one_contact_share_a_group_and_those_about_others_do_not() {
    for kit in kits() {
        let mut groups: BTreeMap<Address, String> = BTreeMap::new();
        for recording in kit.recordings() {
            for part in kit.parts(&kit.arrival(&recording)) {
                let (lane, group) = (part.lane, part.group(&kit.recorded.account.id));
                let parsed = kit.parsed(part);
                for contact in parsed.items.iter().filter_map(contact) {
                    assert_eq!(lane, Lane::Messages, "{}: out of order", recording.name);
                    let known = groups.entry(contact.clone()).or_insert_with(|| group.clone());
                    assert_eq!(*known, group, "{} {}", kit.name(), recording.name);
                }
            }
        }
        let mut distinct: Vec<&String> = groups.values().collect();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), groups.len(), "{}: two contacts share a group", kit.name());
        assert!(groups.len() > 1, "{}: the recordings know only one contact", kit.name());
    }
}

#[test]
fn a_group_names_neither_the_contact_nor_is_it_the_same_on_another_account() {
    let elsewhere = "elsewhere".parse().unwrap();
    for kit in kits() {
        for recording in kit.recordings() {
            for part in kit.parts(&kit.arrival(&recording)) {
                let group = part.group(&kit.recorded.account.id);
                assert_ne!(group, part.group(&elsewhere));
                assert_ne!(
                    part.deduplication(&kit.recorded.account.id),
                    part.deduplication(&elsewhere)
                );
                let contact = kit.parsed(part).items.iter().find_map(contact).cloned();
                let named = contact.is_some_and(|contact| group.contains(contact.reveal()));
                assert!(!named, "{} {}", kit.name(), recording.name);
            }
        }
    }
}

/// The contact whose conversation an item belongs to; receipts find theirs by the message.
fn contact(item: &Incoming) -> Option<&Address> {
    match item {
        Incoming::Message(message) => Some(&message.from.address),
        Incoming::Remark(remark) => Some(&remark.contact.address),
        Incoming::Echo(echo) => Some(&echo.to),
        Incoming::Consent(consent) => Some(&consent.from.address),
        Incoming::AddressChange(change) => Some(&change.from),
        Incoming::Receipt(_) | Incoming::Notice(_) => None,
    }
}
