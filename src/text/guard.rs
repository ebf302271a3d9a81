//! Lets YAML through to a parser only when it is small, shallow and without surprises.

use std::ops::Range;

use super::layout::{Layout, Shape};
use super::problem::Problem;
use super::scan::scan;

/// The most bytes of YAML that are read.
pub(super) const LONGEST_YAML: usize = 64 * 1024;

/// Scans a piece of a text that is YAML; problems have their place in the whole text.
pub(super) fn guarded_layout(text: &str, yaml: Range<usize>) -> Result<Layout, Problem> {
    let start = yaml.start;
    let yaml = &text[yaml];
    if yaml.len() > LONGEST_YAML {
        return Err(too_long(text, start));
    }
    check_characters(text, start, yaml)?;
    check_single_document(text, start, yaml)?;
    scan(yaml).map_err(|flaw| Problem::at(text, start + flaw.at, flaw.message).hint(flaw.hint))
}

/// Refuses a layout that is no mapping.
pub(super) fn check_is_mapping(text: &str, start: usize, layout: &Layout) -> Result<(), Problem> {
    match layout.shape {
        Shape::Other => {
            Err(Problem::at(text, start, "not a list of keys and values").hint("write one `key: value` a line"))
        }
        Shape::Empty | Shape::Mapping | Shape::OddMapping => Ok(()),
    }
}

pub(super) fn too_long(text: &str, start: usize) -> Problem {
    let message = format!("more than {} KiB of YAML", LONGEST_YAML / 1024);
    Problem::at(text, start, message).hint("move long texts out of it")
}

/// Refuses characters that a YAML parser takes for line breaks and people do not see.
fn check_characters(text: &str, start: usize, yaml: &str) -> Result<(), Problem> {
    let mut characters = yaml.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let name = match character {
            '\r' if characters.peek().is_some_and(|&(_, next)| next == '\n') => continue,
            '\r' => "a carriage return without a line feed".to_owned(),
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                format!("the invisible character U+{:04X}", u32::from(character))
            }
            '\0'..='\x08' | '\x0b'..='\x1f' | '\x7f'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {
                format!("the control character U+{:04X}", u32::from(character))
            }
            _ => continue,
        };
        return Err(Problem::at(text, start + at, format!("{name} in YAML"))
            .hint("delete it, or write it as an escape in double quotes"));
    }
    Ok(())
}

/// Refuses the lines `---` and `...`, which would begin or end a document.
fn check_single_document(text: &str, start: usize, yaml: &str) -> Result<(), Problem> {
    let mut at = 0;
    for line in yaml.split_inclusive('\n') {
        let rest = line.strip_prefix("---").or(line.strip_prefix("..."));
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n'])) {
            return Err(Problem::at(text, start + at, "more than one YAML document").hint("keep one of them"));
        }
        at += line.len();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_yaml::Mapping;

    use super::super::document::Document;
    use super::*;

    fn refusal(front: &str) -> String {
        let text = format!("---\n{front}\n---\n");
        let document = Document::parse(text).unwrap();
        match document.read::<Mapping>() {
            Ok(values) => format!("{values:?}"),
            Err(problem) => format!("{problem} ({})", problem.hint.as_deref().unwrap_or("")),
        }
    }

    #[test]
    fn refuses_anchors_aliases_and_tags_where_they_are() {
        for (front, expected) in [
            ("a: &x 1", "2:4: an anchor (`&`) is not allowed here"),
            ("a: 1\nb: *x", "3:4: an alias (`*`) is not allowed here"),
            ("a: [x, !t y]", "2:8: a tag (`!`) is not allowed here"),
            ("- ? &x", "2:5: an anchor (`&`) is not allowed here"),
            ("&x a: 1", "2:1: an anchor (`&`) is not allowed here"),
            ("{a: {b: *c}}", "2:9: an alias (`*`) is not allowed here"),
            ("<<: *x", "2:5: an alias (`*`) is not allowed here"),
        ] {
            assert_eq!(refusal(front).split(" (write").next().unwrap().split(" (leave").next(), Some(expected));
        }
    }

    #[test]
    fn takes_the_same_letters_in_texts_and_comments() {
        for front in [
            "a: x &y *z !t # &y",
            "a: '&x *y' # [[[[[[[[[[",
            "a: \"*x [[[[[[[[[[[[ {\\\"\"",
            "a: |\n  &x\n  [[[[[[[[[[[[[\n   - - - - - - - - - - -\n# *y",
            "a: >+\n  *x\n\n  &y\nb: c",
            "a: one\n  &two\n  - [[[[[[[[[[[[[[",
            "a: 'one\n\n  &two'\nb: [x&y, 'z]', \"]*\"]",
            "a: -&x\nb: ?*y\nc: :!z",
        ] {
            assert!(refusal(front).starts_with("Mapping {"), "{front}: {}", refusal(front));
        }
    }

    #[test]
    fn refuses_what_would_keep_a_parser_busy() {
        let long = LONGEST_YAML / 2 - 20;
        let indents: String = (0..200).map(|depth| format!("{}- a:\n", " ".repeat(depth))).collect();
        for front in [
            format!("a: {}", "[".repeat(long)),
            format!("a: {}", "{a: ".repeat(long / 4)),
            format!("a: {}", "[{".repeat(long / 2)),
            format!("a:\n  {}x", "- ".repeat(long / 2)),
            format!("{}x", "- ".repeat(long / 2)),
            format!("{}x", "? ".repeat(long / 2)),
            format!("a: |\n b\n{}", "[".repeat(long)),
            format!("a: \"x\"\n# c\n{}", "{".repeat(long)),
            indents,
        ] {
            let refusal = refusal(&front);
            assert!(refusal.contains("nested more than 8 levels deep"), "{refusal}");
        }
        assert!(refusal("a: [[[[[[[x]]]]]]]").starts_with("Mapping {"));
    }

    #[test]
    fn refuses_keys_that_are_there_twice_at_the_second_one() {
        let starts = |front: &str, expected: &str| {
            let refusal = refusal(front);
            assert!(refusal.starts_with(expected), "{refusal}");
        };
        starts("id: 1\n# c\n'id': 2", "4:1: the key `id` is there twice");
        starts("a:\n- b: 1\n  c: 1\n- b: 2\n  b: 3", "6:3: the key `b` is there twice");
        starts("{a: 1, b: 1, a: 2}", "2:14: the key `a` is there twice");
        assert!(refusal("a:\n- b: 1\n- b: 2").starts_with("Mapping {"));
    }

    #[test]
    fn refuses_what_is_no_list_of_keys() {
        let starts = |front: &str, expected: &str| {
            let refusal = refusal(front);
            assert!(refusal.starts_with(expected), "{refusal}");
        };
        starts("- a", "2:1: not a list of keys and values");
        starts("text", "2:1: not a list of keys and values");
        starts("a: 'x", "2:4: this quote is never closed");
        starts("a: [x", "2:4: this bracket is never closed");
        starts("a:\n\tb: 1", "3:1: a tab cannot indent here");
        starts("a: x\u{2028}b: y", "2:5: the invisible character U+2028 in YAML");
        starts("a: x\rb: y", "2:5: a carriage return without a line feed in YAML");
        starts("# only a comment", "Mapping {}");
        starts("", "Mapping {}");
    }
}
