//! What tells this clone from others, and a copy of its folder from the original.
//!
//! The id stands in a file of the common git dir, with the place where that is. A copy brings the file along: it is one as long as
//! the place that it names has another repository of the same id. A repository that was moved finds nothing there.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::store::{lock, write_durably};

use super::perform::nonce;
use super::workspace::Workspace;

const FILE: &str = "mcp/clone";
/// How long a command waits for another one that makes the id.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is written down.
#[derive(Debug)]
struct Noted {
    id: String,
    place: PathBuf,
}

/// What tells this clone from others, if it has been written down. A copy that has no id of its own yet gets one that no other has.
pub(super) fn known_clone_id(common_dir: &Path) -> Option<String> {
    let noted = Noted::read(common_dir)?;
    Some(if noted.is_copied_to(common_dir) { format!("{}-copied", noted.id) } else { noted.id })
}

impl Workspace {
    /// What tells this clone from others; `None` when it cannot be written down.
    pub(super) fn clone_id(&self) -> Option<String> {
        let noted = Noted::read(&self.common_dir);
        if let Some(noted) = noted.filter(|noted| noted.place == self.common_dir) {
            return Some(noted.id);
        }
        self.note_clone().ok()
    }

    /// Writes down where this clone is, under an id of its own.
    fn note_clone(&self) -> Result<String> {
        // Of two that come at once one makes it, and the other finds it made.
        let lock = lock(&self.common_dir.join("mcp/locks/clone"), PATIENCE)?;
        let _lock = lock.context("another command is making the id of this clone")?;
        let noted = Noted::read(&self.common_dir).filter(|noted| !noted.is_copied_to(&self.common_dir));
        let id = noted.map_or_else(nonce, |noted| Ok(noted.id))?;
        // Claims name it: lost in a power cut, they would be another clone's.
        write_durably(&self.common_dir.join(FILE), format!("{id}\n{}\n", self.common_dir.display()).as_bytes())?;
        Ok(id)
    }
}

impl Noted {
    fn read(common_dir: &Path) -> Option<Noted> {
        let text = fs_err::read_to_string(common_dir.join(FILE)).ok()?;
        let (id, place) = text.split_once('\n').unwrap_or((&text, ""));
        let place = PathBuf::from(place.strip_suffix('\n').unwrap_or(place));
        (!id.trim().is_empty()).then(|| Noted { id: id.trim().to_owned(), place })
    }

    fn is_copied_to(&self, common_dir: &Path) -> bool {
        self.place != common_dir
            && Noted::read(&self.place).is_some_and(|there| there.id == self.id)
            && !is_same_folder(&self.place, common_dir)
    }
}

/// Whether two paths lead to one folder, as where it is mounted twice.
fn is_same_folder(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let number = |path: &Path| fs_err::metadata(path).ok().map(|found| (found.dev(), found.ino()));
        number(one).is_some() && number(one) == number(other)
    }
    #[cfg(not(unix))]
    {
        fs_err::canonicalize(one).ok() == fs_err::canonicalize(other).ok()
    }
}
