//! What was answered, as a page of Markdown.

use std::fmt::Write;

use crate::asked::{Answer, Column};

const VERSIONS: &str = include_str!("../../../Cargo.lock");

const HEADING: &str = "\
# Who keeps which promise

`cargo run --manifest-path benches/Cargo.toml --bin promises` asks each lock for what any-rwlock
promises, and prints this page; how a promise was broken goes to the standard error. A promise is a
test of any-rwlock, of the same name, in `tests/conformance/promises` (but for the last ones). Its
futures are polled by hand, or by an executor that is first in, first out.

*kept*: the sentence holds. **broken**: it does not. *otherwise*: it does not, and the documentation
says something else. –: the lock does not offer what the sentence is about.

";

/// The page, as Markdown.
pub(crate) fn page(columns: &[Column]) -> String {
    let mut notes = Vec::new();
    let mut text = HEADING.to_string();
    text.push_str(&table(columns, &mut notes));
    text.push('\n');
    for (number, note) in (1..).zip(notes) {
        writeln!(text, "{number}. {note}").unwrap();
    }
    text
}

fn table(columns: &[Column], notes: &mut Vec<&'static str>) -> String {
    let mut text = String::from("| |");
    for column in columns {
        write!(text, " {} |", heading(column.name)).unwrap();
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(columns.len()));
    let mut module = "";
    for (row, (promise, _)) in columns[0].answers.iter().enumerate() {
        if promise.module != module {
            module = promise.module;
            write!(text, "\n| **{}** |{}", sentence(module), " |".repeat(columns.len())).unwrap();
        }
        write!(text, "\n| {} |", sentence(promise.name)).unwrap();
        for column in columns {
            write!(text, " {} |", cell(&column.answers[row].1, notes)).unwrap();
        }
    }
    text.push('\n');
    text
}

fn cell(answer: &Answer, notes: &mut Vec<&'static str>) -> String {
    match answer {
        Answer::Kept => "kept".to_string(),
        Answer::Broken => "**broken**".to_string(),
        Answer::NotOffered => "–".to_string(),
        Answer::Otherwise(note) => {
            let known = notes.iter().position(|known| known == note);
            let index = known.unwrap_or_else(|| {
                notes.push(note);
                notes.len() - 1
            });
            format!("otherwise ({})", index + 1)
        }
    }
}

fn sentence(name: &str) -> String {
    name.replace('_', " ")
}

/// With the version of the package; behind a comma stands a feature.
fn heading(lock: &str) -> String {
    let package = lock.split(',').next().expect("a package");
    lock.replacen(package, &format!("{package} {}", version(package)), 1)
}

/// The version that the lock file names.
fn version(package: &str) -> &'static str {
    let entry = format!("name = \"{package}\"\nversion = \"");
    let start = VERSIONS.find(&entry).expect("the lock file names it") + entry.len();
    VERSIONS[start..].split('"').next().expect("a version ends")
}
