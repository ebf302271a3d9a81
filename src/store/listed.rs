//! The names in all state folders as one look found them: kept as they were, and searched when somebody asks for a task.

use std::ops::Range;

use anyhow::Result;
use memchr::{memchr, memmem::find_iter};

use crate::model::{Place, State, TaskId};

use super::board::{Store, folder_path};

/// What one listing found. It is old at once: each place is looked at before it is believed.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// Each after a slash, which is in no name.
    names: Vec<u8>,
    folders: Vec<(State, Range<usize>)>,
}

impl Store {
    /// Lists the names in all state folders.
    pub fn listed(&self) -> Result<Listed> {
        let mut listed = Listed::default();
        for state in State::ALL {
            let start = listed.names.len();
            self.each_raw_name(&folder_path(state), |name| {
                listed.names.push(b'/');
                listed.names.extend_from_slice(name);
            })?;
            listed.folders.push((state, start..listed.names.len()));
        }
        Ok(listed)
    }

    /// Where the files of a task lie by a listing; a task that it saw in several places, where there still is something.
    pub fn places_in(&self, listed: &Listed, id: &TaskId) -> Vec<Place> {
        self.there(listed.places(id))
    }
}

impl Listed {
    fn places(&self, id: &TaskId) -> Vec<Place> {
        let start = format!("/{id}");
        let in_folder = |(state, range): &(State, Range<usize>)| {
            let names = &self.names[range.clone()];
            let found = find_iter(names, start.as_bytes()).map(|at| &names[at + 1..]);
            let names = found.map(|rest| &rest[..memchr(b'/', rest).unwrap_or(rest.len())]);
            let names = names.filter_map(|name| str::from_utf8(name).ok());
            let its = names.filter(|name| TaskId::of_file_name(name).as_ref() == Some(id));
            its.map(|name| Place { state: *state, path: format!("{}/{name}", folder_path(*state)) }).collect::<Vec<_>>()
        };
        self.folders.iter().flat_map(in_folder).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_found_where_its_file_lies_and_no_other() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::at(folder.path());
        store.make().expect("a board");
        for path in
            ["ready/t-7k3f9q-a.md", "ready/t-7k3f9r.md", "done/t-7k3f9q.md", "done/x-t-7k3f9q.md", "done/t-7k3f9q"]
        {
            fs_err::write(store.path(&format!(".mcp/tasks/{path}")), "").expect("a file");
        }
        let listed = store.listed().expect("listed");
        let paths = |id: &str| -> Vec<String> {
            let id = TaskId::parse(id).expect("an id");
            let places = store.places_in(&listed, &id);
            assert_eq!(places, store.places_of(&id).expect("listed"));
            places.into_iter().map(|place| place.path).collect()
        };
        assert_eq!(paths("t-7k3f9q"), [".mcp/tasks/ready/t-7k3f9q-a.md", ".mcp/tasks/done/t-7k3f9q.md"]);
        assert_eq!(paths("t-7k3f9r"), [".mcp/tasks/ready/t-7k3f9r.md"]);
        assert_eq!(paths("t-7k3f9s"), Vec::<String>::new());
        // One that was moved since has one place, which is found by looking.
        fs_err::remove_file(store.path(".mcp/tasks/ready/t-7k3f9q-a.md")).expect("removed");
        assert_eq!(paths("t-7k3f9q"), [".mcp/tasks/done/t-7k3f9q.md"]);
    }
}
