use super::listing::{at_noon, still_board};
use crate::support::Sandbox;

/// Closed tasks with fixed ids, committed: two done in different months, one dropped, one failed; no retrospectives.
fn closed_tasks() -> Sandbox {
    let sandbox = Sandbox::with_board();
    sandbox.add_config("retro: { every: 0 }");
    let tasks = [
        ("done/t-222222-one", "title: One", "- 2026-09-02T10:00:00Z ada completed"),
        ("done/t-333333-two", "title: Two", "- 2026-11-03T10:00:00Z ada completed"),
        ("failed/t-444444-three", "title: Three\nresolution: dropped", "- 2026-11-04T10:00:00Z ada dropped"),
        ("failed/t-555555-four", "title: Four", "- 2026-11-05T10:00:00Z ada failed"),
    ];
    for (path, front, log) in tasks {
        let id = &path.split('/').nth(1).expect("a name")[..8];
        let text = format!(
            "---\nid: {id}\n{front}\ncreated: 2026-09-01T10:00:00Z\n---\n## Goal\n\nrare words\n\n## Log\n\n{log}\n"
        );
        sandbox.write(&format!(".mcp/tasks/{path}.md"), &text);
    }
    sandbox.git("add -A");
    sandbox.git("commit -q -m board");
    sandbox
}

