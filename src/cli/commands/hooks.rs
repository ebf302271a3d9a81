use anyhow::Result;
use clap::{Args, Subcommand};

use crate::engine::Installed;
use crate::view::twins::{HookTwin, HooksDocument, HooksTwin};

use super::super::context::Context;

/// Install, inspect or remove the git hooks
#[derive(Debug, Args)]
pub struct Hooks {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Write our hooks where git looks for them; hooks of yours are left alone
    Install,
    /// Say of each hook whether git reaches ours
    Status,
    /// Remove our hooks and nothing else
    Uninstall,
}

impl Hooks {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.workspace()?;
        let repository = workspace.repository()?;
        let ui = &context.ui;
        let hooks = match self.action {
            Action::Install => workspace.install_hooks(&repository, &context.program()?)?,
            Action::Status => workspace.installed_hooks(&repository, &context.program()?)?,
            Action::Uninstall => {
                let removed = workspace.uninstall_hooks(&repository)?;
                let paths: Vec<_> = removed.iter().map(|path| path.display().to_string()).collect();
                ui.document(&HooksDocument { hooks: HooksTwin { removed: Some(&paths), hooks: None } });
                for path in &paths {
                    ui.data(path);
                }
                if paths.is_empty() {
                    ui.say("none of our hooks is installed");
                }
                return Ok(());
            }
        };
        let twins = hooks.iter().map(|(hook, installed)| HookTwin { hook, state: words(installed) }).collect();
        ui.document(&HooksDocument { hooks: HooksTwin { hooks: Some(twins), removed: None } });
        for (hook, installed) in &hooks {
            ui.data(&format!("{hook:<20} {}", words(installed)));
            if let Installed::Foreign { line } = installed {
                ui.hint(&format!("add this line to your {hook} hook: {line}"));
            }
        }
        Ok(())
    }
}

fn words(installed: &Installed) -> &'static str {
    match installed {
        Installed::Written => "installed",
        Installed::Current => "current",
        Installed::Foreign { .. } => "foreign",
        Installed::Missing => "missing",
    }
}
