//! With `--json` every command prints exactly one document, also when it refuses, and each is as its schema says.

pub mod schema;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::support::Sandbox;
use schema::{load, mistakes};

/// Which schema the document of a command has; a new command gets its line here, and its schema.
const DOCUMENTS: &[(&str, &[&str])] = &[
    (
        "event",
        &[
            "create", "prep", "claim", "review", "complete", "note", "ask", "answer", "edit", "split", "attach",
            "block", "unblock", "release", "fail", "retry", "reopen", "drop", "restore", "undo",
        ],
    ),
    ("tasks", &["list", "search", "next"]),
    ("show", &["show"]),
    ("board", &["board"]),
    ("brief", &["brief"]),
    ("stats", &["stats"]),
    ("archive", &["archive"]),
    ("help", &["help"]),
    ("man", &["man"]),
    ("completions", &["completions"]),
    ("check", &["check"]),
    ("verify", &["verify"]),
    ("uninstall", &["uninstall"]),
    ("status", &["status"]),
    ("log", &["log"]),
    ("resolve", &["resolve"]),
    ("sync", &["sync"]),
    ("init", &["init"]),
    ("hooks", &["hooks"]),
    ("trust", &["trust"]),
    ("doctor", &["doctor"]),
    ("setup", &["setup"]),
    ("config", &["config"]),
    ("tour", &["tour"]),
    ("retro", &["retro"]),
    ("import", &["import"]),
    ("export", &["export"]),
    ("inbox", &["inbox"]),
    ("watch", &["watch"]),
];

fn schema_of(command: &str) -> Option<&'static str> {
    DOCUMENTS.iter().find(|(_, commands)| commands.contains(&command)).map(|(schema, _)| *schema)
}

/// Runs lines of the form `who$ command`, all of them with `--json`, and gives each document with its command.
fn documents(sandbox: &Sandbox, lines: &[&str]) -> Vec<(String, Value)> {
    let run = |line: &&str| {
        let (who, command) = line.split_once("$ ").expect("who types it");
        let Some(words) = command.strip_prefix("mcp ") else {
            let _ = sandbox.shell_as(who, &sandbox.with_ids(command)).success();
            return None;
        };
        let mut shell = sandbox.command("sh");
        shell.env("MCP_AGENT", who).args(["-c", &sandbox.with_ids(&format!("mcp --json {words}"))]);
        let output = shell.output().expect("a process");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        sandbox.remember(&text);
        let document = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{line}: {error}: {text}"));
        Some((words.split(' ').next().expect("a word").to_owned(), document))
    };
    lines.iter().filter_map(run).collect()
}

