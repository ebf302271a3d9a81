//! Takeovers: whoever comes late is told so, by the epoch, and loses nothing of their own.

use super::support::Sandbox;

/// A task that cursor has claimed in the worktree `side`, whose claim says that its lease ended long ago if so asked.
fn claimed_aside(is_expired: bool) -> Sandbox {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    sandbox.git("add -A");
    sandbox.git("commit -q -m board");
    sandbox.worktree("side");
    let id = sandbox.with_ids("T1");
    let _ = sandbox.mcp_as("cursor", &format!("-C ../side claim {id}")).success();
    if is_expired {
        expire(&sandbox, &id);
    }
    sandbox
}

/// Puts the end of a lease into the past, as time would.
fn expire(sandbox: &Sandbox, id: &str) {
    let cell = format!("refs/mcp/tasks/{id}");
    let claim = sandbox.git(&format!("cat-file blob {cell}:claim"));
    let lease = regex::Regex::new(r#""lease": "[^"]*""#).expect("a pattern");
    let claim = lease.replace(&claim, r#""lease": "2020-01-01T00:00:00Z""#).into_owned() + "\n";
    sandbox.write(".git/claim", &claim);
    let blob = sandbox.git("hash-object -w .git/claim");
    let text = sandbox.git(&format!("rev-parse {cell}:task.md"));
    sandbox.write(".git/tree", &format!("100644 blob {blob}\tclaim\n100644 blob {text}\ttask.md\n"));
    let tree = sandbox.shell_as("ada", "git mktree < .git/tree").success().stdout.trim().to_owned();
    // The output of a command is filtered for snapshots; the id of a tree is not what it was.
    assert_eq!(tree, "[OID]");
    let _ = sandbox.shell_as("ada", &format!("git update-ref {cell} $(git mktree < .git/tree)")).success();
}

#[test]
fn a_late_workers_verbs_and_commits_are_refused_and_its_words_arrive() {
    let sandbox = claimed_aside(false);
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ cd ../side && mcp note T1 -m 'half done' --quiet && echo two >> code.txt",
        "codex$ mcp claim T1",
        "codex$ mcp claim T1 --force --reason 'cursor is away'",
        "cursor$ cd ../side && git commit -a -q -m work",
        "cursor$ cd ../side && mcp review T1",
        "cursor$ cd ../side && mcp release T1",
        "cursor$ cd ../side && mcp note T1 -m 'my half is on the branch side'",
        "cursor$ cd ../side && git status --short",
        "cursor$ cd ../side && MCP_TASK=none git commit -a -q -m 'work of mine' && git status --short",
        "codex$ mcp log T1; git status --short",
        "codex$ echo three >> code.txt && git commit -a -q -m work && mcp list",
    ]), @"
    cursor$ cd ../side && mcp note T1 -m 'half done' --quiet && echo two >> code.txt
    T1
    codex$ mcp claim T1
    error: T1 is held by cursor in [WORLD]/side for [SPAN]
    hint: `mcp show T1` tells more, `mcp next` finds you another
    --- exit 4 ---
    codex$ mcp claim T1 --force --reason 'cursor is away'
    T1
    T1 claimed by codex: One (in in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    cursor$ cd ../side && git commit -a -q -m work
    error: T1 was taken over: this worktree held it at epoch 1, it is now at epoch 2 and held by codex
    hint: keep your work on a branch of its own and tell the holder: `mcp note T1 -m TEXT`
    --- exit 1 ---
    cursor$ cd ../side && mcp review T1
    error: T1 was taken over: this worktree held it at epoch 1, it is now at epoch 2 and held by codex
    hint: keep your work on a branch of its own and tell the holder: `mcp note T1 -m TEXT`
    --- exit 4 ---
    cursor$ cd ../side && mcp release T1
    error: T1 was taken over: this worktree held it at epoch 1, it is now at epoch 2 and held by codex
    hint: keep your work on a branch of its own and tell the holder: `mcp note T1 -m TEXT`
    --- exit 4 ---
    cursor$ cd ../side && mcp note T1 -m 'my half is on the branch side'
    T1
    T1 noted: One (in in-progress)
    cursor$ cd ../side && git status --short
     D .mcp/tasks/ready/T1-one.md
     M code.txt
    ?? .mcp/tasks/in-progress/T1-one.md
    cursor$ cd ../side && MCP_TASK=none git commit -a -q -m 'work of mine' && git status --short
    codex$ mcp log T1; git status --short
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  cursor  claimed on side
    [TIME]  cursor  note: half done
    [TIME]  codex  claimed on main by force: cursor is away
    [TIME]  cursor  note: my half is on the branch side
     D .mcp/tasks/ready/T1-one.md
    ?? .mcp/tasks/in-progress/T1-one.md
    codex$ echo three >> code.txt && git commit -a -q -m work && mcp list
    tests passed in [SECONDS]
    T1 goes to review in this commit
    ID        STATE   P   KIND   ASSIGNEE  TITLE
    T1        review  P1  chore  codex     One
    ");
}

#[test]
fn a_release_by_somebody_else_is_told_to_the_late_worker_too() {
    let sandbox = claimed_aside(false);
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ cd ../side && echo two >> code.txt",
        "codex$ mcp release T1 --force --reason 'cursor is away'",
        "cursor$ cd ../side && git commit -a -q -m work",
        "cursor$ cd ../side && mcp claim T1 --quiet && git commit -a -q -m work && mcp list",
    ]), @"
    cursor$ cd ../side && echo two >> code.txt
    codex$ mcp release T1 --force --reason 'cursor is away'
    T1
    T1 released: One (in-progress → ready)
    cursor$ cd ../side && git commit -a -q -m work
    error: T1 was taken over: this worktree held it at epoch 1, it is now at epoch 2 and held by nobody
    hint: keep your work on a branch of its own and tell the holder: `mcp note T1 -m TEXT`
    --- exit 1 ---
    cursor$ cd ../side && mcp claim T1 --quiet && git commit -a -q -m work && mcp list
    T1
    tests passed in [SECONDS]
    T1 goes to review in this commit
    ID        STATE   P   KIND   ASSIGNEE  TITLE
    T1        review  P1  chore  cursor    One
    ");
}

