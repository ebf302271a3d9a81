//! Merging two tellings of one task: no entry is lost, and the order in which branches are merged is no matter.
//!
//! State and holder go together and are those of the higher revision. Keys and sections that one side changed are as that
//! side has them. What both changed is merged item by item; of a single value one is kept and the other noted.

use crate::text::{Document, Section, Value};

use super::merge_items::{Kind, merged_items};
use super::sections;
use super::state::State;

/// One telling of a task.
#[derive(Clone, Debug)]
pub struct Side {
    /// The folder it lies in.
    pub state: State,
    /// Its text.
    pub document: Document,
}

/// The keys that belong to state and holder.
const STANDING: &[&str] = &["assignee", "branch", "base", "resolution"];
/// The keys whose values are lists.
const LISTS: &[&str] = &["labels", "depends_on", "needs", "checks"];
/// The sections whose items are events.
const ENTRIES: &[&str] = &[sections::QUESTIONS, sections::REVIEW, sections::ERRORS, sections::EVIDENCE, sections::LOG];
/// Where values go that lost against another one.
pub const MERGE_NOTES: &str = "Merge notes";

/// Merges two tellings; `base` is what both come from, if that is known. `None` when one of them cannot be taken apart.
pub fn merged(base: Option<&Side>, one: &Side, other: &Side) -> Option<Side> {
    if one.document.as_str() == other.document.as_str() {
        return Some(Side { state: winner(base, one, other).state, document: one.document.clone() });
    }
    if !base.into_iter().chain([one, other]).all(|side| is_mergeable(&side.document)) {
        return None;
    }
    // The same template whichever of the two comes first.
    let rank = |side: &Side| (standing(side), side.document.as_str().to_owned());
    let (one, other) = if rank(one) >= rank(other) { (one, other) } else { (other, one) };
    let holder = winner(base, one, other);
    let mut document = one.document.clone();
    let mut notes = Vec::new();
    merge_keys(base, one, other, holder, &mut document, &mut notes)?;
    let front = document.as_str()[..document.as_str().len() - document.body().len()].to_owned();
    let text = front + &merged_body(base, one, other, &notes);
    let merged = Document::parse(text).ok()?;
    is_mergeable(&merged).then_some(Side { state: holder.state, document: merged })
}

/// Whether a text can be taken apart into keys and sections and put together again.
pub fn is_mergeable(document: &Document) -> bool {
    let titles: Vec<String> = document.sections().iter().map(|section| section.title.to_lowercase()).collect();
    let is_unique = (0..titles.len()).all(|at| !titles[..at].contains(&titles[at]));
    let has = |mark: &str| document.as_str().lines().any(|line| line.starts_with(mark));
    let has_marks = has("<<<<<<< ") && has("=======") && has(">>>>>>> ");
    let is_readable = !document.has_front() || document.read::<crate::text::Mapping>().is_ok();
    is_unique && !has_marks && is_readable
}

type Standing = (u64, State, Vec<String>);

fn standing(side: &Side) -> Standing {
    let rev = side.document.key("rev").and_then(|rev| rev.as_u64()).unwrap_or(0);
    (rev, side.state, STANDING.iter().map(|key| words(side.document.key(key))).collect())
}

/// The side whose state and holder count.
fn winner<'a>(base: Option<&Side>, one: &'a Side, other: &'a Side) -> &'a Side {
    let [is, is_too] = [one, other].map(standing);
    match base.map(standing) {
        Some(was) if was == is_too && was.0 <= is.0 => one,
        Some(was) if was == is && was.0 <= is_too.0 => other,
        _ if is >= is_too => one,
        _ => other,
    }
}

fn merge_keys(
    base: Option<&Side>,
    one: &Side,
    other: &Side,
    holder: &Side,
    document: &mut Document,
    notes: &mut Vec<String>,
) -> Option<()> {
    let mut keys = one.document.keys();
    keys.extend(other.document.keys().into_iter().filter(|key| one.document.key(key).is_none()));
    keys.extend(STANDING.iter().map(|key| (*key).to_owned()).filter(|key| !keys.contains(key)).collect::<Vec<_>>());
    for key in keys {
        let was = base.and_then(|base| base.document.key(&key));
        let (is, is_too) = (one.document.key(&key), other.document.key(&key));
        let value = match key.as_str() {
            _ if is == is_too => continue,
            "rev" => is.clone().max_by_number(is_too),
            key if STANDING.contains(&key) => holder.document.key(key),
            _ if base.is_some() && was == is_too => is.clone(),
            _ if base.is_some() && was == is => is_too,
            key if LISTS.contains(&key) => Some(merged_list(was, is.clone(), is_too)),
            "tested" | "attempts" | "phase" | "blocked" => holder.document.key(&key),
            _ => {
                let (kept, lost) = if words(is.clone()) >= words(is_too.clone()) {
                    (is.clone(), is_too)
                } else {
                    (is_too, is.clone())
                };
                if lost.is_some() {
                    notes.push(format!("- {key} was also {}", words(lost)));
                }
                kept
            }
        };
        if value == is {
            continue;
        }
        match value {
            Some(value) => document.set_ordered(&key, value, sections::KEYS).ok()?,
            None => document.remove(&key).map(drop).ok()?,
        }
    }
    Some(())
}

