use anyhow::Result;
use clap::Args;

use crate::setup::Setup;
use crate::view::twins::{UninstallDocument, UninstallTwin};

use super::super::context::Context;
use super::setup::installed;

/// Take everything out of this clone but the tasks themselves
///
/// Hooks, lines in files of others, what agents were told, trust, caches, the private worktree. Every file that was there before
/// is as it was, byte for byte. The board in .mcp stays, and so do its refs, for they may have words that no file has.
#[derive(Debug, Args)]
pub struct Uninstall {}

impl Uninstall {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?;
        let files = Setup::at(context.repository()?.work_dir(), "mcp");
        let agents = installed(&files)?;
        let mut gone: Vec<String> = Vec::new();
        if !agents.is_empty() {
            let reports = files.remove(&agents, false)?;
            gone.extend(reports.iter().map(|report| format!("{} ({}, {})", report.file, report.what, report.state)));
        }
        gone.extend(workspace.uninstall()?);
        let ui = &context.ui;
        ui.document(&UninstallDocument { uninstall: UninstallTwin { removed: &gone, kept: &[".mcp", "refs/mcp"] } });
        gone.iter().for_each(|line| ui.data(line));
        ui.say("the board in .mcp and its refs below refs/mcp stay: they are yours");
        Ok(())
    }
}
