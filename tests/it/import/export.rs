//! `export`: what it writes, and that `import` takes it back as it was.

use super::super::support::Sandbox;
use super::digests;

/// A board with one task of every state, a question, an answer, a blocked task, and texts that are hard to carry.
fn board() -> Sandbox {
    let sandbox = Sandbox::with_board();
    let done = sandbox.ready_task("Boil: the \"water\"");
    let _ = sandbox.mcp(&format!("drop {done}")).success();
    let ready = sandbox.ready_task("Pour");
    let _ = sandbox.mcp(&format!("ask {ready} -m hot?")).success();
    let held = sandbox.claimed_task("Hold");
    let _ = sandbox
        .mcp(&format!("create Wait -p P0 --label tea --depends-on {held},{ready} --parent {held} --needs hands"))
        .success();
    let _ = sandbox.mcp(&format!("block {ready} -m broken")).success();
    let hard = "\u{feff}---\r\ntitle: 'Hard'   # a comment\r\nodd: [1, {a: b}]\r\n---\r\n# Title\r\n\r\n<!-- mcp: t-zzzzzz ready -->\r\n```\r\nopen\r\n```";
    sandbox.write(".mcp/tasks/pending/hard.md", hard);
    sandbox.write(".mcp/tasks/done/t-222222-old.md", "no front matter, no line break");
    let _ = sandbox.mcp("create Last").success();
    sandbox
}

/// The task files of a board.
fn tasks(sandbox: &Sandbox) -> Vec<(String, String)> {
    let paths = sandbox.files().into_iter().filter(|path| path.starts_with(".mcp/tasks/") && path.ends_with(".md"));
    let mut tasks: Vec<_> = paths
        .map(|path| {
            let (folder, name) = path.rsplit_once('/').expect("a folder");
            // The words behind the id are made anew.
            (
                format!("{folder}/{}", &name[..8]),
                String::from_utf8(fs_err::read(sandbox.path(&path)).expect("bytes")).expect("UTF-8"),
            )
        })
        .collect();
    tasks.sort();
    tasks
}

fn carried(form: &str, format: &str) {
    let here = board();
    let there = Sandbox::with_board();
    let file = there.path("carried").display().to_string();
    let _ = here.mcp(&format!("export {form} {file}")).success();
    let _ = there.mcp(&format!("import {format} carried")).success();
    assert_eq!(tasks(&there), tasks(&here), "{form}");
    let before = digests(&here);
    let again = here.mcp(&format!("import {format} {file}")).success();
    assert!(again.stdout.contains("\n0 created, 0 updated, 7 unchanged\n"), "{again}");
    assert_eq!(digests(&here), before);
}

#[test]
fn json_lines_carry_every_byte() {
    carried("jsonl", "mcp");
}

#[test]
fn markdown_carries_every_byte() {
    carried("markdown", "mcp");
}

