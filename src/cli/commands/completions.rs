use anyhow::Result;
use clap::Args;

use crate::model::Refusal;
use crate::view::twins::{CompletionsDocument, CompletionsTwin};

use super::super::complete::script;
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
        let script = script(&self.shell)?.ok_or_else(unknown)?;
        let completions = CompletionsTwin { shell: &self.shell, script: &script };
        context.ui.document(&CompletionsDocument { completions });
        context.ui.data(&script);
        Ok(())
    }
}
