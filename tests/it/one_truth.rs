//! One truth in every checkout of a repository, whichever of them has the files.

use crate::support::Sandbox;

/// A board, committed, with a second checkout beside it.
fn two_checkouts(titles: &[&str]) -> Sandbox {
    let sandbox = Sandbox::with_board();
    for (index, title) in titles.iter().enumerate() {
        let id = sandbox.ready_task(title);
        // An order that does not hang on the second in which they were made.
        let _ = sandbox.mcp(&format!("edit {id} --set priority=P{}", index + 1)).success();
    }
    sandbox.git("add -A");
    sandbox.git("commit -q -m board");
    sandbox.worktree("other");
    sandbox
}

#[test]
fn a_task_made_in_another_checkout_is_listed_shown_offered_and_counted() {
    let sandbox = two_checkouts(&["One"]);
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ cd ../other && mcp create Two -p P0 --goal Why --ac It-works --ready",
        "ada$ mcp list",
        "ada$ mcp status",
        "ada$ mcp next",
        "cursor$ mcp claim T2",
        "codex$ cd ../other && mcp list",
        "codex$ cd ../other && mcp status",
    ]), @"
    ada$ cd ../other && mcp create Two -p P0 --goal Why --ac It-works --ready
    T2
    T2 prepared: Two (pending → ready)
    its file is .mcp/tasks/ready/T2-two.md
    hint: `mcp claim T2` starts work on it
    ada$ mcp list
    ID        STATE  P   KIND     TITLE
    T2        ready  P0  feature  Two
    T1        ready  P1  chore    One
    ada$ mcp status
    pending 0  ready 2  in-progress 0  review 0  done 0  failed 0
    ada$ mcp next
    T2        ready  P0  Two
    take it: `mcp claim T2`
    cursor$ mcp claim T2
    T2
    T2 claimed by cursor: Two (ready → in-progress)
    hint: `mcp show T2` has all of it; commit when you are done, and the checks run
    codex$ cd ../other && mcp list
    ID        STATE        P   KIND     ASSIGNEE  TITLE
    T2        in-progress  P0  feature  cursor    Two
    T1        ready        P1  chore              One
    codex$ cd ../other && mcp status
    pending 0  ready 1  in-progress 1  review 0  done 0  failed 0
    ID        STATE        P   KIND     ASSIGNEE  TITLE
    T2        in-progress  P0  feature  cursor    Two
    ");
}

#[test]
fn a_task_done_in_another_checkout_is_open_in_none_and_one_opened_again_is_open_in_all() {
    let sandbox = two_checkouts(&["One", "Two"]);
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ cd ../other && mcp drop T1 -m obsolete",
        "codex$ mcp list",
        "codex$ mcp list --state failed",
        "codex$ mcp status",
        "ada$ git merge -q other && mcp status",
        "cursor$ cd ../other && mcp retry T1",
        "codex$ mcp list --sort title",
        "codex$ mcp status",
    ]), @"
    cursor$ cd ../other && mcp drop T1 -m obsolete
    T1
    T1 dropped: One (ready → failed)
    committed the board as [SHORT]
    codex$ mcp list
    ID        STATE  P   KIND   TITLE
    T2        ready  P2  chore  Two
    codex$ mcp list --state failed
    ID        STATE   P   KIND   TITLE
    T1        failed  P1  chore  One
    codex$ mcp status
    pending 0  ready 1  in-progress 0  review 0  done 0  failed 1
    ada$ git merge -q other && mcp status
    pending 0  ready 1  in-progress 0  review 0  done 0  failed 1
    cursor$ cd ../other && mcp retry T1
    T1
    T1 retried: One (failed → ready)
    codex$ mcp list --sort title
    ID        STATE  P   KIND   TITLE
    T1        ready  P1  chore  One
    T2        ready  P2  chore  Two
    codex$ mcp status
    pending 0  ready 2  in-progress 0  review 0  done 0  failed 0
    ");
}

