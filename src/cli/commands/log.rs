use anyhow::Result;
use clap::Args;
use serde_json::json;

use crate::model::LOG;

use super::super::context::Context;

/// Show what happened to a task, oldest first
#[derive(Debug, Args)]
pub struct Log {
    /// Task: any unique start of its id
    id: String,
}

impl Log {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.workspace()?;
        let repository = workspace.repository()?;
        let id = workspace.resolve(&repository, &self.id)?;
        let task = workspace.load(&repository, &id)?.task;
        let entries = task.entries(LOG);
        let twins: Vec<_> = entries
            .iter()
            .map(|entry| json!({ "at": entry.at, "actor": entry.actor, "text": entry.text, "details": entry.details }))
            .collect();
        context.ui.document(&json!({ "schema": 1, "log": { "task": id, "entries": twins } }));
        for entry in &entries {
            context.ui.data(&format!("{}  {}  {}", entry.at, entry.actor, entry.text));
            for line in entry.details.lines() {
                context.ui.data(&format!("    {line}"));
            }
        }
        Ok(())
    }
}
