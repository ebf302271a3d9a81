//! Reading the board: every task of some states, by the one truth of all files here and all cells. Reads never write.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Error, Result};

use crate::git::{Oid, Repository};
use crate::model::{BoardProblem, Catalog, CompleteOn, Filing, Place, State, Task, TaskId};
use crate::store::Sighted;

use super::known_cells::KnownCells;
use super::load::problem_of;
use super::read_files::{Filed, Other};
use super::taken::{Taken, Unread, Untold};
use super::workspace::Workspace;

/// The tasks as read, and what could not be.
#[derive(Debug, Default)]
pub struct Reading {
    /// In order of id.
    pub tasks: Vec<Task>,
    /// In order of path.
    pub problems: Vec<BoardProblem>,
    /// The names of all tasks that have a file here, from the same listing.
    pub catalog: Catalog,
    /// How many tasks there are in each state.
    pub counts: BTreeMap<State, usize>,
    /// The cells, from the same moment.
    pub(super) cells: Option<KnownCells>,
}

/// What a reading looks at.
pub(super) struct Look<'a> {
    repository: &'a Repository,
    cells: &'a KnownCells,
    /// The states of which the tasks are wanted.
    pub(super) states: &'a [State],
    /// Whether a task is wanted; it may lose what nobody wants of it.
    pub(super) keep: &'a Keep<'a>,
    /// Whether a task in review may be done, since it was merged.
    may_be_merged: bool,
}

/// Says how much of a task is wanted.
pub type Keep<'a> = dyn Fn(&Task) -> Extent + Sync + 'a;

/// How much of a task is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// What a table shows of it: not its text.
    Shown,
    /// None of it.
    Nothing,
}

/// What to do about a task with files here.
pub(super) enum Plan<'a> {
    /// It is in this state, and not asked for.
    Known(State),
    /// Its file is read, and tells all unless it is behind its cell.
    Read(Filed<'a>),
    /// It is loaded as every other command does.
    Load(Vec<Place>, Option<Oid>),
    /// Its cell cannot be read.
    Damaged(Vec<Place>, Error),
}

impl Workspace {
    /// Reads the tasks of some states with their claims; what cannot be read becomes a problem and the others go on.
    pub fn read_states(&self, repository: &Repository, states: &[State]) -> Result<Reading> {
        self.read_states_keeping(repository, states, &|_| Extent::Whole)
    }

    /// The same, of each task only what is wanted.
    ///
    /// Which state a task is in, another checkout may know better than the folders here: of every task that has an open file, an
    /// open cell and no file, or was opened again, the claim is looked at. Files are read of those tasks that are asked for, and of
    /// those whose claim tells of another folder.
    pub fn read_states_keeping(&self, repository: &Repository, states: &[State], keep: &Keep<'_>) -> Result<Reading> {
        // Before the names: a task that comes into being in between is in both or in the names alone.
        let cells = self.known_cells(repository)?;
        let may_be_merged = self.config.complete_on == CompleteOn::Merge;
        let look = Look { repository, cells: &cells, states, keep, may_be_merged };
        let (catalog, Taken { tasks, counts, untold, others }) = self.take_all(&look)?;
        let mut reading = Reading::default();
        let in_order = tasks.len();
        let counted = State::ALL.into_iter().map(|state| (state, counts[state as usize]));
        reading.counts = counted.filter(|(_, count)| *count > 0).collect();
        reading.tasks = tasks;
        for untold in untold {
            self.take_untold(&look, untold, &mut reading)?;
        }
        for Unread { id, places, cell } in others {
            let is_told = places.iter().any(|place| states.contains(&place.state));
            if let [first, _, ..] = places.as_slice()
                && is_told
            {
                reading.problems.push(doubled(&id, first, &places));
            }
            match cell.and_then(|cell| self.load_with(repository, &id, cell, &places)) {
                Ok(loaded) => reading.take(&look, self.or_merged(repository, loaded.task)?),
                Err(error) => reading.fail(&look, &error, &places)?,
            }
        }
        reading.catalog = catalog;
        self.read_elsewhere(&look, &mut reading)?;
        self.tell_newcomers(states, &mut reading)?;
        if reading.tasks.len() > in_order {
            reading.tasks.sort_by(|a, b| a.id.cmp(&b.id));
        }
        reading.problems.sort_by(|a, b| a.place.cmp(&b.place));
        cells.keep();
        reading.cells = Some(cells);
        Ok(reading)
    }

    /// Takes in a task whose only file did not tell all.
    fn take_untold(&self, look: &Look<'_>, untold: Untold, reading: &mut Reading) -> Result<()> {
        let Untold { id, places, claimed, other } = untold;
        let task = match other {
            Other::Behind => self.load_claimed(look.repository, &id, claimed.map(|claimed| *claimed), &places),
            // Somebody has moved it since the names were listed.
            Other::Gone => self.load_at(look.repository, &id, &places),
            Other::Failed(error) => Err(error),
        };
        match task {
            Ok(loaded) => reading.take(look, loaded.task),
            Err(error) => reading.fail(look, &error, &places)?,
        }
        Ok(())
    }