#[test]
fn a_dependency_done_on_another_branch_is_to_be_merged_first() {
    let sandbox = two_checkouts(&["Base"]);
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp create Later --goal Why --ac It-works --depends-on T1 --ready",
        "cursor$ cd ../other && mcp claim T1",
        "cursor$ cd ../other && echo 2 > lib.txt && git add lib.txt && git commit -q -m work",
        "cursor$ cd ../other && mcp edit T1 --check 1 --check 2 && mcp complete T1",
        "codex$ mcp next --explain",
        "codex$ mcp claim T2",
        "codex$ git merge -q other && mcp next",
        "codex$ mcp claim T2",
    ]), @"
    ada$ mcp create Later --goal Why --ac It-works --depends-on T1 --ready
    T2
    T2 prepared: Later (pending → ready)
    its file is .mcp/tasks/ready/T2-later.md
    hint: `mcp claim T2` starts work on it
    cursor$ cd ../other && mcp claim T1
    T1
    T1 claimed by cursor: Base (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    cursor$ cd ../other && echo 2 > lib.txt && git add lib.txt && git commit -q -m work
    tests passed in [SECONDS]
    T1 goes to review in this commit
    cursor$ cd ../other && mcp edit T1 --check 1 --check 2 && mcp complete T1
    T1
    T1 edited: Base (in review)
    T1
    T1 completed: Base (review → done)
    committed the board as [SHORT]
    codex$ mcp next --explain
      T2 passed over: waits for T1, which is done on other: merge that branch first
    error: there is nothing for codex to do
    --- exit 3 ---
    codex$ mcp claim T2
    error: T2 waits for T1, which is done on other: merge that branch first
    hint: finish those first; `mcp next` picks what is free
    --- exit 1 ---
    codex$ git merge -q other && mcp next
    T2        ready  P1  Later
    take it: `mcp claim T2`
    codex$ mcp claim T2
    T2
    T2 claimed by codex: Later (ready → in-progress)
    hint: `mcp show T2` has all of it; commit when you are done, and the checks run
    ");
}

#[test]
fn a_task_ends_only_where_its_work_is() {
    let sandbox = two_checkouts(&["One"]);
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ cd ../other && mcp claim T1",
        "cursor$ cd ../other && echo 2 > lib.txt && git add lib.txt && git commit -q -m work",
        "cursor$ cd ../other && mcp edit T1 --check 1 --check 2",
        "cursor$ git worktree remove --force ../other && mcp complete T1",
        "cursor$ git merge -q other && mcp show T1",
        "cursor$ mcp complete T1",
    ]), @"
    cursor$ cd ../other && mcp claim T1
    T1
    T1 claimed by cursor: One (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    cursor$ cd ../other && echo 2 > lib.txt && git add lib.txt && git commit -q -m work
    tests passed in [SECONDS]
    T1 goes to review in this commit
    cursor$ cd ../other && mcp edit T1 --check 1 --check 2
    T1
    T1 edited: One (in review)
    cursor$ git worktree remove --force ../other && mcp complete T1
    error: T1 is not done: its commits are on other: merge that branch here first, or complete it there
    hint: `mcp show T1` has all of it
    --- exit 1 ---
    cursor$ git merge -q other && mcp show T1
    T1        One
      state      review
      priority   P1
      kind       chore
      assignee   cursor, for [SPAN]
      branch     other
      base       [SHORT]
      tested     [SHORT]
      file       .mcp/tasks/review/T1-one.md
      commit     [SHORT] work ([SPAN] ago)

    ## Goal

    It works

    ## Acceptance criteria

    - [x] 1. It works

    ## Definition of ready

    - The goal and at least one criterion are filled in, and what it depends on exists

    ## Definition of done

    - [x] 2. Nothing that users see has changed, or it is said

    ## Files affected

    <!-- One path a line: - src/example.rs -->

    ## Validation

    <!-- How to see that it works -->

    ## Implementation notes

    <!-- What the next worker should know -->

    ## Evidence

    - [TIME] cursor tests passed [SECONDS] tree:[OID] `sh check.sh`

    ## Log

    - [TIME] ada created
    - [TIME] ada prepared
    - [TIME] cursor claimed on other
    - [TIME] cursor checks passed, now in review
    - [TIME] cursor checked 1: It works; checked 2: Nothing that users see has changed, or it is said
    cursor$ mcp complete T1
    T1
    T1 completed: One (review → done)
    committed the board as [SHORT]
    ");
}

