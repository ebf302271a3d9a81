//! Intents: what a change is about to do to the files, written down before it is committed to, so that any later command can finish it.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::model::{Edit, TaskId};

use super::file::write_durably;

/// One change under way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// Whose.
    pub task: TaskId,
    /// Where the file lay; `None` when the change makes it.
    pub from: Option<String>,
    /// Where it shall lie.
    pub to: String,
    /// The nonce of the claim that the change puts into the cell: if the cell has it, the change was committed to.
    pub nonce: String,
    /// The text that the file had.
    pub old_text: String,
    /// Whether the change was made on the cell's text, because the file's was an older one.
    #[serde(default)]
    pub is_on_cell: bool,
    /// Whether the change is made in the cell alone, and no file is touched.
    #[serde(default)]
    pub is_cell_alone: bool,
    /// The edits, to be made again should a person have edited the file meanwhile.
    pub edits: Vec<Edit>,
    /// Whether this worktree works on the task afterwards, and at which epoch.
    pub bind: Option<u64>,
    /// What is told to the remote that settles claims before the cell is swapped: whether it was told, the remote knows.
    #[serde(default)]
    pub offered: Option<Offered>,
    /// The message of the board's commit that is to follow, where the settings want one.
    #[serde(default)]
    pub commit: Option<String>,
}

/// A cell on its way to a remote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offered {
    /// The name of the remote.
    pub remote: String,
    /// The cell's tree.
    pub new: String,
    /// What our cell held.
    pub cell: Option<String>,
}

/// The intents of one worktree.
#[derive(Clone, Debug)]
pub struct Intents {
    folder: PathBuf,
}

impl Intents {
    /// Those of all worktrees of a repository.
    pub fn of_all(common_dir: &Path) -> Vec<Intents> {
        let linked = fs_err::read_dir(common_dir.join("worktrees")).into_iter().flatten().flatten();
        let linked = linked.map(|entry| Intents::below(&entry.path()));
        std::iter::once(Intents::below(common_dir)).chain(linked).collect()
    }

    /// Whether there is one for a task.
    pub fn has(&self, task: &TaskId) -> bool {
        self.path(task).symlink_metadata().is_ok()
    }

    /// Those in a worktree's git dir.
    pub fn below(git_dir: &Path) -> Intents {
        Intents { folder: git_dir.join("mcp/intents") }
    }

    /// Changes that are made, and whose commit is not made yet.
    pub fn owed_below(git_dir: &Path) -> Intents {
        Intents { folder: git_dir.join("mcp/owed") }
    }

    /// Passes one on: as long as the change is not wholly made it is here, from then on it is there.
    pub fn pass_on(&self, task: &TaskId, to: &Intents) -> Result<()> {
        fs_err::create_dir_all(&to.folder)?;
        Ok(fs_err::rename(self.path(task), to.path(task))?)
    }

    /// The one for a task. A damaged one counts as none: it is written whole before anything else happens.
    pub fn read(&self, task: &TaskId) -> Option<Intent> {
        let bytes = fs_err::read(self.path(task)).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Where they lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The tasks that have one.
    pub fn tasks(&self) -> Vec<TaskId> {
        let Ok(entries) = fs_err::read_dir(&self.folder) else { return Vec::new() };
        let mut tasks: Vec<_> = entries.flatten().filter_map(|entry| Self::task_of(&entry.path())).collect();
        tasks.sort();
        tasks
    }

    /// The task whose intent a file is.
    pub fn task_of(file: &Path) -> Option<TaskId> {
        TaskId::parse(file.file_name()?.to_str()?.strip_suffix(".json")?)
    }

    /// Writes one down.
    pub fn write(&self, intent: &Intent) -> Result<()> {
        let bytes = serde_json::to_vec(intent).expect("an intent has only text keys");
        write_durably(&self.path(&intent.task), &bytes)
    }

    /// Forgets one.
    pub fn clear(&self, task: &TaskId) -> Result<()> {
        match fs_err::remove_file(self.path(task)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn path(&self, task: &TaskId) -> PathBuf {
        self.folder.join(format!("{task}.json"))
    }
}
