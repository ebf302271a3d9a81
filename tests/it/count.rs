//! What a command costs on a large board, in files that it opens and children that it starts: counted, not timed.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::Command;

use insta::assert_snapshot;

use crate::support::{Formats, Sandbox};

const STATES: [&str; 6] = ["pending", "ready", "in-progress", "review", "done", "failed"];

/// The id of the task with a number: six letters that stand for its digits.
fn id(number: usize) -> String {
    let digits = format!("{number:06}");
    let letters = digits.bytes().map(|digit| char::from(b"bcdfghjkmn"[usize::from(digit - b'0')]));
    format!("t-{}", letters.collect::<String>())
}

/// A task file of some 1.5 KB, as it is after a while of work.
fn task_file(number: usize) -> String {
    let id = id(number);
    let day = number % 28 + 1;
    let criteria: String = (1..=6)
        .map(|criterion| format!("- [x] Criterion {criterion}: the endpoint answers within its limit under load\n"))
        .collect();
    let log: String = ["created", "prepared", "claimed", "checks passed", "sent to review", "approved"]
        .iter()
        .map(|event| format!("- 2026-10-{day:02}T09:12:03Z ada {event}\n"))
        .collect();
    format!(
        "---\nid: {id}\ntitle: Retry health check {number} with backoff\npriority: P{}\nkind: chore\n\
         labels: [health, service-{}]\ncreated: 2026-10-{day:02}T09:12:03Z\nrev: 1\nattempts: 0\n---\n\
         ## Goal\n\nA check that fails once is tried again before anybody is woken up at night.\n\n\
         ## Acceptance criteria\n\n{criteria}\n## Definition of done\n\n- [x] The checks pass\n\n\
         ## Files affected\n\n- src/health.rs\n- src/backoff.rs\n\n\
         ## Implementation notes\n\n{}\n## Log\n\n{log}",
        number % 3,
        number % 7,
        "The ceiling comes from the configuration, and each wait is twice the one before.\n".repeat(4),
    )
}

/// A board with 10,000 done tasks, then 100 open ones: 70 ready, 30 pending.
fn large_board() -> Sandbox {
    let sandbox = Sandbox::with_board();
    for number in 0..10_100 {
        let state = match number {
            0..10_000 => "done",
            10_000..10_070 => "ready",
            _ => "pending",
        };
        let path = sandbox.path(&format!(".mcp/tasks/{state}/{}-retry.md", id(number)));
        fs_err::write(path, task_file(number)).expect("a file");
    }
    sandbox
}

/// Whether processes can be traced here; says so when not.
pub fn can_trace() -> bool {
    let traced = Command::new("strace").args(["-f", "--seccomp-bpf", "-o", "/dev/null", "true"]).output();
    let is_there = traced.is_ok_and(|output| output.status.success());
    if !is_there {
        // Not `eprintln!`, which nobody sees when the test passes.
        writeln!(std::io::stderr(), "passed over: strace is missing or may not trace here").expect("written");
    }
    is_there
}

/// Runs `mcp` under strace, and tells which task files it opened in each state's folder, how many
/// children it ran, and how often it listed the folder of the done ones.
fn cost(sandbox: &Sandbox, line: &str) -> String {
    let trace = sandbox.home().join("trace");
    let mut command = sandbox.command("strace");
    command.args(["-f", "--seccomp-bpf", "-e", "trace=openat,open,execve", "-s", "4096", "-y", "-o"]).arg(&trace);
    command.arg(env!("CARGO_BIN_EXE_mcp")).args(line.split_ascii_whitespace());
    let _ = sandbox.run(command).success();
    let trace = fs_err::read_to_string(trace).expect("a trace");
    let mut opened: BTreeMap<String, usize> = BTreeMap::new();
    let (mut children, mut listings) = (0, 0);
    for call in trace.lines() {
        // A call that another thread interrupts ends in a line of its own: what is counted is its beginning.
        if call.contains(" = -1 ") || call.contains(" resumed>") {
            continue;
        }
        // The program itself is the first.
        children += usize::from(call.contains(" execve("));
        let Some((_, below)) = call.split_once("/.mcp/tasks/") else {
            continue;
        };
        // A name in a folder that is open follows the folder's own.
        let path = below.replace(">, \"", "/");
        let path = path.split(['"', '>']).next().expect("a path").to_owned();
        // One that is kept open to find files in it is not listed.
        listings += usize::from(path == "done" && !call.contains("O_PATH"));
        if let Some((state, _)) = path.split_once('/').filter(|_| path.ends_with(".md")) {
            *opened.entry(state.to_owned()).or_default() += 1;
        }
    }
    let files = STATES.map(|state| format!("{:>12}", opened.get(state).copied().unwrap_or_default()));
    format!("{:<22}{}{:>10}{listings:>10}\n", line, files.join("").replace("  0", "  -"), children - 1)
}

