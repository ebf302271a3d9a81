//! Reads YAML that is written plainly, a key a line, without the parser: words, numbers, texts in quotes, lists of words.
//!
//! It takes only what can be read in one way, and gives up on everything else, be it wrong or merely unusual: the parser reads it
//! then, and words what is wrong. Whatever it does read, the parser reads the same (`random_plain.rs`).

use std::fmt::{self, Display};

use memchr::{memchr, memchr2_iter};
use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::guard::LONGEST_YAML;
use super::plainly::{Plain, Plainly};

/// The longest key that is read; a parser has a limit of its own.
const LONGEST_KEY: usize = 64;

/// Reads a YAML text into a type; `None` when anything in it is not plain.
pub(super) fn read_plain<T: DeserializeOwned>(yaml: &str) -> Option<T> {
    if yaml.len() > LONGEST_YAML {
        return None;
    }
    let mut lines = Lines::of(yaml);
    let value = T::deserialize(&mut lines).ok()?;
    lines.is_read().then_some(value)
}

/// The same as [`read_plain`], key by key.
pub(super) fn read_plainly<T: Plainly>(yaml: &str) -> Option<T> {
    if yaml.len() > LONGEST_YAML {
        return None;
    }
    let mut lines = Lines::of(yaml);
    let mut read = T::default();
    while let Some(key) = lines.step().ok()? {
        read.take(key, Plain(lines.value))?;
    }
    lines.is_read().then_some(read)
}

/// The value of a key.
#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    Empty,
    /// Without quotes.
    Word(&'a str),
    /// What stands in the quotes.
    Quoted(&'a str),
    /// What stands between the brackets.
    Flow(&'a str),
    /// The lines of the items, each with this many blanks before its bullet.
    Items(&'a str, usize),
}

/// Something that is not plain.
#[derive(Debug)]
pub(super) struct Doubt;

impl Error for Doubt {
    fn custom<T: Display>(_: T) -> Doubt {
        Doubt
    }
}

impl Display for Doubt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not plain")
    }
}

impl std::error::Error for Doubt {}

/// The lines that are still to be read.
struct Lines<'a> {
    rest: &'a str,
    /// Whether no character of any line is odd, which is known of all of them at once.
    is_ascii: bool,
    /// The keys so far: none may be there twice.
    keys: Vec<&'a str>,
    /// A bit for the shape of each key so far: most are alike to no other, and need not be compared.
    starts: u64,
    value: Value<'a>,
}

impl<'a> Lines<'a> {
    fn of(yaml: &'a str) -> Lines<'a> {
        let is_ascii = yaml.bytes().fold(true, |all, byte| all & (byte == b'\n' || !is_odd(byte)));
        Lines { rest: yaml, is_ascii, keys: Vec::with_capacity(16), starts: 0, value: Value::Empty }
    }

    /// Whether all is read, and something was there.
    fn is_read(&self) -> bool {
        self.rest.is_empty() && !self.keys.is_empty()
    }

    /// Steps to the next key and its value; no key at the end.
    fn step(&mut self) -> Result<Option<&'a str>, Doubt> {
        while !self.rest.is_empty() {
            let line = self.take_line()?;
            match line.as_bytes().first() {
                None | Some(b'#') => continue,
                Some(b' ') if line.bytes().all(|byte| byte == b' ') => continue,
                _ => {}
            }
            let (key, value) = key_and_rest(line).ok_or(Doubt)?;
            let is_value_apart = matches!(value.as_bytes(), [] | [b' ', ..]);
            if !is_value_apart || !self.is_new(key) {
                return Err(Doubt);
            }
            self.value = match value_of(value)? {
                Value::Empty => self.items()?,
                value => value,
            };
            return Ok(Some(key));
        }
        Ok(None)
    }

    /// Takes the first line, without its end.
    fn take_line(&mut self) -> Result<&'a str, Doubt> {
        let (line, rest) = first_line(self.rest);
        if !self.is_ascii && !are_common(line.as_bytes()) {
            return Err(Doubt);
        }
        self.rest = rest;
        Ok(line)
    }

    /// Enters a key; `false` when it is there already.
    fn is_new(&mut self, key: &'a str) -> bool {
        let bit = 1 << ((usize::from(key.as_bytes()[0]) + 8 * key.len()) % 64);
        if self.starts & bit != 0 && self.keys.contains(&key) {
            return false;
        }
        self.starts |= bit;
        self.keys.push(key);
        true
    }

    /// Reads the items below a key, if there are any.
    fn items(&mut self) -> Result<Value<'a>, Doubt> {
        let all = self.rest;
        let indent = all.len() - all.trim_start_matches(' ').len();
        while let Some(item) =
            self.rest.get(indent..).filter(|_| self.rest.as_bytes()[..indent].iter().all(|byte| *byte == b' '))
        {
            if !item.starts_with("- ") {
                break;
            }
            let line = self.take_line()?;
            item_of(line, indent)?;
        }
        match all.len() - self.rest.len() {
            0 => Ok(Value::Empty),
            length => Ok(Value::Items(&all[..length], indent)),
        }
    }
}

