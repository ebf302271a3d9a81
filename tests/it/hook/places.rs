//! Repositories of odd shapes: the hook runs, and the task moves.

use std::path::Path;

use super::desk::{CHECK, Desk};
use crate::support::Sandbox;

/// A failing commit and a passing one.
fn works(desk: &Desk) {
    desk.spoil();
    let before = desk.before();
    let _ = desk.commit(&["-a", "-q", "-m", "x"]).code(1);
    desk.stayed(&before, "ready");
    desk.mend();
    let before = desk.before();
    let _ = desk.commit(&["-a", "-q", "-m", "x"]).success();
    desk.moved(&before);
}

#[test]
fn worktrees_of_a_bare_repository() {
    let sandbox = Sandbox::with_board();
    sandbox.write("check.sh", CHECK);
    sandbox.git("add -A");
    sandbox.git("commit -q -m check");
    let bare = sandbox.dir().with_file_name("bare.git");
    let side = sandbox.dir().with_file_name("side");
    sandbox.git_args(&["clone", "-q", "--bare", ".", bare.to_str().expect("UTF-8")]);
    sandbox.git_args(&["-C", bare.to_str().expect("UTF-8"), "worktree", "add", "-q", side.to_str().expect("UTF-8")]);
    let sandbox = sandbox.moved_to(&side);
    let _ = sandbox.mcp("init --quiet").success();
    let _ = sandbox.mcp("trust --quiet").success();
    works(&Desk::over(sandbox));
}

#[test]
fn a_submodule_with_a_board_of_its_own() {
    let outer = Sandbox::with_board();
    let part = Sandbox::with_board();
    part.write("check.sh", CHECK);
    part.git("add -A");
    part.git("commit -q -m check");
    outer.git_args(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "add",
        "-q",
        part.dir().to_str().expect("UTF-8"),
        "part",
    ]);
    outer.git("commit -q -m part");
    let inner = outer.path("part");
    let sandbox = outer.moved_to(&inner);
    let _ = sandbox.mcp("init --quiet").success();
    let _ = sandbox.mcp("trust --quiet").success();
    works(&Desk::over(sandbox));
}

#[test]
fn line_ends_that_git_converts() {
    for setting in ["true", "input"] {
        let sandbox = super::desk::repository();
        sandbox.git(&format!("config core.autocrlf {setting}"));
        let desk = Desk::over(sandbox);
        desk.sandbox.write("code.txt", "broken\r\n");
        let before = desk.before();
        let _ = desk.commit(&["-a", "-q", "-m", "x"]).code(1);
        desk.stayed(&before, "ready");
        desk.sandbox.write("code.txt", "mended\r\n");
        let before = desk.before();
        let _ = desk.commit(&["-a", "-q", "-m", "x"]).success();
        desk.moved(&before);
    }
}

#[test]
fn hooks_in_a_folder_elsewhere_and_in_one_of_each_worktree() {
    for is_linked in [false, true] {
        for place in ["absolute", "hooks"] {
            let sandbox = super::desk::repository();
            let _ = sandbox.mcp("hooks uninstall").success();
            let folder = sandbox.home().join("hooks");
            let named = if place == "absolute" { folder.to_str().expect("UTF-8") } else { "hooks" };
            sandbox.git(&format!("config core.hooksPath {named}"));
            let _ = sandbox.mcp("hooks install").success();
            sandbox.git("add -A");
            sandbox.git("commit -q --allow-empty -m hooks");
            let sandbox = if is_linked { sandbox.linked() } else { sandbox };
            works(&Desk::over(sandbox));
        }
    }
}

#[test]
fn a_branch_without_the_folder_of_the_hooks_is_told_by_doctor() {
    let sandbox = super::desk::repository();
    let _ = sandbox.mcp("hooks uninstall").success();
    sandbox.git("config core.hooksPath hooks");
    sandbox.git("switch -q -c without");
    sandbox.git("switch -q main");
    let _ = sandbox.mcp("hooks install").success();
    sandbox.git("add -A");
    sandbox.git("commit -q -m hooks");
    let _ = sandbox.mcp("doctor").success();
    sandbox.git("switch -q without");
    let run = sandbox.mcp("doctor").code(1);
    assert_eq!(run.stdout.lines().count(), 7, "{run}");
}

/// Runs a line where git's folder cannot be written to, if this system lets us have such a place.
fn read_only(sandbox: &Sandbox, line: &str) -> Option<crate::support::Run> {
    let mount = "mount --bind .git .git && mount -o remount,ro,bind .git";
    let run = |script: &str| {
        let mut command = sandbox.command("unshare");
        command.args(["-r", "-m", "sh", "-c", script]);
        command.output().ok()
    };
    run(mount).filter(|tried| tried.status.success())?;
    run(&format!("{mount} && {line}")).map(|output| sandbox.told(&output))
}

#[test]
fn a_git_folder_that_cannot_be_written_to_is_read_and_never_half_changed() {
    let desk = Desk::main();
    let sandbox = &desk.sandbox;
    let file = sandbox.file_of(&desk.task);
    let text = sandbox.read(&file);
    let task = &desk.task;
    let reading = format!("mcp list && mcp status -q && mcp show {task} > /dev/null && mcp verify");
    let Some(read) = read_only(sandbox, &reading) else {
        println!("left out: no namespaces here");
        return;
    };
    assert_eq!(read.code, Some(0), "{read}");
    let (note, release) = (format!("mcp note {task} -m x"), format!("mcp release {task}"));
    for line in [&note, &release, "git commit -q --allow-empty -m x", "mcp hooks install"] {
        let run = read_only(sandbox, line).expect("as before");
        assert!(run.code.is_some_and(|code| code > 0), "{line}: {run}");
        assert_eq!(sandbox.read(&file), text, "{line}");
    }
    assert!(Path::new(&sandbox.path(".git/index")).exists());
    works(&desk);
}
