//! Figures as tables for people, and as CSV.

use crate::model::{Aging, Stats, Sum, span};

use super::table::{Align, Column, Fit, table};
use super::tone::{Cell, Tone};

const fn number(head: &'static str, rank: Option<u8>) -> Column {
    Column { head, align: Align::Right, shortest: None, dispensable: rank }
}

const fn word(head: &'static str, shortest: Option<usize>) -> Column {
    Column { head, align: Align::Left, shortest, dispensable: None }
}

const SUMS: &[Column] = &[
    word("", Some(8)),
    number("DONE", None),
    number("LEAD", None),
    number("85%", Some(6)),
    number("CYCLE", None),
    number("85%", Some(7)),
    number("PENDING", Some(1)),
    number("READY", Some(2)),
    number("IN PROGRESS", Some(3)),
    number("REVIEW", Some(4)),
    number("FAILURES", Some(5)),
    number("CHECKS", Some(8)),
    number("REVIEWS", Some(8)),
];

const AGING: &[Column] = &[
    word("ID", None),
    word("STATE", None),
    word("ASSIGNEE", Some(6)),
    number("HERE FOR", Some(1)),
    number("CLAIMED", None),
    word("", None),
    word("TITLE", Some(12)),
];

/// The cell of a row that was made whole.
fn of_row<'a>(row: &[Cell<'a>], column: usize) -> Cell<'a> {
    row[column].clone()
}

/// Renders all figures.
pub fn stats(stats: &Stats, width: Option<usize>) -> String {
    let fit = Fit { width, ..Fit::default() };
    let mut text = String::new();
    if stats.total.done > 0 {
        let mut rows = vec![row("all", &stats.total)];
        rows.extend(stats.weeks.iter().map(|(week, sum)| row(week, sum)));
        rows.extend(stats.workers.iter().map(|(worker, sum)| row(worker.as_str(), sum)));
        text.push_str(&table(SUMS, &rows, |row, column| of_row(row, column), fit));
    }
    if !stats.aging.is_empty() {
        if !text.is_empty() {
            text.push('\n');
        }
        let rows: Vec<Vec<Cell<'_>>> = stats.aging.iter().map(aging_row).collect();
        text.push_str(&table(AGING, &rows, |row, column| of_row(row, column), fit));
    }
    text
}

fn row<'a>(name: &'a str, sum: &Sum) -> Vec<Cell<'a>> {
    let said = |seconds: Option<i64>| Cell::from(seconds.map(span).unwrap_or_default());
    let share = |(passed, of): (usize, usize)| match of {
        0 => Cell::default(),
        of => Cell::from(format!("{}%", (passed * 100 + of / 2) / of)),
    };
    let mut cells = vec![Cell::toned(name, Tone::Strong), Cell::from(sum.done.to_string())];
    for pair in [sum.lead, sum.cycle] {
        cells.push(said(pair.map(|(middle, _)| middle)));
        cells.push(said(pair.map(|(_, most)| most)));
    }
    cells.extend(sum.in_states.iter().map(|seconds| said(seconds.filter(|seconds| *seconds > 0))));
    let failed = if sum.failed == 0 { String::new() } else { format!("{:.1}", sum.failed as f64 / sum.done as f64) };
    cells.push(Cell::from(failed));
    cells.push(share(sum.checks));
    cells.push(share(sum.reviews));
    cells
}

fn aging_row(task: &Aging) -> Vec<Cell<'_>> {
    vec![
        Cell::from(task.id.as_str()),
        Cell::toned(task.state.folder(), Tone::of_state(task.state)),
        Cell::from(task.assignee.as_ref().map(ToString::to_string).unwrap_or_default()),
        Cell::from(span(task.in_state)),
        Cell::from(span(task.age)),
        Cell::toned(if task.is_old { "late" } else { "" }, Tone::Attention),
        Cell::from(task.title.as_str()),
    ]
}

/// The figures as CSV: a line for all, for each week and for each worker; times in seconds.
pub fn stats_csv(stats: &Stats) -> String {
    let mut text = "by,name,done,lead_median,lead_p85,cycle_median,cycle_p85,pending_median,ready_median,\
                    in_progress_median,review_median,failures,first_checks_passed,first_checks,first_reviews_passed,\
                    first_reviews\n"
        .to_owned();
    let mut line = |by: &str, name: &str, sum: &Sum| {
        let said = |seconds: Option<i64>| seconds.map(|seconds| seconds.to_string()).unwrap_or_default();
        let mut cells = vec![by.to_owned(), quoted(name), sum.done.to_string()];
        for pair in [sum.lead, sum.cycle] {
            cells.push(said(pair.map(|(middle, _)| middle)));
            cells.push(said(pair.map(|(_, most)| most)));
        }
        cells.extend(sum.in_states.iter().map(|seconds| said(*seconds)));
        let counts = [sum.failed, sum.checks.0, sum.checks.1, sum.reviews.0, sum.reviews.1];
        cells.extend(counts.iter().map(ToString::to_string));
        text.push_str(&format!("{}\n", cells.join(",")));
    };
    line("all", "", &stats.total);
    stats.weeks.iter().for_each(|(week, sum)| line("week", week, sum));
    stats.workers.iter().for_each(|(worker, sum)| line("worker", worker.as_str(), sum));
    text
}

/// A field that cannot break its line, nor be taken for a formula by a spreadsheet.
fn quoted(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
