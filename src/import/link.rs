//! References between the tasks of a source: repeated ids are told apart, unknown ones kept as text, circles named.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::State;

use super::foreign::Source;

/// Makes every id unique and every reference one that leads somewhere. `is_known` tells of ids that were imported before.
pub fn link(source: &mut Source, is_known: impl Fn(&str) -> bool) {
    tell_apart(source);
    let keys: BTreeSet<String> = source.tasks.iter().map(|task| task.key.clone()).collect();
    let leads = |key: &str| keys.contains(key) || is_known(key);
    let mut oddities = Vec::new();
    let mut odd = |code, place: &str, message: String| {
        oddities.push(super::Oddity { code, place: place.to_owned(), message });
    };
    // A task of ours says itself what it waits for.
    for task in source.tasks.iter_mut().filter(|task| task.own.is_none()) {
        let mut kept = Vec::new();
        let mut missing = Vec::new();
        for key in std::mem::take(&mut task.depends_on) {
            if key == task.key {
                odd("depends_on_itself", &task.place, format!("{key} depends on itself; that is left out"));
            } else if !leads(&key) {
                odd("unknown_dependency", &task.place, format!("{} depends on {key}, which is not there", task.key));
                task.keep("depends on", &key);
                missing.push(key);
            } else if !kept.contains(&key) {
                kept.push(key);
            }
        }
        task.depends_on = kept;
        // Whoever cannot see what it waits for must not be offered it.
        let is_blocked = task.keys.iter().any(|(key, _)| key == "blocked");
        if !missing.is_empty() && matches!(task.state, State::Pending | State::Ready) && !is_blocked {
            task.block("dependency", &format!("waits for {}, which was not imported", missing.join(", ")));
        }
        if let Some(parent) = task.parent.take_if(|parent| !leads(parent) || *parent == task.key) {
            odd("unknown_parent", &task.place, format!("{} is a part of {parent}, which is not there", task.key));
            task.keep("part of", &parent);
        }
    }
    source.oddities.append(&mut oddities);
    circles(source);
}

fn tell_apart(source: &mut Source) {
    let mut seen: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for task in &mut source.tasks {
        let Some((first, count)) = seen.get_mut(&task.key) else {
            seen.insert(task.key.clone(), (task.place.clone(), 1));
            continue;
        };
        *count += 1;
        let new = format!("{}~{count}", task.key);
        let message = format!("{} is there already at {first}; this one is called {new}", task.key);
        source.oddities.push(super::Oddity { code: "repeated_id", place: task.place.clone(), message });
        task.key = new;
    }
}

/// Names each circle of dependencies once.
fn circles(source: &mut Source) {
    let next: BTreeMap<&str, &[String]> =
        source.tasks.iter().map(|task| (task.key.as_str(), task.depends_on.as_slice())).collect();
    // 1: on the way; 2: seen to its end.
    let mut marks: BTreeMap<&str, u8> = BTreeMap::new();
    let mut found: Vec<(String, String)> = Vec::new();
    for task in &source.tasks {
        let mut path: Vec<(&str, usize)> = vec![(task.key.as_str(), 0)];
        while let Some((key, index)) = path.last_mut() {
            let key = *key;
            if *index == 0 && marks.insert(key, 1) == Some(2) {
                marks.insert(key, 2);
                path.pop();
                continue;
            }
            let other = next.get(key).and_then(|others| others.get(*index)).map(String::as_str);
            *index += 1;
            match other {
                None => {
                    marks.insert(key, 2);
                    path.pop();
                }
                Some(other) if marks.get(other) == Some(&1) => {
                    let start = path.iter().position(|(key, _)| *key == other).unwrap_or(0);
                    let circle: Vec<_> = path[start..].iter().map(|(key, _)| *key).chain([other]).collect();
                    found.push((task.place.clone(), circle.join(" → ")));
                }
                Some(other) if !marks.contains_key(other) => path.push((other, 0)),
                Some(_) => {}
            }
        }
    }
    for (place, circle) in found {
        source.odd("circle", place, format!("a circle of dependencies, none of which can begin: {circle}"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::foreign::ForeignTask;
    use super::*;

    fn linked(tasks: &[(&str, &[&str])]) -> Source {
        let mut source = Source::default();
        for (index, (key, depends_on)) in tasks.iter().enumerate() {
            let mut task = ForeignTask::new(*key, format!("x:{}", index + 1), key);
            task.depends_on = depends_on.iter().map(|key| (*key).to_owned()).collect();
            source.tasks.push(task);
        }
        link(&mut source, |_| false);
        source
    }

    #[test]
    fn tells_what_is_odd_about_references() {
        let source = linked(&[("a", &["b", "z"]), ("b", &["c"]), ("c", &["a", "c"]), ("a", &[])]);
        let told: Vec<_> =
            source.oddities.iter().map(|odd| format!("{} {}: {}", odd.place, odd.code, odd.message)).collect();
        insta::assert_snapshot!(told.join("\n"), @"
        x:4 repeated_id: a is there already at x:1; this one is called a~2
        x:1 unknown_dependency: a depends on z, which is not there
        x:3 depends_on_itself: c depends on itself; that is left out
        x:1 circle: a circle of dependencies, none of which can begin: a → b → c → a
        ");
        assert_eq!(source.tasks[3].key, "a~2");
    }
}
