use super::in_review;
use crate::support::Sandbox;

#[test]
fn fail_gives_up_and_retry_tries_again() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp claim T1 --quiet",
        "codex$ mcp fail T1 -m 'not mine'",
        "cursor$ mcp fail T1 -m 'the vendor has no API'",
        "cursor$ mcp fail T1",
        "cursor$ git log -1 --format=%s --name-status",
        "cursor$ git status --short",
        "cursor$ mcp retry T1",
        "cursor$ mcp retry T1",
        "cursor$ mcp claim T1 --quiet && mcp retry T1",
        "ada$ mcp log T1",
    ]), @"
    cursor$ mcp claim T1 --quiet
    T1
    codex$ mcp fail T1 -m 'not mine'
    error: T1 is held by cursor in [WORLD]/repo for [SPAN]
    hint: `mcp show T1` tells more, `mcp next` finds you another
    --- exit 4 ---
    cursor$ mcp fail T1 -m 'the vendor has no API'
    T1
    T1 failed: One (in-progress → failed)
    committed the board as [SHORT]
    cursor$ mcp fail T1
    T1
    T1 is in failed already: nothing to do
    cursor$ git log -1 --format=%s --name-status
    T1: failed

    A	.mcp/tasks/failed/T1-one.md
    cursor$ git status --short
    cursor$ mcp retry T1
    T1
    T1 retried: One (failed → ready)
    cursor$ mcp retry T1
    T1
    T1 is ready already: nothing to do
    cursor$ mcp claim T1 --quiet && mcp retry T1
    T1
    error: T1 is in in-progress, so it cannot be tried again
    hint: `mcp show T1` tells where it is
    --- exit 1 ---
    ada$ mcp log T1
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  cursor  claimed on main
    [TIME]  cursor  failed: the vendor has no API
    [TIME]  cursor  to be tried again
    [TIME]  cursor  claimed on main
    ");
}

#[test]
fn retry_by_somebody_else_frees_it() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp claim T1 --quiet && mcp fail T1 --quiet",
        "ada$ mcp retry T1",
        "codex$ mcp claim T1",
    ]), @"
    cursor$ mcp claim T1 --quiet && mcp fail T1 --quiet
    T1
    T1
    ada$ mcp retry T1
    T1
    T1 retried: One (failed → ready)
    codex$ mcp claim T1
    T1
    T1 claimed by codex: One (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    ");
}

#[test]
fn release_lets_go() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp claim T1 --quiet",
        "codex$ mcp release T1",
        "codex$ mcp release T1 --force --reason 'cursor is on holiday'",
        "cursor$ mcp release T1",
        "codex$ mcp claim T1 --quiet && mcp release T1 -m 'too big for me'",
        "ada$ mcp create Stub --quiet; mcp release T2",
        "ada$ mcp log T1",
    ]), @"
    cursor$ mcp claim T1 --quiet
    T1
    codex$ mcp release T1
    error: T1 is held by cursor in [WORLD]/repo for [SPAN]
    hint: `mcp show T1` tells more, `mcp next` finds you another
    --- exit 4 ---
    codex$ mcp release T1 --force --reason 'cursor is on holiday'
    T1
    T1 released: One (in-progress → ready)
    cursor$ mcp release T1
    T1
    T1 is ready already: nothing to do
    codex$ mcp claim T1 --quiet && mcp release T1 -m 'too big for me'
    T1
    T1
    T1 released: One (in-progress → ready)
    ada$ mcp create Stub --quiet; mcp release T2
    T2
    error: `T2` is too short to name a task
    hint: type at least three characters of its id; `mcp list --all` names all
    --- exit 2 ---
    ada$ mcp log T1
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  cursor  claimed on main
    [TIME]  codex  released by force: cursor is on holiday
    [TIME]  codex  claimed on main
    [TIME]  codex  released: too big for me
    ");
    insta::assert_snapshot!(sandbox.board(), @"
    tasks/pending/T2-stub.md
    tasks/ready/T1-one.md
    ");
}

#[test]
fn reopen_takes_up_what_was_done() {
    let sandbox = in_review();
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp reopen T1",
        "cursor$ mcp complete T1 --quiet",
        "ada$ mcp reopen T1 -m 'it came back in production'",
        "ada$ mcp reopen T1",
        "ada$ mcp list",
        "codex$ mcp claim T1",
    ]), @"
    cursor$ mcp reopen T1
    error: T1 is in review, so it cannot be reopened
    hint: `mcp show T1` tells where it is
    --- exit 1 ---
    cursor$ mcp complete T1 --quiet
    T1
    ada$ mcp reopen T1 -m 'it came back in production'
    T1
    T1 reopened: One (done → ready)
    ada$ mcp reopen T1
    T1
    T1 is ready already: nothing to do
    ada$ mcp list
    ID        STATE  P   KIND   TITLE
    T1        ready  P1  chore  One
    codex$ mcp claim T1
    T1
    T1 claimed by codex: One (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    ");
}

