//! The remote that settles claims between clones: cells are pushed there before they are swapped here, and what it holds is
//! taken in.
//!
//! What a remote was last seen to hold, as far as our cell has it in it, stands in `refs/mcp/remotes/<remote>/<id>`. Our cell is
//! swapped before it, so that whoever comes after a crash at worst takes the same in once more.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;

use crate::git::{Oid, Pushed, RefPush, Remote, Repository, Swap, Unreachable};
use crate::model::{Change, Claim, Refusal, Settled, Task, TaskId, Telling, Whose, settled};
use crate::store::{Intent, Offered};
use crate::text::Document;

use super::load::{BASE, CLAIM, TEXT, bad_file, cell_name, read_claim};
use super::perform::nonce;
use super::workspace::{Network, Workspace};

/// How often a push is tried that was refused although nobody else has changed the ref: another one may just be under way.
const TRIES: u32 = 5;

/// What the remote said to a change.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// It holds our cell now; or, without an offer, it was not asked.
    Agreed(Option<Offer>),
    /// It holds another one, which has been taken in: the change must be decided anew.
    Overruled,
}

/// A cell as others get it, and where it goes.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    /// To which remote.
    pub remote: Remote,
    /// What it must still hold.
    pub old: Option<Oid>,
    /// What it shall hold.
    pub new: Oid,
    /// Only a sign of life: that the remote is out of reach stops nobody.
    pub is_renewal: bool,
}

impl Offer {
    /// As it is written down before it is made.
    pub fn noted(&self, cell: Option<Oid>) -> Offered {
        let cell = cell.map(|cell| cell.to_string());
        Offered { remote: self.remote.name.clone(), new: self.new.to_string(), cell }
    }
}

impl Workspace {
    /// The remote that settles claims, if the settings name one.
    pub(super) fn claims_remote(&self, repository: &Repository) -> Result<Option<Remote>> {
        let Some(name) = self.config.claims.remote.as_deref() else { return Ok(None) };
        let found = repository.remote(name)?;
        Ok(Some(found.ok_or_else(|| Refusal::NoSuchRemote { remote: name.to_owned() })?))
    }

    /// Whether other clones may have a task's file although this one has none.
    pub(super) fn is_shared(&self, repository: &Repository, id: &TaskId) -> Result<bool> {
        let Some(remote) = self.config.claims.remote.as_deref() else { return Ok(false) };
        let Some(remote) = repository.remote(remote)? else { return Ok(false) };
        Ok(seen(repository, &remote, id)?.is_some())
    }

    /// What a change tells the remote before it is made here; marks the claim when it should tell, and is not to.
    pub(super) fn offer(
        &self,
        repository: &Repository,
        task: &Task,
        change: &Change,
        claim: &mut Claim,
        text: &str,
    ) -> Result<Option<Offer>> {
        if self.config.claims.remote.is_none() {
            return Ok(None);
        }
        let is_transition = change.is_transition(task);
        if self.places.network != Network::Asked {
            claim.is_unsynced |= is_transition;
            return Ok(None);
        }
        let Some(remote) = self.claims_remote(repository)? else { return Ok(None) };
        let old = seen(repository, &remote, &task.id)?;
        if !is_transition && !self.is_sign_of_life_due(repository, claim, old)? {
            return Ok(None);
        }
        claim.is_unsynced = false;
        let new = self.write_shared(repository, claim, text)?;
        Ok(Some(Offer { remote, old, new, is_renewal: !is_transition }))
    }

    /// Whether others should hear that the holder is at work: they go by the lease that they were told of, and hear of a new one
    /// once a quarter of it is over.
    fn is_sign_of_life_due(&self, repository: &Repository, claim: &Claim, seen: Option<Oid>) -> Result<bool> {
        let Some(seen) = seen.filter(|_| claim.is_held_by(&self.identity.holder) && !claim.is_unsynced) else {
            return Ok(false);
        };
        let told = read_claim(repository, &claim.id, seen)?.lease;
        let lease = self.config.claims.lease.0;
        Ok(told.is_none_or(|end| end < self.now().after(lease - lease / 4)))
    }

    /// What is said of a change that the remote has not heard of.
    pub(super) fn note_of_silence(&self, claim: &Claim) -> Option<String> {
        let is_told = claim.is_unsynced && self.places.network == Network::Offline;
        let remote = self.config.claims.remote.as_deref().filter(|_| is_told)?;
        Some(format!("{remote} has not heard of it yet, and others may be quicker: `mcp sync` tells it"))
    }

