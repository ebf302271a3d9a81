//! Whether a remote can settle claims: tried with a ref of its own, which is gone afterwards.

use anyhow::Result;

use crate::git::{Pushed, RefPush, Repository, Unreachable};
use crate::model::{BoardProblem, Refusal};
use crate::store::{CONFIG, Replaced, Sighted, with_claims_remote};

use super::doctor::finding;
use super::perform::nonce;
use super::workspace::Workspace;

/// What a trial of a remote showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probed {
    /// It takes our refs, shows them, and lets them go.
    Takes,
    /// It did not answer.
    Unreachable(String),
    /// It does not let us make such a ref.
    Refuses(String),
    /// It took the ref, and does not show it.
    Hides(String),
    /// It does not let go of the ref of this name.
    Keeps(String, String),
}

/// What became of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemoteSetting {
    /// They name the remote now.
    Written,
    /// They did before.
    Current,
    /// They are not laid out as `init` writes them: a person does it.
    ByHand,
}

/// Makes a ref on a remote, reads it, and removes it again.
pub fn probe(repository: &Repository, name: &str) -> Result<Probed> {
    let remote = repository.remote(name)?.ok_or_else(|| Refusal::NoSuchRemote { remote: name.to_owned() })?;
    let name = format!("refs/mcp/probe/{}", nonce()?);
    let tree = repository.write_files(&[("probe", b"made by mcp doctor --remote, and removed by it\n")])?;
    let push = |old, new| -> Result<Result<Pushed, Unreachable>> {
        let told = repository.push_refs(&remote, &[RefPush { name: name.clone(), old, new }])?;
        let silence = || Pushed::Rejected("nothing was said of it".to_owned());
        Ok(told.map(|mut told| told.remove(&name).unwrap_or_else(silence)))
    };
    let made = push(None, Some(tree))?;
    let found = match repository.remote_ref(&remote, &name)? {
        Ok(found) => found,
        Err(unreachable) => return Ok(Probed::Unreachable(unreachable.why)),
    };
    match (made, found) {
        (Err(unreachable), None) => return Ok(Probed::Unreachable(unreachable.why)),
        (Ok(Pushed::Rejected(why)), None) => return Ok(Probed::Refuses(why)),
        (Ok(Pushed::Done), None) => return Ok(Probed::Hides(name)),
        _ => {}
    }
    let gone = push(Some(tree), None)?;
    Ok(match (gone, repository.remote_ref(&remote, &name)?) {
        (_, Ok(None)) => Probed::Takes,
        (Ok(Pushed::Rejected(why)), _) => Probed::Keeps(name, why),
        (Err(unreachable), _) | (_, Err(unreachable)) => Probed::Keeps(name, unreachable.why),
        (Ok(Pushed::Done), Ok(Some(_))) => Probed::Keeps(name, "it said that it had".to_owned()),
    })
}

impl Probed {
    /// What is wrong with it, if anything is.
    pub fn problem(&self, remote: &str) -> Option<BoardProblem> {
        let (code, message, hint) = match self {
            Probed::Takes => return None,
            Probed::Unreachable(why) => (
                "remote_unreachable",
                format!("it did not answer: {why}"),
                "see that `git ls-remote` works there without asking you anything, for nobody may be there to answer",
            ),
            Probed::Refuses(why) => (
                "remote_refuses",
                format!("it does not take refs below refs/mcp: {why}"),
                "its owner may allow them; else name another remote, or keep claims to one clone",
            ),
            Probed::Hides(name) => (
                "remote_hides",
                format!("it took {name} and does not show it, so nobody could see who has a task"),
                "its owner may show it (transfer.hideRefs), and remove it",
            ),
            Probed::Keeps(name, why) => (
                "remote_keeps",
                format!("it took {name} and does not let go of it: {why}"),
                "claims work, for they never remove a ref; the owner of the remote may remove this one",
            ),
        };
        Some(finding(remote, code, message, hint))
    }
}

impl Workspace {
    /// Tries the remote of this name, else the one of the settings, else `origin`. Gives back its name, too.
    pub fn probe_remote(&self, name: &str) -> Result<(String, Probed)> {
        let named = Some(name.to_owned()).filter(|name| !name.is_empty());
        let name = named.or_else(|| self.config.claims.remote.clone()).unwrap_or_else(|| "origin".to_owned());
        let probed = probe(&self.repository()?, &name)?;
        Ok((name, probed))
    }

    /// Has the settings name the remote that settles claims.
    pub fn settle_claims_by(&self, remote: &str) -> Result<RemoteSetting> {
        if self.config.claims.remote.as_deref() == Some(remote) {
            return Ok(RemoteSetting::Current);
        }
        let Sighted::Bytes(bytes) = self.store.sight(CONFIG)? else { return Ok(RemoteSetting::ByHand) };
        let Some(text) = with_claims_remote(&bytes, remote) else { return Ok(RemoteSetting::ByHand) };
        Ok(match self.store.replace(CONFIG, &bytes, text.as_bytes(), "claims-remote")? {
            Replaced::Done => RemoteSetting::Written,
            _ => RemoteSetting::ByHand,
        })
    }
}
