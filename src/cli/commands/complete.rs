use anyhow::Result;
use clap::Args;

use crate::engine::ClaimOptions;

use super::super::context::Context;
use super::super::progress::watched;
use super::event::tell;
use super::force::ForceFlags;

/// Finish a task that is in review
///
/// Every criterion must be ticked, every question answered, and the checks must have passed on the code of its last
/// commit; missing evidence is made by running them. By somebody who never held the task it is the approval too.
#[derive(Debug, Args)]
pub struct Complete {
    /// Task: any unique start of its id
    id: String,
    /// Claim the next task afterwards
    #[arg(long)]
    next: bool,
    /// Leave the board's change uncommitted
    #[arg(long)]
    no_commit: bool,
    #[command(flatten)]
    force: ForceFlags,
}

impl Complete {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?;
        let id = context.task(&workspace, &self.id)?;
        let force = self.force.force()?;
        let event = watched(&context.ui, |watch| workspace.complete(&id, &force, watch))?;
        tell(context, &workspace, &event, true, self.no_commit)?;
        if !event.is_noop
            && let Some(parent) = workspace.parent_to_complete(&event.task)?
        {
            match workspace.complete_parent(&parent)? {
                Ok(event) => {
                    context.ui.say(&format!("all parts of {parent} are done, and so is it"));
                    event.notes.iter().for_each(|note| context.ui.say(note));
                    if !self.no_commit {
                        workspace.commit_event(&event, true)?;
                    }
                }
                Err(missing) => {
                    context.ui.say(&format!("all parts of {parent} are done; it waits for: {}", missing.join("; ")));
                }
            }
        }
        if self.next {
            let event = workspace.claim(None, &ClaimOptions::default())?;
            context.ui.say(&format!("claimed {}: {}", event.id(), event.task.title()));
        }
        Ok(())
    }
}
