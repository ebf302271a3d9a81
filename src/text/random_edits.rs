//! Random edits of awkward documents: what an edit is not about keeps every byte.
//!
//! Long because one check for each kind of edit belongs here.

use fastrand::Rng;
use serde_yaml::{Mapping, Value};

use super::document::Document;
use super::sample::{KEYS, Sample, SectionPiece, TITLES, choice, filler};
use super::sections::is_same_title;

const EDITS: usize = 100_000;
const EDITS_OF_A_SAMPLE: usize = 8;

/// How an edit came out.
enum Outcome {
    Done,
    /// The edit would have been right, but was not made.
    Refused(String),
    /// There was nothing that could have been edited.
    Nothing,
}

#[test]
fn an_edit_changes_nothing_but_what_it_is_about() {
    let wished = std::env::var("MCP_EDITS").ok();
    let wished = wished.and_then(|count| count.parse().ok()).unwrap_or(EDITS);
    let (mut edits, mut refusals, mut seed) = (0, Vec::new(), 0);
    while edits < wished {
        seed += 1;
        let mut rng = Rng::with_seed(seed);
        let mut sample = Sample::random(&mut rng);
        let mut document = Document::parse(sample.text()).unwrap();
        assert_eq!(document.as_str(), sample.text());
        check_sections(&sample, &document);
        for _ in 0..EDITS_OF_A_SAMPLE {
            let text = sample.text();
            assert_eq!(document.as_str(), text, "seed {seed}");
            let outcome = match rng.u8(0..10) {
                0..=2 => set(&mut rng, &mut sample, &mut document),
                3 => set_missing(&mut rng, &mut sample, &mut document),
                4 => remove(&mut rng, &mut sample, &mut document),
                5 | 6 => append(&mut rng, &mut sample, &mut document),
                7 => replace(&mut rng, &mut sample, &mut document),
                8 => make(&mut rng, &mut sample, &mut document),
                _ => check_a_box(&mut rng, &mut sample, &mut document),
            };
            match outcome {
                Outcome::Nothing => continue,
                Outcome::Done => check_values(&sample, &document),
                Outcome::Refused(reason) => {
                    assert_eq!(document.as_str(), text, "seed {seed}");
                    refusals.push(format!("seed {seed}: {reason}"));
                }
            }
            edits += 1;
        }
    }
    println!("{edits} edits, {} refused", refusals.len());
    let some = &refusals[..refusals.len().min(20)];
    assert!(refusals.len() * 50 < edits, "{some:#?}");
}

fn check_values(sample: &Sample, document: &Document) {
    let values: Mapping = document.read().unwrap();
    assert_eq!(values, sample.values(), "{}", document.as_str());
}

fn check_sections(sample: &Sample, document: &Document) {
    let found = document.sections();
    let text = document.as_str();
    let found: Vec<(&str, &str)> =
        found.iter().map(|found| (found.title.as_str(), &text[found.content.clone()])).collect();
    assert_eq!(found.len(), sample.sections.len(), "{text}");
    for ((title, content), section) in found.into_iter().zip(&sample.sections) {
        assert!(is_same_title(title, &section.title), "{title}");
        assert_eq!(content, format!("{}{}", section.content, section.blank));
    }
}

/// The part of a new text between the parts that had to stay.
fn middle_of<'a>(new: &'a str, before: &str, after: &str) -> &'a str {
    assert!(new.len() >= before.len() + after.len(), "{new}");
    assert!(new.starts_with(before), "{before:?}\nbecame\n{new:?}");
    assert!(new.ends_with(after), "{after:?}\nbecame\n{new:?}");
    &new[before.len()..new.len() - after.len()]
}

/// Splits the text of a sample around a piece of its front matter.
fn around_key(sample: &Sample, index: usize) -> (String, String) {
    let mut part = sample.clone();
    part.front.truncate(index);
    let close = std::mem::take(&mut part.close);
    let before = part.front_text();
    let text = sample.text();
    let after = text[before.len() + sample.front[index].lines.len()..].to_owned();
    assert!(after.contains(&close));
    (before, after)
}

