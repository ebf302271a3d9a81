use super::in_review;
use crate::support::Sandbox;

#[test]
fn hands_over_what_passes_on_head() {
    let sandbox = Sandbox::with_board();
    sandbox.claimed_task("One");
    sandbox.set_checks(&[("tests", "test ! -e broken")]);
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ MCP_TASK=none git commit -q -a -m 'Other work'",
        "ada$ touch broken && git add broken && git commit -q -m broken --no-verify",
        "ada$ mcp review T1",
        "ada$ mcp show T1 | grep -c '^## Error context'",
        "ada$ git rm -q broken && git commit -q -m mended --no-verify",
        "codex$ mcp review T1",
        "ada$ mcp review T1",
        "ada$ mcp review T1",
        "codex$ mcp review T1",
    ]), @"
    ada$ MCP_TASK=none git commit -q -a -m 'Other work'
    ada$ touch broken && git add broken && git commit -q -m broken --no-verify
    ada$ mcp review T1
    tests failed (exit code 1) after [SECONDS]
    error: tests failed
    hint: all of the output: [WORLD]/repo/.git/mcp/logs/tests.log
    --- exit 1 ---
    ada$ mcp show T1 | grep -c '^## Error context'
    1
    ada$ git rm -q broken && git commit -q -m mended --no-verify
    codex$ mcp review T1
    error: T1 is held by ada in [WORLD]/repo for [SPAN]
    hint: `mcp show T1` tells more, `mcp next` finds you another
    --- exit 4 ---
    ada$ mcp review T1
    tests passed in [SECONDS]
    T1
    T1 submitted: One (in-progress → review)
    hint: somebody else: `mcp --as NAME review T1 --approve`, or `--reject -m TEXT`
    ada$ mcp review T1
    T1
    T1 is in review already: nothing to do
    hint: somebody else: `mcp --as NAME review T1 --approve`, or `--reject -m TEXT`
    codex$ mcp review T1
    error: T1 is in review already, by ada
    hint: `mcp log T1` tells since when
    --- exit 4 ---
    ");
}

#[test]
fn a_verdict_is_the_reviewers_and_never_about_own_work() {
    let sandbox = in_review();
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp review T1 --approve",
        "cursor$ mcp review T1 --reject -m 'hm'",
        "codex$ mcp review T1 --reject",
        "codex$ mcp review T1 --approve",
        "codex$ mcp review T1 --approve",
        "gemini$ mcp review T1 --approve -m 'Reads well'",
        "codex$ mcp review T1 --approve --reject -m 'both'",
    ]), @r#"
    cursor$ mcp review T1 --approve
    error: cursor worked on T1 and cannot review it
    hint: somebody else reviews it, as `mcp --as NAME review …`
    --- exit 1 ---
    cursor$ mcp review T1 --reject -m 'hm'
    error: cursor worked on T1 and cannot review it
    hint: somebody else reviews it, as `mcp --as NAME review …`
    --- exit 1 ---
    codex$ mcp review T1 --reject
    error: a rejection says why
    hint: `mcp review T1 --reject -m "what is wrong, and where"`
    --- exit 2 ---
    codex$ mcp review T1 --approve
    T1
    T1 approved: One (in review)
    hint: `mcp complete T1` finishes it
    codex$ mcp review T1 --approve
    T1
    T1 has your approval already: nothing to do
    hint: `mcp complete T1` finishes it
    gemini$ mcp review T1 --approve -m 'Reads well'
    T1
    T1 approved: One (in review)
    hint: `mcp complete T1` finishes it
    codex$ mcp review T1 --approve --reject -m 'both'
    error: the argument '--approve' cannot be used with '--reject'

    Usage: mcp review --approve --message <TEXT> <ID>

    For more information, try '--help'.
    --- exit 2 ---
    "#);
    insta::assert_snapshot!(sandbox.text_of("T1").split("## Review feedback").nth(1).expect("a section"), @"


    - [TIME] codex approved tree:[OID]
    - [TIME] gemini approved tree:[OID]: Reads well

    ## Evidence

    - [TIME] cursor tests passed [SECONDS] tree:[OID] `sh check.sh`

    ## Log

    - [TIME] ada created
    - [TIME] ada prepared
    - [TIME] cursor claimed on main
    - [TIME] cursor checked 1: It works; checked 2: Nothing that users see has changed, or it is said
    - [TIME] cursor checks passed, now in review
    - [TIME] codex approved
    - [TIME] gemini approved
    ");
}

