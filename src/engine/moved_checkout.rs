//! A checkout that was moved, by `mv` or `git worktree move`: the tasks that are held in it are held where it is now.
//!
//! A claim names its checkout by the folder. That it is the same one says the checkout's own git dir: it remembers which tasks it
//! took, and at which epoch.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::git::Repository;
use crate::model::{Change, Claim, Event, Holder, Task, TaskId, Work};
use crate::store::{MadeWorktree, MadeWorktrees};

use super::load::{cell_name, read_claim};
use super::workspace::{Workspace, open_repository};

impl Workspace {
    /// Has the claims that were made in this checkout follow it to where it is now; says so in a line each.
    pub(super) fn follow_move(&self, repository: &Repository) -> Result<Vec<String>> {
        let mut notes = Vec::new();
        for id in self.bound_tasks() {
            // A cell that cannot be read keeps nobody from working on other tasks.
            let Ok(Some(cell)) = repository.cell(&cell_name(&id)) else { continue };
            let claim = read_claim(repository, &id, cell.oid).ok();
            let Some(place) = claim.and_then(|claim| self.place_before_move(&id, &claim)) else { continue };
            match self.change(&id, |task, _| Ok(self.moved_here(task, &id))) {
                Ok(Event { is_noop: true, .. }) => {}
                Ok(_) => {
                    self.move_record(&id, &place)?;
                    notes.push(format!("{id} is held here now: this checkout was {} before", place.display()));
                }
                Err(error) => notes.push(format!("{id} is held in {}, where this was: {error:#}", place.display())),
            }
        }
        Ok(notes)
    }

    /// The folder in which a claim was made, when it is no more and this very checkout has it.
    fn place_before_move(&self, id: &TaskId, claim: &Claim) -> Option<PathBuf> {
        let place = claim.worktree.as_deref().map(Path::new).filter(|place| *place != self.root)?;
        let is_ours = claim.holder.is_some() && claim.state.is_open() && self.is_in_this_clone(claim);
        let is_same = is_ours && self.bound_epoch(id) == Some(claim.epoch);
        // A copy of it stays where it was, and is no move.
        let is_left = place.join(".git").symlink_metadata().is_err()
            || open_repository(place).is_ok_and(|there| there.work_dir() != place);
        (is_same && is_left).then(|| place.to_owned())
    }

    /// The task held by whom it was held, in this checkout.
    fn moved_here(&self, task: &Task, id: &TaskId) -> Change {
        let claim = task.claim.as_ref();
        let place = claim.and_then(|claim| self.place_before_move(id, claim));
        let Some((place, claim)) = place.zip(claim) else { return Change::noop(task, "moved along") };
        let here = self.root.display().to_string();
        let mut change = Change::staying(task, "moved along");
        if let Some(holder) = &claim.holder {
            let session = match Path::new(&holder.session) == place {
                true => here.clone(),
                false => holder.session.clone(),
            };
            change = change.taken_by(&Holder { session, ..holder.clone() });
        }
        change.work = Some(Work { branch: claim.branch.clone(), base: claim.base.clone(), worktree: here });
        change
    }

    /// The record of a worktree that a claim made, at its new place. After the claim: one that nobody is held in may be removed.
    fn move_record(&self, id: &TaskId, before: &Path) -> Result<()> {
        let records = MadeWorktrees::below(&self.common_dir);
        match records.read(id).filter(|made| made.path == before) {
            Some(made) => records.write(&MadeWorktree { path: self.root.clone(), ..made }),
            None => Ok(()),
        }
    }

    /// Whether a checkout of this repository took a task at this epoch, wherever it is now.
    pub(super) fn is_held_in_moved(&self, repository: &Repository, claim: &Claim) -> Result<bool> {
        let worktrees = repository.worktrees()?;
        let took = |place: &Path| self.at(place).is_ok_and(|there| there.bound_epoch(&claim.id) == Some(claim.epoch));
        Ok(worktrees.iter().any(|worktree| took(&worktree.path)))
    }
}
