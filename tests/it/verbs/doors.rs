//! Around the verbs: where the program runs, who acts, and how it talks.

use crate::support::Sandbox;

#[test]
fn outside_a_repository_and_without_a_board_it_says_what_to_do() {
    let sandbox = Sandbox::empty();
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp list",
        "ada$ mcp create One",
        "ada$ cd .. && mcp list",
        "ada$ cd .. && mcp init",
        "ada$ git init -q --bare ../bare && mcp -C ../bare list",
        "ada$ mcp -C nowhere list",
        "ada$ mcp -C .. list --json",
        "ada$ mcp",
        "ada$ mcp lst",
        "ada$ mcp list --jsn",
        "ada$ mcp list --state",
        "ada$ mcp create --json",
    ]), @r#"
    ada$ mcp list
    error: this repository has no board yet
    hint: `mcp init` makes one
    --- exit 1 ---
    ada$ mcp create One
    error: this repository has no board yet
    hint: `mcp init` makes one
    --- exit 1 ---
    ada$ cd .. && mcp list
    error: [WORLD] is not inside a git repository
    hint: go to a git repository, or make one: `git init`
    --- exit 1 ---
    ada$ cd .. && mcp init
    error: [WORLD] is not inside a git repository
    hint: go to a git repository, or make one: `git init`
    --- exit 1 ---
    ada$ git init -q --bare ../bare && mcp -C ../bare list
    error: this repository is bare: it has no working tree for task files
    hint: use a checkout: `git worktree add ../work`
    --- exit 1 ---
    ada$ mcp -C nowhere list
    error: nowhere is not a folder
    --- exit 2 ---
    ada$ mcp -C .. list --json
    {"schema":1,"error":{"code":"no_repository","message":"[WORLD] is not inside a git repository","hint":"go to a git repository, or make one: `git init`"}}
    --- exit 1 ---
    ada$ mcp
    Hand work from one person or coding agent to the next, as markdown task files inside a git
    repository

    Usage: mcp [OPTIONS] <COMMAND>

    The way of a task:
      create       Write a new task down, in pending
      prep         Make a pending task ready to be claimed
      claim        Take a ready task and start work on it
      check        Run the checks on what `git add -A` would commit
      review       Hand a task over for review, or give the reviewer's verdict
      complete     Finish a task that is in review

    What to do now:
      next         Say what you should do now, and how
      brief        Print all that the next worker needs, within a budget of tokens
      inbox        List what waits for a person: questions, reviews, failures
      status       Show how many tasks are where, and what this worktree works on

    Looking:
      board        Show the board: a column for each state
      list         List tasks, open ones unless told otherwise
      show         Show a task: what it is, its commits, and its text
      search       Find tasks by what their files say
      log          Show what happened to a task, oldest first
      watch        Tell what happens on the board, as it happens, in a line each
      stats        Tell how long work takes here, and what is late

    Changing a task:
      edit         Change a task: open it in your editor, or set keys and tick boxes
      note         Add a note to a task's log
      ask          Put a question; the task is not offered until it is answered
      answer       Answer an open question of a task
      split        Make parts of a task, each a task; it is completed when they are
      attach       Tie commits to a task that were made without claiming it

    Off the straight way:
      release      Let go of a task; it goes back to ready for anybody
      block        Say that a task cannot go on, and why
      unblock      Say that a blocked task can go on
      fail         Give a task up; it goes to failed and may be retried
      retry        Make a failed task ready again
      drop         Take a task off the board: nobody will do it
      reopen       Make a done task ready again
      undo         Take back your last verb here, if nothing came after it

    Branches and clones:
      verify       Tell which commits the checks passed on
      restore      Bring a task's file back, after a clean, a stash or a reset
      resolve      Settle tasks that lie in two folders or are in conflict
      sync         Exchange claims and texts with the remote that settles claims

    After the work:
      retro        Look back on what was done, and make tasks of what is to change
      archive      Put tasks away that are done or dropped, into .mcp/archive

    Agents and other tools:
      setup        Tell coding agents about the board, in the files that they read
      serve        Serve the board to other programs
      import       Bring the tasks of another tool, or of a plan, onto the board
      export       Write the tasks in a form that other programs take

    The board itself:
      init         Make a board here, find the tests, install the git hooks
      config       Print the settings in force, and check .mcp/config.yaml
      hooks        Install, inspect or remove the git hooks
      trust        Let the checks of this board run on this machine
      doctor       Find what is not as it should be; silent on a healthy board
      uninstall    Take everything out of this clone but the tasks themselves

    Learning more:
      tour         Watch one task's whole life in a scratch repository
      help         Explain a command or a topic, offline
      man          Show the manual page of a command, or write all of them
      completions  Print what a shell needs to complete commands, tasks and more

    Options:
          --as <NAME>     Act in this name instead of MCP_AGENT, the agent whose environment this is, or
                          git's user.name
          --json          Print one JSON document on stdout, also for refusals
      -q, --quiet         Print data and errors only
          --color <WHEN>  Use colours [default: auto] [possible values: auto, always, never]
          --no-pager      Print long texts at once instead of through a pager
          --offline       Do not ask the remote that settles claims between clones; `mcp sync` settles
                          it later
      -C <FOLDER>         Run as if started in this folder
      -h, --help          Print help
      -V, --version       Print version

    Start with `mcp init` in a git repository, or watch one task's life: `mcp tour`.
    Agents: `mcp next` says what to do, `mcp help agents` the whole way.
    `mcp help TOPIC` explains format, query, hooks, ci, claims, clones, agents and
    exit-codes; `mcp COMMAND --help` a command.
    Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 nothing to do,
    4 held by somebody else
    --- exit 2 ---
    ada$ mcp lst
    error: unrecognized subcommand 'lst'

      tip: a similar subcommand exists: 'list'

    Usage: mcp [OPTIONS] <COMMAND>

    For more information, try '--help'.
    --- exit 2 ---
    ada$ mcp list --jsn
    error: unexpected argument '--jsn' found

      tip: a similar argument exists: '--json'

    Usage: mcp list --json [QUERY]...

    For more information, try '--help'.
    --- exit 2 ---
    ada$ mcp list --state
    error: a value is required for '--state <STATE>' but none was supplied

    For more information, try '--help'.
    --- exit 2 ---
    ada$ mcp create --json
    {"schema":1,"error":{"code":"bad_input","message":"the following required arguments were not provided: <TITLE>","hint":"`mcp help` lists the commands and their flags"}}
    --- exit 2 ---
    "#);
}

