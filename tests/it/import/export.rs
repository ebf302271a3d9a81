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
fn the_layout_of_backlog_carries_every_byte() {
    carried("backlog", "backlog");
}

#[test]
fn the_layout_of_backlog_is_what_its_program_reads() {
    let here = board();
    let folder = here.path("../carried").display().to_string();
    let _ = here.mcp(&format!("export backlog {folder}")).success();
    let files: Vec<_> = fs_err::read_dir(format!("{folder}/tasks")).expect("a folder").flatten().collect();
    let file = files.iter().find(|file| file.file_name().to_string_lossy().ends_with("Wait.md")).expect("a file");
    let ids = here.mcp("list --all --json").success().json();
    let ids: Vec<&str> =
        ids["tasks"].as_array().expect("tasks").iter().filter_map(|task| task["id"].as_str()).collect();
    let text = fs_err::read_to_string(file.path()).expect("a text");
    let text = ids.iter().fold(here.filtered(&text), |text, id| text.replace(id, "t-……"));
    let text = regex::Regex::new(r"TASK-\d").expect("a pattern").replace_all(&text, "TASK-n").into_owned();
    let text = regex::Regex::new(r"[0-9a-f]{16}").expect("a pattern").replace_all(&text, "[PRINT]").into_owned();
    insta::assert_snapshot!(regex::Regex::new(r"20\d\d-\d\d-\d\d \d\d:\d\d").expect("a pattern").replace_all(&text, "[DATE]"), @r###"
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

    <!-- mcp: t-…… [PRINT]
    "---\n"
    "id: t-……\n"
    "title: Wait\n"
    "priority: P0\n"
    "kind: feature\n"
    "functional: yes\n"
    "labels: [tea]\n"
    "depends_on: [t-……, t-……]\n"
    "needs: [hands]\n"
    "parent: t-……\n"
    "created: [TIME]\n"
    "rev: 1\n"
    "---\n"
    "## Goal\n"
    "\n"
    "<!-- What should be true when this is done, and for whom? --\u003e\n"
    "\n"
    "## Acceptance criteria\n"
    "\n"
    "- [ ] <!-- Something a reviewer can check --\u003e\n"
    "\n"
    "## Definition of ready\n"
    "\n"
    "- The goal and at least one criterion are filled in, and what it depends on exists\n"
    "\n"
    "## Definition of done\n"
    "\n"
    "- [ ] Tests cover the new behaviour\n"
    "- [ ] Documentation says what changed\n"
    "\n"
    "## Files affected\n"
    "\n"
    "<!-- One path a line: - src/example.rs --\u003e\n"
    "\n"
    "## Validation\n"
    "\n"
    "<!-- How to see that it works --\u003e\n"
    "\n"
    "## Implementation notes\n"
    "\n"
    "<!-- What the next worker should know --\u003e\n"
    "\n"
    "## Log\n"
    "\n"
    "- [TIME] ada created\n"
    -->
    "###);
}

#[test]
fn what_was_changed_in_the_layout_of_backlog_comes_over_and_nothing_else_is_touched() {
    let here = Sandbox::with_board();
    let hard = "---\n# mine\ntitle:   'Steep'\nodd: [1, {a: b}]   # kept\n---\n\n## Goal\n\nTea.\n\n## Mine\n\n*  one\n\n## Acceptance criteria\n- [ ] #7 is hot\n";
    here.write(".mcp/tasks/pending/t-222222-steep.md", hard);
    let there = Sandbox::with_board();
    let folder = there.path("carried").display().to_string();
    let _ = here.mcp(&format!("export backlog {folder}")).success();
    let path = "carried/tasks/task-1 - Steep.md";
    // As Backlog.md writes it after `task edit 1 --status Review --check-ac 1 --priority low --title "Steep long"`.
    let text =
        there.read(path).replace("status: To Do", "status: Review").replace("title: \"Steep\"", "title: Steep long");
    there.write(
        path,
        &text
            .replace("- [ ] #1", "- [x] #1")
            .replace("priority: medium", "priority: low\nupdated_date: '2026-11-20 10:00'"),
    );
    let _ = there.mcp("import backlog carried").success();
    insta::assert_snapshot!(there.read(".mcp/tasks/review/t-222222-steep-long.md"), @"
    ---
    # mine
    title:   'Steep long'
    priority: P2
    odd: [1, {a: b}]   # kept
    ---

    ## Goal

    Tea.

    ## Mine

    *  one

    ## Acceptance criteria
    - [x] #7 is hot
    ");
}

#[test]
fn a_file_that_was_copied_in_the_layout_of_backlog_is_a_new_task() {
    let here = Sandbox::with_board();
    here.write(".mcp/tasks/pending/t-222222-steep.md", "# Steep\n");
    let there = Sandbox::with_board();
    let folder = there.path("carried").display().to_string();
    let _ = here.mcp(&format!("export backlog {folder}")).success();
    let text = there.read("carried/tasks/task-1 - Steep.md");
    there.write("carried/tasks/task-2 - Steep-again.md", &text.replace("TASK-1", "TASK-2"));
    insta::assert_snapshot!(there.mcp("import backlog carried").success().stderr, @r#"
    warning: tasks/task-2 - Steep-again.md: it holds t-222222, as tasks/task-1 - Steep.md does; it becomes a new task
    hint: commit it so that everybody has it: git add .mcp && git commit -m "Import tasks"
    "#);
    assert_eq!(tasks(&there).len(), 2);
}

/// A task file with keys, comments, sections and line ends as nobody orderly would write them.
fn random_task(random: &mut fastrand::Rng, ids: &[String]) -> String {
    let one = |random: &mut fastrand::Rng, list: &[&str]| random.choice(list.iter()).expect("one").to_string();
    let id = |random: &mut fastrand::Rng| random.choice(ids.iter()).expect("an id").clone();
    let mut keys = vec![
        format!(
            "title: {}",
            one(
                random,
                &["Plain", "'It''s  quoted'", "\"a \\\"b\\\": c\"", "ключ 健康", "'- dash'", ">-\n  folded\n  text"]
            )
        ),
        format!("priority: {}", one(random, &["P0", "p2", "high", "P1   # why"])),
        format!("labels: {}", one(random, &["[a, b]", "a, b", "\n  - a\n  - 'b c'", "[]"])),
        format!("depends_on: [{}, {}]", id(random), id(random)),
        format!("parent: {}", id(random)),
        format!("assignee: {}", one(random, &["ada", "Cursor", "\"@bo\""])),
        format!("milestone: {}", one(random, &["m1", "'2'", "first # one"])),
        "created: 2026-11-20T09:12:03Z".to_owned(),
        format!("blocked: {{kind: other, reason: {}}}", one(random, &["x", "'a: b'"])),
        "odd: {a: [1, 2.50, null], 'b c': ~}".to_owned(),
        "multi: |\n  ---\n  two".to_owned(),
        "# a comment".to_owned(),
    ];
    random.shuffle(&mut keys);
    keys.truncate(random.usize(..=12));
    let titles = [
        "Goal",
        "goal",
        "Acceptance criteria",
        "Definition of done",
        "Implementation notes",
        "Log",
        "Evidence",
        "Error context",
        "Description",
        "Mine  ",
        "`code` & <b>",
        "Comments",
        "Mine",
    ];
    let contents = [
        "",
        "Words.",
        "- [ ] one\n- [x] #3 two\n",
        "<!-- What? -->",
        "<!-- SECTION:NOTES:BEGIN -->\nx",
        "```\n## no\n",
        "### inner\n\ntext\n",
        "- 2026-11-20T09:12:03Z ada created",
        "<!-- mcp: t-222222 ab\n\"x\"\n-->",
        "a --> b\n\n\n\n",
        "Under\n-----",
        "trailing  \n\ttab\n",
        "\u{200b}\u{202e}\u{2028}é",
    ];
    let mut text = if random.u8(..) < 230 { format!("---\n{}\n---\n", keys.join("\n")) } else { String::new() };
    if random.bool() {
        text.push_str("\nbefore\n");
    }
    for _ in 0..random.usize(..6) {
        let mark = one(random, &["##", "##", "##", "#", "###"]);
        let gap = one(random, &["\n", "\n\n"]);
        text.push_str(&format!("{mark} {}{gap}{}\n", one(random, &titles), one(random, &contents)));
    }
    for _ in 0..random.usize(..3) {
        text.push('\n');
    }
    if random.u8(..) < 60 {
        text = text.trim_end().to_owned();
    }
    if random.u8(..) < 80 {
        text = text.replace('\n', "\r\n");
    }
    if random.u8(..) < 30 {
        text.insert(0, '\u{feff}');
    }
    text
}

#[test]
fn random_boards_are_carried_byte_for_byte() {
    const STATES: [&str; 6] = ["pending", "ready", "in-progress", "review", "done", "failed"];
    let rounds = std::env::var("MCP_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(8);
    for seed in 0..rounds {
        let mut random = fastrand::Rng::with_seed(seed);
        let letters: Vec<char> = "23456789bcdfghjkmnpqrstvwxyz".chars().collect();
        let ids: std::collections::BTreeSet<String> = (0..24)
            .map(|_| format!("t-{}", (0..6).map(|_| letters[random.usize(..letters.len())]).collect::<String>()))
            .collect();
        let ids: Vec<String> = ids.into_iter().collect();
        let here = Sandbox::with_board();
        for id in &ids {
            let state = random.choice(STATES.iter()).expect("a state");
            here.write(&format!(".mcp/tasks/{state}/{id}-x.md"), &random_task(&mut random, &ids));
        }
        let readable = here.mcp("list --all --json").success().json()["tasks"].as_array().expect("tasks").len();
        assert_eq!(readable, ids.len(), "seed {seed}: {}", here.mcp("list --all"));
        for (form, format) in [("jsonl", "mcp"), ("markdown", "mcp"), ("backlog", "backlog")] {
            let there = Sandbox::with_board();
            let file = there.path("carried").display().to_string();
            let _ = here.mcp(&format!("export {form} {file}")).success();
            let _ = there.mcp(&format!("import {format} carried")).success();
            assert_eq!(tasks(&there), tasks(&here), "seed {seed}, {form}");
            let before = digests(&there);
            let _ = there.mcp(&format!("import {format} carried")).success();
            assert_eq!(digests(&there), before, "seed {seed}, {form}, again");
        }
    }
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
        "ada$ mcp export jsonl - | wc -l | tr -d ' '",
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
    ada$ mcp export jsonl - | wc -l | tr -d ' '
    1
    ");
}
