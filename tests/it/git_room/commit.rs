use mcp_handoff::git::{Conflicts, Index, Locked, NoIdentity};

use super::sandbox::Sandbox;

fn move_one(sandbox: &Sandbox) -> Vec<(String, Option<mcp_handoff::git::Oid>)> {
    let blob = sandbox.repository().write_blob(b"one, done\n").unwrap();
    vec![("box/todo/one.md".into(), None), ("box/done/one.md".into(), Some(blob))]
}

#[test]
fn commits_the_paths_alone_and_keeps_what_is_staged() {
    for sandbox in [Sandbox::new(), Sandbox::new().linked()] {
        for hook in [
            "pre-commit",
            "commit-msg",
            "prepare-commit-msg",
            "post-commit",
            "reference-transaction",
            "post-index-change",
        ] {
            sandbox.hook(hook, &format!("echo {hook} >> \"{}/ran\"", sandbox.root.path().display()));
        }
        sandbox.write("a.txt", "staged\n");
        sandbox.write("new.txt", "new\n");
        sandbox.git("add a.txt new.txt");
        sandbox.git("rm -q --cached b.txt");
        sandbox.write("a.txt", "unstaged\n");
        std::fs::remove_file(sandbox.root.path().join("ran")).ok();
        let before = sandbox.git("rev-parse HEAD");
        let commit = sandbox.repository().commit_paths("Move one\n\nbody\n", &move_one(&sandbox)).unwrap();
        assert!(!sandbox.root.path().join("ran").exists());
        assert_eq!(sandbox.oid("HEAD"), commit);
        assert_eq!(sandbox.git("rev-parse HEAD^"), before);
        assert_eq!(
            sandbox.git("show --format=%B --name-status --no-renames HEAD"),
            "Move one\n\nbody\n\n\nA\tbox/done/one.md\nD\tbox/todo/one.md"
        );
        assert_eq!(sandbox.git("diff --cached --name-status --no-renames"), "M\ta.txt\nD\tb.txt\nA\tnew.txt");
        assert_eq!(sandbox.git("show :a.txt"), "staged");
        assert_eq!(sandbox.read("a.txt"), "unstaged\n");
        assert!(sandbox.git("reflog -1").ends_with("commit: Move one"));
        sandbox.git("fsck --strict");
    }
}

#[test]
fn commits_when_detached_and_before_the_first_commit() {
    let sandbox = Sandbox::new();
    sandbox.git("checkout -q --detach");
    let commit = sandbox.repository().commit_paths("x", &move_one(&sandbox)).unwrap();
    assert_eq!((sandbox.oid("HEAD"), sandbox.oid("main^{commit}") == commit), (commit, false));

    let sandbox = Sandbox::unborn();
    assert_eq!(sandbox.repository().head().unwrap().branch.as_deref(), Some("main"));
    sandbox.repository().commit_paths("first", &move_one(&sandbox)).unwrap();
    assert_eq!(sandbox.git("ls-tree -r --name-only main"), "box/done/one.md");
    assert_eq!(sandbox.git("ls-files"), "box/done/one.md");

    let sandbox = Sandbox::unborn();
    sandbox.write("a.txt", "a\n");
    sandbox.git("add a.txt");
    sandbox.repository().commit_paths("first", &move_one(&sandbox)).unwrap();
    assert_eq!(sandbox.git("diff --cached --name-status"), "A\ta.txt");
}

#[test]
fn keeps_modes_and_removes_empty_folders() {
    let sandbox = Sandbox::new();
    sandbox.git("update-index --chmod=+x box/todo/one.md");
    sandbox.git("commit -qm mode");
    sandbox.git("update-index --chmod=+x b.txt");
    let repository = sandbox.repository();
    let blob = repository.write_blob(b"x\n").unwrap();
    let paths =
        [("box/todo/one.md".to_owned(), Some(blob)), ("b.txt".to_owned(), Some(blob)), ("gone/away".to_owned(), None)];
    repository.commit_paths("x", &paths).unwrap();
    assert!(sandbox.git("ls-tree HEAD box/todo/one.md").starts_with("100755"));
    assert!(sandbox.git("ls-tree HEAD b.txt").starts_with("100644"));
    let all = [("box/todo/one.md".to_owned(), None), ("box/todo/two.md".to_owned(), None)];
    repository.commit_paths("y", &all).unwrap();
    assert_eq!(sandbox.git("ls-tree -r -t --name-only HEAD"), "a.txt\nb.txt");
    let head = sandbox.oid("HEAD");
    assert_eq!(repository.commit_paths("nothing", &all).unwrap(), head);
}

