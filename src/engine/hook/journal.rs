//! Journals of commits under way: what the pre-commit hook put into the index, so that post-commit can follow and an aborted commit can be taken back.
//!
//! Each commit has a journal of its own: while one message is being written, another commit may be tried in the same
//! worktree, and what an aborted `git commit` left in the index can only be taken out when git does not hold its lock.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::git::{Index, Oid, Repository, fingerprint};
use crate::model::{Change, Edit, State, TaskId};
use crate::process::is_running;
use crate::store::write_durably;

use super::super::abandoned::whole_files;
use super::super::trust::hex;
use super::super::workspace::Workspace;

/// What the hook did.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Journal {
    /// The index file that git gave it.
    pub index: PathBuf,
    /// The `git commit` process.
    pub parent: i32,
    /// HEAD before the commit.
    pub head: Option<String>,
    /// The tree of the commit without the board.
    pub code: String,
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
    /// The blob that it has there; `None` for a board that is kept out of the repository.
    pub blob: Option<String>,
    /// Where the task goes.
    pub to: State,
    /// The edits of its text.
    pub edits: Vec<Edit>,
}

impl Workspace {
    fn journals(&self) -> PathBuf {
        self.git_dir.join("mcp/commits")
    }

    pub(crate) fn write_journal(&self, journal: &Journal) -> Result<()> {
        let bytes = serde_json::to_vec(journal).expect("a journal has only text keys");
        let name = format!("{}-{}.json", journal.parent, hex(&Sha256::digest(&bytes)[..6]));
        write_durably(&self.journals().join(name), &bytes)
    }

    /// The task whose checks have spoken for the commit that this process makes, and the tree of the code they spoke for.
    pub(super) fn spoken_for(&self, repository: &Repository, parent: i32) -> Result<Option<(TaskId, String)>> {
        let Ok(entries) = fs_err::read_dir(self.journals()) else { return Ok(None) };
        let bytes = entries.flatten().filter_map(|entry| fs_err::read(entry.path()).ok());
        let head = repository.head()?.commit.map(|head| head.to_string());
        let mut journals = bytes.filter_map(|bytes| serde_json::from_slice::<Journal>(&bytes).ok());
        let own = journals.find(|journal| journal.parent == parent && journal.task.is_some() && journal.head == head);
        Ok(own.and_then(|journal| Some((journal.task?.id, journal.code))))
    }

    /// Whether somebody has staged something after the checks had spoken and before git took the tree of this commit: between
    /// our hook and that git leaves the index to everybody for a moment.
    pub(super) fn is_changed_since(&self, repository: &Repository, code: &str, parent: i32) -> Result<bool> {
        if self.is_as_published(repository.index_file(), parent) {
            return Ok(false);
        }
        let tree = Index::open(repository)?.write_tree()?;
        Ok(self.code_tree(repository, tree)?.to_string() != code)
    }

    /// Notes what the index is that this commit goes on with: to read a large one again costs more than all else.
    pub(super) fn note_published(&self, index: &Index, parent: i32) {
        // Without the note it is read.
        let _ = match index.mark() {
            Some(mark) => fs_err::write(self.published_path(), of_commit(parent, mark)),
            None => fs_err::remove_file(self.published_path()),
        };
    }

    /// Whether an index is the one that this very commit went on with, and not another, aborted one.
    fn is_as_published(&self, index: &Path, parent: i32) -> bool {
        let mark = fingerprint(index).map(|mark| of_commit(parent, &mark));
        mark.is_some() && fs_err::read(self.published_path()).ok() == mark
    }

    fn published_path(&self) -> PathBuf {
        self.git_dir.join("mcp/published")
    }

    /// Settles every commit of which a journal tells: follows those that were made, takes back what aborted ones left.
    ///
    /// In the pre-commit hook `given` is the index that git handed over; the worktree's own may be locked then. `ended` is a
    /// `git commit` that runs still but has come to its end.
    pub(crate) fn settle_commits(
        &self,
        repository: &Repository,
        mut given: Option<&mut Index>,
        ended: Option<i32>,
    ) -> Result<()> {
        for file in
            whole_files(&self.journals()).iter().filter(|file| file.extension().is_some_and(|end| end == "json"))
        {
            let Ok(bytes) = fs_err::read(file) else { continue };
            let Ok(journal) = serde_json::from_slice::<Journal>(&bytes) else {
                // It is written whole or not at all: this one is not ours.
                fs_err::remove_file(file)?;
                continue;
            };
            if self.is_made(repository, &journal)? {
                self.follow(repository, &journal)?;
            } else if !self.is_taken_back(repository, &journal, given.as_deref_mut(), ended)? {
                continue;
            }
            match fs_err::remove_file(file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => self.step_done(),
            }
        }
        Ok(())
    }

