//! Cuts a webhook into its items: a batch may carry a thousand, of several people and numbers.
//!
//! It reads no more than the cut needs, because it runs inside the provider's deadline.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{Lane, Part};

/// The envelope, read no further than the cut needs.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    entry: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    changes: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Change<'a> {
    #[serde(borrow)]
    field: &'a RawValue,
    #[serde(borrow)]
    value: Inner<'a>,
}

#[derive(Deserialize)]
struct Inner<'a> {
    #[serde(borrow, default)]
    metadata: Option<&'a RawValue>,
    #[serde(borrow, default)]
    contacts: Option<&'a RawValue>,
    #[serde(borrow, default)]
    messages: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    message_echoes: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    statuses: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    user_preferences: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    errors: Vec<&'a RawValue>,
}

impl<'a> Inner<'a> {
    /// In the order in which the parser reads a whole change.
    fn items(&self) -> Vec<(Kind, &'a RawValue)> {
        let lists = [
            (Kind::Message, &self.messages),
            (Kind::Echo, &self.message_echoes),
            (Kind::Status, &self.statuses),
            (Kind::Preference, &self.user_preferences),
            (Kind::Error, &self.errors),
        ];
        lists.iter().flat_map(|(kind, items)| items.iter().map(|item| (*kind, *item))).collect()
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Message,
    Echo,
    Status,
    Preference,
    /// Of the account: about nobody.
    Error,
}

impl Kind {
    fn key(self) -> &'static str {
        match self {
            Self::Message => "messages",
            Self::Echo => "message_echoes",
            Self::Status => "statuses",
            Self::Preference => "user_preferences",
            Self::Error => "errors",
        }
    }

    fn lane(self) -> Lane {
        match self {
            Self::Status => Lane::Receipts,
            Self::Message | Self::Echo | Self::Preference | Self::Error => Lane::Messages,
        }
    }
}

type Text<'a> = Option<Cow<'a, str>>;

/// The names an item has for the contact it is about.
#[derive(Default, Deserialize)]
#[serde(default)]
struct About<'a> {
    #[serde(borrow)]
    from: Text<'a>,
    #[serde(borrow)]
    from_user_id: Text<'a>,
    #[serde(borrow)]
    to: Text<'a>,
    #[serde(borrow)]
    to_user_id: Text<'a>,
    #[serde(borrow)]
    recipient_id: Text<'a>,
    #[serde(borrow)]
    recipient_user_id: Text<'a>,
    #[serde(borrow)]
    wa_id: Text<'a>,
    #[serde(borrow)]
    user_id: Text<'a>,
    #[serde(borrow)]
    system: Option<System<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct System<'a> {
    #[serde(borrow)]
    previous_user_id: Text<'a>,
}

