use crate::support::Sandbox;

/// A board of task files with fixed ids and times; their commands are run at noon of 2026-11-20.
pub fn still_board() -> Sandbox {
    let sandbox = Sandbox::with_board();
    let tasks = [
        (
            "pending/t-222222-docs",
            "title: Write down how the cache works\npriority: P2\nkind: docs\ncreated: 2026-11-01T12:00:00Z\ndue: 2026-11-15",
            "- [ ] 2026-11-19T12:00:00Z ada (needs input): for whom?",
        ),
        (
            "ready/t-333333-retry",
            "title: Retry health checks with backoff, and stop after a while\npriority: P0\nkind: feature\nlabels: [api, health]\ncreated: 2026-11-20T09:00:00Z\nmilestone: first",
            "",
        ),
        (
            "ready/t-444444-page",
            "title: 健康检查 shown on the page, in every language that it has 🚀\nlabels: [web]\nkind: feature\ndepends_on: [t-333333]\ncreated: 2026-11-18T12:00:00Z",
            "",
        ),
        (
            "in-progress/t-555555-leak",
            "title: Find the leak\npriority: P0\nkind: bug\nlabels: [api]\nassignee: cursor\nattempts: 2\ncreated: 2026-11-20T11:30:00Z\nbranch: task/leak",
            "",
        ),
        (
            "review/t-666666-typo",
            "title: Mend a typo\npriority: P2\nkind: chore\nassignee: codex\ncreated: 2026-11-20T11:59:30Z",
            "",
        ),
        ("done/t-777777-start", "title: Start\nkind: chore\ncreated: 2026-10-01T12:00:00Z", ""),
        (
            "failed/t-888888-rewrite",
            "title: Rewrite it\nkind: feature\nresolution: dropped\ncreated: 2026-10-02T12:00:00Z",
            "",
        ),
    ];
    for (path, front, questions) in tasks {
        let id = &path.split('/').nth(1).expect("a name")[..8];
        let text =
            format!("---\nid: {id}\n{front}\n---\n## Goal\n\nSee src/cache.rs:10\n\n## Questions\n\n{questions}\n");
        sandbox.write(&format!(".mcp/tasks/{path}.md"), &text);
    }
    sandbox
}

/// What commands print at noon of 2026-11-20.
pub fn at_noon(sandbox: &Sandbox, lines: &[&str]) -> String {
    let run = |line: &&str| {
        let run = sandbox.shell_as("cursor", &format!("export MCP_TEST_NOW=2026-11-20T12:00:00Z\n{line}"));
        format!("$ {line}\n{}\n", run.to_string().trim_end())
    };
    lines.iter().map(run).collect()
}

#[test]
fn tables_fit_any_width() {
    let sandbox = still_board();
    for (line, width) in [("--all", 40), ("--all", 80), ("--all --wrap --columns +age,due,attempts", 80)] {
        let run = sandbox.mcp(&format!("list {line} --width {width}")).success();
        for line in run.stdout.lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= width, "{line}");
        }
    }
    insta::assert_snapshot!(at_noon(&sandbox, &[
        "mcp list --all --width 40",
        "mcp list --all --width 80",
        "mcp list --all --width 200 --columns +age,due,attempts,milestone",
        "mcp list --wrap --width 40 --columns id,age,title",
        "mcp list --width 10",
    ]), @"
    $ mcp list --all --width 40
    ID        STATE        P   TITLE
    t-555555  in-progress  P0  Find the leak
    t-666666  review       P2  Mend a typo
    t-333333  ready        P0  Retry health…
    t-444444  ready        P1  健康检查 sho…
    t-222222  pending      P2  Write down h…
    t-888888  failed       P1  Rewrite it
    t-777777  done         P1  Start
    $ mcp list --all --width 80
    ID        STATE        P   ASSIGNEE  BLOCKED BY  TITLE
    t-555555  in-progress  P0  cursor                Find the leak
    t-666666  review       P2  codex                 Mend a typo
    t-333333  ready        P0                        Retry health checks with backo…
    t-444444  ready        P1            t-333333    健康检查 shown on the page, in…
    t-222222  pending      P2            a question  Write down how the cache works
    t-888888  failed       P1                        Rewrite it
    t-777777  done         P1                        Start
    $ mcp list --all --width 200 --columns +age,due,attempts,milestone
    ID        STATE        P   KIND     ASSIGNEE  LABELS      BLOCKED BY  AGE  DUE         ATTEMPTS  MILESTONE  TITLE
    t-555555  in-progress  P0  bug      cursor    api                     30m                     2             Find the leak
    t-666666  review       P2  chore    codex                             30s                                   Mend a typo
    t-333333  ready        P0  feature            api,health               3h                        first      Retry health checks with backoff, and stop after a while
    t-444444  ready        P1  feature            web         t-333333     2d                                   健康检查 shown on the page, in every language that it has 🚀
    t-222222  pending      P2  docs                           a question  19d  2026-11-15                       Write down how the cache works
    t-888888  failed       P1  feature                                    49d                                   Rewrite it
    t-777777  done         P1  chore                                      50d                                   Start
    $ mcp list --wrap --width 40 --columns id,age,title
    ID        AGE  TITLE
    t-555555  30m  Find the leak
    t-666666  30s  Mend a typo
    t-333333   3h  Retry health checks with
                   backoff, and stop after a
                   while
    t-444444   2d  健康检查 shown on the
                   page, in every language
                   that it has 🚀
    t-222222  19d  Write down how the cache
                   works
    $ mcp list --width 10
    ID
    t-555555
    t-666666
    t-333333
    t-444444
    t-222222
    ");
}

