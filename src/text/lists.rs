//! The check boxes and the entries of a section.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::document::Document;
use super::outline::{events, length_without_blank_end};
use super::problem::EditRefused;

/// A task list item such as `- [ ] text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkbox {
    /// Its place in the section, counted from 1.
    pub number: usize,
    pub is_checked: bool,
    /// Its first paragraph as plain text.
    pub text: String,
    /// The byte between the brackets.
    pub mark: Range<usize>,
}

/// An item of a list that stands in no other block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its markdown without the bullet and the indent.
    pub text: String,
    /// Its whole lines.
    pub range: Range<usize>,
}

impl Document {
    /// Returns the check boxes of a section, nested ones too, in their order.
    pub fn checkboxes(&self, section: &str) -> Vec<Checkbox> {
        let Some(section) = self.section(section) else {
            return Vec::new();
        };
        let mut boxes: Vec<Checkbox> = Vec::new();
        let mut quotes = 0_usize;
        let mut is_in_text = false;
        for (event, range) in events(self.body()) {
            let range = self.body + range.start..self.body + range.end;
            if !section.content.contains(&range.start) {
                continue;
            }
            match event {
                Event::Start(Tag::BlockQuote(_)) => quotes += 1,
                Event::End(TagEnd::BlockQuote(_)) => quotes -= 1,
                Event::TaskListMarker(is_checked) if quotes == 0 => {
                    let bracket = self.text[range.clone()].find('[').unwrap_or(0);
                    let mark = range.start + bracket + 1;
                    is_in_text = true;
                    boxes.push(Checkbox {
                        number: boxes.len() + 1,
                        is_checked,
                        text: String::new(),
                        mark: mark..mark + 1,
                    });
                }
                Event::Start(tag) if !is_inline(&tag) && tag != Tag::Paragraph => {
                    is_in_text = false;
                }
                Event::End(TagEnd::Paragraph | TagEnd::Item) => is_in_text = false,
                Event::Text(text) | Event::Code(text) if is_in_text => {
                    if let Some(last) = boxes.last_mut() {
                        last.text.push_str(&text);
                    }
                }
                Event::SoftBreak | Event::HardBreak if is_in_text => {
                    if let Some(last) = boxes.last_mut() {
                        last.text.push(' ');
                    }
                }
                _ => (),
            }
        }
        boxes
    }

    /// Checks or unchecks the box of a number, and tells whether that changed its one byte.
    pub fn check(&mut self, section: &str, number: usize, checked: bool) -> Result<bool, EditRefused> {
        let boxes = self.checkboxes(section);
        let Some(found) = boxes.iter().find(|found| found.number == number) else {
            let reason = format!("`{section}` has no check box {number}, but {}", boxes.len());
            return Err(EditRefused::because(reason));
        };
        if found.is_checked == checked {
            return Ok(false);
        }
        let mut edited = self.clone();
        let mark = if checked { "x" } else { " " };
        edited.text.replace_range(found.mark.clone(), mark);
        let mut wished = boxes.clone();
        wished[number - 1].is_checked = checked;
        if edited.checkboxes(section) != wished {
            let reason = "the edit would have changed more than this check box";
            return Err(EditRefused::because(reason));
        }
        *self = edited;
        Ok(true)
    }

    /// Returns the items of the lists of a section that stand in no other item.
    pub fn entries(&self, section: &str) -> Vec<Entry> {
        let Some(section) = self.section(section) else {
            return Vec::new();
        };
        let mut entries = Vec::new();
        let mut depth = 0_usize;
        for (event, range) in events(self.body()) {
            match event {
                Event::Start(tag) => {
                    depth += 1;
                    let start = self.body + range.start;
                    if depth == 2 && tag == Tag::Item && section.content.contains(&start) {
                        entries.push(entry_at(&self.text, start..self.body + range.end));
                    }
                }
                Event::End(_) => depth -= 1,
                _ => (),
            }
        }
        entries
    }
}

fn is_inline(tag: &Tag) -> bool {
    matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
}

/// Takes the item that stands at a range of a text.
fn entry_at(text: &str, range: Range<usize>) -> Entry {
    let raw = &text[range.clone()];
    let raw = &raw[..length_without_blank_end(raw)];
    let start = text[..range.start].trim_end_matches(' ').len();
    let mut width = raw.find(|mark: char| !mark.is_ascii_digit()).map_or(0, |mark| mark + 1);
    let blanks = raw[width..].len() - raw[width..].trim_start_matches(' ').len();
    width += if blanks > 4 { 1 } else { blanks };
    let indent = range.start - start + width;
    let mut lines = raw[width..].split('\n');
    let mut kept = lines.next().unwrap_or("").to_owned();
    for line in lines {
        let blank = line.len() - line.trim_start_matches(' ').len();
        kept.push('\n');
        kept.push_str(&line[blank.min(indent)..]);
    }
    Entry { text: kept.trim().to_owned(), range: start..range.start + raw.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "## A\n- [ ] one `b`\n  more\n  - [x] two\n\n```\n- [ ] no\n```\n\
        > - [ ] no\n\n1. [X] three\n## B\n- [ ] other\n";

    #[test]
    fn finds_the_check_boxes_of_a_section() {
        let document = Document::parse(TEXT).unwrap();
        let boxes = document.checkboxes("a");
        let found: Vec<(usize, bool, &str)> =
            boxes.iter().map(|found| (found.number, found.is_checked, found.text.as_str())).collect();
        assert_eq!(found, [(1, false, "one b more"), (2, true, "two"), (3, true, "three")]);
        assert_eq!(document.as_str()[boxes[2].mark.clone()], *"X");
    }

    #[test]
    fn checks_a_box_by_one_byte() {
        let mut document = Document::parse(TEXT).unwrap();
        assert_eq!(document.check("A", 1, true), Ok(true));
        assert_eq!(document.check("A", 2, true), Ok(false));
        assert_eq!(document.as_str(), TEXT.replacen("[ ]", "[x]", 1));
        assert!(document.check("A", 4, true).is_err());
    }

    #[test]
    fn gives_entries_without_bullets() {
        let text = "## Log\n\n- a\n  - b\n\n  c\n* d\n\n10. e\n    f\n";
        let document = Document::parse(text).unwrap();
        let entries = document.entries("Log");
        let texts: Vec<&str> = entries.iter().map(|entry| entry.text.as_str()).collect();
        assert_eq!(texts, ["a\n- b\n\nc", "d", "e\nf"]);
        let raw: String = entries.iter().map(|entry| &text[entry.range.clone()]).collect();
        assert_eq!(raw, text[8..].replacen("\n\n10", "\n10", 1));
    }
}
