//! The chain of audit entries: what is hashed, and whether a list of entries is what was written.
//!
//! Each entry's hash covers the hash before it, so that no entry can be changed, removed, moved or
//! put in between without every later hash being wrong. The detail enters by its own hash: when a
//! detail has to be erased, its hash stays and the chain still holds.

use domain::id::WorkspaceId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A privileged action: who did what, to what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub workspace: WorkspaceId,
    /// 1, 2, 3 … without a gap.
    pub number: u64,
    pub at: Timestamp,
    /// A user or a key, by its id.
    pub actor: String,
    /// Such as `user.deactivate`.
    pub action: String,
    /// What it was done to, by its id. Stays for ever, so it is nobody's address or name.
    pub subject: String,
    /// What else there is to know, without secrets. Its numbers are whole. `None` if it was erased.
    pub detail: Option<Value>,
    pub detail_hash: Hash,
    /// The hash of the entry before; the first has [`Hash::none`].
    pub previous: Hash,
    pub hash: Hash,
}

/// SHA-256 in hex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hash(String);

impl Hash {
    pub fn none() -> Self {
        Self("0".repeat(64))
    }

    fn of(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        // The length of each part tells `ab`, `c` from `a`, `bc`.
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(hex::encode(hash.finalize()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Hash {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hex = text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        if hex && text.len() == 64 {
            Ok(Self(text.to_owned()))
        } else {
            Err("is not 64 hex digits")
        }
    }
}

/// An action before it has its place in the chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Deed {
    pub at: Timestamp,
    pub actor: String,
    pub action: String,
    pub subject: String,
    pub detail: Value,
}

/// The end of a chain: a list of entries that was cut short ends in another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tip {
    pub number: u64,
    pub hash: Hash,
}

impl Tip {
    /// Of a chain without entries.
    pub fn start() -> Self {
        Self { number: 0, hash: Hash::none() }
    }
}

impl Entry {
    /// The entry that a deed becomes behind `tip`.
    pub fn after(tip: &Tip, workspace: &WorkspaceId, deed: Deed) -> Self {
        let Deed { at, actor, action, subject, detail } = deed;
        let mut entry = Self {
            workspace: workspace.clone(),
            number: tip.number + 1,
            at: whole_milliseconds(at),
            actor,
            action,
            subject,
            detail_hash: detail_hash(&detail),
            detail: Some(detail),
            previous: tip.hash.clone(),
            hash: Hash::none(),
        };
        entry.hash = entry.own_hash();
        entry
    }

    pub fn tip(&self) -> Tip {
        Tip { number: self.number, hash: self.hash.clone() }
    }

    fn own_hash(&self) -> Hash {
        Hash::of(&[
            self.previous.as_str(),
            self.workspace.as_str(),
            &self.number.to_string(),
            &self.at.as_millisecond().to_string(),
            &self.actor,
            &self.action,
            &self.subject,
            self.detail_hash.as_str(),
        ])
    }
}

/// The table and the hash know milliseconds, so an entry has nothing finer.
fn whole_milliseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

fn detail_hash(detail: &Value) -> Hash {
    Hash::of(&[&canonical(detail)])
}

/// JSON without spaces, with the members of objects in order of their names.
fn canonical(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            let members: Vec<String> = members
                .into_iter()
                .map(|(name, value)| {
                    format!("{}:{}", Value::String(name.clone()), canonical(value))
                })
                .collect();
            format!("{{{}}}", members.join(","))
        }
    }
}

/// Where a list of entries is not what was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entry {number}: {wrong}")]
pub struct Tampered {
    pub number: u64,
    pub wrong: Wrong,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    #[error("stands where another entry has to be")]
    Number,
    #[error("is of another workspace than the one before")]
    Workspace,
    #[error("does not follow from the one before")]
    Previous,
    #[error("has another detail than was written")]
    Detail,
    #[error("is not what was written")]
    Content,
}

