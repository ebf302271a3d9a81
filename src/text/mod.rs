//! A task file as text, which gives back every byte it was given.
//!
//! Knows nothing of tasks, paths or files: strings go in, strings and byte ranges come out.

mod answer;
mod body;
mod document;
mod edit;
mod fences;
mod fit;
mod guard;
mod layout;
mod lists;
mod markdown;
mod outline;
mod piece;
mod plain;
mod plainly;
mod problem;
#[cfg(test)]
mod random_bytes;
#[cfg(test)]
mod random_edits;
#[cfg(test)]
mod random_plain;
mod read;
mod rewrite;
#[cfg(test)]
mod sample;
mod scalar;
mod scan;
mod scan_scalars;
mod sections;
mod splice;
mod suggest;
mod survey;

pub use serde_yaml::{Mapping, Value};

pub use self::answer::sections_of_answer;
pub use self::document::Document;
pub use self::fit::fitted;
pub use self::lists::{Checkbox, Entry};
pub use self::markdown::{Block, Content, Span, blocks};
pub use self::plainly::{Plain, Plainly};
pub use self::problem::{EditRefused, Problem};
pub use self::read::read_yaml;
pub use self::sections::Section;
pub use self::suggest::suggestion;
pub use self::survey::{Item, Survey, Table, Title};
