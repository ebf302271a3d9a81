//! Board moves of which only one half is staged: without the other half a commit would lose the task, or hold it twice.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::git::{Index, Oid, Repository};
use crate::model::{Refusal, State, TaskId};
use crate::store::{BOARD, Sighted, Store};

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
        for (id, moved) in self.moved(repository, index)? {
            if Some(&id) == but {
                continue;
            }
            let staged = paths_of(index, &id);
            if staged.is_empty() {
                // `commit -a` records that the old path is gone and leaves the new one untracked.
                let Some((path, bytes)) = self.working_file(&id)? else { continue };
                let blob = repository.write_blob(&bytes)?;
                touched.push(put_in(index, &path, blob)?);
            } else if !moved.new.is_empty() && moved.gone.is_empty() {
                for path in staged.iter().filter(|path| !moved.new.contains(path) && !self.store.has(path)) {
                    touched.push(taken_out(index, path)?);
                }
            }
        }
        Ok(touched)
    }

    /// Refuses an index that holds a task of HEAD twice, or has lost one that is still open; says which ended ones it lacks.
    ///
    /// Whoever removes the file of an ended task means it, and nobody waits for it. The file of an open one is more often
    /// gone by mistake, and `mcp drop` is the way to end it.
    pub(crate) fn must_keep_tasks(&self, repository: &Repository, index: &mut Index) -> Result<Vec<String>> {
        let mut notes = Vec::new();
        for (id, moved) in self.moved(repository, index)? {
            let staged = paths_of(index, &id);
            match (staged.as_slice(), moved.gone.first()) {
                ([], Some(path)) if self.is_open(repository, &id, path) => {
                    return Err(Refusal::WouldLose { task: id, path: path.clone() }.into());
                }
                ([], Some(path)) => notes.push(format!("{id} leaves the board with this commit ({path} is gone)")),
                ([_, _, ..], _) => return Err(Refusal::WouldDouble { task: id, paths: staged }.into()),
                _ => {}
            }
        }
        Ok(notes)
    }

    /// Whether a task whose file is gone from this path is one that somebody may still work on.
    fn is_open(&self, repository: &Repository, id: &TaskId, path: &str) -> bool {
        match self.load(repository, id) {
            Ok(loaded) => loaded.task.state.is_open(),
            Err(_) => Store::state_of(path).is_some_and(State::is_open),
        }
    }

    fn moved(&self, repository: &Repository, index: &mut Index) -> Result<BTreeMap<TaskId, Moved>> {
        let tree = index.write_tree()?;
        let head = repository.head()?.commit.map(|head| repository.tree_of(head)).transpose()?;
        let mut moves: BTreeMap<TaskId, Moved> = BTreeMap::new();
        for change in repository.changes(head, tree, BOARD)? {
            let Some(id) = task_at(&change.path) else { continue };
            match (change.old, change.new) {
                (Some(_), None) => moves.entry(id).or_default().gone.push(change.path),
                (None, Some(_)) => moves.entry(id).or_default().new.push(change.path),
                _ => {}
            }
        }
        Ok(moves)
    }

    fn working_file(&self, id: &TaskId) -> Result<Option<(String, Vec<u8>)>> {
        let catalog = self.store.catalog()?;
        let mut paths: Vec<String> = catalog.places(id).iter().map(|place| place.path.clone()).collect();
        if paths.is_empty() {
            paths.extend(self.store.archived()?.into_iter().filter(|(other, _)| other == id).map(|(_, path)| path));
        }
        for path in paths {
            if let Sighted::Bytes(bytes) = self.store.sight(&path)? {
                return Ok(Some((path, bytes)));
            }
        }
        Ok(None)
    }
}

/// The paths at which an index holds a task.
pub(crate) fn paths_of(index: &Index, id: &TaskId) -> Vec<String> {
    let paths = index.paths_under(BOARD).into_iter().map(|(path, _)| path);
    let paths: BTreeSet<String> = paths.filter(|path| task_at(path).as_ref() == Some(id)).collect();
    paths.into_iter().collect()
}

/// Takes a path out of an index.
pub(crate) fn taken_out(index: &mut Index, path: &str) -> Result<Touched> {
    let before = index.blob(path).map(|blob| blob.to_string());
    index.remove(path)?;
    Ok(Touched { path: path.to_owned(), before, after: None })
}

/// Puts a file into an index.
pub(crate) fn put_in(index: &mut Index, path: &str, blob: Oid) -> Result<Touched> {
    let before = index.blob(path).map(|blob| blob.to_string());
    index.insert(path, blob)?;
    Ok(Touched { path: path.to_owned(), before, after: Some(blob.to_string()) })
}

/// The task whose file lies at a path of the board.
fn task_at(path: &str) -> Option<TaskId> {
    let is_file = [".mcp/tasks/", ".mcp/archive/"].iter().any(|folder| path.starts_with(folder));
    let name = path.rsplit('/').next().filter(|_| is_file)?;
    TaskId::of_file_name(name)
}
