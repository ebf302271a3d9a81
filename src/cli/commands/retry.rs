use anyhow::Result;
use clap::Args;

use super::super::context::Context;
use super::event::tell;

/// Make a failed task ready again
#[derive(Debug, Args)]
pub struct Retry {
    /// Task: any unique start of its id
    id: String,
}

impl Retry {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?;
        let id = context.task(&workspace, &self.id)?;
        let event = workspace.retry(&id)?;
        tell(context, &workspace, &event, false)
    }
}
