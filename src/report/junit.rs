//! JUnit XML, which most runners can write: each `testcase` with a `failure` or an `error`.

use std::sync::LazyLock;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use regex::Regex;

use super::failure::{Failure, Place};
use super::format::{Finding, Findings, Output, message};
use super::roots::Roots;
use super::unittest::python_frame;

/// A file with a line, wherever it stands in a text.
static PLACE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[\w./\\@+~-]*[\w-]\.[A-Za-z]{1,5}:\d{1,7}(?::\d{1,5})?").expect("the pattern is a constant")
});

/// As long as a text of a failure may be.
const TEXT: usize = 64 << 10;

/// A test, as far as it was read.
#[derive(Default)]
struct Case {
    name: String,
    class: String,
    file: Option<String>,
    line: Option<String>,
    told: Option<Told>,
    is_skipped: bool,
}

/// What a failure says: its attribute and its text.
#[derive(Default)]
struct Told {
    message: String,
    text: String,
}

pub(super) fn read(output: &Output<'_>) -> Findings {
    let mut findings = Findings::default();
    let Some(start) = start(output.text) else { return findings };
    let xml = &output.text[start..];
    if !xml.contains("<testcase") {
        return findings;
    }
    let mut reader = Reader::from_str(xml);
    // Whatever follows the document, and a document of which the middle is missing, must not end the reading of the rest.
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut found = Vec::new();
    let mut case: Option<Case> = None;
    let mut is_open = false;
    loop {
        let event = reader.read_event();
        let end = start + usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        match event {
            Err(_) | Ok(Event::Eof) => break,
            Ok(Event::Start(tag)) if tag.name().as_ref() == "testcase" => case = Some(opened(&tag)),
            Ok(Event::Empty(tag)) if tag.name().as_ref() == "testcase" => count(&opened(&tag), &mut findings),
            Ok(Event::Start(tag)) if is_verdict(&tag) => {
                let told = Told { message: attribute(&tag, "message").unwrap_or_default(), text: String::new() };
                is_open = case.as_mut().is_some_and(|case| case.told.replace(told).is_none());
            }
            Ok(Event::Empty(tag)) if is_verdict(&tag) => {
                let told = Told { message: attribute(&tag, "message").unwrap_or_default(), text: String::new() };
                if let Some(case) = case.as_mut() {
                    case.told.get_or_insert(told);
                }
            }
            Ok(Event::Start(tag) | Event::Empty(tag)) if tag.name().as_ref() == "skipped" => {
                case.iter_mut().for_each(|case| case.is_skipped = true);
            }
            Ok(Event::Text(text)) if is_open => add(&mut case, &text),
            Ok(Event::CData(text)) if is_open => add(&mut case, &text),
            Ok(Event::GeneralRef(name)) if is_open => {
                let whole = format!("&{};", &*name);
                add(&mut case, &quick_xml::escape::unescape(&whole).unwrap_or_default());
            }
            Ok(Event::End(tag)) => match tag.name().as_ref() {
                "failure" | "error" => is_open = false,
                "testcase" => {
                    if let Some(case) = case.take() {
                        count(&case, &mut findings);
                        found.extend(failure(case, &output.roots).map(|failure| (end, failure)));
                    }
                }
                _ => {}
            },
            Ok(_) => {}
        }
    }
    // What runners print inside of the document is the document's: each failure answers for all lines since the one before.
    let mut ends = lines_at(output.text, std::iter::once(start).chain(found.iter().map(|(end, _)| *end)));
    let mut from = ends[0];
    // A document at the very end is the whole run once more; one in between may be what a test printed.
    let is_last = output.text.rfind("</testsuite").and_then(|at| output.text[at..].split_once('>'));
    if is_last.is_some_and(|(_, rest)| rest.trim().is_empty()) {
        ends.pop();
        ends.push(output.lines.len());
        from = 0;
    }
    for ((_, failure), to) in found.into_iter().zip(ends.into_iter().skip(1)) {
        findings.push(Finding { failure, lines: from..to, build: false });
        from = to;
    }
    findings
}

/// Where the first document begins: at the start of a line.
fn start(text: &str) -> Option<usize> {
    let begins = |mark: &str| match text.starts_with(mark) {
        true => Some(0),
        false => text.find(&format!("\n{mark}")).map(|at| at + 1),
    };
    ["<?xml", "<testsuites", "<testsuite "].into_iter().filter_map(begins).min()
}

