//! Tables that align by what a terminal shows, and are cut to its width.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// On which side a column's cells stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// Lays rows out under a head; the last column is cut so that no line is wider than `width`.
pub fn table(head: &[(&str, Align)], rows: &[Vec<String>], width: Option<usize>) -> String {
    let names: Vec<String> = head.iter().map(|(name, _)| (*name).to_owned()).collect();
    let is_empty = |column: usize| rows.iter().all(|row| row[column].is_empty());
    let shown: Vec<usize> = (0..head.len()).filter(|column| *column + 1 == head.len() || !is_empty(*column)).collect();
    let widest =
        |column: usize| rows.iter().map(|row| row[column].width()).chain([head[column].0.width()]).max().unwrap_or(0);
    let widths: Vec<usize> = (0..head.len()).map(widest).collect();
    let mut text = String::new();
    for row in std::iter::once(&names).chain(rows) {
        let mut line = String::new();
        for column in &shown {
            let cell = &row[*column];
            let gap = " ".repeat(widths[*column].saturating_sub(cell.width()));
            if !line.is_empty() {
                line.push_str("  ");
            }
            match head[*column].1 {
                Align::Left => line.push_str(&format!("{cell}{gap}")),
                Align::Right => line.push_str(&format!("{gap}{cell}")),
            }
        }
        let line = line.trim_end();
        text.push_str(&width.map_or_else(|| line.to_owned(), |width| cut(line, width)));
        text.push('\n');
    }
    text
}

/// The text cut to a width, with an ellipsis where something is gone.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        kept.push(c);
    }
    kept + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_with_any_script_and_empty_ones_vanish() {
        let rows = [["t-1", "", "健康"], ["t-22", "", "Grüße an alle"]].map(|row| row.map(str::to_owned).to_vec());
        let head = [("id", Align::Right), ("labels", Align::Left), ("title", Align::Left)];
        assert_eq!(table(&head, &rows, None), "  id  title\n t-1  健康\nt-22  Grüße an alle\n");
        assert_eq!(table(&head, &rows, Some(12)), "  id  title\n t-1  健康\nt-22  Grüße…\n");
    }
}
