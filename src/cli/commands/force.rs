//! The flags that override a gate.

use anyhow::Result;
use clap::Args;

use crate::engine::Force;
use crate::model::Refusal;

/// Overriding a gate; the log keeps the reason for ever.
#[derive(Clone, Debug, Args)]
pub struct ForceFlags {
    /// Override the gate that refuses; needs a reason, which the log keeps
    #[arg(long, requires = "reason")]
    force: bool,
    /// Why the gate is overridden
    #[arg(long, value_name = "TEXT", requires = "force", allow_hyphen_values = true)]
    reason: Option<String>,
}

impl ForceFlags {
    /// What the engine wants to know of it.
    pub fn force(&self) -> Result<Force> {
        match &self.reason {
            Some(reason) if self.force && reason.trim().is_empty() => Err(Refusal::BadInput {
                message: "`--force` needs a reason that says something".to_owned(),
                hint: None,
            }
            .into()),
            reason => Ok(Force {
                reason: reason.clone().filter(|_| self.force).map(|reason| crate::model::one_line(&reason)),
            }),
        }
    }
}
