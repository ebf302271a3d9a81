use anyhow::Result;
use clap::Args;

use crate::model::Refusal;
use crate::process;
use crate::setup::{AGENTS, Agent, Report, Setup as Files};

use crate::view::twins::{SetupDocument, SetupPartTwin, SetupStepTwin, SetupTwin};

use super::super::context::Context;

/// Tell coding agents about the board, in the files that they read
///
/// Puts a few lines of instructions, a skill, the server's entry and a session hook where each agent looks for them, and
/// changes nothing else there. Without a name it says which agents leave traces in this repository, and --check and --remove
/// are about all that are set up.
#[derive(Debug, Args)]
pub struct Setup {
    /// Agent: claude, codex, cursor, gemini, opencode, copilot, amp, windsurf, or agents (AGENTS.md alone)
    agents: Vec<String>,
    /// Only say what is missing, stale or current
    #[arg(long, conflicts_with_all = ["print", "remove", "force"])]
    check: bool,
    /// Only print what would be put where
    #[arg(long, conflicts_with_all = ["remove", "force"])]
    print: bool,
    /// Take everything out again; the files are as before, byte for byte
    #[arg(long)]
    remove: bool,
    /// Overwrite or remove also what somebody has changed by hand
    #[arg(long)]
    force: bool,
    /// How agents start this program
    #[arg(long, value_name = "COMMAND", default_value = "mcp")]
    program: String,
}

impl Setup {
    pub fn run(self, context: &Context) -> Result<()> {
        let repository = context.repository()?;
        let files = Files::at(repository.work_dir(), &self.program);
        let agents = match (self.agents.is_empty(), self.check || self.remove) {
            (true, false) => return offer(context, &files),
            (true, true) => installed(&files)?,
            (false, _) => self.agents.iter().map(|name| agent(name)).collect::<Result<Vec<_>>>()?,
        };
        if agents.is_empty() {
            context.ui.document(&document(&[], &[]));
            context.ui.say("no agent is set up here");
            return Ok(());
        }
        if self.print {
            return print(context, &files, &agents);
        }
        let reports = if self.check {
            files.check(&agents)?
        } else if self.remove {
            files.remove(&agents, self.force)?
        } else {
            files.install(&agents, self.force)?
        };
        let steps: Vec<_> =
            agents.iter().flat_map(|agent| agent.steps.iter().map(|step| (agent.title, *step))).collect();
        let is_installed = !self.check && !self.remove;
        let ui = &context.ui;
        ui.document(&document(&reports, if is_installed { &steps } else { &[] }));
        for report in &reports {
            let why = report.why.as_ref().map_or_else(String::new, |why| format!(": {why}"));
            ui.data(&format!("{:<8} {:<12} {}{why}", report.state, report.what, report.file));
        }
        if is_installed {
            for (title, step) in &steps {
                ui.say(&format!("{title}, only you can do this: {step}"));
            }
            if let Some(other) = other_program(&self.program) {
                ui.warn(&format!(
                    "`{}` on the PATH is another program ({other}); say which one is meant with --program",
                    self.program
                ));
            }
        }
        self.told(context, &reports)
    }

    fn told(&self, context: &Context, reports: &[Report]) -> Result<()> {
        let is = |words: &[&str]| reports.iter().any(|report| words.contains(&report.state));
        let mut names: Vec<&str> = reports.iter().map(|report| report.agent).collect();
        names.dedup();
        let names = names.join(" ");
        if self.check {
            let count = reports.iter().filter(|report| report.state != "current").count();
            if count > 0 {
                if !context.ui.is_json() {
                    context.ui.hint(&format!("`mcp setup {names}` mends what is missing or stale"));
                }
                return Err(Refusal::Reported { exit_code: 1 }.into());
            }
            return Ok(());
        }
        if is(&["changed"]) {
            context.ui.warn("what somebody has changed by hand was left alone");
        }
        if is(&["changed", "unfit"]) {
            return Err(Refusal::Reported { exit_code: 1 }.into());
        }
        Ok(())
    }
}

