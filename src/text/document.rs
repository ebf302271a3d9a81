//! A markdown text with YAML front matter, kept byte for byte.

use std::ops::Range;

use memchr::memchr;
use serde::de::DeserializeOwned;
use serde_yaml::{Mapping, Value};

use super::guard::{LONGEST_YAML, guarded_layout, too_long};
use super::layout::Layout;
use super::plain::read_plainly;
use super::plainly::Plainly;
use super::problem::Problem;
use super::read::{read_fully, read_piece};

/// The most bytes that a text may have.
const LONGEST_TEXT: usize = 1024 * 1024;

/// A text with the places of its front matter and its body.
#[derive(Debug, Clone, Default)]
pub struct Document {
    pub(super) text: String,
    /// The lines between the fences.
    pub(super) front: Option<Range<usize>>,
    pub(super) body: usize,
}

impl Document {
    /// Takes the bytes of a file.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Document, Problem> {
        check_length(bytes.len())?;
        match String::from_utf8(bytes) {
            Ok(text) => Document::parse(text),
            Err(error) => {
                let good = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(&error.as_bytes()[..good]);
                Err(Problem::at(&text, text.len(), "a byte that is not UTF-8").hint("save the file as UTF-8"))
            }
        }
    }

    /// Takes a text and finds the fences of its front matter, nothing else.
    pub fn parse(text: impl Into<String>) -> Result<Document, Problem> {
        let text = text.into();
        check_length(text.len())?;
        if let Some(at) = memchr(0, text.as_bytes()) {
            return Err(Problem::at(&text, at, "a NUL byte").hint("delete it"));
        }
        let start = after_mark(&text);
        let Some(front_start) = text[start..]
            .split_inclusive('\n')
            .next()
            .filter(|line| line.trim_end() == "---" && !line.starts_with(char::is_whitespace))
            .map(|line| start + line.len())
        else {
            return Ok(Document { text, front: None, body: start });
        };
        let mut at = front_start;
        while at < text.len() {
            let end = memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |end| at + end + 1);
            if matches!(text.as_bytes()[at], b'-' | b'.') && matches!(text[at..end].trim_end(), "---" | "...") {
                if at - front_start > LONGEST_YAML {
                    return Err(too_long(&text, front_start));
                }
                return Ok(Document { front: Some(front_start..at), body: end, text });
            }
            at = end;
        }
        Err(Problem::at(&text, start, "this fence is never closed").hint("end the front matter with a line `---`"))
    }

    /// Returns the whole text, as it was given but for the edits.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Gives the whole text back.
    pub fn into_string(self) -> String {
        self.text
    }

    /// Returns the text after the front matter.
    pub fn body(&self) -> &str {
        &self.text[self.body..]
    }

    /// Tells whether the text begins with front matter, be it empty.
    pub fn has_front(&self) -> bool {
        self.front.is_some()
    }

    /// Reads the front matter into a type; none reads as an empty mapping.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        read_piece(&self.text, self.front_range())
    }

    /// The same for what can be read key by key: quicker, where a front matter is written plainly.
    pub fn read_plainly<T: Plainly + DeserializeOwned>(&self) -> Result<T, Problem> {
        let yaml = self.front_range();
        match read_plainly(&self.text[yaml.clone()]) {
            Some(read) => Ok(read),
            None => read_fully(&self.text, yaml),
        }
    }

    /// Returns the value of a top-level key, if the front matter can be read and has it.
    pub fn key(&self, key: &str) -> Option<Value> {
        let layout = self.layout().ok()?;
        let values: Mapping = self.read().ok()?;
        let name = match layout.find(key) {
            Some(entry) => entry.name.clone(),
            None => Value::from(key),
        };
        values.get(&name).cloned()
    }

    /// Returns the top-level keys in their order; none if the front matter cannot be read.
    pub fn keys(&self) -> Vec<String> {
        let entries = self.layout().map(|layout| layout.entries);
        let entries = entries.unwrap_or_default().into_iter();
        entries.map(|entry| entry.key).collect()
    }

    /// The places of the front matter's keys, in offsets of the front matter.
    pub(super) fn layout(&self) -> Result<Layout, Problem> {
        guarded_layout(&self.text, self.front_range())
    }

    pub(super) fn front_range(&self) -> Range<usize> {
        let nowhere = after_mark(&self.text);
        self.front.clone().unwrap_or(nowhere..nowhere)
    }

    /// The line end that most lines of the text have.
    pub(super) fn line_end(&self) -> &'static str {
        match self.text.matches("\r\n").count() * 2 > self.text.matches('\n').count() {
            true => "\r\n",
            false => "\n",
        }
    }
}

fn check_length(length: usize) -> Result<(), Problem> {
    if length <= LONGEST_TEXT {
        return Ok(());
    }
    let message = format!("more than {} KiB", LONGEST_TEXT / 1024);
    Err(Problem::at("", 0, message).hint("move long texts into files of their own"))
}

/// The offset after a byte order mark.
fn after_mark(text: &str) -> usize {
    text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len()
}
