use anyhow::Result;
use clap::Args;

use crate::engine::{self, Installed, Probed, RemoteSetting};
use crate::model::Refusal;
use crate::setup::Setup;
use crate::view::twins::{HookTwin, InitDocument, InitTwin, SettlerTwin};

use super::super::context::Context;
use super::hooks::is_appendable;

/// Make a board here, find the tests, install the git hooks
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
    /// Keep all of it out of the repository: the board is this clone's own
    #[arg(long, conflicts_with_all = ["remote", "merge_driver", "fold"])]
    private: bool,
    /// Have GitHub fold the board's files in diffs
    #[arg(long)]
    fold: bool,
    /// Have this git remote settle claims between clones, if it can: it is tried first
    #[arg(long, value_name = "NAME")]
    remote: Option<String>,
}

impl Init {
    pub fn run(self, context: &Context) -> Result<()> {
        let repository = context.repository()?;
        let identity = context.identity(&repository)?;
        let program = context.program()?;
        let extras = engine::Extras {
            hooks: !self.no_hooks,
            merge_driver: self.merge_driver,
            is_private: self.private,
            is_folded: self.fold,
        };
        let done = engine::init(&repository, identity, context.clock(), context.places()?, &program, extras)?;
        let probed = self.remote.as_deref().map(|name| engine::probe(&repository, name)).transpose()?;
        let settled = match (&self.remote, &probed) {
            (Some(name), Some(Probed::Takes | Probed::Keeps(..))) => Some(done.workspace.settle_claims_by(name)?),
            _ => None,
        };
        let ui = &context.ui;
        let hooks = done.hooks.iter().map(|(hook, installed)| HookTwin { hook, state: state(installed) }).collect();
        let is_named = matches!(settled, Some(RemoteSetting::Written | RemoteSetting::Current));
        let remote = self.remote.as_deref().map(|name| SettlerTwin { name, settles_claims: is_named });
        ui.document(&InitDocument { init: InitTwin { made: &done.made, checks: &done.checks, hooks, remote } });
        for path in done.made.iter().filter(|path| !path.ends_with(".gitkeep")) {
            ui.data(path);
        }
        match done.made.is_empty() {
            false if self.private => {
                ui.say("made a board in .mcp that is this clone's own: git leaves it out, by .git/info/exclude")
            }
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
        let foreign: Vec<_> = done.hooks.iter().filter(|(_, installed)| is_appendable(installed)).collect();
        if let Some((_, Installed::Foreign { of, .. })) = foreign.first() {
            let whose = if *of == "you" { "hooks of yours".to_owned() } else { format!("hooks of {of}") };
            let names: Vec<_> = foreign.iter().map(|(hook, _)| *hook).collect();
            ui.warn(&format!("there are {whose} already, which were left alone: {}", names.join(", ")));
            ui.hint("`mcp hooks install --append` has them call ours, `mcp hooks install` prints how");
        }
        let is_foreign = |(_, installed): &(_, Installed)| matches!(installed, Installed::Foreign { .. });
        if done.hooks.iter().any(|(_, installed)| *installed == Installed::Written)
            && !done.hooks.iter().any(is_foreign)
        {
            ui.say("installed the git hooks: commits of a task run its checks from now on");
        }
        let problem = self.remote.as_deref().zip(probed.as_ref()).and_then(|(name, probed)| probed.problem(name));
        if let Some(problem) = &problem {
            ui.warn(&format!("{}: {}", problem.place, problem.message));
            problem.hint.iter().for_each(|hint| ui.hint(hint));
        }
        match (settled, self.remote.as_deref().unwrap_or("origin")) {
            (Some(RemoteSetting::Written), name) => ui.say(&format!(
                "{name} settles claims between clones from now on, for everybody who has this .mcp/config.yaml"
            )),
            (Some(RemoteSetting::Current), name) => ui.say(&format!("{name} settles claims between clones already")),
            (Some(RemoteSetting::ByHand), name) => {
                ui.warn(&format!("name it yourself in .mcp/config.yaml: claims: {{ remote: {name} }}"))
            }
            (None, name) if self.remote.is_none() => {
                let is_there = done.workspace.config().claims.remote.is_none() && repository.remote(name)?.is_some();
                if is_there && !done.made.is_empty() {
                    ui.hint("`mcp init --remote origin` makes claims hold between clones, if origin takes them");
                }
            }
            (None, _) => {}
        }
        if !done.made.is_empty() {
            engine::published_with_board(repository.work_dir()).iter().for_each(|offer| ui.hint(offer));
        }
        ui.hint("`mcp create \"What is to be done\"` writes the first task down");
        let agents: Vec<_> = Setup::at(repository.work_dir(), "mcp").found().iter().map(|agent| agent.name).collect();
        if !agents.is_empty() {
            ui.hint(&format!("`mcp setup {}` tells the agents that are used here about the board", agents.join(" ")));
        }
        match problem.filter(|_| settled.is_none()) {
            Some(_) => Err(Refusal::Reported { exit_code: 1 }.into()),
            None => Ok(()),
        }
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
