//! What the board's settings make of a commit; they are those that the commit will have.

use super::desk::Desk;

/// Writes settings, trusts them, and commits them.
fn set(desk: &Desk, text: &str) {
    desk.sandbox.write(".mcp/config.yaml", text);
    let _ = desk.sandbox.mcp("trust --quiet").success();
    desk.sandbox.git("commit -q --no-verify -m settings -- .mcp/config.yaml check.sh");
}

fn runs(desk: &Desk) -> String {
    fs_err::read_to_string(desk.sandbox.home().join("runs")).unwrap_or_default().replace('\n', " ").trim().to_owned()
}

fn count(name: &str) -> String {
    format!("  - name: {name}\n    run: echo {name} >> $HOME/runs\n")
}

#[test]
fn settings_count_as_they_are_staged() {
    Desk::each(|desk| {
        desk.sandbox.write(".mcp/config.yaml", "version: 1\nchecks:\n  - name: tests\n    run: 'false'\n");
        let _ = desk.sandbox.mcp("trust --quiet").success();
        desk.mend();
        desk.sandbox.git("add code.txt");
        let before = desk.before();
        let run = desk.commit(&["-q", "-m", "x"]).success();
        insta::assert_snapshot!(desk.told(&run), @"
        --- stderr ---
        tests passed in [SECONDS]
        [T1] goes to review in this commit
        ");
        assert_eq!(desk.state(), "review");
        desk.is_whole(&before);
        desk.sandbox.write("code.txt", "mended more\n");
        let before = desk.before();
        let _ = desk.commit(&["-a", "-m", "x"]).code(1);
        desk.stayed(&before, "ready");
    });
}

#[test]
fn settings_that_cannot_be_read_are_not_committed_and_hurt_nobody_else() {
    let desk = Desk::main();
    desk.sandbox.write(".mcp/config.yaml", "version: 1\nmax_atempts: 3\n");
    desk.mend();
    desk.sandbox.git("add code.txt");
    let before = desk.before();
    let _ = desk.commit(&["-q", "-m", "x"]).success();
    assert_eq!(desk.committed_task().split('/').nth(2), Some("review"));
    desk.is_whole(&before);
    desk.sandbox.write("code.txt", "mended more\n");
    let run = desk.commit(&["-a", "-m", "x"]).code(1);
    insta::assert_snapshot!(desk.told(&run), @"
    --- stderr ---
    error: .mcp/config.yaml:2:1: unknown key `max_atempts`
    hint: did you mean `max_attempts`?
    --- exit 1 ---
    ");
    let _ = desk.commit(&["-a", "-m", "x", "--no-verify"]).success();
}

#[test]
fn commands_that_nobody_trusted_do_not_run() {
    Desk::each(|desk| {
        desk.sandbox.write(".mcp/config.yaml", "version: 1\nchecks:\n  - name: tests\n    run: touch $HOME/owned\n");
        desk.mend();
        let before = desk.before();
        let run = desk.commit(&["-a", "-q", "-m", "x"]).success();
        insta::assert_snapshot!(desk.told(&run), @"
        --- stderr ---
        warning: the checks of this board have not been trusted on this machine: tests (`touch $HOME/owned`); committed without checking. `mcp trust` lets them run
        ");
        assert!(!desk.sandbox.home().join("owned").exists());
        desk.passed_by(&before, "in-progress");
        insta::assert_snapshot!(desk.message(), @"
        x

        Task: [T1]
        ");
    });
}

#[test]
fn a_board_without_checks_says_so() {
    let desk = Desk::main();
    set(&desk, "version: 1\n");
    desk.mend();
    let run = desk.commit(&["-a", "-q", "-m", "x"]).success();
    insta::assert_snapshot!(desk.told(&run), @"
    --- stderr ---
    no checks are configured, so nothing was checked
    [T1] goes to review in this commit
    ");
    assert_eq!(desk.state(), "review");
    assert!(desk.committed_text().contains("nothing was checked"), "{}", desk.committed_text());
}

#[test]
fn checks_for_later_stages_do_not_run() {
    let desk = Desk::main();
    let later = format!("{}    on: review\n{}    on: complete\n", count("slow"), count("slower"));
    set(&desk, &format!("version: 1\nchecks:\n{}{later}", count("quick")));
    desk.mend();
    let before = desk.before();
    let _ = desk.commit(&["-a", "-m", "x"]).success();
    desk.moved(&before);
    assert_eq!(runs(&desk), "quick");
}

#[test]
fn a_check_runs_in_its_folder() {
    let desk = Desk::main();
    desk.sandbox.write("web/page.txt", "x\n");
    desk.sandbox.git("add web");
    desk.sandbox.git("commit -q --no-verify -m web");
    set(&desk, "version: 1\nchecks:\n  - name: web\n    run: test -e page.txt\n    dir: web\n");
    desk.mend();
    let before = desk.before();
    let _ = desk.commit(&["-a", "-m", "x"]).success();
    desk.moved(&before);
}

#[test]
fn a_check_is_skipped_while_what_it_looks_at_stays() {
    Desk::each(|desk| {
        set(desk, &format!("version: 1\nchecks:\n{}    when: [\"code.*\"]\n", count("tests")));
        desk.mend();
        let _ = desk.commit(&["-a", "-m", "x"]).success();
        assert_eq!(runs(desk), "tests");
        desk.sandbox.write("other.txt", "two\n");
        let before = desk.before();
        let run = desk.commit(&["-a", "-q", "-m", "x"]).success();
        insta::assert_snapshot!(desk.told(&run), @"
        --- stderr ---
        tests passed before, and nothing that it looks at has changed
        [T1] stays in review; the evidence is in this commit
        ");
        desk.moved(&before);
        assert!(desk.text().contains(" inherited "), "{}", desk.text());
        assert_eq!(runs(desk), "tests");
        desk.sandbox.write("code.txt", "mended more\n");
        let _ = desk.commit(&["-a", "-m", "x"]).success();
        assert_eq!(runs(desk), "tests tests");
        fs_err::remove_file(desk.sandbox.home().join("runs")).expect("a file");
    });
}

#[test]
fn where_the_checks_run_is_said_when_it_is_not_here() {
    let says = |settings: &str, prepare: &dyn Fn(&Desk)| {
        let desk = Desk::main();
        desk.sandbox.write("check.sh", "pwd > \"$HOME/place\"\n");
        set(&desk, &format!("version: 1\nchecks:\n  - name: tests\n    run: sh check.sh\n{settings}"));
        desk.mend();
        desk.sandbox.git("add -A");
        prepare(&desk);
        let before = desk.before();
        let run = desk.commit(&["-q", "-m", "x"]).success();
        desk.moved(&before);
        let place = fs_err::read_to_string(desk.sandbox.home().join("place")).expect("a file");
        let is_here = place.trim() == desk.sandbox.dir().display().to_string();
        format!("{}{}", if is_here { "in place\n" } else { "elsewhere\n" }, desk.told(&run))
    };
    insta::assert_snapshot!(says("", &|_| {}), @"
    in place
    --- stderr ---
    tests passed in [SECONDS]
    [T1] goes to review in this commit
    ");
    insta::assert_snapshot!(says("isolate: worktree\n", &|_| {}), @"
    elsewhere
    --- stderr ---
    checking in a private worktree: the board asks for it
    tests passed in [SECONDS]
    [T1] goes to review in this commit
    ");
    insta::assert_snapshot!(says("", &|desk| desk.sandbox.write("new.txt", "new\n")), @"
    elsewhere
    --- stderr ---
    checking in a private worktree: new.txt is not tracked, and not in .gitignore
    tests passed in [SECONDS]
    [T1] goes to review in this commit
    ");
    insta::assert_snapshot!(says("", &|desk| desk.sandbox.write("code.txt", "half\n")), @"
    elsewhere
    --- stderr ---
    checking in a private worktree: code.txt has changes that are not part of it
    tests passed in [SECONDS]
    [T1] goes to review in this commit
    ");
    insta::assert_snapshot!(says("isolate: none\n", &|desk| desk.sandbox.write("code.txt", "half\n")), @"
    in place
    --- stderr ---
    checking in place, as the board asks, though code.txt has changes that are not part of it
    tests passed in [SECONDS]
    [T1] goes to review in this commit
    ");
    insta::assert_snapshot!(says("link: [vendor]\n", &|desk| {
        desk.sandbox.write(".git/info/exclude", "vendor\n");
        desk.sandbox.write("vendor/lib", "x\n");
        desk.sandbox.write("code.txt", "half\n");
    }), @"
    elsewhere
    --- stderr ---
    checking in a private worktree: code.txt has changes that are not part of it
    tests passed in [SECONDS]
    [T1] goes to review in this commit
    ");
}

#[test]
fn a_linked_input_marks_the_evidence() {
    Desk::each(|desk| {
        desk.sandbox.write("check.sh", "cat vendor/lib\n");
        set(desk, "version: 1\nchecks:\n  - name: tests\n    run: sh check.sh\nisolate: worktree\nlink: [vendor]\n");
        let exclude = desk.sandbox.git("rev-parse --path-format=absolute --git-path info/exclude");
        fs_err::write(exclude, "vendor\n").expect("a file");
        desk.sandbox.write("vendor/lib", "x\n");
        desk.mend();
        let before = desk.before();
        let _ = desk.commit(&["-a", "-m", "x"]).success();
        desk.moved(&before);
        assert!(desk.text().contains(" linked "), "{}", desk.text());
    });
}

#[test]
fn a_board_that_is_kept_out_of_the_repository_moves_when_the_commit_is_made() {
    let sandbox = crate::support::Sandbox::empty();
    sandbox.write("check.sh", super::desk::CHECK);
    sandbox.write("code.txt", "one\n");
    sandbox.git("add -A");
    sandbox.git("commit -q -m start");
    sandbox.write(".git/info/exclude", ".mcp/\n");
    let _ = sandbox.mcp("init --quiet").success();
    sandbox.set_checks(&[("tests", "sh check.sh")]);
    let task = sandbox.claimed_task("Mend the code");
    let desk = Desk { sandbox, task };
    desk.mend();
    let _ = desk.commit(&["-a", "-m", ""]).code(1);
    assert_eq!(desk.state(), "in-progress");
    let _ = desk.commit(&["-a", "-m", "x"]).success();
    assert_eq!(desk.state(), "review");
    insta::assert_snapshot!(desk.message(), @"
    x

    Task: [T1]
    ");
    assert_eq!(desk.sandbox.git("ls-files"), "check.sh\ncode.txt");
    assert_eq!(desk.sandbox.git("status --short"), "");
}

/// Checks in two folders: the one waits for the other to begin, and both tell when they do.
const SIDE_BY_SIDE: &str = "version: 1
checks:
  - name: one
    run: touch ../began; while ! test -e ../other; do sleep 0.01; done
    dir: left
  - name: two
    run: touch ../other; while ! test -e ../began; do sleep 0.01; done
    dir: right
isolate: none
";

#[test]
fn checks_of_different_folders_run_side_by_side() {
    if std::thread::available_parallelism().map_or(1, usize::from) < 2 {
        return;
    }
    let desk = Desk::main();
    desk.sandbox.write(".gitignore", "began\nother\n");
    desk.sandbox.write("left/a", "a\n");
    desk.sandbox.write("right/a", "a\n");
    desk.sandbox.git("add -A");
    desk.sandbox.git("commit -q --no-verify -m folders");
    set(&desk, SIDE_BY_SIDE);
    desk.mend();
    let before = desk.before();
    let _ = desk.commit(&["-a", "-m", "x"]).success();
    desk.sandbox.git("clean -fdxq -e .mcp");
    desk.moved(&before);
}

#[test]
fn the_first_failure_may_stop_the_others() {
    if std::thread::available_parallelism().map_or(1, usize::from) < 2 {
        return;
    }
    let desk = Desk::main();
    desk.sandbox.write("left/a", "a\n");
    desk.sandbox.git("add -A");
    desk.sandbox.git("commit -q --no-verify -m folders");
    let checks = "checks:\n  - name: slow\n    run: sleep 600\n    dir: left\n  - name: quick\n    run: echo quick.txt:1 is wrong; exit 1\n  - name: never\n    run: touch never\n";
    set(&desk, &format!("version: 1\n{checks}fail_fast: true\n"));
    desk.mend();
    let before = desk.before();
    let run = desk.commit(&["-a", "-m", "x"]).code(1);
    insta::assert_snapshot!(desk.told(&run), @"
    --- stderr ---
    quick failed (exit code 1) after [SECONDS]
      quick.txt:1 is wrong
    error: quick failed
    hint: read .mcp/tasks/ready/[T1]-mend-the-code.md, mend it, and commit again; all of the output: [WORLD]/repo/.git/mcp/logs/quick.log
    --- exit 1 ---
    ");
    desk.stayed(&before, "ready");
    assert!(!desk.sandbox.path("never").exists());
}
