//! The words of a query: what stands before a colon, what may follow `is:`, and how each is written.

use super::query::{Comparison, Day, Key, Number, Trait};

/// What stands before the colon, and what it asks.
pub(super) const KEYS: &[(&str, What)] = &[
    ("state", What::State),
    ("p", What::Priority),
    ("priority", What::Priority),
    ("label", What::Key(Key::Label)),
    ("kind", What::Key(Key::Kind)),
    ("assignee", What::Key(Key::Assignee)),
    ("reviewer", What::Key(Key::Reviewer)),
    ("is", What::Is),
    ("attempts", What::Number(Number::Attempts)),
    ("age", What::Number(Number::Age)),
    ("created", What::Day(Day::Created)),
    ("due", What::Day(Day::Due)),
    ("needs", What::Key(Key::Needs)),
    ("milestone", What::Key(Key::Milestone)),
    ("phase", What::Key(Key::Phase)),
    ("parent", What::Key(Key::Parent)),
    ("depends", What::Key(Key::Depends)),
    ("branch", What::Key(Key::Branch)),
    ("size", What::Key(Key::Size)),
    ("risk", What::Key(Key::Risk)),
    ("id", What::Key(Key::Id)),
    ("title", What::Title),
    ("text", What::Text),
];

/// What may follow `is:`.
pub(super) const TRAITS: &[(&str, Trait)] = &[
    ("open", Trait::Open),
    ("closed", Trait::Closed),
    ("blocked", Trait::Blocked),
    ("claimable", Trait::Claimable),
    ("mine", Trait::Mine),
    ("held", Trait::Held),
    ("overdue", Trait::Overdue),
    ("expired", Trait::Expired),
    ("asked", Trait::Asked),
    ("dropped", Trait::Dropped),
];

/// Those of them that a word alone asks for.
pub(super) const BARE: &[&str] = &["blocked", "claimable", "mine", "overdue"];

/// What a key asks.
#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    State,
    Priority,
    Key(Key),
    Is,
    Number(Number),
    Day(Day),
    Title,
    Text,
}

/// How a value is compared, and with what.
pub(super) fn compared(text: &str, plain: Comparison) -> (Comparison, &str) {
    let signs = [
        ("<=", Comparison::AtMost),
        (">=", Comparison::AtLeast),
        ("<", Comparison::Less),
        (">", Comparison::More),
        ("=", Comparison::Equal),
    ];
    let found = signs.into_iter().find_map(|(sign, comparison)| Some((comparison, text.strip_prefix(sign)?)));
    found.unwrap_or((plain, text))
}

/// How it is written, where somebody wrote it otherwise.
pub(super) fn example(what: What) -> &'static str {
    match what {
        What::State => "such as `state:ready` or `state:ready,review`",
        What::Priority => "such as `p:0` or `p:0,1`",
        What::Is => "such as `is:blocked`",
        What::Number(Number::Attempts) => "such as `attempts:2` or `attempts:>0`",
        What::Number(Number::Age) => "such as `age:>7d` or `age:<2h`",
        What::Day(_) => "such as `due:<2026-12-01`",
        What::Key(_) => "such as `label:api`, `label:api*` or `label:none`",
        What::Title | What::Text => "such as `title:retry` or `title:\"two words\"`",
    }
}
