//! The rules of the house: which crate may lean on which, what none may contain, what must be there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use toml::Table;

use crate::root;

/// The packages of the workspace, by name, with their folder and manifest.
fn packages() -> BTreeMap<String, (PathBuf, Table)> {
    let folders = ["functions", "shared", "infra", "tests"];
    let mut packages = BTreeMap::new();
    for folder in folders {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let folder = entry.unwrap().path();
            let Ok(text) = fs::read_to_string(folder.join("Cargo.toml")) else { continue };
            let manifest: Table = text.parse().unwrap();
            let name = manifest["package"]["name"].as_str().unwrap().to_owned();
            packages.insert(name, (folder, manifest));
        }
    }
    packages
}

fn dependencies<'a>(manifest: &'a Table, kind: &str) -> BTreeSet<&'a str> {
    let table = manifest.get(kind).and_then(|table| table.as_table());
    table.map(|table| table.keys().map(String::as_str).collect()).unwrap_or_default()
}

/// All Rust files of the repository with their text, by their path from the root.
pub(crate) fn sources() -> Vec<(String, String)> {
    let mut sources = Vec::new();
    for folder in ["functions", "shared", "infra", "tests"] {
        collect(&root().join(folder), &mut sources);
    }
    assert!(sources.len() > 50, "the sources were not found");
    sources
}