#[test]
fn a_rejection_sends_it_back_to_its_holder() {
    let sandbox = in_review();
    insta::assert_snapshot!(sandbox.typed(&[
        "codex$ mcp review T1 --reject -m 'No test for the empty list\n\nSee code.txt:1'",
        "codex$ mcp review T1 --reject -m 'No test for the empty list\n\nSee code.txt:1'",
        "gemini$ mcp claim T1",
        "cursor$ mcp next",
        "cursor$ mcp claim T1",
    ]), @"
    codex$ mcp review T1 --reject -m 'No test for the empty list

    See code.txt:1'
    T1
    T1 rejected: One (review → ready)
    codex$ mcp review T1 --reject -m 'No test for the empty list

    See code.txt:1'
    T1
    T1 has been rejected with these words already: nothing to do
    gemini$ mcp claim T1
    error: T1 is kept for cursor
    hint: `mcp claim T1 --force --reason TEXT` takes it all the same
    --- exit 4 ---
    cursor$ mcp next
    T1        ready  P1  One
    it came back to you: rejected: No test for the empty list
    read `mcp show T1`, mend it and commit
    cursor$ mcp claim T1
    T1
    T1 claimed by cursor: One (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    ");
    insta::assert_snapshot!(sandbox.text_of("T1").split("## Review feedback").nth(1).expect("a section"), @"


    - [TIME] codex rejected: No test for the empty list

      See code.txt:1

    ## Evidence

    - [TIME] cursor tests passed [SECONDS] tree:[OID] `sh check.sh`

    ## Log

    - [TIME] ada created
    - [TIME] ada prepared
    - [TIME] cursor claimed on main
    - [TIME] cursor checked 1: It works; checked 2: Nothing that users see has changed, or it is said
    - [TIME] cursor checks passed, now in review
    - [TIME] codex rejected
    - [TIME] cursor claimed on main
    ");
}

#[test]
fn verdicts_are_for_tasks_in_review() {
    let sandbox = Sandbox::with_board();
    sandbox.claimed_task("One");
    sandbox.ready_task("Two");
    insta::assert_snapshot!(sandbox.typed(&[
        "codex$ mcp review T1 --approve",
        "codex$ mcp review T2 --reject -m no",
        "codex$ mcp review T2",
    ]), @"
    codex$ mcp review T1 --approve
    error: T1 is in in-progress, so it cannot be approved or rejected
    hint: its holder hands it over by a passing commit, or with `mcp review`
    --- exit 1 ---
    codex$ mcp review T2 --reject -m no
    error: T2 is in ready, so it cannot be approved or rejected
    hint: `mcp show T2` tells where it is
    --- exit 1 ---
    codex$ mcp review T2
    error: T2 is in ready, so it cannot be reviewed
    hint: `mcp claim T2` starts the work; commits made without it are tied by `mcp attach T2 RANGE`
    --- exit 1 ---
    ");
}

#[test]
fn asks_a_chat_agent_and_takes_its_verdict() {
    let sandbox = in_review();
    let prompt = sandbox.typed(&["ada$ mcp review T1 --prompt"]);
    insta::assert_snapshot!(prompt, @"
    ada$ mcp review T1 --prompt
    You review a change. Answer with one line `Verdict: approve` or `Verdict: reject`, and below it, under a heading `## Review`, what is wrong and where (file and line), or what you looked at.
    Reject only for what breaks a criterion, loses data, or misleads a user.

    # The task

    ```
    ---
    id: T1
    title: One
    priority: P1
    kind: chore
    functional: no
    assignee: cursor
    created: [TIME]
    rev: 4
    branch: main
    base: [OID]
    tested: [OID]
    ---
    ## Goal

    It works

    ## Acceptance criteria

    - [x] It works

    ## Definition of ready

    - The goal and at least one criterion are filled in, and what it depends on exists

    ## Definition of done

    - [x] Nothing that users see has changed, or it is said

    ## Files affected

    <!-- One path a line: - src/example.rs -->

    ## Validation

    <!-- How to see that it works -->

    ## Implementation notes

    <!-- What the next worker should know -->

    ## Evidence

    - [TIME] cursor tests passed [SECONDS] tree:[OID] `sh check.sh`

    ## Log

    - [TIME] ada created
    - [TIME] ada prepared
    - [TIME] cursor claimed on main
    - [TIME] cursor checked 1: It works; checked 2: Nothing that users see has changed, or it is said
    - [TIME] cursor checks passed, now in review
    ```

    # The change

    ```
    diff --git a/code.txt b/code.txt
    index [SHORT]..[SHORT] 100644
    --- a/code.txt
    +++ b/code.txt
    @@ -1 +1,2 @@
     one
    +work
    ```

    hint: paste it into the chat, then `mcp --as NAME review T1 --from FILE` with the answer
    ");
    insta::assert_snapshot!(sandbox.typed(&[
        "chatgpt$ echo 'Looks fine to me!' | mcp review T1 --from -",
        "chatgpt$ printf 'Some thoughts.\\n\\n**Verdict: Reject**\\n\\n## Review\\n\\ncode.txt:2 is a lie\\n' | mcp review T1 --from -",
    ]), @r"
    chatgpt$ echo 'Looks fine to me!' | mcp review T1 --from -
    error: the answer has no line `Verdict: approve` or `Verdict: reject`
    hint: ask for it, or say it yourself: `mcp review T1 --approve`
    --- exit 2 ---
    chatgpt$ printf 'Some thoughts.\n\n**Verdict: Reject**\n\n## Review\n\ncode.txt:2 is a lie\n' | mcp review T1 --from -
    T1
    T1 rejected: One (review → ready)
    ");
    let sandbox = in_review();
    insta::assert_snapshot!(sandbox.typed(&[
        "chatgpt$ printf '```\\nVerdict: approve\\n\\n## Review\\n\\nI read code.txt\\n```\\n' | mcp review T1 --from -",
    ]), @r"
    chatgpt$ printf '```\nVerdict: approve\n\n## Review\n\nI read code.txt\n```\n' | mcp review T1 --from -
    T1
    T1 approved: One (in review)
    hint: `mcp complete T1` finishes it
    ");
    insta::assert_snapshot!(sandbox.text_of("T1").split("## Review feedback").nth(1).expect("a section"), @"


    - [TIME] chatgpt approved tree:[OID]: I read code.txt

    ## Evidence

    - [TIME] cursor tests passed [SECONDS] tree:[OID] `sh check.sh`

    ## Log

    - [TIME] ada created
    - [TIME] ada prepared
    - [TIME] cursor claimed on main
    - [TIME] cursor checked 1: It works; checked 2: Nothing that users see has changed, or it is said
    - [TIME] cursor checks passed, now in review
    - [TIME] chatgpt approved
    ");
}
