//! Closing a retrospective: everybody has spoken, its action items become tasks, and the next three are planned.

use anyhow::Result;

use crate::git::Repository;
use crate::model::{
    Actor, Entry, LOG, Offer, PLAN, Part, RETRO_ORDER, Refusal, Remark, Retro, RetroId, State, TaskId, is_placeholder,
    one_line,
};
use crate::store::Lock;

use super::super::board_commit::Committed;
use super::super::create::Draft;
use super::super::workspace::Workspace;
use super::due::names;
use super::file::left_alone;

/// Tasks that the plan names.
const PLANNED: usize = 3;
/// Letters of a task's title that is made of an action item.
const TITLE: usize = 100;

/// A closed retrospective, and what became of it.
#[derive(Debug)]
pub struct Closed {
    /// The retrospective.
    pub retro: Retro,
    /// It was closed before.
    pub is_noop: bool,
    /// The tasks of its action items, with their titles.
    pub tasks: Vec<(TaskId, String)>,
    /// The next tasks, as the plan has them.
    pub plan: String,
    /// What became of the board's commit.
    pub committed: Committed,
}

impl Workspace {
    /// Closes a retrospective once every participant but those left out has spoken.
    pub fn close_retro(&self, id: &RetroId, without: &[Actor], no_commit: bool) -> Result<Closed> {
        let lock = self.lock_retros()?;
        let repository = self.repository()?;
        let retro = self.retro(id)?;
        if retro.front.closed.is_some() {
            let committed = Committed::NotAsked;
            return Ok(Closed { tasks: tasks_of(&retro), retro, is_noop: true, plan: String::new(), committed });
        }
        must_be_heard(&retro, without)?;
        self.make_tasks(&repository, &lock, id)?;
        let plan = self.plan()?;
        let retro = self.edit_retro(&lock, id, |retro| {
            let mut document = retro.document.clone();
            let refuse = |refused| left_alone(&retro.path, &refused);
            if is_placeholder(document.section_text(PLAN).unwrap_or_default()) {
                document.replace_section(PLAN, &plan, RETRO_ORDER).map_err(refuse)?;
            } else {
                // Somebody has planned by hand: that stays, and ours goes below it.
                document.append(PLAN, &plan, RETRO_ORDER).map_err(refuse)?;
            }
            let left_out: Vec<_> = retro.silent().into_iter().filter(|actor| without.contains(actor)).collect();
            let words = if left_out.is_empty() { String::new() } else { format!(" without {}", names(&left_out)) };
            let text = format!("closed{words}");
            let entry = Entry { at: self.now(), actor: self.actor().clone(), text, details: String::new() };
            document.append(LOG, &entry.to_string(), RETRO_ORDER).map_err(refuse)?;
            document.set("closed", self.now().to_string()).map_err(refuse)?;
            Ok(document)
        })?;
        let tasks = tasks_of(&retro);
        let committed = if no_commit { Committed::NotAsked } else { self.commit_closed(&repository, &retro, &tasks)? };
        Ok(Closed { retro, is_noop: false, tasks, plan, committed })
    }

    /// Makes a task of every action item. The id is written behind the item before the task comes into being under it: whoever
    /// comes after a crash finds the id, and makes the task if it is not there, never a second one.
    fn make_tasks(&self, repository: &Repository, lock: &Lock, id: &RetroId) -> Result<()> {
        let catalog = self.catalog()?;
        loop {
            let retro = self.retro(id)?;
            let items = retro.remarks(Part::Actions);
            for (item, task) in items.iter().filter_map(|item| Some((item, item.task.as_ref()?))) {
                if !self.knows(repository, &catalog, task)? {
                    self.create_as(repository, task, &draft(id, item))?;
                }
            }
            let Some(item) = items.into_iter().find(|item| item.task.is_none()) else { return Ok(()) };
            let task = self.fresh_id(repository)?;
            self.edit_retro(lock, id, |retro| {
                // Found anew: the file may have been saved by an editor since.
                let same =
                    |other: &Remark| other.task.is_none() && other.text == item.text && other.actor == item.actor;
                match retro.remarks(Part::Actions).iter().find(|other| same(other)) {
                    Some(item) => {
                        retro.with_task(item, &task).map_err(|refused| left_alone(&retro.path, &refused).into())
                    }
                    None => Ok(retro.document.clone()),
                }
            })?;
        }
    }

    fn plan(&self) -> Result<String> {
        let next = self.next()?;
        let offers = next.offers();
        let lines: String = offers.iter().take(PLANNED).map(planned).collect();
        Ok(if lines.is_empty() { "Nothing is open.\n".to_owned() } else { lines })
    }

    fn commit_closed(&self, repository: &Repository, retro: &Retro, tasks: &[(TaskId, String)]) -> Result<Committed> {
        let mut paths = vec![retro.path.clone()];
        for (id, _) in tasks {
            let task = self.load(repository, id)?.task;
            if task.state == State::Pending && task.front.source.as_deref() == Some(retro.id.as_str()) {
                paths.push(task.path);
            }
        }
        let lines: String = tasks.iter().map(|(id, title)| format!("{id} {title}\n")).collect();
        self.commit_board(&format!("retro: {} closed\n\n{lines}", retro.id), &paths, true)
    }
}

fn must_be_heard(retro: &Retro, without: &[Actor]) -> Result<()> {
    let participants = &retro.front.participants;
    if let Some(stranger) = without.iter().find(|actor| !participants.contains(actor)) {
        let message = format!("{stranger} does not take part in {}", retro.id);
        let hint = Some(format!("those who do: {}", names(participants)));
        return Err(Refusal::BadInput { message, hint }.into());
    }
    let missing: Vec<_> = retro.silent().into_iter().filter(|actor| !without.contains(actor)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let missing = missing.iter().map(ToString::to_string).collect();
    Err(Refusal::RetroWaits { retro: retro.id.clone(), missing }.into())
}

fn draft(retro: &RetroId, item: &Remark) -> Draft {
    let by = item.actor.as_ref().map_or_else(String::new, |actor| format!(" (proposed by {actor})"));
    let goal = format!("An action item of the retrospective {retro}{by}: {}\n\n{}", item.text, item.details);
    Draft {
        title: title(&item.text),
        kind: Some("chore".to_owned()),
        labels: vec!["retro".to_owned()],
        goal: Some(goal.trim().to_owned()),
        source: Some(retro.to_string()),
        ..Draft::default()
    }
}

fn title(text: &str) -> String {
    let text = one_line(text);
    let Some((cut, _)) = text.char_indices().nth(TITLE) else { return text };
    let cut = text[..cut].rfind(' ').unwrap_or(cut);
    format!("{}…", &text[..cut])
}

fn planned(offer: &Offer<'_>) -> String {
    let task = offer.task;
    format!("- {} {} {} (in {})\n", task.id, task.front.priority, one_line(&task.title()), task.state)
}

fn tasks_of(retro: &Retro) -> Vec<(TaskId, String)> {
    let items = retro.remarks(Part::Actions).into_iter();
    items.filter_map(|item| Some((item.task.clone()?, title(&item.text)))).collect()
}
