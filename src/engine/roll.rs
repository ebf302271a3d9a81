//! Rolling forward: what brings a task's file to where and what its cell says, after the commit point or after a crash.

use std::time::Duration;

use anyhow::Result;

use crate::git::Repository;
use crate::model::{Claim, Edit, Refusal, Side, TaskId, apply_again, merged};
use crate::store::{Intent, Intents, Renamed, Replaced, Sighted, Store, Watched, is_archived, lock, text_aside};
use crate::text::Document;

use super::abandoned::whole_files;
use super::load::{TEXT, bad_file, cell_name, is_file_of, read_claim};
use super::perform::in_the_way;
use super::settle_worktree::Settled;
use super::workspace::Workspace;

/// How often the file is looked at anew because a person saved it in between.
const TRIES: usize = 64;
const OPEN: &str = "open for writing in another program";
/// A ref lock beside the intent of a dead process: longer than `git pack-refs` ever holds one.
const STALE_WITH_INTENT: Duration = Duration::from_millis(500);

impl Workspace {
    /// Finishes the change of this task that a dead process had committed to, if there is one. The caller holds the lock.
    pub(crate) fn recover(&self, repository: &Repository, id: &TaskId) -> Result<()> {
        // Whoever wrote an intent held the task's lock, as we do now: it is dead, and so is its lock of the ref.
        if Intents::of_all(&self.common_dir).iter().any(|intents| intents.has(id)) {
            repository.outlive_lock(&cell_name(id), STALE_WITH_INTENT)?;
        }
        let is_sound = |intent: &Intent| {
            intent.task == *id
                && is_file_of(&intent.to, id)
                && intent.from.as_deref().is_none_or(|from| Store::state_of(from).is_some() || is_archived(from))
        };
        let Some(intent) = self.intents().read(id).filter(is_sound) else { return self.intents().clear(id) };
        let cell = repository.cell(&cell_name(id))?.map(|cell| cell.oid);
        let claim = cell.map(|cell| read_claim(repository, id, cell)).transpose()?;
        let cell = match cell.filter(|_| claim.as_ref().is_some_and(|claim| claim.nonce == intent.nonce)) {
            // The remote that settles claims may have been told of it.
            None => self.settle_offer(repository, &intent)?,
            cell => cell,
        };
        let Some(cell) = cell else {
            // Never committed to, or overtaken by a later change, which has carried the text on. An end that stands all the
            // same, as when something that was said elsewhere came in, is still to be committed.
            let cell = repository.cell(&cell_name(id))?.map(|cell| cell.oid);
            let state = cell.and_then(|cell| read_claim(repository, id, cell).ok()).map(|claim| claim.state);
            return match intent.commit.is_some() && state == Store::state_of(&intent.to) {
                true => self.intents().pass_on(id, &self.owed_commits()),
                false => self.intents().clear(id),
            };
        };
        self.remember_offer(repository, &intent)?;
        if intent.is_cell_alone {
            return self.intents().clear(id);
        }
        // The change was committed to with exactly this text, whatever the file was.
        let text = repository.cell_file(cell, TEXT)?.unwrap_or_default();
        let ours = Document::from_bytes(text).map_err(|problem| bad_file(Some(id), &cell_name(id), &problem))?;
        let texts = [intent.old_text.as_bytes(), ours.as_str().as_bytes()];
        if !self.store.put_back(&intent.to, &texts, &intent.nonce)? {
            return Err(unfit(&intent, OPEN).into());
        }
        self.finish(&intent, ours, claim.as_ref()).map(drop)
    }

    /// Makes the file of a task that is just coming into being: nobody can have moved what was not there, so it is not looked for.
    pub(super) fn finish_new(&self, intent: &Intent, ours: Document) -> Result<Document> {
        let mut watched = self.watched(intent);
        match self.store.place(&intent.to, ours.as_str().as_bytes())? {
            true => watched.came(&intent.to),
            false => watched.spoil(),
        }
        self.finish_watched(intent, ours, None, watched)
    }

    fn watched(&self, intent: &Intent) -> Watched {
        self.store.watched(&self.looked(), [intent.from.as_deref().unwrap_or(&intent.to), &intent.to])
    }

    /// Brings the file to where and what the intent says, however far it already is. Gives back the text that stands there.
    /// What the claim knows for a text that the tool wrote says nothing that ours does not.
    pub(super) fn finish(&self, intent: &Intent, ours: Document, claim: Option<&Claim>) -> Result<Document> {
        self.finish_watched(intent, ours, claim, self.watched(intent))
    }

