//! The performer: the one function that makes any change, race-free and safe against a crash at every step.
//!
//! Lock, finish what a crash left, read, decide, write the intent, swap the cell (the commit point), replace and move the
//! file, make it durable, clear the intent, acknowledge. Whoever comes after a crash rolls forward what was committed to.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::git::{Oid, Repository, Swap};
use crate::model::{
    Change, Claim, Edit, Event, HolderChange, Refusal, Setting, State, Task, TaskId, Timestamp, apply_again, apply_all,
};
use crate::store::{Intent, Lock, Replaced, Sighted, Store, lock, write_durably};
use crate::text::Document;

use super::load::{CLAIM, Loaded, LoadedFile, TEXT, cell_name, path_in, read_claim};
use super::workspace::Workspace;

/// How long a command waits for another one that changes the same task.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a change is decided anew because the cell or the file was changed by somebody without the lock.
const TRIES: usize = 8;
/// A ref lock beside an intent of a dead process: longer than `git pack-refs` ever holds one.
const STALE_WITH_INTENT: Duration = Duration::from_millis(500);
/// A ref lock of unknown origin.
const STALE: Duration = Duration::from_secs(10);

impl Workspace {
    /// Performs what `decide` makes of a task as it stands under its lock.
    pub fn change(&self, id: &TaskId, mut decide: impl FnMut(&Task, Timestamp) -> Result<Change>) -> Result<Event> {
        let repository = self.repository()?;
        let _lock = self.lock_task(id)?;
        self.recover(&repository, id)?;
        for _ in 0..TRIES {
            let loaded = self.load(&repository, id)?;
            let home = self.home_of(&loaded.task)?;
            if let Some(home) = home {
                // The holder's file is the one that counts: the change is made there.
                let repository = home.repository()?;
                home.recover(&repository, id)?;
                let loaded = home.load(&repository, id)?;
                let change = decide(&loaded.task, self.now())?;
                if let Some(event) = home.perform(&repository, loaded, change)? {
                    return Ok(event);
                }
                continue;
            }
            let change = decide(&loaded.task, self.now())?;
            if let Some(event) = self.perform(&repository, loaded, change)? {
                return Ok(event);
            }
        }
        Err(Refusal::Busy { task: id.clone() }.into())
    }

    /// Brings a task into being; `None` when its id is taken.
    pub(crate) fn bring(&self, repository: &Repository, loaded: Loaded, change: Change) -> Result<Option<Event>> {
        let _lock = self.lock_task(&loaded.task.id)?;
        if repository.cell(&cell_name(&loaded.task.id))?.is_some() {
            return Ok(None);
        }
        self.perform(repository, loaded, change)
    }

    /// Takes the lock of a task.
    pub(crate) fn lock_task(&self, id: &TaskId) -> Result<Lock> {
        let path = self.common_dir.join("mcp/locks").join(id.as_str());
        lock(&path, PATIENCE)?.ok_or_else(|| Refusal::Busy { task: id.clone() }.into())
    }

