//! The board's folders: where they are, what lies in them, and whether they are what they should be.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::SystemTime;

use anyhow::{Context as _, Result};
use walkdir::WalkDir;

use crate::model::{Catalog, Place, Refusal, State, TaskId};
use crate::steps::Steps;

use super::looked::{Looked, Stamp, Stamps};
use super::own_files::with_own_files;
use super::{names, writers};

/// The board's folder, at the top of a working tree.
pub const BOARD: &str = ".mcp";
/// The folder of the state folders.
pub const TASKS: &str = ".mcp/tasks";

/// A folder of so many bytes holds more than a thousand names.
const LONG: u64 = 128 * 1024;

/// The folder of what was put away, in a folder a month.
pub const ARCHIVE: &str = ".mcp/archive";

/// Whether a path is one at which an archived task lies.
pub fn is_archived(path: &str) -> bool {
    let rest = path.strip_prefix(ARCHIVE).and_then(|rest| rest.strip_prefix('/'));
    rest.and_then(|rest| rest.split_once('/')).is_some_and(|(_, name)| !name.contains('/') && name.ends_with(".md"))
}

/// The board in one working tree: a path, no handles.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
    pub(super) steps: Steps,
}

/// The path of a state's folder below the top of the working tree.
pub fn folder_path(state: State) -> String {
    format!("{TASKS}/{state}")
}

impl Store {
    /// The board in this working tree, which may not exist yet.
    pub fn at(root: &Path) -> Store {
        Store { root: root.to_owned(), steps: Steps::default() }
    }

    /// The same board, each step on it counted.
    pub fn counting(self, steps: Steps) -> Store {
        Store { steps, ..self }
    }

    /// The top of the working tree.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path below the top, given with `/`.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Whether there is a board.
    pub fn exists(&self) -> bool {
        self.path(TASKS).symlink_metadata().is_ok()
    }

    /// Refuses a board whose folders are links or files: following them would read or write outside of it.
    pub fn must_be_sound(&self) -> Result<(), Refusal> {
        if !self.exists() {
            return Err(Refusal::NoBoard);
        }
        let folders = State::ALL.map(folder_path);
        let all = [BOARD, TASKS, ".mcp/tmp", ".mcp/archive", ".mcp/retros", ".mcp/templates"];
        for folder in all.into_iter().chain(folders.iter().map(String::as_str)) {
            let Ok(metadata) = self.path(folder).symlink_metadata() else { continue };
            if !metadata.is_dir() {
                let what = if metadata.is_symlink() { "a symbolic link" } else { "not a folder" };
                return Err(Refusal::DamagedBoard {
                    what: format!("{folder} is {what}; no link below .mcp is followed"),
                    mend: format!("put a real folder in the place of {folder}"),
                });
            }
        }
        Ok(())
    }

    /// Makes the folders and their `.gitkeep`s that are missing, and says which files it made.
    pub fn make(&self) -> Result<Vec<String>> {
        let mut made = Vec::new();
        for state in State::ALL {
            let folder = folder_path(state);
            fs_err::create_dir_all(self.path(&folder))?;
            // Without it git's rename detection of folders moves other people's new tasks when the last one leaves.
            made.extend(self.make_file(&format!("{folder}/.gitkeep"), "")?);
        }
        made.extend(self.make_file(".mcp/.gitignore", "tmp/\n")?);
        Ok(made)
    }

    /// Makes a file unless something is there already.
    pub fn make_file(&self, path: &str, text: &str) -> Result<Option<String>> {
        let full = self.path(path);
        if full.symlink_metadata().is_ok() {
            return Ok(None);
        }
        if let Some(folder) = full.parent() {
            fs_err::create_dir_all(folder)?;
        }
        fs_err::write(&full, text)?;
        Ok(Some(path.to_owned()))
    }

    /// Lists the names in all state folders; opens no file.
    pub fn catalog(&self) -> Result<Catalog> {
        self.catalog_of(&State::ALL)
    }

    /// Lists the names in some state folders; opens no file.
    pub fn catalog_of(&self, states: &[State]) -> Result<Catalog> {
        Ok(self.catalog_meanwhile(states, |_| ())?.0)
    }