    fn finish_watched(
        &self,
        intent: &Intent,
        mut ours: Document,
        claim: Option<&Claim>,
        mut watched: Watched,
    ) -> Result<Document> {
        let is_older = |text: &[u8]| claim.is_some_and(|claim| claim.wrote_before(text));
        // Moved before it is replaced: in the old folder never stands a text of the new revision, which would look as if a
        // person had moved it back.
        let is_moved = self.move_file(intent, &ours, &mut watched)?;
        for _ in 0..if is_moved { TRIES } else { 0 } {
            let found = match self.store.sight(&intent.to)? {
                Sighted::Bytes(found) => found,
                Sighted::Missing => {
                    // A person moved it at this very moment, or removed it: the text did not go.
                    self.move_file(&Intent { from: None, ..intent.clone() }, &ours, &mut watched)?;
                    continue;
                }
                Sighted::Refused(why) => return Err(unfit(intent, &why).into()),
            };
            if found != intent.old_text.as_bytes() && found != ours.as_str().as_bytes() && !is_older(&found) {
                ours = remade(intent, &found, &ours)?;
            }
            if found == ours.as_str().as_bytes() {
                watched.settle();
                let from = intent.from.as_deref().unwrap_or(&intent.to);
                self.store.make_durable(&[from, &intent.to])?;
                self.remember_binding(&intent.task, intent.bind)?;
                self.step_done();
                match &intent.commit {
                    Some(_) => self.intents().pass_on(&intent.task, &self.owed_commits())?,
                    None => self.intents().clear(&intent.task)?,
                }
                self.step_done();
                return Ok(ours);
            }
            match self.store.replace(&intent.to, &found, ours.as_str().as_bytes(), &intent.nonce)? {
                Replaced::Done => watched.came(&intent.to),
                Replaced::Changed(_) => watched.spoil(),
                Replaced::Open => return Err(unfit(intent, OPEN).into()),
            }
        }
        Err(unfit(intent, "being changed by another program all the time").into())
    }

    /// Gets the file to its new path, or makes it there. Says whether something stands there now.
    fn move_file(&self, intent: &Intent, ours: &Document, watched: &mut Watched) -> Result<bool> {
        let mut from = intent.from.clone();
        for _ in 0..TRIES {
            let target = self.store.sight(&intent.to)?;
            let source = from.as_deref().filter(|from| *from != intent.to);
            let at_source = source.map(|from| self.store.sight(from)).transpose()?;
            match (target, source, at_source) {
                (Sighted::Refused(why), ..) => return Err(unfit(intent, &why).into()),
                (Sighted::Missing, Some(from), Some(Sighted::Bytes(_))) => {
                    if self.store.rename(from, &intent.to)? == Renamed::Done {
                        watched.came(&intent.to);
                        return Ok(true);
                    }
                }
                (_, Some(from), Some(Sighted::Refused(why))) => {
                    return Err(unfit(&Intent { to: from.to_owned(), ..intent.clone() }, &why).into());
                }
                (Sighted::Bytes(found), Some(from), Some(Sighted::Bytes(other))) => {
                    watched.spoil();
                    // Ours, and an editor has saved under the old name since: that copy is reported. Or one file under two
                    // names, where there is no renaming in one step.
                    let is_ours = found == intent.old_text.as_bytes() || found == ours.as_str().as_bytes();
                    if found == other && self.store.take_away(from, &other, &intent.nonce)? || is_ours {
                        return Ok(true);
                    }
                    return Err(in_the_way(&intent.to, Some(from)).into());
                }
                (Sighted::Bytes(_), ..) => return Ok(true),
                (Sighted::Missing, ..) => {
                    watched.spoil();
                    // A person may have moved it at this very moment.
                    let elsewhere = self.store.places_of(&intent.task)?.into_iter().next().map(|place| place.path);
                    match elsewhere {
                        Some(path) if path != intent.to => from = Some(path),
                        _ if self.store.place(&intent.to, ours.as_str().as_bytes())? => return Ok(true),
                        _ => {}
                    }
                }
            }
        }
        Ok(false)
    }