#[test]
fn every_command_prints_what_its_schema_says() {
    let sandbox = Sandbox::with_board();
    let documents = documents(
        &sandbox,
        &[
            "ada$ mcp init",
            "ada$ mcp create One --depends-on zzz",
            "ada$ mcp create One --goal g --ac a -k chore --label net",
            "ada$ mcp prep T1",
            "ada$ mcp prep T1",
            "ada$ mcp prep T1 --prompt",
            "cursor$ mcp next --explain",
            "cursor$ mcp claim T1",
            "cursor$ mcp claim T1",
            "cursor$ mcp note T1 -m one",
            "cursor$ mcp ask T1 -m 'which?'",
            "ada$ mcp answer T1 -m that",
            "cursor$ mcp block T1 -m because",
            "cursor$ mcp show T1",
            "cursor$ mcp brief T1",
            "cursor$ mcp unblock T1",
            "cursor$ mcp edit T1 --check all",
            "cursor$ mcp release T1",
            "cursor$ git add -A && MCP_TASK=none git commit -q -m board",
            "cursor$ mcp claim T1 --worktree",
            "ada$ mcp release T1 --force --reason away",
            "cursor$ mcp claim T1",
            "cursor$ echo exit 1 > check.sh",
            "cursor$ git commit -q -a -m broken || true",
            "cursor$ mcp check",
            "cursor$ echo exit 0 > check.sh; echo two >> code.txt",
            "cursor$ mcp check",
            "cursor$ git add -A && git commit -q -m work",
            "cursor$ mcp verify",
            "cursor$ mcp verify --rerun --every HEAD~..HEAD",
            "cursor$ mcp status",
            "codex$ mcp review T1 --prompt",
            "codex$ mcp review T1 --reject -m no",
            "cursor$ echo three >> code.txt && git commit -q -a -m again",
            "codex$ mcp review T1 --approve",
            "cursor$ mcp show T1",
            "cursor$ mcp complete T1 --next",
            "ada$ mcp retro --now",
            "ada$ mcp retro --prompt",
            "ada$ mcp retro add --well one --improve two --action three",
            "ada$ mcp status",
            "ada$ mcp watch --timeout 1s",
            "ada$ mcp retro show",
            "ada$ mcp retro list",
            "ada$ mcp retro close --without cursor --without codex",
            "ada$ mcp reopen T1",
            "ada$ mcp attach T1 HEAD~1",
            "ada$ mcp split T1 Part",
            "ada$ mcp fail T1",
            "ada$ mcp retry T1",
            "ada$ mcp drop T1",
            "ada$ mcp list --all",
            "ada$ mcp search part",
            "ada$ mcp board --all",
            "ada$ mcp log T1",
            "ada$ mcp log T1 --commits",
            "ada$ mcp resolve",
            "ada$ git init -q --bare ../hub.git && git remote add origin ../hub.git",
            "ada$ echo 'claims: { remote: origin }' >> .mcp/config.yaml",
            "ada$ mcp sync",
            "ada$ mcp claim T1 --force --reason try --offline",
            "ada$ mcp show T1",
            "ada$ mcp sync",
            "ada$ git checkout -q .mcp/config.yaml",
            "ada$ mcp restore T1",
            "ada$ mcp note T1 -m oops",
            "ada$ mcp undo",
            "ada$ mcp stats",
            "ada$ mcp archive --all",
            "ada$ mcp help query",
            "ada$ mcp help claim",
            "ada$ mcp man",
            "ada$ mcp man --out ../pages",
            "ada$ mcp completions zsh",
            "ada$ mcp hooks status",
            "ada$ mcp hooks uninstall",
            "ada$ mcp hooks install",
            "ada$ mcp trust --check",
            "ada$ mcp trust --revoke",
            "ada$ mcp trust",
            "ada$ mcp config",
            "ada$ echo broken: [ > .mcp/config.yaml; printf 'new' > .mcp/tasks/ready/new.md; git checkout -q .mcp/config.yaml",
            "ada$ mcp list",
            "ada$ mcp doctor",
            r#"ada$ printf '{"id":"a","title":"A","status":"closed"}\n{"id":"b","title":"B","status":"odd"}\n' > i.jsonl"#,
            "ada$ mcp import beads i.jsonl",
            r#"ada$ printf '{"id":"b","title":"C","status":"odd"}\n' > i.jsonl"#,
            "ada$ mcp import beads i.jsonl --dry-run",
            "ada$ mcp export jsonl",
            "ada$ mcp export jsonl out.jsonl",
            "ada$ printf '## A\n\n## B\n' > i.md",
            "ada$ mcp create --from i.md",
            "ada$ mcp ask T1 -m one",
            "ada$ mcp inbox",
            "ada$ mcp setup",
            "ada$ mcp setup claude --print",
            "ada$ mcp setup claude copilot",
            "ada$ mcp setup claude --check",
            "ada$ mcp setup claude --remove",
            "ada$ mcp tour",
            "ada$ mcp uninstall",
        ],
    );
    let mut shown = BTreeSet::new();
    for (command, document) in &documents {
        let is_prompt = document.get("prompt").is_some();
        let schema = match document.get("error") {
            Some(_) => "error",
            None if is_prompt => "prompt",
            None if document.get("batch").is_some() => "batch",
            None => schema_of(command).unwrap_or_else(|| panic!("{command} has no schema")),
        };
        if schema != "error" {
            shown.insert(command.clone());
        }
        assert_eq!(mistakes(schema, document), Vec::<String>::new(), "{command}: {document:#}");
    }
    let command = mcp_handoff::cli::command();
    let all = command.get_subcommands().filter(|sub| !sub.is_hide_set()).map(|sub| sub.get_name().to_owned());
    // What `serve` prints is the protocol's.
    let unseen: Vec<_> = all.filter(|name| !shown.contains(name) && name != "serve").collect();
    assert_eq!(unseen, Vec::<String>::new(), "every command is in this session");
}

