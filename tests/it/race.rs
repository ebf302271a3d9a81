//! Many processes at once on one board: one winner, nothing lost, nothing doubled.
//!
//! `MCP_ROUNDS=500 cargo test --test it race` runs the long form.

use std::collections::BTreeSet;
use std::process::{Child, Command, Stdio};

use super::support::{Run, Sandbox};

/// How often a race is run: few times by default, for a night as often as one likes.
fn rounds(short: usize) -> usize {
    std::env::var("MCP_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(short)
}

const AGENTS: [&str; 8] = ["ada", "bo", "cy", "dee", "eli", "fay", "gus", "hal"];

fn mcp(sandbox: &Sandbox, agent: &str, arguments: &[&str]) -> Command {
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    command.env("MCP_AGENT", agent).args(arguments);
    command
}

/// Starts all commands before it waits for any.
fn at_once(sandbox: &Sandbox, commands: Vec<Command>) -> Vec<Run> {
    let start =
        |mut command: Command| command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a process");
    let children: Vec<Child> = commands.into_iter().map(start).collect();
    children.into_iter().map(|child| sandbox.told(&child.wait_with_output().expect("an end"))).collect()
}

/// Each of these commands in a loop, until dropped.
struct Meanwhile<'a> {
    stop: std::sync::Arc<std::sync::atomic::AtomicBool>,
    threads: Vec<std::thread::JoinHandle<usize>>,
    sandbox: std::marker::PhantomData<&'a Sandbox>,
}

impl Meanwhile<'_> {
    fn git<'a>(sandbox: &'a Sandbox, lines: &[&str]) -> Meanwhile<'a> {
        let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let start = |line: &&str| {
            let mut command = sandbox.command("git");
            command.args(line.split(' ')).stdout(Stdio::null()).stderr(Stdio::null());
            let stop = stop.clone();
            std::thread::spawn(move || {
                let mut times = 0;
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    times += usize::from(command.status().expect("a process").success());
                }
                times
            })
        };
        let threads = lines.iter().map(start).collect();
        Meanwhile { stop, threads, sandbox: std::marker::PhantomData }
    }

    /// Ends the loops; each must have succeeded at least once.
    fn end(self) {
        self.stop.store(true, std::sync::atomic::Ordering::Relaxed);
        for thread in self.threads {
            assert!(thread.join().expect("an end") > 0, "a command that ran meanwhile never succeeded");
        }
    }
}

/// Lets the eight race for one task, so often; each time one wins and the others are told who.
fn race_for_one(sandbox: &Sandbox, rounds: usize) {
    let id = sandbox.ready_task("Win me");
    for round in 0..rounds {
        let runs = at_once(sandbox, AGENTS.iter().map(|agent| mcp(sandbox, agent, &["claim", &id])).collect());
        let winners: Vec<_> = (0..8).filter(|&at| runs[at].code == Some(0)).collect();
        assert_eq!(winners.len(), 1, "round {round}: {}", all(&runs));
        let winner = AGENTS[winners[0]];
        for run in runs.iter().filter(|run| run.code != Some(0)) {
            assert_eq!(run.code, Some(4), "round {round}: {run}");
            let told = format!("error: {id} is held by {winner} in ");
            assert!(run.stderr.starts_with(&told), "round {round}, won by {winner}: {run}");
        }
        assert_eq!(sandbox.state_of(&id), "in-progress");
        assert!(sandbox.read(&sandbox.file_of(&id)).contains(&format!("\nassignee: {winner}\n")));
        let _ = sandbox.mcp_as(winner, &format!("release {id}")).success();
    }
    let _ = sandbox.mcp("doctor").success();
}

/// The eight work in four linked worktrees, two in each.
#[test]
fn of_eight_in_four_linked_worktrees_one_wins_and_all_of_them_tell_who() {
    let sandbox = Sandbox::with_board();
    let id = sandbox.ready_task("Win me");
    sandbox.git("add -A");
    sandbox.git("commit -q -m board");
    let places: Vec<_> = (0..4).map(|number| sandbox.worktree(&format!("side-{number}"))).collect();
    let at_place = |at: usize, arguments: &[&str]| {
        let mut command = mcp(&sandbox, AGENTS[at], arguments);
        command.current_dir(&places[at % 4]);
        command
    };
    for round in 0..rounds(10) {
        let runs = at_once(&sandbox, (0..8).map(|at| at_place(at, &["claim", &id])).collect());
        let winners: Vec<_> = (0..8).filter(|&at| runs[at].code == Some(0)).collect();
        assert_eq!(winners.len(), 1, "round {round}: {}", all(&runs));
        let winner = winners[0];
        for (at, run) in runs.iter().enumerate().filter(|(at, _)| *at != winner) {
            let told = format!("error: {id} is held by {} in ", AGENTS[winner]);
            assert!(run.code == Some(4) && run.stderr.starts_with(&told), "round {round}, {}: {run}", AGENTS[at]);
        }
        for at in 0..4 {
            let listed = sandbox.run(at_place(at, &["list", "--json"])).success().json();
            let task = &listed["tasks"][0];
            assert_eq!((&task["state"], &task["assignee"]), (&"in-progress".into(), &AGENTS[winner].into()), "{round}");
        }
        let _ = sandbox.run(at_place(winner, &["release", &id])).success();
    }
    let _ = sandbox.mcp("doctor").success();
}

fn all(runs: &[Run]) -> String {
    runs.iter().map(|run| format!("{run}\n")).collect()
}

#[test]
fn of_eight_who_claim_at_once_one_wins_and_the_others_are_told_who() {
    race_for_one(&Sandbox::with_board(), rounds(30));
}

