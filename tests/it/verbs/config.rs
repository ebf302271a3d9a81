use crate::support::Sandbox;

/// What a command says on a board with these lines in its settings.
fn said(lines: &str) -> String {
    let sandbox = Sandbox::with_board();
    sandbox.write(".mcp/config.yaml", lines);
    sandbox.typed(&["ada$ mcp list"])
}

#[test]
fn a_mistake_is_named_with_its_place() {
    insta::assert_snapshot!([
        "version: 1\nchekcs: []\n",
        "version: 2\n",
        "version: 1\nmax_attempts: many\n",
        "version: 1\non_success: done\n",
        "version: 1\nchecks:\n  - name: tests\n    rum: cargo test\n",
        "version: 1\nchecks:\n  - name: tests\n    run: x\n  - name: tests\n    run: y\n",
        "version: 1\nchecks:\n  - name: tests\n    run: x\n    on: never\n",
        "version: 1\nchecks:\n  - name: tests\n    run: x\n    timeout: soon\n",
        "version: 1\nworkers:\n  cursor: { roles: [implemnt] }\n",
        "version: 1\nisolate: sometimes\n",
        "checks: [\n",
        "- a list\n",
    ].map(said).join("\n"), @r#"
    ada$ mcp list
    error: .mcp/config.yaml:2:1: unknown key `chekcs`
    hint: did you mean `checks`?
    --- exit 1 ---

    ada$ mcp list
    error: .mcp/config.yaml:1:1: version 2 is not one that this program knows; a newer mcp may
    --- exit 1 ---

    ada$ mcp list
    error: .mcp/config.yaml:2:15: `max_attempts`: invalid type: string "many", expected a whole number
    --- exit 1 ---

    ada$ mcp list
    error: .mcp/config.yaml:2:13: `on_success`: unknown variant `done`, expected `review` or `in-progress`
    --- exit 1 ---

    ada$ mcp list
    error: .mcp/config.yaml:4:5: unknown key `rum` in `checks[0]`
    hint: did you mean `run`?
    --- exit 1 ---

    ada$ mcp list
    error: .mcp/config.yaml:2:1: two checks are called `tests`
    --- exit 1 ---

    ada$ mcp list
    error: .mcp/config.yaml:5:9: `checks[0].on`: unknown variant `never`, expected one of `commit`, `review`, `complete`
    --- exit 1 ---

    ada$ mcp list
    error: .mcp/config.yaml:3:5: `checks[0]`: `soon` is not a duration such as 90s, 10m or 2h
    --- exit 1 ---

    ada$ mcp list
    error: .mcp/config.yaml:3:21: `workers.cursor.roles[0]`: unknown variant `implemnt`, expected one of `prepare`, `implement`, `review`
    --- exit 1 ---

    ada$ mcp list
    error: .mcp/config.yaml:2:10: `isolate`: unknown variant `sometimes`, expected one of `auto`, `worktree`, `none`
    --- exit 1 ---

    ada$ mcp list
    error: .mcp/config.yaml:1:9: this bracket is never closed
    hint: close it
    --- exit 1 ---

    ada$ mcp list
    error: .mcp/config.yaml:1:1: not a list of keys and values
    hint: write one `key: value` a line
    --- exit 1 ---
    "#);
}

#[test]
fn an_empty_file_is_all_defaults_and_a_missing_one_too() {
    let sandbox = Sandbox::with_board();
    insta::assert_snapshot!(sandbox.typed(&["ada$ mcp config", "ada$ : > .mcp/config.yaml; mcp list", "ada$ rm .mcp/config.yaml; mcp list"]), @r#"
    ada$ mcp config
    version: 1
    checks: [{"name":"tests","run":"sh check.sh","on":"commit","timeout":"600s"}]
    on_success: "review"
    on_failure: "ready"
    max_attempts: 5
    isolate: "auto"
    fail_fast: false
    link: []
    feedback: "file"
    review: {"approval":"auto"}
    complete_on: "command"
    workers: {}
    retro: {"every":3,"participants":[]}
    claims: {"remote":null,"lease":"7200s","worktrees":null}
    board: {"commit":"end"}
    hooks: {"require_task":false}
    ada$ : > .mcp/config.yaml; mcp list
    the board is empty; `mcp create "What is to be done"` writes a task down
    ada$ rm .mcp/config.yaml; mcp list
    the board is empty; `mcp create "What is to be done"` writes a task down
    "#);
}