/// Takes the first line, without its end, off a text.
fn first_line(text: &str) -> (&str, &str) {
    match memchr(b'\n', text.as_bytes()) {
        Some(end) => (without_return(&text[..end]), &text[end + 1..]),
        None => (text, ""),
    }
}

fn without_return(line: &str) -> &str {
    match line.as_bytes() {
        [.., b'\r'] => &line[..line.len() - 1],
        _ => line,
    }
}

fn without_blanks(text: &str) -> &str {
    &text[text.bytes().take_while(|byte| *byte == b' ').count()..]
}

/// Whether a byte is neither a letter, a sign nor a blank of ASCII.
fn is_odd(byte: u8) -> bool {
    byte.wrapping_sub(b' ') > b'~' - b' '
}

/// Whether a line has none of the characters that people do not see, or that some take for a line's end.
fn are_common(line: &[u8]) -> bool {
    // All of them at once, as processors like it.
    if !line.iter().fold(false, |any, byte| any | is_odd(*byte)) {
        return true;
    }
    let mut bytes = line.iter().copied();
    while let Some(byte) = bytes.next() {
        let is_common = match byte {
            b' '..=b'~' => true,
            // Controls, and the no-break space.
            0xc2 => false,
            // General punctuation: dashes and quotes are common, separators of lines and marks of direction are not.
            0xe2 => bytes.next() != Some(0x80) || matches!(bytes.next(), Some(0x90..=0xa6)),
            // Byte order marks and what is no character.
            0xef => false,
            byte => byte >= 0x80,
        };
        if !is_common {
            return false;
        }
    }
    true
}

/// Takes the key off a line, and the colon behind it.
fn key_and_rest(line: &str) -> Option<(&str, &str)> {
    let bytes = line.as_bytes();
    if !bytes[0].is_ascii_alphabetic() {
        return None;
    }
    let mut end = 1;
    while let Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-') = bytes.get(end) {
        end += 1;
    }
    (end <= LONGEST_KEY && bytes.get(end) == Some(&b':')).then(|| (&line[..end], &line[end + 1..]))
}

/// Reads what stands behind a colon.
fn value_of(text: &str) -> Result<Value<'_>, Doubt> {
    let text = without_blanks(text);
    match text.as_bytes().first() {
        None | Some(b'#') => Ok(Value::Empty),
        Some(b'[') => {
            let (inner, after) = text[1..].split_once(']').ok_or(Doubt)?;
            is_comment(after)?;
            Ok(Value::Flow(inner))
        }
        _ => scalar_of(text),
    }
}

fn scalar_of(text: &str) -> Result<Value<'_>, Doubt> {
    let first = *text.as_bytes().first().ok_or(Doubt)?;
    if let b'"' | b'\'' = first {
        let (inner, after) = text[1..].split_once(char::from(first)).ok_or(Doubt)?;
        is_comment(after)?;
        return if inner.contains('\\') { Err(Doubt) } else { Ok(Value::Quoted(inner)) };
    }
    let may_begin = first.is_ascii_alphanumeric() || first >= 0x80 || matches!(first, b'_' | b'/' | b'(');
    if !may_begin {
        return Err(Doubt);
    }
    let bytes = text.as_bytes();
    let mut end = bytes.len();
    for at in memchr2_iter(b'#', b':', bytes) {
        if bytes[at] == b':' {
            // A key within the value.
            if bytes.get(at + 1).is_none_or(|next| *next == b' ') {
                return Err(Doubt);
            }
        } else if bytes[at - 1] == b' ' {
            end = at - 1;
            break;
        }
    }
    while bytes[end - 1] == b' ' {
        end -= 1;
    }
    Ok(Value::Word(&text[..end]))
}

/// Reads one item of a list in brackets.
fn flow_item(text: &str) -> Result<Value<'_>, Doubt> {
    let text = text.trim_matches(' ');
    let may_begin = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
    let may_follow =
        |byte: u8| may_begin(byte) || matches!(byte, b' ' | b'-' | b'.' | b'/' | b'+' | b'@' | b'(' | b')');
    match text.bytes().next().is_some_and(may_begin) && text.bytes().all(may_follow) {
        true => Ok(Value::Word(text)),
        false => Err(Doubt),
    }
}

