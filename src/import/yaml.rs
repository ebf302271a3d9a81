//! Looks into YAML front matter of other tools: what is where, and what nobody asked for.

use crate::text::{Mapping, Value};

use super::foreign::ForeignTask;

/// Front matter, of which each key is taken once; what is left at the end is kept as text.
#[derive(Default)]
pub struct Keys(pub Mapping);

impl Keys {
    /// Takes a key as text.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.0.remove(Value::from(name)).map(|value| text_of(&value)).filter(|text| !text.trim().is_empty())
    }

    /// Takes a key as a list; one text with commas is a list too.
    pub fn list(&mut self, name: &str) -> Vec<String> {
        let list: Vec<String> = match self.0.remove(Value::from(name)) {
            Some(Value::Sequence(list)) => list.iter().map(text_of).collect(),
            Some(one) => text_of(&one).split(',').map(str::to_owned).collect(),
            None => Vec::new(),
        };
        list.into_iter().map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect()
    }

    /// Keeps all that is left as text of the task.
    pub fn keep_rest(self, task: &mut ForeignTask) {
        for (name, value) in self.0 {
            task.keep(&text_of(&name), &text_of(&value));
        }
    }
}

/// A value as text: lists with commas, maps as `key: value`.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Sequence(list) => list.iter().map(text_of).collect::<Vec<_>>().join(", "),
        Value::Mapping(map) => {
            let pairs = map.iter().map(|(key, value)| format!("{}: {}", text_of(key), text_of(value)));
            pairs.collect::<Vec<_>>().join("; ")
        }
        Value::Tagged(tagged) => text_of(&tagged.value),
    }
}
