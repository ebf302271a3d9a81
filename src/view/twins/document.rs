//! What every document begins with.

use std::fmt;

use serde::Serialize;
use serde::ser::Serializer;
use serde_json::Value;

/// A document: the number of the schemas, then what it tells.
#[derive(Debug, Serialize)]
pub struct Document<T> {
    schema: SchemaNumber,
    #[serde(flatten)]
    told: T,
}

impl<T> Document<T> {
    /// Puts the number in front of what is told.
    pub fn of(told: T) -> Document<T> {
        Document { schema: SchemaNumber, told }
    }
}

impl<T: Serialize> fmt::Display for Document<T> {
    /// On one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).expect("documents have texts for keys"))
    }
}

/// A document as a value that more can be added to.
pub fn document_value(told: &impl Serialize) -> Value {
    serde_json::to_value(Document::of(told)).expect("documents have texts for keys")
}

/// The number of the schemas.
#[derive(Clone, Copy, Debug)]
struct SchemaNumber;

impl Serialize for SchemaNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(1)
    }
}
