use anyhow::Result;
use clap::Args;

use crate::view::twins::ConfigDocument;

use super::super::context::Context;

/// Print the settings in force, and check .mcp/config.yaml
#[derive(Debug, Args)]
pub struct Config {}

impl Config {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.workspace()?;
        let config = serde_json::to_value(workspace.config())?;
        context.ui.document(&ConfigDocument { config: workspace.config() });
        let empty = serde_json::Map::new();
        for (key, value) in config.as_object().unwrap_or(&empty) {
            context.ui.data(&format!("{key}: {value}"));
        }
        Ok(())
    }
}
