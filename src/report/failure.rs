//! A failing test or a build error, where it is, and everything that was read from one output.

use std::fmt;

/// A spot in a file, relative to the project where it lies inside.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    pub file: String,
    pub line: u32,
    pub column: Option<u32>,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.file, self.line)?;
        match self.column {
            Some(column) => write!(out, ":{column}"),
            None => Ok(()),
        }
    }
}

/// One thing that went wrong, in the runner's own words without its frames and colours.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Failure {
    pub name: String,
    pub message: String,
    pub place: Option<Place>,
}

/// All that was understood of an output; the failures stand with the most useful first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub runner: Option<&'static str>,
    pub failures: Vec<Failure>,
    pub passed: Option<usize>,
    pub failed: Option<usize>,
    pub tail: String,
}
