use anyhow::Result;
use clap::Args;

use crate::engine::ClaimOptions;

use super::super::context::Context;
use super::event::tell;
use super::force::ForceFlags;

/// Take a ready task and start work on it
///
/// Without an id: the task that `mcp next` would name. Exactly one of several who claim at once gets it.
#[derive(Debug, Args)]
pub struct Claim {
    /// Task: any unique start of its id
    id: Option<String>,
    /// Start a branch for the work: `task/<id>`, or this name
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "")]
    branch: Option<String>,
    #[command(flatten)]
    force: ForceFlags,
}

impl Claim {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?;
        let id = match &self.id {
            Some(word) => Some(context.task(&workspace, word)?),
            None => None,
        };
        let branch = match (self.branch, &id) {
            (Some(name), Some(id)) if name.is_empty() => Some(format!("task/{id}")),
            (Some(name), None) if name.is_empty() => {
                let next = workspace.next()?;
                next.offers().first().map(|offer| format!("task/{}", offer.task.id))
            }
            (name, _) => name,
        };
        let event = workspace.claim(id.as_ref(), &ClaimOptions { branch, force: self.force.force()? })?;
        tell(context, &workspace, &event, false, false)?;
        if !event.is_noop {
            context.ui.hint(&format!(
                "`mcp show {}` has all of it; commit when you are done, and the checks run",
                event.id()
            ));
        }
        Ok(())
    }
}
