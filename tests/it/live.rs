//! The live board and the pager, driven through a real pseudo-terminal.

use rustix::process::Signal;

use super::support::Sandbox;
use super::support::terminal::Terminal;
use super::verbs::listing::still_board;

/// The live board at noon of 2026-11-20, once it is drawn.
fn live(sandbox: &Sandbox, rows: u16, columns: u16) -> Terminal {
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    command.env("MCP_TEST_NOW", "2026-11-20T12:00:00Z").env("MCP_AGENT", "ada").args(["board", "--live"]);
    let terminal = Terminal::run(command, rows, columns);
    terminal.wait_for("? help");
    terminal
}

#[test]
fn the_board_is_drawn_filtered_and_left() {
    let sandbox = still_board();
    let mut terminal = live(&sandbox, 24, 120);
    insta::assert_snapshot!(terminal.contents(), @"
      pending 1                   ▸ ready 2                        in-progress 1                 review 1
      t-222222 P2             19d ▌ t-333333 P0               3h   t-555555 P0             30m   t-666666 P2             30s
      Write down how the cache    ▌ Retry health checks with       Find the leak                 Mend a typo
      works                       ▌ backoff, and stop after a      cursor                        codex
      waits for an answer         ▌ while                          2 failed attempts

                                    t-444444 P1               2d
                                    健康检查 shown on the page,
                                    in every language that it
                                    has 🚀
                                    waits for t-333333












    ? help  / filter  Enter show  > on  e edit  N new  q leave
    ");
    terminal.send("/p:0 label:api");
    let filtered =
        terminal.wait("the filter", |shown| shown.contains("label:api") && !shown.contains("waits for t-333333"));
    insta::assert_snapshot!(filtered, @"
      pending 0                   ▸ ready 1                        in-progress 1                 review 0
                                  ▌ t-333333 P0               3h   t-555555 P0             30m
                                  ▌ Retry health checks with       Find the leak
                                  ▌ backoff, and stop after a      cursor
                                  ▌ while                          2 failed attempts


















    filter: p:0 label:api
    ");
    terminal.send(" stat:x");
    terminal.wait_for("nothing that can be asked for");
    terminal.send("\u{1b}");
    terminal.wait_for("t-444444");
    terminal.send("?");
    insta::assert_snapshot!(terminal.wait("the keys", |shown| shown.contains("follows every change") && shown.contains('┘')), @"
      pending 1                   ▸ ready 2                        in-progress 1                 review 1
      t-222222 P2             19d ▌ t-333333 P0               3h   t-555555 P0             30m   t-666666 P2             30s
      Write down how the cache    ▌ Retry health checks with       Find the leak                 Mend a typo
      works                       ▌ backoff, and stop after a      cursor                        codex
      waits for an answer ┌ keys ────────────────────────────────────────────────────────────────────┐
                          │arrows, h j k l  move about           Enter  the whole task               │
                          │/  filter, such as p:0 -blocked       Esc    back, or the filter off      │
                          │>  on: prep, claim, review, complete  <      back: release, reject, reopen│
                          │p  prep       c  claim                r      hand over for review         │
                          │a  approve    x  reject               d      complete                     │
                          │n  note       Q  ask                  A      answer                       │
                          │b  block      u  unblock              R      release                      │
                          │F  fail       D  drop                 t, o   retry, reopen                │
                          │e  edit       N  new task             q      leave                        │
                          │                                                                          │
                          │Every key does what the command of that name does,                        │
                          │and refuses what it refuses.                                              │
                          │The board follows every change on disk.                                   │
                          └──────────────────────────────────────────────────────────────────────────┘




    ? help  / filter  Enter show  > on  e edit  N new  q leave
    ");
    terminal.send("\u{1b}");
    terminal.wait("the end of help", |shown| !shown.contains("follows every change"));
    terminal.send("q");
    terminal.wait("its own screen", |shown| !shown.contains("t-333333"));
    assert!(!terminal.is_alternate());
    assert_eq!(terminal.ended(), Some(0));
}

#[test]
fn a_task_is_read_moved_and_refused_by_its_verbs() {
    let sandbox = still_board();
    let mut terminal = live(&sandbox, 24, 120);
    terminal.send("\r");
    insta::assert_snapshot!(terminal.wait("the task", |shown| shown.contains("See src/cache.rs") && shown.contains('┘')), @"
    ┌ t-333333 ────────────────────────────────────────────────────────────────────────────────────────────────────────────┐
    │t-333333  Retry health checks with backoff, and stop after a while                                                    │
    │  state      ready                                                                                                    │
    │  priority   P0                                                                                                       │
    │  kind       feature                                                                                                  │
    │  labels     api, health                                                                                              │
    │  file       .mcp/tasks/ready/t-333333-retry.md                                                                       │
    │                                                                                                                      │
    │Goal                                                                                                                  │
    │────                                                                                                                  │
    │                                                                                                                      │
    │See src/cache.rs:10                                                                                                   │
    │                                                                                                                      │
    │Questions                                                                                                             │
    │─────────                                                                                                             │
    │                                                                                                                      │
    │                                                                                                                      │
    │                                                                                                                      │
    │                                                                                                                      │
    │                                                                                                                      │
    │                                                                                                                      │
    │                                                                                                                      │
    └──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────┘
    ? help  / filter  Enter show  > on  e edit  N new  q leave
    ");
    terminal.send("\u{1b}");
    terminal.wait("the board", |shown| !shown.contains('┘'));
    terminal.send("j>");
    insta::assert_snapshot!(terminal.wait_for("t-444444 waits for t-333333; finish").lines().last().expect("a line").to_owned(), @"t-444444 waits for t-333333; finish those first; `mcp next` picks what is free");
    terminal.send("k>");
    terminal.wait_for("t-333333 claimed");
    assert_eq!(sandbox.state_of("t-333333"), "in-progress");
    terminal.send("nsee the wiki\r");
    terminal.wait_for("t-333333 noted");
    let file = sandbox.read(&sandbox.file_of("t-333333"));
    assert!(file.contains("see the wiki"), "{file}");
    terminal.send("\u{3}");
    assert_eq!(terminal.ended(), Some(0));
}

#[test]
fn it_follows_changes_from_outside_and_another_size() {
    let sandbox = still_board();
    let mut terminal = live(&sandbox, 24, 120);
    let path = sandbox.file_of("t-333333");
    let text = sandbox.read(&path).replace("Retry health checks", "Ask health again");
    sandbox.write(&path, &text);
    terminal.wait_for("Ask health again");
    let _ = sandbox.mcp_as("cursor", "claim t-333333").success();
    terminal.wait_for("in-progress 2");
    terminal.resize(20, 40);
    insta::assert_snapshot!(terminal.wait("one column", |shown| !shown.contains("review") && shown.contains("? help")), @"
    ▸ in-progress 2
    ▌ t-333333 P0                         3h
    ▌ Ask health again with backoff, and
    ▌ stop after a while
    ▌ cursor, for 0s

      t-555555 P0                        30m
      Find the leak
      cursor
      2 failed attempts









    ? help  / filter  Enter show  > on  e ed
    ");
    terminal.send("q");
    assert_eq!(terminal.ended(), Some(0));
}

#[test]
fn tasks_are_made_and_edited_in_the_editor_and_questions_answered() {
    let sandbox = still_board();
    sandbox.write("editor.sh", "sed -i 's/^title: .*/title: Written by hand/' \"$1\"\n");
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    command.env("GIT_EDITOR", "sh editor.sh").env("MCP_AGENT", "ada").args(["board", "--live"]);
    let mut terminal = Terminal::run(command, 30, 120);
    terminal.wait_for("? help");
    terminal.send("he");
    terminal.wait_for("Written by hand");
    assert!(sandbox.read(&sandbox.file_of("t-222222")).contains("Written by hand"));
    terminal.send("Afor everybody\r");
    terminal.wait_for("t-222222 answered");
    terminal.send("NA new one\r");
    terminal.wait_for("pending 2");
    terminal.send("q");
    assert_eq!(terminal.ended(), Some(0));
}

#[test]
fn the_mouse_chooses_and_opens() {
    let sandbox = still_board();
    let mut terminal = live(&sandbox, 24, 120);
    let shown = terminal.contents();
    let row = shown.lines().position(|line| line.contains("t-555555")).expect("a row") + 1;
    let line = shown.lines().nth(row - 1).expect("a line");
    let column = line[..line.find("t-555555").expect("a column")].chars().count() + 1;
    let click = format!("\u{1b}[<0;{column};{row}M\u{1b}[<0;{column};{row}m");
    terminal.send(&click);
    terminal.wait_for("▌ t-555555");
    terminal.send(&click);
    terminal.wait_for("Find the leak");
    terminal.wait_for("┌ t-555555");
    terminal.send("qq");
    assert_eq!(terminal.ended(), Some(0));
}

#[test]
fn the_wheel_goes_up_and_down() {
    let sandbox = still_board();
    let mut terminal = live(&sandbox, 24, 120);
    terminal.send("\u{1b}[<65;40;5M");
    terminal.wait_for("▌ t-444444");
    terminal.send("\u{1b}[<64;40;5M");
    terminal.wait_for("▌ t-333333");
    terminal.send("q");
    assert_eq!(terminal.ended(), Some(0));
}

#[test]
fn checks_run_on_the_plain_terminal_and_the_board_comes_back() {
    let sandbox = still_board();
    sandbox.write("check.sh", "echo the suite has run > ran; test ! -e broken\n");
    let mut terminal = live(&sandbox, 24, 120);
    terminal.send("c");
    terminal.wait_for("t-333333 claimed");
    sandbox.write("code.txt", "two\n");
    sandbox.git("add code.txt check.sh");
    sandbox.git("commit -q --no-verify -m work");
    sandbox.write("broken", "");
    sandbox.git("add broken");
    sandbox.git("commit -q --no-verify -m broken");
    terminal.send(">");
    let refused = terminal.wait_for("tests failed; all of");
    insta::assert_snapshot!(sandbox.filtered(refused.lines().last().expect("a line")), @"tests failed; all of the output: [WORLD]/repo/.git/mcp/logs/tests.log");
    assert_eq!(sandbox.state_of("t-333333"), "in-progress");
    sandbox.git("rm -q broken");
    sandbox.git("commit -q --no-verify -m mended");
    terminal.send(">");
    terminal.wait_for("t-333333 submitted (in-progress → review)");
    terminal.send("q");
    assert_eq!(terminal.ended(), Some(0));
}

#[test]
fn ctrl_c_in_the_editor_ends_the_editor_alone() {
    let sandbox = still_board();
    sandbox.write("editor.sh", "echo the editor is open; exec sleep 60\n");
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    command.env("GIT_EDITOR", "sh editor.sh").env("MCP_AGENT", "ada").args(["board", "--live"]);
    let mut terminal = Terminal::run(command, 24, 120);
    terminal.wait_for("? help");
    terminal.send("e");
    terminal.wait_for("the editor is open");
    terminal.send("\u{3}");
    let back = terminal.wait("the board", |shown| shown.contains("t-444444") && shown.contains("editor"));
    insta::assert_snapshot!(back.lines().last().expect("a line"), @"the editor `sh editor.sh` did not end well; .mcp/tasks/ready/t-333333-retry.md is as it left it");
    terminal.send("q");
    assert_eq!(terminal.ended(), Some(0));
}

#[test]
fn a_signal_ends_it_and_the_terminal_is_as_before() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129)] {
        let sandbox = still_board();
        let mut terminal = live(&sandbox, 24, 120);
        assert_eq!(terminal.left_over().len(), 6);
        terminal.signal(signal);
        assert_eq!(terminal.ended(), Some(code));
        terminal.wait("its own screen", |shown| !shown.contains("t-333333"));
        assert_eq!(terminal.left_over(), Vec::<&str>::new());
    }
}

#[test]
fn a_panic_leaves_the_terminal_as_before_with_its_words() {
    let sandbox = still_board();
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    command.env("MCP_TEST_PANIC", "1").args(["board", "--live"]);
    let mut terminal = Terminal::run(command, 24, 120);
    terminal.wait_for("as the test wants it");
    assert_eq!(terminal.ended(), Some(101));
    assert_eq!(terminal.left_over(), Vec::<&str>::new());
}

#[test]
fn what_takes_its_time_says_so_on_a_terminal_alone() {
    let sandbox = Sandbox::with_board();
    sandbox.git("init -q --bare ../hub.git");
    sandbox.git("remote add origin ../hub.git");
    sandbox.add_config("claims: { remote: origin }");
    let slow = "#!/bin/sh\nsleep 2\nexec git-upload-pack \"$@\"\n";
    sandbox.write("../slow", slow);
    sandbox.git_args(&["config", "remote.origin.uploadpack", "sh ../slow"]);
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    command.arg("sync");
    let mut terminal = Terminal::run(command, 24, 80);
    terminal.wait_for("exchanging with the remote, 1s");
    assert_eq!(terminal.ended(), Some(0));
    insta::assert_snapshot!(terminal.wait_for("say the same"), @"origin and this clone say the same");
    assert_eq!(sandbox.mcp("sync").success().stderr, "origin and this clone say the same\n");
}

/// Two checks in two folders that end when they may, and have passed before in no time.
fn waiting_checks() -> Sandbox {
    let sandbox = Sandbox::with_board();
    let wait = "while ! test -e \"$HOME/go\"; do sleep 0.02; done\n";
    for folder in ["core", "web"] {
        sandbox.write(&format!("{folder}/check.sh"), wait);
    }
    let check = |name: &str| format!("  - name: {name}-tests\n    run: sh check.sh\n    dir: {name}\n");
    sandbox.write(".mcp/config.yaml", &format!("version: 1\nchecks:\n{}{}", check("core"), check("web")));
    let _ = sandbox.mcp("trust --quiet").success();
    fs_err::write(sandbox.home().join("go"), "").expect("a file");
    let _ = sandbox.mcp("check").success();
    fs_err::remove_file(sandbox.home().join("go")).expect("a file");
    sandbox.write("code.txt", "two\n");
    sandbox
}

#[test]
fn each_check_has_a_line_on_a_terminal_while_it_runs() {
    let sandbox = waiting_checks();
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    command.arg("check");
    let mut terminal = Terminal::run(command, 24, 80);
    // In the order in which they began, side by side.
    let told = terminal.wait("both", |shown| shown.matches("-tests 2s (usually 0s)").count() == 2);
    let mut lines: Vec<_> = told.lines().collect();
    lines.sort_unstable();
    insta::assert_snapshot!(lines.join("\n"), @"
    core-tests 2s (usually 0s)
    web-tests 2s (usually 0s)
    ");
    fs_err::write(sandbox.home().join("go"), "").expect("a file");
    assert_eq!(terminal.ended(), Some(0));
    let end = terminal.wait("the end", |shown| shown.lines().count() == 3);
    let mut lines: Vec<_> = end.lines().map(|line| sandbox.filtered(line)).collect();
    lines.sort();
    insta::assert_snapshot!(lines.join("\n"), @"
    core-tests passed in [SECONDS]
    passed [SHORT]
    web-tests passed in [SECONDS]
    ");
}

#[test]
fn checks_in_a_pipe_tell_how_they_ended_and_quiet_ones_nothing() {
    let sandbox = waiting_checks();
    fs_err::write(sandbox.home().join("go"), "").expect("a file");
    let run = sandbox.mcp("check").success();
    let mut lines: Vec<_> = run.stderr.lines().map(|line| sandbox.filtered(line)).collect();
    lines.sort();
    insta::assert_snapshot!(lines.join("\n"), @"
    core-tests passed in [SECONDS]
    web-tests passed in [SECONDS]
    ");
    sandbox.write("code.txt", "three\n");
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    command.args(["check", "--quiet"]);
    let mut terminal = Terminal::run(command, 24, 80);
    assert_eq!(terminal.ended(), Some(0));
    insta::assert_snapshot!(sandbox.filtered(&terminal.contents()), @"passed [SHORT]");
}

#[test]
fn ctrl_c_stops_checks_and_takes_their_lines_away() {
    let sandbox = waiting_checks();
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    command.arg("check");
    let mut terminal = Terminal::run(command, 24, 80);
    terminal.wait_for("web-tests 1s (usually 0s)");
    terminal.send("\u{3}");
    assert_eq!(terminal.ended(), Some(1));
    let shown = terminal.wait("the end", |shown| shown.contains("hint:"));
    insta::assert_snapshot!(sandbox.filtered(&shown), @"
    error: stopped
    hint: nothing was changed; run it again when you like
    ");
}

#[test]
fn without_a_terminal_it_says_what_prints_the_board() {
    let sandbox = still_board();
    insta::assert_snapshot!(sandbox.mcp("board --live"), @"
    --- stderr ---
    error: the live board needs a terminal
    hint: `mcp board` prints it
    --- exit 2 ---
    ");
}

#[test]
fn what_is_long_goes_through_the_pager_and_what_is_short_does_not() {
    let sandbox = still_board();
    let show = |rows: u16, extra: &[&str]| {
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
        command.env("PAGER", "sed 's/^/> /'; echo paged").args(["show", "t-333333"]).args(extra);
        let terminal = Terminal::run(command, rows, 60);
        terminal.wait_for("Questions")
    };
    assert!(show(50, &[]).lines().all(|line| !line.starts_with("> ")));
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    command.env("PAGER", "sed 's/^/> /'; echo paged").args(["show", "t-333333"]);
    Terminal::run(command, 10, 60).wait_for("paged");
    assert!(show(10, &["--no-pager"]).lines().all(|line| !line.starts_with("> ")));
}
