//! What other checkouts and branches have of a task: that there is less of it here is no damage.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::git::{Oid, Repository};
use crate::model::TaskId;
use crate::store::{Store, TASKS};

use super::workspace::Workspace;

impl Workspace {
    /// The tasks that lie in another checkout's folders or in the last commit of some branch, and not in HEAD.
    pub(super) fn lying_elsewhere(&self, repository: &Repository) -> Result<BTreeSet<TaskId>> {
        let mut found = BTreeSet::new();
        for worktree in repository.worktrees()?.iter().filter(|worktree| worktree.path != self.root) {
            // One that was removed by hand lies nowhere.
            let catalog = Store::at(&worktree.path).catalog().unwrap_or_default();
            found.extend(catalog.iter().map(|(id, _)| id.clone()));
        }
        let mut looked_at = BTreeSet::new();
        for tip in repository.branch_tips()? {
            let tree = repository.tree_of(tip)?;
            if repository.entry_at(tree, TASKS)?.is_some_and(|folder| looked_at.insert(folder)) {
                found.extend(tasks_in(repository, tree)?);
            }
        }
        if let Some(commit) = repository.head()?.commit {
            for id in tasks_in(repository, repository.tree_of(commit)?)? {
                found.remove(&id);
            }
        }
        Ok(found)
    }

    /// Whether a file is what HEAD has, and another checkout or branch has come further with the task: as it should be, then.
    pub(super) fn is_of_older_branch(&self, repository: &Repository, path: &str, newer: &str) -> Result<bool> {
        let Some(commit) =
            repository.head()?.commit.filter(|_| self.is_as_committed(repository, path).unwrap_or(false))
        else {
            return Ok(false);
        };
        let others = repository.worktrees()?.into_iter().filter(|worktree| worktree.path != self.root);
        if others.into_iter().any(|worktree| Store::at(&worktree.path).has(newer)) {
            return Ok(true);
        }
        let here = repository.entry_at(repository.tree_of(commit)?, newer)?;
        for tip in repository.branch_tips()? {
            let there = repository.entry_at(repository.tree_of(tip)?, newer)?;
            if there.is_some() && there != here {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn tasks_in(repository: &Repository, tree: Oid) -> Result<Vec<TaskId>> {
    let files = repository.files_under(tree, TASKS)?;
    Ok(files.iter().filter_map(|(path, _)| TaskId::of_file_name(path.rsplit('/').next()?)).collect())
}
