//! What the board has of a source already, and the ids that its tasks get.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::git::Repository;
use crate::import::{Own, Source};
use crate::model::{Catalog, State, Task, TaskId};

use super::load::CELLS;
use super::workspace::Workspace;

/// What the board has of a source already.
#[derive(Debug)]
pub(super) struct Known {
    /// By the value of `source`.
    pub(super) by_source: BTreeMap<String, Task>,
    /// All tasks with a file here.
    pub(super) catalog: Catalog,
    /// Ids that no new task may get.
    pub(super) taken: BTreeSet<TaskId>,
}

impl Workspace {
    /// Reads all tasks, also those that are done, for where they came from.
    pub(super) fn known_sources(&self, repository: &Repository) -> Result<Known> {
        let reading = self.read_states(repository, &State::ALL)?;
        let mut taken: BTreeSet<TaskId> = reading.catalog.iter().map(|(id, _)| id.clone()).collect();
        taken.extend(repository.cells(CELLS)?.names().into_iter().filter_map(TaskId::parse));
        let mut by_source = BTreeMap::new();
        for (id, path) in self.store.archived()? {
            if let Ok(task) = self.read_file(&id, State::Done, &path) {
                by_source.extend(task.front.source.clone().map(|source| (source, task)));
            }
            taken.insert(id);
        }
        for task in reading.tasks {
            by_source.extend(task.front.source.clone().map(|source| (source, task)));
        }
        Ok(Known { by_source, catalog: reading.catalog, taken })
    }

    /// The id here of every task of the source.
    pub(super) fn ids_of(
        &self,
        repository: &Repository,
        source: &Source,
        prefix: &str,
        known: &mut Known,
    ) -> Result<BTreeMap<String, TaskId>> {
        let mut ids: BTreeMap<String, TaskId> = BTreeMap::new();
        // References may lead to tasks that an earlier import brought.
        let earlier = known.by_source.iter().filter_map(|(name, task)| Some((name.strip_prefix(prefix)?, task)));
        ids.extend(earlier.map(|(key, task)| (key.to_owned(), task.id.clone())));
        for task in &source.tasks {
            if let Some(Own { id, .. }) = &task.own {
                ids.insert(task.key.clone(), id.clone());
            }
            if ids.contains_key(&task.key) {
                continue;
            }
            let id = loop {
                let id = self.fresh_id(repository)?;
                if known.taken.insert(id.clone()) {
                    break id;
                }
            };
            ids.insert(task.key.clone(), id);
        }
        Ok(ids)
    }
}