#[test]
fn an_empty_board_says_how_to_begin() {
    let sandbox = Sandbox::with_board();
    insta::assert_snapshot!(sandbox.typed(&["ada$ mcp list", "ada$ mcp status", "ada$ mcp search x", "ada$ mcp list --json", "ada$ mcp doctor"]), @r#"
    ada$ mcp list
    the board is empty; `mcp create "What is to be done"` writes a task down
    ada$ mcp status
    pending 0  ready 0  in-progress 0  review 0  done 0  failed 0
    the board is empty; `mcp create "What is to be done"` writes a task down
    ada$ mcp search x
    the board is empty; `mcp create "What is to be done"` writes a task down
    ada$ mcp list --json
    {"schema":1,"tasks":[],"problems":[]}
    the board is empty; `mcp create "What is to be done"` writes a task down
    ada$ mcp doctor
    "#);
}

#[test]
fn runs_from_any_folder_of_the_repository() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mkdir -p 'a b/c' && cd 'a b/c' && mcp list",
        "ada$ cd / && mcp -C \"$HOME/../repo\" claim T1",
        "ada$ cd 'a b/c' && mcp show T1 | grep file",
    ]), @r#"
    ada$ mkdir -p 'a b/c' && cd 'a b/c' && mcp list
    ID        STATE  P   KIND   TITLE
    T1        ready  P1  chore  One
    ada$ cd / && mcp -C "$HOME/../repo" claim T1
    T1
    T1 claimed by ada: One (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    ada$ cd 'a b/c' && mcp show T1 | grep file
      file       .mcp/tasks/in-progress/T1-one.md
    "#);
}

