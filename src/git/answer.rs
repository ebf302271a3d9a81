//! What a call of the `git` program left behind, and the error when it was a no.

use std::error::Error;
use std::fmt;

/// What a call of `git` left.
pub(super) struct Answer {
    pub(super) code: Option<i32>,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: String,
    pub(super) call: String,
}

/// The `git` program said no.
#[derive(Debug)]
pub struct GitFailed {
    /// The arguments, joined by spaces.
    pub call: String,
    /// The exit status; `None` when it was killed.
    pub code: Option<i32>,
    /// What it wrote to the standard error stream, trimmed.
    pub stderr: String,
}

impl fmt::Display for GitFailed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`git {}` ", self.call)?;
        match self.code {
            Some(code) => write!(formatter, "ended with status {code}")?,
            None => write!(formatter, "was killed")?,
        }
        if self.stderr.is_empty() { Ok(()) } else { write!(formatter, ": {}", self.stderr) }
    }
}

impl Error for GitFailed {}

impl Answer {
    pub(super) fn failure(&self) -> GitFailed {
        GitFailed { call: self.call.clone(), code: self.code, stderr: self.stderr.clone() }
    }
}
