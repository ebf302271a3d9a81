//! Merges, rebases and the like that are under way in a work tree.

use anyhow::Result;

use super::repository::Repository;

/// Something that git has begun and not finished here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// A merge with conflicts, or one that waits to be committed.
    Merge,
    /// A rebase, of either kind.
    Rebase,
    /// One or several picks.
    CherryPick,
    /// One or several reverts.
    Revert,
    /// Patches from mail.
    Am,
    /// A search by halves; commits may still be made while it is under way.
    Bisect,
}

impl std::fmt::Display for Operation {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Operation::Merge => "a merge",
            Operation::Rebase => "a rebase",
            Operation::CherryPick => "a cherry-pick",
            Operation::Revert => "a revert",
            Operation::Am => "applying patches",
            Operation::Bisect => "a bisection",
        })
    }
}

impl Repository {
    /// Returns what is under way; a commit made now would be part of it, unless it is a bisection.
    pub fn operation(&self) -> Result<Option<Operation>> {
        let has = |name: &str| self.git_dir().join(name).exists();
        // A rebase leaves CHERRY_PICK_HEAD and even MERGE_HEAD at times, so it is asked first.
        let operation = if has("rebase-merge") {
            Some(Operation::Rebase)
        } else if has("rebase-apply") {
            Some(if has("rebase-apply/applying") { Operation::Am } else { Operation::Rebase })
        } else if has("MERGE_HEAD") {
            Some(Operation::Merge)
        } else if self.backend.pseudo_ref("CHERRY_PICK_HEAD")?.is_some() {
            Some(Operation::CherryPick)
        } else if self.backend.pseudo_ref("REVERT_HEAD")?.is_some() {
            Some(Operation::Revert)
        } else if let Some(sequence) = self.sequence() {
            Some(sequence)
        } else {
            has("BISECT_LOG").then_some(Operation::Bisect)
        };
        Ok(operation)
    }

    /// Returns what a series of picks or reverts is between two of its commits: only its list is left then.
    fn sequence(&self) -> Option<Operation> {
        let todo = fs_err::read_to_string(self.git_dir().join("sequencer/todo")).ok()?;
        let verb = todo.split_whitespace().next()?;
        Some(if verb == "revert" { Operation::Revert } else { Operation::CherryPick })
    }
}