fn set(rng: &mut Rng, sample: &mut Sample, document: &mut Document) -> Outcome {
    let keyed: Vec<usize> = (0..sample.front.len()).filter(|&index| sample.front[index].key.is_some()).collect();
    if keyed.is_empty() {
        return Outcome::Nothing;
    }
    let index = choice(rng, &keyed);
    let key = sample.front[index].key.clone().unwrap();
    let value = random_value(rng, &sample.front[index].value);
    let (before, after) = around_key(sample, index);
    if let Err(refused) = document.set(&key, value.clone()) {
        return Outcome::Refused(format!("set {key} to {value:?}: {refused}"));
    }
    let own = middle_of(document.as_str(), &before, &after).to_owned();
    let piece = &mut sample.front[index];
    if piece.value == value {
        assert_eq!(own, piece.lines);
        return Outcome::Done;
    }
    check_lines(&own, &key, &value);
    if let Some(comment) = piece.comment {
        assert!(own.contains(comment), "{own:?} lost {comment:?}");
    }
    let crlf = |lines: &str| lines.matches("\r\n").count();
    let lf = |lines: &str| lines.matches('\n').count() - crlf(lines);
    assert!(crlf(&own) == 0 || crlf(&piece.lines) > 0, "{own:?}");
    assert!(lf(&own) == 0 || lf(&piece.lines) > 0, "{own:?}");
    // What stood below the last item is nobody's when the item is gone.
    let is_list = matches!(value, Value::Sequence(_));
    let mut kept = own.len();
    for line in own.split_inclusive('\n').rev().filter(|_| is_list) {
        match line.trim() {
            "" => kept -= line.len(),
            comment if comment.starts_with('#') => kept -= line.len(),
            _ => break,
        }
    }
    piece.lines = own[..kept].to_owned();
    piece.value = value;
    sample.front.insert(index + 1, filler(own[kept..].to_owned()));
    Outcome::Done
}

/// The own lines of a key read as that key alone.
fn check_lines(own: &str, key: &str, value: &Value) {
    assert!(own.ends_with('\n'), "{own:?}");
    let read: Mapping = serde_yaml::from_str(own).unwrap();
    let wished: Mapping = [(Value::from(key), value.clone())].into_iter().collect();
    assert_eq!(read, wished, "{own:?}");
}

fn set_missing(rng: &mut Rng, sample: &mut Sample, document: &mut Document) -> Outcome {
    let has = |sample: &Sample, key: &str| {
        let mut front = sample.front.iter();
        front.position(|piece| piece.key.as_deref() == Some(key))
    };
    let key = choice(rng, &KEYS);
    if has(sample, key).is_some() {
        return Outcome::Nothing;
    }
    let value = random_value(rng, &Value::Null);
    let other = choice(rng, &KEYS);
    let is_last = sample.open.is_empty();
    let (done, index) = match rng.u8(0..3) {
        0 => (document.set(key, value.clone()), sample.front.len()),
        1 => {
            let index = has(sample, other).map_or(sample.front.len(), |index| index + 1);
            (document.set_after(key, value.clone(), other), index)
        }
        _ => {
            let rank = KEYS.iter().position(|known| *known == key).unwrap();
            let below = KEYS[..rank].iter().rev().find_map(|known| has(sample, known));
            let above = KEYS[rank..].iter().find_map(|known| has(sample, known));
            let index = match (below, above) {
                (Some(below), _) => below + 1,
                (None, Some(above)) => above,
                (None, None) => sample.front.len(),
            };
            (document.set_ordered(key, value.clone(), &KEYS), index)
        }
    };
    if let Err(refused) = done {
        return Outcome::Refused(format!("add {key} as {value:?}: {refused}"));
    }
    if is_last {
        let body = document.body().len();
        assert_eq!(&document.as_str()[document.as_str().len() - body..], &sample.text()[sample.mark.len()..]);
        let front = &document.as_str()[sample.mark.len()..document.as_str().len() - body];
        let lines: Vec<&str> = front.split_inclusive('\n').collect();
        sample.open = lines[0].to_owned();
        sample.close = lines[lines.len() - 1].to_owned();
        let own = lines[1..lines.len() - 1].concat();
        check_lines(&own, key, &value);
        let mut piece = filler(own);
        piece.key = Some(key.to_owned());
        piece.value = value;
        sample.front.push(piece);
        return Outcome::Done;
    }
    sample.front.insert(index, filler(String::new()));
    let (before, after) = around_key(sample, index);
    let own = middle_of(document.as_str(), &before, &after).to_owned();
    check_lines(&own, key, &value);
    assert_eq!(own.ends_with("\r\n"), before.ends_with("\r\n"));
    let piece = &mut sample.front[index];
    piece.key = Some(key.to_owned());
    piece.lines = own;
    piece.value = value;
    Outcome::Done
}

