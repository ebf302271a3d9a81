use super::listing::{at_noon, still_board};
use crate::support::Sandbox;

#[test]
fn the_board_fits_any_width_and_is_plain_in_a_pipe() {
    let sandbox = still_board();
    for width in [10, 24, 40, 50, 80, 104, 120, 156, 200, 400] {
        let run = sandbox.mcp(&format!("board --width {width}")).success();
        for line in run.stdout.lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= width, "{width}: {line}");
        }
    }
    insta::assert_snapshot!(at_noon(&sandbox, &[
        "mcp board | cat",
        "mcp board --width 40",
        "mcp board --width 80",
        "mcp board --width 200",
        "mcp board p:0 -blocked",
    ]), @"
    $ mcp board | cat
    pending 1
      t-222222 P2 19d  Write down how the cache works  (waits for an answer)
    ready 2
      t-333333 P0 3h  Retry health checks with backoff, and stop after a while
      t-444444 P1 2d  健康检查 shown on the page, in every language that it has 🚀  (waits for t-333333)
    in-progress 1
      t-555555 P0 30m  Find the leak  (cursor)  (2 failed attempts)
    review 1
      t-666666 P2 30s  Mend a typo  (codex)
    done 1
      t-777777 P1 50d  Start
    failed 1
      t-888888 P1 49d  Rewrite it
    $ mcp board --width 40
    pending 1
    ────────────────────────────────────────
    t-222222 P2                          19d
    Write down how the cache works
    waits for an answer

    ready 2
    ────────────────────────────────────────
    t-333333 P0                           3h
    Retry health checks with backoff, and
    stop after a while

    t-444444 P1                           2d
    健康检查 shown on the page, in every
    language that it has 🚀
    waits for t-333333

    in-progress 1
    ────────────────────────────────────────
    t-555555 P0                          30m
    Find the leak
    cursor
    2 failed attempts

    review 1
    ────────────────────────────────────────
    t-666666 P2                          30s
    Mend a typo
    codex

    done 1
    ────────────────────────────────────────
    t-777777 P1                          50d
    Start

    failed 1
    ────────────────────────────────────────
    t-888888 P1                          49d
    Rewrite it
    $ mcp board --width 80
    pending 1                  ready 2                    in-progress 1
    ─────────────────────────  ─────────────────────────  ─────────────────────────
    t-222222 P2           19d  t-333333 P0            3h  t-555555 P0           30m
    Write down how the cache   Retry health checks with   Find the leak
    works                      backoff, and stop after a  cursor
    waits for an answer        while                      2 failed attempts

                               t-444444 P1            2d
                               健康检查 shown on the
                               page, in every language
                               that it has 🚀
                               waits for t-333333

    review 1                   done 1                     failed 1
    ─────────────────────────  ─────────────────────────  ─────────────────────────
    t-666666 P2           30s  t-777777 P1           50d  t-888888 P1           49d
    Mend a typo                Start                      Rewrite it
    codex
    $ mcp board --width 200
    pending 1                        ready 2                          in-progress 1                    review 1                         done 1                           failed 1
    ───────────────────────────────  ───────────────────────────────  ───────────────────────────────  ───────────────────────────────  ───────────────────────────────  ───────────────────────────────
    t-222222 P2                 19d  t-333333 P0                  3h  t-555555 P0                 30m  t-666666 P2                 30s  t-777777 P1                 50d  t-888888 P1                 49d
    Write down how the cache works   Retry health checks with         Find the leak                    Mend a typo                      Start                            Rewrite it
    waits for an answer              backoff, and stop after a while  cursor                           codex
                                                                      2 failed attempts
                                     t-444444 P1                  2d
                                     健康检查 shown on the page, in
                                     every language that it has 🚀
                                     waits for t-333333
    $ mcp board p:0 -blocked
    pending 0
    ready 1
      t-333333 P0 3h  Retry health checks with backoff, and stop after a while
    in-progress 1
      t-555555 P0 30m  Find the leak  (cursor)  (2 failed attempts)
    review 0
    done 0
    failed 0
    ");
}

#[test]
fn the_board_tells_who_has_what_since_when() {
    let sandbox = Sandbox::with_board();
    sandbox.claimed_task("One");
    sandbox.ready_task("Two");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp block T2 -m 'the key is missing' --quiet",
        "ada$ MCP_TEST_NOW=2125-01-01T00:00:00Z mcp board --width 80 | sed -E 's/[0-9]{5}d/[AGE]/g'",
    ]), @"
    ada$ mcp block T2 -m 'the key is missing' --quiet
    T2
    ada$ MCP_TEST_NOW=2125-01-01T00:00:00Z mcp board --width 80 | sed -E 's/[0-9]{5}d/[AGE]/g'
    pending 0                  ready 1                    in-progress 1
    ─────────────────────────  ─────────────────────────  ─────────────────────────
                               T2 P1        [AGE]  T1 P1        [AGE]
                               Two                        One
                               blocked: other: the key    ada, for [AGE]
                               is missing

    review 0                   done 0                     failed 0
    ─────────────────────────  ─────────────────────────  ─────────────────────────
    ");
}

#[test]
fn closed_tasks_are_shown_newest_first_and_the_rest_is_counted() {
    let sandbox = Sandbox::with_board();
    for number in 2..9 {
        let id = number.to_string().repeat(6);
        let log = format!("- 2026-11-{number:02}T10:00:00Z ada completed");
        let text =
            format!("---\nid: t-{id}\ntitle: Done {number}\ncreated: 2026-11-01T12:00:00Z\n---\n## Log\n\n{log}\n");
        sandbox.write(&format!(".mcp/tasks/done/t-{id}-x.md"), &text);
    }
    insta::assert_snapshot!(at_noon(&sandbox, &["mcp board --width 24", "mcp board state:done --all"]), @"
    $ mcp board --width 24
    pending 0
    ────────────────────────

    ready 0
    ────────────────────────

    in-progress 0
    ────────────────────────

    review 0
    ────────────────────────

    done 7
    ────────────────────────
    t-888888 P1          19d
    Done 8

    t-777777 P1          19d
    Done 7

    t-666666 P1          19d
    Done 6

    t-555555 P1          19d
    Done 5

    t-444444 P1          19d
    Done 4
    and 2 more

    failed 0
    ────────────────────────
    $ mcp board state:done --all
    pending 0
    ready 0
    in-progress 0
    review 0
    done 7
      t-888888 P1 19d  Done 8
      t-777777 P1 19d  Done 7
      t-666666 P1 19d  Done 6
      t-555555 P1 19d  Done 5
      t-444444 P1 19d  Done 4
      t-333333 P1 19d  Done 3
      t-222222 P1 19d  Done 2
    failed 0
    ");
}

#[test]
fn an_empty_board_says_what_to_do() {
    let sandbox = Sandbox::with_board();
    insta::assert_snapshot!(at_noon(&sandbox, &["mcp board", "mcp list", "mcp search any", "mcp next"]), @r#"
    $ mcp board
    pending 0
    ready 0
    in-progress 0
    review 0
    done 0
    failed 0
    the board is empty; `mcp create "What is to be done"` writes a task down
    $ mcp list
    the board is empty; `mcp create "What is to be done"` writes a task down
    $ mcp search any
    the board is empty; `mcp create "What is to be done"` writes a task down
    $ mcp next
    error: there is nothing for cursor to do
    hint: `mcp create "What is to be done"` writes a task down
    --- exit 3 ---
    "#);
}
