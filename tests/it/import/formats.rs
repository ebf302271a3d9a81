//! One small board of each tool, with the damage that such boards have.

use super::super::support::Sandbox;
use super::{imported, places, text_of};

/// A board of Backlog.md.
pub fn backlog(sandbox: &Sandbox) {
    let write = |path: &str, text: &str| sandbox.write(&format!("backlog/{path}"), text);
    write("config.yml", "project_name: Weather\nstatuses: [\"To Do\", \"Cooking\", \"Done\"]\ntask_prefix: web\n");
    write(
        "tasks/web-1 - Show-the-wind.md",
        "---\nid: WEB-1\ntitle: 'Show the wind: speed'\nstatus: To Do\nassignee:\n  - '@ada'\n  - '@bo'\ncreated_date: '2026-04-25 12:14'\n\
         labels:\n  - ui\ndependencies:\n  - task-2\n  - WEB-99\npriority: high\nordinal: 3000\nmodified_files:\n  - src/wind.ts\n---\n\n\
         ## Description\n\n<!-- SECTION:DESCRIPTION:BEGIN -->\n## Why\n\nSailors ask.\n<!-- SECTION:DESCRIPTION:END -->\n\n\
         ## Acceptance Criteria\n<!-- AC:BEGIN -->\n- [ ] #1 In knots\n- [x] #2 In metres\n<!-- AC:END -->\n\n\
         ## Implementation Plan\n\n1. Ask the sensor\n\n## Comments\n\n<!-- COMMENTS:BEGIN -->\nauthor: @bo\ncreated: 2026-04-26 08:00\n---\nWhich sensor?\n\nThe old one?\n---\n<!-- COMMENTS:END -->\n",
    );
    write(
        "tasks/web-1.1 - Arrows.md",
        "---\nid: WEB-1.1\ntitle: Arrows\nstatus: Cooking\nassignee: @codex\nparent_task_id: '1'\ndependencies: []\n---\n\n## Description\n\nPoint downwind.\n\n## Evidence\n\nA photo\n",
    );
    write(
        "completed/web-2 - Read-the-sensor.md",
        "---\nid: WEB-2\ntitle: Read the sensor\nstatus: In Progress\ncreated_date: 2026-04-01\ntype: bug\nreporter: '@bo'\n---\n\n## Acceptance Criteria\n\n- Reads it\n\n## Definition of Done\n<!-- DOD:BEGIN -->\n- [x] #1 Tests\n<!-- DOD:END -->\n",
    );
    write("docs/doc-1 - Sensors.md", "# Sensors\n");
}