#[test]
fn knows_who_acts() {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    insta::assert_snapshot!(sandbox.typed(&[
        "cursor$ mcp note T1 -m 'MCP_AGENT'",
        "cursor$ mcp --as 'Big Bo' note T1 -m '--as'",
        "cursor$ MCP_AGENT= CLAUDECODE=1 mcp note T1 -m 'environment'",
        "cursor$ MCP_AGENT= mcp note T1 -m 'user.name'",
        "cursor$ MCP_AGENT= GIT_CONFIG_GLOBAL=/dev/null mcp note T1 -m 'nobody'",
        "cursor$ mcp --as '!!' note T1 -m 'no name'",
        "cursor$ mcp log T1",
    ]), @"
    cursor$ mcp note T1 -m 'MCP_AGENT'
    T1
    T1 noted: One (in ready)
    cursor$ mcp --as 'Big Bo' note T1 -m '--as'
    T1
    T1 noted: One (in ready)
    cursor$ MCP_AGENT= CLAUDECODE=1 mcp note T1 -m 'environment'
    T1
    T1 noted: One (in ready)
    cursor$ MCP_AGENT= mcp note T1 -m 'user.name'
    T1
    T1 noted: One (in ready)
    cursor$ MCP_AGENT= GIT_CONFIG_GLOBAL=/dev/null mcp note T1 -m 'nobody'
    error: it is not known who acts here
    hint: say who you are: `mcp --as NAME …`, MCP_AGENT, or `git config user.name`
    --- exit 1 ---
    cursor$ mcp --as '!!' note T1 -m 'no name'
    error: `!!` is not a name
    hint: a name has letters or digits
    --- exit 2 ---
    cursor$ mcp log T1
    [TIME]  ada  created
    [TIME]  ada  prepared
    [TIME]  cursor  note: MCP_AGENT
    [TIME]  big-bo  note: --as
    [TIME]  claude  note: environment
    [TIME]  ada  note: user.name
    ");
}

#[test]
fn a_closed_pipe_is_nobodys_error() {
    let sandbox = Sandbox::with_board();
    for number in 0..40 {
        let id = format!("t-22222{}", b"23456789bcdfghjkmnpqrstvwxyz"[number % 28] as char);
        sandbox.write(
            &format!(".mcp/tasks/ready/{id}-x.md"),
            &format!("---\nid: {id}\ntitle: {}\n---\n", "x".repeat(3000)),
        );
    }
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ { mcp list; echo $? > ~/code; } | head -n 1; cat ~/code",
        "ada$ { mcp list --json; echo $? > ~/code; } | head -c 12; echo; cat ~/code",
        "ada$ { mcp --help; echo $? > ~/code; } | head -n 1; cat ~/code",
    ]), @r#"
    ada$ { mcp list; echo $? > ~/code; } | head -n 1; cat ~/code
    ID        STATE  P   TITLE
    0
    ada$ { mcp list --json; echo $? > ~/code; } | head -c 12; echo; cat ~/code
    {"schema":1,
    0
    ada$ { mcp --help; echo $? > ~/code; } | head -n 1; cat ~/code
    Hand work from one person or coding agent to the next, as markdown task files inside a git
    0
    "#);
}

