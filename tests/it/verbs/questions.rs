use crate::support::Sandbox;

#[test]
fn an_open_question_stops_a_task_from_being_offered_and_its_answer_frees_it() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    sandbox.ready_task("Two");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp edit T1 --set priority=P0",
        "cursor$ mcp claim T1",
        "cursor$ mcp ask T1 -m 'Which ceiling?' --kind capability",
        "cursor$ mcp next --explain",
        "codex$ mcp next",
        "codex$ mcp ask T2 -m 'Is it up?' --kind transient",
        "codex$ mcp claim T2",
        "ada$ mcp inbox",
        "ada$ mcp answer T1 -m 'Ten minutes'",
        "ada$ mcp answer T2 -m yes",
        "cursor$ mcp next",
        "codex$ mcp next",
        "ada$ mcp inbox",
    ]), @"
    ada$ mcp edit T1 --set priority=P0
    T1
    T1 edited: One (in ready)
    cursor$ mcp claim T1
    T1
    T1 claimed by cursor: One (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    cursor$ mcp ask T1 -m 'Which ceiling?' --kind capability
    T1
    T1 asked: One (in in-progress)
    cursor$ mcp next --explain
    T2        ready  P1  Two
    take it: `mcp claim T2`
      T1 passed over: waits for an answer: [TIME] cursor (capability): Which ceiling?
    codex$ mcp next
    T2        ready  P1  Two
    take it: `mcp claim T2`
    codex$ mcp ask T2 -m 'Is it up?' --kind transient
    T2
    T2 asked: Two (in ready)
    codex$ mcp claim T2
    error: T2 waits for an answer: [TIME] codex (transient): Is it up?
    hint: `mcp answer T2 -m TEXT` answers it
    --- exit 1 ---
    ada$ mcp inbox
    question  T1 One
              cursor asks (capability): Which ceiling?, [SPAN] ago
              mcp answer T1 --question 1 -m TEXT
    question  T2 Two
              codex asks (transient): Is it up?, [SPAN] ago
              mcp answer T2 --question 1 -m TEXT
    ada$ mcp answer T1 -m 'Ten minutes'
    T1
    T1 answered: One (in in-progress)
    ada$ mcp answer T2 -m yes
    T2
    T2 answered: Two (in ready)
    cursor$ mcp next
    T1        in-progress  P0  One
    you hold it; read `mcp show T1`, work, and commit
    codex$ mcp next
    T2        ready  P1  Two
    take it: `mcp claim T2`
    ada$ mcp inbox
    nothing waits for a person
    ");
}

#[test]
fn standing_answers_are_given_at_once_and_the_log_says_so() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    sandbox.write(
        ".mcp/answers.yaml",
        "answers:\n  - pattern: (which|what) package manager\n    answer: pnpm, as the lock file says\n    confidence: 0.9\n  - pattern: package\n    answer: maybe npm\n    confidence: 0.5\n  - pattern: deadline\n    answer: Friday\n    confidence: 0.4\n",
    );
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp ask T1 -m 'Which package manager do we use?'",
        "cursor$ mcp ask T1 -m 'Which package manager do we use?'",
        "cursor$ mcp next",
        "cursor$ mcp ask T1 -m 'Is there a deadline?'",
        "cursor$ sed -n '/## Questions/,$p' .mcp/tasks/ready/*.md",
        "cursor$ mcp log T1",
        "cursor$ echo 'answers: [{pattern: \"(\", answer: x}]' > .mcp/answers.yaml; mcp ask T1 -m why",
        "cursor$ echo 'answers: [{patern: a, answer: x}]' > .mcp/answers.yaml; mcp ask T1 -m why",
    ]), @r#"
    cursor$ mcp ask T1 -m 'Which package manager do we use?'
    T1
    T1 asked: One (in ready)
    answered automatically by .mcp/answers.yaml (confidence 0.9): pnpm, as the lock file says
    cursor$ mcp ask T1 -m 'Which package manager do we use?'
    T1
    T1 has this question already: nothing to do
    answered automatically by .mcp/answers.yaml (confidence 0.9): pnpm, as the lock file says
    cursor$ mcp next
    T1        ready  P1  One
    take it: `mcp claim T1`
    cursor$ mcp ask T1 -m 'Is there a deadline?'
    T1
    T1 asked: One (in ready)
    .mcp/answers.yaml proposes (confidence 0.4): Friday
    cursor$ sed -n '/## Questions/,$p' .mcp/tasks/ready/*.md
    ## Questions

    - [x] [TIME] cursor (needs input): Which package manager do we use?
      - [TIME] .mcp/answers.yaml (automatic, confidence 0.9): pnpm, as the lock file says
    - [ ] [TIME] cursor (needs input): Is there a deadline?

    ## Log

    - [TIME] ada created
    - [TIME] ada prepared
    - [TIME] cursor asked: Which package manager do we use?
    - [TIME] cursor answered automatically by .mcp/answers.yaml (confidence 0.9): pnpm, as the lock file says
    - [TIME] cursor asked: Is there a deadline?
    cursor$ mcp log T1
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  cursor  asked: Which package manager do we use?
    [TIME]  cursor  answered automatically by .mcp/answers.yaml (confidence 0.9): pnpm, as the lock file says
    [TIME]  cursor  asked: Is there a deadline?
    cursor$ echo 'answers: [{pattern: "(", answer: x}]' > .mcp/answers.yaml; mcp ask T1 -m why
    error: .mcp/answers.yaml: `(` is not a regular expression
    hint: escape its signs, or mend the brackets
    --- exit 1 ---
    cursor$ echo 'answers: [{patern: a, answer: x}]' > .mcp/answers.yaml; mcp ask T1 -m why
    error: .mcp/answers.yaml:1:12: unknown key `patern` in `answers[0]`
    hint: did you mean `pattern`?
    --- exit 1 ---
    "#);
}

#[test]
fn the_inbox_tells_what_waits_and_how_to_go_on() {
    let sandbox = Sandbox::with_board();
    for title in ["Blocked", "Reviewed", "Failed", "Dropped"] {
        sandbox.ready_task(title);
    }
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp inbox",
        "ada$ mcp block T1 -m 'no key'",
        "cursor$ mcp claim T2 && git add -A && git commit -q -m work && mcp review T2",
        "cursor$ mcp fail T3 -m 'cannot be'",
        "cursor$ mcp drop T4",
        "ada$ mcp inbox",
    ]), @"
    ada$ mcp inbox
    nothing waits for a person
    ada$ mcp block T1 -m 'no key'
    T1
    T1 blocked: Blocked (in ready)
    cursor$ mcp claim T2 && git add -A && git commit -q -m work && mcp review T2
    T2
    T2 claimed by cursor: Reviewed (ready → in-progress)
    hint: `mcp show T2` has all of it; commit when you are done, and the checks run
    tests passed in [SECONDS]
    T2
    T2 submitted: Reviewed (in-progress → review)
    hint: somebody else: `mcp --as NAME review T2 --approve`, or `--reject -m TEXT`
    cursor$ mcp fail T3 -m 'cannot be'
    T3
    T3 failed: Failed (ready → failed)
    committed the board as [SHORT]
    cursor$ mcp drop T4
    T4
    T4 dropped: Dropped (ready → failed)
    committed the board as [SHORT]
    ada$ mcp inbox
    blocked   T1 Blocked
              other: no key, [SPAN] ago
              mcp unblock T1
    review    T2 Reviewed
              to be reviewed, done by cursor, [SPAN] ago
              mcp review T2 --approve
    failed    T3 Failed
              failed: cannot be, [SPAN] ago
              mcp retry T3
    ");
}
