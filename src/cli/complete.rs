//! What a shell offers while somebody types: ids with their titles, states, workers, labels and the words of queries.

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::builder::StyledStr;
use clap::{Arg, Command};
use clap_complete::CompletionCandidate;
use clap_complete::engine::ArgValueCompleter;
use clap_complete::env::{CompleteEnv, Shells};

use crate::engine::{Reading, Workspace};
use crate::model::{Group, Order, Query, State, TaskId};
use crate::setup::AGENTS;
use crate::view::{Field, visible};

use super::args::{Global, command};
use super::context::{Context, variable};
use super::help::topics;
use super::help_text::laid_out;

/// The variable by which the shells' scripts ask; nobody else uses it.
const VARIABLE: &str = "MCP_COMPLETE";
/// Titles longer than this push each other out of sight.
const LONGEST_HELP: usize = 60;

/// Answers a shell that asks what could be typed next; `None` when this is an ordinary run.
pub fn answer() -> Option<ExitCode> {
    let folder = std::env::current_dir().ok();
    let asked =
        CompleteEnv::with_factory(completing).var(VARIABLE).try_complete(std::env::args_os(), folder.as_deref());
    match asked {
        Ok(false) => None,
        Ok(true) => Some(ExitCode::SUCCESS),
        Err(error) => {
            let _ = error.print();
            Some(ExitCode::from(2))
        }
    }
}

/// What a shell runs to have the script that asks us: theirs, but for bash, whose words are not what was typed.
pub fn script(shell: &str) -> Result<Option<String>> {
    if shell == "bash" {
        return Ok(Some(include_str!("complete.bash").to_owned()));
    }
    let shells = Shells::builtins();
    let Some(shell) = shells.completer(shell) else { return Ok(None) };
    let mut script = Vec::new();
    shell.write_registration(VARIABLE, "mcp", "mcp", "mcp", &mut script).context("writing the completions")?;
    Ok(Some(String::from_utf8_lossy(&script).trim().to_owned() + "\n"))
}

/// The command line, each argument with what it can be.
fn completing() -> Command {
    let has_begun_flag = typed_now().is_some_and(|word| word.to_string_lossy().starts_with('-'));
    // Hidden are those that stand back as long as there is anything else: who has not typed a dash wants a task.
    let asking = move |command: &str, argument: Arg| {
        let stands_back = !argument.is_positional() && !has_begun_flag;
        let argument = asking(command, argument);
        if stands_back { argument.hide(true) } else { argument }
    };
    laid_out(command()).mut_args(|argument| asking("", argument)).mut_subcommands(|sub| {
        let name = sub.get_name().to_owned();
        let sub = sub.mut_args(|argument| asking(&name, argument));
        sub.mut_subcommands(|inner| {
            let name = format!("{name} {}", inner.get_name());
            inner.mut_args(|argument| asking(&name, argument))
        })
    })
}

/// The word that is being typed: the one that the shell counts, or the last.
fn typed_now() -> Option<OsString> {
    let words: Vec<OsString> = std::env::args_os().skip_while(|word| word != "--").skip(1).collect();
    let index = variable("_CLAP_COMPLETE_INDEX").and_then(|index| index.parse().ok());
    words.get(index.unwrap_or(words.len().saturating_sub(1))).cloned()
}

fn asking(command: &str, argument: Arg) -> Arg {
    let states = states_for(command);
    match argument.get_id().as_str() {
        "id" | "other" => argument.add(ArgValueCompleter::new(move |typed: &OsStr| tasks(typed, &states))),
        "depends_on" | "parent" | "duplicate_of" => {
            argument.add(ArgValueCompleter::new(|typed: &OsStr| tasks(typed, &State::ALL)))
        }
        "states" => argument.add(ArgValueCompleter::new(|typed: &OsStr| {
            starting(typed, State::ALL.iter().map(|state| (state.to_string(), String::new())))
        })),
        "acts_as" | "assignee" | "without" => argument.add(ArgValueCompleter::new(workers)),
        "labels" | "add_label" | "remove_label" => argument.add(ArgValueCompleter::new(labels)),
        "query" => argument.add(ArgValueCompleter::new(terms)),
        "sort" => {
            argument.add(ArgValueCompleter::new(|typed: &OsStr| listed(typed, &Order::names().collect::<Vec<_>>())))
        }
        "group_by" => {
            argument.add(ArgValueCompleter::new(|typed: &OsStr| listed(typed, &Group::names().collect::<Vec<_>>())))
        }
        "columns" => {
            argument.add(ArgValueCompleter::new(|typed: &OsStr| listed(typed, &Field::names().collect::<Vec<_>>())))
        }
        "kind" => argument.add(ArgValueCompleter::new(kinds)),
        "priority" => argument.add(ArgValueCompleter::new(|typed: &OsStr| {
            starting(typed, ["P0", "P1", "P2"].map(|name| (name.to_owned(), String::new())).into_iter())
        })),
        "agents" if command == "setup" => argument.add(ArgValueCompleter::new(|typed: &OsStr| {
            starting(typed, AGENTS.iter().map(|agent| (agent.name.to_owned(), agent.title.to_owned())))
        })),
        "words" if command == "help" => argument.add(ArgValueCompleter::new(helps)),
        "words" if command == "man" => argument.add(ArgValueCompleter::new(commands)),
        _ => argument,
    }
}

