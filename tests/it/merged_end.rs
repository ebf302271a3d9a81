//! `complete_on: merge`: the default branch of a server that takes merges only, and what counts as done.

use super::support::{Formats, Sandbox};

/// A clone of a server whose `main` takes no pushes, with tasks that are ready there.
fn protected(tasks: &[&str]) -> Sandbox {
    let sandbox = Sandbox::with_board();
    sandbox.add_config("complete_on: merge");
    for title in tasks {
        let _ = sandbox.ready_task(title);
    }
    sandbox.git("add -A");
    sandbox.git("commit -q -m board");
    // Git does not push from one format of objects to another.
    sandbox.git(&format!("{} --bare ../server.git", Formats::of_all_tests().init()));
    let server = sandbox.dir().with_file_name("server.git");
    sandbox.git_args(&["remote", "add", "origin", server.to_str().expect("UTF-8")]);
    sandbox.git("push -q -u origin main");
    sandbox.git("remote set-head origin main");
    let hook =
        "#!/bin/sh\nwhile read old new name; do test $name != refs/heads/main || { echo protected; exit 1; }; done\n";
    sandbox.write("../server.git/hooks/pre-receive", hook);
    let _ = sandbox.shell_as("ada", "chmod +x ../server.git/hooks/pre-receive").success();
    sandbox
}

/// What the server's button does: it merges a branch in a clone of its own.
const MERGE: &str =
    "git clone -q ../server.git ../button && cd ../button && git config user.name Bo && git config user.email b@e";

#[test]
fn a_task_that_was_merged_in_review_is_done_and_nothing_is_moved() {
    let sandbox = protected(&["One", "Two"]);
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp edit T2 --set depends_on=T1 --quiet && git commit -q -a -m order",
        "cursor$ mcp claim T1 --branch --quiet; echo two >> code.txt; git commit -q -a -m work && git push -q origin HEAD",
        "bo$ mcp review T1 --approve --quiet; mcp edit T1 --check all --quiet; mcp complete T1",
        "bo$ git commit -q -a -m reviewed && git push -q origin HEAD",
        &format!("bo$ {MERGE} && git merge -q --no-ff -m merge origin/task/T1 && rm ../server.git/hooks/pre-receive && git push -q"),
        "ada$ git switch -q main && mcp list",
        "ada$ git pull -q 2>&1",
        "ada$ mcp list && mcp list state:done && mcp status && git status --short",
        "ada$ mcp next",
        "ada$ mcp log T1",
        "ada$ mcp complete T1",
        "ada$ mcp doctor",
        "ada$ ls .mcp/tasks/review .mcp/tasks/done",
    ]), @"
    ada$ mcp edit T2 --set depends_on=T1 --quiet && git commit -q -a -m order
    T2
    cursor$ mcp claim T1 --branch --quiet; echo two >> code.txt; git commit -q -a -m work && git push -q origin HEAD
    T1
    tests passed in [SECONDS]
    T1 goes to review in this commit
    bo$ mcp review T1 --approve --quiet; mcp edit T1 --check all --quiet; mcp complete T1
    T1
    T1
    error: T1 is not done: the default branch does not have it in review yet (`complete_on: merge`)
    hint: `mcp show T1` has all of it
    --- exit 1 ---
    bo$ git commit -q -a -m reviewed && git push -q origin HEAD
    bo$ git clone -q ../server.git ../button && cd ../button && git config user.name Bo && git config user.email b@e && git merge -q --no-ff -m merge origin/task/T1 && rm ../server.git/hooks/pre-receive && git push -q
    ada$ git switch -q main && mcp list
    ID        STATE   P   KIND   ASSIGNEE  BLOCKED BY  TITLE
    T1        review  P1  chore  cursor                One
    T2        ready   P1  chore            T1          Two
    ada$ git pull -q 2>&1
    T1 is done: origin/main has it in review
    ada$ mcp list && mcp list state:done && mcp status && git status --short
    ID        STATE  P   KIND   TITLE
    T2        ready  P1  chore  Two
    ID        STATE  P   KIND   TITLE
    T1        done   P1  chore  One
    pending 0  ready 1  in-progress 0  review 0  done 1  failed 0
    ada$ mcp next
    T2        ready  P1  Two
    take it: `mcp claim T2`
    ada$ mcp log T1
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  cursor  claimed on task/T1
    [TIME]  cursor  checks passed, now in review
    [TIME]  bo  approved
    [TIME]  bo  checked 1: It works; checked 2: Nothing that users see has changed, or it is said
    [TIME]  bo  completed by the merge into origin/main
    ada$ mcp complete T1
    error: T1 is in done already, by bo
    hint: `mcp log T1` tells since when
    --- exit 4 ---
    ada$ mcp doctor
    ada$ ls .mcp/tasks/review .mcp/tasks/done
    .mcp/tasks/done:

    .mcp/tasks/review:
    T1-one.md
    ");
}

