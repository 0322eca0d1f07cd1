//! Whatever the bytes, a codec answers: it never panics, and what it cannot read it hands on.

use http::HeaderMap;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use super::kit::{Arrival, Kit, kits};
use crate::{Channel, Parsed, Part, Unreadable};

/// JSON that parsers trip over, as text: not all of it fits into a `Value`.
fn hostile_json() -> Vec<String> {
    let mut texts: Vec<String> = [
        "null",
        "true",
        "0",
        "-1",
        "1.5",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "1e308",
        "1e999",
        "-1e-999",
        "123456789012345678901234567890",
        "\"\"",
        "\"x\"",
        "\"0\"",
        "\"-1\"",
        "\"99999999999999\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\\u0000\"",
        "\"\\ud83d\\ude00\"",
        "\"+\"",
        "\"𝕏\"",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "[{}]",
        "{\"\":\"\"}",
        "{\"id\":{}}",
        "[1,\"2\",{\"3\":4}]",
    ]
    .iter()
    .map(|text| (*text).to_owned())
    .collect();
    texts.extend([nested(100), nested(200)]);
    texts
}

fn nested(levels: usize) -> String {
    format!("{}{}", "[".repeat(levels), "]".repeat(levels))
}

/// Texts that try a parser's stack and memory.
fn huge_json() -> Vec<String> {
    let objects = format!("{}1{}", r#"{"chat":"#.repeat(10_000), "}".repeat(10_000));
    vec![nested(30_000), objects, format!("\"{}\"", "x".repeat(60_000)), "9".repeat(60_000)]
}

/// What becomes of a body, worked on as if it had been signed: whether it is genuine is not asked.
fn survives(kit: &Kit, body: Vec<u8>) -> Vec<(Part, Result<Parsed, Unreadable>)> {
    let url = kit.recorded.url.clone();
    let arrival = Arrival { url, headers: HeaderMap::new(), body };
    let webhook = arrival.believed();
    let _ = kit.channel.acknowledgement(&webhook);
    let parts = kit.channel.parts(&webhook);
    assert!(!parts.is_empty(), "{}: a body became nothing", kit.name());
    let read = |part: Part| {
        let parsed = kit.channel.parse(&kit.text(part.clone()));
        let nothing = parsed.as_ref().is_ok_and(|parsed| parsed.items.is_empty());
        assert!(!nothing, "{}: a part became nothing", kit.name());
        (part, parsed)
    };
    parts.into_iter().map(read).collect()
}

#[test]
fn every_member_of_every_recording_may_be_anything() {
    let hostile = hostile_json();
    for kit in kits() {
        for recording in kit.recordings() {
            let Ok(value) = serde_json::from_slice::<Value>(&recording.body) else { continue };
            for (place, pointer) in pointers(&value).iter().enumerate() {
                // Each member meets a few of them, and most members are in many recordings.
                for text in hostile.iter().skip(place % 11).step_by(11) {
                    survives(&kit, with_member(&value, pointer, text).into_bytes());
                }
                survives(&kit, without_member(&value, pointer).to_string().into_bytes());
            }
        }
    }
}

#[test]
fn every_parameter_of_every_form_may_be_anything() {
    let hostile = [
        "",
        "=",
        "&",
        "%",
        "%zz",
        "%00",
        "%ff%fe",
        "%F0%9F",
        "+",
        "++",
        "-1",
        "1e999",
        "NaN",
        "inf",
        "9223372036854775808",
        "%EF%BF%BD",
        "a%26b%3Dc",
        "received",
        "failed",
        "whatsapp%3A",
    ];
    for kit in kits() {
        for recording in kit.recordings() {
            let Ok(form) = std::str::from_utf8(&recording.body) else { continue };
            if serde_json::from_str::<Value>(form).is_ok() {
                continue;
            }
            let pairs: Vec<String> = form.split('&').map(str::to_owned).collect();
            for (place, pair) in pairs.iter().enumerate() {
                let name = pair.split('=').next().unwrap();
                let mut changed = pairs.clone();
                for text in hostile.iter().skip(place % 5).step_by(5) {
                    changed[place] = format!("{name}={text}");
                    survives(&kit, changed.join("&").into_bytes());
                }
                changed.remove(place);
                survives(&kit, changed.join("&").into_bytes());
                let repeated = format!("{form}&{name}=again&{name}");
                survives(&kit, repeated.into_bytes());
            }
        }
    }
}

/// What happens to the bytes of a recording.
#[derive(Debug, Clone)]
enum Wound {
    Flip(Index, u8),
    CutAt(Index),
    Drop(Index, Index),
    Insert(Index, Vec<u8>),
    Repeat(Index, Index),
}

fn wound() -> impl Strategy<Value = Wound> {
    let bytes = proptest::collection::vec(any::<u8>(), 1..8);
    prop_oneof![
        (any::<Index>(), 1..=u8::MAX).prop_map(|(at, mask)| Wound::Flip(at, mask)),
        any::<Index>().prop_map(Wound::CutAt),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Wound::Drop(from, to)),
        (any::<Index>(), bytes).prop_map(|(at, bytes)| Wound::Insert(at, bytes)),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Wound::Repeat(from, to)),
    ]
}