    fn home_of(&self, task: &Task) -> Result<Option<Workspace>> {
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
    fn perform(&self, repository: &Repository, loaded: Loaded, change: Change) -> Result<Option<Event>> {
        let Loaded { task, cell, file } = loaded;
        let from = task.state;
        if change.is_noop {
            return Ok(Some(Event { event: change.event, is_noop: true, from, task, notes: Vec::new() }));
        }
        let edits = self.edits_of(&task, &change);
        let mut document = task.document.clone();
        apply_all(&edits, &mut document)
            .map_err(|refused| Refusal::EditRefused { task: task.id.clone(), reason: refused.reason })?;
        let to = path_in(change.to, &task.path);
        let claim = self.claim_after(&task, &change, &to)?;
        let file = self.stale_copy_aside(repository, file, &to)?;
        let intent = Intent {
            task: task.id.clone(),
            from: file.as_ref().map(|file| file.path.clone()),
            to: to.clone(),
            old_cell: cell.as_ref().map(Oid::to_string),
            nonce: claim.nonce.clone(),
            old_text: file.as_ref().map_or_else(String::new, |file| String::from_utf8_lossy(&file.bytes).into_owned()),
            edits,
            bind: self.binding_of(&claim),
        };
        self.intents().write(&intent)?;
        let files: [(&str, &[u8]); 2] = [(CLAIM, &claim.to_bytes()), (TEXT, document.as_str().as_bytes())];
        match self.swap(repository, &task.id, cell, &files)? {
            Swap::Swapped(_) => {}
            Swap::Lost(_) => {
                self.intents().clear(&task.id)?;
                return Ok(None);
            }
        }
        let document = self.finish(&intent, document)?;
        let mut after = Task::read(task.id.clone(), change.to, to, document)
            .map_err(|problem| super::load::bad_file(Some(&task.id), &intent.to, &problem))?;
        after.claim = Some(claim);
        Ok(Some(Event { event: change.event, is_noop: false, from, task: after, notes: Vec::new() }))
    }

    pub(crate) fn edits_of(&self, task: &Task, change: &Change) -> Vec<Edit> {
        let mut edits = change.edits.clone();
        if task.document.key("id").is_none_or(|id| id.as_str() != Some(task.id.as_str())) {
            edits.insert(0, Edit::set("id", &task.id));
        }
        if change.is_transition(task) || task.claim.is_none() {
            edits.push(Edit::Set("rev".to_owned(), Setting::Number(task.rev() + 1)));
        }
        edits
    }

    fn claim_after(&self, task: &Task, change: &Change, to: &str) -> Result<Claim> {
        let now = self.now();
        let is_new = task.claim.is_none();
        let mut claim = task.claim.clone().unwrap_or_else(|| Claim {
            workers: task.workers(),
            ..Claim::unheld(task.id.clone(), task.state, task.rev(), String::new())
        });
        if change.is_transition(task) || is_new {
            claim.rev = task.rev() + 1;
        }
        match &change.holder {
            HolderChange::Keep => {}
            HolderChange::Take(holder) => {
                if claim.holder.as_ref() != Some(holder) {
                    claim.epoch += 1;
                }
                if !claim.workers.contains(&holder.actor) {
                    claim.workers.push(holder.actor.clone());
                }
                claim.claimed = Some(now);
                claim.holder = Some(holder.clone());
            }
            HolderChange::Clear => {
                if claim.holder.take().is_some() {
                    claim.epoch += 1;
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
        if claim.is_held_by(&self.identity.holder) {
            claim.lease = Some(now.after(self.config.claims.lease.0));
        }
        claim.state = change.to;
        claim.path = to.to_owned();
        claim.nonce = nonce()?;
        Ok(claim)
    }

    fn binding_of(&self, claim: &Claim) -> Option<u64> {
        let is_here = claim.worktree.as_deref().map(Path::new) == Some(&self.root);
        let is_held = claim.holder.is_some() && claim.state != State::Done;
        (is_here && is_held).then_some(claim.epoch)
    }

    /// Makes way when an old copy that git put back lies where the file shall go: it is removed only if HEAD has its bytes.
    fn stale_copy_aside(
        &self,
        repository: &Repository,
        file: Option<LoadedFile>,
        to: &str,
    ) -> Result<Option<LoadedFile>> {
        if file.as_ref().is_some_and(|file| file.path == to) {
            return Ok(file);
        }
        let bytes = match self.store.sight(to)? {
            Sighted::Missing => return Ok(file),
            Sighted::Bytes(bytes) => Some(bytes),
            Sighted::Refused(_) => None,
        };
        let head = repository.head()?.commit;
        let committed = match head {
            Some(commit) => repository.blob_at(repository.tree_of(commit)?, to)?,
            None => None,
        };
        if bytes.is_some() && committed.map(|(_, bytes)| bytes) == bytes {
            fs_err::remove_file(self.store.path(to))?;
            return Ok(file);
        }
        let other = file.as_ref().map_or("the board's own copy", |file| file.path.as_str());
        Err(Refusal::DamagedBoard {
            what: format!("{to} is in the way: the task's file is {other}"),
            mend: format!("keep what you need of {to} in the other file, then move it out of .mcp/tasks"),
        }
        .into())
    }

    fn swap(&self, repository: &Repository, id: &TaskId, old: Option<Oid>, files: &[(&str, &[u8])]) -> Result<Swap> {
        let name = cell_name(id);
        match repository.swap_cell(&name, old, files, true) {
            Err(_) if repository.clear_stale_lock(&name, STALE)? => repository.swap_cell(&name, old, files, true),
            swap => swap,
        }
        .with_context(|| format!("changing the cell of {id}"))
    }

    /// Finishes the change of this task that a dead process had committed to, if there is one. The caller holds the lock.
    pub(crate) fn recover(&self, repository: &Repository, id: &TaskId) -> Result<()> {
        let Some(intent) = self.intents().read(id) else { return self.intents().clear(id) };
        repository.clear_stale_lock(&cell_name(id), STALE_WITH_INTENT)?;
        let cell = repository.cell(&cell_name(id))?.map(|cell| cell.oid);
        let claim = match cell {
            Some(cell) => read_claim(repository, cell)?,
            None => None,
        };
        if claim.is_none_or(|claim| claim.nonce != intent.nonce) {
            // Never committed to, or overtaken by a later change, which has carried the text on.
            return self.intents().clear(id);
        }
        let mut document = document_of(&intent.old_text)?;
        if let (None, Some(cell)) = (&intent.from, cell) {
            let text = repository.cell_file(cell, TEXT)?.unwrap_or_default();
            document = document_of(&String::from_utf8_lossy(&text))?;
        } else {
            apply_all(&intent.edits, &mut document)
                .map_err(|refused| anyhow::anyhow!("finishing a change of {id}: {refused}"))?;
        }
        self.finish(&intent, document).map(drop)
    }

    /// Brings the file to where and what the intent says, however far it already is. Gives back the text that stands there.
    fn finish(&self, intent: &Intent, mut document: Document) -> Result<Document> {
        let mut from = intent.from.clone();
        let mut expected = intent.old_text.clone().into_bytes();
        for _ in 0..TRIES {
            let target = self.store.sight(&intent.to)?;
            let source =
                from.as_deref().filter(|from| *from != intent.to).map(|from| self.store.sight(from)).transpose()?;
            if let (Sighted::Bytes(bytes), None | Some(Sighted::Missing)) = (&target, &source)
                && (from.as_deref() != Some(&intent.to) || *bytes == document.as_str().as_bytes())
            {
                // There already: by us before a crash, or by us and then edited by a person.
                document = document_of(&String::from_utf8_lossy(bytes))?;
                break;
            }
            if matches!((&target, &source), (Sighted::Missing, None | Some(Sighted::Missing))) {
                // The file vanished under our hands; the text did not.
                if self.store.place(&intent.to, document.as_str().as_bytes())? {
                    break;
                }
                continue;
            }
            let path = from.clone().unwrap_or_else(|| intent.to.clone());
            match self.store.replace(&path, &expected, document.as_str().as_bytes(), &intent.to)? {
                Replaced::Done => break,
                Replaced::Occupied => {
                    anyhow::bail!(
                        "{} appeared while {} was being moved there; the next command finishes it",
                        intent.to,
                        intent.task
                    )
                }
                Replaced::Changed(bytes) if bytes == document.as_str().as_bytes() => expected = bytes,
                Replaced::Changed(bytes) => {
                    document = remade(intent, &bytes, &document)?;
                    expected = bytes;
                }
            }
            from = Some(path);
        }
        self.remember_binding(&intent.task, intent.bind)?;
        self.intents().clear(&intent.task)?;
        Ok(document)
    }

    /// The epoch at which this worktree took the task, if it works on it.
    pub(crate) fn bound_epoch(&self, id: &TaskId) -> Option<u64> {
        fs_err::read_to_string(self.binding_path(id)).ok()?.trim().parse().ok()
    }

    /// When this worktree took the task, as exactly as the file system tells.
    pub(crate) fn bound_since(&self, id: &TaskId) -> Option<std::time::SystemTime> {
        fs_err::metadata(self.binding_path(id)).ok()?.modified().ok()
    }

    fn remember_binding(&self, id: &TaskId, epoch: Option<u64>) -> Result<()> {
        let path = self.binding_path(id);
        match epoch {
            Some(epoch) if self.bound_epoch(id) == Some(epoch) => Ok(()),
            Some(epoch) => write_durably(&path, format!("{epoch}\n").as_bytes()),
            None => match fs_err::remove_file(path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
                _ => Ok(()),
            },
        }
    }

    fn binding_path(&self, id: &TaskId) -> PathBuf {
        self.git_dir.join("mcp/bound").join(id.as_str())
    }

    /// The tasks that this worktree took, by the files that remember it.
    pub(crate) fn bound_tasks(&self) -> Vec<TaskId> {
        let Ok(entries) = fs_err::read_dir(self.git_dir.join("mcp/bound")) else { return Vec::new() };
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        let mut tasks: Vec<_> = names.filter_map(|name| TaskId::parse(&name)).collect();
        tasks.sort();
        tasks
    }

    /// Finishes all changes that dead processes left in this worktree, and takes in what was dropped into the folders. Every writing command begins with it.
    pub fn tidy(&self) -> Result<Vec<String>> {
        let repository = self.repository()?;
        let mut notes = Vec::new();
        for id in self.intents().tasks() {
            let path = self.common_dir.join("mcp/locks").join(id.as_str());
            // A held lock means that its process lives and finishes by itself.
            if let Some(_lock) = lock(&path, Duration::ZERO)? {
                self.recover(&repository, &id)?;
            }
        }
        self.settle_commits(&repository, None, None)?;
        notes.extend(self.adopt_newcomers(&repository)?);
        self.store.sweep();
        Ok(notes)
    }
}

/// A person saved the file between our reading and our writing: their text, with our edits made again.
fn remade(intent: &Intent, theirs: &[u8], ours: &Document) -> Result<Document> {
    let mut document = document_of(&String::from_utf8_lossy(theirs))?;
    if document.key("rev").is_some_and(|rev| Some(rev) == ours.key("rev")) && document.key("rev") != old_rev(intent) {
        return Ok(document);
    }
    apply_again(&intent.edits, &mut document).map_err(|refused| {
        anyhow::anyhow!("{} was edited meanwhile in a way that the change cannot follow: {refused}", intent.task)
    })?;
    Ok(document)
}

fn old_rev(intent: &Intent) -> Option<crate::text::Value> {
    document_of(&intent.old_text).ok()?.key("rev")
}

fn document_of(text: &str) -> Result<Document> {
    Document::parse(text.to_owned()).map_err(|problem| anyhow::anyhow!("{problem}"))
}

fn nonce() -> Result<String> {
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
