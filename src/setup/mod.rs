//! What coding agents read in a repository: our texts and entries in their files, put in and taken out again byte for byte.
//!
//! It knows nothing of tasks. A file's other content is the user's: it is never touched.

mod agents;
mod block;
mod entry;
mod files;
mod json_edit;
mod json_text;
mod part;

#[cfg(test)]
mod round_trips;

pub use agents::{AGENTS, Agent};
pub use files::{Report, Setup};
pub use part::{Part, State};
