//! Tables that align by what a terminal shows, and are cut or wrapped to its width.

use std::borrow::Cow;

use super::tone::{Cell, Tone};
use super::width::{cut, width, wrapped};

/// On which side a column's cells stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// A column: its head, and what may be done to it when the terminal is narrow.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name, in capitals.
    pub head: &'static str,
    /// Where its cells stand.
    pub align: Align,
    /// How far its cells may be cut; `None`: not at all.
    pub shortest: Option<usize>,
    /// What goes first when nothing can be cut further: the lowest; `None`: it stays.
    pub dispensable: Option<u8>,
}

/// How wide a table may be, and what happens to what is too long.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fit {
    /// Columns of the terminal; as wide as need be when `None`.
    pub width: Option<usize>,
    /// Long cells go on in the next line instead of being cut.
    pub is_wrapped: bool,
    /// Colours and links are left out, since nobody would see them.
    pub is_bare: bool,
}

const GAP: usize = 2;
/// As many blanks as most cells need behind them.
const BLANKS: &str = "                                                                ";
/// A last column narrower than this tells nothing.
const TIGHTEST: usize = 6;

/// Lays rows out under a head. A column without any content is left out.
///
/// Each row is made twice, to be measured and to be laid out, and is not kept: there may be thousands.
pub fn table<'a, R>(columns: &[Column], rows: &[R], cell: impl Fn(&R, usize) -> Cell<'a>, fit: Fit) -> String {
    let mut widths: Vec<usize> = columns.iter().map(|column| width(column.head)).collect();
    let mut is_filled = vec![columns.len() == 1; columns.len()];
    for row in rows {
        for column in 0..columns.len() {
            let cell = cell(row, column);
            widths[column] = widths[column].max(cell.width);
            is_filled[column] |= !cell.text.is_empty();
        }
    }
    let mut shown: Vec<usize> = (0..columns.len()).filter(|column| is_filled[*column]).collect();
    if let Some(most) = fit.width {
        squeeze(columns, &mut shown, &mut widths, most);
    }
    let mut text = String::new();
    let mut add = |row: &[Cell<'_>]| match fit.is_wrapped {
        true => lines(&mut text, columns, row, &shown, &widths, fit),
        false => line(&mut text, columns, row, &shown, &widths, fit, |column| {
            let (cell, width) = (&row[column], widths[column]);
            if cell.width <= width {
                (Cow::Borrowed(&*cell.text), cell.width)
            } else {
                measured(cut(&cell.text, width))
            }
        }),
    };
    add(&columns.iter().map(|column| Cell::toned(column.head, Tone::Faint)).collect::<Vec<_>>());
    let mut cells = Vec::with_capacity(columns.len());
    for row in rows {
        cells.clear();
        cells.extend((0..columns.len()).map(|column| cell(row, column)));
        add(&cells);
    }
    text
}

/// Makes columns narrower, and leaves out what can be spared, until a row fits.
fn squeeze(columns: &[Column], shown: &mut Vec<usize>, widths: &mut [usize], width: usize) {
    let least: Vec<usize> = columns
        .iter()
        .zip(widths.iter())
        .map(|(column, width)| column.shortest.map_or(*width, |shortest| shortest.min(*width)))
        .collect();
    loop {
        let gaps = GAP * shown.len().saturating_sub(1);
        let over = (shown.iter().map(|column| widths[*column]).sum::<usize>() + gaps).saturating_sub(width);
        let spare: usize = shown.iter().map(|column| widths[*column] - least[*column]).sum();
        if spare >= over {
            // The widest gives first, so that the others stay readable.
            for _ in 0..over {
                let widest = shown.iter().copied().filter(|column| widths[*column] > least[*column]);
                let Some(widest) = widest.max_by_key(|column| widths[*column]) else { return };
                widths[widest] -= 1;
            }
            return;
        }
        let spared = shown.iter().copied().filter_map(|column| Some((columns[column].dispensable?, column))).min();
        match spared {
            Some((_, column)) => shown.retain(|other| *other != column),
            None => break,
        }
    }
    // Readable or not, no line is wider than the terminal: the first column and the last are the ones that matter.
    let total = |shown: &[usize], widths: &[usize]| {
        shown.iter().map(|column| widths[*column]).sum::<usize>() + GAP * shown.len().saturating_sub(1)
    };
    loop {
        let over = total(shown, widths).saturating_sub(width);
        let Some(last) = shown.last().copied().filter(|_| over > 0) else { return };
        if widths[last] > TIGHTEST || shown.len() == 1 {
            let least = if shown.len() == 1 { 1 } else { TIGHTEST };
            widths[last] = widths[last].saturating_sub(over).max(least.min(width.max(1)));
            if shown.len() == 1 {
                return;
            }
        } else if shown.len() > 2 {
            shown.remove(shown.len() - 2);
        } else {
            shown.pop();
        }
    }
}