#[test]
fn what_is_over_is_put_away_by_month_in_one_commit() {
    let sandbox = closed_tasks();
    sandbox.write("code.txt", "unstaged\n");
    insta::assert_snapshot!(at_noon(&sandbox, &[
        "mcp archive --older-than 30d --dry-run",
        "mcp archive state:done --older-than 30d",
        "mcp archive",
        "mcp archive",
        "git show --stat=100 --format=%s HEAD",
        "git status --short",
        "mcp list --all --columns id,state,title",
        "mcp archive id:555",
        "mcp archive --older-than soon",
    ]), @"
    $ mcp archive --older-than 30d --dry-run
    t-222222  .mcp/archive/2026-09/t-222222-one.md  One
    $ mcp archive state:done --older-than 30d
    t-222222  .mcp/archive/2026-09/t-222222-one.md  One
    committed the board as [SHORT]
    $ mcp archive
    t-333333  .mcp/archive/2026-11/t-333333-two.md  Two
    t-444444  .mcp/archive/2026-11/t-444444-three.md  Three
    t-555555 stays: it failed and may be tried again; `mcp drop` says that nobody will do it
    committed the board as [SHORT]
    $ mcp archive
    t-555555 stays: it failed and may be tried again; `mcp drop` says that nobody will do it
    there is nothing to put away
    $ git show --stat=100 --format=%s HEAD
    archive: 2 tasks

     .mcp/{tasks/done => archive/2026-11}/t-333333-two.md     | 0
     .mcp/{tasks/failed => archive/2026-11}/t-444444-three.md | 0
     2 files changed, 0 insertions(+), 0 deletions(-)
    $ git status --short
     M code.txt
    $ mcp list --all --columns id,state,title
    ID        STATE   TITLE
    t-555555  failed  Four
    $ mcp archive id:555
    t-555555 stays: it failed and may be tried again; `mcp drop` says that nobody will do it
    there is nothing to put away
    $ mcp archive --older-than soon
    error: `soon` is no span of time
    hint: such as 30d or 12h
    --- exit 2 ---
    ");
    insta::assert_snapshot!(sandbox.tree(), @"
    archive/2026-09/t-222222-one.md
    archive/2026-11/t-333333-two.md
    archive/2026-11/t-444444-three.md
    tasks/failed/t-555555-four.md
    ");
}

#[test]
fn an_archived_task_still_answers_to_its_id() {
    let sandbox = closed_tasks();
    sandbox.write(
        ".mcp/tasks/ready/t-666666-five.md",
        "---\nid: t-666666\ntitle: Five\ndepends_on: [t-222222, t-444444]\n---\n## Goal\n\ng\n\n## Acceptance criteria\n\n- [ ] a\n",
    );
    insta::assert_snapshot!(at_noon(&sandbox, &[
        "mcp archive --quiet --no-commit",
        "mcp show 222 | head -n 5",
        "mcp log 333",
        "mcp search rare --columns id,title",
        "mcp list --columns id,blocked",
        "mcp stats --archived --json | grep -o '\"done\":2' | head -n 1",
        "git add -A && git commit -q -m away && mcp reopen 333 -m 'not quite'",
        "mcp archive id:333",
        "mcp doctor",
    ]), @r#"
    $ mcp archive --quiet --no-commit
    t-222222  .mcp/archive/2026-09/t-222222-one.md  One
    t-333333  .mcp/archive/2026-11/t-333333-two.md  Two
    t-444444  .mcp/archive/2026-11/t-444444-three.md  Three
    $ mcp show 222 | head -n 5
    t-222222  One
      state      done
      priority   P1
      file       .mcp/archive/2026-09/t-222222-one.md
    $ mcp log 333
    [TIME]  ada  completed
    $ mcp search rare --columns id,title
    ID        TITLE
    t-555555  Four
    $ mcp list --columns id,blocked
    ID        BLOCKED BY
    t-666666  t-444444
    $ mcp stats --archived --json | grep -o '"done":2' | head -n 1
    "done":2
    $ git add -A && git commit -q -m away && mcp reopen 333 -m 'not quite'
    t-333333
    t-333333 reopened: Two (done → ready)
    $ mcp archive id:333
    there is nothing to put away
    $ mcp doctor
    "#);
    assert_eq!(sandbox.state_of("t-333333"), "ready");
    assert!(!sandbox.files().iter().any(|path| path.contains("archive") && path.contains("t-333333")));
}

#[test]
fn done_tasks_stay_until_a_retrospective_has_told_of_them() {
    let sandbox = still_board();
    insta::assert_snapshot!(at_noon(&sandbox, &["mcp archive --dry-run", "mcp archive --dry-run --all"]), @"
    $ mcp archive --dry-run
    t-888888  .mcp/archive/2026-10/t-888888-rewrite.md  Rewrite it
    t-777777 stays: no retrospective has told of it yet; `--all` takes it too
    $ mcp archive --dry-run --all
    t-777777  .mcp/archive/2026-10/t-777777-start.md  Start
    t-888888  .mcp/archive/2026-10/t-888888-rewrite.md  Rewrite it
    ");
}

#[test]
fn a_commit_takes_both_halves_of_what_was_put_away() {
    let sandbox = closed_tasks();
    let _ = sandbox.mcp("archive --no-commit --quiet").success();
    sandbox.write("code.txt", "more\n");
    sandbox.git("commit -q -a -m work");
    assert_eq!(sandbox.status(), "");
}

#[test]
fn a_crash_while_putting_away_leaves_every_task_whole_and_the_next_run_goes_on() {
    for step in 1..24 {
        let sandbox = closed_tasks();
        let mut dying = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
        dying.env("MCP_TEST_DIE_AFTER_STEP", step.to_string()).args(["archive", "--quiet"]);
        let has_ended = sandbox.run(dying).code == Some(0);
        for id in ["t-222222", "t-333333", "t-444444"] {
            let files: Vec<_> = sandbox.files().into_iter().filter(|path| path.contains(id)).collect();
            assert_eq!(files.len(), 1, "after step {step}: {files:#?}");
            let _ = sandbox.mcp(&format!("show {id}")).success();
        }
        let _ = sandbox.mcp("archive --quiet").success();
        assert_eq!(sandbox.status(), "", "after step {step}");
        let tree = sandbox.git("ls-tree -r --name-only HEAD .mcp/archive .mcp/tasks");
        assert_eq!(tree.matches("t-222222").count(), 1, "after step {step}: {tree}");
        if has_ended {
            return;
        }
    }
    panic!("no run came to its end");
}

#[test]
fn what_was_put_away_is_found_when_it_is_asked_for() {
    let sandbox = closed_tasks();
    insta::assert_snapshot!(at_noon(&sandbox, &[
        "mcp archive",
        "mcp search rare",
        "mcp search rare --archived",
        "mcp search rare state:failed --archived",
        "mcp search rare state:ready --archived",
        "mcp search 333",
        "mcp search 333 --archived",
        "mcp search nonsense --archived",
        "mcp list --all --columns id,state,title",
        "mcp list --archived --columns id,state,path",
        "mcp list --archived is:dropped",
        "mcp search rare --archived --json | grep -o '\"path\":\"[^\"]*\"'",
    ]), @r#"
    $ mcp archive
    t-222222  .mcp/archive/2026-09/t-222222-one.md  One
    t-333333  .mcp/archive/2026-11/t-333333-two.md  Two
    t-444444  .mcp/archive/2026-11/t-444444-three.md  Three
    t-555555 stays: it failed and may be tried again; `mcp drop` says that nobody will do it
    committed the board as [SHORT]
    $ mcp search rare
    ID        STATE   P   TITLE
    t-555555  failed  P1  Four
    $ mcp search rare --archived
    ID        STATE   P   TITLE
    t-444444  failed  P1  Three
    t-555555  failed  P1  Four
    t-222222  done    P1  One
    t-333333  done    P1  Two
    $ mcp search rare state:failed --archived
    ID        STATE   P   TITLE
    t-444444  failed  P1  Three
    t-555555  failed  P1  Four
    $ mcp search rare state:ready --archived
    no task says so
    $ mcp search 333
    no task says so; `--archived` looks into the archive, too
    $ mcp search 333 --archived
    ID        STATE  P   TITLE
    t-333333  done   P1  Two
    $ mcp search nonsense --archived
    no task says so
    $ mcp list --all --columns id,state,title
    ID        STATE   TITLE
    t-555555  failed  Four
    $ mcp list --archived --columns id,state,path
    ID        STATE   PATH
    t-444444  failed  .mcp/archive/2026-11/t-444444-three.md
    t-555555  failed  .mcp/tasks/failed/t-555555-four.md
    t-222222  done    .mcp/archive/2026-09/t-222222-one.md
    t-333333  done    .mcp/archive/2026-11/t-333333-two.md
    $ mcp list --archived is:dropped
    ID        STATE   P   TITLE
    t-444444  failed  P1  Three
    $ mcp search rare --archived --json | grep -o '"path":"[^"]*"'
    "path":".mcp/archive/2026-11/t-444444-three.md"
    "path":".mcp/tasks/failed/t-555555-four.md"
    "path":".mcp/archive/2026-09/t-222222-one.md"
    "path":".mcp/archive/2026-11/t-333333-two.md"
    "#);
}
