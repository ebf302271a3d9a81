//! The verbs, one by one, as a terminal shows them: what they do, what they refuse, and what they say.

mod annotate;
mod approval;
mod archive;
mod board;
mod bytes;
mod claim;
mod clipboard;
mod complete;
mod config;
mod create;
mod doors;
mod edit;
mod ends;
mod first_runs;
mod help;
mod help_pages;
pub mod listing;
mod newcomers;
mod next;
mod prep;
mod questions;
mod reading;
mod review;
mod show;
mod split;
mod stats;
mod tdd;
mod templates;
mod trust;
mod workers;

use super::support::Sandbox;

/// A board with one task, T1, that a commit of cursor's took into review, with every box ticked.
fn in_review() -> Sandbox {
    let sandbox = Sandbox::with_board();
    sandbox.ready_task("One");
    hand_over(&sandbox, "T1");
    sandbox
}

/// Cursor claims a ready task, commits for it and ticks its boxes.
fn hand_over(sandbox: &Sandbox, task: &str) {
    let lines = format!(
        "mcp claim {task} && mcp edit {task} --check all && echo work >> code.txt && git add -A && git commit -q -m work"
    );
    let _ = sandbox.shell_as("cursor", &sandbox.with_ids(&lines)).success();
}
