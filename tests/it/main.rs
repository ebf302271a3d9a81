//! The one integration binary: everything here runs real git, real processes and the real program.

mod brief;
#[cfg(target_os = "linux")]
mod clones;
#[cfg(unix)]
mod completions;
mod count;
mod crash;
mod docs;
mod docs_commands;
mod docs_errors;
mod doctor;
mod durable;
mod fencing;
mod formats;
mod git_room;
mod hook;
mod hostile;
mod import;
mod json;
#[cfg(unix)]
mod live;
mod merge;
mod merged_end;
mod odd_places;
mod one_truth;
#[cfg(unix)]
mod pictures;
mod private;
mod race;
mod restore;
mod retro;
mod serve;
mod session;
mod setup;
mod stale;
mod support;
#[cfg(unix)]
mod tables;
mod tidy;
mod tour;
mod undo;
mod verbs;
mod verify;
mod watch;
mod worktree;
