//! The work trees of a repository.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::repository::Repository;

/// One of the places where a repository is checked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worktree {
    /// Its top folder.
    pub path: PathBuf,
    /// Where git keeps what belongs to it alone.
    pub git_dir: PathBuf,
    /// The short name of its branch; `None` when HEAD is detached.
    pub branch: Option<String>,
    /// Whether it is the first one, not made by `git worktree add`.
    pub is_main: bool,
}

impl Repository {
    /// Returns the work trees whose folders exist, the main one first.
    pub fn worktrees(&self) -> Result<Vec<Worktree>> {
        self.backend.worktrees().context("listing work trees")
    }
}
