//! What a verb decides: a change as a value, performed elsewhere; and the event that says it was.

use serde::{Deserialize, Serialize};

use crate::text::{Document, EditRefused, Value};

use super::actor::{Actor, Holder};
use super::claim::Claim;
use super::entry::Entry;
use super::id::TaskId;
use super::sections;
use super::state::State;
use super::task::Task;
use super::time::Timestamp;

/// One edit of a task's text, as a value that can be stored and made again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Edit {
    /// Sets a key of the front matter.
    Set(String, Setting),
    /// Takes a key out of the front matter.
    Unset(String),
    /// Appends an entry to a section.
    Append {
        /// Its title.
        section: String,
        /// The lines.
        entry: String,
    },
    /// Gives a section new content.
    Replace {
        /// Its title.
        section: String,
        /// All of it.
        content: String,
    },
    /// Ticks a checkbox, or clears it.
    Check {
        /// The section's title.
        section: String,
        /// 1-based.
        number: usize,
        /// Ticked.
        is_met: bool,
    },
    /// Folds the details of earlier entries of a section to their first lines.
    Fold {
        /// Its title.
        section: String,
    },
}

/// A value for a key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Setting {
    /// A text.
    Text(String),
    /// A number.
    Number(u64),
    /// A list of texts.
    List(Vec<String>),
    /// A small map.
    Map(Vec<(String, String)>),
}

impl From<Setting> for Value {
    fn from(setting: Setting) -> Value {
        match setting {
            Setting::Text(text) => Value::from(text),
            Setting::Number(number) => Value::from(number),
            Setting::List(list) => Value::from(list),
            Setting::Map(pairs) => {
                Value::Mapping(pairs.into_iter().map(|(key, value)| (Value::from(key), Value::from(value))).collect())
            }
        }
    }
}

impl Edit {
    /// Sets a key to a text.
    pub fn set(key: &str, text: impl ToString) -> Edit {
        Edit::Set(key.to_owned(), Setting::Text(text.to_string()))
    }

    /// Appends an entry.
    pub fn append(section: &str, entry: impl ToString) -> Edit {
        Edit::Append { section: section.to_owned(), entry: entry.to_string() }
    }

    /// Whether a document shows that this edit was made; of edits other than appended entries nothing is said.
    pub fn is_in(&self, document: &Document) -> bool {
        let Edit::Append { section, entry } = self else { return true };
        let Some(text) = document.section_text(section) else { return false };
        // Whole lines: one event's words may begin another's of the same second.
        format!("\n{}\n", text.replace('\r', "")).contains(&format!("\n{}\n", entry.trim()))
    }

    /// Makes the edit on a document, which is left alone when it is refused.
    pub fn apply(&self, document: &mut Document) -> Result<(), EditRefused> {
        match self {
            Edit::Set(key, setting) => document.set_ordered(key, setting.clone(), sections::KEYS),
            Edit::Unset(key) => document.remove(key).map(drop),
            Edit::Append { section, entry } => document.append(section, entry, sections::ORDER),
            Edit::Replace { section, content } => document.replace_section(section, content, sections::ORDER),
            Edit::Check { section, number, is_met } => document.check(section, *number, *is_met).map(drop),
            Edit::Fold { section } => fold(document, section),
        }
    }
}

/// Makes all edits, or none.
pub fn apply_all(edits: &[Edit], document: &mut Document) -> Result<(), EditRefused> {
    let mut edited = document.clone();
    for edit in edits {
        edit.apply(&mut edited)?;
    }
    *document = edited;
    Ok(())
}

/// Makes all edits, or none, on a document that may show some of them already: after a crash, or beside a person's edit,
/// nothing is said twice.
pub fn apply_again(edits: &[Edit], document: &mut Document) -> Result<(), EditRefused> {
    let is_said = |edit: &Edit| matches!(edit, Edit::Append { .. }) && edit.is_in(document);
    let missing: Vec<Edit> = edits.iter().filter(|edit| !is_said(edit)).cloned().collect();
    apply_all(&missing, document)
}

fn fold(document: &mut Document, section: &str) -> Result<(), EditRefused> {
    // From the last to the first, so that the ranges of those still to come stay right.
    for item in document.entries(section).into_iter().rev() {
        let Some(entry) = Entry::parse(&item.text).filter(|entry| !entry.details.is_empty()) else { continue };
        let folded = Entry { details: String::new(), ..entry }.to_string();
        document.replace_range(item.range, &folded, section)?;
    }
    Ok(())
}

