//! Foreign text made fit for markdown: cut to size, and in spans and fences that nothing in it can end.

use super::format::beginning;

/// As many lines of one message as are shown.
const MESSAGE_LINES: usize = 12;
/// As long as a line of a message may be.
pub(super) const LINE: usize = 400;
/// As long as a name or a file may be.
pub(super) const NAME: usize = 160;

/// Cuts a message to its first lines, two spaces and a line end for each counted in.
pub(super) fn shortened(message: &str, room: usize) -> String {
    let mut kept: Vec<String> = Vec::new();
    let mut used = 0;
    let count = message.lines().count();
    for (at, line) in message.lines().enumerate() {
        let line = cut(line, LINE.min(room.saturating_sub(used + 3)));
        let last = at + 1 == count;
        let ellipsis = if last { 0 } else { "  …\n".len() };
        if line.is_empty() && at == 0 || kept.len() == MESSAGE_LINES || used + line.len() + 3 + ellipsis > room {
            if !kept.is_empty() {
                kept.push("…".to_owned());
            }
            break;
        }
        used += line.len() + 3;
        kept.push(line);
    }
    kept.join("\n")
}

/// Returns a fence that nothing in the text can close.
pub(super) fn fence(text: &str) -> String {
    "`".repeat(longest_run(text).max(2) + 1)
}

fn longest_run(text: &str) -> usize {
    text.split(|char| char != '`').map(str::len).max().unwrap_or(0)
}

/// Returns a name as a code span that no comment, line or backtick in it can end.
pub(super) fn code(text: &str) -> String {
    let text = one_line(text, NAME).replace("<!--", "<! --").replace("-->", "-- >");
    let ticks = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) || text.is_empty() { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// Returns a text without line ends, cut.
pub(super) fn one_line(text: &str, length: usize) -> String {
    cut(&text.split_whitespace().collect::<Vec<_>>().join(" "), length)
}

/// Cuts a line to so many bytes, an ellipsis at its end.
pub(super) fn cut(line: &str, length: usize) -> String {
    if line.len() <= length {
        return line.to_owned();
    }
    let kept = beginning(line, length.saturating_sub('…'.len_utf8()));
    if kept.is_empty() { String::new() } else { format!("{kept}…") }
}
