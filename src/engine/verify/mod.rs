//! `verify`: whether commits are vouched for. That is told from evidence on their code, or by running their checks again; it is
//! never written down.

mod evidence;
mod examined;
mod range;

pub use examined::{Examined, Proof, Standing, Told, Verified};

use anyhow::Result;

use crate::git::Repository;
use crate::model::{Check, Stage};

use super::checks::{Ended, Progress, Ran, Subject, Watch};
use super::workspace::Workspace;

/// What `verify` is to look at.
#[derive(Clone, Copy, Debug)]
pub struct VerifyOptions<'a> {
    /// A range or a commit; without it, what the default branch lacks.
    pub range: Option<&'a str>,
    /// Ask for evidence of every commit, not only of those that count in the end.
    pub every: bool,
    /// Whether checks run again.
    pub rerun: Rerun,
    /// Up to which moment checks are asked for.
    pub stage: Stage,
}

/// Whether checks run again, instead of evidence being believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rerun {
    /// They do not.
    No,
    /// Those that were trusted here do; others are refused.
    Trusted,
    /// All do.
    All,
}

impl Workspace {
    /// Looks at each commit of a range, newest first.
    pub fn verify(&self, options: VerifyOptions<'_>, watch: &Watch<'_>) -> Result<Verified> {
        let repository = self.repository()?;
        let (range, commits) = self.commits_to_verify(&repository, options.range)?;
        let mut known = self.known_evidence(&repository, &commits)?;
        let mut examined = Vec::new();
        for commit in commits {
            examined.push(self.examined(&repository, commit, options.stage, &mut known)?);
        }
        mark_what_counts(&mut examined, options.every);
        if options.rerun == Rerun::Trusted {
            let checks: Vec<_> = examined.iter().filter(|one| one.is_asked()).flat_map(|one| &one.checks).collect();
            self.must_trust(&checks)?;
        }
        if options.rerun != Rerun::No {
            self.run_again(&repository, &mut examined, watch)?;
        }
        Ok(Verified { range, commits: examined })
    }

    /// Runs the checks of those commits that count, each code tree once.
    fn run_again(&self, repository: &Repository, examined: &mut [Examined], watch: &Watch<'_>) -> Result<()> {
        let head = repository.head()?.commit;
        let mut done: Vec<(String, Ran)> = Vec::new();
        for one in examined.iter_mut().filter(|one| one.is_asked()) {
            let is_known = |check: &Check| done.iter().any(|(tree, ran)| ran.check == *check && *tree == one.tree);
            let open: Vec<_> = one.checks.iter().filter(|check| !is_known(check)).collect();
            if !open.is_empty() {
                (watch.tell)(Progress::Note(format!("checking {} {}", one.commit.id.short(), one.commit.subject)));
                let subject = if Some(one.commit.id) == head { Subject::Head } else { Subject::Elsewhere };
                let ran = self.run_anew(repository, &subject, one.commit.tree, &open, one.tasks.first(), watch)?;
                done.extend(ran.into_iter().map(|ran| (one.tree.clone(), ran)));
            }
            let ran = done.iter().filter(|(tree, _)| *tree == one.tree).map(|(_, ran)| ran.clone());
            one.is_told_by(&ran.collect::<Vec<_>>());
        }
        Ok(())
    }
}

/// Says of the commits without evidence which of them need none: those that a later one has in it and speaks for.
///
/// What counts is what the range comes to: the last commit of each task, and the last of all.
fn mark_what_counts(examined: &mut [Examined], every: bool) {
    let mut tasks = Vec::new();
    let mut is_last = true;
    for one in examined {
        if matches!(one.standing, Standing::Board | Standing::Exempt) {
            continue;
        }
        let new: Vec<_> = one.tasks.iter().filter(|task| !tasks.contains(*task)).cloned().collect();
        one.counts = every || is_last || !new.is_empty();
        is_last = false;
        tasks.extend(new);
        if one.standing == Standing::Unverified && !one.counts {
            one.standing = Standing::Earlier;
        }
    }
}

/// Whether a run says what was claimed: that the check passes or, of a test written before its code, that it fails.
fn is_as_claimed(ran: &Ran, is_red: bool) -> bool {
    if is_red { ran.ended.is_about_code() } else { ran.ended == Ended::Passed }
}