#[test]
fn what_was_said_after_the_last_commit_survives_what_git_puts_back() {
    let sandbox = two_checkouts(&["One"]);
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp note T1 -m first && mcp note T1 -m second",
        "ada$ git checkout -q .mcp && git status --short",
        "ada$ mcp log T1",
        "ada$ mcp note T1 -m third && mcp log T1",
    ]), @"
    ada$ mcp note T1 -m first && mcp note T1 -m second
    T1
    T1 noted: One (in ready)
    T1
    T1 noted: One (in ready)
    ada$ git checkout -q .mcp && git status --short
    ada$ mcp log T1
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  ada  note: first
    [TIME]  ada  note: second
    ada$ mcp note T1 -m third && mcp log T1
    T1
    T1 noted: One (in ready)
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  ada  note: first
    [TIME]  ada  note: second
    [TIME]  ada  note: third
    ");
}

#[test]
fn what_a_person_takes_out_of_a_file_stays_out() {
    let sandbox = two_checkouts(&["One"]);
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp note T1 -m first && git commit -qam first && mcp note T1 -m second && mcp note T1 -m third",
        "ada$ sed -i /third/d .mcp/tasks/ready/T1-one.md",
        "ada$ mcp log T1",
        "ada$ mcp note T1 -m fourth && mcp log T1",
    ]), @"
    ada$ mcp note T1 -m first && git commit -qam first && mcp note T1 -m second && mcp note T1 -m third
    T1
    T1 noted: One (in ready)
    T1
    T1 noted: One (in ready)
    T1
    T1 noted: One (in ready)
    ada$ sed -i /third/d .mcp/tasks/ready/T1-one.md
    ada$ mcp log T1
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  ada  note: first
    [TIME]  ada  note: second
    ada$ mcp note T1 -m fourth && mcp log T1
    T1
    T1 noted: One (in ready)
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  ada  note: first
    [TIME]  ada  note: second
    [TIME]  ada  note: fourth
    ");
}

