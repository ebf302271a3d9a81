//! Writes the value of a key anew in the style that its lines already have.

use std::ops::Range;

use serde_yaml::{Mapping, Value};

use super::layout::{Entry, Style, line_end, line_start};
use super::problem::EditRefused;
use super::scalar::{Quotes, needs_escape, write_value};

/// A replacement of some bytes of the front matter.
pub(super) struct Splice {
    pub(super) range: Range<usize>,
    pub(super) with: String,
}

/// Tells what to replace in the lines of an entry so that it gets a new value.
pub(super) fn rewrite(yaml: &str, entry: &Entry, old: &Value, value: &Value) -> Result<Splice, EditRefused> {
    match (entry.style, value) {
        (Style::List, Value::Sequence(items)) if !items.is_empty() => rewrite_items(yaml, entry, old, items),
        (Style::Map, Value::Mapping(pairs)) if !pairs.is_empty() => rewrite_pairs(yaml, entry, pairs),
        (Style::Text, Value::String(text)) if fits_literal(text) => Ok(rewrite_literal(yaml, entry, text)),
        (Style::Empty | Style::List | Style::Map, _) => {
            let written = write_value(value, Quotes::None, false)?;
            Ok(rewrite_after(yaml, entry, entry.colon, &format!(" {written}")))
        }
        (Style::Text, _) => {
            let written = write_value(value, Quotes::None, false)?;
            let marks = yaml[entry.value..].trim_start_matches(['|', '>', '+', '-']);
            let marks = marks.trim_start_matches(|mark: char| mark.is_ascii_digit());
            let marks = marks.trim_start_matches(['+', '-']);
            let header = yaml[..entry.value].to_owned();
            let splice = rewrite_after(yaml, entry, yaml.len() - marks.len(), &written);
            Ok(Splice { range: header.len()..splice.range.end, with: splice.with })
        }
        (Style::Plain | Style::Single | Style::Double | Style::Flow, _) => Ok(Splice {
            range: entry.value..entry.end,
            with: write_value(value, quotes_of(&yaml[entry.value..entry.end]), false)?,
        }),
    }
}

/// Puts a value at an offset of the key's line, keeps a comment there and drops the lines below.
fn rewrite_after(yaml: &str, entry: &Entry, at: usize, written: &str) -> Splice {
    let first_end = line_end(yaml, at);
    let rest = &yaml[at..first_end];
    let kept = match rest.trim_end_matches(['\r', '\n']).trim() {
        "" => line_break(rest),
        _ => rest,
    };
    Splice { range: at..entry.lines(yaml).end.max(first_end), with: format!("{written}{kept}") }
}

/// Replaces the items of a block list that differ and leaves the lines of the others.
fn rewrite_items(yaml: &str, entry: &Entry, old: &Value, items: &[Value]) -> Result<Splice, EditRefused> {
    let first = entry.items.first().copied().unwrap_or(entry.value);
    let old_items = match old {
        Value::Sequence(old_items) if old_items.len() == entry.items.len() => &old_items[..],
        _ => &[],
    };
    let pairs = old_items.iter().zip(items);
    let same_first = pairs.take_while(|(old, new)| old == new).count();
    let longest = old_items.len().min(items.len()) - same_first;
    let pairs = old_items.iter().rev().zip(items.iter().rev());
    let same_last = pairs.take(longest).take_while(|(old, new)| old == new).count();
    let end = entry.lines(yaml).end;
    let place_of = |index: usize| match entry.items.get(index) {
        Some(&start) => line_start(yaml, start),
        None => end,
    };
    let range = match old_items.is_empty() {
        true => line_start(yaml, first)..end,
        false => place_of(same_first)..place_of(old_items.len() - same_last),
    };
    let quotes = Quotes::of(yaml[first + 1..].trim_start_matches(' '));
    let indent = &yaml[line_start(yaml, first)..first];
    let line_break = line_break(&yaml[entry.start..line_end(yaml, entry.start)]);
    let mut with = String::new();
    for item in &items[same_first..items.len() - same_last] {
        let written = write_value(item, quotes, false)?;
        with.push_str(&format!("{indent}- {written}{line_break}"));
    }
    Ok(Splice { range, with })
}

fn rewrite_pairs(yaml: &str, entry: &Entry, pairs: &Mapping) -> Result<Splice, EditRefused> {
    let start = line_start(yaml, entry.value);
    let indent = &yaml[start..entry.value];
    let line_break = line_break(&yaml[entry.start..line_end(yaml, entry.start)]);
    let mut with = String::new();
    for (key, value) in pairs {
        let key = write_value(key, Quotes::None, false)?;
        let value = write_value(value, Quotes::None, false)?;
        with.push_str(&format!("{indent}{key}: {value}{line_break}"));
    }
    Ok(Splice { range: start..entry.lines(yaml).end, with })
}

/// Whether a text can stand in a literal block as it is.
fn fits_literal(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    !body.is_empty()
        && !body.starts_with(char::is_whitespace)
        && !body.ends_with('\n')
        && !body.chars().any(|character| character != '\n' && needs_escape(character))
        && body.split('\n').all(|line| line.is_empty() || !line.trim().is_empty())
}

fn rewrite_literal(yaml: &str, entry: &Entry, text: &str) -> Splice {
    let header_end = line_end(yaml, entry.value);
    let header = &yaml[entry.value..header_end];
    let line_break = line_break(header);
    let comment = header.find(" #").map_or("", |at| header[at..].trim_end());
    let key_indent = entry.start - line_start(yaml, entry.start);
    let old_lines = yaml[header_end.min(entry.end)..entry.end].lines();
    let old_indent = old_lines
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min();
    let indent = " ".repeat(old_indent.unwrap_or(0).max(key_indent + 1).max(2));
    let (mark, body) = match text.strip_suffix('\n') {
        Some(body) => ("|", body),
        None => ("|-", text),
    };
    let mut with = format!("{mark}{comment}{line_break}");
    for line in body.split('\n') {
        match line {
            "" => with.push_str(line_break),
            _ => with.push_str(&format!("{indent}{line}{line_break}")),
        }
    }
    Splice { range: entry.value..entry.lines(yaml).end, with }
}

/// The quotes of a scalar, or those of the first item of a flow list.
fn quotes_of(written: &str) -> Quotes {
    Quotes::of(written.trim_start_matches(['[', '{', ' ']))
}

/// The line break that a line ends with.
pub(super) fn line_break(line: &str) -> &'static str {
    match line.ends_with("\r\n") {
        true => "\r\n",
        false => "\n",
    }
}