/// On which line each of some rising offsets stands, blank lines counted once as `format` does.
fn lines_at(text: &str, offsets: impl Iterator<Item = usize>) -> Vec<usize> {
    let (mut at, mut line, mut was_blank) = (0, 0, false);
    let mut lines = text.split_inclusive('\n');
    let mut found = Vec::new();
    for offset in offsets {
        while at < offset {
            let Some(next) = lines.next() else { break };
            let is_blank = next.trim_end_matches(['\r', '\n']).is_empty();
            line += usize::from(!(is_blank && was_blank));
            (at, was_blank) = (at + next.len(), is_blank);
        }
        found.push(line);
    }
    found
}

fn opened(tag: &BytesStart<'_>) -> Case {
    Case {
        name: attribute(tag, "name").unwrap_or_default(),
        class: attribute(tag, "classname").unwrap_or_default(),
        file: attribute(tag, "file"),
        line: attribute(tag, "line"),
        ..Case::default()
    }
}

fn is_verdict(tag: &BytesStart<'_>) -> bool {
    matches!(tag.name().as_ref(), "failure" | "error")
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = tag.attributes().with_checks(false).flatten().find(|one| one.key.as_ref() == name)?;
    let text = &attribute.value;
    Some(quick_xml::escape::unescape(text).map_or_else(|_| text.to_string(), std::borrow::Cow::into_owned))
}

fn add(case: &mut Option<Case>, text: &str) {
    let Some(told) = case.as_mut().and_then(|case| case.told.as_mut()) else { return };
    if told.text.len() < TEXT {
        told.text.push_str(text);
    }
}

fn count(case: &Case, findings: &mut Findings) {
    match (&case.told, case.is_skipped) {
        (Some(_), _) => findings.add_failed(1),
        (None, false) => findings.add_passed(1),
        (None, true) => {}
    }
}

fn failure(case: Case, roots: &Roots<'_>) -> Option<Failure> {
    let told = case.told?;
    let name = match (case.class.trim(), case.name.trim()) {
        ("", name) => name.to_owned(),
        (class, "") => class.to_owned(),
        // Some repeat one in the other, and some name a file or a suite, which says nothing.
        (class, name) if name.contains(class) || class.contains('/') || class == "test" => name.to_owned(),
        (class, name) if class.contains(name) => class.to_owned(),
        (class, name) if class.contains("::") => format!("{class}::{name}"),
        (class, name) => format!("{class}.{name}"),
    };
    let place = place(&told, &case.class, case.file.as_deref(), case.line.as_deref(), roots);
    let lines: Vec<&str> = told.text.trim_matches('\n').lines().collect();
    let is_frame = |line: &&str| {
        let line = line.trim_start();
        line.starts_with("at ")
            || line.starts_with("❯ ")
            || line.starts_with("File \"")
            || line.starts_with("Traceback ")
    };
    let length = lines.iter().position(is_frame).unwrap_or(lines.len());
    let text = message(lines[..length].iter().copied());
    // An attribute that only says where is told by the place.
    let is_said = !told.message.trim().is_empty() && !told.message.contains(" panicked at ");
    let text = if is_said { message(told.message.trim().lines()) } else { text };
    Some(Failure { name, message: if text.is_empty() { "failed without saying why".to_owned() } else { text }, place })
}

/// The user's own frame nearest to the error: the first, but for Python, which tells them the other way round.
fn place(told: &Told, class: &str, file: Option<&str>, line: Option<&str>, roots: &Roots<'_>) -> Option<Place> {
    let mut places: Vec<Place> = Vec::new();
    let mut is_python = false;
    for text in [&told.text, &told.message] {
        for line in text.lines() {
            match python_frame(line) {
                Some(frame) => places.extend(roots.place(&frame)),
                None => places.extend(PLACE.find_iter(line).filter_map(|found| roots.place(found.as_str()))),
            }
        }
    }
    is_python |= places.iter().any(|place| place.file.ends_with(".py"));
    if is_python {
        places.reverse();
    }
    let said = file.zip(line).and_then(|(file, line)| roots.place(&format!("{file}:{line}")));
    // Some write the project's top as the system's.
    let is_top = |place: &Place| place.file.strip_prefix('/').is_some_and(|file| file == class);
    for place in places.iter_mut().filter(|place| is_top(place)) {
        place.file = class.to_owned();
    }
    let own = roots.best(places);
    own.filter(|place| !super::roots::is_foreign(&place.file)).or(said)
}
