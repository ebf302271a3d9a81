//! What `list`, `search` and `board` share: the query, how tasks are laid out, and what is said of them.

use std::collections::BTreeSet;

use anyhow::Result;
use clap::Args;

use crate::engine::{Dependencies, Extent, Reading, Workspace};
use crate::git::Repository;
use crate::model::{Group, Order, Query, State, Surroundings, Task, TaskId, Waits, groups};
use crate::view::{FIELDS, Field, Fit, Row, file_address, task_table};

use super::super::context::Context;
use super::super::progress::{READING, patiently};

/// How to lay tasks out.
#[derive(Clone, Debug, Default, Args)]
pub struct Layout {
    /// Sort by these, first to last; `-` turns one round: state, priority, age, created, due, title, assignee, kind, attempts, id
    #[arg(long, value_name = "KEYS", allow_hyphen_values = true)]
    sort: Option<Order>,
    /// Put together what has the same: state, priority, label, assignee, kind, milestone, parent
    #[arg(long, value_name = "KEY")]
    group_by: Option<Group>,
    /// Show these columns; a `+` in front adds to the usual ones: id, state, p, kind, assignee, labels, age, attempts, due, milestone, size, risk, phase, needs, parent, branch, blocked, title, path
    #[arg(long, value_name = "NAMES", value_parser = Fields::read)]
    columns: Option<Fields>,
    /// Let long titles go on in the next line instead of cutting them
    #[arg(long)]
    wrap: bool,
    /// Lay out for so many columns instead of the terminal's
    #[arg(long, value_name = "COLUMNS")]
    width: Option<usize>,
    /// Show the first so many only
    #[arg(short = 'n', long, value_name = "N")]
    limit: Option<usize>,
}

/// Columns, as they were typed.
#[derive(Clone, Debug)]
struct Fields(Vec<Field>);

impl Fields {
    fn read(text: &str) -> Result<Fields, String> {
        let (mut fields, names) = match text.strip_prefix('+') {
            Some(names) => (FIELDS.to_vec(), names),
            None => (Vec::new(), text),
        };
        for name in names.split(',') {
            let field = name.trim().trim_start_matches('+').parse()?;
            if !fields.contains(&field) {
                // A title ends the line wherever it can: it is the longest.
                let place = fields.iter().position(|known| *known == Field::Title).filter(|_| text.starts_with('+'));
                fields.insert(place.unwrap_or(fields.len()), field);
            }
        }
        Ok(Fields(fields))
    }
}

/// Tasks that were asked for, as they were read.
pub struct Found {
    /// The board.
    pub workspace: Workspace,
    /// All that was read.
    pub reading: Reading,
    repository: Repository,
    /// Which of the tasks pass, by their places in the reading.
    passing: Vec<usize>,
}

/// Reads the tasks of the states that a query allows, and finds those that pass; of their texts only what a table shows.
pub fn find(context: &Context, query: &Query, otherwise: &[State], archive: Archive) -> Result<Found> {
    find_with(context, query, otherwise, false, archive)
}

/// The same with their texts.
pub fn find_whole(context: &Context, query: &Query, otherwise: &[State]) -> Result<Found> {
    find_with(context, query, otherwise, true, Archive::LeftAlone)
}

/// Whether what was put away is looked at: it costs nothing until it is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Archive {
    /// Too.
    Read,
    /// Not at all.
    LeftAlone,
}

impl From<bool> for Archive {
    fn from(is_wanted: bool) -> Archive {
        if is_wanted { Archive::Read } else { Archive::LeftAlone }
    }
}

fn find_with(
    context: &Context,
    query: &Query,
    otherwise: &[State],
    needs_text: bool,
    archive: Archive,
) -> Result<Found> {
    let workspace = context.workspace()?;
    let repository = workspace.repository()?;
    let keep = |task: &Task| match query.passes_by_text(task) {
        false => Extent::Nothing,
        true if needs_text => Extent::Whole,
        true => Extent::Shown,
    };
    let states = query.states(otherwise);
    let reading = patiently(&context.ui, READING, || -> Result<_> {
        let mut reading = workspace.read_states_keeping(&repository, &states, &keep)?;
        if archive == Archive::Read {
            let known: BTreeSet<TaskId> = reading.tasks.iter().map(|task| task.id.clone()).collect();
            workspace.read_archive(&mut reading)?;
            // Of the others the text may be gone by now.
            let passes = |task: &Task| states.contains(&task.state) && query.passes_by_text(task);
            reading.tasks.retain(|task| known.contains(&task.id) || passes(task));
        }
        Ok(reading)
    })?;
    let dependencies = workspace.dependencies_in(&repository, &reading);
    let waits = |task: &Task| !waits_for(&dependencies, task).is_empty();
    let actor = workspace.identity().actor();
    let around = Surroundings { now: workspace.now(), actor, waits: &waits };
    let passing =
        (0..reading.tasks.len()).filter(|index| query.passes_beside_text(&reading.tasks[*index], &around)).collect();
    drop(dependencies);
    Ok(Found { workspace, reading, repository, passing })
}

