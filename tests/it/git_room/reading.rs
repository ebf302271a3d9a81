use mcp_handoff::git::{Change, Head, Index, OpenError, Operation, Repository};

use super::sandbox::Sandbox;

#[test]
fn opens_what_it_can_and_says_what_it_cannot() {
    let sandbox = Sandbox::new();
    std::fs::create_dir_all(sandbox.path("deep/er")).unwrap();
    let repository = Repository::discover(&sandbox.path("deep/er")).unwrap();
    assert_eq!((repository.work_dir(), repository.git_dir()), (sandbox.dir.as_path(), sandbox.path(".git").as_path()));
    assert!(!repository.is_linked());
    let nowhere = tempfile::tempdir().unwrap();
    assert!(matches!(Repository::discover(nowhere.path()), Err(OpenError::NotFound)));
    let check = |arguments: &[&str], expected: &str| {
        let dir = tempfile::tempdir().unwrap();
        sandbox.git_args(&[&["init", "-q"], arguments, &[dir.path().to_str().unwrap()]].concat());
        assert_eq!(Repository::discover(dir.path()).unwrap_err().to_string(), expected);
    };
    check(&["--bare"], "the repository is bare: it has no work tree");
}

#[test]
fn opens_what_libgit2_cannot_and_says_what_git_cannot() {
    for arguments in [vec!["--ref-format=reftable"], vec!["--object-format=sha256"]] {
        let sandbox = Sandbox::new();
        let dir = sandbox.root.path().join("other");
        sandbox.git_args(&[vec!["init", "-q", "-b", "main"], arguments.clone(), vec![dir.to_str().unwrap()]].concat());
        std::fs::create_dir_all(dir.join("deep/er")).unwrap();
        let repository = Repository::discover(&dir.join("deep/er")).unwrap();
        let top = dir.canonicalize().unwrap();
        assert_eq!((repository.work_dir(), repository.git_dir()), (top.as_path(), top.join(".git").as_path()));
        assert_eq!(repository.head().unwrap(), Head { commit: None, branch: Some("main".to_owned()) });
        assert_eq!(Repository::discover(&dir.join(".git/refs")).unwrap().work_dir(), top);
        sandbox.git_args(&["-C", dir.to_str().unwrap(), "config", "extensions.strange", "yes"]);
        let told = Repository::discover(&dir).unwrap_err().to_string();
        let expected = "the repository uses a format unknown to git (unknown repository extension found: \tstrange)";
        assert_eq!(told, format!("{expected}, which is not supported"));
    }
}

#[test]
fn a_split_and_a_sparse_index_are_read_and_written_as_git_does() {
    let split = Sandbox::new();
    split.git("update-index --split-index");
    let sparse = Sandbox::new();
    sparse.write("x/y/z", "");
    sparse.git("add x");
    sparse.git("commit -qm x");
    sparse.git("sparse-checkout set --cone --sparse-index box/todo");
    for (sandbox, mark) in [(split, b"link"), (sparse, b"sdir")] {
        let special =
            |sandbox: &Sandbox| std::fs::read(sandbox.path(".git/index")).unwrap().windows(4).any(|word| word == mark);
        assert!(special(&sandbox));
        sandbox.write("intended.txt", "later\n");
        sandbox.git("add --intent-to-add intended.txt");
        let repository = sandbox.repository();
        let mut index = Index::open(&repository).unwrap();
        assert_eq!(index.blob("a.txt"), Some(sandbox.oid("HEAD:a.txt")));
        assert_eq!(index.blob("intended.txt"), None);
        let paths: Vec<_> = index.paths_under("box").into_iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["box/todo/one.md", "box/todo/two.md"]);
        assert_eq!(index.write_tree().unwrap(), sandbox.oid("HEAD^{tree}"));
        index.remove("box/todo/one.md").unwrap();
        index.insert("box/done/one.md", sandbox.oid("HEAD:a.txt")).unwrap();
        let planned = index.write_tree().unwrap();
        assert_eq!(sandbox.git("diff --cached --name-only"), "", "nothing is written yet");
        index.write(&repository).unwrap();
        assert_eq!(sandbox.oid_of_index(), planned);
        assert!(special(&sandbox), "it stays as it was");
        let changed = sandbox.git("diff --cached --name-status --no-renames HEAD");
        assert_eq!(changed, "A\tbox/done/one.md\nD\tbox/todo/one.md");
    }
}

