use crate::support::Sandbox;

#[test]
fn takes_a_ready_task_and_writes_down_branch_and_base() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&["cursor$ mcp claim T1", "cursor$ git status --short"]), @"
    cursor$ mcp claim T1
    T1
    T1 claimed by cursor: One (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    cursor$ git status --short
    ?? .mcp/tasks/in-progress/T1-one.md
    ");
    insta::assert_snapshot!(sandbox.text_of("T1"), @"
    ---
    id: T1
    title: One
    priority: P1
    kind: chore
    functional: no
    assignee: cursor
    created: [TIME]
    rev: 3
    branch: main
    base: [OID]
    ---
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
    - [TIME] cursor claimed on main
    ");
}

#[test]
fn is_exclusive_and_names_the_holder() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp claim T1",
        "cursor$ mcp claim T1",
        "codex$ mcp claim T1",
        "codex$ mcp claim T1 --json",
        "codex$ mcp claim T1 --force --reason 'cursor is gone'",
        "cursor$ mcp note T1 -m 'still here'",
        "cursor$ mcp fail T1",
        "cursor$ mcp claim T1",
        "ada$ mcp log T1",
    ]), @r#"
    cursor$ mcp claim T1
    T1
    T1 claimed by cursor: One (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    cursor$ mcp claim T1
    T1
    T1 is yours already: nothing to do
    codex$ mcp claim T1
    error: T1 is held by cursor in [WORLD]/repo for [SPAN]
    hint: `mcp show T1` tells more, `mcp next` finds you another
    --- exit 4 ---
    codex$ mcp claim T1 --json
    {"schema":1,"error":{"code":"held_by_another","message":"T1 is held by cursor in [WORLD]/repo for [SPAN]","hint":"`mcp show T1` tells more, `mcp next` finds you another","task":"T1"}}
    --- exit 4 ---
    codex$ mcp claim T1 --force --reason 'cursor is gone'
    T1
    T1 claimed by codex: One (in in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    cursor$ mcp note T1 -m 'still here'
    T1
    T1 noted: One (in in-progress)
    cursor$ mcp fail T1
    error: T1 is held by codex in [WORLD]/repo for [SPAN]
    hint: `mcp show T1` tells more, `mcp next` finds you another
    --- exit 4 ---
    cursor$ mcp claim T1
    error: T1 is held by codex in [WORLD]/repo for [SPAN]
    hint: `mcp show T1` tells more, `mcp next` finds you another
    --- exit 4 ---
    ada$ mcp log T1
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  cursor  claimed on main
    [TIME]  codex  claimed on main by force: cursor is gone
    [TIME]  cursor  note: still here
    "#);
    insta::assert_snapshot!(sandbox.board(), @"tasks/in-progress/T1-one.md");
}

#[test]
fn two_sessions_of_one_name_are_two_holders() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ MCP_SESSION=a mcp claim T1",
        "cursor$ MCP_SESSION=b mcp claim T1",
        "cursor$ MCP_SESSION=a mcp claim T1",
    ]), @"
    cursor$ MCP_SESSION=a mcp claim T1
    T1
    T1 claimed by cursor: One (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    cursor$ MCP_SESSION=b mcp claim T1
    error: T1 is held by cursor in [WORLD]/repo for [SPAN]
    hint: `mcp show T1` tells more, `mcp next` finds you another
    --- exit 4 ---
    cursor$ MCP_SESSION=a mcp claim T1
    T1
    T1 is yours already: nothing to do
    ");
}

