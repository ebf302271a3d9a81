//! `post-commit`: once the commit really exists, the task's file follows.

use anyhow::Result;

use crate::git::Repository;

use super::super::workspace::Workspace;
use super::driven::Driven;

impl Workspace {
    /// Runs after a commit of the process `parent`.
    ///
    /// Should something have changed the index after us, then HEAD does not have the task's new file: the task stays where
    /// it is, and nothing vouches for the commit.
    pub fn post_commit(&self, repository: &Repository, parent: i32) -> Result<()> {
        // A commit ends the merge, or the step of a rebase, that the driver wrote for.
        Driven::of(&self.git_dir).forget()?;
        self.settle_commits(repository, None, Some(parent))
    }
}
