//! What is taken in by the names of files: open tasks while the long history is still being listed, the others after that.

use anyhow::Result;

use crate::git::Oid;
use crate::model::{Catalog, Claim, Filing, Place, State, Task, TaskId};

use super::read_files::{Other, Read};
use super::reading::{Look, Plan};
use super::workspace::Workspace;

/// What came of the files of some tasks.
#[derive(Default)]
pub(super) struct Taken {
    /// As they stand, in order of id.
    pub(super) tasks: Vec<Task>,
    /// How many tasks there are, but for those below, in the order of the states.
    pub(super) counts: [usize; State::ALL.len()],
    /// Those whose only file did not tell all.
    pub(super) untold: Vec<Untold>,
    /// Those that are to be loaded as every other command does, with their cell.
    pub(super) others: Vec<Unread>,
}

/// A task that the names do not tell enough about.
pub(super) struct Unread {
    pub(super) id: TaskId,
    pub(super) places: Vec<Place>,
    pub(super) cell: Result<Option<Oid>>,
}

/// A task whose file did not tell all.
pub(super) struct Untold {
    pub(super) id: TaskId,
    pub(super) places: Vec<Place>,
    pub(super) claimed: Option<Box<(Oid, Claim)>>,
    pub(super) other: Other,
}

impl Workspace {
    /// Lists all names, and takes in all tasks that have a file.
    pub(super) fn take_all(&self, look: &Look<'_>) -> Result<(Catalog, Taken)> {
        let are_open = look.states.iter().all(|state| state.is_open());
        let ahead = |catalog: &Catalog| are_open.then(|| self.take(look, open_in(catalog))).and_then(Result::ok);
        let (catalog, ahead) =
            self.store.catalog_meanwhile(&State::ALL, |catalog| (count_open(catalog), ahead(catalog)))?;
        // What was moved in the meantime may have been read where it was, or twice.
        let ahead = ahead.filter(|(count, _)| count.is_some() && *count == count_open(&catalog));
        let taken = match ahead {
            Some((_, Some(mut taken))) => {
                let closed = catalog.iter_with_files().filter(|filing| !filing.state().is_open());
                taken.absorb(self.take(look, closed)?);
                taken
            }
            _ => self.take(look, catalog.iter_with_files())?,
        };
        Ok((catalog, taken))
    }

    /// Takes in some tasks.
    fn take<'a>(&self, look: &Look<'_>, filings: impl Iterator<Item = Filing<'a>>) -> Result<Taken> {
        let mut taken = Taken::default();
        let mut filed = Vec::new();
        for filing in filings {
            match look.decide(filing)? {
                Plan::Known(state) => taken.counts[state as usize] += 1,
                Plan::Read(file) => filed.push(file),
                Plan::Load(places, cell) => {
                    taken.others.push(Unread { id: filing.id().clone(), places, cell: Ok(cell) });
                }
                Plan::Damaged(places, error) => {
                    taken.others.push(Unread { id: filing.id().clone(), places, cell: Err(error) });
                }
            }
        }
        let Read { tasks, passed, others } = self.read_filed(look.states, &filed, look.keep);
        tasks.iter().for_each(|task| taken.counts[task.state as usize] += 1);
        taken.counts.iter_mut().zip(passed).for_each(|(all, passed)| *all += passed);
        taken.tasks = tasks;
        taken.untold.extend(others.into_iter().map(|(index, other)| {
            let file = &mut filed[index];
            let (id, places) = (file.filing.id().clone(), file.filing.places());
            Untold { id, places, claimed: file.claimed.take(), other }
        }));
        Ok(taken)
    }
}

impl Taken {
    fn absorb(&mut self, other: Taken) {
        if !other.tasks.is_empty() {
            self.tasks.extend(other.tasks);
            self.tasks.sort_by(|a, b| a.id.cmp(&b.id));
        }
        self.counts.iter_mut().zip(other.counts).for_each(|(all, some)| *all += some);
        self.untold.extend(other.untold);
        self.others.extend(other.others);
    }
}

fn open_in(catalog: &Catalog) -> impl Iterator<Item = Filing<'_>> {
    catalog.iter_with_files().filter(|filing| filing.state().is_open())
}

/// How many tasks are in the folders of open ones; `None` where one of them has several files.
fn count_open(catalog: &Catalog) -> Option<usize> {
    open_in(catalog).try_fold(0, |count, filing| (filing.files() == 1).then_some(count + 1))
}
