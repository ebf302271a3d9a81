//! A retrospective as its file says: which tasks, who takes part, and what they have said so far.

use std::fmt;

use serde::{Deserialize, Deserializer};

use crate::text::{Document, EditRefused, Problem};

use super::actor::Actor;
use super::entry::{Entry, first_line, one_line};
use super::id::TaskId;
use super::retro_id::RetroId;
use super::sections::{is_placeholder, without_comments};
use super::time::Timestamp;

/// What the tool measured.
pub const FACTS: &str = "Facts";
/// The tasks taken together.
pub const TOTALS: &str = "Totals";
/// What became of the action items of the one before.
pub const FOLLOW_UP: &str = "Follow-up";
/// The next three tasks.
pub const PLAN: &str = "Plan";

/// The front matter's keys, in order.
pub const RETRO_KEYS: &[&str] = &["id", "created", "tasks", "given_up", "participants", "previous", "closed"];
/// The sections, in order.
pub const RETRO_ORDER: &[&str] = &[
    FACTS,
    TOTALS,
    FOLLOW_UP,
    Part::Well.section(),
    Part::Improve.section(),
    Part::Actions.section(),
    PLAN,
    super::sections::LOG,
];

/// What a participant's words are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What should stay.
    Well,
    /// What should change.
    Improve,
    /// What shall be done about it; each becomes a task.
    Actions,
}

impl Part {
    /// All three, in order.
    pub const ALL: [Part; 3] = [Part::Well, Part::Improve, Part::Actions];

    /// The title of its section.
    pub const fn section(self) -> &'static str {
        match self {
            Part::Well => "What went well",
            Part::Improve => "What to improve",
            Part::Actions => "Action items",
        }
    }
}

/// The front matter of a retrospective.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RetroFront {
    /// When it was written.
    pub created: Option<Timestamp>,
    /// The done tasks that it is about.
    pub tasks: Vec<TaskId>,
    /// The tasks that were dropped or given up since the one before.
    pub given_up: Vec<TaskId>,
    /// Who is asked.
    pub participants: Vec<Actor>,
    /// When it was closed.
    #[serde(deserialize_with = "moment_or_no")]
    pub closed: Option<Timestamp>,
    /// The one before.
    pub previous: Option<String>,
}

/// A retrospective.
#[derive(Clone, Debug)]
pub struct Retro {
    /// Its identity.
    pub id: RetroId,
    /// The file's path below the top of the working tree, with `/`.
    pub path: String,
    /// The front matter, typed.
    pub front: RetroFront,
    /// The file, byte for byte.
    pub document: Document,
}

/// One thing that somebody said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Who; `None` when it was written by hand without a participant's name.
    pub actor: Option<Actor>,
    /// The first line.
    pub text: String,
    /// The lines below it.
    pub details: String,
    /// Of an action item: the task that was made of it.
    pub task: Option<TaskId>,
    /// Its lines in the file.
    range: std::ops::Range<usize>,
}

/// Between an action item and the id of its task.
const ARROW: &str = " → ";

/// The tasks of a closed retrospective, from the lines that the tool writes itself; `None` when it is open, or when anything is
/// written otherwise and the front matter has to be read. Counting what is due must not cost a parser for each old file.
pub fn tasks_at_a_glance(text: &str) -> Option<Vec<TaskId>> {
    let front = text.strip_prefix("---\n")?.split_once("\n---\n")?.0;
    let value = |key: &str| {
        let mut values = front.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
        values.next().filter(|_| values.next().is_none())
    };
    Timestamp::parse(value("closed")?)?;
    let ids = value("tasks")?.strip_prefix('[')?.strip_suffix(']')?;
    ids.split(", ").map(TaskId::parse).collect()
}

impl Retro {
    /// Reads a retrospective's text.
    pub fn read(id: RetroId, path: String, document: Document) -> Result<Retro, Problem> {
        let front = document.read()?;
        Ok(Retro { id, path, front, document })
    }

    /// What was said about one part, in the order of the file.
    pub fn remarks(&self, part: Part) -> Vec<Remark> {
        let items = self.document.entries(part.section());
        items.into_iter().filter_map(|item| self.remark(part, &item.text, item.range)).collect()
    }

    fn remark(&self, part: Part, item: &str, range: std::ops::Range<usize>) -> Option<Remark> {
        // An arrow that opens no whole comment is somebody's words.
        let item = if item.contains("-->") { without_comments(item) } else { item.to_owned() };
        let (actor, said, details) = match Entry::parse(&item) {
            Some(entry) => (Some(entry.actor), entry.text, entry.details),
            None => {
                let (first, details) = first_line(&item);
                let (actor, said) = self.signed(&first);
                (actor, said, details)
            }
        };
        let (text, task) = match said.rsplit_once(ARROW.trim_end()) {
            Some((text, id)) if part == Part::Actions => match TaskId::parse(id.trim()) {
                Some(id) => (text.trim().to_owned(), Some(id)),
                None => (said, None),
            },
            _ => (said, None),
        };
        (!is_placeholder(&text)).then_some(Remark { actor, text, details, task, range })
    }

    /// Reads `name: words` or `@name words`, as a person writes, where the name is a participant's.
    fn signed(&self, line: &str) -> (Option<Actor>, String) {
        let line = ["[ ] ", "[x] ", "[X] "].iter().find_map(|mark| line.strip_prefix(mark)).unwrap_or(line);
        let split = match line.strip_prefix('@') {
            Some(rest) => rest.split_once([':', ' ']),
            None => line.split_once(':'),
        };
        let actor = |name: &str| Actor::named(name.trim_matches(['*', '_', '@', ' ']));
        match split.and_then(|(name, words)| Some((actor(name)?, words))) {
            Some((actor, words)) if self.front.participants.contains(&actor) => {
                (Some(actor), words.trim_start_matches(['*', '_', ' ']).trim().to_owned())
            }
            _ => (None, line.to_owned()),
        }
    }

