use anyhow::Result;
use clap::Args;

use crate::engine::{self, Installed};
use crate::setup::Setup;
use crate::view::twins::{HookTwin, InitDocument, InitTwin};

use super::super::context::Context;

/// Make a board in this repository, find its tests, install the git hooks
///
/// Safe to run again: what is there stays as it is, what is missing is made.
#[derive(Debug, Args)]
pub struct Init {
    /// Leave the git hooks alone
    #[arg(long)]
    no_hooks: bool,
    /// Let git call mcp for task files that both of two branches changed
    #[arg(long, conflicts_with = "no_hooks")]
    merge_driver: bool,
}

impl Init {
    pub fn run(self, context: &Context) -> Result<()> {
        let repository = context.repository()?;
        let identity = context.identity(&repository)?;
        let program = context.program()?;
        let extras = engine::Extras { hooks: !self.no_hooks, merge_driver: self.merge_driver };
        let done = engine::init(&repository, identity, context.clock(), context.places()?, &program, extras)?;
        let ui = &context.ui;
        let hooks = done.hooks.iter().map(|(hook, installed)| HookTwin { hook, state: state(installed) }).collect();
        ui.document(&InitDocument { init: InitTwin { made: &done.made, checks: &done.checks, hooks } });
        for path in done.made.iter().filter(|path| !path.ends_with(".gitkeep")) {
            ui.data(path);
        }
        match done.made.is_empty() {
            true => ui.say("the board is there already; nothing was changed"),
            false => ui.say("made a board in .mcp; commit it so that everybody has it: git add .mcp && git commit -m \"Add a task board\""),
        }
        for check in &done.checks {
            let place = check.dir.as_ref().map_or_else(String::new, |dir| format!(" in {dir}"));
            ui.say(&format!("check {}: `{}`{place}", check.name, check.run));
        }
        if done.checks.is_empty() {
            ui.warn("no test command was found; name one under `checks` in .mcp/config.yaml, then `mcp trust`");
        }
        for (hook, installed) in &done.hooks {
            if let Installed::Foreign { line } = installed {
                ui.warn(&format!("there is a {hook} hook already, which was left alone; add this line to it: {line}"));
            }
        }
        let is_foreign = |(_, installed): &(_, Installed)| matches!(installed, Installed::Foreign { .. });
        if done.hooks.iter().any(|(_, installed)| *installed == Installed::Written)
            && !done.hooks.iter().any(is_foreign)
        {
            ui.say("installed the git hooks: commits of a task run its checks from now on");
        }
        ui.hint("`mcp create \"What is to be done\"` writes the first task down");
        let agents: Vec<_> = Setup::at(repository.work_dir(), "mcp").found().iter().map(|agent| agent.name).collect();
        if !agents.is_empty() {
            ui.hint(&format!("`mcp setup {}` tells the agents that are used here about the board", agents.join(" ")));
        }
        Ok(())
    }
}

fn state(installed: &Installed) -> &'static str {
    match installed {
        Installed::Written => "written",
        Installed::Current => "current",
        Installed::Foreign { .. } => "foreign",
        Installed::Missing => "missing",
    }
}
