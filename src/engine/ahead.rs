//! Changes made in the cell alone, where the file that counts is out of reach; and how that file takes them up.
//!
//! A verb that leaves a task in its state makes no file where there is none: git would refuse to bring the real one back, from
//! a stash or another branch. The cell keeps the text that the file had (`base.md`), so that both can be brought together.

use std::path::Path;

use anyhow::Result;

use crate::git::{Oid, Repository, Swap};
use crate::model::{Change, Claim, Event, HolderChange, Refusal, Side, State, Task, TaskId, apply_all, merged};
use crate::store::Intent;
use crate::text::Document;

use super::claims_remote::Answer;
use super::clone_id::known_clone_id;
use super::load::{BASE, CLAIM, Loaded, LoadedFile, TEXT, bad_file, cell_name, path_in, read_claim, rev_of};
use super::perform::text_before;
use super::workspace::Workspace;

impl Workspace {
    /// Where the holder's checkout is, when it belongs to another clone.
    pub(super) fn elsewhere(&self, task: &Task) -> Option<String> {
        let claim = task.claim.as_ref().filter(|claim| claim.holder.is_some() && claim.state.is_open())?;
        (!self.is_in_this_clone(claim)).then(|| claim.place().unwrap_or_else(|| "another clone".to_owned()))
    }

    /// Whether the holder works in a checkout of this clone; where that is not known, it is believed.
    pub(super) fn is_in_this_clone(&self, claim: &Claim) -> bool {
        claim.clone_id.is_none() || claim.clone_id == known_clone_id(&self.common_dir)
    }

    /// Refuses what may not be done from here to a task whose holder works in another clone.
    pub(super) fn must_be_within_reach(&self, task: &Task, change: &Change) -> Result<bool, Refusal> {
        match self.elsewhere(task) {
            None => Ok(true),
            Some(_) if change.is_noop || matches!(change.holder, HolderChange::Take(_)) => Ok(true),
            Some(_) if change.only_appends() => Ok(false),
            Some(place) => Err(Refusal::HeldElsewhere { task: task.id.clone(), place }),
        }
    }

    /// Whether a change is to be made in the cell alone: the task stays where it is, and there is no file here, or one that git
    /// put back.
    pub(super) fn has_no_file_for(&self, loaded: &Loaded, change: &Change) -> Result<bool> {
        let task = &loaded.task;
        let stays = change.to == task.state && change.holder == HolderChange::Keep && !change.brings_file;
        if !stays || loaded.cell.is_none() {
            return Ok(false);
        }
        Ok(match &loaded.file {
            None => self.store.places_of(&task.id)?.is_empty(),
            Some(_) if loaded.takes_up => false,
            Some(file) => {
                let document = Document::from_bytes(file.bytes.clone()).ok();
                let rev = document.and_then(|document| document.key("rev")?.as_u64()).unwrap_or(0);
                task.claim.as_ref().is_some_and(|claim| rev < claim.rev)
            }
        })
    }

    /// Performs a change in the cell alone; `None` when the cell was changed by somebody else.
    pub(super) fn perform_on_cell(
        &self,
        repository: &Repository,
        loaded: Loaded,
        change: Change,
    ) -> Result<Option<Event>> {
        let Loaded { task, cell, .. } = loaded;
        let Some(old) = cell else { return Ok(None) };
        let edits = self.edits_of(&task, &change);
        let mut document = text_before(&task, &change)?;
        apply_all(&edits, &mut document)
            .map_err(|refused| Refusal::EditRefused { task: task.id.clone(), reason: refused.reason })?;
        let to = path_in(change.to, &task.path);
        let was_ahead = task.claim.as_ref().is_some_and(|claim| claim.is_ahead);
        let base = match was_ahead {
            true => repository.cell_file(old, BASE)?,
            false => repository.cell_file(old, TEXT)?,
        };
        let written_in = task.claim.as_ref().and_then(|claim| claim.written_in.clone());
        let mut claim = Claim { is_ahead: true, written_in, ..self.claim_after(&task, &change, &to)? };
        let offer = self.offer(repository, &task, &change, &mut claim, document.as_str())?;
        let intent = Intent {
            task: task.id.clone(),
            from: None,
            to: to.clone(),
            nonce: claim.nonce.clone(),
            old_text: String::new(),
            is_on_cell: true,
            is_cell_alone: true,
            edits,
            bind: None,
            offered: offer.as_ref().map(|offer| offer.noted(cell)),
            commit: None,
        };
        self.intents().write(&intent)?;
        self.step_done();
        let answer = self.offered(repository, &task.id, offer, &mut || {});
        let Ok(Answer::Agreed(offer)) = answer else {
            // Should the remote have heard of it all the same, it tells when it is asked again.
            self.intents().clear(&task.id)?;
            return answer.map(|_| None);
        };
        let bytes = claim.to_bytes();
        let text = document.as_str().as_bytes().to_vec();
        let base = base.unwrap_or_default();
        let files: [(&str, &[u8]); 3] = [(CLAIM, &bytes), (TEXT, &text), (BASE, &base)];
        match self.swap(repository, &task.id, Some(old), &files)? {
            Swap::Lost(_) => {
                self.intents().clear(&task.id)?;
                return Ok(None);
            }
            Swap::Swapped(_) => self.remember_seen(repository, &task.id, offer.as_ref())?,
        }
        self.intents().clear(&task.id)?;
        self.step_done();
        let from = task.state;
        let mut after = Task::read(task.id.clone(), change.to, to, document)
            .map_err(|problem| bad_file(Some(&task.id), &cell_name(&task.id), &problem))?;
        after.claim = Some(Box::new(claim));
        let mut event = Event { event: change.event, is_noop: false, from, task: after, notes: Vec::new() };
        event.notes.push(match self.elsewhere(&event.task) {
            Some(place) => format!("kept for the file in {place}, which takes it up"),
            None => {
                format!("its file is not here, and takes it up when it is back; `mcp restore {}` makes it", task.id)
            }
        });
        Ok(Some(event))
    }

