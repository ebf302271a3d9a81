//! Amended commits: git tells its hooks nothing of them, but the command line of the `git commit` that waits for us does.

use anyhow::Result;

use crate::git::{Commit, Oid, Repository, trailer_values};
use crate::model::{State, TaskId};
use crate::process::words_of;

use super::super::commits::TRAILER;
use super::super::workspace::Workspace;
use super::concern::Named;

/// The flags of `git commit` whose value is a word of its own.
const VALUED: &[&str] = &[
    "--message",
    "--file",
    "--author",
    "--date",
    "--template",
    "--reuse-message",
    "--reedit-message",
    "--fixup",
    "--squash",
    "--cleanup",
    "--trailer",
    "--pathspec-from-file",
];

impl Workspace {
    /// The task of the commit that is being amended, by that commit's own trailer: `--amend -m` takes the trailer away with the old
    /// message. Of a client that starts no `git`, nobody can tell.
    pub(super) fn amended_task(&self, repository: &Repository, parent: i32) -> Result<Option<TaskId>> {
        let Some(amended) = amended(repository, parent)? else { return Ok(None) };
        let named = trailer_values(&amended.message, TRAILER);
        Ok(named.last().and_then(|value| TaskId::parse(value.trim())))
    }

    /// Whether a commit of HEAD's own code amends HEAD for a task that was sent back meanwhile: the failing code is taken out again,
    /// and what is committed is still the work on the task.
    pub(super) fn amends_back(&self, repository: &Repository, tree: Oid, named: &Named, parent: i32) -> Result<bool> {
        let Some(amended) = amended(repository, parent)? else { return Ok(false) };
        let before = amended.parents.first().map(|before| self.code_tree_of(repository, *before)).transpose()?;
        if before == Some(self.code_tree(repository, tree)?) {
            return Ok(false);
        }
        let Some(concern) = self.concerned(repository, named)? else { return Ok(false) };
        let is_its = trailer_values(&amended.message, TRAILER).iter().any(|id| id.trim() == concern.task.id.as_str());
        Ok(is_its && concern.task.state == State::Ready)
    }
}

/// The commit that the `git` of this number amends.
fn amended(repository: &Repository, parent: i32) -> Result<Option<Commit>> {
    if !words_of(parent).is_some_and(|words| is_amending(&words)) {
        return Ok(None);
    }
    let Some(head) = repository.head()?.commit else { return Ok(None) };
    Ok(repository.log(head, None, 1)?.pop())
}

/// Whether a command line is that of a `git commit --amend`.
fn is_amending(words: &[String]) -> bool {
    let mut words = words.iter().map(String::as_str).skip(1);
    let command = loop {
        match words.next() {
            Some("-C" | "-c" | "--git-dir" | "--work-tree" | "--namespace") => drop(words.next()),
            Some(flag) if flag.starts_with('-') => {}
            command => break command,
        }
    };
    if command != Some("commit") {
        return false;
    }
    let mut is_amending = false;
    while let Some(word) = words.next().filter(|word| *word != "--") {
        // git takes any start of a flag that means no other one.
        if word.len() >= "--am".len() && "--amend".starts_with(word) {
            is_amending = true;
        } else if word.len() >= "--no-am".len() && "--no-amend".starts_with(word) {
            is_amending = false;
        } else if takes_next(word) {
            words.next();
        }
    }
    is_amending
}

/// Whether the word behind a flag is its value.
fn takes_next(word: &str) -> bool {
    if word.starts_with("--") {
        return VALUED.contains(&word);
    }
    let Some(letters) = word.strip_prefix('-') else { return false };
    // What stands behind the first letter that takes a value is the value.
    letters.find(|letter| "mFcCt".contains(letter)).is_some_and(|place| place + 1 == letters.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amending_command_line_is_told_from_one_that_only_says_so() {
        for (line, is) in [
            ("git commit --amend", true),
            ("/usr/lib/git-core/git -c a.b=c -C commit commit -q --amend --no-edit", true),
            ("git commit -am x --am", true),
            ("git commit --amend --no-amend", false),
            ("git commit -m --amend", false),
            ("git commit -qam --amend", false),
            ("git commit --message --amend", false),
            ("git commit -mx --amend", true),
            ("git commit -- --amend", false),
            ("git commit --all", false),
            ("git merge --amend", false),
            ("git", false),
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(is_amending(&words), is, "{line}");
        }
    }
}
