//! Clients that die on their way: before, in and after their push. The remote knows, and the next command asks it.

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

use super::world::{World, rounds};
use crate::support::Sandbox;

fn cell(world: &World, id: &str, file: &str) -> String {
    world.sandbox.git(&format!("cat-file blob refs/mcp/tasks/{id}:{file}"))
}

/// File, cell and remote of a task tell the same, and nothing is left behind.
fn must_be_whole(world: &World, id: &str, other: &str, at: &str) {
    let sandbox: &Sandbox = &world.sandbox;
    let _ = world.run(sandbox.dir(), "ada", &format!("note {other} -m {at}")).success();
    let doctor = sandbox.mcp("doctor");
    assert_eq!((doctor.code, doctor.stdout.as_str()), (Some(0), ""), "{at}: {doctor}");
    let claim: serde_json::Value = serde_json::from_str(&cell(world, id, "claim")).expect("a claim");
    let told = world.claim_on_remote(id);
    for key in ["holder", "state", "epoch", "rev", "worktree"] {
        assert_eq!(claim[key], told[key], "{at}: {key}");
    }
    let intents = fs_err::read_dir(sandbox.path(".git/mcp/intents")).map_or(0, Iterator::count);
    assert_eq!(intents, 0, "{at}");
}

#[test]
fn a_claim_that_dies_after_any_step_is_finished_or_lost_as_the_remote_tells() {
    let world = World::new();
    let desk = world.clone("desk");
    let sandbox = &world.sandbox;
    let other = sandbox.ready_task("Another one");
    let (mut finished, mut lost) = (0, 0);
    for step in 1.. {
        let at = format!("step-{step}");
        let id = sandbox.ready_task(&at);
        let _ = world.run(&desk, "cy", "sync").success();
        let mut dying = world.mcp(sandbox.dir(), "ada", &["claim", &id]);
        dying.env("MCP_TEST_DIE_AFTER_STEP", step.to_string());
        let run = sandbox.run(dying);
        let theirs = world.run(&desk, "cy", &format!("claim {id}"));
        // The next command is about another task: what was begun is finished all the same.
        must_be_whole(&world, &id, &other, &at);
        let ours = world.run(sandbox.dir(), "ada", &format!("claim {id}"));
        let held = world.claim_on_remote(&id)["holder"]["actor"].clone();
        match theirs.code {
            Some(0) => {
                assert!(ours.code == Some(4) && held == "cy" && run.code.is_none(), "{at}: {ours} {theirs}");
                assert_eq!(sandbox.state_of(&id), "ready", "{at}");
                lost += 1;
            }
            _ => {
                assert!(theirs.code == Some(4) && ours.code == Some(0) && held == "ada", "{at}: {ours} {theirs}");
                assert_eq!(sandbox.state_of(&id), "in-progress", "{at}");
                let text = sandbox.read(&sandbox.file_of(&id));
                assert_eq!(text.matches("ada claimed on main").count(), 1, "{at}: {text}");
                assert_eq!(text, cell(&world, &id, "task.md") + "\n", "{at}");
                finished += 1;
            }
        }
        if run.code.is_some() {
            assert!(finished > 8 && lost > 0, "{finished} finished, {lost} lost");
            return;
        }
    }
}

#[test]
fn a_release_or_a_reject_that_dies_after_any_step_is_wholly_there_or_not_at_all() {
    let world = World::new();
    let desk = world.clone("desk");
    let sandbox = &world.sandbox;
    for (before, line, to) in [
        (&["claim ID"][..], "release ID", "ready"),
        (&["claim ID", "review ID"][..], "review ID --reject -m no", "ready"),
    ] {
        for step in 1.. {
            let id = sandbox.ready_task(&format!("Step {step}"));
            for line in before {
                let _ = sandbox.mcp_as("bo", &line.replace("ID", &id)).success();
            }
            let _ = world.run(&desk, "cy", "sync").success();
            let (dir, name) = if line.starts_with("release") { (sandbox.dir(), "bo") } else { (desk.as_path(), "cy") };
            let words = line.replace("ID", &id);
            let words: Vec<_> = words.split(' ').collect();
            let mut dying = world.mcp(dir, name, &words);
            dying.env("MCP_TEST_DIE_AFTER_STEP", step.to_string());
            let run = sandbox.run(dying);
            let again = world.run(dir, name, &words.join(" ")).success();
            let claim = world.claim_on_remote(&id);
            assert_eq!(claim["state"], to, "step {step} of {line}: {again}");
            let _ = sandbox.mcp("sync").success();
            let text = cell(&world, &id, "task.md");
            let said = if name == "bo" { "bo released" } else { "cy rejected: no" };
            assert_eq!(text.matches(said).count(), 1, "step {step} of {line}: {text}");
            if run.code.is_some() {
                assert!(step > 4, "{step} steps");
                break;
            }
        }
    }
}