#[test]
fn colours_and_links_are_never_needed() {
    let sandbox = still_board();
    let plain = sandbox.mcp("list --all").success().stdout;
    let colored = sandbox.mcp("list --all --color always").success().stdout;
    assert_ne!(plain, colored);
    assert_eq!(anstream::adapter::strip_str(&colored).to_string(), plain);
    let mut linking = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    linking.env("FORCE_HYPERLINK", "1").args(["list", "--color", "always"]);
    let linked = sandbox.run(linking).success().stdout;
    let address =
        "\u{1b}]8;;file://[WORLD]/repo/.mcp/tasks/in-progress/t-555555-leak.md\u{1b}\\t-555555\u{1b}]8;;\u{1b}\\";
    assert!(linked.contains(address), "{linked:?}");
    assert!(!sandbox.mcp("list").success().stdout.contains('\u{1b}'));
}

#[test]
fn queries_and_flags_combine() {
    let sandbox = still_board();
    insta::assert_snapshot!(at_noon(&sandbox, &[
        "mcp list p:0 label:api -assignee:none",
        "mcp list 'state:ready p:0 label:api -blocked text'",
        "mcp list -blocked -label:api",
        "mcp list claimable -n 1",
        "mcp list --label API -- -retry",
        "mcp list is:closed",
        "mcp list id:777",
        "mcp list mine --columns id,branch,attempts",
        "mcp list overdue --columns id,due,title",
        "mcp list 'age:>1d' --columns id,age,title --sort age",
        "mcp search cache state:ready --columns id,title --sort -title",
        "mcp search '\"src/cache.rs:10\"' label:web --columns id,title",
        "mcp search blocked",
        "mcp list milestone:second",
        "mcp list state:done label:none milestone:any",
    ]), @r#"
    $ mcp list p:0 label:api -assignee:none
    ID        STATE        P   KIND  ASSIGNEE  LABELS  TITLE
    t-555555  in-progress  P0  bug   cursor    api     Find the leak
    $ mcp list 'state:ready p:0 label:api -blocked text'
    no open task matches; `mcp list --all` shows closed ones too
    $ mcp list -blocked -label:api
    ID        STATE   P   KIND   ASSIGNEE  TITLE
    t-666666  review  P2  chore  codex     Mend a typo
    $ mcp list claimable -n 1
    ID        STATE  P   KIND     LABELS      TITLE
    t-333333  ready  P0  feature  api,health  Retry health checks with backoff, and stop after a while
    $ mcp list --label API -- -retry
    ID        STATE        P   KIND  ASSIGNEE  LABELS  TITLE
    t-555555  in-progress  P0  bug   cursor    api     Find the leak
    $ mcp list is:closed
    ID        STATE   P   KIND     TITLE
    t-888888  failed  P1  feature  Rewrite it
    t-777777  done    P1  chore    Start
    $ mcp list id:777
    ID        STATE  P   KIND   TITLE
    t-777777  done   P1  chore  Start
    $ mcp list mine --columns id,branch,attempts
    ID        BRANCH     ATTEMPTS
    t-555555  task/leak         2
    $ mcp list overdue --columns id,due,title
    ID        DUE         TITLE
    t-222222  2026-11-15  Write down how the cache works
    $ mcp list 'age:>1d' --columns id,age,title --sort age
    ID        AGE  TITLE
    t-444444   2d  健康检查 shown on the page, in every language that it has 🚀
    t-222222  19d  Write down how the cache works
    $ mcp search cache state:ready --columns id,title --sort -title
    ID        TITLE
    t-444444  健康检查 shown on the page, in every language that it has 🚀
    t-333333  Retry health checks with backoff, and stop after a while
    $ mcp search '"src/cache.rs:10"' label:web --columns id,title
    ID        TITLE
    t-444444  健康检查 shown on the page, in every language that it has 🚀
    $ mcp search blocked
    ID        STATE    P   KIND     LABELS  BLOCKED BY  TITLE
    t-444444  ready    P1  feature  web     t-333333    健康检查 shown on the page, in every language that it has 🚀
    t-222222  pending  P2  docs             a question  Write down how the cache works
    `blocked` asks what a task is; as '"blocked"' it is a word to look for
    $ mcp list milestone:second
    no open task matches; `mcp list --all` shows closed ones too
    $ mcp list state:done label:none milestone:any
    no task matches
    "#);
}

#[test]
fn groups_have_their_names_and_numbers() {
    let sandbox = still_board();
    insta::assert_snapshot!(at_noon(&sandbox, &[
        "mcp list --group-by label --columns id,title --width 60",
        "mcp list --group-by assignee --columns id,age,title --width 60 --sort -priority,age",
    ]), @"
    $ mcp list --group-by label --columns id,title --width 60
    api (2)
    ID        TITLE
    t-555555  Find the leak
    t-333333  Retry health checks with backoff, and stop after…

    health (1)
    ID        TITLE
    t-333333  Retry health checks with backoff, and stop after…

    web (1)
    ID        TITLE
    t-444444  健康检查 shown on the page, in every language tha…

    none (2)
    ID        TITLE
    t-666666  Mend a typo
    t-222222  Write down how the cache works
    $ mcp list --group-by assignee --columns id,age,title --width 60 --sort -priority,age
    codex (1)
    ID        AGE  TITLE
    t-666666  30s  Mend a typo

    cursor (1)
    ID        AGE  TITLE
    t-555555  30m  Find the leak

    none (3)
    ID        AGE  TITLE
    t-222222  19d  Write down how the cache works
    t-444444   2d  健康检查 shown on the page, in every languag…
    t-333333   3h  Retry health checks with backoff, and stop a…
    ");
}

#[test]
fn mistakes_are_pointed_at() {
    let sandbox = still_board();
    insta::assert_snapshot!(at_noon(&sandbox, &[
        "mcp list p:0 stat:ready",
        "mcp board 'label:api \"never closed'",
        "mcp search is:blokced",
        "mcp list stat:ready --json",
        "mcp list --sort tilte",
        "mcp list --group-by colour",
        "mcp list --columns id,nonsense",
    ]), @r#"
    $ mcp list p:0 stat:ready
    error: `stat:` is nothing that can be asked for (column 5)
      p:0 stat:ready
          ^^^^
    hint: did you mean `state:`? in quotes it is a text to look for
    --- exit 2 ---
    $ mcp board 'label:api "never closed'
    error: this quote is never closed (column 11)
      label:api "never closed
                ^
    hint: close it with another `"`
    --- exit 2 ---
    $ mcp search is:blokced
    error: `blokced` is not what a task can be (column 4)
      is:blokced
         ^^^^^^^
    hint: did you mean `is:blocked`?
    --- exit 2 ---
    $ mcp list stat:ready --json
    {"schema":1,"error":{"code":"bad_query","message":"`stat:` is nothing that can be asked for (column 1)","hint":"did you mean `state:`? in quotes it is a text to look for"}}
    --- exit 2 ---
    $ mcp list --sort tilte
    error: invalid value 'tilte' for '--sort <KEYS>': did you mean `title`?

    For more information, try '--help'.
    --- exit 2 ---
    $ mcp list --group-by colour
    error: invalid value 'colour' for '--group-by <KEY>': one of state, priority, label, assignee, kind, milestone, parent

    For more information, try '--help'.
    --- exit 2 ---
    $ mcp list --columns id,nonsense
    error: invalid value 'id,nonsense' for '--columns <NAMES>': the columns are id, state, p, kind, assignee, labels, age, attempts, due, milestone, size, risk, phase, needs, parent, branch, blocked, title, path

    For more information, try '--help'.
    --- exit 2 ---
    "#);
}
