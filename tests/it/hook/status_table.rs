//! The table in `docs/hooks.md` of what `git status` shows after each verb, made by running the verbs.

use super::desk::repository;
use crate::support::Sandbox;

/// A repository whose one task has been brought to a state, all of it committed.
fn in_state(state: &str) -> (Sandbox, String) {
    let sandbox = repository();
    sandbox.git("tag start");
    let create = ["create", "Mend the code", "--goal", "It works", "--ac", "It works", "--kind", "chore"];
    let id = sandbox.mcp_args(&create).success().stdout.trim().to_owned();
    let verbs: &[&str] = match state {
        "pending" => &[],
        "ready" => &["prep ID"],
        "in-progress" => &["prep ID", "claim ID"],
        "review" | "review, approved" => &["prep ID", "claim ID", "COMMIT"],
        "done" => &["prep ID", "claim ID", "COMMIT", "edit ID --check 1 --check 2", "complete ID"],
        _ => &["prep ID", "claim ID", "fail ID -m stuck"],
    };
    for verb in verbs {
        if *verb == "COMMIT" {
            sandbox.write("code.txt", "mended\n");
            sandbox.git("add -A");
            sandbox.git("commit -q -m x");
        } else {
            let _ = sandbox.mcp(&verb.replace("ID", &id)).success();
        }
    }
    if state == "review" {
        let _ = sandbox.mcp(&format!("edit {id} --check 1 --check 2")).success();
    }
    sandbox.git("add -A");
    let _ = sandbox.try_git(&["commit", "-q", "-m", "board"]);
    assert_eq!(sandbox.git("status --short"), "", "a clean start in {state}");
    (sandbox, id)
}

/// The row of one verb.
fn row(state: &str, verb: &str) -> String {
    let (sandbox, id) = in_state(state);
    let commits = sandbox.git("rev-list --count HEAD");
    let arguments: Vec<String> = verb.split(' ').map(|word| word.replace("ID", &id).replace('_', " ")).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let _ = match arguments.as_slice() {
        ["git", rest @ ..] => {
            sandbox.write("code.txt", if verb.contains("broken") { "broken\n" } else { "mended again\n" });
            sandbox.try_git(rest)
        }
        // Nobody reviews their own work.
        [_, _, "--reject", ..] => sandbox.mcp_args(&[&["--as", "bo"], arguments.as_slice()].concat()).success(),
        _ => sandbox.mcp_args(&arguments).success(),
    };
    let status = sandbox.git("status --short -uall").lines().map(shown).collect::<Vec<_>>().join("<br>");
    let is_committed = sandbox.git("rev-list --count HEAD") != commits;
    let status = match (status.is_empty(), is_committed) {
        (true, true) => "nothing: it is committed".to_owned(),
        (true, false) => "nothing".to_owned(),
        (false, _) => status,
    };
    let verb =
        verb.replace('_', " ").replace(" -m broken", " …, checks failing").replace(" -m x", " …, checks passing");
    let verb =
        if verb.starts_with("git") { format!("`{}`{}", &verb[..13], &verb[13..]) } else { format!("`mcp {verb}`") };
    format!("| {state} | {verb} | {status} |\n")
}

/// A line of the status, with the task's file named by its folder; spaces stay visible.
fn shown(line: &str) -> String {
    let pattern = regex::Regex::new(r"\.mcp/tasks/([a-z-]+)/t-[0-9a-z]{6}[-a-z]*\.md").expect("a pattern");
    format!("`{}`", pattern.replace_all(line, "$1/<id>"))
}

#[test]
fn the_table_of_the_documentation_is_what_git_shows() {
    let rows: String = [
        ("pending", "create Another"),
        ("pending", "prep ID"),
        ("pending", "edit ID --set priority=P0"),
        ("ready", "claim ID"),
        ("ready", "block ID -m waiting"),
        ("in-progress", "note ID -m A_thought"),
        ("in-progress", "ask ID -m Which_one?"),
        ("in-progress", "release ID"),
        ("in-progress", "git commit -a -m x"),
        ("in-progress", "git commit -a -m broken"),
        ("in-progress", "fail ID -m stuck"),
        ("in-progress", "drop ID -m unneeded"),
        ("review", "review ID --reject -m Not_yet"),
        ("review", "complete ID"),
        ("review", "complete ID --no-commit"),
        ("failed", "retry ID"),
        ("done", "reopen ID -m still_wrong"),
        ("in-progress", "check"),
        ("in-progress", "show ID"),
    ]
    .iter()
    .map(|(state, verb)| row(state, verb))
    .collect();
    let table = format!("| from | verb | `git status --short` |\n|---|---|---|\n{rows}");
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/hooks.md");
    let text = fs_err::read_to_string(&path).expect("a file");
    if std::env::var_os("MCP_WRITE_DOCS").is_some() {
        let (before, rest) = text.split_once("| from |").expect("a table");
        let after = rest.split_once("\n\n").expect("an end").1;
        fs_err::write(&path, format!("{before}{table}\n{after}")).expect("written");
        return;
    }
    assert!(text.contains(&table), "docs/hooks.md should have this table; MCP_WRITE_DOCS=1 writes it:\n{table}");
}
