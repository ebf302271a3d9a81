use super::in_review;
use crate::support::Sandbox;

/// A board with a task in each open state.
fn board() -> Sandbox {
    let sandbox = in_review();
    sandbox.ready_task("Two");
    let _ = sandbox
        .mcp_args(&["edit", &sandbox.with_ids("T2"), "--set", "labels=net,slow", "--set", "priority=P0"])
        .success();
    let _ = sandbox.mcp_args(&["create", "Three, 健康", "-p", "P2", "--depends-on", &sandbox.with_ids("T2")]).success();
    let _ = sandbox.shell_as("codex", "mcp create Four --goal g --ac 'rare word' --claim").success();
    sandbox
}

#[test]
fn list_shows_open_tasks_and_filters() {
    let sandbox = board();
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp list",
        "ada$ mcp list --state review --state pending",
        "ada$ mcp list -p P0 --label net",
        "ada$ mcp list --assignee codex",
        "ada$ mcp list --blocked",
        "ada$ mcp list --ready",
        "ada$ mcp list --ready --blocked",
        "ada$ mcp list --state redy",
        "ada$ mcp list --label none",
        "ada$ mcp drop T2 --quiet && mcp list --all | grep -c failed",
    ]), @"
    ada$ mcp list
    ID        STATE        P   KIND     ASSIGNEE  LABELS    BLOCKED BY  TITLE
    T4        in-progress  P1  feature  codex                           Four
    T1        review       P1  chore    cursor                          One
    T2        ready        P0  chore              net,slow              Two
    T3        pending      P2  feature                      T2          Three, 健康
    ada$ mcp list --state review --state pending
    ID        STATE    P   KIND     ASSIGNEE  BLOCKED BY  TITLE
    T1        review   P1  chore    cursor                One
    T3        pending  P2  feature            T2          Three, 健康
    ada$ mcp list -p P0 --label net
    ID        STATE  P   KIND   LABELS    TITLE
    T2        ready  P0  chore  net,slow  Two
    ada$ mcp list --assignee codex
    ID        STATE        P   KIND     ASSIGNEE  TITLE
    T4        in-progress  P1  feature  codex     Four
    ada$ mcp list --blocked
    ID        STATE    P   KIND     BLOCKED BY  TITLE
    T3        pending  P2  feature  T2          Three, 健康
    ada$ mcp list --ready
    ID        STATE  P   KIND   LABELS    TITLE
    T2        ready  P0  chore  net,slow  Two
    ada$ mcp list --ready --blocked
    error: the argument '--ready' cannot be used with '--blocked'

    Usage: mcp list --ready [QUERY]...

    For more information, try '--help'.
    --- exit 2 ---
    ada$ mcp list --state redy
    error: invalid value 'redy' for '--state <STATE>': not a state; the states are pending, ready, in-progress, review, done, failed

    For more information, try '--help'.
    --- exit 2 ---
    ada$ mcp list --label none
    no open task matches; `mcp list --all` shows closed ones too
    ada$ mcp drop T2 --quiet && mcp list --all | grep -c failed
    T2
    1
    ");
}

