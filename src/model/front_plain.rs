//! Front matter that is written plainly, taken key by key: the same as by its description in `front.rs`, which many tasks pay for.

use crate::text::{Plain, Plainly};

use super::actor::Actor;
use super::front::{EvidencePolicy, Front, NOTHING_RARE, Phase, Priority, Rare, parted};
use super::time::Timestamp;

impl Plainly for Front {
    fn take(&mut self, key: &str, value: Plain<'_>) -> Option<()> {
        match key {
            "id" => self.id = optional(value)?,
            "title" => self.title = optional(value)?,
            "priority" => self.priority = priority(value.text()?)?,
            "kind" => self.kind = optional(value)?,
            "labels" => self.labels = one_or_many(value)?,
            "depends_on" => self.depends_on = one_or_many(value)?,
            "assignee" => self.assignee = actor(value)?,
            "created" => self.created = unless_null(value, Timestamp::parse)?,
            "rev" => self.rev = value.number()?.into(),
            "attempts" => self.attempts = value.number()?,
            _ => return take_rare(&mut self.rare, key, value),
        }
        Some(())
    }
}

fn take_rare(told: &mut Option<Box<Rare>>, key: &str, value: Plain<'_>) -> Option<()> {
    let mut rare = told.take().unwrap_or_else(|| Box::new(NOTHING_RARE.clone()));
    match key {
        "phase" => rare.phase = unless_null(value, phase)?,
        "functional" => rare.functional = optional(value)?,
        "size" => rare.size = optional(value)?,
        "risk" => rare.risk = optional(value)?,
        "milestone" => rare.milestone = optional(value)?,
        "due" => rare.due = optional(value)?,
        "needs" => rare.needs = one_or_many(value)?,
        "parent" => rare.parent = optional(value)?,
        "reviewer" => rare.reviewer = actor(value)?,
        "branch" => rare.branch = optional(value)?,
        "base" => rare.base = optional(value)?,
        "pr" => rare.pr = optional(value)?,
        "tested" => rare.tested = optional(value)?,
        "resolution" => rare.resolution = optional(value)?,
        "checks" => rare.checks = one_or_many(value)?,
        "evidence" => rare.evidence = unless_null(value, |word| (word == "none").then_some(EvidencePolicy::None))?,
        "source" => rare.source = optional(value)?,
        // A mapping never is plain.
        "blocked" if !value.is_null() => return None,
        "blocked" => rare.blocked = None,
        // What nobody knows must be plain as well.
        _ if !value.may_stand_at(key) => return None,
        _ => {}
    }
    *told = (*rare != NOTHING_RARE).then_some(rare);
    Some(())
}

fn optional(value: Plain<'_>) -> Option<Option<String>> {
    unless_null(value, |text| Some(text.to_owned()))
}

/// What a text says, or that nothing is said; `None` in doubt.
fn unless_null<T>(value: Plain<'_>, read: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    if value.is_null() { Some(None) } else { read(value.text()?).map(Some) }
}

fn actor(value: Plain<'_>) -> Option<Option<Actor>> {
    Some(optional(value)?.map(Actor::from))
}

fn priority(word: &str) -> Option<Priority> {
    match word {
        "P0" | "p0" | "critical" => Some(Priority::P0),
        "P1" | "p1" | "high" => Some(Priority::P1),
        "P2" | "p2" | "low" => Some(Priority::P2),
        _ => None,
    }
}

fn phase(word: &str) -> Option<Phase> {
    [Phase::Red, Phase::Green, Phase::Refactor].into_iter().find(|phase| phase.word() == word)
}

fn one_or_many(value: Plain<'_>) -> Option<Vec<String>> {
    if value.is_list() {
        return value.items().map(|item| item?.words().map(str::to_owned)).collect();
    }
    Some(parted(if value.is_empty() { "" } else { value.words()? }))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::super::sections::KEYS;
    use super::*;
    use crate::text::Document;

    const VALUES: &[&str] = &[
        "",
        " word",
        " two words",
        " P0",
        " p1",
        " low",
        " critical",
        " red",
        " Green",
        " none",
        " null",
        " NULL",
        " ~",
        " true",
        " no",
        " 12",
        " 0",
        " 012",
        " -4",
        " 1.5",
        " 4294967296",
        " 999999999",
        " 2026-11-20T09:12:03Z",
        " 2026-11-20",
        " 2026-13-01",
        " 'it'",
        " ''",
        " 'null'",
        " \"12\"",
        " 'a, b'",
        " a, b",
        " a,,",
        " [x, y z]",
        " []",
        " [a, 12]",
        " [a, null]",
        " [true]",
        " ['a', b]",
        " {kind: other}",
        "\n  kind: other\n  reason: x",
        "\n  - a\n  - 'b, c'",
        "\n  - 12",
        "\n  - null\n",
        " Ada Lovelace",
        " größe",
        " a # b",
        " a: b",
        "\t",
        " >\n  x",
    ];

    /// Counts what is read plainly, which no caller sees.
    static PLAINLY: AtomicUsize = AtomicUsize::new(0);

    #[derive(Debug, Default, PartialEq, serde::Deserialize)]
    #[serde(transparent)]
    struct Counted(Front);

    impl Plainly for Counted {
        fn take(&mut self, key: &str, value: Plain<'_>) -> Option<()> {
            self.0.take(key, value)?;
            PLAINLY.fetch_add(1, Ordering::Relaxed);
            Some(())
        }
    }

    #[test]
    fn each_value_of_each_key_is_read_as_the_parser_reads_it() {
        let unknown = ["x-odd", "true", "y", "größe", "12", "Title"];
        for key in KEYS.iter().chain(&unknown) {
            for value in VALUES {
                for around in ["", "branch: b\n", "needs: [a]\ntitle: t\n"] {
                    let document = |more: &str| Document::parse(format!("---\n{around}{key}:{value}\n{more}---\n"));
                    let plainly = document("").expect("fences").read_plainly::<Counted>().map(|read| read.0);
                    // What is not plain leaves all of it to the parser.
                    let parsed = document("x-doubt: {a: b}\n").expect("fences").read::<Front>();
                    assert_eq!(plainly.as_ref().ok(), parsed.as_ref().ok(), "{around}{key}:{value}");
                }
            }
        }
        // Else the test would show nothing.
        assert!(PLAINLY.load(Ordering::Relaxed) > 1_000);
    }
}
