//! The hook under chance: others who stage at any moment, signals at any moment.
//!
//! `MCP_ROUNDS=200 cargo test --test it hook::counts` is the long form; `docs/reliability.md` has what it found.

use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::chance::{Chance, rounds};
use super::desk::{Before, CHECK, Desk};

const FORMS: &[&[&str]] = &[
    &["-m", "x"],
    &["-a", "-m", "x"],
    &["-m", "x", "--only", "code.txt"],
    &["-m", "x", "--include", "code.txt"],
    &["--amend", "-a", "-m", "x"],
];

#[test]
fn what_is_committed_was_checked_whoever_stages_meanwhile() {
    let mut chance = Chance::new(7);
    let desk = Desk::main();
    desk.sandbox.write("check.sh", &format!("sleep 0.05\n{CHECK}"));
    desk.sandbox.git("commit -q --no-verify -m slow check.sh");
    let (mut made, mut refused) = (0, 0);
    for round in 0..rounds(12) {
        desk.sandbox.write("code.txt", &format!("mended {round}\n"));
        desk.sandbox.git("add code.txt");
        let head = desk.head();
        let form = FORMS[chance.below(4) as usize];
        let mut command = desk.committing(form);
        let git = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a process");
        std::thread::sleep(Duration::from_millis(chance.below(500)));
        desk.sandbox.write("other.txt", &format!("from elsewhere {round}\n"));
        // While git has the index locked it says no itself.
        let _ = desk.sandbox.try_git(&["add", "other.txt"]);
        let run = desk.sandbox.ended(git);
        match run.code {
            Some(0) => {
                made += 1;
                // A post-commit hook that found the index locked leaves the rest to the next command.
                let _ = desk.sandbox.mcp(&format!("note {} -m Later", desk.task)).success();
                assert_eq!(desk.state(), "review", "{run}");
                assert!(desk.text().contains(&format!(" tree:{}", desk.code_tree())), "untested: {form:?} {run}");
            }
            _ => {
                refused += 1;
                assert_eq!(desk.head(), head, "{run}");
                let _ = desk.sandbox.mcp(&format!("note {} -m Later", desk.task)).success();
            }
        }
        desk.has_each_task_once();
        desk.leaves_nothing_behind();
    }
    println!("{made} made, {refused} refused");
    assert_eq!(made + refused, rounds(12));
    assert!(made > 0);
}

/// The processes that work in the repository, with their names.
fn at_work(desk: &Desk) -> Vec<(u32, String)> {
    let world = desk.sandbox.dir().parent().expect("a folder").to_owned();
    let entries = fs_err::read_dir("/proc").expect("a folder").flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let is_here =
        |number: &u32| std::fs::read_link(format!("/proc/{number}/cwd")).is_ok_and(|folder| folder.starts_with(&world));
    let name = |number: u32| std::fs::read_to_string(format!("/proc/{number}/comm")).unwrap_or_default();
    numbers.filter(is_here).map(|number| (number, name(number).trim().to_owned())).collect()
}

