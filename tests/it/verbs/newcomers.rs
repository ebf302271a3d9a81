use std::process::Stdio;
use std::time::Duration;

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
    hint: `mcp prep T3 --goal TEXT --ac TEXT` makes it ready, or `mcp edit T3` and then `mcp prep T3`
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
fn from_a_fresh_repository_to_a_finished_task_by_what_is_said_on_the_way() {
    let sandbox = Sandbox::empty();
    sandbox.write(
        "tests/test_pause.py",
        "import unittest\nclass Pause(unittest.TestCase):\n    def test_none(self): self.assertEqual(0, 0)\n",
    );
    sandbox.write(".gitignore", "__pycache__\n");
    sandbox.git("add -A");
    sandbox.git("commit -q -m start");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp start",
        "ada$ mcp next",
        "ada$ mcp init",
        "ada$ mcp next",
        "ada$ git add .mcp && git commit -qm 'Add a task board'",
        "ada$ mcp add 'Pause twice'",
        "ada$ mcp create 'Pause twice' --kind chore",
        "ada$ mcp claim T1",
        "ada$ mcp prep T1",
        "ada$ mcp edit T1 --set goal=Calm",
        "ada$ mcp prep T1 --goal Calm --ac 'It pauses twice'",
        "ada$ mcp claim T1",
        "ada$ echo 'twice = 2' > pause.py && git add -A && git commit -qm 'Pause twice'",
        "ada$ mcp done T1",
        "ada$ mcp next",
        "ada$ mcp edit T1 --check all --quiet && mcp complete T1",
        "ada$ mcp next",
    ]), @r#"
    ada$ mcp start
    error: unrecognized subcommand 'start'

      tip: `mcp claim ID` takes a task and starts work on it

    Usage: mcp [OPTIONS] <COMMAND>

    For more information, try '--help'.
    --- exit 2 ---
    ada$ mcp next
    error: this repository has no board yet
    hint: `mcp init` makes one
    --- exit 1 ---
    ada$ mcp init
    .mcp/.gitignore
    .mcp/config.yaml
    made a board in .mcp; commit it so that everybody has it: git add .mcp && git commit -m "Add a task board"
    check tests: `python3 -m unittest discover -s tests`
    installed the git hooks: commits of a task run its checks from now on
    hint: `mcp create "What is to be done"` writes the first task down
    ada$ mcp next
    error: there is nothing for ada to do
    hint: `mcp create "What is to be done"` writes a task down
    --- exit 3 ---
    ada$ git add .mcp && git commit -qm 'Add a task board'
    ada$ mcp add 'Pause twice'
    error: unrecognized subcommand 'add'

      tip: `mcp create "What is to be done"` writes a task down

    Usage: mcp [OPTIONS] <COMMAND>

    For more information, try '--help'.
    --- exit 2 ---
    ada$ mcp create 'Pause twice' --kind chore
    T1
    T1 created: Pause twice (in pending)
    its file is .mcp/tasks/pending/T1-pause-twice.md
    hint: `mcp prep T1 --goal TEXT --ac TEXT` makes it ready, or `mcp edit T1` and then `mcp prep T1`
    ada$ mcp claim T1
    error: T1 is in pending, so it cannot be claimed
    hint: `mcp prep T1` makes it ready
    --- exit 1 ---
    ada$ mcp prep T1
    error: T1 is not ready:
      - it has no goal
      - acceptance criterion 1 is still a placeholder
    hint: fill it in with `mcp prep T1 --goal TEXT --ac TEXT` or `mcp edit T1`, or have a chat agent do it: `mcp prep T1 --prompt`
    --- exit 1 ---
    ada$ mcp edit T1 --set goal=Calm
    error: `goal` is a section of the task, not a key
    hint: `mcp prep ID --goal TEXT --ac TEXT` fills it in; so does any editor
    --- exit 2 ---
    ada$ mcp prep T1 --goal Calm --ac 'It pauses twice'
    T1
    T1 prepared: Pause twice (pending → ready)
    hint: `mcp claim T1` starts work on it
    ada$ mcp claim T1
    T1
    T1 claimed by ada: Pause twice (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    ada$ echo 'twice = 2' > pause.py && git add -A && git commit -qm 'Pause twice'
    tests passed in [SECONDS]
    T1 goes to review in this commit
    ada$ mcp done T1
    error: unrecognized subcommand 'done'

      tip: `mcp complete ID` finishes a task that is in review

    Usage: mcp [OPTIONS] <COMMAND>

    For more information, try '--help'.
    --- exit 2 ---
    ada$ mcp next
    T1        review  P1  Pause twice
    before `mcp complete T1`: criterion 1 is open: It pauses twice; definition of done, box 2 is open: Nothing that users see has changed, or it is said; `mcp edit T1 --check N` ticks a box, `--check all` every one
    ada$ mcp edit T1 --check all --quiet && mcp complete T1
    T1
    T1
    T1 completed: Pause twice (review → done)
    committed the board as [SHORT]
    ada$ mcp next
    error: there is nothing for ada to do
    hint: `mcp create "What is to be done"` writes a task down
    --- exit 3 ---
    "#);
}

