//! `post-merge`, `post-checkout`, `post-rewrite`: what git put into the working tree, reconciled with the board.

use anyhow::Result;

use crate::git::{Operation, Repository};

use super::super::settle_worktree::Settled;
use super::super::workspace::Workspace;

impl Workspace {
    /// Makes one file of each task that lies in two places now, and says so in a line each. Files that are simply what HEAD has
    /// are left alone, however old: the board does not follow an older branch.
    pub fn reconcile(&self, repository: &Repository, is_thorough: bool) -> Result<Vec<String>> {
        // Between two commits of a rebase the working tree is git's.
        if repository.operation()?.is_some_and(|operation| operation != Operation::Bisect) {
            return Ok(Vec::new());
        }
        let resolution = self.resolve_board(None, is_thorough)?;
        let settled = resolution.resolved.iter().map(|one| match one.others.is_empty() {
            true => format!("{} has what both branches say of it again: {}", one.task, one.path),
            false => format!("{} lay in {} as well; it lies in {} now", one.task, one.others.join(", "), one.path),
        });
        let problems = resolution.problems.iter().map(|problem| format!("{}: {}", problem.place, problem.message));
        Ok(settled.chain(problems).collect())
    }

    /// The same after a merge, which may have brought in the work of tasks that are over.
    pub fn post_merge(&self, repository: &Repository) -> Result<Vec<String>> {
        let mut notes = self.reconcile(repository, true)?;
        notes.extend(self.end_merged(repository)?);
        let settled = self.settle_worktrees(false)?;
        notes.extend(settled.into_iter().filter(|one| matches!(one, Settled::Removed(_))).filter_map(Settled::line));
        Ok(notes)
    }
}
