//! The front matter of a task, typed; every key is optional, unknown ones are left to the text. Long, since all keys stand here.

use std::fmt;
use std::ops::Deref;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::actor::Actor;
use super::time::Timestamp;

/// What the front matter says.
///
/// What few tasks say lies apart, and is read as if it stood here: a board has thousands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Told")]
pub struct Front {
    /// Repeats the id of the file's name.
    pub id: Option<String>,
    /// One line.
    pub title: Option<String>,
    /// How urgent.
    pub priority: Priority,
    /// The template it came from.
    pub kind: Option<String>,
    /// Free words to group by.
    pub labels: Vec<String>,
    /// Ids that must be done first.
    pub depends_on: Vec<String>,
    /// Who holds it, or for whom it is kept.
    pub assignee: Option<Actor>,
    /// When it was written down.
    pub created: Option<Timestamp>,
    /// Grows with every change that the tool makes to state or holder.
    pub rev: u64,
    /// Failing code trees in a row.
    pub attempts: u32,
    pub(super) rare: Option<Box<Rare>>,
}

/// What few tasks say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rare {
    /// tdd: which step comes next.
    pub phase: Option<Phase>,
    /// `yes` or `no`.
    pub functional: Option<String>,
    /// Free words about effort.
    pub size: Option<String>,
    /// Free words about danger.
    pub risk: Option<String>,
    /// Free word.
    pub milestone: Option<String>,
    /// A day.
    pub due: Option<String>,
    /// Capabilities that a worker must have.
    pub needs: Vec<String>,
    /// The task of which this is a part.
    pub parent: Option<String>,
    /// Who is asked to review.
    pub reviewer: Option<Actor>,
    /// Where the work happens.
    pub branch: Option<String>,
    /// The commit that the work started from.
    pub base: Option<String>,
    /// A pull request.
    pub pr: Option<String>,
    /// The code tree on which the checks last passed.
    pub tested: Option<String>,
    /// Why it cannot go on.
    pub blocked: Option<Blocked>,
    /// How it ended, if not by being done: `dropped`, `duplicate of t-…`.
    pub resolution: Option<String>,
    /// Names of the configured checks that this task uses; none named means all.
    pub checks: Vec<String>,
    /// `none`: done needs no commit and no passing check.
    pub evidence: Option<EvidencePolicy>,
    /// Where it was imported from.
    pub source: Option<String>,
}

pub(super) static NOTHING_RARE: Rare = Rare {
    phase: None,
    functional: None,
    size: None,
    risk: None,
    milestone: None,
    due: None,
    needs: Vec::new(),
    parent: None,
    reviewer: None,
    branch: None,
    base: None,
    pr: None,
    tested: None,
    blocked: None,
    resolution: None,
    checks: Vec::new(),
    evidence: None,
    source: None,
};

impl Deref for Front {
    type Target = Rare;

    fn deref(&self) -> &Rare {
        self.rare.as_deref().unwrap_or(&NOTHING_RARE)
    }
}

/// All keys beside one another, as they stand in the text; every one is optional.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    id: Option<String>,
    title: Option<String>,
    priority: Priority,
    kind: Option<String>,
    phase: Option<Phase>,
    functional: Option<String>,
    size: Option<String>,
    risk: Option<String>,
    #[serde(deserialize_with = "one_or_many")]
    labels: Vec<String>,
    milestone: Option<String>,
    due: Option<String>,
    #[serde(deserialize_with = "one_or_many")]
    depends_on: Vec<String>,
    #[serde(deserialize_with = "one_or_many")]
    needs: Vec<String>,
    parent: Option<String>,
    assignee: Option<Actor>,
    reviewer: Option<Actor>,
    created: Option<Timestamp>,
    rev: u64,
    branch: Option<String>,
    base: Option<String>,
    pr: Option<String>,
    tested: Option<String>,
    attempts: u32,
    blocked: Option<Blocked>,
    resolution: Option<String>,
    #[serde(deserialize_with = "one_or_many")]
    checks: Vec<String>,
    evidence: Option<EvidencePolicy>,
    source: Option<String>,
}

impl From<Told> for Front {
    fn from(told: Told) -> Front {
        let Told { id, title, priority, kind, labels, depends_on, assignee, created, rev, attempts, .. } = told;
        let Told { phase, functional, size, risk, milestone, due, needs, parent, reviewer, .. } = told;
        let Told { branch, base, pr, tested, blocked, resolution, checks, evidence, source, .. } = told;
        let rare = Rare {
            phase,
            functional,
            size,
            risk,
            milestone,
            due,
            needs,
            parent,
            reviewer,
            branch,
            base,
            pr,
            tested,
            blocked,
            resolution,
            checks,
            evidence,
            source,
        };
        let rare = (rare != NOTHING_RARE).then(|| Box::new(rare));
        Front { id, title, priority, kind, labels, depends_on, assignee, created, rev, attempts, rare }
    }
}

/// How urgent a task is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Priority {
    /// Now.
    #[serde(alias = "p0", alias = "critical")]
    P0,
    /// Next, and what a task has that says nothing.
    #[default]
    #[serde(alias = "p1", alias = "high")]
    P1,
    /// Some day.
    #[serde(alias = "p2", alias = "low")]
    P2,
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl Priority {
    /// The word in the file.
    pub fn word(self) -> &'static str {
        match self {
            Priority::P0 => "P0",
            Priority::P1 => "P1",
            Priority::P2 => "P2",
        }
    }
}

impl std::str::FromStr for Priority {
    type Err = String;

    fn from_str(text: &str) -> Result<Priority, String> {
        match text.to_ascii_lowercase().trim_start_matches('p') {
            "0" => Ok(Priority::P0),
            "1" => Ok(Priority::P1),
            "2" => Ok(Priority::P2),
            _ => Err("a priority is P0, P1 or P2".to_owned()),
        }
    }
}

/// The step of test-driven work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// A test that fails comes first.
    Red,
    /// Then the code that makes it pass.
    Green,
    /// Then the same, tidier.
    Refactor,
}

impl Phase {
    /// The word in the file.
    pub fn word(self) -> &'static str {
        match self {
            Phase::Red => "red",
            Phase::Green => "green",
            Phase::Refactor => "refactor",
        }
    }
}

/// Whether done must be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EvidencePolicy {
    /// No commit and no passing check is asked for.
    None,
}

/// Why a task cannot go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Blocked {
    /// `needs input`, `capability`, `dependency`, `transient` or `other`.
    pub kind: String,
    /// In words.
    #[serde(default)]
    pub reason: String,
}

fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    // In one sentence, whatever stands there instead.
    let read = deserializer.deserialize_any(OneOrMany);
    read.map_err(|_| D::Error::custom("expected a text or a list of texts"))
}

/// The words of a text that says several.
pub(super) fn parted(text: &str) -> Vec<String> {
    text.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
}

struct OneOrMany;

impl<'de> Visitor<'de> for OneOrMany {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list of texts")
    }

    fn visit_unit<E>(self) -> Result<Vec<String>, E> {
        Ok(Vec::new())
    }

    fn visit_str<E>(self, one: &str) -> Result<Vec<String>, E> {
        Ok(parted(one))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<String>, A::Error> {
        let mut many = Vec::new();
        while let Some(Text(text)) = seq.next_element()? {
            many.push(text);
        }
        Ok(many)
    }
}

/// What is a text without being asked to be one: a number is none.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        struct Letters;
        impl Visitor<'_> for Letters {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text(text.to_owned()))
            }
        }
        deserializer.deserialize_any(Letters)
    }
}
