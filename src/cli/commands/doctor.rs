use anyhow::Result;
use clap::Args;

use crate::model::Refusal;
use crate::view::twins::{DoctorDocument, DoctorTwin, ProbedTwin};

use super::super::context::Context;
use super::super::progress::patiently;

/// Find what is not as it should be; silent on a healthy board
#[derive(Debug, Args)]
pub struct Doctor {
    /// Mend what can be mended without losing a byte
    #[arg(long)]
    fix: bool,
    /// Try whether a remote can settle claims between clones: make a ref there, and remove it
    #[arg(long, value_name = "NAME", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    remote: Option<String>,
}

impl Doctor {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.workspace()?;
        let (mut findings, mended) = patiently(&context.ui, "looking at every task", || workspace.doctor(self.fix))?;
        let probe = |name| patiently(&context.ui, "trying the remote", || workspace.probe_remote(name));
        let probed = self.remote.as_deref().map(probe).transpose()?;
        findings.extend(context.other_program()?);
        let problem = probed.as_ref().and_then(|(name, probed)| probed.problem(name));
        let remote = probed.as_ref().map(|(name, _)| ProbedTwin { name, takes: problem.is_none() });
        findings.extend(problem.clone());
        context.ui.document(&DoctorDocument { doctor: DoctorTwin { findings: &findings, mended: &mended, remote } });
        if let Some((name, _)) = probed.as_ref().filter(|_| problem.is_none()) {
            context
                .ui
                .say(&format!("{name} can settle claims between clones: a ref was made there, read, and removed"));
            if workspace.config().claims.remote.is_none() {
                context.ui.hint(&format!("`mcp init --remote {name}` has it do so"));
            }
        }
        for line in &mended {
            context.ui.say(line);
        }
        for finding in &findings {
            context.ui.data(&format!("{}: {}", finding.place, finding.message));
            if let Some(hint) = &finding.hint {
                context.ui.hint(hint);
            }
        }
        match findings.len() {
            0 => Ok(()),
            _ if context.ui.is_json() => Err(Refusal::Reported { exit_code: 1 }.into()),
            count => Err(Refusal::Findings { count, what: "finding" }.into()),
        }
    }
}