#[test]
fn takes_what_next_names_when_no_id_is_given() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp create Urgent -p P0 --goal g --ac a --ready --quiet",
        "cursor$ mcp claim",
        "codex$ mcp claim",
        "cursor$ mcp claim",
        "gemini$ mcp claim",
        "gemini$ mcp claim --json",
    ]), @r#"
    ada$ mcp create Urgent -p P0 --goal g --ac a --ready --quiet
    T2
    cursor$ mcp claim
    T2
    T2 claimed by cursor: Urgent (ready → in-progress)
    hint: `mcp show T2` has all of it; commit when you are done, and the checks run
    codex$ mcp claim
    T1
    T1 claimed by codex: One (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    cursor$ mcp claim
    T2
    T2 is yours already: nothing to do
    gemini$ mcp claim
    error: there is nothing that gemini could claim
    hint: `mcp next --explain` tells why each task was passed over
    --- exit 3 ---
    gemini$ mcp claim --json
    {"schema":1,"error":{"code":"nothing_to_do","message":"there is nothing that gemini could claim","hint":"`mcp next --explain` tells why each task was passed over"}}
    --- exit 3 ---
    "#);
}

#[test]
fn starts_a_branch() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    sandbox.ready_task("Two");
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp claim T1 --branch",
        "cursor$ git branch --show-current",
        "cursor$ mcp claim T2 --branch topic/two",
        "cursor$ git branch --show-current",
        "cursor$ mcp show T2 | grep branch",
        "codex$ mcp create Three --goal g --ac a --ready --quiet",
        "codex$ mcp claim T3 --branch 'no..good'",
        "codex$ mcp show T3 | grep state",
    ]), @"
    cursor$ mcp claim T1 --branch
    T1
    T1 claimed by cursor: One (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    cursor$ git branch --show-current
    task/T1
    cursor$ mcp claim T2 --branch topic/two
    T2
    T2 claimed by cursor: Two (ready → in-progress)
    hint: `mcp show T2` has all of it; commit when you are done, and the checks run
    cursor$ git branch --show-current
    topic/two
    cursor$ mcp show T2 | grep branch
      branch     topic/two
    codex$ mcp create Three --goal g --ac a --ready --quiet
    T3
    codex$ mcp claim T3 --branch 'no..good'
    error: `no..good` is not a name for a branch
    hint: such as `--branch task/T3`
    --- exit 2 ---
    codex$ mcp show T3 | grep state
      state      ready
    ");
}

#[test]
fn refuses_what_is_not_ready() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp create Stub --quiet",
        "cursor$ mcp claim T2",
        "ada$ mcp drop T1 --quiet",
        "cursor$ mcp claim T1",
        "cursor$ mcp claim T1 --force --reason 'I want it'",
        "cursor$ mcp claim nonsense",
    ]), @"
    ada$ mcp create Stub --quiet
    T2
    cursor$ mcp claim T2
    error: T2 is in pending, so it cannot be claimed
    hint: `mcp prep T2` makes it ready
    --- exit 1 ---
    ada$ mcp drop T1 --quiet
    T1
    cursor$ mcp claim T1
    error: T1 is in failed, so it cannot be claimed
    hint: `mcp retry T1` makes it ready again
    --- exit 1 ---
    cursor$ mcp claim T1 --force --reason 'I want it'
    error: T1 is in failed, so it cannot be claimed
    hint: `mcp retry T1` makes it ready again
    --- exit 1 ---
    cursor$ mcp claim nonsense
    error: no task's id starts with `nonsense`
    hint: `mcp list --all` names all tasks
    --- exit 1 ---
    ");
}

