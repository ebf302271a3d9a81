//! Puts lines into the body so that no heading comes, goes or changes, or refuses to.

use std::ops::Range;

use super::document::Document;
use super::outline::{Heading, LastBlock, examine, has_block_at, headings, length_without_blank_end};
use super::piece::with_line_ends;
use super::problem::EditRefused;
use super::rewrite::line_break;
use super::sections::is_same_title;

impl Document {
    /// The kind of the last block of a part of the body, if the part leaves nothing open.
    pub(super) fn closed_block(&self, part: Range<usize>) -> Result<LastBlock, EditRefused> {
        let piece = examine(&self.text[part]);
        if piece.is_open {
            return Err(EditRefused::because("the text above ends inside an open code fence, comment or HTML block"));
        }
        Ok(piece.last_block)
    }

    /// Gives lines the line ends and blank lines that keep them apart from what is around a range.
    pub(super) fn set_apart(&self, range: Range<usize>, has_gap: bool, lines: &str) -> String {
        let line_end = self.line_end_before(range.start);
        let before = self.text[..range.start].trim_start_matches('\u{feff}');
        let ends_text = range.end == self.text.len();
        let has_final_line_end = self.text.is_empty() || self.text.ends_with('\n');
        let mut written = String::new();
        if !before.is_empty() && !before.ends_with('\n') {
            written.push_str(line_end);
        }
        if has_gap {
            written.push_str(line_end);
        }
        written.push_str(&with_line_ends(lines, line_end));
        if !ends_text || has_final_line_end {
            written.push_str(line_end);
        }
        if self.needs_gap_above(range.end, lines) {
            written.push_str(line_end);
        }
        written
    }

    /// Replaces bytes of the body if all headings stay, and what is written begins a block.
    pub(super) fn replace_body(
        &mut self,
        range: Range<usize>,
        with: &str,
        entry: &str,
        made: Option<&str>,
    ) -> Result<(), EditRefused> {
        let before = &self.text[..range.start];
        let edited = Document::parse(format!("{before}{with}{}", &self.text[range.end..]))?;
        let moved = |offset: usize| match offset >= range.end {
            true => offset - range.end + range.start + with.len(),
            false => offset,
        };
        let mut expected = self.borders();
        for border in &mut expected {
            border.range = moved(border.range.start)..moved(border.range.start) + border.range.len();
        }
        let mut borders = edited.borders();
        if let Some(title) = made {
            let inserted = range.start..range.start + with.len();
            let is_made =
                |border: &Heading| inserted.contains(&border.range.start) && is_same_title(&border.title, title);
            match borders.iter().position(is_made) {
                Some(index) => drop(borders.remove(index)),
                None => borders.clear(),
            }
        }
        if edited.front != self.front || borders != expected {
            return Err(EditRefused::because("the edit would have changed the sections"));
        }
        let is_visible = !entry.is_empty() && examine(entry).first_block == Some(0);
        let first_line = entry.split('\n').next().unwrap_or("");
        let start = with.find(first_line).unwrap_or(0);
        if is_visible && !has_block_at(edited.body(), range.start + start - edited.body) {
            return Err(EditRefused::because("the text would run into what is above it"));
        }
        *self = edited;
        Ok(())
    }

    /// The headings that sections begin or end at.
    ///
    /// Their ranges are bytes of the whole text, without the line end: the last line may get one.
    pub(super) fn borders(&self) -> Vec<Heading> {
        let borders = headings(self.body()).filter(Heading::is_border);
        let moved = borders.map(|border| {
            let lines = &self.body()[border.range.clone()];
            let start = self.body + border.range.start;
            let length = lines.trim_end_matches(['\r', '\n']).len();
            Heading { range: start..start + length, ..border }
        });
        moved.collect()
    }

    /// Whether what stands at an offset would be taken for a part of lines right above it.
    pub(super) fn needs_gap_above(&self, at: usize, lines: &str) -> bool {
        let rest = &self.text[at..];
        let is_blank = rest.split('\n').next().unwrap_or("").trim().is_empty();
        let is_underlined = || {
            let first = headings(rest).next();
            first.is_some_and(|heading| heading.range.start == 0 && heading.is_underlined)
        };
        !is_blank && (examine(lines).last_block == LastBlock::Html || is_underlined())
    }

    pub(super) fn has_gaps_above_headings(&self, borders: &[Heading]) -> bool {
        borders.iter().all(|border| {
            let above = &self.text[self.body..border.range.start];
            above.is_empty() || length_without_blank_end(above) < above.len()
        })
    }

    /// Whether the sections that have content begin with a blank line.
    pub(super) fn has_gaps_below_headings(&self) -> bool {
        let sections = self.sections();
        let mut contents = sections
            .iter()
            .map(|section| &self.text[section.content.clone()])
            .filter(|content| !content.trim().is_empty());
        contents.next().is_some_and(|content| content.starts_with(['\r', '\n']))
    }

    /// The line end of the line before an offset, or that of most lines.
    pub(super) fn line_end_before(&self, at: usize) -> &'static str {
        let before = &self.text[..at];
        match before.ends_with('\n') {
            true => line_break(before),
            false => self.line_end(),
        }
    }
}
