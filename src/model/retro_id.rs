//! Retrospectives' ids: the day and six random characters, as in the name of the file.

use std::fmt;

use serde::Serialize;

use super::id::TaskId;
use super::time::Timestamp;

/// The identity of a retrospective, `2026-11-20-7k3f9q`: its file's name without `.md`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RetroId(String);

impl RetroId {
    /// Makes an id of a day and random bytes; `None` when too many of them had to be passed over to stay uniform.
    pub fn from_random(now: Timestamp, bytes: &[u8]) -> Option<RetroId> {
        let random = TaskId::from_random(bytes)?;
        Some(RetroId(format!("{}-{}", now.date(), random.tail())))
    }

    /// Reads a whole id.
    pub fn parse(text: &str) -> Option<RetroId> {
        let (date, tail) = text.split_at_checked(10)?;
        let tail = tail.strip_prefix('-')?;
        let is_date = Timestamp::parse(date).is_some_and(|day| day.date() == date);
        (is_date && TaskId::parse(&format!("t-{tail}")).is_some()).then(|| RetroId(text.to_owned()))
    }

    /// Takes the id from the name of a file.
    pub fn of_file_name(name: &str) -> Option<RetroId> {
        RetroId::parse(name.strip_suffix(".md")?)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `word` could mean it: a start of three characters or more of the id, or of its six random ones.
    pub fn is_meant_by(&self, word: &str) -> bool {
        let word = word.trim().to_ascii_lowercase();
        word.len() >= 3 && (self.0.starts_with(&word) || self.0[11..].starts_with(&word))
    }
}

impl fmt::Display for RetroId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for RetroId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_a_day_and_six_characters() {
        let id = RetroId::of_file_name("2026-11-20-7k3f9q.md").expect("an id");
        for word in ["7k3", "2026-11", "2026-11-20-7k3f9q", "7K3F"] {
            assert!(id.is_meant_by(word), "{word}");
        }
        assert!(!id.is_meant_by("7k") && !id.is_meant_by("k3f"));
        for wrong in ["2026-13-20-7k3f9q", "2026-11-20-7k3f9a", "2026-11-20", "notes", "", "2026-11-2é-7k3f9q"] {
            assert_eq!(RetroId::parse(wrong), None, "{wrong}");
        }
    }
}
