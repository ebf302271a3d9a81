//! Edits one section of the body and no other byte, or refuses.

use std::ops::Range;

use super::document::Document;
use super::outline::{LastBlock, headings, length_without_blank_end};
use super::piece::{checked_piece, continues, with_line_ends};
use super::problem::EditRefused;
use super::sections::{Section, is_same_title};

impl Document {
    /// Appends an entry at the end of a section, which is made at its place in `order` if missing.
    pub fn append(&mut self, section: &str, entry: &str, order: &[&str]) -> Result<(), EditRefused> {
        let entry = checked_piece(entry)?;
        if entry.is_empty() {
            return Err(EditRefused::because("there is nothing to append"));
        }
        let Some(found) = self.section(section) else {
            return self.make_section(section, &entry, order);
        };
        let length = length_without_blank_end(&self.text[found.content.clone()]);
        let at = found.content.start + length;
        let last_block = self.closed_block(found.heading.start..at)?;
        let has_gap = match length {
            0 => self.has_gaps_below_headings(),
            _ => !continues(last_block, &entry),
        };
        let inserted = self.set_apart(at..at, has_gap, &entry);
        self.replace_body(at..at, &inserted, &entry, None)
    }

    /// Replaces the content of a section, which is made at its place in `order` if missing.
    pub fn replace_section(&mut self, section: &str, content: &str, order: &[&str]) -> Result<(), EditRefused> {
        let content = checked_piece(content)?;
        let Some(found) = self.section(section) else {
            return self.make_section(section, &content, order);
        };
        let start = found.content.start;
        let old = &self.text[found.content.clone()];
        let length = length_without_blank_end(old);
        let first = old.len() - old.trim_start_matches([' ', '\t', '\r', '\n']).len();
        let leading = old[..first].rfind('\n').map_or(0, |end| end + 1);
        if content.is_empty() {
            return self.replace_body(start..start + length, "", "", None);
        }
        let (range, has_gap) = match length {
            0 => (start..start, self.has_gaps_below_headings()),
            _ => (start + leading..start + length, false),
        };
        let inserted = self.set_apart(range.clone(), has_gap, &content);
        self.replace_body(range, &inserted, &content, None)
    }

    /// Replaces a range that lies in one section, such as that of an entry, by other lines.
    pub fn replace_range(&mut self, range: Range<usize>, text: &str, section: &str) -> Result<(), EditRefused> {
        let piece = checked_piece(text)?;
        let holds_range = |found: &Section| {
            is_same_title(&found.title, section)
                && found.content.start <= range.start
                && range.start <= range.end
                && range.end <= found.content.end
        };
        if !self.sections().iter().any(holds_range) {
            let reason = format!("the range is not in the section `{section}`");
            return Err(EditRefused::because(reason));
        }
        let Some(old) = self.text.get(range.clone()) else {
            return Err(EditRefused::because("the range splits a character"));
        };
        let line_end = self.line_end_before(range.end);
        let mut inserted = with_line_ends(&piece, line_end);
        if old.ends_with('\n') && !inserted.is_empty() {
            inserted.push_str(line_end);
        }
        self.replace_body(range, &inserted, "", None)
    }

    /// Makes a section at its place among those that are there.
    fn make_section(&mut self, title: &str, content: &str, order: &[&str]) -> Result<(), EditRefused> {
        let title = title.trim();
        let heading = format!("## {title}");
        if title.is_empty() || !headings(&heading).any(|made| is_same_title(&made.title, title)) {
            return Err(EditRefused::because(format!("`{title}` cannot be a title")));
        }
        let at = self.place_of_section(title, order);
        let borders = self.borders();
        let above = borders.iter().rev().find(|border| border.range.end <= at);
        let last_block = self.closed_block(above.map_or(self.body, |above| above.range.start)..at)?;
        let before = &self.text[self.body..at];
        let rest = &self.text[at..];
        let is_spaced = self.has_gaps_above_headings(&borders);
        let is_below_blank = length_without_blank_end(before) < before.len();
        let has_gap = !before.is_empty() && !is_below_blank && (is_spaced || matches!(last_block, LastBlock::Html));
        let gap = match self.has_gaps_below_headings() {
            true => "\n\n",
            false => "\n",
        };
        let lines = match content {
            "" => heading,
            _ => format!("{heading}{gap}{content}"),
        };
        let mut inserted = self.set_apart(at..at, has_gap, &lines);
        if is_spaced && !rest.is_empty() && !self.needs_gap_above(at, &lines) {
            inserted.push_str(self.line_end_before(at));
        }
        self.replace_body(at..at, &inserted, "", Some(title))
    }

