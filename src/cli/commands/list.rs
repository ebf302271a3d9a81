use anyhow::Result;
use clap::Args;

use crate::model::{Ask, Key, Priority, Query, State, Trait, Wanted};
use crate::view::twins::tasks_document;

use super::super::context::Context;
use super::listing::{Layout, find};

/// List tasks, open ones unless told otherwise
///
/// Filters and the query combine: a task must pass all of them. Closed tasks are listed by `state:done`, `is:closed` or `--all`, those that were put away by `--archived` only.
#[derive(Debug, Args)]
pub struct List {
    /// Query: `state:ready p:0 label:api -blocked text`
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Only this state; may be given several times
    #[arg(short, long = "state", value_name = "STATE")]
    states: Vec<State>,
    /// Closed tasks too
    #[arg(short, long)]
    all: bool,
    /// Closed and archived tasks too
    #[arg(long)]
    archived: bool,
    #[command(flatten)]
    filters: Filters,
    #[command(flatten)]
    layout: Layout,
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
    /// Whether any is given.
    pub fn are_set(&self) -> bool {
        let mut query = Query::default();
        self.ask(&mut query);
        !query.terms.is_empty()
    }

    /// Asks for the same in a query.
    pub fn ask(&self, query: &mut Query) {
        if let Some(priority) = self.priority {
            query.and(Ask::Priority(vec![priority]));
        }
        for label in &self.labels {
            query.and(Ask::Key(Key::Label, vec![Wanted::Word(label.to_lowercase())]));
        }
        if let Some(name) = &self.assignee {
            query.and(Ask::Key(Key::Assignee, vec![Wanted::Word(name.to_lowercase())]));
        }
        if self.blocked {
            query.and(Ask::Is(Trait::Blocked));
        }
        if self.ready {
            query.and(Ask::Is(Trait::Claimable));
        }
    }
}

impl List {
    pub fn run(self, context: &Context) -> Result<()> {
        let mut query = Query::parse(&self.query.join(" "))?;
        self.filters.ask(&mut query);
        if !self.states.is_empty() {
            query.and(Ask::State(self.states.clone()));
        }
        let open: Vec<State> = State::ALL.into_iter().filter(|state| state.is_open()).collect();
        let usual = if self.all || self.archived { State::ALL.to_vec() } else { open };
        let found = find(context, &query, &usual, self.archived.into())?;
        let tasks = found.tasks(&self.layout);
        if context.ui.is_json() {
            context.ui.document(&tasks_document(&tasks, &found.reading.problems, None));
        }
        found.print(context, &tasks, &self.layout);
        found.warn(context);
        if tasks.is_empty() && found.reading.problems.is_empty() {
            let is_open_only = query.states(&usual).iter().all(|state| state.is_open()) && self.states.is_empty();
            context.ui.say(match (is_open_only, found.is_empty_board()) {
                (_, true) => "the board is empty; `mcp create \"What is to be done\"` writes a task down",
                (true, false) if !self.all => "no open task matches; `mcp list --all` shows closed ones too",
                _ => "no task matches",
            });
        }
        drop(tasks);
        // The system takes all of it back at once; to give back thousands of tasks piece by piece would be waited for.
        std::mem::forget(found);
        Ok(())
    }
}