#[test]
fn words_of_other_programs_lead_to_ours() {
    let sandbox = Sandbox::with_board();
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp approve",
        "ada$ mcp creat x",
        "ada$ mcp create --title x",
        "ada$ mcp create x --description y",
        "ada$ mcp list --status ready",
        "ada$ mcp note 7k3 hello",
        "ada$ mcp list --stat ready",
    ]), @r#"
    ada$ mcp approve
    error: unrecognized subcommand 'approve'

      tip: `mcp review ID --approve`, or `--reject -m TEXT`, is the reviewer's verdict

    Usage: mcp [OPTIONS] <COMMAND>

    For more information, try '--help'.
    --- exit 2 ---
    ada$ mcp creat x
    error: unrecognized subcommand 'creat'

      tip: a similar subcommand exists: 'create'

    Usage: mcp [OPTIONS] <COMMAND>

    For more information, try '--help'.
    --- exit 2 ---
    ada$ mcp create --title x
    error: unexpected argument '--title' found

      tip: the title stands by itself: `mcp create "TITLE"`; `mcp edit ID --title TEXT` changes it

    Usage: mcp create [OPTIONS] [TITLE]

    For more information, try '--help'.
    --- exit 2 ---
    ada$ mcp create x --description y
    error: unexpected argument '--description' found

      tip: `--goal TEXT` says what should be true, `--body FILE` brings all of it

    Usage: mcp create <TITLE>

    For more information, try '--help'.
    --- exit 2 ---
    ada$ mcp list --status ready
    error: unexpected argument '--status' found

      tip: `--state STATE` is the folder

    Usage: mcp list --state <STATE> [QUERY]...

    For more information, try '--help'.
    --- exit 2 ---
    ada$ mcp note 7k3 hello
    error: unexpected argument 'hello' found

      tip: `-m TEXT` says it

    Usage: mcp note [OPTIONS] --message <TEXT> <ID>

    For more information, try '--help'.
    --- exit 2 ---
    ada$ mcp list --stat ready
    error: unexpected argument '--stat' found

      tip: a similar argument exists: '--state'

    Usage: mcp list --state <STATE> [QUERY]...

    For more information, try '--help'.
    --- exit 2 ---
    "#);
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

