//! Calls of `git` that reach another repository: no prompt, a time limit, none of the user's hooks, and no credentials in words.

use std::error::Error;
use std::ffi::OsStr;
use std::fmt;
use std::time::Duration;

use anyhow::Result;

use super::answer::Answer;
use super::program::{Program, SETTINGS};
use super::repository::Repository;

/// How long a call about one ref may take; one about many gets more.
const PATIENCE: Duration = Duration::from_secs(10);
const PATIENCE_FOR_MANY: Duration = Duration::from_secs(60);

/// What the user's configuration might add to a push of refs that are none of their business.
const QUIET: &[&str] = &[
    "credential.interactive=false",
    "fetch.recurseSubmodules=false",
    "fetch.writeCommitGraph=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "pack.threads=1",
    "push.followTags=false",
    "push.gpgSign=false",
    "push.recurseSubmodules=no",
    "submodule.recurse=false",
];

/// Another repository, as this one knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// As it is called here.
    pub name: String,
    /// What `git` is given: its name, or the address to which pushes go where they go elsewhere.
    address: String,
}

/// The other repository did not answer, or not in time.
#[derive(Debug, Clone)]
pub struct Unreachable {
    /// As it is called here.
    pub remote: String,
    /// What `git` said, without credentials.
    pub why: String,
}

impl Repository {
    /// Finds a remote by its name; `None` when this repository has none of that name. Never takes an address for one: that could
    /// name a command to run.
    pub fn remote(&self, name: &str) -> Result<Option<Remote>> {
        let is_name = !name.starts_with('-') && !name.is_empty() && !name.contains("..");
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/');
        if !is_name || !name.chars().all(is_plain) {
            return Ok(None);
        }
        let Some(url) = self.config(&format!("remote.{name}.url"))? else { return Ok(None) };
        // Claims are read where they are written.
        let pushed_to = self.config(&format!("remote.{name}.pushurl"))?.filter(|pushed_to| *pushed_to != url);
        Ok(Some(Remote { name: name.to_owned(), address: pushed_to.unwrap_or_else(|| name.to_owned()) }))
    }

    /// Runs a call that reaches a remote, about so many refs; `words` come before the remote's address and after it.
    pub(super) fn call_remote<S: AsRef<OsStr>>(
        &self,
        remote: &Remote,
        refs: usize,
        words: &[&str],
        after: impl IntoIterator<Item = S>,
    ) -> Result<Result<Answer, Unreachable>> {
        self.call_remote_while(remote, refs, words, after, || {})
    }

    /// The same, and does something else while the call runs.
    pub(super) fn call_remote_while<S: AsRef<OsStr>>(
        &self,
        remote: &Remote,
        refs: usize,
        words: &[&str],
        after: impl IntoIterator<Item = S>,
        meanwhile: impl FnOnce(),
    ) -> Result<Result<Answer, Unreachable>> {
        let mirror = format!("remote.{}.mirror=false", remote.name);
        let settings: Vec<&str> = SETTINGS.iter().chain(QUIET).copied().chain([mirror.as_str()]).collect();
        let mut arguments: Vec<std::ffi::OsString> = words.iter().map(Into::into).collect();
        arguments.push("--".into());
        arguments.push((&remote.address).into());
        arguments.extend(after.into_iter().map(|word| word.as_ref().to_owned()));
        let program = self.program_with(&settings, arguments).variable("LC_ALL", "C");
        let program = program.variable("GCM_INTERACTIVE", "never").variable("SSH_ASKPASS_REQUIRE", "never");
        let program = self.without_questions(program)?;
        let limit = if refs > 1 { PATIENCE_FOR_MANY } else { PATIENCE };
        let unreachable = |why: String| Unreachable { remote: remote.name.clone(), why: without_credentials(&why) };
        Ok(match program.within(limit).answer_while(meanwhile) {
            Ok(answer) => Ok(answer),
            Err(error) => Err(unreachable(format!("{error:#}"))),
        })
    }

    /// Has `ssh` fail where it would ask.
    fn without_questions(&self, program: Program) -> Result<Program> {
        let said = std::env::var("GIT_SSH_COMMAND").ok().filter(|command| !command.trim().is_empty());
        let said = match said {
            Some(said) => Some(said),
            None => self.config("core.sshCommand")?,
        };
        let command = match said {
            None if std::env::var_os("GIT_SSH").is_some() => return Ok(program),
            None => "ssh".to_owned(),
            Some(said) => said,
        };
        let first = command.split_whitespace().next().unwrap_or_default();
        // Programs that only stand in for it have flags of their own.
        let is_ssh = first.rsplit('/').next().is_some_and(|name| name == "ssh");
        Ok(match is_ssh {
            true => program.variable("GIT_SSH_COMMAND", format!("{command} -o BatchMode=yes -o ConnectTimeout=8")),
            false => program,
        })
    }
}

impl Unreachable {
    /// Of a call that ended with a status other than zero, and told nothing of the refs.
    pub(super) fn told(remote: &Remote, answer: &Answer) -> Self {
        let lines = answer.stderr.lines().map(str::trim).filter(|line| !line.is_empty());
        let first = lines.clone().find(|line| line.starts_with("fatal:") || line.starts_with("error:"));
        let why = first.or_else(|| lines.clone().next()).unwrap_or("git gave no reason");
        let why = why.trim_start_matches("fatal: ").trim_start_matches("error: ");
        Self { remote: remote.name.clone(), why: without_credentials(why) }
    }
}

impl fmt::Display for Unreachable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} cannot be reached: {}", self.remote, self.why)
    }
}

impl Error for Unreachable {}

/// The text without what stands before the `@` of an address.
pub(super) fn without_credentials(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let host = after.find(|c: char| c == '/' || c.is_whitespace() || c == '\'' || c == '"').unwrap_or(after.len());
        rest = match after[..host].rfind('@') {
            Some(sign) => {
                out.push_str("***");
                &after[sign..]
            }
            None => after,
        };
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_never_come_into_words() {
        for (text, wanted) in [
            (
                "unable to access 'https://ada:s3cret@host.example/x/': 403",
                "unable to access 'https://***@host.example/x/': 403",
            ),
            ("https://token@host https://host/a@b", "https://***@host https://host/a@b"),
            ("nothing here: a@b", "nothing here: a@b"),
        ] {
            assert_eq!(without_credentials(text), wanted);
        }
    }
}
