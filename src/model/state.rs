//! The six states of a task; their names are the names of the folders.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where a task stands between being written down and being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum State {
    /// Written down, not yet prepared.
    Pending,
    /// Prepared: anyone able may claim it.
    Ready,
    /// Somebody works on it.
    InProgress,
    /// Its checks pass and it waits for a verdict.
    Review,
    /// Finished.
    Done,
    /// Given up, dropped, or out of attempts.
    Failed,
}

impl State {
    /// All states, in the order in which work flows.
    pub const ALL: [State; 6] =
        [State::Pending, State::Ready, State::InProgress, State::Review, State::Done, State::Failed];

    /// The folder's name below `tasks/`, which is also the word shown to people.
    pub fn folder(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Ready => "ready",
            State::InProgress => "in-progress",
            State::Review => "review",
            State::Done => "done",
            State::Failed => "failed",
        }
    }

    /// Whether work on such a task may still lie ahead.
    pub fn is_open(self) -> bool {
        !matches!(self, State::Done | State::Failed)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.folder())
    }
}

impl FromStr for State {
    type Err = String;

    fn from_str(text: &str) -> Result<State, String> {
        let wanted = text.to_ascii_lowercase().replace('_', "-");
        State::ALL.into_iter().find(|state| state.folder() == wanted).ok_or_else(|| {
            let names: Vec<_> = State::ALL.iter().map(|state| state.folder()).collect();
            format!("not a state; the states are {}", names.join(", "))
        })
    }
}
