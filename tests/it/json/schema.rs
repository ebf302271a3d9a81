//! Validates documents against the schemas of `docs/json/`, by the part of JSON Schema 2020-12 that they use.
//! Stricter than the standard in one point: a property that a schema does not name is a mistake, unless it says otherwise.

use std::path::Path;

use serde_json::{Map, Value, json};

/// What speaks against a document, each with its place; nothing when it is as the schema says.
pub fn mistakes(schema: &str, document: &Value) -> Vec<String> {
    let mut mistakes = Vec::new();
    check(&load(schema), document, "$", &mut mistakes);
    mistakes
}

/// A schema by its name.
pub fn load(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/json").join(format!("{name}.schema.json"));
    let text = fs_err::read_to_string(path).expect("a schema");
    serde_json::from_str(&text).expect("JSON")
}

fn check(schema: &Value, value: &Value, at: &str, mistakes: &mut Vec<String>) {
    let schema = match schema {
        Value::Object(schema) => schema,
        Value::Bool(true) => return,
        other => panic!("{at}: {other} is no schema"),
    };
    let mut wrong = |what: String| mistakes.push(format!("{at}: {what}"));
    for (word, said) in schema {
        match word.as_str() {
            "type" if !is_of_type(said, value) => wrong(format!("{value} is not of type {said}")),
            "const" if said != value => wrong(format!("{value} is not {said}")),
            "enum" if !said.as_array().expect("a list").contains(value) => {
                wrong(format!("{value} is not one of {said}"))
            }
            "minimum" if value.as_f64() < said.as_f64() => wrong(format!("{value} is less than {said}")),
            "pattern" => {
                let pattern = regex::Regex::new(said.as_str().expect("a text")).expect("a pattern");
                if value.as_str().is_some_and(|text| !pattern.is_match(text)) {
                    wrong(format!("{value} does not match {said}"));
                }
            }
            "required" => {
                for name in said.as_array().expect("a list").iter().filter_map(Value::as_str) {
                    if value.as_object().is_some_and(|object| !object.contains_key(name)) {
                        wrong(format!("{name} is missing"));
                    }
                }
            }
            "type"
            | "const"
            | "enum"
            | "minimum"
            | "uniqueItems"
            | "properties"
            | "additionalProperties"
            | "items"
            | "anyOf"
            | "oneOf"
            | "$ref"
            | "$schema"
            | "title"
            | "description" => {}
            word => panic!("{at}: the validator does not know `{word}`"),
        }
    }
    parts(schema, value, at, mistakes);
}

/// What a schema says of the parts of a value, and by reference.
fn parts(schema: &Map<String, Value>, value: &Value, at: &str, mistakes: &mut Vec<String>) {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        check(&load(name.trim_end_matches(".schema.json")), value, at, mistakes);
    }
    if let Some(choices) = schema.get("anyOf").and_then(Value::as_array) {
        let fits = |choice: &Value| {
            let mut mistakes = Vec::new();
            check(choice, value, at, &mut mistakes);
            mistakes.is_empty()
        };
        if !choices.iter().any(fits) {
            mistakes.push(format!("{at}: {value} fits none of the choices"));
        }
    }
    if let Some(choices) = schema.get("oneOf").and_then(Value::as_array) {
        let consts: Vec<_> = choices.iter().map(|choice| choice.get("const").expect("one word of several")).collect();
        if !consts.contains(&value) {
            mistakes.push(format!("{at}: {value} is not one of {}", json!(consts)));
        }
    }
    if let (Some(items), Some(list)) = (schema.get("items"), value.as_array()) {
        for (index, item) in list.iter().enumerate() {
            check(items, item, &format!("{at}[{index}]"), mistakes);
        }
    }
    let (Some(object), true) =
        (value.as_object(), schema.contains_key("properties") || schema.contains_key("additionalProperties"))
    else {
        return;
    };
    for (name, value) in object {
        let named = schema.get("properties").and_then(|properties| properties.get(name));
        match named.or(schema.get("additionalProperties")) {
            Some(schema) => check(schema, value, &format!("{at}.{name}"), mistakes),
            None => mistakes.push(format!("{at}: {name} is in no schema")),
        }
    }
}

fn is_of_type(types: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str().expect("a type") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("`{other}` is no type"),
    };
    types.as_array().map_or_else(|| is(types), |types| types.iter().any(is))
}