/// Reads one item of a list with bullets from its line.
fn item_of(line: &str, indent: usize) -> Result<Value<'_>, Doubt> {
    let text = line.get(indent + 2..).ok_or(Doubt)?;
    scalar_of(without_blanks(text))
}

/// Refuses what may not follow on the line of a value.
fn is_comment(text: &str) -> Result<(), Doubt> {
    match without_blanks(text) {
        "" => Ok(()),
        comment if comment.starts_with('#') && text.starts_with(' ') => Ok(()),
        _ => Err(Doubt),
    }
}

/// Whether YAML takes a word for a text whatever the reader expects.
pub(super) fn is_text(word: &str) -> bool {
    let Some(first) = word.bytes().next() else { return false };
    // Most words begin with another letter than all of these.
    let is_other = match first | 0x20 {
        b'n' => ["null", "no", "n", "nan"].as_slice(),
        b't' => &["true"],
        b'f' => &["false"],
        b'y' => &["yes", "y"],
        b'o' => &["on", "off"],
        b'i' => &["inf", "infinity"],
        _ => &[],
    };
    (first.is_ascii_alphabetic() || first >= 0x80) && !is_other.iter().any(|other| word.eq_ignore_ascii_case(other))
}

impl<'de> Deserializer<'de> for &mut Lines<'de> {
    type Error = Doubt;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Doubt> {
        visitor.visit_map(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Lines<'de> {
    type Error = Doubt;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Doubt> {
        match self.step()? {
            Some(key) if is_text(key) => seed.deserialize(StrDeserializer::new(key)).map(Some),
            Some(_) => Err(Doubt),
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Doubt> {
        seed.deserialize(self.value)
    }
}

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = Doubt;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Doubt> {
        match self {
            Value::Empty => visitor.visit_unit(),
            Value::Word(word) if is_text(word) => visitor.visit_str(word),
            Value::Word(_) => Err(Doubt),
            Value::Quoted(text) => visitor.visit_str(text),
            Value::Flow(_) | Value::Items(..) => self.deserialize_seq(visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Doubt> {
        match self {
            Value::Word(text) | Value::Quoted(text) => visitor.visit_str(text),
            _ => Err(Doubt),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Doubt> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Doubt> {
        match self {
            Value::Empty | Value::Word("null" | "Null" | "NULL") => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Doubt> {
        match self {
            Value::Word(word) if is_number(word) => visitor.visit_u64(word.parse().map_err(|_| Doubt)?),
            _ => Err(Doubt),
        }
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Doubt> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Doubt> {
        match self {
            Value::Flow(_) | Value::Items(..) => visitor.visit_seq(Items(self)),
            _ => Err(Doubt),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Doubt> {
        match self {
            Value::Word(text) | Value::Quoted(text) => visitor.visit_enum(BorrowedStrDeserializer::new(text)),
            _ => Err(Doubt),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Doubt> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Doubt> {
        // What nobody takes must be plain as well.
        let mut items = Items(self);
        while items.next()?.is_some() {}
        visitor.visit_unit()
    }

    // What nobody asks of plain text so far is doubted.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Doubt> {
        Err(Doubt)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct map identifier
    }
}

/// A whole number as everybody writes it, and small enough for any type.
pub(super) fn is_number(word: &str) -> bool {
    word.len() <= 9 && word.bytes().all(|byte| byte.is_ascii_digit()) && (word == "0" || !word.starts_with('0'))
}

/// The items of a list that are still to be read.
pub(super) struct Items<'a>(pub(super) Value<'a>);

impl<'a> Items<'a> {
    pub(super) fn next(&mut self) -> Result<Option<Value<'a>>, Doubt> {
        let (item, rest) = match self.0 {
            Value::Flow(text) if !text.bytes().all(|byte| byte == b' ') => match memchr(b',', text.as_bytes()) {
                Some(end) => (flow_item(&text[..end])?, Value::Flow(&text[end + 1..])),
                None => (flow_item(text)?, Value::Empty),
            },
            Value::Items(text, indent) if !text.is_empty() => {
                let (line, rest) = first_line(text);
                (item_of(line, indent)?, Value::Items(rest, indent))
            }
            _ => return Ok(None),
        };
        self.0 = rest;
        Ok(Some(item))
    }
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Doubt;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Doubt> {
        self.next()?.map(|item| seed.deserialize(item)).transpose()
    }
}
