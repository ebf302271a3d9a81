//! What is acknowledged is on the disk: the order of flushes and renames of each verb, and what a reader sees meanwhile.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use super::count::can_trace;
use super::support::{Formats, Sandbox};

/// Where names must outlive a power cut.
const KEPT: [&str; 4] = ["/.mcp/tasks/", "/refs/mcp/tasks/", "/objects/", "/mcp/intents/"];

/// The calls of one command, in order, as `strace` tells them.
fn calls(sandbox: &Sandbox, line: &str) -> Vec<String> {
    let trace = sandbox.path(".git/trace");
    let mut command = sandbox.command("strace");
    command.args([
        "-f",
        "-y",
        "-s",
        "256",
        "-e",
        "trace=openat,fsync,fdatasync,rename,renameat,renameat2,link,linkat,write",
    ]);
    command.arg("-o").arg(&trace).arg(env!("CARGO_BIN_EXE_mcp")).args(line.split(' '));
    let _ = sandbox.run(command).success();
    fs_err::read_to_string(trace).expect("a trace").lines().map(str::to_owned).collect()
}

/// The two paths of a call, whether they are whole or start from an open folder.
fn both_paths(call: &str) -> [String; 2] {
    let path = regex::Regex::new(r#"(?:<([^<>"]*)>, )?"([^"]*)""#).expect("a pattern");
    let paths = path.captures_iter(call).map(|found| {
        let from = found.get(1).map_or("", |from| from.as_str());
        Path::new(from).join(&found[2]).to_str().expect("UTF-8").to_owned()
    });
    paths.collect::<Vec<_>>().try_into().expect("two paths")
}

fn folder(path: &str) -> &str {
    Path::new(path).parent().and_then(Path::to_str).expect("a folder")
}

/// What is not yet as it should be when the command says that it is done.
fn broken(sandbox: &Sandbox, line: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let (mut unflushed, mut folders) = (BTreeSet::new(), BTreeSet::new());
    let mut flushes = 0;
    // Two are kept for speed alone, and made anew; the other is an intent that is as good in its old place.
    let is_kept_for_speed = |path: &str| path.ends_with("/mcp/claims") || path.ends_with("/mcp/looked");
    let is_precious = |path: &str| !is_kept_for_speed(path) && !path.contains("/mcp/owed/");
    for call in calls(sandbox, line) {
        if call.contains(" = -1 ") {
            continue;
        }
        let call = call.split_once(' ').map_or("", |(_, call)| call.trim_start());
        let name = call.split('(').next().unwrap_or_default();
        match name {
            "openat" if call.contains("O_CREAT") => {
                let opened = call.rsplit('<').next().and_then(|path| path.strip_suffix('>'));
                unflushed.extend(opened.map(str::to_owned));
            }
            "fsync" | "fdatasync" => {
                let path = call.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or("", |(path, _)| path);
                unflushed.remove(path);
                folders.remove(path);
                flushes += 1;
            }
            "rename" | "renameat" | "renameat2" | "link" | "linkat" => {
                let [from, to] = both_paths(call);
                if !is_precious(&to) {
                    continue;
                }
                let is_unflushed = unflushed.remove(&from);
                if is_unflushed && to.contains("/objects/") {
                    // Git's objects may be flushed under their names, as long as no ref leads to them.
                    unflushed.insert(to.clone());
                } else if is_unflushed {
                    wrong.push(format!("not flushed before it got its name: {call}"));
                }
                if to.contains("/refs/mcp/tasks/") {
                    let objects = unflushed.iter().filter(|path| path.contains("/objects/"));
                    wrong.extend(objects.map(|path| format!("not flushed before a ref led to it: {path}")));
                }
                // Names elsewhere, such as those in `.mcp/tmp`, need not outlive a power cut.
                for path in [from, to] {
                    let is_kept = KEPT.iter().any(|kept| path.contains(kept)) && !path.ends_with(".lock");
                    folders.extend(is_kept.then(|| folder(&path).to_owned()));
                }
            }
            "write" if call.starts_with("write(1<") => {
                wrong.extend(folders.iter().map(|folder| format!("not flushed before it was told: {folder}")));
                assert!(flushes > 2, "{line}: {flushes} flushes");
                return wrong;
            }
            _ => {}
        }
    }
    panic!("{line}: nothing was told");
}

#[test]
fn each_verb_flushes_files_before_they_get_their_names_and_folders_before_it_is_told() {
    if !can_trace() {
        return;
    }
    let sandbox = Sandbox::with_board();
    if Formats::of_all_tests().are_for_the_program() {
        // Git itself writes the refs there.
        return;
    }
    sandbox.git("config core.fsync committed");
    sandbox.add_config("board: { commit: never }");
    let id = sandbox.ready_task("One");
    let create = "create Two --ready --goal g --ac a --kind chore";
    let lines = [
        "note ID -m words",
        "claim ID",
        "note ID -m more",
        "edit ID --check all",
        "release ID",
        "claim ID",
        "review ID",
        "fail ID -m broken",
        "retry ID",
    ];
    for line in lines.map(|line| line.replace("ID", &id)).iter().map(String::as_str).chain([create]) {
        assert_eq!(broken(&sandbox, line), Vec::<String>::new(), "{line}");
    }
}

/// How often the file is read; `MCP_READS=10000` is the long form.
fn reads() -> usize {
    std::env::var("MCP_READS").ok().and_then(|reads| reads.parse().ok()).unwrap_or(2_000)
}

#[test]
fn whoever_reads_while_others_write_sees_a_whole_text_and_each_task_once() {
    let sandbox = Sandbox::with_board();
    let id = sandbox.ready_task("One");
    let (is_over, seen, listed) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    let name = sandbox.file_of(&id).rsplit('/').next().expect("a name").to_owned();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut last = String::new();
            while seen.load(Ordering::Relaxed) < reads() {
                let paths = ["ready", "in-progress"].map(|state| sandbox.path(&format!(".mcp/tasks/{state}/{name}")));
                // A file that moves between the two looks is found by the next one.
                let Some(text) = paths.iter().find_map(|path| fs_err::read_to_string(path).ok()) else { continue };
                assert!(text.starts_with("---\nid: ") && text.ends_with('\n'), "{text}");
                let log = text.split_once("\n## Log\n").expect("all of it").1;
                assert!(log.lines().last().is_some_and(|line| line.starts_with("- 20")), "{text}");
                if text != last {
                    assert!(last.lines().count() <= text.lines().count() + 4, "nothing is missing: {text}");
                    last = text;
                }
                seen.fetch_add(1, Ordering::Relaxed);
                std::thread::sleep(Duration::from_micros(300));
            }
            is_over.store(true, Ordering::Relaxed);
        });
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                let list = sandbox.mcp("list --json").success().json();
                assert_eq!(list["problems"], serde_json::json!([]));
                let ids: Vec<_> =
                    list["tasks"].as_array().expect("a list").iter().map(|task| task["id"].clone()).collect();
                assert_eq!(ids, [id.as_str()], "{list}");
                listed.fetch_add(1, Ordering::Relaxed);
            }
        });
        let mut number = 0;
        while !is_over.load(Ordering::Relaxed) {
            number += 1;
            for line in [format!("claim {id}"), format!("note {id} -m words-{number}"), format!("release {id}")] {
                let _ = sandbox.mcp(&line).success();
            }
        }
    });
    assert!(listed.load(Ordering::Relaxed) > 3);
    eprintln!("{} reads of the file, {} of the list", seen.into_inner(), listed.into_inner());
}
