use anyhow::Result;
use clap::Args;

use super::super::context::Context;
use super::event::tell;

/// Take back your last verb here, if nothing came after it
///
/// Last is what you did last in this worktree. State, holder and text of the task are as they were before; the log keeps what happened and says that it was undone. Not
/// undone are new tasks, commits, and what the verb had committed of the board.
#[derive(Debug, Args)]
pub struct Undo {}

impl Undo {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?.committing(false);
        let event = workspace.undo()?;
        tell(context, &workspace, &event, false)
    }
}