#[test]
fn the_layout_of_backlog_carries_every_task() {
    let here = board();
    // Comments in front matter and line ends are not carried by this form.
    let hard = here.files().into_iter().find(|path| path.ends_with("-hard.md")).expect("it is taken in");
    fs_err::remove_file(here.path(&hard)).expect("removed");
    fs_err::remove_file(here.path(".mcp/tasks/done/t-222222-old.md")).expect("removed");
    let there = Sandbox::with_board();
    let folder = there.path("carried").display().to_string();
    let _ = here
        .mcp(&format!("export backlog {folder} --state pending --state ready --state in-progress --state failed"))
        .success();
    let _ = there.mcp("import backlog carried").success();
    let shown = |sandbox: &Sandbox| -> Vec<serde_json::Value> {
        let list = sandbox.mcp("list --all --json").success().json();
        let ids =
            list["tasks"].as_array().expect("tasks").iter().map(|task| task["id"].as_str().expect("an id").to_owned());
        let mut ids: Vec<_> = ids.filter(|id| !hard.contains(id.as_str())).collect();
        ids.sort();
        ids.iter()
            .map(|id| {
                let mut task = sandbox.mcp(&format!("show {id} --json")).success().json()["task"].take();
                // The name of the file is made anew, and a claim is of one repository.
                for key in ["path", "commits", "branch", "base", "rev"] {
                    task.as_object_mut().expect("an object").remove(key);
                }
                task
            })
            .collect()
    };
    assert_eq!(shown(&there), shown(&here));
    let file = there.files().into_iter().find(|path| path.contains("Wait.md")).expect("a file");
    let ids = here.mcp("list --all --json").success().json();
    let ids: Vec<&str> =
        ids["tasks"].as_array().expect("tasks").iter().filter_map(|task| task["id"].as_str()).collect();
    let text = ids.iter().fold(here.filtered(&there.read(&file)), |text, id| text.replace(id, "t-……"));
    let text = regex::Regex::new(r"TASK-\d").expect("a pattern").replace_all(&text, "TASK-n").into_owned();
    insta::assert_snapshot!(regex::Regex::new(r"20\d\d-\d\d-\d\d \d\d:\d\d").expect("a pattern").replace_all(&text, "[DATE]"), @r#"
    ---
    id: TASK-n
    title: "Wait"
    status: To Do
    assignee: []
    created_date: '[DATE]'
    labels: ["tea"]
    dependencies: ["TASK-n","TASK-n"]
    parent_task_id: TASK-n
    priority: high
    mcp: t-……
    mcp_keys: {"priority":"P0","kind":"feature","functional":"yes","needs":["hands"],"created":"[TIME]","rev":1}
    ---

    ## Description

    <!-- SECTION:DESCRIPTION:BEGIN -->
    <!-- What should be true when this is done, and for whom? -->
    <!-- SECTION:DESCRIPTION:END -->

    ## Acceptance Criteria
    <!-- AC:BEGIN -->
    - [ ] #1 <!-- Something a reviewer can check -->
    <!-- AC:END -->

    ## Definition of ready

    - The goal and at least one criterion are filled in, and what it depends on exists

    ## Definition of Done
    <!-- DOD:BEGIN -->
    - [ ] #1 Tests cover the new behaviour
    - [ ] #2 Documentation says what changed
    <!-- DOD:END -->

    ## Files affected

    <!-- One path a line: - src/example.rs -->

    ## Validation

    <!-- How to see that it works -->

    ## Implementation Notes

    <!-- SECTION:NOTES:BEGIN -->
    <!-- What the next worker should know -->
    <!-- SECTION:NOTES:END -->

    ## Log

    - [TIME] ada created
    "#);
}

#[test]
fn goes_to_stdout_or_a_file_and_never_over_a_folder() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    sandbox.write("full/x", "x");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp export markdown",
        "ada$ mcp export jsonl out.jsonl && wc -l < out.jsonl | tr -d ' '",
        "ada$ mcp export backlog",
        "ada$ mcp export backlog full",
    ]), @"
    ada$ mcp export markdown
    <!-- mcp: T1 ready -->
    # One

    ```yaml
    ---
    id: T1
    title: One
    priority: P1
    kind: chore
    functional: no
    created: [TIME]
    rev: 2
    ---
    ```

    ## Goal

    It works

    ## Acceptance criteria

    - [ ] It works

    ## Definition of ready

    - The goal and at least one criterion are filled in, and what it depends on exists

    ## Definition of done

    - [ ] Nothing that users see has changed, or it is said

    ## Files affected

    <!-- One path a line: - src/example.rs -->

    ## Validation

    <!-- How to see that it works -->

    ## Implementation notes

    <!-- What the next worker should know -->

    ## Log

    - [TIME] ada created
    - [TIME] ada prepared
    ada$ mcp export jsonl out.jsonl && wc -l < out.jsonl | tr -d ' '
    wrote 1 task to out.jsonl
    1
    ada$ mcp export backlog
    error: a folder cannot go to stdout
    hint: `mcp export backlog ../backlog`
    --- exit 2 ---
    ada$ mcp export backlog full
    error: [WORLD]/repo/full is not empty
    hint: name a folder that does not exist yet
    --- exit 2 ---
    ");
}
