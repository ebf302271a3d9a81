//! What a hook adds to `git commit`: ours with a task and a check, beside managers of hooks with the same check, which is `true`.
//!
//! Each has a repository of its own, with the same files. In each round all of them commit one changed file, in turn.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::measure::{Cost, Floor, Run, surrounded};
use super::page::grouped;
use super::tools::in_path;

/// Where `tests/managers/run` puts what it installs.
const MANAGERS: &str = "target/managers";

/// One way to have a check run before a commit.
struct Kind {
    name: &'static str,
    place: PathBuf,
    /// Ours: what makes a task and claims it, before each commit.
    ours: Option<PathBuf>,
}

/// What one size of repository showed.
pub struct Hooks {
    files: usize,
    rows: Vec<(&'static str, Cost, f64, f64)>,
}

/// Measures them in repositories of so many files.
pub fn measured(floor: &Floor, folder: &Path, files: usize, rounds: usize) -> Hooks {
    println!("hooks in a repository of {files} files");
    let kinds: Vec<Kind> =
        ["no hook", "a script", "four scripts", "the bare steps", "mcp", "husky", "prek", "lefthook", "pre-commit"]
            .into_iter()
            .filter_map(|name| made(name, &folder.join(format!("hooks-{files}-{name}")), files, floor))
            .collect();
    let mut runs: Vec<Vec<Run>> = kinds.iter().map(|_| Vec::new()).collect();
    let mut last = String::new();
    // The first round is for the caches.
    for round in 0..=rounds {
        for (kind, runs) in kinds.iter().zip(&mut runs) {
            if let Some(mcp) = &kind.ours {
                let title = format!("Task {round}");
                let create = ["create", &title, "--ready", "--goal", "g", "--ac", "a", "--kind", "chore", "--quiet"];
                let id = said(Command::new(mcp).args(create).current_dir(&kind.place));
                let _ = said(Command::new(mcp).args(["claim", id.trim()]).current_dir(&kind.place));
                // Who works on one task has not ten others in review.
                if !last.is_empty() {
                    let drop = ["drop", last.trim(), "-m", "measured", "--no-commit", "--quiet"];
                    let _ = said(Command::new(mcp).args(drop).current_dir(&kind.place));
                }
                last = id;
            }
            write(&kind.place, "files/changed.txt", &format!("{round}\n"));
            git(&kind.place, "add files/changed.txt");
            let commit = ["git", "commit", "--quiet", "--message", "One more"].map(str::to_owned);
            runs.push(floor.run(&commit, &kind.place));
        }
    }
    let alone = runs[0][1..].to_vec();
    let added = |runs: &[Run], cost: fn(&Run) -> f64| {
        let mut pairs: Vec<f64> = runs[1..].iter().zip(&alone).map(|(run, alone)| cost(run) - cost(alone)).collect();
        pairs.sort_by(f64::total_cmp);
        pairs[pairs.len() / 2]
    };
    let row = |(kind, runs): (&Kind, &Vec<Run>)| {
        (kind.name, Cost::of(&runs[1..]), added(runs, |run| run.wall), added(runs, |run| run.busy))
    };
    Hooks { files, rows: kinds.iter().zip(&runs).map(row).collect() }
}

/// The tables, as markdown.
pub fn page(tables: &[Hooks], rounds: usize) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut text = format!(
        "{cores} processors; medians of {rounds} rounds; milliseconds. What is added is to the commit without a hook of the same round.\n"
    );
    for Hooks { files, rows } in tables {
        let _ = writeln!(text, "\n### `git commit` among {} files\n", grouped(*files));
        let _ =
            writeln!(text, "| hook | commit | added | of what prek adds | processor, added |\n|---|--:|--:|--:|--:|");
        let prek = rows.iter().find(|(name, ..)| *name == "prek").map(|(_, _, added, _)| *added);
        for (name, cost, added, busy) in rows {
            let share =
                prek.filter(|_| *name != "no hook").map_or("-".to_owned(), |prek| format!("{:.2}", added / prek));
            let told = |value: f64| if *name == "no hook" { "-".to_owned() } else { format!("{value:.1}") };
            let _ = writeln!(text, "| {name} | {:.1} | {} | {share} | {} |", cost.wall, told(*added), told(*busy));
        }
    }
    text
}

