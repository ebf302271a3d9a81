use anyhow::Result;
use clap::Args;

use crate::engine::ClaimOptions;
use crate::view::twins::event_document;

use super::super::context::Context;
use super::super::progress::patiently;
use super::event::narrate;
use super::force::ForceFlags;

/// Take a ready task and start work on it
///
/// Without an id: the task that `mcp next` would name. Exactly one of several who claim at once gets it.
#[derive(Debug, Args)]
pub struct Claim {
    /// Task: any unique start of its id
    id: Option<String>,
    /// Start a branch for the work: `task/<id>`, or this name
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "")]
    branch: Option<String>,
    /// Make a worktree and a branch for the work: beside the main checkout, or in this folder
    #[arg(long, value_name = "FOLDER", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    worktree: Option<String>,
    #[command(flatten)]
    force: ForceFlags,
}

impl Claim {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?;
        let id = match &self.id {
            Some(word) => Some(context.task(&workspace, word)?),
            None => None,
        };
        let branch = match (self.branch, &id) {
            // The rule of the house names it.
            (Some(name), _) if name.is_empty() && self.worktree.is_some() => None,
            (Some(name), Some(id)) if name.is_empty() => Some(format!("task/{id}")),
            (Some(name), None) if name.is_empty() => {
                let next = workspace.next()?;
                next.offers().first().map(|offer| format!("task/{}", offer.task.id))
            }
            (name, _) => name,
        };
        let is_apart = self.worktree.is_some();
        let options = ClaimOptions { branch, worktree: self.worktree, force: self.force.force()? };
        let what = if is_apart { "making a worktree" } else { "claiming" };
        let event = patiently(&context.ui, what, || workspace.claim(id.as_ref(), &options))?;
        let place = event.claim().and_then(|claim| claim.worktree.clone()).filter(|_| is_apart);
        let mut document = event_document(&event);
        if let Some(place) = &place {
            document.worktree = Some(place.clone());
        }
        context.ui.document(&document);
        narrate(context, &workspace, &event, false)?;
        if let Some(place) = place {
            context.ui.hint(&format!("go there to work on it: `cd {}`", quoted(&place)));
        } else if !event.is_noop {
            context.ui.hint(&format!(
                "`mcp show {}` has all of it; commit when you are done, and the checks run",
                event.id()
            ));
        }
        Ok(())
    }
}

/// The path as a shell takes it.
fn quoted(path: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@".contains(c);
    if path.chars().all(is_plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}
