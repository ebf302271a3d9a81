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
        self.backend.head().context("reading HEAD")
    }
}
