//! Claims in worktrees of their own: what they make, what they leave behind, what a crash leaves of them.

use super::support::Sandbox;

/// By this variable a process dies right after the n-th step of a change.
const DIE: &str = "MCP_TEST_DIE_AFTER_STEP";

/// A committed board with one ready task, committed too.
fn committed() -> Sandbox {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    sandbox.git("add -A");
    sandbox.git("commit -q -m board");
    sandbox
}

#[test]
fn a_claim_makes_a_worktree_and_a_branch_and_the_task_lives_there() {
    let sandbox = committed();
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp claim T1 --worktree",
        "cursor$ mcp claim T1 --worktree",
        "cursor$ git worktree list --porcelain | grep -E '^(worktree|branch)'",
        "cursor$ git status --short",
        "cursor$ cd ../repo-worktrees/T1 && git status --short",
        "cursor$ cd ../repo-worktrees/T1 && mcp next",
        "codex$ mcp claim T1",
        "codex$ mcp list",
        "ada$ mcp doctor",
    ]), @"
    cursor$ mcp claim T1 --worktree
    T1
    T1 claimed by cursor: One (ready → in-progress)
    works in [WORLD]/repo-worktrees/T1 on task/T1
    hint: go there to work on it: `cd [WORLD]/repo-worktrees/T1`
    cursor$ mcp claim T1 --worktree
    T1
    T1 is yours already: nothing to do
    hint: go there to work on it: `cd [WORLD]/repo-worktrees/T1`
    cursor$ git worktree list --porcelain | grep -E '^(worktree|branch)'
    worktree [WORLD]/repo
    branch refs/heads/main
    worktree [WORLD]/repo-worktrees/T1
    branch refs/heads/task/T1
    cursor$ git status --short
    cursor$ cd ../repo-worktrees/T1 && git status --short
     D .mcp/tasks/ready/T1-one.md
    ?? .mcp/tasks/in-progress/T1-one.md
    cursor$ cd ../repo-worktrees/T1 && mcp next
    T1        in-progress  P1  One
    you hold it; read `mcp show T1`, work, and commit
    codex$ mcp claim T1
    error: T1 is held by cursor in [WORLD]/repo-worktrees/T1 for [SPAN]
    hint: `mcp show T1` tells more, `mcp next` finds you another
    --- exit 4 ---
    codex$ mcp list
    ID        STATE        P   KIND   ASSIGNEE  TITLE
    T1        in-progress  P1  chore  cursor    One
    ada$ mcp doctor
    ");
}

