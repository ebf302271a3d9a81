//! The names of all tasks, from the listings of the state folders alone.

use super::id::TaskId;
use super::refusal::Refusal;
use super::state::State;

/// Which ids there are, and where their files lie.
///
/// A board's history is long and every listing names it all: the names stand in one text, and an entry is made a path only
/// when it is asked for.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    folder: String,
    entries: Vec<Entry>,
    names: String,
    /// Markdown files without an id in their name, which somebody dropped in.
    pub newcomers: Vec<Place>,
}

/// Sixteen bytes: a board has thousands.
#[derive(Clone, Debug)]
struct Entry {
    id: TaskId,
    /// Where in the text of the names.
    start: u32,
    length: u16,
    state: State,
}

/// A task with the files that it has.
#[derive(Clone, Copy, Debug)]
pub struct Filing<'a> {
    catalog: &'a Catalog,
    group: &'a [Entry],
}

/// A file in a state folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The folder.
    pub state: State,
    /// The path below the top of the working tree, with `/`.
    pub path: String,
}

impl Catalog {
    /// An empty one of the state folders in this folder.
    pub fn below(folder: &str) -> Catalog {
        Catalog { folder: folder.to_owned(), ..Catalog::default() }
    }

    /// Enters one file by its name. Once all are in, `settle` must follow.
    pub fn add(&mut self, state: State, name: &str) {
        match TaskId::of_file_name(name) {
            Some(id) => {
                let start = u32::try_from(self.names.len()).expect("names fill no four gigabytes");
                let length = u16::try_from(name.len()).expect("no system has so long a name");
                self.names.push_str(name);
                self.entries.push(Entry { id, start, length, state });
            }
            None => {
                let place = Place { state, path: self.path(state, name) };
                if !self.newcomers.contains(&place) {
                    self.newcomers.push(place);
                }
            }
        }
    }

    /// Takes in what was entered apart.
    pub fn absorb(&mut self, other: Catalog) {
        let moved = u32::try_from(self.names.len()).expect("names fill no four gigabytes");
        self.names.push_str(&other.names);
        assert!(u32::try_from(self.names.len()).is_ok(), "names fill no four gigabytes");
        self.entries.extend(other.entries.into_iter().map(|entry| Entry { start: entry.start + moved, ..entry }));
        self.newcomers.extend(other.newcomers);
    }

    /// Puts the entries in order, each once. Of the places of a task with several, those that are there no more are forgotten:
    /// it was moved during the listing.
    pub fn settle(&mut self, is_there: impl Fn(&str) -> bool) {
        let Catalog { entries, names, folder, .. } = self;
        entries.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        if entries.windows(2).all(|two| two[0].id != two[1].id) {
            return;
        }
        let key = |entry: &Entry| (entry.state, entry.name(names));
        entries.sort_unstable_by(|a, b| a.id.cmp(&b.id).then_with(|| key(a).cmp(&key(b))));
        entries.dedup_by(|a, b| a.id == b.id && key(a) == key(b));
        let groups = entries.chunk_by(|a, b| a.id == b.id);
        let settled = groups.flat_map(|group| {
            let there = |entry: &&Entry| is_there(&path(folder, entry.state, entry.name(names)));
            let there: Vec<_> = match group {
                [_] => Vec::new(),
                several => several.iter().filter(there).cloned().collect(),
            };
            if there.is_empty() { group.to_vec() } else { there }
        });
        self.entries = settled.collect();
    }

    /// Where the files of an id lie, in order of state; more than one is damage that some merge left.
    pub fn places(&self, id: &TaskId) -> Vec<Place> {
        self.group(id).iter().map(|entry| self.place(entry)).collect()
    }

    /// All ids, in order, each with the state by its folder.
    pub fn iter(&self) -> impl Iterator<Item = (&TaskId, State)> {
        self.groups().map(|group| (&group[0].id, group[group.len() - 1].state))
    }

