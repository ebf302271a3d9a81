//! Adopting it without anybody else noticing, and going without a trace.

use std::collections::BTreeMap;

use super::support::Sandbox;

/// A repository that has never seen a board.
fn untouched() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.write("check.sh", "if grep -q broken code.txt; then echo 'code.txt:1: it is broken'; exit 1; fi\n");
    sandbox.write("code.txt", "one\n");
    sandbox.write("Makefile", "test:\n\t@sh check.sh\n");
    sandbox.git("add -A");
    sandbox.git("commit -q -m start");
    sandbox
}

/// What lies in git's folder and may matter to somebody: hooks, settings, what is left out.
fn outside(sandbox: &Sandbox) -> BTreeMap<String, Vec<u8>> {
    let walk = walkdir::WalkDir::new(sandbox.path(".git")).into_iter().flatten();
    let files = walk.filter(|entry| entry.file_type().is_file()).map(|entry| entry.path().to_owned());
    let below = files.map(|path| (path.strip_prefix(sandbox.dir()).expect("below").display().to_string(), path));
    let is_shown = |name: &String| {
        [".git/hooks/", ".git/info/", ".git/config", ".git/mcp"].iter().any(|start| name.starts_with(start))
    };
    below.filter(|(name, _)| is_shown(name)).map(|(name, path)| (name, fs_err::read(path).expect("a file"))).collect()
}