fn wounded(mut body: Vec<u8>, wounds: &[Wound]) -> Vec<u8> {
    for wound in wounds {
        if body.is_empty() {
            break;
        }
        let range = |a: &Index, b: &Index, length: usize| {
            let (a, b) = (a.index(length), b.index(length));
            a.min(b)..a.max(b)
        };
        match wound {
            Wound::Flip(at, mask) => {
                let at = at.index(body.len());
                body[at] ^= mask;
            }
            Wound::CutAt(at) => body.truncate(at.index(body.len())),
            Wound::Drop(from, to) => drop(body.drain(range(from, to, body.len()))),
            Wound::Insert(at, bytes) => {
                let at = at.index(body.len());
                body.splice(at..at, bytes.iter().copied());
            }
            Wound::Repeat(from, to) => body.extend_from_within(range(from, to, body.len())),
        }
    }
    body
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn a_wounded_recording_is_read_or_handed_on_and_the_same_twice(
        channel: Index, recording: Index, wounds in proptest::collection::vec(wound(), 1..5),
    ) {
        KITS.with(|kits| {
            let (kit, bodies) = &kits[channel.index(kits.len())];
            let body = wounded(bodies[recording.index(bodies.len())].clone(), &wounds);
            // Whether it is believed is asked too: that reads the form.
            let mut arrival = kit.signed(kit.recorded.url.clone(), Vec::new());
            arrival.body.clone_from(&body);
            let _ = kit.channel.verify(arrival.unverified(), &kit.recorded.secrets);
            assert_eq!(survives(kit, body.clone()), survives(kit, body));
        });
    }

    #[test]
    fn bytes_that_are_no_webhook_at_all_are_read_or_handed_on(
        channel: Index, body in proptest::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,60}",
    ) {
        KITS.with(|kits| {
            let (kit, _) = &kits[channel.index(kits.len())];
            survives(kit, body);
            survives(kit, text.clone().into_bytes());
            survives(kit, json!({ "entry": [text], "message": text }).to_string().into_bytes());
            let _ = kit.channel.parse(&text);
        });
    }
}

thread_local! {
    /// Read once: the cases are many.
    static KITS: Vec<(Kit, Vec<Vec<u8>>)> = kits()
        .into_iter()
        .map(|kit| {
            let bodies = kit.recordings().into_iter().map(|recording| recording.body).collect();
            (kit, bodies)
        })
        .collect();
}

#[test]
fn a_body_that_nests_without_end_or_is_empty_is_handed_on() {
    for kit in kits() {
        let first = kit.recordings().swap_remove(0).body;
        for text in hostile_json().into_iter().chain(huge_json()) {
            survives(&kit, [first.as_slice(), b"&Body=", text.as_bytes()].concat());
            let entry = format!(r#"{{"entry":[{{"changes":[{{"field":1,"value":{text}}}]}}]}}"#);
            survives(&kit, entry.into_bytes());
            survives(&kit, format!(r#"{{"update_id":1,"message":{text}}}"#).into_bytes());
            survives(&kit, text.into_bytes());
        }
        for body in [b"".as_slice(), b"\0", b"\xff\xff", b"\xef\xbb\xbf{}", b"{", b"&&&&", b"===="]
        {
            survives(&kit, body.to_vec());
        }
    }
}

/// The address of every value below the top.
fn pointers(value: &Value) -> Vec<String> {
    fn below(value: &Value, at: &str, found: &mut Vec<String>) {
        let mut each = |name: &str, value: &Value| {
            let pointer = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
            below(value, &pointer, found);
            found.push(pointer);
        };
        match value {
            Value::Object(members) => members.iter().for_each(|(name, value)| each(name, value)),
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(place, item)| each(&place.to_string(), item));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut found = Vec::new();
    below(value, "", &mut found);
    found
}

fn with_member(value: &Value, pointer: &str, text: &str) -> String {
    let mut changed = value.clone();
    *changed.pointer_mut(pointer).unwrap() = json!("@hostile@");
    changed.to_string().replace("\"@hostile@\"", text)
}

fn without_member(value: &Value, pointer: &str) -> Value {
    let mut changed = value.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match changed.pointer_mut(parent).unwrap() {
        Value::Object(members) => drop(members.remove(name)),
        Value::Array(items) => drop(items.remove(name.parse().unwrap())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    changed
}

#[test]
fn what_cannot_be_read_is_not_repeated_in_the_reason() {
    let part = "{\"canary\": canary}";
    for kit in kits() {
        let reason = |channel: &dyn Channel| channel.parse(part).err();
        let shown = reason(kit.channel).map(|Unreadable(reason)| reason).unwrap_or_default();
        assert!(!shown.contains("canary"), "{}: {shown}", kit.name());
    }
}
