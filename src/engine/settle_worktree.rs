//! Worktrees that claims made and no task is held in any more: removed when they hold nothing, else left, and said why.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::git::Repository;
use crate::model::{Change, State, TaskId};
use crate::store::{MadeWorktree, MadeWorktrees, Sighted, lock};

use super::workspace::Workspace;

/// What became of the worktree of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is in use, or there is none.
    Nothing,
    /// It is gone, and so is its branch if the claim made it.
    Removed(String),
    /// It stays, and why.
    Stays(String),
}

impl Settled {
    /// The line to say, if there is one.
    pub fn line(self) -> Option<String> {
        match self {
            Settled::Nothing => None,
            Settled::Removed(line) | Settled::Stays(line) => Some(line),
        }
    }
}

impl Workspace {
    /// Removes the worktree of a task that nobody works on any more, if it holds nothing that is nowhere else.
    pub fn settle_worktree(&self, id: &TaskId) -> Result<Settled> {
        let Some(made) = MadeWorktrees::below(&self.common_dir).read(id) else { return Ok(Settled::Nothing) };
        let _lock = self.lock_task(id)?;
        self.settle_made(&made)
    }

    /// The same for all of them, but those that are just being made or changed. `only_over`: those that waited for somebody to
    /// leave them, which costs next to nothing when there are none.
    pub(crate) fn settle_worktrees(&self, only_over: bool) -> Result<Vec<Settled>> {
        let mut settled = Vec::new();
        for made in MadeWorktrees::below(&self.common_dir).all() {
            if only_over && (!made.is_over || self.root.starts_with(&made.path)) {
                continue;
            }
            let path = self.common_dir.join("mcp/locks").join(made.task.as_str());
            let Some(_lock) = lock(&path, Duration::ZERO)? else { continue };
            // One that cannot be looked at keeps nobody from working on other tasks.
            let stays = |error| Settled::Stays(format!("the worktree {} stays: {error:#}", made.path.display()));
            settled.push(self.settle_made(&made).unwrap_or_else(stays));
        }
        Ok(settled)
    }

    /// Whether a worktree that a claim made is needed no more, and could be removed: for those who only read.
    pub(crate) fn is_left_behind(&self, repository: &Repository, made: &MadeWorktree) -> Result<bool> {
        if self.is_in_use(repository, made)? {
            return Ok(false);
        }
        let is_there = repository.worktrees()?.iter().any(|worktree| worktree.path == made.path);
        Ok(!is_there || (!repository.is_half_made(&made.path) && self.holds(repository, made)?.is_none()))
    }

    /// The caller holds the task's lock.
    fn settle_made(&self, made: &MadeWorktree) -> Result<Settled> {
        let repository = self.repository()?;
        let records = MadeWorktrees::below(&self.common_dir);
        self.finish_in(&repository, made)?;
        if self.is_in_use(&repository, made)? {
            if made.is_over {
                records.write(&MadeWorktree { is_over: false, ..made.clone() })?;
            }
            return Ok(Settled::Nothing);
        }
        let place = made.path.display();
        self.finish_or_remove_half_made(&repository, &made.task)?;
        let is_there = repository.worktrees()?.iter().any(|worktree| worktree.path == made.path);
        if is_there {
            if let Some(why) = self.holds(&repository, made)? {
                return Ok(Settled::Stays(format!("the worktree {place} stays: {why}")));
            }
            if self.root.starts_with(&made.path) {
                records.write(&MadeWorktree { is_over: true, ..made.clone() })?;
                let words = "goes with the next mcp command outside of it: nothing in it is needed any more";
                return Ok(Settled::Stays(format!("the worktree {place} {words}")));
            }
            self.clear_away(&repository, made)?;
            self.step_done();
            // Git looks once more, and refuses if somebody has written anything meanwhile.
            if let Err(error) = repository.remove_worktree(&made.path) {
                return Ok(Settled::Stays(format!("the worktree {place} stays: {error:#}")));
            }
            self.step_done();
        }
        let (mut words, and) = match is_there {
            true => (format!("removed the worktree {place}"), " and"),
            false => (format!("the worktree {place} is gone"), ", and so is"),
        };
        if let Some(tip) = repository.branch_commit(&made.branch)?.filter(|_| made.has_made_branch) {
            let is_used = repository.worktrees()?.iter().any(|other| other.branch.as_deref() == Some(&made.branch));
            if !is_used && self.unmerged(&repository, tip, &made.branch)? == 0 {
                repository.delete_branch(&made.branch, tip)?;
                self.step_done();
                words += &format!("{and} its branch {}", made.branch);
            }
        }
        records.forget(&made.task)?;
        self.bring_up(&repository, &made.task)?;
        if let Some(folder) = made.path.parent().filter(|folder| is_empty(folder) && !self.root.starts_with(folder)) {
            // Another claim may be making its own in it at this moment.
            let _ = fs_err::remove_dir(folder);
        }
        Ok(Settled::Removed(words))
    }

