//! `docs/commands.md` is made from the command line's own definitions; `MCP_WRITE_DOCS=1 cargo test --test it docs_commands` writes it.

use std::path::Path;

use clap::{Arg, Command};

const HEAD: &str = "\
# Commands

Made from `mcp --help`; every command tells the same on `mcp COMMAND --help`.
`ID` is any unique start of a task's id of three characters or more, with or without `t-`.
Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 nothing to do, 4 held by somebody else; [errors.md](errors.md) lists every refusal.
";

#[test]
fn the_list_of_commands_is_up_to_date() {
    let mut command = mcp_handoff::cli::command();
    command.build();
    let page = page(&mut command);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/commands.md");
    if std::env::var_os("MCP_WRITE_DOCS").is_some() {
        fs_err::write(&path, &page).expect("a file");
    }
    let written = fs_err::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/commands.md is out of date: MCP_WRITE_DOCS=1 cargo test --test it docs_commands");
}

fn page(command: &mut Command) -> String {
    let mut page = format!("{HEAD}\n");
    let shown: Vec<Command> = shown(command).cloned().collect();
    for sub in &shown {
        let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
        page.push_str(&format!("- [`mcp {}`](#mcp-{}): {}\n", sub.get_name(), sub.get_name(), lowered(&about)));
    }
    page.push_str("\n## Options of every command\n\n");
    page.push_str(&arguments(command, true));
    for mut sub in shown {
        page.push_str(&chapter(&mut sub, "##"));
    }
    page
}

/// The commands that help names.
fn shown(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|sub| !sub.is_hide_set())
}

fn chapter(command: &mut Command, mark: &str) -> String {
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").replace("[OPTIONS] ", "").replace(" [OPTIONS]", "");
    let name = command.get_display_name().unwrap_or(command.get_name()).replace('-', " ");
    let about = command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default();
    let mut text = format!("\n{mark} {name}\n\n{}\n\n```text\n{usage}\n```\n", sentences(&about));
    let arguments = arguments(command, false);
    if !arguments.is_empty() {
        text.push_str(&format!("\n{arguments}"));
    }
    if let Some(examples) = command.get_after_help() {
        text.push_str(&format!("\n```text\n{}\n```\n", examples.to_string().trim_start_matches("Examples:\n")));
    }
    let subs: Vec<Command> = shown(command).cloned().collect();
    for mut sub in subs {
        text.push_str(&chapter(&mut sub, &format!("{mark}#")));
    }
    text
}

/// A line for each argument.
fn arguments(command: &Command, global: bool) -> String {
    let is_shown =
        |argument: &&Arg| !argument.is_hide_set() && argument.get_id() != "help" && argument.get_id() != "version";
    let wanted = command.get_arguments().filter(is_shown).filter(|argument| argument.is_global_set() == global);
    wanted.map(|argument| format!("- `{}`: {}\n", spelling(argument), lowered(&help(argument)))).collect()
}

fn spelling(argument: &Arg) -> String {
    // Clap knows how it spells an argument in help; the flags' names come before it.
    let short = argument.get_short().map(|short| format!("-{short}, ")).unwrap_or_default();
    let spelled = argument.to_string();
    if argument.is_positional() || argument.get_long().is_none() { spelled } else { format!("{short}{spelled}") }
}

fn help(argument: &Arg) -> String {
    let mut help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let values: Vec<_> = argument.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect();
    if !values.is_empty() && argument.get_action().takes_values() {
        help.push_str(&format!(" ({})", values.join(", ")));
    }
    help
}

/// Help without a full stop, as part of a line: its first letter small, unless it is a name.
fn lowered(text: &str) -> String {
    let mut chars = text.chars();
    let (Some(first), rest) = (chars.next(), chars.as_str()) else { return String::new() };
    let is_name = rest.chars().next().is_none_or(|second| !second.is_lowercase() && second != ' ');
    if is_name { text.to_owned() } else { first.to_lowercase().chain(rest.chars()).collect() }
}

/// Paragraphs, one sentence a line.
fn sentences(about: &str) -> String {
    about.replace(". ", ".\n")
}