/// One row in as many lines as its longest cell needs.
fn lines(text: &mut String, columns: &[Column], row: &[Cell<'_>], shown: &[usize], widths: &[usize], fit: Fit) {
    let mut parts: Vec<Vec<String>> = vec![Vec::new(); columns.len()];
    for column in shown {
        parts[*column] = wrapped(&row[*column].text, widths[*column]);
    }
    let height = parts.iter().map(Vec::len).max().unwrap_or(1);
    for index in 0..height {
        line(text, columns, row, shown, widths, fit, |column| {
            measured(parts[column].get(index).map_or("", String::as_str).into())
        });
    }
}

/// One line, with what stands in it of each cell; nothing follows the last one that has something in it.
fn line<'a>(
    text: &mut String,
    columns: &[Column],
    row: &[Cell<'_>],
    shown: &[usize],
    widths: &[usize],
    fit: Fit,
    part: impl Fn(usize) -> (Cow<'a, str>, usize),
) {
    let last = shown.iter().rposition(|column| !part(*column).0.is_empty());
    for (place, column) in shown.iter().enumerate().take(last.map_or(0, |last| last + 1)) {
        if place > 0 {
            text.push_str(&BLANKS[..GAP]);
        }
        let (part, width) = part(*column);
        let gap = widths[*column].saturating_sub(width);
        if columns[*column].align == Align::Right {
            add_blanks(text, gap);
        }
        match fit.is_bare {
            true => text.push_str(&part),
            false => text.push_str(&row[*column].paint(&part)),
        }
        if columns[*column].align == Align::Left && Some(place) != last {
            add_blanks(text, gap);
        }
    }
    text.push('\n');
}

fn add_blanks(text: &mut String, mut count: usize) {
    while count > 0 {
        let some = count.min(BLANKS.len());
        text.push_str(&BLANKS[..some]);
        count -= some;
    }
}

/// A text with its width.
fn measured(text: Cow<'_, str>) -> (Cow<'_, str>, usize) {
    let width = width(&text);
    (text, width)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[
        Column { head: "ID", align: Align::Right, shortest: None, dispensable: None },
        Column { head: "LABELS", align: Align::Left, shortest: Some(4), dispensable: Some(1) },
        Column { head: "TITLE", align: Align::Left, shortest: Some(6), dispensable: None },
    ];

    fn laid_out(rows: &[[&str; 3]], width: Option<usize>, is_wrapped: bool) -> String {
        let text =
            table(COLUMNS, rows, |row, column| Cell::from(row[column]), Fit { width, is_wrapped, is_bare: false });
        anstream::adapter::strip_str(&text).to_string()
    }

    #[test]
    fn columns_align_with_any_script_and_empty_ones_vanish() {
        let rows = [["t-1", "", "健康"], ["t-22", "", "Grüße an alle"], ["t-3", "", "👩🚀 ❤️ go"]];
        assert_eq!(laid_out(&rows, None, false), "  ID  TITLE\n t-1  健康\nt-22  Grüße an alle\n t-3  👩🚀 ❤️ go\n");
        assert_eq!(laid_out(&rows, Some(12), false), "  ID  TITLE\n t-1  健康\nt-22  Grüße…\n t-3  👩🚀…\n");
    }

    #[test]
    fn the_widest_gives_first_and_then_what_can_be_spared_goes() {
        let rows = [["t-1", "net, slow", "Retry health checks with backoff"]];
        assert_eq!(laid_out(&rows, Some(30), false), " ID  LABELS     TITLE\nt-1  net, slow  Retry health…\n");
        assert_eq!(laid_out(&rows, Some(18), false), " ID  LABE…  TITLE\nt-1  net,…  Retry…\n");
        assert_eq!(laid_out(&rows, Some(14), false), " ID  TITLE\nt-1  Retry he…\n");
        assert_eq!(laid_out(&rows, Some(8), false), " ID\nt-1\n");
        assert_eq!(laid_out(&rows, Some(2), false), "ID\nt…\n");
    }

    #[test]
    fn wrapped_cells_go_on_below_themselves() {
        let rows = [["t-1", "net", "Retry health checks with backoff"], ["t-2", "", "健康检查健康检查"]];
        assert_eq!(
            laid_out(&rows, Some(26), true),
            " ID  LABELS  TITLE\nt-1  net     Retry health\n             checks with\n             backoff\nt-2          健康检查健康\n             检查\n"
        );
    }
}
