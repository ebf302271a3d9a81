//! A part put into JSON text and taken out again: all other bytes stay.
//!
//! An object or array that is made for a part has exactly one form; one that was there and empty gets a blank behind what it holds,
//! so that taking the part out tells the two apart.

use serde_json::Value;

use super::json_text::{Kind, Node};

const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// How a holder looked when its part was taken out.
#[derive(PartialEq, Eq)]
pub enum Ended {
    /// It holds something else, or held nothing before.
    Stays,
    /// It was made for the part.
    MadeForIt,
}

/// The object or array whose part begins at, or has its value at, this place; and which of its parts.
pub fn holder_of(node: &Node, at: usize) -> Option<(&Node, usize)> {
    let values: Vec<&Node> = match &node.kind {
        Kind::Object(members) => members.iter().map(|(.., value)| value).collect(),
        Kind::Array(elements) => elements.iter().collect(),
        Kind::Scalar => return None,
    };
    if let Some(index) = values.iter().position(|value| value.span.start == at) {
        return Some((node, index));
    }
    values.into_iter().find(|value| value.span.contains(&at)).and_then(|value| holder_of(value, at))
}

/// The text with a new last part in an object or array.
pub fn with_part(text: &str, holder: &Node, depth: usize, key: Option<&str>, new: &Value, is_marked: bool) -> String {
    let (unit, eol) = (unit(text), eol(text));
    let parts = holder.parts();
    let inner = match parts.last().map(|last| line_indent(text, last.start)) {
        Some(Some(indent)) => indent,
        _ => unit.repeat(depth + 1),
    };
    let key = key.map_or_else(String::new, |key| format!("{}: ", Value::from(key)));
    let part = format!("{key}{}", rendered(new, &unit, &inner, eol));
    let close = holder.span.end - 1;
    // Behind the last thing that is no blank, be it a comment.
    let point = text[..close].trim_end_matches(BLANKS).len();
    let blank = if is_marked { " " } else { "" };
    let Some(last) = parts.last() else {
        // A mark for a holder that was there: one that is made for the entry has none.
        let blank = if text.trim_end() == "{}" && !is_marked { "" } else { " " };
        let outer = unit.repeat(depth);
        return format!("{}{blank}{eol}{inner}{part}{eol}{outer}{}", &text[..close], &text[close..]);
    };
    let between = &text[last.end..point];
    let has_comma = without_comments(between).contains(',');
    // A comma behind the last part stays the habit of the file.
    let (comma, end) = if has_comma { ("", ",") } else { (",", "") };
    format!("{}{comma}{between}{blank}{eol}{inner}{part}{end}{}", &text[..last.end], &text[point..])
}

/// The text without a part; what that made of its holder; whether it stood behind a mark.
pub fn without_part(text: &str, holder: &Node, index: usize) -> (String, Ended, bool) {
    let parts = holder.parts();
    let part = &parts[index];
    let close = holder.span.end - 1;
    let start = text[..part.start].trim_end_matches(BLANKS).len();
    let line_end = line_end_before(text, part.start);
    let is_marked = line_end.is_some_and(|end| end >= start && text[start..end].ends_with(' '));
    let joined = |before: &str, behind: usize| format!("{before}{}", &text[behind..]);
    if parts.len() == 1 {
        let is_alone = text[part.end..close].trim_matches(BLANKS).is_empty();
        return match line_end {
            // There was an empty holder, perhaps with blanks in it: all but what we added comes back.
            Some(end) if is_alone && is_marked => (joined(&text[..end - 1], close), Ended::Stays, true),
            Some(end) if is_alone && end == holder.span.start + 1 => {
                (joined(&text[..end], close), Ended::MadeForIt, false)
            }
            _ => {
                // A comma behind the only part would be left alone.
                let rest = &text[part.end..close];
                let has_comma = rest.trim_start_matches(BLANKS).starts_with(',');
                let behind = part.end + if has_comma { rest.find(',').unwrap_or(0) + 1 } else { 0 };
                (joined(&text[..start], behind), Ended::Stays, is_marked)
            }
        };
    }
    if index + 1 < parts.len() {
        // Somebody has added parts behind ours: ours goes with its comma.
        let behind = part.end + text[part.end..].find(',').map_or(0, |comma| comma + 1);
        return (joined(&text[..start], behind), Ended::Stays, is_marked);
    }
    let rest = &text[part.end..close];
    if rest.trim_start_matches(BLANKS).starts_with(',') {
        let behind = part.end + rest.find(',').unwrap_or(0) + 1;
        return (joined(&text[..start], behind), Ended::Stays, is_marked);
    }
    // The comma that the part before it got for our sake goes, whatever comment stands behind it stays.
    let before = parts[index - 1].end;
    let between = &text[before..start];
    let between = between.strip_prefix(',').unwrap_or(between);
    (joined(&format!("{}{between}", &text[..before]), part.end), Ended::Stays, is_marked)
}

