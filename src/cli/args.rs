//! The command line's shape: the flags of every command, and the list of commands.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use super::commands;
use super::context::Context;
use super::examples::examples_of;
use super::help_text::{SHARED, laid_out};
use super::ui::Color;

const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (mcp-handoff)");

/// Hand work from one person or coding agent to the next, as markdown task files inside a git repository
#[derive(Debug, Parser)]
#[command(
    name = "mcp",
    version = VERSION,
    infer_subcommands = false,
    disable_help_subcommand = true,
    max_term_width = 100,
    after_help = "\
Start with `mcp init` in a git repository, or watch one task's life: `mcp tour`.
Agents: `mcp next` says what to do, `mcp help agents` the whole way.
`mcp help TOPIC` explains format, query, hooks, ci, claims, clones, agents and
exit-codes; `mcp COMMAND --help` a command.
Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 nothing to do,
4 held by somebody else"
)]
pub struct Arguments {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Flags of every command.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = SHARED)]
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
    /// Print long texts at once instead of through a pager
    #[arg(long, global = true)]
    pub no_pager: bool,
    /// Do not ask the remote that settles claims between clones; `mcp sync` settles it later
    #[arg(long, global = true)]
    pub offline: bool,
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

            /// The flags of one command alone; `None` when the word is no command's name.
            fn alone(name: &str) -> Option<clap::Command> {
                match name {
                    $(stringify!($file) => {
                        Some(commands::$file::$name::augment_args(clap::Command::new(stringify!($file))))
                    })*
                    _ => None,
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
    Verify(verify),
    Review(review),
    Complete(complete),
    Status(status),
    Board(board),
    List(list),
    Show(show),
    Search(search),
    Log(log),
    Watch(watch),
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
    Sync(sync),
    Inbox(inbox),
    Import(import),
    Export(export),
    Retro(retro),
    Stats(stats),
    Archive(archive),
    Hooks(hooks),
    Trust(trust),
    Config(config),
    Doctor(doctor),
    Setup(setup),
    Uninstall(uninstall),
    Serve(serve),
    Tour(tour),
    Help(help),
    Man(man),
    Completions(completions),
    Hook(hook),
}

/// The whole command line, with examples in each command's help.
pub fn command() -> clap::Command {
    Arguments::command().mut_subcommands(|sub| {
        let examples = examples_of(sub.get_name());
        // Commands below a command, such as `retro add`, are shown by the examples of the latter.
        let sub = if sub.has_subcommands() { sub.disable_help_subcommand(true) } else { sub };
        match examples {
            Some(examples) => sub.after_help(format!("Examples:\n{examples}")),
            None => sub,
        }
    })
}

impl Arguments {
    /// Reads a command line.
    pub fn read(words: Vec<OsString>) -> Result<Arguments, clap::Error> {
        if let Some(arguments) = Arguments::read_alone(&words) {
            return arguments;
        }
        Arguments::from_arg_matches(&laid_out(command()).try_get_matches_from(words)?)
    }

    /// Reads a command line with the flags of its command alone, since those of all commands take longer to make than most
    /// commands take to run; `None` when only all of them can tell what is meant, or what is wrong.
    fn read_alone(words: &[OsString]) -> Option<Result<Arguments, clap::Error>> {
        let name = words.get(1)?.to_str()?;
        let top = clap::Command::new("mcp").version(VERSION).disable_help_subcommand(true);
        if name == "--version" && words.len() == 2 {
            return top.try_get_matches_from(words).err().map(Err);
        }
        let matches = Global::augment_args(top).subcommand(Command::alone(name)?).try_get_matches_from(words).ok()?;
        Arguments::from_arg_matches(&matches).ok().map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_examples() {
        let command = super::command();
        let shown = command.get_subcommands().filter(|sub| !sub.is_hide_set());
        let bare: Vec<_> = shown.filter(|sub| sub.get_after_help().is_none()).map(|sub| sub.get_name()).collect();
        assert_eq!(bare, Vec::<&str>::new());
    }

    #[test]
    fn the_command_line_is_well_formed() {
        super::command().debug_assert();
    }

    /// What a line means, once with the flags of its command alone and once with all.
    fn both(line: &str) -> [Option<String>; 2] {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let alone = Arguments::read_alone(&words).map(|read| format!("{read:?}"));
        let matches = super::command().try_get_matches_from(words).and_then(|all| Arguments::from_arg_matches(&all));
        [alone, Some(format!("{matches:?}"))]
    }

    #[test]
    fn a_command_alone_reads_its_flags_as_among_all() {
        for line in [
            "mcp next",
            "mcp next --json -q",
            "mcp --version",
            "mcp list --all -p P0 --state ready --color never",
            "mcp list a b --sort -age",
            "mcp create Title --ac one two --ready",
            "mcp note 7k3 -m text --as ada",
            "mcp retro add --well x",
            "mcp -C . next",
            "mcp hook pre-commit",
        ] {
            let [alone, all] = both(line);
            assert!(alone.is_none() || alone == all, "{line}: {alone:?} {all:?}");
        }
        // What is asked of all commands, or is wrong, is told by all of them.
        for line in ["mcp", "mcp --help", "mcp nxet", "mcp next --claim --nope", "mcp list --help"] {
            assert_eq!(both(line)[0], None, "{line}");
        }
        assert!(both("mcp list --all")[0].is_some());
    }
}
