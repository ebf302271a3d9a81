use super::listing::at_noon;
use crate::support::Sandbox;

/// A board with a history of fixed times.
fn board() -> Sandbox {
    let sandbox = Sandbox::with_board();
    let tasks = [
        (
            "done/t-222222-one",
            "title: One",
            "- 2026-11-02T09:00:00Z ada prepared
- 2026-11-02T10:00:00Z cursor claimed on main
- 2026-11-02T12:30:00Z cursor checks passed, now in review
- 2026-11-03T09:00:00Z ada completed",
        ),
        (
            "done/t-333333-two",
            "title: Two\nlabels: [api]",
            "- 2026-11-10T09:00:00Z ada prepared
- 2026-11-11T10:00:00Z codex claimed on main
- 2026-11-11T11:00:00Z codex checks failed: tests (attempt 1)
- 2026-11-11T12:00:00Z codex checks failed: tests (attempt 2)
- 2026-11-11T15:00:00Z codex checks passed, now in review
- 2026-11-12T09:00:00Z ada rejected: no test
- 2026-11-12T15:00:00Z codex checks passed, now in review
- 2026-11-13T09:00:00Z ada completed",
        ),
        (
            "in-progress/t-444444-three",
            "title: Three\nassignee: cursor",
            "- 2026-11-12T09:00:00Z ada prepared
- 2026-11-14T09:00:00Z cursor claimed on main",
        ),
        (
            "review/t-555555-four",
            "title: Four\nassignee: codex",
            "- 2026-11-20T09:00:00Z codex claimed on main
- 2026-11-20T11:00:00Z codex checks passed, now in review",
        ),
        ("pending/t-666666-five", "title: Five", ""),
    ];
    for (path, front, log) in tasks {
        let id = &path.split('/').nth(1).expect("a name")[..8];
        let text = format!("---\nid: {id}\n{front}\ncreated: 2026-11-02T08:00:00Z\n---\n## Log\n\n{log}\n");
        sandbox.write(&format!(".mcp/tasks/{path}.md"), &text);
    }
    sandbox
}