/// Are these all entries of a chain, from the first on, as they were written? Answers the end that
/// they lead to, which has to be compared with one that was noted elsewhere: a list whose last
/// entries are missing holds.
///
/// # Errors
///
/// The first entry that is wrong.
pub fn verify(entries: &[Entry]) -> Result<Tip, Tampered> {
    let mut tip = Tip::start();
    for entry in entries {
        let expected = tip.number + 1;
        let wrong = |wrong| Tampered { number: expected, wrong };
        if entry.number != expected {
            return Err(wrong(Wrong::Number));
        }
        if entry.workspace != entries[0].workspace {
            return Err(wrong(Wrong::Workspace));
        }
        if entry.previous != tip.hash {
            return Err(wrong(Wrong::Previous));
        }
        if entry.detail.as_ref().is_some_and(|detail| detail_hash(detail) != entry.detail_hash) {
            return Err(wrong(Wrong::Detail));
        }
        if entry.own_hash() != entry.hash {
            return Err(wrong(Wrong::Content));
        }
        tip = entry.tip();
    }
    Ok(tip)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn workspace() -> WorkspaceId {
        "acme".parse().unwrap()
    }

    fn chain(deeds: &[(String, String, i64)]) -> Vec<Entry> {
        let mut tip = Tip::start();
        deeds
            .iter()
            .map(|(actor, subject, number)| {
                let deed = Deed {
                    at: Timestamp::from_millisecond(*number).unwrap(),
                    actor: actor.clone(),
                    action: "user.deactivate".to_owned(),
                    subject: subject.clone(),
                    detail: json!({ "b": number, "a": [subject, null, { "deep": true }] }),
                };
                let entry = Entry::after(&tip, &workspace(), deed);
                tip = entry.tip();
                entry
            })
            .collect()
    }

    fn deeds() -> impl Strategy<Value = Vec<(String, String, i64)>> {
        prop::collection::vec(("[a-z]{1,4}", "\\PC{0,6}", 0i64..2_000_000_000_000), 2..8)
    }

    /// One change of one field of an entry.
    fn change(entry: &mut Entry, field: usize) {
        match field {
            0 => entry.number += 1,
            1 => entry.at = Timestamp::from_millisecond(entry.at.as_millisecond() + 1).unwrap(),
            2 => entry.actor.push('x'),
            3 => entry.action.push('x'),
            4 => entry.subject.push('x'),
            5 => entry.detail = Some(json!({ "b": -1 })),
            6 => entry.detail_hash = Hash::of(&["x"]),
            7 => entry.previous = Hash::of(&["x"]),
            8 => entry.hash = Hash::of(&["x"]),
            // Whoever forges with care hashes anew, and then the next entry does not follow.
            9 => {
                entry.subject.push('x');
                entry.hash = entry.own_hash();
            }
            10 => {
                entry.detail = Some(json!("forged"));
                entry.detail_hash = detail_hash(&json!("forged"));
                entry.hash = entry.own_hash();
            }
            _ => entry.workspace = "other".parse().unwrap(),
        }
    }

    proptest! {
        /// Invariant 25: each hash covers the one before, and no single tampering passes.
        #[test]
        fn every_single_tampering_is_found(
            deeds in deeds(), place: prop::sample::Index, field in 0usize..12,
        ) {
            let entries = chain(&deeds);
            let tip = verify(&entries).unwrap();
            prop_assert_eq!(tip.number as usize, entries.len());

            let mut changed = entries.clone();
            let at = place.index(entries.len());
            change(&mut changed[at], field);
            prop_assert!(verify(&changed).is_err() || verify(&changed).unwrap() != tip);

            let mut removed = entries.clone();
            removed.remove(at);
            prop_assert!(verify(&removed).is_err() || verify(&removed).unwrap() != tip);

            let mut inserted = entries.clone();
            inserted.insert(at, entries[at].clone());
            prop_assert!(verify(&inserted).is_err());

            let mut reordered = entries.clone();
            reordered.swap(at, (at + 1) % entries.len());
            prop_assert!(verify(&reordered).is_err());
        }

        /// Invariant 25: erasing keeps verification true.
        #[test]
        fn a_chain_holds_after_its_details_are_erased(
            deeds in deeds(), erased in prop::collection::vec(any::<bool>(), 8),
        ) {
            let mut entries = chain(&deeds);
            let tip = verify(&entries).unwrap();
            for (entry, erase) in entries.iter_mut().zip(erased) {
                if erase {
                    entry.detail = None;
                }
            }
            prop_assert_eq!(verify(&entries), Ok(tip));
        }

        #[test]
        fn an_entry_survives_its_json(deeds in deeds()) {
            let entries = chain(&deeds);
            let lines: Vec<String> =
                entries.iter().map(|entry| serde_json::to_string(entry).unwrap()).collect();
            let read: Vec<Entry> =
                lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
            prop_assert_eq!(verify(&read), verify(&entries));
            prop_assert_eq!(read, entries);
        }
    }

    #[test]
    fn the_order_of_members_does_not_matter() {
        let one: Value = serde_json::from_str(r#"{"a":1,"b":{"c":"ä","d":[]}}"#).unwrap();
        let other: Value = serde_json::from_str(r#"{"b":{"d":[],"c":"ä"},"a":1}"#).unwrap();
        assert_eq!(detail_hash(&one), detail_hash(&other));
        assert_eq!(canonical(&other), r#"{"a":1,"b":{"c":"ä","d":[]}}"#);
    }

    #[test]
    fn the_wrong_entry_is_named() {
        let deeds: Vec<_> = (1..=5).map(|n| ("ada".to_owned(), format!("u{n}"), n)).collect();
        let entries = chain(&deeds);
        let mut changed = entries.clone();
        changed[2].actor = "ben".to_owned();
        let told = verify(&changed).unwrap_err();
        assert_eq!(told, Tampered { number: 3, wrong: Wrong::Content });
        assert_eq!(told.to_string(), "entry 3: is not what was written");
        let mut removed = entries;
        removed.remove(1);
        let told = verify(&removed).unwrap_err();
        assert_eq!(told, Tampered { number: 2, wrong: Wrong::Number });
    }
}
