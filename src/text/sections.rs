//! The sections of a document: its top-level headings of level two with what is below them.

use std::ops::Range;

use memchr::{memchr_iter, memchr2, memchr2_iter};
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
        if !may_have_heading(self.body(), title) {
            return None;
        }
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

/// Whether a heading with this title can stand in a body at all: most bodies lack most sections, and this is known without reading
/// their markdown.
fn may_have_heading(body: &str, title: &str) -> bool {
    // Other letters may become these in lower case.
    if !title.is_ascii() || title.contains(['k', 'K']) {
        return true;
    }
    let bytes = body.as_bytes();
    if !may_have_underline(bytes) {
        return memchr_iter(b'#', bytes).any(|at| {
            let before = body[..at].trim_end_matches([' ', '\t']);
            let is_first = before.is_empty() || before.ends_with(['\n', '\r']);
            let end = || memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |end| at + end);
            is_first && has_letters_of(&body[at..end()], title)
        });
    }
    // Where the paragraph begins that a line of dashes would make a heading.
    let (mut start, mut paragraph) = (0, 0);
    for end in memchr2_iter(b'\n', b'\r', bytes).chain([bytes.len()]) {
        let line = &bytes[start..end];
        let is_second_half = line.is_empty() && body[..start].ends_with('\r');
        match line.trim_ascii_start() {
            [] if is_second_half => {}
            [] => paragraph = end,
            [b'#', ..] if has_letters_of(&body[start..end], title) => return true,
            [b'-', ..] if is_underline(line) => {
                if has_letters_of(&body[paragraph..start], title) {
                    return true;
                }
                paragraph = end;
            }
            _ => {}
        }
        start = end + 1;
    }
    false
}

/// Whether a line of dashes can stand in a body at all: the one look that this needs costs next to nothing.
fn may_have_underline(body: &[u8]) -> bool {
    let may_end = |byte: u8| matches!(byte, b'-' | b' ' | b'\t' | 0x0b | 0x0c);
    let ends = body.iter().zip(body.iter().skip(1));
    let is_one = ends.fold(false, |any, (last, end)| any | (may_end(*last) & matches!(*end, b'\n' | b'\r')));
    is_one || body.last().is_some_and(|last| may_end(*last))
}

/// Whether a line makes a heading of the lines above it, if these are a paragraph.
fn is_underline(line: &[u8]) -> bool {
    let line = &line[line.iter().take(3).take_while(|byte| **byte == b' ').count()..];
    let dashes = line.iter().take_while(|byte| **byte == b'-').count();
    dashes > 0 && line[dashes..].iter().all(|byte| matches!(byte, b' ' | b'\t' | 0x0b | 0x0c))
}

/// Whether a line has the letters of a title in their order, or one of them may be written as a number.
fn has_letters_of(line: &str, title: &str) -> bool {
    let mut bytes = line.bytes();
    let mut letters = title.bytes().filter(u8::is_ascii_alphanumeric);
    line.contains('&') || letters.all(|letter| bytes.any(|byte| byte.eq_ignore_ascii_case(&letter)))
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

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::super::sample::{Sample, choice};
    use super::*;

    const TITLES: [&str; 8] = ["Questions", "Log", "Acceptance criteria", "Goal", "log", "Q", "a b c", "Error context"];

    /// Pieces of headings, plain and odd.
    const PIECES: [&str; 31] = [
        "## ",
        "##",
        "# ",
        " ",
        "   ",
        "\t",
        "Questions",
        "qUESTIONS",
        "Ques**tions**",
        "Q&#117;estions",
        "&quot;",
        "Log",
        "L`o`g",
        "Acceptance",
        "criteria",
        "\n",
        "\n---\n",
        "\n===\n",
        "\n-\n",
        "\r",
        "\n\n",
        " ##\n",
        "> ",
        "- ",
        "\r\n",
        "\r\n---\r\n",
        "\n   -- \t\n",
        "\n    ---\n",
        "\n--\u{c}\n",
        "\n- \n",
        "---",
    ];

    #[test]
    fn no_section_is_overlooked() {
        let mut rng = Rng::with_seed(3);
        for round in 0..30_000 {
            let text = match round % 3 {
                0 => Sample::random(&mut rng).text(),
                _ => (0..rng.usize(1..8)).map(|_| choice(&mut rng, &PIECES)).collect(),
            };
            let Ok(document) = Document::parse(text) else { continue };
            for section in document.sections() {
                assert!(may_have_heading(document.body(), &section.title), "{:?}", document.as_str());
            }
            for title in TITLES {
                let found = document.sections().into_iter().find(|section| is_same_title(&section.title, title));
                assert_eq!(document.section(title), found, "{title} in {:?}", document.as_str());
            }
        }
    }

    #[test]
    fn a_long_body_is_looked_at_once() {
        for piece in ["q", "q\n", "# q\n", "&\n\n"] {
            let body = piece.repeat(1 << 17) + &" ".repeat(1 << 18) + "\n";
            assert!(!may_have_heading(&body, "Questions"), "{piece:?}");
        }
    }

    #[test]
    fn a_body_without_the_heading_is_not_read() {
        let body = "## Goal\n\nAny questions?\n\n## Log\n\n- questions\n";
        assert!(!may_have_heading(body, "Questions"));
        assert!(may_have_heading(body, "log"));
    }
}
