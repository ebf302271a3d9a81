//! Batches: many new tasks written down together before the first of them is made, so that any later command can finish them.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::model::{State, TaskId};

use super::board::Store;
use super::file::{Sighted, write_durably};

/// A task that is to come into being.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewTask {
    /// Its id, which nobody has yet.
    pub id: TaskId,
    /// Where it shall stand.
    pub state: State,
    /// Where its file shall lie.
    pub path: String,
    /// All of its file.
    pub text: String,
    /// The nonce of its claim: a cell that has another one has moved on.
    pub nonce: String,
}

/// Tasks that come into being together, or not at all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    /// Names it among others.
    pub name: String,
    /// In the order in which they are made.
    pub tasks: Vec<NewTask>,
    /// Tasks that were done before they came here, of which no retrospective tells.
    pub done_before: Vec<TaskId>,
}

/// The folder of the lists of tasks that were done before they came here.
const RETROS: &str = ".mcp/retros";

impl Store {
    /// Writes down which tasks of a batch no retrospective is to tell of.
    pub fn list_done_before(&self, batch: &Batch) -> Result<()> {
        if !batch.done_before.is_empty() {
            let lines: String = batch.done_before.iter().map(|id| format!("{id}\n")).collect();
            self.place(&format!("{RETROS}/before-{}.txt", batch.name), lines.as_bytes())?;
        }
        Ok(())
    }

    /// The tasks that were done before they came here.
    pub fn done_before(&self) -> Result<Vec<TaskId>> {
        let Ok(entries) = fs_err::read_dir(self.path(RETROS)) else { return Ok(Vec::new()) };
        let mut ids = Vec::new();
        for name in entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()) {
            if !name.starts_with("before-") || !name.ends_with(".txt") {
                continue;
            }
            if let Sighted::Bytes(bytes) = self.sight(&format!("{RETROS}/{name}"))? {
                ids.extend(String::from_utf8_lossy(&bytes).lines().filter_map(|line| TaskId::parse(line.trim())));
            }
        }
        Ok(ids)
    }
}

/// The batches of one worktree that are not finished.
#[derive(Clone, Debug)]
pub struct Batches {
    folder: PathBuf,
}

impl Batches {
    /// Those in a worktree's git dir.
    pub fn below(git_dir: &Path) -> Batches {
        Batches { folder: git_dir.join("mcp/batches") }
    }

    /// All of them. A damaged one counts as none: it is written whole before the first task is made.
    pub fn all(&self) -> Vec<Batch> {
        let Ok(entries) = fs_err::read_dir(&self.folder) else { return Vec::new() };
        let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|end| end == "json"));
        paths.sort();
        paths.iter().filter_map(|path| serde_json::from_slice(&fs_err::read(path).ok()?).ok()).collect()
    }

    /// Writes one down: from here on it will be made.
    pub fn write(&self, batch: &Batch) -> Result<()> {
        let bytes = serde_json::to_vec(batch).expect("a batch has only text keys");
        write_durably(&self.path(batch), &bytes)
    }

    /// Forgets one that is made.
    pub fn clear(&self, batch: &Batch) -> Result<()> {
        match fs_err::remove_file(self.path(batch)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn path(&self, batch: &Batch) -> PathBuf {
        self.folder.join(format!("{}.json", batch.name))
    }
}