/// What a full disk takes away is not missed silently: not in a table, a document or help, and not of what a verb has done.
#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_an_error() {
    let sandbox = Sandbox::with_board();
    let id = sandbox.ready_task("One");
    let shown = sandbox.typed(&[
        "ada$ mcp list > /dev/full",
        "ada$ mcp list --json > /dev/full",
        "ada$ mcp show T1 --raw > /dev/full",
        "ada$ mcp export jsonl - > /dev/full",
        "ada$ mcp --help > /dev/full",
        "ada$ mcp --version > /dev/full",
        "ada$ mcp completions fish > /dev/full",
        "ada$ mcp claim T1 > /dev/full",
        "ada$ mcp next --as bo > /dev/full",
    ]);
    insta::assert_snapshot!(shown.replace(&id, "T1"), @"
    ada$ mcp list > /dev/full
    error: writing to stdout: No space left on device (os error 28)
    --- exit 1 ---
    ada$ mcp list --json > /dev/full
    error: writing to stdout: No space left on device (os error 28)
    --- exit 1 ---
    ada$ mcp show T1 --raw > /dev/full
    error: writing to stdout: No space left on device (os error 28)
    --- exit 1 ---
    ada$ mcp export jsonl - > /dev/full
    error: writing to stdout: No space left on device (os error 28)
    --- exit 1 ---
    ada$ mcp --help > /dev/full
    error: writing to stdout: No space left on device (os error 28)
    --- exit 1 ---
    ada$ mcp --version > /dev/full
    error: writing to stdout: No space left on device (os error 28)
    --- exit 1 ---
    ada$ mcp completions fish > /dev/full
    error: writing to stdout: No space left on device (os error 28)
    --- exit 1 ---
    ada$ mcp claim T1 > /dev/full
    T1 claimed by ada: One (ready → in-progress)
    hint: `mcp show T1` has all of it; commit when you are done, and the checks run
    error: writing to stdout: No space left on device (os error 28)
    --- exit 1 ---
    ada$ mcp next --as bo > /dev/full
    error: there is nothing for bo to do
    hint: `mcp next --explain` tells why each open task was passed over
    --- exit 3 ---
    ");
    assert_eq!(sandbox.state_of(&id), "in-progress");
}

#[test]
fn colours_are_for_terminals_or_for_those_who_ask() {
    let sandbox = Sandbox::with_board();
    let shown = sandbox.typed(&[
        "ada$ mcp show zzz",
        "ada$ mcp show zzz --color always",
        "ada$ NO_COLOR=1 mcp show zzz --color always",
        "ada$ CLICOLOR_FORCE=1 mcp show zzz",
        "ada$ NO_COLOR=1 CLICOLOR_FORCE=1 mcp show zzz",
        "ada$ mcp show zzz --color never",
    ]);
    insta::assert_snapshot!(shown.replace('\u{1b}', "^["), @"
    ada$ mcp show zzz
    error: no task's id starts with `zzz`
    hint: `mcp list --all` names all tasks
    --- exit 1 ---
    ada$ mcp show zzz --color always
    ^[[1m^[[31merror:^[[0m no task's id starts with `zzz`
    ^[[1m^[[36mhint:^[[0m `mcp list --all` names all tasks
    --- exit 1 ---
    ada$ NO_COLOR=1 mcp show zzz --color always
    ^[[1m^[[31merror:^[[0m no task's id starts with `zzz`
    ^[[1m^[[36mhint:^[[0m `mcp list --all` names all tasks
    --- exit 1 ---
    ada$ CLICOLOR_FORCE=1 mcp show zzz
    ^[[1m^[[31merror:^[[0m no task's id starts with `zzz`
    ^[[1m^[[36mhint:^[[0m `mcp list --all` names all tasks
    --- exit 1 ---
    ada$ NO_COLOR=1 CLICOLOR_FORCE=1 mcp show zzz
    error: no task's id starts with `zzz`
    hint: `mcp list --all` names all tasks
    --- exit 1 ---
    ada$ mcp show zzz --color never
    error: no task's id starts with `zzz`
    hint: `mcp list --all` names all tasks
    --- exit 1 ---
    ");
}

#[test]
fn quiet_keeps_data_and_errors() {
    let sandbox = Sandbox::with_board();
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp create One --quiet",
        "ada$ mcp prep T1 --quiet",
        "ada$ mcp list --quiet",
        "ada$ mcp show T1 --quiet | head -n 1",
    ]), @"
    ada$ mcp create One --quiet
    T1
    ada$ mcp prep T1 --quiet
    error: T1 is not ready:
      - it has no goal
      - acceptance criterion 1 is still a placeholder
    hint: fill it in with `mcp prep T1 --goal TEXT --ac TEXT` or `mcp edit T1`, or have a chat agent do it: `mcp prep T1 --prompt`
    --- exit 1 ---
    ada$ mcp list --quiet
    ID        STATE    P   KIND     TITLE
    T1        pending  P1  feature  One
    ada$ mcp show T1 --quiet | head -n 1
    T1        One
    ");
}
