use crate::support::Sandbox;

#[test]
fn notes_are_kept_in_the_log() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp note T1 -m 'Talked to the vendor'",
        "ada$ mcp note T1 -m 'Talked to the vendor'",
        "bo$ mcp note T1 -m 'Talked to the vendor'",
        "bo$ mcp note T1 -m 'Two lines\n## Goal\nand a fence\n```'",
        "bo$ mcp note T1 -m ' '",
        "bo$ mcp note T1",
        "bo$ mcp note zzz -m x",
        "bo$ mcp log T1",
    ]), @"
    ada$ mcp note T1 -m 'Talked to the vendor'
    T1
    T1 noted: One (in ready)
    ada$ mcp note T1 -m 'Talked to the vendor'
    T1
    T1 has this note already: nothing to do
    bo$ mcp note T1 -m 'Talked to the vendor'
    T1
    T1 noted: One (in ready)
    bo$ mcp note T1 -m 'Two lines
    ## Goal
    and a fence
    ```'
    T1
    T1 noted: One (in ready)
    bo$ mcp note T1 -m ' '
    error: a note says something
    hint: `mcp note T1 -m TEXT`
    --- exit 2 ---
    bo$ mcp note T1
    error: the following required arguments were not provided:
      --message <TEXT>

    Usage: mcp note --message <TEXT> <ID>

    For more information, try '--help'.
    --- exit 2 ---
    bo$ mcp note zzz -m x
    error: no task's id starts with `zzz`
    hint: `mcp list --all` names all tasks
    --- exit 1 ---
    bo$ mcp log T1
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  ada  note: Talked to the vendor
    [TIME]  bo  note: Talked to the vendor
    [TIME]  bo  note: Two lines
        ## Goal
        and a fence
        ```
    ");
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

    It works

    ## Acceptance criteria

    - [ ] It works

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
    - [TIME] ada note: Talked to the vendor
    - [TIME] bo note: Talked to the vendor
    - [TIME] bo note: Two lines
      ## Goal
      and a fence
      ```
    ");
}

#[test]
fn a_question_keeps_a_task_from_being_offered_until_it_is_answered() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp ask T1 -m 'Which port?'",
        "cursor$ mcp ask T1 -m 'Which port?'",
        "cursor$ mcp ask T1 -m 'Which host?' --kind dependency",
        "cursor$ mcp ask T1 -m 'Which?' --kind curiosity",
        "cursor$ mcp ask T1 -m ''",
        "cursor$ mcp next",
        "ada$ mcp list --blocked",
        "ada$ mcp answer T1 -m 8080",
        "ada$ mcp answer T1 -m 8080 --question 1",
        "ada$ mcp answer T1 -m 8080 --question 1",
        "ada$ mcp answer T1 -m 8080 --question 7",
        "ada$ mcp answer T1 -m 'any host\nbut not ours'",
        "ada$ mcp answer T1 -m again",
        "cursor$ mcp next",
    ]), @r#"
    cursor$ mcp ask T1 -m 'Which port?'
    T1
    T1 asked: One (in ready)
    cursor$ mcp ask T1 -m 'Which port?'
    T1
    T1 has this question already: nothing to do
    cursor$ mcp ask T1 -m 'Which host?' --kind dependency
    T1
    T1 asked: One (in ready)
    cursor$ mcp ask T1 -m 'Which?' --kind curiosity
    error: invalid value 'curiosity' for '--kind <KIND>'
      [possible values: "needs input", capability, dependency, transient]

    For more information, try '--help'.
    --- exit 2 ---
    cursor$ mcp ask T1 -m ''
    error: a question says something
    hint: `mcp ask T1 -m TEXT`
    --- exit 2 ---
    cursor$ mcp next
    error: there is nothing for cursor to do
    hint: `mcp next --explain` tells why each open task was passed over
    --- exit 3 ---
    ada$ mcp list --blocked
    ID        STATE  P   KIND   BLOCKED BY   TITLE
    T1        ready  P1  chore  2 questions  One
    ada$ mcp answer T1 -m 8080
    error: T1 has several open questions
    hint: name one by number; 1: [TIME] cursor (needs input): Which port?; 2: [TIME] cursor (dependency): Which host?
    --- exit 2 ---
    ada$ mcp answer T1 -m 8080 --question 1
    T1
    T1 answered: One (in ready)
    ada$ mcp answer T1 -m 8080 --question 1
    error: question 1 of T1 is answered already
    --- exit 2 ---
    ada$ mcp answer T1 -m 8080 --question 7
    error: T1 has no question 7
    hint: `mcp show T1` shows its questions
    --- exit 2 ---
    ada$ mcp answer T1 -m 'any host
    but not ours'
    T1
    T1 answered: One (in ready)
    ada$ mcp answer T1 -m again
    error: T1 has no open question
    hint: `mcp show T1` shows its questions
    --- exit 2 ---
    cursor$ mcp next
    T1        ready  P1  One
    take it: `mcp claim T1`
    "#);
    insta::assert_snapshot!(sandbox.text_of("T1").split("## Questions").nth(1).expect("a section"), @"


    - [x] [TIME] cursor (needs input): Which port?
      - [TIME] ada: 8080
    - [x] [TIME] cursor (dependency): Which host?
      - [TIME] ada: any host
        but not ours

    ## Log

    - [TIME] ada created
    - [TIME] ada prepared
    - [TIME] cursor asked: Which port?
    - [TIME] cursor asked: Which host?
    - [TIME] ada answered: [TIME] cursor (needs input): Which port?
    - [TIME] ada answered: [TIME] cursor (dependency): Which host?
    ");
}

#[test]
fn blocked_is_said_with_a_reason_and_taken_back() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp block T1 -m 'the vendor: \"is\" on # holiday' --kind dependency",
        "cursor$ mcp block T1 -m 'the vendor: \"is\" on # holiday' --kind dependency",
        "cursor$ grep -A2 ^blocked .mcp/tasks/ready/*",
        "cursor$ mcp show T1 | grep blocked",
        "cursor$ mcp next --explain",
        "cursor$ mcp block T1",
        "cursor$ mcp unblock T1",
        "cursor$ mcp unblock T1",
        "cursor$ mcp next",
    ]), @r#"
    cursor$ mcp block T1 -m 'the vendor: "is" on # holiday' --kind dependency
    T1
    T1 blocked: One (in ready)
    cursor$ mcp block T1 -m 'the vendor: "is" on # holiday' --kind dependency
    T1
    T1 is blocked for this reason already: nothing to do
    cursor$ grep -A2 ^blocked .mcp/tasks/ready/*
    blocked: {kind: dependency, reason: 'the vendor: "is" on # holiday'}
    ---
    ## Goal
    cursor$ mcp show T1 | grep blocked
      blocked    dependency: the vendor: "is" on # holiday
    - [TIME] cursor blocked (dependency): the vendor: "is" on # holiday
    cursor$ mcp next --explain
      T1 passed over: blocked (dependency)
    error: there is nothing for cursor to do
    --- exit 3 ---
    cursor$ mcp block T1
    T1
    T1 blocked: One (in ready)
    cursor$ mcp unblock T1
    T1
    T1 unblocked: One (in ready)
    cursor$ mcp unblock T1
    T1
    T1 is not blocked: nothing to do
    cursor$ mcp next
    T1        ready  P1  One
    take it: `mcp claim T1`
    "#);
}

#[test]
fn commits_made_without_a_claim_are_attached() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ echo two >> code.txt && git commit -q -a -m 'Before anybody thought of a task'",
        "ada$ mcp attach T1 nonsense",
        "ada$ mcp attach T1 HEAD..HEAD",
        "ada$ mcp attach T1 HEAD",
        "ada$ mcp attach T1 HEAD",
        "ada$ mcp show T1 | grep commit",
        "ada$ mcp claim T1 --quiet && mcp edit T1 --check all --quiet && mcp review T1",
        "ada$ mcp complete T1",
    ]), @"
    ada$ echo two >> code.txt && git commit -q -a -m 'Before anybody thought of a task'
    ada$ mcp attach T1 nonsense
    error: `nonsense` names no commit
    hint: a commit, or a range such as main..topic
    --- exit 2 ---
    ada$ mcp attach T1 HEAD..HEAD
    error: `HEAD..HEAD` names no commit
    hint: a commit, or a range such as main..topic
    --- exit 2 ---
    ada$ mcp attach T1 HEAD
    T1
    T1 attached: One (in ready)
    ada$ mcp attach T1 HEAD
    T1
    T1 has these commits already: nothing to do
    ada$ mcp show T1 | grep commit
      commit     [SHORT] Before anybody thought of a task ([SPAN] ago)
    ada$ mcp claim T1 --quiet && mcp edit T1 --check all --quiet && mcp review T1
    T1
    T1
    tests passed in [SECONDS]
    T1
    T1 submitted: One (in-progress → review)
    hint: somebody else: `mcp --as NAME review T1 --approve`, or `--reject -m TEXT`
    ada$ mcp complete T1
    T1
    T1 completed: One (review → done)
    committed the board as [SHORT]
    ");
}
