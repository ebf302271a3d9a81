//! `docs/json/` is made from the types of the documents; `MCP_WRITE_DOCS=1 cargo test --lib twins` writes it.

use std::path::Path;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use crate::model::{BoardProblem, Check};

use super::board::BoardDocument;
use super::brief::BriefDocument;
use super::checks::{CheckDocument, ConfigDocument, TrustDocument};
use super::error::ErrorDocument;
use super::event::{BatchDocument, EventDocument};
use super::import::{ExportDocument, ExportLine, ImportDocument};
use super::retro::{RetroDocument, RetroTwin};
use super::setup::SetupDocument;
use super::show::ShowDocument;
use super::standing::{InboxDocument, StatusDocument};
use super::stats::StatsDocument;
use super::sync::SyncDocument;
use super::task::TaskTwin;
use super::tasks::TasksDocument;
use super::upkeep::{
    ArchiveDocument, DoctorDocument, HooksDocument, InitDocument, LogDocument, ManDocument, ResolveDocument,
    UninstallDocument,
};
use super::verify::VerifyDocument;
use super::watch::WatchDocument;
use super::words::{CompletionsDocument, HelpDocument, PromptDocument, TourDocument};

/// Types that have a schema of their own wherever they stand: the type, the file, and the title.
const PARTS: &[(&str, &str, &str)] = &[
    ("TaskTwin", "task", "A task"),
    ("BoardProblem", "problem", "A problem"),
    ("Check", "board-check", "A check"),
    ("RetroTwin", "retrospective", "A retrospective"),
];

/// All schemas by the names of their files.
fn schemas() -> Vec<(&'static str, Value)> {
    let mut schemas: Vec<_> = [of::<TaskTwin<'_>>(), of::<BoardProblem>(), of::<Check>(), of::<RetroTwin<'_>>()]
        .into_iter()
        .zip(PARTS)
        .map(|(schema, (_, name, title))| (*name, titled(schema, title)))
        .collect();
    schemas.extend([
        document::<ArchiveDocument<'_>>("archive", "What was put away"),
        document::<BatchDocument<'_>>("batch", "`mcp create --from`"),
        document::<BoardDocument<'_>>("board", "The board"),
        document::<BriefDocument<'_>>("brief", "`mcp brief`"),
        document::<CheckDocument<'_>>("check", "`mcp check`"),
        document::<CompletionsDocument<'_>>("completions", "What a shell needs"),
        document::<ConfigDocument<'_>>("config", "`mcp config`"),
        document::<DoctorDocument<'_>>("doctor", "`mcp doctor`"),
        document::<ErrorDocument>("error", "A refusal"),
        document::<EventDocument<'_>>("event", "What a verb did"),
        document::<ExportDocument<'_>>("export", "`mcp export`"),
        document::<ExportLine<'_>>("export-line", "A line of `mcp export jsonl`"),
        document::<HelpDocument<'_>>("help", "A command or a topic, explained"),
        document::<HooksDocument<'_>>("hooks", "`mcp hooks`"),
        document::<ImportDocument<'_>>("import", "`mcp import`"),
        document::<InboxDocument<'_>>("inbox", "`mcp inbox`"),
        document::<InitDocument<'_>>("init", "`mcp init`"),
        document::<LogDocument<'_>>("log", "`mcp log`"),
        document::<ManDocument<'_>>("man", "A manual page, or where all of them were written"),
        document::<PromptDocument<'_>>("prompt", "A prompt for a chat agent"),
        document::<ResolveDocument<'_>>("resolve", "Tasks that lie in one place again"),
        document::<RetroDocument<'_>>("retro", "`mcp retro`"),
        document::<SetupDocument<'_>>("setup", "`mcp setup`"),
        document::<ShowDocument<'_>>("show", "One task, whole"),
        document::<StatsDocument<'_>>("stats", "Figures about the work"),
        document::<StatusDocument<'_>>("status", "`mcp status`"),
        document::<SyncDocument<'_>>("sync", "Tasks exchanged with the remote that settles claims"),
        document::<TasksDocument<'_>>("tasks", "A list of tasks"),
        document::<TourDocument<'_>>("tour", "`mcp tour`"),
        document::<TrustDocument<'_>>("trust", "`mcp trust`"),
        document::<UninstallDocument<'_>>("uninstall", "`mcp uninstall`"),
        document::<VerifyDocument<'_>>("verify", "`mcp verify`"),
        document::<WatchDocument<'_>>("watch", "A line of `mcp watch`"),
    ]);
    schemas
}

fn of<T: JsonSchema>() -> Value {
    let mut schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    let parts = schema.remove("$defs").unwrap_or(json!({}));
    let mut schema = Schema::to_value(schema);
    in_place(&mut schema, &parts);
    schema
}

