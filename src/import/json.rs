//! Looks into JSON of other tools: what is where, and what nobody asked for.

use serde_json::{Map, Value};

use super::foreign::ForeignTask;

/// An object, of which each field is taken once; what is left at the end is kept as text.
pub struct Fields(Map<String, Value>);

impl Fields {
    /// Takes an object; `None` for anything else.
    pub fn of(value: &Value) -> Option<Fields> {
        value.as_object().cloned().map(Fields)
    }

    /// Takes a field.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.0.shift_remove(name).filter(|value| !value.is_null())
    }

    /// Takes a field as text; numbers and truths too.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.take(name).map(|value| text_of(&value)).filter(|text| !text.trim().is_empty())
    }

    /// Takes a field as a list.
    pub fn list(&mut self, name: &str) -> Vec<Value> {
        match self.take(name) {
            Some(Value::Array(list)) => list,
            Some(one) => vec![one],
            None => Vec::new(),
        }
    }

    /// Takes a field as a list of texts.
    pub fn texts(&mut self, name: &str) -> Vec<String> {
        self.list(name).iter().map(text_of).collect()
    }

    /// Drops fields that say nothing new.
    pub fn forget(&mut self, names: &[&str]) {
        names.iter().for_each(|name| drop(self.take(name)));
    }

    /// Keeps all that is left as text of the task.
    pub fn keep_rest(self, task: &mut ForeignTask) {
        for (name, value) in self.0 {
            let is_nothing = match &value {
                Value::Null | Value::Bool(false) => true,
                Value::Array(list) => list.is_empty(),
                Value::Object(map) => map.is_empty(),
                _ => false,
            };
            if !is_nothing {
                task.keep(&name, &text_of(&value));
            }
        }
    }
}

/// A value as text: strings as they are, lists of plain values with commas, the rest as JSON.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) if list.iter().all(|one| !one.is_array() && !one.is_object()) => {
            list.iter().map(text_of).collect::<Vec<_>>().join(", ")
        }
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
