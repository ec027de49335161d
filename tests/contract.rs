//! Every promise of `PROMISES.md` names its tests, in `tests/README.md`.
#![cfg(not(any(any_rwlock_loom, miri, target_family = "wasm")))]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const PROMISES: &str = include_str!("../PROMISES.md");

const TABLE: &str = include_str!("README.md");

/// What follows `fn ` in this line, up to the end of the name.
fn function(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("fn ")?;
    rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next()
}

/// The tests in this file: functions marked so, and models of loom.
fn tests_in(file: &Path) -> Vec<String> {
    let source = fs::read_to_string(file).expect("a source file");
    let mut is_marked = false;
    let mut tests = Vec::new();
    for line in source.lines() {
        is_marked |= line.trim() == "#[test]";
        if let Some(name) = function(line) {
            if is_marked || line.starts_with("model!(fn ") {
                tests.push(name.to_string());
            }
            is_marked = false;
        }
    }
    tests
}

fn tests_under(folder: &Path) -> BTreeSet<String> {
    let mut tests = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            tests.append(&mut tests_under(&path));
        } else if path.extension().map_or(false, |extension| extension == "rs") {
            tests.extend(tests_in(&path));
        }
    }
    tests
}

/// The promises that are put to any lock. A macro makes tests of their list.
fn asked_of_any_lock() -> BTreeSet<String> {
    const LIST: &str = include_str!("conformance/promises/mod.rs");
    let name = |line: &str| {
        let (name, offer) = line.trim().strip_suffix(',')?.split_once(": ")?;
        ["Access", "Upgrades", "Downgrades"].contains(&offer).then(|| name.to_string())
    };
    LIST.lines().filter_map(name).collect()
}

/// The promises in the table, in order: the heading, and the tests.
fn promises() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut promises = Vec::new();
    for line in TABLE.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            promises.push((heading, Vec::new()));
        } else if let Some(item) = line.strip_prefix("- `") {
            let (_, tests) = promises.last_mut().expect("a heading");
            tests.push(item.strip_suffix('`').expect("one name an item"));
        }
    }
    promises
}

#[test]
fn every_promise_has_a_heading_in_the_table_and_the_reverse() {
    let promised: Vec<_> = PROMISES.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let headings: Vec<_> = promises().into_iter().map(|(heading, _)| heading).collect();
    assert_eq!(promised, headings);
    for (number, heading) in (1..).zip(headings) {
        assert!(heading.starts_with(&format!("{}. ", number)), "{}", heading);
    }
}

#[test]
fn every_promise_names_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = asked_of_any_lock();
    tests.append(&mut tests_under(&root.join("tests")));
    tests.append(&mut tests_under(&root.join("src")));
    for (heading, named) in promises() {
        assert!(!named.is_empty(), "no test: {}", heading);
        for name in named {
            assert!(tests.contains(name), "no such test: {}", name);
        }
    }
}

#[test]
fn every_promise_that_is_put_to_any_lock_stands_in_the_table() {
    let named: BTreeSet<_> = promises().into_iter().flat_map(|(_, named)| named).collect();
    let asked = asked_of_any_lock();
    assert!(!asked.is_empty());
    for name in &asked {
        assert!(named.contains(&**name), "not in the table: {}", name);
    }
}
