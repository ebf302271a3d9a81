//! A task file is its writer's: whatever the tool does to it, every byte that it was not asked to change stays.

use crate::support::Sandbox;

const ODD: &str = "\u{feff}---\r\n# ours\r\nteam: 'storage'   # quoted so\r\nlabels:\r\n  - net\r\ntitle:   \"Odd: one\"\r\nid: t-222222\r\ncreated: 2026-01-01T00:00:00Z\r\npriority: P0\r\n---\r\nPreamble\r\n\r\n## goal\r\nIt works\r\n\r\n## ACCEPTANCE CRITERIA\r\n* [ ] `a`\r\n\r\n## Zoo\r\n\ttab, trailing blank \r\n```\r\n## Log\r\n```\r\n\r\n## Log";

/// The lines of the file that the tool did not write, as they stand there now.
fn foreign(text: &str) -> Vec<String> {
    let lines = text.split_inclusive('\n').map(|line| line.trim_end_matches("\r\n").to_owned());
    // Keys of the tool, and questions, which it ticks.
    let own = ["- [ ]", "- [x]", "rev:", "assignee:", "branch:", "base:", "tested:", "attempts:", "blocked:"];
    lines.filter(|line| !own.iter().any(|key| line.starts_with(key))).collect()
}

#[test]
fn every_verb_leaves_every_foreign_byte() {
    let sandbox = Sandbox::with_board();
    sandbox.write(".mcp/tasks/pending/t-222222-odd.md", ODD);
    let mut kept = foreign(ODD);
    for line in [
        "mcp prep 222222",
        "mcp claim 222222",
        "mcp note 222222 -m one",
        "mcp block 222222 -m x",
        "mcp unblock 222222",
        "mcp ask 222222 -m 'which?'",
        "mcp answer 222222 -m that",
        "mcp release 222222",
        "mcp claim 222222",
        "echo two >> code.txt; git add -A; git commit -q -m work",
        "mcp review 222222 --reject -m no --as bo",
        "echo three >> code.txt; git add -A; git commit -q -m work",
        "mcp review 222222 --approve --as bo",
        "mcp fail 222222",
        "mcp retry 222222",
        "mcp drop 222222",
    ] {
        let _ = sandbox.shell_as("cursor", line).success();
        let text = sandbox.read(&sandbox.file_of("t-222222"));
        assert!(text.starts_with('\u{feff}') && !text.replace("\r\n", "").contains('\n'), "{line}: {text:?}");
        let now = foreign(&text);
        let mut rest = now.iter();
        let is_all_there = kept.iter().all(|line| rest.any(|other| other == line));
        assert!(is_all_there, "{line} took something away: {kept:#?}\n{now:#?}");
        kept = now;
    }
    let text = sandbox.filtered(&sandbox.read(&sandbox.file_of("t-222222")));
    insta::assert_snapshot!(text.replace("\r\n", "\n"), @r#"
    ﻿---
    # ours
    team: 'storage'   # quoted so
    labels:
      - net
    title:   "Odd: one"
    id: t-222222
    created: [TIME]
    rev: 10
    branch: main
    base: [OID]
    tested: [OID]
    resolution: dropped
    priority: P0
    ---
    Preamble

    ## goal
    It works

    ## ACCEPTANCE CRITERIA
    * [ ] `a`

    ## Questions
    - [x] [TIME] cursor (needs input): which?
      - [TIME] cursor: that

    ## Review feedback
    - [TIME] bo rejected: no
    - [TIME] bo approved tree:[OID]

    ## Evidence
    - [TIME] cursor tests passed [SECONDS] tree:[OID] `sh check.sh`
    - [TIME] cursor tests passed [SECONDS] tree:[OID] `sh check.sh`

    ## Zoo
    	tab, trailing blank 
    ```
    ## Log
    ```

    ## Log
    - [TIME] cursor prepared
    - [TIME] cursor claimed on main
    - [TIME] cursor note: one
    - [TIME] cursor blocked (other): x
    - [TIME] cursor unblocked
    - [TIME] cursor asked: which?
    - [TIME] cursor answered: [TIME] cursor (needs input): which?
    - [TIME] cursor released
    - [TIME] cursor claimed on main
    - [TIME] cursor checks passed, now in review
    - [TIME] bo rejected
    - [TIME] cursor checks passed, now in review
    - [TIME] bo approved
    - [TIME] cursor failed
    - [TIME] cursor to be tried again
    - [TIME] cursor dropped
    "#);
}

#[test]
fn setting_a_key_changes_the_lines_of_that_key() {
    let sandbox = Sandbox::with_board();
    sandbox.write(".mcp/tasks/pending/t-222222-odd.md", ODD);
    let _ = sandbox.mcp("note 222222 -m taken").success();
    let before = sandbox.read(&sandbox.file_of("t-222222"));
    let _ = sandbox.mcp("edit 222222 --set priority=P2 --check 1").success();
    let after = sandbox.read(&sandbox.file_of("t-222222"));
    let (head, log) = after.rsplit_once("\r\n- ").expect("a new entry");
    assert_eq!(head.replace("priority: P2", "priority: P0").replace("* [x] `a`", "* [ ] `a`"), before.trim_end());
    insta::assert_snapshot!(sandbox.filtered(log).trim_end(), @"[TIME] ada priority: P2; checked 1: a");
}

#[test]
fn what_cannot_be_edited_safely_is_left_alone() {
    let sandbox = Sandbox::with_board();
    let odd = "---\nid: t-222222\ntitle: &t One\nalias: *t\n---\n## Goal\ng\n";
    sandbox.write(".mcp/tasks/ready/t-222222-one.md", odd);
    sandbox.write(".mcp/tasks/ready/t-333333-two.md", "---\nid: t-333333\nrev: 1\nrev: 2\n---\n");
    insta::assert_snapshot!(sandbox.typed(&["ada$ mcp list", "ada$ mcp claim 222222", "ada$ mcp claim 333333", "ada$ mcp doctor"]), @"
    ada$ mcp list
    warning: .mcp/tasks/ready/t-222222-one.md:3:8: an anchor (`&`) is not allowed here
    warning: .mcp/tasks/ready/t-333333-two.md:4:1: the key `rev` is there twice
    ada$ mcp claim 222222
    error: .mcp/tasks/ready/t-222222-one.md:3:8: an anchor (`&`) is not allowed here
    hint: write the value out where it is needed, or quote it
    --- exit 1 ---
    ada$ mcp claim 333333
    error: .mcp/tasks/ready/t-333333-two.md:4:1: the key `rev` is there twice
    hint: keep one of them
    --- exit 1 ---
    ada$ mcp doctor
    .mcp/tasks/ready/t-222222-one.md:3:8: an anchor (`&`) is not allowed here
    hint: write the value out where it is needed, or quote it
    .mcp/tasks/ready/t-333333-two.md:4:1: the key `rev` is there twice
    hint: keep one of them
    error: 2 findings
    --- exit 1 ---
    ");
    assert_eq!(sandbox.read(".mcp/tasks/ready/t-222222-one.md"), odd);
}
