//! What becomes of the task when its checks fail, and when they pass again.

use super::desk::Desk;

#[test]
fn a_failing_commit_is_refused_and_the_task_comes_back_with_the_reason() {
    Desk::each(|desk| {
        desk.spoil();
        desk.sandbox.git("add code.txt");
        let before = desk.before();
        let run = desk.commit(&["-m", "x"]).code(1);
        insta::assert_snapshot!(desk.told(&run), @"
        --- stderr ---
        tests failed (exit code 1) after [SECONDS]
          code.txt:1: it is broken
        error: tests failed
        hint: read .mcp/tasks/ready/[T1]-mend-the-code.md, mend it, and commit again; all of the output: [WORLD]/repo/.git/mcp/logs/tests.log
        --- exit 1 ---
        ");
        desk.stayed(&before, "ready");
        let text = desk.text();
        let errors = text.split("## Error context\n").nth(1).expect("a section").split("\n## ").next().expect("a part");
        insta::assert_snapshot!(desk.sandbox.filtered(errors), @"

        - [TIME] ada tests failed (exit code 1) (attempt 1); code.txt:1: it is broken tree:[OID]
          no failing test was recognised; the last lines:
          ```text
          code.txt:1: it is broken
          ```
        ");
    });
}

/// Fails, is mended, passes: with the files added by hand or by `-a`.
fn fails_then_passes(arguments: &[&str], add: bool) {
    Desk::each(|desk| {
        desk.spoil();
        let stage = || add.then(|| desk.sandbox.git("add -A"));
        stage();
        let before = desk.before();
        let _ = desk.commit(arguments).code(1);
        desk.stayed(&before, "ready");
        desk.mend();
        stage();
        let before = desk.before();
        let _ = desk.commit(arguments).success();
        desk.moved(&before);
        assert!(desk.text().contains("attempts: 0\n"), "{}", desk.text());
        assert!(desk.text().contains("(attempt 1)"), "{}", desk.text());
    });
}

#[test]
fn failing_then_passing() {
    fails_then_passes(&["-m", "x"], true);
}

#[test]
fn failing_then_passing_with_all() {
    fails_then_passes(&["-a", "-m", "x"], false);
}

#[test]
fn failing_then_passing_with_only() {
    fails_then_passes(&["-m", "x", "code.txt"], false);
}

#[test]
fn the_same_failing_tree_is_one_attempt() {
    let desk = Desk::main();
    desk.spoil();
    for _ in 0..2 {
        let before = desk.before();
        let _ = desk.commit(&["-a", "-m", "x"]).code(1);
        desk.stayed(&before, "ready");
    }
    assert!(desk.text().contains("attempts: 1\n"), "{}", desk.text());
    desk.sandbox.write("other.txt", "two\n");
    let _ = desk.commit(&["-a", "-m", "x"]).code(1);
    assert!(desk.text().contains("attempts: 2\n"), "{}", desk.text());
}

#[test]
fn a_command_that_does_not_exist_is_no_attempt() {
    let desk = Desk::main();
    desk.sandbox.set_checks(&[("tests", "echo runner is not there; exit 127")]);
    desk.mend();
    desk.sandbox.git("add -A");
    let before = desk.before();
    let run = desk.commit(&["-m", "x"]).code(1);
    insta::assert_snapshot!(desk.told(&run), @"
    --- stderr ---
    tests could not be run after [SECONDS]
    error: tests could not be run: runner is not there
    hint: something that it calls does not exist: see `checks` in .mcp/config.yaml, and `link` for what is installed but not tracked. Nothing was recorded
    --- exit 1 ---
    ");
    desk.stayed(&before, "in-progress");
    assert!(!desk.text().contains("Error context"), "{}", desk.text());
}

#[test]
fn a_check_that_takes_too_long_fails() {
    let desk = Desk::main();
    desk.sandbox.set_checks(&[("tests", "echo begun; sleep 60")]);
    desk.sandbox.write(
        ".mcp/config.yaml",
        "version: 1\nchecks:\n  - name: tests\n    run: echo begun; sleep 60\n    timeout: 1s\n",
    );
    desk.mend();
    desk.sandbox.git("add -A");
    let before = desk.before();
    let run = desk.commit(&["-m", "x"]).code(1);
    insta::assert_snapshot!(desk.told(&run), @"
    --- stderr ---
    tests timed out after [SECONDS]
      begun
      stopped after 1s, the check's timeout
    error: tests failed
    hint: read .mcp/tasks/ready/[T1]-mend-the-code.md, mend it, and commit again; all of the output: [WORLD]/repo/.git/mcp/logs/tests.log
    --- exit 1 ---
    ");
    desk.stayed(&before, "ready");
}

#[test]
fn an_agent_that_fails_too_often_finds_the_task_failed() {
    let desk = Desk::main();
    desk.sandbox.add_config("max_attempts: 2");
    desk.sandbox.git("commit -q -a -m settings");
    let commit = |text: &str| {
        desk.sandbox.write("code.txt", text);
        let mut command = desk.committing(&["-a", "-m", "x"]);
        command.env("MCP_AGENT", "codex");
        desk.sandbox.run(command)
    };
    let _ = commit("broken\n").code(1);
    let head = desk.head();
    assert_eq!(desk.state(), "ready");
    let run = commit("broken again\n").code(1);
    insta::assert_snapshot!(desk.told(&run), @"
    --- stderr ---
    tests failed (exit code 1) after [SECONDS]
      code.txt:1: it is broken
    error: tests failed
    hint: that was the last attempt: [T1] is in failed; `mcp retry [T1]`; all of the output: [WORLD]/repo/.git/mcp/logs/tests.log
    --- exit 1 ---
    ");
    assert_eq!((desk.head(), desk.state().as_str()), (head, "failed"));
    let run = commit("mended\n").code(1);
    insta::assert_snapshot!(desk.told(&run), @"
    --- stderr ---
    error: this worktree works on [T1], which is in failed
    hint: `mcp retry [T1]` to go on with it, or `MCP_TASK=none git commit …` for other work
    --- exit 1 ---
    ");
    assert_eq!(desk.state(), "failed");
    let _ = desk.sandbox.mcp(&format!("retry {}", desk.task)).success();
    let _ = desk.sandbox.mcp(&format!("claim {}", desk.task)).success();
    let before = desk.before();
    let _ = commit("mended\n").success();
    desk.moved(&before);
}

#[test]
fn a_person_who_fails_too_often_is_only_warned() {
    let desk = Desk::main();
    desk.sandbox.add_config("max_attempts: 1");
    desk.sandbox.git("commit -q -a -m settings");
    desk.spoil();
    let before = desk.before();
    let run = desk.commit(&["-a", "-m", "x"]).code(1);
    insta::assert_snapshot!(desk.told(&run), @"
    --- stderr ---
    tests failed (exit code 1) after [SECONDS]
      code.txt:1: it is broken
    that was attempt 1 of 1; perhaps the task wants splitting: `mcp split`
    error: tests failed
    hint: read .mcp/tasks/ready/[T1]-mend-the-code.md, mend it, and commit again; all of the output: [WORLD]/repo/.git/mcp/logs/tests.log
    --- exit 1 ---
    ");
    desk.stayed(&before, "ready");
}

#[test]
fn a_tree_that_was_checked_before_is_committed_at_once() {
    Desk::each(|desk| {
        desk.sandbox.write("check.sh", "echo run >> \"$HOME/runs\"\n");
        desk.sandbox.git("commit -q -a -m counted --no-verify");
        desk.mend();
        let _ = desk.sandbox.mcp("check").success();
        let before = desk.before();
        let run = desk.commit(&["-a", "-q", "-m", "x"]).success();
        insta::assert_snapshot!(desk.told(&run), @"
        --- stderr ---
        tests passed on this tree before
        [T1] goes to review in this commit
        ");
        desk.moved(&before);
        assert_eq!(fs_err::read_to_string(desk.sandbox.home().join("runs")).expect("a file"), "run\n");
    });
}

#[test]
fn failures_may_stay_out_of_the_file() {
    let desk = Desk::main();
    desk.sandbox.add_config("feedback: local");
    desk.sandbox.git("commit -q -a -m settings");
    desk.spoil();
    let before = desk.before();
    let _ = desk.commit(&["-a", "-m", "x"]).code(1);
    desk.stayed(&before, "ready");
    let errors = desk.text().split("## Error context\n").nth(1).expect("a section").to_owned();
    let errors = errors.split("\n## ").next().expect("a part").to_owned();
    insta::assert_snapshot!(desk.sandbox.filtered(&errors), @"

    - [TIME] ada tests failed (exit code 1) (attempt 1) tree:[OID]
    ");
}

#[test]
fn work_may_stay_in_progress_whatever_the_checks_say() {
    let desk = Desk::main();
    desk.sandbox.add_config("on_success: in-progress\non_failure: in-progress");
    desk.sandbox.git("commit -q -a -m settings");
    desk.spoil();
    let before = desk.before();
    let _ = desk.commit(&["-a", "-m", "x"]).code(1);
    desk.stayed(&before, "in-progress");
    desk.mend();
    let before = desk.before();
    let run = desk.commit(&["-a", "-q", "-m", "x"]).success();
    insta::assert_snapshot!(desk.told(&run), @"
    --- stderr ---
    tests passed in [SECONDS]
    [T1] stays in in-progress; the evidence is in this commit
    ");
    desk.passed_by(&before, "in-progress");
    assert_eq!(desk.text(), desk.committed_text());
    assert!(desk.text().contains("## Evidence"), "{}", desk.text());
}

#[test]
fn test_first_the_checks_must_fail_then_pass() {
    let desk = Desk::main();
    let _ = desk.sandbox.mcp(&format!("edit {} --set phase=red", desk.task)).success();
    desk.sandbox.write("other.txt", "two\n");
    let before = desk.before();
    let run = desk.commit(&["-a", "-m", "no test"]).code(1);
    insta::assert_snapshot!(desk.told(&run), @"
    --- stderr ---
    tests passed in [SECONDS]
    error: [T1] is in the phase red, but its checks pass
    hint: commit a test that fails first, or leave test-driven work: `mcp edit [T1] --set phase=refactor`
    --- exit 1 ---
    ");
    desk.stayed(&before, "in-progress");
    desk.spoil();
    let before = desk.before();
    let run = desk.commit(&["-a", "-q", "-m", "a failing test"]).success();
    insta::assert_snapshot!(desk.told(&run), @"
    --- stderr ---
    tests failed (exit code 1) after [SECONDS]
    the checks fail, as they should before the code is there; now make them pass
    [T1] stays in in-progress; the evidence is in this commit
    ");
    desk.passed_by(&before, "in-progress");
    assert!(desk.committed_text().contains("phase: green\n"), "{}", desk.committed_text());
    desk.mend();
    let before = desk.before();
    let _ = desk.commit(&["-a", "-m", "and its code"]).success();
    desk.moved(&before);
    assert!(desk.text().contains("phase: refactor\n"), "{}", desk.text());
}

#[test]
fn a_commit_is_refused_while_the_file_of_its_task_cannot_be_read() {
    let desk = Desk::main();
    let file = desk.sandbox.file_of(&desk.task);
    let whole = desk.sandbox.read(&file);
    desk.spoil();
    desk.sandbox.write(&file, &whole[..40]);
    let before = desk.before();
    let run = desk.commit(&["-m", "x", "--only", "code.txt"]).code(1);
    insta::assert_snapshot!(desk.told(&run), @"
    --- stderr ---
    error: .mcp/tasks/in-progress/[T1]-mend-the-code.md:1:1: this fence is never closed
    hint: end the front matter with a line `---`; `MCP_TASK=none git commit …` is for other work
    --- exit 1 ---
    ");
    assert!(before.is_at(&desk));
    let _ = desk.sandbox.shell_as("ada", "MCP_TASK=none git commit -q -m x --only code.txt").success();
}
