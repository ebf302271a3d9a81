use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use mcp_handoff::git::Index;

use super::sandbox::Sandbox;

#[test]
fn tells_what_differs_from_the_index() {
    for sandbox in [Sandbox::new(), Sandbox::new().linked()] {
        let repository = sandbox.repository();
        assert_eq!(repository.unstaged("", None).unwrap(), [""; 0]);
        sandbox.write(".gitignore", "*.log\n");
        sandbox.git("add .gitignore");
        sandbox.write("x.log", "");
        sandbox.write("a.txt", "staged\n");
        sandbox.git("add a.txt");
        sandbox.write("new\nline ü.txt", "");
        sandbox.write("with space", "");
        sandbox.write("box/todo/three.md", "");
        sandbox.write("boxes/x", "");
        sandbox.write("later", "later");
        sandbox.git("add -N later");
        std::fs::remove_file(sandbox.path("b.txt")).unwrap();
        let mut all = repository.unstaged("", None).unwrap();
        all.sort();
        assert_eq!(all, ["b.txt", "box/todo/three.md", "boxes/", "later", "new\nline ü.txt", "with space"]);
        assert!(!repository.unstaged("box", None).unwrap().iter().any(|path| path.starts_with("box/")));
        assert_eq!(repository.unstaged("box", None).unwrap().len(), 5);
        assert!(repository.is_ignored("y.log").unwrap() && !repository.is_ignored("y").unwrap());
        let mut index = Index::open(&repository).unwrap();
        assert_eq!((index.blob("later"), index.blob("a.txt")), (None, Some(sandbox.oid(":a.txt"))));
        assert_eq!(index.write_tree().unwrap(), sandbox.oid_of_index());
        assert_eq!(index.paths_under("box").len(), 2);
        assert_eq!(index.paths_under("").len(), 5);
    }
}

#[test]
fn tells_what_differs_where_git_was_told_not_to_look() {
    let sandbox = Sandbox::new();
    sandbox.write("c.txt", "c\n");
    sandbox.write("later", "later\n");
    sandbox.git("add c.txt");
    sandbox.git("commit -qm c");
    sandbox.git("add -N later");
    sandbox.git("update-index --assume-unchanged a.txt later");
    sandbox.git("update-index --skip-worktree b.txt c.txt");
    let repository = sandbox.repository();
    assert_eq!(repository.unstaged("", None).unwrap(), ["later"], "nothing of it differs but what has no content yet");
    // As long as it was, and written in the same second.
    sandbox.write("a.txt", "A\n");
    std::fs::remove_file(sandbox.path("b.txt")).unwrap();
    assert_eq!(sandbox.git("diff --name-only"), "");
    assert_eq!(repository.unstaged("", None).unwrap(), ["a.txt", "b.txt", "later"]);
    assert_eq!(repository.hidden_changes("").unwrap(), ["a.txt", "b.txt", "later"]);
    assert_eq!(sandbox.git("ls-files -v"), "h a.txt\nS b.txt\nH box/todo/one.md\nH box/todo/two.md\nS c.txt\nh later");
    // A sparse checkout leaves files out because somebody wants to work without them.
    sandbox.git("config core.sparseCheckout true");
    assert_eq!(sandbox.repository().hidden_changes("").unwrap(), ["a.txt", "later"]);
}

impl Sandbox {
    pub fn oid_of_index(&self) -> mcp_handoff::git::Oid {
        self.git("write-tree").parse().unwrap()
    }
}

#[test]
fn line_ends_and_submodules_are_no_differences() {
    let sandbox = Sandbox::new();
    sandbox.git("config core.autocrlf true");
    std::fs::remove_file(sandbox.path("a.txt")).unwrap();
    sandbox.git("checkout -- a.txt");
    assert_eq!(sandbox.read("a.txt"), "a\r\n");
    sandbox.git_args(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "./.", "sub"]);
    sandbox.git("commit -qm sub");
    let repository = sandbox.repository();
    assert_eq!(repository.unstaged("", None).unwrap(), [""; 0]);
    sandbox.write("sub/a.txt", "dirty\n");
    assert_eq!(repository.unstaged("", None).unwrap(), [""; 0]);
    sandbox.git("-C sub -c user.name=x -c user.email=x commit -qam x");
    assert_eq!(repository.unstaged("", None).unwrap(), ["sub"]);
    // Work in the submodule is work in the submodule's repository.
    let inner = mcp_handoff::git::Repository::discover(&sandbox.path("sub")).unwrap();
    assert_eq!(inner.work_dir(), sandbox.path("sub"));
    assert_eq!(inner.worktrees().unwrap()[0].path, sandbox.path("sub"));
    sandbox.git("-C sub config user.name x");
    sandbox.git("-C sub config user.email x");
    let blob = inner.write_blob(b"x").unwrap();
    inner.commit_paths("x", &[("x".into(), Some(blob))]).unwrap();
    assert_eq!(inner.unstaged("", None).unwrap(), ["x"]);
    let tree = inner.tree_of(inner.head().unwrap().commit.unwrap()).unwrap();
    let place = sandbox.root.path().join("private");
    check_holds(inner.private_worktree(&place, tree).unwrap().unwrap().path(), &["a.txt", "b.txt", "box", "x"]);
}

