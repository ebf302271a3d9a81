//! Processes that are killed at random moments, alone, in several checkouts, and while a person works on the same files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::{cell_text, chaos_seconds, must_be_mended};
use crate::support::{Run, Sandbox};

/// What the parent of the dying processes knows to be true.
#[derive(Default)]
struct Known {
    /// Tasks that were acknowledged to be made.
    made: Vec<String>,
    /// By task: texts that were acknowledged.
    notes: Vec<(String, String)>,
    /// By task, actor and word of the log: how many moves were acknowledged.
    moves: BTreeMap<(String, String, &'static str), usize>,
    kills: usize,
    longest: Duration,
    complaints: Vec<String>,
}

/// What an acknowledged verb leaves behind.
enum Told {
    Text(String),
    Made,
    Move(&'static str),
    Nothing,
}

/// One worker in a checkout: verbs on random tasks, half of them killed at a random moment.
fn work(sandbox: &Sandbox, dir: &Path, worker: usize, ids: &[String], until: Instant, known: &Mutex<Known>) {
    let name = format!("worker{worker}");
    let mut random = fastrand::Rng::with_seed(worker as u64);
    for number in 0.. {
        if Instant::now() >= until {
            return;
        }
        let id = &ids[random.usize(..ids.len())];
        let words = format!("said-{worker}-{number}.");
        let title = format!("made-{worker}-{number}");
        let (line, told) = match random.usize(..20) {
            0..4 => (vec!["note", id, "-m", &words], Told::Text(format!("Z {name} note: {words}\n"))),
            4 => (vec!["ask", id, "-m", &words], Told::Text(format!("Z {name} asked: {words}\n"))),
            18 => (vec!["answer", id, "-m", &words], Told::Nothing),
            5 => (vec!["edit", id, "--set", "size=big"], Told::Nothing),
            6 => (vec!["create", &title, "--kind", "ops", "--goal", "So", "--ac", "It is", "--ready"], Told::Made),
            7..11 => (vec!["claim", id], Told::Move("claimed")),
            11..13 => (vec!["release", id], Told::Move("released")),
            13 => (vec!["block", id, "-m", &words], Told::Move("blocked")),
            14 => (vec!["unblock", id], Told::Move("unblocked")),
            // These commit the board.
            15..17 => (vec!["fail", id, "-m", &words], Told::Move("failed")),
            17 => (vec!["drop", id, "-m", &words], Told::Move("dropped")),
            _ => (vec!["retry", id], Told::Move("to be tried again")),
        };
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
        command.env("MCP_AGENT", &name).current_dir(dir).arg("--json").args(&line);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let start = Instant::now();
        let mut child = command.spawn().expect("a process");
        let is_killed = random.bool();
        if is_killed {
            std::thread::sleep(Duration::from_micros(random.u64(..25_000)));
            child.kill().expect("killed");
        }
        let run = sandbox.told(&child.wait_with_output().expect("an end"));
        let mut known = known.lock().expect("no panic");
        known.kills += usize::from(run.code.is_none());
        known.longest = known.longest.max(start.elapsed());
        match run.code {
            Some(0) if run.json()["noop"] == false => match told {
                Told::Move(word) => *known.moves.entry((id.clone(), name.clone(), word)).or_default() += 1,
                Told::Text(text) => known.notes.push((id.clone(), text)),
                Told::Made => known.made.push(run.json()["task"]["id"].as_str().expect("an id").to_owned()),
                Told::Nothing => {}
            },
            Some(0) | None => {}
            Some(_) => {
                let code = run.json()["error"]["code"].as_str().unwrap_or_default().to_owned();
                let is_no = [
                    "already_by_another",
                    "blocked",
                    "held_by_another",
                    "kept_for_another",
                    "not_holder",
                    "open_question",
                    "wrong_state",
                ];
                // No question, or several of which one must be named.
                let is_no_answer = line[0] == "answer" && code == "bad_input";
                if !is_no.contains(&code.as_str()) && !is_no_answer {
                    known.complaints.push(format!("{line:?}: {run}"));
                }
            }
        }
    }
}

#[test]
fn killed_at_random_moments_nothing_acknowledged_is_lost_and_nothing_needs_repair() {
    let sandbox = Sandbox::with_board();
    let seconds = chaos_seconds().unwrap_or(3);
    let ids: Vec<_> = (0..8).map(|number| sandbox.ready_task(&format!("Task {number}"))).collect();
    let until = Instant::now() + Duration::from_secs(seconds);
    let known = Mutex::new(Known::default());
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let (sandbox, ids, known) = (&sandbox, &ids, &known);
            scope.spawn(move || work(sandbox, sandbox.dir(), worker, ids, until, known));
        }
    });
    let known = known.into_inner().expect("no panic");
    let moves: usize = known.moves.values().sum();
    eprintln!(
        "{} kills, {} notes and {moves} moves acknowledged, the longest command took {:?}",
        known.kills,
        known.notes.len(),
        known.longest
    );
    assert_eq!(known.complaints, Vec::<String>::new(), "only refusals by the rules");
    assert!(known.kills > 0 && !known.notes.is_empty() && moves > 0);
    must_be_mended(&sandbox, &ids[0], "the-end");
    assert!(!sandbox.path(".git/index.lock").exists(), "no lock of ours is left");
    let tree = sandbox.tree();
    for id in ids.iter().chain(&known.made) {
        assert_eq!(tree.matches(id.as_str()).count(), 1, "{id} is there once: {tree}");
    }
    let texts: BTreeMap<_, _> =
        ids.iter().chain(&known.made).map(|id| (id.clone(), sandbox.read(&sandbox.file_of(id)))).collect();
    for (id, text) in &texts {
        assert!(text.starts_with("---\n") && text.ends_with('\n'), "{id} is torn: {text}");
        assert_eq!(*text, cell_text(&sandbox, id), "file and cell of {id} say the same");
    }
    for (id, words) in &known.notes {
        assert_eq!(texts[id].matches(words.as_str()).count(), 1, "{words} in {}", texts[id]);
    }
    for ((id, actor, word), times) in &known.moves {
        let logged = texts[id].matches(&format!("Z {actor} {word}")).count();
        assert!(logged >= *times, "{actor} {word} {id} {times} times, logged {logged}: {}", texts[id]);
    }
}

