//! Plans in markdown, as people and chat agents write them.

use super::super::support::Sandbox;
use super::{imported, places, text_of};

const HEADINGS: &str = "---\nlabels: [boat]\n---\n# Plan\n\nA boat in six tasks.\n\n## Task 1 — Hull ✅ DONE\n\n**Task title and number**: T1: Build the hull\n**Overview**: Wood.\n**Goal**: It floats.\n\
    **Acceptance criteria**:\n\t•\tNo holes\n\t•\tNo leaks\n**Definition of done**: Launched; dry inside.\n**How bo will validate**: Step in.\n**Approximate size**: ~5 planks.\n**Status**: ✅ COMPLETED - in the old yard\n\n\
    ## Task 2 — Mast (later)\n\n**Priority**: P0\n**Owner**: @codex\n**Dependencies**: Task 1 (Hull), Task 9\n\n### Acceptance criteria\n\n- [x] Straight\n- [ ] ✅ Tall\n\n### Drawing\n\n```sh\n# Task 3 — not this\nStatus: done\n```\n\n---\n\n# More\n\n⸻\n\n\
    Task 2 — Mast\n\nTask title and number: T3: Build the mast\nGoal: It stands.\nAcceptance criteria:\n\t•\tUpright\nDepends on: Build the hull\nValidation: Shake it.\n\n⸻\n\nThat is all.\n";