#[test]
fn finds_hooks_where_git_does() {
    for sandbox in [Sandbox::new(), Sandbox::new().linked()] {
        let expected = sandbox.git("rev-parse --path-format=absolute --git-path hooks");
        assert_eq!(sandbox.repository().hooks_dir().unwrap(), Path::new(&expected));
        sandbox.git("config core.hooksPath my/hooks");
        assert_eq!(sandbox.repository().hooks_dir().unwrap(), sandbox.path("my/hooks"));
        sandbox.git("config core.hooksPath /etc/hooks");
        assert_eq!(sandbox.repository().hooks_dir().unwrap(), Path::new("/etc/hooks"));
    }
}

#[test]
fn makes_branches_and_switches() {
    let sandbox = Sandbox::new();
    let repository = sandbox.repository();
    let head = sandbox.oid("HEAD");
    repository.create_branch("topic/one", head).unwrap();
    assert!(repository.create_branch("topic/one", head).is_err());
    repository.switch("topic/one", false).unwrap();
    assert_eq!(repository.head().unwrap().branch.as_deref(), Some("topic/one"));
    repository.switch("two", true).unwrap();
    assert_eq!(sandbox.git("branch --show-current"), "two");
    assert!(repository.switch("none", false).is_err());
    assert!(repository.create_branch("--list", head).is_err() && repository.switch("--detach", false).is_err());
}

fn names(path: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = entries.filter(|name| name != ".git").collect();
    names.sort();
    names
}

fn check_holds(path: &Path, expected: &[&str]) {
    assert_eq!(names(path), expected);
}

fn times(path: &Path) -> BTreeMap<String, SystemTime> {
    names(path)
        .into_iter()
        .map(|name| (name.clone(), path.join(name).metadata().unwrap().modified().unwrap()))
        .collect()
}

#[test]
fn a_private_work_tree_is_exact_and_keeps_caches_and_times() {
    let sandbox = Sandbox::new();
    sandbox.write(".gitignore", "target/\n");
    sandbox.git("add .");
    sandbox.git("commit -qm ignore");
    let repository = sandbox.repository();
    let place = sandbox.root.path().join("some where/private");
    let tree = sandbox.oid("HEAD^{tree}");
    let made = repository.private_worktree(&place, tree).unwrap().unwrap();
    check_holds(made.path(), &[".gitignore", "a.txt", "b.txt", "box"]);
    assert!(repository.private_worktree(&place, tree).unwrap().is_none(), "it is taken");
    drop(made);
    let before = times(&place);

    // What a test run may leave behind.
    std::fs::create_dir_all(place.join("target/debug")).unwrap();
    std::fs::write(place.join("target/debug/cache"), "cache").unwrap();
    std::fs::write(place.join("b.txt"), "c\n").unwrap();
    std::fs::write(place.join("stray"), "").unwrap();
    std::fs::remove_file(place.join("box/todo/one.md")).unwrap();
    std::fs::create_dir_all(place.join("nested")).unwrap();
    sandbox.git_args(&["init", "-q", place.join("nested").to_str().unwrap()]);
    sandbox.git_args(&["-C", place.to_str().unwrap(), "checkout", "-q", "-b", "strange"]);
    sandbox.git_args(&["-C", place.to_str().unwrap(), "add", "stray"]);
    std::fs::write(sandbox.path(".git/worktrees/private/index.lock"), "").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(20));
    sandbox.write("new.txt", "new\n");
    sandbox.git("add new.txt");
    let staged = sandbox.oid_of_index();
    drop(repository.private_worktree(&place, staged).unwrap().unwrap());
    check_holds(&place, &[".gitignore", "a.txt", "b.txt", "box", "new.txt", "target"]);
    assert_eq!(std::fs::read_to_string(place.join("target/debug/cache")).unwrap(), "cache");
    assert_eq!(std::fs::read_to_string(place.join("b.txt")).unwrap(), "b\n");
    assert_eq!(std::fs::read_to_string(place.join("box/todo/one.md")).unwrap(), "one\n");
    assert_eq!(times(&place)["a.txt"], before["a.txt"]);
    assert_eq!(sandbox.git_args(&["-C", place.to_str().unwrap(), "status", "--porcelain"]), "A  new.txt");
    assert_eq!(sandbox.git("status --porcelain"), "A  new.txt");
    assert_eq!(sandbox.git("branch --show-current"), "main");
    drop(repository.private_worktree(&place, tree).unwrap().unwrap());
    check_holds(&place, &[".gitignore", "a.txt", "b.txt", "box", "target"]);
}

