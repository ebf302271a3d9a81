//! What the merge driver made of task files in the merge that is under way, so that it is not taken for a person's words.
//!
//! Git pairs renamed files by how alike they are, and may hand two different tasks to the driver; what comes of that lies in the
//! working tree and in no object that anybody named.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use sha2::{Digest as _, Sha256};

use super::super::trust::hex;

/// The texts that the driver wrote, below the git dir of a worktree: a digest a line. Cleared when the merge is over.
pub(in super::super) struct Driven {
    path: PathBuf,
}

impl Driven {
    pub(in super::super) fn of(git_dir: &Path) -> Driven {
        Driven { path: git_dir.join("mcp/driven") }
    }

    pub(super) fn remember(&self, text: &[u8]) -> Result<()> {
        if let Some(folder) = self.path.parent() {
            fs_err::create_dir_all(folder)?;
        }
        let mut file = fs_err::OpenOptions::new().create(true).append(true).open(&self.path)?;
        Ok(file.write_all(format!("{}\n", digest(text)).as_bytes())?)
    }

    pub(in super::super) fn texts(&self) -> Texts {
        let text = fs_err::read_to_string(&self.path).unwrap_or_default();
        Texts(text.lines().map(str::to_owned).collect())
    }

    /// The merge is over.
    pub(in super::super) fn forget(&self) -> Result<()> {
        match fs_err::remove_file(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// The digests of texts.
pub(in super::super) struct Texts(BTreeSet<String>);

impl Texts {
    pub(in super::super) fn have(&self, text: &[u8]) -> bool {
        !self.0.is_empty() && self.0.contains(&digest(text))
    }
}

fn digest(text: &[u8]) -> String {
    hex(&Sha256::digest(text)[..16])
}
