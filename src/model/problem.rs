//! What is not as it should be on a board, in words for a listing.

/// A file of the board that could not be read as a task, or that needs a word.
#[derive(Clone, Debug)]
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
