use crate::support::Sandbox;

#[test]
fn red_then_green_then_refactor_through_real_commits() {
    let sandbox = Sandbox::with_board();
    sandbox.set_checks(&[("tests", "sh check.sh")]);
    let _ = sandbox.mcp_args(&["create", "One", "--kind", "tdd", "--goal", "g", "--ac", "a", "--claim"]).success();
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ git add -A && git commit -q -m board --no-verify",
        "ada$ echo idea >> code.txt && git commit -q -a -m 'Code before its test'",
        "ada$ mcp show T1 | grep phase",
        "ada$ echo 'grep -q three code.txt' > check.sh && git commit -q -a -m 'A test that fails'",
        "ada$ mcp show T1 | grep -E 'state|phase'",
        "ada$ echo four >> code.txt && git commit -q -a -m 'Not it yet'",
        "ada$ echo three >> code.txt && git add -A && git commit -q -m 'It passes'",
        "ada$ mcp show T1 | grep -E 'state|phase'",
        "ada$ sed -i /idea/d code.txt && git commit -q -a -m Tidied",
        "ada$ mcp show T1 | grep -E 'state|phase'",
        "ada$ mcp edit T1 --check all --quiet; mcp complete T1",
    ]), @"
    ada$ git add -A && git commit -q -m board --no-verify
    ada$ echo idea >> code.txt && git commit -q -a -m 'Code before its test'
    tests passed in [SECONDS]
    error: T1 is in the phase red, but its checks pass
    hint: commit a test that fails first, or leave test-driven work: `mcp edit T1 --set phase=refactor`
    --- exit 1 ---
    ada$ mcp show T1 | grep phase
      phase      red
    ada$ echo 'grep -q three code.txt' > check.sh && git commit -q -a -m 'A test that fails'
    tests failed (exit code 1) after [SECONDS]
    the checks fail, as they should before the code is there; now make them pass
    T1 stays in in-progress; the evidence is in this commit
    ada$ mcp show T1 | grep -E 'state|phase'
      state      in-progress
      phase      green
    ada$ echo four >> code.txt && git commit -q -a -m 'Not it yet'
    tests failed (exit code 1) after [SECONDS]
    error: tests failed
    hint: read .mcp/tasks/ready/T1-one.md, mend it, and commit again; all of the output: [WORLD]/repo/.git/mcp/logs/tests.log
    --- exit 1 ---
    ada$ echo three >> code.txt && git add -A && git commit -q -m 'It passes'
    tests passed in [SECONDS]
    T1 goes to review in this commit
    ada$ mcp show T1 | grep -E 'state|phase'
      state      review
      phase      refactor
    ada$ sed -i /idea/d code.txt && git commit -q -a -m Tidied
    tests passed in [SECONDS]
    T1 stays in review; the evidence is in this commit
    ada$ mcp show T1 | grep -E 'state|phase'
      state      review
      phase      refactor
    ada$ mcp edit T1 --check all --quiet; mcp complete T1
    T1
    T1
    T1 completed: One (review → done)
    committed the board as [SHORT]
    ");
    insta::assert_snapshot!(sandbox.text_of("T1").split("## Error context").nth(1).expect("a section"), @"


    - [TIME] ada tests failed (exit code 1) (attempt 1) tree:[OID]

    ## Evidence

    - [TIME] ada tests failed [SECONDS] tree:[OID] red `sh check.sh`
    - [TIME] ada tests passed [SECONDS] tree:[OID] `sh check.sh`
    - [TIME] ada tests passed [SECONDS] tree:[OID] `sh check.sh`

    ## Log

    - [TIME] ada created
    - [TIME] ada prepared
    - [TIME] ada claimed on main
    - [TIME] ada the checks fail as they should (red); now make them pass
    - [TIME] ada checks failed: tests (attempt 1)
    - [TIME] ada checks passed, now in review
    - [TIME] ada checks passed
    - [TIME] ada checked 1: a; checked 2: The test was seen to fail before the code was written; checked 3: The code was tidied after the test passed
    - [TIME] ada completed
    ");
}
