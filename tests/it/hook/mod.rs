//! The commit hooks, in the main worktree and in a linked one.

mod aborted;
mod boards;
mod company;
#[cfg(target_os = "linux")]
mod counts;
mod desk;
mod forms;
mod install;
mod meanwhile;
mod messages;
mod operations;
mod outcomes;
mod places;
mod secrets;
mod settings;
mod status_table;

pub use install::executable;