#[test]
fn a_squash_merge_counts_and_so_does_a_fresh_clone() {
    let sandbox = protected(&["One"]);
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp claim T1 --worktree --quiet; cd $(git worktree list --porcelain | sed -n 's/^worktree //p' | tail -1) && echo two >> code.txt; git commit -q -a -m work && git push -q origin HEAD",
        &format!("bo$ {MERGE} && git merge -q --squash origin/task/T1 && git commit -q -m squashed && rm ../server.git/hooks/pre-receive && git push -q"),
        "ada$ git fetch -q && mcp list state:all",
        "ada$ git pull -q 2>&1",
        "ada$ mcp list state:all && git worktree list | wc -l",
        "cy$ git clone -q ../server.git ../fresh && cd ../fresh && mcp list state:all && mcp next",
        "cy$ cd ../fresh && mcp reopen T1 -m again && mcp list",
        "cy$ cd ../fresh && git add -A && git commit -q -m again && git status --short && ls .mcp/tasks/ready .mcp/tasks/review",
        "ada$ mcp archive --all --no-commit",
        "ada$ git status --short",
    ]), @r#"
    cursor$ mcp claim T1 --worktree --quiet; cd $(git worktree list --porcelain | sed -n 's/^worktree //p' | tail -1) && echo two >> code.txt; git commit -q -a -m work && git push -q origin HEAD
    T1
    tests passed in [SECONDS]
    T1 goes to review in this commit
    bo$ git clone -q ../server.git ../button && cd ../button && git config user.name Bo && git config user.email b@e && git merge -q --squash origin/task/T1 && git commit -q -m squashed && rm ../server.git/hooks/pre-receive && git push -q
    Squash commit -- not updating HEAD
    ada$ git fetch -q && mcp list state:all
    ID        STATE  P   KIND   ASSIGNEE  TITLE
    T1        done   P1  chore  cursor    One
    ada$ git pull -q 2>&1
    T1 is done: origin/main has it in review
    removed the worktree [WORLD]/repo-worktrees/T1 and its branch task/T1
    ada$ mcp list state:all && git worktree list | wc -l
    ID        STATE  P   KIND   TITLE
    T1        done   P1  chore  One
    1
    cy$ git clone -q ../server.git ../fresh && cd ../fresh && mcp list state:all && mcp next
    ID        STATE  P   KIND   ASSIGNEE  TITLE
    T1        done   P1  chore  cursor    One
    error: there is nothing for cy to do
    hint: `mcp create "What is to be done"` writes a task down
    --- exit 3 ---
    cy$ cd ../fresh && mcp reopen T1 -m again && mcp list
    T1 is done: origin/main has it in review
    T1
    T1 reopened: One (done → ready)
    ID        STATE  P   KIND   TITLE
    T1        ready  P1  chore  One
    cy$ cd ../fresh && git add -A && git commit -q -m again && git status --short && ls .mcp/tasks/ready .mcp/tasks/review
    .mcp/tasks/ready:
    T1-one.md

    .mcp/tasks/review:
    ada$ mcp archive --all --no-commit
    T1        .mcp/archive/2026-11/T1-one.md  One
    ada$ git status --short
     D .mcp/tasks/review/T1-one.md
    ?? .mcp/archive/
    "#);
}

