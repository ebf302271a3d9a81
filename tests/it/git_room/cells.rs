use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use mcp_handoff::git::{Locked, Swap};

use super::sandbox::{Sandbox, probe};
use crate::support::Formats;

fn race(sandbox: &Sandbox, rounds: u32, step: u32, helpers: &mut [Child]) -> BTreeMap<u32, u32> {
    let start = (SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + Duration::from_millis(300)).as_millis();
    let racers: Vec<_> = (0..8)
        .map(|me| {
            sandbox
                .command(probe().to_str().unwrap())
                .args(["race", sandbox.dir.to_str().unwrap(), &me.to_string(), &start.to_string()])
                .args([rounds.to_string(), step.to_string()])
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut winners = BTreeMap::new();
    for racer in racers {
        let output = racer.wait_with_output().unwrap();
        assert!(output.status.success());
        for round in String::from_utf8(output.stdout).unwrap().lines() {
            *winners.entry(round.parse().unwrap()).or_default() += 1;
        }
    }
    for helper in helpers {
        helper.kill().ok();
        helper.wait().unwrap();
    }
    winners
}

/// How many rounds, and how far apart in milliseconds: fewer and slower where each swap costs processes. `MCP_ROUNDS` says how
/// many.
fn pace(rounds: u32, step: u32) -> (u32, u32) {
    let (short, step) = if Formats::of_all_tests().are_for_the_program() { (20, 10 * step) } else { (rounds, step) };
    (std::env::var("MCP_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(short), step)
}

fn check_one_winner_each(winners: &BTreeMap<u32, u32>, rounds: u32) {
    let wrong: Vec<_> = (0..rounds).filter(|round| winners.get(round) != Some(&1)).collect();
    assert!(wrong.is_empty(), "{wrong:?} of {winners:?}");
}

#[test]
fn one_of_eight_wins_each_round() {
    let sandbox = Sandbox::new();
    let (rounds, step) = pace(300, 8);
    check_one_winner_each(&race(&sandbox, rounds, step, &mut []), rounds);
    assert_eq!(sandbox.repository().cells("refs/cells/").unwrap().names().len(), rounds as usize);
    sandbox.git("fsck --strict");
}

#[test]
fn one_of_eight_wins_while_refs_are_packed() {
    let sandbox = Sandbox::new();
    let script = "while :; do git pack-refs --all --prune; done";
    let packer = sandbox.command("sh").args(["-c", script]).stderr(Stdio::null()).spawn().unwrap();
    let (rounds, step) = pace(300, 12);
    check_one_winner_each(&race(&sandbox, rounds, step, &mut [packer]), rounds);
}

#[test]
fn one_wins_against_the_git_program() {
    let sandbox = Sandbox::new();
    let tree = sandbox.git("rev-parse HEAD^{tree}");
    let start = SystemTime::now() + Duration::from_millis(300);
    let (rounds, step) = pace(150, 20);
    let mut winners = BTreeMap::new();
    let won = std::thread::scope(|scope| {
        let rival = scope.spawn(|| {
            let tries = (0..rounds).filter(|round| {
                // Starting the program takes the time by which it is early.
                let at = start + Duration::from_millis(step.into()) * *round - Duration::from_micros(1800);
                std::thread::sleep(at.duration_since(SystemTime::now()).unwrap_or_default());
                let name = format!("refs/cells/deep/r{round}");
                sandbox.try_git(&["update-ref", &name, &tree, &"0".repeat(tree.len())]).status.success()
            });
            tries.collect::<Vec<_>>()
        });
        winners = race(&sandbox, rounds, step, &mut []);
        rival.join().unwrap()
    });
    eprintln!("git won {}, we won {}", won.len(), winners.values().sum::<u32>());
    for round in won {
        *winners.entry(round).or_default() += 1;
    }
    check_one_winner_each(&winners, rounds);
}

fn count(sandbox: &Sandbox, durable: &str, packing: bool) {
    let mut helper = packing.then(|| {
        let script = "while :; do git pack-refs --all --prune; done";
        sandbox.command("sh").args(["-c", script]).stderr(Stdio::null()).spawn().unwrap()
    });
    let counters: Vec<_> = (0..8)
        .map(|me| {
            let mut command = sandbox.command(probe().to_str().unwrap());
            let (times, _) = pace(60, 1);
            let arguments = ["count", sandbox.dir.to_str().unwrap(), &me.to_string(), &times.to_string(), durable];
            command.args(arguments).spawn().unwrap()
        })
        .collect();
    for mut counter in counters {
        assert!(counter.wait().unwrap().success());
    }
    if let Some(helper) = &mut helper {
        helper.kill().unwrap();
        helper.wait().unwrap();
    }
    assert_eq!(sandbox.git("cat-file -p refs/cells/counter:n"), (8 * pace(60, 1).0).to_string());
}

#[test]
fn no_increment_is_lost() {
    count(&Sandbox::new(), "no", false);
    count(&Sandbox::new(), "no", true);
    count(&Sandbox::new(), "durable", true);
}

#[test]
fn a_swap_tells_what_is_there() {
    let sandbox = Sandbox::new();
    let repository = sandbox.repository();
    let name = "refs/cells/x/y-1";
    let Swap::Swapped(first) = repository.swap_cell(name, None, &[("a", b"1"), ("b", b"2")], true).unwrap() else {
        panic!()
    };
    assert_eq!(sandbox.git("cat-file -p refs/cells/x/y-1:b"), "2");
    assert_eq!(repository.swap_cell(name, None, &[("a", b"3")], false).unwrap(), Swap::Lost(Some(first)));
    sandbox.git("pack-refs --all --prune");
    assert!(!sandbox.path(".git/refs/cells/x").exists());
    assert_eq!(repository.cell(name).unwrap().unwrap().oid, first);
    let Swap::Swapped(second) = repository.swap_cell(name, Some(first), &[("a", b"4")], true).unwrap() else {
        panic!()
    };
    assert_eq!(sandbox.oid(name), second);
    let cells = repository.cells("refs/cells/").unwrap();
    assert_eq!(cells.names(), [name.strip_prefix("refs/cells/").unwrap()]);
    assert_eq!(cells.value(cells.names()[0]).unwrap(), Some(second));
    assert_eq!(repository.cell_file(second, "a").unwrap().unwrap(), b"4");
    assert_eq!(repository.delete_cell(name, first).unwrap(), Swap::Lost(Some(second)));
    assert_eq!(repository.delete_cell(name, second).unwrap(), Swap::Swapped(second));
    assert_eq!(repository.delete_cell(name, second).unwrap(), Swap::Lost(None));
    assert_eq!(repository.swap_cell(name, Some(second), &[], false).unwrap(), Swap::Lost(None));
    assert_eq!(repository.cell(name).unwrap(), None);
    assert!(
        repository.cell("refs/../x").is_err() && repository.swap_cell("refs/cells/a..b", None, &[], false).is_err()
    );
    assert!(!sandbox.path(".git/logs/refs/cells").exists());
}

#[test]
fn a_folder_left_by_deleted_refs_is_no_hindrance() {
    let sandbox = Sandbox::new();
    std::fs::create_dir_all(sandbox.path(".git/refs/cells/x/empty/deeper")).unwrap();
    assert!(matches!(sandbox.repository().swap_cell("refs/cells/x", None, &[], true).unwrap(), Swap::Swapped(_)));
    assert!(sandbox.repository().swap_cell("refs/cells/x/y", None, &[], true).is_err());
}

#[test]
fn waits_for_a_lock_then_names_it_and_clears_it_on_demand() {
    if Formats::of_all_tests().are_for_the_program() {
        // Its locks are git's, and told apart otherwise: the next test.
        return;
    }
    let sandbox = Sandbox::new();
    let repository = sandbox.repository();
    let lock = sandbox.path(".git/refs/cells/x.lock");
    std::fs::create_dir_all(lock.parent().unwrap()).unwrap();
    std::fs::write(&lock, "").unwrap();
    let start = Instant::now();
    let error = repository.swap_cell("refs/cells/x", None, &[], false).unwrap_err();
    assert!(start.elapsed() > Duration::from_secs(2) && start.elapsed() < Duration::from_secs(4));
    assert_eq!(error.downcast_ref::<Locked>().unwrap().path, lock);
    assert!(!repository.clear_stale_lock("refs/cells/x", Duration::from_secs(60)).unwrap());
    assert!(repository.clear_stale_lock("refs/cells/x", Duration::from_secs(1)).unwrap());
    assert!(!repository.clear_stale_lock("refs/cells/x", Duration::ZERO).unwrap());
    assert!(matches!(repository.swap_cell("refs/cells/x", None, &[], false).unwrap(), Swap::Swapped(_)));
}

#[test]
fn of_git_s_locks_only_that_of_a_call_of_ours_that_died_is_cleared() {
    for (format, lock) in [("files", "refs/cells/x.lock"), ("reftable", "reftable/tables.list.lock")] {
        let sandbox = Sandbox::new();
        let dir = sandbox.dir.with_file_name("new kind");
        let format = format!("--ref-format={format}");
        sandbox.git_args(&["init", "-q", "--object-format=sha256", &format, dir.to_str().unwrap()]);
        let sandbox = Sandbox { dir, ..sandbox };
        let repository = sandbox.repository();
        let swap = || repository.swap_cell("refs/cells/x", None, &[("n", b"0")], true);
        let lock = sandbox.path(".git").join(lock);
        std::fs::create_dir_all(lock.parent().unwrap()).unwrap();
        std::fs::write(&lock, "").unwrap();
        let error = swap().unwrap_err();
        assert_eq!(error.downcast_ref::<Locked>().unwrap().path, lock, "{error:?}");
        assert!(!repository.clear_stale_lock("refs/cells/x", Duration::ZERO).unwrap(), "it may be anybody's");
        assert!(lock.exists());

        // As a call leaves it that was killed.
        let mark = sandbox.path(".git/mcp/swaps/refs%cells%x");
        std::fs::write(&mark, "").unwrap();
        std::fs::write(&lock, "").unwrap();
        let held = std::fs::File::open(&mark).unwrap();
        held.lock().unwrap();
        assert!(!repository.clear_stale_lock("refs/cells/x", Duration::ZERO).unwrap(), "it lives");
        drop(held);
        assert!(!repository.clear_stale_lock("refs/cells/x", Duration::from_secs(60)).unwrap());
        assert!(repository.clear_stale_lock("refs/cells/x", Duration::ZERO).unwrap());
        assert!(!lock.exists() && !mark.exists());
        assert!(matches!(swap().unwrap(), Swap::Swapped(_)));
        assert_eq!(std::fs::read_dir(sandbox.path(".git/mcp/swaps")).unwrap().count(), 0);
    }
}

#[test]
fn a_tag_or_branch_that_git_would_take_for_a_cell_is_none() {
    for shadow in ["refs/tags/refs/cells/x", "refs/heads/refs/cells/x", "refs/refs/cells/x"] {
        let sandbox = Sandbox::new();
        let head = sandbox.git("rev-parse HEAD");
        sandbox.git(&format!("update-ref {shadow} {head}"));
        let repository = sandbox.repository();
        assert_eq!(repository.cell("refs/cells/x").unwrap(), None, "{shadow}");
        let Swap::Swapped(oid) = repository.swap_cell("refs/cells/x", None, &[], false).unwrap() else { panic!() };
        assert_eq!(repository.cell("refs/cells/x").unwrap().unwrap().oid, oid);
    }
}

#[test]
fn a_listing_misses_nothing_while_refs_are_packed() {
    let sandbox = Sandbox::new();
    let repository = sandbox.repository();
    for number in 0..40 {
        let _ = repository.swap_cell(&format!("refs/cells/c{number}"), None, &[("n", b"0")], false).unwrap();
    }
    let script = "while :; do git pack-refs --all --prune; git update-ref refs/cells/c7 HEAD^{tree}; \
         git update-ref refs/cells/c9 HEAD^{tree}; done";
    let mut packer = sandbox.command("sh").args(["-c", script]).stderr(Stdio::null()).spawn().unwrap();
    let start = Instant::now();
    let mut listings = 0;
    while start.elapsed() < Duration::from_secs(2) {
        let cells = repository.cells("refs/cells/c").unwrap();
        assert_eq!(cells.names().iter().filter(|name| cells.value(name).unwrap().is_some()).count(), 40);
        listings += 1;
    }
    packer.kill().unwrap();
    packer.wait().unwrap();
    eprintln!("{listings} listings");
}
