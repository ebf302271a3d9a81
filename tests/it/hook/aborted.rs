//! Commits that were not made after all: what the hook put into the index is taken out again.

use std::os::unix::process::CommandExt;

use super::desk::{Before, Desk};

/// The next writing command takes back what an aborted commit left.
fn settled(desk: &Desk, before: &Before) {
    let _ = desk.sandbox.mcp(&format!("note {} -m Later", desk.task)).success();
    desk.stayed(before, "in-progress");
    assert_eq!(desk.sandbox.git("diff --cached --name-only -- .mcp"), "", "nothing of the board is staged");
}

fn plain(desk: &Desk) {
    desk.mend();
    desk.sandbox.git("add code.txt");
}

fn with_editor(desk: &Desk, editor: &str, arguments: &[&str]) {
    let mut command = desk.committing(arguments);
    command.env("GIT_EDITOR", editor);
    let _ = desk.sandbox.run(command).code(1);
}

#[test]
fn an_empty_message() {
    for arguments in [&["-m", ""][..], &["-a", "-m", ""], &["--only", "code.txt", "-m", ""], &["-F", "/dev/null"]] {
        Desk::each(|desk| {
            plain(desk);
            let before = desk.before();
            let _ = desk.commit(arguments).code(1);
            settled(desk, &before);
        });
    }
}

#[test]
fn an_editor_that_fails_or_leaves_nothing() {
    for (editor, arguments) in [("false", &[][..]), ("true", &["-a"]), ("truncate -s 0", &[])] {
        for desk in [Desk::main(), Desk::linked()] {
            plain(&desk);
            let before = desk.before();
            with_editor(&desk, editor, arguments);
            settled(&desk, &before);
        }
    }
}

#[test]
fn an_aborted_commit_and_then_one_that_is_made() {
    let forms = [&["-m", "x"][..], &["-a", "-m", "x"], &["--only", "code.txt", "-m", "x"]];
    for first in [&[][..], &["-a"]] {
        for (second, desk) in forms.into_iter().zip([Desk::main(), Desk::linked(), Desk::main()]) {
            plain(&desk);
            let before = desk.before();
            with_editor(&desk, "false", first);
            let _ = desk.commit(second).success();
            desk.moved(&before);
        }
    }
}

#[test]
fn two_aborted_commits() {
    let forms = [(&[][..], &["-a"][..]), (&["-a"], &[]), (&[], &["--only", "code.txt"]), (&[], &[])];
    for ((first, second), desk) in forms.into_iter().zip([Desk::main(), Desk::linked(), Desk::main(), Desk::linked()]) {
        plain(&desk);
        let before = desk.before();
        with_editor(&desk, "false", first);
        with_editor(&desk, "false", second);
        settled(&desk, &before);
    }
}

#[test]
fn an_aborted_commit_and_then_one_without_verification() {
    Desk::each(|desk| {
        plain(desk);
        let before = desk.before();
        with_editor(desk, "false", &[]);
        let _ = desk.commit(&["-m", "x", "--no-verify"]).success();
        // What was staged is in HEAD, so the file has followed: the checks had passed on this very code.
        desk.moved(&before);
    });
}

#[test]
fn an_aborted_commit_that_is_unstaged_by_hand() {
    let desk = Desk::main();
    plain(&desk);
    with_editor(&desk, "false", &[]);
    desk.sandbox.git("reset -q");
    let before = desk.before();
    settled(&desk, &before);
}

#[test]
fn an_aborted_commit_of_a_failing_tree_after_one_of_a_good_one() {
    Desk::each(|desk| {
        plain(desk);
        with_editor(desk, "false", &[]);
        desk.spoil();
        desk.sandbox.git("add code.txt");
        let before = desk.before();
        let _ = desk.commit(&["-m", "x"]).code(1);
        desk.stayed(&before, "ready");
        assert_eq!(desk.sandbox.git("diff --cached --name-only -- .mcp"), "");
    });
}

#[test]
fn a_command_beside_the_open_editor_does_not_disturb_the_commit() {
    Desk::each(|desk| {
        plain(desk);
        let before = desk.before();
        let note = format!("mcp --quiet note {} -m Meanwhile && echo Mended >", desk.task);
        let mut command = desk.committing(&[]);
        command.env("GIT_EDITOR", note);
        let _ = desk.sandbox.run(command).success();
        assert_eq!(desk.state(), "review");
        assert!(desk.text().contains("Meanwhile"), "{}", desk.text());
        assert_eq!(desk.sandbox.git("status --short").trim(), format!("M {}", desk.committed_task()));
        desk.is_whole(&before);
    });
}

#[test]
fn another_commit_beside_the_open_editor_leaves_the_tasks_whole() {
    Desk::each(|desk| {
        plain(desk);
        // The inner commit is made first; git then refuses the outer one, since HEAD has moved.
        let inner = "git commit -q -a -m inner && echo outer >";
        let before = desk.before();
        let mut command = desk.committing(&[]);
        command.env("GIT_EDITOR", inner);
        let _ = desk.sandbox.run(command).code(128);
        let _ = desk.sandbox.mcp(&format!("note {} -m Later", desk.task)).success();
        desk.is_whole(&before);
        assert_eq!(desk.state(), "review");
        assert_eq!(desk.sandbox.git("log -1 --format=%s"), "inner");
    });
}

#[test]
fn an_aborted_commit_beside_the_open_editor_takes_nothing_from_the_other() {
    Desk::each(|desk| {
        plain(desk);
        // In another second, so that the evidence of the two differs.
        let inner = "sleep 1; GIT_EDITOR=false git commit -q; echo outer >";
        let before = desk.before();
        let mut command = desk.committing(&[]);
        command.env("GIT_EDITOR", inner);
        let _ = desk.sandbox.run(command).success();
        desk.moved(&before);
    });
}

#[test]
fn a_hook_whose_git_is_gone_before_it_begins_leaves_nothing() {
    let desk = Desk::main();
    desk.mend();
    desk.sandbox.git("add code.txt");
    let before = desk.before();
    let mut shell = desk.sandbox.command("sh");
    // It begins when the shell above it is no more, whose group whoever adopts it is not in.
    let orphan = "(while readlink /proc/$$/exe; do :; done; exec .git/hooks/pre-commit 2>&1) | tail -n 1 &";
    shell.args(["-c", orphan]).env("GIT_INDEX_FILE", ".git/index").process_group(0);
    let run = desk.sandbox.run(shell);
    assert_eq!(run.stdout, "hint: nothing was changed; run it again when you like\n", "{run}");
    desk.stayed(&before, "in-progress");
}

/// A hook may be killed while it writes its journal, and any command while it writes what it is about to do.
#[test]
fn what_a_killed_writer_has_left_goes_with_the_next_command_and_no_other() {
    let desk = Desk::main();
    let mut dead = std::process::Command::new("true").spawn().expect("a process");
    let _ = dead.wait().expect("its end");
    let left = |folder: &str, writer: u32| {
        let name = format!(".git/mcp/{folder}/.{}.json.00000000deadbeef.{writer}", desk.task);
        desk.sandbox.write(&name, "{\"half\":");
        desk.sandbox.path(&name)
    };
    let folders = ["commits", "intents"];
    let abandoned = folders.map(|folder| left(folder, dead.id()));
    let written = folders.map(|folder| left(folder, std::process::id()));
    let _ = desk.sandbox.mcp(&format!("note {} -m Later", desk.task)).success();
    for path in abandoned {
        assert!(!path.exists(), "{path:?}");
    }
    for path in written {
        assert!(path.exists(), "{path:?}");
    }
}
