//! What those who work in two clones see of each other.

use super::world::World;

#[test]
fn a_claim_made_in_one_clone_is_refused_in_another_which_learns_who_has_it() {
    let world = World::new();
    world.clone("desk");
    insta::assert_snapshot!(world.sandbox.typed(&[
        "bo$ mcp create 'Retry health checks' --ready --goal g --ac a -k chore",
        "cy$ cd ../desk && mcp sync",
        "cy$ cd ../desk && mcp claim T1",
        "bo$ mcp claim T1",
        "bo$ mcp list",
        "bo$ mcp release T1 --force --reason mine",
        "cy$ cd ../desk && mcp release T1",
        "bo$ mcp claim T1",
        "cy$ cd ../desk && mcp claim T1",
    ]), @"
    bo$ mcp create 'Retry health checks' --ready --goal g --ac a -k chore
    T1
    T1 prepared: Retry health checks (pending → ready)
    its file is .mcp/tasks/ready/T1-retry-health-checks.md
    hint: `mcp claim T1` starts work on it
    cy$ cd ../desk && mcp sync
    T1        taken in
    cy$ cd ../desk && mcp claim T1
    T1
    T1 claimed by cy: Retry health checks (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    bo$ mcp claim T1
    error: T1 is held by cy in [WORLD]/desk on box for [SPAN]
    hint: `mcp show T1` tells more, `mcp next` finds you another
    --- exit 4 ---
    bo$ mcp list
    ID        STATE        P   KIND   ASSIGNEE  TITLE
    T1        in-progress  P1  chore  cy        Retry health checks
    bo$ mcp release T1 --force --reason mine
    error: T1 is checked out in [WORLD]/desk on box
    hint: run the command there
    --- exit 1 ---
    cy$ cd ../desk && mcp release T1
    T1
    T1 released: Retry health checks (in-progress → ready)
    bo$ mcp claim T1
    T1
    T1 claimed by bo: Retry health checks (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    cy$ cd ../desk && mcp claim T1
    error: T1 is held by bo in [WORLD]/repo on box for [SPAN]
    hint: `mcp show T1` tells more, `mcp next` finds you another
    --- exit 4 ---
    ");
}

#[test]
fn what_is_said_in_another_clone_comes_into_the_holders_file_by_sync() {
    let world = World::new();
    let desk = world.clone("desk");
    insta::assert_snapshot!(world.sandbox.typed(&[
        "bo$ MCP_TEST_NOW=2026-11-20T12:00:01Z mcp create 'Retry health checks' --ready --goal g --ac a -k chore",
        "bo$ MCP_TEST_NOW=2026-11-20T12:00:02Z mcp claim T1",
        "bo$ MCP_TEST_NOW=2026-11-20T12:00:03Z mcp note T1 -m 'the proxy resets'",
        "cy$ cd ../desk && MCP_TEST_NOW=2026-11-20T12:00:04Z mcp sync",
        "cy$ cd ../desk && MCP_TEST_NOW=2026-11-20T12:00:05Z mcp note T1 -m 'the proxy is mine'",
        "cy$ cd ../desk && MCP_TEST_NOW=2026-11-20T12:00:06Z mcp sync",
        "bo$ MCP_TEST_NOW=2026-11-20T12:00:07Z mcp note T1 -m 'asked for its log'",
        "bo$ MCP_TEST_NOW=2026-11-20T12:00:08Z mcp sync",
        "bo$ sed -n '/^## Log/,$p' .mcp/tasks/in-progress/T1*",
        "cy$ cd ../desk && MCP_TEST_NOW=2026-11-20T12:00:09Z mcp sync",
        "bo$ MCP_TEST_NOW=2026-11-20T12:00:10Z mcp sync",
    ]), @"
    bo$ MCP_TEST_NOW=2026-11-20T12:00:01Z mcp create 'Retry health checks' --ready --goal g --ac a -k chore
    T1
    T1 prepared: Retry health checks (pending → ready)
    its file is .mcp/tasks/ready/T1-retry-health-checks.md
    hint: `mcp claim T1` starts work on it
    bo$ MCP_TEST_NOW=2026-11-20T12:00:02Z mcp claim T1
    T1
    T1 claimed by bo: Retry health checks (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    bo$ MCP_TEST_NOW=2026-11-20T12:00:03Z mcp note T1 -m 'the proxy resets'
    T1
    T1 noted: Retry health checks (in in-progress)
    cy$ cd ../desk && MCP_TEST_NOW=2026-11-20T12:00:04Z mcp sync
    T1        taken in
    cy$ cd ../desk && MCP_TEST_NOW=2026-11-20T12:00:05Z mcp note T1 -m 'the proxy is mine'
    T1
    T1 noted: Retry health checks (in in-progress)
    kept for the file in [WORLD]/repo on box, which takes it up
    cy$ cd ../desk && MCP_TEST_NOW=2026-11-20T12:00:06Z mcp sync
    T1        sent
    bo$ MCP_TEST_NOW=2026-11-20T12:00:07Z mcp note T1 -m 'asked for its log'
    T1
    T1 noted: Retry health checks (in in-progress)
    bo$ MCP_TEST_NOW=2026-11-20T12:00:08Z mcp sync
    T1        merged
    T1        sent
    T1 now has what was said of it elsewhere: .mcp/tasks/in-progress/T1-retry-health-checks.md
    bo$ sed -n '/^## Log/,$p' .mcp/tasks/in-progress/T1*
    ## Log

    - [TIME] bo created
    - [TIME] bo prepared
    - [TIME] bo claimed on main
    - [TIME] bo note: the proxy resets
    - [TIME] cy note: the proxy is mine
    - [TIME] bo note: asked for its log
    cy$ cd ../desk && MCP_TEST_NOW=2026-11-20T12:00:09Z mcp sync
    T1        taken in
    bo$ MCP_TEST_NOW=2026-11-20T12:00:10Z mcp sync
    origin and this clone say the same
    ");
    assert_eq!(world.git(&desk, &["status", "--short"]), "");
}

#[test]
fn offline_is_refused_with_a_way_on_and_settled_by_the_next_sync() {
    let world = World::new();
    world.clone("desk");
    insta::assert_snapshot!(world.sandbox.typed(&[
        "bo$ mcp create 'Retry health checks' --ready --goal g --ac a -k chore",
        "cy$ cd ../desk && mcp sync",
        "bo$ mv ../hub.git ../away.git",
        "bo$ mcp claim T1 2>&1 | sed 's/did not answer: .*/did not answer: …/'",
        "bo$ mcp claim T1 --offline",
        "bo$ mcp show T1 | grep claim",
        "bo$ mcp note T1 -m 'begun on the train'",
        "cy$ mv ../away.git ../hub.git",
        "cy$ cd ../desk && mcp claim T1",
        "bo$ mcp sync",
        "bo$ mcp note T1 -m 'what now?'",
        "bo$ mcp release T1",
        "bo$ echo more >> code.txt && git commit -qam More; git status --short",
        "bo$ mcp list",
        "bo$ mcp sync",
        "cy$ cd ../desk && mcp sync",
        "cy$ cd ../desk && sed -n '/^## Log/,$p' .mcp/tasks/in-progress/T1*",
    ]), @"
    bo$ mcp create 'Retry health checks' --ready --goal g --ac a -k chore
    T1
    T1 prepared: Retry health checks (pending → ready)
    its file is .mcp/tasks/ready/T1-retry-health-checks.md
    hint: `mcp claim T1` starts work on it
    cy$ cd ../desk && mcp sync
    T1        taken in
    bo$ mv ../hub.git ../away.git
    bo$ mcp claim T1 2>&1 | sed 's/did not answer: .*/did not answer: …/'
    error: origin, which settles claims, did not answer: …
    hint: `--offline` goes on without it and marks what it does; `mcp sync` settles it once origin answers
    bo$ mcp claim T1 --offline
    T1
    T1 claimed by bo: Retry health checks (ready → in-progress)
    origin has not heard of it yet, and others may be quicker: `mcp sync` tells it
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    bo$ mcp show T1 | grep claim
    - [TIME] bo claimed on main
    bo$ mcp note T1 -m 'begun on the train'
    T1
    T1 noted: Retry health checks (in in-progress)
    cy$ mv ../away.git ../hub.git
    cy$ cd ../desk && mcp claim T1
    T1
    T1 claimed by cy: Retry health checks (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    bo$ mcp sync
    T1        merged
    T1        sent
    warning: what was done here to T1 came too late: cy holds it in [WORLD]/desk on box
    hint: its file and your commits stay as they are; `mcp log T1` has what both sides did
    --- exit 4 ---
    bo$ mcp note T1 -m 'what now?'
    T1
    T1 noted: Retry health checks (in in-progress)
    kept for the file in [WORLD]/desk on box, which takes it up
    bo$ mcp release T1
    error: T1 was taken over: this worktree held it at epoch 0, it is now at epoch 1 and held by cy
    hint: keep your work on a branch of its own and tell the holder: `mcp note T1 -m TEXT`
    --- exit 4 ---
    bo$ echo more >> code.txt && git commit -qam More; git status --short
    error: T1 was taken over: this worktree held it at epoch 0, it is now at epoch 1 and held by cy
    hint: keep your work on a branch of its own and tell the holder: `mcp note T1 -m TEXT`
     M code.txt
    ?? .mcp/tasks/in-progress/T1-retry-health-checks.md
    bo$ mcp list
    ID        STATE        P   KIND   ASSIGNEE  TITLE
    T1        in-progress  P1  chore  cy        Retry health checks
    bo$ mcp sync
    T1        sent
    cy$ cd ../desk && mcp sync
    T1        taken in
    T1        sent
    T1 now has what was said of it elsewhere: .mcp/tasks/in-progress/T1-retry-health-checks.md
    cy$ cd ../desk && sed -n '/^## Log/,$p' .mcp/tasks/in-progress/T1*
    ## Log

    - [TIME] bo created
    - [TIME] bo prepared
    - [TIME] bo claimed on main
    - [TIME] bo note: begun on the train
    - [TIME] cy claimed on main
    - [TIME] bo the claim of bo, of which origin had not heard, gave way: cy holds it
    - [TIME] bo note: what now?
    ");
}

#[test]
fn a_worktree_made_for_a_claim_that_another_clone_has_is_gone_again() {
    let world = World::new();
    world.clone("desk");
    insta::assert_snapshot!(world.sandbox.typed(&[
        "bo$ mcp create 'Retry health checks' --ready --goal g --ac a -k chore -q",
        "cy$ cd ../desk && mcp sync -q && mcp claim T1 -q",
        "bo$ mcp claim T1 --worktree",
        "bo$ git worktree list | wc -l; git branch --list 'task/*'; ls ..",
        "bo$ mcp doctor",
    ]), @"
    bo$ mcp create 'Retry health checks' --ready --goal g --ac a -k chore -q
    T1
    cy$ cd ../desk && mcp sync -q && mcp claim T1 -q
    T1        taken in
    T1
    bo$ mcp claim T1 --worktree
    error: T1 is held by cy in [WORLD]/desk on box for [SPAN]
    hint: `mcp show T1` tells more, `mcp next` finds you another
    --- exit 4 ---
    bo$ git worktree list | wc -l; git branch --list 'task/*'; ls ..
    1
    desk
    home
    hub.git
    repo
    bo$ mcp doctor
    ");
}