#[test]
fn every_kind_of_refusal_is_one_document() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    let documents = documents(
        &sandbox,
        &[
            "ada$ mcp show zzz",
            "ada$ mcp create ''",
            "ada$ mcp create One --kind nonsense",
            "ada$ mcp nonsense",
            "ada$ mcp show",
            "ada$ mcp list stat:ready",
            "ada$ mcp --color never prep T1 --force",
            "ada$ mcp create Stub -p P2",
            "ada$ mcp prep T2",
            "ada$ mcp complete T1",
            "cursor$ mcp claim T1",
            "codex$ mcp claim T1",
            "codex$ mcp claim",
            "codex$ mcp review T1",
            "cursor$ mcp review T1 --approve",
            "cursor$ mcp review T1",
            "cursor$ mcp complete T1",
            "cursor$ mcp review T1 --approve",
            "codex$ mcp review T1",
            "ada$ printf 'version: 1\\nchecks: [{name: a, run: x}]\\n' > .mcp/config.yaml",
            "ada$ mcp check",
            "ada$ echo 'nonsense: 1' > .mcp/config.yaml",
            "ada$ mcp list",
            "ada$ mv .mcp ../gone",
            "ada$ mcp list",
            "ada$ mcp -C .. list",
        ],
    );
    let mut codes = Vec::new();
    for (command, document) in documents {
        if let Some(error) = document.get("error") {
            assert_eq!(mistakes("error", &document), Vec::<String>::new(), "{command}: {document:#}");
            codes.push(error["code"].as_str().expect("a code").to_owned());
        }
    }
    insta::assert_snapshot!(codes.join(" "), @"no_such_task empty_title bad_input bad_input bad_input bad_query bad_input not_ready wrong_state held_by_another nothing_to_do held_by_another wrong_state not_done own_work already_by_another untrusted bad_config no_board no_repository");
}

#[test]
fn the_schemas_would_notice_a_change() {
    let task = json!({ "schema": 1, "tasks": [{ "id": "t-7k3f9q", "state": "later", "surprise": 1 }], "problems": 3 });
    let found = mistakes("tasks", &task);
    for expected in [
        "$.tasks[0]: title is missing",
        "$.tasks[0].state: \"later\" is not one of [\"pending\",\"ready\",\"in-progress\",\"review\",\"done\",\"failed\"]",
        "$.tasks[0]: surprise is in no schema",
        "$.problems: 3 is not of type \"array\"",
    ] {
        assert!(found.iter().any(|mistake| mistake == expected), "{expected}: {found:#?}");
    }
}

#[test]
fn every_schema_says_what_it_is() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/json");
    for entry in fs_err::read_dir(folder).expect("a folder") {
        let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        let schema = load(name.strip_suffix(".schema.json").expect("a schema"));
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        assert!(schema["title"].is_string() && schema["description"].is_string(), "{name}");
    }
}

#[test]
fn help_and_version_are_documents_too() {
    let sandbox = Sandbox::empty();
    for line in ["--json --help", "list --help --json", "-h --json", "--version --json"] {
        let document = sandbox.mcp(line).success().json();
        assert_eq!(mistakes("help", &document), Vec::<String>::new(), "{line}: {document:#}");
        let text = document["help"]["text"].as_str().expect("a text");
        assert!(text.contains("Usage:") || text == "mcp 0.1.0 (mcp-handoff)\n", "{line}: {text}");
    }
}