#[test]
fn an_edit_in_the_moment_of_the_commit_stays_visible() {
    for _ in 0..20 {
        let sandbox = Sandbox::new();
        sandbox.write("a.txt", "1\n");
        sandbox.git("add a.txt");
        sandbox.write("a.txt", "2\n");
        sandbox.repository().commit_paths("x", &move_one(&sandbox)).unwrap();
        assert!(sandbox.git("diff --name-only").contains("a.txt"));
    }
}

#[test]
fn says_when_git_has_no_identity_or_the_index_is_locked() {
    let sandbox = Sandbox::new();
    sandbox.git_args(&["config", "user.name", ""]);
    sandbox.git_args(&["config", "user.email", ""]);
    sandbox.git("config user.useConfigOnly true");
    let head = sandbox.oid("HEAD");
    let error = sandbox.repository().commit_paths("x", &move_one(&sandbox)).unwrap_err();
    assert!(error.downcast_ref::<NoIdentity>().is_some(), "{error:?}");
    assert!(!sandbox.path(".git/index.lock").exists());

    std::fs::write(sandbox.path(".git/index.lock"), "").unwrap();
    let error = sandbox.repository().commit_paths("x", &move_one(&sandbox)).unwrap_err();
    assert_eq!(error.downcast_ref::<Locked>().unwrap().path, sandbox.path(".git/index.lock"));
    assert_eq!(sandbox.oid("HEAD"), head);
}

#[test]
fn commits_of_many_processes_all_arrive() {
    let sandbox = Sandbox::new();
    std::thread::scope(|scope| {
        for me in 0..4 {
            let sandbox = &sandbox;
            scope.spawn(move || {
                for round in 0..8 {
                    let repository = sandbox.repository();
                    let blob = repository.write_blob(b"x").unwrap();
                    repository.commit_paths("x", &[(format!("f/{me}-{round}"), Some(blob))]).unwrap();
                }
            });
        }
    });
    assert_eq!(sandbox.git("ls-tree -r --name-only HEAD f").lines().count(), 32);
    assert_eq!(sandbox.git("rev-list --count HEAD"), "33");
    assert_eq!(sandbox.git("diff --cached --name-only"), "");
}

#[test]
fn signs_when_configured() {
    let sandbox = Sandbox::new();
    let signer = sandbox.root.path().join("signer");
    std::fs::write(&signer, "#!/bin/sh\ncat > /dev/null\necho '[GNUPG:] SIG_CREATED ' >&2\necho '-----BEGIN PGP SIGNATURE-----'\necho '-----END PGP SIGNATURE-----'\n").unwrap();
    std::fs::set_permissions(&signer, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    sandbox.git_args(&["config", "gpg.program", signer.to_str().unwrap()]);
    sandbox.git("config commit.gpgsign true");
    sandbox.repository().commit_paths("x", &move_one(&sandbox)).unwrap();
    assert!(sandbox.git("cat-file commit HEAD").contains("BEGIN PGP SIGNATURE"));
}

#[test]
fn an_unmerged_index_has_no_tree() {
    let sandbox = Sandbox::new();
    sandbox.git("switch -qc other");
    sandbox.write("a.txt", "other\n");
    sandbox.git("commit -qam other");
    sandbox.git("switch -q main");
    sandbox.write("a.txt", "main\n");
    sandbox.git("commit -qam main");
    assert!(!sandbox.try_git(&["merge", "other"]).status.success());
    let repository = sandbox.repository();
    assert_eq!(repository.operation().unwrap(), Some(mcp_handoff::git::Operation::Merge));
    let mut index = Index::open(&repository).unwrap();
    let error = index.write_tree().unwrap_err();
    assert_eq!(error.downcast_ref::<Conflicts>().unwrap().paths, ["a.txt"]);
    assert_eq!(repository.unstaged("", None).unwrap(), ["a.txt"]);
    repository.reset_paths_in_index(&["a.txt".into()]).unwrap();
    index.reload(&repository).unwrap();
    assert!(!index.has_conflicts());
    assert_eq!(index.write_tree().unwrap(), sandbox.oid("HEAD^{tree}"));
}
