//! `undo`: takes back the last verb of an actor, if nothing came after it.
//!
//! State, holder and what the verb wrote are as they were before; the log keeps what happened, and says that it was undone. A
//! record of the last verb, kept in this worktree's git dir, says what was before; the nonce in it tells whether anything came
//! after.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::model::{
    Change, Claim, Event, HolderChange, LOG, Refusal, Setting, Side, State, Task, TaskId, Work, merged, said,
};
use crate::text::Document;

use super::workspace::Workspace;

/// What the last verb of an actor changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Deed {
    task: TaskId,
    event: String,
    /// Of the claim that the verb made: another one in the cell means that something came after it.
    nonce: String,
    state: State,
    claim: Option<Claim>,
    before: String,
    after: String,
}

/// What has no way back: the task would be gone, or the commit would be there all the same.
const LASTING: &[(&str, &str)] = &[
    ("created", "tasks are never deleted: `mcp drop` takes it off the board"),
    ("claimed in a worktree", "`mcp release` lets go of it, and of the worktree if nothing is in it"),
    ("checked", "it came with a commit, and git undoes commits"),
    ("checks failed", "it tells what a commit was refused for"),
    ("undone", "what was undone is done again by its own verb"),
];

/// What nobody asked for.
const AUTOMATIC: &[&str] = &["taken in", "caught up", "moved by hand", "moved along", "restored"];

impl Workspace {
    /// Takes back the actor's last verb.
    pub fn undo(&self) -> Result<Event> {
        let nothing = || Refusal::Nothing {
            why: format!("there is no verb of {} to undo in this worktree", self.actor()),
            hint: Some("`mcp log ID` tells what was done to a task".to_owned()),
        };
        let bytes = fs_err::read(self.deed_path()).map_err(|_| nothing())?;
        let deed: Deed = serde_json::from_slice(&bytes).map_err(|_| nothing())?;
        let lasting = LASTING.iter().find(|(event, _)| *event == deed.event);
        if let Some((event, why)) = lasting {
            let message = match *event {
                "undone" => format!("the last thing you did to {} was to undo what came before", deed.task),
                _ => format!("the last thing you did to {} cannot be undone: {event}", deed.task),
            };
            return Err(Refusal::BadInput { message, hint: Some((*why).to_owned()) }.into());
        }
        // Where the task was held before is where its file is, and where it is worked on from now on.
        let home = self.held_before(&deed);
        let event = home.as_ref().unwrap_or(self).change(&deed.task, |task, now| {
            let claim = task.claim.as_ref();
            if claim.is_none_or(|claim| claim.nonce != deed.nonce) {
                return Err(Refusal::CameAfter { task: task.id.clone(), event: deed.event.clone() }.into());
            }
            let document = undone(task, &deed)?;
            let mut change = Change::moving(deed.state, "undone");
            change.brings_file = true;
            change.text = Some(document.into_string());
            let was = deed.claim.as_ref().and_then(|claim| claim.holder.clone());
            if claim.and_then(|claim| claim.holder.clone()) != was {
                change.holder = was.map_or(HolderChange::Clear, HolderChange::Take);
            }
            if let Some(was) = &deed.claim
                && let Some(worktree) = &was.worktree
            {
                change.work =
                    Some(Work { branch: was.branch.clone(), base: was.base.clone(), worktree: worktree.clone() });
            }
            let moved =
                if deed.state == task.state { String::new() } else { format!("{}{}", said::NOW_IN, deed.state) };
            Ok(change.logged(now, self.actor(), format!("{}: {}{moved}", said::UNDID, deed.event)))
        })?;
        if home.is_some() {
            // What was taken over here is not worked on here any more.
            self.remember_binding(&deed.task, None)?;
            fs_err::remove_file(self.deed_path())?;
        }
        Ok(event)
    }

    /// The checkout in which the task was held before the verb, when that is another one of this clone.
    fn held_before(&self, deed: &Deed) -> Option<Workspace> {
        let claim = deed.claim.as_ref().filter(|claim| claim.holder.is_some() && self.is_in_this_clone(claim))?;
        let place = claim.worktree.as_deref().map(Path::new).filter(|place| *place != self.root && place.is_dir())?;
        self.at(place).ok().filter(|home| home.common_dir == self.common_dir)
    }

    /// Remembers what a verb changed, for `undo`; that it cannot be is no reason to fail.
    pub(super) fn remembered(&self, before: &Task, event: Event) -> Event {
        if !event.is_noop && !AUTOMATIC.contains(&event.event) {
            self.remember_deed(before, &event.task, event.event);
        }
        event
    }

    pub(super) fn remember_deed(&self, before: &Task, after: &Task, event: &'static str) {
        let Some(claim) = &after.claim else { return };
        let deed = Deed {
            task: after.id.clone(),
            event: event.to_owned(),
            nonce: claim.nonce.clone(),
            state: before.state,
            claim: before.claim.as_deref().cloned(),
            before: before.document.as_str().to_owned(),
            after: after.document.as_str().to_owned(),
        };
        if let Ok(bytes) = serde_json::to_vec(&deed) {
            let path = self.deed_path();
            // Not flushed to the disk: a record that is torn or lost costs the undoing of one verb.
            let _ = path.parent().map(fs_err::create_dir_all).transpose().and_then(|_| fs_err::write(&path, bytes));
        }
    }

    fn deed_path(&self) -> PathBuf {
        self.git_dir.join("mcp/last").join(format!("{}.json", self.actor()))
    }
}

/// The text before the verb, with all that was logged since and what a person has written since.
fn undone(task: &Task, deed: &Deed) -> Result<Document> {
    let bad = |problem: crate::text::Problem| super::load::bad_file(Some(&task.id), &task.path, &problem);
    let before = Document::parse(deed.before.clone()).map_err(bad)?;
    let after = Document::parse(deed.after.clone()).map_err(bad)?;
    let refused =
        |refused: crate::text::EditRefused| Refusal::EditRefused { task: task.id.clone(), reason: refused.reason };
    let mut document = match task.document.as_str() == deed.after {
        true => before,
        false => {
            // Who holds it, and all that goes with that, is as it was: the side with the higher revision says it.
            let mut before = before;
            before
                .set_ordered("rev", Setting::Number(task.rev().saturating_add(1)), crate::model::KEYS)
                .map_err(refused)?;
            let side = |document: Document| Side { state: task.state, document };
            let (base, one, other) = (side(after), side(task.document.clone()), side(before));
            merged(Some(&base), &one, &other).map_or_else(|| task.document.clone(), |side| side.document)
        }
    };
    let known: Vec<String> = document.entries(LOG).into_iter().map(|entry| entry.text).collect();
    for entry in task.document.entries(LOG).into_iter().filter(|entry| !known.contains(&entry.text)) {
        let indented = entry.text.replace('\n', "\n  ");
        document.append(LOG, &format!("- {indented}"), crate::model::ORDER).map_err(refused)?;
    }
    if document.key("rev").and_then(|rev| rev.as_u64()) != Some(task.rev()) {
        document.set_ordered("rev", Setting::Number(task.rev()), crate::model::KEYS).map_err(refused)?;
    }
    Ok(document)
}