    /// The participants who have said nothing yet.
    pub fn silent(&self) -> Vec<Actor> {
        let said: Vec<_> = Part::ALL.into_iter().flat_map(|part| self.remarks(part)).collect();
        let has_spoken = |actor: &Actor| said.iter().any(|remark| remark.actor.as_ref() == Some(actor));
        self.front.participants.iter().filter(|actor| !has_spoken(actor)).cloned().collect()
    }

    /// Writes the id of its task behind an action item, and gives the new text back.
    pub fn with_task(&self, item: &Remark, task: &TaskId) -> Result<Document, EditRefused> {
        let mut document = self.document.clone();
        let raw = &document.as_str()[item.range.clone()];
        let (first, rest) =
            raw.split_once('\n').map_or((raw, String::new()), |(first, rest)| (first, format!("\n{rest}")));
        let lines = format!("{}{ARROW}{task}{rest}", first.trim_end());
        document.replace_range(item.range.clone(), &lines, Part::Actions.section())?;
        Ok(document)
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.actor {
            Some(actor) => write!(f, "{actor}: {}", one_line(&self.text)),
            None => f.write_str(&one_line(&self.text)),
        }
    }
}

/// A moment, or `no`.
fn moment_or_no<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected `no` or a time such as 2026-11-20T09:12:03Z")]
    enum MomentOrNo {
        Nothing(()),
        Flag(bool),
        Words(String),
    }
    match MomentOrNo::deserialize(deserializer)? {
        MomentOrNo::Nothing(()) | MomentOrNo::Flag(false) => Ok(None),
        MomentOrNo::Words(words) if words == "no" => Ok(None),
        MomentOrNo::Words(words) if Timestamp::parse(&words).is_some() => Ok(Timestamp::parse(&words)),
        _ => Err(serde::de::Error::custom("`closed` is `no` or a time such as 2026-11-20T09:12:03Z")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retro(body: &str) -> Retro {
        let text = format!("---\ntasks: [t-7k3f9q]\nparticipants: [ada, cursor, bo-lin]\nclosed: no\n---\n{body}");
        let document = Document::parse(text).expect("a document");
        let id = RetroId::parse("2026-11-20-7k3f9q").expect("an id");
        Retro::read(id, "x.md".to_owned(), document).expect("a retrospective")
    }

    #[test]
    fn words_count_however_they_were_written() {
        let retro = retro(
            "## What went well\n<!-- one item a thought\n- ada: not this one\n-->\n- 2026-11-20T09:12:03Z ada fast: very\n\
             - **Bo Lin**: it was\n  really good\n- note: nobody's\n## Action items\n- [ ] @cursor do it → t-7k3f9q\n- …\n",
        );
        let shown = |part| retro.remarks(part).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(shown(Part::Well), ["ada: fast: very", "bo-lin: it was", "note: nobody's"]);
        assert_eq!(retro.remarks(Part::Well)[1].details, "really good");
        assert_eq!(shown(Part::Actions), ["cursor: do it"]);
        assert_eq!(retro.remarks(Part::Actions)[0].task, TaskId::parse("t-7k3f9q"));
        assert_eq!(retro.silent(), []);
    }

    #[test]
    fn an_id_goes_behind_the_first_line_of_its_item_and_nothing_else_changes() {
        let retro = retro("## Action items\n\n* cursor: one  \n  more\n* two\n## Plan\n");
        let items = retro.remarks(Part::Actions);
        let id = TaskId::parse("t-222222").expect("a whole id");
        let text = retro.with_task(&items[0], &id).expect("an edit").into_string();
        assert_eq!(text, retro.document.as_str().replace("one  \n", "one → t-222222\n"));
    }

    #[test]
    fn a_glance_says_what_a_reading_says_or_nothing() {
        let closed = "---\nid: x\ntasks: [t-7k3f9q, t-222222]\nclosed: 2026-11-20T09:12:03Z\n---\n";
        let read =
            |text: &str| Document::parse(text).expect("a document").read::<RetroFront>().expect("front matter").tasks;
        assert_eq!(tasks_at_a_glance(closed), Some(read(closed)));
        for (from, to) in [
            ("2026-11-20T09:12:03Z", "no"),
            (", t-2", " , t-2"),
            ("222222]", "222222] # two"),
            ("[t-7k3f9q, t-222222]", "\n  - t-7k3f9q"),
            ("tasks:", "\"tasks\":"),
            ("id: x", "tasks: [t-333333]"),
        ] {
            assert_eq!(tasks_at_a_glance(&closed.replace(from, to)), None, "{to}");
        }
        assert_eq!(tasks_at_a_glance(&closed.replace('\n', "\r\n")), None);
    }

    #[test]
    fn closed_is_no_or_a_time() {
        let read = |closed: &str| {
            Document::parse(format!("---\nclosed: {closed}\n---\n")).expect("a document").read::<RetroFront>()
        };
        assert!(
            ["no", "false", "\"no\"", ""].iter().all(|closed| read(closed).expect("front matter").closed.is_none())
        );
        assert!(read("2026-11-20T09:12:03Z").expect("front matter").closed.is_some());
        assert!(read("soon").is_err());
    }
}
