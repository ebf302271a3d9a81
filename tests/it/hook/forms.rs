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

/// Makes a test of each form, which runs in the main worktree and in a linked one, and counts them.
macro_rules! forms {
    ($($name:ident: [$($argument:literal),*] after $prepare:expr;)*) => {
        $(#[test] fn $name() { check(&[$($argument),*], $prepare); })*

        const FORMS: &[&str] = &[$(stringify!($name)),*];
    };
}

forms! {
    a_plain_commit: ["-m", "x"] after staged;
    a_commit_of_everything_tracked: ["-a", "-m", "x"] after Desk::mend;
    a_commit_after_everything_was_added: ["-m", "x"] after |desk| {
        desk.mend();
        desk.sandbox.write("new.txt", "new\n");
        desk.sandbox.git("add -A");
    };
    a_commit_of_some_paths_beside_other_staged_work: ["-m", "x", "--only", "code.txt"] after beside_others;
    a_commit_of_paths_that_a_file_lists: ["-m", "x", "--pathspec-from-file", "list.txt"] after |desk| {
        beside_others(desk);
        desk.sandbox.write("list.txt", "code.txt\n");
    };
    a_commit_of_a_folder: ["-m", "x", "--", "deep"] after |desk| {
        beside_others(desk);
        desk.sandbox.write("deep/er/new.txt", "new\n");
        desk.sandbox.git("add -N deep");
    };
    a_commit_that_includes_paths: ["-m", "x", "--include", "code.txt"] after |desk| {
        desk.mend();
        desk.sandbox.write("other.txt", "staged\n");
        desk.sandbox.git("add other.txt");
    };
    a_commit_of_hunks: ["-p", "-m", "x"] after Desk::mend;
    a_commit_of_a_partly_staged_file: ["-m", "x"] after |desk| {
        staged(desk);
        desk.sandbox.write("code.txt", "mended\nnot yet broken\n");
    };
    a_commit_beside_files_that_are_only_intended: ["-m", "x"] after |desk| {
        staged(desk);
        desk.sandbox.write("later.txt", "later\n");
        desk.sandbox.git("add -N later.txt");
    };
    a_commit_that_renames_and_removes: ["-m", "x"] after |desk| {
        desk.sandbox.git("mv other.txt others.txt");
        desk.sandbox.git("rm -q code.txt");
    };
    a_commit_with_a_message_from_a_file: ["-F", "check.sh"] after staged;
    a_commit_with_the_message_of_another: ["-C", "HEAD"] after staged;
    a_commit_whose_message_was_edited: ["-e", "-m", "x"] after staged;
    a_commit_that_shows_its_changes_in_the_editor: ["-v", "-e", "-m", "x"] after staged;
    a_commit_that_is_signed_off: ["-s", "-m", "x"] after staged;
    a_commit_that_shall_fix_another_up: ["--fixup", "HEAD"] after staged;
    a_commit_that_says_no_word: ["-q", "-m", "x"] after staged;
    an_amended_commit: ["--amend", "-a", "-m", "x"] after twice;
    an_amended_commit_of_what_is_staged: ["--amend", "--no-edit"] after |desk| {
        twice(desk);
        desk.sandbox.git("add code.txt");
    };
    an_amended_commit_of_some_paths: ["--amend", "-m", "x", "--only", "code.txt"] after |desk| {
        twice(desk);
        desk.sandbox.write("other.txt", "staged for later\n");
        desk.sandbox.git("add other.txt");
    };
    a_commit_on_a_detached_head: ["-a", "-m", "x"] after |desk| {
        desk.sandbox.git("checkout -q --detach");
        desk.mend();
    };
}

/// The code is mended and staged.
fn staged(desk: &Desk) {
    desk.mend();
    desk.sandbox.git("add code.txt");
}

/// The code is mended, other work is staged and changed again.
fn beside_others(desk: &Desk) {
    desk.mend();
    desk.sandbox.write("other.txt", "staged for later\n");
    desk.sandbox.write("new.txt", "staged for later\n");
    desk.sandbox.git("add other.txt new.txt");
    desk.sandbox.write("other.txt", "and changed again\n");
}

/// A commit was made that nobody checked, and the code is mended since.
fn twice(desk: &Desk) {
    desk.sandbox.write("other.txt", "two\n");
    desk.commit(&["-a", "-q", "-m", "first", "--no-verify"]).success();
    desk.mend();
}

#[test]
fn the_forms_are_as_many_as_are_promised() {
    // Each in the main worktree and in a linked one; `formats.rs` runs them all once more without libgit2.
    assert_eq!(FORMS.len() * 2 * 2, 88, "docs/testing.md tells the number");
}

#[test]
fn a_commit_beside_a_name_that_is_no_text_and_only_intended() {
    use std::os::unix::ffi::OsStrExt as _;
    let desk = Desk::main();
    staged(&desk);
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9");
    fs_err::write(desk.sandbox.dir().join(name), "later\n").expect("a file");
    let mut command = desk.sandbox.command("git");
    command.args(["add", "-N"]).arg(name);
    let _ = desk.sandbox.run(command).success();
    let _ = desk.commit(&["-m", "x"]).success();
    assert_eq!(desk.state(), "review");
    assert_eq!(desk.sandbox.status(), " A \"caf\\351\"");
}

#[test]
fn a_change_that_git_was_told_not_to_look_at_has_no_part_in_the_checks() {
    for told in ["--assume-unchanged", "--skip-worktree"] {
        Desk::each(|desk| {
            desk.spoil();
            desk.sandbox.git("add code.txt");
            desk.mend();
            desk.sandbox.git(&format!("update-index {told} code.txt"));
            let before = desk.before();
            let run = desk.commit(&["-m", "x"]).code(1);
            assert!(run.stderr.contains("code.txt has changes that are not part of it"), "{run}");
            desk.stayed(&before, "ready");
        });
    }
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

/// The code of HEAD, with a task that a refused commit has sent back meanwhile: by git's own words nothing is changed.
#[test]
fn what_is_amended_back_after_a_refusal_is_in_review_again() {
    Desk::each(|desk| {
        desk.mend();
        desk.commit(&["-a", "-m", "first"]).success();
        desk.spoil();
        desk.commit(&["-a", "--amend", "--no-edit"]).code(1);
        assert_eq!(desk.state(), "ready");
        desk.mend();
        let before = desk.before();
        let run = desk.commit(&["-q", "-a", "--amend", "--no-edit"]).success();
        insta::assert_snapshot!(desk.told(&run), @"
        --- stderr ---
        tests passed on this tree before
        [T1] goes to review in this commit
        ");
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
