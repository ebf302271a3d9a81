//! `prepare-commit-msg` and `commit-msg`: the trailer that ties a commit to its task.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::git::{Index, Repository, trailer_values, with_trailer};
use crate::model::{Refusal, State, TaskId};
use crate::store::write_durably;

use super::super::commits::TRAILER;
use super::super::workspace::Workspace;
use super::concern::Named;

impl Workspace {
    /// Adds the trailer to a message that git will not open in an editor, so that `--no-verify` commits have it too.
    pub fn prepare_message(
        &self,
        repository: &Repository,
        file: &Path,
        source: Option<&str>,
        named: &Named,
        parent: i32,
    ) -> Result<()> {
        if let Some((_, code)) = self.spoken_for(repository, parent)?
            && self.is_changed_since(repository, &code, parent)?
        {
            return Err(Refusal::IndexChanged.into());
        }
        // In an untouched template the trailer would make a commit out of an aborted one.
        self.template()?;
        match source {
            Some("message") => {
                let replaced = if *named == Named::None { None } else { self.amended_task(repository, parent)? };
                self.tie_message(repository, file, named, parent, replaced)?;
                self.sign(parent);
                Ok(())
            }
            Some("template") => write_durably(&self.template_path(), &fs_err::read(file)?),
            _ => Ok(()),
        }
    }

    /// Notes for which `git commit` the message is as it should be, so that commit-msg need not start us once more.
    fn sign(&self, parent: i32) {
        // Without the note it does.
        let _ = fs_err::write(self.git_dir.join("mcp/signed"), format!("{parent}\n"));
    }

    /// Adds the trailer to a finished message, unless it is empty or has it.
    pub fn finish_message(&self, repository: &Repository, file: &Path, named: &Named, parent: i32) -> Result<()> {
        self.tie_message(repository, file, named, parent, None)
    }

    /// The same; a commit that is of no task otherwise is of the one that its message before named.
    fn tie_message(
        &self,
        repository: &Repository,
        file: &Path,
        named: &Named,
        parent: i32,
        replaced: Option<TaskId>,
    ) -> Result<()> {
        let spoken_for = self.spoken_for(repository, parent)?.map(|(id, _)| id);
        let task = spoken_for.map_or_else(|| self.task_of_message(repository, named), |id| Ok(Some(id)))?;
        let is_said_again = task.is_none();
        let Some(id) = task.or(replaced) else { return Ok(()) };
        let message = String::from_utf8_lossy(&fs_err::read(file)?).into_owned();
        if is_said_again && !trailer_values(&message, TRAILER).is_empty() {
            return Ok(());
        }
        let comment = comment_mark(repository, &message)?;
        if self.template()?.is_some_and(|template| words(&template, &comment) == words(&message, &comment)) {
            return Ok(());
        }
        if let Some(with) = with_trailer(&message, TRAILER, id.as_str(), &comment) {
            fs_err::write(file, with)?;
        }
        Ok(())
    }

    /// The template as it was handed to the editor, if this commit has one; asked once.
    fn template(&self) -> Result<Option<String>> {
        let path = self.template_path();
        let Ok(bytes) = fs_err::read(&path) else { return Ok(None) };
        fs_err::remove_file(path)?;
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn template_path(&self) -> PathBuf {
        self.git_dir.join("mcp/template")
    }

    fn task_of_message(&self, repository: &Repository, named: &Named) -> Result<Option<TaskId>> {
        if repository.operation()?.is_some() {
            return Ok(None);
        }
        let tree = Index::open(repository)?.write_tree()?;
        if !self.changes_code(repository, tree)? {
            return Ok(None);
        }
        let concern = self.concerned(repository, named)?;
        Ok(concern.map(|concern| concern.task).filter(|task| task.state != State::Failed).map(|task| task.id))
    }
}

/// What lines that git will leave out begin with.
fn comment_mark(repository: &Repository, message: &str) -> Result<String> {
    let begins_oddly = |line: &str| line.starts_with(|first: char| !first.is_alphanumeric() && !first.is_whitespace());
    if !message.lines().any(begins_oddly) {
        // Asking git costs a process, and here nothing can be a comment.
        return Ok("#".to_owned());
    }
    let said = match repository.config("core.commentString")? {
        Some(said) => Some(said),
        None => repository.config("core.commentChar")?,
    };
    Ok(match said.as_deref() {
        None | Some("") => "#".to_owned(),
        Some("auto") => automatic_mark(message).unwrap_or('#').to_string(),
        Some(said) => said.to_owned(),
    })
}

/// What git would keep of a message.
fn words<'message>(message: &'message str, comment: &str) -> Vec<&'message str> {
    message.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.starts_with(comment)).collect()
}

/// The character that git has chosen for its own lines, which stand last.
fn automatic_mark(message: &str) -> Option<char> {
    let text = message.split(" ------------------------ >8 ------------------------").next()?;
    let last = text.lines().rev().find(|line| !line.trim().is_empty())?;
    last.chars().next().filter(|first| "#;@!$%^&|:".contains(*first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_that_git_chose_is_that_of_its_own_lines() {
        assert_eq!(automatic_mark("# 1 is a heading\n\n; Please enter\n;\n"), Some(';'));
        assert_eq!(automatic_mark("x\n; ------------------------ >8 ------------------------\n-a\n+b\n"), Some(';'));
        assert_eq!(automatic_mark("only text\n"), None);
    }
}
