//! The sections of a document: its top-level headings of level two with what is below them.

use std::ops::Range;

use pulldown_cmark::HeadingLevel;

use super::document::Document;
use super::outline::headings;

/// A section; its ranges are bytes of the whole text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub title: String,
    /// The lines of the heading.
    pub heading: Range<usize>,
    /// Everything below the heading, up to the next heading of level one or two.
    pub content: Range<usize>,
}

impl Document {
    /// Returns the sections in their order.
    pub fn sections(&self) -> Vec<Section> {
        let body = self.body;
        let mut sections: Vec<Section> = Vec::new();
        let mut is_in_section = false;
        for heading in headings(self.body()).filter(|heading| heading.is_border()) {
            let range = body + heading.range.start..body + heading.range.end;
            if let (true, Some(last)) = (is_in_section, sections.last_mut()) {
                last.content.end = range.start;
            }
            is_in_section = heading.level == HeadingLevel::H2;
            if is_in_section {
                sections.push(Section {
                    title: heading.title.trim().to_owned(),
                    content: range.end..self.text.len(),
                    heading: range,
                });
            }
        }
        sections
    }

    /// Returns the first section of a title, without regard to case and blanks around it.
    pub fn section(&self, title: &str) -> Option<Section> {
        let mut sections = self.sections().into_iter();
        sections.find(|section| is_same_title(&section.title, title))
    }

    /// Returns the content of a section without the blanks around it.
    pub fn section_text(&self, title: &str) -> Option<&str> {
        let section = self.section(title)?;
        Some(self.text[section.content].trim())
    }

    /// Returns the body before its first section.
    pub fn preamble(&self) -> &str {
        let first = headings(self.body()).find(|heading| heading.level == HeadingLevel::H2);
        let end = first.map_or(self.body().len(), |heading| heading.range.start);
        &self.body()[..end]
    }

    /// Returns the first heading of any level as plain text.
    pub fn first_heading(&self) -> Option<String> {
        let heading = headings(self.body()).next()?;
        Some(heading.title.trim().to_owned())
    }
}

/// Whether two titles are the same but for case, white space and number signs at the end.
pub(super) fn is_same_title(title: &str, other: &str) -> bool {
    title_letters(title).eq(title_letters(other))
}

/// The letters of a title that tell it from others.
pub(super) fn title_letters(title: &str) -> impl Iterator<Item = char> {
    let words = title.trim().trim_end_matches('#').split_whitespace();
    words.flat_map(|word| word.chars().flat_map(char::to_lowercase).chain([' ']))
}
