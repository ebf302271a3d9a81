//! The work trees of a repository, read from its folder.

use std::path::Path;

use anyhow::{Context, Result};

use crate::git::places::Places;
use crate::git::worktrees::Worktree;

/// Lists the work trees whose folders exist, the main one first.
pub(super) fn worktrees(places: &Places) -> Result<Vec<Worktree>> {
    let mut worktrees: Vec<Worktree> = main_worktree(places)?.into_iter().collect();
    let entries = match fs_err::read_dir(places.common_dir.join("worktrees")) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(worktrees),
        Err(error) => return Err(error.into()),
    };
    let mut linked = Vec::new();
    for entry in entries {
        linked.extend(linked_worktree(&entry?.path()));
    }
    linked.sort_by(|one, other| one.path.cmp(&other.path));
    worktrees.extend(linked);
    Ok(worktrees)
}

fn main_worktree(places: &Places) -> Result<Option<Worktree>> {
    let path = if places.is_linked() {
        let main = git2::Repository::open(&places.common_dir).context("opening the main work tree")?;
        main.workdir().map(|path| path.components().collect())
    } else {
        Some(places.work_dir.clone())
    };
    let git_dir = places.common_dir.clone();
    Ok(path.map(|path| Worktree { path, branch: branch(&git_dir), git_dir, is_main: true }))
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
