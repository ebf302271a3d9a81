//! What was found out about one commit.

use crate::git::Commit;
use crate::model::{Check, TaskId};

use super::super::checks::Ran;
use super::is_as_claimed;

/// A range and what was found out about it.
#[derive(Clone, Debug)]
pub struct Verified {
    /// In words for git.
    pub range: String,
    /// Newest first.
    pub commits: Vec<Examined>,
}

impl Verified {
    /// The commits that nothing vouches for, and that should be vouched for.
    pub fn findings(&self) -> Vec<&Examined> {
        let is_finding = |one: &&Examined| matches!(one.standing, Standing::Unverified | Standing::Failed);
        self.commits.iter().filter(is_finding).collect()
    }
}

/// One commit, and what vouches for it.
#[derive(Clone, Debug)]
pub struct Examined {
    /// Which.
    pub commit: Commit,
    /// The tasks that it belongs to.
    pub tasks: Vec<TaskId>,
    /// Its tree without the board.
    pub tree: String,
    /// The outcome.
    pub standing: Standing,
    /// In words, where the outcome wants some.
    pub why: String,
    /// What its own settings ask for.
    pub checks: Vec<Check>,
    /// What vouches for it, as far as something does.
    pub proofs: Vec<Proof>,
    /// Runs of its checks that did not say what they should.
    pub failed: Vec<Ran>,
    /// Whether what becomes of the range rests on it.
    pub counts: bool,
}

/// What the outcome for a commit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Every check is known to be content with its code.
    Verified,
    /// Some check is not.
    Unverified,
    /// Its checks were run again, and one failed.
    Failed,
    /// Nothing vouches for it, and a later commit counts instead.
    Earlier,
    /// It brings no code.
    Board,
    /// There is nothing to ask it for.
    Exempt,
}

impl Standing {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Verified => "verified",
            Standing::Unverified => "unverified",
            Standing::Failed => "failed",
            Standing::Earlier => "earlier",
            Standing::Board => "board",
            Standing::Exempt => "exempt",
        }
    }
}

/// That a check is content with a commit's code.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// The check's name.
    pub check: String,
    /// Who tells.
    pub told: Told,
    /// Taken over from an ancestor.
    pub is_inherited: bool,
    /// A link led into a working tree while it ran.
    pub is_linked: bool,
    /// It failed, as a test written before its code should.
    pub is_red: bool,
}

/// Who tells that a check was content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Evidence in a task's file, which is text.
    Task,
    /// This clone, which saw it.
    Clone,
    /// It ran just now.
    Run,
}

impl Told {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Told::Task => "task",
            Told::Clone => "clone",
            Told::Run => "run",
        }
    }
}

impl Examined {
    /// Whether its checks are to be run again.
    pub(super) fn is_asked(&self) -> bool {
        self.counts && !self.checks.is_empty()
    }

    /// Takes what its checks said just now instead of what was known.
    pub(super) fn is_told_by(&mut self, ran: &[Ran]) {
        let mut proofs = Vec::new();
        let mut words = Vec::new();
        for check in &self.checks {
            let Some(ran) = ran.iter().find(|ran| ran.check == *check) else { continue };
            let claim = self.proofs.iter().find(|proof| proof.check == check.name);
            let is_red = claim.is_some_and(|claim| claim.is_red);
            if is_as_claimed(ran, is_red) {
                let told = Told::Run;
                let name = check.name.clone();
                proofs.push(Proof { check: name, told, is_inherited: false, is_linked: ran.is_linked, is_red });
                continue;
            }
            let against = match claim {
                Some(Proof { is_red: true, .. }) => ", though there is evidence that it fails",
                Some(_) => ", though there is evidence that it passed",
                None => "",
            };
            words.push(format!("{} {}{against}", check.name, ran.ended.words()));
            self.failed.push(ran.clone());
        }
        self.standing = if self.failed.is_empty() { Standing::Verified } else { Standing::Failed };
        self.why = words.join("; ");
        self.proofs = proofs;
    }
}
