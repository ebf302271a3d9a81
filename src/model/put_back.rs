//! A text that was read before a verb wrote, and saved after it: an editor's buffer, an agent that writes whole files. What the verb
//! said is put back; all else is as it was saved.

use crate::text::Document;

use super::entry::Entry;
use super::sections::{ERRORS, EVIDENCE, LOG, ORDER, QUESTIONS, REVIEW};
use super::time::Timestamp;

/// The saved text with the events that it lacks of the tool's last one; `None` when it lacks none, or lacks them on purpose.
///
/// Whoever read the file too early has all of the log up to a moment, and nothing after it. A log without an entry from its middle,
/// or with another wording of the last one, was edited so, and stays so.
pub fn put_back(last: &Document, saved: &Document) -> Option<Document> {
    let since = first_missing(last, saved)?;
    let mut text = saved.clone();
    for section in [QUESTIONS, REVIEW, ERRORS, EVIDENCE, LOG] {
        let known: Vec<String> = last.entries(section).into_iter().map(|entry| entry.text).collect();
        let there: Vec<String> = saved.entries(section).into_iter().map(|entry| entry.text).collect();
        let reworded: Vec<&String> = there.iter().filter(|entry| !known.contains(entry)).collect();
        for entry in known.iter().filter(|entry| !there.contains(entry)) {
            let Some(event) = Entry::parse(entry).filter(|event| event.at >= since) else { continue };
            if !reworded.iter().any(|other| is_wording_of(&event, other)) {
                text.append(section, &format!("- {}", entry.replace('\n', "\n  ")), ORDER).ok()?;
            }
        }
    }
    (text.as_str() != saved.as_str()).then_some(text)
}

/// When the first event of the log happened that a text cannot have known.
fn first_missing(last: &Document, saved: &Document) -> Option<Timestamp> {
    let [last, saved] = [last, saved].map(|text| text.entries(LOG));
    let known = last.iter().zip(&saved).take_while(|(one, other)| one.text == other.text).count();
    let missing: Vec<Entry> = last[known..].iter().filter_map(|entry| Entry::parse(&entry.text)).collect();
    let is_there = |event: &Entry| saved[known..].iter().any(|other| is_wording_of(event, &other.text));
    let first = missing.first()?;
    (known > 0 && !missing.iter().any(is_there)).then_some(first.at)
}

/// Whether an entry tells of an event, in whatever words.
fn is_wording_of(event: &Entry, other: &str) -> bool {
    Entry::parse(other).is_some_and(|other| other.at == event.at && other.actor == event.actor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &str) -> Document {
        Document::parse(format!("---\nid: t-7k3f9q\nrev: 3\n---\n## Goal\n\nIt works\n\n{body}")).expect("a document")
    }

    const LAST: &str = "\
## Evidence

- 2026-11-20T09:06:00Z bo tests passed 1.0s tree:4f2c `cargo test`

## Log

- 2026-11-20T09:00:00Z ada created
- 2026-11-20T09:04:00Z bo claimed on main
- 2026-11-20T09:06:00Z bo handed over for review
  at length
";

    fn put(saved: &str) -> Option<String> {
        put_back(&text(LAST), &text(saved))
            .map(|text| text.body().trim_start_matches("## Goal\n\nIt works\n\n").to_owned())
    }

    #[test]
    fn what_was_said_since_is_put_back_and_hand_written_lines_stay() {
        let saved =
            "## Log\n\n- 2026-11-20T09:00:00Z ada created\n- 2026-11-20T09:04:00Z bo claimed on main\n- by hand\n";
        insta::assert_snapshot!(put(saved).expect("put back"), @r"
        ## Evidence

        - 2026-11-20T09:06:00Z bo tests passed 1.0s tree:4f2c `cargo test`

        ## Log

        - 2026-11-20T09:00:00Z ada created
        - 2026-11-20T09:04:00Z bo claimed on main
        - by hand
        - 2026-11-20T09:06:00Z bo handed over for review
          at length
        ");
    }

    #[test]
    fn of_several_in_one_second_those_that_are_missing_are_put_back() {
        let log = |words: &[&str]| {
            words.iter().fold("## Log\n\n".to_owned(), |log, word| format!("{log}- 2026-11-20T09:00:00Z ada {word}\n"))
        };
        let last = text(&log(&["created", "note: one", "note: two", "note: one"]));
        let put = |words: &[&str]| put_back(&last, &text(&log(words))).map(|text| text.entries(LOG).len());
        assert_eq!(put(&["created", "note: one"]), Some(3));
        assert_eq!(put(&["created", "note: one", "note: two"]), None, "a line twice says no more than once");
        assert_eq!(put(&["created", "note: one", "note: three"]), None, "reworded");
    }

    #[test]
    fn a_second_time_there_is_nothing_to_do() {
        let once = put("## Log\n\n- 2026-11-20T09:00:00Z ada created\n").expect("put back");
        assert_eq!(put(&once), None);
        assert_eq!(put(LAST), None);
    }

    #[test]
    fn what_was_taken_out_or_reworded_on_purpose_stays_so() {
        let without_the_middle = LAST.replace("- 2026-11-20T09:04:00Z bo claimed on main\n", "");
        assert_eq!(put(&without_the_middle), None);
        assert_eq!(put(&LAST.replace("at length", "in short")), None);
        assert_eq!(put(&LAST.replace("- 2026-11-20T09:06:00Z bo tests", "- 2026-11-20T09:06:00Z bo my tests")), None);
        // All of it.
        assert_eq!(put("## Log\n\n- anew\n"), None);
        assert_eq!(put(""), None);
    }
}