/// Where the line above a place ends, if nothing but blanks stands before the place on its own.
fn line_end_before(text: &str, at: usize) -> Option<usize> {
    let indent = line_indent(text, at)?;
    let above = &text[..at - indent.len() - 1];
    Some(above.strip_suffix('\r').unwrap_or(above).len())
}

/// A value as text, its first line without indent.
pub fn rendered(value: &Value, unit: &str, indent: &str, eol: &str) -> String {
    let inner = format!("{indent}{unit}");
    let lines = |open: char, parts: Vec<String>, close: char| match parts.is_empty() {
        true => format!("{open}{close}"),
        false => {
            let parts: Vec<_> = parts.into_iter().map(|part| format!("{inner}{part}")).collect();
            format!("{open}{eol}{}{eol}{indent}{close}", parts.join(&format!(",{eol}")))
        }
    };
    match value {
        Value::Object(members) => {
            let part = |(key, value): (&String, &Value)| {
                format!("{}: {}", Value::from(key.as_str()), rendered(value, unit, &inner, eol))
            };
            lines('{', members.iter().map(part).collect(), '}')
        }
        // Words of a command read best on one line.
        Value::Array(words) if words.iter().all(Value::is_string) => {
            format!("[{}]", words.iter().map(Value::to_string).collect::<Vec<_>>().join(", "))
        }
        Value::Array(elements) => {
            lines('[', elements.iter().map(|element| rendered(element, unit, &inner, eol)).collect(), ']')
        }
        scalar => scalar.to_string(),
    }
}

/// The line ends of a text.
pub fn eol(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// One step of indentation, as the file has it.
pub fn unit(text: &str) -> String {
    let indented = text.lines().find(|line| line.starts_with([' ', '\t']) && !line.trim().is_empty());
    let indent = indented.map(|line| &line[..line.len() - line.trim_start().len()]);
    indent.filter(|indent| indent.len() <= 8).unwrap_or("  ").to_owned()
}

/// The blanks before a place, if nothing else stands before it on its line.
fn line_indent(text: &str, at: usize) -> Option<String> {
    let line = &text[text[..at].rfind('\n')? + 1..at];
    line.trim().is_empty().then(|| line.to_owned())
}

/// The blanks at the beginning of the line of a place.
pub fn indent_of(text: &str, at: usize) -> String {
    let line = &text[text[..at].rfind('\n').map_or(0, |at| at + 1)..];
    line[..line.len() - line.trim_start_matches([' ', '\t']).len()].to_owned()
}

/// Text between two values without its comments.
fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('/') {
        kept.push_str(&rest[..start]);
        let comment = &rest[start..];
        let end = match comment.starts_with("//") {
            true => comment.find('\n').unwrap_or(comment.len()),
            false => comment.find("*/").map_or(comment.len(), |end| end + 2),
        };
        rest = &comment[end..];
    }
    kept + rest
}
