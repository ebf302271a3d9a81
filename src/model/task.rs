//! A task: its place on the board and what its file says.

use crate::text::{Document, Problem};

use super::actor::Actor;
use super::claim::Claim;
use super::entry::Entry;
use super::evidence::Evidence;
use super::front::Front;
use super::history::said;
use super::id::TaskId;
use super::sections;
use super::state::State;

/// A task as read from its file, together with its claim if the board has one.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its identity.
    pub id: TaskId,
    /// Where it stands.
    pub state: State,
    /// The file's path below the top of the working tree, with `/`.
    pub path: String,
    /// The front matter, typed.
    pub front: Front,
    /// The file, byte for byte.
    pub document: Document,
    /// What the cell says, if there is one; most have none, and a claim is large.
    pub claim: Option<Box<Claim>>,
}

/// One acceptance criterion or box of the definition of done, numbered through both as `show` lists them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    /// 1-based, criteria first.
    pub number: usize,
    /// The section it stands in.
    pub section: &'static str,
    /// 1-based within its section.
    pub within: usize,
    /// Ticked.
    pub is_met: bool,
    /// In words.
    pub text: String,
}

/// The word with which an approval begins.
const APPROVED: &str = "approved";

impl Task {
    /// Reads a task's text.
    pub fn read(id: TaskId, state: State, path: String, document: Document) -> Result<Task, Problem> {
        let front: Front = document.read_plainly()?;
        Ok(Task { id, state, path, front, document, claim: None })
    }

    /// The title: of the front matter, else the first heading, else the id.
    pub fn title(&self) -> String {
        let title = self.front.title.as_ref().filter(|title| !title.trim().is_empty());
        title.cloned().or_else(|| self.document.first_heading()).unwrap_or_else(|| self.id.to_string())
    }

    /// Lets go of the text, of which a table shows the title and open questions only: boards are long, and memory is short.
    /// What is left is to be shown, never to be written; what is let go of is given back.
    pub fn forget_text(&mut self) -> Document {
        if !self.open_questions().is_empty() {
            return Document::default();
        }
        if self.front.title.as_deref().is_none_or(|title| title.trim().is_empty()) {
            self.front.title = Some(self.title());
        }
        std::mem::take(&mut self.document)
    }

    /// Who holds it or for whom it is kept.
    pub fn assignee(&self) -> Option<&Actor> {
        let held = self.claim.as_ref().and_then(|claim| claim.holder.as_ref());
        held.map(|holder| &holder.actor).or(self.front.assignee.as_ref())
    }

    /// The revision: that of the cell when it is ahead.
    pub fn rev(&self) -> u64 {
        self.claim.as_ref().map_or(self.front.rev, |claim| claim.rev.max(self.front.rev))
    }

    /// The branch of the work.
    pub fn branch(&self) -> Option<&str> {
        let claimed = self.claim.as_ref().and_then(|claim| claim.branch.as_deref());
        claimed.or(self.front.branch.as_deref())
    }

    /// The commit from which the work started.
    pub fn base(&self) -> Option<&str> {
        let claimed = self.claim.as_ref().and_then(|claim| claim.base.as_deref());
        claimed.or(self.front.base.as_deref())
    }

    /// Acceptance criteria and definition of done, in order.
    pub fn criteria(&self) -> Vec<Criterion> {
        let mut criteria = Vec::new();
        for section in [sections::CRITERIA, sections::DONE] {
            for checkbox in self.document.checkboxes(section) {
                criteria.push(Criterion {
                    number: criteria.len() + 1,
                    section,
                    within: checkbox.number,
                    is_met: checkbox.is_checked,
                    text: checkbox.text,
                });
            }
        }
        criteria
    }

    /// Questions that nobody has answered yet.
    pub fn open_questions(&self) -> Vec<String> {
        let boxes = self.document.checkboxes(sections::QUESTIONS);
        boxes.into_iter().filter(|question| !question.is_checked).map(|question| question.text).collect()
    }

    /// The entries of a section that were written as entries, oldest first.
    pub fn entries(&self, section: &str) -> Vec<Entry> {
        self.document.entries(section).iter().filter_map(|item| Entry::parse(&item.text)).collect()
    }

    /// The lines of evidence, oldest first.
    pub fn evidence(&self) -> Vec<Evidence> {
        let items = self.document.entries(sections::EVIDENCE);
        items.iter().filter_map(|item| Evidence::parse(&item.text)).collect()
    }

    /// Who approved which code tree, oldest first; a later rejection takes earlier approvals back.
    pub fn approvals(&self) -> Vec<(Actor, String)> {
        let mut approvals = Vec::new();
        if !self.document.body().contains(APPROVED) {
            return approvals;
        }
        for entry in self.entries(sections::REVIEW) {
            let mut words = entry.text.split_ascii_whitespace();
            match words.next() {
                Some(APPROVED) => {
                    let tree = words.next().and_then(|word| word.strip_prefix("tree:"));
                    approvals.push((entry.actor, tree.unwrap_or_default().trim_end_matches(':').to_owned()));
                }
                Some("rejected" | "rejected:") => approvals.clear(),
                _ => {}
            }
        }
        approvals
    }

    /// Everybody who gave a verdict on it.
    pub fn reviewers(&self) -> Vec<Actor> {
        self.entries(sections::REVIEW).into_iter().map(|entry| entry.actor).collect()
    }

    /// Everybody whom the file names as a worker on it: who claimed it, by its log and its claim.
    pub fn workers(&self) -> Vec<Actor> {
        let mut workers = self.claim.as_ref().map(|claim| claim.workers.clone()).unwrap_or_default();
        // Reading a long log costs more than looking for the word.
        if !self.document.body().contains(said::CLAIMED) {
            return workers;
        }
        for entry in self.entries(sections::LOG) {
            if entry.text.starts_with(said::CLAIMED) && !workers.contains(&entry.actor) {
                workers.push(entry.actor);
            }
        }
        workers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_small_since_a_board_has_thousands() {
        assert!(size_of::<Task>() <= 300, "{} bytes", size_of::<Task>());
    }
}
