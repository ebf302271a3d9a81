//! Taking back one's last verb.

use super::support::Sandbox;

#[test]
fn the_last_verb_is_taken_back_and_the_log_says_so() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp undo",
        "cursor$ mcp claim T1 --quiet && mcp undo",
        "cursor$ mcp undo",
        "cursor$ mcp list && mcp log T1",
        "cursor$ mcp edit T1 --set title=Other --quiet && mcp undo && mcp list",
        "cursor$ mcp claim T1 --quiet && mcp fail T1 --quiet && mcp undo && git status --short",
        "cursor$ mcp list",
        "cursor$ mcp release T1 --quiet",
        "codex$ mcp note T1 -m 'I look at it' --quiet",
        "cursor$ mcp undo",
        "ada$ mcp create Two --quiet; mcp undo",
        "ada$ mcp doctor",
    ]), @"
    cursor$ mcp undo
    error: there is no verb of cursor to undo in this worktree
    hint: `mcp log ID` tells what was done to a task
    --- exit 3 ---
    cursor$ mcp claim T1 --quiet && mcp undo
    T1
    T1
    T1 undone: One (in-progress → ready)
    cursor$ mcp undo
    error: the last thing you did to T1 was to undo what came before
    hint: what was undone is done again by its own verb
    --- exit 2 ---
    cursor$ mcp list && mcp log T1
    ID        STATE  P   KIND   TITLE
    T1        ready  P1  chore  One
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  cursor  claimed on main
    [TIME]  cursor  undid: claimed, now in ready
    cursor$ mcp edit T1 --set title=Other --quiet && mcp undo && mcp list
    T1
    T1
    T1 undone: One (in ready)
    ID        STATE  P   KIND   TITLE
    T1        ready  P1  chore  One
    cursor$ mcp claim T1 --quiet && mcp fail T1 --quiet && mcp undo && git status --short
    T1
    T1
    T1
    T1 undone: One (failed → in-progress)
     D .mcp/tasks/failed/T1-one.md
    ?? .mcp/tasks/in-progress/T1-one.md
    cursor$ mcp list
    ID        STATE        P   KIND   ASSIGNEE  TITLE
    T1        in-progress  P1  chore  cursor    One
    cursor$ mcp release T1 --quiet
    T1
    codex$ mcp note T1 -m 'I look at it' --quiet
    T1
    cursor$ mcp undo
    error: something came after your last verb on T1 (released), so it cannot be undone
    hint: `mcp log T1` tells what
    --- exit 1 ---
    ada$ mcp create Two --quiet; mcp undo
    T2
    error: the last thing you did to T2 cannot be undone: created
    hint: tasks are never deleted: `mcp drop` takes it off the board
    --- exit 2 ---
    ada$ mcp doctor
    ");
}

#[test]
fn what_a_person_wrote_since_stays() {
    let sandbox = Sandbox::with_board();
    let id = sandbox.ready_task("One");
    let _ = sandbox.mcp(&format!("edit {id} --set size=big")).success();
    let file = sandbox.file_of(&id);
    sandbox.write(&file, &sandbox.read(&file).replacen("It works", "It works, by hand", 1));
    let _ = sandbox.mcp("undo").success();
    let text = sandbox.read(&file);
    assert!(text.contains("It works, by hand") && !text.contains("\nsize: big\n"), "{text}");
    assert!(text.contains("ada size: big\n") && text.contains("ada undid: edited\n"), "{text}");
}

#[test]
fn a_crash_at_any_step_leaves_it_undone_or_not() {
    let sandbox = Sandbox::with_board();
    for step in (1..).step_by(3) {
        let id = sandbox.claimed_task(&format!("Task {step}"));
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
        command.env("MCP_TEST_DIE_AFTER_STEP", step.to_string()).arg("undo");
        let is_over = sandbox.run(command).code.is_some();
        let _ = sandbox.mcp(&format!("ask {id} -m Well?")).success();
        let text = sandbox.read(&sandbox.file_of(&id));
        let is_undone = text.contains("ada undid: claimed");
        assert!(is_undone || !is_over, "step {step}: {text}");
        assert_eq!(sandbox.state_of(&id), if is_undone { "ready" } else { "in-progress" }, "step {step}");
        assert_eq!(text.contains("\nassignee: ada\n"), !is_undone, "step {step}: {text}");
        let doctor = sandbox.mcp("doctor");
        assert_eq!((doctor.code, doctor.stdout.as_str()), (Some(0), ""), "step {step}: {doctor}");
        if is_over {
            assert!(step > 8, "only {step} steps");
            return;
        }
    }
}

#[test]
fn nobody_holds_a_task_whose_claim_is_undone_though_its_file_was_edited() {
    let sandbox = Sandbox::with_board();
    let id = sandbox.ready_task("One");
    let _ = sandbox.mcp_as("cursor", &format!("claim {id}")).success();
    let file = sandbox.file_of(&id);
    let text = sandbox.read(&file);
    sandbox.write(&file, &text.replace("## Log\n", "By hand.\n\n## Log\n"));
    let _ = sandbox.mcp_as("cursor", "undo").success();
    let task = sandbox.mcp(&format!("show {id} --json")).success().json()["task"].clone();
    assert_eq!(
        (&task["state"], &task["assignee"], &task["branch"], &task["base"]),
        (&"ready".into(), &().into(), &().into(), &().into())
    );
    let text = sandbox.read(&sandbox.file_of(&id));
    assert!(text.contains("By hand.") && !text.contains("assignee:") && !text.contains("branch:"), "{text}");
    let _ = sandbox.mcp_as("codex", &format!("claim {id}")).success();
}
