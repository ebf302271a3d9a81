//! Commits that carry moves of the board, and which task a commit counts for.

use super::desk::{Desk, repository};
use crate::support::{Run, Sandbox};

fn settings(sandbox: &Sandbox, lines: &str) {
    sandbox.add_config(lines);
    sandbox.git("commit -q -a -m settings");
}

#[test]
fn a_commit_of_the_board_alone_is_silent() {
    Desk::each(|desk| {
        let _ = desk.sandbox.mcp(&format!("note {} -m Look", desk.task)).success();
        let before = desk.before();
        let run = desk.commit(&["-a", "-q", "-m", "x"]).success();
        assert_eq!(run.stderr, "");
        desk.passed_by(&before, "in-progress");
        assert!(desk.committed_text().contains("Look"), "{}", desk.committed_text());
    });
}

/// Moves another task by a verb and commits in some way: the new half is added, with and without work of our own.
fn carries(arguments: &[&str], prepare: impl Fn(&Desk)) {
    for is_work in [false, true] {
        Desk::each(|desk| {
            let other = desk.sandbox.ready_task("Something else");
            desk.sandbox.git("add .mcp");
            desk.sandbox.git("commit -q -m other");
            let _ = desk.sandbox.mcp(&format!("drop {other} --no-commit -m unneeded")).success();
            desk.sandbox.write("other.txt", "two\n");
            if is_work {
                desk.mend();
            }
            prepare(desk);
            let before = desk.before();
            let mut command = desk.committing(arguments);
            command.env("MCP_TASK", if is_work { desk.task.as_str() } else { "none" });
            let _ = desk.sandbox.run(command).success();
            if is_work {
                desk.moved(&before);
            } else {
                desk.passed_by(&before, "in-progress");
            }
            let tracked = desk.sandbox.git("ls-tree -r --name-only HEAD");
            assert!(tracked.contains(&format!(".mcp/tasks/failed/{other}")), "{tracked}");
            assert_eq!(desk.sandbox.git("status --short -- .mcp"), "");
        });
    }
}

#[test]
fn the_move_of_another_task_with_all() {
    carries(&["-a", "-m", "x"], |_| {});
}

#[test]
fn the_move_of_another_task_of_which_the_new_half_is_staged() {
    carries(&["-m", "x"], |desk| {
        desk.sandbox.git("add code.txt other.txt .mcp/tasks/failed");
    });
}

