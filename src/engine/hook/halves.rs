//! Board moves of which only one half is staged: without the other half a commit would lose the task, or hold it twice.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::git::{Index, Oid, Repository};
use crate::model::{Refusal, TaskId};
use crate::store::{Sighted, TASKS};

use super::super::workspace::Workspace;
use super::journal::Touched;

/// Where the tasks lie that a tree and another one place differently.
#[derive(Debug, Default)]
struct Moved {
    gone: Vec<String>,
    new: Vec<String>,
}

impl Workspace {
    /// Adds to the index the missing halves of board moves, and says which paths it touched.
    pub(crate) fn complete_halves(
        &self,
        repository: &Repository,
        index: &mut Index,
        but: Option<&TaskId>,
    ) -> Result<Vec<Touched>> {
        let mut touched = Vec::new();
        for (id, moved) in self.moved(repository, index.write_tree(repository)?)? {
            if Some(&id) == but {
                continue;
            }
            let staged = paths_of(index, &id);
            if staged.is_empty() {
                // `commit -a` records that the old path is gone and leaves the new one untracked.
                let Some((path, bytes)) = self.working_file(&id)? else { continue };
                let blob = repository.write_blob(&bytes)?;
                touched.push(Touched { path: path.clone(), before: None, after: Some(blob.to_string()) });
                index.insert(&path, blob)?;
            } else if !moved.new.is_empty() && moved.gone.is_empty() {
                for path in staged.iter().filter(|path| !moved.new.contains(path) && !self.store.has(path)) {
                    touched.push(Touched {
                        path: path.clone(),
                        before: index.blob(path).map(|blob| blob.to_string()),
                        after: None,
                    });
                    index.remove(path)?;
                }
            }
        }
        Ok(touched)
    }

    /// Refuses a tree that has lost a task of HEAD, or holds one twice.
    pub(crate) fn must_keep_tasks(&self, repository: &Repository, index: &Index, tree: Oid) -> Result<()> {
        for (id, moved) in self.moved(repository, tree)? {
            let staged = paths_of(index, &id);
            match (staged.as_slice(), moved.gone.first()) {
                ([], Some(path)) => {
                    let is_archived = self.store.archived()?.iter().any(|(other, _)| *other == id);
                    if !is_archived {
                        return Err(Refusal::WouldLose { task: id, path: path.clone() }.into());
                    }
                }
                ([_, _, ..], _) => return Err(Refusal::WouldDouble { task: id, paths: staged }.into()),
                _ => {}
            }
        }
        Ok(())
    }

    fn moved(&self, repository: &Repository, tree: Oid) -> Result<BTreeMap<TaskId, Moved>> {
        let head = repository.head()?.commit.map(|head| repository.tree_of(head)).transpose()?;
        let mut moves: BTreeMap<TaskId, Moved> = BTreeMap::new();
        for change in repository.changes(head, tree, TASKS)? {
            let Some(id) = change.path.rsplit('/').next().and_then(TaskId::of_file_name) else { continue };
            match (change.old, change.new) {
                (Some(_), None) => moves.entry(id).or_default().gone.push(change.path),
                (None, Some(_)) => moves.entry(id).or_default().new.push(change.path),
                _ => {}
            }
        }
        Ok(moves)
    }

    fn working_file(&self, id: &TaskId) -> Result<Option<(String, Vec<u8>)>> {
        for place in self.store.catalog()?.places(id) {
            if let Sighted::Bytes(bytes) = self.store.sight(&place.path)? {
                return Ok(Some((place.path.clone(), bytes)));
            }
        }
        Ok(None)
    }
}

/// The paths at which an index holds a task.
pub(crate) fn paths_of(index: &Index, id: &TaskId) -> Vec<String> {
    let is_its = |path: &str| path.rsplit('/').next().and_then(TaskId::of_file_name).as_ref() == Some(id);
    let paths: BTreeSet<String> =
        index.paths_under(TASKS).into_iter().map(|(path, _)| path).filter(|path| is_its(path)).collect();
    paths.into_iter().collect()
}
