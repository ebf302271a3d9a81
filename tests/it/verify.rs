//! `verify`: what is known of commits, however they were made; and the recipes for CI.

use std::path::Path;

use super::support::{Run, Sandbox, named};

const CHECK: &str = "if grep -q broken code.txt; then echo 'code.txt:1: it is broken'; exit 1; fi\n";

/// A board whose check fails while the code is broken, and a task claimed on the branch `topic`.
fn on_a_branch() -> (Sandbox, String) {
    let sandbox = Sandbox::with_board();
    sandbox.write("check.sh", CHECK);
    sandbox.git("add -A");
    sandbox.git("commit -q -m check");
    sandbox.git("switch -q -c topic");
    let task = sandbox.claimed_task("Mend the code");
    (sandbox, task)
}

fn commit(sandbox: &Sandbox, text: &str, arguments: &[&str]) {
    sandbox.write("code.txt", text);
    sandbox.git("add -A");
    let _ = sandbox.try_git(&[&["commit", "-q"], arguments].concat()).success();
}

/// The words and subjects of the rows, the hashes left out.
fn told(run: &Run, task: &str) -> String {
    let pattern = regex::Regex::new(r"(?m)^(\w+) +\[SHORT\] (t-\w+|-) +").expect("a pattern");
    named(&pattern.replace_all(&run.to_string(), "$1 $2 "), &[task])
}

