use crate::support::Sandbox;

#[test]
fn goes_through_its_steps_in_order() {
    let sandbox = Sandbox::with_board();
    for title in ["Returned", "Unfinished", "Reviewed", "Free"] {
        sandbox.ready_task(title);
    }
    super::hand_over(&sandbox, "T1");
    let _ = sandbox.shell_as("cursor", &sandbox.with_ids("mcp claim T2")).success();
    let _ = sandbox
        .shell_as("bo", &sandbox.with_ids("mcp review T1 --reject -m 'not yet'; mcp claim T3 && mcp review T3"))
        .success();
    let _ = sandbox.mcp_args(&["create", "Stub"]).success();
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp next --explain",
        "cursor$ mcp fail T1 --quiet; mcp next",
        "cursor$ mcp fail T2 --quiet; mcp next",
        "cursor$ mcp review T3 --reject -m 'not yet' --quiet; mcp next",
        "cursor$ mcp drop T4 --quiet; mcp next",
        "cursor$ mcp drop T5 --quiet; mcp next",
        "cursor$ mcp next --explain",
        "cursor$ mcp next --json",
    ]), @r#"
    cursor$ mcp next --explain
    T1        ready  P1  Returned
    it came back to you: rejected: not yet
    read `mcp show T1`, mend it and commit
      T2 comes later: Unfinished
      T3 comes later: Reviewed
      T4 comes later: Free
      T5 comes later: Stub
    cursor$ mcp fail T1 --quiet; mcp next
    T1
    T2        in-progress  P1  Unfinished
    you hold it; read `mcp show T2`, work, and commit
    cursor$ mcp fail T2 --quiet; mcp next
    T2
    T3        review  P1  Reviewed
    read it with `mcp show T3`, then `mcp review T3 --approve` or `--reject -m TEXT`
    cursor$ mcp review T3 --reject -m 'not yet' --quiet; mcp next
    T3
    T4        ready  P1  Free
    take it: `mcp claim T4`
    cursor$ mcp drop T4 --quiet; mcp next
    T4
    T5        pending  P1  Stub
    say what is to be done: `mcp prep T5 --goal TEXT --ac TEXT`; `mcp prep T5 --prompt` asks a chat agent
    cursor$ mcp drop T5 --quiet; mcp next
    T5
    error: there is nothing for cursor to do
    hint: `mcp next --explain` tells why each open task was passed over
    --- exit 3 ---
    cursor$ mcp next --explain
      T3 passed over: kept for bo
    error: there is nothing for cursor to do
    --- exit 3 ---
    cursor$ mcp next --json
    {"schema":1,"tasks":[],"problems":[],"why":"there is nothing for cursor to do"}
    --- exit 3 ---
    "#);
}

#[test]
fn ranks_by_priority_then_by_who_waits_then_by_age() {
    let sandbox = Sandbox::with_board();
    let file = |id: &str, priority: &str, created: &str, more: &str| {
        let text =
            format!("---\nid: t-{id}\ntitle: {id}\npriority: {priority}\ncreated: {created}\n{more}---\n## Goal\ng\n");
        sandbox.write(&format!(".mcp/tasks/ready/t-{id}-x.md"), &text);
    };
    file("222222", "P1", "2026-01-03T00:00:00Z", "");
    file("333333", "P1", "2026-01-02T00:00:00Z", "");
    file("444444", "P1", "2026-01-02T00:00:00Z", "");
    file("555555", "P1", "2026-01-09T00:00:00Z", "");
    file("666666", "P0", "2026-01-09T00:00:00Z", "");
    file("777777", "P2", "2026-01-01T00:00:00Z", "depends_on: [t-555555]\n");
    file("888888", "P2", "2026-01-01T00:00:00Z", "");
    file("999999", "P0", "2026-01-01T00:00:00Z", "depends_on: [t-bbbbbb]\n");
    let first = sandbox.typed(&["cursor$ mcp next --explain"]);
    insta::assert_snapshot!(first, @"
    cursor$ mcp next --explain
    t-666666  ready  P0  666666
    take it: `mcp claim t-666666`
      t-555555 comes later: 555555
      t-333333 comes later: 333333
      t-444444 comes later: 444444
      t-222222 comes later: 222222
      t-888888 comes later: 888888
      t-777777 passed over: waits for t-555555
      t-999999 passed over: waits for t-bbbbbb
    ");
    assert_eq!(sandbox.typed(&["cursor$ mcp next --explain"]), first);
    insta::assert_snapshot!(sandbox.typed(&["cursor$ mcp next --explain --json"]), @r#"
    cursor$ mcp next --explain --json
    {"schema":1,"tasks":[{"id":"t-666666","title":"666666","state":"ready","priority":"P0","kind":null,"labels":[],"depends_on":[],"needs":[],"parent":null,"assignee":null,"created":"[TIME]","rev":0,"branch":null,"base":null,"tested":null,"attempts":0,"blocked":null,"path":".mcp/tasks/ready/t-666666-x.md"}],"problems":[],"why":"take it: `mcp claim t-666666`","explain":[{"id":"t-555555","why":"comes later"},{"id":"t-333333","why":"comes later"},{"id":"t-444444","why":"comes later"},{"id":"t-222222","why":"comes later"},{"id":"t-888888","why":"comes later"},{"id":"t-777777","why":"waits for t-555555"},{"id":"t-999999","why":"waits for t-bbbbbb"}]}
    take it: `mcp claim t-666666`
      t-555555 comes later: 555555
      t-333333 comes later: 333333
      t-444444 comes later: 444444
      t-222222 comes later: 222222
      t-888888 comes later: 888888
      t-777777 passed over: waits for t-555555
      t-999999 passed over: waits for t-bbbbbb
    "#);
}

#[test]
fn claims_at_once_when_asked() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&["cursor$ mcp next --claim", "cursor$ mcp next --claim", "cursor$ mcp next"]), @"
    cursor$ mcp next --claim
    T1
    T1 claimed by cursor: One (ready → in-progress)
    cursor$ mcp next --claim
    T1        in-progress  P1  One
    you hold it; read `mcp show T1`, work, and commit
    cursor$ mcp next
    T1        in-progress  P1  One
    you hold it; read `mcp show T1`, work, and commit
    ");
}

#[test]
fn an_empty_board_says_how_to_begin() {
    let sandbox = Sandbox::with_board();
    insta::assert_snapshot!(sandbox.typed(&["ada$ mcp next", "ada$ mcp next --json", "ada$ mcp next --quiet"]), @r#"
    ada$ mcp next
    error: there is nothing for ada to do
    hint: `mcp create "What is to be done"` writes a task down
    --- exit 3 ---
    ada$ mcp next --json
    {"schema":1,"tasks":[],"problems":[],"why":"there is nothing for ada to do"}
    --- exit 3 ---
    ada$ mcp next --quiet
    error: there is nothing for ada to do
    hint: `mcp create "What is to be done"` writes a task down
    --- exit 3 ---
    "#);
}
