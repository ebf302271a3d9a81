//! Merges, rebases, picks and reverts: the hooks stay out of their way.

use super::desk::{Desk, repository};

/// A desk whose branch and `side2` both change the code, so that joining them conflicts.
fn torn() -> Vec<Desk> {
    [repository(), repository().linked()]
        .into_iter()
        .map(|sandbox| {
            let branch = sandbox.git("branch --show-current");
            sandbox.git("switch -q -c theirs");
            sandbox.write("code.txt", "theirs\n");
            sandbox.git("commit -q -a -m theirs");
            sandbox.git(&format!("switch -q {branch}"));
            sandbox.write("code.txt", "ours\n");
            sandbox.git("commit -q -a -m ours");
            Desk::over(sandbox)
        })
        .collect()
}

/// Begins something that stops at a conflict, settles it, and goes on.
fn joins(begin: &[&str], go_on: &[&str]) {
    for desk in torn() {
        let _ = desk.sandbox.try_git(begin).code(1);
        // It would fail the checks: they do not run.
        desk.spoil();
        desk.sandbox.git("add code.txt");
        let before = desk.before();
        let run = desk.sandbox.try_git(go_on).success();
        assert!(!run.stderr.contains("tests"), "{run}");
        desk.passed_by(&before, "in-progress");
        assert!(!desk.message().contains("Task:"), "{}", desk.message());
        desk.mend();
        let before = desk.before();
        let _ = desk.commit(&["-a", "-m", "x"]).success();
        desk.moved(&before);
    }
}

#[test]
fn a_merge_with_a_conflict() {
    joins(&["merge", "-q", "theirs"], &["commit", "-q", "--no-edit"]);
}

#[test]
fn a_cherry_pick_with_a_conflict() {
    joins(&["cherry-pick", "theirs"], &["commit", "-q", "--no-edit"]);
    joins(&["cherry-pick", "theirs"], &["cherry-pick", "--continue"]);
}

#[test]
fn a_revert_with_a_conflict() {
    joins(&["revert", "--no-edit", "theirs"], &["commit", "-q", "--no-edit"]);
}

#[test]
fn a_rebase_with_a_conflict_and_one_without() {
    for desk in torn() {
        let _ = desk.sandbox.try_git(&["rebase", "-q", "theirs"]).code(1);
        desk.sandbox.write("code.txt", "both\n");
        desk.sandbox.git("add code.txt");
        let _ = desk.sandbox.try_git(&["rebase", "--continue"]).success();
        assert_eq!(desk.state(), "in-progress");
        desk.mend();
        let _ = desk.commit(&["-a", "-m", "x"]).success();
        let before = desk.before();
        let _ = desk.sandbox.try_git(&["rebase", "-q", "--force-rebase", "HEAD~2"]).success();
        assert_eq!(desk.state(), "review");
        desk.is_whole(&before);
        let trailers = desk.sandbox.git("log -1 --format=%(trailers:key=Task,valueonly,separator=%x2C)");
        assert_eq!(trailers, desk.task);
    }
}

#[test]
fn a_merge_without_a_conflict_and_a_squash() {
    for desk in torn() {
        desk.sandbox.git("switch -q -c more theirs~");
        desk.sandbox.write("more.txt", "more\n");
        desk.sandbox.git("add more.txt");
        desk.sandbox.git("commit -q --no-verify -m more");
        desk.sandbox.git("switch -q -");
        let _ = desk.sandbox.try_git(&["merge", "-q", "--no-edit", "more"]).success();
        assert_eq!(desk.state(), "in-progress");
        desk.mend();
        let before = desk.before();
        let _ = desk.commit(&["-a", "-m", "x"]).success();
        desk.moved(&before);
    }
}

#[test]
fn a_merge_carries_both_halves_of_a_move() {
    for desk in torn() {
        let other = desk.sandbox.ready_task("Something else");
        desk.sandbox.git("add .mcp");
        desk.sandbox.git("commit -q -m other");
        let _ = desk.sandbox.try_git(&["merge", "-q", "theirs"]).code(1);
        let dropped = desk.sandbox.mcp(&format!("drop {other} -m unneeded")).success();
        assert!(dropped.stderr.contains("a merge is under way"), "{dropped}");
        desk.mend();
        let before = desk.before();
        let _ = desk.commit(&["-a", "-q", "--no-edit"]).success();
        desk.passed_by(&before, "in-progress");
        let tracked = desk.sandbox.git("ls-tree -r --name-only HEAD");
        assert!(tracked.contains(&format!(".mcp/tasks/failed/{other}")), "{tracked}");
    }
}

