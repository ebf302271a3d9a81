use anyhow::Result;
use clap::Args;

use crate::view::twins::{TrustDocument, TrustTwin};

use super::super::context::Context;

/// Let the checks of this board run on this machine
///
/// A repository that you cloned cannot make your commits run its commands until you said so here. A changed command
/// asks again. What was trusted is kept outside the repository.
#[derive(Debug, Args)]
pub struct Trust {
    /// Only say what is not trusted yet
    #[arg(long, conflicts_with = "revoke")]
    check: bool,
    /// Take all trust in this repository back
    #[arg(long)]
    revoke: bool,
}

impl Trust {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.workspace()?;
        let ui = &context.ui;
        if self.revoke {
            let revoked = workspace.distrust()?;
            ui.document(&TrustDocument { trust: TrustTwin { revoked: Some(revoked), checks: None } });
            ui.say(if revoked { "nothing of this repository is trusted any more" } else { "nothing was trusted" });
            return Ok(());
        }
        let checks = if self.check { workspace.untrusted() } else { workspace.trust()? };
        ui.document(&TrustDocument { trust: TrustTwin { checks: Some(&checks), revoked: None } });
        for check in &checks {
            let place = check.dir.as_ref().map_or_else(String::new, |dir| format!(" in {dir}"));
            ui.data(&format!("{}: {}{place}", check.name, check.run.trim()));
        }
        ui.say(match (checks.is_empty(), self.check) {
            (true, _) => "every check of this board is trusted already",
            (false, true) => "these are not trusted yet",
            (false, false) => "these may run on this machine from now on",
        });
        Ok(())
    }
}