/// What a checkout says of all tasks: id and state, and of open ones the holder. Of closed ones a checkout tells what its file does.
fn told_in(sandbox: &Sandbox, dir: &Path) -> Vec<String> {
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    command.args(["--json", "list", "state:all"]).current_dir(dir);
    let list = sandbox.run(command).success().json();
    assert_eq!(list["problems"], serde_json::json!([]), "{}", dir.display());
    let tasks = list["tasks"].as_array().expect("a list");
    let is_closed = |task: &serde_json::Value| task["state"] == "failed" || task["state"] == "done";
    let holder = |task: &serde_json::Value| if is_closed(task) { "-".to_owned() } else { task["assignee"].to_string() };
    let mut told: Vec<String> =
        tasks.iter().map(|task| format!("{} {} {}", task["id"], task["state"], holder(task))).collect();
    told.sort();
    told
}

/// Runs `mcp` in a checkout.
fn mcp_in(sandbox: &Sandbox, dir: &Path, line: &str) -> Run {
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    command.args(line.split(' ')).current_dir(dir);
    sandbox.run(command)
}

#[test]
fn killed_in_several_checkouts_all_of_them_tell_one_truth_and_nothing_acknowledged_is_lost() {
    let sandbox = Sandbox::with_board();
    let seconds = chaos_seconds().unwrap_or(3);
    let ids: Vec<_> = (0..8).map(|number| sandbox.ready_task(&format!("Task {number}"))).collect();
    sandbox.git("add -A");
    sandbox.git("commit -q -m board");
    let dirs = [sandbox.dir().to_owned(), sandbox.worktree("one"), sandbox.worktree("two")];
    let until = Instant::now() + Duration::from_secs(seconds);
    let known = Mutex::new(Known::default());
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let (sandbox, ids, known, dir) = (&sandbox, &ids, &known, &dirs[worker % dirs.len()]);
            scope.spawn(move || work(sandbox, dir, worker, ids, until, known));
        }
    });
    let known = known.into_inner().expect("no panic");
    let moves: usize = known.moves.values().sum();
    eprintln!("{} kills, {} notes and {moves} moves acknowledged", known.kills, known.notes.len());
    assert_eq!(known.complaints, Vec::<String>::new(), "only refusals by the rules");
    assert!(known.kills > 0 && !known.notes.is_empty() && moves > 0);
    for dir in &dirs {
        // The next writing command is all the repair there is.
        let _ = mcp_in(&sandbox, dir, &format!("note {} -m the-end", ids[0])).success();
    }
    let told = told_in(&sandbox, &dirs[0]);
    for id in ids.iter().chain(&known.made) {
        assert_eq!(told.iter().filter(|line| line.contains(id.as_str())).count(), 1, "{id} is there once: {told:#?}");
    }
    for dir in &dirs {
        assert_eq!(told_in(&sandbox, dir), told, "{}", dir.display());
        let _ = mcp_in(&sandbox, dir, "doctor").success();
    }
    let texts: BTreeMap<_, _> = ids.iter().map(|id| (id.clone(), cell_text(&sandbox, id))).collect();
    for (id, words) in &known.notes {
        assert_eq!(texts[id].matches(words.as_str()).count(), 1, "{words} in {}", texts[id]);
    }
    for ((id, actor, word), times) in &known.moves {
        let logged = texts[id].matches(&format!("Z {actor} {word}")).count();
        assert!(logged >= *times, "{actor} {word} {id} {times} times, logged {logged}: {}", texts[id]);
    }
}