fn remove(rng: &mut Rng, sample: &mut Sample, document: &mut Document) -> Outcome {
    let key = choice(rng, &KEYS);
    let mut front = sample.front.iter();
    let index = front.position(|piece| piece.key.as_deref() == Some(key));
    match (document.remove(key), index) {
        (Err(refused), _) => Outcome::Refused(format!("remove {key}: {refused}")),
        (Ok(was_there), None) => {
            assert!(!was_there);
            Outcome::Done
        }
        (Ok(was_there), Some(index)) => {
            assert!(was_there);
            sample.front.remove(index);
            assert_eq!(document.as_str(), sample.text());
            Outcome::Done
        }
    }
}

/// The text up to the end of the content of a section, and the rest.
fn around_content(sample: &Sample, index: usize) -> (String, String) {
    let mut part = sample.clone();
    part.sections.truncate(index + 1);
    part.sections[index].blank.clear();
    let before = part.text();
    let after = sample.text()[before.len()..].to_owned();
    (before, after)
}

fn first_of(sample: &Sample, title: &str) -> Option<usize> {
    let mut sections = sample.sections.iter();
    sections.position(|section| is_same_title(&section.title, title))
}

fn append(rng: &mut Rng, sample: &mut Sample, document: &mut Document) -> Outcome {
    let title = choice(rng, &TITLES);
    let Some(index) = first_of(sample, title) else {
        return Outcome::Nothing;
    };
    let entry = random_entry(rng);
    let (before, after) = around_content(sample, index);
    let done = document.append(title, &entry, &TITLES);
    if sample.sections[index].is_open {
        assert!(done.is_err(), "{}", document.as_str());
        assert_eq!(document.as_str(), sample.text());
        return Outcome::Done;
    }
    if let Err(refused) = done {
        return Outcome::Refused(format!("append {entry:?} to {title}: {refused}"));
    }
    let inserted = middle_of(document.as_str(), &before, &after).to_owned();
    check_inserted(&inserted, &entry);
    check_final_line_end(sample, document);
    check_line_ends(&before, &inserted);
    let section = &mut sample.sections[index];
    take_in(section, &inserted);
    check_sections(sample, document);
    Outcome::Done
}

/// Adds lines to a section: those up to the last full one to its content.
fn take_in(section: &mut SectionPiece, inserted: &str) {
    let kept = inserted.trim_end_matches(['\r', '\n']).len();
    let end = inserted[kept..].find('\n').map_or(inserted.len(), |end| kept + end + 1);
    if section.content.is_empty() && !section.heading.ends_with('\n') {
        let start = inserted.find('\n').unwrap() + 1;
        section.heading.push_str(&inserted[..start]);
        section.content.push_str(&inserted[start..end]);
    } else {
        section.content.push_str(&inserted[..end]);
    }
    section.blank.insert_str(0, &inserted[end..]);
}

fn check_inserted(inserted: &str, entry: &str) {
    let lines = inserted.replace("\r\n", "\n");
    assert_eq!(lines.trim_matches('\n'), entry.trim_matches('\n').trim_end(), "{inserted:?}");
    let blank = lines.len() - lines.trim_start_matches('\n').len();
    assert!(blank <= 2, "{inserted:?}");
}

fn check_final_line_end(sample: &Sample, document: &Document) {
    let text = sample.text();
    if !text.is_empty() {
        assert_eq!(document.as_str().ends_with('\n'), text.ends_with('\n'), "{text:?}");
    }
}

/// New lines end as the line above them does.
fn check_line_ends(before: &str, inserted: &str) {
    if before.ends_with('\n') {
        let crlf = inserted.matches("\r\n").count();
        let wished = if before.ends_with("\r\n") { inserted.matches('\n').count() } else { 0 };
        assert_eq!(crlf, wished, "{inserted:?}");
    }
}

