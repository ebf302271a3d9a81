//! Markdown that comes from elsewhere, made fit to stand in a section.

use super::outline::{LastBlock, examine};
use super::problem::EditRefused;

/// Takes markdown without blanks around it, with line feeds only, if nothing can leak out of it.
pub(super) fn checked_piece(markdown: &str) -> Result<String, EditRefused> {
    let unified = markdown.replace("\r\n", "\n").replace('\r', "\n");
    let lines = dedented(unified.trim_end());
    if lines.is_empty() {
        return Ok(lines);
    }
    let piece = examine(&lines);
    if piece.is_open {
        return Err(EditRefused::because("the text leaves a code fence, a comment or HTML open"));
    }
    if piece.has_border {
        return Err(EditRefused::because("the text contains a heading of level one or two"));
    }
    Ok(lines)
}

/// Writes lines with the line end of a file; the last one has none.
pub(super) fn with_line_ends(lines: &str, line_end: &str) -> String {
    match line_end {
        "\n" => lines.to_owned(),
        _ => lines.replace('\n', line_end),
    }
}

/// Whether lines can follow a block directly, as one more item of the same list.
pub(super) fn continues(last: LastBlock, lines: &str) -> bool {
    let rest = lines.trim_start_matches(|first: char| first.is_ascii_digit());
    let number = &lines[..lines.len() - rest.len()];
    let marks: &[&str] = match number {
        "" => &["- ", "* ", "+ "],
        _ => &[". ", ") "],
    };
    let is_item = marks.iter().any(|mark| rest.starts_with(mark));
    match last {
        LastBlock::Bullets => is_item && matches!(number, "" | "1"),
        LastBlock::Numbers => is_item,
        LastBlock::None | LastBlock::Html | LastBlock::Other => false,
    }
}

/// Drops blank lines at the start, and from every line as much indent as the first one has.
fn dedented(text: &str) -> String {
    let text = match text.find(|character: char| !character.is_whitespace()) {
        Some(at) => &text[text[..at].rfind('\n').map_or(0, |end| end + 1)..],
        None => return String::new(),
    };
    let indent = text.len() - text.trim_start().len();
    if indent == 0 {
        return text.to_owned();
    }
    let lines = text.split('\n').map(|line| {
        let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
        &line[blank.min(indent)..]
    });
    let lines = lines.collect::<Vec<&str>>().join("\n");
    lines.trim_start().to_owned()
}