#[cfg(target_os = "linux")]
/// A person: moves the files of a checkout to other folders, and writes into them, all by hand.
fn meddle(dir: &Path, until: Instant, written: &Mutex<Vec<String>>) {
    let mut random = fastrand::Rng::with_seed(99);
    for number in 0.. {
        if Instant::now() >= until {
            return;
        }
        std::thread::sleep(Duration::from_millis(random.u64(20..80)));
        let files = walkdir::WalkDir::new(dir.join(".mcp/tasks")).into_iter().flatten();
        let files: Vec<PathBuf> = files
            .map(walkdir::DirEntry::into_path)
            .filter(|path| path.extension().is_some_and(|end| end == "md"))
            .collect();
        let Some(file) = files.get(random.usize(..files.len().max(1))) else { continue };
        if random.bool() {
            let state = ["pending", "ready", "in-progress", "review"][random.usize(..4)];
            let to = dir.join(".mcp/tasks").join(state).join(file.file_name().expect("a name"));
            // As `mv -n` does; the program may have moved it meanwhile.
            let (cwd, flags) = (rustix::fs::CWD, rustix::fs::RenameFlags::NOREPLACE);
            let _ = rustix::fs::renameat_with(cwd, file, cwd, to, flags);
        } else if let Ok(mut open) = fs_err::OpenOptions::new().append(true).open(file) {
            let line = format!("by hand {number}.");
            if std::io::Write::write_all(&mut open, format!("\n{line}\n").as_bytes()).is_ok() {
                written.lock().expect("no panic").push(line);
            }
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn killed_while_a_person_moves_and_writes_the_files_nothing_of_either_is_lost() {
    let sandbox = Sandbox::with_board();
    let seconds = chaos_seconds().unwrap_or(3);
    let ids: Vec<_> = (0..8).map(|number| sandbox.ready_task(&format!("Task {number}"))).collect();
    let until = Instant::now() + Duration::from_secs(seconds);
    let (known, written) = (Mutex::new(Known::default()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for worker in 0..3 {
            let (sandbox, ids, known) = (&sandbox, &ids, &known);
            scope.spawn(move || work(sandbox, sandbox.dir(), worker, ids, until, known));
        }
        scope.spawn(|| meddle(sandbox.dir(), until, &written));
    });
    let (known, written) = (known.into_inner().expect("no panic"), written.into_inner().expect("no panic"));
    eprintln!("{} kills, {} notes acknowledged, {} lines by hand", known.kills, known.notes.len(), written.len());
    assert_eq!(known.complaints, Vec::<String>::new(), "only refusals by the rules");
    assert!(known.kills > 0 && !known.notes.is_empty() && !written.is_empty());
    for id in ids.iter().chain(&known.made) {
        // The next verb about a task joins what stands in two places.
        let _ = sandbox.mcp(&format!("note {id} -m the-end")).success();
    }
    let tree = sandbox.tree();
    let texts: Vec<(String, String)> = ids
        .iter()
        .chain(&known.made)
        .map(|id| {
            assert_eq!(tree.matches(id.as_str()).count(), 1, "{id} is there once: {tree}");
            (id.clone(), sandbox.read(&sandbox.file_of(id)))
        })
        .collect();
    let text_of = |id: &String| &texts.iter().find(|(other, _)| other == id).expect("it is there").1;
    for (id, words) in &known.notes {
        assert_eq!(text_of(id).matches(words.as_str()).count(), 1, "{words} in {}", text_of(id));
    }
    // A person writes into tasks, too, of which nobody heard that they were made.
    let files = walkdir::WalkDir::new(sandbox.path(".mcp/tasks")).into_iter().flatten();
    let files = files.filter(|entry| entry.path().extension().is_some_and(|end| end == "md"));
    let all: String = files.map(|entry| fs_err::read_to_string(entry.path()).expect("a text")).collect();
    for line in &written {
        assert_eq!(all.lines().filter(|other| other == line).count(), 1, "`{line}` stands once");
    }
}
