//! What is read without the parser is what the parser reads: random front matter, plain and damaged.
//!
//! `MCP_ROUNDS=1000000 cargo test --lib -- plain` is the long form.

use std::fmt::Debug;

use fastrand::Rng;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_yaml::Mapping;

use super::plain::read_plain;
use super::random_bytes::damage;
use super::read::read_fully;
use super::sample::{Sample, choice};

/// A key of each type that is read anywhere.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Typed {
    id: Option<String>,
    title: Option<String>,
    branch: String,
    priority: Level,
    status: Option<Level>,
    assignee: Option<Name>,
    rev: u64,
    attempts: u32,
    labels: Option<Vec<String>>,
    needs: Many,
    created: Option<Name>,
    checks: Vec<Name>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
enum Level {
    #[serde(alias = "high", alias = "true")]
    P0,
    #[default]
    P1,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(from = "String")]
struct Name(String);

impl From<String> for Name {
    fn from(name: String) -> Name {
        Name(name)
    }
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Many {
    None(()),
    One(String),
    Several(Vec<String>),
}

impl Default for Many {
    fn default() -> Many {
        Many::None(())
    }
}

/// Reads both ways; `true` when it could be read without the parser.
fn check<T: DeserializeOwned + Debug + PartialEq>(yaml: &str) -> bool {
    let Some(plain) = read_plain::<T>(yaml) else { return false };
    assert_eq!(Ok(plain), read_fully::<T>(yaml, 0..yaml.len()), "{yaml:?}");
    true
}

fn check_all(yaml: &str) -> bool {
    let (typed, untyped) = (check::<Typed>(yaml), check::<Mapping>(yaml));
    typed || untyped
}

fn rounds(usual: usize) -> usize {
    std::env::var("MCP_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(usual)
}

const KEYS: [&str; 17] = [
    "id", "title", "branch", "priority", "status", "assignee", "rev", "attempts", "labels", "needs", "created",
    "checks", "x-odd", "true", "y", "größe", "12",
];

const VALUES: [&str; 44] = [
    "word",
    "two words",
    "P0",
    "high",
    "true",
    "null",
    "Null",
    "~",
    "no",
    "12",
    "0",
    "012",
    "1e3",
    "0x1f",
    "1_000",
    "-4",
    "+4",
    "2026-11-20T09:12:03Z",
    "9999999999999",
    "1.5",
    ".inf",
    "inf",
    "nan",
    "''",
    "\"\"",
    "'it''s'",
    "\"a: b # c\"",
    "'a \\ b'",
    "\"a \\\" b\"",
    "größe 日本 👩‍🚀",
    "“quoted” – so…",
    "a b",
    "http://x.y/z#w?a=b&c",
    "a: b",
    "a :b",
    "a:",
    "a #b",
    "[x, y z]",
    "[]",
    "[ ]",
    "[a, 12, null]",
    "['a, b', c]",
    "[a, b",
    "{a: b}",
];

const ENDS: [&str; 10] = ["", "", "", "", " ", "   # P0..P2", " #", "#", "\t", "\r"];

const BELOW: [&str; 16] = [
    "",
    "",
    "",
    "",
    "",
    "\n",
    "# c\n",
    "  # c\n",
    "- a\n- b c\n",
    "  - a # why\n  - 'b'\n",
    "  - a\n - b\n",
    "  - a: b\n",
    "  more\n",
    "  - a\n\n  - b\n",
    "  k: v\n",
    "- - a\n",
];

/// Lines that are plain for sure.
const LINES: [&str; 12] = [
    "id: t-7k3f9q\n",
    "title: “größe” – so…\n",
    "branch: task/x#y # why\n",
    "priority: high\n",
    "status:\n",
    "assignee: null\n",
    "rev: 12 # twelve\n",
    "attempts: 0\n\n# more\n",
    "labels: [a b, c-d/e]\n",
    "needs:\n  - rust # 1.89\n  - 'the web'\n",
    "created: 2026-11-20T09:12:03Z\n",
    "x-odd: \"quoted # text\"  # c\n",
];

/// Front matter of lines that are plain, or nearly so.
fn nearly_plain(rng: &mut Rng) -> String {
    let mut yaml = String::new();
    for line in LINES {
        if rng.bool() {
            yaml += line;
        }
    }
    for _ in 0..rng.usize(0..3) {
        let gap = choice(rng, &[" ", " ", " ", "  ", ""]);
        let value = if rng.u8(0..4) == 0 { "" } else { choice(rng, &VALUES) };
        let (key, end, below) = (choice(rng, &KEYS), choice(rng, &ENDS), choice(rng, &BELOW));
        yaml += &format!("{key}:{gap}{value}{end}\n{below}");
    }
    if rng.u8(0..5) == 0 {
        yaml.pop();
    }
    if rng.u8(0..5) == 0 { yaml.replace('\n', "\r\n") } else { yaml }
}

#[test]
fn plain_front_matter_is_read_as_the_parser_reads_it() {
    let mut rng = Rng::with_seed(11);
    let mut read = 0;
    let all = rounds(30_000);
    for _ in 0..all {
        read += usize::from(check_all(&nearly_plain(&mut rng)));
    }
    // Else the test would show nothing.
    assert!(read > all / 10, "{read} of {all} were plain");
}

#[test]
fn damaged_front_matter_is_read_as_the_parser_reads_it() {
    let mut rng = Rng::with_seed(12);
    for round in 0..rounds(60_000) {
        let mut bytes = match round % 3 {
            0 => Sample::random(&mut rng).front_text().into_bytes(),
            _ => nearly_plain(&mut rng).into_bytes(),
        };
        for _ in 0..rng.usize(0..3) {
            damage(&mut rng, &mut bytes);
        }
        if let Ok(yaml) = String::from_utf8(bytes) {
            let inner = yaml.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
            check_all(inner.map_or(&yaml, |(inner, _)| inner));
        }
    }
}

#[test]
fn what_the_tool_writes_is_plain() {
    let yaml = "id: t-7k3f9q\ntitle: Retry health checks with back-off\npriority: P0   # P0, P1, P2\nkind: feature\n\
                labels: [health, api]\ndepends_on: []\nneeds:\n  - rust\n  - 'the web'\nassignee: cursor\n\
                created: 2026-11-20T09:12:03Z\nrev: 4\nbranch: task/t-7k3f9q\nbase: 4f2c1e09\nattempts: 0\n";
    assert!(read_plain::<Typed>(yaml).is_some());
    assert!(read_plain::<Typed>(&yaml.replace('\n', "\r\n")).is_some());
}