/// A part of one item, as it goes on the queue.
#[derive(Serialize)]
struct Cut<'a> {
    field: &'a RawValue,
    value: BTreeMap<&'static str, Member<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Member<'a> {
    One(&'a RawValue),
    List([&'a RawValue; 1]),
}

/// Cuts a batch into its items. A change that cannot be cut stays whole, a body that is no envelope
/// too.
pub(super) fn parts(body: &[u8]) -> Vec<Part> {
    let parts: Vec<Part> = match serde_json::from_slice::<Envelope<'_>>(body) {
        Ok(envelope) => envelope.entry.into_iter().flat_map(cut_entry).collect(),
        Err(_) => Vec::new(),
    };
    if parts.is_empty() {
        return vec![Part::new(Lane::Messages, "", String::from_utf8_lossy(body))];
    }
    parts
}

fn cut_entry(raw: &RawValue) -> Vec<Part> {
    match serde_json::from_str::<Entry<'_>>(raw.get()) {
        Ok(entry) => entry.changes.into_iter().flat_map(cut).collect(),
        Err(_) => vec![Part::new(Lane::Messages, "", raw.get())],
    }
}

fn cut(raw: &RawValue) -> Vec<Part> {
    let whole = || vec![Part::new(Lane::Messages, "", raw.get())];
    let Ok(Change { field, value }) = serde_json::from_str::<Change<'_>>(raw.get()) else {
        return whole();
    };
    let items = value.items();
    if items.is_empty() {
        return whole();
    }
    let people = People::read(value.contacts);
    // An item alone in its change goes on as it came.
    let alone = items.len() == 1;
    let part = |(kind, item): (Kind, &RawValue)| {
        let about = About::read(item);
        let (number, user_id) = about.names(kind);
        let person = about.is_introduced(kind).then(|| people.find(number, user_id)).flatten();
        let sender = sender(number, user_id, person);
        if alone {
            return Part::new(kind.lane(), sender, raw.get());
        }
        let mut members = BTreeMap::from([(kind.key(), Member::List([item]))]);
        members.extend(value.metadata.map(|metadata| ("metadata", Member::One(metadata))));
        // Of the people only the one it is about: a thousand items with a thousand people each
        // would be more than memory holds.
        members.extend(person.map(|person| ("contacts", Member::List([person.raw]))));
        match serde_json::to_string(&Cut { field, value: members }) {
            Ok(body) => Part::new(kind.lane(), sender, body),
            Err(_) => Part::new(kind.lane(), sender, raw.get()),
        }
    };
    items.into_iter().map(part).collect()
}

/// What keeps the parts of a contact in order: the address the parser will find.
fn sender<'a>(
    number: Option<&'a str>,
    user_id: Option<&'a str>,
    person: Option<&'a Person<'_>>,
) -> &'a str {
    number
        .or_else(|| person?.number())
        .or(user_id)
        .or_else(|| person?.user_id())
        .unwrap_or_default()
}

impl<'a> About<'a> {
    fn read(item: &'a RawValue) -> Self {
        serde_json::from_str(item.get()).unwrap_or_default()
    }

    /// The contact's number and user id, as far as the item itself has them.
    fn names(&self, kind: Kind) -> (Option<&str>, Option<&str>) {
        let (number, user_id) = match kind {
            Kind::Message => {
                let previous =
                    self.system.as_ref().and_then(|system| given(&system.previous_user_id));
                (given(&self.from), previous.or(given(&self.from_user_id)))
            }
            Kind::Echo => (given(&self.to), given(&self.to_user_id)),
            Kind::Status => (given(&self.recipient_id), given(&self.recipient_user_id)),
            Kind::Preference => (given(&self.wa_id), given(&self.user_id)),
            Kind::Error => (None, None),
        };
        (number.map(bare), user_id)
    }

    /// Whether the parser looks the contact up among the people of the change.
    fn is_introduced(&self, kind: Kind) -> bool {
        match kind {
            Kind::Message => self.system.is_none(),
            Kind::Preference => true,
            Kind::Echo | Kind::Status | Kind::Error => false,
        }
    }
}

fn given<'a>(text: &'a Text<'_>) -> Option<&'a str> {
    text.as_deref().filter(|text| !text.is_empty())
}

/// A number without the plus sign, which is not always there.
fn bare(number: &str) -> &str {
    number.strip_prefix('+').unwrap_or(number)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Names<'a> {
    #[serde(borrow)]
    wa_id: Text<'a>,
    #[serde(borrow)]
    user_id: Text<'a>,
}

/// One of the people a change introduces.
struct Person<'a> {
    raw: &'a RawValue,
    wa_id: Text<'a>,
    user_id: Text<'a>,
}

impl Person<'_> {
    fn number(&self) -> Option<&str> {
        given(&self.wa_id).map(bare)
    }

    fn user_id(&self) -> Option<&str> {
        given(&self.user_id)
    }
}

struct People<'a> {
    all: Vec<Person<'a>>,
    /// The first with each name, as the parser takes them.
    by_name: BTreeMap<String, usize>,
}