    /// Writes a cell as others get it: without what is true of this clone alone.
    pub(super) fn write_shared(&self, repository: &Repository, claim: &Claim, text: &str) -> Result<Oid> {
        let shared = Claim { is_ahead: false, is_unsynced: false, written_in: None, ..claim.clone() };
        repository.write_files(&[(CLAIM, &shared.to_bytes()), (TEXT, text.as_bytes())])
    }

    /// Tells the remote of a change that is decided and written down, and does something else while it is at work; the caller
    /// holds the task's lock.
    pub(super) fn offered(
        &self,
        repository: &Repository,
        id: &TaskId,
        offer: Option<Offer>,
        meanwhile: &mut dyn FnMut(),
    ) -> Result<Answer> {
        let Some(offer) = offer else { return Ok(Answer::Agreed(None)) };
        match self.tell(repository, id, &offer, meanwhile) {
            Ok(true) => Ok(Answer::Agreed(Some(offer))),
            Ok(false) => Ok(Answer::Overruled),
            Err(error) if offer.is_renewal && is_silence(&error) => Ok(Answer::Agreed(None)),
            Err(error) => Err(error),
        }
    }

    /// Puts a cell onto the remote; `false` when that holds another one, which has been taken in.
    fn tell(&self, repository: &Repository, id: &TaskId, offer: &Offer, meanwhile: &mut dyn FnMut()) -> Result<bool> {
        let name = cell_name(id);
        let push = RefPush { name: name.clone(), old: offer.old, new: Some(offer.new) };
        let mut pause = Duration::from_millis(20);
        let mut words = String::new();
        for attempt in 0..TRIES {
            let pushed = repository.push_refs_while(&offer.remote, std::slice::from_ref(&push), || {
                if attempt == 0 {
                    meanwhile();
                }
            })?;
            self.step_done();
            let no_answer = match pushed {
                Ok(told) => match told.get(&name) {
                    Some(Pushed::Done) => return Ok(true),
                    Some(Pushed::Rejected(why)) => {
                        words.clone_from(why);
                        None
                    }
                    None => None,
                },
                Err(unreachable) => Some(unreachable),
            };
            // What has become of a push that failed, only the ref tells.
            let found = repository.remote_ref(&offer.remote, &name)?.map_err(|why| out_of_reach(why, Some(id)))?;
            if found == Some(offer.new) {
                return Ok(true);
            }
            if found != offer.old {
                self.take_in_from(repository, &offer.remote, id, found)?;
                return Ok(false);
            }
            if let Some(unreachable) = no_answer {
                return Err(out_of_reach(unreachable, Some(id)).into());
            }
            std::thread::sleep(pause);
            pause *= 2;
        }
        Err(Refusal::RemoteRefused { remote: offer.remote.name.clone(), why: words }.into())
    }

    /// Remembers that the remote holds what our cell has just become.
    pub(super) fn remember_seen(&self, repository: &Repository, id: &TaskId, offer: Option<&Offer>) -> Result<()> {
        let Some(offer) = offer else { return Ok(()) };
        // Whoever holds the task's lock is the only one who writes it.
        let name = seen_name(&offer.remote, id);
        let before = repository.cell(&name)?.map(|cell| cell.oid);
        repository.point_ref(&name, before, offer.new)?;
        self.step_done();
        Ok(())
    }

    /// The same for a change that a dead process had told the remote of.
    pub(super) fn remember_offer(&self, repository: &Repository, intent: &Intent) -> Result<()> {
        let Some(offered) = &intent.offered else { return Ok(()) };
        let Some(remote) = repository.remote(&offered.remote)? else { return Ok(()) };
        let offer = Offer { remote, old: None, new: offered.new.parse()?, is_renewal: false };
        self.remember_seen(repository, &intent.task, Some(&offer))
    }

    /// Looks what the remote holds of a task and takes it in; says whether there was anything new.
    pub(super) fn refresh(&self, repository: &Repository, id: &TaskId) -> Result<bool> {
        if self.places.network != Network::Asked {
            return Ok(false);
        }
        let Some(remote) = self.claims_remote(repository)? else { return Ok(false) };
        let found = repository.remote_ref(&remote, &cell_name(id))?;
        let found = found.map_err(|why| out_of_reach(why, Some(id)))?;
        if found.is_none() || found == seen(repository, &remote, id)? {
            return Ok(false);
        }
        self.take_in_from(repository, &remote, id, found)?;
        Ok(true)
    }

