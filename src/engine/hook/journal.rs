//! The journal of one commit under way: what the pre-commit hook put into the index, so that post-commit can follow and an aborted commit can be taken back.

use std::path::PathBuf;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::git::{Index, Oid, Repository};
use crate::model::{Edit, State, TaskId};
use crate::store::write_durably;

use super::super::workspace::Workspace;

/// What the hook did.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Journal {
    /// The index file that git gave it.
    pub index: PathBuf,
    /// The `git commit` process.
    pub parent: i32,
    /// Every entry of the index that was changed.
    pub touched: Vec<Touched>,
    /// The task that moves with the commit.
    pub task: Option<Moving>,
}

/// One changed entry of the index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Touched {
    /// Which.
    pub path: String,
    /// The blob before.
    pub before: Option<String>,
    /// The blob after.
    pub after: Option<String>,
}

/// The move of a task that waits for its commit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Moving {
    /// Which.
    pub id: TaskId,
    /// The path that HEAD has if and only if the commit was made.
    pub path: String,
    /// The blob that it has there.
    pub blob: String,
    /// Where the task goes.
    pub to: State,
    /// The edits of its text.
    pub edits: Vec<Edit>,
}

impl Workspace {
    fn journal_path(&self) -> PathBuf {
        self.git_dir.join("mcp/commit.json")
    }

    pub(crate) fn read_journal(&self) -> Option<Journal> {
        serde_json::from_slice(&fs_err::read(self.journal_path()).ok()?).ok()
    }

    pub(crate) fn write_journal(&self, journal: &Journal) -> Result<()> {
        let bytes = serde_json::to_vec(journal).expect("a journal has only text keys");
        write_durably(&self.journal_path(), &bytes)
    }

    pub(crate) fn clear_journal(&self) -> Result<()> {
        match fs_err::remove_file(self.journal_path()) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Whether the commit of a journal was made.
    pub(crate) fn is_made(&self, repository: &Repository, journal: &Journal) -> Result<bool> {
        let Some(moving) = &journal.task else { return Ok(false) };
        let Some(head) = repository.head()?.commit else { return Ok(false) };
        let entry = repository.entry_at(repository.tree_of(head)?, &moving.path)?;
        Ok(entry.is_some_and(|blob| blob.to_string() == moving.blob))
    }

    /// Follows a commit that was made while nobody was there to follow it, and takes back what an aborted one left in the index.
    pub(crate) fn confirm_commit(&self, repository: &Repository) -> Result<()> {
        let Some(journal) = self.read_journal() else { return Ok(()) };
        if self.is_made(repository, &journal)? {
            return self.follow(repository, &journal);
        }
        if crate::process::is_running(journal.parent) {
            // The user may be writing the message.
            return Ok(());
        }
        if journal.index == repository.git_dir().join("index") {
            let mut index = Index::open(repository)?;
            if put_back(&mut index, &journal)? {
                index.write(repository)?;
            }
        }
        self.clear_journal()
    }
}

/// Gives every entry that still is what the hook made of it the value it had before; says whether there was one.
pub(crate) fn put_back(index: &mut Index, journal: &Journal) -> Result<bool> {
    let mut has_changed = false;
    for touched in &journal.touched {
        let is_ours = index.blob(&touched.path).map(|blob| blob.to_string()) == touched.after;
        if !is_ours {
            continue;
        }
        match touched.before.as_deref().and_then(|blob| blob.parse::<Oid>().ok()) {
            Some(blob) => index.insert(&touched.path, blob)?,
            None => index.remove(&touched.path)?,
        }
        has_changed = true;
    }
    Ok(has_changed)
}
