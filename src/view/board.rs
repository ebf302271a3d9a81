//! The board: six columns of cards, side by side as far as the terminal is wide, else one below the other.

use unicode_width::UnicodeWidthStr as _;

use crate::model::{State, Task, Timestamp, span};

use super::list::{Row, age, blocked_words};
use super::tone::{Cell, Tone};
use super::width::{cut, wrapped};

/// One state's tasks.
#[derive(Clone, Debug)]
pub struct BoardColumn<'a> {
    /// Which.
    pub state: State,
    /// All tasks of the state, shown or not.
    pub count: usize,
    /// Those to show, in order.
    pub rows: Vec<Row<'a>>,
}

/// Narrower than this a card cannot be read.
const NARROWEST: usize = 24;
/// Wider than this a card only gets emptier.
const WIDEST: usize = 48;
const GAP: usize = 2;
/// Lines of a card's title at most.
const TITLE_LINES: usize = 3;

/// Renders the board. Without a width it is plain: a line a task, uncut, for other programs.
pub fn board(columns: &[BoardColumn<'_>], now: Timestamp, width: Option<usize>) -> String {
    let Some(width) = width else { return plain(columns, now) };
    let most = ((width + GAP) / (NARROWEST + GAP)).clamp(1, columns.len().max(1));
    // As many bands as are needed, each as full as the others.
    let bands = columns.len().div_ceil(most);
    let per_band = columns.len().div_ceil(bands.max(1)).max(1);
    let each = ((width + GAP) / per_band).saturating_sub(GAP).clamp(1, if per_band == 1 { width } else { WIDEST });
    let mut text = String::new();
    for band in columns.chunks(per_band) {
        if !text.is_empty() {
            text.push('\n');
        }
        let columns: Vec<Vec<(String, String)>> = band.iter().map(|column| cards(column, now, each)).collect();
        let height = columns.iter().map(Vec::len).max().unwrap_or(0);
        for index in 0..height {
            let mut line = String::new();
            let mut owed = 0;
            for column in &columns {
                if let Some((plain, painted)) = column.get(index).filter(|(plain, _)| !plain.is_empty()) {
                    line.push_str(&" ".repeat(owed));
                    line.push_str(painted);
                    owed = each.saturating_sub(plain.width()) + GAP;
                } else {
                    owed += each + GAP;
                }
            }
            text.push_str(&line);
            text.push('\n');
        }
    }
    text
}

/// The lines of a column, each as its bare text and as it is printed.
fn cards(column: &BoardColumn<'_>, now: Timestamp, width: usize) -> Vec<(String, String)> {
    let head = format!("{} {}", column.state, column.count);
    let head = cut(&head, width).into_owned();
    let rule = "─".repeat(width);
    let mut lines = vec![
        (head.clone(), Tone::Strong.paint(&Tone::of_state(column.state).paint(&head))),
        (rule.clone(), Tone::Faint.paint(&rule)),
    ];
    for (index, row) in column.rows.iter().enumerate() {
        if index > 0 {
            lines.push((String::new(), String::new()));
        }
        lines.extend(card(row, now, width));
    }
    let hidden = column.count.saturating_sub(column.rows.len());
    if hidden > 0 {
        let more = match column.rows.is_empty() {
            true => format!("{hidden} not shown"),
            false => format!("and {hidden} more"),
        };
        let more = cut(&more, width).into_owned();
        lines.push((more.clone(), Tone::Faint.paint(&more)));
    }
    lines
}

/// A task as the lines of a card, as they are printed.
pub fn card_lines(row: &Row<'_>, now: Timestamp, width: usize) -> Vec<String> {
    card(row, now, width).into_iter().map(|(_, painted)| painted).collect()
}

fn card(row: &Row<'_>, now: Timestamp, width: usize) -> Vec<(String, String)> {
    let task = row.task;
    let (id, priority) = (task.id.to_string(), task.front.priority.to_string());
    let age = age(task, now);
    let linked = Cell::from(id.as_str()).linked(row.address.clone());
    let mut lines = Vec::new();
    // In a column too narrow for all of it the age goes first, then the priority.
    let (mut bare, mut painted) = (cut(&id, width).into_owned(), linked.paint(&cut(&id, width)).into_owned());
    if bare.width() + priority.width() < width {
        bare.push_str(&format!(" {priority}"));
        painted.push_str(&format!(" {}", Tone::of_priority(task.front.priority).paint(&priority)));
    }
    if bare.width() + age.width() < width {
        let gap = " ".repeat(width - bare.width() - age.width());
        bare.push_str(&format!("{gap}{age}"));
        painted.push_str(&format!("{gap}{}", Tone::Faint.paint(&age)));
    }
    lines.push((bare, painted));
    let title = Cell::from(task.title()).text.into_owned();
    let mut parts = wrapped(&title, width);
    if parts.len() > TITLE_LINES {
        let rest = parts.split_off(TITLE_LINES - 1).join(" ");
        parts.push(cut(&format!("{rest} "), width).into_owned());
    }
    lines.extend(parts.into_iter().map(|part| (part.clone(), part)));
    for (text, tone) in notes(row, now) {
        for part in wrapped(&text, width).into_iter().take(2) {
            let painted = tone.paint(&part);
            lines.push((part, painted));
        }
    }
    lines
}

/// Who has it and since when, how often it failed, and what keeps it.
fn notes(row: &Row<'_>, now: Timestamp) -> Vec<(String, Tone)> {
    let mut notes = Vec::new();
    if let Some(holder) = holder(row.task, now) {
        notes.push((holder, Tone::Active));
    }
    if row.task.front.attempts > 0 && row.task.state.is_open() {
        let count = row.task.front.attempts;
        let word = if count == 1 { "attempt" } else { "attempts" };
        notes.push((format!("{count} failed {word}"), Tone::Attention));
    }
    if let Some(why) = blocked_words(row) {
        notes.push((Cell::from(why).text.into_owned(), Tone::Attention));
    }
    notes
}

fn holder(task: &Task, now: Timestamp) -> Option<String> {
    let actor = task.assignee().filter(|_| task.state.is_open())?;
    let since = task.claim.as_ref().and_then(|claim| claim.claimed).filter(|_| task.state == State::InProgress);
    Some(match since {
        Some(since) => format!("{actor}, for {}", span(now.seconds_since(since))),
        None if task.state == State::Ready => format!("kept for {actor}"),
        None => actor.to_string(),
    })
}

fn plain(columns: &[BoardColumn<'_>], now: Timestamp) -> String {
    let mut text = String::new();
    for column in columns {
        text.push_str(&format!("{} {}\n", column.state, column.count));
        for row in &column.rows {
            let task = row.task;
            let title = Cell::from(task.title()).text.into_owned();
            let mut line = format!("  {} {} {}  {title}", task.id, task.front.priority, age(task, now));
            for (note, _) in notes(row, now) {
                line.push_str(&format!("  ({note})"));
            }
            text.push_str(&line);
            text.push('\n');
        }
    }
    text
}
