use crate::support::Sandbox;

use super::listing::still_board;

#[test]
fn help_explains_commands_and_topics_offline() {
    let sandbox = Sandbox::empty();
    insta::assert_snapshot!(sandbox.typed(&[
        "ada$ mcp help | tail -n 9",
        "ada$ mcp help claim | tail -n 5",
        "ada$ mcp help retro add | head -n 3",
        "ada$ mcp help query | head -n 3",
        "ada$ mcp help exit codes | head -n 3",
        "ada$ mcp help hooks | tail -n 1",
        "ada$ mcp help clami",
        "ada$ mcp help qeury",
        "ada$ mcp help retro ad",
        "ada$ mcp help colour",
        "ada$ mcp man clami",
        "ada$ mcp clami",
        "ada$ mcp --help | head -n 4",
    ]), @"
    ada$ mcp help | tail -n 9
    Topics, for `mcp help TOPIC`:
      format      the task file, key by key
      query       what list, search and board can be asked
      hooks       what a commit does
      ci          what is known of commits, and how CI asks
      claims      who holds a task, and for how long
      clones      one board in several clones
      agents      how agents work with it
      exit-codes  exit codes, and every refusal
    ada$ mcp help claim | tail -n 5
    Examples:
      mcp claim 7k3             this task
      mcp claim                 the task that `mcp next` would name
      mcp claim 7k3 --branch    and start the branch task/T1
      mcp claim 7k3 --worktree  and start it in a worktree of its own
    ada$ mcp help retro add | head -n 3
    Say what you think, in your name

    Usage: mcp retro add [OPTIONS] [RETRO]
    ada$ mcp help query | head -n 3
    # Queries

    `list`, `search` and `board` take a query: one line of terms, and a task must pass all of them.
    ada$ mcp help exit codes | head -n 3
    # Refusals

    Whenever `mcp` says no it says what is wrong and, where there is something to do, what to do next.
    ada$ mcp help hooks | tail -n 1
    `mcp hooks --help` explains the command of that name.
    ada$ mcp help clami
    error: there is neither a command nor a topic `clami`
    hint: did you mean `claim`?
    --- exit 2 ---
    ada$ mcp help qeury
    error: there is neither a command nor a topic `qeury`
    hint: did you mean `query`?
    --- exit 2 ---
    ada$ mcp help retro ad
    error: there is neither a command nor a topic `ad`
    hint: did you mean `add`?
    --- exit 2 ---
    ada$ mcp help colour
    error: there is neither a command nor a topic `colour`
    hint: `mcp help` names all commands and topics
    --- exit 2 ---
    ada$ mcp man clami
    error: there is neither a command nor a topic `clami`
    hint: did you mean `claim`?
    --- exit 2 ---
    ada$ mcp clami
    error: unrecognized subcommand 'clami'

      tip: a similar subcommand exists: 'claim'

    Usage: mcp [OPTIONS] <COMMAND>

    For more information, try '--help'.
    --- exit 2 ---
    ada$ mcp --help | head -n 4
    Hand work from one person or coding agent to the next, as markdown task files inside a git
    repository

    Usage: mcp [OPTIONS] <COMMAND>
    ");
    for topic in ["format", "query", "hooks", "claims", "agents", "exit-codes"] {
        let text = sandbox.mcp(&format!("help {topic}")).success().stdout;
        assert!(text.starts_with("# ") && !text.contains("<!-- run"), "{topic}: {text}");
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let sandbox = Sandbox::empty();
    insta::assert_snapshot!(sandbox.typed(&["ada$ mcp man log", "ada$ mcp man --out ../man | tr '\\n' ' '"]), @r#"
    ada$ mcp man log
    .ie \n(.g .ds Aq \(aq
    .el .ds Aq '
    .TH mcp-log 1  mcp-handoff "Manual of mcp"
    .SH NAME
    mcp\-log \- Show what happened to a task, oldest first
    .SH SYNOPSIS
    .nf
    mcp log [OPTIONS] <ID>
    .SH DESCRIPTION
    Show what happened to a task, oldest first
    .PP
    The log travels with the task\*(Aqs file through all its folders. With `\-\-commits` the commits of the task stand between, found by their trailer or because they touch its file in any folder.
    .SH OPTIONS
    .TP
    \fB\-\-commits\fR
    Show the commits of the task too
    .TP
    <\fIID\fR>
    Task: any unique start of its id
    .SH "OPTIONS OF EVERY COMMAND"
    .TP
    \fB\-\-as\fR \fI<NAME>\fR
    Act in this name instead of MCP_AGENT, the agent whose environment this is, or git\*(Aqs user.name
    .TP
    \fB\-\-json\fR
    Print one JSON document on stdout, also for refusals
    .TP
    \fB\-q\fR, \fB\-\-quiet\fR
    Print data and errors only
    .TP
    \fB\-\-color\fR \fI<WHEN>\fR [default: auto]
    Use colours
    .br

    .br
    \fIPossible values:\fR
    .RS 14
    .IP \(bu 2
    auto: On a terminal, unless NO_COLOR is set
    .IP \(bu 2
    always: Always
    .IP \(bu 2
    never: Never
    .RE
    .TP
    \fB\-\-no\-pager\fR
    Print long texts at once instead of through a pager
    .TP
    \fB\-\-offline\fR
    Do not ask the remote that settles claims between clones; `mcp sync` settles it later
    .TP
    \fB\-C\fR \fI<FOLDER>\fR
    Run as if started in this folder
    .TP
    \fB\-h\fR, \fB\-\-help\fR
    Print help
    .SH EXAMPLES
    .nf
      mcp log 7k3             what happened to it
      mcp log 7k3 \-\-commits   and its commits, each in its place
    ada$ mcp man --out ../man | tr '\n' ' '
    mcp.1 mcp-init.1 mcp-create.1 mcp-prep.1 mcp-next.1 mcp-brief.1 mcp-claim.1 mcp-check.1 mcp-verify.1 mcp-review.1 mcp-complete.1 mcp-status.1 mcp-board.1 mcp-list.1 mcp-show.1 mcp-search.1 mcp-log.1 mcp-watch.1 mcp-note.1 mcp-ask.1 mcp-answer.1 mcp-edit.1 mcp-split.1 mcp-attach.1 mcp-block.1 mcp-unblock.1 mcp-release.1 mcp-fail.1 mcp-retry.1 mcp-reopen.1 mcp-drop.1 mcp-undo.1 mcp-restore.1 mcp-resolve.1 mcp-sync.1 mcp-inbox.1 mcp-import.1 mcp-export.1 mcp-retro.1 mcp-retro-add.1 mcp-retro-show.1 mcp-retro-list.1 mcp-retro-close.1 mcp-stats.1 mcp-archive.1 mcp-hooks.1 mcp-hooks-install.1 mcp-hooks-status.1 mcp-hooks-uninstall.1 mcp-trust.1 mcp-config.1 mcp-doctor.1 mcp-setup.1 mcp-uninstall.1 mcp-serve.1 mcp-tour.1 mcp-help.1 mcp-man.1 mcp-completions.1
    "#);
    let pages = fs_err::read_dir(sandbox.dir().with_file_name("man")).expect("a folder");
    for page in pages.map(|page| page.expect("an entry").path()) {
        let text = fs_err::read_to_string(&page).expect("a page");
        assert!(text.contains(".SH NAME") && text.contains(".SH SYNOPSIS"), "{}", page.display());
    }
}

/// What a shell is offered for words of which the last is being typed: value and description.
fn offered(sandbox: &Sandbox, words: &[&str]) -> String {
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    command.env("MCP_COMPLETE", "fish").arg("--").arg("mcp").args(words);
    let offered = sandbox.run(command).success().stdout;
    let values = offered.lines().map(|line| line.replace('\t', "  "));
    format!("{}:\n{}\n", words.join(" "), values.map(|line| format!("  {line}\n")).collect::<String>())
}

#[test]
fn completions_know_tasks_states_and_workers() {
    let sandbox = still_board();
    let all: String = [
        &["show", ""] as &[&str],
        &["show", "t-3"],
        &["show", "33"],
        &["claim", ""],
        &["reopen", ""],
        &["list", "--state", "re"],
        &["list", "st"],
        &["list", "state:re"],
        &["list", "-label:a"],
        &["list", "is:"],
        &["list", "--columns", "id,t"],
        &["list", "--sort", "-a"],
        &["--as", ""],
        &["help", "q"],
        &["man", "cl"],
        &["retro", "cl"],
    ]
    .map(|words| offered(&sandbox, words))
    .concat();
    insta::assert_snapshot!(all, @"
    show :
      t-222222  Write down how the cache works
      t-333333  Retry health checks with backoff, and stop after a while
      t-444444  健康检查 shown on the page, in every language that it has 🚀
      t-555555  Find the leak
      t-666666  Mend a typo
      t-777777  Start
      t-888888  Rewrite it

    show t-3:
      t-333333  Retry health checks with backoff, and stop after a while

    show 33:
      333333  Retry health checks with backoff, and stop after a while

    claim :
      t-333333  Retry health checks with backoff, and stop after a while
      t-444444  健康检查 shown on the page, in every language that it has 🚀

    reopen :
      t-777777  Start

    list --state re:
      ready
      review

    list st:
      state:

    list state:re:
      state:ready
      state:review

    list -label:a:
      -label:api

    list is::
      is:open
      is:closed
      is:blocked
      is:claimable
      is:mine
      is:held
      is:overdue
      is:expired
      is:asked
      is:dropped

    list --columns id,t:
      id,title

    list --sort -a:
      -age
      -assignee
      -attempts

    --as :
      codex
      cursor

    help q:
      query  what list, search and board can be asked

    man cl:
      claim  Take a ready task and start work on it

    retro cl:
      close  Close it once all participants have spoken: its action items become tasks
    ");
}

#[test]
fn completions_are_silent_without_a_board() {
    let sandbox = Sandbox::empty();
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    command.env("MCP_COMPLETE", "zsh").env("_CLAP_COMPLETE_INDEX", "2").args(["--", "mcp", "claim", "t-"]);
    let run = sandbox.run(command).success();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
}