    /// Reads the tasks that have a cell and no file here: made or moved on another branch, or lost to `git clean`.
    fn read_elsewhere(&self, look: &Look<'_>, reading: &mut Reading) -> Result<()> {
        let Look { repository, cells, states, .. } = *look;
        let ids = cells.listing.names().into_iter().filter_map(TaskId::parse);
        let elsewhere: Vec<_> = ids.filter(|id| !reading.catalog.contains(id)).collect();
        if elsewhere.is_empty() {
            return Ok(());
        }
        let archived: BTreeSet<TaskId> = self.store.archived()?.into_iter().map(|(id, _)| id).collect();
        for id in elsewhere.iter().filter(|id| !archived.contains(id)) {
            let read = || -> Result<Option<(State, Option<Task>)>> {
                let Some(cell) = cells.listing.value(id.as_str())? else { return Ok(None) };
                let claim = cells.claim(repository, id, cell)?;
                let state = claim.state;
                let may_be_done = look.may_be_merged && state == State::Review;
                let task = match states.contains(&state) || may_be_done {
                    true => {
                        let loaded = self.without_file(repository, id, Some(cell), Some(claim))?;
                        Some(self.or_merged(repository, loaded.task)?)
                    }
                    false => None,
                };
                Ok(Some((state, task)))
            };
            match read() {
                Ok(Some((state, None))) => *reading.counts.entry(state).or_default() += 1,
                Ok(Some((_, Some(task)))) => reading.take(look, task),
                Ok(None) => {}
                Err(error) => reading.problems.push(problem_of(&error, &super::load::cell_name(id))?),
            }
        }
        Ok(())
    }

    fn tell_newcomers(&self, states: &[State], reading: &mut Reading) -> Result<()> {
        for newcomer in reading.catalog.newcomers.iter().filter(|place| states.contains(&place.state)) {
            let is_empty =
                matches!(self.store.sight(&newcomer.path)?, Sighted::Bytes(bytes) if bytes.trim_ascii().is_empty());
            let message = match is_empty {
                true => "an empty file; once something is written in it, it becomes a task",
                false => "a new file without an id; the next writing command takes it in",
            };
            reading.problems.push(BoardProblem {
                place: newcomer.path.clone(),
                code: "newcomer",
                message: message.to_owned(),
                hint: None,
            });
        }
        Ok(())
    }
}

impl Look<'_> {
    /// Decides what to do about a task, whose file or files were listed.
    pub(super) fn decide<'f>(&self, filing: Filing<'f>) -> Result<Plan<'f>> {
        let (id, folder, files) = (filing.id(), filing.state(), filing.files());
        let is_again = self.cells.again.contains(id);
        let is_asked_for = folder.is_open() || self.states.contains(&folder) || is_again;
        if !is_asked_for && files == 1 {
            return Ok(Plan::Known(folder));
        }
        // Closed tasks cost one file each: their cells change nothing that a listing shows.
        let is_cell_asked = folder.is_open() || is_again || files > 1;
        let cell = if is_cell_asked { self.cells.listing.value(id.as_str()) } else { Ok(None) };
        let cell = match cell {
            Ok(cell) if folder == State::Review && self.may_be_merged => {
                return Ok(Plan::Load(filing.places(), cell));
            }
            Ok(Some(cell)) => cell,
            Ok(None) if files == 1 && !self.states.contains(&folder) => return Ok(Plan::Known(folder)),
            Ok(None) if files == 1 => {
                return Ok(Plan::Read(Filed { filing, claimed: None }));
            }
            Ok(None) => return Ok(Plan::Load(filing.places(), None)),
            Err(error) => return Ok(Plan::Damaged(filing.places(), error)),
        };
        if files > 1 {
            return Ok(Plan::Load(filing.places(), Some(cell)));
        }
        let claim = match self.cells.claim(self.repository, id, cell) {
            Ok(claim) => claim,
            Err(error) => return Ok(Plan::Damaged(filing.places(), error)),
        };
        if claim.state != folder || claim.is_ahead {
            return Ok(Plan::Load(filing.places(), Some(cell)));
        }
        if !self.states.contains(&folder) {
            return Ok(Plan::Known(folder));
        }
        match claim.path == filing.path() {
            true => Ok(Plan::Read(Filed { filing, claimed: Some(Box::new((cell, claim))) })),
            false => Ok(Plan::Load(filing.places(), Some(cell))),
        }
    }
}

impl Reading {
    /// Takes a task in, if it is wanted.
    fn take(&mut self, look: &Look<'_>, mut task: Task) {
        *self.counts.entry(task.state).or_default() += 1;
        let kept = if look.states.contains(&task.state) { (look.keep)(&task) } else { Extent::Nothing };
        if kept == Extent::Nothing {
            return;
        }
        if kept == Extent::Shown {
            task.forget_text();
        }
        self.tasks.push(task);
    }

    /// Takes in that a task cannot be read.
    fn fail(&mut self, look: &Look<'_>, error: &Error, places: &[Place]) -> Result<()> {
        let first = places.first().expect("it was listed");
        if places.iter().any(|place| look.states.contains(&place.state)) {
            self.problems.push(problem_of(error, &first.path)?);
        }
        *self.counts.entry(first.state).or_default() += 1;
        Ok(())
    }
}

fn doubled(id: &TaskId, first: &Place, places: &[Place]) -> BoardProblem {
    let paths: Vec<_> = places.iter().map(|place| place.path.as_str()).collect();
    BoardProblem {
        place: first.path.clone(),
        code: "doubled",
        message: format!("{id} lies in {} places: {}", paths.len(), paths.join(", ")),
        hint: Some(format!("`mcp show {id}` uses the newest; `mcp resolve` makes one of them")),
    }
}