    /// The offset where a missing section belongs by an order of titles.
    fn place_of_section(&self, title: &str, order: &[&str]) -> usize {
        let rank_of = |title: &str| order.iter().position(|known| is_same_title(known, title));
        let Some(rank) = rank_of(title) else {
            return self.text.len();
        };
        let sections = self.sections().into_iter();
        let ranked = sections.filter_map(|section| Some((rank_of(&section.title)?, section)));
        let (before, after): (Vec<_>, Vec<_>) = ranked.partition(|&(other, _)| other < rank);
        if let Some((_, section)) = before.into_iter().rev().max_by_key(|&(other, _)| other) {
            return section.content.end;
        }
        match after.into_iter().min_by_key(|&(other, _)| other) {
            Some((_, section)) => section.heading.start,
            None => self.text.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: [&str; 4] = ["Goal", "Notes", "Evidence", "Log"];

    fn check(text: &str, section: &str, entry: &str, expected: &str) {
        let mut document = Document::parse(text).unwrap();
        assert_eq!(document.append(section, entry, &ORDER), Ok(()), "{text}");
        assert_eq!(document.as_str(), expected);
    }

    fn refuses(text: &str, section: &str, entry: &str) {
        let mut document = Document::parse(text).unwrap();
        assert!(document.append(section, entry, &ORDER).is_err(), "{text}");
        assert_eq!(document.as_str(), text);
    }

    #[test]
    fn appends_below_the_last_entry_and_above_blank_lines() {
        check("## Log\n- a\n\n## Goal\n", "log", "- b", "## Log\n- a\n- b\n\n## Goal\n");
        check("## Log\n\n## Goal\n", "Log", "- b\n  c\n", "## Log\n- b\n  c\n\n## Goal\n");
        check("## Log ##\r\n- a\r\n", "Log", "- b\n  c", "## Log ##\r\n- a\r\n- b\r\n  c\r\n");
        check("## Log\n- a", "Log", "- b", "## Log\n- a\n- b");
        check("## Log", "Log", "- b", "## Log\n- b");
        check("Log\n---\n### a\nNext\n---\n", "Log", "b", "Log\n---\n### a\n\nb\n\nNext\n---\n");
        check("## Log\ntext\n", "Log", "more", "## Log\ntext\n\nmore\n");
        check("## Log\n- a\n", "Log", "2. b", "## Log\n- a\n\n2. b\n");
        check("## Log\n1. a\n", "Log", "2. b", "## Log\n1. a\n2. b\n");
        check("## Log\n<div>\n", "Log", "- b", "## Log\n<div>\n\n- b\n");
    }

    #[test]
    fn makes_a_missing_section_at_its_place() {
        check("", "Log", "- b", "## Log\n- b\n");
        check("---\na: 1\n---", "Log", "- b", "---\na: 1\n---\n## Log\n- b");
        check("## Goal\nx\n## Log\n- a\n", "Notes", "n", "## Goal\nx\n## Notes\nn\n## Log\n- a\n");
        check(
            "# T\n\n## Goal\n\nx\n\n## Log\n\n- a\n",
            "Notes",
            "n",
            "# T\n\n## Goal\n\nx\n\n## Notes\n\nn\n\n## Log\n\n- a\n",
        );
        check("## Log\n- a\n", "Goal", "g", "## Goal\ng\n\n## Log\n- a\n");
        check("intro", "Log", "- b", "intro\n\n## Log\n- b");
        check("## Odd\nx\n", "Other", "- b", "## Odd\nx\n\n## Other\n- b\n");
    }

    #[test]
    fn refuses_what_would_leak_into_other_sections() {
        refuses("## Log\n## Goal\n", "Log", "- b\n\n## Goal");
        refuses("## Log\n## Goal\n", "Log", "- b\n\nGoal\n===");
        refuses("## Log\n", "Log", "```\ncode");
        refuses("## Log\n", "Log", "<!-- note");
        refuses("## Log\n", "Log", " \n");
        refuses("## Goal\n## Log\n```\ncode\n", "Log", "- b");
        refuses("## Goal\n<!-- x\n", "Log", "- b");
    }

    #[test]
    fn replaces_the_content_of_a_section_only() {
        let check = |text: &str, content: &str, expected: &str| {
            let mut document = Document::parse(text).unwrap();
            document.replace_section("Notes", content, &ORDER).unwrap();
            assert_eq!(document.as_str(), expected);
        };
        check("## Notes\n\nold\n\n\n## Log\n", "new\n\n### x\n", "## Notes\n\nnew\n\n### x\n\n\n## Log\n");
        check("## Notes\nold", "new", "## Notes\nnew");
        check("## Notes\nold\n## Log\n", "", "## Notes\n## Log\n");
        check("## Notes\n```\n## Log\n", "new", "## Notes\nnew\n");
        check("## Log\n", "", "## Notes\n\n## Log\n");
    }

    #[test]
    fn folds_entries_in_one_section_only() {
        let mut document = Document::parse("## Log\n- a\n  b\n- c\n\n## Goal\n- d\n").unwrap();
        let range = document.entries("Log")[0].range.clone();
        let other = document.entries("Goal")[0].range.clone();
        document.replace_range(range, "- folded", "Log").unwrap();
        assert_eq!(document.as_str(), "## Log\n- folded\n- c\n\n## Goal\n- d\n");
        assert!(document.replace_range(other, "- x", "Log").is_err());
    }
}
