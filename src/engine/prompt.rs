//! What a chat agent that sees no files is given to prepare or to review a task, and how its answer comes back.

use anyhow::Result;

use crate::git::Repository;
use crate::model::{Event, FILES, QUESTIONS, Refusal, Task, TaskId, code_span};

use super::prep::ANSWERABLE;
use super::workspace::Workspace;

/// Paths of the file tree that a prompt lists.
const PATHS: usize = 400;
/// Bytes of one file, of all files, and of a diff that a prompt holds.
const FILE: usize = 12_000;
const ALL_FILES: usize = 60_000;
const DIFF: usize = 60_000;

impl Workspace {
    /// What to paste into a chat so that a task gets prepared.
    pub fn prep_prompt(&self, id: &TaskId) -> Result<String> {
        let repository = self.repository()?;
        let task = self.load(&repository, id)?.task;
        let sections: Vec<_> = ANSWERABLE.iter().map(|title| format!("## {title}")).collect();
        let mut prompt = format!(
            "You prepare a task for a programmer, or a coding agent, who will read nothing but what you write.\n\
             Answer with markdown sections, each under its heading, only those that you improve:\n\n{}\n\n\
             - Goal: what should be true in the end and why, in a few sentences\n\
             - Acceptance criteria: a list of `- [ ] …`, each of which a reviewer can check\n\
             - Files affected: one `- path` a line, from the list below or new\n\
             - Validation: commands that show that it works\n\
             - Implementation notes: what the worker should know, decisions, traps\n\
             Leave out what you do not know. Do not invent files.\n\n",
            sections.join("\n")
        );
        prompt.push_str(&data("The task", task.document.as_str()));
        prompt.push_str(&self.tree_listing(&repository)?);
        prompt.push_str(&self.named_files(&repository, &task)?);
        if !self.config.checks.is_empty() {
            let checks: Vec<_> = self
                .config
                .checks
                .iter()
                .map(|check| format!("- {}: {}", check.name, code_span(check.run.trim())))
                .collect();
            prompt.push_str(&format!("# What must pass\n\n{}\n", checks.join("\n")));
        }
        Ok(prompt)
    }

    /// What to paste into a chat so that a task's work gets reviewed.
    pub fn review_prompt(&self, id: &TaskId) -> Result<String> {
        let repository = self.repository()?;
        let task = self.load(&repository, id)?.task;
        let mut prompt =
            "You review a change. Answer with one line `Verdict: approve` or `Verdict: reject`, and below it, under a \
             heading `## Review`, what is wrong and where (file and line), or what you looked at.\n\
             Reject only for what breaks a criterion, loses data, or misleads a user.\n\n"
                .to_owned();
        prompt.push_str(&data("The task", task.document.as_str()));
        let commits = self.commits_of(&repository, &task)?;
        let base = task.base().map(|base| repository.resolve(base)).transpose()?.flatten();
        if let Some(last) = commits.first() {
            let diff = repository.diff_text(base, last.id, &[crate::store::BOARD])?;
            prompt.push_str(&data("The change", &cut(&diff, DIFF)));
        }
        Ok(prompt)
    }

    /// Takes a chat agent's review: an approval or a rejection in the actor's name.
    pub fn review_from(&self, id: &TaskId, answer: &str) -> Result<Event> {
        let verdict = answer.lines().rev().find_map(verdict_in);
        // Without the verdict a fence around all of it begins with the heading, as fences around markdown do.
        let words: Vec<_> = answer.lines().filter(|line| verdict_in(line).is_none()).collect();
        let words = words.join("\n");
        let sections = crate::text::sections_of_answer(&words, &["Review"]);
        let review =
            sections.into_iter().find(|(title, _)| title.eq_ignore_ascii_case("review")).map(|(_, content)| content);
        match verdict {
            Some("approve") => self.approve(id, review.as_deref()),
            Some(_) => self.reject(id, &review.unwrap_or(words)),
            None => Err(Refusal::BadInput {
                message: "the answer has no line `Verdict: approve` or `Verdict: reject`".to_owned(),
                hint: Some(format!("ask for it, or say it yourself: `mcp review {id} --approve`")),
            }
            .into()),
        }
    }

    fn tree_listing(&self, repository: &Repository) -> Result<String> {
        let Some(head) = repository.head()?.commit else { return Ok(String::new()) };
        let code = self.code_tree_of(repository, head)?;
        let paths = repository.tracked_files(code)?;
        let mut listing = paths.iter().take(PATHS).map(|path| format!("{path}\n")).collect::<String>();
        if paths.len() > PATHS {
            listing.push_str(&format!("… and {} more\n", paths.len() - PATHS));
        }
        Ok(data("The files of the repository", &listing))
    }

    fn named_files(&self, repository: &Repository, task: &Task) -> Result<String> {
        let Some(head) = repository.head()?.commit else { return Ok(String::new()) };
        let tree = repository.tree_of(head)?;
        let mut text = String::new();
        for item in task.document.entries(FILES) {
            let path = item
                .text
                .trim()
                .trim_matches('`')
                .split_ascii_whitespace()
                .next()
                .unwrap_or_default()
                .trim_matches('`')
                .to_owned();
            if path.is_empty() || text.len() > ALL_FILES {
                continue;
            }
            // Only what is committed: a prompt is pasted elsewhere, and must not carry untracked secrets along.
            if let Some((_, bytes)) = repository.blob_at(tree, &path).ok().flatten() {
                text.push_str(&data(&path, &cut(&String::from_utf8_lossy(&bytes), FILE)));
            }
        }
        let open = task.document.section_text(QUESTIONS).filter(|_| !task.open_questions().is_empty());
        text.push_str(&open.map_or_else(String::new, |questions| data("Open questions", questions)));
        Ok(text)
    }
}

/// What a line like `**Verdict:** approve` says.
fn verdict_in(line: &str) -> Option<&'static str> {
    let line = line.trim().trim_matches(['*', '#', '`', ' ']).to_lowercase();
    let verdict = line.strip_prefix("verdict")?.trim_start_matches([':', '*', ' ']);
    ["approve", "reject"].into_iter().find(|word| verdict.starts_with(word))
}

/// A part of a prompt, fenced so that nothing in it can be mistaken for an instruction.
pub(super) fn data(title: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("# {title}\n\n{fence}\n{}\n{fence}\n\n", text.trim_end())
}

fn cut(text: &str, bytes: usize) -> String {
    if text.len() <= bytes {
        return text.to_owned();
    }
    let end = (0..=bytes).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    format!("{}\n… {} bytes left out", &text[..end], text.len() - end)
}