#[test]
fn refuses_what_waits_or_is_blocked_or_kept() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp create Two --goal g --ac a --ready --depends-on T1 --quiet",
        "cursor$ mcp claim T2",
        "cursor$ mcp block T1 --kind dependency -m 'the vendor is on holiday' --quiet",
        "cursor$ mcp claim T1",
        "cursor$ mcp unblock T1 --quiet",
        "cursor$ mcp ask T1 -m 'Which port?' --quiet",
        "codex$ mcp claim T1",
        "ada$ mcp answer T1 -m 8080 --quiet",
        "ada$ mcp create Three --goal g --ac a --ready --assignee codex --quiet",
        "cursor$ mcp claim T3",
        "cursor$ mcp claim T2 --force --reason 'T1 is nearly there'",
        "codex$ mcp claim T3",
    ]), @"
    ada$ mcp create Two --goal g --ac a --ready --depends-on T1 --quiet
    T2
    cursor$ mcp claim T2
    error: T2 waits for T1
    hint: finish those first; `mcp next` picks what is free
    --- exit 1 ---
    cursor$ mcp block T1 --kind dependency -m 'the vendor is on holiday' --quiet
    T1
    cursor$ mcp claim T1
    error: T1 is blocked (dependency): the vendor is on holiday
    hint: `mcp unblock T1` when that is settled
    --- exit 1 ---
    cursor$ mcp unblock T1 --quiet
    T1
    cursor$ mcp ask T1 -m 'Which port?' --quiet
    T1
    codex$ mcp claim T1
    error: T1 waits for an answer: [TIME] cursor (needs input): Which port?
    hint: `mcp answer T1 -m TEXT` answers it
    --- exit 1 ---
    ada$ mcp answer T1 -m 8080 --quiet
    T1
    ada$ mcp create Three --goal g --ac a --ready --assignee codex --quiet
    T3
    cursor$ mcp claim T3
    error: T3 is kept for codex
    hint: `mcp claim T3 --force --reason TEXT` takes it all the same
    --- exit 4 ---
    cursor$ mcp claim T2 --force --reason 'T1 is nearly there'
    T2
    T2 claimed by cursor: Two (ready → in-progress)
    hint: `mcp show T2` has all of it; commit when you are done, and the checks run
    codex$ mcp claim T3
    T3
    T3 claimed by codex: Three (ready → in-progress)
    hint: `mcp show T3` has all of it; commit when you are done, and the checks run
    ");
}

#[test]
fn counts_in_every_worktree() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    sandbox.git("add -A");
    sandbox.git("commit -q -m board");
    sandbox.worktree("other");
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp claim T1",
        "cursor$ cd ../other && mcp claim T1",
        "codex$ cd ../other && mcp list && mcp next --explain",
    ]), @"
    cursor$ mcp claim T1
    T1
    T1 claimed by cursor: One (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    cursor$ cd ../other && mcp claim T1
    error: T1 is held by cursor in [WORLD]/repo for [SPAN]
    hint: `mcp show T1` tells more, `mcp next` finds you another
    --- exit 4 ---
    codex$ cd ../other && mcp list && mcp next --explain
    ID        STATE        P   KIND   ASSIGNEE  TITLE
    T1        in-progress  P1  chore  cursor    One
      T1 passed over: held by cursor
    error: there is nothing for codex to do
    --- exit 3 ---
    ");
}

#[test]
fn a_task_in_progress_that_nobody_holds_can_be_taken_up() {
    let sandbox = Sandbox::with_board();
    sandbox.write(".mcp/tasks/in-progress/one.md", "---\ntitle: One\nassignee: codex\n---\n");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp create Other 2>&1 | head -1",
        "cursor$ mcp claim T1",
        "codex$ mcp next",
        "codex$ mcp claim T1",
        "ada$ printf -- '---\ntitle: Two\n---\n' > .mcp/tasks/in-progress/two.md; mcp create More 2>&1 | head -1",
        "cursor$ mcp next",
        "cursor$ mcp claim",
    ]), @"
    ada$ mcp create Other 2>&1 | head -1
    took in .mcp/tasks/in-progress/one.md as T1
    cursor$ mcp claim T1
    error: T1 is kept for codex
    hint: `mcp claim T1 --force --reason TEXT` takes it all the same
    --- exit 4 ---
    codex$ mcp next
    T1        in-progress  P1  One
    take it: `mcp claim T1`
    codex$ mcp claim T1
    T1
    T1 claimed by codex: One (in in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    ada$ printf -- '---
    title: Two
    ---
    ' > .mcp/tasks/in-progress/two.md; mcp create More 2>&1 | head -1
    took in .mcp/tasks/in-progress/two.md as T2
    cursor$ mcp next
    T2        in-progress  P1  Two
    take it: `mcp claim T2`
    cursor$ mcp claim
    T2
    T2 claimed by cursor: Two (in in-progress)
    hint: `mcp show T2` has all of it; commit when you are done, and the checks run
    ");
}
