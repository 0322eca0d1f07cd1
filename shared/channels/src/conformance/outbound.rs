//! Requests for each kind of content, and what the recorded answers mean.

use std::collections::BTreeMap;
use std::fmt::Write;

use domain::capabilities::CannotCarry;
use domain::content::{Content, ContentKind, FileKind, Media};
use domain::private::Words;
use http::Response;
use serde::Deserialize;

use super::kit::{Kit, kits, read};
use super::{render, samples};
use crate::Send;

#[test]
fn every_content_is_put_to_the_provider_as_its_snapshot_says() {
    for kit in kits() {
        let mut text: String = samples::all()
            .iter()
            .map(|(name, content)| put(&kit, name, &kit.send(content)))
            .collect();
        let content = Content::text("canary: it ships today");
        let quoting = Send { quotes: Some(&kit.recorded.quotable), ..kit.send(&content) };
        text += &put(&kit, "text that quotes", &quoting);
        let other = Send { to: &kit.recorded.other_contact, ..kit.send(&content) };
        text += &put(&kit, "text to another sort of address", &other);
        kit.assert_snapshot("requests", &text);
    }
}

/// A content on its way to the provider, as far as it comes.
fn put(kit: &Kit, name: &str, send: &Send<'_>) -> String {
    let mut text = format!("{name}\n");
    if let Err(refusal) = kit.channel.capabilities().check(send.content) {
        writeln!(text, "    not accepted: {refusal}").unwrap();
        return text;
    }
    match kit.channel.request(send) {
        Ok(request) => {
            for line in render::request(&request).lines() {
                writeln!(text, "    {line}").unwrap();
            }
            writeln!(text, "    elsewhere {}", put_elsewhere(kit, send)).unwrap();
        }
        Err(failure) => {
            let (outcome, detail) = (render::refusal(&failure), failure.failure.detail);
            writeln!(text, "    refused: {outcome}, {detail}").unwrap();
        }
    }
    text
}

/// The address of the same request where the account says where its API is. Nothing else of it may
/// differ.
fn put_elsewhere(kit: &Kit, send: &Send<'_>) -> String {
    let mut account = kit.recorded.account.clone();
    account.api_base = Some("http://127.0.0.1:9090/simulator/".to_owned());
    let published = kit.channel.request(send).unwrap();
    let elsewhere = kit.channel.request(&Send { account: &account, ..*send }).unwrap();
    assert_eq!(published.method(), elsewhere.method());
    assert_eq!(published.headers(), elsewhere.headers());
    assert_eq!(published.body(), elsewhere.body());
    let address = elsewhere.uri().to_string();
    let path = address.strip_prefix("http://127.0.0.1:9090/simulator").unwrap();
    assert!(published.uri().to_string().ends_with(path));
    address
}

#[test]
fn what_a_channel_says_it_can_send_is_what_it_can_encode() {
    for kit in kits() {
        for kind in ContentKind::ALL {
            let of_kind: Vec<Content> = samples::all()
                .into_iter()
                .map(|(_, content)| content)
                .filter(|content| content.kind() == kind)
                .collect();
            assert!(!of_kind.is_empty(), "no sample of {kind}");
            let sends = kit.channel.capabilities().sends.contains(&kind);
            let accepted = |content: &&Content| kit.channel.capabilities().check(content).is_ok();
            let encoded = |content: &&Content| kit.channel.request(&kit.send(content)).is_ok();
            if sends {
                assert!(
                    of_kind.iter().filter(accepted).any(|c| encoded(&c)),
                    "{} {kind}",
                    kit.name()
                );
            } else {
                assert_eq!(of_kind.iter().filter(accepted).count(), 0, "{} {kind}", kit.name());
                assert_eq!(of_kind.iter().filter(encoded).count(), 0, "{} {kind}", kit.name());
            }
        }
    }
}

#[test]
fn every_kind_of_file_a_channel_lists_is_encoded() {
    for kit in kits() {
        for kind in [
            FileKind::Image,
            FileKind::Video,
            FileKind::Audio,
            FileKind::Voice,
            FileKind::Document,
            FileKind::Sticker,
        ] {
            let content = Content::Media(Media { caption: None, files: vec![samples::file(kind)] });
            let lists = kit.channel.capabilities().bytes_max(kind).is_some();
            assert_eq!(kit.channel.capabilities().check(&content).is_ok(), lists);
            if lists {
                assert!(kit.channel.request(&kit.send(&content)).is_ok(), "{} {kind}", kit.name());
            }
        }
    }
}

