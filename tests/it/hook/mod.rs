//! The commit hooks, in the main worktree and in a linked one.

mod aborted;
mod boards;
#[cfg(target_os = "linux")]
mod chance;
mod company;
#[cfg(target_os = "linux")]
mod counts;
mod desk;
#[cfg(target_os = "linux")]
mod disorder;
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
#[cfg(target_os = "linux")]
mod trees;
#[cfg(target_os = "linux")]
mod twin;

pub use install::executable;
