//! `mcp` hands the work of a project from one worker to the next, as markdown task files inside its git repository.
//!
//! The house, from the ground up: [`text`], [`report`], [`git`] and [`process`] know nothing of tasks; [`model`] has the
//! nouns and rules; [`store`] the board on disk; [`engine`] the verbs. `docs/architecture.md` is the map.

pub mod cli;
pub mod engine;
pub mod git;
pub mod import;
pub mod model;
pub mod process;
pub mod report;
pub mod serve;
pub mod setup;
pub mod steps;
pub mod store;
pub mod text;
pub mod view;
