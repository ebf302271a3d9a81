use super::sandbox::{Sandbox, probe};

const FROM: &str = "box/todo/one.md";
const TO: &str = "box/done/one.md";

fn with_hook(sandbox: Sandbox) -> Sandbox {
    let script =
        format!("\"{}\" hook {FROM} {TO} >> \"{}/hook.log\" 2>&1", probe().display(), sandbox.root.path().display());
    sandbox.hook("pre-commit", &script);
    sandbox
}

/// Commits in some way, and looks at what the commit has got.
fn check(commit: &[&str], prepare: impl Fn(&Sandbox), expected: &str) {
    for sandbox in [Sandbox::new(), Sandbox::new().linked()] {
        let sandbox = with_hook(sandbox);
        prepare(&sandbox);
        let output = sandbox.command("git").args(commit).stdin(yes()).output().unwrap();
        let log = std::fs::read_to_string(sandbox.root.path().join("hook.log")).unwrap_or_default();
        assert!(output.status.success(), "{commit:?} {output:?} {log}");
        assert_eq!(sandbox.git("ls-tree -r --name-only HEAD").replace('\n', " "), expected, "{commit:?} {log}");
        assert_eq!(sandbox.git_args(&["show", &format!("HEAD:{TO}")]), "one\nmoved");
        let tree = log.split(' ').rev().find(|word| matches!(word.len(), 40 | 64)).unwrap();
        assert_eq!(sandbox.git("rev-parse HEAD^{tree}"), tree);
        let real = sandbox.git("rev-parse --path-format=absolute --git-dir");
        assert!(!std::path::Path::new(&real).join("index.lock").exists());
        sandbox.git("fsck --strict");
        eprintln!("{commit:?} {log}");
    }
}

fn yes() -> std::process::Stdio {
    let (reader, mut writer) = std::io::pipe().unwrap();
    std::io::Write::write_all(&mut writer, b"y\ny\ny\ny\n").unwrap();
    reader.into()
}

#[test]
fn a_move_in_the_index_lands_in_a_plain_commit() {
    let edit = |sandbox: &Sandbox| {
        sandbox.write("a.txt", "changed\n");
        sandbox.git("add a.txt");
    };
    check(&["commit", "-m", "x"], edit, "a.txt b.txt box/done/one.md box/todo/two.md");
}

#[test]
fn a_move_in_the_index_lands_in_commit_all() {
    let edit = |sandbox: &Sandbox| sandbox.write("a.txt", "changed\n");
    check(&["commit", "-a", "-m", "x"], edit, "a.txt b.txt box/done/one.md box/todo/two.md");
    check(&["commit", "-i", "a.txt", "-m", "x"], edit, "a.txt b.txt box/done/one.md box/todo/two.md");
}

#[test]
fn a_move_in_the_index_lands_in_commit_only() {
    let edit = |sandbox: &Sandbox| {
        sandbox.write("a.txt", "changed\n");
        sandbox.write("new.txt", "staged for later\n");
        sandbox.git("add new.txt");
    };
    check(&["commit", "--only", "a.txt", "-m", "x"], edit, "a.txt b.txt box/done/one.md box/todo/two.md");
}

#[test]
fn a_move_in_the_index_lands_in_commit_patch_and_amend() {
    let edit = |sandbox: &Sandbox| sandbox.write("a.txt", "changed\n");
    check(&["commit", "-p", "-m", "x"], edit, "a.txt b.txt box/done/one.md box/todo/two.md");
    check(&["commit", "--amend", "--no-edit"], |_| {}, "a.txt b.txt box/done/one.md box/todo/two.md");
    check(&["commit", "--amend", "-a", "-m", "x"], edit, "a.txt b.txt box/done/one.md box/todo/two.md");
}

#[test]
fn a_move_in_the_index_lands_beside_intended_files() {
    let edit = |sandbox: &Sandbox| {
        sandbox.write("later.txt", "later\n");
        sandbox.git("add -N later.txt");
        sandbox.write("a.txt", "changed\n");
        sandbox.git("add a.txt");
    };
    check(&["commit", "-m", "x"], edit, "a.txt b.txt box/done/one.md box/todo/two.md");
}

#[test]
fn a_move_in_the_index_works_in_other_formats_and_configurations() {
    for settings in ["index.version=4", "index.skipHash=true", "core.untrackedCache=true", "core.autocrlf=true"] {
        let edit = |sandbox: &Sandbox| {
            sandbox.write("a.txt", "changed\n");
            sandbox.git("add a.txt");
        };
        check(&["-c", settings, "commit", "-m", "x"], edit, "a.txt b.txt box/done/one.md box/todo/two.md");
    }
}

#[test]
fn after_commit_only_the_real_index_can_be_repaired() {
    let sandbox = with_hook(Sandbox::new());
    sandbox.write("a.txt", "changed\n");
    sandbox.write("new.txt", "staged\n");
    sandbox.git("add new.txt");
    sandbox.git("commit -q --only a.txt -m x");
    assert!(sandbox.git("diff --cached --name-only").contains(FROM));
    sandbox.repository().reset_paths_in_index(&[FROM.into(), TO.into()]).unwrap();
    assert_eq!(sandbox.git("diff --cached --name-only"), "new.txt");
}

#[test]
fn the_private_work_tree_ignores_the_outer_commit() {
    for sandbox in [Sandbox::new(), Sandbox::new().linked()] {
        let place = sandbox.root.path().join("cache dir/private");
        let log = sandbox.root.path().join("hook.log");
        let script = format!("\"{}\" worktree \"{}\" > \"{}\" 2>&1", probe().display(), place.display(), log.display());
        sandbox.hook("pre-commit", &script);
        for (text, commit) in
            [("one\n", "commit -qam x"), ("two\n", "commit -q --only a.txt -m x"), ("three\n", "commit -qam x")]
        {
            sandbox.write("a.txt", text);
            std::fs::write(sandbox.path("stray.txt"), "stray").unwrap();
            let output = sandbox.try_git(&commit.split(' ').collect::<Vec<_>>());
            let log = std::fs::read_to_string(&log).unwrap();
            assert!(output.status.success(), "{output:?} {log}");
            assert_eq!(std::fs::read_to_string(place.join("a.txt")).unwrap(), text);
            assert!(!place.join("stray.txt").exists());
            assert_eq!(sandbox.git("diff --cached --name-only"), "");
            assert_eq!(sandbox.git("rev-parse HEAD^{tree}"), log.split(' ').next().unwrap());
        }
        sandbox.git("fsck --strict");
    }
}
