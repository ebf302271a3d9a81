//! Dependencies across branches: met when done, and what was done is in the history from which the work would start.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};

use anyhow::Result;

use crate::git::{Oid, Repository};
use crate::model::{Catalog, Claim, CompleteOn, Place, State, Task, TaskId, Waits};
use crate::store::{Listed, TASKS};

use super::known_cells::KnownCells;
use super::load::{cell_name, read_claim};
use super::reading::Reading;
use super::workspace::Workspace;

/// Tells of each dependency what it waits for.
#[derive(Debug)]
pub struct Dependencies<'a> {
    workspace: &'a Workspace,
    repository: &'a Repository,
    catalog: &'a Catalog,
    cells: Option<&'a KnownCells>,
    archived: OnceCell<BTreeSet<TaskId>>,
    /// What was said before: many tasks wait for the same one.
    said: RefCell<HashMap<TaskId, Option<Waits>>>,
}

impl Workspace {
    /// Looks at dependencies with the names of one listing.
    pub fn dependencies<'a>(&'a self, repository: &'a Repository, catalog: &'a Catalog) -> Dependencies<'a> {
        Dependencies {
            workspace: self,
            repository,
            catalog,
            cells: None,
            archived: OnceCell::new(),
            said: RefCell::default(),
        }
    }

    /// Looks at dependencies with all that a reading knows.
    pub fn dependencies_in<'a>(&'a self, repository: &'a Repository, reading: &'a Reading) -> Dependencies<'a> {
        Dependencies { cells: reading.cells.as_ref(), ..self.dependencies(repository, &reading.catalog) }
    }

    /// What a task that is to be claimed waits for, in words. Its dependencies are looked for where their cells tell, and where
    /// names that were listed before had them; only for what is in neither place names are listed anew.
    pub(super) fn waits_for(&self, repository: &Repository, task: &Task, listed: &Listed) -> Result<Vec<String>> {
        let words = &task.front.depends_on;
        if words.is_empty() || task.state == State::InProgress {
            return Ok(Vec::new());
        }
        let places = |listed: &Listed, id: &TaskId| {
            let mut places = self.store.places_in(listed, id);
            places.extend(self.place_in_cell(repository, id).filter(|place| !places.contains(place)));
            places.retain(|place| self.store.has(&place.path));
            places
        };
        let mut catalog = Catalog::below(TASKS);
        let mut anew = None;
        for id in words.iter().filter_map(|word| TaskId::parse(word)) {
            let mut found = places(anew.as_ref().unwrap_or(listed), &id);
            if found.is_empty() && anew.is_none() {
                found = places(anew.insert(self.store.listed()?), &id);
            }
            for place in found {
                catalog.add(place.state, place.path.rsplit('/').next().unwrap_or_default());
            }
        }
        catalog.settle(|_| true);
        let dependencies = self.dependencies(repository, &catalog);
        let mut waits = Vec::new();
        for word in words {
            waits.extend(dependencies.waits(word)?.map(|waits| waits.words(word)));
        }
        Ok(waits)
    }

    /// Where the cell of a task says that its file lies.
    fn place_in_cell(&self, repository: &Repository, id: &TaskId) -> Option<Place> {
        let cell = repository.cell(&cell_name(id)).ok()??;
        let claim = read_claim(repository, id, cell.oid).ok()?;
        Some(Place { state: claim.state, path: claim.path })
    }
}

impl Dependencies<'_> {
    /// What a task with this dependency waits for; `None` when it is met.
    ///
    /// The commit that carries a task's code carries its file, and a task ends only where its code is: a done file here says that
    /// the code is here as well. A task that is done elsewhere has to be merged first, unless it has no code.
    pub fn waits(&self, word: &str) -> Result<Option<Waits>> {
        let Some(id) = TaskId::parse(word) else { return Ok(Some(Waits::ForTheEnd)) };
        if let Some(said) = self.said.borrow().get(&id) {
            return Ok(said.clone());
        }
        let waits = self.look(&id)?;
        self.said.borrow_mut().insert(id, waits.clone());
        Ok(waits)
    }

    fn look(&self, id: &TaskId) -> Result<Option<Waits>> {
        let cell = match self.catalog.state(id) {
            // One that was opened again elsewhere is done no more.
            Some(State::Done) if !self.is_opened_again(id) => return Ok(None),
            // Merged in review, and HEAD has it so: the code is here as well.
            Some(State::Review) if self.is_merged_here(id)? => return Ok(None),
            // What was dropped is in the archive as well.
            None if self.is_archived(id)? => {
                let task = self.workspace.load(self.repository, id)?.task;
                return Ok((task.state != State::Done).then_some(Waits::ForTheEnd));
            }
            _ => self.cell(id)?,
        };
        let Some(cell) = cell else { return Ok(Some(Waits::ForTheEnd)) };
        // Damage of another task is told by the listing; here it only means that nobody knows it to be done.
        let Ok(claim) = self.claim(id, cell) else { return Ok(Some(Waits::ForTheEnd)) };
        if claim.state != State::Done {
            return Ok(Some(Waits::ForTheEnd));
        }
        if self.catalog.state(id) == Some(State::Done) {
            return Ok(None);
        }
        let task = self.workspace.without_file(self.repository, id, Some(cell), Some(claim))?.task;
        let is_without_code = task.front.evidence.is_some();
        if is_without_code {
            return Ok(None);
        }
        let branch = task.branch().map(str::to_owned);
        Ok(Some(match branch {
            Some(branch) if self.is_gone(&branch)? => Waits::ForWhatIsGone(branch),
            branch => Waits::ForTheMerge(branch),
        }))
    }

    /// Whether a branch is neither here nor known of the remote, or of `origin`.
    fn is_gone(&self, branch: &str) -> Result<bool> {
        let remote = self.workspace.config.claims.remote.as_deref().unwrap_or("origin");
        let is_here = self.repository.branch_commit(branch)?.is_some();
        Ok(!is_here && self.repository.resolve(&format!("refs/remotes/{remote}/{branch}"))?.is_none())
    }

    fn is_merged_here(&self, id: &TaskId) -> Result<bool> {
        if self.workspace.config.complete_on != CompleteOn::Merge {
            return Ok(false);
        }
        let Some(place) = self.catalog.places(id).pop() else { return Ok(false) };
        // Damage of another task is told by the listing.
        let is_done = self.workspace.load(self.repository, id).is_ok_and(|loaded| loaded.task.state == State::Done);
        Ok(is_done && self.workspace.is_as_committed(self.repository, &place.path)?)
    }

    fn is_opened_again(&self, id: &TaskId) -> bool {
        self.cells.map_or_else(|| self.workspace.is_opened_again(id), |cells| cells.again.contains(id))
    }

    fn cell(&self, id: &TaskId) -> Result<Option<Oid>> {
        match self.cells {
            Some(cells) => cells.listing.value(id.as_str()),
            None => Ok(self.repository.cell(&cell_name(id))?.map(|cell| cell.oid)),
        }
    }

    fn claim(&self, id: &TaskId, cell: Oid) -> Result<Claim> {
        match self.cells {
            Some(cells) => cells.claim(self.repository, id, cell),
            None => read_claim(self.repository, id, cell),
        }
    }

    fn is_archived(&self, id: &TaskId) -> Result<bool> {
        if let Some(archived) = self.archived.get() {
            return Ok(archived.contains(id));
        }
        let archived = self.workspace.store.archived()?.into_iter().map(|(id, _)| id).collect();
        Ok(self.archived.get_or_init(|| archived).contains(id))
    }
}