fn replace(rng: &mut Rng, sample: &mut Sample, document: &mut Document) -> Outcome {
    let title = choice(rng, &TITLES);
    let Some(index) = first_of(sample, title) else {
        return Outcome::Nothing;
    };
    let content = if rng.u8(0..6) == 0 { String::new() } else { random_entry(rng) };
    let (before, after) = around_content(sample, index);
    let before = &before[..before.len() - sample.sections[index].content.len()];
    if let Err(refused) = document.replace_section(title, &content, &TITLES) {
        return Outcome::Refused(format!("replace {title} by {content:?}: {refused}"));
    }
    let inserted = middle_of(document.as_str(), before, &after).to_owned();
    check_inserted(&inserted, &content);
    if !content.is_empty() {
        check_final_line_end(sample, document);
    }
    let section = &mut sample.sections[index];
    section.content.clear();
    section.is_open = false;
    if !inserted.is_empty() {
        take_in(section, &inserted);
    }
    check_sections(sample, document);
    Outcome::Done
}

fn make(rng: &mut Rng, sample: &mut Sample, document: &mut Document) -> Outcome {
    let rank = rng.usize(0..TITLES.len());
    let title = TITLES[rank];
    if first_of(sample, title).is_some() {
        return Outcome::Nothing;
    }
    let below = TITLES[..rank].iter().rev().find_map(|title| first_of(sample, title));
    let above = TITLES[rank..].iter().find_map(|title| first_of(sample, title));
    let index = match (below, above) {
        (Some(below), _) => below + 1,
        (None, Some(above)) => above,
        (None, None) => sample.sections.len(),
    };
    let mut part = sample.clone();
    part.sections.truncate(index);
    let before = part.text();
    let text = sample.text();
    let entry = random_entry(rng);
    let done = document.append(title, &entry, &TITLES);
    if index > 0 && sample.sections[index - 1].is_open {
        assert!(done.is_err(), "{}", document.as_str());
        return Outcome::Done;
    }
    if let Err(refused) = done {
        return Outcome::Refused(format!("make {title} with {entry:?}: {refused}"));
    }
    let inserted = middle_of(document.as_str(), &before, &text[before.len()..]).to_owned();
    check_final_line_end(sample, document);
    check_line_ends(&before, &inserted);
    let at = inserted.find("## ").unwrap();
    assert!(inserted[..at].trim().is_empty() && inserted[..at].matches('\n').count() <= 2);
    let heading_end = at + inserted[at..].find('\n').unwrap() + 1;
    assert_eq!(inserted[at..heading_end].trim(), format!("## {title}"));
    check_inserted(&inserted[heading_end..], &entry);
    match index {
        0 => sample.preamble.push_str(&inserted[..at]),
        _ => sample.sections[index - 1].blank.push_str(&inserted[..at]),
    }
    let mut section = SectionPiece {
        title: title.to_owned(),
        heading: inserted[at..heading_end].to_owned(),
        content: String::new(),
        blank: String::new(),
        is_open: false,
    };
    take_in(&mut section, &inserted[heading_end..]);
    sample.sections.insert(index, section);
    settle_open_line(sample, index);
    check_sections(sample, document);
    Outcome::Done
}

/// Moves a line end to the content or heading that had none when it was the last of the text.
fn settle_open_line(sample: &mut Sample, index: usize) {
    if index == 0 {
        let is_open = !sample.close.is_empty() && !sample.close.ends_with('\n');
        if is_open && let Some(end) = sample.preamble.find('\n') {
            sample.close.push_str(&sample.preamble[..=end]);
            sample.preamble.drain(..=end);
        }
        return;
    }
    let section = &mut sample.sections[index - 1];
    let last = match section.content.is_empty() {
        true => &mut section.heading,
        false => &mut section.content,
    };
    if !last.ends_with('\n')
        && let Some(end) = section.blank.find('\n')
    {
        last.push_str(&section.blank[..=end]);
        section.blank.drain(..=end);
    }
}