#[test]
fn the_text_that_counts_is_carried_over_and_the_checkout_is_clean_again() {
    let sandbox = Sandbox::with_board();
    let id = sandbox.ready_task("One");
    let file = sandbox.file_of(&id);
    sandbox.write(&file, &sandbox.read(&file).replace("It works\n", "It works, as I wrote by hand\n"));
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp claim T1 --worktree --quiet",
        "cursor$ git status --short",
        "cursor$ cd ../repo-worktrees/T1 && git status --short && grep -c 'as I wrote by hand' .mcp/tasks/*/T1*",
        "ada$ mcp doctor",
    ]), @"
    cursor$ mcp claim T1 --worktree --quiet
    T1
    cursor$ git status --short
    cursor$ cd ../repo-worktrees/T1 && git status --short && grep -c 'as I wrote by hand' .mcp/tasks/*/T1*
    ?? .mcp/tasks/in-progress/T1-one.md
    2
    ada$ mcp doctor
    ");
}

#[test]
fn a_board_that_is_not_committed_is_refused() {
    let sandbox = Sandbox::empty();
    sandbox.write("code.txt", "one\n");
    sandbox.git("add code.txt");
    sandbox.git("commit -q -m start");
    let _ = sandbox.mcp("init --quiet").success();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp claim T1 --worktree",
        "cursor$ git worktree list | wc -l; git branch --format '%(refname:short)'",
        "cursor$ mcp list",
    ]), @"
    cursor$ mcp claim T1 --worktree
    error: the board is not committed, so a new worktree would not have it
    hint: `git add .mcp && git commit -m board` puts it where a worktree can have it
    --- exit 1 ---
    cursor$ git worktree list | wc -l; git branch --format '%(refname:short)'
    1
    main
    cursor$ mcp list
    ID        STATE  P   KIND   TITLE
    T1        ready  P1  chore  One
    ");
}

#[test]
fn the_place_is_a_rule_a_setting_or_said() {
    let sandbox = committed();
    sandbox.ready_task("Two");
    sandbox.ready_task("Three");
    sandbox.add_config("claims: { worktrees: ../trees }");
    sandbox.git("add -A");
    sandbox.git("commit -q -m more");
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp claim T1 --worktree",
        "cursor$ mcp claim T2 '--worktree=../a b' --branch topic/two",
        "cursor$ mcp claim T3 --worktree=inside",
        "cursor$ mcp claim T3 '--worktree=../a b'",
        "cursor$ mcp claim T3 --worktree --branch topic/two",
        "cursor$ mcp claim T3 --worktree --branch no..good",
        "cursor$ mcp claim --worktree",
        "ada$ git worktree list | wc -l",
    ]), @"
    cursor$ mcp claim T1 --worktree
    T1
    T1 claimed by cursor: One (ready → in-progress)
    works in [WORLD]/trees/T1 on task/T1
    hint: go there to work on it: `cd [WORLD]/trees/T1`
    cursor$ mcp claim T2 '--worktree=../a b' --branch topic/two
    T2
    T2 claimed by cursor: Two (ready → in-progress)
    works in [WORLD]/a b on topic/two
    hint: go there to work on it: `cd '[WORLD]/a b'`
    cursor$ mcp claim T3 --worktree=inside
    error: [WORLD]/repo/inside lies inside this repository
    hint: `mcp claim T3 --worktree=FOLDER` makes it elsewhere, `--branch=NAME` on another branch
    --- exit 1 ---
    cursor$ mcp claim T3 '--worktree=../a b'
    error: [WORLD]/a b is there already
    hint: `mcp claim T3 --worktree=FOLDER` makes it elsewhere, `--branch=NAME` on another branch
    --- exit 1 ---
    cursor$ mcp claim T3 --worktree --branch topic/two
    error: the branch topic/two is checked out in [WORLD]/a b
    hint: `mcp claim T3 --worktree=FOLDER` makes it elsewhere, `--branch=NAME` on another branch
    --- exit 1 ---
    cursor$ mcp claim T3 --worktree --branch no..good
    error: `no..good` is not a name for a branch
    hint: such as `--branch task/T3`
    --- exit 2 ---
    cursor$ mcp claim --worktree
    T3
    T3 claimed by cursor: Three (ready → in-progress)
    works in [WORLD]/trees/T3 on task/T3
    hint: go there to work on it: `cd [WORLD]/trees/T3`
    ada$ git worktree list | wc -l
    4
    ");
}

#[test]
fn a_worktree_without_work_goes_when_the_task_is_released() {
    let sandbox = committed();
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp claim T1 --worktree --quiet",
        "cursor$ cd ../repo-worktrees/T1 && mcp note T1 -m 'seen from there' --quiet && mcp release T1 -m 'too big'",
        "ada$ ls ..",
        "ada$ mcp note T1 -m 'who else?'",
        "ada$ ls ..; git worktree list | wc -l; git branch --format '%(refname:short)'",
        "ada$ mcp log T1",
        "cursor$ mcp claim T1 --worktree --quiet",
        "ada$ mcp release T1 --force --reason 'cursor is away'",
        "ada$ ls ..; git branch --format '%(refname:short)'; mcp doctor",
    ]), @"
    cursor$ mcp claim T1 --worktree --quiet
    T1
    cursor$ cd ../repo-worktrees/T1 && mcp note T1 -m 'seen from there' --quiet && mcp release T1 -m 'too big'
    T1
    T1
    T1 released: One (in-progress → ready)
    the worktree [WORLD]/repo-worktrees/T1 goes with the next mcp command outside of it: nothing in it is needed any more
    ada$ ls ..
    home
    repo
    repo-worktrees
    ada$ mcp note T1 -m 'who else?'
    removed the worktree [WORLD]/repo-worktrees/T1 and its branch task/T1
    T1
    T1 noted: One (in ready)
    ada$ ls ..; git worktree list | wc -l; git branch --format '%(refname:short)'
    home
    repo
    1
    main
    ada$ mcp log T1
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  cursor  claimed on task/T1
    [TIME]  cursor  note: seen from there
    [TIME]  cursor  released: too big
    [TIME]  ada  note: who else?
    cursor$ mcp claim T1 --worktree --quiet
    T1
    ada$ mcp release T1 --force --reason 'cursor is away'
    T1
    T1 released: One (in-progress → ready)
    removed the worktree [WORLD]/repo-worktrees/T1 and its branch task/T1
    ada$ ls ..; git branch --format '%(refname:short)'; mcp doctor
    home
    repo
    main
    ");
}

#[test]
fn a_worktree_with_work_stays_and_it_is_said_why() {
    let sandbox = committed();
    let release = "ada$ mcp release T1 --force --reason 'cursor is away'";
    let claim = "cursor$ mcp claim T1 --worktree --quiet";
    insta::assert_snapshot!(sandbox.typed(&[
        claim,
        "cursor$ cd ../repo-worktrees/T1 && echo new > new.txt",
        release,
        claim,
        "cursor$ cd ../repo-worktrees/T1 && rm new.txt && echo two >> code.txt",
        release,
        claim,
        "cursor$ cd ../repo-worktrees/T1 && git add code.txt",
        release,
        claim,
        "cursor$ cd ../repo-worktrees/T1 && git commit -q -m work",
        "ada$ mcp review T1 --reject -m no --quiet; mcp release T1 --force --reason 'cursor is away'",
        "ada$ mcp doctor",
        "ada$ git merge -q task/T1 && mcp doctor",
        "ada$ mcp doctor --fix",
        "ada$ ls ..; git branch --format '%(refname:short)'; git status --short; mcp list",
    ]), @"
    cursor$ mcp claim T1 --worktree --quiet
    T1
    cursor$ cd ../repo-worktrees/T1 && echo new > new.txt
    ada$ mcp release T1 --force --reason 'cursor is away'
    T1
    T1 released: One (in-progress → ready)
    the worktree [WORLD]/repo-worktrees/T1 stays: new.txt is not tracked
    cursor$ mcp claim T1 --worktree --quiet
    T1
    cursor$ cd ../repo-worktrees/T1 && rm new.txt && echo two >> code.txt
    ada$ mcp release T1 --force --reason 'cursor is away'
    T1
    T1 released: One (in-progress → ready)
    the worktree [WORLD]/repo-worktrees/T1 stays: code.txt is changed and not committed
    cursor$ mcp claim T1 --worktree --quiet
    T1
    cursor$ cd ../repo-worktrees/T1 && git add code.txt
    ada$ mcp release T1 --force --reason 'cursor is away'
    T1
    T1 released: One (in-progress → ready)
    the worktree [WORLD]/repo-worktrees/T1 stays: code.txt is changed and not committed
    cursor$ mcp claim T1 --worktree --quiet
    T1
    cursor$ cd ../repo-worktrees/T1 && git commit -q -m work
    tests passed in [SECONDS]
    T1 goes to review in this commit
    ada$ mcp review T1 --reject -m no --quiet; mcp release T1 --force --reason 'cursor is away'
    T1
    T1
    T1 released: One (in ready)
    the worktree [WORLD]/repo-worktrees/T1 stays: a commit on task/T1 is in no other branch
    ada$ mcp doctor
    ada$ git merge -q task/T1 && mcp doctor
    removed the worktree [WORLD]/repo-worktrees/T1 and its branch task/T1
    ada$ mcp doctor --fix
    ada$ ls ..; git branch --format '%(refname:short)'; git status --short; mcp list
    home
    repo
    main
     D .mcp/tasks/review/T1-one.md
    ?? .mcp/tasks/ready/T1-one.md
    ID        STATE  P   KIND   TITLE
    T1        ready  P1  chore  One
    ");
}

#[test]
fn a_done_task_leaves_its_worktree_until_the_work_is_merged_even_squashed() {
    let sandbox = committed();
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp claim T1 --worktree --quiet",
        "cursor$ cd ../repo-worktrees/T1 && echo two >> code.txt && git commit -q -a -m work",
        "cursor$ cd ../repo-worktrees/T1 && mcp edit T1 --check all --quiet",
        "ada$ mcp complete T1",
        "ada$ mcp doctor; mcp list --all",
        "ada$ git merge -q --squash task/T1 && git commit -q -m squashed",
        "ada$ git status --short; ls .mcp/tasks/*/T1*; mcp doctor",
        "ada$ mcp doctor --fix",
        "ada$ git worktree list | wc -l; git branch --format '%(refname:short)'",
    ]), @"
    cursor$ mcp claim T1 --worktree --quiet
    T1
    cursor$ cd ../repo-worktrees/T1 && echo two >> code.txt && git commit -q -a -m work
    tests passed in [SECONDS]
    T1 goes to review in this commit
    cursor$ cd ../repo-worktrees/T1 && mcp edit T1 --check all --quiet
    T1
    ada$ mcp complete T1
    T1
    T1 completed: One (review → done)
    committed the board as [SHORT]
    the worktree [WORLD]/repo-worktrees/T1 stays: 2 commits on task/T1 are in no other branch
    ada$ mcp doctor; mcp list --all
    ID        STATE  P   KIND   ASSIGNEE  TITLE
    T1        done   P1  chore  cursor    One
    ada$ git merge -q --squash task/T1 && git commit -q -m squashed
    Squash commit -- not updating HEAD
    ada$ git status --short; ls .mcp/tasks/*/T1*; mcp doctor
    .mcp/tasks/done/T1-one.md
    [WORLD]/repo-worktrees/T1: the worktree of T1 is needed no more
    hint: `mcp doctor --fix` removes it
    error: 1 finding
    --- exit 1 ---
    ada$ mcp doctor --fix
    removed the worktree [WORLD]/repo-worktrees/T1 and its branch task/T1
    ada$ git worktree list | wc -l; git branch --format '%(refname:short)'
    1
    main
    ");
}

#[test]
fn a_crash_at_any_step_leaves_what_the_next_claim_or_doctor_settles() {
    for way in ["claim again", "doctor"] {
        let sandbox = committed();
        let id = sandbox.ready_task("Another");
        sandbox.git("add -A");
        sandbox.git("commit -q -m more");
        for step in (1..).step_by(if way == "doctor" { 2 } else { 3 }) {
            let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
            command.env(DIE, step.to_string()).args(["claim", &id, "--worktree"]);
            let is_over = sandbox.run(command).code.is_some();
            if way == "doctor" {
                let _ = sandbox.mcp("doctor --fix");
                let left = sandbox.git("worktree list --porcelain");
                let is_held = sandbox.mcp(&format!("show {id}")).success().stdout.contains("in-progress");
                assert_eq!(left.contains("repo-worktrees"), is_held, "step {step}: {left}");
                assert_eq!(sandbox.git("branch --list task/*").is_empty(), !is_held, "step {step}");
            }
            let _ = sandbox.mcp(&format!("claim {id} --worktree")).success();
            let doctor = sandbox.mcp("doctor");
            assert_eq!((doctor.code, doctor.stdout.as_str()), (Some(0), ""), "{way}, step {step}: {doctor}");
            let text = fs_err::read_to_string(
                sandbox.path(&format!("../repo-worktrees/{id}/.mcp/tasks/in-progress/{id}-another.md")),
            );
            let text = text.expect("a file");
            assert_eq!(text.matches("claimed on").count(), text.matches("released").count() + 1, "{text}");
            let release = ["release", &id, "--force", "--reason", "next"];
            let released = sandbox.mcp_args(&release).success();
            assert_eq!(sandbox.git("worktree list").lines().count(), 1, "{way}, step {step}: {released}");
            let log = sandbox.git(&format!("cat-file blob refs/mcp/tasks/{id}:task.md"));
            assert_eq!(log.matches("released").count(), log.matches("claimed").count(), "{log}");
            let _ = sandbox.mcp(&format!("edit {id} --set size=small")).success();
            // From here on the file may be anywhere in this checkout, but once.
            let files: Vec<_> = sandbox.files().into_iter().filter(|path| path.contains(&id)).collect();
            assert_eq!(files.len(), 1, "{files:?}");
            if is_over {
                assert!(step > 10, "only {step} steps");
                break;
            }
        }
    }
}

#[test]
fn a_worktree_removed_by_hand_is_made_up_for_by_restore() {
    let sandbox = committed();
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp claim T1 --worktree --quiet && git worktree remove --force ../repo-worktrees/T1",
        "cursor$ mcp doctor",
        "codex$ mcp restore T1 --quiet && mcp claim T1",
        "cursor$ mcp restore T1",
        "cursor$ mcp doctor; git branch --format '%(refname:short)'",
        "cursor$ echo two >> code.txt && git commit -q -a -m work",
    ]), @"
    cursor$ mcp claim T1 --worktree --quiet && git worktree remove --force ../repo-worktrees/T1
    T1
    cursor$ mcp doctor
    [WORLD]/repo-worktrees/T1: T1 is held there, and it is gone
    hint: its holder takes it up with `mcp restore T1`
    error: 1 finding
    --- exit 1 ---
    codex$ mcp restore T1 --quiet && mcp claim T1
    T1
    error: T1 is held by cursor in [WORLD]/repo-worktrees/T1 for [SPAN]
    hint: `mcp show T1` tells more, `mcp next` finds you another
    --- exit 4 ---
    cursor$ mcp restore T1
    T1
    T1 restored: One (in in-progress)
    the worktree [WORLD]/repo-worktrees/T1 is gone, and so is its branch task/T1
    .mcp/tasks/in-progress/T1-one.md
    cursor$ mcp doctor; git branch --format '%(refname:short)'
    main
    cursor$ echo two >> code.txt && git commit -q -a -m work
    tests passed in [SECONDS]
    T1 goes to review in this commit
    ");
}

#[test]
fn a_checkout_that_was_moved_goes_on_with_its_tasks() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    sandbox.ready_task("Two");
    sandbox.git("add -A");
    sandbox.git("commit -q -m board");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp claim T1 --worktree --quiet && mcp claim T2 --quiet",
        "ada$ git worktree move ../repo-worktrees/T1 ../elsewhere && mcp doctor",
        "ada$ mcp note T1 -m 'said meanwhile' --quiet",
        "ada$ cd ../elsewhere && mcp doctor && mcp note T1 -m 'I am here' --quiet && tail -n 2 .mcp/tasks/in-progress/T1-one.md",
        "ada$ cd ../elsewhere && echo two >> code.txt && git commit -a -q -m work && mcp next",
        "ada$ mv ../repo ../renamed && mkdir ../repo && cd ../renamed && mcp release T2 && mcp list && mcp doctor",
        "ada$ mv ../renamed/* ../renamed/.??* . && mcp claim T2 --quiet && mcp list",
        "ada$ git -C ../elsewhere log --format=%s -1 && git merge -q task/T1 && mcp edit T1 --check all --quiet && mcp complete T1 --force --reason x",
        "ada$ git merge -q task/T1 && mcp doctor --fix && git worktree list | wc -l",
    ]), @"
    ada$ mcp claim T1 --worktree --quiet && mcp claim T2 --quiet
    T1
    T2
    ada$ git worktree move ../repo-worktrees/T1 ../elsewhere && mcp doctor
    ada$ mcp note T1 -m 'said meanwhile' --quiet
    T1
    ada$ cd ../elsewhere && mcp doctor && mcp note T1 -m 'I am here' --quiet && tail -n 2 .mcp/tasks/in-progress/T1-one.md
    T1
    - [TIME] ada note: said meanwhile
    - [TIME] ada note: I am here
    ada$ cd ../elsewhere && echo two >> code.txt && git commit -a -q -m work && mcp next
    tests passed in [SECONDS]
    T1 goes to review in this commit
    T1        review  P1  One
    before `mcp complete T1`: criterion 1 is open: It works; definition of done, box 2 is open: Nothing that users see has changed, or it is said; `mcp edit T1 --check N` ticks a box, `--check all` every one
    ada$ mv ../repo ../renamed && mkdir ../repo && cd ../renamed && mcp release T2 && mcp list && mcp doctor
    T2 is held here now: this checkout was [WORLD]/repo before
    T2
    T2 released: Two (in-progress → ready)
    ID        STATE   P   KIND   ASSIGNEE  TITLE
    T1        review  P1  chore  ada       One
    T2        ready   P1  chore            Two
    .mcp/config.yaml: checks that nobody trusted on this machine: tests
    hint: read them, then `mcp trust`
    error: 1 finding
    --- exit 1 ---
    ada$ mv ../renamed/* ../renamed/.??* . && mcp claim T2 --quiet && mcp list
    T2
    ID        STATE        P   KIND   ASSIGNEE  TITLE
    T2        in-progress  P1  chore  ada       Two
    T1        review       P1  chore  ada       One
    ada$ git -C ../elsewhere log --format=%s -1 && git merge -q task/T1 && mcp edit T1 --check all --quiet && mcp complete T1 --force --reason x
    work
    T1
    T1
    T1 completed: One (review → done)
    committed the board as [SHORT]
    the worktree [WORLD]/elsewhere stays: a commit on task/T1 is in no other branch
    ada$ git merge -q task/T1 && mcp doctor --fix && git worktree list | wc -l
    removed the worktree [WORLD]/elsewhere and its branch task/T1
    1
    ");
}
