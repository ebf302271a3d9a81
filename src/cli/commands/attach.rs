use anyhow::Result;
use clap::Args;

use super::super::context::Context;
use super::event::tell;

/// Tie commits to a task that were made without claiming it
#[derive(Debug, Args)]
pub struct Attach {
    /// Task: any unique start of its id
    id: String,
    /// Commit or range, such as HEAD or main..topic
    range: String,
}

impl Attach {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?;
        let id = context.task(&workspace, &self.id)?;
        let event = workspace.attach(&id, &self.range)?;
        tell(context, &workspace, &event, false)
    }
}
