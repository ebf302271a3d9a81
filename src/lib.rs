//! `mcp` hands the work of a project from one worker to the next, as markdown task files inside its git repository.

pub mod engine;
pub mod git;
pub mod model;
pub mod process;
pub mod report;
pub mod store;
pub mod text;
