//! A claim: who holds a task and since when, as it stands in the task's cell.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::actor::{Actor, Holder};
use super::id::TaskId;
use super::state::State;
use super::time::Timestamp;

/// What is true of a task across checkouts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Of this format; 1.
    pub version: u32,
    /// Whose claim it is.
    pub id: TaskId,
    /// Where the task stands.
    pub state: State,
    /// Grows with every change of state or holder; also in the file, so that the two can be ordered.
    pub rev: u64,
    /// Grows with every change of holder: a late worker knows a lower one.
    pub epoch: u64,
    /// Who works on it, or for whom it is kept after it came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Holder>,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed: Option<Timestamp>,
    /// Until when the holder is believed to be at work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<Timestamp>,
    /// Where the work happens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The commit that it started from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The holder's checkout on its machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worktree: Option<String>,
    /// The file's path below the top of that checkout.
    pub path: String,
    /// Everybody who ever held it, first to last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub workers: Vec<Actor>,
    /// Digests of the texts that the tool wrote before the present one, oldest first: a file that is one of them is an old copy,
    /// and has nothing that the present text lacks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wrote: Vec<String>,
    /// Which clone the holder's checkout belongs to.
    #[serde(default, rename = "clone", skip_serializing_if = "Option::is_none")]
    pub clone_id: Option<String>,
    /// The machine of the holder's checkout, told where others share the claims.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// State or holder changed and the remote that settles claims has not heard of it.
    #[serde(default, rename = "unsynced", skip_serializing_if = "is_false")]
    pub is_unsynced: bool,
    /// The checkout whose file has the present text, as an absolute path: there an earlier text is a person's doing, in any other
    /// one it is an old copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written_in: Option<String>,
    /// The text of the cell has what the task's file has not taken up yet.
    #[serde(default, rename = "ahead", skip_serializing_if = "is_false")]
    pub is_ahead: bool,
    /// Random: two writers never make the same cell.
    pub nonce: String,
}

/// How long a late clock may be wrong before an expired lease counts as expired.
const SKEW: Duration = Duration::from_secs(300);
/// After so many texts a new revision begins, which makes all earlier ones old.
const REMEMBERED: usize = 64;

impl Claim {
    /// The claim of a task that nobody holds.
    pub fn unheld(id: TaskId, state: State, rev: u64, path: String) -> Claim {
        Claim {
            version: 1,
            id,
            state,
            rev,
            epoch: 0,
            holder: None,
            claimed: None,
            lease: None,
            branch: None,
            base: None,
            worktree: None,
            path,
            workers: Vec::new(),
            wrote: Vec::new(),
            clone_id: None,
            host: None,
            is_unsynced: false,
            is_ahead: false,
            written_in: None,
            nonce: String::new(),
        }
    }

    /// The holder's checkout in words: its folder, and its machine where that is told.
    pub fn place(&self) -> Option<String> {
        let worktree = self.worktree.as_ref()?;
        Some(self.host.as_ref().map_or_else(|| worktree.clone(), |host| format!("{worktree} on {host}")))
    }

    /// Whether exactly this actor in this session holds it.
    pub fn is_held_by(&self, holder: &Holder) -> bool {
        self.holder.as_ref().is_some_and(|own| own.is_same(holder))
    }

    /// Whether the lease has run out, beyond doubt about clocks.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.lease.is_some_and(|end| end.after(SKEW) < now)
    }

    /// Whether this actor ever worked on the task.
    pub fn was_held_by(&self, actor: &Actor) -> bool {
        self.workers.contains(actor)
    }

    /// Whether the tool wrote exactly these bytes before the present text.
    pub fn wrote_before(&self, text: &[u8]) -> bool {
        !self.wrote.is_empty() && self.wrote.contains(&digest(text))
    }

    /// Remembers a text that is about to be replaced.
    pub fn remember(&mut self, text: &[u8]) {
        let digest = digest(text);
        self.wrote.retain(|known| *known != digest);
        self.wrote.push(digest);
    }

    /// Keeps the newest half of many. Only with a new revision: an earlier text of the same one would count as a person's.
    pub fn forget_oldest(&mut self) {
        if self.remembers_much() {
            self.wrote.drain(..self.wrote.len() - REMEMBERED / 2);
        }
    }

    /// Whether so many texts are remembered that the next change had better begin a new revision.
    pub fn remembers_much(&self) -> bool {
        self.wrote.len() >= REMEMBERED
    }

    /// The bytes that stand in the cell: one key a line, so that a person can read it with `git show`.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = serde_json::to_string_pretty(self).expect("a claim has only text keys");
        text.push('\n');
        text.into_bytes()
    }

    /// Reads what stands in a cell; `None` when it is of a later version or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Option<Claim> {
        let mut claim: Claim = serde_json::from_slice(bytes).ok()?;
        if let Some(holder) = &mut claim.holder {
            holder.clone_id.clone_from(&claim.clone_id);
        }
        (claim.version == 1).then_some(claim)
    }
}

fn is_false(is_so: &bool) -> bool {
    !*is_so
}

fn digest(text: &[u8]) -> String {
    let digest = Sha256::digest(text);
    digest[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}
