//! What participants say: from the command line, or from the answer of a chat agent that sees no files.

use anyhow::Result;

use crate::model::{
    Entry, Part, RETRO_ORDER, Refusal, Remark, Retro, RetroId, first_line, is_placeholder, without_comments,
};
use crate::text::{Document, sections_of_answer};

use super::super::prompt::data;
use super::super::workspace::Workspace;
use super::due::names;
use super::file::left_alone;

/// What somebody says in a retrospective.
#[derive(Clone, Debug, Default)]
pub struct Words {
    said: Vec<(Part, String)>,
}

impl Words {
    /// Adds a thought to a part.
    pub fn add(&mut self, part: Part, words: &str) {
        if !is_placeholder(words) && !is_nothing(words) {
            self.said.push((part, words.trim().to_owned()));
        }
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.said.is_empty()
    }

    /// Takes the three sections out of a chat agent's answer: each list item is a thought, else each paragraph.
    pub fn of_answer(answer: &str) -> Result<Words> {
        let titles = Part::ALL.map(Part::section);
        let mut words = Words::default();
        for (title, content) in sections_of_answer(answer, &titles) {
            let Some(part) = Part::ALL.into_iter().find(|part| part.section().eq_ignore_ascii_case(title.trim()))
            else {
                continue;
            };
            let document = Document::parse(format!("## {}\n\n{content}\n", part.section()));
            let items = document.map(|document| document.entries(part.section())).unwrap_or_default();
            for item in &items {
                words.add(part, without_box(&item.text));
            }
            if items.is_empty() {
                content.split("\n\n").for_each(|paragraph| words.add(part, paragraph));
            }
        }
        if words.is_empty() {
            let titles: Vec<_> = titles.iter().map(|title| format!("`## {title}`")).collect();
            return Err(Refusal::BadInput {
                message: "the answer says nothing below the headings that were asked for".to_owned(),
                hint: Some(format!("it needs list items below {}", titles.join(", "))),
            }
            .into());
        }
        Ok(words)
    }
}

impl Workspace {
    /// Adds what the actor says; what the actor has said before is not said twice. Gives the retrospective and how many thoughts are new.
    pub fn add_to_retro(&self, id: &RetroId, words: &Words) -> Result<(Retro, usize)> {
        if words.is_empty() {
            return Err(Refusal::BadInput {
                message: "there is nothing to add".to_owned(),
                hint: Some("`mcp retro add --well TEXT --improve TEXT --action TEXT`".to_owned()),
            }
            .into());
        }
        let lock = self.lock_retros()?;
        let now = self.now();
        let before = self.retro(id)?;
        let retro = self.edit_retro(&lock, id, |retro| {
            if retro.front.closed.is_some() {
                return Err(Refusal::RetroClosed { retro: retro.id.clone() }.into());
            }
            let mut document = retro.document.clone();
            for (part, words) in &words.said {
                let (text, details) = first_line(words);
                let is_said = |remark: &Remark| {
                    remark.actor.as_ref() == Some(self.actor()) && remark.text == text && remark.details == details
                };
                if !retro.remarks(*part).iter().any(is_said) {
                    let entry = Entry { at: now, actor: self.actor().clone(), text, details };
                    document
                        .append(part.section(), &entry.to_string(), RETRO_ORDER)
                        .map_err(|refused| left_alone(&retro.path, &refused))?;
                }
            }
            Ok(document)
        })?;
        let count = |retro: &Retro| Part::ALL.into_iter().map(|part| retro.remarks(part).len()).sum::<usize>();
        let new = count(&retro).saturating_sub(count(&before));
        Ok((retro, new))
    }

    /// What to paste into a chat so that an agent that sees no files takes part.
    pub fn retro_prompt(&self, retro: &Retro) -> String {
        let titles: Vec<_> = Part::ALL.map(|part| format!("## {}", part.section())).to_vec();
        format!(
            "You take part in a retrospective as {}. The facts in it were measured, and others may have spoken already.\n\
             Answer with these three markdown sections, each a list with one short item a thought:\n\n{}\n\n\
             - {}: what should stay as it is\n\
             - {}: what cost time or went wrong, by the facts\n\
             - {}: what somebody shall do about it; each becomes a task, so begin it with a verb and make it small\n\
             Stay with what the facts or your own work show. Do not repeat what others have said.\n\n{}{}",
            self.actor(),
            titles.join("\n"),
            Part::Well.section(),
            Part::Improve.section(),
            Part::Actions.section(),
            data("The retrospective", without_comments(retro.document.as_str()).trim_start()),
            asked(retro),
        )
    }
}

fn asked(retro: &Retro) -> String {
    match retro.silent().as_slice() {
        [] => String::new(),
        silent => format!("Not heard yet: {}\n", names(silent)),
    }
}

fn without_box(text: &str) -> &str {
    ["[ ] ", "[x] ", "[X] "].iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(text)
}

/// What chat agents write below a heading for which they have nothing.
fn is_nothing(words: &str) -> bool {
    let word = words.trim().trim_matches(['*', '_', '.', '(', ')']).to_lowercase();
    matches!(word.as_str(), "none" | "nothing" | "n/a" | "no action items")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(answer: &str) -> Vec<(Part, String)> {
        Words::of_answer(answer).expect("words").said
    }

    #[test]
    fn chatty_and_fenced_answers_are_understood() {
        let answer = "Sure, here you go!\n\n```markdown\n## What Went Well\n- fast checks\n* small tasks\n  that fit\n\n## What to improve\nNone.\n\n## Action items\n1. [ ] Mend the clock\n```\nAnything else?";
        assert_eq!(
            said(answer),
            [
                (Part::Well, "fast checks".to_owned()),
                (Part::Well, "small tasks\nthat fit".to_owned()),
                (Part::Actions, "Mend the clock".to_owned()),
            ]
        );
        assert_eq!(said("**What went well:** all of it\n"), [(Part::Well, "all of it".to_owned())]);
        assert!(Words::of_answer("I cannot see any files.").is_err());
        assert!(Words::of_answer("## What went well\n- none\n").is_err());
    }
}