fn collect(folder: &Path, sources: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            sources.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

/// A source without the part that is compiled for tests only, and without its comments.
fn code_only(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    let lines = code.lines().map(|line| match line.find("//") {
        Some(place) if !line[..place].contains('"') => &line[..place],
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn each_crate_leans_on_what_it_may() {
    let packages = packages();
    let functions: BTreeSet<&str> = packages
        .iter()
        .filter(|(_, (folder, _))| folder.parent().unwrap().ends_with("functions"))
        .map(|(name, _)| name.as_str())
        .collect();
    let depends = |name: &str| dependencies(&packages[name].1, "dependencies");
    assert_eq!(depends("domain"), BTreeSet::from(["jiff", "serde", "thiserror"]));
    for dependency in depends("channels") {
        let codecs = ["base64", "form_urlencoded", "hex", "hmac", "sha1", "sha2", "subtle"];
        let values = ["domain", "http", "jiff", "serde", "serde_json"];
        assert!(
            codecs.contains(&dependency) || values.contains(&dependency),
            "channels leans on {dependency}"
        );
    }
    let read = ["domain", "unicode-normalization", "unicode-properties", "whatlang", "wide"];
    let kept = ["hex", "serde", "serde_json", "sha2", "thiserror"];
    assert_eq!(depends("answers"), read.into_iter().chain(kept).collect());
    for dependency in depends("store") {
        let other = dependency.starts_with("aws") && dependency != "aws-sdk-dynamodb";
        let forbidden = ["channels", "platform", "tokio", "reqwest"].contains(&dependency);
        assert!(!other && !forbidden, "store leans on {dependency}");
    }
    for dependency in depends("platform") {
        let forbidden = ["aws-sdk-dynamodb", "channels", "store"].contains(&dependency);
        assert!(!forbidden, "platform leans on {dependency}");
    }
    for function in &functions {
        let others: Vec<&str> = depends(function).intersection(&functions).copied().collect();
        assert!(others.is_empty(), "{function} leans on {others:?}");
    }
    let own: BTreeSet<&str> = packages.keys().map(String::as_str).collect();
    let played: Vec<&str> = depends("simulator").intersection(&own).copied().collect();
    assert!(played.is_empty(), "the simulator shares {played:?} with what it tests");
}

#[test]
fn versions_stand_once_in_the_workspace() {
    for (name, (_, manifest)) in packages() {
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let table = manifest.get(kind).and_then(|table| table.as_table());
            for (dependency, value) in table.into_iter().flatten() {
                let inherited = value
                    .as_table()
                    .and_then(|value| value.get("workspace"))
                    .and_then(|value| value.as_bool());
                assert_eq!(inherited, Some(true), "{name} gives {dependency} a version of its own");
            }
        }
        assert_eq!(
            manifest["lints"]["workspace"].as_bool(),
            Some(true),
            "{name} has lints of its own"
        );
    }
}

#[test]
fn the_domain_is_pure() {
    let forbidden = [
        "async ",
        "await",
        "tokio",
        "aws_",
        "http::",
        "std::env",
        "std::fs",
        "std::net",
        "Timestamp::now",
        "SystemTime",
        "Instant",
        "rand",
    ];
    for (name, text) in sources() {
        if name.starts_with("shared/domain/src") && !name.contains("/tests/") {
            let code = code_only(&text);
            for word in forbidden {
                assert!(!code.contains(word), "{name} has `{word}`");
            }
        }
    }
}

#[test]
fn codecs_do_no_input_or_output() {
    for (name, text) in sources() {
        if name.starts_with("shared/channels/src") && !name.contains("conformance") {
            let code = code_only(&text);
            for word in ["async ", ".await", "aws_", "reqwest", "std::net", "std::fs"] {
                assert!(!code.contains(word), "{name} has `{word}`");
            }
        }
    }
}

/// Whoever reads a set is given its bytes; the model alone is a file.
#[test]
fn the_matcher_waits_for_nothing() {
    for (name, text) in sources() {
        if name.starts_with("shared/answers/src") && !name.contains("tests") {
            let code = code_only(&text);
            for word in ["async ", ".await", "aws_", "reqwest", "std::net", "std::env", "std::time"]
            {
                assert!(!code.contains(word), "{name} has `{word}`");
            }
        }
    }
}

/// What the compiler cannot check is in one file, where every statement of it says why it holds.
#[test]
fn unsafe_stands_in_one_file() {
    // Put together here, so that this file does not hold it.
    let words = [["un", "safe "].concat(), ["un", "safe_code"].concat()];
    let allowed = "shared/answers/src/model/kernels.rs";
    for (name, text) in sources() {
        let code = code_only(&text);
        for word in &words {
            assert_eq!(code.contains(word), name == allowed, "{name} about `{word}`");
        }
    }
}

/// A provider's name outside its folder is the beginning of an `if` about it.
#[test]
fn no_provider_is_named_outside_its_folder() {
    let places = ["shared/domain/src", "shared/store/src", "shared/platform/src", "functions"];
    for (name, text) in sources() {
        if !places.iter().any(|place| name.starts_with(place)) {
            continue;
        }
        let code = code_only(&text).to_lowercase();
        for provider in ["whatsapp", "telegram", "twilio", "messenger", "instagram", "meta_"] {
            assert!(!code.contains(provider), "{name} names `{provider}`");
        }
    }
}

const LINES_MAX: usize = 500;

#[test]
fn files_are_short_and_say_what_they_are_for() {
    for (name, text) in sources() {
        assert!(text.lines().count() <= LINES_MAX, "{name} has {} lines", text.lines().count());
        assert!(text.starts_with("//!"), "{name} does not say what it is for");
        let stem = Path::new(&name).file_stem().unwrap().to_string_lossy().into_owned();
        let nowhere = ["utils", "util", "helpers", "helper", "common", "misc", "prelude"];
        assert!(!nowhere.contains(&stem.as_str()), "{name} is a name for nothing");
    }
}

#[test]
fn nothing_is_left_undone_or_switched_off() {
    // Put together here, so that this file does not hold them.
    let words = [
        ["TO", "DO"].concat(),
        ["FIX", "ME"].concat(),
        ["#[ign", "ore]"].concat(),
        ["#[all", "ow("].concat(),
        ["#![all", "ow("].concat(),
    ];
    for (name, text) in sources() {
        for word in &words {
            assert!(!text.contains(word.as_str()), "{name} has `{word}`");
        }
    }
}

#[test]
fn every_sample_event_is_used_by_a_test() {
    let tests: String = sources()
        .into_iter()
        .filter(|(name, _)| name.starts_with("tests/it/src"))
        .map(|(_, text)| text)
        .collect();
    let mut samples = 0;
    for entry in fs::read_dir(root().join("events")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(tests.contains(&format!("\"{name}\"")), "no test uses events/{name}");
        samples += 1;
    }
    assert!(
        samples
            >= packages()
                .values()
                .filter(|(folder, _)| { folder.parent().unwrap().ends_with("functions") })
                .count()
    );
}

#[test]
fn the_top_level_is_as_asked_for() {
    for name in [
        "Cargo.toml",
        "functions",
        "shared",
        "infra",
        "events",
        "tests",
        "samconfig.toml",
        "README.md",
        "ARCHITECTURE.md",
        "LICENSE",
        "Cargo.lock",
        "deny.toml",
    ] {
        assert!(root().join(name).exists(), "{name} is missing");
    }
}