#[test]
fn one_wins_while_git_packs_refs_and_collects_garbage() {
    let sandbox = Sandbox::with_board();
    // Not with `--prune=now`, which takes what others are just writing, as git's manual says.
    let meanwhile = Meanwhile::git(&sandbox, &["pack-refs --all --prune", "gc --quiet"]);
    race_for_one(&sandbox, rounds(10));
    meanwhile.end();
    sandbox.git("fsck --strict");
}

#[test]
fn eight_who_create_at_once_make_eight_tasks() {
    let sandbox = Sandbox::with_board();
    let meanwhile = Meanwhile::git(&sandbox, &["pack-refs --all --prune"]);
    let rounds = rounds(5);
    let mut ids = BTreeSet::new();
    for round in 0..rounds {
        let title = |agent: &str| format!("Task {round} of {agent}");
        let runs = at_once(&sandbox, AGENTS.iter().map(|a| mcp(&sandbox, a, &["create", &title(a)])).collect());
        ids.extend(runs.into_iter().map(|run| run.success().stdout.trim().to_owned()));
    }
    meanwhile.end();
    assert_eq!(ids.len(), 8 * rounds, "no id twice");
    let files = sandbox.tree();
    assert_eq!(files.lines().count(), 8 * rounds, "{files}");
    assert!(ids.iter().all(|id| sandbox.state_of(id) == "pending"));
    let _ = sandbox.mcp("doctor").success();
}

#[test]
fn what_eight_say_of_one_task_at_once_is_all_in_its_file_and_in_its_cell() {
    let sandbox = Sandbox::with_board();
    let id = sandbox.ready_task("Talk about me");
    let meanwhile = Meanwhile::git(&sandbox, &["pack-refs --all --prune"]);
    let rounds = rounds(5);
    for round in 0..rounds {
        let words: Vec<_> = AGENTS.iter().map(|agent| format!("word-{round}-of-{agent}.")).collect();
        let notes = AGENTS.iter().zip(&words).map(|(agent, words)| mcp(&sandbox, agent, &["note", &id, "-m", words]));
        at_once(&sandbox, notes.collect()).into_iter().for_each(|run| drop(run.success()));
    }
    meanwhile.end();
    let file = sandbox.read(&sandbox.file_of(&id));
    let cell = sandbox.git(&format!("cat-file blob refs/mcp/tasks/{id}:task.md"));
    for (round, agent) in (0..rounds).flat_map(|round| AGENTS.iter().map(move |agent| (round, agent))) {
        let words = format!("word-{round}-of-{agent}.");
        assert_eq!((file.matches(&words).count(), cell.matches(&words).count()), (1, 1), "{words}");
    }
    let _ = sandbox.mcp("doctor").success();
}

#[test]
fn eight_who_ask_for_any_of_eight_tasks_get_one_each() {
    let sandbox = Sandbox::with_board();
    let ids: Vec<_> = (0..8).map(|number| sandbox.ready_task(&format!("Task {number}"))).collect();
    let meanwhile = Meanwhile::git(&sandbox, &["pack-refs --all --prune"]);
    for round in 0..rounds(3) {
        let runs = at_once(&sandbox, AGENTS.iter().map(|agent| mcp(&sandbox, agent, &["claim"])).collect());
        assert!(runs.iter().all(|run| run.code == Some(0)), "round {round}: {}", all(&runs));
        let got: BTreeSet<_> = runs.iter().map(|run| run.stdout.trim().to_owned()).collect();
        assert_eq!(got, ids.iter().cloned().collect(), "round {round}");
        for (agent, run) in AGENTS.iter().zip(&runs) {
            let _ = sandbox.mcp_as(agent, &format!("release {}", run.stdout.trim())).success();
        }
    }
    meanwhile.end();
    let _ = sandbox.mcp("doctor").success();
}

#[test]
fn a_file_dropped_in_is_taken_in_once_by_eight_who_find_it() {
    let sandbox = Sandbox::with_board();
    let id = sandbox.ready_task("Another one");
    for round in 0..rounds(5) {
        sandbox.write(&format!(".mcp/tasks/pending/idea-{round}.md"), &format!("# Idea {round}\n"));
        let note = |agent: &str| mcp(&sandbox, agent, &["note", &id, "-m", &format!("{round} by {agent}")]);
        at_once(&sandbox, AGENTS.iter().map(|agent| note(agent)).collect())
            .into_iter()
            .for_each(|run| drop(run.success()));
        let files = sandbox.tree();
        assert_eq!(files.lines().count(), round + 2, "{files}");
    }
    let _ = sandbox.mcp("doctor").success();
}

#[test]
fn no_reader_misses_a_task_that_moves_or_sees_it_twice() {
    let sandbox = Sandbox::with_board();
    let id = sandbox.ready_task("Here I am");
    let _ = sandbox.mcp(&format!("claim {id}")).success();
    let mut mover = sandbox.command("sh");
    mover.args(["-c", &format!("while mcp release {id} -q && mcp claim {id} -q; do :; done")]);
    let mut mover = mover.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a process");
    for round in 0..rounds(60) {
        let run = sandbox.mcp("list --json").success();
        let listed = run.json();
        assert_eq!(listed["tasks"].as_array().map(Vec::len), Some(1), "round {round}: {run}");
        assert_eq!(listed["problems"].as_array().map(Vec::len), Some(0), "round {round}: {run}");
    }
    assert!(mover.try_wait().expect("a look").is_none(), "it went on moving all the time");
    mover.kill().expect("killed");
    mover.wait().expect("an end");
}
