//! What every command that reads the board says where there is none, or nothing on it.

use super::listing::at_noon;
use crate::support::Sandbox;

const READING: &[&str] = &[
    "next",
    "brief",
    "list",
    "list --all",
    "board",
    "board --live",
    "search word",
    "stats",
    "status",
    "inbox",
    "show 7k3",
    "log 7k3",
    "watch -n 1 --timeout 1s",
    "retro list",
    "retro show",
    "archive",
    "export jsonl",
    "verify",
    "check",
    "doctor",
    "config",
];

/// What each says in a folder; those that say the same stand together.
fn said(sandbox: &Sandbox, folder: &str) -> String {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for command in READING {
        let shown = at_noon(sandbox, &[&format!("cd {folder} && mcp {command}")]);
        let (_, shown) = shown.split_once('\n').expect("the line that was typed");
        match groups.iter_mut().find(|(other, _)| *other == shown) {
            Some((_, commands)) => commands.push(command),
            None => groups.push((shown.to_owned(), vec![command])),
        }
    }
    groups.iter().map(|(shown, commands)| format!("[{}]\n{shown}", commands.join(", "))).collect()
}

#[test]
fn outside_of_a_repository() {
    let sandbox = Sandbox::empty();
    insta::assert_snapshot!(said(&sandbox, ".."), @"
    [next, brief, list, list --all, board, search word, stats, status, inbox, show 7k3, log 7k3, watch -n 1 --timeout 1s, retro list, retro show, archive, export jsonl, verify, check, doctor, config]
    error: [WORLD] is not inside a git repository
    hint: go to a git repository, or make one: `git init`
    --- exit 1 ---
    [board --live]
    error: the live board needs a terminal
    hint: `mcp board` prints it
    --- exit 2 ---
    ");
}

#[test]
fn in_a_bare_repository() {
    let sandbox = Sandbox::with_board();
    sandbox.git("clone -q --bare . ../bare.git");
    insta::assert_snapshot!(said(&sandbox, "../bare.git"), @"
    [next, brief, list, list --all, board, search word, stats, status, inbox, show 7k3, log 7k3, watch -n 1 --timeout 1s, retro list, retro show, archive, export jsonl, verify, check, doctor, config]
    error: this repository is bare: it has no working tree for task files
    hint: use a checkout: `git worktree add ../work`
    --- exit 1 ---
    [board --live]
    error: the live board needs a terminal
    hint: `mcp board` prints it
    --- exit 2 ---
    ");
}

#[test]
fn without_a_board() {
    let sandbox = Sandbox::empty();
    insta::assert_snapshot!(said(&sandbox, "."), @"
    [next, brief, list, list --all, board, search word, stats, status, inbox, show 7k3, log 7k3, watch -n 1 --timeout 1s, retro list, retro show, archive, export jsonl, verify, check, doctor, config]
    error: this repository has no board yet
    hint: `mcp init` makes one
    --- exit 1 ---
    [board --live]
    error: the live board needs a terminal
    hint: `mcp board` prints it
    --- exit 2 ---
    ");
}

#[test]
fn with_an_empty_board() {
    let sandbox = Sandbox::with_board();
    insta::assert_snapshot!(said(&sandbox, "."), @r#"
    [next]
    error: there is nothing for cursor to do
    hint: `mcp create "What is to be done"` writes a task down
    --- exit 3 ---
    [brief]
    error: there is nothing for cursor to do
    hint: `mcp list` names the open tasks
    --- exit 3 ---
    [list, list --all, search word]
    the board is empty; `mcp create "What is to be done"` writes a task down
    [board]
    pending 0
    ready 0
    in-progress 0
    review 0
    done 0
    failed 0
    the board is empty; `mcp create "What is to be done"` writes a task down
    [board --live]
    error: the live board needs a terminal
    hint: `mcp board` prints it
    --- exit 2 ---
    [stats]
    no task was done, so there is nothing to sum up
    [status]
    pending 0  ready 0  in-progress 0  review 0  done 0  failed 0
    the board is empty; `mcp create "What is to be done"` writes a task down
    [inbox]
    nothing waits for a person
    [show 7k3, log 7k3]
    error: no task's id starts with `7k3`
    hint: `mcp list --all` names all tasks
    --- exit 1 ---
    [watch -n 1 --timeout 1s]
    watching 0 open tasks; Ctrl-C ends it
    error: 0 of 1 things happened in that time
    --- exit 3 ---
    [retro list]
    the next one is due after 3 more done tasks
    [retro show]
    error: no retrospective is open
    hint: `mcp retro` writes one when it is due, `mcp retro list` names the closed ones
    --- exit 1 ---
    [archive]
    there is nothing to put away
    [export jsonl, doctor]

    [verify]
    unverified [SHORT] -        start (no evidence of tests for its code)
    hint: `mcp verify --rerun` runs the checks on them
    error: 1 unverified commit
    --- exit 1 ---
    [check]
    tests passed in [SECONDS]
    passed [SHORT]
    [config]
    version: 1
    checks: [{"name":"tests","run":"sh check.sh","on":"commit","timeout":"600s"}]
    on_success: "review"
    on_failure: "ready"
    max_attempts: 5
    isolate: "auto"
    fail_fast: false
    link: []
    feedback: "file"
    review: {"approval":"auto"}
    complete_on: "command"
    workers: {}
    retro: {"every":3,"participants":[]}
    claims: {"remote":null,"lease":"7200s","worktrees":null}
    board: {"commit":"end"}
    hooks: {"require_task":false}
    "#);
}

#[test]
fn with_nothing_but_a_done_task() {
    let sandbox = Sandbox::with_board();
    let log = "- 2026-11-19T10:00:00Z ada completed";
    let text = format!("---\nid: t-777777\ntitle: Start\ncreated: 2026-11-18T12:00:00Z\n---\n## Log\n\n{log}\n");
    sandbox.write(".mcp/tasks/done/t-777777-start.md", &text);
    sandbox.git("add -A");
    sandbox.git("commit -q --no-verify -m done");
    insta::assert_snapshot!(said(&sandbox, "."), @r#"
    [next]
    error: there is nothing for cursor to do
    hint: `mcp create "What is to be done"` writes a task down
    --- exit 3 ---
    [brief]
    error: there is nothing for cursor to do
    hint: `mcp list` names the open tasks
    --- exit 3 ---
    [list]
    no open task matches; `mcp list --all` shows closed ones too
    [list --all]
    ID        STATE  P   TITLE
    t-777777  done   P1  Start
    [board]
    pending 0
    ready 0
    in-progress 0
    review 0
    done 1
      t-777777 P1 2d  Start
    failed 0
    [board --live]
    error: the live board needs a terminal
    hint: `mcp board` prints it
    --- exit 2 ---
    [search word]
    no task says so
    [stats]
              DONE  LEAD  85%  PENDING
    all          1   22h  22h      22h
    2026-W47     1   22h  22h      22h
    [status]
    pending 0  ready 0  in-progress 0  review 0  done 1  failed 0
    [inbox]
    nothing waits for a person
    [show 7k3, log 7k3]
    error: no task's id starts with `7k3`
    hint: `mcp list --all` names all tasks
    --- exit 1 ---
    [watch -n 1 --timeout 1s]
    watching 0 open tasks; Ctrl-C ends it
    error: 0 of 1 things happened in that time
    --- exit 3 ---
    [retro list]
    the next one is due after 2 more done tasks
    [retro show]
    error: no retrospective is open
    hint: `mcp retro` writes one when it is due, `mcp retro list` names the closed ones
    --- exit 1 ---
    [archive]
    t-777777 stays: no retrospective has told of it yet; `--all` takes it too
    there is nothing to put away
    [export jsonl]
    {"schema":1,"id":"t-777777","title":"Start","state":"done","priority":"P1","kind":null,"labels":[],"depends_on":[],"needs":[],"parent":null,"assignee":null,"created":"[TIME]","rev":0,"branch":null,"base":null,"tested":null,"attempts":0,"blocked":null,"path":".mcp/tasks/done/t-777777-start.md","source":null,"text":"---\nid: t-777777\ntitle: Start\ncreated: [TIME]\n---\n## Log\n\n- [TIME] ada completed\n"}
    [verify]
    board      [SHORT] -        done
    [check]
    tests passed in [SECONDS]
    passed [SHORT]
    [doctor]

    [config]
    version: 1
    checks: [{"name":"tests","run":"sh check.sh","on":"commit","timeout":"600s"}]
    on_success: "review"
    on_failure: "ready"
    max_attempts: 5
    isolate: "auto"
    fail_fast: false
    link: []
    feedback: "file"
    review: {"approval":"auto"}
    complete_on: "command"
    workers: {}
    retro: {"every":3,"participants":[]}
    claims: {"remote":null,"lease":"7200s","worktrees":null}
    board: {"commit":"end"}
    hooks: {"require_task":false}
    "#);
}
