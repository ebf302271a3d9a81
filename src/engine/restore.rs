//! `restore`: a task's file again, from its cell, after a `clean`, a stash, a reset, a removed worktree or an old checkout.

use anyhow::Result;

use crate::git::Repository;
use crate::model::{Change, Event, Refusal, Task, TaskId, Work};
use crate::store::Renamed;
use crate::text::Document;

use super::load::{TEXT, cell_name};
use super::prep::Force;
use super::workspace::Workspace;

impl Workspace {
    /// Brings a task's file back in the checkout where it belongs.
    ///
    /// A task whose holder's worktree is gone comes back here: to its holder, if that is who asks, else it stays theirs.
    pub fn restore(&self, id: &TaskId, force: &Force) -> Result<Event> {
        let repository = self.repository()?;
        if self.store.places_of(id)?.len() > 1 {
            self.resolve_board(Some(id), false)?;
        }
        let (loaded, kept) = {
            let _lock = self.lock_task(id)?;
            let kept = self.set_unreadable_aside(&repository, id)?;
            self.recover(&repository, id)?;
            (self.load(&repository, id)?, kept)
        };
        let task = &loaded.task;
        let is_archived = loaded.file.as_ref().is_some_and(|file| file.path.starts_with(".mcp/archive/"))
            || (loaded.file.is_none() && self.store.archived()?.iter().any(|(other, _)| other == id));
        if is_archived {
            let hint = format!("`mcp show {id}` reads it there");
            return Err(Refusal::WrongState {
                task: id.clone(),
                is: task.state,
                verb: "restored: it is archived",
                hint,
            }
            .into());
        }
        if let Some(place) = self.elsewhere(task) {
            return Err(Refusal::HeldElsewhere { task: id.clone(), place }.into());
        }
        if let Some(home) = self.home_of(task)? {
            let kept = {
                let _lock = self.lock_task(id)?;
                home.set_unreadable_aside(&repository, id)?
            };
            return with_note_of(kept, home.change(id, |task, _| home.brought_back(task, None)));
        }
        let work = self.work_of_lost_worktree(&repository, task, force)?;
        let mut event = self.change(id, |task, _| self.brought_back(task, work.clone()))?;
        if self.store.places_of(id)?.len() > 1 {
            // What a person wrote in an older copy is brought into the file.
            self.resolve_board(Some(id), false)?;
        }
        if work.is_some() {
            // What a claim made of the worktree that is gone: a branch, and a record of it.
            event.notes.extend(self.settle_worktree(id)?.line());
        }
        with_note_of(kept, Ok(event))
    }

    /// Gives what lies in the place of a task's file, and cannot be read as one, a name beside it, if the cell has a text to put
    /// there: an editor may have been cut short. The caller holds the lock.
    fn set_unreadable_aside(&self, repository: &Repository, id: &TaskId) -> Result<Option<String>> {
        let [place] = &self.store.places_of(id)?[..] else { return Ok(None) };
        if self.read_file(id, place.state, &place.path).is_ok() {
            return Ok(None);
        }
        let cell = repository.cell(&cell_name(id))?.map(|cell| cell.oid);
        let text = cell.map(|cell| repository.cell_file(cell, TEXT)).transpose()?.flatten();
        let is_told = text.and_then(|text| Document::from_bytes(text).ok()).is_some();
        for number in (1..100).filter(|_| is_told) {
            let aside = format!("{}.unreadable-{number}", place.path);
            match self.store.rename(&place.path, &aside)? {
                Renamed::Done => return Ok(Some(aside)),
                Renamed::Occupied => {}
                Renamed::Missing => return Ok(None),
            }
        }
        Ok(None)
    }

    fn brought_back(&self, task: &Task, work: Option<Work>) -> Result<Change> {
        let repository = self.repository()?;
        let loaded = self.load(&repository, &task.id)?;
        let is_there =
            loaded.file.is_some_and(|file| file.path == task.path && file.bytes == task.document.as_str().as_bytes());
        if is_there && work.is_none() {
            return Ok(Change::noop(task, "restored"));
        }
        let mut change = Change { brings_file: true, ..Change::staying(task, "restored") };
        if work.is_some() {
            change = change.taken_by(&self.identity.holder);
            change.work = work;
        }
        Ok(change)
    }

    /// The work of a task that is held in a worktree which is not there any more, taken up here by its holder.
    fn work_of_lost_worktree(&self, repository: &Repository, task: &Task, force: &Force) -> Result<Option<Work>> {
        let Some(claim) = task.claim.as_ref().filter(|claim| claim.state.is_open()) else { return Ok(None) };
        let is_elsewhere = claim.worktree.as_deref().is_some_and(|place| std::path::Path::new(place) != self.root);
        let is_theirs = claim.holder.as_ref().is_some_and(|holder| holder.actor == *self.actor());
        if !is_elsewhere || claim.holder.is_none() || !(is_theirs || force.reason.is_some()) {
            return Ok(None);
        }
        let head = repository.head()?;
        Ok(Some(Work { branch: head.branch, base: claim.base.clone(), worktree: self.root.display().to_string() }))
    }
}

fn with_note_of(kept: Option<String>, event: Result<Event>) -> Result<Event> {
    let mut event = event?;
    event.notes.extend(kept.map(|path| format!("what lay there could not be read, and is kept as {path}")));
    Ok(event)
}
