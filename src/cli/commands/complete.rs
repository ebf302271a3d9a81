use anyhow::Result;
use clap::Args;

use crate::engine::{ClaimOptions, Workspace};
use crate::model::{Event, Refusal};
use crate::view::twins::{event_document, task_twin};

use super::super::context::Context;
use super::super::progress::watched;
use super::event::narrate;
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
        let workspace = context.writing()?.committing(!self.no_commit);
        let id = context.task(&workspace, &self.id)?;
        let force = self.force.force()?;
        let event = watched(&context.ui, |watch| workspace.complete(&id, &force, watch))?;
        narrate(context, &workspace, &event, true)?;
        let mut document = event_document(&event);
        let (whole, following);
        if !event.is_noop
            && let Some(parent) = workspace.parent_to_complete(&event.task)?
        {
            match workspace.complete_parent(&parent)? {
                Ok(completed) => {
                    whole = completed;
                    let event = &whole;
                    context.ui.say(&format!("all parts of {parent} are done, and so is it"));
                    event.notes.iter().for_each(|note| context.ui.say(note));
                    document.parent = Some(task_twin(&event.task));
                    workspace.commit_event(event, true)?;
                }
                Err(missing) => {
                    context.ui.say(&format!("all parts of {parent} are done; it waits for: {}", missing.join("; ")));
                }
            }
        }
        if self.next {
            following = next(context, &workspace)?;
            document.next = Some(following.as_ref().map(|event| task_twin(&event.task)));
        }
        context.ui.document(&document);
        Ok(())
    }
}

/// Claims the next task and gives its twin; that there is none is no failure of what was completed.
fn next(context: &Context, workspace: &Workspace) -> Result<Option<Event>> {
    match workspace.claim(None, &ClaimOptions::default()) {
        Ok(event) => {
            context.ui.data(event.id().as_str());
            context.ui.say(&format!("{} {}: {}", event.id(), event.event, event.task.title()));
            Ok(Some(event))
        }
        Err(error) => match error.downcast_ref() {
            Some(refusal @ Refusal::Nothing { .. }) => {
                context.ui.say(&refusal.to_string());
                Ok(None)
            }
            _ => Err(error),
        },
    }
}
