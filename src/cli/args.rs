//! The command line's shape: the flags of every command, and the list of commands.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, CommandFactory as _, Parser, Subcommand};

use super::commands;
use super::context::Context;
use super::ui::Color;

/// Hand work from one person or coding agent to the next, as markdown task files inside a git repository
#[derive(Debug, Parser)]
#[command(
    name = "mcp",
    version = concat!(env!("CARGO_PKG_VERSION"), " (mcp-handoff)"),
    infer_subcommands = false,
    disable_help_subcommand = false,
    max_term_width = 100,
    after_help = "Start with `mcp init` in a git repository, or watch one task's whole life with `mcp tour`.\nExit codes: 0 done · 1 refused or failed · 2 wrong usage · 3 nothing to do · 4 held by somebody else"
)]
pub struct Arguments {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Flags of every command.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// Act in this name instead of MCP_AGENT, the agent whose environment this is, or git's user.name
    #[arg(long = "as", value_name = "NAME", global = true)]
    pub acts_as: Option<String>,
    /// Print one JSON document on stdout, also for refusals
    #[arg(long, global = true)]
    pub json: bool,
    /// Print data and errors only
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Use colours
    #[arg(long, value_enum, default_value_t, global = true, value_name = "WHEN")]
    pub color: Color,
    /// Run as if started in this folder
    #[arg(short = 'C', value_name = "FOLDER", global = true)]
    pub folder: Option<PathBuf>,
}

macro_rules! commands {
    ($($name:ident($file:ident)),* $(,)?) => {
        /// What to do.
        #[derive(Debug, Subcommand)]
        pub enum Command {
            $($name(commands::$file::$name),)*
        }

        impl Command {
            /// Runs it.
            pub fn run(self, context: &Context) -> Result<()> {
                match self {
                    $(Command::$name(command) => command.run(context),)*
                }
            }
        }
    };
}

// In the order of the help: the life of a task first.
commands! {
    Init(init),
    Create(create),
    Prep(prep),
    Next(next),
    Brief(brief),
    Claim(claim),
    Check(check),
    Review(review),
    Complete(complete),
    Status(status),
    Board(board),
    List(list),
    Show(show),
    Search(search),
    Log(log),
    Note(note),
    Ask(ask),
    Answer(answer),
    Edit(edit),
    Split(split),
    Attach(attach),
    Block(block),
    Unblock(unblock),
    Release(release),
    Fail(fail),
    Retry(retry),
    Reopen(reopen),
    Drop(drop),
    Undo(undo),
    Restore(restore),
    Resolve(resolve),
    Retro(retro),
    Hooks(hooks),
    Trust(trust),
    Config(config),
    Doctor(doctor),
    Serve(serve),
    Tour(tour),
    Hook(hook),
}

/// The whole command line, for documents made from it.
pub fn command() -> clap::Command {
    Arguments::command()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_well_formed() {
        super::command().debug_assert();
    }
}
