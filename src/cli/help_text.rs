//! How help is laid out: the same for `-h` and `--help`, what a command is about first, and what all commands share last.

use clap::builder::styling::Styles;
use clap::{Arg, ArgAction, Command};

/// The heading of the flags that every command has.
pub const SHARED: &str = "Options of every command";

/// The commands in the order in which help names them, by what one wants to do.
const GROUPS: &[(&str, &[&str])] = &[
    ("The way of a task", &["create", "prep", "claim", "check", "review", "complete"]),
    ("What to do now", &["next", "brief", "inbox", "status"]),
    ("Looking", &["board", "list", "show", "search", "log", "watch", "stats"]),
    ("Changing a task", &["edit", "note", "ask", "answer", "split", "attach"]),
    ("Off the straight way", &["release", "block", "unblock", "fail", "retry", "drop", "reopen", "undo"]),
    ("Branches and clones", &["verify", "restore", "resolve", "sync"]),
    ("After the work", &["retro", "archive"]),
    ("Agents and other tools", &["setup", "serve", "import", "export"]),
    ("The board itself", &["init", "config", "hooks", "trust", "doctor", "uninstall"]),
    ("Learning more", &["tour", "help", "man", "completions"]),
];

/// The help of one command.
const COMMAND: &str = "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// The whole command line with its help laid out.
pub fn laid_out(root: Command) -> Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::HelpShort).global(true);
    let groups = grouped(&root);
    root.disable_help_flag(true)
        .arg(help.help("Print help").help_heading(SHARED))
        .mut_subcommands(with_details)
        .help_template(format!(
            "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{groups}{}\n{{options}}{{after-help}}",
            heading("Options")
        ))
}

/// A command whose help says all that there is to say about it, once.
fn with_details(command: Command) -> Command {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let long = command.get_long_about().map(ToString::to_string).unwrap_or_default();
    let details = long.strip_prefix(&about).unwrap_or_default().trim().to_owned();
    let command = if details.is_empty() { command } else { command.before_help(details) };
    command.help_template(COMMAND).mut_subcommands(with_details)
}

/// The commands in their groups, a line each.
fn grouped(root: &Command) -> String {
    let style = Styles::styled();
    let literal = style.get_literal();
    let line = |name: &&str| {
        let about = root.find_subcommand(name).and_then(Command::get_about).map(ToString::to_string);
        format!("  {literal}{name:<11}{literal:#}  {}\n", about.unwrap_or_default())
    };
    let group = |(title, names): &(&str, &[&str])| {
        format!("{}\n{}\n", heading(title), names.iter().map(line).collect::<String>())
    };
    GROUPS.iter().map(group).collect()
}

fn heading(title: &str) -> String {
    let style = Styles::styled();
    let header = style.get_header();
    format!("{header}{title}:{header:#}")
}

#[cfg(test)]
mod tests {
    use super::super::args::command;
    use super::*;

    #[test]
    fn each_command_is_in_one_group_and_fits_a_line() {
        let root = command();
        let mut shown: Vec<&str> =
            root.get_subcommands().filter(|sub| !sub.is_hide_set()).map(Command::get_name).collect();
        let mut grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| *names).copied().collect();
        shown.sort_unstable();
        grouped.sort_unstable();
        assert_eq!(grouped, shown);
        let about = |name: &str| root.find_subcommand(name).and_then(Command::get_about).map(ToString::to_string);
        let long: Vec<_> = grouped.into_iter().filter(|name| about(name).is_none_or(|text| text.len() > 65)).collect();
        assert_eq!(long, Vec::<&str>::new());
    }
}