    /// The same. While a long history is still being listed something else is done with the names in all other folders, if they
    /// are in order; `None` where there was nothing to wait for.
    pub fn catalog_meanwhile<T>(
        &self,
        states: &[State],
        meanwhile: impl FnOnce(&Catalog) -> T,
    ) -> Result<(Catalog, Option<T>)> {
        let list = |states: &[State]| -> Result<Catalog> {
            let mut catalog = Catalog::below(TASKS);
            for state in states {
                self.each_name(&folder_path(*state), |name| catalog.add(*state, name))?;
            }
            Ok(catalog)
        };
        let is_there = |path: &str| self.path(path).symlink_metadata().is_ok();
        let times: Vec<_> = states.iter().map(|state| (*state, self.changed(*state))).collect();
        // The history is long and at rest: it is listed beside the others.
        let (apart, here): (Vec<State>, Vec<State>) =
            states.iter().partition(|state| !state.is_open() && self.is_long_and_at_rest(**state));
        let (mut catalog, done) = match apart.is_empty() || here.is_empty() {
            true => (list(states)?, None),
            false => thread::scope(|scope| -> Result<_> {
                let other = scope.spawn(|| {
                    with_own_files();
                    list(&apart)
                });
                let mut catalog = list(&here)?;
                catalog.settle(is_there);
                let done = meanwhile(&catalog);
                catalog.absorb(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
                Ok((catalog, Some(done)))
            })?,
        };
        // Others move tasks while we list: one that moves from a folder not yet listed to one listed already would be missed.
        // Listing again at the end finds it: the short folders, and what was listed beside them, if anything in them has changed.
        for (state, time) in
            times.into_iter().filter(|(state, _)| states.len() > 1 && (state.is_open() || apart.contains(state)))
        {
            if writers::may_be_at_work(time) || time != self.changed(state) {
                self.each_name(&folder_path(state), |name| catalog.add(state, name))?;
            }
        }
        // And one that was seen in both folders is in one.
        catalog.settle(is_there);
        Ok((catalog, done))
    }

    /// Whether a file without an id in its name lies in the folders of open tasks, which are short; the others may hold years. A
    /// look at the names, of which none is kept, and only in folders that are not known to have none.
    pub fn have_newcomers(&self, looked: &Looked) -> Result<bool> {
        let known = looked.stamps();
        let (mut now, mut is_found) = (Stamps::new(), false);
        for state in State::ALL.into_iter().filter(|state| state.is_open()) {
            let folder = self.path(&folder_path(state));
            let moment = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
            let stamp = Stamp::at(&folder);
            if stamp.is_some() && stamp.as_ref() == known.get(&state) {
                now.extend(stamp.map(|stamp| (state, stamp)));
                continue;
            }
            let mut is_found_here = false;
            self.each_name(&folder_path(state), |name| is_found_here |= TaskId::of_file_name(name).is_none())?;
            is_found |= is_found_here;
            let is_sure = |stamp: &Stamp| !is_found_here && stamp.is_settled(moment) && Stamp::is_ours_alone(&folder);
            now.extend(stamp.filter(is_sure).map(|stamp| (state, stamp)));
        }
        if now != known {
            looked.remember(&now);
        }
        Ok(is_found)
    }

    /// Whether a state's folder has so many names that another thread pays, and nothing came into it or left it just now.
    fn is_long_and_at_rest(&self, state: State) -> bool {
        let folder = self.path(&folder_path(state)).metadata();
        folder.is_ok_and(|folder| folder.len() >= LONG && !writers::may_be_at_work(folder.modified().ok()))
    }

    /// When something came into a state's folder, or left it.
    fn changed(&self, state: State) -> Option<SystemTime> {
        self.path(&folder_path(state)).metadata().ok()?.modified().ok()
    }

    /// The names of the markdown files in one folder, in no particular order.
    pub fn names(&self, folder: &str) -> Result<Vec<String>> {
        let mut names = Vec::new();
        self.each_name(folder, |name| names.push(name.to_owned()))?;
        Ok(names)
    }

    pub(super) fn each_name(&self, folder: &str, visit: impl FnMut(&str)) -> Result<()> {
        self.each_name_from(folder, "", visit)
    }

    /// The same of those that start with some letters.
    fn each_name_from(&self, folder: &str, start: &str, mut visit: impl FnMut(&str)) -> Result<()> {
        self.each_raw_name(folder, |name| {
            if name.starts_with(start.as_bytes())
                && let Ok(name) = str::from_utf8(name)
            {
                visit(name);
            }
        })
    }

    /// The same with names that are perhaps no text, which it costs more to know than to list them.
    pub(super) fn each_raw_name(&self, folder: &str, mut visit: impl FnMut(&[u8])) -> Result<()> {
        names::each(&self.path(folder), |name| {
            if name.ends_with(b".md") && !name.starts_with(b".") {
                visit(name);
            }
        })
        .with_context(|| format!("listing {folder}"))
    }

    /// Where the files of one task lie: a listing of names, of which nothing else is kept.
    pub fn places_of(&self, id: &TaskId) -> Result<Vec<Place>> {
        let mut places: Vec<Place> = Vec::new();
        let list = |state: State, places: &mut Vec<Place>| {
            let folder = folder_path(state);
            self.each_name_from(&folder, id.as_str(), |name| {
                if TaskId::of_file_name(name).as_ref() == Some(id) {
                    let place = Place { state, path: format!("{folder}/{name}") };
                    if !places.contains(&place) {
                        places.push(place);
                    }
                }
            })
        };
        let mut times = Vec::new();
        for state in State::ALL {
            times.push((state, self.changed(state)));
            list(state, &mut places)?;
        }
        if places.is_empty() {
            // As in every listing: it may have moved while we looked. One that was seen has not been missed.
            for (state, time) in times.into_iter().filter(|(state, _)| state.is_open()) {
                if writers::may_be_at_work(time) || time != self.changed(state) {
                    list(state, &mut places)?;
                }
            }
        }
        Ok(self.there(places))
    }

    /// Of several places of a task those where there is something.
    pub(super) fn there(&self, mut places: Vec<Place>) -> Vec<Place> {
        if places.len() > 1 {
            places.retain(|place| self.path(&place.path).symlink_metadata().is_ok());
        }
        places
    }

    /// The paths of archived tasks by id.
    pub fn archived(&self) -> Result<Vec<(TaskId, String)>> {
        let folder = self.path(ARCHIVE);
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for entry in WalkDir::new(&folder).min_depth(2).max_depth(2).follow_links(false).sort_by_file_name() {
            let entry = entry.context("listing .mcp/archive")?;
            let (Some(name), Some(month)) =
                (entry.file_name().to_str(), entry.path().parent().and_then(Path::file_name))
            else {
                continue;
            };
            if let (Some(id), Some(month)) = (TaskId::of_file_name(name), month.to_str()) {
                found.push((id, format!("{ARCHIVE}/{month}/{name}")));
            }
        }
        Ok(found)
    }
}
