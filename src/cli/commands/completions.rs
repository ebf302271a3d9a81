use anyhow::{Context as _, Result};
use clap::Args;
use clap_complete::env::Shells;

use crate::model::Refusal;
use crate::view::twins::{CompletionsDocument, CompletionsTwin};

use super::super::complete::VARIABLE;
use super::super::context::Context;

/// Print what a shell needs to complete commands, tasks and more
///
/// It completes commands, flags, tasks with their titles, states, workers and labels.
#[derive(Debug, Args)]
pub struct Completions {
    /// Which shell
    #[arg(value_parser = ["bash", "zsh", "fish", "powershell", "elvish"])]
    shell: String,
}

impl Completions {
    pub fn run(self, context: &Context) -> Result<()> {
        let unknown = || Refusal::BadInput { message: format!("there is no shell {}", self.shell), hint: None };
        let shells = Shells::builtins();
        let shell = shells.completer(&self.shell).ok_or_else(unknown)?;
        let mut script = Vec::new();
        shell.write_registration(VARIABLE, "mcp", "mcp", "mcp", &mut script).context("writing the completions")?;
        let script = String::from_utf8_lossy(&script).trim().to_owned() + "\n";
        let completions = CompletionsTwin { shell: &self.shell, script: &script };
        context.ui.document(&CompletionsDocument { completions });
        context.ui.data(&script);
        Ok(())
    }
}