    /// Finishes all changes that dead processes left in this worktree, and takes in what was dropped into the folders. Every
    /// writing command begins with it. What cannot be finished is said, and stops nobody from working on other tasks.
    pub fn tidy(&self) -> Result<Vec<String>> {
        let repository = self.repository()?;
        repository.clear_own_index_lock();
        let mut notes = self.finish_changes(&repository)?;
        notes.extend(self.finish_batches()?);
        if let Err(error) = self.settle_commits(&repository, None, None) {
            notes.push(format!("the last commit could not be followed yet: {error:#}"));
        }
        notes.extend(self.adopt_newcomers(&repository)?);
        notes.extend(self.follow_move(&repository)?);
        notes.extend(self.take_up(&repository)?);
        notes.extend(self.make_owed_commits(&repository)?);
        notes.extend(self.end_merged(&repository)?);
        notes.extend(self.settle_worktrees(true)?.into_iter().filter_map(Settled::line));
        self.look_at_texts_aside(&repository)?;
        self.store.sweep();
        Ok(notes)
    }

    /// Gives the texts back that a dead process took from their places and did not look at any more, unless the tool wrote them.
    fn look_at_texts_aside(&self, repository: &Repository) -> Result<()> {
        for (id, aside) in self.store.left_aside() {
            // A held lock means that a living process has it aside.
            let Some(_lock) = lock(&self.common_dir.join("mcp/locks").join(id.as_str()), Duration::ZERO)? else {
                continue;
            };
            if self.intents().has(&id) {
                continue;
            }
            // Its process may have ended in between, and left nothing.
            let Some(bytes) = text_aside(&aside) else { continue };
            let cell = repository.cell(&cell_name(&id))?.map(|cell| cell.oid);
            let claim = cell.and_then(|cell| read_claim(repository, &id, cell).ok());
            let text = cell.map(|cell| repository.cell_file(cell, TEXT)).transpose()?.flatten();
            if text.as_deref() == Some(&bytes) || claim.as_ref().is_some_and(|claim| claim.wrote_before(&bytes)) {
                fs_err::remove_file(&aside)?;
            } else if let Some(path) = self.place_for(&id, claim.as_ref())? {
                self.store.keep(&path, &aside)?;
            }
        }
        Ok(())
    }

    fn place_for(&self, id: &TaskId, claim: Option<&Claim>) -> Result<Option<String>> {
        let here = self.store.places_of(id)?.pop().map(|place| place.path);
        Ok(here.or_else(|| claim.map(|claim| claim.path.clone()).filter(|path| is_file_of(path, id))))
    }

    /// Finishes the changes that dead processes left; says which could not be.
    pub(super) fn finish_changes(&self, repository: &Repository) -> Result<Vec<String>> {
        let mut notes = Vec::new();
        for id in whole_files(self.intents().folder()).iter().filter_map(|path| Intents::task_of(path)) {
            let path = self.common_dir.join("mcp/locks").join(id.as_str());
            // A held lock means that its process lives and finishes by itself.
            let Some(_lock) = lock(&path, Duration::ZERO)? else { continue };
            if let Err(error) = self.recover(repository, &id) {
                notes.push(format!("a change of {id} waits to be finished: {error:#}"));
            }
        }
        Ok(notes)
    }
}

/// A person saved the file between our reading and our writing, or after a crash: their text, with our edits made again
/// unless it has them.
fn remade(intent: &Intent, theirs: &[u8], ours: &Document) -> Result<Document> {
    let unread = |problem| bad_file(Some(&intent.task), &intent.to, &problem);
    let mut document = Document::from_bytes(theirs.to_vec()).map_err(unread)?;
    let old = Document::parse(intent.old_text.clone()).map_err(unread)?;
    let is_new = |edit: &Edit| match edit {
        Edit::Append { .. } => edit.is_in(&document) && !edit.is_in(&old),
        Edit::Set(key, _) if key == "rev" => {
            let rev = |document: &Document| document.key("rev").and_then(|rev| rev.as_u64());
            rev(&document) > rev(&old)
        }
        _ => false,
    };
    if intent.edits.iter().any(is_new) {
        return Ok(document);
    }
    if intent.is_on_cell {
        // Made on a newer text than theirs: the edits alone would lose what that has.
        let side = |document: Document| Some(Side { state: Store::state_of(&intent.to)?, document });
        let sides = side(ours.clone()).zip(side(document));
        let joined = sides.and_then(|(ours, theirs)| merged(None, &ours, &theirs));
        return joined.map(|side| side.document).ok_or_else(|| in_the_way(&intent.to, None).into());
    }
    apply_again(&intent.edits, &mut document)
        .map_err(|refused| Refusal::EditRefused { task: intent.task.clone(), reason: refused.reason })?;
    Ok(document)
}

fn unfit(intent: &Intent, why: &str) -> Refusal {
    Refusal::BadFile {
        task: Some(intent.task.clone()),
        place: intent.to.clone(),
        message: format!("it is {why}"),
        hint: Some("what was said of the task is kept; the next writing command brings it into the file".to_owned()),
    }
}
