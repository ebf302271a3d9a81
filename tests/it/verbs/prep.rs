use crate::support::Sandbox;

const GOOD: &str = "## Goal\n\nIt works.\n\n## Acceptance criteria\n\n- [ ] It works\n";

/// A board with a stub, T1.
fn stub() -> Sandbox {
    let sandbox = Sandbox::with_board();
    let _ = sandbox.mcp_args(&["create", "One", "--kind", "chore"]).success();
    sandbox
}

/// Goal and criteria of the task after an answer.
fn taken(answer: &str) -> String {
    let sandbox = stub();
    sandbox.write("answer.txt", answer);
    let shown = sandbox.typed(&["chatgpt$ mcp prep T1 --from answer.txt"]);
    let text = sandbox.text_of("T1");
    let goal = text.find("## Goal").expect("a goal");
    let end = text.find("## Definition of ready").unwrap_or(text.len());
    format!("{shown}{}", &text[goal..end])
}

#[test]
fn refuses_a_stub_and_names_all_that_is_missing() {
    let sandbox = stub();
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp prep T1",
        "ada$ sed -i 's/<!-- What should.*/TODO/; s/^- .. <!--.*/- [ ] TBD/; s/^- The goal/- [ ] The goal/; s/^priority/depends_on: [T1, t-zzzzzz]\\npriority/' .mcp/tasks/pending/*",
        "ada$ mcp prep T1",
    ]), @r"
    ada$ mcp prep T1
    error: T1 is not ready:
      - it has no goal
      - acceptance criterion 1 is still a placeholder
    hint: fill it in with `mcp prep T1 --goal TEXT --ac TEXT` or `mcp edit T1`, or have a chat agent do it: `mcp prep T1 --prompt`
    --- exit 1 ---
    ada$ sed -i 's/<!-- What should.*/TODO/; s/^- .. <!--.*/- [ ] TBD/; s/^- The goal/- [ ] The goal/; s/^priority/depends_on: [T1, t-zzzzzz]\npriority/' .mcp/tasks/pending/*
    ada$ mcp prep T1
    error: T1 is not ready:
      - it has no goal
      - acceptance criterion 1 is still a placeholder
      - the definition of ready has an open box: The goal and at least one criterion are filled in, and what it depends on exists
      - it depends on itself
      - it depends on t-zzzzzz, which the board does not have
    hint: fill it in with `mcp prep T1 --goal TEXT --ac TEXT` or `mcp edit T1`, or have a chat agent do it: `mcp prep T1 --prompt`
    --- exit 1 ---
    ");
    assert_eq!(sandbox.state_of(&sandbox.with_ids("T1")), "pending");
}

#[test]
fn refuses_dependencies_that_run_in_a_circle() {
    let sandbox = Sandbox::with_board();
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp create One --goal g --ac a",
        "ada$ mcp create Two --goal g --ac a --depends-on T1",
        "ada$ mcp create Three --goal g --ac a --depends-on T2",
        "ada$ mcp edit T1 --set depends_on=T3",
        "ada$ mcp prep T2",
        "ada$ mcp prep T2 --force",
        "ada$ mcp prep T2 --force --reason ' '",
        "ada$ mcp prep T2 --force --reason 'Three is as good as done'",
        "ada$ mcp log T2",
    ]), @"
    ada$ mcp create One --goal g --ac a
    T1
    T1 created: One (in pending)
    its file is .mcp/tasks/pending/T1-one.md
    hint: `mcp prep T1` makes it ready to be claimed
    ada$ mcp create Two --goal g --ac a --depends-on T1
    T2
    T2 created: Two (in pending)
    its file is .mcp/tasks/pending/T2-two.md
    hint: `mcp prep T2` makes it ready to be claimed
    ada$ mcp create Three --goal g --ac a --depends-on T2
    T3
    T3 created: Three (in pending)
    its file is .mcp/tasks/pending/T3-three.md
    hint: `mcp prep T3` makes it ready to be claimed
    ada$ mcp edit T1 --set depends_on=T3
    T1
    T1 edited: One (in pending)
    ada$ mcp prep T2
    error: T2 is not ready: its dependencies run in a circle: T2 → T1 → T3 → T2
    hint: fill it in with `mcp prep T2 --goal TEXT --ac TEXT` or `mcp edit T2`, or have a chat agent do it: `mcp prep T2 --prompt`
    --- exit 1 ---
    ada$ mcp prep T2 --force
    error: the following required arguments were not provided:
      --reason <TEXT>

    Usage: mcp prep --force --reason <TEXT> <ID>

    For more information, try '--help'.
    --- exit 2 ---
    ada$ mcp prep T2 --force --reason ' '
    error: `--force` needs a reason that says something
    --- exit 2 ---
    ada$ mcp prep T2 --force --reason 'Three is as good as done'
    T2
    T2 prepared: Two (pending → ready)
    hint: `mcp claim T2` starts work on it
    ada$ mcp log T2
    [TIME]  ada  created
    [TIME]  ada  prepared by force: Three is as good as done
    ");
}

#[test]
fn again_is_no_news_and_later_states_are_refused() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp prep T1",
        "bo$ mcp prep T1",
        "ada$ mcp claim T1 --quiet",
        "ada$ mcp prep T1",
        "ada$ mcp fail T1 --quiet && mcp prep T1",
        "ada$ mcp prep zzz",
        "ada$ mcp prep t",
    ]), @"
    ada$ mcp prep T1
    T1
    T1 is ready already: nothing to do
    bo$ mcp prep T1
    T1
    T1 is ready already: nothing to do
    ada$ mcp claim T1 --quiet
    T1
    ada$ mcp prep T1
    error: T1 is in in-progress, so it cannot be prepared
    hint: change its text with `mcp edit T1`
    --- exit 1 ---
    ada$ mcp fail T1 --quiet && mcp prep T1
    T1
    error: T1 is in failed, so it cannot be prepared
    hint: `mcp retry T1` makes it ready again
    --- exit 1 ---
    ada$ mcp prep zzz
    error: no task's id starts with `zzz`
    hint: `mcp list --all` names all tasks
    --- exit 1 ---
    ada$ mcp prep t
    error: `t` is too short to name a task
    hint: type at least three characters of its id; `mcp list --all` names all
    --- exit 2 ---
    ");
}

#[test]
fn asks_a_chat_agent_that_sees_no_files() {
    let sandbox = Sandbox::with_board();
    let _ = sandbox
        .shell_as(
            "ada",
            "mcp create One --kind chore --body - <<'X'\n## Files affected\n\n- `code.txt`\n- no such file\n- .env\nX",
        )
        .success();
    sandbox.write(".env", "TOKEN=secret\n");
    insta::assert_snapshot!(sandbox.typed(&["ada$ mcp prep T1 --prompt"]), @"
    ada$ mcp prep T1 --prompt
    You prepare a task for a programmer, or a coding agent, who will read nothing but what you write.
    Answer with markdown sections, each under its heading, only those that you improve:

    ## Goal
    ## Acceptance criteria
    ## Definition of ready
    ## Definition of done
    ## Files affected
    ## Validation
    ## Implementation notes

    - Goal: what should be true in the end and why, in a few sentences
    - Acceptance criteria: a list of `- [ ] …`, each of which a reviewer can check
    - Files affected: one `- path` a line, from the list below or new
    - Validation: commands that show that it works
    - Implementation notes: what the worker should know, decisions, traps
    Leave out what you do not know. Do not invent files.

    # The task

    ```
    ---
    id: T1
    title: One
    priority: P1
    kind: chore
    functional: no
    created: [TIME]
    rev: 1
    ---
    ## Goal

    <!-- What is to be tidied or renewed, and why now? -->

    ## Acceptance criteria

    - [ ] <!-- Something a reviewer can check -->

    ## Definition of ready

    - The goal and at least one criterion are filled in, and what it depends on exists

    ## Definition of done

    - [ ] Nothing that users see has changed, or it is said

    ## Files affected

    - `code.txt`
    - no such file
    - .env

    ## Validation

    <!-- How to see that it works -->

    ## Implementation notes

    <!-- What the next worker should know -->

    ## Log

    - [TIME] ada created
    ```

    # The files of the repository

    ```
    check.sh
    code.txt
    ```

    # code.txt

    ```
    one
    ```

    # What must pass

    - tests: `sh check.sh`
    hint: paste it into the chat, then `mcp prep T1 --from FILE` with the answer
    ");
}

#[test]
fn takes_an_answer_however_it_is_wrapped() {
    let fenced = format!("Sure! Here you go:\n\n```markdown\n{GOOD}```\n\nShall I go on?\n");
    let chatty = format!("I looked at it.\n\n{GOOD}\n");
    let bold = "**Goal**\n\nIt works.\n\n**Acceptance criteria**\n\n- [ ] It works\n";
    let numbered =
        "# Prepared task\n\n### 1. Goal\n\nIt works.\n\n### 2. Acceptance Criteria:\n\n* It works\n* It is fast\n";
    let own_fence = "## Goal\n\nIt prints\n\n```\n## Goal\n```\n\n## Acceptance criteria\n\n- [ ] It prints\n";
    let crlf = GOOD.replace('\n', "\r\n");
    insta::assert_snapshot!(taken(GOOD), @"
    chatgpt$ mcp prep T1 --from answer.txt
    T1
    T1 prepared: One (pending → ready)
    hint: `mcp claim T1` starts work on it
    ## Goal

    It works.

    ## Acceptance criteria

    - [ ] It works
    ");
    assert_eq!(taken(&fenced), taken(GOOD));
    assert_eq!(taken(&chatty), taken(GOOD));
    assert_eq!(taken(&crlf), taken(GOOD));
    insta::assert_snapshot!(taken(bold), @"
    chatgpt$ mcp prep T1 --from answer.txt
    T1
    T1 prepared: One (pending → ready)
    hint: `mcp claim T1` starts work on it
    ## Goal

    It works.

    ## Acceptance criteria

    - [ ] It works
    ");
    insta::assert_snapshot!(taken(numbered), @"
    chatgpt$ mcp prep T1 --from answer.txt
    error: T1 is not ready: it has no acceptance criterion (`- [ ] …`)
    hint: fill it in with `mcp prep T1 --goal TEXT --ac TEXT` or `mcp edit T1`, or have a chat agent do it: `mcp prep T1 --prompt`
    --- exit 1 ---
    ## Goal

    It works.

    ## Acceptance criteria

    * It works
    * It is fast
    ");
    insta::assert_snapshot!(taken(own_fence), @"
    chatgpt$ mcp prep T1 --from answer.txt
    T1
    T1 prepared: One (pending → ready)
    hint: `mcp claim T1` starts work on it
    ## Goal

    It prints

    ```
    ## Goal
    ```

    ## Acceptance criteria

    - [ ] It prints
    ");
}

#[test]
fn an_answer_replaces_what_it_brings_and_nothing_else() {
    let sandbox = Sandbox::with_board();
    let _ = sandbox
        .shell_as(
            "ada",
            "mcp create One --kind chore --goal Old --ac old --body - <<'X'\n## Implementation notes\n\nkeep me\nX",
        )
        .success();
    let answer = "## Goal\n\nNew.\n\n## Log\n\n- forged\n\n## Evidence\n\n- forged\n\n## Validation\n\n";
    insta::assert_snapshot!(sandbox.typed(&[&format!("chatgpt$ mcp prep T1 --from - <<'X'\n{answer}X")]), @"
    chatgpt$ mcp prep T1 --from - <<'X'
    ## Goal

    New.

    ## Log

    - forged

    ## Evidence

    - forged

    ## Validation

    X
    T1
    T1 prepared: One (pending → ready)
    hint: `mcp claim T1` starts work on it
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

    New.

    ## Acceptance criteria

    - [ ] old

    ## Definition of ready

    - The goal and at least one criterion are filled in, and what it depends on exists

    ## Definition of done

    - [ ] Nothing that users see has changed, or it is said

    ## Files affected

    <!-- One path a line: - src/example.rs -->

    ## Validation

    <!-- How to see that it works -->

    ## Implementation notes

    keep me

    ## Log

    - [TIME] ada created
    - [TIME] chatgpt filled in goal
    - [TIME] chatgpt prepared
    ");
}

#[test]
fn an_answer_that_says_too_little_is_kept_and_the_rest_is_asked_for() {
    insta::assert_snapshot!(taken("## Goal\n\nIt works.\n"), @"
    chatgpt$ mcp prep T1 --from answer.txt
    error: T1 is not ready: acceptance criterion 1 is still a placeholder
    hint: fill it in with `mcp prep T1 --goal TEXT --ac TEXT` or `mcp edit T1`, or have a chat agent do it: `mcp prep T1 --prompt`
    --- exit 1 ---
    ## Goal

    It works.

    ## Acceptance criteria

    - [ ] <!-- Something a reviewer can check -->
    ");
    insta::assert_snapshot!(taken("Sorry, I cannot see your files."), @"
    chatgpt$ mcp prep T1 --from answer.txt
    error: the answer brings no section that was asked for
    hint: it needs headings such as `## Goal` and `## Acceptance criteria`
    --- exit 2 ---
    ## Goal

    <!-- What is to be tidied or renewed, and why now? -->

    ## Acceptance criteria

    - [ ] <!-- Something a reviewer can check -->
    ");
    insta::assert_snapshot!(taken(""), @"
    chatgpt$ mcp prep T1 --from answer.txt
    error: the answer brings no section that was asked for
    hint: it needs headings such as `## Goal` and `## Acceptance criteria`
    --- exit 2 ---
    ## Goal

    <!-- What is to be tidied or renewed, and why now? -->

    ## Acceptance criteria

    - [ ] <!-- Something a reviewer can check -->
    ");
}
