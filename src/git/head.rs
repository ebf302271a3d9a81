//! What is checked out.

use anyhow::{Context, Result};

use super::oid::Oid;
use super::repository::Repository;

/// What HEAD says in this work tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The commit that is checked out; `None` before the first one.
    pub commit: Option<Oid>,
    /// The short name of the branch, also when it has no commit yet; `None` when HEAD is detached.
    pub branch: Option<String>,
}

impl Repository {
    /// Reads HEAD.
    pub fn head(&self) -> Result<Head> {
        let head = self.git2.find_reference("HEAD").context("reading HEAD")?;
        let branch = head.symbolic_target_bytes().map(|name| {
            let name = String::from_utf8_lossy(name);
            name.strip_prefix("refs/heads/").unwrap_or(&name).to_owned()
        });
        let commit = match self.git2.refname_to_id("HEAD") {
            Ok(oid) => Some(Oid::from_git2(oid)),
            Err(error) if error.code() == git2::ErrorCode::NotFound => None,
            Err(error) => return Err(error).context("reading the commit of HEAD"),
        };
        Ok(Head { commit, branch })
    }
}
