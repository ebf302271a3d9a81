//! The commit hooks, in the main worktree and in a linked one.

mod desk;
mod forms;
