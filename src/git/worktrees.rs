//! The work trees of a repository, read from its folder.

use std::path::{Path, PathBuf};

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
        let mut worktrees: Vec<Worktree> = self.main_worktree()?.into_iter().collect();
        let folder = self.common_dir().join("worktrees");
        let entries = match fs_err::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(worktrees),
            Err(error) => return Err(error).context("listing work trees"),
        };
        let mut linked = Vec::new();
        for entry in entries {
            linked.extend(linked_worktree(&entry.context("listing work trees")?.path()));
        }
        linked.sort_by(|one, other| one.path.cmp(&other.path));
        worktrees.extend(linked);
        Ok(worktrees)
    }

    fn main_worktree(&self) -> Result<Option<Worktree>> {
        let path = if self.is_linked() {
            let main = git2::Repository::open(self.common_dir()).context("opening the main work tree")?;
            main.workdir().map(|path| path.components().collect())
        } else {
            Some(self.work_dir().to_owned())
        };
        let git_dir = self.common_dir().to_owned();
        Ok(path.map(|path| Worktree { path, branch: branch(&git_dir), git_dir, is_main: true }))
    }
}

/// Reads what git keeps about a linked work tree; `None` when the work tree is gone or half made.
fn linked_worktree(git_dir: &Path) -> Option<Worktree> {
    let dot_git = fs_err::read_to_string(git_dir.join("gitdir")).ok()?;
    // With worktree.useRelativePaths the path starts from the folder of the file that holds it.
    let dot_git = git_dir.join(dot_git.trim_end_matches(['\n', '\r']));
    let path = fs_err::canonicalize(dot_git.parent()?).ok()?;
    dot_git.exists().then(|| Worktree { path, branch: branch(git_dir), git_dir: git_dir.to_owned(), is_main: false })
}

fn branch(git_dir: &Path) -> Option<String> {
    let head = fs_err::read_to_string(git_dir.join("HEAD")).ok()?;
    head.trim_end().strip_prefix("ref: refs/heads/").map(str::to_owned)
}