#[test]
fn the_move_of_another_task_of_which_nothing_is_staged_waits() {
    let desk = Desk::main();
    let other = desk.sandbox.ready_task("Something else");
    desk.sandbox.git("add .mcp");
    desk.sandbox.git("commit -q -m other");
    let _ = desk.sandbox.mcp(&format!("drop {other} --no-commit -m unneeded")).success();
    desk.mend();
    desk.sandbox.git("add code.txt");
    let before = desk.before();
    let _ = desk.commit(&["-m", "x"]).success();
    assert_eq!(desk.state(), "review");
    desk.is_whole(&before);
    insta::assert_snapshot!(desk.sandbox.status().replace(&other, "[T2]"), @"
     D .mcp/tasks/ready/[T2]-something-else.md
    ?? .mcp/tasks/failed/[T2]-something-else.md
    ");
}

#[test]
fn the_file_of_an_open_task_does_not_leave_history_unasked() {
    Desk::each(|desk| {
        let other = desk.sandbox.ready_task("Something else");
        desk.sandbox.git("add .mcp");
        desk.sandbox.git("commit -q -m other");
        let file = desk.sandbox.file_of(&other);
        fs_err::remove_file(desk.sandbox.path(&file)).expect("a file");
        let before = desk.before();
        for work in [false, true] {
            if work {
                desk.mend();
            }
            let run = desk.commit(&["-a", "-m", "x"]).code(1);
            insta::assert_snapshot!(run.named(&[&desk.task, &other]).lines().filter(|line| !line.starts_with("tests ")).collect::<Vec<_>>().join("\n"), @"
            --- stderr ---
            error: this commit would take [T2] out of the repository (.mcp/tasks/ready/[T2]-something-else.md is gone)
            hint: to put the task away use `mcp drop [T2]`; to keep it, `git restore --staged --worktree .mcp/tasks/ready/[T2]-something-else.md`; nothing was committed
            --- exit 1 ---
            ");
            assert_eq!(desk.sandbox.git("rev-parse HEAD"), desk.head());
        }
        desk.sandbox.git(&format!("checkout -q -- {file} code.txt"));
        desk.stayed(&before, "in-progress");
    });
}

#[test]
fn the_file_of_an_ended_task_may_be_removed() {
    let desk = Desk::main();
    let other = desk.sandbox.ready_task("Something else");
    desk.sandbox.git("add .mcp");
    desk.sandbox.git("commit -q -m other");
    let _ = desk.sandbox.mcp(&format!("drop {other} -m unneeded")).success();
    desk.sandbox.git(&format!("rm -q {}", desk.sandbox.file_of(&other)));
    let before = desk.before();
    let run = desk.commit(&["-q", "-m", "x"]).success();
    insta::assert_snapshot!(run.named(&[&desk.task, &other]), @"
    --- stderr ---
    warning: [T2] leaves the board with this commit (.mcp/tasks/failed/[T2]-something-else.md is gone)
    ");
    desk.passed_by(&before, "in-progress");
    assert!(!desk.sandbox.git("ls-tree -r --name-only HEAD").contains(&other));
}

#[test]
fn a_task_in_two_places_is_refused() {
    let desk = Desk::main();
    let file = desk.sandbox.file_of(&desk.task);
    desk.sandbox.write(&file.replace("in-progress", "ready"), &desk.sandbox.read(&file));
    desk.sandbox.git("add .mcp");
    let head = desk.head();
    let run = desk.commit(&["-m", "x"]).code(1);
    insta::assert_snapshot!(desk.told(&run), @"
    --- stderr ---
    error: this commit would hold [T1] more than once: .mcp/tasks/in-progress/[T1]-mend-the-code.md, .mcp/tasks/ready/[T1]-mend-the-code.md
    hint: unstage the older of the two with `git restore --staged PATH`; nothing was committed
    --- exit 1 ---
    ");
    assert_eq!(desk.head(), head);
}

#[test]
fn the_way_into_the_archive_and_back_is_whole() {
    let desk = Desk::main();
    let other = desk.sandbox.ready_task("Something else");
    desk.sandbox.git("add .mcp");
    desk.sandbox.git("commit -q -m other");
    let _ = desk.sandbox.mcp(&format!("drop {other} -m unneeded")).success();
    let file = desk.sandbox.file_of(&other);
    let archived = format!(".mcp/archive/2026-11/{}", file.rsplit('/').next().expect("a name"));
    for (from, to) in [(&file, &archived), (&archived, &file)] {
        desk.sandbox.write(to, &desk.sandbox.read(from));
        fs_err::remove_file(desk.sandbox.path(from)).expect("a file");
        let before = desk.before();
        let _ = desk.commit(&["-a", "-m", "put away or taken out"]).success();
        desk.passed_by(&before, "in-progress");
        let tracked = desk.sandbox.git("ls-tree -r --name-only HEAD");
        assert!(tracked.contains(to.as_str()) && !tracked.contains(from.as_str()), "{tracked}");
    }
}

fn commit_with(desk: &Desk, variable: &str) -> Run {
    let mut command = desk.committing(&["-a", "-q", "-m", "x"]);
    command.env("MCP_TASK", variable);
    desk.sandbox.run(command)
}

#[test]
fn of_several_tasks_the_one_claimed_last_counts() {
    Desk::each(|desk| {
        let _ = desk.sandbox.mcp(&format!("release {}", desk.task)).success();
        let second = desk.sandbox.claimed_task("Another");
        let _ = desk.sandbox.mcp(&format!("claim {}", desk.task)).success();
        desk.sandbox.git("add .mcp");
        desk.sandbox.git("commit -q -m board");
        desk.mend();
        let before = desk.before();
        let run = commit_with(desk, "").success();
        assert!(!run.stderr.contains("in-progress"), "{run}");
        assert_eq!(desk.sandbox.state_of(&second), "in-progress");
        desk.moved(&before);
        desk.sandbox.write("code.txt", "and more\n");
        let run = commit_with(desk, &second).success();
        insta::assert_snapshot!(run.named(&[&desk.task, &second]), @"
        --- stderr ---
        tests passed in [SECONDS]
        [T2] goes to review in this commit
        ");
        assert_eq!(desk.sandbox.state_of(&second), "review");
    });
}

#[test]
fn a_commit_may_have_to_belong_to_a_task() {
    let sandbox = repository();
    settings(&sandbox, "hooks: { require_task: true }");
    sandbox.write("code.txt", "mended\n");
    let run = sandbox.try_git(&["commit", "-a", "-q", "-m", "x"]).code(1);
    insta::assert_snapshot!(run, @"
    --- stderr ---
    error: this commit belongs to no task, and the board asks for one (hooks.require_task)
    hint: claim one with `mcp claim`, or say that there is none: `MCP_TASK=none git commit …`
    --- exit 1 ---
    ");
    let mut command = sandbox.command("git");
    command.args(["commit", "-a", "-q", "-m", "x"]).env("MCP_TASK", "none");
    let _ = sandbox.run(command).success();
    let _ = sandbox.claimed_task("A task");
    sandbox.git("add .mcp");
    sandbox.git("commit -q -m board");
}

#[test]
fn a_task_named_for_the_commit_must_be_one_that_is_worked_on() {
    let desk = Desk::main();
    let other = desk.sandbox.ready_task("Something else");
    desk.mend();
    let before = desk.before();
    let run = commit_with(&desk, &other).code(1);
    insta::assert_snapshot!(run.named(&[&desk.task, &other]), @"
    --- stderr ---
    error: [T2] is in ready, so it cannot be worked on
    hint: `mcp claim [T2]` first, or `MCP_TASK=none git commit …`
    --- exit 1 ---
    ");
    let run = commit_with(&desk, "t-zzzzzz").code(1);
    insta::assert_snapshot!(run, @"
    --- stderr ---
    error: no task's id starts with `t-zzzzzz`
    hint: `mcp list --all` names all tasks
    --- exit 1 ---
    ");
    desk.stayed(&before, "in-progress");
}

#[test]
fn a_commit_without_a_board_or_a_task_is_silent() {
    let sandbox = repository();
    sandbox.write("code.txt", "broken\n");
    let run = sandbox.try_git(&["commit", "-a", "-q", "-m", "x"]).success();
    assert_eq!(run.stderr, "");
    sandbox.git("rm -r -q .mcp");
    let run = sandbox.try_git(&["commit", "-q", "-m", "no board"]).success();
    assert_eq!(run.stderr, "");
}
