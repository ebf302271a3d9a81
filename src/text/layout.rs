//! Where each top-level key of a YAML mapping stands in its text.

use std::ops::Range;

use serde_yaml::Value;

use super::scalar::is_plain_text;

/// What the root of a YAML text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Empty,
    /// A block mapping, one key a line.
    Mapping,
    /// A mapping in braces, or one with keys that are no simple words.
    OddMapping,
    Other,
}

/// How the value of a key is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Empty,
    Plain,
    Single,
    Double,
    Flow,
    /// A literal or folded block scalar.
    Text,
    List,
    Map,
}

/// One top-level key with its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    /// The key as YAML reads it: `1:` is a number, `"1":` a text.
    pub(super) name: Value,
    /// Where the key starts.
    pub(super) start: usize,
    /// The offset after the colon.
    pub(super) colon: usize,
    /// Where the value starts; for no value, the same as `colon`.
    pub(super) value: usize,
    /// The end of the last piece that belongs to the entry.
    pub(super) end: usize,
    pub(super) style: Style,
    /// The starts of the items of a block list, and the column that they share.
    pub(super) items: Vec<usize>,
    pub(super) item_column: usize,
}

impl Entry {
    /// Makes an entry without a value yet from its raw key.
    pub(super) fn new(raw: &str, start: usize, colon: usize) -> Entry {
        let name = match is_plain_text(raw) {
            true => Value::String(raw.to_owned()),
            false => serde_yaml::from_str(raw).unwrap_or(Value::Null),
        };
        let key = match &name {
            Value::String(text) => text.clone(),
            _ => raw.to_owned(),
        };
        Entry {
            key,
            name,
            start,
            colon,
            value: colon,
            end: colon,
            style: Style::Empty,
            items: Vec::new(),
            item_column: 0,
        }
    }

    /// The whole lines of this entry: from its key to the end of its value, with the line end.
    pub(super) fn lines(&self, yaml: &str) -> Range<usize> {
        let end = match yaml[..self.end].ends_with('\n') {
            true => self.end,
            false => line_end(yaml, self.end),
        };
        line_start(yaml, self.start)..end
    }
}

/// The top-level entries of a YAML text.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) shape: Shape,
    pub(super) entries: Vec<Entry>,
}

impl Layout {
    pub(super) fn find(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }
}

/// The offset of the start of the line that holds `offset`.
pub(super) fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or(0, |end| end + 1)
}

/// The offset after the line that holds `offset`.
pub(super) fn line_end(text: &str, offset: usize) -> usize {
    match text[offset..].find('\n') {
        Some(length) => offset + length + 1,
        None => text.len(),
    }
}