#[test]
fn knows_head_and_all_work_trees() {
    let main = Sandbox::new();
    let first = main.oid("HEAD");
    assert_eq!(main.repository().head().unwrap(), Head { commit: Some(first), branch: Some("main".into()) });
    let main_dir = main.dir.clone();
    let linked = main.linked();
    let repository = linked.repository();
    assert!(repository.is_linked());
    assert_eq!(repository.common_dir(), main_dir.join(".git"));
    let found = repository.worktrees().unwrap();
    let shown: Vec<_> = found.iter().map(|tree| (tree.path.as_path(), tree.branch.as_deref(), tree.is_main)).collect();
    assert_eq!(shown, [(main_dir.as_path(), Some("main"), true), (linked.dir.as_path(), Some("side"), false)]);
    assert_eq!(found[1].git_dir, repository.git_dir());
    linked.git("checkout -q --detach");
    assert_eq!(repository.head().unwrap(), Head { commit: Some(first), branch: None });
    std::fs::remove_dir_all(&linked.dir).unwrap();
    assert_eq!(Repository::discover(&main_dir).unwrap().worktrees().unwrap().len(), 1);
}

#[test]
fn reads_commits_trees_and_blobs() {
    let sandbox = Sandbox::new();
    let repository = sandbox.repository();
    let head = repository.resolve("HEAD").unwrap().unwrap();
    assert_eq!(repository.resolve("main").unwrap(), Some(head));
    for nothing in ["nothing", "HEAD^", "HEAD:a.txt", "", "a..b", "-x", "@{u}", "HEAD^{tree}"] {
        assert_eq!(repository.resolve(nothing).unwrap(), None, "{nothing}");
    }
    let tree = repository.tree_of(head).unwrap();
    assert_eq!(repository.parents(head).unwrap(), []);
    let (blob, bytes) = repository.blob_at(tree, "box/todo/one.md").unwrap().unwrap();
    assert_eq!((repository.blob(blob).unwrap(), bytes.as_slice()), (b"one\n".to_vec(), b"one\n".as_slice()));
    assert_eq!(repository.blob_at(head, "box/todo").unwrap(), None);
    assert_eq!(repository.entry_at(head, "box").unwrap(), Some(sandbox.oid("HEAD:box")));
    assert_eq!(repository.entry_at(head, "box/no").unwrap(), None);
    let files: Vec<_> = repository.files_under(head, "box").unwrap().into_iter().map(|(path, _)| path).collect();
    assert_eq!(files, ["box/todo/one.md", "box/todo/two.md"]);
    assert_eq!(repository.files_under(head, "no").unwrap(), []);
    assert_eq!(repository.tracked_files(head).unwrap().join("\n"), sandbox.git("ls-files"));
    assert!(repository.is_tracked("a.txt").unwrap() && !repository.is_tracked("c.txt").unwrap());
    assert_eq!(repository.branch_commit("main").unwrap(), Some(head));
    assert_eq!(repository.branch_commit("no way").unwrap(), None);
    assert_eq!(repository.user_name().unwrap().as_deref(), Some("Ada"));
}

#[test]
fn leaves_an_entry_out_as_mktree_does() {
    let sandbox = Sandbox::new();
    let repository = sandbox.repository();
    for name in ["box", "a.txt", "no"] {
        let script = format!("git ls-tree HEAD | grep -v \"\t{name}$\" | git mktree");
        let expected = sandbox.command("sh").args(["-c", &script]).output().unwrap().stdout;
        let made = repository.without(sandbox.oid("HEAD^{tree}"), name).unwrap();
        assert_eq!(made.to_string(), String::from_utf8(expected).unwrap().trim());
        sandbox.git_args(&["cat-file", "-e", &made.to_string()]);
    }
    let todo = sandbox.oid("HEAD:box");
    let empty = sandbox.git("hash-object -t tree /dev/null");
    assert_eq!(repository.without(todo, "todo").unwrap().to_string(), empty);
}