#[test]
fn show_tells_all_of_a_task() {
    let sandbox = board();
    insta::assert_snapshot!(sandbox.typed(&["ada$ mcp show T1 | head -n 20", "ada$ mcp show zzz", "ada$ mcp show T1 --raw --json"]), @r#"
    ada$ mcp show T1 | head -n 20
    T1        One
      state      review
      priority   P1
      kind       chore
      assignee   cursor, for [SPAN]
      branch     main
      base       [SHORT]
      tested     [SHORT]
      file       .mcp/tasks/review/T1-one.md
      commit     [SHORT] work ([SPAN] ago)

    ## Goal

    It works

    ## Acceptance criteria

    - [x] 1. It works

    ## Definition of ready
    ada$ mcp show zzz
    error: no task's id starts with `zzz`
    hint: `mcp list --all` names all tasks
    --- exit 1 ---
    ada$ mcp show T1 --raw --json
    {"schema":1,"error":{"code":"bad_input","message":"the argument '--raw' cannot be used with '--json'","hint":"`mcp help` lists the commands and their flags"}}
    --- exit 2 ---
    "#);
    let raw = sandbox.mcp(&sandbox.with_ids("show T1 --raw")).success().stdout;
    assert_eq!(raw, sandbox.filtered(&sandbox.read(&sandbox.file_of(&sandbox.with_ids("T1")))));
}

#[test]
fn search_finds_words_anywhere() {
    let sandbox = board();
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp search RARE four",
        "ada$ mcp search 健康",
        "ada$ mcp search nothing says so",
        "ada$ mcp search",
        "ada$ mcp search word --state done",
    ]), @"
    ada$ mcp search RARE four
    ID        STATE        P   KIND     ASSIGNEE  TITLE
    T4        in-progress  P1  feature  codex     Four
    ada$ mcp search 健康
    ID        STATE    P   KIND     BLOCKED BY  TITLE
    T3        pending  P2  feature  T2          Three, 健康
    ada$ mcp search nothing says so
    no task says so
    ada$ mcp search
    error: the following required arguments were not provided:
      <QUERY>...

    Usage: mcp search <QUERY>...

    For more information, try '--help'.
    --- exit 2 ---
    ada$ mcp search word --state done
    no task says so
    ");
}

#[test]
fn status_counts_and_says_whose_commits_count() {
    let sandbox = board();
    insta::assert_snapshot!(sandbox.typed(&["codex$ mcp status --quiet", "codex$ mcp release T4 --quiet; mcp status"]), @"
    codex$ mcp status --quiet
    pending 1  ready 1  in-progress 1  review 1  done 0  failed 0
    ID        STATE        P   KIND     ASSIGNEE  TITLE
    T4        in-progress  P1  feature  codex     Four
    T1        review       P1  chore    cursor    One
    codex$ mcp release T4 --quiet; mcp status
    T4
    pending 1  ready 2  in-progress 0  review 1  done 0  failed 0
    ID        STATE   P   KIND   ASSIGNEE  TITLE
    T1        review  P1  chore  cursor    One
    commits here count for T1
    ");
}

#[test]
fn an_ambiguous_start_lists_the_candidates() {
    let sandbox = Sandbox::with_board();
    for id in ["222333", "222444"] {
        sandbox.write(&format!(".mcp/tasks/ready/t-{id}-x.md"), &format!("---\nid: t-{id}\ntitle: {id}\n---\n"));
    }
    insta::assert_snapshot!(sandbox.typed(&["ada$ mcp show 222", "ada$ mcp show t-222", "ada$ mcp show 2224 | head -n 1", "ada$ mcp show T-222444 | head -n 1", "ada$ mcp show 223444"]), @"
    ada$ mcp show 222
    error: `222` could be any of T1, T2
    hint: type one more character
    --- exit 1 ---
    ada$ mcp show t-222
    error: `t-222` could be any of T1, T2
    hint: type one more character
    --- exit 1 ---
    ada$ mcp show 2224 | head -n 1
    T2        222444
    ada$ mcp show T-222444 | head -n 1
    T2        222444
    ada$ mcp show 223444
    error: no task's id starts with `223444`
    hint: did you mean T2? `mcp list --all` names all
    --- exit 1 ---
    ");
}

#[test]
fn the_log_has_the_commits_of_a_task_through_all_its_folders() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp claim T1 --quiet && git add -A && git commit -q -m 'Take it'",
        "cursor$ echo two > code.txt && git commit -q -a -m 'Do it'",
        "cursor$ mcp log T1 --commits | sort -k 2",
    ]), @"
    cursor$ mcp claim T1 --quiet && git add -A && git commit -q -m 'Take it'
    T1
    cursor$ echo two > code.txt && git commit -q -a -m 'Do it'
    tests passed in [SECONDS]
    T1 goes to review in this commit
    cursor$ mcp log T1 --commits | sort -k 2
    [TIME]  Ada  commit [SHORT] Do it
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  cursor  checks passed, now in review
    [TIME]  cursor  claimed on main
    ");
}
