//! What can be wrong with a text (`Problem`), and why an edit was not made (`EditRefused`).

use std::error::Error;
use std::fmt;

/// Something in a file that keeps it from being read, with its place in that file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
    pub message: String,
    /// What to do about it, if there is something to say.
    pub hint: Option<String>,
}

impl Problem {
    /// Makes the problem that lies at a byte offset of a text.
    pub(super) fn at(text: &str, offset: usize, message: impl Into<String>) -> Problem {
        let before = &text[..offset];
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let on_line = before[line_start..].trim_start_matches('\u{feff}');
        Problem {
            line: before.matches('\n').count() + 1,
            column: on_line.chars().count() + 1,
            message: message.into(),
            hint: None,
        }
    }

    /// Adds what to do about it.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Problem {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.line, self.column, self.message)
    }
}

impl Error for Problem {}

/// Tells why an edit was not made; the text is as it was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditRefused {
    pub reason: String,
}

impl EditRefused {
    pub(super) fn because(reason: impl Into<String>) -> EditRefused {
        EditRefused { reason: reason.into() }
    }
}

impl fmt::Display for EditRefused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)
    }
}

impl Error for EditRefused {}

impl From<Problem> for EditRefused {
    fn from(problem: Problem) -> EditRefused {
        EditRefused::because(format!("the text cannot be read: {problem}"))
    }
}