    /// The same, each with its files.
    pub fn iter_with_files(&self) -> impl Iterator<Item = Filing<'_>> {
        self.groups().map(|group| Filing { catalog: self, group })
    }

    /// The ids that lie in several places, in order.
    pub fn doubled(&self) -> impl Iterator<Item = &TaskId> {
        self.groups().filter(|group| group.len() > 1).map(|group| &group[0].id)
    }

    /// Whether there is no task at all.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether the board has such a task.
    pub fn contains(&self, id: &TaskId) -> bool {
        !self.group(id).is_empty()
    }

    /// How many tasks lie in a state's folder.
    pub fn count(&self, state: State) -> usize {
        self.groups().filter(|group| group.iter().any(|entry| entry.state == state)).count()
    }

    /// Whether an id lies in more than one place.
    pub fn is_doubled(&self, id: &TaskId) -> bool {
        self.group(id).len() > 1
    }

    /// The state of an id by its folder.
    pub fn state(&self, id: &TaskId) -> Option<State> {
        self.group(id).last().map(|entry| entry.state)
    }

    fn groups(&self) -> impl Iterator<Item = &[Entry]> {
        self.entries.chunk_by(|a, b| a.id == b.id)
    }

    fn group(&self, id: &TaskId) -> &[Entry] {
        let start = self.entries.partition_point(|entry| entry.id < *id);
        let length = self.entries[start..].iter().take_while(|entry| entry.id == *id).count();
        &self.entries[start..start + length]
    }

    fn place(&self, entry: &Entry) -> Place {
        Place { state: entry.state, path: self.path(entry.state, entry.name(&self.names)) }
    }

    fn path(&self, state: State, name: &str) -> String {
        path(&self.folder, state, name)
    }

    /// Finds the one id that a word means: a unique prefix of three characters or more. `more` are ids known from elsewhere, such as the archive.
    pub fn resolve(&self, word: &str, more: &[TaskId]) -> Result<TaskId, Refusal> {
        let word = word.trim();
        if let Some(id) = TaskId::parse(word).filter(|id| self.contains(id) || more.contains(id)) {
            return Ok(id);
        }
        let mut candidates: Vec<_> = self.ids().chain(more).filter(|id| id.is_meant_by(word)).cloned().collect();
        candidates.sort();
        candidates.dedup();
        match candidates.len() {
            1 => Ok(candidates.remove(0)),
            0 if word.strip_prefix("t-").unwrap_or(word).chars().count() < 3 => {
                let message = format!("`{word}` is too short to name a task");
                Err(Refusal::BadInput {
                    message,
                    hint: Some("type at least three characters of its id; `mcp list --all` names all".to_owned()),
                })
            }
            0 => Err(Refusal::NoSuchTask { word: word.to_owned(), near: self.near(word) }),
            _ => Err(Refusal::Ambiguous { word: word.to_owned(), candidates }),
        }
    }

    fn near(&self, word: &str) -> Option<TaskId> {
        let names = self.ids().map(TaskId::tail);
        let word = word.strip_prefix("t-").unwrap_or(word);
        let near = crate::text::suggestion(word, names)?;
        self.ids().find(|id| id.tail() == near).cloned()
    }

    fn ids(&self) -> impl Iterator<Item = &TaskId> {
        self.entries.iter().map(|entry| &entry.id)
    }
}

impl Entry {
    fn name<'a>(&self, names: &'a str) -> &'a str {
        &names[self.start as usize..][..usize::from(self.length)]
    }
}

impl<'a> Filing<'a> {
    /// Which task.
    pub fn id(&self) -> &'a TaskId {
        &self.group[0].id
    }

    /// Its state by its folder.
    pub fn state(&self) -> State {
        self.group[self.group.len() - 1].state
    }

    /// How many files it has; more than one is damage.
    pub fn files(&self) -> usize {
        self.group.len()
    }

    /// Where they lie, in order of state.
    pub fn places(&self) -> Vec<Place> {
        self.group.iter().map(|entry| self.catalog.place(entry)).collect()
    }

    /// The name of the last one in its folder.
    pub fn name(&self) -> &'a str {
        self.group[self.group.len() - 1].name(&self.catalog.names)
    }

    /// The path of the last one.
    pub fn path(&self) -> String {
        self.catalog.path(self.state(), self.name())
    }
}

fn path(folder: &str, state: State, name: &str) -> String {
    [folder, "/", state.folder(), "/", name].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog() -> Catalog {
        let mut catalog = Catalog::below(".mcp/tasks");
        catalog.add(State::Ready, "t-7k3f9q-one.md");
        catalog.add(State::Done, "t-7k3z2b-two.md");
        catalog.add(State::Ready, "ideas.md");
        catalog.settle(|_| true);
        catalog
    }

    #[test]
    fn a_unique_prefix_is_enough() {
        let catalog = catalog();
        assert_eq!(catalog.resolve("7k3f", &[]).map(|id| id.to_string()).ok().as_deref(), Some("t-7k3f9q"));
        assert!(
            matches!(catalog.resolve("7k3", &[]), Err(Refusal::Ambiguous { candidates, .. }) if candidates.len() == 2)
        );
        assert!(matches!(catalog.resolve("7k", &[]), Err(Refusal::BadInput { .. })));
        assert!(matches!(catalog.resolve("7kk", &[]), Err(Refusal::NoSuchTask { .. })));
    }

    fn moved(is_there: impl Fn(&str) -> bool) -> Vec<State> {
        let mut catalog = catalog();
        catalog.add(State::Done, "t-7k3f9q-one.md");
        catalog.add(State::Ready, "t-7k3f9q-one.md");
        catalog.settle(is_there);
        let id = TaskId::parse("t-7k3f9q").expect("a whole id");
        assert_eq!(catalog.state(&id), catalog.places(&id).last().map(|place| place.state));
        assert_eq!(catalog.iter().count(), 2);
        catalog.places(&id).into_iter().map(|place| place.state).collect()
    }

    #[test]
    fn a_task_in_two_folders_is_where_its_file_still_is() {
        assert_eq!(moved(|path| path == ".mcp/tasks/done/t-7k3f9q-one.md"), [State::Done]);
        assert_eq!(moved(|path| path == ".mcp/tasks/ready/t-7k3f9q-one.md"), [State::Ready]);
        assert_eq!(moved(|_| true), [State::Ready, State::Done]);
        // Moved on once more: some command after this one sees where.
        assert_eq!(moved(|_| false), [State::Ready, State::Done]);
    }

    #[test]
    fn a_file_without_id_is_a_newcomer() {
        assert_eq!(catalog().newcomers[0].path, ".mcp/tasks/ready/ideas.md");
    }
}
