//! A task as another tool has it: its fields translated into our words, its references still in the other tool's.

use crate::model::{
    Actor, CRITERIA, DONE, EVIDENCE, Entry, LOG, Setting, State, TaskId, Timestamp, is_placeholder, one_line,
};
use crate::text::fitted;

/// The section for what has no place of its own.
pub const IMPORTED: &str = "Imported";
/// The longest title in characters.
const TITLE: usize = 200;

/// A task of another tool.
#[derive(Clone, Debug)]
pub struct ForeignTask {
    /// Its id there.
    pub key: String,
    /// Where it stands, for the report: a file, or a file and a line.
    pub place: String,
    /// One line.
    pub title: String,
    /// Where it comes to stand.
    pub state: State,
    /// Keys of the front matter that are neither title nor reference.
    pub keys: Vec<(String, Setting)>,
    /// Ids there that must be done first.
    pub depends_on: Vec<String>,
    /// The id there of what it is a part of.
    pub parent: Option<String>,
    /// Titles and contents, in order.
    pub sections: Vec<(String, String)>,
    /// What was said about it, oldest first.
    pub comments: Vec<Entry>,
    /// It is one of ours.
    pub own: Option<Own>,
    /// Names of fields that were kept as text because they have no place of their own.
    pub kept: Vec<String>,
}

/// What an export says of a task of ours.
#[derive(Clone, Debug)]
pub struct Own {
    /// Its id.
    pub id: TaskId,
    /// Its whole text, as it was exported.
    pub text: String,
    /// The fields say what has changed since.
    pub is_changed: bool,
}

/// Something about the source that a person should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oddity {
    /// A stable word.
    pub code: &'static str,
    /// A file, or a file and a line.
    pub place: String,
    /// In words.
    pub message: String,
}

/// All that a source holds.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// In the order of the source.
    pub tasks: Vec<ForeignTask>,
    /// In the order in which they were found.
    pub oddities: Vec<Oddity>,
}

impl Source {
    /// Notes an oddity.
    pub fn odd(&mut self, code: &'static str, place: impl Into<String>, message: impl Into<String>) {
        self.oddities.push(Oddity { code, place: place.into(), message: message.into() });
    }
}

impl ForeignTask {
    /// A task of which only id, place and title are known. A title that is too long is cut, and kept whole as text.
    pub fn new(key: impl Into<String>, place: impl Into<String>, title: &str) -> ForeignTask {
        let (key, whole) = (key.into(), one_line(title));
        let mut task = ForeignTask {
            place: place.into(),
            title: if whole.is_empty() { key.clone() } else { whole.clone() },
            key,
            state: State::Pending,
            keys: Vec::new(),
            depends_on: Vec::new(),
            parent: None,
            sections: Vec::new(),
            comments: Vec::new(),
            own: None,
            kept: Vec::new(),
        };
        if whole.chars().count() > TITLE {
            let cut: String = whole.chars().take(TITLE - 1).collect();
            let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
            task.title = format!("{cut}…");
            task.keep("title", &whole);
        }
        task
    }

    /// Sets a key to one line of text, unless there is none.
    pub fn set(&mut self, key: &str, value: &str) {
        let value = one_line(value);
        if !value.is_empty() {
            self.put(key, Setting::Text(value));
        }
    }

    /// Sets a key to a list, unless it is empty.
    pub fn set_list(&mut self, key: &str, values: impl IntoIterator<Item = String>) {
        let values: Vec<_> =
            values.into_iter().map(|value| one_line(&value)).filter(|value| !value.is_empty()).collect();
        if !values.is_empty() {
            self.put(key, Setting::List(values));
        }
    }

    pub(super) fn put(&mut self, key: &str, setting: Setting) {
        self.keys.retain(|(other, _)| other != key);
        self.keys.push((key.to_owned(), setting));
    }

    /// Sets who holds it. A name that our spelling changes is kept as it was, too.
    pub fn assign(&mut self, name: &str) {
        let plain = name.trim().trim_start_matches('@');
        let Some(actor) = Actor::named(plain) else { return };
        if !actor.as_str().eq_ignore_ascii_case(plain) {
            self.keep("assignee", name);
        }
        self.put("assignee", Setting::Text(actor.to_string()));
    }

    /// Sets when it was written down; a date that is none is kept as text.
    pub fn created(&mut self, date: &str) {
        match moment(date) {
            Some(at) => self.put("created", Setting::Text(at.to_string())),
            None => self.keep("created", date),
        }
    }

    /// Says that it cannot go on.
    pub fn block(&mut self, kind: &str, reason: &str) {
        let pair = |key: &str, value: &str| (key.to_owned(), one_line(value));
        self.put("blocked", Setting::Map(vec![pair("kind", kind), pair("reason", reason)]));
    }