/// What a task waits for, each in a word or two.
fn waits_for(dependencies: &Dependencies<'_>, task: &Task) -> Vec<String> {
    let waits = |word: &String| match dependencies.waits(word) {
        Ok(None) => None,
        Ok(Some(Waits::ForTheMerge(Some(branch)))) => Some(format!("{word} (merge {branch})")),
        Ok(Some(Waits::ForWhatIsGone(branch))) => Some(format!("{word} ({branch} is gone)")),
        Ok(Some(Waits::ForTheMerge(None))) => Some(format!("{word} (to be merged)")),
        Ok(Some(Waits::ForTheEnd)) | Err(_) => Some(word.clone()),
    };
    task.front.depends_on.iter().filter_map(waits).collect()
}

impl Found {
    /// The tasks, in order of id.
    pub fn passing(&self) -> impl Iterator<Item = &Task> {
        self.passing.iter().map(|index| &self.reading.tasks[*index])
    }

    /// The tasks, in the order that is wanted.
    pub fn tasks(&self, layout: &Layout) -> Vec<&Task> {
        let mut tasks: Vec<&Task> = self.passing().collect();
        layout.sort.clone().unwrap_or_default().sort(&mut tasks);
        tasks.truncate(layout.limit.unwrap_or(usize::MAX));
        tasks
    }

    /// Tasks with what their own files do not tell.
    pub fn rows<'a>(&self, context: &Context, tasks: &[&'a Task]) -> Vec<Row<'a>> {
        rows(context, &self.workspace, &self.repository, &self.reading, tasks)
    }

    /// Prints tasks as a table, or as one table a group.
    pub fn print(&self, context: &Context, tasks: &[&Task], layout: &Layout) {
        let fields = layout.columns.as_ref().map(|fields| fields.0.as_slice());
        let width = layout.width.or_else(|| context.width());
        let fit = Fit { width, is_wrapped: layout.wrap, is_bare: !context.ui.is_painted() };
        if context.ui.is_json() {
            return;
        }
        let print = |tasks: &[&Task]| {
            let rows = self.rows(context, tasks);
            if !rows.is_empty() {
                context.ui.painted(&task_table(&rows, fields, self.workspace.now(), fit));
            }
        };
        let Some(by) = layout.group_by else { return print(tasks) };
        for (index, (name, tasks)) in groups(tasks, by).into_iter().enumerate() {
            if index > 0 {
                context.ui.painted("\n");
            }
            let name = name.unwrap_or_else(|| "none".to_owned());
            context.ui.title(&format!("{name} ({})", tasks.len()));
            print(&tasks);
        }
    }

    /// Tells what could not be read.
    pub fn warn(&self, context: &Context) {
        for problem in &self.reading.problems {
            context.ui.warn(&format!("{}: {}", problem.place, problem.message));
        }
    }

    /// Whether there is no task at all.
    pub fn is_empty_board(&self) -> bool {
        self.reading.counts.is_empty()
    }
}

fn rows<'a>(
    context: &Context,
    workspace: &Workspace,
    repository: &Repository,
    reading: &Reading,
    tasks: &[&'a Task],
) -> Vec<Row<'a>> {
    let dependencies = workspace.dependencies_in(repository, reading);
    let root = workspace.root().to_str().filter(|_| context.has_links());
    let row = |task: &&'a Task| {
        let waits_for = if task.state.is_open() { waits_for(&dependencies, task) } else { Vec::new() };
        Row { task, waits_for, address: root.map(|root| file_address(root, &task.path)) }
    };
    tasks.iter().map(row).collect()
}

/// Prints tasks as the usual table.
pub fn print_usual(
    context: &Context,
    workspace: &Workspace,
    repository: &Repository,
    reading: &Reading,
    tasks: &[&Task],
) {
    if tasks.is_empty() || context.ui.is_json() {
        return;
    }
    let rows = rows(context, workspace, repository, reading, tasks);
    let fit = Fit { width: context.width(), is_wrapped: false, is_bare: !context.ui.is_painted() };
    context.ui.painted(&task_table(&rows, None, workspace.now(), fit));
}