fn document<T: JsonSchema>(name: &'static str, title: &str) -> (&'static str, Value) {
    let mut schema = titled(of::<T>(), title);
    let number = json!({ "description": "The number of these schemas; they only ever grow.", "const": 1 });
    schema["properties"].as_object_mut().expect("an object").shift_insert(0, "schema".to_owned(), number);
    match schema.get_mut("required").and_then(Value::as_array_mut) {
        Some(required) => required.insert(0, json!("schema")),
        None => schema["required"] = json!(["schema"]),
    }
    (name, schema)
}

/// With what it is in front; the names of our types are nobody else's business.
fn titled(schema: Value, title: &str) -> Value {
    let Value::Object(mut fields) = schema else { panic!("a schema is an object") };
    fields.shift_remove("title");
    let heads = ["$schema", "description"].map(|word| fields.shift_remove(word).expect("every schema has it"));
    let [dialect, description] = heads;
    let mut whole = Map::from_iter([("$schema".to_owned(), dialect), ("title".to_owned(), json!(title))]);
    whole.insert("description".to_owned(), description);
    whole.extend(fields);
    Value::Object(whole)
}

/// Puts the schemas of parts where they are named, but for those that have a file, and says it all in the fewest words.
fn in_place(schema: &mut Value, parts: &Value) {
    if let Value::Object(fields) = schema {
        let target = fields.get("$ref").and_then(Value::as_str).and_then(|at| at.strip_prefix("#/$defs/"));
        if let Some(name) = target.map(str::to_owned) {
            match PARTS.iter().find(|(part, ..)| *part == name) {
                Some((_, file, _)) => fields["$ref"] = json!(format!("{file}.schema.json")),
                None => {
                    let Value::Object(part) = parts[&name].clone() else { panic!("{name} has a schema") };
                    fields.shift_remove("$ref");
                    for (word, said) in part.into_iter().filter(|(word, _)| word != "title") {
                        fields.entry(word).or_insert(said);
                    }
                }
            }
        }
        // Documents grow, whatever the reader of settings refuses; and widths of integers are Rust's.
        fields.retain(|word, said| {
            !(word == "additionalProperties" && *said == false || word == "default" || word == "format")
        });
    }
    match schema {
        Value::Object(fields) => {
            for (word, part) in fields.iter_mut() {
                match part.as_object_mut().filter(|_| word == "properties") {
                    Some(properties) => properties.values_mut().for_each(|property| in_place(property, parts)),
                    None => in_place(part, parts),
                }
            }
            or_null(fields);
            never_null(fields);
        }
        Value::Array(list) => list.iter_mut().for_each(|part| in_place(part, parts)),
        _ => {}
    }
}

/// `anyOf` a type and null, as one type with an alternative.
fn or_null(fields: &mut Map<String, Value>) {
    let Some(Value::Array(choices)) = fields.get("anyOf") else { return };
    let [Value::Object(one), null] = choices.as_slice() else { return };
    if null["type"] != "null" || !one.contains_key("type") || one.contains_key("const") {
        return;
    }
    let mut one = one.clone();
    fields.shift_remove("anyOf");
    one["type"] = json!([one["type"], "null"]);
    for (word, said) in one {
        fields.entry(word).or_insert(said);
    }
}

/// What may be left out is never null, unless its words say when.
fn never_null(fields: &mut Map<String, Value>) {
    let required = fields.get("required").cloned().unwrap_or(json!([]));
    let Some(Value::Object(properties)) = fields.get_mut("properties") else { return };
    let is_required = |name: &String| required.as_array().is_some_and(|names| names.contains(&json!(name)));
    let words = |property: &Value| property["description"].as_str().is_some_and(|words| words.contains("null"));
    for (_, property) in properties.iter_mut().filter(|(name, said)| !is_required(name) && !words(said)) {
        if let Some(Value::Array(types)) = property.get_mut("type") {
            types.retain(|one| one != "null");
            property["type"] = types[0].clone();
        }
        if let Some(Value::Array(choices)) = property.get_mut("anyOf") {
            choices.retain(|one| one["type"] != "null");
            if let [Value::Object(only)] = choices.as_slice() {
                let only = only.clone();
                let fields = property.as_object_mut().expect("an object");
                fields.shift_remove("anyOf");
                fields.extend(only);
            }
        }
    }
}

#[test]
fn the_schemas_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/json");
    let is_written = std::env::var_os("MCP_WRITE_DOCS").is_some();
    let mut names = Vec::new();
    for (name, schema) in schemas() {
        let name = format!("{name}.schema.json");
        let path = folder.join(&name);
        let text = format!("{schema:#}\n");
        if is_written {
            fs_err::write(&path, &text).expect("a file");
        }
        let written = fs_err::read_to_string(&path).unwrap_or_default();
        assert!(written == text, "docs/json/{name} is out of date: MCP_WRITE_DOCS=1 cargo test --lib twins");
        names.push(name);
    }
    let there = fs_err::read_dir(folder).expect("a folder").flatten();
    let mut there: Vec<_> = there.map(|entry| entry.file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    there.sort();
    assert_eq!(there, names);
}
