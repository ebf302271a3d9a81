use super::in_review;
use crate::support::Sandbox;

#[test]
fn names_everything_that_is_missing() {
    let sandbox = in_review();
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp edit T1 --uncheck 1,2 --quiet && mcp ask T1 -m 'Which port?' --quiet",
        "cursor$ mcp complete T1",
        "cursor$ mcp complete T1 --json",
        "cursor$ mcp complete T1 --force --reason 'the vendor decides'",
        "cursor$ mcp log T1 | tail -n 1",
    ]), @r#"
    cursor$ mcp edit T1 --uncheck 1,2 --quiet && mcp ask T1 -m 'Which port?' --quiet
    T1
    T1
    cursor$ mcp complete T1
    error: T1 is not done:
      - criterion 1 is open: It works
      - definition of done, box 2 is open: Nothing that users see has changed, or it is said
      - a question is open: [TIME] cursor (needs input): Which port?
    hint: `mcp edit T1 --check N` ticks a box, `--check all` every one; `mcp show T1` has all of it
    --- exit 1 ---
    cursor$ mcp complete T1 --json
    {"schema":1,"error":{"code":"not_done","message":"T1 is not done:\n  - criterion 1 is open: It works\n  - definition of done, box 2 is open: Nothing that users see has changed, or it is said\n  - a question is open: [TIME] cursor (needs input): Which port?","hint":"`mcp edit T1 --check N` ticks a box, `--check all` every one; `mcp show T1` has all of it","task":"T1","missing":["criterion 1 is open: It works","definition of done, box 2 is open: Nothing that users see has changed, or it is said","a question is open: [TIME] cursor (needs input): Which port?"]}}
    --- exit 1 ---
    cursor$ mcp complete T1 --force --reason 'the vendor decides'
    T1
    T1 completed: One (review → done)
    committed the board as [SHORT]
    cursor$ mcp log T1 | tail -n 1
    [TIME]  cursor  completed by force: the vendor decides
    "#);
}

#[test]
fn needs_a_commit_of_the_task() {
    let sandbox = Sandbox::with_board();
    sandbox.claimed_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp edit T1 --check all --quiet",
        "ada$ mcp review T1",
        "ada$ mcp complete T1",
        "ada$ echo two >> code.txt && git add -A && git commit -q -m work",
        "ada$ mcp complete T1",
        "ada$ git status --short",
    ]), @"
    ada$ mcp edit T1 --check all --quiet
    T1
    ada$ mcp review T1
    tests passed in [SECONDS]
    T1
    T1 submitted: One (in-progress → review)
    hint: somebody else: `mcp --as NAME review T1 --approve`, or `--reject -m TEXT`
    ada$ mcp complete T1
    error: T1 is not done: it has no commit since it was claimed (a `Task:` trailer ties one to it, or `mcp attach`)
    hint: `mcp show T1` has all of it
    --- exit 1 ---
    ada$ echo two >> code.txt && git add -A && git commit -q -m work
    tests passed in [SECONDS]
    T1 stays in review; the evidence is in this commit
    ada$ mcp complete T1
    T1
    T1 completed: One (review → done)
    committed the board as [SHORT]
    ada$ git status --short
    ");
}

#[test]
fn runs_checks_of_which_there_is_no_evidence() {
    let sandbox = in_review();
    sandbox.set_checks(&[("tests", "sh check.sh"), ("lint", "test ! -e ugly")]);
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ MCP_TASK=none git commit -q -a -m 'A second check'",
        "cursor$ touch ugly && git add ugly && git commit -q --no-verify -m ugly",
        "cursor$ mcp complete T1",
        "cursor$ git rm -q ugly && git commit -q --no-verify -m pretty",
        "cursor$ mcp complete T1",
    ]), @"
    cursor$ MCP_TASK=none git commit -q -a -m 'A second check'
    cursor$ touch ugly && git add ugly && git commit -q --no-verify -m ugly
    cursor$ mcp complete T1
    tests passed in [SECONDS]
    lint failed (exit code 1) after [SECONDS]
    error: lint failed
    hint: all of the output: [WORLD]/repo/.git/mcp/logs/lint.log
    --- exit 1 ---
    cursor$ git rm -q ugly && git commit -q --no-verify -m pretty
    cursor$ mcp complete T1
    lint passed in [SECONDS]
    T1
    T1 completed: One (review → done)
    committed the board as [SHORT]
    ");
    insta::assert_snapshot!(sandbox.text_of("T1").split("## Evidence").nth(1).expect("a section"), @"


    - [TIME] cursor tests passed [SECONDS] tree:[OID] `sh check.sh`
    - [TIME] cursor lint passed [SECONDS] tree:[OID] `test ! -e ugly`

    ## Log

    - [TIME] ada created
    - [TIME] ada prepared
    - [TIME] cursor claimed on main
    - [TIME] cursor checked 1: It works; checked 2: Nothing that users see has changed, or it is said
    - [TIME] cursor checks passed, now in review
    - [TIME] cursor checks failed: lint
    - [TIME] cursor completed
    ");
}

