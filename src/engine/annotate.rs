//! The verbs that add to a task without moving it: `note`, `ask`, `answer`, `block`, `unblock`, `attach`.

use anyhow::Result;

use crate::model::{
    Change, Edit, Entry, Event, LOG, QUESTIONS, Refusal, Setting, Task, TaskId, Timestamp, first_line, one_line,
};
use crate::store::{ANSWERS, StandingAnswer};
use crate::text::Checkbox;

use super::commits::named_commits;
use super::workspace::Workspace;

/// What an open question waits for.
pub const QUESTION_KINDS: &[&str] = &["needs input", "capability", "dependency", "transient"];

impl Workspace {
    /// Adds a note to the log.
    pub fn note(&self, id: &TaskId, message: &str) -> Result<Event> {
        let words = said(message, "a note says something", &format!("`mcp note {id} -m TEXT`"))?;
        self.change(id, |task, now| {
            let (text, details) = first_line(&format!("note: {words}"));
            let is_same =
                |entry: &Entry| entry.actor == *self.actor() && entry.text == text && entry.details == details;
            if task.entries(LOG).last().is_some_and(is_same) {
                return Ok(Change::noop(task, "noted"));
            }
            Ok(Change::staying(task, "noted").logged(now, self.actor(), format!("note: {words}")))
        })
    }

    /// Puts a question; the task is not offered until it is answered, which a standing answer does at once.
    pub fn ask(&self, id: &TaskId, question: &str, kind: &str) -> Result<Event> {
        let question = said(question, "a question says something", &format!("`mcp ask {id} -m TEXT`"))?;
        let line = one_line(&question);
        let standing = self.store.standing_answer(&line)?;
        let sure = standing.clone().filter(StandingAnswer::is_sure);
        let mut event = self.change(id, |task, now| {
            let is_same = |asked: &Checkbox| {
                asked.text.ends_with(&format!("({kind}): {line}")) && (!asked.is_checked || sure.is_some())
            };
            if task.document.checkboxes(QUESTIONS).iter().any(is_same) {
                return Ok(Change::noop(task, "asked"));
            }
            let asked = format!("- [ ] {now} {} ({kind}): {line}", self.actor());
            let change = Change::staying(task, "asked");
            let Some(StandingAnswer { answer, confidence, .. }) = &sure else {
                let change = change.edit(Edit::append(QUESTIONS, asked));
                return Ok(change.logged(now, self.actor(), format!("asked: {line}")));
            };
            let by = format!("{ANSWERS} (automatic, confidence {confidence})");
            let entry = answered(&asked, now, &by, answer.trim());
            let change =
                change.edit(Edit::append(QUESTIONS, entry)).logged(now, self.actor(), format!("asked: {line}"));
            Ok(change.logged(
                now,
                self.actor(),
                format!("answered automatically by {ANSWERS} (confidence {confidence}): {}", short(&one_line(answer))),
            ))
        })?;
        event.notes.extend(standing.map(|StandingAnswer { answer, confidence, .. }| {
            let answer = one_line(&answer);
            match sure.is_some() {
                true => format!("answered automatically by {ANSWERS} (confidence {confidence}): {answer}"),
                false => format!("{ANSWERS} proposes (confidence {confidence}): {answer}"),
            }
        }));
        Ok(event)
    }

    /// Answers an open question: the one with this number among all questions, else the only open one.
    pub fn answer(&self, id: &TaskId, number: Option<usize>, answer: &str) -> Result<Event> {
        let answer = said(answer, "an answer says something", &format!("`mcp answer {id} -m TEXT`"))?;
        self.change(id, |task, now| {
            let (number, text) = question(task, number)?;
            let items = task.document.entries(QUESTIONS);
            let item = items.iter().find(|item| item.range.contains(&mark_of(task, number)));
            let Some(item) = item else {
                let hint = Some(format!("answer in the file: `mcp edit {id}`"));
                return Err(
                    Refusal::BadInput { message: "the question is part of another list".to_owned(), hint }.into()
                );
            };
            let raw = &task.document.as_str()[item.range.clone()];
            let answered = answered(raw, now, self.actor().as_str(), &answer);
            let rest: Vec<String> = rebuilt(task, item.range.start, &answered);
            let change = Change::staying(task, "answered");
            let change = change.edit(Edit::Replace { section: QUESTIONS.to_owned(), content: rest.concat() });
            Ok(change.logged(now, self.actor(), format!("answered: {}", short(&text))))
        })
    }

