//! Feedback: what failed, as an entry for the task and as lines for the terminal; bounded, masked, and said once.

use crate::model::{ERRORS, Entry, Refusal, Task, Timestamp, one_line};
use crate::report::{Limits, Report, Secrets, digest, fingerprints_in, read};

use super::checks::{Ended, Ran, Verdict};
use super::workspace::Workspace;

/// Failures in words that may be committed and shown.
#[derive(Clone, Debug)]
pub struct Feedback {
    /// A line: which check, how many failed.
    pub headline: String,
    /// The first of the failures, with a separator before it; empty when none was understood.
    pub first: String,
    /// A line a failure.
    pub lines: Vec<String>,
    /// The details as markdown.
    pub markdown: String,
    /// The code tree that failed.
    pub tree: String,
}

/// At most so much of one attempt goes into the file.
const LIMITS: Limits = Limits { failures: 10, bytes: 3900 };

impl Workspace {
    /// Puts what a failed check printed into words. Failures that the task tells of already are said in a line.
    pub fn feedback(&self, ran: &Ran, tree: &str, task: Option<&Task>) -> Feedback {
        let variables = self.places.environment.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let secrets = Secrets::new(variables);
        let roots: Vec<_> = ran.roots.iter().map(String::as_str).collect();
        let report = read(&ran.output, &roots);
        let known = task.and_then(|task| task.document.section_text(ERRORS)).map(fingerprints_in).unwrap_or_default();
        let digest = digest(&report, &secrets, &known, &LIMITS);
        let lines = digest.lines();
        let first = if report.failures.is_empty() { telling(&lines) } else { lines.first() };
        let named = first.map(|line| format!("; {}", one_line(&shortened(line)))).unwrap_or_default();
        Feedback {
            headline: secrets.mask(&headline(ran, &report)),
            first: secrets.mask(&named),
            lines,
            markdown: digest.markdown(),
            tree: tree.to_owned(),
        }
    }

    /// The refusal when some checks could not be run at all, in the shell's own words.
    pub(crate) fn unfit(&self, verdict: &Verdict, task: Option<&Task>) -> Option<Refusal> {
        let unfit: Vec<_> = verdict.runs.iter().filter(|ran| ran.ended == Ended::NotFound).collect();
        let said = self.feedback(unfit.first()?, &verdict.tree, None).lines.pop();
        Some(Refusal::ChecksUnfit {
            task: task.map(|task| task.id.clone()),
            checks: unfit.iter().map(|ran| ran.check.name.clone()).collect(),
            said: said.map_or_else(String::new, |line| line.trim().to_owned()),
        })
    }

    /// The entry for the task's error context; commits count as attempts, verbs do not.
    pub(crate) fn feedback_entry(
        &self,
        feedback: &Feedback,
        attempt: Option<u32>,
        now: Timestamp,
        is_local: bool,
    ) -> Entry {
        let (first, details) = match is_local {
            true => (String::new(), String::new()),
            false => (feedback.first.clone(), feedback.markdown.clone()),
        };
        let attempt = attempt.map_or_else(String::new, |attempt| format!(" (attempt {attempt})"));
        let text = format!("{}{attempt}{first} tree:{}", feedback.headline, feedback.tree);
        Entry { at: now, actor: self.actor().clone(), text, details }
    }
}

fn headline(ran: &Ran, report: &Report) -> String {
    let name = &ran.check.name;
    let ended = ran.ended.words();
    match (report.failed.or((!report.failures.is_empty()).then_some(report.failures.len())), report.passed) {
        (Some(failed), Some(passed)) if failed > 0 => format!("{name} {ended}: {failed} of {} failed", failed + passed),
        (Some(1), None) => format!("{name} {ended}: 1 failure"),
        (Some(failed), None) if failed > 1 => format!("{name} {ended}: {failed} failures"),
        _ => format!("{name} {ended}"),
    }
}

/// Whether the task tells already that this code tree failed.
pub(crate) fn tells_of(task: &Task, tree: &str) -> bool {
    let wanted = format!("tree:{tree}");
    task.entries(ERRORS).iter().any(|entry| entry.text.ends_with(&wanted))
}

/// Of an output that nothing was understood of, the line that says most: the first that speaks of a failure, else the last.
fn telling(lines: &[String]) -> Option<&String> {
    // What passed, and what only passes a failure on.
    let says_nothing = |line: &str| ["ok ", "make", "npm "].iter().any(|start| line.trim_start().starts_with(start));
    let own: Vec<_> = lines.iter().filter(|line| !says_nothing(line)).collect();
    let speaks_of_failure = |line: &&&String| {
        let line = line.to_lowercase();
        ["not ok", "fail", "error", "panic", "assert"].iter().any(|word| line.contains(word))
    };
    own.iter().find(speaks_of_failure).or(own.last()).copied().or(lines.last())
}

/// A line cut so that it still reads well as part of another.
fn shortened(line: &str) -> String {
    let kept: String = line.chars().take(160).collect();
    if kept.len() < line.len() { format!("{kept}…") } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_speaks_of_a_failure_says_most() {
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(telling(&lines("ok - no_failure\nnot ok - b\nnot ok - c")).map(String::as_str), Some("not ok - b"));
        assert_eq!(telling(&lines("no route\nmake: *** [test] Error 1")).map(String::as_str), Some("no route"));
        assert_eq!(telling(&lines("one\ntwo")).map(String::as_str), Some("two"));
        assert_eq!(telling(&[]), None);
    }
}
