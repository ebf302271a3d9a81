//! Working trees and indexes in any disorder: with our hooks a commit leaves what git alone leaves, and nothing when it is
//! refused.
//!
//! `MCP_ROUNDS=500 cargo test --test it hook::trees` is the long form, `MCP_SEED=7` repeats one tree and its commits.

use super::chance::{Chance, rounds};
use super::desk::{Desk, repository};
use super::disorder::{disorder, furnish};
use super::twin::Tree;

const FORMS: &[&[&str]] = &[
    &["-m", "x"],
    &["-a", "-m", "x"],
    &["-m", "x", "--only", "code.txt"],
    &["-m", "x", "--only", "code.txt", "dir"],
    &["-m", "x", "--include", "code.txt"],
    &["-m", "x", "--include", "code.txt", "*.txt"],
    &["-m", "x", "--", "."],
    &["--amend", "-m", "x"],
    &["--amend", "-a", "-m", "x"],
    &["--amend", "-m", "x", "--only", "code.txt"],
];

/// Commits made one after the other in one worktree, each after a new disorder.
const COMMITS: usize = 3;

#[derive(Default)]
struct Count {
    made: usize,
    refused: usize,
    by_git: usize,
}

/// Commits in a tree in disorder, and in its twin without our hooks.
fn commits(desk: &Desk, chance: &mut Chance, about: &str, count: &mut Count) {
    disorder(desk, chance);
    let form = *chance.of(FORMS);
    let about = format!("{about}, git commit {}", form.join(" "));
    let ours = Tree::of(desk);
    let before = (ours.heads(), ours.committed(), ours.look());
    let head = ours.head();
    let twin = Tree::twin(desk);
    let made = twin.heads();
    let alone = twin.commit(form);
    let run = ours.commit(form);
    let told = format!("{about}\ngit alone: {alone}\nwith our hooks: {run}");
    let is_made = twin.heads() != made;
    let is_broken = is_made
        && twin.committed() != before.1
        && String::from_utf8_lossy(&twin.asked(&["show", "HEAD:code.txt"])).contains("broken");
    if is_broken {
        count.refused += 1;
        assert_eq!(run.code, Some(1), "the check fails: {told}");
        assert_eq!((ours.heads(), ours.head()), (before.0, head), "{told}");
        assert_eq!(ours.look().difference(&before.2), "", "as before: {told}");
    } else {
        *(if is_made { &mut count.made } else { &mut count.by_git }) += 1;
        assert_eq!(run.code, alone.code, "{told}");
        assert_eq!(ours.heads() != before.0, is_made, "{told}");
        assert!(ours.committed() == twin.committed(), "the same commit: {told}");
        assert_eq!(ours.look().difference(&twin.look()), "", "as git alone leaves it: {told}");
        if ours.committed() != before.1 {
            assert!(desk.text().contains(&format!(" tree:{}", desk.code_tree())), "untested: {told}");
            assert_eq!(desk.state(), "review", "{told}");
        }
    }
    desk.has_each_task_once();
    desk.leaves_nothing_behind();
}

#[test]
fn trees_in_disorder_are_left_as_git_alone_leaves_them() {
    let seed = std::env::var("MCP_SEED").ok().and_then(|seed| seed.parse::<u64>().ok());
    let first = seed.unwrap_or(0);
    let last = seed.map_or(rounds(12).div_ceil(COMMITS) as u64, |seed| seed + 1);
    let mut count = Count::default();
    for seed in first..last {
        let mut chance = Chance::new(seed);
        let desk = if chance.below(3) == 0 { Desk::over(repository().linked()) } else { Desk::main() };
        furnish(&desk);
        for number in 1..=COMMITS {
            commits(&desk, &mut chance, &format!("MCP_SEED={seed}, commit {number}"), &mut count);
        }
    }
    println!("{} made, {} refused, {} not made by git itself", count.made, count.refused, count.by_git);
    assert!(seed.is_some() || (count.made > 0 && count.refused > 0));
}
