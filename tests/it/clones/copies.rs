//! Copies of a repository's folder, which bring along what told the original from others; and repositories that were moved.

use std::path::{Path, PathBuf};

use super::world::World;
use crate::support::Run;

fn id_of(dir: &Path) -> String {
    let text = fs_err::read_to_string(dir.join(".git/mcp/clone")).expect("an id");
    text.lines().next().expect("a line").to_owned()
}

/// Runs a command of one agent in one session, wherever it is typed.
fn run(world: &World, dir: &Path, line: &str) -> Run {
    let mut command = world.mcp(dir, "cy", &line.split(' ').collect::<Vec<_>>());
    command.env("MCP_SESSION", "one");
    world.sandbox.run(command)
}

/// A clone in which a task was claimed, and that task and another one.
fn clone_at_work(world: &World) -> (PathBuf, String, String) {
    let (one, other) = (world.sandbox.ready_task("One"), world.sandbox.ready_task("Other"));
    let desk = world.clone("desk");
    let _ = run(world, &desk, "sync").success();
    let _ = run(world, &desk, &format!("claim {one}")).success();
    (desk, one, other)
}

#[test]
fn a_copy_is_another_clone_and_holds_nothing_that_the_original_holds() {
    let world = World::new();
    let (desk, one, other) = clone_at_work(&world);
    let copy = desk.with_file_name("copy");
    let copied = world.sandbox.command("cp").arg("-r").args([&desk, &copy]).status().expect("a process");
    assert!(copied.success());
    for line in [format!("claim {one}"), format!("release {one}")] {
        let refused = run(&world, &copy, &line);
        assert_eq!(refused.code, Some(4), "{line}: {refused}");
        assert!(refused.stderr.contains("[WORLD]/desk"), "it says where: {refused}");
    }
    let _ = run(&world, &copy, &format!("claim {other}")).success();
    assert_ne!(id_of(&copy), id_of(&desk));
    let refused = run(&world, &desk, &format!("claim {other}"));
    assert_eq!(refused.code, Some(4), "{refused}");
    // Each goes on with its own.
    let _ = run(&world, &desk, &format!("release {one}")).success();
    let _ = run(&world, &copy, &format!("release {other}")).success();
    let _ = run(&world, &copy, "sync").success();
    let _ = run(&world, &copy, &format!("claim {one}")).success();
    assert_eq!(world.claim_on_remote(&one)["clone"], id_of(&copy));
}

#[test]
fn a_repository_that_was_moved_is_the_same_clone_and_holds_what_it_held() {
    let world = World::new();
    let (desk, one, other) = clone_at_work(&world);
    let id = id_of(&desk);
    let moved = desk.with_file_name("moved");
    fs_err::rename(&desk, &moved).expect("renamed");
    let _ = run(&world, &moved, &format!("note {one} -m moved")).success();
    let _ = run(&world, &moved, &format!("claim {other}")).success();
    assert_eq!(id_of(&moved), id);
    let _ = run(&world, &moved, &format!("release {one}")).success();
    assert_eq!(world.claim_on_remote(&one)["state"], "ready");
    // What is put in its old place later is a copy of it.
    let copied = world.sandbox.command("cp").arg("-r").args([&moved, &desk]).status().expect("a process");
    assert!(copied.success());
    let refused = run(&world, &desk, &format!("release {other}"));
    assert_eq!(refused.code, Some(4), "{refused}");
}
