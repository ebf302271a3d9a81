use crate::support::Sandbox;

#[test]
fn a_file_dropped_into_a_folder_is_listed_and_taken_in() {
    let sandbox = Sandbox::with_board();
    sandbox.write(".mcp/tasks/pending/rough-idea.md", "# Make it faster\n\nSomehow.\n");
    sandbox.write(".mcp/tasks/ready/no heading.md", "just words\n");
    sandbox.write(".mcp/tasks/ready/empty.md", "");
    insta::assert_snapshot!(sandbox.typed(&["ada$ mcp list", "ada$ mcp doctor"]), @"
    ada$ mcp list
    warning: .mcp/tasks/pending/rough-idea.md: a new file without an id; the next writing command takes it in
    warning: .mcp/tasks/ready/empty.md: an empty file; once something is written in it, it becomes a task
    warning: .mcp/tasks/ready/no heading.md: a new file without an id; the next writing command takes it in
    ada$ mcp doctor
    .mcp/tasks/pending/rough-idea.md: a new file without an id; the next writing command takes it in
    .mcp/tasks/ready/empty.md: an empty file; once something is written in it, it becomes a task
    .mcp/tasks/ready/no heading.md: a new file without an id; the next writing command takes it in
    error: 3 findings
    --- exit 1 ---
    ");
    let shown = sandbox.typed(&["ada$ mcp create Other -p P2", "ada$ mcp list"]);
    insta::assert_snapshot!(shown, @"
    ada$ mcp create Other -p P2
    took in .mcp/tasks/pending/rough-idea.md as T1
    took in .mcp/tasks/ready/no heading.md as T2
    T3
    T3 created: Other (in pending)
    its file is .mcp/tasks/pending/T3-other.md
    hint: give it a goal and criteria (`mcp edit T3` opens it), then `mcp prep T3`
    ada$ mcp list
    ID        STATE    P   KIND     TITLE
    T2        ready    P1           no heading
    T1        pending  P1           Make it faster
    T3        pending  P2  feature  Other
    warning: .mcp/tasks/ready/empty.md: an empty file; once something is written in it, it becomes a task
    ");
    insta::assert_snapshot!(sandbox.board(), @"
    tasks/pending/T1-make-it-faster.md
    tasks/pending/T3-other.md
    tasks/ready/T2-no-heading.md
    tasks/ready/empty.md
    ");
    insta::assert_snapshot!(sandbox.text_of("T1"), @"
    ---
    id: T1
    title: Make it faster
    created: [TIME]
    rev: 1
    ---
    # Make it faster

    Somehow.

    ## Log
    - [TIME] ada taken in from .mcp/tasks/pending/rough-idea.md
    ");
}

#[test]
fn a_renamed_file_finds_its_name_again() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mv .mcp/tasks/ready/T1-one.md .mcp/tasks/ready/my-task.md",
        "ada$ mcp show T1 | head -n 3",
        "ada$ mcp claim T1",
    ]), @"
    ada$ mv .mcp/tasks/ready/T1-one.md .mcp/tasks/ready/my-task.md
    ada$ mcp show T1 | head -n 3
    T1        One
      state      ready
      priority   P1
    ada$ mcp claim T1
    .mcp/tasks/ready/my-task.md is T1: renamed to .mcp/tasks/ready/T1-one.md
    T1
    T1 claimed by ada: One (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    ");
    insta::assert_snapshot!(sandbox.board(), @"tasks/in-progress/T1-one.md");
}

#[test]
fn a_file_moved_by_hand_moves_the_task() {
    let sandbox = Sandbox::with_board();
    let _ = sandbox.mcp_args(&["create", "One", "--goal", "g", "--ac", "a"]).success();
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mv .mcp/tasks/pending/T1-one.md .mcp/tasks/ready/",
        "ada$ mcp list",
        "cursor$ mcp claim",
        "ada$ mcp show T1 | head -n 3",
    ]), @"
    ada$ mv .mcp/tasks/pending/T1-one.md .mcp/tasks/ready/
    ada$ mcp list
    ID        STATE  P   KIND     TITLE
    T1        ready  P1  feature  One
    cursor$ mcp claim
    T1
    T1 claimed by cursor: One (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    ada$ mcp show T1 | head -n 3
    T1        One
      state      in-progress
      priority   P1
    ");
    insta::assert_snapshot!(sandbox.board(), @"tasks/in-progress/T1-one.md");
}
