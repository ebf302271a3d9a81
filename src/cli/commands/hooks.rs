use std::path::Path;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::engine::{HOOKS, Installed, Reached};
use crate::model::Refusal;
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
    /// Write our hooks where git looks for them, and try that git reaches them
    ///
    /// Hooks of yours, and those of husky, lefthook, pre-commit and prek, keep working: what calls ours from them is printed, or
    /// added with --append. It does nothing for those who have no mcp.
    Install {
        /// Add the line or job that calls ours to what is there
        #[arg(long)]
        append: bool,
    },
    /// Say of each hook whether git reaches ours
    Status,
    /// Take out our hooks, lines and jobs; all files are as before, byte for byte
    Uninstall,
}

impl Hooks {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.workspace()?;
        let repository = workspace.repository()?;
        let ui = &context.ui;
        let (hooks, reached) = match self.action {
            Action::Install { append } => {
                let done = workspace.install_and_try_hooks(&repository, &context.program()?, append)?;
                (done.hooks, done.reached)
            }
            Action::Status => (workspace.installed_hooks(&repository)?, None),
            Action::Uninstall => {
                let removed = workspace.uninstall_hooks(&repository)?;
                let paths: Vec<_> = removed.iter().map(|path| path.display().to_string()).collect();
                ui.document(&HooksDocument { hooks: HooksTwin { removed: Some(&paths), ..HooksTwin::default() } });
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
        let is_reached = reached.as_ref().map(|reached| *reached == Reached::Yes);
        ui.document(&HooksDocument { hooks: HooksTwin { hooks: Some(twins), reached: is_reached, removed: None } });
        for (hook, installed) in &hooks {
            ui.data(&format!("{hook:<20} {}", words(installed)));
        }
        for (hook, installed) in &hooks {
            if let Some(hint) = hint(hook, installed, repository.work_dir()) {
                ui.hint(&hint);
            }
        }
        if hooks.iter().any(|(_, installed)| is_appendable(installed)) {
            ui.hint("or have `mcp hooks install --append` add them");
        }
        match reached {
            None => return Ok(()),
            Some(Reached::Yes) => ui.say("tried: git reaches our pre-commit hook"),
            Some(Reached::No(0)) => ui
                .warn("tried: git does not reach our pre-commit hook, since what runs before it ends without going on"),
            Some(Reached::No(code)) => ui.warn(&format!(
                "tried: what runs before our pre-commit hook ends with exit code {code} although nothing is staged"
            )),
            Some(Reached::TooLong) => ui.warn(
                "tried: what runs before our pre-commit hook takes longer than two minutes although nothing is staged",
            ),
        }
        match is_reached {
            Some(false) => {
                ui.hint(&format!("`git hook run {}` shows what runs", HOOKS[0]));
                Err(Refusal::Reported { exit_code: 1 }.into())
            }
            _ => Ok(()),
        }
    }
}

/// Whether `--append` can do it.
pub fn is_appendable(installed: &Installed) -> bool {
    matches!(installed, Installed::Foreign { of, .. } if *of != "program")
}

/// How ours is called from what is there.
fn hint(hook: &str, installed: &Installed, top: &Path) -> Option<String> {
    let Installed::Foreign { of, path, call } = installed else { return None };
    let path = path.strip_prefix(top).unwrap_or(path).display();
    Some(match *of {
        "program" => format!("{path} is no shell script: have it run {call} with the arguments of {hook}"),
        "lefthook" => format!("add this to {path}:\n{}", call.trim_end()),
        _ => format!("add this line to {path}: {call}"),
    })
}

fn words(installed: &Installed) -> &'static str {
    match installed {
        Installed::Written => "installed",
        Installed::Current => "current",
        Installed::Foreign { .. } => "foreign",
        Installed::Missing => "missing",
    }
}
