//! The performer: the one function that makes any change, race-free and safe against a crash at every step.
//!
//! Lock, finish what a crash left, read, decide, write the intent, swap the cell (the commit point), move and replace the
//! file, make it durable, clear the intent, acknowledge. Whoever comes after a crash rolls forward what was committed to:
//! `roll.rs`.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::git::{Oid, Repository, Swap};
use crate::model::{
    Change, Claim, Edit, Event, Holder, HolderChange, Refusal, Setting, Task, TaskId, Timestamp, Work, apply_all,
};
use crate::store::{Intent, Listed, Lock, Sighted, Store, lock};
use crate::text::Document;

use super::claims_remote::Answer;
use super::load::{CLAIM, Loaded, LoadedFile, TEXT, cell_name, path_in, read_claim};
use super::workspace::Workspace;

/// How long a command waits for another one that changes the same task.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a change is decided anew because the cell or the file was changed by somebody without the lock.
const TRIES: usize = 8;
/// A ref lock of unknown origin.
const STALE: Duration = Duration::from_secs(10);

impl Workspace {
    /// Performs what `decide` makes of a task as it stands under its lock.
    pub fn change(&self, id: &TaskId, decide: impl FnMut(&Task, Timestamp) -> Result<Change>) -> Result<Event> {
        self.change_listed(id, &self.take_listed(), decide)
    }

