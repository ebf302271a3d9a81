//! The door for other programs: a Model Context Protocol server on stdin and stdout. The only room with anything async in it.
//!
//! It translates and calls the engine; rules are not made here. All types of the protocol's library stay in `protocol`.

mod arguments;
mod calls;
mod prompts;
mod protocol;
mod resources;
mod tools;
mod verbs;

use anyhow::Result;

use crate::engine::Workspace;

pub use protocol::serve_on_stdio;
pub use tools::{TOOLS, Tool};

/// Who calls, and about which repository.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// What the client calls itself.
    pub client: Option<String>,
    /// A folder of the repository that is meant; `None` for the one that the server was started in.
    pub project_root: Option<String>,
}

/// How a call gets its board: the environment and the clock are read by whoever opens the door.
pub trait Door: Send + Sync + 'static {
    /// The board that a caller means, in the caller's name.
    fn workspace(&self, caller: &Caller) -> Result<Workspace>;
}
