//! Edits one key of the front matter and no other byte, or refuses.

use serde_yaml::{Mapping, Value};

use super::document::Document;
use super::layout::{Layout, Shape, line_start};
use super::problem::EditRefused;
use super::read::read_scanned;
use super::rewrite::{Splice, line_break, rewrite};
use super::scalar::{Quotes, write_text, write_value};

/// Where a key goes that is not there yet.
enum Place<'a> {
    End,
    After(&'a str),
    Ordered(&'a [&'a str]),
}

impl Document {
    /// Sets a key; one that is missing goes to the end of the front matter.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) -> Result<(), EditRefused> {
        self.put(key, &value.into(), &Place::End)
    }

    /// Sets a key; one that is missing goes below another one.
    pub fn set_after(&mut self, key: &str, value: impl Into<Value>, other: &str) -> Result<(), EditRefused> {
        self.put(key, &value.into(), &Place::After(other))
    }

    /// Sets a key; one that is missing goes to its place in `order` among the keys that are there.
    pub fn set_ordered(&mut self, key: &str, value: impl Into<Value>, order: &[&str]) -> Result<(), EditRefused> {
        self.put(key, &value.into(), &Place::Ordered(order))
    }

    /// Removes a key with its lines, and tells whether it was there.
    pub fn remove(&mut self, key: &str) -> Result<bool, EditRefused> {
        let (layout, mut wished) = self.editable_front()?;
        let Some(entry) = layout.find(key) else {
            return Ok(false);
        };
        wished.remove(&entry.name);
        let splice = Splice { range: entry.lines(&self.text[self.front_range()]), with: String::new() };
        self.replace_front(&splice, &wished)?;
        Ok(true)
    }

    fn put(&mut self, key: &str, value: &Value, place: &Place) -> Result<(), EditRefused> {
        let (layout, mut wished) = self.editable_front()?;
        let yaml = &self.text[self.front_range()];
        let splice = match layout.find(key) {
            Some(entry) => {
                let old = wished.insert(entry.name.clone(), value.clone());
                let old = old.unwrap_or(Value::Null);
                if old == *value {
                    return Ok(());
                }
                rewrite(yaml, entry, &old, value)?
            }
            None => {
                wished.insert(Value::from(key), value.clone());
                new_line(self, yaml, &layout, key, value, place)?
            }
        };
        self.replace_front(&splice, &wished)
    }

    /// The front matter's keys and values, if it is written so that single lines can be edited.
    fn editable_front(&self) -> Result<(Layout, Mapping), EditRefused> {
        let layout = self.layout()?;
        let values = read_scanned(&self.text, self.front_range(), &layout)?;
        match layout.shape {
            Shape::OddMapping => {
                Err(EditRefused::because("the front matter is not written as one `key: value` a line"))
            }
            _ => Ok((layout, values)),
        }
    }

    /// Makes an edit of the front matter if exactly the wished values come out of it.
    fn replace_front(&mut self, splice: &Splice, wished: &Mapping) -> Result<(), EditRefused> {
        let front = self.front_range();
        let before = &self.text[..front.start + splice.range.start];
        let after = &self.text[front.start + splice.range.end..];
        let text = match self.front {
            Some(_) => format!("{before}{}{after}", splice.with),
            None => {
                let end = self.line_end();
                format!("{before}---{end}{}---{end}{after}", splice.with)
            }
        };
        let edited = Document::parse(text)?;
        let (_, values) = edited.editable_front()?;
        if values != *wished || edited.body() != self.body() {
            return Err(EditRefused::because("the edit would have changed more than this key"));
        }
        *self = edited;
        Ok(())
    }
}