#[test]
fn a_private_work_tree_is_repaired() {
    let sandbox = Sandbox::new();
    let repository = sandbox.repository();
    let place = sandbox.root.path().join("private");
    let tree = sandbox.oid("HEAD^{tree}");
    let again = || {
        drop(repository.private_worktree(&place, tree).unwrap().unwrap());
        check_holds(&place, &["a.txt", "b.txt", "box"]);
        assert_eq!(repository.worktrees().unwrap().len(), 2);
    };
    again();
    std::fs::remove_dir_all(&place).unwrap();
    again();
    std::fs::remove_dir_all(sandbox.path(".git/worktrees")).unwrap();
    again();
    let admin = std::fs::read_dir(sandbox.path(".git/worktrees")).unwrap().next().unwrap().unwrap().path();
    std::fs::write(admin.join("index"), "damaged").unwrap();
    again();
    std::fs::remove_file(place.join(".git")).unwrap();
    assert!(repository.private_worktree(&place, tree).is_err(), "never deletes what it cannot know");
    assert!(place.join("a.txt").exists());
    let other = sandbox.root.path().join("other");
    let stranger = Sandbox::new();
    stranger.git_args(&["worktree", "add", "-q", other.to_str().unwrap()]);
    assert!(repository.private_worktree(&other, tree).is_err());
    assert!(other.join("a.txt").exists());
    let mine = sandbox.root.path().join("mine");
    sandbox.git_args(&["worktree", "add", "-q", mine.to_str().unwrap()]);
    std::fs::write(mine.join("a.txt"), "unsaved").unwrap();
    assert!(repository.private_worktree(&mine, tree).is_err());
    assert_eq!(std::fs::read_to_string(mine.join("a.txt")).unwrap(), "unsaved");
}

#[test]
fn a_private_work_tree_works_before_the_first_commit() {
    let sandbox = Sandbox::unborn();
    sandbox.write("a.txt", "a\n");
    sandbox.git("add a.txt");
    let repository = sandbox.repository();
    let place = sandbox.root.path().join("private");
    let made = repository.private_worktree(&place, sandbox.oid_of_index()).unwrap().unwrap();
    check_holds(made.path(), &["a.txt"]);
    assert_eq!(sandbox.git("status --porcelain"), "A  a.txt");
    assert!(repository.head().unwrap().commit.is_none());
}

#[test]
fn writing_the_index_keeps_what_others_staged_meanwhile() {
    let sandbox = Sandbox::new();
    let repository = sandbox.repository();
    let mut index = Index::open(&repository).unwrap();
    index.remove("box/todo/one.md").unwrap();
    index.insert("box/todo/two.md", sandbox.oid("HEAD:a.txt")).unwrap();
    index.insert("box/x", sandbox.oid("HEAD:b.txt")).unwrap();
    index.remove("box/x").unwrap();
    let planned = index.write_tree().unwrap();
    sandbox.write("new.txt", "");
    sandbox.git("add new.txt");
    index.write(&repository).unwrap();
    assert_eq!(
        sandbox.git("diff --cached --name-status --no-renames"),
        "D\tbox/todo/one.md\nM\tbox/todo/two.md\nA\tnew.txt"
    );
    let written = index.write_tree().unwrap();
    assert_eq!(repository.diff_paths(planned, written).unwrap(), ["new.txt"]);
    index.remove("a.txt").unwrap();
    index.reload(&repository).unwrap();
    assert_eq!(index.write_tree().unwrap(), written);
}
