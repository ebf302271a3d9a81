//! Random schedules in three clones and two linked worktrees: what everybody was told of claims can have happened in one
//! order, nothing said is lost, and after `sync` all tell the same.
//!
//! `MCP_ROUNDS=300 cargo test --test it clones::schedules` is the long form; `MCP_SEED=40` begins with another schedule
//! than the first.

use std::path::PathBuf;
use std::time::Instant;

use serde_json::Value;

use super::register::{Told, What, order};
use super::world::{World, rounds};
use crate::support::{Run, first_round};

const AGENTS: [&str; 5] = ["ada", "bo", "cy", "dee", "eli"];
/// How many verbs each of them types in a schedule.
const VERBS: usize = 5;

/// What one worker did in one schedule: answers about the claim of each task, and texts that were taken.
#[derive(Default)]
struct Did {
    told: Vec<(usize, Told)>,
    said: Vec<(usize, String)>,
}

fn worker_named(message: &str) -> usize {
    let name = message.split(" is held by ").nth(1).and_then(|rest| rest.split(' ').next()).expect("a holder");
    AGENTS.iter().position(|agent| *agent == name).expect("one of them")
}

/// What an answer says of the claim, if it speaks of it.
fn answer(verb: &str, run: &Run) -> Option<What> {
    let document: Value = run.json();
    let code = document["error"]["code"].as_str();
    match (verb, document["event"].as_str(), document["noop"].as_bool(), code) {
        ("claim", Some("claimed"), Some(false), _) => Some(What::Claimed),
        ("claim", Some("claimed"), Some(true), _) => Some(What::IsTheirs),
        ("release", Some("released"), Some(false), _) => Some(What::Released),
        (_, _, _, Some("held_by_another")) => {
            Some(What::IsHeldBy(worker_named(document["error"]["message"].as_str().expect("words"))))
        }
        // Nothing to release, or not theirs: that is told by what is known here.
        ("release", _, Some(true), _) | ("release", _, _, Some("held_elsewhere" | "lost_to_another")) => None,
        _ => panic!("{verb}: {run}"),
    }
}

fn work(world: &World, (worker, dir): (usize, &PathBuf), tasks: &[String], seed: u64, may_be_offline: bool) -> Did {
    let mut random = fastrand::Rng::with_seed(seed * 10 + worker as u64);
    let mut did = Did::default();
    for number in 0..VERBS {
        let task = random.usize(..tasks.len());
        let words = format!("said-{seed}-{worker}-{number}.");
        let is_offline = may_be_offline && random.usize(..3) == 0;
        let run = |words: &[&str]| {
            let mut command = world.mcp(dir, AGENTS[worker], words);
            command.arg("--json");
            if is_offline {
                command.arg("--offline");
            }
            world.sandbox.run(command)
        };
        let from = Instant::now();
        match random.usize(..10) {
            0..5 => {
                let run = run(&["claim", &tasks[task]]);
                let to = Instant::now();
                if !may_be_offline {
                    did.told.extend(answer("claim", &run).map(|what| (task, Told { worker, from, to, what })));
                }
            }
            5..7 => {
                let run = run(&["release", &tasks[task]]);
                let to = Instant::now();
                if !may_be_offline {
                    did.told.extend(answer("release", &run).map(|what| (task, Told { worker, from, to, what })));
                }
            }
            7..9 => {
                let run = run(&["note", &tasks[task], "-m", &words]);
                assert_eq!(run.code, Some(0), "{run}");
                did.said.push((task, words));
            }
            _ => {
                let run = world.run(dir, AGENTS[worker], "sync");
                assert!(matches!(run.code, Some(0 | 4)), "{run}");
            }
        }
    }
    did
}

/// The clones in turn, until each has heard of what the others had to say.
fn sync_all(world: &World, clones: &[&PathBuf]) {
    for clone in clones.iter().chain(clones).chain(clones) {
        let run = world.run(clone, "ada", "sync");
        assert!(matches!(run.code, Some(0 | 4)), "{run}");
    }
}

fn random_schedules(rounds: usize, may_be_offline: bool) {
    let world = World::new();
    let sandbox = &world.sandbox;
    let places = [
        sandbox.dir().to_owned(),
        sandbox.worktree("side"),
        sandbox.worktree("other"),
        world.clone("desk"),
        world.clone("lab"),
    ];
    let clones = [&places[0], &places[3], &places[4]];
    let (mut answers, mut texts) = (0, 0);
    for round in (first_round()..).take(rounds) {
        let tasks: Vec<_> = (0..2).map(|number| sandbox.ready_task(&format!("Task {round} {number}"))).collect();
        sync_all(&world, &clones);
        let did: Vec<Did> = std::thread::scope(|scope| {
            let (world, tasks) = (&world, &tasks);
            let start = |place| scope.spawn(move || work(world, place, tasks, round as u64, may_be_offline));
            let threads: Vec<_> = places.iter().enumerate().map(start).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        for (number, task) in tasks.iter().enumerate() {
            let about = |(at, told): &(usize, Told)| (*at == number).then(|| told.clone());
            let told: Vec<Told> = did.iter().flat_map(|did| did.told.iter().filter_map(about)).collect();
            assert!(order(&told).is_some(), "round {round}: no order explains what was told of {task}: {told:#?}");
            answers += told.len();
        }
        sync_all(&world, &clones);
        let listed = |place: &PathBuf| -> Vec<Value> {
            let run = world.run(place, "ada", "list --json").success();
            let list = run.json()["tasks"].as_array().expect("tasks").clone();
            list.iter()
                .map(|task| serde_json::json!([task["id"], task["state"], task["assignee"], task["rev"]]))
                .collect()
        };
        let first = listed(&places[0]);
        for place in &places[1..] {
            assert_eq!(listed(place), first, "round {round}: {}", place.display());
        }
        for (number, task) in tasks.iter().enumerate() {
            let cell = format!("refs/mcp/tasks/{task}:task.md");
            let text = world.git(&places[0], &["cat-file", "blob", &cell]);
            for clone in clones {
                assert_eq!(world.git(clone, &["cat-file", "blob", &cell]), text, "round {round}");
            }
            for (_, words) in did.iter().flat_map(|did| &did.said).filter(|(at, _)| *at == number) {
                assert_eq!(text.matches(words.as_str()).count(), 1, "round {round}: {words} in {text}");
                texts += 1;
            }
            // So that nobody holds ever more of them.
            let _ = sandbox.mcp_as("ada", &format!("drop {task} --force --reason over --offline"));
        }
    }
    for clone in clones {
        let _ = world.run(clone, "ada", "doctor").success();
    }
    println!("{rounds} schedules: {answers} answers about claims in order, {texts} texts kept, all boards the same");
}

#[test]
fn what_everybody_is_told_of_claims_has_one_order_and_all_agree_in_the_end() {
    random_schedules(rounds(4), false);
}

#[test]
fn all_agree_in_the_end_where_some_work_offline() {
    random_schedules(rounds(3), true);
}