/// Tells where to insert the line of a new key, and the line.
fn new_line(
    document: &Document,
    yaml: &str,
    layout: &Layout,
    key: &str,
    value: &Value,
    place: &Place,
) -> Result<Splice, EditRefused> {
    let at = match place {
        Place::End => yaml.len(),
        Place::After(other) => match layout.find(other) {
            Some(entry) => entry.lines(yaml).end,
            None => yaml.len(),
        },
        Place::Ordered(order) => ordered_place(yaml, layout, key, order),
    };
    let indent = match layout.entries.first() {
        Some(entry) => &yaml[line_start(yaml, entry.start)..entry.start],
        None => "",
    };
    let end = match document.front {
        Some(ref front) => line_break(&document.text[..front.start + at]),
        None => document.line_end(),
    };
    let key = write_text(key, Quotes::None, false);
    let value = write_value(value, Quotes::None, false)?;
    Ok(Splice { range: at..at, with: format!("{indent}{key}: {value}{end}") })
}

/// The offset of the line where a missing key belongs by an order of keys.
fn ordered_place(yaml: &str, layout: &Layout, key: &str, order: &[&str]) -> usize {
    let rank_of = |key: &str| order.iter().position(|known| *known == key);
    let Some(rank) = rank_of(key) else {
        return yaml.len();
    };
    let ranked = layout.entries.iter();
    let ranked = ranked.filter_map(|entry| Some((rank_of(&entry.key)?, entry)));
    let (before, after): (Vec<_>, Vec<_>) = ranked.partition(|&(other, _)| other < rank);
    if let Some((_, entry)) = before.into_iter().max_by_key(|&(other, _)| other) {
        return entry.lines(yaml).end;
    }
    match after.into_iter().min_by_key(|&(other, _)| other) {
        Some((_, entry)) => line_start(yaml, entry.start),
        None => yaml.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(front: &str, key: &str, value: impl Into<Value>, expected: &str) {
        let value = value.into();
        for line_end in ["\n", "\r\n"] {
            let with_ends = |front: &str| format!("---\n{front}---\n# T\n\n## Goal\n").replace('\n', line_end);
            let mut document = Document::parse(with_ends(front)).unwrap();
            document.set(key, value.clone()).unwrap();
            assert_eq!(document.as_str(), with_ends(expected));
            assert_eq!(document.key(key), Some(value.clone()));
        }
    }

    fn list(items: &[&str]) -> Value {
        items.iter().map(|item| Value::from(*item)).collect()
    }

    #[test]
    fn replaces_a_scalar_and_keeps_its_comment_and_quotes() {
        check("a: P1   # P0..P2\n", "a", "P2", "a: P2   # P0..P2\n");
        check("a: 'x' # c\n", "a", "it's", "a: 'it''s' # c\n");
        check("a: \"x\"\nb: 1\n", "a", "y", "a: \"y\"\nb: 1\n");
        check("a: # c\nb: 1\n", "a", "x", "a: x # c\nb: 1\n");
        check("a:   \n", "a", true, "a: true\n");
        check("a: \"x\"\n", "a", 4, "a: 4\n");
        check("a: one\n  two # c\nb: 1\n", "a", "x", "a: x # c\nb: 1\n");
        check("a: x\n# about b\nb: 1\n", "a", Value::Null, "a: null\n# about b\nb: 1\n");
        check("  a: x\n", "b", "v", "  a: x\n  b: v\n");
        check("\"a b\": x\n", "a b", "v", "\"a b\": v\n");
    }

    #[test]
    fn quotes_only_what_needs_it() {
        for (text, written) in [
            ("yes", "\"yes\""),
            ("No", "\"No\""),
            ("null", "\"null\""),
            ("1e3", "\"1e3\""),
            ("0x1f", "\"0x1f\""),
            ("2024-01-01", "\"2024-01-01\""),
            ("2026-11-20T09:12:03Z", "2026-11-20T09:12:03Z"),
            ("4f2c1e09", "4f2c1e09"),
            ("1234e567", "\"1234e567\""),
            ("0b3f9a1c", "0b3f9a1c"),
            ("0B_101", "\"0B_101\""),
            ("0o17", "\"0o17\""),
            ("- x", "\"- x\""),
            ("a: b", "\"a: b\""),
            ("a #b", "\"a #b\""),
            ("a:b#c", "a:b#c"),
            ("[x", "\"[x\""),
            ("", "\"\""),
            (" x", "\" x\""),
            ("x ", "\"x \""),
            ("\"", "'\"'"),
            ("\u{1b}]0;", "\"\\x1b]0;\""),
            ("a\nb", "\"a\\nb\""),
            ("naïve 日本 👩‍🚀", "naïve 日本 👩‍🚀"),
            ("\u{2028}", "\"\\u2028\""),
        ] {
            check("k: 1\n", "a", text, &format!("k: 1\na: {written}\n"));
        }
    }

    #[test]
    fn keeps_the_style_of_a_list() {
        check("a: [x] # c\n", "a", list(&["x", "y: z"]), "a: [x, \"y: z\"] # c\n");
        check("a: ['x']\n", "a", list(&["v"]), "a: ['v']\n");
        check("a:\n- x # why\n- y\nb: 1\n", "a", list(&["x", "z"]), "a:\n- x # why\n- z\nb: 1\n");
        check("a: # c\n   - 'x'\n", "a", list(&["x", "y"]), "a: # c\n   - 'x'\n   - 'y'\n");
        check("a:\n  - x\n  - y\n", "a", list(&[]), "a: []\n");
        check("a: [\n  x, # one\n  y\n]\nb: 1\n", "a", list(&["z"]), "a: [z]\nb: 1\n");
        check("a: x\n", "a", list(&["v", "z"]), "a: [v, z]\n");
        check("a:\n  - x\n", "a", "v", "a: v\n");
    }

    #[test]
    fn keeps_the_style_of_a_block_text_and_a_block_map() {
        check("a: |- # c\n  x\n\n  y: z\n\nb: 1\n", "a", "p\nq", "a: |- # c\n  p\n  q\n\nb: 1\n");
        check("a: >\n    x\n", "a", "p\n", "a: |\n    p\n");
        check("a: |\n  x\n", "a", 1, "a: 1\n");
        let map: Mapping = [(Value::from("x"), Value::from(2))].into_iter().collect();
        check("a:\n  x: 1\n  y: 1\n", "a", map.clone(), "a:\n  x: 2\n");
        check("", "a", map, "a: {x: 2}\n");
    }

    #[test]
    fn adds_front_matter_where_there_is_none() {
        let mut document = Document::parse("\u{feff}# T\r\ntext").unwrap();
        document.set("id", "t-1").unwrap();
        assert_eq!(document.as_str(), "\u{feff}---\r\nid: t-1\r\n---\r\n# T\r\ntext");
    }

    #[test]
    fn puts_a_missing_key_at_its_place() {
        let mut document = Document::parse("---\nid: 1\n# c\nz: 1\n---\n").unwrap();
        let order = ["id", "title", "rev", "z"];
        document.set_ordered("rev", 1, &order).unwrap();
        document.set_ordered("title", "x", &order).unwrap();
        document.set_after("v", "x", "id").unwrap();
        document.set_ordered("w", "x", &order).unwrap();
        let expected = "---\nid: 1\nv: x\ntitle: x\nrev: 1\n# c\nz: 1\nw: x\n---\n";
        assert_eq!(document.as_str(), expected);
    }

    #[test]
    fn removes_the_lines_of_a_key_only() {
        let text = "---\na: 1\n# c\nb:\n- x\n  # d\n- y\n\n# e\nc: 1\n---\n";
        let mut document = Document::parse(text).unwrap();
        assert_eq!(document.remove("b"), Ok(true));
        assert_eq!(document.remove("b"), Ok(false));
        assert_eq!(document.as_str(), "---\na: 1\n# c\n\n# e\nc: 1\n---\n");
    }

    #[test]
    fn refuses_front_matter_in_braces() {
        let mut document = Document::parse("---\n{a: 1}\n---\n").unwrap();
        assert!(document.set("a", 2).is_err());
        assert_eq!(document.as_str(), "---\n{a: 1}\n---\n");
        assert_eq!(document.key("a"), Some(Value::from(1)));
    }
}
