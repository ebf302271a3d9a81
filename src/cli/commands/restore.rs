use anyhow::Result;
use clap::Args;

use crate::engine::Force;

use super::super::context::Context;
use super::event::tell;

/// Bring a task's file back, after a clean, a stash or a reset
///
/// The same in an old checkout, or when the worktree is gone that had it.
/// The text is that of the task's cell in git's own folder, which no checkout touches. A task that you held in a worktree
/// which is gone is yours here.
#[derive(Debug, Args)]
pub struct Restore {
    /// Task: any unique start of its id
    id: String,
}

impl Restore {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?.committing(false);
        let id = context.task(&workspace, &self.id)?;
        let event = workspace.restore(&id, &Force::default())?;
        tell(context, &workspace, &event, false)?;
        if !event.is_noop {
            context.ui.say(&event.task.path);
        }
        Ok(())
    }
}