#[test]
fn an_expired_task_is_for_others_only_if_nothing_of_it_is_unmerged() {
    let claim = "codex$ mcp claim T1";
    for work in
        ["echo new > new.txt", "echo two >> code.txt", "echo two >> code.txt && git commit -q --no-verify -a -m work"]
    {
        let sandbox = claimed_aside(true);
        let _ = sandbox.shell_as("cursor", &format!("cd ../side && {work}")).success();
        insta::allow_duplicates! {
            insta::assert_snapshot!(sandbox.typed(&[claim, "codex$ mcp next --explain"]).replace("new.txt is not tracked", "[WHY]")
                .replace("code.txt is changed and not committed", "[WHY]")
                .replace("a commit on side is in no other branch", "[WHY]"), @"
            codex$ mcp claim T1
            error: T1 is held by cursor, whose lease has run out, but [WHY]
            hint: a person who has looked at it hands it over: `mcp claim T1 --force --reason TEXT`
            --- exit 4 ---
            codex$ mcp next --explain
              T1 passed over: held by cursor, whose lease has run out, but [WHY]
            error: there is nothing for codex to do
            --- exit 3 ---
            ");
        }
    }
    let sandbox = claimed_aside(true);
    insta::assert_snapshot!(sandbox.typed(&[
        "codex$ mcp next",
        claim,
        "cursor$ cd ../side && echo two >> code.txt && git commit -a -q -m work",
        "codex$ mcp log T1",
    ]), @"
    codex$ mcp next
    T1        in-progress  P1  One
    take it: `mcp claim T1`
    codex$ mcp claim T1
    T1
    T1 claimed by codex: One (in in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    cursor$ cd ../side && echo two >> code.txt && git commit -a -q -m work
    error: T1 was taken over: this worktree held it at epoch 1, it is now at epoch 2 and held by codex
    hint: keep your work on a branch of its own and tell the holder: `mcp note T1 -m TEXT`
    --- exit 1 ---
    codex$ mcp log T1
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  cursor  claimed on side
    [TIME]  codex  claimed on main, after the lease of cursor ran out
    ");
    let sandbox = claimed_aside(false);
    insta::assert_snapshot!(sandbox.typed(&[claim, "codex$ mcp next --explain"]), @"
    codex$ mcp claim T1
    error: T1 is held by cursor in [WORLD]/side for [SPAN]
    hint: `mcp show T1` tells more, `mcp next` finds you another
    --- exit 4 ---
    codex$ mcp next --explain
      T1 passed over: held by cursor
    error: there is nothing for codex to do
    --- exit 3 ---
    ");
}

#[test]
fn who_drops_or_frees_the_task_of_another_makes_them_late_as_well() {
    let sandbox = claimed_aside(false);
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ cd ../side && echo two >> code.txt",
        "bo$ mcp drop T1 --force --reason 'not wanted'",
        "bo$ git -C ../side log --oneline -1 --format=%s && git -C ../side status --short",
        "cursor$ cd ../side && git commit -a -q -m work",
        "bo$ mcp retry T1 --quiet && mcp claim T1 --quiet",
        "cursor$ cd ../side && git commit -a -q -m work",
        "cursor$ mcp release T1 --force --reason 'in another session' --quiet",
        "bo$ echo three >> code.txt && git commit -a -q -m work",
    ]), @"
    cursor$ cd ../side && echo two >> code.txt
    bo$ mcp drop T1 --force --reason 'not wanted'
    T1
    T1 dropped: One (in-progress → failed)
    committed the board as [SHORT]
    bo$ git -C ../side log --oneline -1 --format=%s && git -C ../side status --short
    T1: dropped
     M code.txt
    cursor$ cd ../side && git commit -a -q -m work
    error: T1 was taken over: this worktree held it at epoch 1, it is now at epoch 2 and held by nobody
    hint: keep your work on a branch of its own and tell the holder: `mcp note T1 -m TEXT`
    --- exit 1 ---
    bo$ mcp retry T1 --quiet && mcp claim T1 --quiet
    T1
    T1
    cursor$ cd ../side && git commit -a -q -m work
    error: T1 was taken over: this worktree held it at epoch 1, it is now at epoch 3 and held by bo
    hint: keep your work on a branch of its own and tell the holder: `mcp note T1 -m TEXT`
    --- exit 1 ---
    cursor$ mcp release T1 --force --reason 'in another session' --quiet
    T1
    bo$ echo three >> code.txt && git commit -a -q -m work
    error: T1 was taken over: this worktree held it at epoch 3, it is now at epoch 4 and held by nobody
    hint: keep your work on a branch of its own and tell the holder: `mcp note T1 -m TEXT`
    --- exit 1 ---
    ");
}

#[test]
fn a_takeover_that_is_undone_leaves_the_worker_to_work_on() {
    let sandbox = claimed_aside(false);
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ cd ../side && echo two >> code.txt",
        "bo$ mcp claim T1 --force --reason 'cursor is away' --quiet",
        "bo$ mcp undo",
        "bo$ mcp undo",
        "cursor$ cd ../side && git status --short",
        "bo$ mcp release T1 --force --reason mine --quiet && mcp undo",
        "cursor$ cd ../side && mcp list && git status --short && git commit -a -q -m work && git status --short",
        "bo$ mcp doctor && cd ../side && mcp doctor",
    ]), @"
    cursor$ cd ../side && echo two >> code.txt
    bo$ mcp claim T1 --force --reason 'cursor is away' --quiet
    T1
    bo$ mcp undo
    T1
    T1 undone: One (in in-progress)
    bo$ mcp undo
    error: there is no verb of bo to undo in this worktree
    hint: `mcp log ID` tells what was done to a task
    --- exit 3 ---
    cursor$ cd ../side && git status --short
     D .mcp/tasks/ready/T1-one.md
     M code.txt
    ?? .mcp/tasks/in-progress/T1-one.md
    bo$ mcp release T1 --force --reason mine --quiet && mcp undo
    T1
    T1
    T1 undone: One (ready → in-progress)
    cursor$ cd ../side && mcp list && git status --short && git commit -a -q -m work && git status --short
    ID        STATE        P   KIND   ASSIGNEE  TITLE
    T1        in-progress  P1  chore  cursor    One
     D .mcp/tasks/ready/T1-one.md
     M code.txt
    ?? .mcp/tasks/in-progress/T1-one.md
    tests passed in [SECONDS]
    T1 goes to review in this commit
    bo$ mcp doctor && cd ../side && mcp doctor
    ");
}