#[test]
fn headings_with_fields_are_tasks() {
    let sandbox = Sandbox::with_board();
    sandbox.write("boat.md", HEADINGS);
    insta::assert_snapshot!(imported(&sandbox, "plan boat.md"), @r#"
    3 tasks in boat.md (2 pending, 1 done)
    3 created, 0 updated, 0 unchanged
    6 boxes (4 ticked), 2 dependencies, 0 parents, 0 comments
    4 fields kept as text, in the section Imported: depends on 1, heading 2, status 1
    --- stderr ---
    warning: boat.md:45: its heading says T2, its title T3; the heading counts
    warning: boat.md:45: the numbering starts over: T2 comes after T2 of line 21
    warning: boat.md:6: 2 lines stand outside of any task and are left out: 6, 56
    warning: boat.md:45: boat#T2 is there already at boat.md:21; this one is called boat#T2~2
    warning: boat.md:21: boat#T2 depends on Task 9, which is not there
    hint: commit it so that everybody has it: git add .mcp && git commit -m "Import tasks"
    "#);
    insta::assert_snapshot!(places(&sandbox), @"
    plan:boat#T1 done
    plan:boat#T2 pending
    plan:boat#T2~2 pending
    ");
    insta::assert_snapshot!(text_of(&sandbox, "plan:boat#T1"), @r#"
    ---
    id: <plan:boat#T1>
    title: Build the hull
    size: "~5 planks."
    labels: [boat]
    created: [TIME]
    rev: 1
    source: plan:boat#T1
    imported: {…}
    ---
    ## Goal

    Wood.

    It floats.

    ## Acceptance criteria

    - [x] No holes
    - [x] No leaks

    ## Definition of done

    - [x] Launched; dry inside.

    ## Validation

    Step in.

    ## Imported

    - status: ✅ COMPLETED - in the old yard
    - heading: Hull

    ## Log

    - [TIME] ada imported from plan boat#T1
    "#);
    insta::assert_snapshot!(text_of(&sandbox, "plan:boat#T2"), @r#"
    ---
    id: <plan:boat#T2>
    title: Mast (later)
    priority: P0
    labels: [boat]
    depends_on: [<plan:boat#T1>]
    assignee: codex
    created: [TIME]
    rev: 1
    blocked: {kind: dependency, reason: "waits for Task 9, which was not imported"}
    source: plan:boat#T2
    imported: {…}
    ---
    ## Acceptance criteria

    - [x] Straight
    - [ ] ✅ Tall

    ## Drawing

    ```sh
    # Task 3 — not this
    Status: done
    ```

    ## Imported

    - depends on: Task 9

    ## Log

    - [TIME] ada imported from plan boat#T2
    "#);
    insta::assert_snapshot!(text_of(&sandbox, "plan:boat#T2~2"), @"
    ---
    id: <plan:boat#T2~2>
    title: Build the mast
    labels: [boat]
    depends_on: [<plan:boat#T1>]
    created: [TIME]
    rev: 1
    source: plan:boat#T2~2
    imported: {…}
    ---
    ## Goal

    It stands.

    ## Acceptance criteria

    - [ ] Upright

    ## Validation

    Shake it.

    ## Imported

    - heading: Mast

    ## Log

    - [TIME] ada imported from plan boat#T2~2
    ");
}

#[test]
fn outer_boxes_are_tasks_and_inner_ones_their_criteria() {
    let sandbox = Sandbox::with_board();
    let plan = "# To do\n\nIntro.\n\n## 1. Kitchen\n\nTasks:\n- [x] Buy `tea`:\n      - green\n- [ ] WEB-7: Boil water\n  - [x] fill\n  - [ ] heat\n- [ ] Pour (depends on WEB-7)\n- no task\n\n## 2. Garden\n\n- [ ] Pour\n- [ ] 浇水\n\n```\n- [ ] not this\n```\n";
    sandbox.write("todo.md", plan);
    insta::assert_snapshot!(imported(&sandbox, "plan todo.md"), @r#"
    5 tasks in todo.md (4 pending, 1 done)
    5 created, 0 updated, 0 unchanged
    2 boxes (1 ticked), 1 dependency, 0 parents, 0 comments
    --- stderr ---
    warning: todo.md:18: todo#pour-2 has the title of todo#pour at todo.md:13: Pour
    warning: todo.md:3: 4 lines stand outside of any task and are left out: 3, 7, 14, 22
    hint: commit it so that everybody has it: git add .mcp && git commit -m "Import tasks"
    "#);
    insta::assert_snapshot!(places(&sandbox), @"
    plan:todo#1905b513 pending
    plan:todo#WEB-7 pending
    plan:todo#buy-tea done
    plan:todo#pour pending
    plan:todo#pour-2 pending
    ");
    insta::assert_snapshot!(text_of(&sandbox, "plan:todo#WEB-7"), @"
    ---
    id: <plan:todo#WEB-7>
    title: Boil water
    milestone: 1. Kitchen
    created: [TIME]
    rev: 1
    source: plan:todo#WEB-7
    imported: {…}
    ---
    ## Goal

    WEB-7: Boil water

    ## Acceptance criteria

    - [x] fill
    - [ ] heat

    ## Log

    - [TIME] ada imported from plan todo#WEB-7
    ");
    insta::assert_snapshot!(text_of(&sandbox, "plan:todo#buy-tea"), @"
    ---
    id: <plan:todo#buy-tea>
    title: Buy tea
    milestone: 1. Kitchen
    created: [TIME]
    rev: 1
    source: plan:todo#buy-tea
    imported: {…}
    ---
    ## Goal

    Buy `tea`:

    - green

    ## Log

    - [TIME] ada imported from plan todo#buy-tea
    ");
}

#[test]
fn rows_of_a_status_table_are_tasks() {
    let sandbox = Sandbox::with_board();
    let plan = "# Board\n\n| # | Task | Status | Depends on | Owner | Room |\n|---|---|---|---|---|---|\n| 1 | Paint | Done | | ada | hall |\n| 2 | Dry | In progress | 1 | | |\n| 3 | Hang | sometime | #2, 1 | bo | |\n\n\
        ## Task 2: Dry\n\nStatus: To do\n\nWait.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";
    sandbox.write("board.md", plan);
    insta::assert_snapshot!(imported(&sandbox, "plan board.md"), @r#"
    3 tasks in board.md (2 pending, 1 done)
    3 created, 0 updated, 0 unchanged
    0 boxes (0 ticked), 2 dependencies, 0 parents, 0 comments
    2 fields kept as text, in the section Imported: Room 1, status 1
    --- stderr ---
    warning: board.md:6: board#T2 is pending where it is described and in-progress in the table, which is left aside
    warning: board.md:7: board#T3 has the status `sometime`; it goes to pending
    hint: commit it so that everybody has it: git add .mcp && git commit -m "Import tasks"
    "#);
    insta::assert_snapshot!(places(&sandbox), @"
    plan:board#T1 done
    plan:board#T2 pending
    plan:board#T3 pending
    ");
    insta::assert_snapshot!(text_of(&sandbox, "plan:board#T3"), @"
    ---
    id: <plan:board#T3>
    title: Hang
    depends_on: [<plan:board#T2>, <plan:board#T1>]
    assignee: bo
    created: [TIME]
    rev: 1
    source: plan:board#T3
    imported: {…}
    ---
    ## Imported

    - status: sometime

    ## Log

    - [TIME] ada imported from plan board#T3
    ");
}
