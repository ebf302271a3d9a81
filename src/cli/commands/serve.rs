use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use clap::Args;

use crate::engine::Workspace;
use crate::model::Refusal;
use crate::serve::{Caller, Door, serve_on_stdio};

use super::super::args::Global;
use super::super::context::Context;

/// Serve the board to other programs
///
/// `--stdio` answers a client of the Model Context Protocol on stdin and stdout, until stdin is closed. Nothing listens
/// anywhere else. `mcp setup` writes the entry by which an agent starts it.
#[derive(Debug, Args)]
pub struct Serve {
    /// Answer on stdin and stdout
    #[arg(long)]
    stdio: bool,
}

impl Serve {
    pub fn run(self, context: &Context) -> Result<()> {
        if !self.stdio {
            let hint = Some("`mcp serve --stdio` answers on stdin and stdout".to_owned());
            return Err(Refusal::BadInput { message: "serve by what?".to_owned(), hint }.into());
        }
        serve_on_stdio(Arc::new(OwnDoor { folder: context.folder()?, global: context.global().clone() }))
    }
}

/// Opens the board for each call anew, as a command would.
struct OwnDoor {
    folder: PathBuf,
    global: Global,
}

impl Door for OwnDoor {
    fn workspace(&self, caller: &Caller) -> Result<Workspace> {
        let folder = caller.project_root.as_ref().map_or_else(|| self.folder.clone(), PathBuf::from);
        Context::new(&Global { folder: Some(folder), ..self.global.clone() })
            .workspace_of_client(caller.client.as_deref())
    }
}
