use anyhow::Result;
use clap::Args;

use crate::model::Refusal;
use crate::view::twins::{DoctorDocument, DoctorTwin};

use super::super::context::Context;

/// Find what is not as it should be; silent on a healthy board
#[derive(Debug, Args)]
pub struct Doctor {
    /// Mend what can be mended without losing a byte
    #[arg(long)]
    fix: bool,
}

impl Doctor {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.workspace()?;
        let (findings, mended) = workspace.doctor(self.fix)?;
        context.ui.document(&DoctorDocument { doctor: DoctorTwin { findings: &findings, mended: &mended } });
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