fn check_a_box(rng: &mut Rng, sample: &mut Sample, document: &mut Document) -> Outcome {
    let title = choice(rng, &TITLES);
    let boxes = document.checkboxes(title);
    let Some(index) = first_of(sample, title) else {
        assert!(boxes.is_empty());
        return Outcome::Nothing;
    };
    let section = &mut sample.sections[index];
    let places: Vec<usize> = ["[ ] real", "[x] real", "[X] real"]
        .iter()
        .flat_map(|mark| section.content.match_indices(mark))
        .map(|(place, _)| place + 1)
        .collect();
    assert_eq!(boxes.len(), places.len(), "{}", section.content);
    if places.is_empty() {
        return Outcome::Nothing;
    }
    let mut places = places;
    places.sort_unstable();
    let number = rng.usize(0..places.len());
    let place = places[number];
    let is_checked = rng.bool();
    match document.check(title, number + 1, is_checked) {
        Err(refused) => return Outcome::Refused(format!("check {title} {number}: {refused}")),
        Ok(has_changed) => {
            assert_eq!(has_changed, (&section.content[place..=place] == " ") == is_checked);
            if has_changed {
                let mark = if is_checked { "x" } else { " " };
                section.content.replace_range(place..=place, mark);
            }
        }
    }
    assert_eq!(document.as_str(), sample.text());
    assert_eq!(document.checkboxes(title)[number].is_checked, is_checked);
    Outcome::Done
}

fn random_entry(rng: &mut Rng) -> String {
    let entry = choice(
        rng,
        &[
            "- 2026-11-20T09:12:03Z ada did it",
            "- one\n  two\n  - three\n",
            "- [ ] real new\n",
            "text\nof lines\n\nmore",
            "* other bullet",
            "2. number",
            "```sh\n## Fake\n- [ ] fake\n```",
            "- failed:\n  ```\n  ## Fake\n  ```\n",
            "<!-- note -->",
            "### Sub\n\n- x",
            "> quoted",
            "Größe 日本 # x",
            "<div>\n## Fake\n</div>",
            "\n\n- after blank lines\n\n\n",
        ],
    );
    entry.to_owned()
}

fn random_value(rng: &mut Rng, old: &Value) -> Value {
    match rng.u8(0..12) {
        0 => Value::Null,
        1 => Value::from(rng.i64(-1000..1000)),
        2 => Value::from(rng.bool()),
        3 => Value::from(f64::from(rng.i32(-1000..1000)) / 8.0),
        4 => old.clone(),
        5 => [(Value::from(random_text(rng)), Value::from(random_text(rng)))].into_iter().collect::<Mapping>().into(),
        6 | 7 => (0..rng.u8(0..4)).map(|_| Value::from(random_text(rng))).collect(),
        8 => match old {
            Value::Sequence(items) => {
                let mut items = items.clone();
                match rng.bool() && !items.is_empty() {
                    true => drop(items.remove(rng.usize(0..items.len()))),
                    false => items.insert(rng.usize(0..=items.len()), random_text(rng).into()),
                }
                items.into()
            }
            _ => Value::from(random_text(rng)),
        },
        _ => Value::from(random_text(rng)),
    }
}

fn random_text(rng: &mut Rng) -> String {
    const TEXTS: [&str; 40] = [
        "word",
        "two words",
        "yes",
        "No",
        "null",
        "~",
        "1e3",
        "0x1f",
        "0o7",
        "1_000",
        "12:30",
        "2024-01-01",
        "2026-11-20T09:12:03Z",
        "",
        " ",
        " x",
        "x ",
        "- x",
        "? x",
        ": x",
        "x:",
        "a: b",
        "a #b",
        "#b",
        "&a",
        "*a",
        "!t",
        "|",
        "> x",
        "@x",
        "%x",
        "`x`",
        "[x",
        "{x",
        "x, y]",
        "it's \"so\"",
        "back\\slash",
        "tab\tx",
        "two\nlines\n",
        "größe 日本 👩‍🚀",
    ];
    match rng.u8(0..4) {
        0 => {
            let letters: Vec<char> =
                "ab1 :#-?'\"\\[]{},&*!|>%@`\n\t\r\u{7}\u{85}\u{2028}\u{feff}é.~=<".chars().collect();
            (0..rng.u8(0..9)).map(|_| choice(rng, &letters)).collect()
        }
        _ => choice(rng, &TEXTS).to_owned(),
    }
}
