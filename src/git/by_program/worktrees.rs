//! The work trees of a repository, as git lists them.

use std::path::Path;

use anyhow::Result;

use crate::git::places::{Places, git_dir_of_linked};
use crate::git::worktrees::Worktree;

use super::asking;

/// Lists the work trees whose folders exist, the main one first.
pub(super) fn worktrees(places: &Places) -> Result<Vec<Worktree>> {
    let listed = asking(places, ["worktree", "list", "--porcelain", "-z"]).output()?;
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let mut records = listed.split("\0\0").filter(|record| !record.is_empty());
    let mut worktrees: Vec<Worktree> =
        records.next().and_then(|record| main_worktree(places, record)).into_iter().collect();
    let mut linked: Vec<Worktree> = records.filter_map(linked_worktree).collect();
    linked.sort_by(|one, other| one.path.cmp(&other.path));
    worktrees.extend(linked);
    Ok(worktrees)
}

fn main_worktree(places: &Places, record: &str) -> Option<Worktree> {
    if record.split('\0').any(|line| line == "bare") {
        return None;
    }
    // Git guesses where a work tree is whose git dir lies elsewhere.
    let path = if places.is_linked() { value(record, "worktree ")?.into() } else { places.work_dir.clone() };
    Some(Worktree { path, git_dir: places.common_dir.clone(), branch: branch(record), is_main: true })
}

/// Reads one record; `None` when the work tree is gone or half made.
fn linked_worktree(record: &str) -> Option<Worktree> {
    let path = fs_err::canonicalize(Path::new(value(record, "worktree ")?)).ok()?;
    let git_dir = git_dir_of_linked(&path)?;
    Some(Worktree { path, git_dir, branch: branch(record), is_main: false })
}

fn branch(record: &str) -> Option<String> {
    value(record, "branch refs/heads/").map(str::to_owned)
}

fn value<'record>(record: &'record str, key: &str) -> Option<&'record str> {
    record.split('\0').find_map(|line| line.strip_prefix(key))
}