#[test]
fn a_file_that_is_dropped_in_while_commands_move_others_is_taken_in_by_the_next_one() {
    let sandbox = Sandbox::with_board();
    let (moved, other) = (sandbox.ready_task("Moved"), sandbox.ready_task("Other"));
    let mut random = fastrand::Rng::with_seed(11);
    let rounds = std::env::var("MCP_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(12);
    for round in 0..rounds {
        let (line, folder) = match round % 4 {
            0 => (format!("claim {moved}"), "in-progress"),
            1 => (format!("note {moved} -m round-{round}"), "in-progress"),
            2 => (format!("release {moved}"), "ready"),
            _ => (format!("create Round-{round}"), "pending"),
        };
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
        command.args(line.split(' ')).stdout(Stdio::null()).stderr(Stdio::null());
        let mut command = command.spawn().expect("a process");
        std::thread::sleep(Duration::from_micros(random.u64(..60_000)));
        let path = format!(".mcp/tasks/{folder}/dropped-{round}.md");
        sandbox.write(&path, &format!("# Dropped in round {round}\n"));
        assert!(command.wait().expect("an end").success(), "{line}");
        let _ = sandbox.mcp(&format!("note {other} -m after-{round}")).success();
        assert!(!sandbox.path(&path).exists(), "{line}: {path} is still there");
    }
    let doctor = sandbox.mcp("doctor");
    assert_eq!((doctor.code, doctor.stdout.as_str()), (Some(0), ""), "{doctor}");
}

#[test]
fn a_task_may_be_named_by_its_file() {
    let sandbox = Sandbox::with_board();
    let id = sandbox.ready_task("One");
    for word in [sandbox.file_of(&id), format!("{id}-one.md"), format!("./{}", sandbox.file_of(&id))] {
        let run = sandbox.mcp_args(&["show", &word]).success();
        assert_eq!(run.stdout.lines().next(), Some(format!("{id}  One").as_str()), "{word}");
    }
    insta::assert_snapshot!(sandbox.mcp("show notes/ideas.md"), @"
    --- stderr ---
    error: no task's id starts with `notes/ideas.md`
    hint: `mcp list --all` names all tasks
    --- exit 1 ---
    ");
}

#[test]
fn what_a_command_lacks_or_has_too_much_is_said_with_a_way_on() {
    let sandbox = Sandbox::with_board();
    insta::assert_snapshot!(sandbox.typed(&["ada$ mcp complete", "ada$ mcp list --mine", "ada$ mcp trust --yes"]), @"
    ada$ mcp complete
    error: the following required arguments were not provided:
      <ID>

      tip: `mcp list` names the tasks; any unique start of an id will do

    Usage: mcp complete <ID>

    For more information, try '--help'.
    --- exit 2 ---
    ada$ mcp list --mine
    error: unexpected argument '--mine' found

      tip: `is:mine` asks for what you hold: `mcp list is:mine`

    Usage: mcp list --assignee <NAME> [QUERY]...

    For more information, try '--help'.
    --- exit 2 ---
    ada$ mcp trust --yes
    error: unexpected argument '--yes' found

      tip: there is nothing to say yes to: the command does at once what it says

    Usage: mcp trust [OPTIONS]

    For more information, try '--help'.
    --- exit 2 ---
    ");
}

/// The commit of a task takes its file along, not the board around it.
#[test]
fn the_end_of_a_task_says_that_nobody_else_has_the_boards_settings() {
    let sandbox = Sandbox::empty();
    let _ = sandbox.mcp("init --quiet").success();
    let create = ["create", "One", "--kind", "chore", "--goal", "g", "--ac", "a", "--claim"];
    let id = sandbox.mcp_args(&create).success().stdout.trim().to_owned();
    sandbox.write("code.txt", "one\n");
    sandbox.git("add code.txt");
    sandbox.git("commit -q -m work");
    let _ = sandbox.mcp(&format!("edit {id} --check all")).success();
    let last = |line: &str| sandbox.mcp(line).success().stderr.lines().last().unwrap_or_default().to_owned();
    insta::assert_snapshot!(last(&format!("complete {id}")), @"hint: others have this task, but not the board's settings: `git add .mcp` and a commit give them all of it");
    sandbox.git("add .mcp");
    sandbox.git("commit -q -m board");
    let _ = sandbox.mcp(&format!("reopen {id} -m again")).success();
    insta::assert_snapshot!(sandbox.filtered(&last(&format!("drop {id} -m no"))), @"committed the board as [SHORT]");
}
