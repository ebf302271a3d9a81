//! One entry of ours in somebody's JSON file: put in, looked for, and taken out so that the bytes are as before.
//!
//! JSON has no comments to mark what is ours, so the way in which it is put in tells it (`json_edit`). Every edit is proved by taking
//! it out again.

use serde_json::Value;

use super::json_edit::{Ended, eol, holder_of, indent_of, rendered, unit, with_part, without_part};
use super::json_text::{Kind, Node, parse, value};
use super::part::{Removed, State};

/// An entry: where it stands, and what it is.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The keys that lead to the object or array that holds it.
    pub path: Vec<&'static str>,
    /// Its key in an object; `None` for an element of an array.
    pub key: Option<&'static str>,
    /// What stands there.
    pub value: Value,
    /// By these words an element of an array is known as ours.
    pub signature: String,
    /// Members that a new file has beside it.
    pub fresh: Vec<(&'static str, Value)>,
}

impl Entry {
    /// How the entry stands in a file.
    pub fn look(&self, text: Option<&str>) -> State {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return State::Missing };
        let root = match parse(text) {
            Ok(root) => root,
            Err(why) => return State::Unfit(format!("it cannot be read as JSON: {why}")),
        };
        match self.find(text, &root) {
            Err(why) => State::Unfit(why),
            Ok(None) => State::Missing,
            Ok(Some(found)) => match value(text, found) {
                Some(found) if without_program(&found) == without_program(&self.value) => State::Current,
                Some(found) if is_same_shape(&found, &self.value) => State::Stale,
                _ => State::Changed,
            },
        }
    }

    /// The file with the entry in it, or why it cannot be there.
    pub fn put(&self, text: Option<&str>) -> Result<String, String> {
        let Some(text) = text else { return self.add(&self.fresh_text("\n"), false) };
        if text.is_empty() {
            // By its missing line break it is known that there was a file.
            return Ok(self.add(&self.fresh_text("\n"), false)?.trim_end().to_owned());
        }
        let root = parse(text).map_err(|why| format!("it cannot be read as JSON: {why}"))?;
        if let Some(found) = self.find(text, &root)? {
            let indent = indent_of(text, found.span.start);
            // Its own lines say nothing about the habits of the file.
            let unit = match self.take(text) {
                Removed::Text(rest) => unit(&rest),
                _ => unit(""),
            };
            let new = rendered(&self.value, &unit, &indent, eol(text));
            return Ok(format!("{}{new}{}", &text[..found.span.start], &text[found.span.end..]));
        }
        let with =
            [false, true].into_iter().map(|is_marked| self.add(text, is_marked)).collect::<Result<Vec<_>, _>>()?;
        let proved = with.into_iter().find(|with| self.take(with) == Removed::Text(text.to_owned()));
        proved.ok_or_else(|| "it could not be put there so that it can be taken out again".to_owned())
    }

    /// The file without the entry.
    pub fn take(&self, text: &str) -> Removed {
        let Ok(root) = parse(text) else { return Removed::NotThere };
        let Ok(Some(found)) = self.find(text, &root) else { return Removed::NotThere };
        let mut at = found.span.start;
        let mut text = text.to_owned();
        let mut was_marked = false;
        // The entry itself, then every holder that was made for it.
        loop {
            let Ok(root) = parse(&text) else { return Removed::NotThere };
            let Some((holder, index)) = holder_of(&root, at) else {
                return Removed::NotThere;
            };
            let (holder_at, is_root) = (holder.span.start, holder.span == root.span);
            let (rest, ended, is_marked) = without_part(&text, holder, index);
            was_marked |= is_marked;
            text = rest;
            match (ended, is_root) {
                (Ended::MadeForIt, false) => at = holder_at,
                (Ended::MadeForIt, true) if !was_marked => return made_file(text),
                _ => break,
            }
        }
        if !was_marked && !self.fresh.is_empty() {
            let fresh = self.fresh_text("\n");
            if text == fresh {
                return Removed::File;
            }
            if text == fresh.trim_end() {
                return Removed::Text(String::new());
            }
        }
        Removed::Text(text)
    }

    fn find<'a>(&self, text: &str, root: &'a Node) -> Result<Option<&'a Node>, String> {
        let mut node = root;
        for key in &self.path {
            if !matches!(node.kind, Kind::Object(_)) {
                return Err(format!("what holds `{key}` is no object"));
            }
            match node.member(key) {
                Some(inner) => node = inner,
                None => return Ok(None),
            }
        }
        match (&node.kind, self.key) {
            (Kind::Object(_), Some(key)) => Ok(node.member(key)),
            (Kind::Array(elements), None) => {
                Ok(elements.iter().find(|element| text[element.span.clone()].contains(&self.signature)))
            }
            _ => Err(format!("`{}` is not what the agent's documents say it is", self.path.join("."))),
        }
    }

    /// The text with the entry and the holders that it still needs, added as the last parts of what is there.
    fn add(&self, text: &str, is_marked: bool) -> Result<String, String> {
        let root = parse(text)?;
        let mut node = &root;
        let mut depth = 0;
        while let Some(inner) = self.path.get(depth).and_then(|key| node.member(key)) {
            node = inner;
            depth += 1;
        }
        if !matches!(node.kind, Kind::Object(_)) && depth < self.path.len() {
            return Err(format!("what holds `{}` is no object", self.path[depth]));
        }
        // The holders that are missing, from the inside out.
        let mut new = self.value.clone();
        let mut key = self.key;
        for name in self.path[depth..].iter().rev() {
            new = match key {
                Some(key) => Value::Object([(key.to_owned(), new)].into_iter().collect()),
                None => Value::Array(vec![new]),
            };
            key = Some(name);
        }
        Ok(with_part(text, node, depth, key, &new, is_marked))
    }

    fn fresh_text(&self, eol: &str) -> String {
        if self.fresh.is_empty() {
            return format!("{{}}{eol}");
        }
        let members = self.fresh.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        format!("{}{eol}", rendered(&Value::Object(members), "  ", "", eol))
    }
}

/// What is left of a file that held nothing but the entry: none, or an empty one that had been there.
fn made_file(text: String) -> Removed {
    match text.as_str() {
        "{}\n" => Removed::File,
        "{}" => Removed::Text(String::new()),
        _ => Removed::Text(text),
    }
}

/// Whether two values have the same keys everywhere: then one is an older form of the other, and nobody's work is in it.
fn is_same_shape(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| is_same_shape(value, other)))
        }
        (Value::Array(one), Value::Array(other)) => one.iter().zip(other).all(|(one, other)| is_same_shape(one, other)),
        (one, other) => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

/// The value with the program taken out of each command: where it lies is the user's to say.
fn without_program(value: &Value) -> Value {
    let mut value = value.clone();
    match &mut value {
        Value::Object(members) => {
            for (key, value) in members.iter_mut() {
                *value = match (key.as_str(), &*value) {
                    ("command" | "bash" | "powershell", Value::String(line)) => {
                        Value::from(line.split_once(' ').map_or("", |(_, rest)| rest))
                    }
                    ("command", Value::Array(words)) => Value::from(words.iter().skip(1).cloned().collect::<Vec<_>>()),
                    (_, value) => without_program(value),
                };
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| *element = without_program(element)),
        _ => {}
    }
    value
}
