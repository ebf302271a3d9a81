//! What others do while the checks run, and signals.

use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::desk::{CHECK, Desk};
use crate::support::Run;

/// A check that tells when it has begun, and goes on when it may.
fn pausing(desk: &Desk) {
    let wait = "echo $$ > \"$HOME/begun\"; while ! test -e \"$HOME/go\"; do sleep 0.01; done\n";
    desk.sandbox.write("check.sh", &format!("{wait}{CHECK}"));
    desk.sandbox.git("commit -q --no-verify -m pausing check.sh");
}

/// Begins a commit and comes back when its checks run.
fn begun(desk: &Desk, arguments: &[&str]) -> Child {
    let mut command = desk.committing(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    // What runs tests in the background has them ignore Ctrl-C.
    // SAFETY: a plain system call, which may be made between fork and exec.
    unsafe {
        command.pre_exec(|| {
            libc::signal(libc::SIGINT, libc::SIG_DFL);
            Ok(())
        });
    }
    begun_by(desk, command)
}

fn begun_by(desk: &Desk, mut command: Command) -> Child {
    let mut git = command.spawn().expect("a process");
    let deadline = Instant::now() + Duration::from_secs(60);
    while !desk.sandbox.home().join("begun").exists() {
        assert_eq!(git.try_wait().expect("a process"), None, "git waits for the checks");
        assert!(Instant::now() < deadline, "the checks begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    git
}

/// Lets the checks go on and waits for the end of the commit.
fn ended(desk: &Desk, git: Child) -> Run {
    fs_err::write(desk.sandbox.home().join("go"), "").expect("a file");
    desk.sandbox.ended(git)
}

#[test]
fn what_another_process_stages_is_not_committed_unchecked() {
    Desk::each(|desk| {
        pausing(desk);
        desk.mend();
        desk.sandbox.git("add code.txt");
        let git = begun(desk, &["-m", "x"]);
        desk.sandbox.write("other.txt", "from elsewhere\n");
        desk.sandbox.git("add other.txt");
        let before = desk.before();
        let run = ended(desk, git).code(1);
        insta::assert_snapshot!(desk.told(&run), @"
        --- stderr ---
        tests passed in [SECONDS]
        error: the index was changed by another process while the checks ran, so they do not speak for it
        hint: nothing was committed; look at `git status` and commit again
        --- exit 1 ---
        ");
        desk.stayed(&before, "in-progress");
    });
}

#[test]
fn git_itself_keeps_others_out_of_a_commit_of_everything() {
    Desk::each(|desk| {
        pausing(desk);
        desk.mend();
        let before = desk.before();
        let git = begun(desk, &["-a", "-m", "x"]);
        let _ = desk.sandbox.try_git(&["add", "check.sh", "--chmod=+x"]).code(128);
        let _ = ended(desk, git).success();
        desk.moved(&before);
    });
}

#[test]
fn an_edit_of_the_task_during_the_checks_is_kept_and_committed() {
    for arguments in [&["-a", "-m", "x"][..], &["-m", "x", "--only", "code.txt"]] {
        Desk::each(|desk| {
            pausing(desk);
            desk.mend();
            let before = desk.before();
            let git = begun(desk, arguments);
            let file = desk.sandbox.file_of(&desk.task);
            desk.sandbox.write(&file, &format!("{}\n## My own words\n\nremember\n", desk.sandbox.read(&file)));
            let _ = ended(desk, git).success();
            desk.moved(&before);
            assert!(desk.text().contains("## My own words\n\nremember\n"), "{}", desk.text());
        });
    }
}

#[test]
fn an_edit_of_the_task_while_the_message_is_written_is_kept() {
    Desk::each(|desk| {
        desk.mend();
        let before = desk.before();
        let file = desk.sandbox.file_of(&desk.task);
        let mut command = desk.committing(&["-a"]);
        command.env("GIT_EDITOR", format!("echo remember >> {file}; echo x >"));
        let _ = desk.sandbox.run(command).success();
        desk.is_whole(&before);
        assert_eq!(desk.state(), "review");
        assert!(desk.text().contains("\nremember\n"), "{}", desk.text());
        assert_eq!(desk.sandbox.git("status --short").trim(), format!("M {}", desk.committed_task()));
    });
}

#[test]
fn an_edit_of_the_code_during_the_checks_is_not_what_they_spoke_for() {
    Desk::each(|desk| {
        pausing(desk);
        desk.mend();
        desk.sandbox.git("add code.txt");
        let git = begun(desk, &["-q", "-m", "x"]);
        desk.sandbox.write("code.txt", "broken since\n");
        let before = desk.before();
        let run = ended(desk, git).success();
        insta::assert_snapshot!(desk.told(&run), @"
        --- stderr ---
        tests failed (exit code 1) after [SECONDS]
        checking in a private worktree: code.txt has changes that are not part of it, since the checks began
        tests passed in [SECONDS]
        [T1] goes to review in this commit
        ");
        desk.moved(&before);
    });
}

#[test]
fn a_task_that_is_taken_over_during_the_checks_is_not_committed() {
    let desk = Desk::main();
    pausing(&desk);
    desk.mend();
    let before = desk.before();
    let git = begun(&desk, &["-a", "-m", "x"]);
    let taken = desk.sandbox.mcp_as("codex", &format!("claim {} --force --reason urgent", desk.task));
    let _ = taken.success();
    let run = ended(&desk, git).code(1);
    insta::assert_snapshot!(desk.told(&run), @"
    --- stderr ---
    tests passed in [SECONDS]
    error: [T1] was taken over: this worktree held it at epoch 1, it is now at epoch 2 and held by codex
    hint: keep your work on a branch of its own and tell the holder: `mcp note [T1] -m TEXT`
    --- exit 1 ---
    ");
    desk.stayed(&before, "in-progress");
}

#[test]
fn a_task_that_is_released_during_the_checks_is_not_committed() {
    let desk = Desk::main();
    pausing(&desk);
    desk.mend();
    let before = desk.before();
    let git = begun(&desk, &["-a", "-m", "x"]);
    let _ = desk.sandbox.mcp(&format!("release {}", desk.task)).success();
    let run = ended(&desk, git).code(1);
    insta::assert_snapshot!(desk.told(&run), @"
    --- stderr ---
    tests passed in [SECONDS]
    error: [T1] is in ready, so it cannot be worked on
    hint: `mcp claim [T1]` first, or `MCP_TASK=none git commit …`
    --- exit 1 ---
    ");
    desk.stayed(&before, "ready");
}

fn signalled(signal: &str, to_group: bool, arguments: &[&str]) {
    Desk::each(|desk| {
        pausing(desk);
        desk.mend();
        desk.sandbox.git("add code.txt");
        let before = desk.before();
        let git = begun(desk, arguments);
        let target = if to_group { format!("-{}", git.id()) } else { git.id().to_string() };
        let mut kill = desk.sandbox.command("kill");
        kill.args([signal, "--", &target]);
        let _ = desk.sandbox.run(kill).success();
        // Ends when the last of those that hold the pipes has ended: git, the hook and the checks.
        let run = desk.sandbox.ended(git);
        assert_eq!(run.code, None, "{run}");
        must_be_gone(&fs_err::read_to_string(desk.sandbox.home().join("begun")).expect("a number"));
        let lock = desk.sandbox.git("rev-parse --path-format=absolute --git-path index.lock");
        if signal == "-KILL" && arguments.contains(&"-a") {
            // A killed git cannot take its own lock away, and nobody else may.
            fs_err::remove_file(lock).expect("git's own lock");
        }
        desk.stayed(&before, "in-progress");
        fs_err::write(desk.sandbox.home().join("go"), "").expect("a file");
        let _ = desk.commit(arguments).success();
        desk.moved(&before);
    });
}

fn must_be_gone(process: &str) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while Command::new("kill").args(["-0", process.trim()]).output().expect("a process").status.success() {
        assert!(Instant::now() < deadline, "the checks end with git");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn an_interrupt_from_the_terminal_stops_everything() {
    signalled("-INT", true, &["-m", "x"]);
    signalled("-INT", true, &["-a", "-m", "x"]);
}

/// What `nohup` and the background of a script tell a program to ignore. Under a commit, git listens for itself and for its hooks.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_that_was_to_be_ignored_stops_no_checks() {
    let desk = Desk::main();
    pausing(&desk);
    desk.mend();
    let mut command = desk.sandbox.command("sh");
    command.args(["-c", "trap '' INT HUP; exec mcp check"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let check = begun_by(&desk, command);
    for signal in ["-INT", "-HUP"] {
        let mut kill = desk.sandbox.command("kill");
        kill.args([signal, "--", &format!("-{}", check.id())]);
        let _ = desk.sandbox.run(kill).success();
    }
    insta::assert_snapshot!(desk.told(&ended(&desk, check).success()), @"
    passed [SHORT]
    --- stderr ---
    tests passed in [SECONDS]
    ");
}

/// A client without a `git` program, which gives each hook a session of its own: nobody has died, though the parent is in another.
#[test]
fn a_hook_in_a_session_of_its_own_is_no_orphan() {
    let desk = Desk::main();
    desk.mend();
    desk.sandbox.git("add code.txt");
    let mut command = desk.sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    command.args(["hook", "pre-commit"]);
    // SAFETY: a plain system call, which may be made between fork and exec.
    unsafe {
        command.pre_exec(|| {
            libc::setsid();
            Ok(())
        });
    }
    insta::assert_snapshot!(desk.told(&desk.sandbox.run(command).success()), @"
    --- stderr ---
    tests passed in [SECONDS]
    [T1] goes to review in this commit
    ");
}

/// The same as the first process of a container, or of a namespace: who leads the session and the group is not seen from inside.
#[test]
fn a_hook_of_the_first_process_of_all_is_no_orphan() {
    let unshare = ["--pid", "--fork", "--mount-proc", "--kill-child"];
    let mut probe = std::process::Command::new("unshare");
    // Only root may, on many systems.
    if !probe.args(unshare).arg("true").output().is_ok_and(|run| run.status.success()) {
        return;
    }
    let desk = Desk::main();
    desk.mend();
    desk.sandbox.git("add code.txt");
    let mut client = desk.sandbox.command("unshare");
    client.args(unshare).args(["sh", "-c", "mcp hook pre-commit; echo $?"]);
    insta::assert_snapshot!(desk.told(&desk.sandbox.run(client).success()), @"
    0
    --- stderr ---
    tests passed in [SECONDS]
    [T1] goes to review in this commit
    ");
}

#[test]
fn a_git_that_is_terminated_takes_its_checks_with_it() {
    signalled("-TERM", false, &["-m", "x"]);
    signalled("-TERM", false, &["-a", "-m", "x"]);
}

#[test]
fn a_git_that_is_killed_takes_its_checks_with_it() {
    signalled("-KILL", false, &["-m", "x"]);
    signalled("-KILL", false, &["-a", "-m", "x"]);
}

#[test]
fn git_in_the_checks_is_not_the_git_of_the_commit() {
    Desk::each(|desk| {
        let check = "set -e\ntest -z \"$GIT_AUTHOR_NAME$GIT_DIR$GIT_INDEX_FILE$GIT_EDITOR\"\n\
            cd \"$(mktemp -d)\"\ngit init -q .\ngit config core.bare false\ngit config user.name Nested\n\
            echo x > file\ngit add file\ngit commit -q -m nested\ntest \"$(git log --format=%s)\" = nested\n";
        desk.sandbox.write("check.sh", check);
        let before = desk.before();
        let mut command = desk.committing(&["-a", "-m", "x"]);
        command.env("GIT_AUTHOR_NAME", "Bo").env("GIT_AUTHOR_EMAIL", "bo@example.org");
        let _ = desk.sandbox.run(command).success();
        desk.moved(&before);
        assert_eq!(desk.sandbox.git("log -1 --format=%an,%cn"), "Bo,Ada");
        assert!(desk.text().contains(" ada tests passed "), "{}", desk.text());
        assert_eq!(desk.sandbox.git("config user.name"), "Ada");
    });
}

#[test]
fn a_commit_of_a_check_in_the_same_repository_is_not_checked_again() {
    Desk::each(|desk| {
        desk.sandbox.write(
            "check.sh",
            "git commit-tree -m probe 'HEAD^{tree}' && git commit --dry-run -q; mcp hook pre-commit\n",
        );
        let before = desk.before();
        let _ = desk.commit(&["-a", "-m", "x"]).success();
        desk.moved(&before);
    });
}