    /// Whether the commit of a journal was made.
    fn is_made(&self, repository: &Repository, journal: &Journal) -> Result<bool> {
        let Some(head) = repository.head()?.commit else { return Ok(false) };
        let tree = repository.tree_of(head)?;
        let has = |path: &str, blob: Option<&String>| -> Result<bool> {
            Ok(repository.entry_at(tree, path)?.map(|found| found.to_string()).as_ref() == blob)
        };
        match &journal.task {
            Some(Moving { path, blob: Some(blob), .. }) => has(path, Some(blob)),
            Some(_) => {
                let is_new = journal.head.as_ref() != Some(&head.to_string());
                Ok(is_new && self.code_tree(repository, tree)?.to_string() == journal.code)
            }
            None => {
                for touched in &journal.touched {
                    if !has(&touched.path, touched.after.as_ref())? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }
    }

    /// Moves the file of the journal's task to where the commit has it, and brings the user's index up to the commit.
    fn follow(&self, repository: &Repository, journal: &Journal) -> Result<()> {
        if let Some(moving) = &journal.task {
            self.change(&moving.id, |task, _| {
                let is_moved = task.state == moving.to && moving.edits.iter().all(|edit| edit.is_in(&task.document));
                if is_moved {
                    return Ok(Change::noop(task, "checked"));
                }
                let mut change = Change::moving(moving.to, "checked");
                change.edits.clone_from(&moving.edits);
                Ok(change)
            })?;
        }
        if self.is_as_published(&repository.git_dir().join("index"), journal.parent) {
            // The very one that the commit was made of.
            return Ok(());
        }
        // Under `--only` git builds the commit in an index of its own: the user's still has the old paths, and its next
        // commit would take the move back.
        let paths: Vec<String> = journal.touched.iter().map(|touched| touched.path.clone()).collect();
        repository.reset_paths_in_index(&paths)?;
        self.step_done();
        Ok(())
    }

    /// Gives the index back what a commit that was not made had changed there; says whether nothing is left to do.
    fn is_taken_back(
        &self,
        repository: &Repository,
        journal: &Journal,
        given: Option<&mut Index>,
        ended: Option<i32>,
    ) -> Result<bool> {
        let is_lasting = journal.index.extension().is_none_or(|end| end != "lock") && journal.index.exists();
        // The user may be writing the message, and git has the tree of that commit already.
        let is_under_way = ended != Some(journal.parent) && is_running(journal.parent);
        if let Some(index) = given {
            // What the next commit is made from must not hold the move of one that was not made.
            if put_back(repository, index, journal)? {
                index.write(repository)?;
            }
            // The index of the worktree is locked by git while it hands us another.
            return Ok(!is_under_way && (!is_lasting || is_same(index.path(), &journal.index)));
        }
        if is_under_way {
            return Ok(false);
        }
        if is_lasting && repository.operation()?.is_none() {
            let mut index = Index::open_file(repository, &journal.index)?;
            if put_back(repository, &mut index, journal)? {
                index.write(repository)?;
            }
        }
        Ok(true)
    }
}

/// What is noted of a commit's index.
fn of_commit(parent: i32, mark: &[u8]) -> Vec<u8> {
    [parent.to_be_bytes().as_slice(), mark].concat()
}

/// Gives every entry that still is what the hook made of it the value it had before; says whether there was one.
fn put_back(repository: &Repository, index: &mut Index, journal: &Journal) -> Result<bool> {
    let head = repository.head()?.commit.map(|head| repository.tree_of(head)).transpose()?;
    let mut has_changed = false;
    for touched in &journal.touched {
        let committed = match head {
            Some(tree) => repository.entry_at(tree, &touched.path)?.map(|blob| blob.to_string()),
            None => None,
        };
        let is_ours = index.blob(&touched.path).map(|blob| blob.to_string()) == touched.after;
        // What HEAD has by now came there by another commit.
        let is_history = head.is_some() && committed == touched.after;
        if !is_ours || is_history {
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

fn is_same(one: &Path, other: &Path) -> bool {
    one == other || fs_err::canonicalize(one).ok().is_some_and(|one| fs_err::canonicalize(other).ok() == Some(one))
}