#[test]
fn a_private_board_is_seen_by_nobody_and_works() {
    let sandbox = untouched();
    sandbox.write(".git/info/exclude", "*.o");
    let before = outside(&sandbox);
    insta::assert_snapshot!(sandbox.typed(&["ada$ mcp init --private", "ada$ cat .git/info/exclude; echo; git status --short"]), @r#"
    ada$ mcp init --private
    .mcp/.gitignore
    .mcp/config.yaml
    made a board in .mcp that is this clone's own: git leaves it out, by .git/info/exclude
    check tests: `make test`
    installed the git hooks: commits of a task run its checks from now on
    hint: `mcp create "What is to be done"` writes the first task down
    ada$ cat .git/info/exclude; echo; git status --short
    *.o
    # mcp-handoff, begin: what is this clone's own
    /.mcp/
    # mcp-handoff, end
    "#);
    let id = sandbox.claimed_task("Mend the code");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ echo broken > code.txt; git commit -q -a -m Broken",
        "ada$ sed -n '/^## Error/,/^$/p' .mcp/tasks/ready/*.md; git status --short",
        "ada$ echo two > code.txt; git commit -q -a -m Mend; git show --stat --format=%B; git status --short; mcp list",
        "ada$ mcp verify",
        "ada$ mcp init --private --quiet; mcp doctor; mcp hooks status",
    ]).replace(&id, "[T1]"), @"
    ada$ echo broken > code.txt; git commit -q -a -m Broken
    tests failed (exit code 2) after [SECONDS]
      code.txt:1: it is broken
      make: *** [Makefile:2: test] Error 1
    error: tests failed
    hint: read .mcp/tasks/ready/T1-mend-the-code.md, mend it, and commit again; all of the output: [WORLD]/repo/.git/mcp/logs/tests.log
    --- exit 1 ---
    ada$ sed -n '/^## Error/,/^$/p' .mcp/tasks/ready/*.md; git status --short
    ## Error context

     M code.txt
    ada$ echo two > code.txt; git commit -q -a -m Mend; git show --stat --format=%B; git status --short; mcp list
    tests passed in [SECONDS]
    T1 goes to review once this commit is made
    Mend

    Task: T1


     code.txt | 2 +-
     1 file changed, 1 insertion(+), 1 deletion(-)
    ID        STATE   P   KIND   ASSIGNEE  TITLE
    T1        review  P1  chore  ada       Mend the code
    ada$ mcp verify
    verified   [SHORT] T1 Mend
    ada$ mcp init --private --quiet; mcp doctor; mcp hooks status
    pre-commit           current
    prepare-commit-msg   current
    commit-msg           current
    post-commit          current
    post-merge           current
    post-checkout        current
    post-rewrite         current
    ");
    let _ = sandbox.mcp("uninstall").success();
    assert_eq!(outside(&sandbox), before);
}

#[test]
fn a_private_board_has_its_hooks_to_itself_in_a_folder_that_all_share() {
    let sandbox = untouched();
    sandbox.git("config core.hooksPath hooks");
    let before = outside(&sandbox);
    let _ = sandbox.mcp("init --private").success();
    assert_eq!(sandbox.status(), "");
    let id = sandbox.claimed_task("Mend the code");
    sandbox.write("code.txt", "two\n");
    sandbox.git("commit -q -a -m Mend");
    assert_eq!(sandbox.state_of(&id), "review");
    let _ = sandbox.mcp("uninstall").success();
    assert_eq!(outside(&sandbox), before);
    assert!(!sandbox.path("hooks/pre-commit").exists());
}

#[test]
fn a_board_that_all_have_does_not_become_private() {
    let sandbox = Sandbox::with_board();
    insta::assert_snapshot!(sandbox.mcp("init --private"), @"
    --- stderr ---
    error: the board is in the repository already, so it cannot be this clone's own
    hint: `mcp init` without --private goes on with it
    --- exit 2 ---
    ");
}

#[test]
fn uninstalling_leaves_the_board_and_nothing_else() {
    let sandbox = untouched();
    let before = outside(&sandbox);
    let _ = sandbox.mcp("init --merge-driver --quiet").success();
    let _ = sandbox.mcp("setup claude --quiet").success();
    let id = sandbox.claimed_task("Mend the code");
    sandbox.git("add -A");
    sandbox.git("commit -q -m board");
    sandbox.write("code.txt", "two\n");
    sandbox.write("other.txt", "so that it is checked apart\n");
    sandbox.git("commit -q -a -m Mend");
    assert_eq!(sandbox.git("worktree list").lines().count(), 2);
    let run = sandbox.mcp("uninstall").success();
    let place = regex::Regex::new(r"\S+/worktrees/[0-9a-f]{16}/").expect("a pattern");
    insta::assert_snapshot!(place.replace(&run.to_string(), "[CACHE]/"), @"
    CLAUDE.md (instructions, removed)
    .claude/skills/mcp-handoff/SKILL.md (skill, removed)
    .mcp.json (server, removed)
    .claude/settings.json (session hook, removed)
    [WORLD]/repo/.git/hooks/pre-commit
    [WORLD]/repo/.git/hooks/prepare-commit-msg
    [WORLD]/repo/.git/hooks/commit-msg
    [WORLD]/repo/.git/hooks/post-commit
    [WORLD]/repo/.git/hooks/post-merge
    [WORLD]/repo/.git/hooks/post-checkout
    [WORLD]/repo/.git/hooks/post-rewrite
    [CACHE]/repo
    the trust in its checks
    [WORLD]/repo/.git/mcp
    --- stderr ---
    the board in .mcp and its refs below refs/mcp stay: they are yours
    ");
    assert_eq!(outside(&sandbox), before);
    assert_eq!(sandbox.git("worktree list").lines().count(), 1);
    insta::assert_snapshot!(sandbox.files().join("\n").replace(&id, "[T1]"), @"
    .mcp/.gitattributes
    .mcp/.gitignore
    .mcp/config.yaml
    .mcp/tasks/done/.gitkeep
    .mcp/tasks/failed/.gitkeep
    .mcp/tasks/in-progress/.gitkeep
    .mcp/tasks/pending/.gitkeep
    .mcp/tasks/ready/.gitkeep
    .mcp/tasks/review/.gitkeep
    .mcp/tasks/review/[T1]-mend-the-code.md
    Makefile
    check.sh
    code.txt
    other.txt
    ");
    // And back again.
    let _ = sandbox.mcp("init --quiet").success();
    let _ = sandbox.mcp("trust --quiet").success();
    assert_eq!(sandbox.state_of(&id), "review");
    let _ = sandbox.mcp("doctor").success();
}

#[test]
fn packages_and_diffs_are_spared_the_board() {
    let sandbox = untouched();
    sandbox.write("Cargo.toml", "[package]\nname = \"x\"\n");
    sandbox.write("package.json", "{\"name\":\"x\",\"scripts\":{\"test\":\"true\"}}\n");
    sandbox.write("web/package.json", "{\"name\":\"y\",\"private\":true,\"scripts\":{\"test\":\"vitest\"}}\n");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp init --fold --merge-driver",
        "ada$ cat .mcp/.gitattributes",
        "ada$ mcp init --fold",
        "ada$ sed -n '/^checks/,/^$/p' .mcp/config.yaml",
    ]), @r#"
    ada$ mcp init --fold --merge-driver
    .mcp/.gitattributes
    .mcp/.gitattributes
    .mcp/.gitignore
    .mcp/config.yaml
    made a board in .mcp; commit it so that everybody has it: git add .mcp && git commit -m "Add a task board"
    check cargo-tests: `cargo test`
    check node-tests: `npm test`
    installed the git hooks: commits of a task run its checks from now on
    hint: `cargo publish` would take the board along: exclude = [".mcp/"] below [package] keeps it out
    hint: `npm publish` would take the board along: name what belongs into the package under "files" in package.json, or .mcp/ in .npmignore
    hint: `mcp create "What is to be done"` writes the first task down
    ada$ cat .mcp/.gitattributes
    tasks/** merge=mcp
    archive/** merge=mcp
    ** linguist-generated
    ada$ mcp init --fold
    the board is there already; nothing was changed
    check cargo-tests: `cargo test`
    check node-tests: `npm test`
    hint: `mcp create "What is to be done"` writes the first task down
    ada$ sed -n '/^checks/,/^$/p' .mcp/config.yaml
    checks:
      - name: cargo-tests
        run: cargo test
      - name: node-tests
        run: npm test
    "#);
}
