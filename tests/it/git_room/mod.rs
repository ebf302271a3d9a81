//! The git room and `process.rs`, tried on real repositories, hooks and processes.

mod cells;
mod commit;
mod hook;
mod process;
mod reading;
mod sandbox;
mod work_tree;
