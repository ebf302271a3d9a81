//! Reads YAML into types and words what is wrong with it.

use std::ops::Range;

use serde::de::DeserializeOwned;

use super::guard::{check_is_mapping, guarded_layout};
use super::layout::{Layout, Shape};
use super::plain::read_plain;
use super::problem::Problem;
use super::suggest::suggestion;

/// Reads a whole YAML file, such as a configuration; an empty one reads as an empty mapping.
pub fn read_yaml<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    read_piece(text, document_start(text)..text.len())
}

/// Reads the piece of a text that is YAML; problems have their place in the whole text.
pub(super) fn read_piece<T: DeserializeOwned>(text: &str, yaml: Range<usize>) -> Result<T, Problem> {
    match read_plain(&text[yaml.clone()]) {
        Some(value) => Ok(value),
        None => read_fully(text, yaml),
    }
}

/// The same by the parser alone.
pub(super) fn read_fully<T: DeserializeOwned>(text: &str, yaml: Range<usize>) -> Result<T, Problem> {
    let layout = guarded_layout(text, yaml.clone())?;
    read_scanned(text, yaml, &layout)
}

/// Reads the piece of a text whose layout is known.
pub(super) fn read_scanned<T: DeserializeOwned>(text: &str, yaml: Range<usize>, layout: &Layout) -> Result<T, Problem> {
    check_is_mapping(text, yaml.start, layout)?;
    let source = match layout.shape {
        Shape::Empty => "{}",
        _ => &text[yaml.clone()],
    };
    serde_yaml::from_str(source).map_err(|error| worded(text, yaml.start, layout, &error))
}

/// The offset after a byte order mark and an opening `---` line with the comments before it.
fn document_start(text: &str) -> usize {
    let mut at = usize::from(text.starts_with('\u{feff}')) * '\u{feff}'.len_utf8();
    let first = at;
    for line in text[at..].split_inclusive('\n') {
        at += line.len();
        match line.trim() {
            "---" => return at,
            "" => (),
            comment if comment.starts_with('#') => (),
            _ => break,
        }
    }
    first
}

/// Words an error of the parser as a problem of the whole text.
fn worded(text: &str, start: usize, layout: &Layout, error: &serde_yaml::Error) -> Problem {
    let (whole, at) = placed(text, start, error);
    let (path, message) = split_path(&whole);
    let within = match path {
        "" => String::new(),
        _ => format!(" in `{path}`"),
    };
    if let Some((name, rest)) = named(message, "unknown field `", '`') {
        // The parser has no place for the very first key.
        let at = match layout.find(name) {
            Some(entry) if path.is_empty() => start + entry.start,
            _ => at,
        };
        let problem = Problem::at(text, at, format!("unknown key `{name}`{within}"));
        return problem.hint(meant_key(name, rest));
    }
    if let Some((name, _)) = named(message, "missing field `", '`') {
        let at = if path.is_empty() { line_above(text, start) } else { at };
        return Problem::at(text, at, format!("the key `{name}` is missing{within}"))
            .hint(format!("add `{name}: ...`"));
    }
    let twice = named(message, "duplicate field `", '`').or_else(|| named(message, "duplicate entry with key \"", '"'));
    if let Some((name, _)) = twice {
        let at = second_key(text, at, name).unwrap_or(at);
        return Problem::at(text, at, format!("the key `{name}` is there twice{within}")).hint("keep one of them");
    }
    let problem = match path {
        "" => Problem::at(text, at, message),
        _ => Problem::at(text, at, format!("`{path}`: {message}")),
    };
    let wants_quotes = message.starts_with("found character that cannot start any token")
        || message.starts_with("mapping values are not allowed");
    match wants_quotes {
        true => problem.hint("put the value in quotes"),
        false => problem,
    }
}

/// Takes the place out of an error's message and makes it an offset of the whole text.
fn placed(text: &str, start: usize, error: &serde_yaml::Error) -> (String, usize) {
    let message = error.to_string();
    let Some(location) = error.location() else {
        return (message, start);
    };
    let (line, column) = (location.line(), location.column());
    let told = format!(" at line {line} column {column}");
    let at = offset_of(text, start, line, column);
    (message.replacen(&told, "", 1), at)
}

/// Takes a name that stands between a start of a message and a closing quote.
fn named<'a>(message: &'a str, before: &str, quote: char) -> Option<(&'a str, &'a str)> {
    message.strip_prefix(before)?.split_once(quote)
}

/// Tells which of the keys that a message lists was probably meant.
fn meant_key(name: &str, listed: &str) -> String {
    let known: Vec<&str> = listed.split('`').skip(1).step_by(2).collect();
    match suggestion(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "take it out: no keys are known here".to_owned(),
        None => format!("known keys: {}", known.join(", ")),
    }
}

