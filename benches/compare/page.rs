//! The tables of `docs/performance.md`.

use std::fmt::Write as _;
use std::path::Path;

use super::measure::Cost;
use super::tools::Operation;

/// What one operation cost, on one board.
pub struct Row {
    pub operation: Operation,
    pub floor: Option<Cost>,
    pub ours: Cost,
    pub rivals: Vec<Option<Cost>>,
}

/// All operations on the boards of one size.
pub struct Table {
    pub size: usize,
    pub rivals: Vec<&'static str>,
    pub rows: Vec<Row>,
}

/// Puts tables between the marks of this name on a page.
pub fn replace(page: &Path, name: &str, text: &str) {
    let [begin, end] = ["begin", "end"].map(|end| format!("<!-- {name}: {end} -->"));
    let old = fs_err::read_to_string(page).expect("the page");
    let (before, rest) = old.split_once(&begin).expect("the mark at which the tables begin");
    let (_, after) = rest.split_once(&end).expect("the mark at which they end");
    fs_err::write(page, format!("{before}{begin}\n\n{text}\n{end}{after}")).expect("written");
}

/// All that was measured, as markdown.
pub fn measured(tables: &[Table], cells: &[(&'static str, Table)], rounds: usize) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut text = format!("{cores} processors; medians of {rounds} rounds, in which all take turns; milliseconds.\n");
    for table in tables {
        write_table(&mut text, table);
    }
    write_growth(&mut text, tables);
    write_cells(&mut text, cells);
    text
}

fn write_table(text: &mut String, table: &Table) {
    let rivals: String = table.rivals.iter().map(|name| format!(" {name} |")).collect();
    let _ = writeln!(text, "\n### {} tasks\n", grouped(table.size));
    let _ = writeln!(
        text,
        "| operation | floor | `mcp` | ratio | goal | floor, processor | `mcp`, processor | peak MiB |{rivals}"
    );
    let _ = writeln!(text, "|---|--:|--:|--:|--:|--:|--:|--:|{}", "--:|".repeat(table.rivals.len()));
    for row in &table.rows {
        let rivals: String = row.rivals.iter().map(|cost| format!(" {} |", told(cost.map(|cost| cost.wall)))).collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} | {} |{rivals}",
            row.operation.name(),
            told(row.floor.map(|cost| cost.wall)),
            told(Some(row.ours.wall)),
            row.floor.map_or_else(|| "-".to_owned(), |cost| format!("{:.2}", row.ours.wall / cost.wall)),
            row.operation.goal(),
            told(row.floor.map(|cost| cost.busy)),
            told(Some(row.ours.busy)),
            told(Some(row.ours.peak)),
        );
    }
}

/// How much more the largest board costs than the second smallest.
fn write_growth(text: &mut String, tables: &[Table]) {
    let (Some(small), Some(large)) = (tables.iter().find(|table| table.size >= 1000), tables.last()) else { return };
    if small.size == large.size {
        return;
    }
    let _ = writeln!(text, "\n### From {} to {} tasks\n", grouped(small.size), grouped(large.size));
    let _ = writeln!(text, "| operation | floor grows by | `mcp` grows by | ratio |\n|---|--:|--:|--:|");
    for (small, large) in small.rows.iter().zip(&large.rows) {
        let (Some(low), Some(high)) = (small.floor, large.floor) else { continue };
        let (floor, ours) = (high.wall - low.wall, large.ours.wall - small.ours.wall);
        // What hardly grows has no slope to speak of.
        let ratio = if floor < 1.0 { "-".to_owned() } else { format!("{:.2}", ours / floor) };
        let _ = writeln!(text, "| {} | {floor:.1} | {ours:.1} | {ratio} |", small.operation.name());
    }
}

fn write_cells(text: &mut String, cells: &[(&'static str, Table)]) {
    let Some((_, first)) = cells.first() else { return };
    let names: String = cells.iter().map(|(name, _)| format!(" {name} |")).collect();
    let _ = writeln!(text, "\n### {} tasks, with and without cells\n", grouped(first.size));
    let _ = writeln!(text, "| operation | floor |{names}\n|---|--:|{}", "--:|".repeat(cells.len()));
    for (index, row) in first.rows.iter().enumerate() {
        let ours: String =
            cells.iter().map(|(_, table)| format!(" {} |", told(Some(table.rows[index].ours.wall)))).collect();
        let _ = writeln!(text, "| {} | {} |{ours}", row.operation.name(), told(row.floor.map(|cost| cost.wall)));
    }
}

/// A number with as many digits as mean something.
fn told(value: Option<f64>) -> String {
    match value {
        None => "-".to_owned(),
        Some(value) if value < 100.0 => format!("{value:.1}"),
        Some(value) => grouped(value.round() as usize),
    }
}

/// A number with a comma between thousands.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
