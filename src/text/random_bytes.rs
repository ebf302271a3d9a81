//! Random damage to documents: nothing panics, and what is refused is left alone.

use fastrand::Rng;
use serde::Deserialize;
use serde_yaml::{Mapping, Value};

use super::answer::sections_of_answer;
use super::document::Document;
use super::read::read_yaml;
use super::sample::{KEYS, Sample, TITLES, choice};

const MUTATIONS: usize = 50_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only reading is tested")]
struct Typed {
    id: Option<String>,
    title: u32,
    #[serde(default)]
    labels: Vec<String>,
}

#[test]
fn no_damage_to_a_document_makes_anything_panic() {
    let mut rng = Rng::with_seed(7);
    let mut bytes = Vec::new();
    for round in 0..MUTATIONS {
        if round % 5 == 0 {
            bytes = short_sample(&mut rng);
        }
        for _ in 0..rng.usize(1..4) {
            damage(&mut rng, &mut bytes);
        }
        let Ok(document) = Document::from_bytes(bytes.clone()) else {
            let _ = read_yaml::<Mapping>(&String::from_utf8_lossy(&bytes));
            continue;
        };
        assert_eq!(document.as_str().as_bytes(), bytes);
        read_all(&document);
        for _ in 0..3 {
            edit(&mut rng, document.clone());
        }
    }
}

fn short_sample(rng: &mut Rng) -> Vec<u8> {
    loop {
        let text = Sample::random(rng).text();
        if (1..2000).contains(&text.len()) {
            return text.into_bytes();
        }
    }
}

pub(super) fn damage(rng: &mut Rng, bytes: &mut Vec<u8>) {
    const PIECES: [&str; 44] = [
        "\n", "\r", "\r\n", " ", "  ", "\t", "#", "-", "- ", "---", "---\n", "...", ":", ": ", "?", "? ", "'", "\"",
        "[", "]", "{", "}", ",", "&a ", "*a ", "!t ", "|", ">", "|2+", "\\", "```", "~~~", "<!--", "-->", "<div>",
        "[ ]", "\u{feff}", "\u{2028}", "é", "\0", "\u{85}", "=", "## ", "`",
    ];
    let at = rng.usize(0..=bytes.len());
    match rng.u8(0..8) {
        0 if at < bytes.len() => drop(bytes.remove(at)),
        1 if at < bytes.len() => bytes[at] = rng.u8(..),
        2 => {
            let end = (at + rng.usize(0..40)).min(bytes.len());
            bytes.drain(at..end);
        }
        3 => {
            let end = (at + rng.usize(0..40)).min(bytes.len());
            let copy = bytes[at..end].to_vec();
            let to = rng.usize(0..=bytes.len());
            bytes.splice(to..to, copy);
        }
        _ => drop(bytes.splice(at..at, choice(rng, &PIECES).bytes())),
    }
}

fn read_all(document: &Document) {
    let text = document.as_str();
    let values = document.read::<Mapping>();
    let _ = document.read::<Typed>();
    let _ = read_yaml::<Typed>(text);
    assert!(values.is_err() || document.keys().len() <= values.unwrap().len());
    assert!(text.ends_with(document.body()));
    assert!(document.body().starts_with(document.preamble()));
    let _ = (document.first_heading(), document.key("id"));
    for section in document.sections() {
        let _ = document.section_text(&section.title);
        assert!(text.get(section.heading).is_some());
        for entry in document.entries(&section.title) {
            assert!(text.get(entry.range).is_some());
        }
        for found in document.checkboxes(&section.title) {
            let mark = text[found.mark].trim();
            assert!(["", "x", "X"].contains(&mark), "{text:?}");
        }
    }
    let _ = sections_of_answer(text, &TITLES);
}

fn edit(rng: &mut Rng, mut document: Document) {
    let before = document.clone();
    let key = choice(rng, &KEYS);
    let title = choice(rng, &TITLES);
    let entry = choice(rng, &["- x", "text", "```\nx\n```", "<b>\n", "===", "---", "    code", "[a]: b"]);
    let value = match rng.u8(0..3) {
        0 => Value::from("a: b"),
        1 => ["x", "y"].into_iter().map(Value::from).collect(),
        _ => Value::Null,
    };
    let is_front_edit = rng.bool();
    let done = match (is_front_edit, rng.u8(0..4)) {
        (true, 0) => document.set_ordered(key, value, &KEYS),
        (true, 1) => document.remove(key).map(drop),
        (true, _) => document.set(key, value),
        (false, 0) => document.replace_section(title, entry, &TITLES),
        (false, 1) => document.check(title, 1, true).map(drop),
        (false, 2) => match document.entries(title).first() {
            Some(first) => document.replace_range(first.range.clone(), entry, title),
            None => Ok(()),
        },
        (false, _) => document.append(title, entry, &TITLES),
    };
    if done.is_err() {
        assert_eq!(document.as_str(), before.as_str());
    } else if is_front_edit {
        assert_eq!(document.body(), before.body());
    } else {
        assert_eq!(document.keys(), before.keys());
        assert!(document.sections().len() >= before.sections().len());
    }
}
