//! `docs/errors.md` lists exactly the refusals that the program has, each with its exit code.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn file(name: &str) -> String {
    fs_err::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("a file")
}

/// The arms of the match in a function of `refusal.rs`: variants and what they give.
fn arms(name: &str) -> Vec<(Vec<String>, String)> {
    let source = file("src/model/refusal.rs");
    let body = source.split(&format!("pub fn {name}(")).nth(1).expect("the function");
    let body = body.split("\n    }\n").next().expect("its end");
    let arm = regex::Regex::new(r"(?s)\n +((?:[A-Z]\w+(?: \{[^}]*\})?[\s|]*)+|_) => ([^\n]+),").expect("a pattern");
    let variant = regex::Regex::new(r"\b[A-Z]\w+").expect("a pattern");
    let names = |pattern: &str| variant.find_iter(pattern).map(|found| found.as_str().to_owned()).collect();
    arm.captures_iter(body).map(|found| (names(&found[1]), found[2].trim_matches('"').to_owned())).collect()
}

#[test]
fn every_refusal_is_listed_with_its_exit_code() {
    let exits: BTreeMap<String, String> = arms("exit_code")
        .into_iter()
        .flat_map(|(variants, exit)| variants.into_iter().map(move |variant| (variant, exit.clone())))
        .collect();
    let mut known: BTreeSet<(String, String)> = BTreeSet::new();
    for (variants, code) in arms("code") {
        // What was told already is no refusal of its own.
        if code != "reported" {
            let exit = exits.get(&variants[0]).cloned().unwrap_or_else(|| "1".to_owned());
            known.insert((code, exit));
        }
    }
    known.insert(("internal".to_owned(), "1".to_owned()));
    assert!(known.len() > 40, "the source was understood: {known:#?}");
    let row = regex::Regex::new(r"(?m)^\| `(\w+)` \| (\d) \| \S").expect("a pattern");
    let page = file("docs/errors.md");
    let listed: BTreeSet<_> = row.captures_iter(&page).map(|row| (row[1].to_owned(), row[2].to_owned())).collect();
    assert_eq!(listed, known);
}
