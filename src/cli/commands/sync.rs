use anyhow::Result;
use clap::Args;

use crate::model::Refusal;
use crate::view::twins::{GaveWayTwin, SyncDocument, SyncTwin};

use super::super::context::Context;
use super::super::progress::patiently;

/// Exchange claims and texts with the remote that settles claims
///
/// One fetch, one push. What was said on both sides is joined; of two changes of state or holder the one stands that the remote heard of first.
#[derive(Debug, Args)]
pub struct Sync {}

impl Sync {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?;
        let synced = patiently(&context.ui, "exchanging with the remote", || workspace.sync())?;
        let ui = &context.ui;
        let gave_way = synced.gave_way.iter().map(|one| GaveWayTwin {
            task: &one.task,
            state: one.state,
            holder: one.holder.as_ref(),
            place: one.place.as_deref(),
        });
        ui.document(&SyncDocument {
            sync: SyncTwin {
                remote: &synced.remote,
                taken_in: &synced.taken_in,
                merged: &synced.merged,
                sent: &synced.sent,
                gave_way: gave_way.collect(),
                notes: &synced.notes,
                problems: &synced.problems,
            },
        });
        for (ids, what) in [(&synced.taken_in, "taken in"), (&synced.merged, "merged"), (&synced.sent, "sent")] {
            ids.iter().for_each(|id| ui.data(&format!("{id}  {what}")));
        }
        for note in &synced.notes {
            ui.say(note);
        }
        for one in &synced.gave_way {
            let stands = match (&one.holder, &one.place) {
                (Some(holder), Some(place)) => format!("{holder} holds it in {place}"),
                (Some(holder), None) => format!("it is kept for {holder}"),
                (None, _) => format!("it is in {}", one.state),
            };
            ui.warn(&format!("what was done here to {} came too late: {stands}", one.task));
            ui.hint(&format!(
                "its file and your commits stay as they are; `mcp log {}` has what both sides did",
                one.task
            ));
        }
        for problem in &synced.problems {
            ui.warn(&format!("{}: {}", problem.place, problem.message));
            problem.hint.iter().for_each(|hint| ui.hint(hint));
        }
        if synced.taken_in.is_empty() && synced.merged.is_empty() && synced.sent.is_empty() {
            ui.say(&format!("{} and this clone say the same", synced.remote));
        }
        match (synced.problems.is_empty(), synced.gave_way.is_empty()) {
            (false, _) => Err(Refusal::Reported { exit_code: 1 }.into()),
            (true, false) => Err(Refusal::Reported { exit_code: 4 }.into()),
            (true, true) => Ok(()),
        }
    }
}