#[test]
fn a_commit_that_was_checked_is_verified_and_one_that_was_not_is_not() {
    let (sandbox, task) = on_a_branch();
    commit(&sandbox, "two\n", &["-m", "Mend"]);
    insta::assert_snapshot!(told(&sandbox.mcp("verify").success(), &task), @"verified [T1] Mend");
    commit(&sandbox, "three\n", &["-m", "Bypass", "--no-verify"]);
    insta::assert_snapshot!(told(&sandbox.mcp("verify"), &task), @"
    unverified [T1] Bypass (no evidence of tests for its code)
    verified [T1] Mend
    --- stderr ---
    hint: `mcp verify --rerun` runs the checks on them
    error: 1 unverified commit
    --- exit 1 ---
    ");
    insta::assert_snapshot!(told(&sandbox.mcp("verify --every main..HEAD"), &task), @"
    unverified [T1] Bypass (no evidence of tests for its code)
    verified [T1] Mend
    --- stderr ---
    hint: `mcp verify --rerun` runs the checks on them
    error: 1 unverified commit
    --- exit 1 ---
    ");
    // A later commit speaks for what it has in it.
    commit(&sandbox, "four\n", &["-m", "Mend more"]);
    insta::assert_snapshot!(told(&sandbox.mcp("verify main..topic").success(), &task), @"
    verified [T1] Mend more
    earlier [T1] Bypass (no evidence of tests for its code)
    verified [T1] Mend
    ");
    insta::assert_snapshot!(told(&sandbox.mcp("verify main..topic --every"), &task), @"
    verified [T1] Mend more
    unverified [T1] Bypass (no evidence of tests for its code)
    verified [T1] Mend
    --- stderr ---
    hint: `mcp verify --rerun` runs the checks on them
    error: 1 unverified commit
    --- exit 1 ---
    ");
    // In a fresh clone nothing but the files tells.
    fs_err::remove_dir_all(sandbox.path(".git/mcp/evidence")).expect("a folder");
    insta::assert_snapshot!(told(&sandbox.mcp("verify main..topic").success(), &task), @"
    verified [T1] Mend more
    earlier [T1] Bypass (no evidence of tests for its code)
    verified [T1] Mend
    ");
}

#[test]
fn evidence_is_checked_again_and_a_lie_is_found_out() {
    let (sandbox, task) = on_a_branch();
    commit(&sandbox, "two\n", &["-m", "Mend"]);
    insta::assert_snapshot!(told(&sandbox.mcp("verify --rerun").success(), &task), @"
    verified [T1] Mend
    --- stderr ---
    checking [SHORT] Mend
    tests passed in [SECONDS]
    ");
    commit(&sandbox, "broken\n", &["-m", "Break", "--no-verify"]);
    let file = sandbox.file_of(&task);
    let text = sandbox.read(&file);
    let line = text.lines().find(|line| line.contains(" tree:")).expect("evidence");
    let mut tree = sandbox.command("sh");
    tree.args(["-c", "git ls-tree HEAD | grep -v '\t.mcp$' | git mktree"]);
    let output = tree.output().expect("a process");
    let tree = String::from_utf8(output.stdout).expect("an id");
    let honest = regex::Regex::new("tree:[0-9a-f]+").expect("a pattern");
    let lie = honest.replace(line, format!("tree:{}", tree.trim()));
    sandbox.write(&file, &text.replace(line, &format!("{line}\n{lie}")));
    sandbox.git("add -A");
    sandbox.git("commit -q -m lie");
    insta::assert_snapshot!(told(&sandbox.mcp("verify").success(), &task), @"
    board - lie
    verified [T1] Break
    verified [T1] Mend
    ");
    insta::assert_snapshot!(told(&sandbox.mcp("verify --rerun"), &task), @"
    board - lie
    failed [T1] Break (tests failed (exit code 1), though there is evidence that it passed)
    verified [T1] Mend
    --- stderr ---
    checking [SHORT] Break
    checking in a private worktree: it is not checked out
    tests failed (exit code 1) after [SECONDS]
      code.txt:1: it is broken
    error: 1 unverified commit
    --- exit 1 ---
    ");
    let document = sandbox.mcp("verify --rerun --json").code(1).json();
    let states: Vec<_> =
        document["verify"]["commits"].as_array().expect("rows").iter().map(|row| &row["state"]).collect();
    assert_eq!(states, ["board", "failed", "verified"]);
    // The user's files were not touched.
    assert_eq!((sandbox.read("code.txt").as_str(), sandbox.status().as_str()), ("broken\n", ""));
}

/// Commits made anew, in some way, from a verified commit on `topic`, on a `main` that has gone on.
fn made_anew(way: &str, range: &str) -> String {
    let (sandbox, task) = on_a_branch();
    commit(&sandbox, "two\n", &["-m", "Mend"]);
    let goes_on = "git switch -q main; echo other > other.txt; git add -A; git commit -q -m Other; git switch -q topic";
    for line in [goes_on, way] {
        let mut shell = sandbox.command("sh");
        shell.args(["-e", "-c", line]).env("MCP_TASK", "none");
        let _ = sandbox.run(shell).success();
    }
    told(&sandbox.mcp(&format!("verify {range}")), &task)
}

#[test]
fn what_was_made_anew_is_known_by_its_code() {
    insta::assert_snapshot!(made_anew("git commit -q --amend -m Reworded", "main..topic"), @"verified [T1] Reworded");
    insta::assert_snapshot!(made_anew("echo more >> code.txt; git commit -q --amend -a --no-verify -m More", "main..topic"), @"
    unverified [T1] More (no evidence of tests for its code)
    --- stderr ---
    hint: `mcp verify --rerun` runs the checks on them
    error: 1 unverified commit
    --- exit 1 ---
    ");
    insta::assert_snapshot!(made_anew("git rebase -q main", "main..topic"), @"
    unverified [T1] Mend (no evidence of tests for its code)
    --- stderr ---
    hint: `mcp verify --rerun` runs the checks on them
    error: 1 unverified commit
    --- exit 1 ---
    ");
    insta::assert_snapshot!(made_anew("git switch -q main; git cherry-pick topic", "main~..main"), @"
    unverified [T1] Mend (no evidence of tests for its code)
    --- stderr ---
    hint: `mcp verify --rerun` runs the checks on them
    error: 1 unverified commit
    --- exit 1 ---
    ");
    insta::assert_snapshot!(made_anew("git switch -q -c next topic~; git cherry-pick --ff topic", "topic~..next"), @"verified [T1] Mend");
    insta::assert_snapshot!(made_anew("git switch -q main; git merge -q --no-edit topic", "main~..main"), @"
    unverified - Merge branch 'topic' (no evidence of tests for its code)
    verified [T1] Mend
    --- stderr ---
    hint: `mcp verify --rerun` runs the checks on them
    error: 1 unverified commit
    --- exit 1 ---
    ");
    insta::assert_snapshot!(made_anew("git switch -q -c joined main~; git merge -q --no-ff --no-edit topic", "main~..joined"), @"
    board - Merge branch 'topic' into joined
    verified [T1] Mend
    ");
    insta::assert_snapshot!(
        made_anew("git switch -q main; git merge -q --squash topic; git commit -q --no-edit", "main~..main"), @"
    unverified [T1] Squashed commit of the following: (no evidence of tests for its code)
    --- stderr ---
    hint: `mcp verify --rerun` runs the checks on them
    error: 1 unverified commit
    --- exit 1 ---
    "
    );
    insta::assert_snapshot!(
        made_anew("git switch -q -c joined main~; git merge -q --squash topic; git commit -q --no-edit", "main~..joined"), @"verified [T1] Squashed commit of the following:"
    );
    insta::assert_snapshot!(made_anew("git revert --no-edit HEAD", "main..topic"), @r#"
    unverified [T1] Revert "Mend" (no evidence of tests for its code)
    verified [T1] Mend
    --- stderr ---
    hint: `mcp verify --rerun` runs the checks on them
    error: 1 unverified commit
    --- exit 1 ---
    "#);
}

#[test]
fn a_commit_made_elsewhere_is_told_though_it_names_no_task() {
    let (sandbox, task) = on_a_branch();
    commit(&sandbox, "two\n", &["-m", "Mend"]);
    sandbox.git("config core.hooksPath /dev/null");
    commit(&sandbox, "three\n", &["-m", "From afar"]);
    insta::assert_snapshot!(told(&sandbox.mcp("verify"), &task), @"
    unverified - From afar (no evidence of tests for its code)
    verified [T1] Mend
    --- stderr ---
    hint: `mcp verify --rerun` runs the checks on them
    error: 1 unverified commit
    --- exit 1 ---
    ");
    // Checked afterwards, this clone knows.
    let _ = sandbox.mcp("check").success();
    insta::assert_snapshot!(told(&sandbox.mcp("verify").success(), &task), @"
    verified - From afar
    verified [T1] Mend
    ");
}

#[test]
fn what_brings_no_code_or_asks_for_nothing_needs_no_evidence() {
    let (sandbox, task) = on_a_branch();
    sandbox.git("add -A");
    sandbox.git("commit -q -m board");
    insta::assert_snapshot!(told(&sandbox.mcp("verify main..HEAD").success(), &task), @"board - board");
    let _ = sandbox.mcp(&format!("release {task}")).success();
    let run =
        sandbox.mcp_args(&["create", "Look", "--kind", "research", "--ready", "--goal", "g", "--ac", "a", "--claim"]);
    let look = run.success().stdout.trim().to_owned();
    commit(&sandbox, "broken\n", &["-m", "Found", "--no-verify"]);
    let run = sandbox.mcp("verify").success();
    insta::assert_snapshot!(told(&run, &look).replace(&task, "[OTHER]"), @"
    exempt [T1] Found (its task asks for no evidence)
    board - board
    ");
    sandbox.set_checks(&[]);
    commit(&sandbox, "three\n", &["-m", "Nothing to check"]);
    insta::assert_snapshot!(told(&sandbox.mcp("verify HEAD").success(), &look), @"exempt [T1] Nothing to check (its task asks for no evidence)");
}

#[test]
fn commands_that_nobody_trusted_run_only_when_told_so() {
    let (sandbox, task) = on_a_branch();
    commit(&sandbox, "two\n", &["-m", "Mend"]);
    let _ = sandbox.mcp("trust --revoke").success();
    insta::assert_snapshot!(told(&sandbox.mcp("verify --rerun").code(1), &task), @"
    --- stderr ---
    error: the checks of this board have not been trusted on this machine: tests (`sh check.sh`)
    hint: read them, then `mcp trust`
    --- exit 1 ---
    ");
    insta::assert_snapshot!(told(&sandbox.mcp("verify --rerun --yes").success(), &task), @"
    verified [T1] Mend
    --- stderr ---
    checking [SHORT] Mend
    tests passed in [SECONDS]
    ");
    insta::assert_snapshot!(sandbox.mcp("trust --check").success(), @"
    tests: sh check.sh
    --- stderr ---
    these are not trusted yet
    ");
}

#[test]
fn a_test_written_first_must_fail_when_it_runs_again() {
    let sandbox = Sandbox::with_board();
    sandbox.write("check.sh", CHECK);
    sandbox.git("add -A");
    sandbox.git("commit -q -m check");
    let run = sandbox.mcp_args(&["create", "Red", "--kind", "tdd", "--ready", "--goal", "g", "--ac", "a", "--claim"]);
    let task = run.success().stdout.trim().to_owned();
    sandbox.git("add -A");
    sandbox.git("commit -q -m board");
    commit(&sandbox, "broken\n", &["-m", "A test"]);
    insta::assert_snapshot!(told(&sandbox.mcp("verify --rerun HEAD").success(), &task), @"
    verified [T1] A test
    --- stderr ---
    checking [SHORT] A test
    tests failed (exit code 1) after [SECONDS]
    ");
}

/// A clone of a repository with a verified task, by a URL, so that a depth counts.
fn cloned(depth: &[&str]) -> (Sandbox, String, std::path::PathBuf) {
    let (sandbox, task) = on_a_branch();
    commit(&sandbox, "two\n", &["-m", "Mend"]);
    commit(&sandbox, "three\n", &["-m", "Mend more"]);
    let place = sandbox.dir().with_file_name("clone");
    let url = format!("file://{}", sandbox.dir().display());
    let to = place.to_str().expect("UTF-8");
    sandbox.git_args(&[&["clone", "-q", "--no-single-branch", "-b", "topic"], depth, &[&url, to]].concat());
    (sandbox, task, place)
}

#[test]
fn a_shallow_clone_says_what_to_do() {
    let (sandbox, task, place) = cloned(&["--depth=1"]);
    let verify = |arguments: &[&str]| {
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
        command.arg("verify").args(arguments).current_dir(&place);
        told(&sandbox.run(command), &task)
    };
    insta::assert_snapshot!(verify(&["origin/main..HEAD"]), @"
    --- stderr ---
    error: this is a shallow clone: it lacks commits that `origin/main..HEAD` is to be told by
    hint: `git fetch --unshallow` brings it; in CI have all of it from the start: `fetch-depth: 0` on GitHub, `GIT_DEPTH: 0` on GitLab
    --- exit 1 ---
    ");
    insta::assert_snapshot!(verify(&["HEAD~1..HEAD"]), @"
    --- stderr ---
    error: this is a shallow clone: it lacks commits that `HEAD~1..HEAD` is to be told by
    hint: `git fetch --unshallow` brings it; in CI have all of it from the start: `fetch-depth: 0` on GitHub, `GIT_DEPTH: 0` on GitLab
    --- exit 1 ---
    ");
    insta::assert_snapshot!(verify(&["HEAD"]), @"verified [T1] Mend more");
    insta::assert_snapshot!(verify(&["nonsense"]), @"
    --- stderr ---
    error: `nonsense` names no commit
    hint: a commit, or a range such as main..topic
    --- exit 2 ---
    ");
}

#[test]
fn the_recipes_for_ci_run_as_they_stand() {
    let page = fs_err::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci.md")).expect("a page");
    let lines: Vec<_> = page.lines().filter_map(|line| line.trim_start().strip_prefix("- ")).collect();
    let lines: Vec<_> =
        lines.iter().map(|line| line.trim_start_matches("run: ")).filter(|line| line.starts_with("mcp ")).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    for (line, is_broken) in lines.iter().flat_map(|line| [(line, false), (line, true)]) {
        let (sandbox, task, place) = cloned(&[]);
        let run = |line: &str| {
            let base = sandbox.git("merge-base main topic");
            let mut command = sandbox.command("sh");
            command.args(["-c", line]).current_dir(&place);
            command.env("GITHUB_BASE_REF", "main").env("CI_MERGE_REQUEST_DIFF_BASE_SHA", base);
            command.env("XDG_STATE_HOME", sandbox.home().join("ci"));
            sandbox.run(command)
        };
        if is_broken {
            let _ = run("echo broken > code.txt && git -c core.hooksPath=/dev/null commit -q -a -m Break").success();
        }
        // Both of these machines check a commit out, not a branch.
        let _ = run("git checkout -q --detach").success();
        insta::allow_duplicates! {
            match is_broken {
                false => insta::assert_snapshot!(told(&run(line), &task), @"
                verified [T1] Mend more
                verified [T1] Mend
                --- stderr ---
                checking [SHORT] Mend more
                tests passed in [SECONDS]
                "),
                true => insta::assert_snapshot!(told(&run(line), &task), @"
                failed - Break (tests failed (exit code 1))
                verified [T1] Mend more
                verified [T1] Mend
                --- stderr ---
                checking [SHORT] Break
                tests failed (exit code 1) after [SECONDS]
                checking [SHORT] Mend more
                checking in a private worktree: it is not checked out
                tests passed in [SECONDS]
                  code.txt:1: it is broken
                error: 1 unverified commit
                --- exit 1 ---
                "),
            }
        }
    }
}
