//! The names of all tasks, from the listings of the state folders alone.

use std::collections::BTreeMap;

use super::id::TaskId;
use super::refusal::Refusal;
use super::state::State;

/// Which ids there are, and where their files lie.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    places: BTreeMap<TaskId, Vec<Place>>,
    /// Markdown files without an id in their name, which somebody dropped in.
    pub newcomers: Vec<Place>,
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
    /// Enters one file by its name.
    pub fn add(&mut self, state: State, folder: &str, name: &str) {
        let place = Place { state, path: format!("{folder}/{name}") };
        let known = match TaskId::of_file_name(name) {
            Some(id) => self.places.entry(id).or_default(),
            None => &mut self.newcomers,
        };
        if !known.contains(&place) {
            known.push(place);
        }
    }

    /// Forgets, of the places of a task with several, those that are there no more.
    pub fn settle(&mut self, is_there: impl Fn(&str) -> bool) {
        for places in self.places.values_mut().filter(|places| places.len() > 1) {
            let there: Vec<_> = places.iter().filter(|place| is_there(&place.path)).cloned().collect();
            if !there.is_empty() {
                *places = there;
            }
        }
    }

    /// Where the files of an id lie; more than one is damage that some merge left.
    pub fn places(&self, id: &TaskId) -> &[Place] {
        self.places.get(id).map_or(&[], Vec::as_slice)
    }

    /// All ids and places, in order of id.
    pub fn iter(&self) -> impl Iterator<Item = (&TaskId, &[Place])> {
        self.places.iter().map(|(id, places)| (id, places.as_slice()))
    }

    /// Whether the board has such a task.
    pub fn contains(&self, id: &TaskId) -> bool {
        self.places.contains_key(id)
    }

    /// How many tasks lie in a state.
    pub fn count(&self, state: State) -> usize {
        self.places.values().filter(|places| places.iter().any(|place| place.state == state)).count()
    }

    /// The state of an id by its folder.
    pub fn state(&self, id: &TaskId) -> Option<State> {
        self.places(id).iter().map(|place| place.state).max()
    }

    /// Finds the one id that a word means: a unique prefix of three characters or more. `more` are ids known from elsewhere, such as the archive.
    pub fn resolve(&self, word: &str, more: &[TaskId]) -> Result<TaskId, Refusal> {
        let word = word.trim();
        if let Some(id) = TaskId::parse(word).filter(|id| self.contains(id) || more.contains(id)) {
            return Ok(id);
        }
        let mut candidates: Vec<_> =
            self.places.keys().chain(more).filter(|id| id.is_meant_by(word)).cloned().collect();
        candidates.sort();
        candidates.dedup();
        match candidates.len() {
            1 => Ok(candidates.remove(0)),
            0 if word.strip_prefix("t-").unwrap_or(word).chars().count() < 3 => {
                let message = format!("`{word}` is too short to name a task");
                Err(Refusal::BadInput {
                    message,
                    hint: Some("type at least three characters of its id; `mcp list` names all".to_owned()),
                })
            }
            0 => Err(Refusal::NoSuchTask { word: word.to_owned(), near: self.near(word) }),
            _ => Err(Refusal::Ambiguous { word: word.to_owned(), candidates }),
        }
    }

    fn near(&self, word: &str) -> Option<TaskId> {
        let names = self.places.keys().map(TaskId::tail);
        let word = word.strip_prefix("t-").unwrap_or(word);
        let near = crate::text::suggestion(word, names)?;
        self.places.keys().find(|id| id.tail() == near).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog() -> Catalog {
        let mut catalog = Catalog::default();
        catalog.add(State::Ready, ".mcp/tasks/ready", "t-7k3f9q-one.md");
        catalog.add(State::Done, ".mcp/tasks/done", "t-7k3z2b-two.md");
        catalog.add(State::Ready, ".mcp/tasks/ready", "ideas.md");
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

    #[test]
    fn a_file_without_id_is_a_newcomer() {
        assert_eq!(catalog().newcomers[0].path, ".mcp/tasks/ready/ideas.md");
    }
}
