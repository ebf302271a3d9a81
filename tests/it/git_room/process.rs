use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use mcp_handoff::process::{Command, Finished, Interrupt, Outcome, run};

use super::sandbox::{Sandbox, probe};
use crate::support::heed_signals;

fn command(line: &str, dir: &Path) -> Command {
    Command {
        line: line.into(),
        dir: dir.into(),
        env: vec![],
        drop_env: vec![],
        timeout: Duration::from_secs(20),
        log: None,
    }
}

fn ran(command: &Command) -> Finished {
    run(command, &Interrupt::none()).unwrap()
}

/// Whether a process with a unique argument is alive.
fn is_alive(marker: &str) -> bool {
    std::fs::read_dir("/proc").unwrap().flatten().any(|entry| {
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let state = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        !state.contains(") Z ") && line.split(|&byte| byte == 0).any(|word| word == marker.as_bytes())
    })
}

/// A time to sleep that no other process has.
fn marker() -> String {
    format!("{}.{}", 300 + fastrand::u32(0..1000), fastrand::u64(1_000_000..))
}

#[test]
fn tells_how_a_command_ended() {
    let dir = tempfile::tempdir().unwrap();
    let check = |line: &str, outcome: Outcome, output: &str| {
        let finished = ran(&command(line, dir.path()));
        assert_eq!((finished.outcome, finished.output.as_str()), (outcome, output));
    };
    check("echo out; echo err >&2; echo out", Outcome::Passed, "out\nerr\nout\n");
    check("cat; exit 3", Outcome::Failed(3), "");
    check("kill -9 $$", Outcome::Killed(9), "");
    check("true; no-such-command-here 2>/dev/null", Outcome::NotFound, "");
    assert_eq!(ran(&command("true", &dir.path().join("gone"))).outcome, Outcome::NotFound);
    let finished = ran(&Command {
        env: vec![("ONE".into(), "1".into())],
        drop_env: vec!["CARGO_MANIFEST_DIR".into()],
        ..command("echo $ONE-$CARGO_MANIFEST_DIR", dir.path())
    });
    assert_eq!(finished.output, "1-\n");
}

#[test]
fn a_time_out_ends_the_grandchildren_too() {
    let (one, two) = (marker(), marker());
    let line = format!("sh -c 'sleep {one} & sleep {two}'; true");
    let finished = ran(&Command { timeout: Duration::from_millis(300), ..command(&line, Path::new("/")) });
    assert_eq!(finished.outcome, Outcome::TimedOut);
    assert!(finished.duration < Duration::from_secs(1), "{:?}", finished.duration);
    assert!(!is_alive(&one) && !is_alive(&two));
}

#[test]
fn one_that_ignores_the_request_is_killed() {
    let one = marker();
    let line = format!("trap '' TERM; echo begun; sleep {one}; sleep {one}");
    let finished = ran(&Command { timeout: Duration::from_millis(200), ..command(&line, Path::new("/")) });
    assert_eq!((finished.outcome, finished.output.as_str()), (Outcome::TimedOut, "begun\n"));
    assert!(finished.duration > Duration::from_secs(2) && finished.duration < Duration::from_secs(4));
    assert!(!is_alive(&one));
}

#[test]
fn one_may_tidy_up_when_asked_to_end() {
    let line = "sh -c 'trap \"sleep 0.3; echo tidy; exit\" TERM; sleep 30 & wait' & wait";
    let finished = ran(&Command { timeout: Duration::from_millis(200), ..command(line, Path::new("/")) });
    assert_eq!((finished.outcome, finished.output.as_str()), (Outcome::TimedOut, "tidy\n"));
}

#[test]
fn a_child_in_the_background_neither_blocks_nor_lives_on() {
    let one = marker();
    let finished = ran(&command(&format!("sleep {one} & echo done"), Path::new("/")));
    assert_eq!((finished.outcome, finished.output.as_str()), (Outcome::Passed, "done\n"));
    assert!(finished.duration < Duration::from_millis(400), "{:?}", finished.duration);
    assert!(!is_alive(&one));
    let finished = ran(&command("setsid sleep 3 & echo done", Path::new("/")));
    assert!(finished.duration < Duration::from_secs(2), "{:?}", finished.duration);
    assert_eq!(finished.output, "done\n");
}

#[test]
fn much_output_is_bounded_here_and_in_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("log");
    std::fs::write(&log, "old").unwrap();
    let line = "echo first; head -c 100000000 /dev/zero | tr '\\0' x; echo; echo last";
    let finished = ran(&Command { log: Some(log.clone()), ..command(line, dir.path()) });
    assert_eq!(finished.outcome, Outcome::Passed);
    assert!(finished.output.starts_with("first\nxxx") && finished.output.ends_with("xxx\nlast\n"));
    assert!(finished.output.contains(" bytes left out]\n") && finished.output.len() < 2_200_000);
    let metadata = std::fs::metadata(&log).unwrap();
    assert_eq!(metadata.len(), 64 * 1024 * 1024);
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777, 0o600);
}

#[test]
fn a_short_command_costs_little() {
    let mut times: Vec<_> = (0..50).map(|_| ran(&command("true", Path::new("/"))).duration).collect();
    times.sort();
    let mut plain: Vec<_> = (0..50)
        .map(|_| {
            let start = Instant::now();
            std::process::Command::new("/bin/sh").args(["-c", "true"]).status().unwrap();
            start.elapsed()
        })
        .collect();
    plain.sort();
    eprintln!("run: median {:?}, plain: {:?}", times[25], plain[25]);
}

fn runner(line: &str, timeout: u32) -> std::process::Child {
    let sandbox = Sandbox::unborn();
    let mut command = sandbox.command(probe().to_str().unwrap());
    // SAFETY: it may be called between fork and exec.
    unsafe {
        command.pre_exec(|| {
            heed_signals();
            Ok(())
        });
    }
    command.current_dir("/").args(["run", line, &timeout.to_string()]).stdout(Stdio::piped()).spawn().unwrap()
}

fn until(what: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(5) {
        if what() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}

fn signal(child: &std::process::Child, signal: &str) {
    assert!(std::process::Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn an_interrupt_ends_the_command() {
    for name in ["-INT", "-TERM", "-HUP"] {
        let one = marker();
        let child = runner(&format!("echo begun; sh -c 'sleep {one}; :'; :"), 20_000);
        assert!(until(|| is_alive(&one)));
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "Interrupted begun\n\n");
        assert!(!is_alive(&one));
    }
}

#[test]
fn nothing_outlives_a_killed_runner() {
    let (one, two) = (marker(), marker());
    let mut child = runner(&format!("trap '' TERM HUP; sh -c 'sleep {one} & sleep {two}'; :"), 20_000);
    assert!(until(|| is_alive(&one) && is_alive(&two)));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(until(|| !is_alive(&one) && !is_alive(&two)));
}

#[test]
fn a_process_can_die_with_its_parent() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("marker");
    let line = format!("\"{}\" die \"{}\"; :", probe().display(), file.display());
    let mut parent = std::process::Command::new("sh").args(["-c", &line]).spawn().unwrap();
    assert!(until(|| is_alive(file.to_str().unwrap())));
    std::thread::sleep(Duration::from_millis(300));
    parent.kill().unwrap();
    parent.wait().unwrap();
    assert!(until(|| !is_alive(file.to_str().unwrap())));
    std::thread::sleep(Duration::from_millis(1900));
    assert!(!file.exists());
}