impl<'a> People<'a> {
    fn read(contacts: Option<&'a RawValue>) -> Self {
        let contacts: Vec<&RawValue> = contacts
            .and_then(|contacts| serde_json::from_str(contacts.get()).ok())
            .unwrap_or_default();
        let all: Vec<Person<'_>> = contacts
            .into_iter()
            .map(|raw| {
                let Names { wa_id, user_id } = serde_json::from_str(raw.get()).unwrap_or_default();
                Person { raw, wa_id, user_id }
            })
            .collect();
        let mut by_name = BTreeMap::new();
        for (place, person) in all.iter().enumerate() {
            for name in person.number().into_iter().chain(person.user_id()) {
                by_name.entry(name.to_owned()).or_insert(place);
            }
        }
        Self { all, by_name }
    }

    /// The person with one of these names; a single person is meant whatever the spelling.
    fn find(&self, number: Option<&str>, user_id: Option<&str>) -> Option<&Person<'a>> {
        let place = |name: Option<&str>| self.by_name.get(name?).copied();
        match place(number).or_else(|| place(user_id)) {
            Some(place) => self.all.get(place),
            None => self.all.first().filter(|_| self.all.len() == 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use domain::incoming::Incoming;

    use super::super::WhatsApp;
    use super::super::inbound::parse;
    use super::*;
    use crate::conformance::Kit;

    fn raw_changes(body: &[u8]) -> Vec<&RawValue> {
        let envelope: Envelope<'_> = serde_json::from_slice(body).unwrap();
        let entries = envelope.entry.into_iter();
        entries
            .flat_map(|entry| serde_json::from_str::<Entry<'_>>(entry.get()).unwrap().changes)
            .collect()
    }

    /// How many things a change tells, counted without reading any of them.
    fn held(change: &RawValue) -> usize {
        let change = crate::json::read(change.get()).unwrap();
        let keys = ["messages", "message_echoes", "statuses", "user_preferences", "errors"];
        let lists = keys.iter().filter_map(|key| change["value"][key].as_array());
        lists.map(Vec::len).sum::<usize>().max(1)
    }

    #[test]
    fn the_parts_of_a_webhook_say_what_its_changes_say_whole_and_nothing_vanishes() {
        let kit = Kit::of(&WhatsApp);
        for recording in kit.recordings() {
            let changes = raw_changes(&recording.body);
            let whole: Vec<Incoming> =
                changes.iter().flat_map(|change| parse(change.get()).unwrap().items).collect();
            let parts = kit.parts(&kit.arrival(&recording));
            let apart: Vec<Incoming> =
                parts.into_iter().flat_map(|part| kit.parsed(part).items).collect();
            assert_eq!(apart, whole, "{}", recording.name);
            let held: usize = changes.iter().map(|change| held(change)).sum();
            assert_eq!(apart.len(), held, "{}", recording.name);
        }
    }

    #[test]
    fn each_part_of_a_batch_goes_to_the_account_it_names_and_waits_for_its_sender_alone() {
        let kit = Kit::of(&WhatsApp);
        let parts = kit.parts(&kit.arrival(&kit.recording("batch")));
        let mut groups: Vec<String> = Vec::new();
        let mut told = String::new();
        for part in parts {
            let group = part.group(&kit.recorded.account.id);
            let place = groups.iter().position(|known| *known == group).unwrap_or_else(|| {
                groups.push(group);
                groups.len() - 1
            });
            let lane = part.lane;
            let parsed = kit.parsed(part);
            let account = parsed.addressed_to.unwrap_or("the whole".to_owned());
            writeln!(told, "{lane:?} of {place} to {account}").unwrap();
        }
        insta::assert_snapshot!(told, @r"
        Messages of 0 to 106540352242922
        Messages of 1 to 106540352242922
        Messages of 0 to 106540352242922
        Messages of 0 to 106540352242922
        Receipts of 0 to 106540352242922
        Receipts of 1 to 106540352242922
        Messages of 2 to 106540352242922
        Messages of 0 to 106540352242933
        Messages of 0 to 106540352242933
        Messages of 1 to 106540352242933
        Messages of 0 to 106540352242933
        Messages of 0 to 106540352242933
        Messages of 1 to 106540352242933
        Messages of 2 to the whole
        ");
    }

    #[test]
    fn parts_of_a_sender_share_a_group_however_the_sender_is_named() {
        let group = |change: &str| {
            let change: Box<RawValue> = serde_json::from_str(change).unwrap();
            let parts = cut(&change);
            parts[0].group(&"wa1".parse().unwrap())
        };
        let by_number = group(r#"{"field":"f","value":{"messages":[{"from":"16505551234"}]}}"#);
        for same in [
            r#"{"field":"f","value":{"messages":[{"from":"+16505551234"}]}}"#,
            r#"{"field":"f","value":{"messages":[{"from":"16505551234","from_user_id":"US.1"}]}}"#,
            r#"{"field":"f","value":{"contacts":[{"wa_id":"16505551234"}],"messages":[{}]}}"#,
            r#"{"field":"f","value":{"contacts":[{"wa_id":"16505551234","user_id":"US.1"}],
                "messages":[{"from":"","from_user_id":"US.1"}]}}"#,
            r#"{"field":"f","value":{"contacts":[{"wa_id":"1"},{"wa_id":"16505551234","user_id":"US.1"}],
                "messages":[{"from_user_id":"US.1"}]}}"#,
            r#"{"field":"f","value":{"message_echoes":[{"from":"1","to":"16505551234"}]}}"#,
            r#"{"field":"f","value":{"user_preferences":[{"wa_id":"16505551234"}]}}"#,
            r#"{"field":"f","value":{"contacts":[{"wa_id":"16505551234"}],"user_preferences":[{}]}}"#,
            r#"{"field":"f","value":{"messages":[{"from":"16505551234"}],"errors":[{}]}}"#,
        ] {
            assert_eq!(group(same), by_number, "{same}");
        }
        for other in [
            r#"{"field":"f","value":{"messages":[{"from":"16505557890"}]}}"#,
            r#"{"field":"f","value":{"messages":[{"from_user_id":"US.1"}]}}"#,
            r#"{"field":"f","value":{"messages":[{"type":"system"}]}}"#,
            r#"{"field":"f","value":{"contacts":[{"wa_id":"16505551234"}],"errors":[{}]}}"#,
        ] {
            assert_ne!(group(other), by_number, "{other}");
        }
    }

    #[test]
    fn a_thousand_messages_of_a_thousand_people_are_cut_into_parts_no_larger_than_they_were() {
        let list =
            |item: &dyn Fn(u32) -> String| (0..1_000).map(item).collect::<Vec<_>>().join(",");
        let people =
            list(&|n| format!(r#"{{"profile":{{"name":"P{n}"}},"wa_id":"1650555{n:04}"}}"#));
        let messages = list(&|n| {
            format!(
                r#"{{"from":"1650555{n:04}","id":"wamid.{n}","type":"text","text":{{"body":"{n}"}}}}"#
            )
        });
        let body = format!(
            r#"{{"entry":[{{"changes":[{{"field":"messages","value":{{"contacts":[{people}],"messages":[{messages}]}}}}]}}]}}"#
        );
        let kit = Kit::of(&WhatsApp);
        let arrival = kit.signed(kit.recorded.url.clone(), body.clone().into_bytes());
        let texts: Vec<String> =
            kit.parts(&arrival).into_iter().map(|part| kit.text(part)).collect();
        assert_eq!(texts.len(), 1_000);
        assert!(texts.iter().map(String::len).sum::<usize>() < 2 * body.len());
        for (n, text) in texts.iter().enumerate() {
            let Incoming::Message(message) = &parse(text).unwrap().items[0] else {
                panic!("{text}")
            };
            assert_eq!(message.from.name.as_ref().unwrap().reveal(), &format!("P{n}"));
        }
    }
}
