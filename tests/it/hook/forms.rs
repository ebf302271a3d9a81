//! The forms of `git commit`, each in the main worktree and in a linked one.

use super::desk::{Desk, input, repository};
use crate::support::Sandbox;

/// Commits in some way after some preparation: the task moves in that commit, and nothing else is touched.
fn check(arguments: &[&str], prepare: impl Fn(&Desk)) {
    Desk::each(|desk| {
        prepare(desk);
        let before = desk.before();
        let mut command = desk.committing(arguments);
        command.stdin(input("y\ny\ny\n"));
        let run = desk.sandbox.run(command).success();
        desk.moved(&before);
        assert!(run.stderr.contains("goes to review in this commit"), "{run}");
    });
}

#[test]
fn a_plain_commit() {
    check(&["-m", "x"], |desk| {
        desk.mend();
        desk.sandbox.git("add code.txt");
    });
}

#[test]
fn a_commit_of_everything_tracked() {
    check(&["-a", "-m", "x"], Desk::mend);
}

#[test]
fn a_commit_after_everything_was_added() {
    check(&["-m", "x"], |desk| {
        desk.mend();
        desk.sandbox.write("new.txt", "new\n");
        desk.sandbox.git("add -A");
    });
}

#[test]
fn a_commit_of_some_paths_beside_other_staged_work() {
    check(&["-m", "x", "--only", "code.txt"], |desk| {
        desk.mend();
        desk.sandbox.write("other.txt", "staged for later\n");
        desk.sandbox.write("new.txt", "staged for later\n");
        desk.sandbox.git("add other.txt new.txt");
        desk.sandbox.write("other.txt", "and changed again\n");
    });
}

#[test]
fn a_commit_that_includes_paths() {
    check(&["-m", "x", "--include", "code.txt"], |desk| {
        desk.mend();
        desk.sandbox.write("other.txt", "staged\n");
        desk.sandbox.git("add other.txt");
    });
}

#[test]
fn a_commit_of_hunks() {
    check(&["-p", "-m", "x"], Desk::mend);
}

#[test]
fn a_commit_of_a_partly_staged_file() {
    check(&["-m", "x"], |desk| {
        desk.mend();
        desk.sandbox.git("add code.txt");
        desk.sandbox.write("code.txt", "mended\nnot yet broken\n");
    });
}

#[test]
fn a_commit_beside_files_that_are_only_intended() {
    check(&["-m", "x"], |desk| {
        desk.mend();
        desk.sandbox.git("add code.txt");
        desk.sandbox.write("later.txt", "later\n");
        desk.sandbox.git("add -N later.txt");
    });
}

#[test]
fn an_amended_commit() {
    check(&["--amend", "-a", "-m", "x"], |desk| {
        desk.sandbox.write("other.txt", "two\n");
        desk.commit(&["-a", "-q", "-m", "first", "--no-verify"]).success();
        desk.mend();
    });
}

#[test]
fn a_commit_on_a_detached_head() {
    check(&["-a", "-m", "x"], |desk| {
        desk.sandbox.git("checkout -q --detach");
        desk.mend();
    });
}

#[test]
fn a_commit_from_a_subfolder() {
    Desk::each(|desk| {
        desk.sandbox.write("deep/er/new.txt", "new\n");
        desk.sandbox.git("add -A");
        let before = desk.before();
        let mut command = desk.committing(&["-m", "x"]);
        command.current_dir(desk.sandbox.path("deep/er"));
        desk.sandbox.run(command).success();
        desk.moved(&before);
    });
}

#[test]
fn a_commit_with_an_index_of_the_callers_own() {
    Desk::each(|desk| {
        desk.mend();
        let index = desk.sandbox.home().join("own index");
        let own = |arguments: &[&str]| {
            let mut command = desk.sandbox.command("git");
            command.args(arguments).env("GIT_INDEX_FILE", &index);
            desk.sandbox.run(command).success()
        };
        own(&["read-tree", "HEAD"]);
        own(&["add", "code.txt"]);
        desk.sandbox.write("other.txt", "staged for later\n");
        desk.sandbox.git("add other.txt");
        let before = desk.before();
        own(&["commit", "-m", "x"]);
        desk.moved(&before);
    });
}

#[test]
fn the_first_commit_of_a_repository() {
    let sandbox = Sandbox::empty();
    sandbox.write("check.sh", super::desk::CHECK);
    sandbox.mcp("init --quiet").success();
    sandbox.set_checks(&[("tests", "sh check.sh")]);
    let task = sandbox.claimed_task("Begin");
    let desk = Desk { sandbox, task };
    desk.mend();
    desk.sandbox.git("add -A");
    let before = desk.before();
    desk.commit(&["-m", "x"]).success();
    desk.moved(&before);
}

#[test]
fn a_commit_without_verification_has_the_trailer_and_moves_nothing() {
    Desk::each(|desk| {
        desk.spoil();
        let before = desk.before();
        desk.commit(&["-a", "-m", "x", "--no-verify"]).success();
        desk.passed_by(&before, "in-progress");
        insta::assert_snapshot!(desk.message(), @"
        x

        Task: [T1]
        ");
    });
}

#[test]
fn a_commit_of_nothing_is_gits_business() {
    Desk::each(|desk| {
        let before = desk.before();
        let run = desk.commit(&["-m", "x"]).code(1);
        assert_eq!(run.stderr, "", "{run}");
        desk.stayed(&before, "in-progress");
    });
}

#[test]
fn a_later_commit_of_a_task_in_review_is_checked_and_stamped_anew() {
    Desk::each(|desk| {
        desk.mend();
        desk.commit(&["-a", "-m", "first"]).success();
        desk.sandbox.write("code.txt", "mended more\n");
        let before = desk.before();
        desk.commit(&["-a", "-m", "second"]).success();
        desk.moved(&before);
    });
}

#[test]
fn an_amended_message_does_nothing() {
    Desk::each(|desk| {
        desk.mend();
        desk.commit(&["-a", "-m", "first"]).success();
        let text = desk.text();
        let run = desk.commit(&["--amend", "-q", "-m", "second\n\nTask: t-other"]).success();
        assert_eq!(run.stderr, "", "{run}");
        assert_eq!(desk.text(), text);
        let before = desk.before();
        desk.commit(&["--amend", "--no-edit"]).success();
        desk.is_whole(&before);
    });
}

#[test]
fn a_stash_and_back_keeps_the_task() {
    Desk::each(|desk| {
        desk.mend();
        let before = desk.before();
        desk.sandbox.mcp(&format!("note {} -m Look", desk.task)).success();
        desk.sandbox.git("stash -q");
        assert_eq!(desk.state(), "in-progress");
        desk.sandbox.git("stash pop -q");
        desk.commit(&["-a", "-m", "x"]).success();
        desk.moved(&before);
        assert!(desk.text().contains("Look"));
    });
}

#[test]
fn the_board_is_found_by_its_branch_when_nothing_else_tells() {
    let sandbox = repository();
    let task = sandbox.claimed_task("Mend the code");
    sandbox.git("add -A");
    sandbox.git("commit -q -m board");
    // A worktree that never claimed it, on a branch that names it.
    sandbox.git(&format!("switch -q -c fix/{task}-mend"));
    fs_err::remove_dir_all(sandbox.path(".git/mcp/bound")).expect("a folder");
    let desk = Desk { sandbox, task };
    desk.mend();
    let before = desk.before();
    desk.commit(&["-a", "-m", "x"]).success();
    desk.moved(&before);
}
