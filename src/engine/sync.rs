//! `sync`: all cells of this clone and of the remote that settles claims, exchanged in one fetch and one push.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::Result;

use crate::git::{Oid, Pushed, RefPush, Remote, Repository, Swap};
use crate::model::{Actor, BoardProblem, Claim, Refusal, State, TaskId, Telling, Whose};
use crate::store::lock;

use super::claims_remote::{out_of_reach, seen, seen_name};
use super::load::{BASE, CELLS, CLAIM, TEXT, cell_name, problem_of, read_claim};
use super::workspace::{Network, Workspace};

/// How long a `sync` waits for another one of this clone.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often cells are read and merged anew because other clones have changed them meanwhile.
const ROUNDS: usize = 8;
/// How many refs go into one push: each takes a line of arguments, and a system has room for so many.
const AT_ONCE: usize = 2000;

/// What `sync` did.
#[derive(Debug, Default)]
pub struct Synced {
    /// With which remote.
    pub remote: String,
    /// What others did and this clone had not heard of.
    pub taken_in: BTreeSet<TaskId>,
    /// What was done on both sides, and is now one.
    pub merged: BTreeSet<TaskId>,
    /// What this clone did and others can now hear of.
    pub sent: BTreeSet<TaskId>,
    /// What was done here to state or holder, and came too late.
    pub gave_way: Vec<GaveWay>,
    /// Lines worth saying.
    pub notes: Vec<String>,
    /// Tasks that could not be exchanged.
    pub problems: Vec<BoardProblem>,
}

/// A change of state or holder that came too late.
#[derive(Clone, Debug)]
pub struct GaveWay {
    /// Of which task.
    pub task: TaskId,
    /// Where it stands.
    pub state: State,
    /// Who has it.
    pub holder: Option<Actor>,
    /// And where.
    pub place: Option<String>,
}

impl Workspace {
    /// Exchanges all cells with the remote that settles claims.
    pub fn sync(&self) -> Result<Synced> {
        let repository = self.repository()?;
        if self.places.network != Network::Asked {
            let message = "`sync` is what asks the remote: it cannot be offline".to_owned();
            return Err(Refusal::BadInput { message, hint: None }.into());
        }
        let remote = self.claims_remote(&repository)?.ok_or(Refusal::NoClaimsRemote)?;
        let path = self.common_dir.join("mcp/locks/sync");
        let _lock = lock(&path, PATIENCE)?.ok_or(Refusal::SyncBusy)?;
        let mut synced = Synced { remote: remote.name.clone(), ..Synced::default() };
        let mut refused = String::new();
        for _ in 0..ROUNDS {
            synced.problems.clear();
            let before = values(&repository, &seen_prefix(&remote))?;
            let told = repository.remote_refs(&remote, CELLS)?.map_err(|why| out_of_reach(why, None))?;
            let is_new = |name: &str, oid: &Oid| {
                let id = name.strip_prefix(CELLS).and_then(TaskId::parse)?;
                (before.get(&id) != Some(oid) || repository.cell(name).ok()?.is_none()).then_some(())
            };
            let new = told.iter().filter(|(name, oid)| is_new(name, oid).is_some());
            let new: BTreeMap<String, Oid> = new.map(|(name, oid)| (name.clone(), *oid)).collect();
            if !repository.fetch_trees(&remote, &new)?.map_err(|why| out_of_reach(why, None))? {
                "others have changed its refs all the while".clone_into(&mut refused);
                continue;
            }
            let told = told.iter().filter_map(|(name, oid)| Some((TaskId::parse(name.strip_prefix(CELLS)?)?, *oid)));
            let left_out = self.take_all_in(&repository, &remote, (&before, &told.collect()), &mut synced)?;
            synced.notes.extend(self.take_up(&repository)?);
            let pushes = self.to_be_sent(&repository, &remote, &left_out, &mut synced)?;
            let mut is_rejected = false;
            for some in pushes.chunks(AT_ONCE) {
                let told = repository.push_refs(&remote, some)?.map_err(|why| out_of_reach(why, None))?;
                for push in some {
                    match told.get(&push.name) {
                        Some(Pushed::Done) => synced.sent.extend(self.remember_sent(&repository, &remote, push)?),
                        Some(Pushed::Rejected(why)) => {
                            refused.clone_from(why);
                            is_rejected = true;
                        }
                        None => is_rejected = true,
                    }
                }
            }
            if !is_rejected {
                return Ok(synced);
            }
        }
        Err(Refusal::RemoteRefused { remote: remote.name, why: refused }.into())
    }

