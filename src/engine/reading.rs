//! Reading the board: every task of some states, by the one truth of all files here and all cells. Reads never write.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::git::{Listing, Repository};
use crate::model::{BoardProblem, Catalog, Place, State, Task, TaskId};
use crate::store::Sighted;

use super::load::{CELLS, problem_of, read_claim};
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
}

impl Workspace {
    /// Reads the tasks of some states with their claims; what cannot be read becomes a problem and the others go on.
    ///
    /// Which state a task is in, another checkout may know better than the folders here: every task that has an open file, an
    /// open cell and no file, or was opened again, is looked at. Of closed ones only those that are asked for are read.
    pub fn read_states(&self, repository: &Repository, states: &[State]) -> Result<Reading> {
        // Before the names: a task that comes into being in between is in both or in the names alone.
        let cells = repository.cells(CELLS)?;
        let mut reading = Reading { catalog: self.catalog()?, ..Reading::default() };
        let again = self.opened_again();
        let ids: Vec<TaskId> = reading.catalog.iter().map(|(id, _)| id.clone()).collect();
        for id in &ids {
            let folder = reading.catalog.state(id).expect("it was listed");
            let is_asked_for = folder.is_open() || states.contains(&folder) || again.contains(id);
            let state = match is_asked_for || reading.catalog.is_doubled(id) {
                true => self.read_one(repository, id, &cells, states, again.contains(id), &mut reading)?,
                false => Some(folder),
            };
            if let Some(state) = state {
                *reading.counts.entry(state).or_default() += 1;
            }
        }
        self.read_elsewhere(repository, &cells, states, &mut reading)?;
        self.tell_newcomers(states, &mut reading)?;
        reading.tasks.sort_by(|a, b| a.id.cmp(&b.id));
        reading.problems.sort_by(|a, b| a.place.cmp(&b.place));
        Ok(reading)
    }

    /// Reads a task with a file here; gives back the state that it is in, if it is known.
    fn read_one(
        &self,
        repository: &Repository,
        id: &TaskId,
        cells: &Listing,
        states: &[State],
        is_open_again: bool,
        reading: &mut Reading,
    ) -> Result<Option<State>> {
        let places = reading.catalog.places(id);
        let task = match places.as_slice() {
            // Closed tasks cost one file each: their cells change nothing that a listing shows.
            [place] if !place.state.is_open() && !is_open_again => self.read_file(id, place.state, &place.path),
            places => cells
                .value(id.as_str())
                .and_then(|cell| self.load_with(repository, id, cell, places))
                .map(|loaded| loaded.task),
        };
        let shown = |state: State| states.contains(&state);
        if let [first, _, ..] = places.as_slice()
            && places.iter().any(|place| shown(place.state))
        {
            reading.problems.push(doubled(id, first, &places));
        }
        match task {
            Ok(task) => {
                let state = task.state;
                if shown(state) {
                    reading.tasks.push(task);
                }
                Ok(Some(state))
            }
            Err(error) => {
                let place = places.first().expect("it was listed");
                if places.iter().any(|place| shown(place.state)) {
                    reading.problems.push(problem_of(&error, &place.path)?);
                }
                Ok(Some(place.state))
            }
        }
    }

    /// Reads the tasks that have a cell and no file here: made or moved on another branch, or lost to `git clean`.
    fn read_elsewhere(
        &self,
        repository: &Repository,
        cells: &Listing,
        states: &[State],
        reading: &mut Reading,
    ) -> Result<()> {
        let ids = cells.names().into_iter().filter_map(TaskId::parse);
        let elsewhere: Vec<_> = ids.filter(|id| !reading.catalog.contains(id)).collect();
        if elsewhere.is_empty() {
            return Ok(());
        }
        let archived: BTreeSet<TaskId> = self.store.archived()?.into_iter().map(|(id, _)| id).collect();
        for id in elsewhere.iter().filter(|id| !archived.contains(id)) {
            let read = || -> Result<Option<(State, Option<Task>)>> {
                let Some(cell) = cells.value(id.as_str())? else { return Ok(None) };
                let claim = read_claim(repository, id, cell)?;
                let state = claim.state;
                let task = match states.contains(&state) {
                    true => Some(self.without_file(repository, id, Some(cell), Some(claim))?.task),
                    false => None,
                };
                Ok(Some((state, task)))
            };
            match read() {
                Ok(Some((state, task))) => {
                    *reading.counts.entry(state).or_default() += 1;
                    reading.tasks.extend(task);
                }
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

fn doubled(id: &TaskId, first: &Place, places: &[Place]) -> BoardProblem {
    let paths: Vec<_> = places.iter().map(|place| place.path.as_str()).collect();
    BoardProblem {
        place: first.path.clone(),
        code: "doubled",
        message: format!("{id} lies in {} places: {}", paths.len(), paths.join(", ")),
        hint: Some(format!("`mcp show {id}` uses the newest; `mcp resolve` makes one of them")),
    }
}
