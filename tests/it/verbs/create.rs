use crate::support::Sandbox;

#[test]
fn writes_a_stub_into_pending() {
    let sandbox = Sandbox::with_board();
    insta::assert_snapshot!(sandbox.typed(&["ada$ mcp create 'Retry health checks'"]), @"
    ada$ mcp create 'Retry health checks'
    T1
    T1 created: Retry health checks (in pending)
    its file is .mcp/tasks/pending/T1-retry-health-checks.md
    hint: `mcp prep T1 --goal TEXT --ac TEXT` makes it ready, or `mcp edit T1` and then `mcp prep T1`
    ");
    insta::assert_snapshot!(sandbox.text_of("T1"), @"
    ---
    id: T1
    title: Retry health checks
    priority: P1
    kind: feature
    functional: yes
    created: [TIME]
    rev: 1
    ---
    ## Goal

    <!-- What should be true when this is done, and for whom? -->

    ## Acceptance criteria

    - [ ] <!-- Something a reviewer can check -->

    ## Definition of ready

    - The goal and at least one criterion are filled in, and what it depends on exists

    ## Definition of done

    - [ ] Tests cover the new behaviour
    - [ ] Documentation says what changed

    ## Files affected

    <!-- One path a line: - src/example.rs -->

    ## Validation

    <!-- How to see that it works -->

    ## Implementation notes

    <!-- What the next worker should know -->

    ## Log

    - [TIME] ada created
    ");
}

#[test]
fn writes_down_all_that_is_said() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("Before");
    insta::assert_snapshot!(sandbox.typed(&[
        "chatgpt$ mcp create 'Grüße, 健康 & more' -p P0 -k bug -l net -l slow --depends-on T1 --needs rust,web --parent T1 --assignee Cursor --goal 'It works.' --ac one 'two: three' --ac four",
    ]), @"
    chatgpt$ mcp create 'Grüße, 健康 & more' -p P0 -k bug -l net -l slow --depends-on T1 --needs rust,web --parent T1 --assignee Cursor --goal 'It works.' --ac one 'two: three' --ac four
    T2
    T2 created: Grüße, 健康 & more (in pending)
    its file is .mcp/tasks/pending/T2-gruesse-more.md
    hint: `mcp prep T2` makes it ready to be claimed
    ");
    insta::assert_snapshot!(sandbox.text_of("T2"), @"
    ---
    id: T2
    title: Grüße, 健康 & more
    priority: P0
    kind: bug
    functional: yes
    labels: [net, slow]
    depends_on: [T1]
    needs: [rust, web]
    parent: T1
    assignee: cursor
    created: [TIME]
    rev: 1
    ---
    ## Goal

    It works.

    ## Acceptance criteria

    - [ ] one
    - [ ] two: three
    - [ ] four

    ## Definition of ready

    - The goal and at least one criterion are filled in, and what it depends on exists

    ## Definition of done

    - [ ] A test fails without the fix and passes with it

    ## Files affected

    <!-- One path a line: - src/example.rs -->

    ## Validation

    <!-- How to see that it works -->

    ## Implementation notes

    <!-- What the next worker should know -->

    ## Log

    - [TIME] chatgpt created
    ");
}

#[test]
fn takes_the_sections_of_a_body() {
    let sandbox = Sandbox::with_board();
    insta::assert_snapshot!(sandbox.typed(&[
        r"ada$ printf 'Nothing is lost.\n\n## acceptance criteria\n\n- [ ] a\n\n## Rough edges\n\nmany\n' | mcp create One --kind chore --body - --ready",
        "ada$ mcp create Two --body missing.md",
    ]), @r#"
    ada$ printf 'Nothing is lost.\n\n## acceptance criteria\n\n- [ ] a\n\n## Rough edges\n\nmany\n' | mcp create One --kind chore --body - --ready
    T1
    T1 prepared: One (pending → ready)
    its file is .mcp/tasks/ready/T1-one.md
    hint: `mcp claim T1` starts work on it
    ada$ mcp create Two --body missing.md
    error: there is no file missing.md
    hint: `-` reads stdin
    --- exit 2 ---
    "#);
    insta::assert_snapshot!(sandbox.text_of("T1"), @"
    ---
    id: T1
    title: One
    priority: P1
    kind: chore
    functional: no
    created: [TIME]
    rev: 2
    ---
    ## Goal

    Nothing is lost.

    ## Acceptance criteria

    - [ ] a

    ## Definition of ready

    - The goal and at least one criterion are filled in, and what it depends on exists

    ## Definition of done

    - [ ] Nothing that users see has changed, or it is said

    ## Files affected

    <!-- One path a line: - src/example.rs -->

    ## Validation

    <!-- How to see that it works -->

    ## Implementation notes

    <!-- What the next worker should know -->

    ## Log

    - [TIME] ada created
    - [TIME] ada prepared

    ## Rough edges

    many
    ");
}

#[test]
fn goes_on_to_ready_and_to_a_claim() {
    let sandbox = Sandbox::with_board();
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp create One --goal g --ac a --claim",
        "cursor$ mcp create Two --goal g --ac a --ready",
        "cursor$ mcp create Three --ready",
        "cursor$ mcp list",
    ]), @"
    cursor$ mcp create One --goal g --ac a --claim
    T1
    T1 claimed by cursor: One (ready → in-progress)
    its file is .mcp/tasks/in-progress/T1-one.md
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    cursor$ mcp create Two --goal g --ac a --ready
    T2
    T2 prepared: Two (pending → ready)
    its file is .mcp/tasks/ready/T2-two.md
    hint: `mcp claim T2` starts work on it
    cursor$ mcp create Three --ready
    T3 is written down in pending: .mcp/tasks/pending/T3-three.md
    error: T3 is not ready:
      - it has no goal
      - acceptance criterion 1 is still a placeholder
    hint: fill it in with `mcp prep T3 --goal TEXT --ac TEXT` or `mcp edit T3`, or have a chat agent do it: `mcp prep T3 --prompt`
    --- exit 1 ---
    cursor$ mcp list
    ID        STATE        P   KIND     ASSIGNEE  TITLE
    T1        in-progress  P1  feature  cursor    One
    T2        ready        P1  feature            Two
    T3        pending      P1  feature            Three
    ");
}

#[test]
fn refuses_what_makes_no_task() {
    let sandbox = Sandbox::with_board();
    let long = format!("ada$ mcp create {}", "x".repeat(201));
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp create ''",
        "ada$ mcp create '  \n '",
        "ada$ mcp create One --depends-on t-zzzzzz",
        "ada$ mcp create One --parent zzz",
        "ada$ mcp create One --kind feture",
        "ada$ mcp create One --kind ../../etc/passwd",
        "ada$ mcp create One --kind elephant",
        "ada$ mcp create One -p P7",
        "ada$ mcp create One --assignee '!!'",
        "ada$ mcp create",
    ]), @r#"
    ada$ mcp create ''
    error: a task needs a title
    hint: say in a few words what is to be done: `mcp create "Retry health checks"`
    --- exit 2 ---
    ada$ mcp create '  
     '
    error: a task needs a title
    hint: say in a few words what is to be done: `mcp create "Retry health checks"`
    --- exit 2 ---
    ada$ mcp create One --depends-on t-zzzzzz
    error: no task's id starts with `t-zzzzzz`
    hint: `mcp list --all` names all tasks
    --- exit 1 ---
    ada$ mcp create One --parent zzz
    error: no task's id starts with `zzz`
    hint: `mcp list --all` names all tasks
    --- exit 1 ---
    ada$ mcp create One --kind feture
    error: there is no template for the kind `feture`
    hint: did you mean `feature`?
    --- exit 2 ---
    ada$ mcp create One --kind ../../etc/passwd
    error: there is no template for the kind `../../etc/passwd`
    hint: the kinds are feature, bug, chore, docs, tdd, research, ops
    --- exit 2 ---
    ada$ mcp create One --kind elephant
    error: there is no template for the kind `elephant`
    hint: the kinds are feature, bug, chore, docs, tdd, research, ops
    --- exit 2 ---
    ada$ mcp create One -p P7
    error: invalid value 'P7' for '--priority <PRIORITY>': a priority is P0, P1 or P2

    For more information, try '--help'.
    --- exit 2 ---
    ada$ mcp create One --assignee '!!'
    error: `!!` is not a name
    --- exit 2 ---
    ada$ mcp create
    error: the following required arguments were not provided:
      <TITLE>

    Usage: mcp create <TITLE>

    For more information, try '--help'.
    --- exit 2 ---
    "#);
    insta::assert_snapshot!(sandbox.typed(&[&long]).replace(&"x".repeat(201), "xx…"), @"
    ada$ mcp create xx…
    error: the title is longer than 200 characters
    hint: say it shortly and put the rest into the goal: `--goal TEXT`
    --- exit 2 ---
    ");
    assert_eq!(sandbox.board(), "");
}

#[test]
fn a_title_reaches_neither_the_shell_nor_the_terminal_nor_a_path() {
    let sandbox = Sandbox::with_board();
    let title = "../$(touch x)`touch y`; rm -rf \u{1b}]0;owned\u{7} \u{202e}end";
    let _ = sandbox.mcp_args(&["create", title, "--goal", "g", "--ac", "a", "--claim"]).success();
    insta::assert_snapshot!(sandbox.typed(&["ada$ mcp list", "ada$ ls", "ada$ echo work > code.txt", "ada$ git commit -q -a -m work", "ada$ git status --short"]), @r"
    ada$ mcp list
    ID        STATE        P   KIND     ASSIGNEE  TITLE
    T1        in-progress  P1  feature  ada       ../$(touch x)`touch y`; rm -rf ]0;owned \u{202e}end
    ada$ ls
    check.sh
    code.txt
    ada$ echo work > code.txt
    ada$ git commit -q -a -m work
    tests passed in [SECONDS]
    T1 goes to review in this commit
    ada$ git status --short
    ");
    insta::assert_snapshot!(sandbox.board(), @"tasks/review/T1-touch-x-touch-y-rm-rf-0-owned-end.md");
}

#[test]
fn criteria_may_begin_as_flags_do() {
    let sandbox = Sandbox::with_board();
    let id = sandbox.mcp_args(&["create", "One", "--goal", "- g", "--ac", "- a", "--ac", "-b"]);
    let id = id.success().stdout.trim().to_owned();
    let sections = sandbox.mcp(&format!("show {id} --json")).success().json()["task"]["sections"].take();
    assert_eq!((&sections["Goal"], &sections["Acceptance criteria"]), (&"- g".into(), &"- [ ] - a\n- [ ] -b".into()));
}
