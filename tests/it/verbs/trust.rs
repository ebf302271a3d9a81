use crate::support::Sandbox;

#[test]
fn nothing_of_a_board_runs_before_it_was_trusted() {
    let sandbox = Sandbox::with_board();
    sandbox.claimed_task("One");
    sandbox.write(".mcp/config.yaml", "version: 1\nchecks:\n  - name: tests\n    run: touch ran\n");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp check",
        "ada$ mcp review T1",
        "ada$ echo two >> code.txt && git commit -q -a -m work",
        "ada$ ls ran",
        "ada$ mcp trust --check",
        "ada$ mcp trust",
        "ada$ mcp trust",
        "ada$ mcp check",
        "ada$ mcp trust --revoke",
        "ada$ mcp trust --revoke",
        "ada$ mcp check --json",
    ]), @r#"
    ada$ mcp check
    error: the checks of this board have not been trusted on this machine: tests (`touch ran`)
    hint: read them, then `mcp trust`
    --- exit 1 ---
    ada$ mcp review T1
    error: the checks of this board have not been trusted on this machine: tests (`touch ran`)
    hint: read them, then `mcp trust`
    --- exit 1 ---
    ada$ echo two >> code.txt && git commit -q -a -m work
    warning: the checks of this board have not been trusted on this machine: tests (`touch ran`); committed without checking. `mcp trust` lets them run
    ada$ ls ran
    ls: cannot access 'ran': No such file or directory
    --- exit 2 ---
    ada$ mcp trust --check
    tests: touch ran
    these are not trusted yet
    ada$ mcp trust
    tests: touch ran
    these may run on this machine from now on
    ada$ mcp trust
    every check of this board is trusted already
    ada$ mcp check
    tests passed in [SECONDS]
    checking in a private worktree: files in the working tree have changed, since the checks began
    tests passed in [SECONDS]
    passed [SHORT]
    ada$ mcp trust --revoke
    nothing of this repository is trusted any more
    ada$ mcp trust --revoke
    nothing was trusted
    ada$ mcp check --json
    {"schema":1,"error":{"code":"untrusted","message":"the checks of this board have not been trusted on this machine: tests (`touch ran`)","hint":"read them, then `mcp trust`"}}
    --- exit 1 ---
    "#);
}
