//! Plain values, as a type takes them that is read key by key.

use super::plain::{Items, Value, is_number, is_text};

/// What takes plain values key by key: a board has thousands of tasks, and to describe a type to a parser costs more than to read it.
pub trait Plainly: Default {
    /// Takes the value of a key, also of one that it does not know; `None` where the parser has to read it all.
    fn take(&mut self, key: &str, value: Plain<'_>) -> Option<()>;
}

/// The value of a key.
#[derive(Clone, Copy)]
pub struct Plain<'a>(pub(super) Value<'a>);

impl<'a> Plain<'a> {
    /// Whether nothing stands there, which may be said in words.
    pub fn is_null(self) -> bool {
        matches!(self.0, Value::Empty | Value::Word("null" | "Null" | "NULL"))
    }

    /// A text, whatever it would be without being asked to be one; `None` if it is none.
    pub fn text(self) -> Option<&'a str> {
        match self.0 {
            Value::Word(text) | Value::Quoted(text) => Some(text),
            _ => None,
        }
    }

    /// A whole number.
    pub fn number(self) -> Option<u32> {
        match self.0 {
            Value::Word(word) if is_number(word) => word.parse().ok(),
            _ => None,
        }
    }

    /// What is a text without being asked to be one: a number is none.
    pub fn words(self) -> Option<&'a str> {
        match self.0 {
            Value::Word(word) => Some(word).filter(|word| is_text(word)),
            Value::Quoted(text) => Some(text),
            _ => None,
        }
    }

    /// The items of a list, or `None` in place of one that is not plain; of anything else there are none.
    pub fn items(self) -> impl Iterator<Item = Option<Plain<'a>>> {
        let mut items = Items(self.0);
        std::iter::from_fn(move || items.next().transpose().map(|item| item.ok().map(Plain)))
    }

    /// Whether nothing stands there at all.
    pub fn is_empty(self) -> bool {
        matches!(self.0, Value::Empty)
    }

    /// Whether it may stand at a key that nobody knows.
    pub fn may_stand_at(self, key: &str) -> bool {
        is_text(key) && self.items().all(|item| item.is_some())
    }

    /// Whether it is a list, be it empty.
    pub fn is_list(self) -> bool {
        matches!(self.0, Value::Flow(_) | Value::Items(..))
    }
}
