//! Everything at once: agents in linked worktrees of two clones do what `next` tells them, until nothing is left to do. Some of
//! their commands are killed, some of their commits fail, and what depends on something is built upon it.
//!
//! `MCP_SOAK_TASKS=100 cargo test --test it soak -- --nocapture` is the long form, with eight agents.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::world::World;
use crate::support::Run;

/// How long a task may take before something is wrong.
const PATIENCE: Duration = Duration::from_secs(10);
/// The suite of this project: each piece of work has its file, written once, and lies upon those that it depends on.
const SUITE: &str = r#"for test in tests/*.sh; do
  [ -e "$test" ] || continue
  sh "$test" || { echo "FAILED $test"; exit 1; }
done
"#;

#[derive(Default)]
struct Counts {
    killed: AtomicUsize,
    refused_commits: AtomicUsize,
    merges: AtomicUsize,
}

struct Agent<'a> {
    world: &'a World,
    counts: &'a Counts,
    dir: PathBuf,
    name: String,
    random: fastrand::Rng,
    until: Instant,
    /// What the last refused command was told.
    refused: String,
}

impl Agent<'_> {
    /// Runs a command to its end, or to its death at a random moment. `None` is a command that was killed.
    fn may_die(&mut self, mut command: Command) -> Option<Run> {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a process");
        if self.random.usize(..6) == 0 {
            std::thread::sleep(Duration::from_millis(self.random.u64(..60)));
            child.kill().expect("killed");
        }
        let run = self.world.sandbox.ended(child);
        self.counts.killed.fetch_add(usize::from(run.code.is_none()), Ordering::Relaxed);
        run.code.is_some().then_some(run)
    }

    fn mcp(&mut self, words: &[&str]) -> Option<Run> {
        let mut command = self.world.mcp(&self.dir, &self.name, words);
        command.arg("--json");
        let run = self.may_die(command)?;
        let code = run.json()["error"]["code"].as_str().unwrap_or_default().to_owned();
        assert!(!["damaged_board", "bad_file", "failed"].contains(&code.as_str()), "{}: {words:?}: {run}", self.name);
        if run.code != Some(0) {
            self.refused = format!("{words:?}: {run}");
        }
        Some(run)
    }

    fn git(&self, words: &[&str]) -> Run {
        let mut command = self.world.sandbox.command("git");
        command.current_dir(&self.dir).env("MCP_AGENT", &self.name).args(words);
        self.world.sandbox.run(command)
    }

    /// Brings what the others have pushed here.
    fn catch_up(&self) {
        let _ = self.git(&["fetch", "-q", "--refmap=", "origin", "main"]).success();
        let merged = self.git(&["merge", "-q", "--no-edit", "FETCH_HEAD"]);
        self.counts.merges.fetch_add(1, Ordering::Relaxed);
        if merged.code == Some(0) {
            return;
        }
        let status = self.git(&["status", "--short"]);
        if !self.git(&["rev-parse", "-q", "--verify", "MERGE_HEAD"]).stdout.is_empty() {
            let _ = self.world.run(&self.dir, &self.name, "resolve").success();
            let _ = self.git(&["commit", "-q", "--no-edit"]).success();
        } else {
            // Files of the board that are changed here stand in the way of those that come: they are committed first.
            let _ = self.git(&["add", ".mcp"]).success();
            let committed = self.git(&["commit", "-q", "--no-verify", "-m", "board"]);
            assert_eq!(committed.code, Some(0), "{}: {merged} {status} {committed}", self.name);
            let merged = self.git(&["merge", "-q", "--no-edit", "FETCH_HEAD"]);
            if merged.code != Some(0) {
                let _ = self.world.run(&self.dir, &self.name, "resolve").success();
                let _ = self.git(&["commit", "-q", "--no-edit"]).success();
            }
        }
    }

    fn push(&self) {
        while self.git(&["push", "-q", "origin", "HEAD:main"]).code != Some(0) {
            assert!(Instant::now() < self.until, "{} cannot push", self.name);
            self.catch_up();
        }
    }

    /// Does the work of a task that this agent holds, and commits it; now and then not well enough at first.
    fn work(&mut self, id: &str) {
        let file = self.dir.join(format!("src/{id}.txt"));
        fs_err::create_dir_all(self.dir.join("src")).expect("a folder");
        fs_err::create_dir_all(self.dir.join("tests")).expect("a folder");
        let is_good = self.random.usize(..3) > 0;
        fs_err::write(&file, if is_good { "done\n" } else { "half\n" }).expect("written");
        let shown = self.world.run(&self.dir, &self.name, &format!("show {id} --json")).success().json();
        let on: String = shown["task"]["depends_on"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|on| format!("grep -qx done src/{}.txt || exit 1\n", on.as_str().expect("an id")))
            .collect();
        let test = format!("{on}grep -qx done src/{id}.txt\n");
        fs_err::write(self.dir.join(format!("tests/{id}.sh")), test).expect("written");
        let _ = self.git(&["add", "src", "tests"]).success();
        let committed = self.git(&["commit", "-q", "-m", &format!("work on {id}")]);
        match is_good {
            true => {
                assert_eq!(committed.code, Some(0), "{}: {committed}", self.name);
                self.push();
            }
            false => {
                assert_eq!(committed.code, Some(1), "{}: {committed}", self.name);
                self.counts.refused_commits.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Follows `next` until all tasks are done.
    fn live(&mut self, tasks: &[String]) {
        while Instant::now() < self.until {
            self.catch_up();
            let _ = self.mcp(&["sync"]);
            let Some(next) = self.mcp(&["next"]) else { continue };
            let next = next.json();
            let task = &next["tasks"][0];
            let Some(id) = task["id"].as_str() else {
                // What a command did that was killed before it said so.
                let _ = self.world.run(&self.dir, &self.name, "sync").success();
                if !self.git(&["rev-list", "-1", "HEAD", "^FETCH_HEAD"]).success().stdout.is_empty() {
                    self.push();
                }
                if self.are_done(tasks) {
                    return;
                }
                std::thread::sleep(Duration::from_millis(100));
                continue;
            };
            let why = next["why"].as_str().expect("words");
            if why.starts_with("nothing is missing") {
                if self.mcp(&["complete", id]).is_some_and(|run| run.code == Some(0)) {
                    self.push();
                }
            } else if why.starts_with("before `mcp complete") {
                let _ = self.mcp(&["edit", id, "--check", "all"]);
            } else if why.starts_with("read it with") {
                let _ = self.mcp(&["review", id, "--approve"]);
            } else if task["state"] == "ready" {
                if self.mcp(&["claim", id]).is_some_and(|run| run.code == Some(0)) {
                    self.work(id);
                }
            } else {
                self.work(id);
            }
        }
        let told = self.world.run(&self.dir, &self.name, "next --explain");
        let doctor = self.world.run(&self.dir, &self.name, "doctor");
        let status = self.git(&["status", "--short", "--branch"]);
        panic!(
            "{} in {} has no more patience: {told}\n{doctor}\n{status}\n{}",
            self.name,
            self.dir.display(),
            self.refused
        );
    }

    fn are_done(&self, tasks: &[String]) -> bool {
        let folder = self.dir.join(".mcp/tasks/done");
        let done: Vec<String> = fs_err::read_dir(folder).expect("a folder").flatten().map(name).collect();
        tasks.iter().all(|id| done.iter().any(|name| name.starts_with(id.as_str())))
    }
}

fn name(entry: fs_err::DirEntry) -> String {
    entry.file_name().into_string().expect("UTF-8")
}

/// Tasks of which some depend on one or two earlier ones.
fn make_tasks(world: &World, count: usize) -> Vec<String> {
    let mut random = fastrand::Rng::with_seed(7);
    let mut ids: Vec<String> = Vec::new();
    for number in 0..count {
        let title = format!("Piece {number}");
        let mut line: Vec<String> =
            ["create", &title, "--ready", "--goal", "It works", "--ac", "It works", "--kind", "chore"]
                .map(str::to_owned)
                .to_vec();
        for _ in 0..random.usize(..3).min(ids.len()) {
            let on = ids[random.usize(..ids.len())].clone();
            if !line.contains(&on) {
                line.extend(["--depends-on".to_owned(), on]);
            }
        }
        let words: Vec<&str> = line.iter().map(String::as_str).collect();
        ids.push(world.sandbox.mcp_args(&words).success().stdout.trim().to_owned());
    }
    ids
}

#[test]
fn agents_in_worktrees_of_two_clones_do_every_task_exactly_once() {
    let long: Option<usize> = std::env::var("MCP_SOAK_TASKS").ok().and_then(|count| count.parse().ok());
    let (count, checkouts) = (long.unwrap_or(6), if long.is_some() { 4 } else { 2 });
    let world = World::new();
    let sandbox = &world.sandbox;
    sandbox.write("check.sh", SUITE);
    let tasks = make_tasks(&world, count);
    sandbox.git("add -A");
    sandbox.git("commit -q -m plan");
    sandbox.git("push -q origin main");
    let _ = world.run(sandbox.dir(), "ada", "sync").success();
    let clone = world.clone("desk");
    let _ = world.run(&clone, "ada", "sync").success();
    let mut dirs: Vec<PathBuf> = Vec::new();
    for (place, name) in [(sandbox.dir(), "here"), (clone.as_path(), "there")] {
        dirs.push(place.to_owned());
        for number in 1..checkouts {
            let branch = format!("{name}-{number}");
            let dir = sandbox.dir().with_file_name(&branch);
            world.git(place, &["worktree", "add", "-q", "-b", &branch, dir.to_str().expect("UTF-8")]);
            dirs.push(dir);
        }
    }
    let (counts, start) = (Counts::default(), Instant::now());
    std::thread::scope(|scope| {
        for (number, dir) in dirs.iter().enumerate() {
            let (world, counts, tasks) = (&world, &counts, &tasks);
            scope.spawn(move || {
                let name = format!("agent{number}");
                let random = fastrand::Rng::with_seed(number as u64);
                Agent {
                    world,
                    counts,
                    dir: dir.clone(),
                    name,
                    random,
                    until: start + PATIENCE * tasks.len() as u32,
                    refused: String::new(),
                }
                .live(tasks);
            });
        }
    });
    let told = |count: &AtomicUsize| count.load(Ordering::Relaxed);
    eprintln!(
        "{} agents, {count} tasks in {:.0?}: {} commands killed, {} commits refused, {} merges",
        dirs.len(),
        start.elapsed(),
        told(&counts.killed),
        told(&counts.refused_commits),
        told(&counts.merges)
    );
    assert!(told(&counts.killed) > 0);
    must_be_done_once(&world, &dirs, &tasks);
}

/// The remote's branch has every piece and every task once; all checkouts agree with it and are healthy.
fn must_be_done_once(world: &World, dirs: &[PathBuf], tasks: &[String]) {
    for dir in dirs {
        let agent = |words: &[&str]| world.git(dir, words);
        agent(&["fetch", "-q", "--refmap=", "origin", "main"]);
        agent(&["merge", "-q", "--ff-only", "FETCH_HEAD"]);
        let _ = world.run(dir, "ada", "sync").success();
    }
    let board = |dir: &Path| -> BTreeMap<String, String> {
        let list: Value = world.run(dir, "ada", "list state:all --json").success().json();
        let tasks = list["tasks"].as_array().expect("a list").iter();
        tasks.map(|task| (task["id"].as_str().expect("an id").to_owned(), task["state"].to_string())).collect()
    };
    let wanted: BTreeMap<String, String> = tasks.iter().map(|id| (id.clone(), "\"done\"".to_owned())).collect();
    for dir in dirs {
        assert_eq!(board(dir), wanted, "{}", dir.display());
        let doctor = world.run(dir, "ada", "doctor");
        assert_eq!((doctor.code, doctor.stdout.as_str()), (Some(0), ""), "{}: {doctor}", dir.display());
        assert_eq!(world.git(dir, &["status", "--short"]), "", "{}", dir.display());
    }
    let suite = world.sandbox.shell_as("ada", "sh check.sh");
    assert_eq!(suite.code, Some(0), "{suite}");
    for id in tasks {
        let text = world.sandbox.read(&world.sandbox.file_of(id));
        let said = |words: &str| text.lines().filter(|line| line.starts_with("- ") && line.contains(words)).count();
        assert_eq!((said(" completed"), said(" created")), (1, 1), "{text}");
        let commits =
            world.git(world.sandbox.dir(), &["log", "--format=%s", "--fixed-strings", &format!("--grep=work on {id}")]);
        assert_eq!(commits.lines().count(), 1, "{id}: {commits}");
    }
}