    /// The same when names were listed a moment ago: where the task was seen is looked at before anything is listed anew.
    pub(super) fn change_listed(
        &self,
        id: &TaskId,
        listed: &Listed,
        mut decide: impl FnMut(&Task, Timestamp) -> Result<Change>,
    ) -> Result<Event> {
        let repository = self.repository()?;
        let _lock = self.lock_task(id)?;
        self.recover(&repository, id)?;
        let mut is_fresh = false;
        for _ in 0..TRIES {
            match self.attempt(&repository, id, listed, &mut decide) {
                Ok(Some(event)) => return Ok(event),
                Ok(None) => {}
                // What is known here of another clone may be old. Where the remote says nothing else, it stands.
                Err(error) if !is_fresh && self.is_about_another_clone(&repository, id, &error) => {
                    is_fresh = true;
                    if !self.refresh(&repository, id).unwrap_or(false) {
                        return Err(error);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Err(Refusal::Busy { task: id.clone() }.into())
    }

    /// Decides and performs once; `None` when something has changed meanwhile.
    fn attempt(
        &self,
        repository: &Repository,
        id: &TaskId,
        listed: &Listed,
        decide: &mut impl FnMut(&Task, Timestamp) -> Result<Change>,
    ) -> Result<Option<Event>> {
        let loaded = self.load_at(repository, id, &self.store.places_in(listed, id))?;
        let Some(home) = self.home_of(&loaded.task)? else {
            let change = decide(&loaded.task, self.now())?;
            let before = loaded.task.clone();
            let event = self.perform_where_it_can(repository, loaded, change)?;
            return Ok(event.map(|event| self.remembered(&before, event)));
        };
        // The holder's file is the one that counts: the change is made there.
        let repository = home.repository()?;
        home.recover(&repository, id)?;
        let loaded = home.load(&repository, id)?;
        let change = decide(&loaded.task, self.now())?;
        let before = loaded.task.clone();
        let event = match self.takes_here(&change) {
            // Whoever takes it over works here from now on. The late worker's file stays as it is, and what it bound there tells
            // its commits that they come too late.
            true => {
                let own = self.repository()?;
                let file = self.load(&own, id)?.file;
                self.perform(&own, Loaded { file, ..loaded }, change)?
            }
            false => home.perform_where_it_can(&repository, loaded, change)?,
        };
        Ok(event.map(|event| self.remembered(&before, event)))
    }

    /// Whether a refusal goes by the claim of another clone.
    fn is_about_another_clone(&self, repository: &Repository, id: &TaskId, error: &anyhow::Error) -> bool {
        let is_refusal = error.downcast_ref::<Refusal>().is_some();
        let cell = if is_refusal { repository.cell(&cell_name(id)).ok().flatten() } else { None };
        let claim = cell.and_then(|cell| read_claim(repository, id, cell.oid).ok());
        claim.is_some_and(|claim| !self.is_in_this_clone(&claim))
    }

    /// Whether a change gives the task to somebody who works in this checkout.
    fn takes_here(&self, change: &Change) -> bool {
        let is_here = |work: &Work| std::path::Path::new(&work.worktree) == self.root;
        !change.is_noop && matches!(change.holder, HolderChange::Take(_)) && change.work.as_ref().is_some_and(is_here)
    }

    /// Performs a change in file and cell, or in the cell alone where the file is out of reach.
    fn perform_where_it_can(&self, repository: &Repository, loaded: Loaded, change: Change) -> Result<Option<Event>> {
        let is_here = self.must_be_within_reach(&loaded.task, &change)?;
        if change.is_noop && loaded.takes_up && self.is_home_of(&loaded.task) {
            // There is nothing to do but to tell the file.
            let told = self.perform(repository, loaded.clone(), Change::staying(&loaded.task, "caught up"))?;
            return Ok(told.map(|told| Event { event: change.event, is_noop: true, ..told }));
        }
        if change.is_noop || (is_here && !self.has_no_file_for(&loaded, &change)?) {
            return self.perform(repository, loaded, change);
        }
        self.perform_on_cell(repository, loaded, change)
    }

    /// Brings a task into being; `None` when its id is taken.
    pub(crate) fn bring(&self, repository: &Repository, loaded: Loaded, change: Change) -> Result<Option<Event>> {
        let _lock = self.lock_task(&loaded.task.id)?;
        if repository.cell(&cell_name(&loaded.task.id))?.is_some() {
            return Ok(None);
        }
        let before = loaded.task.clone();
        Ok(self.perform(repository, loaded, change)?.map(|event| self.remembered(&before, event)))
    }

    /// Takes the lock of a task.
    pub(crate) fn lock_task(&self, id: &TaskId) -> Result<Lock> {
        let path = self.common_dir.join("mcp/locks").join(id.as_str());
        lock(&path, PATIENCE)?.ok_or_else(|| Refusal::Busy { task: id.clone() }.into())
    }

    /// The holder's checkout, when it is another one of this repository.
    pub(super) fn home_of(&self, task: &Task) -> Result<Option<Workspace>> {
        let Some(claim) = task.claim.as_ref().filter(|claim| claim.holder.is_some() && claim.state.is_open()) else {
            return Ok(None);
        };
        let Some(place) = claim.worktree.as_deref().map(PathBuf::from).filter(|place| *place != self.root) else {
            return Ok(None);
        };
        let is_ours = place.is_dir() && self.at(&place).is_ok_and(|home| home.common_dir == self.common_dir);
        if is_ours { self.at(&place).map(Some) } else { Ok(None) }
    }

    /// Performs a decided change under the held lock; `None` when cell or file turned out to have changed, so that it must be decided anew.
    pub(super) fn perform(&self, repository: &Repository, loaded: Loaded, change: Change) -> Result<Option<Event>> {
        let Loaded { task, cell, file, .. } = loaded;
        let from = task.state;
        let is_new = cell.is_none() && file.is_none();
        if change.is_noop {
            return Ok(Some(Event { event: change.event, is_noop: true, from, task, notes: Vec::new() }));
        }
        let edits = self.edits_of(&task, &change);
        let mut document = text_before(&task, &change)?;
        apply_all(&edits, &mut document)
            .map_err(|refused| Refusal::EditRefused { task: task.id.clone(), reason: refused.reason })?;
        let to = path_in(change.to, &task.path);
        let mut claim = self.claim_after(&task, &change, &to)?;
        if claim.holder.is_none() && document.key("branch").is_none() {
            // Undone: no work has begun.
            (claim.branch, claim.base) = (None, None);
        }
        let offer = self.offer(repository, &task, &change, &mut claim, document.as_str())?;
        let nonce = claim.nonce.clone();
        self.clear_the_way(repository, file.as_ref(), &to, &nonce)?;
        let old_text = file.as_ref().map_or_else(String::new, |file| file.text().into_owned());
        let intent = Intent {
            task: task.id.clone(),
            from: file.as_ref().map(|file| file.path.clone()),
            to: to.clone(),
            nonce,
            is_on_cell: old_text != task.document.as_str() || change.text.is_some(),
            old_text,
            is_cell_alone: false,
            edits,
            bind: self.binding_of(&claim).or_else(|| self.late_binding(&task, &claim)),
            offered: offer.as_ref().map(|offer| offer.noted(cell)),
            commit: self.commit_to_follow(&task, file.as_ref(), &change),
        };
        self.remember_opening(&task.id, from, change.to)?;
        self.intents().write(&intent)?;
        self.step_done();
        let files: [(&str, &[u8]); 2] = [(CLAIM, &claim.to_bytes()), (TEXT, document.as_str().as_bytes())];
        let mut written = None;
        // While the remote is at work, which takes longer than all else, the objects are brought to the disk.
        let mut meanwhile = || written = repository.write_cell(&files, true).ok();
        let offer = match self.offered(repository, &task.id, offer, &mut meanwhile) {
            Ok(Answer::Agreed(offer)) => offer,
            Ok(Answer::Overruled) => {
                self.intents().clear(&task.id)?;
                return Ok(None);
            }
            Err(error) => {
                // Should the remote have heard of it all the same, it tells when it is asked again.
                self.intents().clear(&task.id)?;
                return Err(error);
            }
        };
        let written = written.map_or_else(|| repository.write_cell(&files, true), Ok)?;
        match self.swap_to(repository, &task.id, cell, written)? {
            Swap::Swapped(_) => self.remember_seen(repository, &task.id, offer.as_ref())?,
            Swap::Lost(_) => {
                self.intents().clear(&task.id)?;
                return Ok(None);
            }
        }
        let document = match is_new {
            true => self.finish_new(&intent, document)?,
            false => self.finish(&intent, document, Some(&claim))?,
        };
        self.forget_opening(&task.id, change.to)?;
        let mut after = Task::read(task.id.clone(), change.to, to, document)
            .map_err(|problem| super::load::bad_file(Some(&task.id), &intent.to, &problem))?;
        let notes = self.note_of_silence(&claim).into_iter().collect();
        after.claim = Some(Box::new(claim));
        Ok(Some(Event { event: change.event, is_noop: false, from, task: after, notes }))
    }

    pub(crate) fn edits_of(&self, task: &Task, change: &Change) -> Vec<Edit> {
        let mut edits = change.edits.clone();
        if task.document.key("id").is_none_or(|id| id.as_str() != Some(task.id.as_str())) {
            edits.insert(0, Edit::set("id", &task.id));
        }
        if begins_revision(task, change) {
            edits.push(Edit::Set("rev".to_owned(), Setting::Number(task.rev().saturating_add(1))));
        }
        edits
    }

    pub(super) fn claim_after(&self, task: &Task, change: &Change, to: &str) -> Result<Claim> {
        let now = self.now();
        let mut claim = task.claim.as_deref().cloned().unwrap_or_else(|| Claim {
            workers: task.workers(),
            ..Claim::unheld(task.id.clone(), task.state, task.rev(), String::new())
        });
        if begins_revision(task, change) {
            claim.rev = task.rev().saturating_add(1);
            claim.forget_oldest();
        }
        if task.claim.is_some() {
            claim.remember(task.document.as_str().as_bytes());
        }
        match &change.holder {
            HolderChange::Keep => {}
            HolderChange::Take(holder) => {
                if !claim.is_held_by(holder) {
                    claim.epoch = claim.epoch.saturating_add(1);
                }
                if !claim.workers.contains(&holder.actor) {
                    claim.workers.push(holder.actor.clone());
                }
                claim.claimed = Some(now);
                let clone_id = self.clone_id().or_else(|| holder.clone_id.clone());
                claim.clone_id.clone_from(&clone_id);
                claim.host = self.places.host.clone().filter(|_| self.config.claims.remote.is_some());
                claim.holder = Some(Holder { clone_id, ..holder.clone() });
            }
            HolderChange::Clear => {
                if claim.holder.take().is_some() {
                    claim.epoch = claim.epoch.saturating_add(1);
                }
                claim.claimed = None;
                claim.lease = None;
                claim.worktree = None;
            }
        }
        if let Some(work) = &change.work {
            claim.branch.clone_from(&work.branch);
            claim.base.clone_from(&work.base);
            claim.worktree = Some(work.worktree.clone());
        }
        claim.is_ahead = false;
        claim.written_in = Some(self.root.display().to_string());
        if claim.is_held_by(&self.identity.holder) {
            claim.lease = Some(now.after(self.config.claims.lease.0));
        }
        claim.state = change.to;
        claim.path = to.to_owned();
        claim.nonce = nonce()?;
        Ok(claim)
    }

    /// Makes way when an old copy that git put back lies where the file shall go: it is removed only if HEAD has its bytes.
    fn clear_the_way(&self, repository: &Repository, file: Option<&LoadedFile>, to: &str, mark: &str) -> Result<()> {
        if file.is_some_and(|file| file.path == to) {
            return Ok(());
        }
        let bytes = match self.store.sight(to)? {
            Sighted::Missing => return Ok(()),
            Sighted::Bytes(bytes) => Some(bytes),
            Sighted::Refused(_) => None,
        };
        let head = repository.head()?.commit;
        let committed = match head {
            Some(commit) => repository.blob_at(repository.tree_of(commit)?, to)?,
            None => None,
        };
        let is_heads = committed.map(|(_, bytes)| bytes) == bytes;
        if let Some(bytes) = bytes.filter(|_| is_heads)
            && self.store.take_away(to, &bytes, mark)?
        {
            return Ok(());
        }
        Err(in_the_way(to, file.map(|file| file.path.as_str())).into())
    }

    /// Makes the cell of a task that has none; `false` when somebody else just has.
    pub(super) fn swap_new(&self, repository: &Repository, id: &TaskId, files: &[(&str, &[u8])]) -> Result<bool> {
        Ok(matches!(self.swap(repository, id, None, files)?, Swap::Swapped(_)))
    }

    pub(super) fn swap(
        &self,
        repository: &Repository,
        id: &TaskId,
        old: Option<Oid>,
        files: &[(&str, &[u8])],
    ) -> Result<Swap> {
        let new = repository.write_cell(files, true).with_context(|| format!("writing the cell of {id}"))?;
        self.swap_to(repository, id, old, new)
    }

    /// The same with what was written before.
    fn swap_to(&self, repository: &Repository, id: &TaskId, old: Option<Oid>, new: Oid) -> Result<Swap> {
        let name = cell_name(id);
        match repository.swap_cell_to(&name, old, new, true) {
            Err(_) if repository.clear_stale_lock(&name, STALE)? => repository.swap_cell_to(&name, old, new, true),
            swap => swap,
        }
        .with_context(|| format!("changing the cell of {id}"))
    }
}

/// Whether a change makes a new revision: by state or holder, as the first one, or because the present one has become long.
fn begins_revision(task: &Task, change: &Change) -> bool {
    change.is_transition(task) || task.claim.as_deref().is_none_or(Claim::remembers_much)
}

/// The text on which the edits of a change are made.
pub(super) fn text_before(task: &Task, change: &Change) -> Result<Document> {
    match &change.text {
        None => Ok(task.document.clone()),
        Some(text) => Document::parse(text.clone())
            .map_err(|problem| super::load::bad_file(Some(&task.id), &task.path, &problem).into()),
    }
}

/// Another file has the name that a task's file shall get.
pub(super) fn in_the_way(path: &str, other: Option<&str>) -> Refusal {
    let other = other.unwrap_or("the board's own copy");
    Refusal::DamagedBoard {
        what: format!("{path} is in the way: the task's file is {other}"),
        mend: format!("keep what you need of {path} in the other file, then move it out of .mcp/tasks"),
    }
}

pub(super) fn nonce() -> Result<String> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("asking the system for random bytes: {error}"))?;
    Ok(format!("{:016x}", u64::from_le_bytes(bytes)))
}

impl Store {
    /// Whether the file at a path is there.
    pub fn has(&self, path: &str) -> bool {
        self.path(path).symlink_metadata().is_ok()
    }
}
