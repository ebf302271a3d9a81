//! `post-commit`: once the commit really exists, the task's file follows.

use anyhow::Result;

use crate::git::Repository;
use crate::model::Change;

use super::super::workspace::Workspace;
use super::journal::Journal;

impl Workspace {
    /// Runs after a commit.
    pub fn post_commit(&self, repository: &Repository) -> Result<()> {
        let Some(journal) = self.read_journal() else { return Ok(()) };
        if journal.task.is_none() || self.is_made(repository, &journal)? {
            return self.follow(repository, &journal);
        }
        // Something changed the index after us: the task stays where it is, and nothing vouches for the commit.
        self.clear_journal()
    }

    /// Moves the file of the journal's task to where the commit has it, and brings the user's index up to the commit.
    pub(crate) fn follow(&self, repository: &Repository, journal: &Journal) -> Result<()> {
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
        // Under `--only` git builds the commit in an index of its own: the user's still has the old paths, and its next
        // commit would take the move back.
        let paths: Vec<String> = journal.touched.iter().map(|touched| touched.path.clone()).collect();
        repository.reset_paths_in_index(&paths)?;
        self.clear_journal()
    }
}