    /// The task with what was said in the cell while the file was out of reach; `None` when the file tells nothing new, so that
    /// the ordinary rules do.
    pub(super) fn caught_up(
        &self,
        repository: &Repository,
        id: &TaskId,
        cell: Option<Oid>,
        claim: &Claim,
        (state, file): (State, &LoadedFile),
        is_heads: impl Fn() -> bool,
    ) -> Result<Option<Loaded>> {
        let Some(oid) = cell.filter(|_| claim.is_ahead) else { return Ok(None) };
        let (base, text) = (repository.cell_file(oid, BASE)?, repository.cell_file(oid, TEXT)?);
        let (Some(base), Some(text)) = (base, text) else { return Ok(None) };
        if file.bytes == text {
            return Ok(None);
        }
        let read =
            |bytes: Vec<u8>| Document::from_bytes(bytes).map_err(|problem| bad_file(Some(id), &file.path, &problem));
        // A text that the cell has gone beyond says nothing that the cell does not know; a committed one of an earlier revision is
        // git's, and the file itself is still to come back.
        let is_old = file.bytes == base || claim.wrote_before(&file.bytes);
        if is_old && rev_of(&file.bytes) < claim.rev && file.bytes != base && is_heads() {
            return Ok(None);
        }
        let theirs = read(text)?;
        let side = match is_old {
            true => Side { state: claim.state, document: theirs },
            false if is_heads() => return Ok(None),
            false => {
                let base = Side { state, document: read(base)? };
                let ours = Side { state, document: read(file.bytes.clone())? };
                let theirs = Side { state: claim.state, document: theirs };
                let Some(side) = merged(Some(&base), &ours, &theirs) else { return Ok(None) };
                side
            }
        };
        let path = path_in(side.state, &file.path);
        let mut task = Task::read(id.clone(), side.state, path.clone(), side.document)
            .map_err(|problem| bad_file(Some(id), &file.path, &problem))?;
        let rev = task.front.rev.max(claim.rev);
        task.claim = Some(Box::new(Claim { state: side.state, rev, path, ..claim.clone() }));
        Ok(Some(Loaded { task, cell, file: Some(file.clone()), takes_up: true }))
    }

    /// Brings what was said elsewhere into the files of the tasks that this worktree works on; says so in a line each.
    pub(super) fn take_up(&self, repository: &Repository) -> Result<Vec<String>> {
        let mut notes = Vec::new();
        for id in self.bound_tasks() {
            // A cell that cannot be read keeps nobody from working on other tasks.
            let Ok(Some(cell)) = repository.cell(&cell_name(&id)) else { continue };
            let is_ahead = read_claim(repository, &id, cell.oid)
                .is_ok_and(|claim| claim.is_ahead && self.is_in_this_clone(&claim) && self.is_at_home(&claim));
            if !is_ahead || self.store.places_of(&id)?.is_empty() {
                continue;
            }
            match self.change(&id, |task, _| Ok(Change::staying(task, "caught up"))) {
                Ok(event) => notes.push(format!("{id} now has what was said of it elsewhere: {}", event.task.path)),
                Err(error) => notes.push(format!("{id} does not have yet what was said of it elsewhere: {error:#}")),
            }
        }
        Ok(notes)
    }

    /// Whether the holder's checkout is this one.
    pub(super) fn is_home_of(&self, task: &Task) -> bool {
        task.claim.as_ref().is_some_and(|claim| self.is_in_this_clone(claim) && self.is_at_home(claim))
    }

    fn is_at_home(&self, claim: &Claim) -> bool {
        claim.worktree.as_deref().map(Path::new) == Some(&self.root)
    }
}