#[test]
fn tells_changes_between_trees() {
    let sandbox = Sandbox::new();
    let old = sandbox.oid("HEAD");
    let one = sandbox.oid("HEAD:box/todo/one.md");
    let two = sandbox.oid("HEAD:box/todo/two.md");
    sandbox.write("box/done/one.md", "one\n");
    std::fs::remove_file(sandbox.path("box/todo/one.md")).unwrap();
    sandbox.write("box/todo/two.md", "changed\n");
    sandbox.write("c ü.txt", "c\n");
    sandbox.git("add -A");
    sandbox.git("commit -qm second");
    let repository = sandbox.repository();
    let new = sandbox.oid("HEAD");
    let changed = sandbox.oid("HEAD:box/todo/two.md");
    let change = |path: &str, old, new| Change { path: path.into(), old, new };
    let expected = [
        change("box/done/one.md", None, Some(one)),
        change("box/todo/one.md", Some(one), None),
        change("box/todo/two.md", Some(two), Some(changed)),
    ];
    assert_eq!(repository.changes(Some(old), new, "box").unwrap(), expected);
    assert_eq!(repository.changes(Some(old), new, "box/todo/").unwrap(), expected[1..]);
    assert_eq!(repository.changes(Some(old), new, "none").unwrap(), []);
    assert_eq!(repository.changes(None, new, "box/done").unwrap(), expected[..1]);
    let paths = ["box/done/one.md", "box/todo/one.md", "box/todo/two.md", "c ü.txt"];
    assert_eq!(repository.diff_paths(old, new).unwrap(), paths);
}

#[test]
fn walks_history_as_git_log_does() {
    let sandbox = Sandbox::new();
    let first = sandbox.oid("HEAD");
    sandbox.git("commit -q --allow-empty -m main-1");
    sandbox.git_args(&["switch", "-qc", "side", &first.to_string()]);
    sandbox.git_args(&["commit", "-q", "--allow-empty", "-m", "side\nwith a second line\n\nbody"]);
    sandbox.git("switch -q main");
    sandbox.git("merge -q --no-ff -m merge side");
    let repository = sandbox.repository();
    let head = sandbox.oid("HEAD");
    for spec in ["HEAD", "main^..side", "side..main", "main^...side", "HEAD~1..", "..side", "main..main"] {
        let expected = sandbox.git_args(&["log", "--format=%H", spec]);
        let mut expected: Vec<_> = expected.lines().map(str::to_owned).collect();
        let range = repository.range(spec).unwrap();
        let mut found: Vec<_> = range.iter().map(|commit| commit.id.to_string()).collect();
        // Commits of one second have no order of their own.
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{spec}");
    }
    assert!(repository.range("no..such").is_err());
    let log = repository.log(head, Some(first), 10).unwrap();
    assert_eq!((log.len(), log[0].subject.as_str(), log[0].author.as_str()), (3, "merge", "Ada"));
    assert_eq!(log.iter().find(|commit| commit.message.contains("body")).unwrap().subject, "side with a second line");
    assert_eq!(repository.log(head, None, 2).unwrap().len(), 2);
    let side = sandbox.oid("side");
    assert_eq!(repository.merge_base(sandbox.oid("main^"), side).unwrap(), Some(first));
    assert!(repository.is_ancestor(side, head).unwrap() && !repository.is_ancestor(head, side).unwrap());
    assert!(repository.is_ancestor(head, head).unwrap());
}

#[test]
fn knows_what_is_under_way() {
    let sandbox = Sandbox::new();
    sandbox.git("switch -qc other");
    sandbox.write("a.txt", "other\n");
    sandbox.git("commit -qam other");
    sandbox.git("switch -q main");
    sandbox.write("a.txt", "main\n");
    sandbox.git("commit -qam main");
    let repository = sandbox.repository();
    assert_eq!(repository.operation().unwrap(), None);
    for (begin, end, expected) in [
        ("merge other", "merge --abort", Operation::Merge),
        ("rebase other", "rebase --abort", Operation::Rebase),
        ("rebase --apply other", "rebase --abort", Operation::Rebase),
        ("cherry-pick other", "cherry-pick --abort", Operation::CherryPick),
        ("revert HEAD~1", "revert --abort", Operation::Revert),
        ("bisect start", "bisect reset", Operation::Bisect),
    ] {
        sandbox.try_git(&begin.split(' ').collect::<Vec<_>>());
        assert_eq!(repository.operation().unwrap(), Some(expected), "{begin}");
        sandbox.git(end);
        assert_eq!(repository.operation().unwrap(), None, "{end}");
    }
}

