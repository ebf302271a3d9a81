//! Trust: which commands of this repository a person on this machine has agreed to run. Kept outside the repository.

use std::path::PathBuf;

use anyhow::Result;
use sha2::{Digest as _, Sha256};

use crate::model::{Check, Refusal};
use crate::store::write_durably;

use super::workspace::Workspace;

impl Workspace {
    /// Refuses when one of these checks was never trusted.
    pub(crate) fn must_trust(&self, checks: &[&Check]) -> Result<(), Refusal> {
        let trusted = self.trusted();
        let unknown = checks.iter().filter(|check| !trusted.contains(&fingerprint(check)));
        let mut commands: Vec<_> = unknown.map(|check| format!("{} (`{}`)", check.name, check.run.trim())).collect();
        commands.dedup();
        if commands.is_empty() { Ok(()) } else { Err(Refusal::Untrusted { commands }) }
    }

    /// The configured checks that were never trusted.
    pub fn untrusted(&self) -> Vec<Check> {
        let trusted = self.trusted();
        self.config.checks.iter().filter(|check| !trusted.contains(&fingerprint(check))).cloned().collect()
    }

    /// Trusts the commands of the board as configured now.
    pub fn trust(&self) -> Result<Vec<Check>> {
        let new = self.untrusted();
        if !new.is_empty() {
            let mut lines = self.trusted();
            lines.extend(new.iter().map(fingerprint));
            write_durably(&self.trust_path(), (lines.join("\n") + "\n").as_bytes())?;
        }
        Ok(new)
    }

    /// Takes all trust back.
    pub fn distrust(&self) -> Result<bool> {
        match fs_err::remove_file(self.trust_path()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn trusted(&self) -> Vec<String> {
        let text = fs_err::read_to_string(self.trust_path()).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    // Linked worktrees share the common git dir and so the trust.
    fn trust_path(&self) -> PathBuf {
        let common = fs_err::canonicalize(&self.common_dir).unwrap_or_else(|_| self.common_dir.clone());
        self.places.state.join("trust").join(hex(&Sha256::digest(common.as_os_str().as_encoded_bytes())[..16]))
    }
}

/// What a check would run and where, as a hash.
fn fingerprint(check: &Check) -> String {
    let text = serde_json::json!([check.run, check.dir]).to_string();
    hex(&Sha256::digest(text.as_bytes()))
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
