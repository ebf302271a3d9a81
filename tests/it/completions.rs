//! Completions in the real shells: what is typed, what Tab makes of it, and what is offered.

use super::support::Sandbox;
use super::support::terminal::Terminal;
use super::verbs::listing::still_board;

/// Whether a shell is here; says so when it is not.
fn has(sandbox: &Sandbox, shell: &str) -> bool {
    let mut look = sandbox.command("sh");
    look.args(["-c", &format!("command -v {shell}")]);
    let is_here = sandbox.run(look).code == Some(0);
    if !is_here {
        println!("{shell} is not installed: its completions were passed over");
    }
    is_here
}

/// What is typed before Tab, and what stands there after it.
const COMPLETED: &[(&str, &str)] = &[
    ("mcp show 33", "mcp show 333333"),
    ("mcp show t-3", "mcp show t-333333"),
    ("mcp reopen t", "mcp reopen t-777777"),
    ("mcp list state:in", "mcp list state:in-progress"),
    ("mcp list -state:in", "mcp list -state:in-progress"),
    ("mcp list p:0 label:ap", "mcp list p:0 label:api"),
    ("mcp list --state in", "mcp list --state in-progress"),
    ("mcp list --state=in", "mcp list --state=in-progress"),
    ("mcp list --assignee cu", "mcp list --assignee cursor"),
    ("mcp --as cu", "mcp --as cursor"),
    ("mcp list --columns id,ti", "mcp list --columns id,title"),
    ("mcp create -k fe", "mcp create -k feature"),
    ("mcp setup cod", "mcp setup codex"),
    ("mcp help que", "mcp help query"),
    ("mcp claim --wo", "mcp claim --worktree"),
    ("mcp note 33 -m 'a: b' --quie", "mcp note 33 -m 'a: b' --quiet"),
];

/// Types all of it into a shell whose prompt is `ready>`, and looks at what becomes of it.
fn complete_all(terminal: &mut Terminal) {
    for (typed, completed) in COMPLETED {
        terminal.send(&format!("\u{15}{typed}\t"));
        let line = format!("ready> {completed}");
        terminal.wait(&line, |shown| shown.lines().last() == Some(line.as_str()));
    }
}

#[test]
fn bash_completes_tasks_states_and_workers() {
    let sandbox = still_board();
    if !has(&sandbox, "bash") {
        return;
    }
    let mut bash = sandbox.command("bash");
    bash.args(["--norc", "--noprofile", "-i"]).env("INPUTRC", "/dev/null");
    let mut terminal = Terminal::run(bash, 24, 80);
    terminal.send("source <(mcp completions bash); bind 'set enable-bracketed-paste off'; PS1='re''ady> '; clear\r");
    terminal.wait("a prompt", |shown| shown == "ready>");
    complete_all(&mut terminal);
    // Once for what all have in common, twice for all.
    terminal.send("\u{15}mcp claim \t\t\t");
    let is_drawn = |shown: &str| shown.contains("t-333333  t-444444") && shown.ends_with("ready> mcp claim t-");
    let offered = terminal.wait("two tasks", is_drawn);
    insta::assert_snapshot!(offered.lines().skip_while(|line| !line.contains("444444")).collect::<Vec<_>>().join("\n"), @"
    t-333333  t-444444
    ready> mcp claim t-
    ");
}

#[test]
fn zsh_completes_tasks_states_and_workers_with_what_they_are() {
    let sandbox = still_board();
    if !has(&sandbox, "zsh") {
        return;
    }
    let mut zsh = sandbox.command("zsh");
    zsh.args(["-f", "-i"]);
    let mut terminal = Terminal::run(zsh, 24, 80);
    terminal.send(
        "autoload -U compinit; compinit -u -D; source <(mcp completions zsh); unset zle_bracketed_paste; PROMPT_SP=; PS1='re''ady> '; clear\r",
    );
    terminal.wait("a prompt", |shown| shown == "ready>");
    complete_all(&mut terminal);
    // Once for what all have in common, twice for all.
    terminal.send("\u{15}mcp claim \t\t");
    let offered = terminal.wait("two tasks", |shown| shown.contains("t-444444  --") && shown.ends_with('🚀'));
    insta::assert_snapshot!(offered, @"
    ready> mcp claim t-
    t-333333  -- Retry health checks with backoff, and stop after a while
    t-444444  -- 健康检查 shown on the page, in every language that it has 🚀
    ");
}

#[test]
fn fish_offers_tasks_states_and_workers_with_what_they_are() {
    let sandbox = still_board();
    if !has(&sandbox, "fish") {
        return;
    }
    let lines = ["mcp claim ", "mcp list state:re", "mcp list --assignee ", "mcp create -k t", "mcp claim --w"];
    let asked: String = lines.iter().map(|line| format!("echo '> {line}'; complete -C '{line}'; ")).collect();
    let mut fish = sandbox.command("fish");
    fish.args(["--no-config", "-c", &format!("mcp completions fish | source; {asked}")]);
    insta::assert_snapshot!(sandbox.run(fish).success(), @"
    > mcp claim 
    t-333333	Retry health checks with backoff, and stop after a while
    t-444444	健康检查 shown on the page, in every language that it has 🚀
    > mcp list state:re
    state:ready
    state:review
    > mcp list --assignee 
    codex
    cursor
    > mcp create -k t
    tdd
    > mcp claim --w
    --worktree	Make a worktree and a branch for the work: beside the main checkout, or in this folder
    ");
}

/// What the scripts for the other shells call, and what comes back; these shells themselves are rarely had.
#[test]
fn powershell_and_elvish_are_answered_as_their_scripts_ask() {
    let sandbox = still_board();
    let answer = |shell: &str, words: &[&str]| {
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
        command.env("MCP_COMPLETE", shell).env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string());
        command.arg("--").args(words);
        sandbox.run(command).success().stdout.replace('\t', " <tab> ")
    };
    let all = ["powershell", "elvish"].map(|shell| {
        let answers = [answer(shell, &["mcp", "claim", ""]), answer(shell, &["mcp", "list", "state:re"])];
        format!("{shell}\n{}", answers.join("\n"))
    });
    insta::assert_snapshot!(all.join("\n"), @"
    powershell
    t-333333 <tab> Retry health checks with backoff, and stop after a while
    t-444444 <tab> 健康检查 shown on the page, in every language that it has 🚀

    state:ready
    state:review

    elvish
    t-333333
    t-444444
    state:ready
    state:review
    ");
}