    /// Fetches what the remote holds of a task, and takes it in.
    fn take_in_from(&self, repository: &Repository, remote: &Remote, id: &TaskId, found: Option<Oid>) -> Result<()> {
        let name = cell_name(id);
        let mut found = found;
        for _ in 0..TRIES {
            // Taken off the remote: the next push makes it there.
            let Some(theirs) = found else { return repository.forget_ref(&seen_name(remote, id)) };
            let fetched = repository.fetch_trees(remote, &BTreeMap::from([(name.clone(), theirs)]))?;
            if fetched.map_err(|why| out_of_reach(why, Some(id)))? {
                return self.take_in(repository, remote, id, theirs).map(drop);
            }
            // Somebody has changed it meanwhile.
            found = repository.remote_ref(remote, &name)?.map_err(|why| out_of_reach(why, Some(id)))?;
        }
        Err(Refusal::Busy { task: id.clone() }.into())
    }

    /// Takes in what was fetched of a task; the caller holds its lock. Says what came of it, if there was anything new.
    pub(super) fn take_in(
        &self,
        repository: &Repository,
        remote: &Remote,
        id: &TaskId,
        theirs: Oid,
    ) -> Result<Option<Settled>> {
        let base = seen(repository, remote, id)?;
        let cell = repository.cell(&cell_name(id))?.map(|cell| cell.oid);
        if base == Some(theirs) && cell.is_some() {
            return Ok(None);
        }
        let told = self.telling(repository, id, theirs)?;
        let Some(cell) = cell else {
            let files: [(&str, &[u8]); 2] = [(CLAIM, &told.claim.to_bytes()), (TEXT, told.text.as_str().as_bytes())];
            if !self.swap_new(repository, id, &files)? {
                return Err(Refusal::Busy { task: id.clone() }.into());
            }
            repository.point_ref(&seen_name(remote, id), base, theirs)?;
            return Ok(Some(Settled { telling: told, whose: Whose::Theirs, gave_way: false }));
        };
        let ours = self.telling(repository, id, cell)?;
        let from = base.map(|base| self.telling(repository, id, base)).transpose()?;
        if from.is_none() && ours.text.key("created") != told.text.key("created") {
            return Err(Refusal::SameId { task: id.clone(), remote: remote.name.clone() }.into());
        }
        let mut settled = settled(from.as_ref(), &ours, &told);
        if settled.gave_way {
            self.tell_of_giving_way(&mut settled, &ours, &remote.name)?;
        }
        if settled.whose == Whose::Both {
            settled.telling.claim.nonce = nonce()?;
        }
        if settled.whose != Whose::Ours {
            self.put_settled(repository, id, cell, &ours, &settled.telling)?;
            self.step_done();
        }
        repository.point_ref(&seen_name(remote, id), base, theirs)?;
        self.step_done();
        self.rebind(id, &ours.claim, &settled.telling.claim)?;
        Ok(Some(settled))
    }

    /// Puts what was settled into our cell. A file of the task has what our cell had: it takes up the rest.
    fn put_settled(
        &self,
        repository: &Repository,
        id: &TaskId,
        cell: Oid,
        ours: &Telling,
        now: &Telling,
    ) -> Result<()> {
        let in_file = match ours.claim.is_ahead {
            true => repository.cell_file(cell, BASE)?,
            false => None,
        };
        let in_file = in_file.unwrap_or_else(|| ours.text.as_str().as_bytes().to_vec());
        let text = now.text.as_str().as_bytes();
        let claim = Claim { is_ahead: in_file != text, is_unsynced: false, ..now.claim.clone() };
        let claim_bytes = claim.to_bytes();
        let mut files: Vec<(&str, &[u8])> = vec![(CLAIM, &claim_bytes), (TEXT, text)];
        if claim.is_ahead {
            files.push((BASE, &in_file));
        }
        match self.swap(repository, id, Some(cell), &files)? {
            Swap::Swapped(_) => Ok(()),
            Swap::Lost(_) => Err(Refusal::Busy { task: id.clone() }.into()),
        }
    }

