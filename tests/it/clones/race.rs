//! Clones that race for one task: the remote lets one win. Long forms: `MCP_ROUNDS=50 cargo test --test it clones::race`.

use std::path::PathBuf;

use super::world::{World, at_once, rounds};
use crate::support::{Run, Sandbox};

const AGENTS: [&str; 8] = ["ada", "bo", "cy", "dee", "eli", "fay", "gus", "hal"];

/// A world, eight clones of it that have heard of all tasks, and one that is ready to be claimed.
fn eight_clones(flags: &[&str]) -> (World, Vec<PathBuf>, String) {
    let world = World::with_remote(flags);
    let id = world.sandbox.ready_task("Win me");
    let clones: Vec<_> = AGENTS.iter().map(|agent| world.clone(agent)).collect();
    for (clone, agent) in clones.iter().zip(AGENTS) {
        let _ = world.run(clone, agent, "sync").success();
    }
    (world, clones, id)
}

/// The one who won, by exit codes; everybody else was told who it is, and where.
fn winner(runs: &[Run], clones: &[PathBuf], at: &str) -> usize {
    let all = || runs.iter().map(|run| format!("{run}\n")).collect::<String>();
    let winners: Vec<_> = (0..runs.len()).filter(|&at| runs[at].code == Some(0)).collect();
    assert_eq!(winners.len(), 1, "{at}: {}", all());
    let (agent, place) = (AGENTS[winners[0]], clones[winners[0]].file_name().expect("a name").display());
    for run in runs.iter().filter(|run| run.code != Some(0)) {
        assert_eq!(run.code, Some(4), "{at}: {}", all());
        let told = format!(" is held by {agent} in [WORLD]/{place} on box for ");
        assert!(run.stderr.starts_with("error: ") && run.stderr.contains(&told), "{at}: {}", all());
    }
    winners[0]
}

fn race_for_claims(flags: &[&str], rounds: usize) {
    let (world, clones, id) = eight_clones(flags);
    for round in 0..rounds {
        let at = format!("round {round}");
        let claims = clones.iter().zip(AGENTS).map(|(clone, agent)| world.mcp(clone, agent, &["claim", &id]));
        let won = winner(&at_once(&world, claims.collect()), &clones, &at);
        let claim = world.claim_on_remote(&id);
        assert_eq!((&claim["holder"]["actor"], &claim["state"]), (&AGENTS[won].into(), &"in-progress".into()), "{at}");
        let _ = world.run(&clones[won], AGENTS[won], &format!("release {id}")).success();
    }
    for (clone, agent) in clones.iter().zip(AGENTS) {
        let _ = world.run(clone, agent, "sync").success();
        let _ = world.run(clone, agent, "doctor").success();
    }
}

#[test]
fn of_eight_clones_that_claim_at_once_one_wins_and_the_others_are_told_who() {
    race_for_claims(&[], rounds(3));
}

#[test]
fn one_wins_where_the_remote_keeps_its_refs_in_tables() {
    race_for_claims(&["--ref-format=reftable"], rounds(2));
}

#[test]
fn of_seven_who_take_over_and_the_holder_who_renews_one_wins() {
    let (world, clones, id) = eight_clones(&[]);
    let mut holder = 0;
    let clock = |round: usize| format!("2027-01-{:02}T{:02}:00:00Z", 1 + round / 4, round % 4 * 6);
    let mut first = world.mcp(&clones[holder], AGENTS[holder], &["claim", &id]);
    let _ = world.sandbox.run({
        first.env("MCP_TEST_NOW", clock(0));
        first
    });
    let mut renewed = 0;
    for round in 1..=rounds(3) {
        let at = format!("round {round}");
        // Whoever takes over has looked.
        let syncs = (0..8).filter(|&other| other != holder).map(|at| world.mcp(&clones[at], AGENTS[at], &["sync"]));
        at_once(&world, syncs.collect()).into_iter().for_each(|run| drop(run.success()));
        let epoch = world.claim_on_remote(&id)["epoch"].clone();
        let acts = (0..8).map(|at| {
            let words: &[&str] = match at == holder {
                true => &["claim", &id],
                false => &["claim", &id, "--force", "--reason", "late"],
            };
            let mut command = world.mcp(&clones[at], AGENTS[at], words);
            command.env("MCP_TEST_NOW", clock(round));
            command
        });
        let won = winner(&at_once(&world, acts.collect()), &clones, &at);
        let claim = world.claim_on_remote(&id);
        assert_eq!(claim["holder"]["actor"], AGENTS[won], "{at}");
        assert_eq!(claim["epoch"] == epoch, won == holder, "{at}: a renewal makes no epoch, a takeover does");
        renewed += usize::from(won == holder);
        holder = won;
    }
    println!("{renewed} renewals were quicker than any takeover");
}

