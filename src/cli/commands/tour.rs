use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::process::Interrupt;

use super::super::context::Context;
use super::super::tour;

/// Watch one task's whole life in a scratch repository
///
/// Needs git, and cargo if there is one; reads and changes nothing of yours.
#[derive(Debug, Args)]
pub struct Tour {
    /// Make the scratch repository below this folder, which must be new or empty, and keep it
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
}

impl Tour {
    pub fn run(self, context: &Context) -> Result<()> {
        let interrupt = Interrupt::install()?;
        let mut stage = tour::Stage::set(context, self.keep.as_deref(), &interrupt)?;
        tour::tell(&mut stage)?;
        context.ui.document(&stage.twin());
        match stage.kept() {
            Some(folder) => stage.say(&format!("\nThe repository is in {}", folder.display())),
            None => context.ui.hint("`mcp tour --keep FOLDER` leaves the repository for you to look around in"),
        }
        context.ui.hint("`mcp init` makes a board in a repository of yours");
        Ok(())
    }
}
