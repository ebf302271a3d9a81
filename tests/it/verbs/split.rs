use super::hand_over;
use crate::support::Sandbox;

#[test]
fn parts_inherit_and_the_whole_is_done_with_the_last() {
    let sandbox = Sandbox::with_board();
    let _ = sandbox
        .mcp_args(&["create", "Whole", "--goal", "g", "--ac", "a", "-k", "chore", "-p", "P0", "-l", "net", "--ready"])
        .success();
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp split T1 'First part' 'Second part' --in-sequence",
        "ada$ mcp edit T3 --set priority=P1 --quiet; mcp list",
        "ada$ for part in T2 T3; do printf '## Goal\\n\\ng\\n\\n## Acceptance criteria\\n\\n- [ ] a\\n' | mcp prep $part --from - --quiet; done",
        "ada$ mcp claim T3",
    ]), @r"
    ada$ mcp split T1 'First part' 'Second part' --in-sequence
    T2
    T2 created as part of T1: First part
    T3
    T3 created as part of T1: Second part
    ada$ mcp edit T3 --set priority=P1 --quiet; mcp list
    T3
    ID        STATE    P   KIND   LABELS  BLOCKED BY  TITLE
    T1        ready    P0  chore  net                 Whole
    T2        pending  P0  chore  net                 First part
    T3        pending  P1  chore  net     T2          Second part
    ada$ for part in T2 T3; do printf '## Goal\n\ng\n\n## Acceptance criteria\n\n- [ ] a\n' | mcp prep $part --from - --quiet; done
    T2
    T3
    ada$ mcp claim T3
    error: T3 waits for T2
    hint: finish those first; `mcp next` picks what is free
    --- exit 1 ---
    ");
    hand_over(&sandbox, "T2");
    insta::assert_snapshot!(sandbox.typed(&["cursor$ mcp complete T2", "cursor$ mcp edit T1 --check all --quiet"]), @"
    cursor$ mcp complete T2
    T2
    T2 completed: First part (review → done)
    committed the board as [SHORT]
    cursor$ mcp edit T1 --check all --quiet
    T1
    ");
    hand_over(&sandbox, "T3");
    insta::assert_snapshot!(sandbox.typed(&["cursor$ mcp complete T3", "cursor$ git status --short", "cursor$ mcp log T1"]), @"
    cursor$ mcp complete T3
    T3
    T3 completed: Second part (review → done)
    committed the board as [SHORT]
    all parts of T1 are done, and so is it
    a retrospective is due, 3 done tasks are in none yet: `mcp retro`
    cursor$ git status --short
    cursor$ mcp log T1
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  ada  split into T2, T3
    [TIME]  cursor  checked 1: a; checked 2: Nothing that users see has changed, or it is said
    [TIME]  cursor  completed, all its parts being done
    ");
    insta::assert_snapshot!(sandbox.board(), @"
    tasks/done/T1-whole.md
    tasks/done/T2-first-part.md
    tasks/done/T3-second-part.md
    ");
}

#[test]
fn a_whole_waits_for_its_parts_and_for_its_own_boxes() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("Whole");
    hand_over(&sandbox, "T1");
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp create Part --parent T1 --goal g --ac a -k chore --ready --quiet",
        "cursor$ mcp complete T1",
        "cursor$ mcp edit T1 --uncheck 1 --quiet",
    ]), @"
    cursor$ mcp create Part --parent T1 --goal g --ac a -k chore --ready --quiet
    T2
    cursor$ mcp complete T1
    error: T1 is not done: its part T2 is in ready
    hint: `mcp show T1` has all of it
    --- exit 1 ---
    cursor$ mcp edit T1 --uncheck 1 --quiet
    T1
    ");
    hand_over(&sandbox, "T2");
    insta::assert_snapshot!(sandbox.typed(&["cursor$ mcp complete T2", "cursor$ mcp list"]), @"
    cursor$ mcp complete T2
    T2
    T2 completed: Part (review → done)
    committed the board as [SHORT]
    all parts of T1 are done; it waits for: criterion 1 is open: It works
    cursor$ mcp list
    ID        STATE   P   KIND   ASSIGNEE  TITLE
    T1        review  P1  chore  cursor    Whole
    ");
}

#[test]
fn refuses_a_split_that_makes_no_sense() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp split T1",
        "ada$ mcp split T1 ''",
        "ada$ mcp split zzz a",
        "ada$ mcp drop T1 --quiet; mcp split T1 a",
    ]), @r#"
    ada$ mcp split T1
    error: the following required arguments were not provided:
      <TITLES>...

    Usage: mcp split <ID> <TITLES>...

    For more information, try '--help'.
    --- exit 2 ---
    ada$ mcp split T1 ''
    error: a task needs a title
    hint: say in a few words what is to be done: `mcp create "Retry health checks"`
    --- exit 2 ---
    ada$ mcp split zzz a
    error: no task's id starts with `zzz`
    hint: `mcp list --all` names all tasks
    --- exit 1 ---
    ada$ mcp drop T1 --quiet; mcp split T1 a
    T1
    error: T1 is in failed, so it cannot be split
    hint: `mcp show T1` tells where it is
    --- exit 1 ---
    "#);
    insta::assert_snapshot!(sandbox.board(), @"tasks/failed/T1-one.md");
}
