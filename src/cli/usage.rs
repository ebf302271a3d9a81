//! What is said of a command line that cannot be understood: what was probably meant.

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Words that other programs have for what our commands do.
const OTHER_WORDS: &[(&[&str], &str)] = &[
    (&["start", "take", "begin", "pick", "work", "assign"], "`mcp claim ID` takes a task and starts work on it"),
    (&["done", "finish", "close", "end", "merge", "resolved"], "`mcp complete ID` finishes a task that is in review"),
    (&["new", "add", "task", "todo", "issue"], "`mcp create \"What is to be done\"` writes a task down"),
    (&["ls", "tasks", "all"], "`mcp list` lists tasks, `mcp board` shows the board"),
    (&["approve", "reject"], "`mcp review ID --approve`, or `--reject -m TEXT`, is the reviewer's verdict"),
    (&["submit", "handoff", "hand-off", "handover"], "`mcp review ID` hands a task over for review"),
    (&["move", "mv", "state", "set-state"], "each move is a verb: prep, claim, review, complete, release, reopen"),
    (&["comment", "say", "log-note"], "`mcp note ID -m TEXT` adds a note to a task's log"),
    (&["update", "set", "modify", "tick", "check-off"], "`mcp edit ID --set KEY=VALUE`, or `--check N` for a box"),
    (&["delete", "rm", "remove", "cancel"], "`mcp drop ID -m TEXT` takes a task off the board"),
    (&["test", "tests", "run"], "`mcp check` runs the checks"),
    (&["ready", "prepare", "plan"], "`mcp prep ID` makes a task ready"),
    (&["find", "grep", "query"], "`mcp search WORDS`, or `mcp list` with a query: `mcp help query`"),
    (&["get", "view", "cat", "info", "describe"], "`mcp show ID` shows a task"),
    (&["history", "events"], "`mcp log ID` tells what happened to a task"),
    (&["version"], "`mcp --version` tells which it is"),
];

/// Flags that one may expect, and what there is instead.
const OTHER_FLAGS: &[(&[&str], &str)] = &[
    (&["-t", "--title"], "the title stands by itself: `mcp create \"TITLE\"`; `mcp edit ID --title TEXT` changes it"),
    (
        &["-d", "--description", "--desc", "--details"],
        "`--goal TEXT` says what should be true, `--body FILE` brings all of it",
    ),
    (&["--goal", "--ac", "--criteria"], "`mcp prep ID --goal TEXT --ac TEXT` fills them in"),
    (&["--acceptance-criteria", "--acceptance", "--criterion"], "`--ac TEXT` is a criterion"),
    (&["--status"], "`--state STATE` is the folder"),
    (&["--user", "--actor", "--agent", "--name"], "`--as NAME` says who acts"),
    (&["--mine", "--me"], "`is:mine` asks for what you hold: `mcp list is:mine`"),
    (&["-y", "--yes"], "there is nothing to say yes to: the command does at once what it says"),
];

/// Commands that take what they say behind `-m`.
const SAYING: &[&str] = &["note", "ask", "answer", "block", "release", "fail", "reopen", "drop"];

/// The error with a tip that leads on, where we know one.
pub fn with_tip(mut error: clap::Error) -> clap::Error {
    let word = |kind| match error.get(kind) {
        Some(ContextValue::String(word)) => Some(word.clone()),
        _ => None,
    };
    let tip = match error.kind() {
        ErrorKind::InvalidSubcommand => word(ContextKind::InvalidSubcommand).and_then(|word| known(OTHER_WORDS, &word)),
        ErrorKind::UnknownArgument => {
            // That it could be a value if `--` stood before it has never helped anybody.
            let word = word(ContextKind::InvalidArg);
            error.remove(ContextKind::Suggested);
            word.and_then(|word| known(OTHER_FLAGS, &word).or_else(|| said_bare(&word)))
        }
        ErrorKind::MissingRequiredArgument => {
            let lacks_id = matches!(error.get(ContextKind::InvalidArg), Some(ContextValue::Strings(names)) if names.iter().any(|name| name == "<ID>"));
            lacks_id.then(|| "`mcp list` names the tasks; any unique start of an id will do".to_owned())
        }
        _ => None,
    };
    if let Some(tip) = tip {
        error.remove(ContextKind::SuggestedSubcommand);
        error.remove(ContextKind::SuggestedArg);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(tip)]));
    }
    error
}

fn known(table: &[(&[&str], &str)], word: &str) -> Option<String> {
    table.iter().find(|(words, _)| words.contains(&word)).map(|(_, tip)| (*tip).to_owned())
}

/// A text without the flag that it belongs behind.
fn said_bare(word: &str) -> Option<String> {
    let is_saying = std::env::args_os().any(|typed| SAYING.iter().any(|name| typed == *name));
    (is_saying && !word.starts_with('-')).then(|| "`-m TEXT` says it".to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::args::command;
    use super::*;

    #[test]
    fn no_word_of_others_is_a_command_of_ours() {
        let root = command();
        let words = OTHER_WORDS.iter().flat_map(|(words, _)| *words);
        let ours: Vec<_> = words.filter(|word| root.find_subcommand(word).is_some()).collect();
        assert_eq!(ours, Vec::<&&str>::new());
    }
}