#[test]
fn drop_takes_a_task_off_the_board() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    sandbox.ready_task("The same");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp drop T2 --duplicate-of T2",
        "ada$ mcp drop T2 --duplicate-of zzz",
        "ada$ mcp drop T2 --duplicate-of T1",
        "ada$ mcp drop T2 --duplicate-of T1",
        "cursor$ mcp claim T1 --quiet",
        "ada$ mcp drop T1 -m 'nobody needs it'",
        "ada$ mcp drop T1 -m 'nobody needs it' --force --reason 'cursor agrees'",
        "cursor$ mcp next",
        "ada$ mcp retry T1",
        "ada$ git status --short",
    ]), @r#"
    ada$ mcp drop T2 --duplicate-of T2
    error: T2 cannot be a duplicate of itself
    --- exit 2 ---
    ada$ mcp drop T2 --duplicate-of zzz
    error: no task's id starts with `zzz`
    hint: `mcp list --all` names all tasks
    --- exit 1 ---
    ada$ mcp drop T2 --duplicate-of T1
    T2
    T2 dropped: The same (ready → failed)
    committed the board as [SHORT]
    ada$ mcp drop T2 --duplicate-of T1
    T2
    T2 has been dropped already: nothing to do
    cursor$ mcp claim T1 --quiet
    T1
    ada$ mcp drop T1 -m 'nobody needs it'
    error: T1 is held by cursor in [WORLD]/repo for [SPAN]
    hint: `mcp show T1` tells more, `mcp next` finds you another
    --- exit 4 ---
    ada$ mcp drop T1 -m 'nobody needs it' --force --reason 'cursor agrees'
    T1
    T1 dropped: One (in-progress → failed)
    committed the board as [SHORT]
    cursor$ mcp next
    error: there is nothing for cursor to do
    hint: `mcp create "What is to be done"` writes a task down
    --- exit 3 ---
    ada$ mcp retry T1
    T1
    T1 retried: One (failed → ready)
    ada$ git status --short
     D .mcp/tasks/failed/T1-one.md
    ?? .mcp/tasks/ready/T1-one.md
    "#);
    insta::assert_snapshot!(sandbox.text_of("T2"), @"
    ---
    id: T2
    title: The same
    priority: P1
    kind: chore
    functional: no
    created: [TIME]
    rev: 3
    resolution: duplicate of T1
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
    - [TIME] ada duplicate of T1
    ");
}

#[test]
fn what_is_done_is_neither_failed_nor_dropped() {
    let sandbox = in_review();
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp complete T1 --quiet",
        "cursor$ mcp fail T1",
        "cursor$ mcp drop T1",
        "cursor$ mcp retry T1",
        "cursor$ mcp release T1",
    ]), @"
    cursor$ mcp complete T1 --quiet
    T1
    cursor$ mcp fail T1
    error: T1 is in done, so it cannot be failed
    hint: `mcp reopen T1` makes it ready again
    --- exit 1 ---
    cursor$ mcp drop T1
    error: T1 is in done, so it cannot be dropped
    hint: `mcp reopen T1` makes it ready again
    --- exit 1 ---
    cursor$ mcp retry T1
    error: T1 is in done, so it cannot be tried again
    hint: `mcp show T1` tells where it is
    --- exit 1 ---
    cursor$ mcp release T1
    error: T1 is in done, so it cannot be released
    hint: `mcp show T1` tells where it is
    --- exit 1 ---
    ");
}

#[test]
fn next_and_complete_agree_on_whether_an_approval_is_needed() {
    let sandbox = Sandbox::with_board();
    let (one, two) = (sandbox.ready_task("One"), sandbox.ready_task("Two"));
    for line in [&format!("claim {one}"), &format!("edit {one} --check all")] {
        let _ = sandbox.mcp_as("codex", line).success();
    }
    let _ = sandbox.shell_as("codex", "echo two >> code.txt && git commit -q -a -m work").success();
    insta::assert_snapshot!(sandbox.typed(&["codex$ mcp next"]), @"
    codex$ mcp next
    T1        review  P1  One
    nothing is missing: `mcp complete T1`
    ");
    // Somebody else turns up, on another task.
    let _ = sandbox.mcp_as("bo", &format!("claim {two}")).success();
    insta::assert_snapshot!(sandbox.typed(&["codex$ mcp next --explain 2>&1 | grep -v T2", "codex$ mcp complete T1"]), @"
    codex$ mcp next --explain 2>&1 | grep -v T2
      T1 passed over: waits for somebody else's review
    error: there is nothing for codex to do
    codex$ mcp complete T1
    error: T1 is not done: nobody else has approved it (`mcp review T1 --approve`, by somebody who did not work on it)
    hint: `mcp show T1` has all of it
    --- exit 1 ---
    ");
    let _ = sandbox.mcp_as("bo", &format!("release {two}")).success();
    insta::assert_snapshot!(sandbox.typed(&["codex$ mcp next --explain", "bo$ mcp review T1 --approve", "codex$ mcp next"]), @"
    codex$ mcp next --explain
    T2        ready  P1  Two
    take it: `mcp claim T2`
      T1 passed over: waits for somebody else's review
    bo$ mcp review T1 --approve
    T1
    T1 approved: One (in review)
    hint: `mcp complete T1` finishes it
    codex$ mcp next
    T1        review  P1  One
    nothing is missing: `mcp complete T1`
    ");
}
