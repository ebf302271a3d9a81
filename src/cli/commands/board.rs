use anyhow::Result;
use clap::Args;

use crate::model::{History, Query, Refusal, State, Task};
use crate::view::twins::{BoardDocument, BoardTwin, CardTwin, ColumnTwin, task_twin};
use crate::view::{BoardColumn, Row, blocked_by, board};

use super::super::context::Context;
use super::super::live::live;
use super::list::Filters;
use super::listing::{Found, find_whole};

/// Closed tasks that are read for the board at most; of more there is only their number.
const CLOSED_READ: usize = 200;
/// Closed tasks that a column shows.
const CLOSED_SHOWN: usize = 5;

/// Show the board: a column for each state
///
/// Each task with its priority, its age, who holds it, how often its checks failed, and what it waits for. Of closed tasks the last ones are shown.
#[derive(Debug, Args)]
pub struct Board {
    /// Query: `p:0 label:api -blocked text`
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    #[command(flatten)]
    filters: Filters,
    /// All closed tasks too
    #[arg(short, long)]
    all: bool,
    /// Stay, follow every change, and move tasks by keys and mouse; `?` shows the keys
    #[arg(long, conflicts_with_all = ["json", "priority", "labels", "assignee", "blocked", "ready", "all", "width"])]
    live: bool,
    /// Lay out for so many columns instead of the terminal's
    #[arg(long, value_name = "COLUMNS")]
    width: Option<usize>,
}

impl Board {
    pub fn run(self, context: &Context) -> Result<()> {
        if self.live {
            return live_board(context, self.query.join(" "));
        }
        let mut query = Query::parse(&self.query.join(" "))?;
        self.filters.ask(&mut query);
        let wanted = query.states(&State::ALL);
        let counts = context.workspace()?.catalog()?;
        let is_read = |state: &State| state.is_open() || self.all || counts.count(*state) <= CLOSED_READ;
        let read: Vec<State> = wanted.iter().copied().filter(is_read).collect();
        let found = find_whole(context, &query, &read)?;
        let columns: Vec<BoardColumn<'_>> =
            State::ALL.into_iter().map(|state| self.column(context, &found, state, read.contains(&state))).collect();
        if context.ui.is_json() {
            let board =
                BoardTwin { columns: columns.iter().map(column_twin).collect(), problems: &found.reading.problems };
            context.ui.document(&BoardDocument { board });
        }
        let width = self.width.or_else(|| context.width());
        context.ui.painted(&board(&columns, found.workspace.now(), width));
        found.warn(context);
        if found.is_empty_board() {
            context.ui.say("the board is empty; `mcp create \"What is to be done\"` writes a task down");
        }
        Ok(())
    }

    fn column<'a>(&self, context: &Context, found: &'a Found, state: State, is_read: bool) -> BoardColumn<'a> {
        let mut tasks: Vec<&Task> = found.passing().filter(|task| task.state == state).collect();
        // What nobody has asked about is counted by its name.
        let is_asked = !self.query.is_empty() || self.filters.are_set();
        let count = match is_read {
            true => tasks.len(),
            false if is_asked => 0,
            false => found.reading.counts.get(&state).copied().unwrap_or(0),
        };
        if state.is_open() {
            crate::model::Order::default().sort(&mut tasks);
        } else {
            let ended = |task: &Task| {
                let history = History::of(task);
                history.moments().iter().rev().find(|moment| moment.to == Some(state)).map(|moment| moment.at)
            };
            tasks.sort_by_cached_key(|task| (std::cmp::Reverse(ended(task)), task.id.clone()));
            tasks.truncate(if self.all { usize::MAX } else { CLOSED_SHOWN });
        }
        BoardColumn { state, count, rows: found.rows(context, &tasks) }
    }
}

fn live_board(context: &Context, filter: String) -> Result<()> {
    if !context.has_terminal() {
        let hint = Some("`mcp board` prints it".to_owned());
        return Err(Refusal::BadInput { message: "the live board needs a terminal".to_owned(), hint }.into());
    }
    Query::parse(&filter)?;
    let workspace = context.writing()?;
    live(context, &workspace, filter)
}

fn column_twin<'a>(column: &'a BoardColumn<'_>) -> ColumnTwin<'a> {
    ColumnTwin { state: column.state, count: column.count, cards: column.rows.iter().map(card_twin).collect() }
}

fn card_twin<'a>(row: &'a Row<'_>) -> CardTwin<'a> {
    CardTwin {
        task: task_twin(row.task),
        waits_for: &row.waits_for,
        blocked_by: blocked_by(row),
        claimed: row.task.claim.as_ref().and_then(|claim| claim.claimed),
    }
}
