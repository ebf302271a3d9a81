//! A query with its mistake pointed at.

use unicode_width::UnicodeWidthStr as _;

use super::visible::visible;

/// The line, and marks below what is wrong in it. Columns and lengths count characters.
pub fn pointed(line: &str, column: usize, length: usize) -> String {
    let chars: Vec<char> = line.chars().collect();
    let start = (column - 1).min(chars.len());
    let end = (start + length).min(chars.len());
    let shown = |part: &[char]| visible(&part.iter().collect::<String>());
    let before = shown(&chars[..start]).width();
    let marks = shown(&chars[start..end]).width().max(1);
    format!("  {}\n  {}{}", shown(&chars), " ".repeat(before), "^".repeat(marks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_below_what_they_mean() {
        assert_eq!(pointed("健康 stat:x", 4, 4), "  健康 stat:x\n       ^^^^");
        assert_eq!(pointed("label:", 6, 1), "  label:\n       ^");
    }
}
