//! `watch`: keeps up with what people, editors and git do to the board, and sees what happened.

use anyhow::Result;

use crate::git::Repository;
use crate::model::{Change, Sighting, State, Task, TaskId, said};
use crate::store::Watcher;

use super::load::{cell_name, read_claim};
use super::workspace::Workspace;

impl Workspace {
    /// Begins to watch the board's files and cells.
    pub fn watcher(&self) -> Watcher {
        Watcher::of(&self.store, &self.common_dir)
    }

    /// Waits until nobody is in the middle of changing the board.
    pub fn wait_for_quiet(&self, watcher: &mut Watcher) {
        watcher.wait_for_quiet(&self.store);
    }

    /// Looks at the board; `before` tells which closed tasks are known already.
    pub fn sighting(&self, repository: &Repository, before: Option<&Sighting>) -> Result<Sighting> {
        let (open, closed): (Vec<State>, Vec<State>) = State::ALL.into_iter().partition(|state| state.is_open());
        let reading = self.read_states(repository, &open)?;
        let mut seen = Sighting {
            tasks: reading.tasks.into_iter().map(|task| (task.id.clone(), task)).collect(),
            problems: reading.problems,
            ..Sighting::default()
        };
        let lies_closed = |(id, state): &(&TaskId, State)| closed.contains(state) && !seen.tasks.contains_key(*id);
        seen.closed = reading.catalog.iter().filter(lies_closed).map(|(id, _)| id.clone()).collect();
        let Some(before) = before else { return Ok(seen) };
        // Of what cannot be read just now the last thing that could be read counts.
        let is_damaged = |task: &&Task| seen.problems.iter().any(|problem| problem.is_in(&task.path));
        let damaged: Vec<Task> = before
            .tasks
            .values()
            .filter(is_damaged)
            .filter(|task| !seen.tasks.contains_key(&task.id))
            .cloned()
            .collect();
        seen.tasks.extend(damaged.into_iter().map(|task| (task.id.clone(), task)));
        // Of closed tasks those are read that were open a moment ago, and those that nobody knew.
        let left = before.tasks.keys().filter(|id| !seen.tasks.contains_key(id) && !before.closed.contains(id));
        let fresh = seen.closed.difference(&before.closed);
        let ids: Vec<TaskId> = left.chain(fresh).cloned().collect();
        for id in ids {
            if let Ok(loaded) = self.load(repository, &id) {
                seen.tasks.insert(id, loaded.task);
            }
        }
        Ok(seen)
    }

    /// Does what a writing command would begin with, makes one file of tasks that lie in two places, and takes over what a person
    /// moved; says so in a line each.
    pub fn keep_up(&self, repository: &Repository, before: &Sighting) -> Result<Vec<String>> {
        let mut notes = self.tidy()?;
        notes.extend(self.reconcile(repository, false)?);
        // Between two commits of a rebase the files are git's.
        if repository.operation()?.is_none() {
            notes.extend(self.take_over_moves(repository, before)?);
        }
        Ok(notes)
    }

    /// Brings the cells of tasks that a person moved to another folder after the files, so that other checkouts see it too.
    fn take_over_moves(&self, repository: &Repository, before: &Sighting) -> Result<Vec<String>> {
        let mut notes = Vec::new();
        let catalog = self.catalog()?;
        // Of the closed ones only those that were open at the last look can have been moved since.
        let may_have_moved = |(id, state): &(&TaskId, State)| {
            state.is_open() || before.tasks.get(*id).is_some_and(|task| task.state.is_open())
        };
        for (id, folder) in catalog.iter().filter(may_have_moved) {
            let is_behind = || {
                let cell = repository.cell(&cell_name(id)).ok().flatten();
                cell.and_then(|cell| read_claim(repository, id, cell.oid).ok())
                    .is_some_and(|claim| claim.state != folder)
            };
            if !is_behind() || !self.load(repository, id).is_ok_and(|loaded| loaded.task.state == folder) {
                continue;
            }
            let taken_over = self.change(id, |task, now| {
                // The holder's file, in another checkout, may be where it was; and somebody else may watch, too.
                if task.state != folder || !is_behind() {
                    return Ok(Change::noop(task, "moved by hand"));
                }
                let change = Change::staying(task, "moved by hand");
                let is_worked_on = matches!(folder, State::InProgress | State::Review);
                let change = if is_worked_on || !is_held(task) { change } else { change.freed() };
                Ok(change.logged(now, self.actor(), format!("{}{}{folder}", said::MOVED, said::NOW_IN)))
            });
            if let Err(error) = taken_over {
                notes.push(format!("the move of {id} to {folder} is not taken over: {error:#}"));
            }
        }
        Ok(notes)
    }
}

fn is_held(task: &Task) -> bool {
    task.claim.as_ref().is_some_and(|claim| claim.holder.is_some())
}
