//! Repositories in formats that libgit2 does not read: the same tests, run again by this very program.
//!
//! `MCP_TEST_REPOSITORY=reftable+sha256 cargo test --test it` runs all of them so; `MCP_GIT=program cargo test --test it` runs
//! them without libgit2. A repository may be `reftable`, `sha256`, `split`, `sparse`, or several with a plus between.

use std::process::Command;

use super::support::Sandbox;

/// What touches the index.
const COMMITS: &[&str] = &["hook::forms::", "git_room::commit::commits_the_paths_alone_and_keeps_what_is_staged"];

/// What touches anything else: one life of a task, a race, late workers.
const LIFE: &[&str] = &[
    "session::",
    "fencing::",
    "race::of_eight_who_claim_at_once_one_wins_and_the_others_are_told_who",
    "git_room::cells::one_of_eight_wins",
    "git_room::cells::no_increment_is_lost",
    "git_room::reading::",
];

/// What chance does to the index: in short forms, but for the full disorder.
const CHANCE: &[&str] =
    &["hook::trees::", "hook::counts::", "hook::operations::", "hook::aborted::", "hook::outcomes::"];

/// Runs the selection on repositories of these formats.
#[track_caller]
fn check(formats: &str, variables: &[(&str, &str)], selections: &[&[&str]]) {
    // Already such a run, of everything.
    if std::env::var_os("MCP_TEST_REPOSITORY").is_some() || std::env::var_os("MCP_GIT").is_some() {
        return;
    }
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(selections.concat()).args(["--test-threads", "2"]).envs(variables.iter().copied());
    let output = command.env("MCP_TEST_REPOSITORY", formats).env("MCP_ROUNDS", "4").output().expect("a run");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains("test result: ok"), "{formats}: {told}");
}

#[test]
fn reftable_and_sha256() {
    check("reftable+sha256", &[], &[COMMITS, LIFE]);
}

#[test]
fn the_program_alone() {
    check("files", &[("MCP_GIT", "program")], &[COMMITS, CHANCE, LIFE]);
}

#[test]
fn a_split_index() {
    check("split", &[], &[COMMITS]);
}

#[test]
fn a_sparse_index() {
    check("sparse", &[], &[COMMITS]);
}

/// Whether git still keeps the index in the way it was told to.
fn is_special(sandbox: &Sandbox, mark: &[u8]) -> bool {
    let index = fs_err::read(sandbox.path(".git/index")).expect("an index");
    index.windows(mark.len()).any(|found| found == mark)
}

#[test]
fn a_claimed_task_in_a_linked_worktree_of_a_new_kind_of_repository() {
    let sandbox = Sandbox::with_board_in("reftable+sha256");
    sandbox.ready_task("Mend it");
    let release = "cd ../repo-worktrees/$(basename ../repo-worktrees/t-*) && mcp release T1";
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ git add -A && git commit -q -m board",
        "ada$ mcp claim T1 --worktree -q",
        "ada$ mcp list && git for-each-ref --format='%(refname)'",
        "bo$ mcp claim T1",
        &format!("ada$ {release}"),
        "ada$ mcp note T1 -m done -q; git worktree list | wc -l; mcp doctor",
    ]), @"
    ada$ git add -A && git commit -q -m board
    ada$ mcp claim T1 --worktree -q
    T1
    ada$ mcp list && git for-each-ref --format='%(refname)'
    ID        STATE        P   KIND   ASSIGNEE  TITLE
    T1        in-progress  P1  chore  ada       Mend it
    refs/heads/main
    refs/heads/task/T1
    refs/mcp/tasks/T1
    bo$ mcp claim T1
    error: T1 is held by ada in [WORLD]/repo-worktrees/T1 for [SPAN]
    hint: `mcp show T1` tells more, `mcp next` finds you another
    --- exit 4 ---
    ada$ cd ../repo-worktrees/$(basename ../repo-worktrees/t-*) && mcp release T1
    T1
    T1 released: Mend it (in-progress → ready)
    the worktree [WORLD]/repo-worktrees/T1 goes with the next mcp command outside of it: nothing in it is needed any more
    ada$ mcp note T1 -m done -q; git worktree list | wc -l; mcp doctor
    T1
    1
    ");
}

#[test]
fn an_index_keeps_its_format_through_a_task_and_its_commits() {
    for (formats, mark) in [("split", b"link"), ("sparse", b"sdir")] {
        let sandbox = Sandbox::with_board_in(formats);
        let id = sandbox.claimed_task("Mend it");
        assert!(is_special(&sandbox, mark), "{formats}");
        sandbox.write("code.txt", "mended\n");
        sandbox.git("add code.txt");
        sandbox.git("commit -q -m mend");
        assert_eq!(sandbox.state_of(&id), "review", "{formats}");
        assert_eq!(sandbox.status(), "", "{formats}");
        assert!(is_special(&sandbox, mark), "{formats}");
        let _ = sandbox.mcp("doctor").success();
        sandbox.git("fsck --strict");
    }
}