    /// Adds to a section; text that says nothing yet is left out.
    pub fn section(&mut self, title: &str, content: &str) {
        if is_placeholder(content) {
            return;
        }
        let content = fitted(content);
        // What the program itself writes there must not be taken for its own words.
        let title = match [LOG, EVIDENCE].iter().find(|own| own.eq_ignore_ascii_case(title)) {
            Some(own) => format!("{own} before the import"),
            None => title.to_owned(),
        };
        match self.sections.iter_mut().find(|(other, _)| other.eq_ignore_ascii_case(&title)) {
            Some((_, before)) => *before = format!("{before}\n\n{content}"),
            None => self.sections.push((title, content)),
        }
    }

    /// Adds a section of a task of ours, as it is. What stands before the first section has no title.
    pub(super) fn own_section(&mut self, title: &str, content: &str) {
        self.sections.push((title.to_owned(), content.trim().to_owned()));
    }

    /// Adds criteria; bullets without a box get one, which is ticked if the task is done. Says how many did.
    pub fn criteria(&mut self, section: &'static str, content: &str) -> usize {
        debug_assert!(section == CRITERIA || section == DONE);
        let (content, made) = boxed(content, self.state == State::Done);
        self.section(section, &content);
        made
    }

    /// Keeps a field that has no place of its own.
    pub fn keep(&mut self, name: &str, value: &str) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        self.kept.push(name.to_owned());
        let line = match value.contains('\n') {
            false => format!("- {name}: {}", one_line(value)),
            true => format!("- {name}:\n\n{}", indented(&fitted(value))),
        };
        match self.sections.iter_mut().find(|(title, _)| title == IMPORTED) {
            Some((_, before)) => *before = format!("{before}\n{line}"),
            None => self.sections.push((IMPORTED.to_owned(), line)),
        }
    }

    /// Adds something that was said about it.
    pub fn comment(&mut self, at: Option<Timestamp>, author: &str, text: &str) {
        let actor = Actor::named(author.trim_start_matches('@')).unwrap_or_else(|| Actor::from(String::new()));
        let Some(at) = at else {
            self.section("Comments", &format!("{author}: {text}"));
            return;
        };
        let text = format!("note: {}", text.trim());
        let (text, details) = text.split_once('\n').map_or((text.as_str(), ""), |(first, rest)| (first, rest));
        let details = if details.trim().is_empty() { String::new() } else { fitted(details) };
        self.comments.push(Entry { at, actor, text: one_line(text), details });
    }
}

/// A moment as other tools write it: RFC 3339, a date, or a date and a time of day, which then is taken for UTC.
pub fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    Timestamp::parse(text).or_else(|| {
        let (date, time) = text.split_once([' ', 'T'])?;
        let time = if time.matches(':').count() == 1 { format!("{time}:00") } else { time.to_owned() };
        Timestamp::parse(&format!("{date}T{}Z", time.trim_end_matches('Z')))
    })
}

/// Gives each outer bullet without a box one, if there is no box at all; and says how many got one.
fn boxed(content: &str, is_met: bool) -> (String, usize) {
    let survey = crate::text::Survey::of(content);
    if survey.boxes().0 > 0 {
        return (content.to_owned(), 0);
    }
    let mark = if is_met { "[x] " } else { "[ ] " };
    let mut boxed = content.to_owned();
    let outer: Vec<_> = survey.items.iter().filter(|item| item.depth == 1 && !item.text.is_empty()).collect();
    for item in outer.iter().rev() {
        let bullet = &content[item.range.clone()];
        let digits = bullet.len() - bullet.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let after = &bullet[digits + 1..];
        let at = item.range.start + digits + 1 + after.len() - after.trim_start().len();
        boxed.insert_str(at, mark);
    }
    (boxed, outer.len())
}

fn indented(text: &str) -> String {
    let lines = text.lines().map(|line| if line.is_empty() { String::new() } else { format!("  {line}") });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bullets_become_boxes_only_where_there_is_none() {
        assert_eq!(boxed("- a\n  - b\n1. c", false), ("- [ ] a\n  - b\n1. [ ] c".to_owned(), 2));
        assert_eq!(boxed("- a\n- [x] b", false).1, 0);
    }

    #[test]
    fn dates_come_in_many_forms() {
        let date = |text| moment(text).map(|at| at.to_string());
        assert_eq!(date("2026-04-25 12:14").as_deref(), Some("2026-04-25T12:14:00Z"));
        assert_eq!(date("2026-04-25").as_deref(), Some("2026-04-25T00:00:00Z"));
        assert_eq!(date("2026-04-25T12:14:01.5+02:00").as_deref(), Some("2026-04-25T10:14:01Z"));
        assert_eq!(date("next week"), None);
    }
}