/// The states in which a verb finds its tasks.
fn states_for(command: &str) -> Vec<State> {
    match command {
        "prep" => vec![State::Pending],
        "claim" => vec![State::Ready],
        "release" => vec![State::InProgress, State::Ready],
        "review" => vec![State::InProgress, State::Review],
        "complete" => vec![State::Review],
        "retry" => vec![State::Failed],
        "reopen" => vec![State::Done],
        "show" | "log" | "note" => State::ALL.to_vec(),
        _ => State::ALL.into_iter().filter(|state| state.is_open()).collect(),
    }
}

/// The board as it is where the shell stands. Without one there is nothing to offer, and no word to say about it.
fn read(states: &[State]) -> Option<(Workspace, Reading)> {
    let workspace = Context::new(&Global::default()).workspace().ok()?;
    let reading = workspace.read_states(&workspace.repository().ok()?, states).ok()?;
    Some((workspace, reading))
}

fn tasks(typed: &OsStr, states: &[State]) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy().to_lowercase();
    let Some((_, reading)) = read(states) else { return Vec::new() };
    // Who types without the `t-` goes on without it.
    let is_short = !typed.is_empty() && !"t-".starts_with(typed.as_str()) && !typed.starts_with("t-");
    let value = |id: &TaskId| if is_short { id.tail().to_owned() } else { id.to_string() };
    let tasks = reading.tasks.iter().map(|task| (value(&task.id), task.title()));
    tasks.filter(|(id, _)| id.starts_with(&typed)).map(|(id, title)| candidate(&id, &title)).collect()
}

fn workers(typed: &OsStr) -> Vec<CompletionCandidate> {
    let open: Vec<State> = State::ALL.into_iter().filter(|state| state.is_open()).collect();
    let Some((workspace, reading)) = read(&open) else { return Vec::new() };
    let mut known = workspace.known_workers(&reading.tasks);
    // For whom a task is kept, too, who may never have worked on one.
    known.extend(reading.tasks.iter().filter_map(|task| task.front.assignee.clone()));
    starting(typed, known.into_iter().map(|worker| (worker.to_string(), String::new())))
}

fn kinds(typed: &OsStr) -> Vec<CompletionCandidate> {
    let Ok(kinds) = Context::new(&Global::default()).workspace().and_then(|workspace| workspace.kinds()) else {
        return Vec::new();
    };
    starting(typed, kinds.into_iter().map(|kind| (kind, String::new())))
}

fn labels(typed: &OsStr) -> Vec<CompletionCandidate> {
    let open: Vec<State> = State::ALL.into_iter().filter(|state| state.is_open()).collect();
    let Some((_, reading)) = read(&open) else { return Vec::new() };
    let mut labels: Vec<String> = reading.tasks.into_iter().flat_map(|task| task.front.labels).collect();
    labels.sort();
    labels.dedup();
    starting(typed, labels.into_iter().map(|label| (label, String::new())))
}

/// The next piece of a query: a key, or the value behind one.
fn terms(typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let Some((key, value)) = typed.split_once(':') else {
        let keys = Query::keys().map(|key| (format!("{key}:"), String::new()));
        let words = Query::bare_traits().iter().map(|word| ((*word).to_owned(), String::new()));
        return starting(OsStr::new(typed.as_ref()), keys.chain(words));
    };
    let values = match key.trim_start_matches(['-', '!']) {
        "state" => State::ALL.iter().map(|state| candidate(state.folder(), "")).collect(),
        "is" => Query::traits().map(|name| candidate(name, "")).collect(),
        "p" | "priority" => ["0", "1", "2"].map(|number| candidate(number, "")).into(),
        "label" => labels(OsStr::new(value)),
        "assignee" | "reviewer" => workers(OsStr::new(value)),
        "id" | "parent" | "depends" => tasks(OsStr::new(value), &State::ALL),
        _ => Vec::new(),
    };
    let fits = values.into_iter().filter(|known| known.get_value().to_string_lossy().starts_with(value));
    fits.map(|known| known.add_prefix(format!("{key}:"))).collect()
}

/// The next of several words between commas.
fn listed(typed: &OsStr, names: &[&'static str]) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let (before, last) = typed.rsplit_once(',').map_or(("", typed.as_ref()), |(before, last)| (before, last));
    let front = if before.is_empty() { String::new() } else { format!("{before},") };
    let sign: String = last.chars().take_while(|c| matches!(c, '-' | '+')).collect();
    let fits = names.iter().filter(|name| name.starts_with(&last[sign.len()..]));
    fits.map(|name| candidate(&format!("{front}{sign}{name}"), "")).collect()
}

fn commands(typed: &OsStr) -> Vec<CompletionCandidate> {
    let command = command();
    let shown = command.get_subcommands().filter(|sub| !sub.is_hide_set());
    let about = |sub: &Command| sub.get_about().map(ToString::to_string).unwrap_or_default();
    starting(typed, shown.map(|sub| (sub.get_name().to_owned(), about(sub))).collect::<Vec<_>>().into_iter())
}

fn helps(typed: &OsStr) -> Vec<CompletionCandidate> {
    let mut all = starting(typed, topics().map(|(name, about)| (name.to_owned(), about.to_owned())));
    all.extend(commands(typed));
    all
}

fn starting(typed: &OsStr, known: impl Iterator<Item = (String, String)>) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    known.filter(|(name, _)| name.starts_with(typed.as_ref())).map(|(name, about)| candidate(&name, &about)).collect()
}

fn candidate(value: &str, about: &str) -> CompletionCandidate {
    let about: String = visible(about).chars().take(LONGEST_HELP).collect();
    let help = Some(about).filter(|about| !about.is_empty()).map(StyledStr::from);
    CompletionCandidate::new(value).help(help)
}