#[test]
fn text_of_the_longest_length_is_sent_and_one_character_more_is_refused() {
    for kit in kits() {
        let can = kit.channel.capabilities();
        let longest = usize::try_from(can.text_chars_max.value).unwrap();
        for letter in ["a", "ß", "語", "😀"] {
            let fits = Content::text(letter.repeat(longest).as_str());
            assert_eq!(can.check(&fits), Ok(()));
            let request = kit.channel.request(&kit.send(&fits)).unwrap();
            assert!(request.body().len() >= longest);
            let too_long = Content::text(letter.repeat(longest + 1).as_str());
            assert!(matches!(can.check(&too_long), Err(CannotCarry::TooLong { .. })));
        }
    }
}

#[test]
fn a_caption_of_the_longest_length_is_sent_and_one_character_more_is_refused() {
    for kit in kits() {
        let can = kit.channel.capabilities();
        let longest = usize::try_from(can.caption_chars_max.value).unwrap();
        let captioned = |chars: usize| {
            let caption = Some(Words::new("ß".repeat(chars)));
            Content::Media(Media { caption, files: vec![samples::file(FileKind::Image)] })
        };
        assert_eq!(can.check(&captioned(longest)), Ok(()));
        assert!(kit.channel.request(&kit.send(&captioned(longest))).is_ok());
        let refused = can.check(&captioned(longest + 1));
        assert!(matches!(refused, Err(CannotCarry::TooLong { .. })));
    }
}

#[test]
fn an_account_without_its_credential_sends_nothing() {
    for kit in kits() {
        let content = Content::text("canary");
        for name in kit.recorded.secrets.names() {
            let of = |kept: &str| {
                let pairs = kit.recorded.secrets.names().map(|other| {
                    let value = kit.recorded.secrets.get(other).unwrap();
                    (other.to_owned(), Words::from(if other == name { kept } else { value }))
                });
                pairs.collect()
            };
            let needed = {
                let other =
                    kit.channel.request(&Send { secrets: &of("other"), ..kit.send(&content) });
                render::request(&other.unwrap())
                    != render::request(&kit.channel.request(&kit.send(&content)).unwrap())
            };
            let without = kit.channel.request(&Send { secrets: &of(""), ..kit.send(&content) });
            assert_eq!(without.is_err(), needed, "{} {name}", kit.name());
        }
    }
}

/// A row of `answers/expected.json`.
#[derive(Deserialize)]
struct Expected {
    status: u16,
    outcome: String,
}

#[test]
fn every_recorded_answer_means_what_is_expected() {
    for kit in kits() {
        let folder = kit.folder.join("answers");
        let expected: BTreeMap<String, Expected> =
            serde_json::from_slice(&read(&folder.join("expected.json"))).unwrap();
        let content = Content::text("canary");
        for (name, Expected { status, outcome }) in &expected {
            let answer =
                Response::builder().status(*status).body(read(&folder.join(name))).unwrap();
            let told = kit.channel.outcome(&kit.send(&content), &answer);
            assert_eq!(render::outcome(&told), *outcome, "{} {name}", kit.name());
        }
        let recorded = std::fs::read_dir(&folder).unwrap().count();
        assert_eq!(recorded, expected.len() + 1, "{}: answers without a row", kit.name());
    }
}

/// Whatever comes instead of an answer, a message that may have been taken is never reported as
/// failed for good, and one that was not taken never as accepted.
#[test]
fn a_mangled_answer_is_never_mistaken_for_an_acceptance() {
    for kit in kits() {
        let accepted = read(&kit.folder.join("answers").join("accepted.json"));
        let content = Content::text("canary");
        for length in 0..accepted.len() {
            for status in [200, 202, 500, 502, 504] {
                let answer =
                    Response::builder().status(status).body(accepted[..length].to_vec()).unwrap();
                let told = kit.channel.outcome(&kit.send(&content), &answer);
                assert_eq!(render::outcome(&told), "unknown", "{} {length} {status}", kit.name());
            }
        }
    }
}