fn looked(sandbox: &Sandbox, how: &str, variables: &[(&str, &str)], dir: &std::path::Path) -> Vec<String> {
    let mut command = sandbox.command(super::sandbox::probe().to_str().unwrap());
    let output = command.args(["look", how]).current_dir(dir).envs(variables.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn discovering_ignores_the_environment_and_a_hook_honours_it() {
    let (sandbox, other) = (Sandbox::new(), Sandbox::new());
    other.git("switch -qc other");
    let dir = sandbox.dir.to_str().unwrap();
    let git_dir = other.path(".git");
    let index = other.path(".git/index");
    let poison = [("GIT_DIR", git_dir.to_str().unwrap()), ("GIT_INDEX_FILE", index.to_str().unwrap())];
    assert_eq!(looked(&sandbox, "discover", &poison, &sandbox.dir), [dir, "main", "[]", "None", "Some(\"Ada\")"]);
    let place = [("GIT_DIR", git_dir.to_str().unwrap()), ("GIT_WORK_TREE", dir)];
    sandbox.write("a.txt", "changed\n");
    let expected = [dir, "other", "[\"a.txt\"]", "None", "Some(\"Ada\")"];
    assert_eq!(looked(&sandbox, "hook", &place, &sandbox.dir)[..2], expected[..2]);
    std::fs::remove_dir_all(sandbox.path(".git")).unwrap();
    assert_eq!(looked(&other, "hook", &place, &sandbox.dir), expected);
    let given = [("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "user.name"), ("GIT_CONFIG_VALUE_0", "Bo")];
    assert_eq!(looked(&other, "discover", &given, &other.dir)[4], "Some(\"Bo\")");
}

#[test]
fn a_foreign_repository_is_named() {
    let sandbox = Sandbox::new();
    if !std::process::Command::new("chown")
        .args(["-R", "12345", sandbox.dir.to_str().unwrap()])
        .status()
        .unwrap()
        .success()
    {
        return;
    }
    assert!(matches!(Repository::discover(&sandbox.dir), Err(OpenError::Owner { path }) if path == sandbox.dir));
}

#[test]
fn a_partial_clone_fetches_what_it_lacks() {
    let sandbox = Sandbox::new();
    sandbox.git("config uploadpack.allowFilter true");
    let clone = sandbox.root.path().join("clone");
    let url = format!("file://{}", sandbox.dir.display());
    sandbox.git_args(&["clone", "-q", "--no-checkout", "--filter=blob:none", &url, clone.to_str().unwrap()]);
    let repository = Repository::discover(&clone).unwrap();
    let head = repository.head().unwrap().commit.unwrap();
    assert_eq!(repository.blob_at(head, "a.txt").unwrap().unwrap().1, b"a\n");
    let tree = repository.without(repository.tree_of(head).unwrap(), "a.txt").unwrap();
    assert_eq!(repository.tracked_files(tree).unwrap().len(), 3);
}

#[test]
fn a_bare_repository_with_a_linked_work_tree_is_whole() {
    let sandbox = Sandbox::new();
    let bare = sandbox.root.path().join("bare.git");
    sandbox.git_args(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    let dir = sandbox.dir.parent().unwrap().join("tree");
    sandbox.git_args(&["-C", bare.to_str().unwrap(), "worktree", "add", "-q", "-b", "x", dir.to_str().unwrap()]);
    let repository = Repository::discover(&dir).unwrap();
    let found = repository.worktrees().unwrap();
    assert_eq!((found.len(), found[0].path.as_path(), found[0].is_main), (1, dir.as_path(), false));
    assert_eq!(repository.unstaged("", None).unwrap(), [""; 0]);
}