    /// Says that a task cannot go on.
    pub fn block(&self, id: &TaskId, kind: &str, reason: &str) -> Result<Event> {
        self.change(id, |task, now| {
            let (kind, reason) = (one_line(kind), one_line(reason));
            if task.front.blocked.as_ref().is_some_and(|blocked| blocked.kind == kind && blocked.reason == reason) {
                return Ok(Change::noop(task, "blocked"));
            }
            let words =
                if reason.is_empty() { format!("blocked ({kind})") } else { format!("blocked ({kind}): {reason}") };
            let map = vec![("kind".to_owned(), kind), ("reason".to_owned(), reason)];
            let change = Change::staying(task, "blocked").edit(Edit::Set("blocked".to_owned(), Setting::Map(map)));
            Ok(change.logged(now, self.actor(), words))
        })
    }

    /// Takes that back.
    pub fn unblock(&self, id: &TaskId) -> Result<Event> {
        self.change(id, |task, now| {
            if task.front.blocked.is_none() {
                return Ok(Change::noop(task, "unblocked"));
            }
            let change = Change::staying(task, "unblocked").edit(Edit::Unset("blocked".to_owned()));
            Ok(change.logged(now, self.actor(), "unblocked"))
        })
    }

    /// Ties commits to a task that were made without claiming it.
    pub fn attach(&self, id: &TaskId, range: &str) -> Result<Event> {
        let repository = self.repository()?;
        let commits = named_commits(&repository, range)?;
        if commits.len() > 100 {
            let hint = Some("name a shorter range".to_owned());
            return Err(
                Refusal::BadInput { message: format!("`{range}` names {} commits", commits.len()), hint }.into()
            );
        }
        self.change(id, |task, now| {
            let log = task.entries(LOG);
            let is_known =
                |id: &str| log.iter().any(|entry| entry.text.starts_with("attached ") && entry.text.contains(id));
            let ids = commits.iter().map(|commit| commit.id.to_string());
            let new: Vec<_> = ids.filter(|id| !is_known(id)).collect();
            if new.is_empty() {
                return Ok(Change::noop(task, "attached"));
            }
            Ok(Change::staying(task, "attached").logged(now, self.actor(), format!("attached {}", new.join(" "))))
        })
    }
}

fn said(words: &str, message: &str, hint: &str) -> Result<String> {
    match words.trim() {
        "" => Err(Refusal::BadInput { message: message.to_owned(), hint: Some(hint.to_owned()) }.into()),
        words => Ok(words.to_owned()),
    }
}

fn question(task: &Task, number: Option<usize>) -> Result<(usize, String), Refusal> {
    let questions = task.document.checkboxes(QUESTIONS);
    let open: Vec<_> = questions.iter().filter(|question| !question.is_checked).collect();
    let bad = |message: String, hint: Option<String>| Refusal::BadInput { message, hint };
    let chosen = match number {
        Some(number) => questions.iter().find(|question| question.number == number),
        None if open.len() > 1 => {
            let listed: Vec<_> =
                open.iter().map(|question| format!("{}: {}", question.number, question.text)).collect();
            return Err(bad(
                format!("{} has several open questions", task.id),
                Some(format!("name one by number; {}", listed.join("; "))),
            ));
        }
        None => open.first().copied(),
    };
    let chosen = chosen.ok_or_else(|| {
        let message = match number {
            Some(number) => format!("{} has no question {number}", task.id),
            None => format!("{} has no open question", task.id),
        };
        bad(message, Some(format!("`mcp show {}` shows its questions", task.id)))
    })?;
    if chosen.is_checked {
        return Err(bad(format!("question {} of {} is answered already", chosen.number, task.id), None));
    }
    Ok((chosen.number, chosen.text.clone()))
}

fn mark_of(task: &Task, number: usize) -> usize {
    let questions = task.document.checkboxes(QUESTIONS);
    questions.iter().find(|question| question.number == number).map_or(usize::MAX, |question| question.mark.start)
}

/// The question ticked, with the answer below it.
fn answered(raw: &str, now: Timestamp, actor: &str, answer: &str) -> String {
    let ticked = raw.replacen("[ ]", "[x]", 1);
    let lines: Vec<_> = answer.lines().map(str::trim_end).collect();
    format!("{}\n  - {now} {actor}: {}\n", ticked.trim_end(), lines.join("\n    "))
}

/// The section's pieces with the item at `start` replaced.
fn rebuilt(task: &Task, start: usize, replacement: &str) -> Vec<String> {
    let Some(section) = task.document.section(QUESTIONS) else { return vec![replacement.to_owned()] };
    let text = task.document.as_str();
    let items = task.document.entries(QUESTIONS);
    let Some(item) = items.iter().find(|item| item.range.start == start) else { return vec![replacement.to_owned()] };
    let before = text[section.content.start..item.range.start].trim_start_matches(['\n', '\r']);
    let after = text[item.range.end..section.content.end].trim_end();
    vec![before.to_owned(), replacement.to_owned(), after.trim_start_matches(['\n', '\r']).to_owned()]
}

fn short(text: &str) -> String {
    let words: String = text.chars().take(80).collect();
    if words.len() < text.len() { format!("{words}…") } else { words }
}
