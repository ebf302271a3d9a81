//! The sections of a document: its top-level headings of level two with what is below them.

use std::ops::Range;

use memchr::{memchr, memchr3_iter, memrchr};
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
    let rare = title.bytes().map(|byte| byte.to_ascii_lowercase()).max_by_key(rarity);
    let rare = rare.filter(|letter| rarity(letter).is_some() && memchr(b'\r', body.as_bytes()).is_none());
    let Some(rare) = rare else { return body.split(['\n', '\r']).any(|line| may_be_heading(line, title)) };
    // Its rarest letter, or what may stand for any letter.
    let places = memchr3_iter(rare, rare.to_ascii_uppercase(), b'&', body.as_bytes());
    may_have_heading_at(body, places, title)
}

/// Whether a heading with this title can stand around one of some places; no line is looked at twice.
fn may_have_heading_at(body: &str, places: impl Iterator<Item = usize>, title: &str) -> bool {
    let (mut line_end, mut looked_until) = (0, 0);
    for at in places {
        if at < line_end {
            continue;
        }
        let start = memrchr(b'\n', &body.as_bytes()[line_end..at]).map_or(line_end, |end| line_end + end + 1);
        line_end = end_of_line(body, at);
        let line = body[start..line_end].trim();
        if line.starts_with('#') && has_letters_of(line, title) {
            return true;
        }
        // Or of more than one line: no empty one stands before the line below it.
        let mut at = line_end;
        while at < body.len() && line_end > looked_until {
            let end = end_of_line(body, at);
            let line = body[at..end].trim();
            if !line.is_empty() && line.bytes().all(|byte| byte == b'-') {
                return true;
            }
            at = end;
            if line.is_empty() {
                break;
            }
        }
        looked_until = looked_until.max(at);
    }
    false
}

/// Where the line that holds a place ends, its line break included.
fn end_of_line(body: &str, at: usize) -> usize {
    memchr(b'\n', &body.as_bytes()[at..]).map_or(body.len(), |end| at + end + 1)
}

/// How rare a letter is in texts: a number that grows; what is no letter tells nothing.
fn rarity(letter: &u8) -> Option<usize> {
    b"etaoinsrhldcumfpgwybvkxjqz".iter().position(|known| known == letter)
}

/// Whether a line can be a heading with this title, or be what makes one of the lines above.
fn may_be_heading(line: &str, title: &str) -> bool {
    let line = line.trim();
    match line.as_bytes() {
        [b'#', ..] => has_letters_of(line, title),
        // The line below a heading of more than one line.
        [b'-', rest @ ..] => rest.iter().all(|byte| *byte == b'-'),
        _ => false,
    }
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
    const PIECES: [&str; 24] = [
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
