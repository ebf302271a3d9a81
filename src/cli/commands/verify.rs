use anyhow::Result;
use clap::Args;

use crate::engine::{Examined, Proof, Rerun, Standing, VerifyOptions};
use crate::model::{Refusal, Stage};
use crate::view::twins::{ProofTwin, VerifiedTwin, VerifyDocument, VerifyTwin};

use super::super::context::Context;
use super::super::progress::{tell_feedback, watched};

/// Tell which commits the checks passed on
///
/// Exit code 1 says that one is unverified. The last commit of each task and the last of all must be vouched for: by evidence in a task's file, or by what this
/// clone saw. Evidence names the code tree, so a commit made with --no-verify, elsewhere, or anew by a rebase, a squash or
/// a merge has none, unless its code is exactly what was checked.
#[derive(Debug, Args)]
pub struct Verify {
    /// Commit or range, such as HEAD or main..topic; without it, what the default branch lacks
    range: Option<String>,
    /// Ask for evidence of every commit
    #[arg(long)]
    every: bool,
    /// Believe nothing: run the checks again on each commit that counts
    #[arg(long)]
    rerun: bool,
    /// With --rerun: run their commands although nobody here trusted them, as on a machine that is there for nothing else
    #[arg(long, requires = "rerun")]
    yes: bool,
    /// Ask also for the checks of review and complete
    #[arg(long)]
    all: bool,
}

impl Verify {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.workspace()?;
        let ui = &context.ui;
        let stage = if self.all { Stage::Complete } else { Stage::Commit };
        let rerun = match (self.rerun, self.yes) {
            (false, _) => Rerun::No,
            (true, false) => Rerun::Trusted,
            (true, true) => Rerun::All,
        };
        let options = VerifyOptions { range: self.range.as_deref(), every: self.every, rerun, stage };
        let verified = watched(ui, |watch| workspace.verify(options, watch))?;
        let findings = verified.findings();
        ui.document(&VerifyDocument {
            verify: VerifyTwin {
                range: &verified.range,
                verified: findings.is_empty(),
                rerun: self.rerun,
                commits: verified.commits.iter().map(twin).collect(),
            },
        });
        for one in &verified.commits {
            ui.data(&line(one));
            let feedback: Vec<_> = one.failed.iter().map(|ran| workspace.feedback(ran, &one.tree, None)).collect();
            tell_feedback(ui, &feedback);
        }
        if findings.is_empty() {
            return Ok(());
        }
        if !self.rerun && findings.iter().any(|one| one.standing == Standing::Unverified) {
            ui.hint("`mcp verify --rerun` runs the checks on them");
        }
        match ui.is_json() {
            true => Err(Refusal::Reported { exit_code: 1 }.into()),
            false => Err(Refusal::Findings { count: findings.len(), what: "unverified commit" }.into()),
        }
    }
}

fn line(one: &Examined) -> String {
    let task = match one.tasks.as_slice() {
        [] => "-".to_owned(),
        [only] => only.to_string(),
        [first, more @ ..] => format!("{first}+{}", more.len()),
    };
    let why = if one.why.is_empty() { String::new() } else { format!(" ({})", one.why) };
    format!("{:<10} {} {task:<8} {}{why}", one.standing.word(), one.commit.id.short(), one.commit.subject)
}

fn twin(one: &Examined) -> VerifiedTwin<'_> {
    VerifiedTwin {
        id: one.commit.id.to_string(),
        subject: &one.commit.subject,
        tasks: &one.tasks,
        tree: &one.tree,
        state: one.standing.word(),
        why: &one.why,
        proofs: one.proofs.iter().map(proof_twin).collect(),
    }
}

fn proof_twin(proof: &Proof) -> ProofTwin<'_> {
    ProofTwin {
        check: &proof.check,
        told_by: proof.told.word(),
        inherited: proof.is_inherited,
        linked: proof.is_linked,
        red: proof.is_red,
    }
}
