//! What is not as it should be on a board, in words for a listing.

use serde::Serialize;

/// A file of the board that could not be read as a task, or that needs a word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BoardProblem {
    /// `path` or `path:line:column`.
    pub place: String,
    /// A stable word.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl BoardProblem {
    /// The path of its place, without line and column.
    pub fn path(&self) -> &str {
        self.place.find(".md:").map_or(&self.place, |end| &self.place[..end + 3])
    }

    /// Whether it is in that file.
    pub fn is_in(&self, path: &str) -> bool {
        self.path() == path
    }
}
