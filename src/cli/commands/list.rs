use anyhow::Result;
use clap::Args;

use crate::model::{Priority, State, Task};
use crate::view::{Align, table, tasks_document, visible};

use super::super::context::Context;

/// List tasks, open ones unless told otherwise
///
/// Filters combine: a task must pass all of them. Closed tasks are listed by `--state done`, `--state failed` or `--all`.
#[derive(Debug, Args)]
pub struct List {
    /// Only this state; may be given several times
    #[arg(short, long = "state", value_name = "STATE")]
    states: Vec<State>,
    /// Closed tasks too
    #[arg(short, long)]
    all: bool,
    #[command(flatten)]
    filters: Filters,
}

/// Which tasks to show.
#[derive(Clone, Debug, Default, Args)]
pub struct Filters {
    /// Only this priority
    #[arg(short, long)]
    priority: Option<Priority>,
    /// Only with this label; several must all be there
    #[arg(short, long = "label", value_name = "LABEL")]
    labels: Vec<String>,
    /// Only held by or kept for this worker
    #[arg(long, value_name = "NAME")]
    assignee: Option<String>,
    /// Only those that are blocked or wait for an answer or for another task
    #[arg(long, conflicts_with = "ready")]
    blocked: bool,
    /// Only those that could be claimed now
    #[arg(long)]
    ready: bool,
}

impl Filters {
    /// Whether a task passes. `waits` tells whether a dependency is still open.
    pub fn pass(&self, task: &Task, waits: &impl Fn(&Task) -> bool) -> bool {
        let is_blocked = || task.front.blocked.is_some() || !task.open_questions().is_empty() || waits(task);
        self.priority.is_none_or(|priority| task.front.priority == priority)
            && self.labels.iter().all(|label| task.front.labels.contains(label))
            && self.assignee.as_ref().is_none_or(|name| task.assignee().is_some_and(|actor| actor.as_str() == name))
            && (!self.blocked || is_blocked())
            && (!self.ready || (task.state == State::Ready && task.assignee().is_none() && !is_blocked()))
    }
}

impl List {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.workspace()?;
        let repository = workspace.repository()?;
        let states: Vec<State> = match (self.states.is_empty(), self.all) {
            (false, _) => self.states.clone(),
            (true, true) => State::ALL.to_vec(),
            (true, false) => State::ALL.into_iter().filter(|state| state.is_open()).collect(),
        };
        let reading = workspace.read_states(&repository, &states)?;
        let dependencies = workspace.dependencies(&repository, &reading.catalog);
        let is_open = |word: &String| dependencies.waits(word).map_or(true, |waits| waits.is_some());
        let waits = |task: &Task| task.front.depends_on.iter().any(is_open);
        let mut tasks: Vec<&Task> = reading.tasks.iter().filter(|task| self.filters.pass(task, &waits)).collect();
        sort(&mut tasks);
        if context.ui.is_json() {
            context.ui.document(&tasks_document(&tasks, &reading.problems, None));
        }
        print(context, &tasks);
        for problem in &reading.problems {
            context.ui.warn(&format!("{}: {}", problem.place, problem.message));
        }
        if tasks.is_empty() && reading.problems.is_empty() {
            context.ui.say(match (self.states.is_empty(), reading.catalog.is_empty()) {
                (_, true) => "the board is empty; `mcp create \"What is to be done\"` writes a task down",
                (true, false) if !self.all => "no open task matches; `mcp list --all` shows closed ones too",
                _ => "no task matches",
            });
        }
        Ok(())
    }
}

/// By state, priority, age and id.
pub fn sort(tasks: &mut [&Task]) {
    let rank = |state: State| match state {
        State::InProgress => 0,
        State::Review => 1,
        State::Ready => 2,
        State::Pending => 3,
        State::Failed => 4,
        State::Done => 5,
    };
    tasks.sort_by_key(|task| (rank(task.state), task.front.priority, task.front.created, task.id.clone()));
}

/// Prints tasks as a table.
pub fn print(context: &Context, tasks: &[&Task]) {
    if tasks.is_empty() {
        return;
    }
    let head = [
        ("ID", Align::Left),
        ("STATE", Align::Left),
        ("P", Align::Left),
        ("KIND", Align::Left),
        ("ASSIGNEE", Align::Left),
        ("LABELS", Align::Left),
        ("TITLE", Align::Left),
    ];
    let rows: Vec<Vec<String>> = tasks
        .iter()
        .map(|task| {
            vec![
                task.id.to_string(),
                task.state.to_string(),
                task.front.priority.to_string(),
                visible(task.front.kind.as_deref().unwrap_or_default()),
                task.assignee().map(ToString::to_string).unwrap_or_default(),
                visible(&task.front.labels.join(",")),
                visible(&task.title()),
            ]
        })
        .collect();
    context.ui.data(&table(&head, &rows, context.width()));
}