#[test]
fn kinds_without_evidence_and_boards_without_checks() {
    let sandbox = Sandbox::with_board();
    sandbox.set_checks(&[]);
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp create Research --kind research --goal g --ac a --claim --quiet",
        "ada$ mcp edit T1 --check all --quiet && mcp review T1",
        "ada$ mcp complete T1",
        "ada$ mcp create Two --kind chore --goal g --ac a --claim --quiet",
        "ada$ mcp edit T2 --check all --quiet && echo two >> code.txt && git add -A && git commit -q -m work",
        "ada$ mcp list; mcp review T2",
        "ada$ mcp complete T2",
        "ada$ mcp log T2",
    ]), @"
    ada$ mcp create Research --kind research --goal g --ac a --claim --quiet
    T1
    ada$ mcp edit T1 --check all --quiet && mcp review T1
    T1
    T1
    T1 submitted: Research (in-progress → review)
    hint: somebody else: `mcp --as NAME review T1 --approve`, or `--reject -m TEXT`
    ada$ mcp complete T1
    T1
    T1 completed: Research (review → done)
    committed the board as [SHORT]
    ada$ mcp create Two --kind chore --goal g --ac a --claim --quiet
    T2
    ada$ mcp edit T2 --check all --quiet && echo two >> code.txt && git add -A && git commit -q -m work
    T2
    no checks are configured, so nothing was checked
    T2 goes to review in this commit
    ada$ mcp list; mcp review T2
    ID        STATE   P   KIND   ASSIGNEE  TITLE
    T2        review  P1  chore  ada       Two
    T2
    T2 is in review already: nothing to do
    hint: somebody else: `mcp --as NAME review T2 --approve`, or `--reject -m TEXT`
    ada$ mcp complete T2
    T2
    T2 completed: Two (review → done)
    no checks are configured, so nothing was checked
    committed the board as [SHORT]
    ada$ mcp log T2
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  ada  claimed on main
    [TIME]  ada  checked 1: a; checked 2: Nothing that users see has changed, or it is said
    [TIME]  ada  committed, nothing was checked
    [TIME]  ada  completed, nothing was checked
    ");
}

#[test]
fn again_is_no_news_for_the_holder_and_a_refusal_for_others() {
    let sandbox = in_review();
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp complete T1",
        "cursor$ mcp complete T1",
        "codex$ mcp complete T1",
        "cursor$ mcp complete T1 --json",
    ]), @r#"
    cursor$ mcp complete T1
    T1
    T1 completed: One (review → done)
    committed the board as [SHORT]
    cursor$ mcp complete T1
    T1
    T1 is done already: nothing to do
    codex$ mcp complete T1
    error: T1 is in done already, by cursor
    hint: `mcp log T1` tells since when
    --- exit 4 ---
    cursor$ mcp complete T1 --json
    T1 is done already: nothing to do
    {"schema":1,"event":"completed","noop":true,"task":{"id":"T1","title":"One","state":"done","priority":"P1","kind":"chore","labels":[],"depends_on":[],"needs":[],"parent":null,"assignee":"cursor","created":"[TIME]","rev":5,"branch":"main","base":"[OID]","tested":"[OID]","attempts":0,"blocked":null,"path":".mcp/tasks/done/T1-one.md"}}
    "#);
}

#[test]
fn refuses_other_states() {
    let sandbox = Sandbox::with_board();
    sandbox.claimed_task("One");
    sandbox.ready_task("Two");
    insta::assert_snapshot!(sandbox.typed(&["ada$ mcp complete T1", "ada$ mcp complete T2"]), @"
    ada$ mcp complete T1
    error: T1 is in in-progress, so it cannot be completed
    hint: commit it, or hand it over with `mcp review T1`
    --- exit 1 ---
    ada$ mcp complete T2
    error: T2 is in ready, so it cannot be completed
    hint: `mcp show T2` tells what comes next
    --- exit 1 ---
    ");
}

#[test]
fn claims_the_next_task_at_once() {
    let sandbox = in_review();
    sandbox.ready_task("Two");
    insta::assert_snapshot!(sandbox.typed(&["cursor$ mcp complete T1 --next"]), @"
    cursor$ mcp complete T1 --next
    T1
    T1 completed: One (review → done)
    committed the board as [SHORT]
    T2
    T2 claimed: Two
    ");
    super::hand_over(&sandbox, "T2");
    insta::assert_snapshot!(sandbox.typed(&["cursor$ mcp complete T2 --next"]), @"
    cursor$ mcp complete T2 --next
    T2
    T2 completed: Two (review → done)
    committed the board as [SHORT]
    there is nothing that cursor could claim
    ");
}

#[test]
fn commits_its_own_paths_and_leaves_the_index_alone() {
    let sandbox = in_review();
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ echo staged > staged.txt && git add staged.txt && echo unstaged >> code.txt && echo > untracked.txt",
        "cursor$ mcp complete T1",
        "cursor$ git show --no-renames --name-status --format=%s",
        "cursor$ git status --short",
    ]), @"
    cursor$ echo staged > staged.txt && git add staged.txt && echo unstaged >> code.txt && echo > untracked.txt
    cursor$ mcp complete T1
    T1
    T1 completed: One (review → done)
    committed the board as [SHORT]
    cursor$ git show --no-renames --name-status --format=%s
    T1: completed

    A	.mcp/tasks/done/T1-one.md
    D	.mcp/tasks/review/T1-one.md
    cursor$ git status --short
     M code.txt
    A  staged.txt
    ?? untracked.txt
    ");
}

#[test]
fn leaves_the_change_uncommitted_when_asked() {
    let sandbox = in_review();
    insta::assert_snapshot!(sandbox.typed(&["cursor$ mcp complete T1 --no-commit", "cursor$ git status --short"]), @"
    cursor$ mcp complete T1 --no-commit
    T1
    T1 completed: One (review → done)
    cursor$ git status --short
     D .mcp/tasks/review/T1-one.md
    ?? .mcp/tasks/done/T1-one.md
    ");
    let sandbox = in_review();
    sandbox.add_config("board: { commit: never }");
    insta::assert_snapshot!(sandbox.typed(&["cursor$ mcp complete T1", "cursor$ git status --short"]), @"
    cursor$ mcp complete T1
    T1
    T1 completed: One (review → done)
    cursor$ git status --short
     M .mcp/config.yaml
     D .mcp/tasks/review/T1-one.md
    ?? .mcp/tasks/done/T1-one.md
    ");
}
