//! Commits in odd environments, and ends of tasks that HEAD has elsewhere: nothing passes unchecked, no task is there twice.

use super::support::Sandbox;

/// A board whose HEAD has a ready task, which is claimed since and whose check fails.
fn failing() -> (Sandbox, String) {
    let sandbox = Sandbox::with_board();
    let id = sandbox.ready_task("One");
    sandbox.git("add -A");
    sandbox.git("commit -q -m task");
    sandbox.mcp(&format!("claim {id}")).success();
    sandbox.write("check.sh", "exit 1\n");
    (sandbox, id)
}

/// The commit is refused, and HEAD stays.
fn is_refused(sandbox: &Sandbox, variables: &[(&str, &str)]) {
    let head = sandbox.git("rev-parse HEAD");
    let mut command = sandbox.command("git");
    command.args(["commit", "-q", "-a", "-m", "x"]).envs(variables.iter().copied());
    sandbox.run(command).code(1);
    assert_eq!(sandbox.git("rev-parse HEAD"), head);
}

#[test]
fn a_work_tree_named_by_the_environment_is_found() {
    let (sandbox, id) = failing();
    is_refused(&sandbox, &[("GIT_WORK_TREE", ".")]);
    is_refused(&sandbox, &[("GIT_WORK_TREE", "."), ("GIT_DIR", ".git")]);
    assert_eq!(sandbox.state_of(&id), "ready");
}

#[test]
fn a_work_tree_that_the_settings_name_is_one_like_any_other() {
    let (sandbox, id) = failing();
    let _ = sandbox
        .shell_as("ada", "mkdir ../tree && mv .mcp check.sh code.txt ../tree/ && git config core.worktree ../../tree")
        .success();
    let _ = sandbox.mcp(&format!("note {id} -m moved")).success();
    let _ = sandbox.mcp(&format!("release {id}")).success();
    let listed = sandbox.mcp("list --json").success().json();
    assert_eq!((&listed["tasks"][0]["state"], listed["problems"].as_array().map(Vec::len)), (&"ready".into(), Some(0)));
    assert!(sandbox.path(&format!("../tree/.mcp/tasks/ready/{id}-one.md")).exists());
}

#[test]
fn a_commit_without_user_name_or_home_is_checked_all_the_same() {
    let (sandbox, _) = failing();
    let author = [("GIT_AUTHOR_NAME", "Bo"), ("GIT_AUTHOR_EMAIL", "bo@example.org")];
    let committer = [("GIT_COMMITTER_NAME", "Bo"), ("GIT_COMMITTER_EMAIL", "bo@example.org")];
    is_refused(&sandbox, &[&author[..], &committer[..], &[("GIT_CONFIG_GLOBAL", "/dev/null")]].concat());
}

#[test]
fn a_misspelt_check_turns_no_check_off() {
    let (sandbox, id) = failing();
    sandbox.mcp(&format!("edit {id} --set checks=test")).success();
    is_refused(&sandbox, &[]);
}

#[test]
fn a_task_that_ends_is_once_in_head_wherever_head_had_it() {
    let (sandbox, id) = failing();
    sandbox.mcp(&format!("fail {id}")).success();
    let listed = sandbox.git("ls-tree -r --name-only HEAD .mcp/tasks");
    let its: Vec<_> = listed.lines().filter(|path| path.contains(&id)).collect();
    assert_eq!(its, [sandbox.file_of(&id)]);
    assert_eq!(sandbox.git("status --short .mcp"), "");
}

#[test]
fn settings_that_cannot_be_read_stop_only_commits_of_a_task() {
    let sandbox = Sandbox::with_board();
    sandbox.write("code.txt", "two\n");
    sandbox.write(".mcp/config.yaml", "checks: [\n");
    sandbox.git("commit -q -a -m other");
    let (sandbox, _) = failing();
    sandbox.write(".mcp/config.yaml", "checks: [\n");
    is_refused(&sandbox, &[]);
}
