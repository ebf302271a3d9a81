use anyhow::Result;
use clap::Args;

use super::super::context::Context;
use super::event::tell;

/// Say that a blocked task can go on
#[derive(Debug, Args)]
pub struct Unblock {
    /// Task: any unique start of its id
    id: String,
}

impl Unblock {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?;
        let id = context.task(&workspace, &self.id)?;
        let event = workspace.unblock(&id)?;
        tell(context, &workspace, &event, false)
    }
}