/// A repository with a hook of this kind; `None` where the manager is not installed.
fn made(name: &'static str, place: &Path, files: usize, floor: &Floor) -> Option<Kind> {
    for file in 0..files {
        write(place, &format!("files/{}/{file}.txt", file % 64), &format!("line {file}\n"));
    }
    git(place, "init --quiet --initial-branch main");
    git(place, "config user.name bench");
    git(place, "config user.email bench@example.invalid");
    let managers = Path::new(env!("CARGO_MANIFEST_DIR")).join(MANAGERS);
    let installed = |below: &str| Some(managers.join(below)).filter(|path| path.exists());
    let mut ours = None;
    match name {
        "a script" | "four scripts" | "the bare steps" => {
            // In the places of those of ours that a commit starts, with a program where ours is started: that only starts the
            // check, and flushes as many files and folders as ours does.
            let program = floor.program().display();
            let hooks = [
                ("pre-commit", format!("sh -c true\n{program} durable .git 2 2")),
                ("prepare-commit-msg", format!("{program} nop")),
                ("commit-msg", "true".to_owned()),
                ("post-commit", format!("{program} durable .git 6 8")),
            ];
            for (hook, steps) in &hooks[..if name == "a script" { 1 } else { hooks.len() }] {
                let path = format!(".git/hooks/{hook}");
                let steps = if name == "the bare steps" { steps } else { "true" };
                write(place, &path, &format!("#!/bin/sh\n{steps}\n"));
                let _ = said(Command::new("chmod").args(["+x", &path]).current_dir(place));
            }
        }
        "mcp" => {
            let mcp = PathBuf::from(env!("CARGO_BIN_EXE_mcp"));
            let _ = said(Command::new(&mcp).args(["init", "--quiet"]).current_dir(place));
            write(place, ".mcp/config.yaml", "version: 1\nchecks:\n  - { name: check, run: \"true\" }\n");
            let _ = said(Command::new(&mcp).arg("trust").current_dir(place));
            ours = Some(mcp);
        }
        "husky" => {
            write(place, "package.json", "{}\n");
            write(place, ".husky/pre-commit", "true\n");
            let _ = said(Command::new("node").arg(installed("node_modules/husky/bin.js")?).current_dir(place));
        }
        "lefthook" => {
            write(place, "lefthook.yml", "pre-commit:\n  commands:\n    check:\n      run: 'true'\n");
            let program = installed("node_modules/.bin/lefthook").or_else(|| in_path("lefthook"))?;
            let _ = said(Command::new(program).arg("install").current_dir(place));
        }
        "prek" | "pre-commit" => {
            let hook =
                "{ id: check, name: check, entry: 'true', language: system, always_run: true, pass_filenames: false }";
            write(place, ".pre-commit-config.yaml", &format!("repos:\n  - repo: local\n    hooks:\n      - {hook}\n"));
            let program = installed(&format!("venv/bin/{name}")).or_else(|| in_path(name))?;
            let _ = said(Command::new(program).arg("install").current_dir(place));
        }
        _ => {}
    }
    git(place, "add --all");
    git(place, "commit --quiet --no-verify --message Start");
    Some(Kind { name, place: place.to_owned(), ours })
}

fn write(place: &Path, path: &str, text: &str) {
    let path = place.join(path);
    fs_err::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs_err::write(path, text).expect("written");
}

fn git(place: &Path, line: &str) {
    let _ = said(Command::new("git").args(line.split(' ')).current_dir(place));
}

/// What a command says, which must succeed.
fn said(command: &mut Command) -> String {
    let output = surrounded(command).env("MCP_AGENT", "bench").output().expect("a process");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("a text")
}
