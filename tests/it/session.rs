//! One task's whole life, as a terminal shows it: read this first.
//!
//! A person writes a task down, a chat agent that sees no files fills it in, one coding agent does the work, another
//! reviews it. Everything is real: a cargo package, its tests, git, the hooks.

use super::support::Sandbox;

const PACKAGE: &str = "[package]\nname = \"health\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";

const DELAYS: &str = "\
/// How many seconds to wait before each try.
pub fn delays(tries: u32) -> Vec<u32> {
    vec![1; tries as usize]
}

#[cfg(test)]
mod tests {
    use super::delays;
}
";

const ANSWER: &str = "\
Sure! Here is the prepared task:

```markdown
## Goal

A service that is slow to start is not called dead.

## Acceptance criteria

- [ ] Each delay is twice the one before
- [ ] No delay is longer than a minute

## Files affected

- src/lib.rs

## Implementation notes

`1 << n` overflows from the 32nd try on.
```

Let me know if you want it shorter.
";

#[test]
fn a_task_travels_from_create_to_done_and_keeps_all_that_was_said() {
    let sandbox = package();

    // A stub says nothing yet; a chat agent, which sees no files, fills it in.
    insta::assert_snapshot!(sandbox.typed(&["ada$ mcp prep T1"]), @"
    ada$ mcp prep T1
    error: T1 is not ready:
      - it has no goal
      - acceptance criterion 1 is still a placeholder
    hint: fill it in with `mcp prep T1 --goal TEXT --ac TEXT` or `mcp edit T1`, or have a chat agent do it: `mcp prep T1 --prompt`
    --- exit 1 ---
    ");
    insta::assert_snapshot!(sandbox.typed(&["chatgpt$ mcp prep T1 --from answer.txt && rm answer.txt"]), @"
    chatgpt$ mcp prep T1 --from answer.txt && rm answer.txt
    T1
    T1 prepared: Retry health checks (pending → ready)
    hint: `mcp claim T1` starts work on it
    ");

    // A coding agent asks what to do, and takes it.
    insta::assert_snapshot!(sandbox.typed(&["cursor$ mcp next", "cursor$ mcp claim --branch", "cursor$ git status --short"]), @"
    cursor$ mcp next
    T1        ready  P1  Retry health checks
    take it: `mcp claim T1`
    cursor$ mcp claim --branch
    T1
    T1 claimed by cursor: Retry health checks (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    cursor$ git status --short
    ?? .mcp/tasks/in-progress/T1-retry-health-checks.md
    ");

    // The test comes first, so the first commit is refused, and the task remembers why.
    add_test(&sandbox, "delays_double", "assert_eq!(delays(4), [1, 2, 4, 8]);");
    insta::assert_snapshot!(sandbox.typed(&["cursor$ git commit -q -a -m 'Delays double'", "cursor$ mcp next", "cursor$ git status --short"]), @"
    cursor$ git commit -q -a -m 'Delays double'
    tests failed (exit code 101) after [SECONDS]
    tests: 1 of 1 failed
      tests::delays_double at src/lib.rs:12:9: assertion `left == right` failed
    error: tests failed
    hint: read .mcp/tasks/ready/T1-retry-health-checks.md, mend it, and commit again; all of the output: [WORLD]/repo/.git/mcp/logs/tests.log
    --- exit 1 ---
    cursor$ mcp next
    T1        ready  P1  Retry health checks
    it came back to you: tests failed (exit code 101): 1 of 1 failed (attempt 1); tests::delays_double at src/lib.rs:12:9: assertion `left == right` failed
    read `mcp show T1`, mend it and commit
    cursor$ git status --short
     M src/lib.rs
    ?? .mcp/tasks/ready/T1-retry-health-checks.md
    ");

    // Mended, the commit passes and carries the task into review.
    edit_code(&sandbox, "vec![1; tries as usize]", "(0..tries).map(|n| 1 << n).collect()");
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp note T1 -m 'Shifting is enough for so few tries'",
        "cursor$ git add -A && git commit -q -m 'Delays double'",
        "cursor$ git status --short",
    ]), @"
    cursor$ mcp note T1 -m 'Shifting is enough for so few tries'
    T1
    T1 noted: Retry health checks (in ready)
    cursor$ git add -A && git commit -q -m 'Delays double'
    tests passed in [SECONDS]
    T1 goes to review in this commit
    cursor$ git status --short
    ");

    // The reviewer sends it back, and it is kept for the one who had it.
    insta::assert_snapshot!(sandbox.typed(&["codex$ mcp next", "codex$ mcp review T1 --reject -m 'The 40th delay overflows'"]), @"
    codex$ mcp next
    T1        review  P1  Retry health checks
    read it with `mcp show T1`, then `mcp review T1 --approve` or `--reject -m TEXT`
    codex$ mcp review T1 --reject -m 'The 40th delay overflows'
    T1
    T1 rejected: Retry health checks (review → ready)
    ");

    // Another test, another failure, another passing commit; done it is not before it is all ticked and approved.
    add_test(&sandbox, "no_delay_is_over_a_minute", "assert_eq!(delays(40).last(), Some(&60));");
    insta::assert_snapshot!(sandbox.typed(&["cursor$ mcp next", "cursor$ git commit -q -a -m 'No delay is over a minute'"]), @"
    cursor$ mcp next
    T1        ready  P1  Retry health checks
    it came back to you: rejected: The 40th delay overflows
    read `mcp show T1`, mend it and commit
    cursor$ git commit -q -a -m 'No delay is over a minute'
    tests failed (exit code 101) after [SECONDS]
    tests: 1 of 2 failed
      tests::no_delay_is_over_a_minute at src/lib.rs:3:24: attempt to shift left with overflow
    error: tests failed
    hint: read .mcp/tasks/ready/T1-retry-health-checks.md, mend it, and commit again; all of the output: [WORLD]/repo/.git/mcp/logs/tests.log
    --- exit 1 ---
    ");

    edit_code(&sandbox, "1 << n", "60.min(1 << n.min(6))");
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ git add -A && git commit -q -m 'No delay is over a minute'",
        "cursor$ mcp complete T1",
        "cursor$ mcp edit T1 --check all",
    ]), @"
    cursor$ git add -A && git commit -q -m 'No delay is over a minute'
    tests passed in [SECONDS]
    T1 goes to review in this commit
    cursor$ mcp complete T1
    error: T1 is not done:
      - criterion 1 is open: Each delay is twice the one before
      - criterion 2 is open: No delay is longer than a minute
      - definition of done, box 3 is open: A test fails without the fix and passes with it
      - nobody else has approved it (`mcp review T1 --approve`, by somebody who did not work on it)
    hint: `mcp edit T1 --check N` ticks a box, `--check all` every one; `mcp show T1` has all of it
    --- exit 1 ---
    cursor$ mcp edit T1 --check all
    T1
    T1 edited: Retry health checks (in review)
    ");

    // Approved and completed; nothing is left lying about.
    insta::assert_snapshot!(sandbox.typed(&["codex$ mcp review T1 --approve -m 'Read src/lib.rs'"]), @"
    codex$ mcp review T1 --approve -m 'Read src/lib.rs'
    T1
    T1 approved: Retry health checks (in review)
    hint: `mcp complete T1` finishes it
    ");
    insta::assert_snapshot!(sandbox.typed(&["cursor$ mcp complete T1", "cursor$ git status --short", "cursor$ git log --format='%(trailers:key=Task,valueonly,separator=%x2C) %s'"]), @"
    cursor$ mcp complete T1
    T1
    T1 completed: Retry health checks (review → done)
    committed the board as [SHORT]
    cursor$ git status --short
    cursor$ git log --format='%(trailers:key=Task,valueonly,separator=%x2C) %s'
     T1: completed
    T1 No delay is over a minute
    T1 Delays double
     A package and its board
    ");

    // All that was said is in the one file.
    insta::assert_snapshot!(sandbox.board(), @"tasks/done/T1-retry-health-checks.md");
    insta::assert_snapshot!(sandbox.text_of("T1"), @"
    ---
    id: T1
    title: Retry health checks
    priority: P1
    kind: bug
    functional: yes
    assignee: cursor
    created: [TIME]
    rev: 8
    branch: task/T1
    base: [OID]
    tested: [OID]
    attempts: 0
    ---
    ## Goal

    A service that is slow to start is not called dead.

    ## Acceptance criteria

    - [x] Each delay is twice the one before
    - [x] No delay is longer than a minute

    ## Definition of ready

    - The goal and at least one criterion are filled in, and what it depends on exists

    ## Definition of done

    - [x] A test fails without the fix and passes with it

    ## Files affected

    - src/lib.rs

    ## Validation

    <!-- How to see that it works -->

    ## Implementation notes

    `1 << n` overflows from the 32nd try on.

    ## Review feedback

    - [TIME] codex rejected: The 40th delay overflows
    - [TIME] codex approved tree:[OID]: Read src/lib.rs

    ## Error context

    - [TIME] cursor tests failed (exit code 101): 1 of 1 failed (attempt 1); tests::delays_double at src/lib.rs:12:9: assertion `left == right` failed tree:[OID]
    - [TIME] cursor tests failed (exit code 101): 1 of 2 failed (attempt 1); tests::no_delay_is_over_a_minute at src/lib.rs:3:24: attempt to shift left with overflow tree:[OID]

    ## Evidence

    - [TIME] cursor tests passed [SECONDS] tree:[OID] `cargo test --locked`
    - [TIME] cursor tests passed [SECONDS] tree:[OID] `cargo test --locked`

    ## Log

    - [TIME] ada created
    - [TIME] chatgpt filled in goal, acceptance criteria, files affected, implementation notes
    - [TIME] chatgpt prepared
    - [TIME] cursor claimed on task/T1
    - [TIME] cursor checks failed: tests (attempt 1)
    - [TIME] cursor note: Shifting is enough for so few tries
    - [TIME] cursor checks passed, now in review
    - [TIME] codex rejected
    - [TIME] cursor checks failed: tests (attempt 1)
    - [TIME] cursor checks passed, now in review
    - [TIME] cursor checked 1: Each delay is twice the one before; checked 2: No delay is longer than a minute; checked 3: A test fails without the fix and passes with it
    - [TIME] codex approved
    - [TIME] cursor completed
    ");
}

/// A package with a board and one task.
fn package() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.write("Cargo.toml", PACKAGE);
    sandbox.write("Cargo.lock", "version = 3\n\n[[package]]\nname = \"health\"\nversion = \"0.1.0\"\n");
    sandbox.write(".gitignore", "/target\n");
    sandbox.write("src/lib.rs", DELAYS);
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp init",
        "ada$ git add -A && git commit -q -m 'A package and its board'",
        "ada$ mcp create 'Retry health checks' --kind bug",
    ]), @r#"
    ada$ mcp init
    .mcp/.gitignore
    .mcp/config.yaml
    made a board in .mcp; commit it so that everybody has it: git add .mcp && git commit -m "Add a task board"
    check tests: `cargo test --locked`
    installed the git hooks: commits of a task run its checks from now on
    hint: `cargo publish` would take the board along: exclude = [".mcp/"] below [package] keeps it out
    hint: `mcp create "What is to be done"` writes the first task down
    ada$ git add -A && git commit -q -m 'A package and its board'
    ada$ mcp create 'Retry health checks' --kind bug
    T1
    T1 created: Retry health checks (in pending)
    its file is .mcp/tasks/pending/T1-retry-health-checks.md
    hint: `mcp prep T1 --goal TEXT --ac TEXT` makes it ready, or `mcp edit T1` and then `mcp prep T1`
    "#);
    sandbox.write("answer.txt", ANSWER);
    sandbox
}

fn edit_code(sandbox: &Sandbox, from: &str, to: &str) {
    let code = sandbox.read("src/lib.rs");
    assert!(code.contains(from), "{from} is in {code}");
    sandbox.write("src/lib.rs", &code.replacen(from, to, 1));
}

fn add_test(sandbox: &Sandbox, name: &str, line: &str) {
    edit_code(sandbox, "delays;\n", &format!("delays;\n\n    #[test]\n    fn {name}() {{\n        {line}\n    }}\n"));
}
