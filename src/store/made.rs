//! Worktrees that claims made: one record each in the common git dir, written before git makes anything and removed last.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::model::TaskId;

use super::file::write_durably;

/// One worktree that a claim made, or was about to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeWorktree {
    /// For which task.
    pub task: TaskId,
    /// Its top folder.
    pub path: PathBuf,
    /// Its branch.
    pub branch: String,
    /// The claim made the branch as well.
    pub has_made_branch: bool,
    /// Nothing in it is needed any more, but somebody was in it when that was found.
    #[serde(default)]
    pub is_over: bool,
}

/// The records of one repository.
#[derive(Clone, Debug)]
pub struct MadeWorktrees {
    folder: PathBuf,
}

impl MadeWorktrees {
    /// Those of the repository with this common git dir.
    pub fn below(common_dir: &Path) -> MadeWorktrees {
        MadeWorktrees { folder: common_dir.join("mcp/worktrees") }
    }

    /// The record of a task. A damaged one counts as none: it is written whole before anything is made.
    pub fn read(&self, task: &TaskId) -> Option<MadeWorktree> {
        let bytes = fs_err::read(self.path(task)).ok()?;
        let made: MadeWorktree = serde_json::from_slice(&bytes).ok()?;
        (made.task == *task).then_some(made)
    }

    /// All of them, in order of task.
    pub fn all(&self) -> Vec<MadeWorktree> {
        let Ok(entries) = fs_err::read_dir(&self.folder) else { return Vec::new() };
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        let mut tasks: Vec<_> = names.filter_map(|name| TaskId::parse(name.strip_suffix(".json")?)).collect();
        tasks.sort();
        tasks.iter().filter_map(|task| self.read(task)).collect()
    }

    /// Writes one down.
    pub fn write(&self, made: &MadeWorktree) -> Result<()> {
        let bytes = serde_json::to_vec(made).expect("a record has only text keys");
        write_durably(&self.path(&made.task), &bytes)
    }

    /// Forgets one.
    pub fn forget(&self, task: &TaskId) -> Result<()> {
        match fs_err::remove_file(self.path(task)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn path(&self, task: &TaskId) -> PathBuf {
        self.folder.join(format!("{task}.json"))
    }
}