    /// Takes in what was fetched, by what the remote held before and holds now; gives back the tasks with which that could not be
    /// done.
    fn take_all_in(
        &self,
        repository: &Repository,
        remote: &Remote,
        (before, told): (&BTreeMap<TaskId, Oid>, &BTreeMap<TaskId, Oid>),
        synced: &mut Synced,
    ) -> Result<BTreeSet<TaskId>> {
        let mut left_out = BTreeSet::new();
        let cells = values(repository, CELLS)?;
        let ids: BTreeSet<&TaskId> = before.keys().chain(told.keys()).collect();
        for id in ids {
            let (was, found) = (before.get(id).copied(), told.get(id).copied());
            if was == found && cells.contains_key(id) {
                continue;
            }
            let taken = self.lock_task(id).and_then(|_lock| {
                self.recover(repository, id)?;
                if seen(repository, remote, id)? != was {
                    // A verb was quicker, and has heard newer things than we have fetched.
                    return Ok(None);
                }
                match found {
                    Some(found) => self.take_in(repository, remote, id, found),
                    // It was taken off the remote: what is here makes it there again.
                    None => repository.forget_ref(&seen_name(remote, id)).map(|()| None),
                }
            });
            match taken {
                Ok(Some(settled)) => {
                    match settled.whose {
                        Whose::Theirs => synced.taken_in.insert(id.clone()),
                        Whose::Both => synced.merged.insert(id.clone()),
                        Whose::Ours => false,
                    };
                    if settled.gave_way {
                        let claim = settled.telling.claim;
                        let (place, state) = (claim.place(), claim.state);
                        let holder = claim.holder.map(|holder| holder.actor);
                        synced.gave_way.push(GaveWay { task: id.clone(), state, holder, place });
                    }
                }
                Ok(None) => {}
                Err(error) => {
                    synced.problems.push(problem_of(&error, &cell_name(id))?);
                    left_out.insert(id.clone());
                }
            }
        }
        Ok(left_out)
    }

    /// The cells that say more than the remote was last seen to hold, each with what it is to hold.
    fn to_be_sent(
        &self,
        repository: &Repository,
        remote: &Remote,
        left_out: &BTreeSet<TaskId>,
        synced: &mut Synced,
    ) -> Result<Vec<RefPush>> {
        // What was seen first: a verb that comes in between has then told the remote something else than what is expected there,
        // and nothing is sent. The other way round its cell would be overwritten by the one from before.
        let seen = values(repository, &seen_prefix(remote))?;
        let cells = values(repository, CELLS)?;
        let mut pushes = Vec::new();
        for (id, cell) in cells {
            let old = seen.get(&id).copied();
            if old == Some(cell) || left_out.contains(&id) {
                continue;
            }
            let new = || -> Result<Option<Oid>> {
                let Telling { claim, text } = self.telling(repository, &id, cell)?;
                let told = old.map(|old| read_claim(repository, &id, old)).transpose()?;
                let is_new = told.is_none_or(|told| told.nonce != claim.nonce);
                is_new.then(|| self.write_shared(repository, &claim, text.as_str())).transpose()
            };
            match new() {
                Ok(Some(new)) => pushes.push(RefPush { name: cell_name(&id), old, new: Some(new) }),
                Ok(None) => {}
                Err(error) => synced.problems.push(problem_of(&error, &cell_name(&id))?),
            }
        }
        Ok(pushes)
    }

    /// Remembers that the remote holds what was pushed. Gives back the task.
    fn remember_sent(&self, repository: &Repository, remote: &Remote, push: &RefPush) -> Result<Option<TaskId>> {
        let id = push.name.strip_prefix(CELLS).and_then(TaskId::parse);
        let (Some(id), Some(new)) = (id, push.new) else { return Ok(None) };
        let _lock = self.lock_task(&id)?;
        if !repository.point_ref(&seen_name(remote, &id), push.old, new)? {
            return Ok(Some(id));
        }
        let Some(cell) = repository.cell(&cell_name(&id))?.map(|cell| cell.oid) else { return Ok(Some(id)) };
        let (claim, sent) = (read_claim(repository, &id, cell)?, read_claim(repository, &id, new)?);
        if claim.is_unsynced && claim.nonce == sent.nonce {
            let text = repository.cell_file(cell, TEXT)?.unwrap_or_default();
            let base = repository.cell_file(cell, BASE)?.filter(|_| claim.is_ahead);
            let bytes = Claim { is_unsynced: false, ..claim }.to_bytes();
            let mut files: Vec<(&str, &[u8])> = vec![(CLAIM, &bytes), (TEXT, &text)];
            files.extend(base.as_deref().map(|base| (BASE, base)));
            if let Swap::Lost(_) = self.swap(repository, &id, Some(cell), &files)? {
                // Whoever has gone on with it tells the remote by themselves.
                return Ok(Some(id));
            }
        }
        Ok(Some(id))
    }
}

/// What the refs with a prefix point to, by the tasks that they are called after.
fn values(repository: &Repository, prefix: &str) -> Result<BTreeMap<TaskId, Oid>> {
    let listing = repository.cells(prefix)?;
    let mut values = BTreeMap::new();
    for name in listing.names() {
        if let (Some(id), Some(value)) = (TaskId::parse(name), listing.value(name)?) {
            values.insert(id, value);
        }
    }
    Ok(values)
}

fn seen_prefix(remote: &Remote) -> String {
    format!("refs/mcp/remotes/{}/", remote.name)
}