trait ByNumber {
    fn max_by_number(self, other: Self) -> Self;
}

impl ByNumber for Option<Value> {
    fn max_by_number(self, other: Self) -> Self {
        let number = |value: &Option<Value>| value.as_ref().and_then(Value::as_u64);
        if number(&self) >= number(&other) { self } else { other }
    }
}

/// A value on one line, for comparing and for noting.
fn words(value: Option<Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text,
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(is_so)) => is_so.to_string(),
        Some(Value::Sequence(list)) => list.into_iter().map(|one| words(Some(one))).collect::<Vec<_>>().join(", "),
        Some(Value::Mapping(pairs)) => {
            let pairs = pairs.into_iter().map(|(key, value)| format!("{}: {}", words(Some(key)), words(Some(value))));
            pairs.collect::<Vec<_>>().join(", ")
        }
        Some(Value::Tagged(tagged)) => words(Some(tagged.value)),
    }
}

/// What stands in both or was added by one, without what one has removed.
fn merged_list(was: Option<Value>, is: Option<Value>, is_too: Option<Value>) -> Value {
    let list = |value: Option<Value>| match value {
        Some(Value::Sequence(list)) => list.into_iter().map(|one| words(Some(one))).collect(),
        None | Some(Value::Null) => Vec::new(),
        Some(one) => vec![words(Some(one))],
    };
    let [was, is, is_too]: [Vec<String>; 3] = [was, is, is_too].map(list);
    let mut kept: Vec<String> = was.iter().filter(|one| is.contains(one) && is_too.contains(one)).cloned().collect();
    let mut added: Vec<String> = is.into_iter().chain(is_too).filter(|one| !was.contains(one)).collect();
    added.sort();
    added.dedup();
    kept.extend(added);
    Value::from(kept)
}

/// A section as it stands in a text, or is to stand in one.
struct Part {
    title: String,
    heading: String,
    content: String,
}

fn parts(document: &Document) -> (String, Vec<Part>) {
    let text = document.as_str();
    let sections = document.sections();
    let start = text.len() - document.body().len();
    let end = sections.first().map_or(text.len(), |section| section.heading.start);
    let part = |section: &Section| Part {
        title: section.title.to_lowercase(),
        heading: text[section.heading.clone()].to_owned(),
        content: text[section.content.clone()].to_owned(),
    };
    (text[start..end].to_owned(), sections.iter().map(part).collect())
}

fn merged_body(base: Option<&Side>, one: &Side, other: &Side, notes: &[String]) -> String {
    let (was_before, was) = base.map(|base| parts(&base.document)).unwrap_or_default();
    let (before, mut merged) = parts(&one.document);
    let (before_too, theirs) = parts(&other.document);
    let find = |parts: &[Part], title: &str| {
        parts.iter().find(|part| part.title == title).map(|part| part.content.clone()).unwrap_or_default()
    };
    let has_base = base.is_some();
    let preamble = three_way(has_base, &was_before, &before, &before_too, Kind::Words);
    for part in &mut merged {
        let content = three_way(
            has_base,
            &find(&was, &part.title),
            &part.content,
            &find(&theirs, &part.title),
            kind(&part.title),
        );
        part.content = content;
    }
    let ours: Vec<String> = merged.iter().map(|part| part.title.clone()).collect();
    let mut missing: Vec<Part> = theirs.into_iter().filter(|part| !ours.contains(&part.title)).collect();
    missing.sort_by(|a, b| (rank(&a.title), &a.title).cmp(&(rank(&b.title), &b.title)));
    for part in missing {
        let content = three_way(has_base, &find(&was, &part.title), "", &part.content, kind(&part.title));
        if !content.trim().is_empty() || !has_base {
            insert(&mut merged, Part { content, ..part });
        }
    }
    if !notes.is_empty() {
        let title = MERGE_NOTES.to_lowercase();
        let content = format!("{}\n", notes.join("\n"));
        match merged.iter_mut().find(|part| part.title == title) {
            Some(part) => part.content = three_way(false, "", &part.content, &content, Kind::Words),
            None => insert(&mut merged, Part { title, heading: format!("## {MERGE_NOTES}\n"), content }),
        }
    }
    let mut text = preamble;
    for part in merged {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&part.heading);
        if !part.heading.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&part.content);
    }
    text
}

fn kind(title: &str) -> Kind {
    match ENTRIES.iter().any(|known| known.eq_ignore_ascii_case(title)) {
        true => Kind::Entries,
        false => Kind::Words,
    }
}

fn rank(title: &str) -> usize {
    sections::ORDER.iter().position(|known| known.eq_ignore_ascii_case(title)).unwrap_or(sections::ORDER.len())
}