/// Splits `a.b[0]: message` at its first colon when the part before it is a path of keys.
fn split_path(message: &str) -> (&str, &str) {
    match message.split_once(": ") {
        Some((path, rest)) if !path.contains([' ', '`']) => (path, rest),
        _ => ("", message),
    }
}

/// The offset of a line and a column (from 1, in characters) of the YAML that begins at `start`.
fn offset_of(text: &str, start: usize, line: usize, column: usize) -> usize {
    let lines = text[start..].split_inclusive('\n');
    let line_start = start + lines.take(line - 1).map(str::len).sum::<usize>();
    let on_line = text[line_start..].split('\n').next().unwrap_or("");
    let width: usize = on_line.chars().take(column - 1).map(char::len_utf8).sum();
    line_start + width
}

/// The start of the line above an offset, which is the fence; or the offset if there is none.
fn line_above(text: &str, start: usize) -> usize {
    match text[..start].strip_suffix('\n') {
        Some(above) => above.rfind('\n').map_or(0, |end| end + 1),
        None => start,
    }
}

/// The offset of the second place from `at` on where a key of this name stands.
fn second_key(text: &str, at: usize, name: &str) -> Option<usize> {
    if name.is_empty() {
        return None;
    }
    let mut places = text[at..].match_indices(name).filter_map(|(place, _)| {
        let before = text[..at + place].trim_end_matches(['"', '\'']);
        let after = text[at + place + name.len()..].trim_start_matches(['"', '\'']);
        let is_key = before.ends_with([' ', '\n', '{', ',']) && after.starts_with(':');
        is_key.then_some(before.len())
    });
    places.nth(1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::super::document::Document;
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only reading is tested")]
    struct Check {
        run: String,
        #[serde(default)]
        timeout: u32,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only reading is tested")]
    struct Config {
        name: String,
        #[serde(default)]
        checks: BTreeMap<String, Check>,
        #[serde(default)]
        lists: Vec<Check>,
    }

    fn check(text: &str, expected: &str) {
        let problem = read_yaml::<Config>(text).unwrap_err();
        let told = format!("{problem} ({})", problem.hint.as_deref().unwrap_or(""));
        assert_eq!(told, expected);
    }

    #[test]
    fn words_what_is_wrong_with_a_configuration() {
        check("nmae: x\n", "1:1: unknown key `nmae` (did you mean `name`?)");
        check("name: x\ncolour: y\n", "2:1: unknown key `colour` (known keys: name, checks, lists)");
        check("checks: {}\n", "1:1: the key `name` is missing (add `name: ...`)");
        check(
            "name: x\nchecks:\n  lint:\n    rnu: y\n",
            "4:5: unknown key `rnu` in `checks.lint` (did you mean `run`?)",
        );
        check("name: x\nlists:\n- timeout: 1\n", "3:3: the key `run` is missing in `lists[0]` (add `run: ...`)");
        check(
            "# c\nname: x\nlists:\n- run: y\n  timeout: é\n",
            "5:12: `lists[0].timeout`: invalid type: string \"é\", expected u32 ()",
        );
        check(
            "name: x\nlists: [{run: a, 'run': b}]\n",
            "2:18: the key `run` is there twice in `lists[0]` (keep one of them)",
        );
        check("name: x: y\n", "1:8: mapping values are not allowed in this context (put the value in quotes)");
        check("- x\n", "1:1: not a list of keys and values (write one `key: value` a line)");
    }

    #[test]
    fn reads_a_configuration_that_begins_with_a_fence() {
        assert!(read_yaml::<Config>("\u{feff}# c\n---\nname: x\n").is_ok());
        check("---\nname: x\n---\nname: y\n", "3:1: more than one YAML document (keep one of them)");
        check("# c\n---\nnmae: x\n", "3:1: unknown key `nmae` (did you mean `name`?)");
    }

    #[test]
    fn tells_places_in_the_whole_document() {
        let read = |text: &str| Document::parse(text).unwrap().read::<Config>().unwrap_err();
        assert_eq!(read("\u{feff}---\r\nname: x\r\nü: 1\r\n---\r\n").to_string(), "3:1: unknown key `ü`");
        assert_eq!(read("---\ntype: x\n---\n").to_string(), "2:1: unknown key `type`");
        assert_eq!(read("---\n---\n").to_string(), "1:1: the key `name` is missing");
        assert_eq!(read("# T\n").to_string(), "1:1: the key `name` is missing");
    }
}