    /// A line in the log for whoever wonders why two have claimed the task.
    fn tell_of_giving_way(&self, settled: &mut Settled, ours: &Telling, remote: &str) -> Result<()> {
        let stands = match &settled.telling.claim.holder {
            Some(holder) => format!("{} holds it", holder.actor),
            None => format!("it is in {}", settled.telling.claim.state),
        };
        let gave_way = match &ours.claim.holder {
            Some(holder) => format!("the claim of {}", holder.actor),
            None => format!("the move to {}", ours.claim.state),
        };
        let words = format!("{gave_way}, of which {remote} had not heard, gave way: {stands}");
        let entry =
            crate::model::Entry { at: self.now(), actor: self.actor().clone(), text: words, details: String::new() };
        let text = &mut settled.telling.text;
        // A log that cannot be appended to loses this line and nothing else.
        let _ = text.append(crate::model::LOG, &entry.to_string(), crate::model::ORDER);
        Ok(())
    }

    /// Has the worktrees of this clone know at which epoch they hold the task: as of now, or too late.
    fn rebind(&self, id: &TaskId, before: &Claim, now: &Claim) -> Result<()> {
        for worktree in self.repository()?.worktrees()? {
            let Ok(there) = self.at(&worktree.path) else { continue };
            let is_home = self.is_in_this_clone(now) && there.binding_of(now).is_some();
            let bound = there.bound_epoch(id);
            match bound {
                _ if is_home && before.nonce != now.nonce => there.remember_binding(id, Some(now.epoch))?,
                // An epoch that was counted here beside the remote's tells nothing any more.
                Some(bound) if !is_home && now.state.is_open() && bound >= now.epoch => {
                    there.remember_binding(id, Some(now.epoch.saturating_sub(1)))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn telling(&self, repository: &Repository, id: &TaskId, cell: Oid) -> Result<Telling> {
        let claim = read_claim(repository, id, cell)?;
        let text = repository.cell_file(cell, TEXT)?.unwrap_or_default();
        let text = Document::from_bytes(text).map_err(|problem| bad_file(Some(id), &cell_name(id), &problem))?;
        Ok(Telling { claim, text })
    }

    /// Settles a change that a dead process had offered to the remote, before it was swapped here: whether the remote holds it,
    /// the remote tells. Gives back the cell that holds it now.
    pub(super) fn settle_offer(&self, repository: &Repository, intent: &Intent) -> Result<Option<Oid>> {
        let Some(offered) = &intent.offered else { return Ok(None) };
        let (Ok(new), Some(remote)) = (offered.new.parse::<Oid>(), repository.remote(&offered.remote)?) else {
            return Ok(None);
        };
        if self.places.network != Network::Asked {
            // The next `sync` tells.
            return Ok(None);
        }
        let id = &intent.task;
        let found = repository.remote_ref(&remote, &cell_name(id))?;
        let found = found.map_err(|why| out_of_reach(why, Some(id)))?;
        if found != Some(new) {
            if found.is_some() && found != seen(repository, &remote, id)? {
                self.take_in_from(repository, &remote, id, found)?;
            }
            return Ok(None);
        }
        let cell = repository.cell(&cell_name(id))?.map(|cell| cell.oid);
        if intent.is_cell_alone || cell.map(|cell| cell.to_string()) != offered.cell {
            self.take_in_from(repository, &remote, id, found)?;
            return Ok(None);
        }
        let (claim, text) = (repository.cell_file(new, CLAIM), repository.cell_file(new, TEXT));
        let (Ok(Some(claim)), Ok(Some(text))) = (claim, text) else {
            // Our own objects were collected since.
            self.take_in_from(repository, &remote, id, found)?;
            return Ok(None);
        };
        let files: [(&str, &[u8]); 2] = [(CLAIM, &claim), (TEXT, &text)];
        match self.swap(repository, id, cell, &files)? {
            Swap::Swapped(cell) => {
                self.step_done();
                Ok(Some(cell))
            }
            Swap::Lost(_) => Err(Refusal::Busy { task: id.clone() }.into()),
        }
    }
}

/// What the remote was last seen to hold of a task, as far as our cell has it in it.
pub(super) fn seen(repository: &Repository, remote: &Remote, id: &TaskId) -> Result<Option<Oid>> {
    Ok(repository.cell(&seen_name(remote, id))?.map(|cell| cell.oid))
}

pub(super) fn seen_name(remote: &Remote, id: &TaskId) -> String {
    format!("refs/mcp/remotes/{}/{id}", remote.name)
}

/// Whether a remote gave no answer, or none that says who has the task.
fn is_silence(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(Refusal::RemoteUnreachable { .. } | Refusal::RemoteRefused { .. }))
}

pub(super) fn out_of_reach(unreachable: Unreachable, task: Option<&TaskId>) -> Refusal {
    Refusal::RemoteUnreachable { remote: unreachable.remote, why: unreachable.why, task: task.cloned() }
}
