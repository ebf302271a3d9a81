//! The evidence cache: which check passed on which code tree, in the common git dir; safe to delete at any time.

use std::path::PathBuf;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::model::{Check, Timestamp};
use crate::store::write_durably;

use super::trust::hex;
use super::workspace::Workspace;

/// That a check passed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Passed {
    /// When it ended.
    pub at: Timestamp,
    /// How long it ran.
    pub seconds: f64,
    /// A link led into the working tree while it ran.
    #[serde(default)]
    pub is_linked: bool,
}

impl Workspace {
    /// Whether this check is known to have passed on this code tree.
    pub(crate) fn known_pass(&self, check: &Check, tree: &str) -> Option<Passed> {
        serde_json::from_slice(&fs_err::read(self.pass_path(check, tree)).ok()?).ok()
    }

    /// Remembers that it did.
    pub(crate) fn remember_pass(&self, check: &Check, tree: &str, passed: &Passed) -> Result<()> {
        let bytes = serde_json::to_vec(passed).expect("numbers and a time");
        write_durably(&self.pass_path(check, tree), &bytes)
    }

    /// How long this check took when it passed last, in seconds.
    pub(crate) fn usual_time(&self, check: &Check) -> Option<f64> {
        fs_err::read_to_string(self.time_path(check)).ok()?.trim().parse().ok()
    }

    /// Notes how long it took.
    pub(crate) fn note_time(&self, check: &Check, seconds: f64) -> Result<()> {
        let path = self.time_path(check);
        if let Some(folder) = path.parent() {
            fs_err::create_dir_all(folder)?;
        }
        Ok(fs_err::write(path, format!("{seconds:.1}\n"))?)
    }

    fn time_path(&self, check: &Check) -> PathBuf {
        self.common_dir.join("mcp/times").join(key_of(check))
    }

    fn pass_path(&self, check: &Check, tree: &str) -> PathBuf {
        self.common_dir.join("mcp/evidence").join(format!("{tree}-{}.json", key_of(check)))
    }
}

/// What a check runs and where, in a few digits.
fn key_of(check: &Check) -> String {
    let command = serde_json::json!([check.run, check.dir]).to_string();
    hex(&Sha256::digest(command.as_bytes())[..8])
}