/// Sends a signal to git or to its hook at a moment of chance, and waits until all have ended.
fn signalled(desk: &Desk, git: Child, signal: &str, is_for_git: bool, wait: Duration) {
    let deadline = Instant::now() + Duration::from_secs(30);
    let target = match is_for_git {
        true => Some(git.id()),
        false => loop {
            let hook = at_work(desk).into_iter().find(|(number, name)| name == "mcp" && *number != git.id());
            if hook.is_some() || !at_work(desk).iter().any(|(number, _)| *number == git.id()) {
                break hook.map(|(number, _)| number);
            }
        },
    };
    std::thread::sleep(wait);
    if let Some(target) = target {
        // It may have ended by itself.
        let _ = desk.sandbox.command("kill").args([signal, &target.to_string()]).output().expect("a process");
    }
    let _ = desk.sandbox.ended(git);
    while !at_work(desk).is_empty() {
        assert!(Instant::now() < deadline, "all have ended: {:?}", at_work(desk));
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The locks in git's folder.
fn locks(desk: &Desk) -> BTreeSet<String> {
    let top = desk.sandbox.path(".git");
    let walk = walkdir::WalkDir::new(&top).into_iter().flatten().map(|entry| entry.path().to_owned());
    let below = walk.filter_map(|path| Some(path.strip_prefix(&top).ok()?.display().to_string()));
    below.filter(|path| path.ends_with(".lock")).collect()
}

/// Whether a lock is another name of a file of ours, which tells the next command that it is ours.
fn is_of_a_mark(desk: &Desk, lock: &Path) -> bool {
    let number = fs_err::metadata(lock).expect("a file").ino();
    let entries = fs_err::read_dir(desk.sandbox.path(".git/mcp")).expect("a folder").flatten();
    let mut marks = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("index-lock."));
    marks.any(|mark| mark.metadata().is_ok_and(|mark| mark.ino() == number))
}

/// Asserts that nothing is half done right after a commit was stopped.
///
/// Before the commit exists the task lies where it was, byte for byte; once it exists the task lies where HEAD has it. In between
/// stands at most what is written down in a journal, and is followed or taken back by the next command: git may be stopped after
/// our hook has ended well, and then nobody of ours is left who could clear up. A hook that is killed may besides leave what an
/// intent of its own tells of, and files that stand in nobody's way; stopped otherwise it leaves none.
fn is_settled_or_told(desk: &Desk, before: &(Before, String), about: &str, is_hook_killed: bool) {
    let left = |folder: &str| {
        let entries = fs_err::read_dir(desk.sandbox.path(".git/mcp").join(folder)).into_iter().flatten().flatten();
        entries.filter(|entry| entry.path().is_file()).map(|entry| entry.path()).collect::<Vec<_>>()
    };
    let own: Vec<_> = left("").into_iter().filter(|path| path.display().to_string().contains("mcp/index")).collect();
    assert!(is_hook_killed || own.is_empty() && left("intents").is_empty(), "{about}: {own:?} {:?}", left("intents"));
    let is_told = !left("commits").is_empty();
    desk.has_each_task_once();
    let staged = desk.sandbox.git("diff --cached --name-only HEAD -- .mcp");
    if before.0.is_at(desk) {
        assert_eq!((desk.state().as_str(), desk.text()), ("in-progress", before.1.clone()), "{about}: no half move");
        assert!(is_told || staged.is_empty(), "{about}: {staged} without a journal");
        return;
    }
    assert!(desk.committed_task().contains("/review/"), "{about}: the move is in the commit");
    let is_moved = desk.state() == "review" && desk.text() == desk.committed_text() && staged.is_empty();
    assert!(
        is_moved || is_told || (is_hook_killed && !left("intents").is_empty()),
        "{about}: {} {staged}",
        desk.state()
    );
}

#[test]
fn a_signal_leaves_no_half_move_and_no_lock_of_ours() {
    let mut chance = Chance::new(11);
    let mut made = 0;
    for round in 0..rounds(10) {
        let desk = Desk::main();
        desk.sandbox.write("check.sh", &format!("sleep 0.02\n{CHECK}"));
        desk.sandbox.write("other.txt", "two\n");
        desk.sandbox.git("add -A");
        desk.sandbox.git("commit -q --no-verify -m slow");
        desk.mend();
        desk.sandbox.git("add code.txt");
        desk.sandbox.write("other.txt", "unstaged\n");
        let form = FORMS[round % 5];
        let signal = ["-INT", "-TERM", "-KILL"][round / 5 % 3];
        let is_for_git = round / 15 % 2 == 0;
        let before = (desk.before(), desk.text());
        let mut command = desk.committing(form);
        let git = command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0).spawn().expect("a process");
        let wait = Duration::from_millis(chance.below(if is_for_git { 500 } else { 120 }));
        signalled(&desk, git, signal, is_for_git, wait);
        // At once, before any command of ours can mend something.
        let about = format!("{form:?} {signal} to {}", if is_for_git { "git" } else { "the hook" });
        for lock in locks(&desk) {
            let path = desk.sandbox.path(".git").join(&lock);
            if signal == "-KILL" && !is_for_git && is_of_a_mark(&desk, &path) {
                // Between two calls of the system there is nobody to take it away; the next command must.
                continue;
            }
            // A killed git cannot take its own locks away, and nobody else may. Nor does it take away, however it is stopped,
            // one that it had made but not noted yet, which is empty.
            let is_gits = ["index.lock", "HEAD.lock", "refs/heads/main.lock"].contains(&lock.as_str())
                || lock.starts_with("next-index-");
            let is_new = fs_err::metadata(&path).expect("a file").len() == 0;
            assert!(is_gits && is_for_git && (signal == "-KILL" || is_new), "{about}: {lock} is left");
            fs_err::remove_file(path).expect("a lock of git's");
        }
        is_settled_or_told(&desk, &before, &about, signal == "-KILL" && !is_for_git);
        let _ = desk.sandbox.mcp(&format!("note {} -m Later", desk.task)).success();
        desk.is_whole(&before.0);
        made += usize::from(desk.state() == "review");
        let _ = desk.commit(&["-a", "-q", "-m", "after"]);
        assert_eq!(desk.state(), "review", "{form:?} {signal}: work goes on");
    }
    println!("{made} of {} were made all the same", rounds(10));
}