/// A desk whose branch has two verified commits of its task.
fn with_two() -> Vec<Desk> {
    let desks = [Desk::main(), Desk::linked()];
    for desk in &desks {
        for text in ["mended\n", "mended more\n"] {
            desk.sandbox.write("code.txt", text);
            let _ = desk.commit(&["-a", "-q", "-m", text.trim()]).success();
        }
    }
    desks.into()
}

/// Rebases the last two commits with one of them treated in this way, and goes on if it stops there.
fn rebases(todo: &str, editor: &str, go_on: &[&str]) {
    for desk in with_two() {
        let before = desk.before();
        let mut command = desk.sandbox.command("git");
        command.args(["rebase", "-q", "-i", "HEAD~2"]).env("GIT_SEQUENCE_EDITOR", format!("sed -i '2s/^pick/{todo}/'"));
        let _ = desk.sandbox.run({
            command.env("GIT_EDITOR", editor);
            command
        });
        for line in go_on {
            let mut shell = desk.sandbox.command("sh");
            shell.args(["-c", line]).env("GIT_EDITOR", editor);
            let _ = desk.sandbox.run(shell).success();
        }
        assert!(!desk.sandbox.git("status").contains("rebase"), "it is over");
        assert_eq!(desk.state(), "review", "{todo}");
        assert_eq!(desk.sandbox.read("code.txt"), "mended more\n");
        desk.is_whole(&before);
        let trailers = desk.sandbox.git("log -1 --format=%(trailers:key=Task,valueonly,separator=%x2C)");
        assert!(trailers.split(',').all(|trailer| trailer == desk.task), "{trailers}");
        assert_eq!(desk.sandbox.status(), "");
        desk.sandbox.write("code.txt", "mended again\n");
        let before = desk.before();
        let _ = desk.commit(&["-a", "-m", "x"]).success();
        desk.moved(&before);
    }
}

#[test]
fn a_rebase_that_rewords_edits_squashes_and_fixes_up() {
    rebases("reword", "sed -i '1s/^/Again: /'", &[]);
    rebases("edit", "true", &["git commit -q --amend --no-edit", "git rebase --continue"]);
    rebases("squash", "true", &[]);
    rebases("fixup", "true", &[]);
}

#[test]
fn mail_that_is_applied_is_not_checked() {
    for desk in torn() {
        desk.sandbox.git("checkout -q -b mailed HEAD");
        let mail = desk.sandbox.home().join("mail");
        desk.sandbox.git(&format!("format-patch -q -1 theirs~ -o {}", mail.display()));
        desk.sandbox.git("switch -q --orphan nothing");
        desk.sandbox.git("switch -q mailed");
        desk.sandbox.write("more.txt", "broken\n");
        desk.sandbox.git("add more.txt");
        desk.sandbox.git("commit -q --no-verify -m More");
        desk.sandbox.git(&format!("format-patch -q -1 HEAD -o {}/last", mail.display()));
        desk.sandbox.git("reset -q --hard HEAD~");
        let patch = format!("{}/last/0001-More.patch", mail.display());
        let before = desk.before();
        let run = desk.sandbox.try_git(&["am", "-q", &patch]).success();
        assert!(!run.stderr.contains("tests"), "{run}");
        assert_ne!(desk.sandbox.git("log -1 --format=%s"), "ours");
        assert_eq!(desk.state(), "in-progress");
        desk.has_each_task_once();
        desk.leaves_nothing_behind();
        drop(before);
        desk.mend();
        let before = desk.before();
        let _ = desk.commit(&["-a", "-m", "x"]).success();
        desk.moved(&before);
    }
}

#[test]
fn a_revert_and_a_pick_without_a_conflict() {
    for desk in with_two() {
        for arguments in
            [&["revert", "--no-edit", "HEAD"][..], &["cherry-pick", "HEAD~"], &["revert", "--no-edit", "HEAD"]]
        {
            let run = desk.sandbox.try_git(arguments);
            assert!(!run.stderr.contains("tests"), "{arguments:?}: {run}");
            let _ = desk.sandbox.try_git(&["cherry-pick", "--abort"]);
            let _ = desk.sandbox.try_git(&["revert", "--abort"]);
            let _ = desk.sandbox.mcp(&format!("note {} -m Later", desk.task)).success();
            desk.has_each_task_once();
            desk.leaves_nothing_behind();
        }
        desk.sandbox.write("code.txt", "mended again\n");
        desk.sandbox.git("add -A");
        let _ = desk.commit(&["-m", "x"]).success();
        assert_eq!(desk.state(), "review");
    }
}
