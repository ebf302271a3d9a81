//! Importing again: what has changed at the source comes over, what was changed here stays; a crash leaves all or nothing.

use super::super::support::Sandbox;
use super::{digests, path_of, places, text_of, with_sources};

const FIRST: &str = r#"{"id":"a","title":"One","description":"First","status":"open","priority":1,"labels":["x"]}
{"id":"b","title":"Two","description":"Second","status":"open","dependencies":[{"depends_on_id":"a","type":"blocks"}]}
{"id":"c","title":"Three","status":"open"}
"#;

const SECOND: &str = r#"{"id":"a","title":"One","description":"First, better","status":"closed","priority":2,"labels":["x"],"comments":[{"author":"bo","text":"Closed it","created_at":"2026-02-02T10:00:00Z"}]}
{"id":"b","title":"Two!","description":"Second, better","status":"open","dependencies":[{"depends_on_id":"a","type":"blocks"}]}
{"id":"d","title":"Four","status":"open","dependencies":[{"depends_on_id":"c","type":"blocks"}]}
"#;

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_board();
    sandbox.write("issues.jsonl", FIRST);
    let _ = sandbox.mcp("import beads issues.jsonl").success();
    sandbox
}

#[test]
fn only_what_changed_at_the_source_is_updated() {
    let sandbox = sandbox();
    let path = path_of(&sandbox, "beads:b");
    let edited = sandbox.read(&path).replace("Second", "Second, mine").replace("title: Two", "title: Two  # a comment");
    sandbox.write(&path, &edited);
    sandbox.write("issues.jsonl", SECOND);
    let untouched = sandbox.read(&path_of(&sandbox, "beads:c"));
    let before = digests(&sandbox);
    let said = sandbox.mcp("import beads issues.jsonl --dry-run");
    assert_eq!(before, digests(&sandbox));
    insta::assert_snapshot!(with_sources(&sandbox, &said.to_string()), @"
    3 tasks in issues.jsonl (2 pending, 1 done)
    1 would be created, 2 would be updated, 0 unchanged
    0 boxes (0 ticked), 2 dependencies, 0 parents, 1 comment
    <beads:a> beads:a: Goal, priority, state, comments
    <beads:b> beads:b: title
    --- stderr ---
    warning: <beads:b> (beads:b): Goal was changed here too, and stays
    hint: `--theirs` takes what the source says
    no longer in the source, left as they are: <beads:c> (beads:c)
    ");
    let said = sandbox.mcp("import beads issues.jsonl");
    insta::assert_snapshot!(with_sources(&sandbox, &said.to_string()), @r#"
    3 tasks in issues.jsonl (2 pending, 1 done)
    1 created, 2 updated, 0 unchanged
    0 boxes (0 ticked), 2 dependencies, 0 parents, 1 comment
    <beads:a> beads:a: Goal, priority, state, comments
    <beads:b> beads:b: title
    --- stderr ---
    warning: <beads:b> (beads:b): Goal was changed here too, and stays
    hint: `--theirs` takes what the source says
    no longer in the source, left as they are: <beads:c> (beads:c)
    hint: commit it so that everybody has it: git add .mcp && git commit -m "Import tasks"
    "#);
    assert_eq!(sandbox.read(&path_of(&sandbox, "beads:c")), untouched);
    insta::assert_snapshot!(places(&sandbox), @"
    beads:a done
    beads:b pending
    beads:c pending
    beads:d pending
    ");
    insta::assert_snapshot!(text_of(&sandbox, "beads:a"), @"
    ---
    id: <beads:a>
    title: One
    priority: P2
    labels: [x]
    created: [TIME]
    rev: 2
    source: beads:a
    imported: {…}
    ---
    ## Goal

    First, better

    ## Log

    - [TIME] ada imported from beads a
    - [TIME] bo note: Closed it
    - [TIME] ada imported from beads a: Goal, priority, state, comments
    ");
    insta::assert_snapshot!(text_of(&sandbox, "beads:b"), @"
    ---
    id: <beads:b>
    title: Two!  # a comment
    depends_on: [<beads:a>]
    created: [TIME]
    rev: 1
    source: beads:b
    imported: {…}
    ---
    ## Goal

    Second, mine

    ## Log

    - [TIME] ada imported from beads b
    - [TIME] ada imported from beads b: title
    ");
    let theirs = sandbox.mcp("import beads issues.jsonl --theirs");
    insta::assert_snapshot!(with_sources(&sandbox, &theirs.to_string()), @r#"
    3 tasks in issues.jsonl (2 pending, 1 done)
    0 created, 1 updated, 2 unchanged
    0 boxes (0 ticked), 2 dependencies, 0 parents, 1 comment
    <beads:b> beads:b: Goal
    --- stderr ---
    no longer in the source, left as they are: <beads:c> (beads:c)
    hint: commit it so that everybody has it: git add .mcp && git commit -m "Import tasks"
    "#);
}

#[test]
fn a_dry_run_writes_nothing() {
    let sandbox = Sandbox::with_board();
    sandbox.write("issues.jsonl", FIRST);
    let before = digests(&sandbox);
    let run = sandbox.mcp("import beads issues.jsonl --dry-run").success();
    insta::assert_snapshot!(run.stdout, @"
    3 tasks in issues.jsonl (3 pending)
    3 would be created, 0 would be updated, 0 unchanged
    0 boxes (0 ticked), 1 dependency, 0 parents, 0 comments
    ");
    assert_eq!(digests(&sandbox), before);
    assert_eq!(sandbox.git("for-each-ref refs/mcp"), "");
}

#[test]
fn a_task_that_somebody_holds_stays_where_it_is() {
    let sandbox = Sandbox::with_board();
    sandbox.write(
        "issues.jsonl",
        r#"{"id":"a","title":"One","description":"It works","acceptance_criteria":"- It does","status":"open"}"#,
    );
    let _ = sandbox.mcp("import beads issues.jsonl --ready").success();
    assert_eq!(places(&sandbox), "beads:a ready");
    let _ = sandbox.mcp_as("codex", "claim").success();
    sandbox.write(
        "issues.jsonl",
        r#"{"id":"a","title":"One","description":"It works","acceptance_criteria":"- It does","status":"closed"}"#,
    );
    let run = sandbox.mcp("import beads issues.jsonl");
    insta::assert_snapshot!(with_sources(&sandbox, &run.to_string()), @r#"
    1 task in issues.jsonl (1 done)
    0 created, 1 updated, 0 unchanged
    1 box (1 ticked), 0 dependencies, 0 parents, 0 comments
    <beads:a> beads:a: Acceptance criteria
    --- stderr ---
    warning: <beads:a> (beads:a): state was changed here too, and stays
    hint: `--theirs` takes what the source says
    hint: commit it so that everybody has it: git add .mcp && git commit -m "Import tasks"
    "#);
    assert_eq!(places(&sandbox), "beads:a in-progress");
}

#[test]
fn no_retrospective_is_due_for_what_was_done_elsewhere() {
    let sandbox = Sandbox::with_board();
    let lines: String =
        (0..5).map(|n| format!("{{\"id\":\"{n}\",\"title\":\"Task {n}\",\"status\":\"closed\"}}\n")).collect();
    sandbox.write("issues.jsonl", &lines);
    let _ = sandbox.mcp("import beads issues.jsonl").success();
    let status = sandbox.mcp("status --json").success().json();
    assert_eq!((&status["status"]["retro"]["waiting"], &status["status"]["states"]["done"]), (&0.into(), &5.into()));
}

#[test]
fn a_crash_at_any_step_leaves_all_or_nothing() {
    for step in 1.. {
        let sandbox = Sandbox::with_board();
        sandbox.write("issues.jsonl", FIRST);
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
        command.env("MCP_TEST_DIE_AFTER_STEP", step.to_string()).args(["import", "beads", "issues.jsonl"]);
        let died = sandbox.run(command).code.is_none();
        // Any writing command ends what was begun.
        let _ = sandbox.mcp("create Other").success();
        let tasks = sandbox.mcp("list --all --json").success().json()["tasks"].as_array().expect("tasks").len();
        assert!(tasks == 1 || tasks == 4, "step {step}: {tasks} tasks");
        assert!(died || tasks == 4, "step {step}");
        let doctor = sandbox.mcp("doctor").success();
        assert_eq!(doctor.stdout, "", "step {step}");
        let _ = sandbox.mcp("import beads issues.jsonl").success();
        assert_eq!(places(&sandbox), "beads:a pending\nbeads:b pending\nbeads:c pending\nnone pending", "step {step}");
        if !died {
            assert!(step > 10, "there are steps to die after");
            break;
        }
    }
}
