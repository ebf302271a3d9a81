use anyhow::Result;
use clap::Args;

use crate::view::twins::{event_document, task_twin};

use super::super::context::Context;

/// Make parts of a task, each a task; it is completed when they are
#[derive(Debug, Args)]
pub struct Split {
    /// Task: any unique start of its id
    id: String,
    /// Titles of the parts
    #[arg(required = true)]
    titles: Vec<String>,
    /// Each part waits for the one before
    #[arg(long)]
    in_sequence: bool,
}

impl Split {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?;
        let id = context.task(&workspace, &self.id)?;
        let (whole, parts) = workspace.split(&id, &self.titles, self.in_sequence)?;
        let mut document = event_document(&whole);
        document.parts = Some(parts.iter().map(|part| task_twin(&part.task)).collect());
        context.ui.document(&document);
        for part in &parts {
            context.ui.data(part.id().as_str());
            context.ui.say(&format!("{} created as part of {id}: {}", part.id(), part.task.title()));
        }
        Ok(())
    }
}
