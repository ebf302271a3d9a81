use crate::support::Sandbox;

/// A board whose workers are told apart, with a task that needs rust.
fn team() -> Sandbox {
    let sandbox = Sandbox::with_board();
    sandbox.add_config(
        "workers:\n  chatgpt: { roles: [prepare, review] }\n  cursor: { roles: [implement], can: [rust], limit: 1 }\n  codex: { can: [web] }",
    );
    let _ = sandbox.mcp_args(&["create", "One", "--goal", "g", "--ac", "a", "--needs", "rust", "--ready"]).success();
    sandbox
}

#[test]
fn roles_and_capabilities_say_who_does_what() {
    let sandbox = team();
    insta::assert_snapshot!(sandbox.typed(&[
        "chatgpt$ mcp claim T1",
        "codex$ mcp claim T1",
        "codex$ mcp claim T1 --json",
        "cursor$ mcp create Two --quiet",
        "cursor$ mcp prep T2",
        "cursor$ mcp claim T1",
        "ada$ mcp claim T1",
    ]), @r#"
    chatgpt$ mcp claim T1
    error: chatgpt does not implement here
    hint: `workers` in .mcp/config.yaml says who can do what
    --- exit 1 ---
    codex$ mcp claim T1
    error: T1 needs rust, which codex has not got
    hint: `workers` in .mcp/config.yaml says who can do what
    --- exit 1 ---
    codex$ mcp claim T1 --json
    {"schema":1,"error":{"code":"incapable","message":"T1 needs rust, which codex has not got","hint":"`workers` in .mcp/config.yaml says who can do what","task":"T1"}}
    --- exit 1 ---
    cursor$ mcp create Two --quiet
    T2
    cursor$ mcp prep T2
    error: cursor does not prepare here
    hint: `workers` in .mcp/config.yaml says who can do what
    --- exit 1 ---
    cursor$ mcp claim T1
    T1
    T1 claimed by cursor: One (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    ada$ mcp claim T1
    error: T1 is held by cursor in [WORLD]/repo for [SPAN]
    hint: `mcp show T1` tells more, `mcp next` finds you another
    --- exit 4 ---
    "#);
}

#[test]
fn a_limit_is_a_limit() {
    let sandbox = team();
    sandbox.ready_task("Two");
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp claim T1 --quiet",
        "cursor$ mcp claim T2",
        "cursor$ mcp next --explain",
        "cursor$ mcp claim",
        "cursor$ mcp claim T2 --force --reason 'both are tiny'",
    ]), @"
    cursor$ mcp claim T1 --quiet
    T1
    cursor$ mcp claim T2
    error: cursor may hold 1 at once and holds T1
    hint: finish or release one: T1
    --- exit 1 ---
    cursor$ mcp next --explain
    T1        in-progress  P1  One
    you hold it; read `mcp show T1`, work, and commit
      T2 passed over: cursor holds as many as it may (1)
    cursor$ mcp claim
    T1
    T1 is yours already: nothing to do
    cursor$ mcp claim T2 --force --reason 'both are tiny'
    T2
    T2 claimed by cursor: Two (ready → in-progress)
    hint: `mcp show T2` has all of it; commit when you are done, and the checks run
    ");
}

#[test]
fn who_does_not_review_gives_no_verdict() {
    let sandbox = team();
    sandbox.ready_task("Two");
    super::hand_over(&sandbox, "T2");
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp review T2 --approve",
        "chatgpt$ mcp next",
        "chatgpt$ mcp review T2 --approve --quiet",
        "cursor$ mcp complete T2",
    ]), @"
    cursor$ mcp review T2 --approve
    error: cursor does not review here
    hint: `workers` in .mcp/config.yaml says who can do what
    --- exit 1 ---
    chatgpt$ mcp next
    T2        review  P1  Two
    read it with `mcp show T2`, then `mcp review T2 --approve` or `--reject -m TEXT`
    chatgpt$ mcp review T2 --approve --quiet
    T2
    cursor$ mcp complete T2
    T2
    T2 completed: Two (review → done)
    committed the board as [SHORT]
    ");
}