/// Puts a section before the first one that belongs behind it.
fn insert(parts: &mut Vec<Part>, part: Part) {
    let key = |part: &Part| (rank(&part.title), part.title.clone());
    let at = parts.iter().position(|other| key(other) > key(&part)).unwrap_or(parts.len());
    // The gap between sections is the one that the text has elsewhere.
    let gap = parts.first().map_or("\n", |first| tail(&first.content)).to_owned();
    let is_last = at == parts.len();
    if let Some(last) = parts.last_mut().filter(|_| is_last) {
        last.content = spaced(&last.content, &gap);
    }
    let content = spaced(&part.content, if is_last { "\n" } else { &gap });
    let part = Part { content, ..part };
    parts.insert(at, part);
}

fn three_way(has_base: bool, was: &str, is: &str, is_too: &str, kind: Kind) -> String {
    let same = |one: &str, other: &str| one.trim() == other.trim();
    match () {
        () if same(is, is_too) => is.to_owned(),
        () if has_base && same(was, is_too) => is.to_owned(),
        () if has_base && same(was, is) => spaced(is_too, tail(if is.trim().is_empty() { is_too } else { is })),
        () => {
            let items = merged_items(kind, was, is, is_too);
            let lead = &is[..is.len() - is.trim_start_matches(['\n', '\r']).len()];
            spaced(&format!("{lead}{items}"), tail(if is.trim().is_empty() { is_too } else { is }))
        }
    }
}

/// The line ends at the end of a content.
fn tail(content: &str) -> &str {
    match &content[content.trim_end().len()..] {
        "" => "\n",
        tail => tail,
    }
}

fn spaced(content: &str, tail: &str) -> String {
    format!("{}{tail}", content.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(state: State, text: &str) -> Side {
        Side { state, document: Document::parse(text).expect("a document") }
    }

    fn task(front: &str, log: &str) -> String {
        format!(
            "---\nid: t-7k3f9q\ntitle: Old\n{front}---\n## Goal\nIt works.\n\n## Log\n- 2026-11-20T09:00:00Z ada created\n{log}"
        )
    }

    #[track_caller]
    fn check(base: &Side, one: &Side, other: &Side) -> String {
        let merged_one = merged(Some(base), one, other).expect("merged");
        let merged_other = merged(Some(base), other, one).expect("merged");
        assert_eq!(merged_one.document.as_str(), merged_other.document.as_str());
        assert_eq!(merged_one.state, merged_other.state);
        format!("{}\n{}", merged_one.state, merged_one.document.as_str())
    }

    #[test]
    fn the_higher_revision_holds_and_both_logs_stay() {
        let base = side(State::Ready, &task("rev: 3\n", ""));
        let one = side(State::InProgress, &task("assignee: ada\nrev: 4\n", "- 2026-11-20T09:01:00Z ada claimed\n"));
        let other = side(
            State::Ready,
            &task("rev: 5\n", "- 2026-11-20T09:02:00Z bo claimed\n- 2026-11-20T09:03:00Z bo released\n"),
        );
        insta::assert_snapshot!(check(&base, &one, &other), @r"
        ready
        ---
        id: t-7k3f9q
        title: Old
        rev: 5
        ---
        ## Goal
        It works.

        ## Log
        - 2026-11-20T09:00:00Z ada created
        - 2026-11-20T09:01:00Z ada claimed
        - 2026-11-20T09:02:00Z bo claimed
        - 2026-11-20T09:03:00Z bo released
        ");
    }

    #[test]
    fn a_value_that_loses_is_noted_and_sections_of_both_stay() {
        let base = side(State::Ready, &task("rev: 3\nlabels: [a]\n", ""));
        let one = task("rev: 3\nlabels: [a, c]\n", "").replace("title: Old", "title: Mine");
        let one = side(State::Ready, &one.replace("## Log", "## Validation\nRun it.\n\n## Log"));
        let other = task("rev: 3\nlabels: [b]\n", "").replace("title: Old", "title: Theirs");
        let other = side(State::Ready, &format!("{other}\n## Own words\nHello.\n"));
        insta::assert_snapshot!(check(&base, &one, &other), @"
        ready
        ---
        id: t-7k3f9q
        title: Theirs
        rev: 3
        labels: [b, c]
        ---
        ## Goal
        It works.

        ## Validation
        Run it.

        ## Log
        - 2026-11-20T09:00:00Z ada created

        ## Merge notes
        - title was also Mine

        ## Own words
        Hello.
        ");
    }

    #[test]
    fn what_one_side_alone_changed_is_as_it_has_it() {
        let base = side(State::Ready, &task("rev: 3\n", ""));
        let one = side(State::InProgress, &task("assignee: ada\nrev: 4\n", "- 2026-11-20T09:01:00Z ada claimed\n"));
        let other = side(State::Ready, &task("rev: 3\n", "").replace("It works.", "It   works:\n\n* well\n"));
        let text = check(&base, &one, &other);
        assert!(text.starts_with("in-progress\n") && text.contains("It   works:\n\n* well\n"), "{text}");
        assert!(text.contains("assignee: ada\n") && text.contains("ada claimed\n"), "{text}");
    }
}