#[test]
fn what_is_in_review_and_not_merged_or_merged_before_it_came_back_is_not_done() {
    let sandbox = protected(&["One"]);
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp claim T1 --branch --quiet; echo two >> code.txt; git commit -q -a -m work; mcp list state:all",
        "ada$ git switch -q main && git merge -q task/T1 && mcp list state:all",
        "ada$ git push -q ../server.git main:refs/heads/other && git update-ref refs/remotes/origin/main main && mcp list state:all",
        "ada$ mcp reopen T1 -m 'not quite' --quiet; mcp claim T1 --quiet; echo three >> code.txt; git commit -q -a -m more; mcp list state:all",
    ]), @"
    cursor$ mcp claim T1 --branch --quiet; echo two >> code.txt; git commit -q -a -m work; mcp list state:all
    T1
    tests passed in [SECONDS]
    T1 goes to review in this commit
    ID        STATE   P   KIND   ASSIGNEE  TITLE
    T1        review  P1  chore  cursor    One
    ada$ git switch -q main && git merge -q task/T1 && mcp list state:all
    ID        STATE   P   KIND   ASSIGNEE  TITLE
    T1        review  P1  chore  cursor    One
    ada$ git push -q ../server.git main:refs/heads/other && git update-ref refs/remotes/origin/main main && mcp list state:all
    ID        STATE  P   KIND   ASSIGNEE  TITLE
    T1        done   P1  chore  cursor    One
    ada$ mcp reopen T1 -m 'not quite' --quiet; mcp claim T1 --quiet; echo three >> code.txt; git commit -q -a -m more; mcp list state:all
    T1
    T1
    tests passed in [SECONDS]
    T1 goes to review in this commit
    ID        STATE   P   KIND   ASSIGNEE  TITLE
    T1        review  P1  chore  ada       One
    ");
}

#[test]
fn it_is_done_wherever_one_looks_once_the_merge_was_fetched() {
    let sandbox = protected(&["One", "Two"]);
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp edit T2 --set depends_on=T1 --quiet && git commit -q -a -m order",
        "cursor$ mcp claim T1 --branch --quiet; echo two >> code.txt; git commit -q -a -m work && git push -q origin HEAD",
        &format!("bo$ {MERGE} && git merge -q --squash origin/task/T1 && git commit -q -m squash && rm ../server.git/hooks/pre-receive && git push -q"),
        "ada$ git fetch -q && mcp list --all",
        "ada$ git switch -q main && mcp list --all && mcp status && mcp next",
        "ada$ git pull -q --no-rebase && mcp list --all && mcp doctor",
    ]), @"
    ada$ mcp edit T2 --set depends_on=T1 --quiet && git commit -q -a -m order
    T2
    cursor$ mcp claim T1 --branch --quiet; echo two >> code.txt; git commit -q -a -m work && git push -q origin HEAD
    T1
    tests passed in [SECONDS]
    T1 goes to review in this commit
    bo$ git clone -q ../server.git ../button && cd ../button && git config user.name Bo && git config user.email b@e && git merge -q --squash origin/task/T1 && git commit -q -m squash && rm ../server.git/hooks/pre-receive && git push -q
    Squash commit -- not updating HEAD
    ada$ git fetch -q && mcp list --all
    ID        STATE  P   KIND   ASSIGNEE  TITLE
    T2        ready  P1  chore            Two
    T1        done   P1  chore  cursor    One
    ada$ git switch -q main && mcp list --all && mcp status && mcp next
    ID        STATE  P   KIND   ASSIGNEE  BLOCKED BY  TITLE
    T2        ready  P1  chore            T1          Two
    T1        done   P1  chore  cursor                One
    pending 0  ready 1  in-progress 0  review 0  done 1  failed 0
    commits here count for T1
    error: there is nothing for ada to do
    hint: `mcp next --explain` tells why each open task was passed over
    --- exit 3 ---
    ada$ git pull -q --no-rebase && mcp list --all && mcp doctor
    T1 is done: origin/main has it in review
    ID        STATE  P   KIND   TITLE
    T2        ready  P1  chore  Two
    T1        done   P1  chore  One
    ");
}