#[test]
fn a_board_of_backlog_comes_over_whole() {
    let sandbox = Sandbox::with_board();
    backlog(&sandbox);
    insta::assert_snapshot!(imported(&sandbox, "backlog backlog"), @r#"
    3 tasks in backlog (1 pending, 1 in-progress, 1 done)
    3 created, 0 updated, 0 unchanged
    4 boxes (3 ticked), 1 dependency, 1 parent, 1 comment
    6 fields kept as text, in the section Imported: also assigned to 1, depends on 1, ordinal 1, reporter 1, status 2
    --- stderr ---
    warning: completed/web-2 - Read-the-sensor.md: WEB-2 is `In Progress` but lies among the completed; it goes to done
    warning: completed/web-2 - Read-the-sensor.md: 1 bullets of WEB-2 in `Acceptance Criteria` have no box and got one
    warning: tasks/web-1 - Show-the-wind.md: WEB-1 is also assigned to @bo
    warning: tasks/web-1.1 - Arrows.md:5:11: found character that cannot start any token, while scanning for the next token; it is read with quotes around names with @
    warning: tasks/web-1 - Show-the-wind.md: WEB-1 depends on WEB-99, which is not there
    hint: commit it so that everybody has it: git add .mcp && git commit -m "Import tasks"
    "#);
    insta::assert_snapshot!(places(&sandbox), @"
    backlog:WEB-1 pending
    backlog:WEB-1.1 in-progress
    backlog:WEB-2 done
    ");
    insta::assert_snapshot!(text_of(&sandbox, "backlog:WEB-1"), @r#"
    ---
    id: <backlog:WEB-1>
    title: "Show the wind: speed"
    priority: P0
    labels: [ui]
    depends_on: [<backlog:WEB-2>]
    assignee: ada
    created: [TIME]
    rev: 1
    blocked: {kind: dependency, reason: "waits for WEB-99, which was not imported"}
    source: backlog:WEB-1
    imported: {…}
    ---
    ## Goal

    ### Why

    Sailors ask.

    ## Acceptance criteria

    - [ ] In knots
    - [x] In metres

    ## Files affected

    - src/wind.ts

    ## Implementation plan

    1. Ask the sensor

    ## Imported

    - also assigned to: @bo
    - ordinal: 3000
    - depends on: WEB-99

    ## Log

    - [TIME] bo note: Which sensor?
      The old one?
    - [TIME] ada imported from backlog WEB-1
    "#);
    insta::assert_snapshot!(text_of(&sandbox, "backlog:WEB-1.1"), @"
    ---
    id: <backlog:WEB-1.1>
    title: Arrows
    parent: <backlog:WEB-1>
    assignee: codex
    created: [TIME]
    rev: 1
    source: backlog:WEB-1.1
    imported: {…}
    ---
    ## Goal

    Point downwind.

    ## Evidence before the import

    A photo

    ## Imported

    - status: Cooking

    ## Log

    - [TIME] ada imported from backlog WEB-1.1
    ");
}

#[test]
fn issues_of_beads_come_over_whole() {
    let sandbox = Sandbox::with_board();
    sandbox.write(
        "issues.jsonl",
        &[
            r##"{"id":"bd-1","title":"Sails","description":"# All of them\n\n```sh\n# reef","status":"open","priority":0,"issue_type":"epic","created_at":"2026-02-01T10:00:00Z","labels":["deck"],"comments":[{"author":"bo","text":"Hoist\nthem","created_at":"2026-02-02T10:00:00Z"}]}"##,
            r#"{"id":"bd-1.1","title":"Jib","status":"hooked","priority":3,"issue_type":"task","assignee":"fleet/deck/codex","acceptance_criteria":"- Is up\n- Is dry","notes":"Wet","dependencies":[{"issue_id":"bd-1.1","depends_on_id":"bd-1","type":"parent-child"},{"issue_id":"bd-1.1","depends_on_id":"bd-2","type":"blocks"},{"issue_id":"bd-1.1","depends_on_id":"bd-7","type":"related"}]}"#,
            r#"{"id":"bd-2","title":"Mast","status":"closed","priority":1,"issue_type":"bug","closed_at":"2026-02-03T10:00:00Z","close_reason":"stands","ephemeral":true,"dependency_count":0}"#,
            r#"{"id":"bd-3","title":"Keel","status":"open","dependencies":[{"issue_id":"bd-3","depends_on_id":"bd-9","type":"blocks"}]}"#,
        ]
        .join("\n"),
    );
    insta::assert_snapshot!(imported(&sandbox, "beads issues.jsonl"), @r#"
    4 tasks in issues.jsonl (2 pending, 1 in-progress, 1 done)
    4 created, 0 updated, 0 unchanged
    2 boxes (0 ticked), 1 dependency, 1 parent, 1 comment
    10 fields kept as text, in the section Imported: assignee 1, close_reason 1, closed_at 1, depends on 1, ephemeral 1, issue_type 2, priority 1, related 1, status 1
    --- stderr ---
    warning: issues.jsonl:4: bd-3 depends on bd-9, which is not there
    hint: commit it so that everybody has it: git add .mcp && git commit -m "Import tasks"
    "#);
    insta::assert_snapshot!(places(&sandbox), @"
    beads:bd-1 pending
    beads:bd-1.1 in-progress
    beads:bd-2 done
    beads:bd-3 pending
    ");
    insta::assert_snapshot!(text_of(&sandbox, "beads:bd-1"), @"
    ---
    id: <beads:bd-1>
    title: Sails
    priority: P0
    labels: [deck]
    created: [TIME]
    rev: 1
    source: beads:bd-1
    imported: {…}
    ---
    ## Goal

    ### All of them

    ```sh
    # reef
    ```

    ## Imported

    - issue_type: epic

    ## Log

    - [TIME] bo note: Hoist
      them
    - [TIME] ada imported from beads bd-1
    ");
    insta::assert_snapshot!(text_of(&sandbox, "beads:bd-1.1"), @"
    ---
    id: <beads:bd-1.1>
    title: Jib
    priority: P2
    depends_on: [<beads:bd-2>]
    parent: <beads:bd-1>
    assignee: fleet-deck-codex
    created: [TIME]
    rev: 1
    source: beads:bd-1.1
    imported: {…}
    ---
    ## Acceptance criteria

    - [ ] Is up
    - [ ] Is dry

    ## Implementation notes

    Wet

    ## Imported

    - status: hooked
    - priority: 3
    - issue_type: task
    - assignee: fleet/deck/codex
    - related: bd-7

    ## Log

    - [TIME] ada imported from beads bd-1.1
    ");
    insta::assert_snapshot!(text_of(&sandbox, "beads:bd-3"), @r#"
    ---
    id: <beads:bd-3>
    title: Keel
    created: [TIME]
    rev: 1
    blocked: {kind: dependency, reason: "waits for bd-9, which was not imported"}
    source: beads:bd-3
    imported: {…}
    ---
    ## Imported

    - depends on: bd-9

    ## Log

    - [TIME] ada imported from beads bd-3
    "#);
}

#[test]
fn tags_and_subtasks_of_task_master_come_over_whole() {
    let sandbox = Sandbox::with_board();
    sandbox.write(
        "tasks.json",
        r#"{
          "master": { "tasks": [
            { "id": 1, "title": "Dig", "description": "A hole", "details": "Deep", "testStrategy": "Fall in", "status": "done", "priority": "high", "dependencies": [], "subtasks": [
              { "id": 1, "title": "Spade", "status": "done", "dependencies": [] },
              { "id": 2, "title": "Sand", "status": "pending", "dependencies": [1, "2"], "details": "Away" } ] },
            { "id": 2, "title": "Fill", "status": "deferred", "priority": "low", "dependencies": [1, 8], "subtasks": [] } ],
            "metadata": { "created": "2026-06-14T21:30:21.214Z" } },
          "garden": { "tasks": [ { "id": 1, "title": "Plant", "status": "cancelled", "dependencies": [1], "complexityScore": 4 } ] }
        }"#,
    );
    insta::assert_snapshot!(imported(&sandbox, "task-master tasks.json"), @r#"
    5 tasks in tasks.json (2 pending, 2 done, 1 failed)
    5 created, 0 updated, 0 unchanged
    0 boxes (0 ticked), 3 dependencies, 2 parents, 0 comments
    2 fields kept as text, in the section Imported: complexityScore 1, depends on 1
    --- stderr ---
    warning: tasks.json 2: 2 depends on 8, which is not there
    warning: tasks.json garden/1: garden/1 depends on itself; that is left out
    hint: commit it so that everybody has it: git add .mcp && git commit -m "Import tasks"
    "#);
    insta::assert_snapshot!(places(&sandbox), @"
    task-master:1 done
    task-master:1.1 done
    task-master:1.2 pending
    task-master:2 pending
    task-master:garden/1 failed
    ");
    insta::assert_snapshot!(text_of(&sandbox, "task-master:1.2"), @"
    ---
    id: <task-master:1.2>
    title: Sand
    depends_on: [<task-master:1.1>, <task-master:2>]
    parent: <task-master:1>
    created: [TIME]
    rev: 1
    source: task-master:1.2
    imported: {…}
    ---
    ## Implementation notes

    Away

    ## Log

    - [TIME] ada imported from task-master 1.2
    ");
    insta::assert_snapshot!(text_of(&sandbox, "task-master:garden/1"), @"
    ---
    id: <task-master:garden/1>
    title: Plant
    labels: [garden]
    created: [TIME]
    rev: 1
    resolution: dropped
    source: task-master:garden/1
    imported: {…}
    ---
    ## Imported

    - complexityScore: 4

    ## Log

    - [TIME] ada imported from task-master garden/1
    ");
}

#[test]
fn tasks_of_the_first_tool_come_over_with_their_damage_named() {
    let sandbox = Sandbox::with_board();
    let task = |id: &str, status: &str, updated: &str, rest: &str| {
        format!(
            "# Task: {id} - Ship it\n\n## Status: {status}\n## Priority: P0\n## Agent: cursor\n## Created: 2026-01-02T03:04:05.678Z\n## Last Updated: {updated}\n\n{rest}"
        )
    };
    let whole = "## Goal\nShip\n\n## Acceptance Criteria\n- [x] Built\n- [ ] Sent\n\n## Definition of Ready\n[Definition of Ready to be defined]\n\n\
        ## Definition of Done\n- Seen\n\n## Files Affected\n- src/ship.ts\n\n## Implementation Notes\n[Notes to be added]\n\n\
        ## Review Feedback\nToo slow\n\n## Error Context\n[Error context if any]\n\n## Git Context\n- Branch: ship\n- Commit: [To be created]\n- PR: #12\n";
    sandbox.write("old/tasks/ready/task-a1-aa.md", &task("task-a1-aa", "ready", "2026-01-03T00:00:00Z", whole));
    sandbox.write("old/tasks/completed/task-a1-aa.md", &task("task-a1-aa", "completed", "2026-01-04T00:00:00Z", whole));
    sandbox
        .write("old/tasks/feedback/task-b2-bb.md", &task("task-b2-bb", "in-progress", "2026-01-03T00:00:00Z", whole));
    sandbox.write(
        "old/tasks/failed/task-c3-cc.md",
        &task(
            "task-c3-xx",
            "failed",
            "2026-01-03T00:00:00Z",
            "## Goal\n[Goal to be defined]\n\n## Error Context\nIt rained\n",
        ),
    );
    sandbox.write("old/notes/x.md", "x\n");
    insta::assert_snapshot!(imported(&sandbox, "legacy old"), @r#"
    3 tasks in old (1 ready, 1 done, 1 failed)
    3 created, 0 updated, 0 unchanged
    6 boxes (3 ticked), 0 dependencies, 0 parents, 0 comments
    4 fields kept as text, in the section Imported: status 1, updated 3
    --- stderr ---
    warning: notes/x.md: it lies in none of the state folders; it is left out
    warning: tasks/failed/task-c3-cc.md: its first line says task-c3-xx, its name task-c3-cc, which counts
    warning: tasks/feedback/task-b2-bb.md: task-b2-bb says `in-progress` but lies in feedback, which counts
    warning: tasks/feedback/task-b2-bb.md: task-b2-bb came back, but its error context is a placeholder: what failed was overwritten
    warning: tasks/ready/task-a1-aa.md: task-a1-aa lies in tasks/completed/task-a1-aa.md too, with different content; the newer file counts
    hint: commit it so that everybody has it: git add .mcp && git commit -m "Import tasks"
    "#);
    insta::assert_snapshot!(places(&sandbox), @"
    legacy:task-a1-aa done
    legacy:task-b2-bb ready
    legacy:task-c3-cc failed
    ");
    insta::assert_snapshot!(text_of(&sandbox, "legacy:task-a1-aa"), @r##"
    ---
    id: <legacy:task-a1-aa>
    title: Ship it
    priority: P0
    assignee: cursor
    created: [TIME]
    rev: 1
    branch: ship
    pr: "#12"
    source: legacy:task-a1-aa
    imported: {…}
    ---
    ## Goal

    Ship

    ## Acceptance criteria

    - [x] Built
    - [ ] Sent

    ## Definition of done

    - [x] Seen

    ## Files affected

    - src/ship.ts

    ## Review feedback

    Too slow

    ## As it lay in tasks/ready/task-a1-aa.md

    > # Task: task-a1-aa - Ship it
    >
    > ## Status: ready
    > ## Priority: P0
    > ## Agent: cursor
    > ## Created: 2026-01-02T03:04:05.678Z
    > ## Last Updated: [TIME]
    >
    > ## Goal
    > Ship
    >
    > ## Acceptance Criteria
    > - [x] Built
    > - [ ] Sent
    >
    > ## Definition of Ready
    > [Definition of Ready to be defined]
    >
    > ## Definition of Done
    > - Seen
    >
    > ## Files Affected
    > - src/ship.ts
    >
    > ## Implementation Notes
    > [Notes to be added]
    >
    > ## Review Feedback
    > Too slow
    >
    > ## Error Context
    > [Error context if any]
    >
    > ## Git Context
    > - Branch: ship
    > - Commit: [To be created]
    > - PR: #12

    ## Imported

    - updated: [TIME]

    ## Log

    - [TIME] ada imported from legacy task-a1-aa
    "##);
    insta::assert_snapshot!(text_of(&sandbox, "legacy:task-b2-bb"), @r##"
    ---
    id: <legacy:task-b2-bb>
    title: Ship it
    priority: P0
    assignee: cursor
    created: [TIME]
    rev: 1
    branch: ship
    pr: "#12"
    source: legacy:task-b2-bb
    imported: {…}
    ---
    ## Goal

    Ship

    ## Acceptance criteria

    - [x] Built
    - [ ] Sent

    ## Definition of done

    - [ ] Seen

    ## Files affected

    - src/ship.ts

    ## Review feedback

    Too slow

    ## Imported

    - status: in-progress
    - updated: [TIME]

    ## Log

    - [TIME] ada imported from legacy task-b2-bb
    "##);
}

/// A task file as the first tool writes it: fields first, then every section, with what it writes where nothing was said.
fn legacy_file(random: &mut fastrand::Rng, id: &str, state: &str) -> (String, usize, usize) {
    let said = |random: &mut fastrand::Rng, words: &str, otherwise: &str| match random.bool() {
        true => words.to_owned(),
        false => otherwise.to_owned(),
    };
    let mut counts = (0, 0);
    let mut boxes = |random: &mut fastrand::Rng, name: &str, is_counted: bool| {
        let lines: Vec<_> = (0..random.usize(..4))
            .map(|number| {
                let is_met = random.bool();
                counts.0 += usize::from(is_counted);
                counts.1 += usize::from(is_counted && is_met);
                format!("- [{}] {name} {number}", if is_met { "x" } else { " " })
            })
            .collect();
        if lines.is_empty() { format!("- [ ] [{name} to be defined]") } else { lines.join("\n") }
    };
    let (criteria, ready, done) =
        (boxes(random, "Criteria", true), boxes(random, "DoR", false), boxes(random, "DoD", true));
    let fields = match random.bool() {
        true => format!(
            "## Classification: {}\n\n## Approach: {}\n\n## Review Cycles: {}/1\n\n",
            said(random, "non_functional", "[Classification to be determined]"),
            said(random, "TDD: RED then GREEN", "[Approach to be determined]"),
            random.u8(..2),
        ),
        false => String::new(),
    };
    let text = format!(
        "# Task: {id} - Make {id}\n\n## Status: {state}\n\n## Priority: P{}\n\n## Agent: {}\n\n{fields}## Created: 2025-10-11T18:01:27.534Z\n\
         ## Last Updated: 2025-10-11T18:24:13.856Z\n\n## Overview\n{}\n\n## Goal\n{}\n\n## Acceptance Criteria\n{criteria}\n\n## Definition of Ready\n{ready}\n\n\
         ## Definition of Done\n{done}\n\n## Files Affected\n{}\n\n## Implementation Notes\n{}\n\n## Review Feedback\n{}\n\n\
         ## Feedback Resolution Status\n✅ Resolved\n\n## Error Context\n{}\n\n## Git Context\n- Branch: {}\n- Commit: {}\n- PR: {}\n",
        random.u8(..3),
        random.choice(["cursor", "codex", "unassigned"]).expect("one"),
        said(random, "What it is about", "[Overview to be defined]"),
        said(random, "What should be true", "[Goal to be defined]"),
        said(random, "- src/a.ts\n- [x] src/b.ts", "- [Files to be identified]"),
        said(random, "**Notes:**\n```bash\nnpm run x # no heading\n```", "[Implementation notes will be added here]"),
        said(random, "✅ **Good:**\n- fine", "[Review feedback will be added here]"),
        said(random, "It broke", "[Error context will be added here]"),
        said(random, "main", "[Branch to be set]"),
        said(random, "feat: it", "[Commit to be set]"),
        said(random, "#7", "[PR to be set]"),
    );
    (text, counts.0, counts.1)
}

#[test]
fn a_board_of_the_first_tool_comes_over_to_the_last_box() {
    const FOLDERS: [(&str, &str); 7] = [
        ("pending", "pending"),
        ("ready", "ready"),
        ("in-progress", "in-progress"),
        ("review", "review"),
        ("feedback", "ready"),
        ("completed", "done"),
        ("failed", "failed"),
    ];
    let sandbox = Sandbox::with_board();
    let mut random = fastrand::Rng::with_seed(5);
    let (mut states, mut boxes, mut ticked) = (std::collections::BTreeMap::<String, usize>::new(), 0, 0);
    for number in 0..60 {
        let id = format!("task-mg{number:02}z32-ck2t0");
        let (folder, state) = FOLDERS[random.usize(..FOLDERS.len())];
        let (text, all, met) = legacy_file(&mut random, &id, folder);
        sandbox.write(&format!("old/{folder}/{id}.md"), &text);
        *states.entry(state.to_owned()).or_default() += 1;
        (boxes, ticked) = (boxes + all, ticked + met);
    }
    let document = sandbox.mcp("import legacy old --json").success().json();
    let found = &document["import"];
    assert_eq!(found["states"], serde_json::json!(states));
    assert_eq!((&found["boxes"], &found["boxes_ticked"]), (&serde_json::json!(boxes), &serde_json::json!(ticked)));
    let texts: String = sandbox
        .files()
        .iter()
        .filter(|path| path.starts_with(".mcp/tasks/") && path.ends_with(".md"))
        .map(|path| sandbox.read(path))
        .collect();
    for placeholder in ["to be defined]", "to be identified]", "to be determined]", "will be added here]", "to be set]"]
    {
        assert!(!texts.contains(placeholder), "{placeholder}");
    }
    let kept: Vec<_> = found["kept_as_text"].as_object().expect("an object").keys().cloned().collect();
    assert_eq!(kept, ["approach", "commit", "review cycles", "status", "updated"]);
    let before = super::digests(&sandbox);
    let _ = sandbox.mcp("import legacy old").success();
    assert_eq!(super::digests(&sandbox), before);
}

#[test]
fn issues_of_github_come_over_whole() {
    let sandbox = Sandbox::with_board();
    sandbox.write(
        "issues.json",
        r###"[
          { "number": 4, "title": "Boil", "body": "Hot.\r\n\r\n## Acceptance criteria\r\n\r\n- [ ] Steam\r\n- [x] Noise\r\n\r\n## Notes\r\n\r\nMind the lid\r\n\r\nDepends on #3 and other/repo#8", "state": "OPEN", "url": "https://github.com/example/kettle/issues/4",
            "labels": [{ "name": "bug" }, { "name": "priority: high" }], "assignees": [{ "login": "ada" }, { "login": "bo" }], "author": { "login": "bo" }, "createdAt": "2026-03-01T00:00:00Z",
            "milestone": { "title": "Tea" }, "comments": [{ "author": { "login": "codex" }, "body": "On it", "createdAt": "2026-03-02T00:00:00Z" }] },
          { "number": 3, "title": "Fill", "body": "", "state": "CLOSED", "stateReason": "COMPLETED", "url": "https://github.com/example/kettle/issues/3", "closedAt": "2026-03-01T00:00:00Z" },
          { "number": 2, "title": "Sing", "body": null, "state": "closed", "state_reason": "not_planned", "html_url": "https://github.com/example/kettle/issues/2", "user": { "login": "bo" }, "comments": 3, "assignee": null },
          { "number": 1, "title": "A change", "state": "open", "html_url": "https://github.com/example/kettle/pull/1", "pull_request": {} }
        ]"###,
    );
    insta::assert_snapshot!(imported(&sandbox, "github issues.json"), @r#"
    3 tasks in issues.json (1 pending, 1 done, 1 failed)
    3 created, 0 updated, 0 unchanged
    2 boxes (1 ticked), 1 dependency, 0 parents, 1 comment
    8 fields kept as text, in the section Imported: also assigned to 1, author 2, closed 1, state reason 1, url 3
    --- stderr ---
    warning: issues.json #4: example/kettle#4 is also assigned to bo
    warning: issues.json #1: example/kettle#1 is a pull request, not an issue; it is left out
    hint: commit it so that everybody has it: git add .mcp && git commit -m "Import tasks"
    "#);
    insta::assert_snapshot!(places(&sandbox), @"
    github:example/kettle#2 failed
    github:example/kettle#3 done
    github:example/kettle#4 pending
    ");
    insta::assert_snapshot!(text_of(&sandbox, "github:example/kettle#4"), @r#"
    ---
    id: <github:example/kettle#4>
    title: Boil
    priority: P0
    kind: bug
    labels: [bug, "priority: high"]
    milestone: Tea
    depends_on: [<github:example/kettle#3>]
    assignee: ada
    created: [TIME]
    rev: 1
    source: github:example/kettle#4
    imported: {…}
    ---
    ## Goal

    Hot.

    ## Acceptance criteria

    - [ ] Steam
    - [x] Noise

    ## Implementation notes

    Mind the lid

    Depends on #3 and other/repo#8

    ## Imported

    - also assigned to: bo
    - author: bo
    - url: https://github.com/example/kettle/issues/4

    ## Log

    - [TIME] codex note: On it
    - [TIME] ada imported from github example/kettle#4
    "#);
}

#[test]
fn what_is_not_of_the_format_is_refused_with_its_place() {
    let sandbox = Sandbox::with_board();
    sandbox.write("bad.jsonl", "{\"id\":\"a\",\"title\":\"b\"}\n{\"id\":\n");
    sandbox.write("bad.json", "{\"a\": 1}");
    sandbox.write("empty/x.txt", "x");
    let lines = [
        "ada$ mcp import beads bad.jsonl",
        "ada$ mcp import task-master bad.json",
        "ada$ mcp import backlog empty",
        "ada$ mcp import plan nowhere.md",
        "ada$ mcp import jira x",
        "ada$ mcp list --all",
    ];
    insta::assert_snapshot!(sandbox.typed(&lines), @r#"
    ada$ mcp import beads bad.jsonl
    error: bad.jsonl:2: EOF while parsing a value at line 1 column 6
    hint: docs/import.md tells what each format looks like
    --- exit 1 ---
    ada$ mcp import task-master bad.json
    error: bad.json: it has no list `tasks`, neither below a tag nor at the top
    hint: docs/import.md tells what each format looks like
    --- exit 1 ---
    ada$ mcp import backlog empty
    error: empty has no file of backlog
    hint: their names end in .md or config.yml or config.yaml
    --- exit 2 ---
    ada$ mcp import plan nowhere.md
    error: there is no nowhere.md
    hint: name a file or folder; `-` reads stdin
    --- exit 2 ---
    ada$ mcp import jira x
    error: invalid value 'jira' for '<FORMAT>'
      [possible values: backlog, beads, task-master, legacy, github, plan, mcp]

    For more information, try '--help'.
    --- exit 2 ---
    ada$ mcp list --all
    the board is empty; `mcp create "What is to be done"` writes a task down
    "#);
}
