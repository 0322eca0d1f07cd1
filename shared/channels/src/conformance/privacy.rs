//! What must not reach a log does not: secrets, addresses and what people write.

use domain::content::Content;
use domain::incoming::{Incoming, Remark, Sender};
use http::Response;
use serde_json::Value;

use super::kit::{Kit, kits, read};
use super::samples;
use crate::{Fetch, FetchFailure};

#[test]
fn debug_of_what_arrived_shows_nothing_of_it() {
    for kit in kits() {
        for recording in kit.recordings() {
            let arrival = kit.arrival(&recording);
            let mut shown = format!("{:?} {:?}", arrival.unverified(), arrival.believed());
            let mut private = Vec::new();
            for part in kit.parts(&arrival) {
                shown += &format!("{part:?}");
                let parsed = kit.parsed(part);
                shown += &format!("{parsed:?}");
                parsed.items.iter().for_each(|item| of_item(item, &mut private));
            }
            assert!(!private.iter().any(String::is_empty));
            for word in private.iter().chain(&secrets(&kit)) {
                let where_ = (kit.name(), &recording.name);
                assert!(!shown.contains(word.as_str()), "{where_:?} shows {word:?} in {shown}");
            }
        }
    }
}

#[test]
fn debug_of_a_send_and_of_its_outcome_shows_neither_words_nor_secrets() {
    for kit in kits() {
        for (name, content) in samples::all() {
            let send = kit.send(&content);
            let mut shown = format!("{send:?} {content:?}");
            match kit.channel.request(&send) {
                Ok(request) => shown += &format!("{:?}", request.headers()),
                Err(failure) => shown += &format!("{failure:?}"),
            }
            for answer in answers(&kit) {
                shown += &format!("{:?}", kit.channel.outcome(&send, &answer));
            }
            let shown = shown.to_lowercase();
            assert!(!shown.contains("canary"), "{} {name}: {shown}", kit.name());
            let contact = kit.recorded.contact.reveal().trim_start_matches('+');
            assert!(!shown.contains(contact), "{} {name}: {shown}", kit.name());
        }
    }
}

#[test]
fn debug_of_a_fetch_and_of_its_failure_shows_no_secret() {
    for kit in kits() {
        let mut shown = String::new();
        for handle in ["canary", "1003383421387256", "https://api.twilio.com/canary", "canary/../x"]
        {
            let fetch =
                Fetch { account: &kit.recorded.account, secrets: &kit.recorded.secrets, handle };
            shown += &format!("{:?}", kit.channel.fetch(&fetch));
            for answer in answers(&kit) {
                shown += &format!("{:?}", kit.channel.located(&fetch, &answer));
            }
        }
        shown += &format!("{:?}", FetchFailure::of_status(http::StatusCode::NOT_FOUND));
        assert!(!shown.to_lowercase().contains("canary"), "{} {shown}", kit.name());
    }
}

fn answers(kit: &Kit) -> Vec<Response<Vec<u8>>> {
    std::fs::read_dir(kit.folder.join("answers"))
        .unwrap()
        .flat_map(|entry| {
            let body = read(&entry.unwrap().path());
            [200, 400, 502]
                .map(|status| Response::builder().status(status).body(body.clone()).unwrap())
        })
        .collect()
}

fn secrets(kit: &Kit) -> Vec<String> {
    let secrets = &kit.recorded.secrets;
    secrets.names().filter_map(|name| secrets.get(name)).map(str::to_owned).collect()
}

/// The private words of an item, revealed.
fn of_item(item: &Incoming, words: &mut Vec<String>) {
    match item {
        Incoming::Message(message) => {
            of_sender(&message.from, words);
            of_content(&message.content, words);
        }
        Incoming::Remark(remark) => {
            of_sender(&remark.contact, words);
            match &remark.remark {
                Remark::Edited(content) => of_content(content, words),
                Remark::Reacted(emoji) => words.extend(emoji.iter().map(|e| e.reveal().clone())),
                Remark::Deleted => {}
            }
        }
        Incoming::Echo(echo) => {
            words.push(echo.to.reveal().clone());
            of_content(&echo.content, words);
        }
        Incoming::Consent(consent) => of_sender(&consent.from, words),
        Incoming::AddressChange(change) => {
            words.extend([change.from.reveal().clone(), change.to.reveal().clone()]);
        }
        Incoming::Notice(notice) => words.push(notice.raw.reveal().clone()),
        Incoming::Receipt(_) => {}
    }
}

fn of_sender(sender: &Sender, words: &mut Vec<String>) {
    words.push(sender.address.reveal().clone());
    // WhatsApp and Twilio write numbers without the plus sign in other places.
    words.extend(sender.address.reveal().strip_prefix('+').map(str::to_owned));
    words.extend(sender.aliases.iter().map(|alias| alias.reveal().clone()));
    words.extend(sender.name.as_ref().map(|name| name.reveal().clone()));
}

fn of_content(content: &Content, words: &mut Vec<String>) {
    // A button whose words are gone goes by the name we gave it.
    if let Content::Answer(answer) = content
        && answer.id.as_ref() == Some(answer.title.reveal())
    {
        return;
    }
    of_json(&serde_json::to_value(content).unwrap(), words);
}

/// Everything in a content but the members that may be logged.
fn of_json(value: &Value, words: &mut Vec<String>) {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| !["type", "kind", "mime", "id", "bytes"].contains(&name.as_str()))
            .for_each(|(_, member)| of_json(member, words)),
        Value::Array(items) => items.iter().for_each(|item| of_json(item, words)),
        Value::String(text) => words.push(text.clone()),
        Value::Number(number) => words.push(number.to_string()),
        Value::Null | Value::Bool(_) => {}
    }
}