/// What becomes of the holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HolderChange {
    /// As it was.
    Keep,
    /// This one takes it.
    Take(Holder),
    /// Nobody has it.
    Clear,
}

/// What a verb decided to do to one task.
#[derive(Clone, Debug)]
pub struct Change {
    /// What to call it afterwards: `claimed`, `completed`, …
    pub event: &'static str,
    /// The state to move to.
    pub to: State,
    /// Edits of the text, in order.
    pub edits: Vec<Edit>,
    /// What becomes of the holder.
    pub holder: HolderChange,
    /// New branch and base of the work, with a claim.
    pub work: Option<Work>,
    /// It has already happened; nothing is to be done.
    pub is_noop: bool,
    /// The task's file is made where there is none.
    pub brings_file: bool,
    /// A whole text, on which the edits are made instead of on the present one.
    pub text: Option<String>,
}

/// The events of verbs that only add to a task, which may be done wherever its holder is.
const APPENDING: &[&str] = &["noted", "asked", "answered", "approved", "rejected"];

/// Where the work of a claim happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// The branch, if HEAD is on one.
    pub branch: Option<String>,
    /// The commit it starts from, if there is one yet.
    pub base: Option<String>,
    /// The checkout, as an absolute path.
    pub worktree: String,
}

impl Change {
    /// A change that leaves the task in its state.
    pub fn staying(task: &Task, event: &'static str) -> Change {
        Change::moving(task.state, event)
    }

    /// A change that moves the task.
    pub fn moving(to: State, event: &'static str) -> Change {
        Change {
            event,
            to,
            edits: Vec::new(),
            holder: HolderChange::Keep,
            work: None,
            is_noop: false,
            brings_file: false,
            text: None,
        }
    }

    /// Says that all of it has happened before.
    pub fn noop(task: &Task, event: &'static str) -> Change {
        Change { is_noop: true, ..Change::staying(task, event) }
    }

    /// Adds an edit.
    pub fn edit(mut self, edit: Edit) -> Change {
        self.edits.push(edit);
        self
    }

    /// Adds a line to the log.
    pub fn logged(self, now: Timestamp, actor: &Actor, text: impl Into<String>) -> Change {
        self.appended(sections::LOG, now, actor, text)
    }

    /// Adds an entry to a section; lines of `text` after the first become its details.
    pub fn appended(self, section: &str, now: Timestamp, actor: &Actor, text: impl Into<String>) -> Change {
        let (text, details) = super::entry::first_line(&text.into());
        let entry = Entry { at: now, actor: actor.clone(), text, details };
        self.edit(Edit::append(section, entry))
    }

    /// Gives the task to a holder, and says so in the file.
    pub fn taken_by(mut self, holder: &Holder) -> Change {
        self.holder = HolderChange::Take(holder.clone());
        self.edit(Edit::set("assignee", &holder.actor))
    }

    /// Frees the task of its holder.
    pub fn freed(mut self) -> Change {
        self.holder = HolderChange::Clear;
        self.edit(Edit::Unset("assignee".to_owned()))
    }

    /// Whether it only adds to the task, so that it may be made without its file and taken up there.
    pub fn only_appends(&self) -> bool {
        APPENDING.contains(&self.event)
    }

    /// Whether state or holder change, which makes a new revision.
    pub fn is_transition(&self, task: &Task) -> bool {
        let holder = task.claim.as_ref().and_then(|claim| claim.holder.as_ref());
        self.to != task.state
            || match &self.holder {
                HolderChange::Keep => false,
                HolderChange::Take(new) => !holder.is_some_and(|holder| holder.is_same(new)),
                HolderChange::Clear => holder.is_some() || task.front.assignee.is_some(),
            }
    }
}

/// What happened.
#[derive(Clone, Debug)]
pub struct Event {
    /// The change's name.
    pub event: &'static str,
    /// It had happened before.
    pub is_noop: bool,
    /// Where the task stood.
    pub from: State,
    /// The task after it.
    pub task: Task,
    /// Things worth a line to the person, in order.
    pub notes: Vec<String>,
}

impl Event {
    /// Whose event it is.
    pub fn id(&self) -> &TaskId {
        &self.task.id
    }

    /// The claim after it.
    pub fn claim(&self) -> Option<&Claim> {
        self.task.claim.as_deref()
    }
}
