//! What a claim through a remote costs beside a bare `git push` of one ref, measured in turn in the same run.
//!
//! `MCP_ROUNDS=60 MCP_MEASURED=target/release/mcp cargo test --test it clones::cost -- --nocapture` prints the figures.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::world::{World, rounds};

/// How long a command takes, from its start to its end; it must succeed.
fn time(mut command: Command) -> Duration {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status().expect("a process");
    let time = start.elapsed();
    assert!(status.success(), "{command:?}");
    time
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1000.0
}

/// The program to be measured: this build of it, or the one that was named.
fn program() -> PathBuf {
    let named = std::env::var_os("MCP_MEASURED").map(PathBuf::from);
    let program = named.unwrap_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_mcp")));
    Path::new(env!("CARGO_MANIFEST_DIR")).join(program)
}

#[test]
fn what_a_claim_through_a_remote_costs_is_measured_beside_a_push_and_arrives() {
    let world = World::new();
    let sandbox = &world.sandbox;
    if std::env::var_os("MCP_FSYNC").is_some() {
        // As git has it where nobody says otherwise.
        sandbox.git("config core.fsync default");
    }
    let count = rounds(6);
    let ids: Vec<_> = (0..count).map(|number| sandbox.ready_task(&format!("Task {number}"))).collect();
    let (mut claims, mut pushes, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for (round, id) in ids.iter().enumerate() {
        // Objects that the remote has not got, as small as a cell.
        sandbox.write("one", &format!("{round} {}", "x".repeat(600)));
        sandbox.write("two", &format!("{round} {}", "y".repeat(900)));
        let blobs = ["one", "two"].map(|file| sandbox.git(&format!("hash-object -w {file}")));
        let listing = format!("printf '100644 blob {}\\tclaim\\n100644 blob {}\\ttask.md\\n'", blobs[0], blobs[1]);
        let tree = sandbox.command("sh").args(["-c", &format!("{listing} | git mktree")]).output().expect("a process");
        let tree = String::from_utf8(tree.stdout).expect("an id");
        let mut push = sandbox.command("git");
        push.args(["push", "-q", "origin", &format!("{}:refs/bare/{id}", tree.trim())]);
        let mut claim = sandbox.command(program());
        claim.args(["claim", id]);
        // Each is first as often as the other.
        let (claimed, pushed) = match round % 2 {
            0 => {
                let claimed = time(claim);
                (claimed, time(push))
            }
            _ => {
                let pushed = time(push);
                (time(claim), pushed)
            }
        };
        ratios.push(claimed.as_secs_f64() / pushed.as_secs_f64());
        claims.push(claimed);
        pushes.push(pushed);
    }
    ratios.sort_by(f64::total_cmp);
    let ratio = ratios[ratios.len() / 2];
    let (claimed, pushed) = (median(claims), median(pushes));
    println!("{count} each: claim {claimed:.1} ms, push {pushed:.1} ms, {ratio:.2} times as long in the middle");
    // What was measured is what others would do by hand: the remote has the very cell that is here.
    for id in &ids {
        let there = sandbox.git(&format!("ls-remote origin refs/mcp/tasks/{id}"));
        let there = there.split('\t').next().map(str::to_owned).unwrap_or_default();
        assert!(!there.is_empty(), "{id} is on the remote");
        assert_eq!(sandbox.git(&format!("rev-parse refs/mcp/remotes/origin/{id}")), there, "{id} as it was seen there");
    }
}