#[test]
fn clients_killed_in_mid_push_learn_the_truth_by_their_next_command() {
    let world = World::new();
    let desk = world.clone("desk");
    let sandbox = &world.sandbox;
    let other = sandbox.ready_task("Another one");
    let mut random = fastrand::Rng::with_seed(7);
    let (mut ours_won, mut theirs_won) = (0, 0);
    for round in 0..rounds(4) {
        let at = format!("round-{round}");
        let id = sandbox.ready_task(&at);
        let _ = world.run(&desk, "cy", "sync").success();
        let mut client = world.mcp(sandbox.dir(), "ada", &["claim", &id]);
        let mut client = client.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a process");
        let pause = |random: &mut fastrand::Rng, most| std::thread::sleep(Duration::from_millis(random.u64(..most)));
        let rival = random.bool().then(|| {
            pause(&mut random, 20);
            let mut rival = world.mcp(&desk, "cy", &["claim", &id]);
            rival.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a process")
        });
        pause(&mut random, 70);
        client.kill().expect("killed");
        client.wait().expect("an end");
        // Its push may still be under way, and land now, later, or never.
        let rival = rival.map(|rival| sandbox.ended(rival));
        let ours = world.run(sandbox.dir(), "ada", &format!("claim {id}"));
        let held = world.claim_on_remote(&id)["holder"]["actor"].clone();
        match rival {
            Some(rival) if rival.code == Some(0) => {
                assert!(ours.code == Some(4) && held == "cy", "{at}: {ours} {rival}");
                theirs_won += 1;
            }
            rival => {
                assert!(ours.code == Some(0) && held == "ada", "{at}: {ours}");
                assert!(rival.is_none_or(|rival| rival.code == Some(4)), "{at}");
                assert_eq!(sandbox.state_of(&id), "in-progress", "{at}");
                ours_won += 1;
            }
        }
        must_be_whole(&world, &id, &other, &at);
    }
    println!("{ours_won} of the killed clients had the task, {theirs_won} had lost it to another clone");
}

/// The lock files below a git dir, but those of our own that tell which task is being changed.
fn locks(git_dir: &Path) -> Vec<String> {
    let files = walkdir::WalkDir::new(git_dir).into_iter().flatten();
    let names = files.filter_map(|file| Some(file.path().strip_prefix(git_dir).ok()?.to_str()?.to_owned()));
    names.filter(|name| name.ends_with(".lock")).collect()
}

#[test]
fn a_sync_that_is_killed_with_its_git_while_it_fetches_leaves_no_lock_of_git_and_nothing_in_the_way() {
    let world = World::new();
    let desk = world.clone("desk");
    let sandbox = &world.sandbox;
    let mut random = fastrand::Rng::with_seed(5);
    let mut cut_short = 0;
    for round in 0..rounds(8) {
        let ids: Vec<_> = (0..4).map(|number| sandbox.ready_task(&format!("Task {number} of {round}"))).collect();
        let mut client = world.mcp(&desk, "cy", &["sync"]);
        client.stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        let mut client = client.spawn().expect("a process");
        std::thread::sleep(Duration::from_millis(random.u64(..90)));
        // All of them die at once: ours, the git that it started, and what that started.
        let _ = kill_process_group(Pid::from_child(&client), Signal::KILL);
        cut_short += usize::from(client.wait().expect("an end").code().is_none());
        let left = locks(&desk.join(".git"));
        let of_git: Vec<_> = left.iter().filter(|lock| !lock.starts_with("refs/mcp/")).collect();
        assert!(of_git.is_empty(), "round {round}: {of_git:?}");
        assert!(!desk.join(".git/FETCH_HEAD").exists(), "round {round}");
        let again = world.run(&desk, "cy", "sync").success();
        assert!(locks(&desk.join(".git")).is_empty(), "round {round}: {again}");
        for id in &ids {
            let shown = world.run(&desk, "cy", &format!("show {id}")).success();
            assert!(shown.stdout.contains(&format!("of {round}")), "{shown}");
        }
    }
    assert!(cut_short > 0, "none of the kills came in time");
    assert_eq!(sandbox.git_args(&["-C", desk.to_str().expect("UTF-8"), "for-each-ref", "refs/mcp/fetched"]), "");
}