/// Stands before git, and has somebody else claim a task before one of the calls.
const GIT: &str = r#"#!/bin/sh
n=$(($(cat ../calls) + 1))
echo $n > ../calls
if [ $n = "$AT" ]; then
  PATH=$REST MCP_GIT= mcp --as ada --json claim "$ID" > ../claimed 2>&1
  echo $? > ../code
fi
PATH=$REST exec git "$@"
"#;

#[test]
fn a_claim_made_in_the_middle_of_a_sync_stands_before_whichever_step_it_comes() {
    // Refs that are files are read without git, which then has less to do.
    let (calls, claims) = claims_made_in_the_middle_of_a_sync(&World::new());
    assert!(calls > 3 && claims > 2, "{claims} claims before {calls} calls");
}

#[test]
fn a_claim_made_in_the_middle_of_a_sync_stands_where_git_reads_all_refs() {
    let (calls, claims) = claims_made_in_the_middle_of_a_sync(&World::around(Sandbox::with_board_in("reftable"), &[]));
    assert!(calls > 4 && claims > 3, "{claims} claims before {calls} calls");
}

/// Has a task claimed before each of the calls of git that a sync makes, in turn; says how many there are, and how many claims
/// stood.
fn claims_made_in_the_middle_of_a_sync(world: &World) -> (usize, usize) {
    let sandbox = &world.sandbox;
    let desk = world.clone("desk");
    let bin = sandbox.home().join("bin");
    fs_err::create_dir(&bin).expect("a folder");
    fs_err::write(bin.join("git"), GIT).expect("written");
    let _ = sandbox.shell_as("ada", &format!("chmod +x {}", bin.join("git").display())).success();
    let mut claimed = 0;
    for at in 1.. {
        let id = sandbox.ready_task(&format!("Before call {at}"));
        let _ = world.run(sandbox.dir(), "ada", "sync").success();
        let _ = world.run(&desk, "cy", "sync").success();
        // Something is there to be sent.
        let _ = sandbox.mcp(&format!("note {id} -m words")).success();
        let world_file = |name: &str| sandbox.dir().with_file_name(name);
        fs_err::write(world_file("calls"), "0").expect("written");
        fs_err::write(world_file("code"), "").expect("written");
        let mut sync = world.mcp(sandbox.dir(), "hal", &["sync"]);
        let rest = sync.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, path)| path).expect("a path");
        let rest = rest.to_str().expect("UTF-8").to_owned();
        sync.env("PATH", format!("{}:{rest}", bin.display())).env("REST", rest).env("MCP_GIT", "program");
        sync.env("AT", at.to_string()).env("ID", &id);
        let synced = sandbox.run(sync);
        let code = fs_err::read_to_string(world_file("code")).expect("a code");
        if code.is_empty() {
            return (at - 1, claimed);
        }
        // Refused while the sync has just this task in its hands.
        if code.trim() == "0" {
            claimed += 1;
            assert_eq!(world.claim_on_remote(&id)["holder"]["actor"], "ada", "before call {at}: {synced}");
            let other = world.run(&desk, "cy", &format!("claim {id}"));
            assert_eq!(other.code, Some(4), "before call {at}: {other}");
        }
        let _ = world.run(sandbox.dir(), "ada", "sync").success();
        let _ = sandbox.mcp(&format!("--as ada fail {id} -m enough")).success();
    }
    unreachable!("each sync makes so many calls and no more")
}
