//! What a worktree or a branch holds that is nowhere else: before it is removed, or its task changes hands.

use std::path::Path;

use anyhow::Result;

use crate::git::{Oid, Repository};
use crate::model::{Lapse, Task, TaskId, Timestamp};
use crate::store::{MadeWorktree, Sighted};

use super::load::{TEXT, cell_name, is_file_of};
use super::workspace::Workspace;

impl Workspace {
    /// Whether the lease of a task's holder has run out, and if so what their worktree and branch hold that is nowhere else.
    pub(super) fn lapse(&self, repository: &Repository, task: &Task, now: Timestamp) -> Result<Option<Lapse>> {
        let Some(claim) = task.claim.as_ref().filter(|claim| claim.holder.is_some() && claim.is_expired(now)) else {
            return Ok(None);
        };
        if self.elsewhere(task).is_some() {
            return Ok(Some(Lapse::Holds("their checkout belongs to another clone".to_owned())));
        }
        let place = claim.worktree.as_deref().map(Path::new);
        let place =
            place.filter(|place| repository.worktrees().is_ok_and(|all| all.iter().any(|one| one.path == *place)));
        if let Some(place) = place
            && let Some(why) = self.holds_at(repository, &task.id, place, claim.branch.as_deref())?
        {
            return Ok(Some(Lapse::Holds(why)));
        }
        if let Some(branch) = claim.branch.as_deref()
            && let Some(tip) = repository.branch_commit(branch)?
            && Some(tip.to_string()) != claim.base
            && self.unmerged(repository, tip, branch)? > 0
        {
            return Ok(Some(Lapse::Holds(format!("work on {branch} is in no other branch"))));
        }
        Ok(Some(Lapse::Free))
    }

    /// What a worktree holds that is nowhere else, in words.
    pub(super) fn holds(&self, repository: &Repository, made: &MadeWorktree) -> Result<Option<String>> {
        let there = self.at(&made.path)?;
        for other in there.bound_tasks().into_iter().filter(|other| *other != made.task) {
            if self.is_held_there(repository, &other, &made.path)? {
                return Ok(Some(format!("{other} is worked on in it")));
            }
        }
        if let Some(other) = there.intents().tasks().into_iter().find(|other| *other != made.task) {
            return Ok(Some(format!("a change of {other} waits to be finished in it")));
        }
        self.holds_at(repository, &made.task, &made.path, Some(&made.branch))
    }

    fn holds_at(
        &self,
        repository: &Repository,
        id: &TaskId,
        place: &Path,
        branch: Option<&str>,
    ) -> Result<Option<String>> {
        let there = self.at(place)?;
        let its = there.repository()?;
        if let Some(operation) = its.operation()? {
            return Ok(Some(format!("{operation} is under way in it")));
        }
        let head = its.head()?;
        let branch = head.branch.or_else(|| branch.map(str::to_owned)).unwrap_or_default();
        // What the main branch has is merged as far as it can be.
        let is_main = repository.worktrees()?.iter().any(|one| one.is_main && one.branch.as_deref() == Some(&branch));
        if let Some(commit) = head.commit.filter(|_| !is_main) {
            match self.unmerged(repository, commit, &branch)? {
                0 => {}
                1 => return Ok(Some(format!("a commit on {branch} is in no other branch"))),
                count => return Ok(Some(format!("{count} commits on {branch} are in no other branch"))),
            }
        }
        let differences = repository.differences(place)?;
        let mut foreign = Vec::new();
        for difference in &differences {
            if !self.is_carried(repository, &there, id, &difference.path)? {
                foreign.push(difference);
            }
        }
        let Some(first) = foreign.first() else { return Ok(None) };
        let others = match foreign.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let what = if first.is_untracked { "is not tracked" } else { "is changed and not committed" };
        Ok(Some(format!("{}{others} {what}", first.path)))
    }

    /// Whether a path is a file of the task whose text stands in the cell as well, so that removing it loses nothing.
    pub(super) fn is_carried(
        &self,
        repository: &Repository,
        there: &Workspace,
        id: &TaskId,
        path: &str,
    ) -> Result<bool> {
        if !is_file_of(path, id) {
            return Ok(false);
        }
        let cell = repository.cell(&cell_name(id))?;
        let text = cell.map(|cell| repository.cell_file(cell.oid, TEXT)).transpose()?.flatten();
        Ok(match there.store.sight(path)? {
            Sighted::Missing => text.is_some(),
            Sighted::Bytes(bytes) => text.as_deref() == Some(&bytes),
            Sighted::Refused(_) => false,
        })
    }

    /// How many commits are in no other branch, not even as one that has the same changes.
    pub(super) fn unmerged(&self, repository: &Repository, commit: Oid, branch: &str) -> Result<usize> {
        let count = repository.commits_beyond(commit, branch)?;
        if count == 0 {
            return Ok(0);
        }
        // A squash merge has the changes and none of the commits.
        let main = repository.worktrees()?.into_iter().find(|worktree| worktree.is_main);
        let Some(name) = main.and_then(|main| main.branch).filter(|name| name != branch) else { return Ok(count) };
        let Some(tip) = repository.branch_commit(&name)? else { return Ok(count) };
        let Some(merged) = repository.merged_tree(tip, commit)? else { return Ok(count) };
        let is_contained = merged == repository.tree_of(tip)?;
        Ok(if is_contained { 0 } else { count })
    }
}
