//! Which test proves which requirement: the tests say so themselves, in the comment above them, by
//! the requirement's number. `docs/requirements.md` is that, turned around.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use toml::{Table, Value};

const LIST: &str = include_str!("list.toml");

/// Requirements, contradictions settled and rows of the transition table, by what they begin with.
const KINDS: [char; 3] = ['R', 'C', 'T'];

/// The tests that name each number.
fn proofs() -> BTreeMap<String, BTreeSet<String>> {
    let mut proofs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in crate::tidy::sources() {
        let file = path.trim_start_matches("./").trim_end_matches(".rs").replace("/src/", "/");
        let (mut named, mut is_test): (Vec<String>, bool) = (Vec::new(), false);
        for line in text.lines().map(str::trim) {
            if let Some(words) = line.strip_prefix("///") {
                named.extend(numbers(words));
            } else if line.starts_with("#[") {
                is_test |= line.ends_with("test]");
            } else if !line.starts_with("//") {
                let name = function(line).filter(|_| is_test);
                let test = name.map(|name| format!("{file}::{name}"));
                for (number, test) in named.drain(..).zip(std::iter::repeat(test)) {
                    proofs.entry(number).or_default().extend(test);
                }
                is_test = false;
            }
        }
    }
    proofs.retain(|_, tests| !tests.is_empty());
    proofs
}

/// The name of a function, if the line begins one.
fn function(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ")?;
    rest.split(['(', '<']).next()
}

/// `R011-R013, C01` names four.
fn numbers(words: &str) -> Vec<String> {
    let mut numbers = Vec::new();
    for word in words.split([',', ' ', ':', ';', '.', '(', ')']) {
        let mut ends = word.split('-').map(number);
        match (ends.next().flatten(), ends.next()) {
            (Some(one), None) => numbers.push(one.2),
            (Some((kind, from, _)), Some(Some((other, to, _)))) if kind == other => {
                let width = word.split('-').next().map_or(0, |first| first.len() - 1);
                numbers.extend((from..=to).map(|number| format!("{kind}{number:0width$}")));
            }
            _ => {}
        }
    }
    numbers
}

/// A kind and two or three digits.
fn number(word: &str) -> Option<(char, u32, String)> {
    let kind = word.chars().next().filter(|kind| KINDS.contains(kind))?;
    let digits = &word[1..];
    let fits = (2..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| digits.parse().ok())?.map(|number| (kind, number, word.to_owned()))
}

/// The page, and what is wrong with it.
fn page() -> (String, Vec<String>) {
    let proofs = proofs();
    let list: Table = LIST.parse().unwrap();
    let mut faults = Vec::new();
    let mut known = BTreeSet::new();
    let mut text = String::from(
        "# Requirements and their proofs\n\n\
         Written by the test `every_requirement_is_proven_or_says_what_is_missing` (run it with \
         `UPDATE=1` after a change on purpose), from the numbers in the comments above the tests.\n",
    );
    for (group, entries) in &list {
        text.push_str(&format!("\n## {group}\n\n| | what | proven by | not there yet |\n"));
        text.push_str("| --- | --- | --- | --- |\n");
        for (id, entry) in entries.as_table().unwrap() {
            known.insert(id.clone());
            let part = |name| entry.get(name).and_then(Value::as_str).unwrap_or("");
            let what = entry.as_str().unwrap_or_else(|| part("text"));
            let missing = part("missing");
            let tests = proofs.get(id).map(short).unwrap_or_default();
            if tests.is_empty() && missing.is_empty() {
                faults.push(format!("{id} ({what}) is neither proven nor said to be missing"));
            }
            text.push_str(&format!("| {id} | {what} | {tests} | {missing} |\n"));
        }
    }
    for id in proofs.keys().filter(|id| id.starts_with('R') && id.len() == 4) {
        if !known.contains(id) {
            faults.push(format!("{id} is named by a test, and not in the list"));
        }
    }
    text.push_str("\n## Contradictions settled, and rows of the transition table\n\n");
    for (id, tests) in proofs.iter().filter(|(id, _)| !id.starts_with('R')) {
        text.push_str(&format!("- {id}: {}\n", short(tests)));
    }
    (text, faults)
}

fn short(tests: &BTreeSet<String>) -> String {
    let names = tests.iter().map(|test| format!("`{}`", test.trim_start_matches("tests/it/")));
    names.collect::<Vec<_>>().join(", ")
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a switch for whoever runs the tests")]
fn every_requirement_is_proven_or_says_what_is_missing() {
    let (page, faults) = page();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/requirements.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept, page, "docs/requirements.md is not what the tests say");
}

#[test]
fn ranges_and_lists_of_numbers_are_read() {
    assert_eq!(numbers("R011-R013, C01: a story"), ["R011", "R012", "R013", "C01"]);
    assert_eq!(numbers("T06, T10. R1 is none, Rxyz neither"), ["T06", "T10"]);
}
