//! One thing that setup puts into a file, and what may be found there.

use super::block::Block;
use super::entry::Entry;

/// What is put where.
#[derive(Clone, Debug)]
pub struct Part {
    /// In a word or two.
    pub what: &'static str,
    /// The file, below the top of the repository.
    pub file: String,
    /// What is put into it.
    pub content: Content,
}

/// What is put into a file.
#[derive(Clone, Debug)]
pub enum Content {
    /// Lines between marks.
    Block(Block),
    /// A value in a JSON file.
    Entry(Entry),
}

/// How a part stands in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It is not there.
    Missing,
    /// It is there as it should be.
    Current,
    /// An older form of it is there.
    Stale,
    /// Somebody has changed it by hand.
    Changed,
    /// The file is none that it could be put into; why.
    Unfit(String),
}

/// What taking a part out leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removed {
    /// There was nothing to take out.
    NotThere,
    /// The file with this text.
    Text(String),
    /// No file: it was made for the part.
    File,
}

impl Part {
    /// How it stands in the text of its file; `None` when there is no file.
    pub fn look(&self, text: Option<&str>) -> State {
        match &self.content {
            Content::Block(block) => block.look(text),
            Content::Entry(entry) => entry.look(text),
        }
    }

    /// The text of the file with it, or why it cannot be there.
    pub fn put(&self, text: Option<&str>) -> Result<String, String> {
        match &self.content {
            Content::Block(block) => block.put(text),
            Content::Entry(entry) => entry.put(text),
        }
    }

    /// The text of the file without it.
    pub fn take(&self, text: &str) -> Removed {
        match &self.content {
            Content::Block(block) => block.take(text),
            Content::Entry(entry) => entry.take(text),
        }
    }

    /// What is put in, for a person to read.
    pub fn shown(&self) -> String {
        match &self.content {
            Content::Block(block) => format!("{}{}", block.head, block.text),
            Content::Entry(entry) => {
                let place: Vec<_> = entry.path.iter().copied().chain(entry.key).collect();
                let text = serde_json::to_string_pretty(&entry.value).expect("text keys");
                format!("{}: {text}\n", place.join("."))
            }
        }
    }
}