    /// Has the file in this checkout say what was said in the worktree that is gone, if there is one that is simply older.
    fn bring_up(&self, repository: &Repository, id: &TaskId) -> Result<()> {
        let loaded = self.load(repository, id)?;
        let is_old = loaded.file.as_ref().is_some_and(|file| file.bytes != loaded.task.document.as_str().as_bytes());
        let is_free = loaded.task.claim.as_ref().is_some_and(|claim| claim.holder.is_none() && claim.state.is_open());
        if is_old && is_free {
            let change = Change { brings_file: true, ..Change::staying(&loaded.task, "restored") };
            self.perform(repository, loaded, change)?;
        }
        Ok(())
    }

    /// Finishes what dead processes began in a worktree: the notes about it would go with its git dir.
    fn finish_in(&self, repository: &Repository, made: &MadeWorktree) -> Result<()> {
        let is_whole = repository.worktrees()?.iter().any(|worktree| worktree.path == made.path);
        if !is_whole || repository.is_half_made(&made.path) {
            return Ok(());
        }
        let there = self.at(&made.path)?;
        let its = there.repository()?;
        there.recover(&its, &made.task)?;
        there.finish_changes(&its)?;
        there.settle_commits(&its, None, None)
    }

    /// Whether somebody works there on the task, or it is kept there for somebody.
    fn is_in_use(&self, repository: &Repository, made: &MadeWorktree) -> Result<bool> {
        self.is_held_there(repository, &made.task, &made.path)
    }

    pub(super) fn is_held_there(&self, repository: &Repository, id: &TaskId, path: &Path) -> Result<bool> {
        // What cannot be read is not known to be over.
        let Ok(loaded) = self.load(repository, id) else { return Ok(true) };
        let task = loaded.task;
        let Some(claim) = task.claim.as_ref() else { return Ok(false) };
        let is_there = claim.worktree.as_deref().map(Path::new) == Some(path);
        let is_kept = task.state.is_open() || (task.state == State::Failed && task.front.resolution.is_none());
        Ok(claim.holder.is_some() && is_there && is_kept)
    }

    /// Gives the task's own files in a worktree back to its HEAD: what they say stands in the cell.
    fn clear_away(&self, repository: &Repository, made: &MadeWorktree) -> Result<()> {
        let there = self.at(&made.path)?;
        let mut tracked = Vec::new();
        for difference in repository.differences(&made.path)? {
            if !self.is_carried(repository, &there, &made.task, &difference.path)? {
                continue;
            }
            match there.store.sight(&difference.path)? {
                Sighted::Bytes(bytes) if difference.is_untracked => {
                    there.store.take_away(&difference.path, &bytes, "settled")?;
                }
                _ => tracked.push(difference.path),
            }
        }
        let head = there.repository()?.head()?.commit.map(|head| repository.tree_of(head)).transpose()?;
        let (known, added): (Vec<_>, Vec<_>) = tracked
            .into_iter()
            .partition(|path| head.is_some_and(|tree| matches!(repository.entry_at(tree, path), Ok(Some(_)))));
        repository.restore_in(&made.path, &known)?;
        // Added to the index and not in HEAD: git takes the file away with the entry.
        repository.restore_in(&made.path, &added)?;
        Ok(())
    }

    /// Settles what a dead process left of making a worktree. The caller holds the task's lock.
    pub(super) fn finish_or_remove_half_made(&self, repository: &Repository, id: &TaskId) -> Result<()> {
        let Some(made) = MadeWorktrees::below(&self.common_dir).read(id) else { return Ok(()) };
        if !repository.is_half_made(&made.path) {
            return Ok(());
        }
        // Nothing but files of HEAD that git had not got round to writing: nobody has begun to work there.
        let is_untouched = !made.path.join(".git").exists()
            || repository.differences(&made.path)?.iter().all(|difference| difference.is_missing);
        if is_untouched {
            repository.remove_half_made(&made.path)?;
            self.step_done();
        }
        Ok(())
    }
}

fn is_empty(folder: &Path) -> bool {
    fs_err::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}
