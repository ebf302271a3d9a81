use super::in_review;
use crate::support::Sandbox;

#[test]
fn one_who_works_alone_needs_none() {
    let sandbox = Sandbox::with_board();
    sandbox.claimed_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp edit T1 --check all --quiet && echo two >> code.txt && git commit -q -a -m work",
        "ada$ mcp complete T1",
    ]), @"
    ada$ mcp edit T1 --check all --quiet && echo two >> code.txt && git commit -q -a -m work
    T1
    tests passed in [SECONDS]
    T1 goes to review in this commit
    ada$ mcp complete T1
    T1
    T1 completed: One (review → done)
    committed the board as [SHORT]
    ");
}

#[test]
fn is_needed_as_soon_as_the_board_knows_somebody_else() {
    let sandbox = in_review();
    sandbox.add_config("workers:\n  codex: { roles: [review] }");
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp complete T1",
        "cursor$ mcp next --explain",
        "codex$ mcp complete T1",
    ]), @"
    cursor$ mcp complete T1
    error: T1 is not done: nobody else has approved it (`mcp review T1 --approve`, by somebody who did not work on it)
    hint: `mcp show T1` has all of it
    --- exit 1 ---
    cursor$ mcp next --explain
      T1 passed over: waits for somebody else's review
    error: there is nothing for cursor to do
    --- exit 3 ---
    codex$ mcp complete T1
    T1
    T1 completed: One (review → done)
    committed the board as [SHORT]
    ");
    insta::assert_snapshot!(sandbox.text_of("T1").split("## Review feedback").nth(1).expect("a section"), @"


    - [TIME] codex approved tree:[OID]

    ## Evidence

    - [TIME] cursor tests passed [SECONDS] tree:[OID] `sh check.sh`

    ## Log

    - [TIME] ada created
    - [TIME] ada prepared
    - [TIME] cursor claimed on main
    - [TIME] cursor checked 1: It works; checked 2: Nothing that users see has changed, or it is said
    - [TIME] cursor checks passed, now in review
    - [TIME] codex completed
    ");
}

#[test]
fn a_later_commit_voids_it() {
    let sandbox = in_review();
    insta::assert_snapshot!(sandbox.typed(&[
        "codex$ mcp review T1 --approve --quiet",
        "cursor$ echo more >> code.txt && git commit -q -a -m more",
        "cursor$ mcp complete T1",
        "codex$ mcp review T1 --approve --quiet",
        "cursor$ mcp complete T1",
    ]), @"
    codex$ mcp review T1 --approve --quiet
    T1
    cursor$ echo more >> code.txt && git commit -q -a -m more
    tests passed in [SECONDS]
    T1 stays in review; the evidence is in this commit
    cursor$ mcp complete T1
    error: T1 is not done: its approval was for other code (`mcp review T1 --approve`, by somebody who did not work on it)
    hint: `mcp show T1` has all of it
    --- exit 1 ---
    codex$ mcp review T1 --approve --quiet
    T1
    cursor$ mcp complete T1
    T1
    T1 completed: One (review → done)
    committed the board as [SHORT]
    ");
}

#[test]
fn always_and_never_are_the_boards_choice() {
    let sandbox = Sandbox::with_board();
    sandbox.add_config("review: { approval: always }");
    sandbox.claimed_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp edit T1 --check all --quiet && echo two >> code.txt && git commit -q -a -m work",
        "ada$ mcp complete T1",
        "ada$ sed -i 's/always/never/' .mcp/config.yaml",
        "ada$ mcp complete T1",
    ]), @"
    ada$ mcp edit T1 --check all --quiet && echo two >> code.txt && git commit -q -a -m work
    T1
    tests passed in [SECONDS]
    T1 goes to review in this commit
    ada$ mcp complete T1
    error: T1 is not done: nobody else has approved it (`mcp review T1 --approve`, by somebody who did not work on it)
    hint: `mcp show T1` has all of it
    --- exit 1 ---
    ada$ sed -i 's/always/never/' .mcp/config.yaml
    ada$ mcp complete T1
    T1
    T1 completed: One (review → done)
    committed the board as [SHORT]
    ");
}