fn agent(name: &str) -> Result<&'static Agent> {
    Agent::named(&name.to_lowercase()).ok_or_else(|| {
        let names: Vec<_> = AGENTS.iter().map(|agent| agent.name).collect();
        let hint = Some(format!("the agents are {}", names.join(", ")));
        Refusal::BadInput { message: format!("`{name}` is no agent that setup knows"), hint }.into()
    })
}

/// The agents that are set up here: what several of them read tells of none, unless it is all that one reads.
pub fn installed(files: &Files) -> Result<Vec<&'static Agent>> {
    let mut found = Vec::new();
    for agent in AGENTS {
        let reports = files.check(&[agent])?;
        let is_there = |report: &&Report| report.state != "missing";
        let mut own = reports.iter().filter(|report| matches!(report.what, "server" | "session hook")).peekable();
        let is_set_up = match own.peek() {
            Some(_) => own.any(|report| is_there(&report)),
            None => reports.iter().all(|report| is_there(&report)),
        };
        if is_set_up {
            found.push(agent);
        }
    }
    Ok(found)
}

/// Says which agents could be set up here.
fn offer(context: &Context, files: &Files) -> Result<()> {
    let ui = &context.ui;
    let found = files.found();
    let setup = SetupTwin {
        found: Some(found.iter().map(|agent| agent.name).collect()),
        known: Some(AGENTS.iter().map(|agent| agent.name).collect()),
        ..SetupTwin::default()
    };
    ui.document(&SetupDocument { setup });
    for agent in &found {
        ui.data(agent.name);
    }
    let names: Vec<_> = match found.is_empty() {
        true => vec!["AGENT"],
        false => found.iter().map(|agent| agent.name).collect(),
    };
    if found.is_empty() {
        let known: Vec<_> = AGENTS.iter().map(|agent| agent.name).collect();
        ui.say(&format!("no agent has left traces here; those known are {}", known.join(", ")));
    }
    ui.hint(&format!("`mcp setup {}` tells them about the board, `--print` shows how", names.join(" ")));
    Ok(())
}

fn print(context: &Context, files: &Files, agents: &[&'static Agent]) -> Result<()> {
    let mut parts = Vec::new();
    for agent in agents {
        for part in files.parts(agent) {
            context.ui.title(&format!("{} ({})", part.file, part.what));
            context.ui.data(&format!("{}\n", part.shown()));
        }
        parts.extend(files.parts(agent).into_iter().map(|part| (agent.name, part)));
    }
    let twins = parts.iter().map(|(agent, part)| SetupPartTwin {
        agent,
        what: part.what,
        file: &part.file,
        state: "printed",
        why: None,
        text: Some(part.shown()),
    });
    context.ui.document(&SetupDocument { setup: SetupTwin { parts: twins.collect(), ..SetupTwin::default() } });
    Ok(())
}

fn document<'a>(reports: &'a [Report], steps: &[(&'a str, &'a str)]) -> SetupDocument<'a> {
    let part = |report: &'a Report| SetupPartTwin {
        agent: report.agent,
        what: report.what,
        file: &report.file,
        state: report.state,
        why: report.why.as_deref(),
        text: None,
    };
    let steps = steps.iter().map(|(agent, text)| SetupStepTwin { agent, text }).collect();
    let setup = SetupTwin { parts: reports.iter().map(part).collect(), steps, ..SetupTwin::default() };
    SetupDocument { setup }
}

/// What a command is, when it is not this program: the Python SDK of the protocol has a command `mcp`, too.
fn other_program(program: &str) -> Option<String> {
    let version = process::output_of(&[program, "--version"]);
    let Some(version) = version else { return Some("it cannot be started".to_owned()) };
    let version = String::from_utf8_lossy(&version).trim().to_owned();
    (!version.ends_with("(mcp-handoff)")).then(|| version.lines().next().unwrap_or_default().to_owned())
}