#[test]
fn stats_tell_how_long_work_takes_and_what_is_late() {
    let sandbox = board();
    insta::assert_snapshot!(at_noon(&sandbox, &[
        "mcp stats",
        "mcp stats --width 60",
        "mcp stats label:api --since 2026-11-05",
        "mcp stats --since 3d",
        "mcp stats --since soon",
        "mcp stats --csv",
        "mcp stats --csv --svg",
    ]), @"
    $ mcp stats
              DONE  LEAD  85%  CYCLE  85%  PENDING  READY  IN PROGRESS   REVIEW  FAILURES  CHECKS  REVIEWS
    all          2    6d  11d     1d   1d       4d    18h       1h 45m       1d       1.0     50%      50%
    2026-W45     1    1d   1d    23h  23h       1h     1h       2h 30m  20h 30m              100%     100%
    2026-W46     1   11d  11d     1d   1d       8d     1d           1h       1d       2.0      0%       0%
    codex        1   11d  11d     1d   1d       8d     1d           1h       1d       2.0      0%       0%
    cursor       1    1d   1d    23h  23h       1h     1h       2h 30m  20h 30m              100%     100%

    ID        STATE        ASSIGNEE  HERE FOR  CLAIMED        TITLE
    t-444444  in-progress  cursor          6d       6d  late  Three
    t-555555  review       codex           1h       3h        Four
    $ mcp stats --width 60
              DONE  LEAD  85%  CYCLE  85%  CHECKS  REVIEWS
    all          2    6d  11d     1d   1d     50%      50%
    2026-W45     1    1d   1d    23h  23h    100%     100%
    2026-W46     1   11d  11d     1d   1d      0%       0%
    codex        1   11d  11d     1d   1d      0%       0%
    cursor       1    1d   1d    23h  23h    100%     100%

    ID        STATE        ASSIGNEE  CLAIMED        TITLE
    t-444444  in-progress  cursor         6d  late  Three
    t-555555  review       codex          3h        Four
    $ mcp stats label:api --since 2026-11-05
              DONE  LEAD  85%  CYCLE  85%  PENDING  READY  IN PROGRESS  REVIEW  FAILURES  CHECKS  REVIEWS
    all          1   11d  11d     1d   1d       8d     1d           1h      1d       2.0      0%       0%
    2026-W46     1   11d  11d     1d   1d       8d     1d           1h      1d       2.0      0%       0%
    codex        1   11d  11d     1d   1d       8d     1d           1h      1d       2.0      0%       0%
    $ mcp stats --since 3d
    ID        STATE        ASSIGNEE  HERE FOR  CLAIMED  TITLE
    t-444444  in-progress  cursor          6d       6d  Three
    t-555555  review       codex           1h       3h  Four
    no task was done, so there is nothing to sum up
    $ mcp stats --since soon
    error: `soon` is no time
    hint: a day such as 2026-10-01, or a span such as 30d
    --- exit 2 ---
    $ mcp stats --csv
    by,name,done,lead_median,lead_p85,cycle_median,cycle_p85,pending_median,ready_median,in_progress_median,review_median,failures,first_checks_passed,first_checks,first_reviews_passed,first_reviews
    all,,2,522000,954000,126000,169200,349200,64800,6300,101700,2,1,2,1,2
    week,2026-W45,1,90000,90000,82800,82800,3600,3600,9000,73800,0,1,1,1,1
    week,2026-W46,1,954000,954000,169200,169200,694800,126000,3600,129600,2,0,1,0,1
    worker,codex,1,954000,954000,169200,169200,694800,126000,3600,129600,2,0,1,0,1
    worker,cursor,1,90000,90000,82800,82800,3600,3600,9000,73800,0,1,1,1,1
    $ mcp stats --csv --svg
    error: the argument '--csv' cannot be used with '--svg'

    Usage: mcp stats --csv [QUERY]...

    For more information, try '--help'.
    --- exit 2 ---
    ");
    insta::assert_snapshot!(serde_json::to_string_pretty(&sandbox.mcp("stats label:api --json").json()["stats"]["total"]).expect("JSON"), @r#"
    {
      "done": 1,
      "lead": {
        "median": 954000,
        "p85": 954000
      },
      "cycle": {
        "median": 169200,
        "p85": 169200
      },
      "median_in": {
        "pending": 694800,
        "ready": 126000,
        "in-progress": 3600,
        "review": 129600
      },
      "failures": 2,
      "first_checks": {
        "passed": 0,
        "of": 1
      },
      "first_reviews": {
        "passed": 0,
        "of": 1
      }
    }
    "#);
}

#[test]
fn the_flow_is_a_picture_that_says_what_it_shows() {
    let sandbox = board();
    let svg = at_noon(&sandbox, &["mcp stats --svg"]);
    assert!(svg.trim_end().ends_with("</svg>"));
    let said = regex::Regex::new(r">([^<>\n]+)</(?:text|title)>").expect("a pattern");
    let words: Vec<_> = said.captures_iter(&svg).map(|found| found[1].to_owned()).collect();
    insta::assert_snapshot!(words.join(" | "), @"Tasks in each state over time | Tasks in each state | 0 | 1 | 2 | 3 | 4 | 5 | done | failed | review | in-progress | ready | pending | pending 1 | ready 0 | in-progress 1 | review 1 | failed 0 | done 2 | 2026-11-02 | 2026-11-05 | 2026-11-08 | 2026-11-11 | 2026-11-14 | 2026-11-17 | 2026-11-20");
}

#[test]
fn a_board_without_history_has_nothing_to_sum_up() {
    let sandbox = Sandbox::with_board();
    insta::assert_snapshot!(at_noon(&sandbox, &["mcp stats", "mcp stats --csv", "mcp stats --svg | tail -n 1"]), @"
    $ mcp stats
    no task was done, so there is nothing to sum up
    $ mcp stats --csv
    by,name,done,lead_median,lead_p85,cycle_median,cycle_p85,pending_median,ready_median,in_progress_median,review_median,failures,first_checks_passed,first_checks,first_reviews_passed,first_reviews
    all,,0,,,,,,,,,0,0,0,0,0
    $ mcp stats --svg | tail -n 1
    </svg>
    ");
}
