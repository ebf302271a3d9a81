//! The tour: it comes true wherever it is started, and leaves nothing behind.

use std::path::Path;
use std::process::Command;

use super::support::{Run, Sandbox};

/// The headings and the commands of a tour.
fn outline(run: &Run) -> String {
    let id = regex::Regex::new(r"\bt-[2-9b-z]{6}\b").expect("a pattern");
    let lines =
        run.stdout.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit()) || line.starts_with("  $ "));
    lines.map(|line| format!("{}\n", id.replace_all(line, "[T1]"))).collect()
}

/// A tour that leaves its temporary folders where the test can look for them.
fn tour(sandbox: &Sandbox) -> Command {
    let temporary = sandbox.dir().with_file_name("temporary");
    fs_err::create_dir_all(&temporary).expect("a folder");
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    command.arg("tour").current_dir("/").env("TMPDIR", temporary);
    command
}

fn left_over(sandbox: &Sandbox) -> Vec<String> {
    let folders = ["temporary", "home"].map(|name| sandbox.dir().with_file_name(name));
    let entries = folders.iter().flat_map(|folder| fs_err::read_dir(folder).expect("a folder").flatten());
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn walks_one_task_from_create_to_done() {
    let sandbox = Sandbox::empty();
    let run = sandbox.run(tour(&sandbox)).success();
    insta::assert_snapshot!(outline(&run), @"
    1. A board
      $ mcp init
      $ git add .mcp && git commit --quiet -m 'Add a task board'
    2. A task
      $ mcp create 'Wait longer each time' --priority P0
    3. A chat agent prepares it
      $ mcp prep [T1] --prompt
      $ cat ../answer.md
      $ mcp --as chatgpt prep [T1] --from ../answer.md
    4. A coding agent takes it
      $ mcp --as cursor next
      $ mcp --as cursor claim [T1]
      $ mcp --as codex claim [T1]
    5. A commit that fails
      $ MCP_AGENT=cursor git commit --quiet --all -m 'Wait longer each time'
    6. The fix
      $ MCP_AGENT=cursor git commit --quiet --all -m 'Wait longer each time'
      $ git show --stat=74 --format='%s%n%n%b' HEAD
    7. Another agent rejects it
      $ mcp --as codex review [T1] --reject -m 'criterion 2 is not met: pause(8)
    8. The second fix
      $ mcp --as cursor next
      $ mcp --as cursor edit [T1] --check 1 --check 2
      $ MCP_AGENT=cursor git commit --quiet --all -m 'Stop at ten seconds'
    9. The approval
      $ mcp --as codex review [T1] --approve
    10. Done
      $ mcp complete [T1]
      $ mcp edit [T1] --check 3
      $ mcp complete [T1]
    11. What is left
      $ git status --short
      $ git log --oneline
      $ mcp log [T1]
    ");
    let widest = run.stdout.lines().filter(|line| !line.contains('/')).map(|line| line.chars().count()).max();
    assert!(widest <= Some(80), "{widest:?}");
    assert_eq!(left_over(&sandbox), ["gitconfig"]);
}

#[test]
fn keeps_clear_of_the_users_settings_hooks_and_repository() {
    // In a hook of a linked worktree git exports where its repository is, as absolute paths.
    let sandbox = Sandbox::with_board();
    let linked = sandbox.worktree("side");
    let git_dir = sandbox.path(".git/worktrees/side");
    let config = sandbox.home().join("gitconfig");
    let hooks = sandbox.home().join("hooks");
    fs_err::create_dir(&hooks).expect("a folder");
    for hook in ["pre-commit", "commit-msg", "post-commit", "reference-transaction"] {
        let path = hooks.join(hook);
        fs_err::write(&path, "#!/bin/sh\nexit 1\n").expect("a file");
        let mut permissions = fs_err::metadata(&path).expect("a file").permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
        fs_err::set_permissions(&path, permissions).expect("executable");
    }
    let text = fs_err::read_to_string(&config).expect("a file");
    let hostile = format!(
        "{text}[commit]\n\tgpgsign = true\n[core]\n\thooksPath = {0}\n[init]\n\ttemplateDir = {0}\n[alias]\n\tcommit = false\n",
        hooks.display()
    );
    fs_err::write(&config, &hostile).expect("a file");
    let state =
        || (sandbox.files(), left_over_in(&linked), sandbox.git("for-each-ref"), fs_err::read(git_dir.join("index")));
    let before = state();
    let before_home = left_over_in(&sandbox.home());

    let mut command = tour(&sandbox);
    command.current_dir(&linked).env_remove("HOME");
    command.env("GIT_DIR", &git_dir).env("GIT_WORK_TREE", &linked);
    command.env("GIT_INDEX_FILE", git_dir.join("index")).env("GIT_AUTHOR_NAME", "Somebody");
    command.env("MCP_AGENT", "intruder").env("MCP_TASK", "none").env("MCP_HOOK", "1").env("MCP_SESSION", "theirs");
    command.env("XDG_STATE_HOME", sandbox.home().join("state")).env("XDG_CACHE_HOME", sandbox.home().join("cache"));
    let run = sandbox.run(command).success();

    assert!(!run.stdout.contains("intruder"), "{run}");
    let (before, now) = (format!("{before:?}"), format!("{:?}", state()));
    assert!(now == before, "{before}\n{now}");
    assert_eq!(fs_err::read_to_string(&config).expect("a file"), hostile);
    assert_eq!(left_over_in(&sandbox.home()), before_home);
}

fn left_over_in(folder: &Path) -> Vec<String> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().flatten();
    walk.map(|entry| entry.path().display().to_string()).collect()
}

#[test]
fn tests_a_shell_function_where_there_is_no_cargo() {
    let sandbox = Sandbox::empty();
    let bin = sandbox.dir().with_file_name("bin");
    fs_err::create_dir(&bin).expect("a folder");
    for program in ["git", "sh", "cat"] {
        let found = sandbox.run(which(&sandbox, program)).success().stdout;
        fs_err::os::unix::fs::symlink(found.trim(), bin.join(program)).expect("a link");
    }
    let mut command = tour(&sandbox);
    command.env("PATH", &bin);
    let run = sandbox.run(command).success();
    let has = |words: &str| run.stdout.contains(words);
    assert!(has("$ mcp trust") && has("not ok - the_pause_doubles: got 100 200 300, expected 100 200 400"), "{run}");
}

fn which(sandbox: &Sandbox, program: &str) -> Command {
    let mut command = sandbox.command("sh");
    command.args(["-c", &format!("command -v {program}")]);
    command
}

#[test]
fn keeps_its_repository_where_it_is_told_to() {
    let sandbox = Sandbox::empty();
    let folder = sandbox.dir().join("kept/tour");
    let mut command = tour(&sandbox);
    command.arg("--keep").arg(&folder).arg("--json");
    let run = sandbox.run(command).success();
    let told = run.json();
    assert_eq!(told["tour"]["steps"].as_array().map(Vec::len), Some(11));
    let repository = folder.join("repository");
    let git = |line: &str| sandbox.git(&format!("-C {} {line}", repository.display()));
    assert_eq!(git("status --short"), "");
    assert_eq!(git("log --format=%an,%ae -1"), "Ada,ada@example.org");
    assert_eq!(fs_err::read_dir(repository.join(".mcp/tasks/done")).expect("a folder").count(), 2);

    let mut again = tour(&sandbox);
    again.arg("--keep").arg(&folder);
    insta::assert_snapshot!(sandbox.run(again), @"
    --- stderr ---
    error: [WORLD]/repo/kept/tour is not empty
    hint: name a folder that does not exist yet
    --- exit 2 ---
    ");
}

#[test]
fn fails_where_it_cannot_come_true() {
    let sandbox = Sandbox::empty();
    let mut command = tour(&sandbox);
    command.env("PATH", "/nowhere");
    insta::assert_snapshot!(sandbox.run(command), @"
    One task's whole life, for real: a scratch repository, real commits through the
    real hooks, real tests. Nothing of yours is read or changed.
    --- stderr ---
    error: the tour did not go as it is told: `git init --quiet` ended with 127: /bin/sh: 1: git: not found
    --- exit 1 ---
    ");
    assert_eq!(left_over(&sandbox), ["gitconfig"]);
}
