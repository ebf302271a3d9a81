//! What a shell offers while somebody types: ids with their titles, states, workers, labels and the words of queries.

use std::ffi::OsStr;
use std::process::ExitCode;

use clap::builder::StyledStr;
use clap::{Arg, Command};
use clap_complete::CompletionCandidate;
use clap_complete::engine::ArgValueCompleter;
use clap_complete::env::CompleteEnv;

use crate::engine::{Reading, Workspace};
use crate::model::{Group, Order, Query, State, TaskId};
use crate::view::{Field, visible};

use super::args::{Global, command};
use super::context::Context;
use super::help::topics;

/// The variable by which the shells' scripts ask; nobody else uses it.
pub const VARIABLE: &str = "MCP_COMPLETE";
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

/// The command line, each argument with what it can be.
fn completing() -> Command {
    command().mut_args(|argument| asking("", argument)).mut_subcommands(|sub| {
        let name = sub.get_name().to_owned();
        let sub = sub.mut_args(|argument| asking(&name, argument));
        sub.mut_subcommands(|inner| inner.mut_args(|argument| asking("", argument)))
    })
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
    starting(
        typed,
        workspace.known_workers(&reading.tasks).into_iter().map(|worker| (worker.to_string(), String::new())),
    )
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