#[test]
fn commands_open_no_done_task_that_they_do_not_name_and_start_no_child() {
    if !can_trace() {
        return;
    }
    let sandbox = large_board();
    let (open, other, done) = (id(10_000), id(10_001), id(123));
    let states = STATES.map(|state| format!("{state:>12}")).join("");
    let mut table = format!("{:<22}{states}{:>10}{:>10}\n", "", "children", "of done");
    for line in [
        "next".to_owned(),
        "next --explain".to_owned(),
        "list".to_owned(),
        "status".to_owned(),
        format!("show {open}"),
        format!("show {done}"),
        format!("log {open}"),
        "search backoff".to_owned(),
        format!("claim {open}"),
        format!("note {open} -m tried"),
        format!("show {open}"),
        "next".to_owned(),
        "create Another".to_owned(),
        format!("release {open}"),
        format!("note {other} -m tried"),
        "claim".to_owned(),
    ] {
        table += &cost(&sandbox, &line);
    }
    assert_snapshot!(table, @"
                               pending       ready in-progress      review        done      failed  children   of done
    next                            30          70           -           -           -           -         0         1
    next --explain                  30          70           -           -           -           -         0         1
    list                            30          70           -           -           -           -         0         1
    status                           -           -           -           -           -           -         0         2
    show t-bcbbbb                    -           1           -           -           -           -         0         1
    show t-bbbcdf                    -           -           -           -           1           -         0         1
    log t-bcbbbb                     -           1           -           -           -           -         0         1
    search backoff                  30          70           -           -       10000           -         0         1
    claim t-bcbbbb                   -           2           2           -           -           -         0         1
    note t-bcbbbb -m tried           -           -           4           -           -           -         0         0
    show t-bcbbbb                    -           -           1           -           -           -         0         0
    next                            30          69           1           -           -           -         0         1
    create Another                   2           -           -           -           -           -         0         0
    release t-bcbbbb                 -           2           2           -           -           -         0         0
    note t-bcbbbc -m tried           -           4           -           -           -           -         0         1
    claim                           31          72           2           -           -           -         0         2
    ");
}

/// How often a command lists a state's folder.
fn listings(sandbox: &Sandbox, line: &str) -> String {
    let trace = sandbox.home().join("trace");
    let mut command = sandbox.command("strace");
    command.args(["-f", "--seccomp-bpf", "-e", "trace=getdents64", "-y", "-o"]).arg(&trace);
    command.arg(env!("CARGO_BIN_EXE_mcp")).args(line.split_ascii_whitespace());
    let _ = sandbox.run(command).success();
    let trace = fs_err::read_to_string(trace).expect("a trace");
    let ends = trace.lines().filter(|call| call.contains("/.mcp/tasks/") && call.ends_with(" = 0"));
    format!("{line:<22}{:>3}\n", ends.count())
}

#[test]
fn writing_commands_list_the_six_folders_once_where_there_is_no_cell_and_none_where_there_is_one() {
    if !can_trace() {
        return;
    }
    let sandbox = Sandbox::with_board();
    for number in 1..=4 {
        let state = if number == 1 { "done" } else { "ready" };
        let needs = if number == 4 { format!("depends_on: [{}]\nkind:", id(1)) } else { "kind:".to_owned() };
        fs_err::write(
            sandbox.path(&format!(".mcp/tasks/{state}/{}-retry.md", id(number))),
            task_file(number).replace("kind:", &needs),
        )
        .expect("a file");
    }
    // What changed in this very moment is looked through once more.
    std::thread::sleep(std::time::Duration::from_millis(100));
    let mut table = String::new();
    let (one, other, waiting) = (id(2), id(3), id(4));
    for line in [
        format!("note {one} -m tried"),
        format!("note {one} -m again"),
        format!("claim {one}"),
        format!("release {one}"),
        format!("claim {other}"),
        format!("note {other} -m tried"),
        format!("claim {waiting}"),
        "create Another".to_owned(),
        "create More".to_owned(),
        format!("release {other}"),
        format!("claim {other}"),
    ] {
        table += &listings(&sandbox, &line);
    }
    sandbox.write(".mcp/tasks/ready/dropped.md", "# Dropped in\n");
    let taken = sandbox.mcp(&format!("note {one} -m last")).success();
    assert!(taken.stderr.contains("took in .mcp/tasks/ready/dropped.md"), "{taken}");
    assert_snapshot!(table, @"
    note t-bbbbbd -m tried 10
    note t-bbbbbd -m again  0
    claim t-bbbbbd          0
    release t-bbbbbd        0
    claim t-bbbbbf          6
    note t-bbbbbf -m tried  0
    claim t-bbbbbg          6
    create Another          0
    create More             0
    release t-bbbbbf        0
    claim t-bbbbbf          0
    ");
}

#[test]
fn reading_a_board_needs_git_s_settings_once_and_no_libgit2() {
    let sandbox = Sandbox::with_board();
    let path = sandbox.path(&format!(".mcp/tasks/ready/{}.md", id(1)));
    fs_err::write(path, task_file(1)).expect("a file");
    if !can_trace() {
        return;
    }
    let mut table = String::new();
    for line in ["next", "list --all", "status", "show bbb", "search ceiling"] {
        let trace = sandbox.home().join("trace");
        let mut command = sandbox.command("strace");
        command.args(["-f", "--seccomp-bpf", "-e", "trace=openat,open,stat,newfstatat,statx,access,readlink", "-o"]);
        command.arg(&trace).arg(env!("CARGO_BIN_EXE_mcp")).args(line.split_ascii_whitespace());
        let _ = sandbox.run(command).success();
        let trace = fs_err::read_to_string(trace).expect("a trace");
        let opened = |end: &str| trace.lines().filter(|call| call.contains(" open") && call.contains(end)).count();
        // libgit2 begins with a number by chance, and looks for grafts. By it `show` looks for commits of the task.
        let is_libgit2 = ["/dev/urandom", "/.git/info/grafts"].iter().any(|sign| trace.contains(sign));
        let name = line.split(' ').next().expect("a word");
        table += &format!("{name:<10}{:>3}{:>3}{is_libgit2:>7}\n", opened("/.git/config\""), opened("/.git/HEAD\""));
    }
    assert_snapshot!(table, @"
    next        1  0  false
    list        1  0  false
    status      1  1  false
    show        2  1   true
    search      1  0  false
    ");
}

#[test]
fn the_commit_of_a_task_starts_no_git_of_ours() {
    let sandbox = Sandbox::with_board();
    if Formats::of_all_tests().are_for_the_program() {
        // There git is asked for everything.
        return;
    }
    let _ = sandbox.claimed_task("One");
    sandbox.write(".gitignore", "/target/\n*.log\n");
    sandbox.write("target/made", "made\n");
    sandbox.write("code.txt", "two\n");
    sandbox.git("add code.txt .gitignore");
    let trace = sandbox.home().join("children");
    let mut commit = sandbox.command("git");
    commit.args(["commit", "-q", "-m", "Work"]).env("GIT_TRACE2", &trace);
    let _ = sandbox.run(commit).success();
    assert!(sandbox.git("show --stat --format= HEAD").contains("/review/"));
    let trace = fs_err::read_to_string(trace).expect("a trace");
    let words = trace.lines().filter_map(|line| line.split_once(" start ")?.1.split_whitespace().nth(1));
    assert_eq!(words.collect::<Vec<_>>(), ["commit", "maintenance"], "{trace}");
}

/// Runs `mcp status` with other variables, asserts that git finds the same name, and tells name and children.
fn asked(sandbox: &Sandbox, case: &str, variables: &[(&str, &str)], removed: &[&str]) -> String {
    let trace = sandbox.home().join("children");
    fs_err::write(&trace, "").expect("a file");
    let commanded = |program: &str, line: &str| {
        let mut command = sandbox.command(program);
        command.args(line.split(' ')).env("GIT_CONFIG_GLOBAL", "/dev/null");
        for name in removed {
            command.env_remove(name);
        }
        command
            .envs(variables.iter().map(|(name, value)| (name, value.replace("~", &sandbox.home().to_string_lossy()))));
        command
    };
    let mut command = commanded(env!("CARGO_BIN_EXE_mcp"), "status --json");
    command.env("GIT_TRACE2", &trace);
    let status = sandbox.run(command).success().json();
    let actor = status["status"]["actor"].as_str().expect("a name").to_owned();
    let oracle = sandbox.run(commanded("git", "config user.name")).success();
    assert_eq!(actor, oracle.stdout.trim().to_lowercase(), "{case}");
    let trace = fs_err::read_to_string(trace).expect("a trace");
    let children = trace.lines().filter(|line| line.contains(" start ")).count();
    format!("{case:<44}{actor:<12}{children}\n")
}

#[test]
fn settings_are_those_of_git_and_plain_ones_need_no_child() {
    let sandbox = Sandbox::with_board();
    let home = sandbox.home();
    let file = |name: &str, text: &str| {
        let path = home.join(name);
        fs_err::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs_err::write(path, text).expect("a file");
    };
    let named = |name: &str| format!("[user]\n\tname = {name}\n");
    file("one", &named("Global"));
    file("system", &named("System"));
    file(".config/git/config", &named("Dot-Config"));
    file("xdg/git/config", &named("Xdg"));
    file("quoted", "[alias]\n\tx = \"!f() { git log; }; f\"\n[user]\n\tname = \"Quoted\" # it is\n");
    file("include", "[user]\n\tname = Global\n[include]\n\tpath = one-more\n");
    file("one-more", &named("Included"));
    file("conditional", "[user]\n\tname = Global\n[includeIf \"gitdir/i:**/REPO/\"]\n\tpath = one-more\n");
    file("continued", "[user]\n\tname = Conti\\\nnued\n");

    let mut table = String::new();
    let mut ask = |case: &str, variables: &[(&str, &str)], removed: &[&str]| {
        table += &asked(&sandbox, case, variables, removed);
    };
    let global = ("GIT_CONFIG_GLOBAL", "~/one");
    ask("GIT_CONFIG_GLOBAL", &[global], &[]);
    ask("quotes and comments", &[("GIT_CONFIG_GLOBAL", "~/quoted")], &[]);
    ask("GIT_CONFIG_SYSTEM", &[("GIT_CONFIG_SYSTEM", "~/system")], &["GIT_CONFIG_NOSYSTEM"]);
    ask(
        "GIT_CONFIG_SYSTEM under GIT_CONFIG_GLOBAL",
        &[("GIT_CONFIG_SYSTEM", "~/system"), global],
        &["GIT_CONFIG_NOSYSTEM"],
    );
    ask("GIT_CONFIG_SYSTEM and NOSYSTEM", &[("GIT_CONFIG_SYSTEM", "~/system"), global], &[]);
    ask("~/.config/git/config", &[], &["GIT_CONFIG_GLOBAL"]);
    ask("XDG_CONFIG_HOME", &[("XDG_CONFIG_HOME", "~/xdg")], &["GIT_CONFIG_GLOBAL"]);
    ask("an empty XDG_CONFIG_HOME", &[("XDG_CONFIG_HOME", "")], &["GIT_CONFIG_GLOBAL"]);
    file(".gitconfig", &named("Home"));
    ask("~/.gitconfig over ~/.config/git/config", &[], &["GIT_CONFIG_GLOBAL"]);
    ask("~/.gitconfig over XDG_CONFIG_HOME", &[("XDG_CONFIG_HOME", "~/xdg")], &["GIT_CONFIG_GLOBAL"]);
    ask("include", &[("GIT_CONFIG_GLOBAL", "~/include")], &[]);
    ask("includeIf", &[("GIT_CONFIG_GLOBAL", "~/conditional")], &[]);
    ask("a continued line", &[("GIT_CONFIG_GLOBAL", "~/continued")], &[]);
    let counted = [("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "user.name"), ("GIT_CONFIG_VALUE_0", "Counted")];
    ask("GIT_CONFIG_COUNT", &counted, &[]);
    ask("GIT_CONFIG_PARAMETERS", &[("GIT_CONFIG_PARAMETERS", "'user.name=Parameter'")], &[]);
    ask("another word for GIT_CONFIG_NOSYSTEM", &[("GIT_CONFIG_NOSYSTEM", "yes"), global], &[]);

    sandbox.git("config user.name Local");
    ask("the repository's own", &[global], &[]);
    let elsewhere = ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"].map(|name| (name, "~/xdg"));
    ask("the repository's own, no home", &elsewhere, &["GIT_CONFIG_GLOBAL", "HOME"]);
    ask("an empty GIT_CONFIG_GLOBAL", &[("GIT_CONFIG_GLOBAL", "")], &[]);
    sandbox.git("config extensions.worktreeConfig true");
    sandbox.git("config --worktree user.name Worktree");
    ask("config.worktree", &[global], &[]);
    assert_snapshot!(table, @"
    GIT_CONFIG_GLOBAL                           global      0
    quotes and comments                         quoted      0
    GIT_CONFIG_SYSTEM                           system      0
    GIT_CONFIG_SYSTEM under GIT_CONFIG_GLOBAL   global      0
    GIT_CONFIG_SYSTEM and NOSYSTEM              global      0
    ~/.config/git/config                        dot-config  0
    XDG_CONFIG_HOME                             xdg         0
    an empty XDG_CONFIG_HOME                    dot-config  0
    ~/.gitconfig over ~/.config/git/config      home        0
    ~/.gitconfig over XDG_CONFIG_HOME           home        0
    include                                     included    1
    includeIf                                   included    1
    a continued line                            continued   1
    GIT_CONFIG_COUNT                            counted     1
    GIT_CONFIG_PARAMETERS                       parameter   1
    another word for GIT_CONFIG_NOSYSTEM        global      1
    the repository's own                        local       0
    the repository's own, no home               local       1
    an empty GIT_CONFIG_GLOBAL                  local       1
    config.worktree                             worktree    1
    ");
}

#[test]
fn the_machine_s_settings_are_those_that_git_reads() {
    let sandbox = Sandbox::with_board();
    sandbox.git("config user.name Local");
    // Whether a child is needed depends on the machine.
    asked(&sandbox, "the machine's own", &[], &["GIT_CONFIG_NOSYSTEM"]);
}

#[test]
fn a_listing_opens_no_object_twice_and_needs_nothing_that_it_keeps() {
    let sandbox = Sandbox::with_board();
    for number in 0..20 {
        let _ = sandbox.mcp(&format!("create --quiet Task-{number}")).success();
    }
    let kept = sandbox.path(".git/mcp/claims");
    let told = sandbox.mcp("list --json").success().stdout;
    let whole = fs_err::read(&kept).expect("the claims that were read");
    assert_eq!(sandbox.mcp("list --json").success().stdout, told);
    for damaged in [&whole[..whole.len() / 2], b"nothing of ours", b""] {
        fs_err::write(&kept, damaged).expect("written");
        assert_eq!(sandbox.mcp("list --json").success().stdout, told);
        assert_eq!(fs_err::read(&kept).expect("written anew").len(), whole.len());
    }
    fs_err::remove_file(&kept).expect("removed");
    assert_eq!(sandbox.mcp("list --json").success().stdout, told);
    if !can_trace() {
        return;
    }
    assert_eq!(objects_opened(&sandbox, "list"), 0);
    assert_eq!(objects_opened(&sandbox, "next"), 0);
    fs_err::remove_file(&kept).expect("removed");
    // A tree and a claim each.
    assert_eq!(objects_opened(&sandbox, "next"), 40);
}

/// Runs `mcp` under strace, and tells how many of git's objects it opened.
fn objects_opened(sandbox: &Sandbox, line: &str) -> usize {
    let trace = sandbox.home().join("trace");
    let mut command = sandbox.command("strace");
    command.args(["-f", "--seccomp-bpf", "-e", "trace=openat,open", "-s", "4096", "-o"]).arg(&trace);
    command.arg(env!("CARGO_BIN_EXE_mcp")).args(line.split_ascii_whitespace());
    let _ = sandbox.run(command).success();
    let trace = fs_err::read_to_string(trace).expect("a trace");
    let is_object = |call: &&str| {
        let below = call.split_once("/.git/objects/").map(|(_, below)| below);
        below.is_some_and(|below| below.as_bytes().get(2) == Some(&b'/')) && !call.contains(" = -1 ")
    };
    trace.lines().filter(is_object).count()
}