#[test]
fn what_a_person_wrote_into_an_older_file_is_joined_with_what_stands() {
    let sandbox = two_checkouts(&["One"]);
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ sed -i 's/^## Goal/&\\nBy hand: mind the clock./' .mcp/tasks/ready/T1-one.md && git stash -q",
        "ada$ mcp claim T1 -q && git add -A && git commit -q -m claim && mv .mcp/tasks/in-progress/T1* ..",
        "ada$ git show stash@{0}:.mcp/tasks/ready/T1-one.md > .mcp/tasks/ready/T1-one.md",
        "ada$ mcp doctor",
        "ada$ mcp show T1 | head -8",
        "ada$ mcp release T1",
        "ada$ mcp doctor; git status --short; grep -h -A4 '^## Goal' .mcp/tasks/*/T1*.md",
    ]), @r"
    ada$ sed -i 's/^## Goal/&\nBy hand: mind the clock./' .mcp/tasks/ready/T1-one.md && git stash -q
    ada$ mcp claim T1 -q && git add -A && git commit -q -m claim && mv .mcp/tasks/in-progress/T1* ..
    T1
    ada$ git show stash@{0}:.mcp/tasks/ready/T1-one.md > .mcp/tasks/ready/T1-one.md
    ada$ mcp doctor
    .mcp/tasks/ready/T1-one.md: T1 is in in-progress by its cell: this file is an older copy
    hint: nothing is lost; the next change of the task brings it up to date
    error: 1 finding
    --- exit 1 ---
    ada$ mcp show T1 | head -8
    T1        One
      state      in-progress
      priority   P1
      kind       chore
      assignee   ada, for [SPAN]
      branch     main
      base       [SHORT]
      file       .mcp/tasks/in-progress/T1-one.md
    ada$ mcp release T1
    T1
    T1 released: One (in-progress → ready)
    ada$ mcp doctor; git status --short; grep -h -A4 '^## Goal' .mcp/tasks/*/T1*.md
     D .mcp/tasks/in-progress/T1-one.md
    ?? .mcp/tasks/ready/T1-one.md
    ## Goal
    By hand: mind the clock.

    It works
    ");
}

#[test]
fn what_a_person_wrote_into_one_of_two_files_is_joined_though_the_other_knows_its_log() {
    let sandbox = two_checkouts(&["One"]);
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ cp .mcp/tasks/ready/T1-one.md .. && mcp claim T1 -q",
        "ada$ sed 's/^## Goal/&\\nBy hand: mind the clock./' ../T1-one.md > .mcp/tasks/ready/T1-one.md",
        "ada$ mcp resolve",
        "ada$ grep -h -A4 '^## Goal' .mcp/tasks/*/T1*.md; mcp doctor",
    ]), @r"
    ada$ cp .mcp/tasks/ready/T1-one.md .. && mcp claim T1 -q
    T1
    ada$ sed 's/^## Goal/&\nBy hand: mind the clock./' ../T1-one.md > .mcp/tasks/ready/T1-one.md
    ada$ mcp resolve
    T1
    T1 lies in .mcp/tasks/in-progress/T1-one.md, no longer in .mcp/tasks/ready/T1-one.md
    hint: `git diff HEAD -- .mcp` shows what became of them; commit when you are done
    ada$ grep -h -A4 '^## Goal' .mcp/tasks/*/T1*.md; mcp doctor
    ## Goal
    By hand: mind the clock.

    It works
    ");
}

#[test]
fn what_was_done_on_a_branch_that_is_gone_is_said_to_be() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("Base");
    sandbox.ready_task("Top");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp edit T2 --set depends_on=T1 --quiet && git add -A && git commit -q -m board",
        "ada$ mcp claim T1 --branch --quiet; echo two >> code.txt; git commit -q -a -m work; mcp edit T1 --check all --quiet",
        "bo$ mcp complete T1 --quiet; git switch -q main",
        "ada$ mcp claim T2",
        "ada$ git branch -q -D task/T1; mcp claim T2",
        "ada$ mcp list; mcp next --explain",
        "ada$ mcp reopen T1 && mcp next",
    ]), @"
    ada$ mcp edit T2 --set depends_on=T1 --quiet && git add -A && git commit -q -m board
    T2
    ada$ mcp claim T1 --branch --quiet; echo two >> code.txt; git commit -q -a -m work; mcp edit T1 --check all --quiet
    T1
    tests passed in [SECONDS]
    T1 goes to review in this commit
    T1
    bo$ mcp complete T1 --quiet; git switch -q main
    T1
    ada$ mcp claim T2
    error: T2 waits for T1, which is done on task/T1: merge that branch first
    hint: finish those first; `mcp next` picks what is free
    --- exit 1 ---
    ada$ git branch -q -D task/T1; mcp claim T2
    error: T2 waits for T1, which was done on task/T1, a branch that is gone: `mcp reopen T1` if its work is lost
    hint: finish those first; `mcp next` picks what is free
    --- exit 1 ---
    ada$ mcp list; mcp next --explain
    ID        STATE  P   KIND   BLOCKED BY                        TITLE
    T2        ready  P1  chore  T1 (task/T1 is gone)  Top
      T2 passed over: waits for T1, which was done on task/T1, a branch that is gone: `mcp reopen T1` if its work is lost
    error: there is nothing for ada to do
    --- exit 3 ---
    ada$ mcp reopen T1 && mcp next
    T1
    T1 reopened: Base (done → ready)
    T1        ready  P1  Base
    take it: `mcp claim T1`
    ");
}
