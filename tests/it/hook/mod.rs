//! The commit hooks, in the main worktree and in a linked one.

mod aborted;
mod desk;
mod forms;
mod outcomes;
